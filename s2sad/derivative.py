"""Derivatives of live functions: specialised by the types of the arguments, as they are first called.

A `Derivative` is called like the function, with tangents or a seed after its parameters.  Each signature of
argument types gets a generated function of its own, kept in a cache under a lock; `raw` gives it out for
callers that want no dispatch at all.
"""

from __future__ import annotations

import inspect
import os
import pickle
import threading
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from s2sad.analysis.signature import parse_signature, signature_key, type_of_value
from s2sad.arguments import Arguments
from s2sad.backend.compiled import first_call, load_compiled
from s2sad.backend.load import load, write_file
from s2sad.driver import Request, derive
from s2sad.errors import NotDifferentiableError, S2SADError
from s2sad.generate import check_names, check_target, derivative_name, emit_for, header, unit
from s2sad.inputs import default_wrt
from s2sad.ir.trace import Apply, Function
from s2sad.ir.types import NONE, UNKNOWN, TupleType, Type
from s2sad.pickling import reduced
from s2sad.primal import Primal
from s2sad.sizes import cheaper_jacobian, value_type

Wrt = int | str | Sequence[int | str] | None  # None: every parameter that can be differentiated
STYLES = ("compact", "trace")
# Arguments whose class is their whole type: calls with these alone are dispatched on the classes.
_PLAIN = frozenset([float, int, bool, str, type(None), complex, np.float64, np.float32, np.int64])


@dataclass(frozen=True)
class _Special:
    """The generated function for one signature of types."""

    function: Callable[..., Any]
    text: str
    scope: dict[str, Any]  # its module's names, among them the globals of the user's that it reads
    extras: tuple[str, ...]  # what it calls its tangents or its seed
    positional: int  # how many of all its parameters are not keyword-only
    seeded: bool  # whether its seed has a default
    value: Type  # of the primal's value, as far as it is known
    written: tuple[int, ...]  # the arguments that the primal stores into


