"""Loop nests: what is done for each element of a space, and how that is written.

::

    Nest(shape of v, [Store(v, mul(a, 2.0)), Reduce(s, add, v)])

        ->      s = 0.0
                for i in range(v.shape[0]):
                    v_i = a[i] * 2.0
                    v[i] = v_i
                    s += v_i

Two nests over one space become one where the second asks only for what the first has done in the same element (`fuse`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from s2sad.ir.builder import Builder
from s2sad.ir.trace import Atom, Block, Const, For, Loc, Value, Yield
from s2sad.ir.types import INT, Dim, DimLike, Num
from s2sad.lower.elements import Buffer, Element, Index, Place, View, aligned, load, place_of, subscript

# Loops over so few elements are written out.
_FEW = 9
# How an element is combined with what is there; None stores it.
COMBINE = {"add": "add", "max": "np.maximum", "min": "np.minimum", "mul": "mul"}


@dataclass(eq=False)
class Statement:
    """`value` of each element goes into `target`, or into one number, `result`."""

    value: Element
    target: Element | None = None
    result: Value | None = None
    init: Atom | None = None
    mode: str | None = None
    loc: Loc | None = None
    origin: str = "primal"
    # The array that this statement makes: later statements of the nest use the element itself.
    temporary: Buffer | None = None


@dataclass(eq=False)
class Nest:
    """Statements for each element of a space; `lengths` of which some element (an operand or target) tells."""

    shape: tuple[DimLike, ...]
    ruler: Element
    statements: list[Statement] = field(default_factory=list)

    @property
    def rank(self) -> int:
        return len(self.shape)

    def results(self) -> set[Value]:
        return {s.result for s in self.statements if s.result is not None}

    def indices(self) -> list[Index]:
        """Stand-ins for the loops' variables, to compare subscripts with."""
        return [Index(Value(f"axis{k}", INT)) for k in range(self.rank)]


# ---------------------------------------------------------------------------- fusion

# A subscript: for each axis an axis of the space (its number) or an index of the program's, and an offset.
Key = tuple[tuple[object, int], ...]


@dataclass
class Access:
    """What a nest reads and stores: arrays with the subscripts they are taken at (None: unknown ones)."""

    reads: list[tuple[Value, Key | None]]
    stores: list[tuple[Value, Key | None, str | None]]


def access(nest: Nest) -> Access:
    indices = nest.indices()
    names = {i.atom: k for k, i in enumerate(indices)}

    def key(place: Sequence[Index]) -> Key:
        found: list[tuple[object, int]] = []
        for index in place:
            # An axis, or an index of the program's, or none.
            found.append((names.get(index.atom, index.atom), index.offset))
        return tuple(found)

    found = Access([], [])

    def note(element: Element, own: Sequence[Index]) -> None:
        for read in element.reads(own):
            found.reads.append((read[0], key(read[1])) if isinstance(read, tuple) else (read, None))

    for statement in nest.statements:
        note(statement.value, aligned(statement.value, indices))
        if statement.target is not None:
            for place in statement.target.reads(aligned(statement.target, indices)):
                where: Place | Value = place
                if isinstance(where, tuple):
                    found.stores.append((where[0], key(where[1]), statement.mode))
                elif behind(statement.target) is where:
                    found.stores.append((where, None, statement.mode))
                else:
                    found.reads.append((where, None))
    return found


def behind(element: Element) -> Value | None:
    """The array that a view is a view of."""
    while isinstance(element, View):
        element = element.base
    return element.value if isinstance(element, Buffer) else None


def same_space(a: Nest, b: Nest) -> bool:
    """Whether two spaces are known to be equally long in each axis."""
    return len(a.shape) == len(b.shape) and all(
        m == n and isinstance(m, (int, Dim)) for m, n in zip(a.shape, b.shape))


def whole(key: Key | None, rank: int) -> bool:
    """Whether different elements of the space have different subscripts."""
    return key is not None and {k for k, _ in key if isinstance(k, int)} == set(range(rank))


def disjoint(p: Key | None, q: Key | None) -> bool:
    """Whether two subscripts differ in every element, by a literal index in them."""
    return p is not None and q is not None and any(
        s is None and t is None and a != b and (a < 0) == (b < 0) for (s, a), (t, b) in zip(p, q))


