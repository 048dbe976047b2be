"""Random programs: their traces, run as they stand, do what Python does."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
from interpret import Interpreter
from random_programs import Writer

from s2sad.errors import ResolveError
from s2sad.frontend.read import read_file
from s2sad.ir.verifier import verify
from s2sad.rules import TABLE

POINTS = [(1, 2, [3, -1, 4]), (-2, 0, [0, 5, -6])]


@pytest.mark.parametrize("seed", range(300))
def test_random_program(seed: int, tmp_path: Path) -> None:
    text = Writer(seed).program()
    path = tmp_path / "program.py"
    path.write_text(text)
    namespace: dict[str, Any] = {}
    exec(text, namespace)
    try:
        program = read_file(path, "f", TABLE)
    except ResolveError as error:
        # A name that has no value on the way to a use: Python fails there too, if it gets there.
        assert any(m in error.message for m in ("no value yet", "before it is assigned", "is not defined"))
        pytest.skip(error.message)
    verify(program, "frontend", TABLE.signature)
    for point in POINTS:
        expected_args, args = copy.deepcopy(list(point)), copy.deepcopy(list(point))
        try:
            expected = namespace["f"](*expected_args)
        except NameError:
            continue
        assert Interpreter(program, program.entry, args, TABLE.signature).run() == expected, text
        assert args == expected_args, text