class Derivative:
    """A derivative of a function.

    mode
        ``grad``, ``value_and_grad``, ``jvp`` or ``vjp``.
    wrt
        a position or name, or a sequence of them (then results are tuples); None for every
        parameter that is typed float or has no type.
    style, signature
        ``compact`` or ``trace``; types of the parameters, in place of those of the first call's arguments.
    target
        ``numpy``, or ``numba`` for functions that are compiled when they are first called.
    """

    def __init__(self, primal: Primal, mode: str, wrt: Wrt, style: str = "compact",
                 signature: str | None = None, target: str = "numpy") -> None:
        if style not in STYLES:
            raise NotDifferentiableError(f"no style {style!r}", hint="styles are compact and trace")
        check_target(target)
        self.primal = primal
        self.mode, self.style, self.signature, self.target = mode, style, signature, target
        self._asked = wrt
        self._lock = threading.RLock()
        self._prepare()

    def _prepare(self) -> None:
        """Everything that follows from the primal as it was read; nothing is generated yet."""
        primal = self.primal
        with primal.lock:
            program, self._version = primal.program, primal.version
            declared = parse_signature(self.signature, primal.names) if self.signature else None
            default = default_wrt(program, declared or {})
            self._wrt, self._single = _resolve(self._asked, primal, default)
            self.__name__ = self.__qualname__ = derivative_name(program, self.mode, self._wrt, default)
            self.__module__ = primal.function.__module__
            self.__doc__ = f"The {self.mode} of {program.main.name} with respect to {', '.join(self._wrt)}."
            self._arguments = Arguments(primal, self.mode, self.__name__, self._wrt, declared)
            self.__signature__ = self._signature()
            self._cache: dict[Hashable, _Special] = {}
            self._values: dict[Hashable, Type] = {}
            self._plain: dict[Hashable, Callable[..., Any]] = {}
            self._seen: list[tuple[Callable[[], object], object]] = []

    def _signature(self) -> inspect.Signature:
        """What `help` and editors show: the primal's parameters, then tangents or the seed."""
        own = [p.replace(kind=p.kind) for p in self.primal.signature.parameters.values()]
        extras = [inspect.Parameter(n, inspect.Parameter.KEYWORD_ONLY) for n in self._arguments.extras
                  if n not in self.primal.names]
        return inspect.Signature([*own, *extras])

    @property
    def __derivative_of__(self) -> tuple[Callable[..., Any], str, str | tuple[str, ...]]:
        """What it is to the compiler, where it is called in a function that is differentiated."""
        return self.primal.function, self.mode, self._wrt[0] if self._single else self._wrt

    def __repr__(self) -> str:
        return f"<s2sad {self.mode} of {self.primal.program.main.name} with respect to {', '.join(self._wrt)}>"

    # -- calling ------------------------------------------------------------------------------

    def __call__(self, *args: Any, **keywords: Any) -> Any:
        if not keywords:
            # A call like an earlier one, in which nothing was converted, and which leaves nothing to check.
            function = self._plain.get(_plain_key(args))
            if function is not None and not self.primal.stale and (not self._seen or self._settled()):
                return function(*args)
        return self._call(args, keywords)

    def _settled(self) -> bool:
        """Whether the variables that the function reads are those of the calls that `_plain` remembers."""
        try:
            for read, value in self._seen:
                if read() is not value:
                    break
            else:
                return True
        except (KeyError, AttributeError, ValueError):
            pass
        self._plain = {}
        return False

    def _call(self, args: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
        values, given, special = self._find(args, keywords)
        extras = self._arguments.ordered(given, special.extras)
        if self._arguments.takes == "tangents":
            extras = self._arguments.tangents(extras, values)
        elif extras and self.mode == "vhp":
            extras = [self._arguments.second_seed(extras[0], values, self._single)]
        elif extras:
            extras = [self._seed(extras[0], special, values)]
        elif (self.mode == "vjp" and self.primal.collects) or (self._arguments.takes == "seed" and not special.seeded):
            raise TypeError(f"{self.__name__}() needs {self._missing(special)}")
        result = self._run(special, values, extras)
        if self.mode == "vjp" and extras and not (special.written and special.value == NONE):
            self._arguments.check_seed(extras[0][0] if special.written else extras[0], result[0])
        direct = not keywords and not self.primal.rebound and len(args) <= special.positional
        if direct and self._is_plain(args, [*values, *extras]):
            self._remember(args, special)
        return result

    def _missing(self, special: _Special) -> str:
        """The seed that a call has not given, for the message of an error."""
        (name,) = special.extras
        if self.primal.collects:
            return f"its seed as a keyword, {name}=...: a value by position is one more of the function's own arguments"
        if not special.written:
            return f"the seed {name!r}, of the value's shape: the value is not known to be a scalar"
        seeds = [f"that of {self.primal.names[k]}" for k in special.written]
        own = [] if special.value == NONE else ["that of its value"]
        return f"{name!r}, a tuple of seeds: {', '.join([*own, *seeds])}"

    def _seed(self, seed: Any, special: _Special, values: list[Any]) -> Any:
        """The seed in its structure and dtypes; those of written arguments have the arguments' shapes."""
        written = [values[k] for k in special.written]
        if not written:
            return self._arguments.seed(seed, special.value)
        types = [type_of_value(v, "") for v in written]
        own = [] if special.value == NONE else [special.value]
        parts = self._arguments.seed(seed, TupleType((*own, *types)))
        for part, value in zip(parts[len(own):], written):
            self._arguments.check_seed(part, value)
        return parts

    def _is_plain(self, args: tuple[Any, ...], values: list[Any]) -> bool:
        """Whether the arguments are passed on as they are, and calls with others of their types need no checks."""
        arrays = self.mode in ("grad", "value_and_grad") and self._arguments.declared is None
        plain = _PLAIN | {np.ndarray} if arrays else _PLAIN
        return len(args) == len(values) and all(a is v and a.__class__ in plain for a, v in zip(args, values))

    def _remember(self, args: tuple[Any, ...], special: _Special) -> None:
        """Dispatch the next call with arguments like these at once."""
        with self._lock:
            seen = [(read, special.scope[name]) for name, read in self.primal.live.items()]
            if all(value.__class__ in _PLAIN for _, value in seen) and self._settled():
                self._plain = {**self._plain, _plain_key(args): special.function}
                self._seen = seen

    def _run(self, special: _Special, values: list[Any], extras: list[Any]) -> Any:
        if not self.primal.rebound:
            return self._apply(special, values, extras)
        missing = object()
        for name in self.primal.rebound.keys() - self.primal.live.keys():
            special.scope.pop(name, None)
        try:
            return self._apply(special, values, extras)
        finally:
            for name, write in self.primal.rebound.items():
                value = special.scope.get(name, missing)
                if value is not missing:
                    write(value)

    def _apply(self, special: _Special, values: list[Any], extras: list[Any]) -> Any:
        every = [*values, *extras]
        if self.target == "numba":
            return first_call(special.function, every, self.primal.program.main.name)
        if special.positional >= len(every):
            return special.function(*every)
        names = [*self.primal.names, *special.extras][special.positional:]
        return special.function(*every[:special.positional], **dict(zip(names, every[special.positional:])))

    def _find(self, args: tuple[Any, ...], keywords: dict[str, Any],
              ) -> tuple[list[Any], dict[str | int, Any], _Special]:
        """The primal's arguments, the rest of them, and the function for their types."""
        if self.primal.stale:
            with self.primal.lock:
                if self.primal.stale:
                    self.primal.read()
        if self._version != self.primal.version:
            with self._lock:
                self._prepare()
        values, extras = self._arguments.split(args, keywords)
        return values, extras, self._specialise(values)

    def _specialise(self, values: list[Any]) -> _Special:
        key: Hashable = "signature"
        if self._arguments.declared is not None:
            self._arguments.check_declared(values)
        else:
            key = signature_key(values)
        primal = self.primal.called_with(values)
        present = primal.present()
        if present:
            # Numba takes the values of variables for constants.
            found = list(present.values())
            key = (key, tuple(map(repr, found)) if self.target == "numba" else signature_key(found))
        mode = self.mode if self.mode != "jacobian" else self._cheaper(key, values, present, primal)
        special = self._cache.get((key, mode))
        if special is None:
            with self._lock:
                special = self._cache.get((key, mode))
                if special is None:
                    special = self._build(self._arguments.types(values), present, primal, mode)
                    self._cache[key, mode] = special
        for name, value in present.items():
            special.scope[name] = value
        return special

    def _cheaper(self, key: Hashable, values: list[Any], present: dict[str, Any], primal: Primal) -> str:
        """The mode of a Jacobian for arguments of these sizes."""
        if key not in self._values:
            self._values[key] = value_type(primal.typed(present), self._arguments.types(values))
        return cheaper_jacobian(self._values[key], values, primal.names, self._wrt)

    def _build(self, types: dict[str, Type], present: dict[str, Any], primal: Primal, mode: str) -> _Special:
        jit = self.target == "numba"
        try:
            text, main = self._text(types, None if jit else present, primal, mode=mode)
        except S2SADError:
            if mode == self.mode:
                raise
            text, main = self._text(types, None if jit else present, primal)
        scope = load_compiled(text, self.__name__) if jit else load(text, self.__name__, present)
        function = scope[self.__name__]
        parameters = list(inspect.signature(function).parameters.values())
        own = parameters[len(self.primal.names):]
        return _Special(function, text, scope, tuple(p.name for p in own),
                        positional=sum(p.kind is not p.KEYWORD_ONLY for p in parameters),
                        seeded=all(p.default is not p.empty for p in own), value=_value_type(main),
                        written=tuple(self.primal.names.index(n) for n in main.written))

    def _text(self, types: dict[str, Type], present: dict[str, Any] | None,
              primal: Primal | None = None, target: str | None = None,
              mode: str | None = None) -> tuple[str, Function]:
        """The module text for these types; without values of its variables, these are written into it."""
        program = self.primal.frozen() if present is None else (primal or self.primal).typed(present)
        target = self.target if target is None else target
        mode = mode or self.mode
        derived = derive(program, Request(mode, self._wrt, self._single, self.style, types, name=self.__name__,
                                          target=target))
        lines = header(self.primal.program, self._wrt, mode, self.style, self.signature, target)
        made = unit(derived, lines, self.style, frozen=present is None, target=target)
        return emit_for(target, [made]), derived.main

    # -- the text -----------------------------------------------------------------------------

    @property
    def source(self) -> str:
        """The general version: a module that stands alone, for any arguments the annotations allow."""
        return self._text(self._arguments.declared or {}, None)[0]

    def source_for(self, *args: Any, **keywords: Any) -> str:
        """The version for arguments of these types; tangents and seeds may be left out."""
        return self._find(args, keywords)[2].text

    def raw(self, *args: Any, **keywords: Any) -> Callable[..., Any]:
        """The generated function itself for arguments of these types: calling it pays no dispatch.

        It reads the global variables of the primal as they were when the derivative was last called or asked."""
        return self._find(args, keywords)[2].function

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the general version to a file, as a module."""
        write_file(path, self.source)

    # -- copying and pickling -----------------------------------------------------------------

    def __copy__(self) -> Derivative:
        return self

    def __deepcopy__(self, memo: object) -> Derivative:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        """By reference to the primal where it can be found again, and with the general version's text where not."""
        values = self.primal.present()
        try:
            text: str | None = self._text(self._arguments.declared or {}, values, target="numpy")[0]
        except S2SADError:
            text = None
        return reduced(self.primal.function, self.primal.program.source_hash, {
            "mode": self.mode, "wrt": list(self._wrt) if not self._single else self._wrt[0], "style": self.style,
            "signature": self.signature, "target": self.target, "name": self.__name__, "doc": self.__doc__,
            "floats": list(self._wrt), "extras": list(self._arguments.extras),
            "count": len(self.primal.names)}, text, values)


def reconnected(state: dict[str, Any]) -> Derivative | None:
    """Out of a pickle: the derivative made anew from its function, if that is there and has not changed."""
    if state["reference"] is None:
        return None
    try:
        found = pickle.loads(state["reference"])
        primal = Primal(getattr(found, "__wrapped_primal__", found))
        if primal.program.source_hash != state["hash"]:
            return None
        wrt = tuple(state["wrt"]) if isinstance(state["wrt"], list) else state["wrt"]
        return Derivative(primal, state["mode"], wrt, state["style"], state["signature"], state["target"])
    except (S2SADError, ImportError, AttributeError, pickle.UnpicklingError):
        return None


def _resolve(wrt: Wrt, primal: Primal, default: tuple[str, ...]) -> tuple[tuple[str, ...], bool]:
    """The names to differentiate with respect to, and whether results are bare and no tuples."""
    names, function = primal.names, primal.program.main.name
    choices = f"its parameters are {', '.join(names)}" if names else "it takes no arguments"
    if wrt is None:
        if not default:
            raise NotDifferentiableError(f"{function!r} has no parameter to differentiate with respect to",
                                         hint="name it with wrt=" if names else choices)
        return default, len(default) == 1
    single = isinstance(wrt, (int, str)) or not isinstance(wrt, Sequence)
    found = []
    for item in [wrt] if single else list(wrt):  # type: ignore[arg-type]
        if not isinstance(item, (int, str)) or isinstance(item, bool):
            raise NotDifferentiableError(f"wrt={wrt!r} is no position or name, and no tuple of them", hint=choices)
        if isinstance(item, int) and not -len(names) <= item < len(names):
            raise NotDifferentiableError(f"wrt={item}: {function!r} has {len(names)} parameters", hint=choices)
        found.append(names[item] if isinstance(item, int) else item)
    if not found:
        raise NotDifferentiableError("wrt is empty", hint=choices)
    check_names(primal.program, tuple(found))
    return tuple(found), single


def _plain_key(args: tuple[Any, ...]) -> Hashable:
    """Equal for arguments of equal types, where numbers and arrays are all there is."""
    return tuple([a.__class__ if a.__class__ is not np.ndarray else
                  (a.dtype.char, a.ndim if 1 not in a.shape else tuple([n == 1 for n in a.shape])) for a in args])


def _value_type(derived: Function) -> Type:
    """The type of the primal's value in what a ``vjp`` or ``jvp`` returns."""
    value = derived.block.ops[-1].operands()[0]
    if isinstance(value.type, TupleType):
        return value.type.items[0]
    made = next((op for op in derived.block.ops if isinstance(op, Apply) and value in op.results), None)
    return made.args[0].type if made is not None and made.prim == "tuple" else UNKNOWN
