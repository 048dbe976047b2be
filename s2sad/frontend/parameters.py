"""The parameters of a user function, and matching a call's arguments to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NoReturn

import gast

from s2sad.errors import UnsupportedError
from s2sad.frontend.constants import NotLiteral, evaluate
from s2sad.frontend.derivatives import extra_names
from s2sad.frontend.meanings import DerivativeOf, FunctionSource, Meaning, Named, Refused
from s2sad.frontend.names import attribute
from s2sad.ir.operators import operator
from s2sad.ir.signature import REQUIRED, Signature
from s2sad.ir.trace import Atom, Const, Parameter


class ArgumentError(Exception):
    """The arguments of a call do not fit; the message says how."""


@dataclass(frozen=True)
class Formal:
    """A parameter of a definition.  `kind` is ``positional_only``, ``plain``, ``keyword_only``, ``args`` or ``kwargs``.

    `default` is a literal, or what else it means (a function, a variable, a refusal)."""

    name: str
    kind: str
    annotation: str | None = None
    default: Const | Meaning | None = None
    node: Any = None


def formals(source: FunctionSource) -> list[Formal]:
    """The parameters of a function, in order; ``*args`` before keyword-only ones."""
    if source.derivative is not None:
        return _of_derivative(source.derivative)
    args = source.node.args
    positional = [*args.posonlyargs, *args.args]
    defaults = [None] * (len(positional) - len(args.defaults)) + list(args.defaults)
    kinds = ["positional_only"] * len(args.posonlyargs) + ["plain"] * len(args.args)
    found = [_formal(source, a, kind, d) for a, kind, d in zip(positional, kinds, defaults)]
    if args.vararg is not None:
        found.append(_formal(source, args.vararg, "args", None))
    found += [_formal(source, a, "keyword_only", d) for a, d in zip(args.kwonlyargs, args.kw_defaults)]
    if args.kwarg is not None:
        found.append(_formal(source, args.kwarg, "kwargs", None))
    return found


def _of_derivative(derivative: DerivativeOf) -> list[Formal]:
    """The function's own parameters and, behind the positional ones, tangents or the seed (None: 1.0)."""
    own = formals(derivative.source)
    default = Const(None) if operator(derivative.mode).extras == "seed" else None
    extras = [Formal(name, "plain", None, default) for name in extra_names(derivative)]
    positional = [f for f in own if f.kind != "keyword_only"]
    return [*positional, *extras, *own[len(positional):]]


def _formal(source: FunctionSource, node: Any, kind: str, default: Any) -> Formal:
    annotation = None
    if getattr(node, "annotation", None) is not None:
        annotation = " ".join(source.text.segment(node.annotation).split())
    given = None if default is None and node.id not in (source.defaults or {}) else _default(source, node, default)
    return Formal(node.id, kind, annotation, given, node)


def parameters(source: FunctionSource) -> list[Parameter]:
    """The parameters that a signature shows, with annotations and literal defaults; keyword-only ones last."""
    return [Parameter(f.name, None if f.kind == "args" else f.annotation,
                      f.default if isinstance(f.default, Const) else None, f.kind == "keyword_only")
            for f in formals(source)]


def _default(source: FunctionSource, node: Any, default: Any) -> Const | Meaning:
    def resolve(name: Any) -> Meaning | None:
        if isinstance(name, gast.Name):
            return source.scope.resolve(name.id)
        return attribute(resolve(name.value), name.attr) if isinstance(name, gast.Attribute) else None

    if source.defaults is not None and node.id in source.defaults:
        value = source.defaults[node.id]
        return value if isinstance(value, Meaning) else Const(value)
    try:
        return Const(evaluate(default, resolve))
    except NotLiteral:
        pass
    meaning = resolve(default)
    if isinstance(meaning, (FunctionSource, Named)):
        return meaning
    return Refused(f"the default of {node.id!r} is not a literal", "make it required, or use a number")


def refuse_open(source: FunctionSource) -> None:
    """Refuse parameters that the function to differentiate cannot have."""
    for formal in formals(source):
        # In process, the arguments of a call tell how many `*args` are.
        if formal.kind == "kwargs" or (formal.kind == "args" and source.defaults is None):
            stars = "*" if formal.kind == "args" else "**"
            _refuse(source, formal.node, f"the parameter {stars + formal.name!r} is not supported",
                    "give the function a fixed number of parameters")
        if isinstance(formal.default, Refused):
            where = dict(zip([a.id for a in source.node.args.args][::-1], source.node.args.defaults[::-1]))
            where.update((a.id, d) for a, d in zip(source.node.args.kwonlyargs, source.node.args.kw_defaults))
            _refuse(source, where.get(formal.name, formal.node), formal.default.message, formal.default.hint or "")


def _refuse(source: FunctionSource, node: Any, message: str, hint: str) -> NoReturn:
    loc = source.text.loc(node, source.text.statement(source.node))
    raise UnsupportedError(message, loc=loc, function=source.name, hint=hint, source=source.text.line(loc.line))


def match(params: list[Parameter], positional: int, keywords: list[str], name: str) -> list[int | str | None]:
    """For each parameter the position or the keyword of its argument; None means its default."""
    allowed = sum(not p.keyword_only for p in params)
    if positional > allowed:
        raise ArgumentError(f"{name}() takes {allowed} positional argument{'s' * (allowed != 1)}, {positional} "
                            f"{'is' if positional == 1 else 'are'} given")
    result: list[int | str | None] = []
    remaining = list(keywords)
    for k, parameter in enumerate(params):
        if k < positional:
            if parameter.name in remaining:
                raise ArgumentError(f"{name}() got two values for {parameter.name!r}")
            result.append(k)
        elif parameter.name in remaining:
            remaining.remove(parameter.name)
            result.append(parameter.name)
        elif parameter.default is not None:
            result.append(None)
        else:
            raise ArgumentError(f"{name}() misses the argument {parameter.name!r}")
    if remaining:
        raise ArgumentError(f"{name}() has no parameter {remaining[0]!r}")
    return result


def default_of(parameter: Parameter) -> Const:
    """The default of a parameter that has one."""
    assert parameter.default is not None
    return parameter.default


def bind_primitive(signature: Signature, name: str, args: list[Atom], keywords: dict[str, Atom]) -> list[Atom]:
    """Operands of a primitive in signature order, defaults filled in; `name` is how the user calls it."""
    params = [Parameter(a.name, None, None if a.default is REQUIRED else Const(a.default), a.keyword_only)
              for a in signature.arguments]
    variadic = args if signature.variadic else []
    positional = [] if signature.variadic else args
    matched = match(params, len(positional), list(keywords), name)
    rest: list[Atom] = []
    for parameter, where in zip(params, matched):
        if where is None:
            rest.append(default_of(parameter))
        else:
            rest.append(positional[where] if isinstance(where, int) else keywords[where])
    return [*variadic, *rest]


def described(signature: Signature, name: str) -> str:
    """A primitive's parameters as in a call: ``np.sum(x, axis=None, keepdims=False)``."""
    texts = ["*args"] if signature.variadic else []
    for argument in signature.arguments:
        if argument.keyword_only and not signature.variadic and "*" not in texts:
            texts.append("*")
        texts.append(argument.name if argument.default is REQUIRED else f"{argument.name}={argument.default!r}")
    if name.startswith("."):
        texts = texts[1:]
    return f"{name}({', '.join(texts)})"