def fuses(first: Nest, second: Nest, meets: Callable[[Value, Value], bool]) -> bool:
    """Whether the second nest may be done element by element behind the first."""
    if not same_space(first, second) or first.results() & set(_scalars_read(second)):
        return False
    a, b = access(first), access(second)

    def clash(x: Value, p: Key | None, y: Value, q: Key | None) -> bool:
        return meets(x, y) and not (x is y and (disjoint(p, q) or (p == q and whole(p, first.rank))))

    if any(clash(x, p, y, q) for x, p, _ in a.stores for y, q in b.reads):
        return False
    if any(clash(x, p, y, q) for x, p in a.reads for y, q, _ in b.stores):
        return False
    # Sums may be added to in any order.
    return not any(clash(x, p, y, q) and not m == n == "add" for x, p, m in a.stores for y, q, n in b.stores)


def _scalars_read(nest: Nest) -> Iterator[Value]:
    """The numbers that a nest uses."""
    pending = [s.value for s in nest.statements] + [s.target for s in nest.statements if s.target is not None]
    while pending:
        element = pending.pop()
        atom = getattr(element, "atom", None)
        if isinstance(atom, Value):
            yield atom
        for item in getattr(element, "items", ()):
            if isinstance(item, Value):
                yield item
        pending += getattr(element, "operands", [])
        if isinstance(element, View):
            pending.append(element.base)
            for entry in element.axes:
                if isinstance(entry, Index) and isinstance(entry.atom, Value):
                    yield entry.atom
                elif isinstance(entry, tuple):
                    pending.append(entry[0])


# ---------------------------------------------------------------------------- writing

