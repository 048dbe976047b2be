"""Programs that are refused (`refusals.txt`): message, line, column, caret and hint of each."""

from __future__ import annotations

from pathlib import Path

import pytest
from frontend_cases import Case, load, rewrite

from s2sad.errors import ResolveError, S2SADError, UnsupportedError
from s2sad.frontend.read import list_functions, read_file
from s2sad.frontend.refusals import CONSTRUCTS
from s2sad.rules import TABLE

FILE = "refusals.txt"


@pytest.mark.parametrize("case", load(FILE), ids=lambda c: c.name)
def test_refusal(case: Case, tmp_path: Path, update_goldens: bool) -> None:
    path = tmp_path / "program.py"
    path.write_text(case.program)
    with pytest.raises(S2SADError) as caught:
        read_file(path, list_functions(path)[-1], TABLE)
    assert isinstance(caught.value, (ResolveError, UnsupportedError))
    assert caught.value.hint
    actual = str(caught.value).replace(str(path), "program.py")
    if update_goldens:
        rewrite(FILE, case.name, actual)
    else:
        assert actual + "\n" == case.expected


def test_every_construct_has_a_hint() -> None:
    assert all(what and hint for what, hint in CONSTRUCTS.values())
