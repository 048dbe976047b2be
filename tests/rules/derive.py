"""Differentiates one application of a primitive by its row alone, and runs the result.

`Application` builds the trace of ``y = prim(*operands)`` and of its tangent or adjoint; a small forward mode
over such straight-line traces gives second derivatives, so that formulas are differentiated too.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from s2sad.backend.interpret import interpret
from s2sad.ir.builder import Builder, Term
from s2sad.ir.trace import Apply, Atom, Block, Const, Function, Parameter, Return, Value
from s2sad.ir.types import BOOL, COMPLEX, FLOAT, INT, NUMBER, Dim, ListType, Num, TupleType, Type, join
from s2sad.rules import TABLE


def type_of(value: object, known: bool = True) -> Type:
    """The type of a run-time value; with `known` false nothing but "a number" for arrays."""
    for python, result in ((bool, BOOL), (int, INT), (float, FLOAT), (complex, COMPLEX)):
        if isinstance(value, python) and not isinstance(value, np.generic):
            return result
    if isinstance(value, (np.ndarray, np.generic)):
        if not known:
            return NUMBER
        kind = {"b": "bool", "i": "int", "u": "int", "f": "float", "c": "complex"}[value.dtype.kind]
        return Num(kind, value.dtype.name, tuple(1 if n == 1 else Dim(f"n{n}") for n in value.shape))
    if isinstance(value, tuple):
        return TupleType(tuple(type_of(v, known) for v in value))
    if isinstance(value, list):
        item = type_of(value[0], known)
        for v in value[1:]:
            item = join(item, type_of(v, known))
        return ListType(item, len(value))
    raise TypeError(type(value))


def agrees(t: Type, value: Any) -> bool:
    """Whether a run-time value has the type that was inferred for it."""
    if isinstance(t, TupleType):
        return isinstance(value, tuple) and len(value) == len(t.items) and all(map(agrees, t.items, value))
    if isinstance(t, ListType):
        return isinstance(value, list) and all(agrees(t.item, v) for v in value)
    if not isinstance(t, Num):
        return True
    array = np.asarray(value)
    kind = {"b": "bool", "i": "int", "u": "int", "f": "float", "c": "complex"}.get(array.dtype.kind)
    if (t.kind is not None and kind != t.kind) or (t.dtype is not None and array.dtype.name != t.dtype):
        return False
    if t.shape is None:
        return True
    lengths = [1 if d == 1 else int(d.name[1:]) if isinstance(d, Dim) and d.name[1:].isdigit() else d
               for d in t.shape]
    return array.ndim == len(t.shape) and all(
        not isinstance(d, int) or d == n for d, n in zip(lengths, array.shape))


class Application:
    """``prim(*operands)``: `constants` are the positions whose operand is a literal of the trace."""

    def __init__(self, prim: str, operands: list[Any], known: bool = True) -> None:
        self.row = TABLE[prim]
        self.values = [v for v in operands if _is_data(v)]
        self.block = Block()
        self.builder = Builder(self.block, TABLE.infer, TABLE.signature)
        self.atoms: list[Atom] = []
        for v in operands:
            self.atoms.append(self.param(v, known) if _is_data(v) else Const(v))
        self.known = known
        self.result = self.builder.apply_all(prim, *self.atoms)[0]

    def param(self, value: object, known: bool = True) -> Value:
        v = Value(None, type_of(value, known))
        self.block.params.append(v)
        return v

    def run(self, outcome: Atom, values: list[Any]) -> Any:
        """The value of `outcome`; every inferred type is checked on the way."""
        block = Block(self.block.params, [*self.block.ops, Return([outcome])])
        function = Function("f", "f", [Parameter(f"p{k}") for k in range(len(block.params))], block)

        def check(op: Apply, result: Value, value: object) -> None:
            assert agrees(result.type, value), f"{op.prim}: {result.type} inferred for {value!r}"

        with np.errstate(all="ignore"):
            return interpret(function, values, check, TABLE.signature)

    def actives(self) -> list[int]:
        """Positions of active operands that hold data."""
        row = self.row
        data = [k for k, a in enumerate(self.atoms) if isinstance(a, Value) and _floating(a.type)]
        if row.signature.variadic:
            return data
        return [k for k in row.active if k in data]

    def tangent(self, k: int, t: Atom) -> Atom:
        return tangent(self.builder, Apply(self.row.name, self.atoms, [self.result]), {k: t})

    def adjoint(self, k: int, g: Atom) -> Atom:
        """The contribution to operand k, before it is brought to the operand's shape."""
        row, builder = self.row, self.builder
        F = row.formulas(builder, TABLE)
        terms = [Term(builder, a) for a in (self.result, *self.atoms)]
        place, extra = (-1, {"k": k}) if row.signature.variadic else (k, {})
        if row.kind == "elementwise":
            partial = row.partials[place](F, *terms, **extra)
            return g if partial is None else builder.apply("mul", g, partial)
        return row.vjp[place](F, Term(builder, g), *terms, **extra).atom


