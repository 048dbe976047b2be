"""Sums, extrema, norms and products of vectors: one number, or an array of numbers, that a loop collects.

Before: ``w1 = np.sum(w0, 1, None, True)``.  After: ``w1 = np.zeros((n, 1))``, and ``w1[i, 0] += …`` in a loop.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from s2sad.ir.trace import Apply, Atom, Const, Value
from s2sad.ir.types import Num
from s2sad.lower.elements import Axis, Buffer, Element, Elementwise, Fixed, Index, Scalar, View, extent
from s2sad.lower.nests import Statement
from s2sad.rules.type_shapes import axes_of

if TYPE_CHECKING:
    from s2sad.lower.arrays import Lowering

_MODES = {"np.sum": "add", "np.mean": "add", "np.max": "max", "np.min": "min", "np.amax": "max", "np.amin": "min",
          "np.prod": "mul", "np.any": "max", "np.all": "min"}
_START = {"add": 0.0, "mul": 1.0}
_DOTS = ("np.dot", "np.vdot", "np.inner", "matmul", "np.matmul")


def handler(lowering: Lowering, op: Apply) -> Callable[[Apply], None] | None:
    """What lowers a reduction, or None."""
    if op.prim in _MODES and op.prim not in ("np.any", "np.all") and _array(op.args[0]) and _ranked(op.results[0]):
        named = arguments(lowering, op)
        kept = named.get("keepdims", Const(False))
        rank = _rank(op.args[0])
        if named.get("dtype", Const(None)) == Const(None) and isinstance(kept, Const) \
                and axes_of(named["axis"], rank) is not None:
            return lambda o: reduce(lowering, o)
    plain = all(a in (Const(None), Const(False)) for a in op.args[1:])
    if op.prim == "np.linalg.norm" and _array(op.args[0]) and plain:
        return lambda o: norm(lowering, o)
    if op.prim in _DOTS and all(_rank(a) == 1 for a in op.args[:2]):
        return lambda o: dot(lowering, o)
    if op.prim == "helper.unbroadcast" and _ranked(op.args[0]) and _ranked(op.args[1]) and _decided(lowering, op):
        return lambda o: unbroadcast(lowering, o)
    if op.prim == "helper.of_shape" and all(_ranked(a) for a in op.args[:2]) and _rank(op.args[0]) == _rank(op.args[1]):
        return lambda o: of_shape(lowering, o)
    if op.prim == "helper.zeros_like" and _array(op.args[0]):
        return lambda o: zeros(lowering, o)
    if op.prim == "np.zeros_like" and _array(op.args[0]) and op.args[1] == Const(None):
        return lambda o: zeros(lowering, o)
    if op.prim == "np.outer" and all(_rank(a) == 1 for a in op.args):
        return lambda o: outer(lowering, o)
    if op.prim in ("np.array", "np.asarray") and op.args[1] == Const(None) and display(lowering, op.args[0]):
        return lambda o: array(lowering, o)
    return None


def arguments(lowering: Lowering, op: Apply) -> dict[str, Atom]:
    return {a.name: atom for a, atom in zip(lowering.table.signature(op.prim).arguments, op.args)}


def _rank(atom: Atom) -> int | None:
    return atom.type.rank if isinstance(atom.type, Num) and atom.type.kind in ("float", "int", "bool") else None


def _array(atom: Atom) -> bool:
    return bool(_rank(atom))


def _ranked(atom: Atom) -> bool:
    return _rank(atom) is not None


def reduce(lowering: Lowering, op: Apply) -> None:
    element = lowering.element(op.args[0])
    named = arguments(lowering, op)
    assert element is not None
    axes = axes_of(named["axis"], element.rank)
    assert axes is not None
    mode = _MODES[op.prim]
    result = op.result
    if op.prim == "np.mean":
        result = Value(None, result.type)
    collect(lowering, element, axes, mode, result)
    if op.prim == "np.mean":
        builder = lowering.builder()
        size: Atom = Const(1)
        for k in axes:
            length = extent(element.length(k, builder), builder)
            size = length if size == Const(1) else builder.apply("mul", size, length)
        kind = op.result.type
        assert isinstance(kind, Num) and kind.shape is not None
        if kind.is_scalar:
            builder.append(Apply("truediv", [result, size], [op.result]))
            lowering.plain(builder.block.ops)
        else:
            lowering.plain(builder.block.ops)
            whole = lowering.element(result)
            assert whole is not None
            lowering.define(op.result, Elementwise("truediv", [whole, Scalar(size)], {}, kind.shape, op.loc, op.origin))


def collect(lowering: Lowering, element: Element, axes: tuple[int, ...], mode: str, result: Value) -> None:
    """`result` is what the elements along `axes` come to."""
    kind = result.type
    assert isinstance(kind, Num) and kind.shape is not None
    if mode in ("max", "min"):
        builder = lowering.builder()
        for k in axes:
            if not isinstance(element.shape[k], int):
                builder.effect("helper.require_some", extent(element.length(k, builder), builder))
        lowering.plain(builder.block.ops)
    if kind.is_scalar:
        lowering.nest(element.shape, element, Statement(element, result=result, mode=mode,
                                                        init=_init(lowering, element, mode, kind)))
        return
    whole = View(element, [Index(None, 0) if k in axes else Axis(_place(kind, axes, k, element.rank))
                           for k in range(element.rank)], kind.shape)
    buffer = Buffer(result, kind.shape)
    if mode in _START:
        lowering.allocate(result, _shaped(whole, kind), "np.zeros" if mode == "add" else "np.ones")
    else:
        lowering.allocate(result, _shaped(whole, kind))
        lowering.nest(kind.shape, whole, Statement(whole, buffer))
    lowering.elements[result] = buffer
    kept = len(kind.shape) == element.rank
    places: list[Axis | Index | tuple[Element, int]] = []
    for k in range(element.rank):
        if k not in axes:
            places.append(Axis(k))
        elif kept:
            places.append(Index(None, 0))
    target = View(buffer, places, tuple(1 if k in axes else n for k, n in enumerate(element.shape)))
    lowering.nest(element.shape, element, Statement(element, target, mode=mode))


def _shaped(view: View, kind: Num) -> View:
    return View(view.base, view.axes, kind.shape or ())


def _place(kind: Num, axes: tuple[int, ...], k: int, rank: int) -> int:
    """Where axis k of the operand is in the result."""
    return k if kind.rank == rank else k - sum(a < k for a in axes)


def _init(lowering: Lowering, element: Element, mode: str, kind: Num) -> Atom:
    if mode in _START:
        return Const(_START[mode] if kind.kind == "float" else int(_START[mode]))
    builder = lowering.builder()
    first = element.at([Index(None, 0)] * element.rank, builder)
    lowering.plain(builder.block.ops)
    return first


def dot(lowering: Lowering, op: Apply) -> None:
    a, b = lowering.element(op.args[0]), lowering.element(op.args[1])
    assert a is not None and b is not None
    lowering.require_same((a, 0), (b, 0))
    shape = a.shape if a.shape[0] is not None else b.shape
    collect(lowering, Elementwise("mul", [a, b], {}, shape, op.loc, op.origin), (0,), "add", op.result)


def norm(lowering: Lowering, op: Apply) -> None:
    x = lowering.element(op.args[0])
    assert x is not None
    total = Value(None, Num("float", "float64", ()))
    collect(lowering, Elementwise("np.square", [x], {}, x.shape, op.loc, op.origin), tuple(range(x.rank)), "add", total)
    lowering.plain([Apply("np.sqrt", [total], op.results, loc=op.loc, origin=op.origin)])


def outer(lowering: Lowering, op: Apply) -> None:
    a, b = lowering.element(op.args[0]), lowering.element(op.args[1])
    assert a is not None and b is not None
    shape = (a.shape[0], b.shape[0])
    column, row = View(a, [Axis(0)], (a.shape[0], 1)), View(b, [Axis(1)], (1, b.shape[0]))
    lowering.define(op.result, Elementwise("mul", [column, row], {}, shape, op.loc, op.origin))


def zeros(lowering: Lowering, op: Apply) -> None:
    """Zeros in the shape of what may never be made."""
    element = lowering.element(op.args[0])
    assert element is not None
    if isinstance(element, Buffer):
        like = _argument_like(lowering, op.args[0])
        lowering.plain([Apply("np.zeros_like", [like, Const(None)], op.results, loc=op.loc, origin=op.origin)])
    else:
        lowering.allocate(op.result, element, "np.zeros")


def _argument_like(lowering: Lowering, atom: Atom) -> Atom:
    """An argument of the same shape, in place of what would be saved for its shape alone."""
    made = lowering.made.get(atom) if isinstance(atom, Value) else None
    kind = atom.type
    if not isinstance(made, Apply) or made.prim != "pop" or not isinstance(kind, Num) or not kind.shape:
        return atom
    if any(n is None for n in kind.shape):
        return atom
    return next((v for v in lowering.function.values if v.type == kind), atom)


def of_shape(lowering: Lowering, op: Apply) -> None:
    """An array that must have the shape of another one."""
    v, x = lowering.element(op.args[0]), lowering.element(op.args[1])
    assert v is not None and x is not None and isinstance(op.args[0], Value)
    for k in range(v.rank):
        builder = lowering.builder()
        lengths = [e.length(k, builder).emit(builder) for e in (v, x)]
        builder.effect("helper.require_same", *lengths)
        lowering.plain(builder.block.ops)
    lowering.replaced[op.result] = op.args[0]
    lowering.elements[op.result] = v


def _decided(lowering: Lowering, op: Apply) -> bool:
    """Whether it is known along which axes something was repeated."""
    g, x = op.args[0].type, op.args[1].type
    assert isinstance(g, Num) and isinstance(x, Num) and g.shape is not None and x.shape is not None
    if len(x.shape) > len(g.shape):
        return False
    lead = len(g.shape) - len(x.shape)
    return all(n == 1 or (n is not None and lowering.canonical(n) == lowering.canonical(g.shape[lead + k]))
               for k, n in enumerate(x.shape))


def unbroadcast(lowering: Lowering, op: Apply) -> None:
    """The sum over the axes along which x was repeated."""
    g, x = lowering.element(op.args[0]), op.args[1].type
    assert g is not None and isinstance(x, Num) and x.shape is not None
    lead = g.rank - len(x.shape)
    axes = tuple(k for k in range(g.rank) if k < lead or (x.shape[k - lead] == 1 and g.shape[k] != 1))
    if not axes:
        if g.rank:
            lowering.define(op.result, Elementwise("copy", [g], {}, g.shape, op.loc, op.origin))
        else:
            lowering.replaced[op.result] = g.at([], lowering.builder())
        return
    if not isinstance(op.result.type, Num) or op.result.type.shape is None:
        op.result.type = Num("float", "float64" if x.shape else None, x.shape)
    if op.result.type.is_scalar:
        collect(lowering, g, axes, "add", op.result)
        return
    middle = tuple(range(lead))
    if middle and len(axes) > len(middle):
        inner = Value(None, Num("float", "float64", g.shape[lead:]))
        collect(lowering, g, middle, "add", inner)
        g = lowering.element(inner)
        assert g is not None
        axes = tuple(k - lead for k in axes if k >= lead)
    collect(lowering, g, axes, "add", op.result)


def display(lowering: Lowering, atom: Atom) -> list[Atom] | None:
    """The numbers in ``[a, b, c]``."""
    made = lowering.made.get(atom) if isinstance(atom, Value) else None
    if not isinstance(made, Apply) or made.prim not in ("list", "tuple") or not made.args:
        return None
    if len(lowering.users.get(atom, ())) != 1 and made.prim == "list":  # type: ignore[arg-type]
        return None
    return list(made.args) if all(_rank(a) == 0 for a in made.args) else None


def array(lowering: Lowering, op: Apply) -> None:
    """``np.array([a, b, c])``."""
    items = display(lowering, op.args[0])
    assert items is not None
    floats = any(isinstance(a.type, Num) and a.type.kind == "float" for a in items)
    kind = "float" if floats else "int"
    op.result.type = Num(kind, "float64" if floats else "int64", (len(items),))
    if floats:
        items = [Const(float(a.value)) if isinstance(a, Const) and type(a.value) is int else a for a in items]
    fixed = Fixed(items, (len(items),))
    if lowering._few(op.result):
        lowering.elements[op.result] = fixed
        return
    lowering.allocate(op.result, fixed)
    builder = lowering.builder()
    for k, item in enumerate(items):
        builder.effect("setitem", op.result, Const(k), item, attrs={"inside": True})
    lowering.plain(builder.block.ops)


