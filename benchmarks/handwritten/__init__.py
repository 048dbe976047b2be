"""Adjoints written by hand for Numba: the limit that generated ones are compared to.

They differentiate the algorithm of the objective as it stands.  They fuse loops, order them, save and recompute as
suits the machine, and use what the program says about zeros; they do not replace the algorithm by another one (no
sufficient statistics in the mixture model, no sparse format for the weights of the hand).  They were written before any
generated code was tuned, and are left alone since.
"""
