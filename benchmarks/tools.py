"""The tools that are compared.  Each makes, of a case and its arguments, a call that computes the derivative.

A tool that is not installed is left out; what a tool cannot differentiate is shown with the tool's own error.
"""

from __future__ import annotations

import contextlib
import importlib.util
import io
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

import s2sad
from benchmarks.rebind import with_numpy

if TYPE_CHECKING:
    from benchmarks.suite import Case

Call = Callable[[], Any]


class Missing(Exception):
    """There is nothing to measure: the case has no such variant."""


def s2sad_call(case: Case, arguments: tuple[Any, ...], **options: Any) -> Call:
    if case.derivative is not None:
        derivative = case.derivative(options)
    elif case.with_value:
        derivative = s2sad.value_and_grad(case.function, wrt=case.wrt, **options)
    else:
        derivative = s2sad.grad(case.function, wrt=case.wrt, **options)
    return lambda: derivative(*arguments)


def numba_call(case: Case, arguments: tuple[Any, ...]) -> Call:
    return s2sad_call(case, arguments, target="numba")


def handwritten_call(case: Case, arguments: tuple[Any, ...]) -> Call:
    if case.handwritten is None:
        raise Missing
    derivative = case.handwritten
    return lambda: derivative(*arguments)


def autograd_call(case: Case, arguments: tuple[Any, ...]) -> Call:
    import autograd
    import autograd.numpy

    if case.derivative is not None:
        raise Missing
    function = with_numpy(case.function, autograd.numpy)
    make = autograd.value_and_grad if case.with_value else autograd.grad
    derivative = make(function, argnum=case.wrt)
    return lambda: derivative(*arguments)


def jax_function(case: Case) -> Callable[..., Any]:
    import jax

    from benchmarks.problems import in_jax

    name = case.in_jax or case.function.__name__
    found: Callable[..., Any] = getattr(in_jax, name, None) or with_numpy(case.function, jax.numpy)
    return found


def jax_call(case: Case, arguments: tuple[Any, ...]) -> Call:
    import jax

    if case.derivative is not None:
        raise Missing
    jax.config.update("jax_enable_x64", True)
    make = jax.value_and_grad if case.with_value else jax.grad
    fixed = tuple(i for i, a in enumerate(arguments) if isinstance(a, (bool, int)))
    derivative = jax.jit(make(jax_function(case), argnums=case.wrt), static_argnums=fixed)
    there = tuple(a if i in fixed else jax.numpy.asarray(a) for i, a in enumerate(arguments))
    return lambda: jax.block_until_ready(derivative(*there))


def tangent_call(case: Case, arguments: tuple[Any, ...]) -> Call:
    import tangent

    if case.derivative is not None or case.with_value:
        raise Missing
    with contextlib.redirect_stdout(io.StringIO()):
        derivative = tangent.grad(with_numpy(case.function, np), wrt=case.wrt)
    return lambda: derivative(*arguments)


# Name, the package that has to be there, and what makes the call.
TOOLS: dict[str, tuple[str, Callable[[Case, tuple[Any, ...]], Call]]] = {
    "s2sad": ("s2sad", s2sad_call),
    "s2sad-numba": ("numba", numba_call),
    "handwritten": ("numba", handwritten_call),
    "autograd": ("autograd", autograd_call),
    "jax": ("jax", jax_call),
    "tangent-ad": ("tangent", tangent_call),
}


def installed() -> list[str]:
    return [name for name, (package, _) in TOOLS.items() if importlib.util.find_spec(package) is not None]


def as_numbers(result: Any) -> list[np.ndarray[Any, Any]]:
    """The arrays of a result, in order, whatever structure and library they are of."""
    if isinstance(result, (tuple, list)):
        return [array for part in result for array in as_numbers(part)]
    return [np.asarray(result, float)]
