"""The arguments of a derivative: the primal's own, then tangents or a seed.

Numbers that the derivative is taken by become floats; what has no derivative, or is not of the shape that it must
have, is refused with a hint before anything is computed.
"""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from typing import Any

import numpy as np

from s2sad.analysis.signature import fields, like_record, type_of_value
from s2sad.errors import TypingError
from s2sad.ir.operators import operator
from s2sad.ir.types import UNKNOWN, Dim, ListType, Num, Opaque, RecordType, TupleType, Type, may_carry_derivative
from s2sad.primal import Primal


class Arguments:
    """How calls of one derivative are read; `extras` are the names of its tangents or its seed."""

    def __init__(self, primal: Primal, mode: str, name: str, wrt: tuple[str, ...],
                 declared: dict[str, Type] | None) -> None:
        self.primal = primal
        self.mode = mode
        self.name = name
        self.wrt = wrt
        self.declared = declared
        self.takes = operator(mode).extras
        self.extras = [f"{n}_dot" for n in wrt] if self.takes == "tangents" else \
            ["y_bar"] if self.takes == "seed" else []
        self.places = [primal.names.index(n) for n in wrt]

    def split(self, args: tuple[Any, ...], keywords: dict[str, Any]) -> tuple[list[Any], dict[str | int, Any]]:
        """The primal's arguments in order, checked; and tangents or the seed, by name or by position."""
        names, count, fixed = self.primal.names, self.primal.positional, self.primal.functions
        if fixed:
            kinds = [p.kind for p in self.primal.signature.parameters.values()]
            count = sum(kind is not inspect.Parameter.KEYWORD_ONLY for kind in kinds)
        if self.primal.collects:
            count = len(args)
        extras: dict[str | int, Any] = dict(enumerate(args[count:]))
        if len(extras) > len(self.extras):
            more = f" and {', '.join(self.extras)}" if self.extras else ""
            raise TypeError(f"{self.name}() takes {count} positional arguments{more}, {len(args)} were given")
        args = args[:count]
        if keywords or fixed or self.primal.collects or len(args) < len(names):
            own = {n: v for n, v in keywords.items() if n in names or n in fixed}
            extras.update((n, v) for n, v in keywords.items() if n not in own)
            try:
                bound = self.primal.signature.bind(*args, **own)
            except TypeError as error:
                raise TypeError(f"{self.name}(): {error}") from None
            bound.apply_defaults()
            values = [bound.arguments[n] for n in names]
            for name, function in fixed.items():
                if bound.arguments[name] is not function:
                    self._refuse(f"{name!r} is a function, and not the one by default",
                                 f"differentiate functools.partial(f, {name}=...)")
        else:
            values = list(args)
        if extras and not self.extras:
            raise TypeError(f"{self.name}() has no argument {next(iter(extras))!r}")
        for place in self.places:
            values[place] = self._number(names[place], values[place])
        return values, extras

    def _number(self, name: str, value: Any) -> Any:
        if isinstance(value, (int, np.integer)) and not isinstance(value, bool):
            return float(value)
        if isinstance(value, (bool, np.bool_)):
            self._refuse(f"{name!r} is a bool, which has no derivative", f"pass float({name}), or leave it out of wrt")
        return value

    def types(self, values: Sequence[Any]) -> dict[str, Type]:
        """The types of the primal's arguments: those of a signature, else of the values."""
        if self.declared is not None:
            return self.declared
        types = {name: type_of_value(v, name) for name, v in zip(self.primal.names, values)}
        for name, value in zip(self.primal.names, values):
            cls = self.primal.program.classes.get(name)
            if cls is not None and type(value) is not cls and isinstance(value, cls):
                self._refuse(f"{name!r} is a {type(value).__name__}, and is annotated as a {cls.__name__}, whose "
                             "methods were read", "annotate it with its own class")
        for name, kind in types.items():
            if isinstance(kind, Opaque):
                self._refuse(f"{name!r} is of type {kind}, which s2sad does not know",
                             "pass numbers, NumPy arrays, tuples or lists")
        for name in self.wrt:
            if isinstance(types[name], RecordType) and not may_carry_derivative(types[name]):
                self._refuse(f"{name!r} is {types[name]}, which holds nothing that has a derivative",
                             "pass numbers, NumPy arrays, or containers of these")
            kind = types[name]
            if isinstance(kind, ListType) and kind.item == UNKNOWN and kind.length != 0:
                self._refuse(f"{name!r} is a list of items of different kinds", "pass a tuple or a dict of these")
        return types

    def check_declared(self, values: Sequence[Any]) -> None:
        """Whether values are of the types of the signature, which the code relies on."""
        lengths: dict[object, int] = {}
        for name, value in zip(self.primal.names, values):
            declared = (self.declared or {}).get(name, UNKNOWN)
            actual = type_of_value(value, name)
            if not _conforms(declared, actual) or not _same_lengths(declared, np.shape(value), lengths):
                self._refuse(f"{name!r} is {actual}, and not {declared} as the signature says",
                             "convert it, or leave out the signature")

    def _refuse(self, message: str, hint: str) -> None:
        raise TypingError(message, function=self.primal.program.main.name, hint=hint)

    # -- tangents and seeds -------------------------------------------------------------------

    def ordered(self, extras: dict[str | int, Any], own: Sequence[str]) -> list[Any]:
        """Tangents or the seed in order; `own` is what the generated function calls them."""
        found: dict[int, Any] = {}
        for key, value in extras.items():
            place = key if isinstance(key, int) else self._place(key, own)
            if place in found:
                raise TypeError(f"{self.name}() got two values for {self.extras[place]!r}")
            found[place] = value
        if self.takes == "tangents":
            for place, name in enumerate(self.extras):
                if place not in found:
                    raise TypeError(f"{self.name}() misses the tangent {name!r}")
        return [found[place] for place in sorted(found)]

    def _place(self, key: str, own: Sequence[str]) -> int:
        for names in (self.extras, own):
            if key in names:
                return list(names).index(key)
        raise TypeError(f"{self.name}() has no argument {key!r}; after the function's own it takes "
                        f"{', '.join(self.extras)}")

    def tangents(self, tangents: list[Any], values: Sequence[Any]) -> list[Any]:
        """Each tangent with the shape and the dtype of its parameter."""
        return [_conformed(t, values[place], f"{self.name}(): the tangent {name!r}", f"{name[:-4]!r}")
                for t, place, name in zip(tangents, self.places, self.extras)]

    def second_seed(self, seed: Any, values: Sequence[Any], single: bool) -> Any:
        """The seed of a gradient: of the structure, the shapes and the dtypes of what it is taken by."""
        what = f"{self.name}(): the seed"
        if single:
            return _conformed(seed, values[self.places[0]], what, f"{self.wrt[0]!r}")
        return _conformed(seed, tuple(values[k] for k in self.places), what, f"({', '.join(self.wrt)})")

    def seed(self, seed: Any, kind: Type) -> Any:
        """The seed as far as the value's type is known: its structure and dtype."""
        what = f"{self.name}(): the seed"
        if isinstance(kind, TupleType):
            if not isinstance(seed, (tuple, list)) or len(seed) != len(kind.items):
                raise ValueError(f"{what} must be a tuple of {len(kind.items)}, {self._as_what}")
            return tuple(self.seed(s, k) for s, k in zip(seed, kind.items))
        if isinstance(kind, ListType):
            if not isinstance(seed, (tuple, list)):
                raise ValueError(f"{what} must be a list, as the value is")
            return [self.seed(s, kind.item) for s in seed]
        if isinstance(kind, RecordType):
            held = self._fields_like(seed, kind.kind, kind.keys, kind.name)
            return like_record(seed, {k: self.seed(held[k], t) for k, t in zip(kind.keys, kind.items)})
        if not may_carry_derivative(kind):
            return seed
        dtype = kind.dtype if isinstance(kind, Num) else None
        if kind == UNKNOWN or (dtype is None and type(seed) is float):
            return float(seed) if type(seed) is int else np.asarray(seed) if type(seed) is list else seed
        return _of_dtype(seed, dtype, what)

    @property
    def _as_what(self) -> str:
        return "as the value is; where arguments are stored into, their seeds follow the value's"

    def _fields_like(self, seed: Any, kind: str, keys: Sequence[object], name: str) -> dict[Any, Any]:
        """What a seed holds, which must have the structure of the value."""
        found, held = fields(seed)
        if held is None or found != kind or set(held) != set(keys):
            raise ValueError(f"{self.name}(): the seed must be a {name} with {', '.join(map(str, keys))}, as the value "
                             "is")
        return held

    def check_seed(self, seed: Any, value: Any) -> None:
        """A seed of another shape than the value's would be broadcast or summed silently."""
        kind, held = fields(value)
        if held is not None:
            given = self._fields_like(seed, kind, list(held), type(value).__name__)
            for key, item in held.items():
                if not isinstance(item, (int, str, type(None), np.integer)):
                    self.check_seed(given[key], item)
            return
        if isinstance(value, (tuple, list)):
            if not isinstance(seed, (tuple, list)) or len(seed) != len(value):
                raise ValueError(f"{self.name}(): the seed must be a {type(value).__name__} of {len(value)}, as the "
                                 "value is")
            for s, v in zip(seed, value):
                self.check_seed(s, v)
        elif np.shape(seed) != np.shape(value):
            raise ValueError(f"{self.name}(): the seed has the shape {np.shape(seed)}, the value {np.shape(value)}")


