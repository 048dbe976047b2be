"""Derivatives asked for in the code that is read: s2sad's operators, applied to functions known by name.

``s2sad.grad(g)``, ``s2sad.jvp(g, wrt="k")``           a derivative of `g`, whatever name it is bound to
``@s2sad.differentiate`` above `g`, then ``g.grad``   likewise
``@s2sad.grad`` above `g`                             `g` itself is the derivative of the function below

Each is a `FunctionSource` (or a `Closure`) like any other that may be called, passed on, or differentiated again.
What it computes is the business of `frontend.derived` and `s2sad.expand`: a front end calls no transform.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import gast

from s2sad.frontend.annotations import type_of_annotation
from s2sad.frontend.constants import NotLiteral, evaluate
from s2sad.frontend.meanings import Choice, Closure, DerivativeOf, FunctionSource, Meaning, Named, Partial, Refused
from s2sad.ir.operators import NAMES, mode_with, operator
from s2sad.ir.types import UNKNOWN, may_carry_derivative

DECORATOR = "s2sad.differentiate"
OPERATORS = frozenset({DECORATOR, *(f"s2sad.{mode}" for mode in NAMES)})
IGNORED = ("style", "signature")  # they change how a derivative is written, not what it is
_HINT = "name parameters, as in wrt=\"x\" or wrt=(\"x\", \"k\")"
Static = Callable[[Any], Meaning | None]


class WrongArgument(Exception):
    """An operator's arguments do not fit; the message says how."""


# ------------------------------------------------------------------ what the code asks for


def options_of(key: str) -> tuple[str, ...]:
    """The keywords that an operator of s2sad's takes, as far as they change what it is."""
    option = "" if key == DECORATOR else operator(key.rpartition(".")[2]).option
    return ("wrt", option) if option else ("wrt",)


def differentiated(key: str, function: object, wrt: object = ..., option: object = ...) -> Meaning:
    """What an operator (or decorator) of s2sad's makes of a function; `wrt` and its option are literals, by default
    the operator's."""
    mode = key.rpartition(".")[2]
    try:
        mode = mode if option is ... else mode_with(mode, option)
    except ValueError as error:
        raise WrongArgument(str(error)) from None
    if key == DECORATOR:
        return _of(function, mode, lambda source, _: replace(source, decorated=(None if wrt is ... else wrt,)))
    return _of(function, mode, lambda source, bound: derivative_of(source, mode, 0 if wrt is ... else wrt, bound))


def member(function: Meaning | None, name: str) -> Meaning | None:
    """``g.grad`` of a function that `differentiate` was applied to; None for what is nothing of the kind."""
    source = function.source if isinstance(function, Closure) else function
    if not isinstance(source, FunctionSource) or source.decorated is None or name not in NAMES:
        return None
    try:
        return differentiated(f"s2sad.{name}", function, source.decorated[0])
    except WrongArgument as error:
        return Refused(str(error), _HINT)


def called(asked: Meaning | None, node: Any, static: Static) -> Meaning | None:
    """The meaning of the call `node` of `asked`, at the top of a module; None if that is no operator of s2sad's.

    `static` gives the static meaning of an expression."""
    if not isinstance(asked, Named) or asked.key not in OPERATORS:
        return None
    given = dict(zip(("function", "wrt"), node.args))
    given.update((k.arg, k.value) for k in node.keywords)
    function = static(given["function"]) if "function" in given else None
    if isinstance(function, Refused):
        return function
    try:
        names = options_of(asked.key)
        if len(node.args) > 2 or any(k not in ("function", *names, *IGNORED) for k in given):
            raise WrongArgument(f"these arguments of {asked.key} are not known")
        return differentiated(asked.key, function, *(literal(given[n]) if n in given else ... for n in names))
    except WrongArgument as error:
        return Refused(str(error), _HINT)


def decorated(function: FunctionSource | Closure, static: Static) -> Meaning:
    """A function as s2sad's decorators above it change it; other decorators are left to the reader."""
    source = function.source if isinstance(function, Closure) else function
    result: Meaning = function
    for node in reversed(getattr(source.node, "decorator_list", [])):
        call = node if isinstance(node, gast.Call) else gast.Call(node, [], [])
        asked = static(call.func)
        if isinstance(asked, Named) and asked.key in OPERATORS and not isinstance(result, Refused):
            options = {k.arg: k.value for k in call.keywords}
            try:
                names = options_of(asked.key)
                result = differentiated(asked.key, result, *(literal(options[n]) if n in options else ...
                                                                for n in names))
            except WrongArgument as error:
                result = Refused(str(error), _HINT)
    return result


