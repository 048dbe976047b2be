"""The case files: small plain Python programs under tests/cases/<group>/<name>.py.

A case file has a docstring, one function ``f`` and ``POINTS``, a list of argument tuples.  Optional:

``WRT``             names of the parameters to differentiate with respect to (default: the compiler's default)
``MODE``            ``"vjp"`` where the value of `f` is an array (default ``"grad"``)
``SIGNATURE``       types of parameters, handed to the compiler ahead of time
``SECOND_SIGNATURE``  the same for the second derivative, where only that needs it: generated code has no annotations
                    of the user's own classes
``WRITES``          names of the arguments that `f` stores into: what they hold afterwards are results as well
``EDGES``           pairs of arguments and gradients: what a convention says where differences cannot
``ERRORS``          arguments at which `f` raises: every derivative raises the same
``SECOND_ORDER``    False where the program's second derivative is meaningless; a comment says why
``MAY_REFUSE``      True where refusing is as good as a right answer
``IN_PROCESS_ONLY`` True where the function cannot be found without running the module
"""

from __future__ import annotations

import importlib.util
import inspect
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any

from harness.structure import duplicate

CASES = Path(__file__).resolve().parent.parent / "cases"
DIFFERENTIABLE = ("float", "ndarray")


@dataclass(frozen=True, eq=False)
class Case:
    group: str
    name: str

    @property
    def id(self) -> str:
        return f"{self.group}/{self.name}"

    @property
    def path(self) -> Path:
        return CASES / self.group / f"{self.name}.py"

    @property
    def golden(self) -> Path:
        return self.path.with_suffix(".golden")

    @cached_property
    def module(self) -> ModuleType:
        name = f"case_{self.group}_{self.name}"
        return sys.modules[name] if name in sys.modules else load_module(self.path, name)  # its classes are made once

    @property
    def f(self) -> Callable[..., Any]:
        return self.module.f

    @cached_property
    def points(self) -> list[tuple[Any, ...]]:
        return [self.complete(point) for point in self.module.POINTS]

    @cached_property
    def errors(self) -> list[tuple[Any, ...]]:
        return [self.complete(point) for point in self.option("ERRORS", [])]

    def complete(self, point: tuple[Any, ...]) -> tuple[Any, ...]:
        """The point with the defaults of `f` filled in."""
        bound = inspect.signature(self.f).bind(*point)
        bound.apply_defaults()
        return bound.args

    def option(self, name: str, default: Any = None) -> Any:
        return getattr(self.module, name, default)

    @property
    def mode(self) -> str:
        return self.option("MODE", "grad")

    @cached_property
    def wrt(self) -> tuple[str, ...]:
        """Names of the parameters that are differentiated."""
        explicit = self.option("WRT")
        if explicit is not None:
            return tuple(explicit)
        parameters = inspect.signature(self.f).parameters.values()
        return tuple(p.name for p in parameters
                     if p.annotation is p.empty or getattr(p.annotation, "__name__", p.annotation) in DIFFERENTIABLE)

    @property
    def wrt_argument(self) -> str | tuple[str, ...] | None:
        """What the compiler is told: nothing where its default is meant."""
        return wrt_argument(self.option("WRT"))

    @cached_property
    def positions(self) -> tuple[int, ...]:
        names = list(inspect.signature(self.f).parameters)
        return tuple(names.index(name) for name in self.wrt)

    @cached_property
    def written(self) -> tuple[int, ...]:
        """Positions of the arguments that `f` stores into."""
        names = list(inspect.signature(self.f).parameters)
        return tuple(names.index(name) for name in self.option("WRITES", ()))

    def outcome(self, value: Any, args: Sequence[Any]) -> Any:
        """All results of a call: its value, and behind it (where there is one) what it has stored into arguments."""
        if not self.written:
            return value
        return (*(() if value is None else (value,)), *(args[k] for k in self.written))

    def apart(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """A function like `f` on copies of its arguments, with all that it does as its value."""
        def run(*args: Any) -> Any:
            own = copied(args)
            return self.outcome(function(*own), own)

        return run

    @property
    def parameters(self) -> list[str]:
        return list(inspect.signature(self.f).parameters)


def wrt_argument(names: tuple[str, ...] | None) -> str | tuple[str, ...] | None:
    """A tuple of one is that one: one gradient comes back, not a tuple."""
    if names is None or len(names) > 1:
        return names
    return names[0]


def load_module(path: Path, name: str) -> ModuleType:
    """Run a module from its file, with its neighbours importable meanwhile."""
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    sys.path.insert(0, str(path.parent))
    try:
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(path.parent))
    return module


def all_cases() -> list[Case]:
    files = sorted(CASES.glob("*/*.py"))
    return [Case(path.parent.name, path.stem) for path in files if not path.stem.startswith("_")]


def copied(args: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(duplicate(arg) for arg in args)
