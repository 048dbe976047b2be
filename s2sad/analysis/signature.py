"""Types of parameters from a signature text, an annotation text, or run-time arguments.

::

    parse_signature("float, float64[n, m], int", ["x", "A", "k"])   by position
    parse_signature("x=float, A=float64[:, :]", ["x", "A", "k"])    by name
    parse_type('Float[np.ndarray, "n m"]')                          jaxtyping
    type_of_value(np.zeros((3, 1)), "A")                            float64[A0, 1]

A size in a text may be 1 at run time; a length met in an argument is 1 or known not to be.
"""

from __future__ import annotations

import ast
from collections.abc import Hashable, Sequence
from dataclasses import fields as dataclass_fields
from dataclasses import is_dataclass
from typing import Any

import numpy as np

from s2sad.errors import TypingError
from s2sad.ir.types import (
    BOOL,
    COMPLEX,
    CONTEXT,
    FLOAT,
    INT,
    NONE,
    STR,
    TUPLE,
    UNKNOWN,
    Dim,
    DimLike,
    FunctionType,
    ListType,
    Num,
    Opaque,
    RecordType,
    TupleType,
    Type,
    join,
)

_PYTHON: dict[str, Type] = {"float": FLOAT, "int": INT, "bool": BOOL, "complex": COMPLEX, "str": STR, "None": NONE}
_ABSTRACT = {"Float": "float", "floating": "float", "Int": "int", "Integer": "int", "integer": "int",
             "Complex": "complex", "complexfloating": "complex", "Bool": "bool", "Real": "float", "Inexact": None,
             "Num": None, "Shaped": None, "number": None}
_ARRAYS = {"ndarray", "NDArray", "Array"}
_PLAIN = frozenset([float, int, bool, str, type(None), complex])
_HEAP_TYPE = 1 << 9  # a class that is defined in Python
_KINDS = {"b": "bool", "i": "int", "u": "int", "f": "float", "c": "complex"}


def _dtype(name: str) -> tuple[str, str] | None:
    """(kind, dtype) of a NumPy dtype's name; Python's own names are no dtypes here."""
    if name in _PYTHON or not name[:1].isalpha():
        return None
    name = {"double": "float64", "single": "float32", "intp": "int64", "bool_": "bool"}.get(name, name)
    try:
        dtype = np.dtype(name)
    except TypeError:
        return None
    return (_KINDS[dtype.kind], dtype.name) if dtype.kind in _KINDS and name == dtype.name else None


def parse_type(text: str) -> Type:
    """The type that an annotation or one entry of a signature says; UNKNOWN where it says nothing usable."""
    try:
        return _type(ast.parse(text.strip(), mode="eval").body)
    except SyntaxError:
        raise TypingError(f"{text!r} is not a type",
                          hint="write for example float, int, float64[:], float64[n, 3] or list[float]") from None


def parse_signature(text: str, names: Sequence[str]) -> dict[str, Type]:
    """The types of parameters by name, from ``"float, float64[:]"`` or ``"x=float, A=float64[:]"``."""
    try:
        call = ast.parse(f"f({text})", mode="eval").body
    except SyntaxError:
        raise TypingError(f"{text!r} is not a signature", hint='write for example "float, float64[n, m]" or '
                          '"x=float, A=float64[:, :]"') from None
    if not isinstance(call, ast.Call) or ast.unparse(call.func) != "f":
        raise TypingError(f"{text!r} is not a signature", hint='write for example "float, float64[n, m]"')
    if len(call.args) > len(names):
        raise TypingError(f"the signature {text!r} has {len(call.args)} types for {len(names)} parameters",
                        hint="the parameters are " + ", ".join(names))
    result = {name: _required(node) for name, node in zip(names, call.args)}
    for keyword in call.keywords:
        if keyword.arg not in names or keyword.arg in result:
            raise TypingError(f"the signature {text!r} names {keyword.arg!r}",
                              hint="the parameters are " + ", ".join(names))
        result[str(keyword.arg)] = _required(keyword.value)
    return {name: _named(kind, name) for name, kind in result.items()}


def _named(kind: Type, param: str) -> Type:
    """An array whose lengths are named after the parameter where the signature leaves them open."""
    if isinstance(kind, RecordType):
        items = tuple(_named(t, f"{param}_{k}") for k, t in zip(kind.keys, kind.items))
        return RecordType(kind.kind, kind.name, kind.keys, items)
    if not isinstance(kind, Num) or not kind.shape:
        return kind
    shape = tuple(Dim(f"{param}{k}", maybe_one=True) if d is None else d for k, d in enumerate(kind.shape))
    return Num(kind.kind, kind.dtype, shape)


