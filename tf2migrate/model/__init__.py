"""Plain data that the layers exchange: frozen, slotted, picklable; imports nothing else of this package."""
