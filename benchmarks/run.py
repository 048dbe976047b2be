"""Every tool on every case: agreement first, then times, then a table for each case."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from benchmarks import check
from benchmarks.suite import Case
from benchmarks.timing import Times, measure
from benchmarks.tools import TOOLS, Call, Missing, as_numbers, installed

AGREES = 1e-10  # with complex steps, and with each other
ROUGHLY = 1e-5  # with central differences
NO_VARIANT = "no variant for it"


@dataclass
class Result:
    """What a tool did on a case."""

    tool: str
    times: Times | None = None
    first: float | None = None  # seconds for the first call: transformation and compilation
    difference: float | None = None  # from s2sad's numbers
    error: str | None = None


@dataclass
class CaseResult:
    name: str
    group: str
    bar: float | None
    checked: dict[str, Any] = field(default_factory=dict)
    primals: dict[str, Result] = field(default_factory=dict)
    results: list[Result] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def short(error: BaseException) -> str:
    """An error on one line."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip(" =")]
    text = f"{type(error).__name__}: {re.sub('/[^ ]*/', '', lines[0]) if lines else ''}"
    return text if len(text) <= 160 else text[:157] + "..."


def attempt(result: Result, make: Callable[[], Call]) -> tuple[Call | None, Any]:
    """The call and what it gives, or None and the error in the result."""
    start = time.perf_counter()
    try:
        call = make()
        value = call()
    except Missing:
        result.error = NO_VARIANT
        return None, None
    except Exception as error:  # whatever a peer raises is what is shown
        result.error = short(error)
        return None, None
    result.first = time.perf_counter() - start
    return call, value


def primal_calls(case: Case, arguments: tuple[Any, ...]) -> dict[str, Callable[[], Call]]:
    """The function itself, and compiled by Numba and by JAX where they are there."""
    found: dict[str, Callable[[], Call]] = {"Python": lambda: lambda: case.function(*arguments)}
    if "handwritten" in installed():
        def compiled() -> Call:
            function = numba_primal(case.function)
            return lambda: function(*arguments)
        found["Numba"] = compiled
    return found


def numba_primal(function: Callable[..., Any]) -> Any:
    """The function compiled, with the functions of its module that it calls."""
    import types

    import numba

    from benchmarks.rebind import with_numpy

    copy = with_numpy(function, np)
    names = copy.__globals__
    for name, value in list(names.items()):
        if isinstance(value, types.FunctionType) and value.__module__ == function.__module__:
            names[name] = numba.njit(value)
    return names[function.__name__]


def run_case(case: Case, tools: Iterable[str], quick: bool, seconds: float) -> CaseResult:
    arguments = case.arguments(quick)
    outcome = CaseResult(case.name, case.group, case.bar)
    calls: dict[str, Call] = {}
    for name, make in primal_calls(case, arguments).items():
        outcome.primals[name] = Result(name)
        call, _ = attempt(outcome.primals[name], make)
        if call is not None:
            calls[f"primal {name}"] = call
    reference: list[np.ndarray[Any, Any]] | None = None
    for tool in tools:
        result = Result(tool)
        outcome.results.append(result)
        call, value = attempt(result, lambda tool=tool: TOOLS[tool][1](case, arguments))  # type: ignore[misc]
        if call is None:
            continue
        numbers = as_numbers(value)
        if tool == "s2sad":
            outcome.checked = against_steps(case, arguments, numbers)
            reference = numbers
        if reference is not None:
            result.difference = differs(numbers, reference, case.with_value)
            if not result.difference < 1e-8:
                result.error = f"wrong: differs by {result.difference:.1e}"
                continue
        calls[tool] = call
    times = measure(calls, seconds)
    for result in outcome.results:
        result.times = times.get(result.tool)
    for name, primal in outcome.primals.items():
        primal.times = times.get(f"primal {name}")
    return outcome


def differs(numbers: list[Any], reference: list[Any], with_value: bool) -> float:
    """The value may leave out a constant."""
    if with_value:
        numbers, reference = numbers[1:], reference[1:]
    try:
        return check.worst(numbers, reference)
    except AssertionError:
        return float("inf")


def against_steps(case: Case, arguments: tuple[Any, ...], numbers: list[Any]) -> dict[str, Any]:
    """The gradient along a random direction, by a complex step where the function allows it."""
    if case.derivative is not None:
        return {"by": "the adjoint written by hand"}
    rng = np.random.default_rng(1)
    directions = {p: rng.normal(size=np.shape(arguments[p])) for p in case.wrt}
    gradient = numbers[1:] if case.with_value else numbers
    found = sum(float(np.sum(g * directions[p])) for g, p in zip(gradient, case.wrt))
    with np.errstate(all="ignore"):
        try:
            expected = float(check.directional(check.at_complex_arguments(case.function), arguments, directions))
            by, allowed = "complex step", AGREES
        except (TypeError, ValueError):
            expected = float(check.central_difference(case.function, arguments, directions))
            by, allowed = "central difference", ROUGHLY
    difference = abs(found - expected) / max(abs(expected), 1e-300)
    if not difference < allowed:
        raise AssertionError(f"{case.name}: s2sad's gradient along a direction is {found!r}, by a {by} {expected!r}")
    return {"by": by, "difference": difference}
