"""Dicts, named tuples and objects: displays, fields, methods, construction.

::

    d = {"a": x, **e}       d = dict('a', x, ..., e)
    y = p.k                 y = attribute(p)            {name: k}
    p.k = y                 set_attribute(p, y)         {name: k}
    q = Point(x, y=1.0)     q = construct(x, 1.0)       {class: Point(x, y)}

What they are is known only with types: `transform/records` works that out.
"""

from __future__ import annotations

from typing import Any

import gast

from s2sad.frontend.meanings import DataClass, Display, Meaning, Named, Property
from s2sad.frontend.members import label, member, part
from s2sad.frontend.parameters import ArgumentError, default_of, match
from s2sad.frontend.tracer import Given, Tracer
from s2sad.ir.trace import Apply, Atom, Const, Parameter, Value

# Methods of dicts and named tuples -> (primitive, least and most arguments).
_METHODS = {"get": ("dict.get", 1, 2), "items": ("dict.items", 0, 0), "keys": ("dict.keys", 0, 0),
            "values": ("dict.values", 0, 0), "update": ("dict.update", 1, 1),
            "setdefault": ("dict.setdefault", 1, 2), "_asdict": ("namedtuple.asdict", 0, 0)}
_EFFECTS = frozenset(["dict.update"])
MERGED = Const(Ellipsis)  # stands for the key of `**d`


class Records(Tracer):
    """Lowers what makes and reads containers with known keys."""

    def dict_display(self, node: Any) -> Atom:
        """``{key: value, **d}``."""
        items: list[Atom] = []
        for key, value in zip(node.keys, node.values):
            items.append(MERGED if key is None else self.expression(key))
            items.append(self.expression(value))
        return self.apply("dict", items, node)

    def dict_call(self, node: Any) -> Atom:
        """``dict(a=1.0, **d)`` and ``dict(d)``."""
        if len(node.args) > 1:
            self.refuse(node, "these arguments of dict() are not supported", "write a display: {key: value}")
        items: list[Atom] = []
        for value in node.args:
            if not isinstance(value, (gast.Name, gast.Attribute, gast.Subscript, gast.Dict)):
                self.refuse(node, "dict() of a sequence is not supported", "write a display or a dict comprehension")
            items += [MERGED, self.expression(value)]
        for keyword in node.keywords:
            items += [MERGED if keyword.arg is None else Const(keyword.arg), self.expression(keyword.value)]
        return self.apply("dict", items, node)

    # ------------------------------------------------------------------ fields

    def field(self, node: Any) -> Atom:
        """``x.name`` of a value; that it is an object of a known class is checked when containers are taken apart."""
        holder = self.expression(node.value)
        cls = self.class_of.get(holder) if isinstance(holder, Value) else None
        read = member(cls, node.attr, holder) if cls is not None else None
        if isinstance(read, Property):
            return self.value_of(self.call_function(read.function, Given(), node), node)
        inner = part(cls, node.attr) if cls is not None else None
        attrs = {"name": node.attr} if inner is None else {"name": node.attr, "_class": label(inner)}
        found = self.apply("attribute", [holder], node, attrs)
        if inner is not None and isinstance(found, Value):
            self.class_of[found] = inner
        return found

    def also_field(self, result: Atom, name: str) -> Atom:
        """Remember how an attribute of an array was spelt: it may be a field of an object."""
        op = self.block.ops[-1]
        if isinstance(op, Apply) and result in op.results:
            op.attrs["_field"] = name
        return result

    def set_field(self, node: Any, value: Atom) -> None:
        self.effect("set_attribute", [self.expression(node.value), value], node, {"name": node.attr})

    # ------------------------------------------------------------------ calls

    def record_call(self, meaning: Meaning | None, node: Any) -> Atom | None:
        """A call that makes a record or is a method of one; None for anything else."""
        if isinstance(meaning, DataClass):
            return self.construction(meaning, node)
        if isinstance(meaning, Named):
            if meaning.key == "dict":
                return self.dict_call(node)
            if meaning.key == "dataclasses.replace" and len(node.args) == 1:
                return self.replacement("dataclasses.replace", node.args[0], node)
            if meaning.key == "dataclasses.asdict" and len(node.args) == 1 and not node.keywords:
                return self.apply("namedtuple.asdict", [self.expression(node.args[0])], node)
            return None
        if meaning is None and isinstance(node.func, gast.Attribute) \
                and not isinstance(self.static(node.func.value), Display):
            return self.record_method(node)
        return None

    def record_method(self, node: Any) -> Atom | None:
        name, receiver = node.func.attr, node.func.value
        if name == "_replace" and not node.args:
            return self.replacement("namedtuple.replace", receiver, node)
        if name == "pop" and len(node.args) == 1 and _is_text(node.args[0]):
            return self.apply("dict.pop", [self.expression(receiver), self.expression(node.args[0])], node)
        if name not in _METHODS:
            return None
        prim, least, most = _METHODS[name]
        target = self.expression(receiver)
        if prim == "dict.update" and node.keywords and not node.args:
            other = self.dict_call(node)
            self.effect(prim, [target, other], node)
            return Const(None)
        if node.keywords or not least <= len(node.args) <= most:
            self.refuse(node, f"these arguments of .{name}() are not supported", "see the methods of dict")
        args = [target, *(self.expression(a) for a in node.args)]
        if prim in _EFFECTS:
            self.effect(prim, args, node)
            return Const(None)
        if most > len(node.args):
            args.append(Const(None))
        return self.apply(prim, args, node)

    def replacement(self, prim: str, source: Any, node: Any) -> Atom:
        """``p._replace(x=1.0)``, ``replace(p, x=1.0)``."""
        names = [k.arg for k in node.keywords]
        if None in names:
            self.refuse(node, "`**` in a call is not supported", "write the fields out")
        args = [self.expression(source), *(self.expression(k.value) for k in node.keywords)]
        return self.apply(prim, args, node, {"names": tuple(names)})

    def construction(self, made: DataClass, node: Any) -> Value:
        """``Point(x, y=1.0)`` of a class of plain fields."""
        record = made.record
        if not made.constructible:
            self.refuse(node, f"the class {record.name!r} has code that runs when an object is made",
                        "pass the object as an argument, or use a NamedTuple or a plain dataclass")
        if any(isinstance(a, gast.Starred) for a in node.args) or any(k.arg is None for k in node.keywords):
            self.refuse(node, "a starred argument is not supported here", "write the fields out")
        params = [Parameter(f.name, None, f.default, f.keyword_only) for f in made.fields]
        try:
            matched = match(params, len(node.args), [str(k.arg) for k in node.keywords], record.name)
        except ArgumentError as error:
            self.refuse(node, str(error), f"its fields are {', '.join(p.name for p in params)}")
        given: dict[int | str, Atom] = {k: self.expression(a) for k, a in enumerate(node.args)}
        given.update((str(k.arg), self.expression(k.value)) for k in node.keywords)
        fields = [default_of(p) if place is None else given[place] for p, place in zip(params, matched)]
        return self.apply("construct", fields, node, {"class": record})


def _is_text(node: Any) -> bool:
    """Whether an argument of ``pop`` is a key for certain, and no position in a list."""
    return isinstance(node, gast.Constant) and isinstance(node.value, str)
