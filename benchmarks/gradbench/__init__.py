"""s2sad as a tool of GradBench (https://gradben.ch): twelve problems, answered over its protocol.

Each problem is a file with the objective, written from its mathematics in plain Python and NumPy, and the table
`FUNCTIONS` of what GradBench may ask for.
"""