def _conformed(tangent: Any, value: Any, what: str, of: str) -> Any:
    """A tangent as its parameter is."""
    if type(tangent) is float and type(value) is float:
        return tangent
    kind, held = fields(value)
    if held is not None:
        found, given = fields(tangent)
        if given is None or found != kind or set(given) != set(held):
            raise ValueError(f"{what} must be a {type(value).__name__} with {', '.join(map(str, held))}, as {of} is")
        return like_record(tangent, {k: _conformed(given[k], v, f"{what}, {k!r}", f"{of}, {k!r}")
                                     for k, v in held.items()})
    if isinstance(value, (str, type(None), bool, int)) or (isinstance(value, np.ndarray) and value.dtype.kind in "iub"):
        return tangent  # never read
    if isinstance(value, list):
        if not isinstance(tangent, (tuple, list)) or len(tangent) != len(value):
            raise ValueError(f"{what} must be a list of {len(value)}, as {of} is")
        return [_conformed(t, v, what, of) for t, v in zip(tangent, value)]
    if isinstance(value, tuple):
        if not isinstance(tangent, (tuple, list)) or len(tangent) != len(value):
            raise ValueError(f"{what} must be a tuple of {len(value)}, as {of} is")
        return tuple(_conformed(t, v, what, of) for t, v in zip(tangent, value))
    if np.shape(tangent) != np.shape(value):
        raise ValueError(f"{what} has the shape {np.shape(tangent)}, and {of} has {np.shape(value)}")
    if isinstance(value, (np.ndarray, np.generic)):
        return _of_dtype(tangent, value.dtype.name, what)
    return float(_of_dtype(tangent, None, what)) if isinstance(value, float) else tangent


