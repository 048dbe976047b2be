"""Checks of one set of derivatives at one point of a case, the same for every way to obtain them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from harness.cases import Case, copied
from harness.numeric import assert_close, flat, inner, jacobian, precision, random_like
from harness.output import printed, quiet
from harness.structure import equal, fields, is_leaf, leaves


@dataclass(frozen=True)
class Reference:
    """What differences say at one point; `value` has what is stored into arguments behind the function's own value."""

    value: Any
    own: Any
    text: str
    jacobian: np.ndarray
    error: np.ndarray


@cache
def reference(case: Case, index: int) -> Reference:
    args = copied(case.points[index])
    own, text = printed(case.f, *args)
    differences = jacobian(case.apart(quiet(case.f)), case.points[index], case.positions)
    return Reference(case.outcome(own, args), own, text, *differences)


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
        self.before = copied(self.args)  # the calls change their arguments, where the primal does
        self.reference = reference(case, index)
        self.inputs = [self.args[p] for p in case.positions]
        rng = np.random.default_rng(index + 1)
        self.seed = random_like(self.reference.value, rng)
        self.tangents = [random_like(value, rng) for value in self.inputs]
        self.tolerance = precision(self.args)

    def call(self, function: Callable[..., Any], extra: Sequence[Any], what: str) -> Any:
        """Call it; it prints what the primal prints, and stores what the primal stores."""
        kept = copied(tuple(extra))
        self.args = copied(self.before)
        result, text = printed(function, *self.args, *extra)
        assert text == self.reference.text, f"{what} prints {text!r}, the function {self.reference.text!r}"
        after = list(self.before)
        for k, value in zip(reversed(self.case.written), reversed(self.reference.value if self.case.written else ())):
            after[k] = value
        for given, expected in zip([*self.args, *extra], [*after, *kept]):
            assert equal(given, expected), f"{what} leaves {given} in an argument, not {expected}"
        return result

    def check_value(self, value: Any, what: str) -> None:
        expected = self.reference.own
        if fields(expected) is not None:
            assert equal(value, expected), f"{what}: value {value!r}, the function's is {expected!r}"
            return
        assert np.shape(value) == np.shape(expected), f"{what}: value of shape {np.shape(value)}"
        assert np.array_equal(value, expected), f"{what}: value {value!r}, the function's is {expected!r}"
        if isinstance(expected, np.ndarray):
            assert value.dtype == expected.dtype, f"{what}: value of dtype {value.dtype}"

    def gradients(self, result: Any, what: str) -> list[Any]:
        """The gradients as a list, each of its input's kind, none sharing memory with another or an argument."""
        names = self.case.wrt
        alone = len(names) == 1 and (not isinstance(result, tuple) or isinstance(self.inputs[0], tuple))
        gradients = [result] if alone else list(result)
        assert len(gradients) == len(names), f"{what}: {len(gradients)} gradients for {names}"
        for name, gradient, given in zip(names, gradients, self.inputs):
            self._check_like(gradient, given, f"{what}: gradient of {name}")
        self._check_ownership(gradients, what)
        return gradients

    def _check_like(self, gradient: Any, given: Any, what: str, inner: bool = False) -> None:
        """The structure, the shapes and the dtypes of what was given; None where there is no derivative."""
        held = fields(given)
        if held is not None:
            assert type(gradient) is type(given), f"{what} is a {type(gradient).__name__}"
            assert list(fields(gradient) or {}) == list(held), f"{what} has other keys"
            for key, item in held.items():
                self._check_like((fields(gradient) or {})[key], item, f"{what}, {key!r}", True)
        elif inner and not is_leaf(given):
            assert gradient is None, f"{what} is {gradient!r}"
        elif isinstance(given, np.ndarray):
            assert isinstance(gradient, np.ndarray), f"{what} is a {type(gradient).__name__}"
            assert gradient.shape == given.shape, f"{what} has shape {gradient.shape}"
            assert gradient.dtype == given.dtype, f"{what} has dtype {gradient.dtype}"
        else:
            assert isinstance(gradient, float), f"{what} is a {type(gradient).__name__}"

    def _check_ownership(self, gradients: Sequence[Any], what: str) -> None:
        arrays = [g for gradient in gradients for g in leaves(gradient) if isinstance(g, np.ndarray)]
        others = [a for arg in [*self.args, self.seed] for a in leaves(arg) if isinstance(a, np.ndarray)]
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
        weights = flat([seed])
        expected = weights @ self.reference.jacobian[:weights.size]
        error = np.abs(weights) @ self.reference.error[:weights.size]
        at = 0
        for name, gradient in zip(self.case.wrt, gradients):
            end = at + flat([gradient]).size
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
        for t, v in zip(leaves(tangent), leaves(self.reference.value), strict=True):
            assert np.shape(t) == np.shape(v), f"jvp: tangent of shape {np.shape(t)}"
        if fields(self.reference.value) is not None:
            assert type(tangent) is type(self.reference.value)
        direction = flat(self.tangents)
        expected = self.reference.jacobian @ direction
        error = self.reference.error @ np.abs(direction)
        assert_close(tangent, expected, error, self.tolerance, "jvp")
        return tangent
