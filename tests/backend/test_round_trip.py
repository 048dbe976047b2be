"""Functions read, printed and run again do what they did: the naming of variables under stress."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from backend import nasty_programs
from s2sad.backend.load import load
from s2sad.backend.module import Unit, emit_module
from s2sad.frontend.read import read_file
from s2sad.ir.trace import Program
from s2sad.optimize import assemble
from s2sad.rules import TABLE

FILE = Path(nasty_programs.__file__)


def printed(program: Program) -> str:
    return emit_module([Unit(program, [], dict(program.constants))], TABLE.signature)


def outcome(function: Callable[..., Any], arguments: tuple[Any, ...]) -> tuple[Any, list[Any]]:
    own = copy.deepcopy(arguments)
    return function(*own), list(own)


@pytest.mark.parametrize("assembled", [False, True], ids=["trace", "assembled"])
@pytest.mark.parametrize("name", nasty_programs.CALLS)
def test_same_results(name: str, assembled: bool) -> None:
    program = read_file(FILE, name, TABLE)
    if assembled:
        for function in program.functions.values():
            assemble.run(function, TABLE)
    again = load(printed(program), name)[name]
    for arguments in nasty_programs.CALLS[name]:
        wanted = outcome(getattr(nasty_programs, name), arguments)
        found = outcome(again, arguments)
        np.testing.assert_equal(found, wanted)


@pytest.mark.parametrize("name", nasty_programs.CALLS)
def test_printing_is_stable(name: str) -> None:
    """What was printed prints as itself: read, print, read, print gives the same text."""
    program = read_file(FILE, name, TABLE)
    for function in program.functions.values():
        assemble.run(function, TABLE)
    assert printed(program) == printed(program)


def test_swap_is_a_tuple_assignment() -> None:
    program = read_file(FILE, "fibonacci", TABLE)
    assemble.run(program.main, TABLE)
    assert "        a, b = b, a + b\n" in printed(program)


def test_no_copies_where_the_user_had_none() -> None:
    for name in ("elif_chain", "continue_first", "while_true", "shadowed_index", "loop_in_branch"):
        program = read_file(FILE, name, TABLE)
        assemble.run(program.main, TABLE)
        lines = [line.strip() for line in printed(program).splitlines()]
        source = [line.strip() for line in program.main.source.splitlines()]
        assert not [line for line in lines if "_1" in line], name
        assert len([x for x in lines if " = " in x]) <= len([x for x in source if " = " in x]), name