def is_operator(node: Any, static: Static) -> bool:
    """Whether a decorator is one of s2sad's."""
    asked = static(node.func if isinstance(node, gast.Call) else node)
    return isinstance(asked, Named) and asked.key in OPERATORS


def literal(node: Any) -> object:
    """The value of `wrt` as it is written."""
    if isinstance(node, gast.List):
        node = gast.Tuple(node.elts, gast.Load())
    try:
        return evaluate(node, lambda name: None)
    except NotLiteral:
        raise WrongArgument("wrt= is not written out") from None


def _of(function: object, mode: str, change: Callable[[FunctionSource, int], FunctionSource],
        bound: int = 0) -> Meaning:
    """A function changed, inside whatever it was closed over by; `bound` arguments are given to it already."""
    if isinstance(function, FunctionSource):
        return change(function, bound)
    if isinstance(function, Closure):
        return replace(function, source=change(function.source, bound))
    if isinstance(function, Partial) and mode != "differentiate":
        return replace(function, function=_of(function.function, mode, change, bound + len(function.args)))
    if isinstance(function, Choice):
        return Choice(function.tag, {key: _of(option, mode, change, bound) for key, option in function.options.items()})
    raise WrongArgument(f"{mode}() is applied to something that is not a function known here")


# ------------------------------------------------------------------ derivatives as functions


def derivative_of(source: FunctionSource, mode: str, wrt: object, bound: int = 0) -> FunctionSource:
    """The derivative of a function as a function of its own; `wrt` is as the operators take it, and counts from
    behind the parameters that are `bound` already."""
    positional, keywords = names_of(source)
    names = [*positional[bound:], *keywords]
    chosen, single = _chosen(source.name, wrt, names)
    takes = operator(mode).extras
    if chosen is None and (takes == "tangents" or mode == "vhp"):
        chosen = _by_annotation(source, names)
        single = len(chosen) == 1
    which = DerivativeOf(source, mode, chosen, single)
    return replace(source, name=f"{source.name}_{operator(mode).name}", derivative=which, decorated=None,
                   identity=("derivative", source.identity, mode, chosen, single))


def names_of(source: FunctionSource) -> tuple[list[str], list[str]]:
    """The names of a function's parameters, and those of its keyword-only ones."""
    if source.derivative is not None:
        positional, keywords = names_of(source.derivative.source)
        return [*positional, *extra_names(source.derivative)], keywords
    args = source.node.args
    if args.vararg is not None or args.kwarg is not None:
        raise WrongArgument(f"{source.name!r} takes any number of arguments")
    return [a.id for a in [*args.posonlyargs, *args.args]], [a.id for a in args.kwonlyargs]


def extra_names(derivative: DerivativeOf) -> list[str]:
    """The names of the tangents, or of the seed, that follow the positional parameters."""
    positional, keywords = names_of(derivative.source)
    taken = {*positional, *keywords}
    takes = operator(derivative.mode).extras
    wanted = [f"{name}_dot" for name in derivative.wrt or ()] if takes == "tangents" else \
        ["y_bar"] if takes == "seed" else []
    result = []
    for name in wanted:
        number, unique = 2, name
        while unique in taken:
            unique, number = f"{name}{number}", number + 1
        taken.add(unique)
        result.append(unique)
    return result


def _chosen(function: str, wrt: object, names: list[str]) -> tuple[tuple[str, ...] | None, bool]:
    """Parameter names for what `wrt` says, and whether it names one alone."""
    if wrt is None:
        return None, False
    found = []
    for item in wrt if isinstance(wrt, (tuple, list)) else [wrt]:
        if isinstance(item, bool) or not isinstance(item, (int, str)):
            raise WrongArgument(f"wrt={wrt!r} is no position or name, and no tuple of them")
        if item not in names and not (isinstance(item, int) and -len(names) <= item < len(names)):
            raise WrongArgument(f"wrt={item!r}: the parameters of {function!r} are {', '.join(names) or 'none'}")
        found.append(names[item] if isinstance(item, int) else item)
    if not found or len(set(found)) < len(found):
        raise WrongArgument(f"wrt={wrt!r} names nothing, or something twice")
    return tuple(found), not isinstance(wrt, (tuple, list))


def _by_annotation(source: FunctionSource, names: list[str]) -> tuple[str, ...]:
    """The parameters that are differentiated by default, as far as their annotations tell."""
    args = source.node.args
    kinds = {a.id: type_of_annotation(a.annotation) for a in [*args.posonlyargs, *args.args, *args.kwonlyargs]}
    if len(names) > 1 and any(kinds.get(name, UNKNOWN) == UNKNOWN for name in names):
        raise WrongArgument(f"which tangents the jvp of {source.name!r} takes is not known")
    return tuple(name for name in names if may_carry_derivative(kinds.get(name, UNKNOWN)))
