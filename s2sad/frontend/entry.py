"""The function to differentiate where it is no plain one: decorated, a partial, a bound method, a callable object.

::

    @doubled                                   def area(a: float, b: float):
    def area(a: float, b: float): ...              return (doubled(area))(a, b)

    partial(model, 2.0, k=3)                   def model(x, *, k=3):
                                                   return (partial(model, 2.0, k=3))(x, k=k)

It gets the parameters that its caller sees.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Sequence
from dataclasses import replace
from types import FunctionType, MethodType
from typing import Any

import gast

from s2sad.frontend.meanings import FunctionSource, Meaning
from s2sad.frontend.nodes import load, placed, written

_STARS = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)


def entry_of(meaning: Meaning, base: FunctionSource, shown: Sequence[inspect.Parameter] | None,
             defaults: dict[str, Any]) -> FunctionSource:
    """A function with the parameters `shown` (by default those of `base`) that calls what `meaning` is."""
    at, args = base.node, base.node.args
    nodes = {a.id: a for a in [*args.posonlyargs, *args.args, *args.kwonlyargs]}
    if shown is None:
        shown = [inspect.Parameter(n, inspect.Parameter.KEYWORD_ONLY if nodes[n] in args.kwonlyargs else
                                   inspect.Parameter.POSITIONAL_OR_KEYWORD) for n in nodes]
        own = args
    else:
        own = gast.arguments(args=[], posonlyargs=[], vararg=None, kwonlyargs=[], kw_defaults=[], kwarg=None,
                             defaults=[])
        for parameter in shown:
            node = nodes.get(parameter.name) or placed(
                gast.Name(id=parameter.name, ctx=gast.Param(), annotation=None, type_comment=None), at)
            if parameter.kind in _STARS:
                setattr(own, "vararg" if parameter.kind == _STARS[0] else "kwarg", node)
            elif parameter.kind == inspect.Parameter.KEYWORD_ONLY:
                own.kwonlyargs.append(node)
            else:
                (own.posonlyargs if parameter.kind == inspect.Parameter.POSITIONAL_ONLY else own.args).append(node)
        own.kw_defaults = [None] * len(own.kwonlyargs)
    function = load(base.name, at)
    function.meaning = meaning
    plain = [p.name for p in shown if p.kind not in (*_STARS, inspect.Parameter.KEYWORD_ONLY)]
    keywords = [p.name for p in shown if p.kind == inspect.Parameter.KEYWORD_ONLY]
    call = placed(gast.Call(func=function, args=[load(n, at) for n in plain],
                            keywords=[gast.keyword(arg=n, value=load(n, at)) for n in keywords]), at)
    text = f"return {base.name}({', '.join([*plain, *(f'{n}={n}' for n in keywords)])})"
    body = written(placed(gast.Return(value=call), at), text)
    node = placed(gast.FunctionDef(name=base.name, args=own, body=[body], decorator_list=[],
                                   returns=getattr(at, "returns", None), type_comment=None, type_params=[]), at)
    return replace(base, node=node, identity=("entry", base.identity), defaults=defaults)


def needs_entry(value: Any) -> bool:
    """Whether a live callable is something else than a function with parameters of its own."""
    if isinstance(value, FunctionType):
        own = inspect.signature(value, follow_wrapped=False).parameters.values()
        return hasattr(value, "__wrapped__") and any(p.kind in _STARS for p in own)
    return isinstance(value, (functools.partial, MethodType))


def innermost(value: Any) -> Any:
    """The function that the parameters of a live callable are those of."""
    while True:
        if isinstance(value, functools.partial):
            value = value.func
        elif isinstance(value, MethodType):
            value = value.__func__
        elif hasattr(value, "__wrapped__"):
            value = value.__wrapped__
        else:
            return value
