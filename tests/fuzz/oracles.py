"""What must hold for every derivative of a program, at every point."""

from __future__ import annotations

import copy
import signal
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from harness import numeric
from harness.output import printed, quiet

from fuzz.kinds import Array
from fuzz.programs import Program
from fuzz.values import arrays, flat, is_float, leaves, moved, random_like, same, shape_text
from fuzz.variants import Loaded, Variant, chosen, load
from fuzz.variants import written as written_arguments
from s2sad import InternalError, S2SADError

SECONDS = 30.0  # of the processor, for one program through everything
TAME = 1e4
UNRELIABLE = 1e-5  # an error estimate beyond this says nothing


@dataclass(frozen=True)
class Finding:
    """Something that must not be: `kind` of failure, in which variant, and what was seen."""

    kind: str
    label: str
    detail: str

    def same_failure(self, other: Finding) -> bool:
        """Whether a smaller program fails in the same way."""
        return (self.kind, self.label, self.cause) == (other.kind, other.label, other.cause)

    @property
    def cause(self) -> str:
        """The error's name, where there was one."""
        return self.detail.partition(":")[0] if self.kind in ("crash", "internal") else ""


@dataclass
class Outcome:
    """What became of a program: refusals by variant, findings, points at which differences were no use."""

    findings: list[Finding] = field(default_factory=list)
    refusals: dict[str, S2SADError] = field(default_factory=dict)
    ahead_refusals: dict[str, S2SADError] = field(default_factory=dict)
    invalid: str | None = None  # why the program itself is no good
    checked: int = 0  # comparisons with differences
    discarded: int = 0

    @property
    def refused(self) -> bool:
        return bool(self.refusals)


