"""Decides what ``+=`` and list arithmetic mean, now that types are known.

::

    s.1 = inplace(s, y, op='add')   ->   s.1 = add(s, y)       s is a number, or an array nobody else holds
    A.1 = inplace(A, y, op='add')   ->   w = add(A, y)         A is an array that has other names: it is stored into,
                                         setitem(A, ..., w)    and A.1 is A
    c = add(a, b)                   ->   c = concat(a, b)      a and b are lists or tuples
    c = mul(2, a)                   ->   c = repeat(a, 2)      a is a list or tuple

``x += y`` changes an array where it stands, so it is the same as ``x = x + y`` only if no other reference
to the array is used afterwards.
"""

from __future__ import annotations

from s2sad.analysis.items import Items
from s2sad.analysis.moves import Moves
from s2sad.analysis.references import References
from s2sad.errors import TypingError, UnsupportedError
from s2sad.ir.rewrite import Mapping, mapped, substitute
from s2sad.ir.trace import Apply, Atom, Block, Const, Function, Op, Value, merges, walk
from s2sad.ir.types import STR, UNKNOWN, ListType, Num, TupleType, Type
from s2sad.rules.row import Table

_SYMBOLS = {"add": "+", "sub": "-", "mul": "*", "truediv": "/", "floordiv": "//", "mod": "%", "pow": "**",
            "matmul": "@", "bitand": "&", "bitor": "|", "bitxor": "^", "lshift": "<<", "rshift": ">>"}


def resolve_operations(function: Function, table: Table) -> None:
    """Resolve the type-dependent operations of one function in place."""
    made: dict[Value, Op] = {}
    for op in walk(function.block):
        made.update((value, op) for value in op.defined())
        if not isinstance(op, Apply):
            continue
        if op.prim == "add" and any(isinstance(a.type, (ListType, TupleType)) for a in op.args):
            op.prim = "concat"
        elif op.prim == "mul":
            _resolve_repeat(op)
    updates = [op for op in walk(function.block)
               if isinstance(op, Apply) and (op.prim == "inplace" or _of_item(op, made))]
    if updates:
        _resolve_updates(updates, function, table)
    for op in walk(function.block):
        if isinstance(op, Apply):
            op.attrs.pop("augmented", None)


def _of_item(op: Apply, made: dict[Value, Op]) -> bool:
    """Whether it is an update of an item of a list or dict, which changes where it stands if it is an array.

    Of an array, ``A[i] += y`` is no more than ``A[i] = A[i] + y``."""
    if not op.attrs.get("augmented"):
        return False
    x = op.args[0]
    maker = made.get(x) if isinstance(x, Value) else None
    return not (isinstance(maker, Apply) and maker.prim == "getitem" and isinstance(maker.args[0].type, Num))


def _resolve_updates(updates: list[Apply], function: Function, table: Table) -> None:
    """All are decided before any is changed: until then a result shares memory with its operand, as in the program."""
    sole, boxed = Sole(function, table), without_axes(function)
    stored: set[Apply] = set()
    for op in updates:
        alone = sole.of(op) or ("augmented" in op.attrs and not _known(op.args[0].type) and sole.of_item(op))
        if op.args[0] in boxed and not alone:
            raise UnsupportedError("an in-place update of what may be an array without axes (np.where of numbers)",
                                   loc=op.loc, function=function.name,
                                   hint="write `x = x + ...`, or `a if c else b` in place of np.where")
        if _stores(op, function, table, alone):
            stored.add(op)
    for op in updates:
        op.prim = op.attrs.get("op", op.prim)
        op.attrs = {k: v for k, v in op.attrs.items() if k != "op"}
    if stored:
        mapping: Mapping = {}
        _store(function.block, stored, mapping)
        substitute(function.block, mapping)


def _store(block: Block, updates: set[Apply], mapping: Mapping) -> None:
    """Behind each of these updates, store its result into the array, which keeps the name."""
    ops: list[Op] = []
    for op in block.ops:
        for inner in op.blocks():
            _store(inner, updates, mapping)
        ops.append(op)
        if isinstance(op, Apply) and op in updates:
            array, result = mapped(op.args[0], mapping), op.result
            if isinstance(array, Value) and array.name is None:
                array.name = result.name
            mapping[result] = array
            op.results = [Value(None, result.type)]
            ops.append(Apply("setitem", [array, Const(Ellipsis), op.result], [], loc=op.loc))
    block.ops = ops


def _resolve_repeat(op: Apply) -> None:
    a, b = op.args
    if isinstance(b.type, (ListType, TupleType)):
        a, b = b, a
    if isinstance(a.type, (ListType, TupleType)) and not (isinstance(b.type, Num) and b.type.is_array):
        op.prim, op.args = "repeat", [a, b]


