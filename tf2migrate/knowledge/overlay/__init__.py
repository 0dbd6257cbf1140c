"""What cannot be generated: effects, results, callbacks and native forms, written by hand, one file a family."""
