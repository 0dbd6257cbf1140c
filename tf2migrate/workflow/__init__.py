"""What the commands do, without printing: the wiring of the layers, and the only writing of files."""