def _stores(op: Apply, function: Function, table: Table, alone: bool) -> bool:
    """Whether the result of an update must be stored into the array; `alone` says that it has no other name."""
    stores = False
    x = op.args[0]
    plain = op.attrs.get("op", op.prim)
    t = x.type
    rebinds = (isinstance(t, Num) and t.is_scalar) or isinstance(t, TupleType) or t == STR
    if not rebinds:
        symbol = _SYMBOLS.get(plain, plain)
        name = _target(op, f"{symbol}=") or op.result.name or (x.name if isinstance(x, Value) else None) or "x"
        hint = f"write `{name} = {name} {symbol} ...`"
        if not alone:
            if isinstance(t, ListType):
                raise UnsupportedError(f"in-place update `{symbol}=` of a list that may be shared", loc=op.loc,
                                       function=function.name, hint=hint)
            stores = isinstance(t, Num) and t.is_stored
        if not alone and not stores:
            what = repr(name) if name.isidentifier() else "the function"
            raise TypingError(f"`{name} {symbol}= ...` rebinds a number but changes an array in place, and the type "
                              f"of {name!r} is not known", loc=op.loc, function=function.name,
                              hint=f"annotate {what}, give a signature, or {hint}")
        rounds = isinstance(t, Num) and t.is_array and not _keeps_dtype(t, plain, op, table)
        # A store into an array of floats rounds as the update does, and leaves an array without axes an array.
        stores = stores or rounds or (isinstance(t, Num) and t.ndarray)
        if rounds and isinstance(t, Num) and t.kind != "float":
            raise UnsupportedError(f"in-place update `{symbol}=` that may round to the array's dtype {t.dtype}",
                                   loc=op.loc, function=function.name, hint=hint)
    return stores


def _known(kind: Type) -> bool:
    return not (kind == UNKNOWN or (isinstance(kind, Num) and kind.shape is None and not kind.ndarray))


def _target(op: Apply, symbol: str) -> str:
    """What stands before the symbol in the statement."""
    before, found, _ = (op.loc.text if op.loc is not None else "").partition(symbol)
    return before.strip() if found else ""


def without_axes(function: Function) -> set[Atom]:
    """Values that may be arrays without axes though their types say scalar: ``np.where`` of numbers, and merges."""
    flows = merges(function)
    found: set[Atom] = {op.result for op in walk(function.block) if isinstance(op, Apply) and op.prim == "np.where"}
    size = -1
    while size != len(found):
        size = len(found)
        for targets, sources in flows:
            if found.intersection(sources) or found.intersection(targets):
                found.update(targets)
    return found


def _keeps_dtype(t: Num, plain: str, op: Apply, table: Table) -> bool:
    """Whether ``x + y`` has the dtype of the array x (as ``x += y`` forces)."""
    result = table.infer(plain, op.args, {})[0]
    if isinstance(result, Num) and result.dtype is not None and t.dtype is not None:
        return result.dtype == t.dtype
    other = op.args[1].type
    # No real operand changes float64; a complex one makes NumPy raise.
    return (t.dtype == "float64" and not _is_complex(other)) or t.dtype == "complex128"


def _is_complex(t: Type) -> bool:
    return t != UNKNOWN and isinstance(t, Num) and t.kind == "complex"


class Sole:
    """Whether an update is seen through another reference than its own result."""

    def __init__(self, function: Function, table: Table) -> None:
        self.refs = References(function, table)
        self.moves = Moves(self.refs)
        self.items: Items | None = None
        self.uses: dict[Value, list[tuple[Value, Op]]] = {}
        for value, uses in self.refs.uses.items():
            self.uses.setdefault(self.refs.root(value), []).extend((value, use) for use in uses)

    def of(self, op: Apply) -> bool:
        """Whether no other reference to the memory of operand 0 is used after `op`."""
        x = op.args[0]
        if not isinstance(x, Value):
            return True
        root = self.refs.root(x)
        if not self.moves.owned(root, before=op):
            return False
        return not any(use is not op and self.refs.may_follow(use, op, root) and not self.behind(value, op.result)
                       for value, use in self.uses[root])

    def of_item(self, op: Apply) -> bool:
        """Whether the item of a list that is updated is in that list alone, and was not taken out before."""
        if self.items is None:
            self.items = Items(self.refs)
        return self.items.alone(op)

    def behind(self, value: Value, result: Value) -> bool:
        """Whether a value is the result of the update, or a view of it."""
        source: Value | None = value
        while source is not None and source is not result:
            source = self.refs.viewed(source)
        return source is result
