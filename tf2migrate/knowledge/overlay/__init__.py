"""What no table can be generated from: effects, results, callbacks and native forms, written by hand, one file a family."""
