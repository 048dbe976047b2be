"""Derivatives of live functions: specialised by the types of the arguments, as they are first called.

A `Derivative` is called like the function, with tangents or a seed after its parameters.  Each signature of
argument types gets a generated function of its own, kept in a cache under a lock; `raw` gives it out for
callers that want no dispatch at all.
"""

from __future__ import annotations

import functools
import inspect
import threading
from collections.abc import Callable, Hashable, Sequence
from typing import Any

import numpy as np

from s2sad.analysis.signature import parse_signature, signature_key, type_of_value
from s2sad.backend.load import load, write_file
from s2sad.backend.module import emit_module
from s2sad.driver import Request, derive
from s2sad.errors import NotDifferentiableError, TypingError
from s2sad.frontend.read import read_function
from s2sad.generate import check_names, default_wrt, derivative_name, header, unit
from s2sad.ir.rewrite import clone_program
from s2sad.ir.trace import Apply, Program, walk
from s2sad.ir.types import ListType, Type
from s2sad.rules import TABLE
from s2sad.uncollected import uncollected

Wrt = int | str | Sequence[int | str] | None  # None: every parameter that can be differentiated
STYLES = ("compact", "trace")


class Primal:
    """A function to differentiate: its program, read once and again when a global changes its type."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function
        self.program: Program = read_function(function, TABLE)
        self.names = [p.name for p in self.program.main.params]
        self.signature = inspect.signature(function)
        self.live = {name: g.read for name, g in self.program.globals.items() if g.read is not None}

    def typed_globals(self) -> tuple[Program, dict[str, object]]:
        """The program with the present types of the globals that it reads, and their values."""
        program = clone_program(self.program)
        values = {name: read() for name, read in self.live.items()}
        for function in program.functions.values():
            for op in walk(function.block):
                if isinstance(op, Apply) and op.prim == "global" and op.attrs["name"] in values:
                    value = values[op.attrs["name"]]
                    op.attrs["type"] = type_of_value(value, op.attrs["name"])
                    op.attrs.pop("value", None)
        return program, values


class Derivative:
    """A derivative of a function.

    mode
        ``grad``, ``value_and_grad``, ``jvp`` or ``vjp``.
    wrt
        a position or name, or a sequence of them (then results are tuples); None for every
        parameter that is typed float or has no type.
    style, signature
        ``compact`` or ``trace``; types of the parameters, in place of those of the first call's arguments.
    """

    def __init__(self, primal: Primal, mode: str, wrt: Wrt, style: str = "compact",
                 signature: str | None = None) -> None:
        if style not in STYLES:
            raise NotDifferentiableError(f"no style {style!r}", hint="styles are compact and trace")
        self._primal = primal
        self.mode, self.style, self.signature = mode, style, signature
        self._types = parse_signature(signature, primal.names) if signature else None
        self._default = default_wrt(primal.program, self._types or {})
        self._wrt, self._single = self._resolve(wrt)
        self._name = derivative_name(primal.program, mode, self._wrt, self._default)
        self._extra = self._extra_names()
        self._cache: dict[Hashable, Callable[..., Any]] = {}
        self._sources: dict[Hashable, str] = {}
        self._globals: dict[Hashable, dict[str, Any]] = {}
        self._lock = threading.RLock()
        functools.update_wrapper(self, primal.function, assigned=("__module__",), updated=())
        self.__name__ = self.__qualname__ = self._name
        self.__doc__ = f"The {mode} of {primal.program.main.name} with respect to {', '.join(self._wrt)}."
        del self.__dict__["__wrapped__"]

    # -- what it is ---------------------------------------------------------------------------

    def _resolve(self, wrt: Wrt) -> tuple[tuple[str, ...], bool]:
        names = self._primal.names
        if wrt is None:
            if not self._default:
                raise NotDifferentiableError(f"{self._primal.program.main.name!r} has no parameter to differentiate "
                                             "with respect to", hint="name it with wrt=")
            return self._default, len(self._default) == 1
        single = isinstance(wrt, (int, str))
        chosen = [wrt] if isinstance(wrt, (int, str)) else list(wrt)
        found = []
        for item in chosen:
            if isinstance(item, int) and not -len(names) <= item < len(names):
                raise NotDifferentiableError(f"wrt={item}: {self._primal.program.main.name!r} has {len(names)} "
                                             f"parameters", hint=f"they are {', '.join(names)}")
            found.append(names[item] if isinstance(item, int) else item)
        if not found or len(set(found)) != len(found):
            raise NotDifferentiableError(f"wrt={wrt!r} names no parameter, or one twice")
        check_names(self._primal.program, tuple(found))
        return tuple(found), single

    def _extra_names(self) -> list[str]:
        if self.mode == "jvp":
            return [f"{name}_dot" for name in self._wrt]
        return ["y_bar"] if self.mode == "vjp" else []

    def __repr__(self) -> str:
        return f"<s2sad {self.mode} of {self._primal.program.main.name} with respect to {', '.join(self._wrt)}>"

    # -- calling ------------------------------------------------------------------------------

    def __call__(self, *args: Any, **keywords: Any) -> Any:
        values, extras = self._bind(args, keywords)
        result = self._specialise(values)(*values, **extras)
        if self.mode == "vjp" and extras:
            _check_seed(self._name, extras["y_bar"], result[0])
        return result

    def _bind(self, args: tuple[Any, ...], keywords: dict[str, Any]) -> tuple[list[Any], dict[str, Any]]:
        """The primal's arguments in order, floats for ints of `wrt`; tangents or seed by name."""
        names = self._primal.names
        count = len(names)
        extras = dict(zip(self._extra, args[count:]))
        if len(args) > count + len(self._extra):
            raise TypeError(f"{self._name}() takes {count} arguments" + (
                f" and {', '.join(self._extra)}" if self._extra else "") + f", {len(args)} were given")
        args = args[:count]
        if keywords or len(args) < count:
            keywords = dict(keywords)
            for name in list(keywords):
                if name not in names and (name in self._extra or (self.mode == "vjp" and name.endswith("_bar"))):
                    extras[name if name in self._extra else "y_bar"] = keywords.pop(name)
            bound = self._primal.signature.bind(*args, **keywords)
            bound.apply_defaults()
            values = [bound.arguments[name] for name in names]
        else:
            values = list(args)
        if self.mode == "jvp" and len(extras) < len(self._extra):
            missing = [name for name in self._extra if name not in extras]
            raise TypeError(f"{self._name}() misses the tangent {missing[0]!r}")
        for k, name in enumerate(names):
            if name in self._wrt and type(values[k]) is int:
                values[k] = float(values[k])
        return values, extras

    def _specialise(self, values: list[Any]) -> Callable[..., Any]:
        live = self._primal.live
        key: Hashable = "signature" if self._types is not None else signature_key(values)
        if live:
            present = {name: read() for name, read in live.items()}
            key = (key, signature_key(list(present.values())))
        raw = self._cache.get(key)
        if raw is None:
            with self._lock:
                raw = self._cache.get(key) or self._build(key, values)
        if live:
            namespace = self._globals[key]
            for name, value in present.items():
                if namespace[name] is not value:
                    namespace[name] = value
        return raw

    def _build(self, key: Hashable, values: list[Any]) -> Callable[..., Any]:
        types = self._types
        if types is None:
            types = {name: type_of_value(v, name) for name, v in zip(self._primal.names, values)}
            self._check_types(types)
        text, namespace, name = self._text(types, frozen=False)
        loaded = load(text, name, namespace)
        raw: Callable[..., Any] = self._adapt(loaded[name])
        self._globals[key] = loaded
        self._sources[key] = text
        self._cache[key] = raw
        return raw

    def _adapt(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Let the seed be called ``y_bar`` whatever the primal's result is called."""
        if self.mode != "vjp" and self.mode != "jvp":
            return function
        own = list(inspect.signature(function).parameters)[len(self._primal.names):]
        if own == self._extra:
            return function

        def call(*args: Any, **extras: Any) -> Any:
            return function(*args, **{o: extras[e] for o, e in zip(own, self._extra) if e in extras})

        return functools.wraps(function)(call)

    def _check_types(self, types: dict[str, Type]) -> None:
        for name in self._wrt:
            if isinstance(types[name], ListType):
                raise TypingError(f"{name!r} is a list, which cannot be differentiated with respect to yet",
                                  function=self._primal.program.main.name, hint=f"pass np.asarray({name})")

    @uncollected
    def _text(self, types: dict[str, Type], frozen: bool) -> tuple[str, dict[str, Any], str]:
        """The module text for these types, the globals it needs, the name of its function."""
        program, values = self._primal.typed_globals()
        if self._primal.live and frozen:
            program = self._primal.program
        request = Request(self.mode, self._wrt, self._single, self.style, types, name=self._name)
        derived = derive(program, request)
        lines = header(self._primal.program, self._wrt, self.mode, self.style, self.signature)
        return emit_module([unit(derived, lines, self.style, frozen)], TABLE.signature), values, self._name

    # -- the text -----------------------------------------------------------------------------

    @property
    def source(self) -> str:
        """The general version: a module that stands alone, for any arguments the annotations allow."""
        return self._text(self._types or {}, frozen=True)[0]

    def source_for(self, *args: Any, **keywords: Any) -> str:
        """The version for arguments of these types."""
        values, _ = self._bind((*args, *[None] * (len(self._extra) if self.mode == "jvp" else 0)), keywords)
        self._specialise(values)
        key: Hashable = "signature" if self._types is not None else signature_key(values)
        if self._primal.live:
            key = (key, signature_key([read() for read in self._primal.live.values()]))
        return self._sources[key]

    def raw(self, *args: Any, **keywords: Any) -> Callable[..., Any]:
        """The generated function itself for arguments of these types: calling it pays no dispatch."""
        values, _ = self._bind((*args, *[None] * (len(self._extra) if self.mode == "jvp" else 0)), keywords)
        return self._specialise(values)

    def save(self, path: str) -> None:
        """Write the general version to a file, as a module."""
        write_file(path, self.source)

    # -- pickling -----------------------------------------------------------------------------

    def __reduce__(self) -> tuple[Any, ...]:
        return restore, (self._primal.function, self.mode, self._wrt if not self._single else self._wrt[0], self.style,
                         self.signature)


def _check_seed(name: str, seed: Any, value: Any) -> None:
    """A seed of another shape than the value's would be broadcast or summed silently."""
    if isinstance(value, tuple):
        if not isinstance(seed, (tuple, list)) or len(seed) != len(value):
            raise ValueError(f"{name}: the seed must be a tuple of {len(value)}, as the value is")
        for s, v in zip(seed, value):
            _check_seed(name, s, v)
    elif not isinstance(value, list) and np.shape(seed) != np.shape(value):
        raise ValueError(f"{name}: the seed has shape {np.shape(seed)}, the value {np.shape(value)}")


def restore(function: Callable[..., Any], mode: str, wrt: Wrt, style: str, signature: str | None) -> Derivative:
    """Rebuild a pickled derivative from its primal (which pickles by reference)."""
    return Derivative(Primal(getattr(function, "__wrapped_primal__", function)), mode, wrt, style, signature)

