"""Dicts, named tuples and objects are taken apart before a function is differentiated, and put together after it.

`boundary` turns a parameter that is a record into parameters for its leaves, and back; `promote` makes every field of a
record inside the function a single-assignment value; so the transforms between them meet numbers, arrays and plain
tuples only.
"""
