"""What is refused once types are known: uses of dicts and objects (`record_refusals.txt`), of memory
(`memory_refusals.txt`)."""

from __future__ import annotations

from pathlib import Path

import pytest
from frontend_cases import Case, load, rewrite

import s2sad
from s2sad.frontend.read import list_functions

CASES = [(file, case) for file in ("record_refusals.txt", "memory_refusals.txt") for case in load(file)]


@pytest.mark.parametrize(("file", "case"), CASES, ids=[case.name for _, case in CASES])
def test_refusal(file: str, case: Case, tmp_path: Path, update_goldens: bool) -> None:
    path = tmp_path / "program.py"
    path.write_text(case.program)
    with pytest.raises(s2sad.S2SADError) as caught:
        s2sad.generate(path, functions=[list_functions(path)[-1]], mode="vjp")
    assert isinstance(caught.value, (s2sad.ResolveError, s2sad.UnsupportedError, s2sad.TypingError))
    assert caught.value.hint
    actual = str(caught.value).replace(str(path), "program.py")
    if update_goldens:
        rewrite(file, case.name, actual)
    else:
        assert actual + "\n" == case.expected