def _required(node: ast.expr) -> Type:
    result = _type(node)
    if result == UNKNOWN and not (isinstance(node, ast.Name) and node.id in ("_", "object", "Any")):
        raise TypingError(f"unknown type {ast.unparse(node)!r} in a signature",
                          hint="write for example float, int, float64[:], float64[n, 3] or list[float]")
    return result


def _type(node: ast.expr) -> Type:
    if isinstance(node, ast.Constant):
        if isinstance(node.value, str):
            return parse_type(node.value)
        return NONE if node.value is None else UNKNOWN
    name = _last(node)
    if isinstance(node, ast.Dict) and all(isinstance(k, ast.Constant) for k in node.keys):
        keys = tuple(k.value for k in node.keys if isinstance(k, ast.Constant))
        return RecordType("dict", "dict", keys, tuple(map(_type, node.values)))
    if isinstance(node, ast.Tuple):
        return TupleType(tuple(map(_type, node.elts)))
    if isinstance(node, ast.List) and len(node.elts) == 1:
        return ListType(_type(node.elts[0]))
    if isinstance(node, ast.Call) and not node.args and _last(node.func) in ("object", "namedtuple"):
        names = tuple(k.arg for k in node.keywords)
        kind = _last(node.func)
        return RecordType(kind, kind, names, tuple(_type(k.value) for k in node.keywords))
    if isinstance(node, ast.Subscript):
        index = node.slice
        return _subscript(_last(node.value), list(index.elts) if isinstance(index, ast.Tuple) else [index])
    if name == "tuple":
        return TUPLE
    if name in _PYTHON:
        return _PYTHON[name]
    if name in _ARRAYS:
        return Num(ndarray=True)
    known = _dtype(name)
    return Num(*known, ()) if known is not None else UNKNOWN


def _last(node: ast.expr) -> str:
    """``np.float64`` is float64."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _subscript(head: str, items: list[ast.expr]) -> Type:
    if head in ("list", "List", "Sequence") and len(items) == 1:
        return ListType(_type(items[0]))
    if head in ("tuple", "Tuple"):
        if any(isinstance(item, ast.Constant) and item.value is Ellipsis for item in items):
            return UNKNOWN
        return TupleType(tuple(map(_type, items)))
    if head == "Annotated":
        return _type(items[0])
    if head == "NDArray":
        return Num(*_element(items[0]), ndarray=True)
    if head == "ndarray" and len(items) == 2:
        inner = items[1].slice if isinstance(items[1], ast.Subscript) else items[1]
        return Num(*_element(inner), ndarray=True)
    known = _dtype(head) or _dtype(head.lower())
    if len(items) == 2 and isinstance(items[1], ast.Constant) and isinstance(items[1].value, str):
        if known is None and head not in _ABSTRACT:
            return UNKNOWN
        kind, dtype = known or (_ABSTRACT[head], None)
        return Num(kind, dtype, _named_shape(items[1].value))
    if known is None and head in ("float", "int", "bool", "complex"):
        known = (head, {"float": "float64", "int": "int64", "bool": "bool", "complex": "complex128"}[head])
    if known is None:
        return UNKNOWN
    dims = [_dimension(item) for item in items]
    return Num(*known, None if Ellipsis in dims else tuple(d for d in dims if d is not Ellipsis))


def _element(node: ast.expr) -> tuple[str | None, str | None]:
    """The element type in ``NDArray[np.float64]``."""
    name = _last(node)
    if name in ("float", "int", "bool", "complex"):
        return name, np.dtype(name).name
    return _dtype(name) or (_ABSTRACT.get(name), None)


def _named_shape(text: str) -> tuple[DimLike, ...] | None:
    """jaxtyping's ``"n m"``; None with ``...`` or ``*batch``."""
    words = [w.rpartition("=")[2] for w in text.split()]
    if any(w == "..." or w.startswith("*") for w in words):
        return None
    return tuple(int(w) if w.isdigit() else Dim(w, maybe_one=True) if w.isidentifier() and w != "_" else None
                 for w in words)


def _dimension(node: ast.expr) -> DimLike | type(Ellipsis):  # type: ignore[valid-type]
    """``:`` is any length, a number itself, a name a named length, ``...`` any number of axes."""
    if isinstance(node, ast.Constant) and (node.value is Ellipsis or type(node.value) is int):
        return node.value
    if isinstance(node, ast.Name) and node.id != "_":
        return Dim(node.id, maybe_one=True)
    return None


