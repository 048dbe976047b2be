"""Loading generated text, and the files it is written to."""

from __future__ import annotations

import linecache
import traceback
from pathlib import Path

import pytest

from s2sad.backend.load import is_pristine, load, stamped, write_file

TEXT = "# made by hand\n\n\ndef f(x):\n    y = 1.0 / x\n    return y * K\n"


def test_names_come_from_the_namespace() -> None:
    namespace: dict[str, object] = {"K": 3.0}
    assert load(TEXT, "f", namespace)["f"](2.0) == 1.5
    assert set(namespace) == {"K"}


def test_tracebacks_show_generated_lines() -> None:
    f = load(TEXT, "f", {"K": 1.0})["f"]
    linecache.checkcache()
    try:
        f(0.0)
    except ZeroDivisionError:
        shown = traceback.format_exc()
    assert "<s2sad f " in shown and "y = 1.0 / x" in shown


def test_edits_are_found() -> None:
    text = stamped(TEXT)
    assert is_pristine(text) and is_pristine("") and is_pristine(text.replace("\n", "\r\n"))
    assert stamped(text) == text
    assert not is_pristine(TEXT)
    assert not is_pristine(text.replace("1.0", "2.0"))
    assert not is_pristine(text + "\n")


def test_files_are_replaced_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "g.py"
    write_file(path, "old\n")
    write_file(path, "new\n")
    assert path.read_text() == "new\n"

    def fail(*args: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("os.replace", fail)
    with pytest.raises(OSError, match="disk full"):
        write_file(path, "newer\n")
    assert path.read_text() == "new\n" and [p.name for p in tmp_path.iterdir()] == ["g.py"]
