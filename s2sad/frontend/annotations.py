"""Types from annotations, read as text (nothing is evaluated).

``float`` → a Python float, ``NDArray[np.float32]`` → an array of float32 of unknown rank,
``Float[np.ndarray, "n m"]`` → a matrix whose sizes are named.
"""

from __future__ import annotations

import ast
from typing import Any

import gast

from s2sad.ir.types import (
    BOOL,
    COMPLEX,
    FLOAT,
    INT,
    NONE,
    SLICE,
    STR,
    TUPLE,
    UNKNOWN,
    Dim,
    DimLike,
    ListType,
    Num,
    TupleType,
    Type,
)

_PLAIN: dict[str, Type] = {"float": FLOAT, "int": INT, "bool": BOOL, "complex": COMPLEX, "str": STR, "None": NONE,
                          "slice": SLICE}
_DTYPES = {
    **{f"float{n}": ("float", f"float{n}") for n in (16, 32, 64)}, "double": ("float", "float64"),
    **{f"int{n}": ("int", f"int{n}") for n in (8, 16, 32, 64)}, "intp": ("int", "int64"),
    **{f"uint{n}": ("int", f"uint{n}") for n in (8, 16, 32, 64)},
    **{f"complex{n}": ("complex", f"complex{n}") for n in (64, 128)}, "bool_": ("bool", "bool"),
    "single": ("float", "float32"),
}
_ABSTRACT = {"floating": "float", "integer": "int", "float": "float", "int": "int", "complex": "complex",
             "bool": "bool", "Float": "float", "Int": "int", "Integer": "int", "Complex": "complex", "Bool": "bool",
             "Real": "float"}


def type_of_annotation(node: Any) -> Type:
    """The type that an annotation declares; UNKNOWN where it says nothing we use."""
    if isinstance(node, gast.Constant):
        if node.value is None:
            return NONE
        if isinstance(node.value, str):
            try:
                return type_of_annotation(gast.ast_to_gast(ast.parse(node.value, mode="eval")).body)
            except SyntaxError:
                return UNKNOWN
    if isinstance(node, (gast.Name, gast.Attribute)):
        return _plain(_last(node))
    if isinstance(node, gast.Subscript):
        return _subscript(_last(node.value), node.slice)
    return UNKNOWN


def _last(node: Any) -> str:
    if isinstance(node, gast.Attribute):
        return str(node.attr)
    return str(node.id) if isinstance(node, gast.Name) else ""


def _plain(name: str) -> Type:
    if name == "tuple":
        return TUPLE
    if name in _PLAIN:
        return _PLAIN[name]
    if name in _DTYPES:
        return Num(*_DTYPES[name], ())
    if name in ("ndarray", "NDArray", "Array", "ArrayLike"):
        return Num(ndarray=name != "ArrayLike")
    return UNKNOWN


def _subscript(head: str, index: Any) -> Type:
    items = list(index.elts) if isinstance(index, gast.Tuple) else [index]
    if head in ("list", "List") and len(items) == 1:
        return ListType(type_of_annotation(items[0]))
    if head in ("tuple", "Tuple") and not any(isinstance(i, gast.Constant) and i.value is Ellipsis for i in items):
        return TupleType(tuple(map(type_of_annotation, items)))
    if head == "NDArray":
        kind, dtype = _scalar(items[0])
        return Num(kind, dtype, None, ndarray=True)
    if head == "ndarray" and len(items) == 2 and isinstance(items[1], gast.Subscript):
        return type_of_annotation(gast.Subscript(gast.Name("NDArray", gast.Load(), None, None), items[1].slice,
                                                 gast.Load()))
    if head in ("Annotated", "Final", "Required") and items:
        return type_of_annotation(items[0])
    return _jaxtyping(head, items)


def _scalar(node: Any) -> tuple[str | None, str | None]:
    name = _last(node)
    if name in _DTYPES:
        return _DTYPES[name]
    return _ABSTRACT.get(name), "float64" if name == "float" else None


def _jaxtyping(head: str, items: list[Any]) -> Type:
    """``Float[np.ndarray, "n 3"]``; a size such as ``n+1`` or ``...`` is left unknown."""
    known = _DTYPES.get(head.lower()) if head[:1].isupper() else None
    kind, dtype = known or (_ABSTRACT.get(head) if head[:1].isupper() else None, None)
    if kind is None and head != "Shaped" and head != "Num":
        return UNKNOWN
    if len(items) != 2 or not isinstance(items[1], gast.Constant) or not isinstance(items[1].value, str):
        return UNKNOWN
    words = items[1].value.split()
    if any(w == "..." or w.startswith("*") for w in words):
        return Num(kind, dtype, None)
    return Num(kind, dtype, tuple(map(_dimension, words)))


def _dimension(word: str) -> DimLike:
    word = word.rpartition("=")[2]
    if word.isdigit():
        return int(word)
    # A size that was only declared may be 1 at run time.
    return Dim(word, maybe_one=True) if word.isidentifier() and word != "_" else None
