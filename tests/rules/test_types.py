"""Type rules: shapes, kinds and dtypes that the transforms rely on."""

from __future__ import annotations

import pytest

from s2sad.ir.builder import Builder
from s2sad.ir.trace import Block, Const, Value
from s2sad.ir.types import FLOAT, INT, NUMBER, SLICE, UNKNOWN, Dim, ListType, Num, TupleType, Type
from s2sad.rules import TABLE

N, M = Dim("n"), Dim("m")
VECTOR = Num("float", "float64", (N,))
MATRIX = Num("float", "float64", (M, N))
SINGLE = Num("float", "float32", (N,))


def infer(prim: str, *types: object, **keywords: object) -> Type:
    builder = Builder(Block(), TABLE.infer, TABLE.signature)
    return builder.apply(prim, *(Value(None, t) if isinstance(t, Type) else t for t in types), **keywords).type


def cut(*bounds: int | None) -> Type:
    return infer("slice", *(Const(b) for b in bounds))


@pytest.mark.parametrize("prim, operands, expected", [
    ("add", (INT, INT), "int"), ("truediv", (INT, INT), "float"), ("add", (INT, FLOAT), "float"),
    ("mul", (SINGLE, FLOAT), "float32[n]"), ("mul", (SINGLE, VECTOR), "float64[n]"),
    ("add", (MATRIX, VECTOR), "float64[m, n]"), ("add", (VECTOR, NUMBER), "number[...]"),
    ("lt", (VECTOR, FLOAT), "bool[n]"), ("lt", (FLOAT, FLOAT), "bool"),
    ("math.sin", (FLOAT,), "float"), ("np.sin", (FLOAT,), "float64"), ("np.sin", (SINGLE,), "float32[n]"),
    ("np.sin", (Num("int", "int64", (N,)),), "float64[n]"),
    ("matmul", (MATRIX, VECTOR), "float64[m]"), ("matmul", (VECTOR, VECTOR), "float64"),
    ("np.sum", (MATRIX,), "float64"), ("np.sum", (MATRIX, 0), "float64[n]"), ("np.sum", (MATRIX, -1), "float64[m]"),
    ("np.transpose", (MATRIX,), "float64[n, m]"), ("np.zeros", ((2, 3),), "float64[2, 3]"),
    ("np.zeros", (TupleType((INT, INT)),), "float64[?, ?]"), ("np.zeros_like", (SINGLE,), "float32[n]"),
    ("np.array", (ListType(FLOAT, 3),), "float64[3]"), ("np.reshape", (VECTOR, (-1, 1)), "float64[?, 1]"),
    ("getitem", (VECTOR, INT), "float64"), ("getitem", (MATRIX, INT), "float64[n]"),
    ("getitem", (VECTOR, SLICE), "float64[?]"), ("getitem", (MATRIX, TupleType((SLICE, INT))), "float64[?]"),
    ("getitem", (VECTOR, TupleType((SLICE, Const(None).type))), "float64[?, 1]"),
    ("getitem", (VECTOR, Num("int", "int64", (M,))), "float64[m]"),
    ("getitem", (MATRIX, Num("bool", "bool", (M, N))), "float64[?]"),
    ("getitem", (TupleType((INT, FLOAT)), 1), "float"), ("getitem", (ListType(VECTOR), INT), "float64[n]"),
    ("list", (FLOAT, FLOAT), "list[float]"), ("add", (ListType(FLOAT, 1), ListType(FLOAT, 2)), "list[float]"),
    ("mul", (ListType(FLOAT, 1), INT), "list[float]"), ("add", (UNKNOWN, UNKNOWN), "?"),
    ("np.where", (Num("bool", "bool", (N,)), SINGLE, 0.0), "float32[n]"),
])
def test_type(prim: str, operands: tuple[object, ...], expected: str) -> None:
    assert str(infer(prim, *operands)) == expected


def test_slices_of_equal_length() -> None:
    """A stencil's parts are known to fit each other."""
    inner = infer("getitem", VECTOR, cut(1, -1, None))
    assert isinstance(inner, Num)
    assert inner == infer("getitem", VECTOR, cut(2, None, None)) == infer("getitem", VECTOR, cut(None, -2, None))
    assert inner == infer("getitem", infer("getitem", VECTOR, cut(1, None, None)), cut(1, None, None))
    assert inner != infer("getitem", VECTOR, cut(1, None, None))
    assert infer("add", inner, inner) == inner
    assert infer("getitem", VECTOR, cut(None, None, None)) == VECTOR
    assert infer("getitem", Num("float", "float64", (5,)), cut(1, None, 2)) == Num("float", "float64", (2,))


def test_shape_keeps_lengths() -> None:
    assert infer("np.zeros", infer("shape", MATRIX)) == MATRIX
    assert infer("np.broadcast_to", FLOAT, infer("shape", MATRIX)) == MATRIX