class Slow(Exception):
    """The program, or a derivative of it, did not end."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    def stop(*_: object) -> None:
        raise Slow

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0.0)
        signal.signal(signal.SIGPROF, before)


class Point:
    """The primal at one point: value, arguments afterwards, what it prints, its derivative in one direction."""

    def __init__(self, loaded: Loaded, values: Sequence[Any], number: int) -> None:
        self.program, self.f, self.values = loaded.program, loaded.f, values
        self.after = self.program.arguments(values)
        self.value, self.text = printed(self.f, *self.after)
        self.rng = np.random.default_rng(number)
        self.before = self.program.arguments(values)
        self.written = [k for k, (a, b) in enumerate(zip(self.after, self.before)) if not same(a, b)]
        self.tangents = [random_like(self.before[p], self.rng) for p in self.program.positions]
        self.direction = flat(self.tangents)
        self.derivative: np.ndarray | None = None
        self.error = np.zeros(0)

    def outputs(self, value: Any, after: Sequence[Any], written: Sequence[int]) -> Any:
        """What is differentiated: the value, and the written arguments on return."""
        if not written:
            return value
        return (*([] if self.value is None else [value]), *(after[k] for k in written))

    def tame(self) -> bool:
        everything = flat([self.value, self.after])
        return bool(np.all(np.isfinite(everything))) and (everything.size == 0 or np.abs(everything).max() < TAME)

    def gives_floats(self, written: Sequence[int]) -> bool:
        found = list(leaves(self.outputs(self.value, self.after, written)))
        return bool(found) and all(map(is_float, found))

    def differentiate(self, written: Sequence[int]) -> None:
        """The derivative of the outputs along the tangents, by differences."""
        positions = self.program.positions
        wide = [v.astype(float) if isinstance(v, np.ndarray) and v.dtype == np.float32 else v for v in self.before]

        def along(t: float) -> np.ndarray:
            here = list(wide)
            for position, tangent in zip(positions, self.tangents):
                here[position] = moved(wide[position], tangent, t)
            args = self.program.arguments(here, apart=True)
            value = quiet(self.f)(*args)
            return flat(self.outputs(value, args, written))

        try:
            slope, error = numeric.jacobian(along, [0.0], [0])
        except Slow:
            raise
        except Exception:  # the program fails nearby
            return
        if np.all(np.isfinite(slope)):
            self.derivative, self.error = slope[:, 0], error[:, 0]

    def reliable(self) -> bool:
        return self.derivative is not None and bool(
            np.all(self.error <= UNRELIABLE * (1.0 + np.abs(self.derivative).max(initial=0.0))))


class Check:
    """One program through the variants."""

    def __init__(self, program: Program, variants: Sequence[Variant], folder: Path) -> None:
        self.program, self.variants, self.folder = program, variants, folder
        self.outcome = Outcome()
        self.narrow = program.narrow
        self.tolerance = 2e-3 if self.narrow else 1e-6
        self.close = 1e-3 if self.narrow else 1e-8

    def run(self) -> Outcome:
        try:
            with time_limit(SECONDS), warnings.catch_warnings(), np.errstate(all="ignore"):
                warnings.simplefilter("ignore")
                self._run()
        except Slow:
            self._find("slow", "all", f"not done in {SECONDS:.0f} seconds")
        return self.outcome

    def _find(self, kind: str, label: str, detail: str) -> None:
        self.outcome.findings.append(Finding(kind, label, detail))

    def _run(self) -> None:
        try:
            loaded = load(self.program, self.folder)
            points = [Point(loaded, values, k) for k, values in enumerate(self.program.points)]
        except Slow:
            self.outcome.invalid = "does not end"
            return
        except Exception as error:
            self.outcome.invalid = f"{type(error).__name__}: {error}"
            return
        if not all(point.tame() for point in points):
            self.outcome.invalid = "grows"
            return
        seen = sorted({k for point in points for k in point.written})
        told = written_arguments(loaded)
        if told is not None and not set(seen) <= set(told):
            self._find("store unseen", "written", f"stores into {seen}, according to the compiler {told}")
        written = seen if told is None else told
        if not all(point.gives_floats(written) for point in points):
            self.outcome.invalid = "gives something else than floats"
            return
        for point in points:
            point.differentiate(written)
            self.outcome.checked += point.reliable()
            self.outcome.discarded += not point.reliable()
        made = {v: function for v in self.variants if (function := self._make(v, loaded)) is not None
                and written == getattr(function, "written", written)}  # with fewer types, more may be stored into
        for point in points:
            self._at(point, made, written)
        self._overlapping(points[0], made, written)

    def _make(self, variant: Variant, loaded: Loaded) -> Callable[..., Any] | None:
        return self._guarded(variant, lambda: variant.make(loaded, variant.mode))

    def _guarded(self, variant: Variant, step: Callable[[], Any]) -> Any:
        """Run it; refusals and errors are written down, and None is given then."""
        try:
            return step()
        except InternalError as error:
            self._find("internal", variant.label, str(error.message))
        except S2SADError as error:
            (self.outcome.ahead_refusals if variant.ahead else self.outcome.refusals)[variant.label] = error
            if error.loc is None and not variant.ahead:
                self._find("refused without a place", variant.label, str(error))
        except Slow:
            raise
        except Exception as error:
            self._find("crash", variant.label, f"{type(error).__name__}: {error}")
        return None

    def _at(self, point: Point, made: dict[Variant, Callable[..., Any]], written: list[int]) -> None:
        seed = random_like(point.outputs(point.value, point.after, written), point.rng)
        weights = flat(seed)
        pushed: np.ndarray | None = None
        pulled: dict[str, np.ndarray] = {}
        for variant, function in made.items():
            mode, label = variant.mode, variant.label
            scalar = isinstance(point.value, float)
            if mode in ("grad", "value_and_grad") and not scalar:
                continue
            extra = point.tangents if mode == "jvp" else [seed] if mode == "vjp" else []
            result = self._called(variant, function, point, extra)
            if result is None:
                continue
            if mode == "jvp":
                found = self._tangent(label, point, result, written)
                if found is not None and pushed is not None:
                    self._close("differ", label, found, pushed, "the first tangent")
                pushed = found if pushed is None else pushed
                continue
            found = self._gradient(variant, point, result, weights if mode == "vjp" else None, [*extra, point.value])
            if found is None:
                continue
            if mode in pulled:
                self._close("differ", label, found, pulled[mode], "the first gradient")
            pulled.setdefault("vjp" if mode == "vjp" else "grad", found)
            if mode == "vjp" and pushed is not None and label == "vjp":
                self._close("dot", label, np.array([found @ point.direction]), np.array([weights @ pushed]),
                            "<w, Jv>", float(np.abs(weights) @ np.abs(pushed)))
                again = self._called(variant, function, point, extra)
                if again is not None and not same(again, result):
                    self._find("second call", label, f"{again!r}, at first {result!r}")

    def _overlapping(self, point: Point, made: dict[Variant, Callable[..., Any]], written: Sequence[int]) -> None:
        """An argument that is written and another one that shares its memory are refused when they come in."""
        kinds = [i.kind for i in self.program.inputs]
        found = [k for k, kind in enumerate(kinds) if isinstance(kind, Array) and kind.dtype == "float64"]
        pairs = [(k, j) for k in written for j in found if k in found and j != k]
        for variant, function in made.items() if pairs else ():
            args = self.program.arguments(point.values)
            memory = np.zeros(max(args[k].size for k in pairs[0]))
            for k in pairs[0]:
                args[k] = memory[:args[k].size].reshape(args[k].shape)
            extra = {"jvp": point.tangents, "vjp": [random_like(point.outputs(point.value, point.after, written),
                                                                point.rng)]}.get(variant.mode, [])
            try:
                quiet(function)(*args, *extra)
            except Slow:
                raise
            except (ValueError, S2SADError):
                continue
            except Exception as error:
                self._find("crash", variant.label, f"{type(error).__name__}: {error}")
            self._find("overlap", variant.label, f"arguments {pairs[0]} share memory, and nothing says so")

    def _called(self, variant: Variant, function: Callable[..., Any], point: Point, extra: Sequence[Any]) -> Any:
        """Call it; arguments afterwards, tangents, seed and what is printed are as they must be."""
        args = self.program.arguments(point.values)
        kept = [copy.deepcopy(e) for e in extra]
        found = self._guarded(variant, lambda: printed(function, *args, *extra))
        if found is None:
            return None
        result, text = found
        label = variant.label
        if text != point.text:
            self._find("printing", label, f"{text!r}, the function prints {point.text!r}")
        for item, before in zip(extra, kept):
            if not same(item, before):
                self._find("seed written", label, f"{before!r} became {item!r}")
                return None
        for item, expected, given in zip(self.program.inputs, point.after, args):
            if not self._same_value(given, expected):
                self._find("mutation", label, f"{item.name} is {given!r}, the function leaves {expected!r}")
        if variant.mode != "grad":
            value = result[0]
            if not self._same_value(value, point.value) or shape_text(value) != shape_text(point.value):
                self._find("value", label, f"{value!r}, the function's is {point.value!r}")
        return result

    def _same_value(self, value: Any, expected: Any) -> bool:
        """Equal to the last bit; but derivatives inside are written out with what is around them, which may round."""
        if "derivative inside" not in self.program.constructs:
            return same(value, expected)
        return np.allclose(flat(value), flat(expected), rtol=1e-9, atol=1e-12)

    def _tangent(self, label: str, point: Point, result: Any, written: Sequence[int]) -> np.ndarray | None:
        tangent = flat(result[1])
        expected = point.outputs(point.value, point.after, written)
        if tangent.size != flat(expected).size:
            self._find("shape", label, f"tangent {shape_text(result[1])} of {shape_text(expected)}")
            return None
        if point.reliable():
            assert point.derivative is not None
            self._wrong(label, tangent, point.derivative, point.error)
        return tangent

    def _gradient(self, variant: Variant, point: Point, result: Any, weights: np.ndarray | None,
                  others: Sequence[Any]) -> np.ndarray | None:
        label = variant.label
        adjoints = result if weights is None and label == "grad" else result[1]
        inputs = [point.before[p] for p in self.program.positions]
        adjoints = [adjoints] if len(inputs) == 1 else list(adjoints)
        wanted = [shape_text(i) for i in inputs]
        # Without dtypes nobody knows that a number became a NumPy one.
        found = [w if variant.ahead and (s, w) == ("float32", "float") else s
                 for s, w in zip(map(shape_text, adjoints), wanted)]
        if found != wanted:
            self._find("shape", label, f"gradients {[shape_text(a) for a in adjoints]}")
            return None
        own = arrays(adjoints)
        for k, array in enumerate(own):
            if any(np.shares_memory(array, other) for other in [*arrays(others), *own[:k]]):
                self._find("shared", label, f"gradient {k} shares memory")
        gradient = flat(adjoints)
        if point.reliable():
            assert point.derivative is not None
            if weights is None:
                weights = np.zeros(point.derivative.size)
                weights[0] = 1.0
            self._wrong(label, np.array([gradient @ point.direction]), np.array([weights @ point.derivative]),
                        np.array([np.abs(weights) @ point.error]), float(np.abs(weights) @ np.abs(point.derivative)))
        return gradient

    def _wrong(self, label: str, found: np.ndarray, expected: np.ndarray, error: np.ndarray, size: float = 0.0) -> None:
        allowed = 10.0 * error + self.tolerance * (1.0 + np.abs(expected) + size)
        if not np.all(np.abs(found - expected) <= allowed):
            self._find("wrong", label, f"{found}, differences say {expected}")

    def _close(self, kind: str, label: str, found: np.ndarray, other: np.ndarray, what: str, size: float = 0.0) -> None:
        scale = 1.0 + size + float(np.abs(other).max(initial=0.0))
        atol = self.close * scale
        if found.shape != other.shape or not np.allclose(found, other, rtol=0.0, atol=atol, equal_nan=True):
            self._find(kind, label, f"{found}, {what} is {other}")


def check(program: Program, folder: Path, thorough: bool = True, labels: Sequence[str] | None = None) -> Outcome:
    """A program through all variants (or some of them; or those with the given labels)."""
    variants = chosen(program.seed, thorough)
    if labels is not None:
        variants = [v for v in chosen(program.seed, True) if v.label in labels]
    return Check(program, variants, folder).run()
