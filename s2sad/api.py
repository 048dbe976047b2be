"""The Python interface: the decorator `differentiate`, and the operators."""

from __future__ import annotations

import copy
import functools
import inspect
import sys
import threading
from collections.abc import Callable
from typing import Any, overload

import numpy as np

from s2sad.derivative import Derivative, Wrt
from s2sad.errors import NotDifferentiableError
from s2sad.ir.operators import mode_with
from s2sad.primal import Primal

# Of how many instances a differentiable method keeps its derivatives.
_INSTANCES = 64


class Differentiable:
    """A function with its derivatives as attributes; calling it is calling the function itself."""

    def __init__(self, function: Callable[..., Any], wrt: Wrt = None, style: str = "compact",
                 signature: str | None = None, target: str = "numpy") -> None:
        self._static = isinstance(function, staticmethod)
        function = getattr(function, "__wrapped_primal__", function)
        if isinstance(function, (staticmethod, classmethod)):
            function = function.__func__
        functools.update_wrapper(self, function)
        self.__wrapped_primal__: Any = function
        self.__qualname__: str = getattr(function, "__qualname__", type(function).__qualname__)
        self._options = (wrt, style, signature, target)
        self._lock = threading.RLock()
        self._made: dict[str, Derivative] = {}
        self._methods: dict[int, Differentiable] = {}

    @property
    def __decorated_with__(self) -> Wrt:
        """By what it is differentiated where its derivatives are called in a function that is differentiated."""
        return self._options[0]

    def __call__(self, *args: Any, **keywords: Any) -> Any:
        return self.__wrapped_primal__(*args, **keywords)

    def __repr__(self) -> str:
        return f"<differentiable {getattr(self, '__qualname__', self.__wrapped_primal__)}>"

    @property
    def grad(self) -> Derivative:
        """``f.grad(*args)``: the gradient of a scalar function."""
        return self._derivative("grad")

    @property
    def value_and_grad(self) -> Derivative:
        """``f.value_and_grad(*args)``: the value and the gradient."""
        return self._derivative("value_and_grad")

    @property
    def jvp(self) -> Derivative:
        """``f.jvp(*args, *tangents)``: the value and its tangent."""
        return self._derivative("jvp")

    @property
    def vjp(self) -> Derivative:
        """``f.vjp(*args, seed)``: the value and the adjoints of the inputs."""
        return self._derivative("vjp")

    @property
    def hvp(self) -> Derivative:
        """``f.hvp(*args, *tangents)``: the Hessian of a scalar function times a direction."""
        return self._derivative("hvp")

    @property
    def vhp(self) -> Derivative:
        """``f.vhp(*args, seed)``: a row vector times the Hessian of a scalar function."""
        return self._derivative("vhp")

    @property
    def derivative(self) -> Derivative:
        """``f.derivative(*args)``: the derivative by the only number that it is differentiated by."""
        return self._derivative("derivative")

    @property
    def jacobian(self) -> Derivative:
        """``f.jacobian(*args)``: the derivatives of every number of the value by every number of the inputs."""
        return self._derivative("jacobian")

    @property
    def hessian(self) -> Derivative:
        """``f.hessian(*args)``: the second derivatives of a scalar function."""
        return self._derivative("hessian")

    def _derivative(self, mode: str) -> Derivative:
        made = self._made.get(mode)
        if made is None:
            # The source is read at the first use, so that decorating costs nothing and forward references work.
            with self._lock:
                if mode not in self._made:
                    primal = next(iter(self._made.values())).primal if self._made else Primal(self.__wrapped_primal__)
                    self._made[mode] = Derivative(primal, mode, *self._options)
                made = self._made[mode]
        return made

    def __get__(self, instance: object, owner: type | None = None) -> Any:
        return self if instance is None or self._static else self._method(instance)

    def _method(self, instance: object) -> Differentiable:
        """The method of an instance: its derivatives are by the other parameters, and read the instance's attributes
        as they are.  That of the last instances is kept, with what was generated for it."""
        known = self._methods.get(id(instance))
        if known is not None and known.__wrapped_primal__.__self__ is instance:
            return known
        wrt, style, signature, target = self._options
        names = list(inspect.signature(self.__wrapped_primal__).parameters)
        if isinstance(wrt, int):
            wrt = names[wrt]
        elif wrt is not None and not isinstance(wrt, str):
            wrt = [names[w] if isinstance(w, int) else w for w in wrt]
        method = Differentiable(self.__wrapped_primal__.__get__(instance), wrt, style, signature, target)
        with self._lock:
            while len(self._methods) >= _INSTANCES:
                del self._methods[next(iter(self._methods))]
            self._methods[id(instance)] = method
        return method

    def __reduce__(self) -> str | tuple[Any, ...]:
        """By its name, where it is found under that; else by its function."""
        found: Any = sys.modules.get(self.__module__)
        for part in self.__qualname__.split("."):
            found = getattr(found, part, None)
        return self.__qualname__ if found is self else (Differentiable, (self.__wrapped_primal__, *self._options))


@overload
def differentiate(function: Callable[..., Any], /) -> Differentiable: ...
@overload
def differentiate(*, wrt: Wrt = None, style: str = "compact", signature: str | None = None, target: str = "numpy",
                  ) -> Callable[[Callable[..., Any]], Differentiable]: ...
