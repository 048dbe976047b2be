"""Single operations on containers, carried out while the function is rebuilt.

A read of a field is what the field holds, a store changes that, a display or a construction is a new `Record`; none of
them leaves an operation behind.  Everything else is copied with its new operands.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

from s2sad.errors import UnsupportedError
from s2sad.ir.rewrite import clone_op
from s2sad.ir.trace import Apply, Atom, Const, Op, Undefined, Value
from s2sad.ir.types import RecordClass
from s2sad.rules.row import Table
from s2sad.transform.records.folding import folded
from s2sad.transform.records.loops import Unroll
from s2sad.transform.records.model import Binding, Conflict, Fields, Record, State, key_name, leaves

_TEXT = ("print", "format", "str", "repr", "isinstance")
_HINT = "take out its fields, and use those"
_SHORT = 64  # iterations of a loop that are written out so that it is known which keys a dict has
ALL = object()


class Operations:
    """What a walk knows, and how it does single operations."""

    def __init__(self, table: Table, name: str) -> None:
        self.table = table
        self.name = name
        self.env: dict[Value, Binding] = {}
        self.state: State = {}
        self.frozen: dict[Record, str] = {}  # containers that may not be stored into any more, and why
        self.out: list[Op] = []
        self.displays: dict[Value, list[Atom]] = {}
        self.computed: set[Op] = set()  # reads of tuples whose index is known only when the program runs
        self.handlers: dict[str, Callable[[Apply, list[Binding]], Binding]] = {
            "dict": self.display, "construct": self.construct, "attribute": self.attribute, "method": self.method,
            "getitem": self.getitem,
            "tuple": self.tuple, "set_attribute": self.set_attribute, "setitem": self.setitem, "len": self.length,
            "in": self.contains, "not_in": self.contains, "is": self.identity, "is_not": self.identity,
            "eq": self.identity, "ne": self.identity, "not": self.negation, "bool": self.negation, "copy": self.copy,
            "np.copy": self.copy, "bitor": self.union, "inplace": self.inplace, "delitem": self.delete_item,
            "dict.get": self.get, "dict.items": self.views, "dict.keys": self.views, "dict.values": self.views,
            "dict.update": self.update, "dict.pop": self.pop, "pop_at": self.pop_at, "dict.setdefault": self.setdefault,
            "namedtuple.asdict": self.asdict, "namedtuple.replace": self.replaced,
            "dataclasses.replace": self.replaced, "helper.like": self.replaced,
        }

    # ------------------------------------------------------------------ operands

    def refuse(self, op: Op, message: str, hint: str) -> NoReturn:
        raise UnsupportedError(message, loc=op.loc, function=self.name, hint=hint)

    def resolve(self, atom: Atom) -> Binding:
        return self.env.get(atom, atom) if isinstance(atom, Value) else atom

    def bindings(self, op: Op) -> list[Binding]:
        return [self.resolve(a) for a in op.operands()]

    def atom(self, atom: Atom, op: Op) -> Atom:
        return self.readable(self.resolve(atom), op)

    def readable(self, b: Binding, op: Op) -> Atom:
        """A binding as an operand; a tuple of plain values is built where it is used whole."""
        if isinstance(b, Conflict):
            self.unsure(op, b, "what is read here")
        if isinstance(b, Record):
            if b.kind in ("tuple", "namedtuple") and not (isinstance(op, Apply) and op.prim in _TEXT):
                items = [self.readable(item, op) for item in self.state[b].values()]
                return self.emit("tuple", items, op)
            self.refuse(op, f"{b.what} is used here as a whole", _HINT)
        atom: Atom = b
        return atom

    def emit(self, prim: str, args: list[Atom], op: Op, **attrs: object) -> Value:
        result = Value()
        self.out.append(Apply(prim, args, [result], attrs, loc=op.loc, origin=op.origin))
        if prim == "tuple":
            self.displays[result] = args
        return result

    def clone(self, op: Op) -> Op:
        """A copy of a plain operation with its new operands."""
        operands = [self.atom(a, op) for a in op.operands()]
        copy = clone_op(op, {})
        copy.set_operands(operands)
        if isinstance(copy, Apply):
            for hidden in ("_field", "_iterates", "_hint"):
                copy.attrs.pop(hidden, None)
        self.out.append(copy)
        self.env.update(zip(op.defined(), copy.defined()))
        return copy

    def truth(self, b: Binding, op: Op) -> bool | None:
        """What a condition is, where that is known."""
        if isinstance(b, Const):
            return bool(b.value)
        if isinstance(b, Record) and b.kind != "list":
            held = self.state[b].values()
            if b.kind == "dict" and all(isinstance(v, Conflict) for v in held):
                self.known_keys(op, b)
            return b.kind == "object" or bool(held)
        return None

    def known_keys(self, op: Op, record: Record) -> Fields:
        """The fields of a container, for what depends on which keys it has."""
        fields = self.state[record]
        for key, b in fields.items():
            if isinstance(b, Conflict) and record.kind == "dict":
                self.unsure(op, b, f"the key {key!r}")
        return fields

    def unsure(self, op: Op, b: Conflict, what: str) -> NoReturn:
        """Refuse what depends on a key that may be set or not; a short loop that sets it is written out instead."""
        message, hint = f"{what} {b.message}", "set it on every path before it is read"
        if b.late:
            raise Unroll(op, message, "set it before the loop, with a value of its own for \"not yet\"", longest=_SHORT)
        self.refuse(op, message, hint)

    # ------------------------------------------------------------------ applications

    def apply(self, op: Apply) -> None:
        args = self.bindings(op)
        field = op.attrs.get("_field")
        if field is not None and isinstance(args[0], Record):
            return self.define(op, self.field(op, args[0], str(field)))
        handler = self.handlers.get(op.prim)
        if handler is not None:
            found = handler(op, args)
            self.check_class(op, found)
            return self.define(op, found)
        constant = folded(op, args)
        if constant is not None:
            return self.define(op, constant)
        self.clone(op)
        return None

    def define(self, op: Apply, b: Binding) -> None:
        if b is not ALL and op.results:
            if isinstance(b, Value) and b.name is None:
                b.name = op.result.name
            self.env[op.result] = b

    def plain(self, op: Apply) -> object:
        """No container is concerned: the operation stays."""
        constant = folded(op, self.bindings(op))
        if constant is not None:
            return constant
        self.clone(op)
        return ALL

    def new(self, kind: str, name: str, fields: Fields, cls: RecordClass | None = None,
            source: tuple[object, ...] = ()) -> Record:
        record = Record(kind, name, cls, False, source)
        self.state[record] = fields
        return record

    def key(self, op: Apply, b: Binding) -> object:
        """A key of a dict, which has to be known."""
        if isinstance(b, Const) and b.value is not Ellipsis:
            return b.value
        raise Unroll(op, "a key of a dict is computed, and not known before the program runs",
                     "use string literals as keys, or a list or an array")

    def storable(self, op: Apply, record: Record) -> Fields:
        """The fields of a container that is about to change."""
        if record.entering:
            self.refuse(op, f"storing into {record.what} that came in as an argument is not supported",
                        "build a new one: {**d, key: value}" if record.kind == "dict" else
                        "build a new one, or bind a variable of its own")
        if not record.mutable:
            self.refuse(op, f"{record.what} cannot be changed", "build a new one with _replace or dataclasses.replace")
        if record in self.frozen:
            self.refuse(op, f"storing into {record.what} is not supported where {self.frozen[record]}",
                        "copy it first, or build a new one")
        return self.state[record]

    # ------------------------------------------------------------------ making

    def display(self, op: Apply, args: list[Binding]) -> Binding:
        fields: Fields = {}
        for key, value in zip(args[::2], args[1::2]):
            if key == Const(Ellipsis):
                fields.update(self.dict_of(op, value))
            else:
                fields[self.key(op, key)] = value
        return self.new("dict", "dict", fields)

    def dict_of(self, op: Apply, b: Binding) -> Fields:
        if not isinstance(b, Record) or b.kind != "dict":
            self.refuse(op, "what is merged here is not known to be a dict", "build the dict in this function, or say "
                        "what it holds with a signature")
        return dict(self.state[b])

    def construct(self, op: Apply, args: list[Binding]) -> Binding:
        cls: RecordClass = op.attrs["class"]
        return self.new(cls.kind, "dict" if cls.kind == "dict" else cls.name, dict(zip(cls.fields, args)),
                        None if cls.kind == "dict" else cls)

    def tuple(self, op: Apply, args: list[Binding]) -> Binding:
        if any(isinstance(a, (Record, Conflict)) for a in args):
            return self.new("tuple", "tuple", dict(enumerate(args)))
        copy = self.clone(op)
        self.displays[copy.defined()[0]] = copy.operands()
        return ALL

    def copy(self, op: Apply, args: list[Binding]) -> Binding:
        (record, *_) = args
        if not isinstance(record, Record):
            return self.plain(op)
        return self.new(record.kind, record.name, dict(self.state[record]), record.cls, record.source)

    def replaced(self, op: Apply, args: list[Binding]) -> Binding:
        """The first operand with other fields."""
        record, *values = args
        if not isinstance(record, Record) or record.kind == "dict":
            self.refuse(op, "the fields of what is replaced here are not known", "annotate it with its class")
        fields = dict(self.state[record])
        for name, value in zip(op.attrs["names"], values):
            if name not in fields:
                self.refuse(op, f"{record.what} has no field {name!r}", f"its fields are {_listed(fields)}")
            fields[name] = value
        return self.new(record.kind, record.name, fields, record.cls, record.source)

    def asdict(self, op: Apply, args: list[Binding]) -> Binding:
        (record,) = args
        if not isinstance(record, Record) or record.kind not in ("object", "namedtuple"):
            self.refuse(op, "the fields of this are not known", "annotate it with its class")
        if any(isinstance(b, Record) for b in self.state[record].values()):
            self.refuse(op, "asdict() of nested containers is not supported", "write the dict out")
        return self.new("dict", "dict", dict(self.state[record]))

    def union(self, op: Apply, args: list[Binding]) -> Binding:
        if not any(isinstance(a, Record) for a in args):
            return self.plain(op)
        return self.new("dict", "dict", {**self.dict_of(op, args[0]), **self.dict_of(op, args[1])})

    def inplace(self, op: Apply, args: list[Binding]) -> Binding:
        if not isinstance(args[0], Record) or op.attrs.get("op") != "bitor":
            return self.plain(op)
        self.storable(op, args[0]).update(self.dict_of(op, args[1]))
        return args[0]

    # ------------------------------------------------------------------ reading

    def field(self, op: Apply, record: Record, name: str) -> Binding:
        fields = self.state[record]
        if record.kind not in ("object", "namedtuple") or name not in fields:
            listed = f"its fields are {_listed(fields)}" if record.kind in ("object", "namedtuple") else \
                "read it with a subscript"
            self.refuse(op, f"{record.what} has no attribute {name!r}", listed)
        return self.held(op, fields[name], f"the field {name!r}")

    def held(self, op: Apply, b: Binding, what: str) -> Binding:
        if isinstance(b, Conflict):
            self.unsure(op, b, what)
        return b

    def attribute(self, op: Apply, args: list[Binding]) -> Binding:
        (record,) = args
        name = str(op.attrs["name"])
        if isinstance(record, Record):
            return self.field(op, record, name)
        self.refuse(op, f"the attribute .{name} is not known to s2sad", str(op.attrs.get(
            "_hint", "use a NumPy function; if it is a field of an object, annotate that with its class")))

    def check_class(self, op: Apply, found: Binding) -> None:
        """Whether a field or a list holds an object of the class whose methods were read for it."""
        if op.attrs.get("_class") is None:
            return
        expected, cls = op.attrs["_class"]
        actual = found.cls.cls if isinstance(found, Record) and found.cls is not None else None
        same = isinstance(found, Record) and found.name == expected and (None in (actual, cls) or actual is cls)
        if not same:
            self.refuse(op, f"an object here is not the {expected} whose methods were read",
                        "keep objects of other classes in fields and lists of their own")

    def method(self, op: Apply, args: list[Binding]) -> Binding:
        """A method that was not found when the function was read."""
        self.refuse(op, f"the method .{op.attrs['name']}() is not known to s2sad", str(op.attrs["_hint"]))

    def getitem(self, op: Apply, args: list[Binding]) -> Binding:
        record, index = args
        if isinstance(record, Value) and record in self.displays and isinstance(index, Const):
            items = self.displays[record]
            if type(index.value) is int and -len(items) <= index.value < len(items) and isinstance(op.args[1], Value):
                return items[index.value]  # in a loop that is written out
        if not isinstance(record, Record):
            if isinstance(record, Value) and record in self.displays:
                self.chosen(op, index, self.displays[record])
            if isinstance(index, Const) and isinstance(index.value, str):
                self.refuse(op, f"the subscript [{index.value!r}] is read of something that is not known to be a dict",
                            "say what it holds with a signature or an annotation")
            return self.plain(op)
        fields = self.state[record]
        if op.attrs.get("_iterates") and record.kind == "dict":
            return Const(list(self.known_keys(op, record))[self.position(op, index, len(fields))])
        if record.kind == "object":
            self.refuse(op, f"{record.what} has no items", "read a field")
        if record.kind == "list":
            item = self.picked(op, fields[0], self.readable(index, op))
            if not (isinstance(index, Value) and self.is_slice(index)):
                return item
            whole = Record("list", "list", None, True)
            self.state[whole] = {0: item}
            return whole
        if record.kind == "dict":
            key = self.key(op, index)
            if key not in fields:
                self.refuse(op, f"the key {key!r} is not in the dict here", f"its keys are {_listed(fields)}")
            return self.held(op, fields[key], f"the key {key!r}")
        if isinstance(index, Value) and (self.is_slice(index) or not self.static(record)):
            self.chosen(op, index, list(fields.values()))
            return self.plain(op)  # a plain tuple, indexed at run time
        return list(fields.values())[self.position(op, index, len(fields))]

    def picked(self, op: Apply, columns: Binding, index: Atom) -> Binding:
        """An item of a list that is held as a list for each of its leaves."""
        if not isinstance(columns, Record):
            # One read of them all tells whether the index is there.
            return self.emit("getitem", [columns, index], op, _present=op.attrs.get("_present", False), _picks=op)
        item = Record(columns.kind, columns.name, columns.cls, True, columns.source)
        self.state[item] = {}
        for key, b in self.state[columns].items():
            self.state[item][key] = self.picked(op, b, index)
        return item

    def chosen(self, op: Apply, index: Binding, items: list[Binding]) -> None:
        """An item of a tuple of values is better chosen before the program runs: then it has an adjoint of its own."""
        varying = any(isinstance(item, Value) for item in items)
        if varying and isinstance(index, Value) and not self.is_slice(index) and op not in self.computed:
            raise Unroll(op, needed=False)

    def static(self, record: Record) -> bool:
        """Whether the items of a sequence can be chosen before the program runs only: keys and containers."""
        return record.name == "view" or any(isinstance(b, (Record, Conflict)) for b in self.state[record].values())

    def is_slice(self, index: Value) -> bool:
        return any(isinstance(o, Apply) and o.prim == "slice" and index in o.results for o in reversed(self.out[-4:]))

    def position(self, op: Apply, index: Binding, length: int) -> int:
        if isinstance(index, Const) and isinstance(index.value, int):
            if not -length <= index.value < length:
                self.refuse(op, f"the index {index.value} is out of range: there are {length} items", "correct it")
            return index.value
        raise Unroll(op, "an item of a container of containers is chosen by a computed index",
                     "loop over the container itself, or use constant indices")

    def length(self, op: Apply, args: list[Binding]) -> Binding:
        if isinstance(args[0], Record) and args[0].kind == "list":
            found = leaves(args[0], self.state)
            if found:
                return self.emit("len", [found[0]], op)
        if isinstance(args[0], Record) and args[0].kind not in ("object", "list"):
            return Const(len(self.known_keys(op, args[0])))
        return self.plain(op)

    def contains(self, op: Apply, args: list[Binding]) -> Binding:
        key, record = args
        if not isinstance(record, Record):
            return self.plain(op)
        fields = self.state[record]
        if record.kind != "dict":
            self.refuse(op, f"`in` of {record.what} is not supported", "compare with its fields")
        wanted = self.key(op, key)
        self.held(op, fields.get(wanted), f"the key {wanted!r}")
        return Const((wanted in fields) == (op.prim == "in"))

    def identity(self, op: Apply, args: list[Binding]) -> Binding:
        """``d is None``, ``d == None``, ``d is e``."""
        a, b = args
        if isinstance(a, Const) and isinstance(b, Const) and op.prim in ("is", "is_not") and None in (a.value, b.value):
            return Const((a == b) == (op.prim == "is"))
        if not isinstance(a, Record) and not isinstance(b, Record):
            return self.plain(op)
        positive = op.prim in ("is", "eq")
        for x, y in ((a, b), (b, a)):
            if isinstance(x, Record) and isinstance(y, Const) and y.value is None:
                return Const(not positive)
        if isinstance(a, Record) and isinstance(b, Record) and op.prim in ("is", "is_not") and \
                (a is b or not (a in self.frozen or b in self.frozen or a.entering or b.entering)):
            return Const((a is b) == positive)
        self.refuse(op, "containers are compared here, which is not supported", "compare their fields")

    def negation(self, op: Apply, args: list[Binding]) -> Binding:
        known = self.truth(args[0], op) if isinstance(args[0], Record) else None
        return self.plain(op) if known is None else Const(known == (op.prim == "bool"))

    # ------------------------------------------------------------------ storing

    def setitem(self, op: Apply, args: list[Binding]) -> Binding:
        record, index, value = args
        if not isinstance(record, Record):
            if isinstance(index, Const) and isinstance(index.value, str):
                self.refuse(op, f"[{index.value!r}] is stored into something that is not known to be a dict",
                            "say what it holds with a signature or an annotation")
            if isinstance(value, (Record, Conflict)) and not (isinstance(value, Record) and value.kind == "tuple"):
                self.refuse(op, "a container is stored into a list or an array, which is not supported", _HINT)
            return self.plain(op)
        if record.kind != "dict":
            self.refuse(op, f"{record.what} cannot be stored into by a subscript", "build a new one")
        self.storable(op, record)[self.key(op, index)] = self.named(value, index)
        return ALL

    def set_attribute(self, op: Apply, args: list[Binding]) -> Binding:
        record, value = args
        name = str(op.attrs["name"])
        if not isinstance(record, Record):
            self.refuse(op, f"assigning to the attribute .{name} of what is not known to be an object is not supported",
                        "assign to a variable, or to elements of an array")
        fields = self.storable(op, record)
        if record.kind != "object":
            self.refuse(op, f"{record.what} has no attribute {name!r} to be set", "use a subscript")
        fields[name] = self.named(value, Const(name))
        return ALL

    def named(self, value: Binding, key: Binding) -> Binding:
        """A value that nobody named is called after the key that it is stored under."""
        if isinstance(value, Value) and value.name is None and isinstance(key, Const):
            value.name = key_name(key.value)
        return value

    def delete_item(self, op: Apply, args: list[Binding]) -> Binding:
        record, index = args
        if not isinstance(record, Record):
            return self.plain(op)
        self.removed(op, record, self.key(op, index))
        return ALL

    def removed(self, op: Apply, record: Record, key: object) -> Binding:
        fields = self.storable(op, record)
        if key not in fields:
            self.refuse(op, f"the key {key!r} is not in the dict here", f"its keys are {_listed(fields)}")
        return self.held(op, fields.pop(key), f"the key {key!r}")

    # ------------------------------------------------------------------ methods of dicts

    def receiver(self, op: Apply, b: Binding) -> Record:
        if not isinstance(b, Record) or b.kind != "dict":
            name = op.prim.rpartition(".")[2]
            self.refuse(op, f"the method .{name}() is not known to s2sad of what is not known to be a dict",
                        "say what it holds with a signature or an annotation")
        return b

    def get(self, op: Apply, args: list[Binding]) -> Binding:
        key = self.key(op, args[1])
        return self.held(op, self.state[self.receiver(op, args[0])].get(key, args[2]), f"the key {key!r}")

    def views(self, op: Apply, args: list[Binding]) -> Binding:
        fields = self.known_keys(op, self.receiver(op, args[0]))
        what = op.prim.rpartition(".")[2]
        items: list[Any] = []
        for key, value in fields.items():
            if what == "items":
                items.append(self.new("tuple", "tuple", {0: Const(key), 1: value}))
            else:
                items.append(Const(key) if what == "keys" else value)
        return self.new("tuple", "view", dict(enumerate(items)))

    def update(self, op: Apply, args: list[Binding]) -> Binding:
        record = self.receiver(op, args[0])
        self.storable(op, record).update(self.dict_of(op, args[1]))
        return ALL

    def pop(self, op: Apply, args: list[Binding]) -> Binding:
        return self.removed(op, self.receiver(op, args[0]), self.key(op, args[1]))

    def pop_at(self, op: Apply, args: list[Binding]) -> Binding:
        """``x.pop(k)`` of a list, or of a dict by a key that is no string."""
        return self.pop(op, args) if isinstance(args[0], Record) else self.plain(op)

    def setdefault(self, op: Apply, args: list[Binding]) -> Binding:
        record = self.receiver(op, args[0])
        key = self.key(op, args[1])
        if key not in self.state[record]:
            self.storable(op, record)[key] = args[2]
        return self.held(op, self.state[record][key], f"the key {key!r}")


def _listed(fields: Fields) -> str:
    return ", ".join(map(str, fields)) or "none"


__all__ = ["Operations", "Undefined"]
