"""What runs inside the processes of a comparison.

These files run on the interpreter of the program, which may be a Python 2.7 with TensorFlow 1: their syntax is what all
versions share, they import the standard library, numpy and TensorFlow only, and never the package around them.
"""
