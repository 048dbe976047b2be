"""Array expressions become loops over numbers.

Before::                                After::

    w0 = mul(2.0, y)                        total = 0.0
    w1 = mul(w0, c)                         for i in range(y.shape[0]):
    total = np.sum(w1)                          total = total + 2.0 * y[i] * c[i]

What is used once, element by element, is never an array (`_virtual`).  What is used more often is stored by the loop
that makes it, and loops over one space that only share elements are one loop (`s2sad.lower.nests`): of an array that
is then not read outside its loop nothing is left.  Small arrays of known size become as many numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from s2sad.ir.builder import Builder
from s2sad.ir.rewrite import substitute
from s2sad.ir.trace import Apply, Atom, Block, Const, Function, Op, Value, walk
from s2sad.ir.types import Num, Shape
from s2sad.lower import reductions, subscripts
from s2sad.lower.elements import Axis, Buffer, Element, Elementwise, Fixed, Index, Scalar, View, extent
from s2sad.lower.nests import Nest, Statement, access, behind, disjoint, whole
from s2sad.lower.schedule import Schedule
from s2sad.rules.row import Table

ELEMENTWISE = frozenset(
    "add sub mul truediv floordiv mod pow neg pos abs lt le gt ge eq ne bitand bitor bitxor invert select copy "
    "np.where np.copy np.clip np.logical_and np.logical_or np.logical_not np.square np.invert".split()) | {
    "np." + name for name in (
        "sin cos tan arcsin arccos arctan arctan2 sinh cosh tanh arcsinh arccosh arctanh exp expm1 exp2 log log2 log10 "
        "log1p sqrt cbrt abs absolute fabs sign floor ceil trunc rint maximum minimum power add subtract multiply "
        "divide true_divide negative reciprocal hypot logaddexp deg2rad rad2deg degrees radians copysign isnan isinf "
        "isfinite").split()}
_SMALL, _FEW = 4, 16
_SHAPES = ("shape", "size", "ndim", "len", "np.shape", "np.size", "np.ndim")


def run(function: Function, table: Table) -> None:
    """Rewrite a function, in place."""
    lowering = Lowering(function, table)
    lowering.block(function.block)
    substitute(function.block, lowering.replaced)


class Lowering(Schedule):
    def __init__(self, function: Function, table: Table) -> None:
        super().__init__(function, table)
        self.elements: dict[Value, Element] = {}

    # ------------------------------------------------------------------ blocks

    def block(self, block: Block) -> None:
        outer, equal = self.out, dict(self.equal)
        self.out = []
        for op in block.ops:
            self.at = op
            for inner in op.blocks():
                self.block(inner)
            self.at = op
            handler = self.handler(op)
            if handler is None:
                self.plain([op])
            else:
                assert isinstance(op, Apply)
                handler(op)
        block.ops = self._written(self.out)
        self.out, self.equal = outer, equal

    # ------------------------------------------------------------------ operands

    def element(self, atom: Atom) -> Element | None:
        """An operand by its elements; None for what is no number and no array of known rank."""
        if isinstance(atom, Value) and atom in self.elements:
            return self.elements[atom]
        kind = atom.type
        if not isinstance(kind, Num) or kind.shape is None or kind.kind in (None, "complex"):
            return None
        if kind.is_scalar:
            return Scalar(atom)
        return Buffer(atom, kind.shape) if isinstance(atom, Value) else None

    def operands(self, op: Apply) -> list[Element] | None:
        found: list[Element] = []
        for atom in op.args:
            element = Scalar(atom) if isinstance(atom, Const) else self.element(atom)
            if element is None:
                return None
            found.append(element)
        return found

    # ------------------------------------------------------------------ which operations

    def handler(self, op: Op) -> Callable[[Apply], None] | None:
        """What lowers an operation, None where it stays; depends on types alone."""
        if not isinstance(op, Apply):
            return None
        if op.prim in _SHAPES and isinstance(op.args[0], Value) and not isinstance(
                self.elements.get(op.args[0], Buffer(op.args[0])), Buffer):
            return self.metadata
        if op.prim in ELEMENTWISE and self._array(op) and all(
                isinstance(a, Const) or (isinstance(a.type, Num) and a.type.shape is not None
                                         and a.type.kind in ("float", "int", "bool")) for a in op.args):
            return self.elementwise
        if op.prim == "getitem" and isinstance(op.args[0], Value) and self._item(op, op.args[0]) \
                and isinstance(self.elements.get(op.args[0]), Fixed):
            return self.item
        if op.prim in ("assign", "own") and self._array(op) and _ranked(op.args[0]):
            return self.renamed
        if op.prim == "np.broadcast_to" and self._array(op) and _ranked(op.args[0]):
            return self.broadcast
        if op.prim in ("setitem", "accumulate_at", "iadd") and _ranked(op.args[0]) and not _is_scalar(op.args[0]) \
                and _ranked(op.args[-1]):
            return self.store if self._stores(op) else None
        if op.prim == "getitem" and self._array(op) and _ranked(op.args[0]):
            return self.subscript
        if op.prim == "np.transpose" and self._array(op) and op.args[1] == Const(None) and _ranked(op.args[0]):
            return self.transpose
        return reductions.handler(self, op)

    def _array(self, op: Apply) -> bool:
        kind = op.results[0].type if op.results else None
        return isinstance(kind, Num) and kind.is_array and kind.kind in ("float", "int", "bool")

    def _stores(self, op: Apply) -> bool:
        """Whether a store is one into many elements."""
        if op.prim == "iadd":
            return True
        items = subscripts.items_of(op.args[1], self.made)
        base = op.args[0].type
        assert isinstance(base, Num) and base.shape is not None
        if items is None:
            return False
        single = all(isinstance(i.type, Num) and i.type.is_scalar and i.type.kind == "int" for i in items)
        return not (single and len(items) == len(base.shape)) and self.target(op) is not None

    def consumes(self, user: Op, value: Value) -> bool:
        """Whether an operation asks for elements only."""
        if not isinstance(user, Apply):
            return False
        if user.prim in _SHAPES:
            return True
        if user.prim in ("setitem", "accumulate_at", "iadd"):
            return user.args[0] is not value and user.args[-1] is value and self.handler(user) is not None \
                and (user.prim == "iadd" or user.args[1] is not value)
        handler = self.handler(user)
        return handler is not None and handler not in (self.subscript, self.transpose, self.renamed)

    # ------------------------------------------------------------------ expressions

    def elementwise(self, op: Apply) -> None:
        operands = self.operands(op)
        kind = op.result.type
        assert operands is not None and isinstance(kind, Num) and kind.shape is not None
        self._check_lengths(op, operands, kind.shape)
        self.define(op.result, Elementwise(op.prim, operands, op.attrs, kind.shape, op.loc, op.origin))

    def _check_lengths(self, op: Apply, operands: list[Element], shape: Shape) -> None:
        """Lengths that are not known to agree are compared when the program runs."""
        for axis in range(len(shape)):
            found: list[tuple[Element, int]] = []
            for operand in operands:
                own = axis - (len(shape) - operand.rank)
                if own >= 0 and operand.shape[own] != 1:
                    found.append((operand, own))
            for other in found[1:]:
                self.require_same(found[0], other)

    def require_same(self, one: tuple[Element, int], other: tuple[Element, int]) -> None:
        a, b = (self.canonical(e.shape[k]) for e, k in (one, other))
        if a == b and a is not None:
            return
        builder = self.builder()
        lengths = [e.length(k, builder) for e, k in (one, other)]
        if lengths[0] == lengths[1]:
            return
        builder.effect("helper.require_same", *(extent(i, builder) for i in lengths))
        self.plain(builder.block.ops)
        if a is not None and b is not None:
            if isinstance(a, int):
                a, b = b, a
            self.equal[a] = b

    def item(self, op: Apply) -> None:
        """One of a few numbers."""
        element, index = self.element(op.args[0]), op.args[1]
        assert element is not None and isinstance(index, Const)
        parts = index.value if isinstance(index.value, tuple) else (index.value,)
        self.replaced[op.result] = element.at([Index(None, k) for k in parts], self.builder())

    def renamed(self, op: Apply) -> None:
        """Another name for an array is the array."""
        (source,) = op.args
        assert isinstance(source, Value)
        if source.name is None:
            source.name = op.result.name
        self.replaced[op.result] = source
        element = self.element(source)
        assert element is not None
        self.elements[op.result] = element

    def broadcast(self, op: Apply) -> None:
        """``np.broadcast_to(x, shape)``."""
        base, kind = self.element(op.args[0]), op.result.type
        assert base is not None and isinstance(kind, Num) and kind.shape is not None
        lead = len(kind.shape) - base.rank
        axes = [Index(None, 0) if n == 1 else Axis(lead + k) for k, n in enumerate(base.shape)]
        own = {a.k for a in axes if isinstance(a, Axis)}
        builder = self.builder()
        lengths = {k: self._dimension(op.args[1], k, builder) for k in range(len(kind.shape)) if k not in own}
        for k, n in enumerate(base.shape):
            wanted = self.canonical(kind.shape[lead + k])
            if n != 1 and (n is None or self.canonical(n) != wanted):
                now = [base.length(k, builder), self._dimension(op.args[1], lead + k, builder)]
                builder.effect("helper.require_same", *(extent(i, builder) for i in now))
        self.plain(builder.block.ops)
        element: Element = View(base, axes, kind.shape, lengths)
        if not isinstance(base, Scalar):
            element = Elementwise("copy", [element], {}, kind.shape, op.loc, op.origin)
        self.define(op.result, element, cheap=True)

    def _dimension(self, shape: Atom, k: int, builder: Builder) -> Index:
        """Entry k of a shape."""
        made = self.made.get(shape) if isinstance(shape, Value) else None
        if isinstance(shape, Const):
            values = shape.value if isinstance(shape.value, tuple) else (shape.value,)
            return Index(None, values[k])
        if isinstance(made, Apply) and made.prim in ("shape", "np.shape"):
            source = self.element(made.args[0])
            if source is not None:
                return source.length(k, builder)
        if isinstance(made, Apply) and made.prim == "tuple":
            entry = made.args[k]
            return Index(None, entry.value) if isinstance(entry, Const) else Index(entry)  # type: ignore[arg-type]
        if isinstance(shape.type, Num):
            return Index(shape)
        return Index(builder.apply("getitem", shape, k))

    def define(self, value: Value, element: Element, cheap: bool = False) -> None:
        """An array that is computed here: an expression for its only use, some numbers, or an array."""
        if self._virtual(value, element, cheap):
            self.elements[value] = element
        elif self._copied(element):
            assert self.at is not None
            self.plain([self.at])
        elif self._few(value):
            self._unroll(value, element)
        else:
            self.materialise(value, element)

    def _copied(self, element: Element) -> bool:
        """Whether this is a copy of a whole array, for which there is a call."""
        return isinstance(element, Elementwise) and element.prim in ("copy", "np.copy") and isinstance(
            element.operands[0], Buffer) and isinstance(self.at, Apply) and self.at.prim in ("copy", "np.copy")

    def _virtual(self, value: Value, element: Element, cheap: bool) -> bool:
        users = [u for u in self.users.get(value, []) if not (isinstance(u, Apply) and u.prim in _SHAPES)]
        assert self.at is not None
        block = self.home[self.at]
        if len(users) > 1 and not cheap:
            return False
        if any(self.home[u] is not block or not self.consumes(u, value) for u in users):
            return False
        if not cheap and any(self._space(u) not in (None, element.rank) for u in users):
            return False
        last = max((self.position[u] for u in users), default=0)
        leaves = {r[0] if isinstance(r, tuple) else r for r in element.reads([Index(None, 0)] * element.rank)}
        between = Block([], block.ops[self.position[self.at] + 1:last])
        return not any(self.meets(leaf, stored) for op in walk(between) for stored in self.memory.targets(op)
                       for leaf in leaves)

    def _space(self, user: Op) -> int | None:
        """How many axes the loops of an operation have, where that may be more than its operand's."""
        kind = user.defined()[0].type if user.defined() else None
        return kind.rank if isinstance(user, Apply) and user.prim in ELEMENTWISE and isinstance(kind, Num) else None

    def _few(self, value: Value) -> bool:
        kind = value.type
        assert isinstance(kind, Num) and kind.shape is not None
        if not small(kind.shape) or self.memory.is_stored(value):
            return False
        return all(self.consumes(u, value) or self._item(u, value) for u in self.users.get(value, []))

    def _item(self, user: Op, value: Value) -> bool:
        """Whether an operation takes one element at a literal place."""
        kind = value.type
        if not (isinstance(user, Apply) and user.prim == "getitem" and isinstance(user.args[1], Const)):
            return False
        index = user.args[1].value
        rank = len(index) if isinstance(index, tuple) else 1
        return isinstance(kind, Num) and kind.rank == rank and _literal(index)

    def _unroll(self, value: Value, element: Element) -> None:
        builder = self.builder()
        items: list[Atom] = []
        for place in places(element.shape):
            item = element.at([Index(None, k) for k in place], builder)
            if isinstance(item, Value) and item.name is None and value.name:
                item.name = "_".join([value.name, *map(str, place)])
            items.append(item)
        self.plain(builder.block.ops)
        self.elements[value] = Fixed(items, element.shape)

    def materialise(self, value: Value, element: Element, into: Buffer | None = None) -> None:
        """An array with these elements."""
        kind = value.type
        assert isinstance(kind, Num) and kind.shape is not None
        self.allocate(value, element)
        buffer = Buffer(value, kind.shape, passing=element)
        self.elements[value] = buffer
        self.nest(kind.shape, element, Statement(element, buffer, temporary=buffer))

    def allocate(self, value: Value, like: Element, prim: str = "np.empty") -> None:
        """Memory for an array of the shape of `like`."""
        kind = value.type
        assert isinstance(kind, Num)
        builder = self.builder()
        lengths = [extent(like.length(k, builder), builder) for k in range(like.rank)]
        shape = lengths[0] if len(lengths) == 1 else builder.apply("tuple", *lengths)
        dtype: Atom = Const(None)
        if kind.kind in ("int", "bool"):
            dtype = builder.apply("constant", attrs={"name": {"int": "np.int64", "bool": "np.bool_"}[kind.kind]})
        builder.append(Apply(prim, [shape, dtype], [value]))
        self.plain(builder.block.ops)

    # ------------------------------------------------------------------ views

    def subscript(self, op: Apply) -> None:
        """A part of an array: its elements are the array's, and the view itself is there for whoever needs it."""
        base, kind = self.element(op.args[0]), op.result.type
        assert base is not None and isinstance(kind, Num) and kind.shape is not None
        found = subscripts.view(base, op.args[1], kind.shape, self.made, self._arrays(op.args[1]))
        if found is None:
            self.plain([op])
        elif any(isinstance(entry, tuple) for entry in found.axes):
            self._check_bounds(op, found)
            self.define(op.result, Elementwise("copy", [found], {}, kind.shape, op.loc, op.origin))
        else:
            self.elements[op.result] = found
            self.plain([op])

    def _check_bounds(self, op: Apply, found: View) -> None:
        """Elements at places from an array are looked up with a test of the place (`boundscheck`)."""

    def _arrays(self, index: Atom) -> dict[Value, Element]:
        items = subscripts.items_of(index, self.made) or []
        found = {item: self.element(item) for item in items if isinstance(item, Value)}
        return {v: e for v, e in found.items() if e is not None}

    def transpose(self, op: Apply) -> None:
        base, kind = self.element(op.args[0]), op.result.type
        assert base is not None and isinstance(kind, Num) and kind.shape is not None
        self.elements[op.result] = View(base, [Axis(base.rank - 1 - k) for k in range(base.rank)], kind.shape)
        self.plain([op])

    def metadata(self, op: Apply) -> None:
        """The shape of what is never made."""
        element = self.element(op.args[0])
        assert element is not None
        builder = self.builder()
        lengths = [extent(element.length(k, builder), builder) for k in range(element.rank)]
        if op.prim in ("shape", "np.shape"):
            builder.append(Apply("tuple", lengths, op.results))
        elif op.prim in ("ndim", "np.ndim"):
            self.replaced[op.result] = Const(element.rank)
        else:
            size: Atom = lengths[0]
            for length in lengths[1:] if op.prim != "len" else []:
                size = builder.apply("mul", size, length)
            self.replaced[op.result] = size
        self.plain(builder.block.ops)

    # ------------------------------------------------------------------ stores

    def target(self, op: Apply) -> Element | None:
        """What is stored into, as a view of the array; None where that cannot be said."""
        base = self.element(op.args[0])
        if base is None or op.prim == "iadd" or behind(base) is None:
            return base if base is not None and behind(base) is not None else None
        shape = self.table.infer("getitem", op.args[:2], {})[0]
        if not isinstance(shape, Num) or not shape.shape:
            return None
        return subscripts.view(base, op.args[1], shape.shape, self.made, self._arrays(op.args[1]))

    def store(self, op: Apply) -> None:
        target, value = self.target(op), self.element(op.args[-1])
        assert target is not None and value is not None
        if value.rank > target.rank:
            # Axes that are 1 long may stand before those that are stored.
            more = value.rank - target.rank
            value = View(value, [Index(None, 0)] * more + [Axis(k) for k in range(target.rank)], value.shape[more:])
        if op.origin == "primal" or value.rank:
            for k in range(value.rank):
                own = target.rank - value.rank + k
                if own >= 0 and value.shape[k] != 1:
                    self.require_same((target, own), (value, k))
        statement = Statement(value, target, mode=None if op.prim == "setitem" else "add")
        nest = Nest(target.shape, target, [statement])
        found = access(nest)
        if any(self.meets(x, y) and not (x is y and (disjoint(p, q) or (p == q and whole(p, nest.rank))))
               for x, p, _ in found.stores for y, q in found.reads):
            value = self._apart(value)
            statement = replace_value(statement, value)
        self.nest(target.shape, target, statement)

    def _apart(self, value: Element) -> Element:
        """The elements in memory of their own: what is stored must not change what is still to be read."""
        made = Value(None, Num("float", "float64", value.shape))
        self.materialise(made, value)
        return self.elements[made]


def replace_value(statement: Statement, value: Element) -> Statement:
    return replace(statement, value=value)


def small(shape: Shape) -> bool:
    """Whether an array is a few numbers."""
    size = 1
    for n in shape:
        if not isinstance(n, int) or n > _SMALL:
            return False
        size *= n
    return 0 < size <= _FEW


def places(shape: Shape) -> list[tuple[int, ...]]:
    """The indices of all elements."""
    found: list[tuple[int, ...]] = [()]
    for n in shape:
        assert isinstance(n, int)
        found = [(*place, k) for place in found for k in range(n)]
    return found


def _ranked(atom: Atom) -> bool:
    kind = atom.type
    return isinstance(kind, Num) and kind.shape is not None and kind.kind in ("float", "int", "bool")


def _is_scalar(atom: Atom) -> bool:
    return isinstance(atom.type, Num) and atom.type.is_scalar


def _literal(index: object) -> bool:
    return all(type(i) is int for i in (index if isinstance(index, tuple) else (index,)))