def _is_data(v: object) -> bool:
    if isinstance(v, (tuple, list)):
        return any(_is_data(x) for x in v)
    return isinstance(v, (float, complex, np.ndarray, np.generic)) and not (isinstance(v, float) and np.isinf(v))


def _floating(t: Type) -> bool:
    if isinstance(t, (TupleType, ListType)):
        return True
    return isinstance(t, Num) and t.kind not in ("int", "bool")


def tangent(builder: Builder, op: Apply, dots: dict[int, Atom]) -> Atom:
    """Appends the tangent of one operation, given the tangents of some operands."""
    row = TABLE[op.prim]
    F = row.formulas(builder, TABLE)
    terms = [Term(builder, a) for a in (op.results[0], *op.args)]
    if row.kind == "structural":
        args = list(op.args)
        if op.prim in ("getitem", "np.take_along_axis"):
            args[0] = dots[0]
        elif op.prim == "select":
            args[1:] = [dots.get(1, Const(0.0)), dots.get(2, Const(0.0))]
        else:
            assert op.prim in ("tuple", "list", "list_repeat"), op.prim
            repeat = op.prim == "list_repeat"
            args = [dots[0], args[1]] if repeat else [dots.get(k, Const(0.0)) for k in range(len(args))]
        return builder.apply(op.prim, *args)
    total: Term | None = None
    if row.kind == "linear":
        args = [dots.get(k) or (zero(builder, a) if k in row.active else a) for k, a in enumerate(op.args)]
        return builder.apply(op.prim, *args)
    for k, t in dots.items():
        place, extra = (-1, {"k": k}) if row.signature.variadic else (k, {})
        dot = Term(builder, t)
        if row.kind == "elementwise":
            if place not in row.partials:
                continue
            partial = row.partials[place](F, *terms, **extra)
            part = dot if partial is None else dot * partial
        elif row.kind == "bilinear":
            args = list(op.args)
            args[k] = t
            part = Term(builder, builder.apply(op.prim, *args))
        else:
            part = row.jvp[place](F, dot, *terms, **extra)
        total = part if total is None else total + part
    assert total is not None, op.prim
    return total.atom


def zero(builder: Builder, a: Atom) -> Atom:
    if isinstance(a, Const) or (isinstance(a.type, Num) and a.type.is_scalar):
        return a if isinstance(a, Const) and a.value is None else Const(0.0)
    return builder.apply("np.zeros_like", a)


def tangent_of_trace(builder: Builder, dots: dict[Atom, Atom], outcome: Atom) -> Atom | None:
    """Forward mode over the operations of the builder's block; None if the outcome does not depend."""
    for op in list(builder.block.ops):
        assert isinstance(op, Apply)
        row = TABLE[op.prim]
        if row.kind in ("zero", "nondifferentiable") or not op.results:
            continue
        inputs = {k: dots[a] for k, a in enumerate(op.args) if a in dots}
        if row.kind not in ("structural",) and not row.signature.variadic:
            inputs = {k: t for k, t in inputs.items() if k in row.active}
        if inputs:
            dots[op.results[0]] = tangent(builder, op, inputs)
    return dots.get(outcome)