class Writer:
    """Writes one nest."""

    def __init__(self, nest: Nest, builder: Builder) -> None:
        self.nest = nest
        self.builder = builder
        self.running: dict[Statement, Atom] = {}
        self.shift = self._shift()
        fixed: set[int] = set()
        for statement in nest.statements:
            for element in (statement.value, statement.target):
                if element is not None:
                    lead = nest.rank - element.rank
                    fixed |= {k + lead for k in element.fixed() if element.shape[k] != 1}
        few = 1
        for n in nest.shape:
            few *= n if isinstance(n, int) else _FEW + 1
        self.unrolled = {k for k, n in enumerate(nest.shape)
                         if isinstance(n, int) and (n == 1 or k in fixed or few <= _FEW)}
        # From which depth on a statement's target stays the same: there it is kept in a variable.
        self.depth = {s: self._depth(s) for s in nest.statements}

    def write(self) -> None:
        for statement in self.nest.statements:
            if statement.result is not None:
                assert statement.init is not None
                self.running[statement] = statement.init
        self._axis(0, [], self.builder)
        for statement in self.nest.statements:
            if statement.temporary is not None:
                statement.temporary.now = None

    def finish(self) -> dict[Value, Atom]:
        """What the numbers that were reduced to are called."""
        return {s.result: self.running[s] for s in self.nest.statements if s.result is not None}

    def _shift(self) -> list[int]:
        """Loops run over the indices of what is stored first."""
        shift = [0] * self.nest.rank
        for statement in self.nest.statements:
            target = statement.target
            if isinstance(target, View) and isinstance(target.base, Buffer) and target.rank == self.nest.rank:
                for entry in target.axes:
                    if isinstance(entry, tuple):
                        return [0] * self.nest.rank
                    if not isinstance(entry, Index):
                        shift[entry.k] = entry.start
                return shift
        return shift

    def _depth(self, statement: Statement) -> int:
        """One more than the last axis that the target's subscript depends on; the rank where nothing is gained."""
        target, rank = statement.target, self.nest.rank
        if statement.result is not None:
            return 0
        if target is None or statement.mode is None:
            return rank
        used = {k + rank - target.rank for k in range(target.rank) if target.shape[k] != 1}
        depth = max(used, default=-1) + 1
        own = behind(target)
        others = [x for s in self.nest.statements if s is not statement for x, _ in _touched(s, rank)]
        return depth if own is not None and own not in others and _plain(target) else rank

    def _axis(self, k: int, indices: list[Index], builder: Builder) -> None:
        entering = [s for s in self.nest.statements if self.depth[s] == k and s.result is None and k < self.nest.rank]
        places = {}
        for statement in entering:
            assert statement.target is not None
            rest = [*indices, *[Index(None, 0)] * (self.nest.rank - k)]
            place = place_of(statement.target, aligned(statement.target, rest), builder)
            assert place is not None
            places[statement] = place
            builder.loc = None
            self.running[statement] = load(*place, builder)
            self._named(statement, self.running[statement])
        if k == self.nest.rank:
            for statement in self.nest.statements:
                self._statement(statement, indices, builder)
        elif k in self.unrolled:
            size = self.nest.shape[k]
            assert isinstance(size, int)
            for n in range(size):
                self._axis(k + 1, [*indices, Index(None, n)], builder)
        else:
            self._loop(k, indices, builder)
        for statement in entering:
            value, place_indices = places[statement]
            inside = all(i.inside for i in place_indices)
            builder.effect("setitem", value, subscript(place_indices, builder), self.running[statement],
                           attrs={"inside": True} if inside else {})

    def _loop(self, k: int, indices: list[Index], builder: Builder) -> None:
        nest = self.nest
        builder.loc = None
        length = nest.ruler.length(k, builder)
        start = self.shift[k]
        stop = length.plus(start).emit(builder)
        kept = [s for s in nest.statements if self.depth[s] <= k and s in self.running]
        index = Value(None, INT)
        params = [self._copy(s) for s in kept]
        body = Block([index, *params])
        inner = builder.at(body)
        outer = [self.running[s] for s in kept]
        self.running.update(zip(kept, params))
        self._axis(k + 1, [*indices, Index(index, -start)], inner)
        inner.append(Yield([self.running[s] for s in kept]))
        results = [self._copy(s) for s in kept]
        builder.loc = None
        builder.append(For(outer, body, results, Const(start), stop, Const(1)))
        self.running.update(zip(kept, results))

    def _copy(self, statement: Statement) -> Value:
        now = self.running[statement]
        kind = statement.result.type if statement.result is not None else now.type
        value = Value(self._name(statement), kind)
        return value

    def _name(self, statement: Statement) -> str:
        if statement.result is not None and statement.result.name:
            return statement.result.name
        return "total" if statement.mode == "add" else "best" if statement.mode in ("max", "min") else "product"

    def _named(self, statement: Statement, atom: Atom) -> None:
        if isinstance(atom, Value):
            atom.name = self._name(statement)

    def _statement(self, statement: Statement, indices: list[Index], builder: Builder) -> None:
        builder.loc, builder.origin = statement.loc, statement.origin
        value = statement.value.at(aligned(statement.value, indices), builder)
        if statement.temporary is not None:
            value = self._named_element(statement, value, indices, builder)
        if statement in self.running:
            assert statement.mode is not None
            self._collect(statement, value, builder)
            return
        assert statement.target is not None
        place = place_of(statement.target, aligned(statement.target, indices), builder)
        assert place is not None
        self._store(statement, place, value, builder)

    def _collect(self, statement: Statement, value: Atom, builder: Builder) -> None:
        """The number so far with one more element; written out, sums need no name for their parts."""
        assert statement.mode is not None
        before = self.running[statement]
        if statement.mode == "add" and before == Const(0.0):
            self.running[statement] = value
            return
        name = None if self.unrolled.issuperset(range(self.nest.rank)) else self._name(statement)
        made = builder.apply(COMBINE[statement.mode], before, value, name=name)
        made.type = statement.result.type if statement.result is not None else made.type
        self.running[statement] = made

    def _named_element(self, statement: Statement, value: Atom, indices: list[Index], builder: Builder) -> Atom:
        """The element of an array that this nest makes, which later statements use."""
        assert statement.temporary is not None
        if isinstance(value, Value) and value.name is None and statement.temporary.value.name:
            value.name = f"{statement.temporary.value.name}_i"
        statement.temporary.now = value
        return value

    def _store(self, statement: Statement, place: tuple[Value, list[Index]], value: Atom, builder: Builder) -> None:
        array, where = place
        attrs = {"inside": True} if all(i.inside for i in where) else {}
        index = subscript(where, builder)
        if statement.mode is None:
            builder.effect("setitem", array, index, value, attrs=attrs)
        elif statement.mode == "add":
            builder.effect("accumulate_at", array, index, value, attrs=attrs)
        else:
            there = builder.apply("getitem", array, index, attrs=attrs)
            if isinstance(array.type, Num):
                there.type = Num(array.type.kind, array.type.dtype, ())
            made = builder.apply(COMBINE[statement.mode], there, value)
            builder.effect("setitem", array, index, made, attrs=attrs)


def _touched(statement: Statement, rank: int) -> Iterator[tuple[Value, bool]]:
    indices = [Index(Value(None, INT)) for _ in range(rank)]
    for element in (statement.value, statement.target):
        if element is not None:
            for read in element.reads(aligned(element, indices)):
                yield (read[0] if isinstance(read, tuple) else read), True


def _plain(target: Element) -> bool:
    """Whether a target's subscript needs nothing from memory."""
    while isinstance(target, View):
        if any(isinstance(entry, tuple) for entry in target.axes):
            return False
        target = target.base
    return isinstance(target, Buffer)
