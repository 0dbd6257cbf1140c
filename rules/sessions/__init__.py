"""Sessions, graphs, run sites."""
