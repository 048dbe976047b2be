"""Checks of one set of derivatives at one point of a case, the same for every way to obtain them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from harness.cases import Case, copied
from harness.numeric import assert_close, inner, jacobian, precision, random_like
from harness.output import printed, quiet


@dataclass(frozen=True)
class Reference:
    """What differences say at one point."""

    value: Any
    text: str
    jacobian: np.ndarray
    error: np.ndarray


@cache
def reference(case: Case, index: int) -> Reference:
    args = case.points[index]
    value, text = printed(case.f, *copied(args))
    return Reference(value, text, *jacobian(quiet(case.f), args, case.positions))


@dataclass(frozen=True)
class Derivatives:
    """Functions of one case, however obtained; those that are None are not checked."""

    vjp: Callable[..., Any] | None = None
    jvp: Callable[..., Any] | None = None
    grad: Callable[..., Any] | None = None
    value_and_grad: Callable[..., Any] | None = None


class Point:
    """One point of a case, and the arguments of its derivatives there."""

    def __init__(self, case: Case, index: int) -> None:
        self.case = case
        self.args = copied(case.points[index])
        self.before = copied(self.args)
        self.reference = reference(case, index)
        self.inputs = [self.args[p] for p in case.positions]
        rng = np.random.default_rng(index + 1)
        self.seed = random_like(self.reference.value, rng)
        self.tangents = [random_like(value, rng) for value in self.inputs]
        self.tolerance = precision(self.args)

    def call(self, function: Callable[..., Any], extra: Sequence[Any], what: str) -> Any:
        """Call it; what it prints is what the primal prints, and it writes to none of its arguments."""
        kept = copied(tuple(extra))
        result, text = printed(function, *self.args, *extra)
        assert text == self.reference.text, f"{what} prints {text!r}, the function {self.reference.text!r}"
        for given, before in zip([*self.args, *extra], [*self.before, *kept]):
            assert np.array_equal(given, before), f"{what} changed an argument from {before} to {given}"
        return result

    def check_value(self, value: Any, what: str) -> None:
        expected = self.reference.value
        assert np.shape(value) == np.shape(expected), f"{what}: value of shape {np.shape(value)}"
        assert np.array_equal(value, expected), f"{what}: value {value!r}, the function's is {expected!r}"
        if isinstance(expected, np.ndarray):
            assert value.dtype == expected.dtype, f"{what}: value of dtype {value.dtype}"

    def gradients(self, result: Any, what: str) -> list[Any]:
        """The gradients as a list, each of its input's kind, none sharing memory with another or an argument."""
        names = self.case.wrt
        gradients = [result] if len(names) == 1 and not isinstance(result, tuple) else list(result)
        assert len(gradients) == len(names), f"{what}: {len(gradients)} gradients for {names}"
        for name, gradient, given in zip(names, gradients, self.inputs):
            if isinstance(given, np.ndarray):
                assert isinstance(gradient, np.ndarray), f"{what}: gradient of {name} is a {type(gradient).__name__}"
                assert gradient.shape == given.shape, f"{what}: gradient of {name} has shape {gradient.shape}"
                assert gradient.dtype == given.dtype, f"{what}: gradient of {name} has dtype {gradient.dtype}"
            else:
                assert isinstance(gradient, float), f"{what}: gradient of {name} is a {type(gradient).__name__}"
        self._check_ownership(gradients, what)
        return gradients

    def _check_ownership(self, gradients: Sequence[Any], what: str) -> None:
        arrays = [g for g in gradients if isinstance(g, np.ndarray)]
        others = [a for a in [*self.args, self.seed] if isinstance(a, np.ndarray)]
        for k, gradient in enumerate(arrays):
            for other in [*others, *arrays[:k]]:
                assert not np.shares_memory(gradient, other), f"{what}: gradient {k} shares memory"

    def check(self, derivatives: Derivatives) -> None:
        """All the given derivatives against differences, and against each other."""
        pulled = pushed = None
        if derivatives.vjp is not None:
            pulled = self.check_vjp(derivatives.vjp)
        if derivatives.jvp is not None:
            pushed = self.check_jvp(derivatives.jvp)
        if derivatives.grad is not None:
            result = self.call(derivatives.grad, (), "grad")
            self.check_gradients(self.gradients(result, "grad"), 1.0, "grad")
        if derivatives.value_and_grad is not None:
            value, result = self.call(derivatives.value_and_grad, (), "value_and_grad")
            self.check_value(value, "value_and_grad")
            self.check_gradients(self.gradients(result, "value_and_grad"), 1.0, "value_and_grad")
        if pulled is not None and pushed is not None:
            forward, reverse = inner([self.seed], [pushed]), inner(pulled, self.tangents)
            tolerance = 1e-5 if self.tolerance > 1e-6 else 1e-11
            size = abs(forward) + float(np.abs(self.reference.jacobian).sum()) + 1.0
            assert abs(forward - reverse) <= tolerance * size, f"<w, Jv> = {forward}, <J'w, v> = {reverse}"

    def check_gradients(self, gradients: Sequence[Any], seed: Any, what: str) -> None:
        weights = np.asarray(seed, dtype=float).ravel()
        expected = weights @ self.reference.jacobian
        error = np.abs(weights) @ self.reference.error
        at = 0
        for name, gradient in zip(self.case.wrt, gradients):
            end = at + np.size(gradient)
            assert_close(gradient, expected[at:end], error[at:end], self.tolerance, f"{what}, {name}")
            at = end

    def check_vjp(self, vjp: Callable[..., Any]) -> list[Any]:
        value, result = self.call(vjp, (self.seed,), "vjp")
        self.check_value(value, "vjp")
        gradients = self.gradients(result, "vjp")
        self.check_gradients(gradients, self.seed, "vjp")
        return gradients

    def check_jvp(self, jvp: Callable[..., Any]) -> Any:
        value, tangent = self.call(jvp, self.tangents, "jvp")
        self.check_value(value, "jvp")
        assert np.shape(tangent) == np.shape(self.reference.value), f"jvp: tangent of shape {np.shape(tangent)}"
        direction = np.concatenate([np.asarray(t, dtype=float).ravel() for t in self.tangents])
        expected = self.reference.jacobian @ direction
        error = self.reference.error @ np.abs(direction)
        assert_close(tangent, expected, error, self.tolerance, "jvp")
        return tangent
