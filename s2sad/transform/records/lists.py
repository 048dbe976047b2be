"""Lists of containers become a list for each leaf.

Before::                                After::

    ps = list()                         ps0 = list()
    for i in range(n):                  ps1 = list()
        w0 = tuple(x, y)                for i in range(n):
        append(ps, w0)                      append(ps0, x)
    w1 = getitem(ps, 0)                     append(ps1, y)
    w2 = getitem(w1, 1)                 w2 = getitem(ps1, 0)

What a list holds shows when something is appended to it: then the walk begins anew (`Reshape`), knowing it.  A list
that is used as a whole stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from s2sad.ir.trace import Apply, Atom, Const, Op, Value
from s2sad.ir.types import ListType, RecordType, TupleType, Type
from s2sad.rules.row import Table
from s2sad.transform.records.model import Binding, Conflict, Fields, Record, Template, fits, template
from s2sad.transform.records.operations import ALL, Operations
from s2sad.transform.records.trees import described, has_columns, reads_record, splits


class Reshape(Exception):
    """Walk through the function again: the list that `op` makes holds containers like this (None: it stays)."""

    def __init__(self, op: Op, template: Template | None) -> None:
        self.op = op
        self.template = template


class Lists(Operations):
    """Operations on lists of containers."""

    def __init__(self, table: Table, name: str) -> None:
        super().__init__(table, name)
        self.shapes: dict[Op, Template | None] = {}
        self.empty: dict[Value, Op] = {}   # lists that nothing is known of yet, and what makes them
        self.made: dict[Record, Op] = {}
        self.handlers.update({"list": self.listed, "append": self.append, "pop": self.pop_last, "add": self.added,
                              "inplace": self.grown, "global": self.constant, "column": self.taken_apart,
                              "rows": self.put_together})

    def readable(self, b: Binding, op: Op) -> Atom:
        if isinstance(b, Record) and b in self.made:
            raise Reshape(self.made[b], None)
        return super().readable(b, op)

    # ------------------------------------------------------------------ structure

    def record_of(self, b: Binding) -> Record | None:
        """A container as a record, a display of a tuple included; None for a number or an array."""
        if isinstance(b, Record):
            return None if b.kind == "list" else b
        if isinstance(b, Value) and b in self.displays:
            items: Fields = {k: self.record_of(item) or item for k, item in enumerate(self.displays[b])}
            return self.new("tuple", "tuple", items) if items else None
        return None

    def varies(self, record: Record) -> bool:
        """Whether anything in it is more than a literal."""
        return any(self.varies(b) if isinstance(b, Record) else isinstance(b, Value)
                   for b in self.state[record].values())

    def columns(self, wanted: Template, rows: list[Record], op: Op, name: str | None) -> Record:
        """The lists for the leaves of some containers, called after the list and the way to the leaf."""
        record = self.new(wanted.kind, wanted.name, {}, wanted.cls, wanted.source)
        for key, inner in zip(wanted.keys, wanted.items):
            parts = [self.state[row][key] for row in rows]
            label = f"{name}_{key}" if name is not None and f"{name}_{key}".isidentifier() else None
            if inner is not None:
                self.state[record][key] = self.columns(inner, parts, op, label)
            else:
                column = self.emit("list", [self.readable(p, op) for p in parts], op)
                column.name = label
                self.state[record][key] = column
        return record

    # ------------------------------------------------------------------ global variables

    def constant(self, op: Apply, args: list[Binding]) -> Binding:
        """A container that the function finds outside: its leaves are read here."""
        if not reads_record(op):
            return self.plain(op)
        copy = self.clone(op)
        whole = copy.defined()[0]
        whole.type = op.attrs["type"]
        return self.entered(op, whole)

    def entered(self, op: Apply, whole: Value) -> Binding:
        kind = whole.type
        if isinstance(kind, ListType) and splits(kind.item):
            if has_columns(kind.item):
                self.refuse(op, "a list of containers that hold lists of containers is not supported", "use tuples")
            record = Record("list", "list", None, True)
            self.state[record] = {0: self.column(op, whole, kind.item, ())}
            return record
        if not isinstance(kind, (RecordType, TupleType)):
            return whole
        held, name, keys = described(kind)
        record = Record(held, name, None, True)
        self.state[record] = {}
        for key, t in zip(keys, kind.items):
            by_name = record.kind in ("object", "namedtuple")
            part = self.emit("attribute" if by_name else "getitem", [whole] if by_name else [whole, Const(key)], op)
            part.type = t
            if by_name:
                self.out[-1].attrs["name"] = key  # type: ignore[attr-defined]
            self.state[record][key] = self.entered(op, part)
        return record

    def column(self, op: Apply, whole: Value, item: Type, way: tuple[tuple[str, object], ...]) -> Binding:
        """The lists for the leaves of the items of a list."""
        if not isinstance(item, (RecordType, TupleType)):
            made = self.emit("column", [whole], op)
            self.out[-1].attrs["way"] = way  # type: ignore[attr-defined]
            made.type = ListType(item)
            return made
        held, name, keys = described(item)
        record = Record(held, name, None, True)
        step = "attribute" if held in ("object", "namedtuple") else "item"
        self.state[record] = {k: self.column(op, whole, t, (*way, (step, k))) for k, t in zip(keys, item.items)}
        return record

    def taken_apart(self, op: Apply, args: list[Binding]) -> Binding:
        """A list that an inner derivative took apart already."""
        (found,) = args
        if isinstance(found, Record) and found.kind == "list":
            found = self.state[found][0]
            for _, key in op.attrs["way"]:
                assert isinstance(found, Record)
                found = self.state[found][key]
            return found
        return self.plain(op)

    def put_together(self, op: Apply, args: list[Binding]) -> Binding:
        """A list that an inner derivative made of the lists for its leaves."""
        like, *columns = args
        known = isinstance(like, Record) and like.kind == "list"
        model = self.state[like][0] if known and isinstance(like, Record) else None
        record = Record("list", "list", None, False, like.source if known and isinstance(like, Record) else ())
        self.state[record] = {0: self._row(op.attrs["tree"], model, iter(columns))}
        return record

    def _row(self, tree: tuple[Any, ...], model: Binding | None, columns: Iterator[Binding]) -> Binding:
        kind, keys, items = tree
        if kind == "leaf":
            return next(columns)
        same = model if isinstance(model, Record) else None
        record = self.new(kind, same.name if same is not None else kind, {}, same.cls if same is not None else None,
                          same.source if same is not None else ())
        for key, inner in zip(keys, items):
            self.state[record][key] = self._row(inner, self.state[same].get(key) if same is not None else None, columns)
        return record

    # ------------------------------------------------------------------ making

    def listed(self, op: Apply, args: list[Binding]) -> Binding:
        shape = self.shapes.get(op)
        if op in self.shapes and shape is None:
            return self.plain(op)
        rows = [self.record_of(a) for a in args]
        found = [row for row in rows if row is not None]
        if shape is None and found and len(found) == len(rows) and any(self.varies(row) for row in found):
            shape = template(found[0], self.state)
        if shape is None or not all(fits(row, shape, self.state) for row in found):
            copy = self.clone(op)
            if not args:
                self.empty[copy.defined()[0]] = op
            return ALL
        for row in found:
            self.keep(row)
        return self.as_list(op, self.columns(shape, found, op, op.result.name))

    def as_list(self, op: Op, columns: Record) -> Record:
        record = self.new("list", "list", {0: columns})
        self.made[record] = op
        return record

    def keep(self, row: Record) -> None:
        """Nobody may store into a container that is in a list: the list holds its fields."""
        if row.mutable:
            self.frozen[row] = "it is in a list"
        for b in self.state[row].values():
            if isinstance(b, Record):
                self.keep(b)

    def added(self, op: Apply, args: list[Binding]) -> Binding:
        """The lists one after the other."""
        if not any(isinstance(a, Record) and a.kind == "list" for a in args):
            return self.plain(op)
        a, b = args
        if isinstance(a, Record) and isinstance(b, Record) and fits(b, template(a, self.state), self.state):
            joined = self.paired(op, self.state[a][0], self.state[b][0])
            return self.as_list(self.made.get(a, op), joined)
        for x in args:
            self.readable(x, op)
        self.refuse(op, "lists of different containers are put together here", "append to one list")

    def paired(self, op: Apply, a: Record, b: Record) -> Record:
        fields = {key: self.paired(op, x, self.state[b][key]) if isinstance(x, Record) else
                  self.emit("add", [x, self.state[b][key]], op) for key, x in self.state[a].items()}
        return self.new(a.kind, a.name, fields, a.cls)

    def grown(self, op: Apply, args: list[Binding]) -> Binding:
        """``l += [...]`` of lists of containers."""
        if isinstance(args[0], Record) and args[0].kind == "list":
            self.refuse(op, "+= of a list of containers is not supported", "append to it")
        return self.inplace(op, args)

    # ------------------------------------------------------------------ changing

    def append(self, op: Apply, args: list[Binding]) -> Binding:
        target, value = args
        row = self.record_of(value)
        if isinstance(target, Value) and target in self.empty:
            made = self.empty[target]
            if row is not None and made not in self.shapes and self.varies(row):
                raise Reshape(made, template(row, self.state))
            self.shapes.setdefault(made, None)
        if not isinstance(target, Record):
            return self.plain(op)
        if target.entering or target.kind != "list":
            self.refuse(op, f"appending to {target.what} that came in as an argument is not supported",
                        "build a new list")
        columns = self.state[target][0]
        if row is None or not fits(row, template(columns, self.state), self.state):
            self.readable(target, op)
            self.refuse(op, "something else than before is appended to a list of containers", "use two lists")
        self.keep(row)
        self.each(op, columns, row)
        return ALL

    def each(self, op: Apply, columns: Record, row: Record) -> None:
        for key, column in self.state[columns].items():
            part = self.state[row][key]
            if isinstance(column, Record):
                self.each(op, column, part)
            else:
                values = [column, *(self.atom(a, op) for a in op.args[1:-1]), self.readable(part, op)]
                self.out.append(Apply(op.prim, values, [], loc=op.loc, origin=op.origin))

    def pop_last(self, op: Apply, args: list[Binding]) -> Binding:
        if not isinstance(args[0], Record):
            return self.plain(op)
        if args[0].entering or args[0].kind != "list" or len(args) > 1:
            self.refuse(op, f".pop() of {args[0].what} is not supported here", "read the item by its index")
        return self.popped(op, self.state[args[0]][0])

    def popped(self, op: Apply, columns: Record) -> Record:
        fields = {key: self.popped(op, c) if isinstance(c, Record) else self.emit("pop", [c], op)
                  for key, c in self.state[columns].items()}
        item = self.new(columns.kind, columns.name, fields, columns.cls)
        if item.mutable:
            self.frozen[item] = "it was in a list"
        return item

    def setitem(self, op: Apply, args: list[Binding]) -> Binding:
        target, index, value = args
        if not isinstance(target, Record) or target.kind != "list":
            return super().setitem(op, args)
        row = self.record_of(value)
        columns = self.state[target][0]
        whole = isinstance(index, (Record, Conflict)) or (isinstance(index, Value) and self.is_slice(index))
        if target.entering or row is None or whole or not fits(row, template(columns, self.state), self.state):
            self.readable(target, op)
            self.refuse(op, "this store into a list of containers is not supported", "build a new list")
        self.keep(row)
        self.each(op, columns, row)
        return ALL

