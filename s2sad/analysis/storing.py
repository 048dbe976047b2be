"""Functions that store, now that ranks and dtypes are known: what they do becomes subscript stores.

::

    sort(x)                        x: float[n]    setitem(x, ..., np.sort(x))
                                   x: list        setitem(x, :, the items in order)
    np.put(a, i, v)                a: float[n]    setitem(a, i, v)
    np.fill_diagonal(a, v)         a: float[n,m]  k = np.arange(min(n, m));  setitem(a, (k, k), v)
    np.place(a, m, v)                             setitem(a, m, v repeated to length)
    l.1 = inplace(l, [v], 'add')   l: list        append(l, v);  l.1 is l
    np.multiply.at(a, i, v)                       for each k: setitem(a, i[k], a[i[k]] * v[k])

Also the place where a store that NumPy would not cast (``out=`` of another kind) is found.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeGuard

from s2sad.errors import S2SADError, UnsupportedError
from s2sad.ir.builder import Builder
from s2sad.ir.rewrite import substitute
from s2sad.ir.trace import Apply, Atom, Block, Const, For, Function, Op, Value, Yield, walk
from s2sad.ir.types import INT, ListType, Num, TupleType
from s2sad.rules.row import Table

_ELLIPSIS = Const(Ellipsis)


def lower_stores(function: Function, table: Table) -> None:
    """Replace storing functions by stores, in place; refuse what NumPy would refuse."""
    pending = [function.block]
    same: dict[Value, Atom] = {}
    made = {v: op for op in walk(function.block) for v in op.defined()}
    while pending:
        block = pending.pop()
        ops: list[Op] = []
        for op in block.ops:
            pending += op.blocks()
            try:
                if _extends(op):
                    ops += _extended(op, made, table)
                    same[op.result] = op.args[0]
                else:
                    ops += _lowered(op, table)
            except S2SADError as error:
                raise error.placed(op.loc, function.name) from None
        block.ops = ops
    substitute(function.block, same)


def _extends(op: Op) -> TypeGuard[Apply]:
    return isinstance(op, Apply) and extension(op) is not None and isinstance(op.args[0].type, ListType)


def extension(op: Apply) -> str | None:
    """What an operation does that changes a list where it stands, ``add`` or ``mul``: ``l += items``, ``l[i] *= n``."""
    prim = op.attrs["op"] if op.prim == "inplace" else op.prim if op.attrs.get("augmented") else None
    return prim if prim in ("add", "mul") else None


def _extended(op: Apply, made: dict[Value, Op], table: Table) -> list[Op]:
    """``l += items`` and ``l *= n``: the list itself changes, under whatever names it has."""
    b = Builder(Block(), table.infer, table.signature)
    b.loc, b.origin = op.loc, op.origin
    target, items = op.args
    if extension(op) == "mul":
        b.effect("setitem", target, b.apply("slice", None, None, None), b.apply("repeat", target, items))
        return b.block.ops
    display = made.get(items) if isinstance(items, Value) else None
    if isinstance(display, Apply) and display.prim in ("list", "tuple") and items is not target:
        for atom in display.args:
            b.effect("append", target, atom)
        return b.block.ops
    k = Value(None, INT)
    inner = b.at(Block([k]))
    inner.effect("append", target, inner.apply("getitem", items, k))
    inner.append(Yield([]))
    b.append(For([], inner.block, [], Const(0), b.apply("len", items), Const(1)))
    return b.block.ops


def _lowered(op: Op, table: Table) -> list[Op]:
    if not isinstance(op, Apply):
        return [op]
    if op.prim == "setitem":
        _check_casting(op)
        return [op]
    lower = LOWERED.get(op.prim)
    if lower is None:
        return [op]
    b = Builder(Block(), table.infer, table.signature)
    b.loc, b.origin = op.loc, op.origin
    lower(op, b)
    return b.block.ops


def _check_casting(op: Apply) -> None:
    target, value = op.args[0].type, op.args[2].type
    rule = op.attrs
    op.attrs = {k: v for k, v in op.attrs.items() if k not in ("same_kind", "same_dtype", "scalar")}
    if not isinstance(target, Num) or not isinstance(value, Num):
        return
    if rule.get("same_kind") and target.kind in ("int", "bool") and value.kind in ("float", "complex"):
        raise UnsupportedError(f"NumPy does not store {value.kind} numbers into an array of {target.kind} here",
                               hint="use an array of floats")
    if rule.get("same_dtype") and None not in (target.dtype, value.dtype) and target.dtype != value.dtype:
        raise UnsupportedError(f"a reduction into an array of another dtype ({value.dtype} into {target.dtype})",
                               hint="convert with astype, and store the result")
    if rule.get("scalar") and value.is_array:
        raise UnsupportedError("fill() with an array", hint="store with a subscript: `x[...] = v`")


# -- what is stored ---------------------------------------------------------------------------


def _rank(atom: Atom) -> int | None:
    if isinstance(atom.type, (ListType, TupleType)):
        items = atom.type.items if isinstance(atom.type, TupleType) else (atom.type.item,)
        return 1 if all(isinstance(t, Num) and t.is_scalar for t in items) else None
    return atom.type.rank if isinstance(atom.type, Num) else None


def _repeated(b: Builder, values: Atom, n: Atom) -> Atom:
    """The first `n` of the values, from the start again where they are fewer; a number stays one."""
    if _rank(values) == 0:
        return values
    flat = b.apply("np.ravel", values)
    return b.apply("getitem", flat, b.apply("mod", b.apply("np.arange", n), b.apply("np.size", flat)))


def _store_all(b: Builder, x: Atom, value: Atom) -> None:
    b.effect("setitem", x, _ELLIPSIS, value)


def _sort(op: Apply, b: Builder) -> None:
    x, axis, _ = op.args
    if isinstance(x.type, ListType):
        if axis != Const(-1):
            raise UnsupportedError("sort() of a list along an axis", hint="write xs.sort()")
        _sort_list(x, b)
    elif isinstance(x.type, Num) and x.type.is_array:
        _store_all(b, x, b.apply("np.sort", x, axis=axis))
    else:
        raise UnsupportedError("sort() of what may be a list or an array",
                               hint="annotate it, give a signature, or write x = np.sort(x)")


def _sort_list(x: Atom, b: Builder) -> None:
    order = b.apply("helper.order", x, False)
    items, k = b.apply("list"), Value(None, INT)
    body = Block([k])
    inner = b.at(body)
    inner.effect("append", items, inner.apply("getitem", x, inner.apply("getitem", order, k)))
    inner.append(Yield([]))
    assert isinstance(x.type, ListType)
    items.type = ListType(x.type.item)
    b.append(For([], body, [], Const(0), b.apply("len", order), Const(1)))
    b.effect("setitem", x, b.apply("slice", None, None, None), items)


def _put(op: Apply, b: Builder) -> None:
    a, index, values, mode = op.args
    if mode != Const("raise"):
        raise UnsupportedError("np.put that clips or wraps its indices", hint="compute the indices before")
    n = b.apply("np.size", index)
    chosen = _repeated(b, values, n)
    if _rank(index) != 1 and not (_rank(index) == 0 and _rank(values) == 0):
        index = b.apply("np.ravel", index)
    if _rank(a) == 1:
        b.effect("setitem", a, index, chosen)
        return
    flat = b.apply("np.copy", b.apply("np.ravel", a))
    b.effect("setitem", flat, index, chosen)
    _store_all(b, a, b.apply("np.reshape", flat, b.apply("shape", a)))


def _putmask(op: Apply, b: Builder) -> None:
    a, mask, values = op.args
    if _rank(values) != 0:
        shape = b.apply("shape", a)
        values = b.apply("np.reshape", _repeated(b, values, b.apply("size", a)), shape)
    _store_all(b, a, b.apply("np.where", mask, values, a))


def _place(op: Apply, b: Builder) -> None:
    a, mask, values = op.args
    mask = b.apply("np.astype", b.apply("np.asarray", mask), Const("bool"))
    if _rank(values) == 0:
        b.effect("setitem", a, mask, values)
        return
    b.effect("setitem", a, mask, _repeated(b, values, b.apply("np.sum", mask)))


def _fill_diagonal(op: Apply, b: Builder) -> None:
    a, value, wrap = op.args
    rank = _rank(a)
    if wrap != Const(False):
        raise UnsupportedError("np.fill_diagonal with wrap=True", hint="store with a subscript: a[i, j] = v")
    if rank is None or rank < 2:
        raise UnsupportedError("np.fill_diagonal of an array of unknown rank",
                               hint="annotate the array, or give a signature")
    lengths = [b.apply("getitem", b.apply("shape", a), k) for k in range(rank)]
    n = b.apply("min", *lengths)
    k = b.apply("np.arange", n)
    b.effect("setitem", a, b.apply("tuple", *[k] * rank), _repeated(b, value, n), attrs={"_present": True})


def _at(prim: str) -> Callable[[Apply, Builder], None]:
    """``np.multiply.at(a, i, v)``: one element after the other, for an index may come twice."""

    def lower(op: Apply, b: Builder) -> None:
        a, index, value = op.args
        kind = index.type
        if isinstance(kind, Num) and (kind.kind == "bool" or (kind.is_scalar and kind.kind == "int")):
            b.effect("setitem", a, index, b.apply(prim, b.apply("getitem", a, index), value))
            return
        if _rank(index) != 1 or _rank(value) not in (0, 1) or (_rank(value) == 1 and _rank(a) != 1):
            raise UnsupportedError(f"{op.prim} with this index or these values", hint="write a loop over the indices")
        k = Value(None, INT)
        body = Block([k])
        inner = b.at(body)
        where = inner.apply("getitem", index, k)
        one = value if _rank(value) == 0 else inner.apply("getitem", value, k)
        inner.effect("setitem", a, where, inner.apply(prim, inner.apply("getitem", a, where), one))
        inner.append(Yield([]))
        b.append(For([], body, [], Const(0), b.apply("len", index), Const(1)))

    return lower


LOWERED: dict[str, Callable[[Apply, Builder], None]] = {
    "sort": _sort, "np.put": _put, "np.putmask": _putmask, "np.place": _place, "np.fill_diagonal": _fill_diagonal,
    "np.multiply.at": _at("mul"), "np.divide.at": _at("truediv"), "np.true_divide.at": _at("truediv"),
    "np.maximum.at": _at("np.maximum"), "np.minimum.at": _at("np.minimum"), "np.power.at": _at("pow"),
}
