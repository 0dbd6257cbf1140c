"""Results as text: each function takes a result and returns what the command prints."""