def differentiate(function: Callable[..., Any] | None = None, /, *, wrt: Wrt = None, style: str = "compact",
                  signature: str | None = None, target: str = "numpy") -> Any:
    """Give a function its derivatives: ``@differentiate`` or ``@differentiate(wrt=("x", "k"))``.

    `wrt` are the parameters to differentiate with respect to (positions or names; all that are typed
    float or untyped by default), `style` is ``compact`` or ``trace``, `signature` fixes the types, and with the
    `target` ``numba`` the derivatives are written for Numba, and compiled at their first call.
    """
    if function is None:
        return lambda f: Differentiable(f, wrt, style, signature, target)
    return Differentiable(function, wrt, style, signature, target)


def _operator(function: Callable[..., Any], mode: str, wrt: Wrt, style: str, signature: str | None,
              target: str) -> Derivative:
    primal = getattr(function, "__wrapped_primal__", function)
    return Derivative(Primal(primal), mode, wrt, style, signature, target)


def grad(function: Callable[..., Any], wrt: Wrt = 0, *, style: str = "compact",
         signature: str | None = None, target: str = "numpy") -> Derivative:
    """``g(*args)``: the gradient of a scalar function, one for a `wrt` alone, a tuple for a tuple."""
    return _operator(function, "grad", wrt, style, signature, target)


def value_and_grad(function: Callable[..., Any], wrt: Wrt = 0, *, style: str = "compact",
                   signature: str | None = None, target: str = "numpy") -> Derivative:
    """``g(*args) -> (value, gradient)``."""
    return _operator(function, "value_and_grad", wrt, style, signature, target)


def jvp(function: Callable[..., Any], wrt: Wrt = 0, *, style: str = "compact",
        signature: str | None = None, target: str = "numpy") -> Derivative:
    """``g(*args, *tangents) -> (value, tangent)``; a tangent has the shape of its parameter."""
    return _operator(function, "jvp", wrt, style, signature, target)


def vjp(function: Callable[..., Any], wrt: Wrt = 0, *, style: str = "compact",
        signature: str | None = None, target: str = "numpy") -> Derivative:
    """``g(*args, seed) -> (value, adjoint or tuple of adjoints)``; the seed has the value's shape.

    The seed is 1.0 by default only where the value is proved scalar."""
    return _operator(function, "vjp", wrt, style, signature, target)


def hvp(function: Callable[..., Any], wrt: Wrt = 0, *, style: str = "compact",
        signature: str | None = None, target: str = "numpy") -> Derivative:
    """``g(*args, *tangents)``: the Hessian of a scalar function times a direction, forward over reverse.

    It costs a small multiple of the function itself; the Hessian is never formed."""
    return _operator(function, "hvp", wrt, style, signature, target)


def vhp(function: Callable[..., Any], wrt: Wrt = 0, *, style: str = "compact",
        signature: str | None = None, target: str = "numpy") -> Derivative:
    """``g(*args, seed)``: the same product as `hvp`, reverse over reverse; the seed is structured as the gradient."""
    return _operator(function, "vhp", wrt, style, signature, target)


def derivative(function: Callable[..., Any], wrt: int | str = 0, order: int = 1, *, style: str = "compact",
               signature: str | None = None, target: str = "numpy") -> Derivative:
    """``g(*args)``: the `order`-th derivative by one number, in forward mode; the value may be an array."""
    try:
        mode = mode_with("derivative", order)
    except ValueError as error:
        raise NotDifferentiableError(str(error), hint="an order is a whole number from 1") from None
    return _operator(function, mode, wrt, style, signature, target)


def jacobian(function: Callable[..., Any], wrt: Wrt = 0, mode: str = "auto", *, style: str = "compact",
             signature: str | None = None, target: str = "numpy") -> Derivative:
    """``g(*args)``: the Jacobian, whose axes are those of the value, then those of the input.

    One sweep carries all directions at once.  `mode` is ``forward``, ``reverse``, or ``auto``: the cheaper one."""
    try:
        found = mode_with("jacobian", mode)
    except ValueError as error:
        raise NotDifferentiableError(str(error), hint="modes are auto, forward and reverse") from None
    return _operator(function, "jacobian" if mode == "auto" else found, wrt, style, signature, target)


def hessian(function: Callable[..., Any], wrt: Wrt = 0, *, style: str = "compact",
            signature: str | None = None, target: str = "numpy") -> Derivative:
    """``g(*args)``: the Hessian of a scalar function, forward over reverse in all directions at once."""
    return _operator(function, "hessian", wrt, style, signature, target)


def stop_gradient(x: Any) -> Any:
    """`x`, which counts as a constant where derivatives are taken; an array is copied."""
    return np.copy(x) if isinstance(x, np.ndarray) else x


def linearize(function: Callable[..., Any], *args: Any, wrt: Wrt = 0) -> tuple[Any, Callable[..., Any]]:
    """``value, linear = linearize(f, *args)``: the value, and the derivative there as a function of the tangents.

    Each call of ``linear(*tangents)`` is one tangent sweep at the arguments as they are now."""
    made = jvp(function, wrt)
    kept = copy.deepcopy(args)

    def linear(*tangents: Any) -> Any:
        return made(*copy.deepcopy(kept), *tangents)[1]

    return function(*copy.deepcopy(args)), linear