def _of_dtype(value: Any, dtype: str | None, what: str) -> Any:
    """A number or array with a real dtype; an array that has it is not copied."""
    array = np.asarray(value)
    if array.dtype.kind not in "biuf":
        kind = array.dtype if isinstance(value, np.ndarray) else type(value).__name__
        raise TypeError(f"{what} is of type {kind}, and not of real numbers")
    wanted = np.dtype(dtype) if dtype is not None else array.dtype
    if wanted.kind != "f":
        wanted = np.dtype(float)
    if array.ndim == 0 and dtype is None:
        return float(value)
    return array.astype(wanted, copy=False)[()]


def _conforms(declared: Type, actual: Type) -> bool:
    """Whether a value of a type may be passed where a signature says another one."""
    if not isinstance(declared, Num):
        return declared == UNKNOWN or type(declared) is type(actual)
    if not isinstance(actual, Num):
        return False
    if declared.shape is not None and actual.shape is not None and len(declared.shape) != len(actual.shape):
        return False
    if declared.kind is not None and actual.kind != declared.kind:
        return declared.kind == "float" and actual.kind == "int" and declared.dtype is None
    return declared.dtype is None or declared.dtype == (actual.dtype or declared.dtype)


def _same_lengths(declared: Type, shape: tuple[int, ...], lengths: dict[object, int]) -> bool:
    """Whether the axes have the lengths of the signature; equal names are equal lengths."""
    dims = declared.shape if isinstance(declared, Num) and declared.shape else ()
    for dim, length in zip(dims, shape):
        if isinstance(dim, int) and dim != length:
            return False
        if isinstance(dim, Dim) and lengths.setdefault(dim, length) != length:
            return False
    return True
