"""Containers, memory and everything the transforms handle themselves; helpers of generated modules."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from s2sad.ir.builder import Formulas, Term
from s2sad.ir.trace import Atom, Const
from s2sad.ir.types import (
    BOOL,
    COMPLEX,
    CONTEXT,
    EXCEPTION,
    FLOAT,
    INT,
    STR,
    UNKNOWN,
    ListType,
    Num,
    TupleType,
    Type,
    type_of_constant,
)
from s2sad.rules.declare import elementwise, general, linear, nondifferentiable, rows, structural, zero
from s2sad.rules.raising import always, misses, not_a_number, not_whole, shifts
from s2sad.rules.type_shapes import (
    constant_type,
    dtype_type,
    getitem_type,
    len_type,
    list_item_type,
    list_repeat_type,
    list_type,
    select_type,
    shape_type,
    slice_type,
    tuple_type,
)
from s2sad.rules.types import add_type, arithmetic, bitwise, fixed, mul_type, number, same

UNBROADCAST = '''
def _unbroadcast(g, x):
    """Sum g over the axes along which x was broadcast."""
    shape = np.shape(x)
    if np.shape(g) != shape:
        g = np.reshape(g, (1,) * (len(shape) - np.ndim(g)) + np.shape(g))
        g = np.sum(g, axis=tuple(range(np.ndim(g) - len(shape))))
        g = np.sum(g, axis=tuple(k for k, n in enumerate(shape) if n == 1), keepdims=True)
    if isinstance(x, (int, float)):
        return float(g)
    return np.array(g, dtype=np.result_type(x, np.float16))[()]
'''.lstrip()

ZEROS_LIKE = '''
def _zeros_like(x):
    """A zero derivative for x."""
    if isinstance(x, list):
        return [_zeros_like(item) for item in x]
    if isinstance(x, tuple):
        return tuple([_zeros_like(item) for item in x])
    return np.zeros_like(x, dtype=np.result_type(x, np.float16)) if isinstance(x, np.ndarray) else 0.0
'''.lstrip()


SHADOW_LIKE = '''
def _shadow_like(x):
    """Zeros of the form of x that can be added to where they are, also if x is a number."""
    if isinstance(x, list):
        return [_shadow_like(item) for item in x]
    if isinstance(x, tuple):
        return tuple([_shadow_like(item) for item in x])
    return np.zeros_like(x, dtype=np.result_type(np.asarray(x), np.float16))
'''.lstrip()


LAST_WRITERS = '''
def _last_writers(x, index):
    """Which elements of a value stored by x[index] = value stay: the last one, where an index repeats."""
    order = np.zeros(np.shape(x), dtype=int)
    number = np.arange(np.size(order[index])).reshape(np.shape(order[index]))
    order[index] = number
    return order[index] == number
'''.lstrip()


OF_SHAPE = '''
def _of_shape(v, x, name):
    """v, which must have the shape of x."""
    if np.shape(v) != np.shape(x):
        raise ValueError(name + " has the shape " + str(np.shape(v)) + ", and not " + str(np.shape(x)))
    return v
'''.lstrip()


STOP_GRADIENT = '''
def _stop_gradient(x):
    """x, which counts as a constant where derivatives are taken."""
    return np.copy(x) if isinstance(x, np.ndarray) else x
'''.lstrip()


def _nothing(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    return []


def _like_second(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    x = number(args[1].type)
    g = number(args[0].type)
    if x.kind in ("int", "bool"):
        return [Num("float", None if x.is_scalar and x.dtype is None else "float64", x.shape)]
    return [Num(x.kind or g.kind, x.dtype, x.shape)]


def _of_shape_type(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    v, x = number(args[0].type), number(args[1].type)
    return [Num(v.kind, v.dtype, v.shape if x.shape is None else x.shape)]


def _unbroadcast_adjoint(F: Formulas, g: Term, y: Term, v: Term, x: Term) -> Term:
    if number(v.type).is_scalar:
        return g
    have, want = number(x.type).rank, number(v.type).rank
    if have is not None and want is not None and have > want:
        g = F.sum(g, axis=tuple(range(have - want)))  # axes of length 1, which x had when it was stored
    return F.broadcast_to(g, F.shape(v))


def _last_writers_type(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    return [Num("bool", "bool", number(getitem_type(args, attrs)[0]).shape)]


def _zeros_like_type(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    return [_zeros_of(args[0].type)]


def _zeros_of(t: Type) -> Type:
    if isinstance(t, ListType):
        return ListType(_zeros_of(t.item), t.length)
    if isinstance(t, TupleType):
        return TupleType(tuple(map(_zeros_of, t.items)))
    x = number(t)
    return Num("float", "float64" if x.is_array else None, x.shape) if x.kind in ("int", "bool") else x


def _inplace_type(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    op = attrs.get("op", "add")
    rule = {"add": add_type, "mul": mul_type}.get(op, arithmetic)
    x = args[0].type
    return [x if isinstance(x, Num) and x.is_array else rule(args, attrs)[0]]


CONTAINERS = rows(
    structural("t = tuple(*items)", types=tuple_type),
    structural("l = list(*items)", types=list_type),
    structural("l = list_repeat(item, n)", types=list_repeat_type),
    structural("l = repeat(x, n)", types=mul_type),
    structural("l = concat(x, y)", types=add_type),
    structural("y = getitem(x, index)", types=getitem_type, view_of="x", fresh=False, raises=misses),
    structural("y = select(c, a, b)", types=select_type, fresh=False),
    structural("s = slice(start, stop, step)", types=slice_type),
    structural("y = copy(x)", types=same),
)

MEMORY = rows(
    structural("setitem(x, index, value)", types=_nothing, mutates="x", raises=misses),
    structural("accumulate_at(x, index, g)", types=_nothing, mutates="x", raises=misses),
    structural("np.put(a, ind, v, mode='raise')", types=_nothing, mutates="a", raises=always),
    structural("np.putmask(a, mask, values)", types=_nothing, mutates="a"),
    structural("np.place(arr, mask, vals)", types=_nothing, mutates="arr"),
    structural("np.fill_diagonal(a, val, wrap=False)", types=_nothing, mutates="a"),
    *(structural(f"np.{name}.at(a, indices, b)", types=_nothing, mutates="a", raises=misses)
      for name in ("multiply", "divide", "true_divide", "maximum", "minimum", "power")),
    structural("iadd(x, g)", types=_nothing, mutates="x"),
    structural("append(l, v)", types=_nothing, mutates="l"),
    structural("v = pop(l)", types=list_item_type, mutates="l", fresh=False, raises=always),
    structural("y = inplace(x, other)", types=_inplace_type, view_of="x", fresh=False),
)

INACTIVE = rows(
    nondifferentiable("s = shape(x)", types=shape_type),
    nondifferentiable("n = size(x)", types=fixed(INT)),
    nondifferentiable("n = ndim(x)", types=fixed(INT)),
    nondifferentiable("n = len(x)", types=len_type),
    nondifferentiable("s = np.shape(x)", types=shape_type),
    nondifferentiable("n = np.size(x)", types=fixed(INT)),
    nondifferentiable("n = np.ndim(x)", types=fixed(INT)),
    nondifferentiable("b = np.allclose(a, b_, rtol=1e-05, atol=1e-08)", types=fixed(BOOL)),
    nondifferentiable("b = np.array_equal(x, y)", types=fixed(BOOL)),
    nondifferentiable("d = dtype(x)", types=dtype_type),
    nondifferentiable("v = global()", types=lambda args, attrs: [_global_type(attrs)]),
    nondifferentiable("v = constant()", types=constant_type),
    nondifferentiable("assert(cond, message=None)", types=_nothing, effect=True),
    nondifferentiable("e = exception(*args)", types=fixed(EXCEPTION)),
    nondifferentiable("e = caught()", types=fixed(EXCEPTION), effect=True),
    nondifferentiable("b = caught_as(e)", types=fixed(BOOL)),
    nondifferentiable("c = np.errstate(all=None, divide=None, over=None, under=None, invalid=None)",
                      types=fixed(CONTEXT)),
    nondifferentiable("c = warnings.catch_warnings(record=False)", types=fixed(CONTEXT)),
    nondifferentiable("warnings.simplefilter(action, category=None, lineno=0, append=False)", types=_nothing,
                      effect=True),
    nondifferentiable("warnings.warn(message, category=None, stacklevel=1)", types=_nothing, effect=True),
    nondifferentiable("v = read_global()", types=lambda args, attrs: [_global_type(attrs)], effect=True, fresh=False),
    nondifferentiable("store_global(value)", types=_nothing, effect=True),
    nondifferentiable("require_set(value, name)", types=_nothing, effect=True),
    nondifferentiable("print(*values, sep=' ', end='\\n')", types=_nothing, effect=True),
    nondifferentiable("s = format(*parts)", types=fixed(STR)),
    nondifferentiable("s = str(x)", types=fixed(STR)),
    nondifferentiable("s = repr(x)", types=fixed(STR)),
    nondifferentiable("y = int(x)", types=fixed(INT), raises=not_whole),
    nondifferentiable("y = bool(x)", types=fixed(BOOL)),
    nondifferentiable("y = not(x)", types=fixed(BOOL)),
    nondifferentiable("y = isinstance(x, cls)", types=fixed(BOOL)),
    nondifferentiable("y = is_sequence(x)", types=fixed(BOOL)),
    *(nondifferentiable(f"z = {name}(x, y)", types=bitwise)
      for name in ("bitand", "bitor", "bitxor")),
    *(nondifferentiable(f"z = {name}(x, y)", types=arithmetic, raises=shifts) for name in ("lshift", "rshift")),
    nondifferentiable("y = invert(x)", types=arithmetic),
)


def _round_types(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    digits = args[1]
    return [INT if isinstance(digits, Const) and digits.value is None else args[0].type]


def _global_type(attrs: dict[str, Any]) -> Type:
    if "type" in attrs:
        known: Type = attrs["type"]
        return known
    return type_of_constant(attrs["value"]) if "value" in attrs else UNKNOWN


CONVERSIONS = rows(
    elementwise("y = float(x)", x="1", types=fixed(FLOAT), raises=not_a_number),
    zero("y = round(x, ndigits=None)", types=_round_types, raises=not_whole),
    elementwise("y = complex(x, imag=0)", x="1", imag=lambda F, y, x, imag: F.term(1j), types=fixed(COMPLEX),
                raises=not_a_number),
)

HELPERS = rows(
    linear("y = helper.unbroadcast(v, x)", v=_unbroadcast_adjoint, inactive=("x",), types=_like_second,
           source=UNBROADCAST),
    general("y = helper.of_shape(v, x, name)", inactive=("x", "name"), types=_of_shape_type,
            jvp={"v": lambda F, t, y, v, x, name: t}, vjp={"v": lambda F, g, y, v, x, name: g}, view_of="v",
            fresh=False, source=OF_SHAPE),
    nondifferentiable("y = helper.last_writers(x, index)", types=_last_writers_type, source=LAST_WRITERS),
    zero("y = helper.stop_gradient(x)", types=same, source=STOP_GRADIENT),
    zero("y = helper.zeros_like(x)", types=_zeros_like_type, source=ZEROS_LIKE),
    zero("y = helper.shadow_like(x)", types=_zeros_like_type, source=SHADOW_LIKE),
)
