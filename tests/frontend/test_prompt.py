"""Functions that are in no file, or in one that has changed: found by their code, or refused."""

from __future__ import annotations

import linecache
import os
import subprocess
import sys
import types
from pathlib import Path
from typing import Any

import pytest

from s2sad.errors import ResolveError, UnsupportedError
from s2sad.frontend.read import read_function
from s2sad.rules import TABLE


def ran(arguments: list[str], text: str = "") -> str:
    done = subprocess.run([sys.executable, *arguments], input=text, capture_output=True, text=True)
    return done.stdout + done.stderr


def test_text_of_the_command_line() -> None:
    text = "import s2sad\ndef f(x):\n    return x * x\ng = lambda x: 3.0 * f(x)\nprint(s2sad.grad(g)(2.0))\n"
    assert ran(["-c", text]) == "12.0\n"


def test_text_of_exec_is_not_taken_for_that_of_the_command_line() -> None:
    text = ("import s2sad\nexec('def f(x): return x * x * x')\ng = f\ndef f(x): return x * x\n"
            "print(s2sad.grad({})(1.0))")
    assert ran(["-c", text.format("f")]) == "2.0\n"
    out = ran(["-c", text.format("g")])
    assert "the source of 'f' was not found" in out and "hint:" in out


@pytest.mark.skipif(sys.version_info >= (3, 13), reason="this Python keeps what it reads")
def test_piped_text_is_refused_with_advice() -> None:
    out = ran(["-"], "import s2sad\ndef f(x):\n    return x * x\n\ns2sad.grad(f)\n")
    assert "the source of 'f' was not found" in out and "put the function in a file" in out


class History:
    """What the readline module shows of a session."""

    def __init__(self, text: str) -> None:
        self.lines = text.splitlines()

    def get_current_history_length(self) -> int:
        return len(self.lines)

    def get_history_item(self, k: int) -> str:
        return self.lines[k - 1]


def entered(text: str, namespace: dict[str, Any]) -> None:
    """Run an entry at the prompt."""
    exec(compile(text, "<stdin>", "exec", dont_inherit=True), namespace)


def test_entries_at_the_prompt(monkeypatch: pytest.MonkeyPatch) -> None:
    entries = ["def f(x):\n    y = x\n    return y + f0(x)\n", "f0 = lambda x: x + 1.0\n", "print(1)\n",
               "f0 = lambda x: x + 2.0\n", "@same\ndef g(x): return f(x)\n", "f(1.0)\n"]
    monkeypatch.setitem(sys.modules, "readline", History("".join(entries)))  # type: ignore[arg-type]
    namespace: dict[str, Any] = {"same": lambda function: function, "print": lambda x: x}
    for entry in entries:
        entered(entry, namespace)
    program = read_function(namespace["g"], TABLE)
    assert list(program.functions) == ["g", "f", "f0"] or len(program.functions) == 3
    assert "f0 = lambda x: x + 2.0" not in program.main.source
    assert "def g(x): return f(x)" in program.main.source
    assert any("x + 2.0" in function.source for function in program.functions.values())


def test_changed_files_are_not_read(tmp_path: Path) -> None:
    path = tmp_path / "model.py"
    path.write_text("def f(x):\n    return x * x\n")
    module = types.ModuleType("model")
    exec(compile(path.read_text(), str(path), "exec", dont_inherit=True), module.__dict__)
    assert read_function(module.f, TABLE).main.source.endswith("x * x\n")
    path.write_text("def f(x):\n    return x * x * x\n")
    os.utime(path, (1, 1))
    linecache.clearcache()
    with pytest.raises(ResolveError, match=r"the source of 'f' was not found at .*model\.py:1") as caught:
        read_function(module.f, TABLE)
    assert caught.value.hint and "reload it" in caught.value.hint


def test_missing_files(tmp_path: Path) -> None:
    namespace: dict[str, Any] = {}
    exec(compile("def f(x):\n    return x\n", str(tmp_path / "gone.py"), "exec"), namespace)
    with pytest.raises(ResolveError, match="the source of 'f' was not found") as caught:
        read_function(namespace["f"], TABLE)
    assert caught.value.hint and "gone.py still where it was?" in caught.value.hint


def test_async_functions() -> None:
    async def f(x: float) -> float:
        return x

    with pytest.raises(UnsupportedError, match="an async function is not supported") as caught:
        read_function(f, TABLE)
    assert caught.value.loc is not None and caught.value.hint == "use a plain function"
