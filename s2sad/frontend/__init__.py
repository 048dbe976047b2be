"""Source text to trace: find the source, resolve its names, lower it, refuse what is not known.

`read.read_function` and `read.read_file` are the way in.
"""
