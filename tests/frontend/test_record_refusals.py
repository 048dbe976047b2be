"""Uses of dicts and objects that are refused (`record_refusals.txt`), once types are known."""

from __future__ import annotations

from pathlib import Path

import pytest
from frontend_cases import Case, load, rewrite

import s2sad
from s2sad.frontend.read import list_functions

FILE = "record_refusals.txt"


@pytest.mark.parametrize("case", load(FILE), ids=lambda c: c.name)
def test_refusal(case: Case, tmp_path: Path, update_goldens: bool) -> None:
    path = tmp_path / "program.py"
    path.write_text(case.program)
    with pytest.raises(s2sad.S2SADError) as caught:
        s2sad.generate(path, functions=[list_functions(path)[-1]], mode="vjp")
    assert isinstance(caught.value, (s2sad.ResolveError, s2sad.UnsupportedError))
    assert caught.value.hint
    actual = str(caught.value).replace(str(path), "program.py")
    if update_goldens:
        rewrite(FILE, case.name, actual)
    else:
        assert actual + "\n" == case.expected
