"""What the operators write, beside the programs that they write it for.

A golden is written, and compared, only after its text was executed and agrees with differences.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from harness.cases import copied, load_module
from harness.numeric import assert_close, flat, jacobian, precision, random_like

import s2sad
from s2sad.ir.operators import operator

PROGRAMS = sorted((Path(__file__).parent / "programs").glob("*.py"))


class Program:
    """A program, and what of it is wanted."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.module: ModuleType = load_module(path, f"operators_{path.stem}")
        self.point: tuple[Any, ...] = self.module.POINT
        names = list(inspect.signature(self.module.f).parameters)
        wrt = getattr(self.module, "WRT", None)
        chosen = [wrt] if isinstance(wrt, str) else list(wrt) if wrt else \
            [n for n, v in zip(names, self.point) if not isinstance(v, int)]
        self.positions = [names.index(name) for name in chosen]
        self.inputs = [self.point[k] for k in self.positions]

    def text(self, mode: str) -> str:
        return s2sad.generate(self.path, ["f"], mode, getattr(self.module, "WRT", None),
                              signature=getattr(self.module, "SIGNATURE", None))

    def made(self, mode: str, text: str) -> Callable[..., Any]:
        scope: dict[str, Any] = {}
        exec(compile(text, f"<{mode} of {self.path.stem}>", "exec"), scope)
        made = operator(mode)
        return next(scope[name] for name in scope if name.startswith(f"f_{made.suffix or made.name}"))

    def differences(self, function: Callable[..., Any]) -> tuple[np.ndarray, np.ndarray]:
        return jacobian(function, self.point, self.positions)

    def gradient(self, *args: Any) -> Any:
        return self.made("grad", self.text("grad"))(*args)

    def check(self, mode: str, text: str) -> None:
        function = self.made(mode, text)
        rng = np.random.default_rng(5)
        given = [random_like(value, rng) for value in self.inputs]
        if mode in ("hvp", "vhp"):
            extra = given if mode == "hvp" or len(given) == 1 else [tuple(given)]
            found = function(*copied(self.point), *extra)
            expected, error = self.differences(self.gradient)
            direction = flat(given)
            expected, error = expected @ direction, error @ np.abs(direction)
        elif mode == "hessian" or mode.startswith("jacobian"):
            found = function(*copied(self.point))
            expected, error = self.differences(self.gradient if mode == "hessian" else self.module.f)
            value = (self.gradient if mode == "hessian" else self.module.f)(*copied(self.point))
            whole = blocks(found, value, self.inputs)
            return assert_close(whole, expected.ravel(), error.ravel(), 10 * precision(self.point), mode)
        else:
            found = function(*copied(self.point))
            lower = mode.partition(":")[2]
            order = int(lower or 1)
            inner = self.module.f if order == 1 else self.made(f"derivative:{order - 1}" if order > 2 else "derivative",
                                                               self.text(f"derivative:{order - 1}"))
            expected, error = (part.ravel() for part in self.differences(inner))
        assert_close(flat([found]), expected, error, 10 * precision(self.point), mode)


def blocks(found: Any, value: Any, inputs: list[Any]) -> np.ndarray:
    """The blocks of a Jacobian as one matrix, flat."""
    rows = found if isinstance(value, tuple) else [found]
    values = value if isinstance(value, tuple) else [value]
    return np.concatenate([np.concatenate([np.reshape(b, (np.size(v), np.size(x))) for b, x in zip(
        [row] if len(inputs) == 1 else row, inputs)], axis=1) for row, v in zip(rows, values)]).ravel()


WANTED = [(path, mode) for path in PROGRAMS for mode in Program(path).module.MODES]


@pytest.mark.parametrize(("path", "mode"), WANTED, ids=[f"{path.stem}-{mode}" for path, mode in WANTED])
def test_golden(path: Path, mode: str, update_goldens: bool) -> None:
    program = Program(path)
    text = program.text(mode)
    program.check(mode, text)
    golden = path.with_name(f"{path.stem}.{mode.replace(':', '_')}.golden")
    if update_goldens:
        golden.write_text(text)
    assert golden.exists(), "no golden file: run pytest --update-goldens"
    assert text == golden.read_text()
