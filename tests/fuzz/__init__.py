"""Random whole programs and what must hold for each: the fuzzer.

``python -m tests.fuzz --minutes 60`` runs it for long, `test_programs.py` for a fixed budget.  The generator is split
by family of constructs; each construct is a function under a name in `constructs.REGISTRY`:

`kinds`, `scope`      types of variables, and which of them may share memory
`writer`              what is being written: the frame of a function, blocks, the choice of the next statement
`expressions`, `subscripts`, `arrays`   numbers, indices, arrays of a given shape
`assignments`, `control`, `stores`, `aliases`, `functions`, `methods`, `derivatives`, `containers`,
`exceptions`          statements, by family
`programs`            a whole program: its module, its arguments, its points
`variants`, `oracles` every way to a derivative, and what is compared
`shrink`              the smallest program that still fails in the same way
`runner`              a budget of programs, counts of refusals by construct, findings as case files
`laws`                one law of the compiler switched off at a time
"""
