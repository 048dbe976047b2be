"""Every way to a derivative of a program: in process and ahead of time, optimised or not, in both styles."""

from __future__ import annotations

import functools
import itertools
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest import mock

import numpy as np
from harness.cases import load_module, wrt_argument
from harness.generated import entry_name, positional

import s2sad
import s2sad.ir.trace
from fuzz.kinds import Array, Dict, Float, Kind, List, Tuple
from fuzz.programs import Program
from s2sad.derivative import Derivative
from s2sad.primal import Primal

_numbers = itertools.count()


@dataclass
class Loaded:
    """A program in a file, imported."""

    program: Program
    path: Path
    module: ModuleType

    @property
    def f(self) -> Callable[..., Any]:
        return self.module.f  # type: ignore[no-any-return]

    @functools.cached_property
    def primal(self) -> Primal:
        return Primal(self.f)

    @functools.cached_property
    def first(self) -> list[Any]:
        """Arguments of the first point, for what is compiled for their types."""
        return self.program.arguments(self.program.points[0])


def load(program: Program, folder: Path) -> Loaded:
    name = f"program_{program.seed}_{next(_numbers)}"
    path = folder / f"{name}.py"
    path.write_text(program.source)
    module = load_module(path, name)
    program.classes = vars(module)
    return Loaded(program, path, module)


@dataclass(frozen=True)
class Variant:
    """`label` is what findings call it; `group` what must agree to rounding: all variants of a mode."""

    label: str
    mode: str
    make: Callable[[Loaded, str], Callable[..., Any] | None]
    ahead: bool = False  # knows less of types: refusals of it are counted apart


def in_process(loaded: Loaded, mode: str, style: str = "compact") -> Derivative:
    return Derivative(loaded.primal, mode, wrt_argument(loaded.program.wrt), style)


def unoptimised(loaded: Loaded, mode: str) -> Callable[..., Any]:
    derivative = in_process(loaded, mode)

    def call(*args: Any) -> Any:
        with _without_optimiser():
            return derivative(*args)

    return call


def written(loaded: Loaded) -> list[int] | None:
    """Positions of the arguments that the compiler takes to be stored into; None where it refuses."""
    for mode in ("vjp", "jvp"):
        try:
            return sorted(in_process(loaded, mode)._find(tuple(loaded.first), {})[2].written)
        except Exception:  # whatever it is, the variants below report it
            continue
    return None


@contextmanager
def _without_optimiser() -> Iterator[None]:
    module = sys.modules["s2sad.derivative"]  # `s2sad.derivative` is a function
    with mock.patch.object(module, "Request", functools.partial(module.Request, optimize=False)):
        yield


def saved(loaded: Loaded, mode: str) -> Callable[..., Any]:
    """The text for the types of the arguments, as a module of its own."""
    derivative = in_process(loaded, mode)
    return _of_text(derivative.source_for(*loaded.first), loaded, mode)


def generated(loaded: Loaded, mode: str) -> Callable[..., Any] | None:
    """The text made from the file, without running it; None where an annotation cannot say what is in a container."""
    program = loaded.program
    if any(isinstance(i.kind, (List, Tuple, Dict)) for i in program.inputs):
        return None
    types = ", ".join(signature(i.kind) for i in program.inputs)
    with _keeping_derived() as derived:
        text = s2sad.generate(loaded.path, functions=["f"], mode=mode, wrt=list(program.wrt),
                              signature=None if program.annotated else types)
    function = _of_text(text, loaded, mode)
    names = [i.name for i in program.inputs]
    function.written = sorted(map(names.index, derived[0].main.written))  # type: ignore[attr-defined]
    return function


@contextmanager
def _keeping_derived() -> Iterator[list[s2sad.ir.trace.Program]]:
    """The programs that are derived meanwhile."""
    found: list[s2sad.ir.trace.Program] = []
    module = sys.modules["s2sad.generate"]
    original = module.derive

    def derive(*args: Any, **options: Any) -> s2sad.ir.trace.Program:
        found.append(original(*args, **options))
        return found[-1]

    with mock.patch.object(module, "derive", derive):
        yield found


def signature(kind: Kind) -> str:
    if isinstance(kind, Array):
        return f"{kind.dtype}[{', '.join(':' * kind.rank)}]"
    return "float" if isinstance(kind, Float) else "int"


def _of_text(text: str, loaded: Loaded, mode: str) -> Callable[..., Any]:
    path = loaded.path.with_name(f"{loaded.path.stem}_{mode}_{next(_numbers)}.py")
    path.write_text(text)
    return positional(getattr(load_module(path, path.stem), entry_name(path, mode)))


VARIANTS = (
    Variant("jvp", "jvp", in_process),
    Variant("vjp", "vjp", in_process),
    Variant("jvp, unoptimised", "jvp", unoptimised),
    Variant("vjp, unoptimised", "vjp", unoptimised),
    Variant("value_and_grad", "value_and_grad", in_process),
    Variant("grad", "grad", in_process),
    Variant("jvp, trace style", "jvp", functools.partial(in_process, style="trace")),
    Variant("vjp, trace style", "vjp", functools.partial(in_process, style="trace")),
    Variant("vjp, saved", "vjp", saved),
    Variant("jvp, ahead of time", "jvp", generated, ahead=True),
    Variant("vjp, ahead of time", "vjp", generated, ahead=True),
)


def chosen(seed: int, thorough: bool) -> Sequence[Variant]:
    """All, or the first two and some of the others, in turn."""
    if thorough:
        return VARIANTS
    rng = np.random.default_rng(seed)
    picked = set(rng.permutation(np.arange(2, len(VARIANTS)))[:4].tolist())
    return [v for k, v in enumerate(VARIANTS) if k < 2 or k in picked]