def type_of_value(value: object, param: str = "d") -> Type:
    """The type of a run-time argument; the lengths of an array are named after the parameter."""
    for python, result in ((bool, BOOL), (int, INT), (float, FLOAT), (complex, COMPLEX), (str, STR)):
        if type(value) is python:
            return result
    if value is None:
        return NONE
    if isinstance(value, np.generic):
        kind = _KINDS.get(value.dtype.kind)
        return Opaque(type(value).__name__) if kind is None else Num(kind, value.dtype.name, ())
    if isinstance(value, np.ndarray):
        kind = _KINDS.get(value.dtype.kind)
        if kind is None or type(value) is not np.ndarray:
            return Opaque(type(value).__name__)
        dims = tuple(1 if n == 1 else Dim(f"{param}{axis}") for axis, n in enumerate(value.shape))
        # An array without axes can be stored into, which a scalar cannot.
        return Num(kind, value.dtype.name, dims or None, ndarray=not dims)
    if type(value) is tuple:
        return TupleType(tuple(type_of_value(v, f"{param}_{k}_") for k, v in enumerate(value)))
    if type(value) is list:
        return _type_of_list(value)
    kind, held = fields(value)
    if held is not None:
        items = tuple(type_of_value(v, f"{param}_{k}") for k, v in held.items())
        return RecordType(kind, type(value).__name__, tuple(held), items)
    if type(value).__module__ in ("_thread", "threading") and hasattr(value, "acquire"):
        return CONTEXT
    if callable(value):
        return FunctionType(getattr(value, "__qualname__", type(value).__name__))
    return Opaque(type(value).__name__)


def fields(value: object) -> tuple[str, dict[Any, object] | None]:
    """What a dict, a named tuple or an object with plain fields holds, and which of these it is; None for others."""
    cls = type(value)
    if cls is dict:
        return "dict", value  # type: ignore[return-value]
    if isinstance(value, tuple) and hasattr(cls, "_fields"):
        return "namedtuple", dict(zip(cls._fields, value))
    if cls.__flags__ & _HEAP_TYPE and not isinstance(value, (type, tuple, list, dict, np.ndarray, np.generic)) \
            and "__getattr__" not in dir(cls) and cls.__getattribute__ is object.__getattribute__:
        if is_dataclass(value):
            return "object", {f.name: getattr(value, f.name) for f in dataclass_fields(value) if hasattr(value, f.name)}
        if hasattr(value, "__dict__") and not hasattr(cls, "__slots__"):
            return "object", dict(vars(value))
    return "", None


def like_record(value: Any, held: dict[Any, Any]) -> Any:
    """A record like this one that holds something else."""
    if type(value) is dict:
        return {k: held[k] for k in held}
    if isinstance(value, tuple):
        return value._replace(**held)  # type: ignore[attr-defined]
    result = object.__new__(type(value))
    for name, item in held.items():
        object.__setattr__(result, name, item)
    return result


def _type_of_list(value: list[object]) -> Type:
    """Items of different lengths share no named length."""
    if not value:
        return ListType(UNKNOWN, 0)
    item = _unnamed(type_of_value(value[0]))
    for v in value[1:]:
        item = join(item, _unnamed(type_of_value(v)))
    return ListType(item)


def _unnamed(t: Type) -> Type:
    if isinstance(t, Num) and t.shape:
        return Num(t.kind, t.dtype, tuple(d if isinstance(d, int) else None for d in t.shape))
    if isinstance(t, RecordType):
        return RecordType(t.kind, t.name, t.keys, tuple(map(_unnamed, t.items)))
    return TupleType(tuple(map(_unnamed, t.items))) if isinstance(t, TupleType) else t


def signature_key(args: Sequence[object]) -> Hashable:
    """A cheap key that is equal for arguments of equal types."""
    return tuple([_key(a) for a in args])


def _key(value: object) -> object:
    if type(value) in _PLAIN:
        return type(value)
    if isinstance(value, np.ndarray):
        return type(value), value.dtype.char, tuple([n == 1 for n in value.shape])
    if type(value) is tuple:
        return tuple([_key(v) for v in value])
    if type(value) is list:
        return "list", len(value) == 0, frozenset(map(_key, value))
    _, held = fields(value)
    if held is not None:
        return type(value), tuple([(k, _key(v)) for k, v in held.items()])
    if callable(value) and not isinstance(value, np.generic):
        return type(value), getattr(value, "__qualname__", None)
    return type(value)
