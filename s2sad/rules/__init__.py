"""The rule table: what each primitive's derivative is, one row a primitive, both modes from one row."""

from __future__ import annotations

from s2sad.rules import (
    compiled,
    decompositions,
    derivatives,
    interpolation,
    joining,
    linear_algebra,
    lists,
    making,
    numpy_elementwise,
    operators,
    rearranging,
    records,
    reductions,
    scalar,
    scipy_special,
    shape,
    special,
    strings,
    structural,
)
from s2sad.rules.declare import (
    Head,
    bilinear,
    check_table,
    complete,
    elementwise,
    general,
    linear,
    nondifferentiable,
    parse_head,
    rows,
    zero,
)
from s2sad.rules.declare import structural as structural_row
from s2sad.rules.row import Row, Table
from s2sad.rules.types import TypeRule

TABLE = complete(
    operators.ARITHMETIC, operators.SELECTION, operators.COMPARISONS,
    scalar.SHARED, scalar.INVERSE, scalar.FLOATS, scalar.INTEGERS, special.ROWS, scipy_special.ROWS,
    numpy_elementwise.ARITHMETIC, numpy_elementwise.FUNCTIONS, numpy_elementwise.SELECTION,
    numpy_elementwise.STEPS, numpy_elementwise.COMPLEX, numpy_elementwise.PREDICATES,
    reductions.SUMS, reductions.PRODUCTS, reductions.EXTREMA, reductions.STATISTICS, reductions.INTEGERS,
    linear_algebra.PRODUCTS, linear_algebra.LINALG, linear_algebra.HELPERS,
    shape.RESHAPING, joining.JOINING, rearranging.REARRANGING, making.MAKING,
    structural.CONTAINERS, structural.MEMORY, structural.INACTIVE, structural.CONVERSIONS, structural.HELPERS,
    decompositions.DECOMPOSITIONS, interpolation.INTERPOLATION,
    records.RECORDS, lists.LISTS, strings.STRINGS, derivatives.TRANSFORM,
    compiled.COMPILED,
)

__all__ = ["TABLE", "Head", "Row", "Table", "TypeRule", "bilinear", "check_table", "complete", "elementwise",
           "general", "linear", "nondifferentiable", "parse_head", "rows", "structural_row", "zero"]
