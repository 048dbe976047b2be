"""Programs and their printed traces (`traces.txt`); the entry is the last function of the program."""

from __future__ import annotations

from pathlib import Path

import pytest
from frontend_cases import Case, load, rewrite

from s2sad.frontend.read import list_functions, read_file
from s2sad.ir.printer import print_program
from s2sad.ir.verifier import verify
from s2sad.rules import TABLE

FILE = "traces.txt"


@pytest.mark.parametrize("case", load(FILE), ids=lambda c: c.name)
def test_trace(case: Case, tmp_path: Path, update_goldens: bool) -> None:
    path = tmp_path / "program.py"
    path.write_text(case.program)
    program = read_file(path, list_functions(path)[-1], TABLE)
    verify(program, "frontend", TABLE.signature)
    actual = print_program(program)
    if update_goldens:
        rewrite(FILE, case.name, actual)
    else:
        assert actual == case.expected
