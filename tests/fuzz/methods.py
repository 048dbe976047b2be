"""Stars in signatures and calls; methods of objects, dataclasses and NamedTuples."""

from __future__ import annotations

from fuzz import expressions
from fuzz.constructs import feature, statement
from fuzz.kinds import FLOAT, VECTOR, Dict, Kind, List, Procedure, Record
from fuzz.scope import Variable
from fuzz.writer import Writer

feature("object", "method that stores", "star argument", "keywords argument")


def number(writer: Writer, text: str) -> None:
    """A new number, bounded."""
    writer.emit(f"{writer.define('v', FLOAT).name} = sin({text})")


@statement("star parameters", 0.5)
def stars(writer: Writer) -> bool:
    """A function of as many numbers as there are, with keywords or without; and a call of it."""
    name = writer.fresh("many")
    body = writer.choose(["    s = p\n    for r in rest:\n        s = s * 0.5 + sin(r)", "    s = p + sum(rest)",
                          "    s = p * rest[0] + len(rest)", "    s = p - sum(r * r for r in rest)"])
    keywords = writer.chance(0.5)
    last = writer.choose(["s * options['k']", "s + options.get('k', 0.5)"]) if keywords else "tanh(s)"
    writer.module += ["", "", f"def {name}(p, *rest{', **options' if keywords else ''}):", *body.split("\n"),
                      f"    return {last}"]
    texts = [expressions.scalar(writer, 1), expressions.atom(writer)]
    known = writer.pick(lambda v: isinstance(v.kind, List) and v.kind.item == FLOAT and v.kind.length > 0)
    if known is not None and writer.allows("star argument", 0.1):
        texts.append(f"*{known.name}")
    elif writer.chance(0.3):
        texts.append(f"*({expressions.atom(writer)}, {expressions.scalar(writer, 1)})")
    elif writer.chance(0.5):
        texts.append(expressions.atom(writer))
    table = writer.pick(lambda v: isinstance(v.kind, Dict) and v.kind.item == FLOAT)
    if keywords and table is not None and writer.allows("keywords argument", 0.5):
        texts.append(f"k={expressions.atom(writer)}, **{table.name}")
    elif keywords:
        texts.append(f"k={expressions.scalar(writer, 1)}")
    number(writer, f"{name}({', '.join(texts)})")
    return True


@statement("object with methods", 0.7)
def objects(writer: Writer) -> bool:
    """A class with an array, a number, a method that reads and one that stores."""
    array = writer.array(VECTOR.shape)
    if array is None:
        return False
    writer.note("object")
    name = writer.fresh("Model")
    value = writer.choose(["sin(u) * self.b + self.w[0]", "self.b * np.sum(self.w) * u", "self.w[1] * u - self.b * u",
                           "tanh(self.b) if u > 0.3 else self.w[-1] * u"])
    kind = writer.choose(["class", "dataclass", "NamedTuple"])
    head = [f"class {name}{'(NamedTuple)' if kind == 'NamedTuple' else ''}:"]
    if kind == "class":
        head += ["    def __init__(self, w, b):", "        self.w = w", "        self.b = b"]
    else:
        head += ["    w: np.ndarray", "    b: float"]
    if kind == "dataclass":
        writer.imports.add("from dataclasses import dataclass")
        head.insert(0, "@dataclass")
    elif kind == "NamedTuple":
        writer.imports.add("from typing import NamedTuple")
    store = writer.choose(["self.w[0] = sin(u)", "self.w[1:] *= cos(u)", "self.w[:-1] += 0.3 * u"])
    more = "" if kind == "NamedTuple" else writer.choose(["", "; self.b = self.b * 0.5 + u", "; self.b *= cos(u)"])
    writer.module += ["", "", *head, "    def at(self, u):", f"        return {value}", "    def move(self, u):",
                      f"        {store}{more}", "        return self.at(u) * 0.5"]
    text = f"{name}({array.name}, {expressions.scalar(writer, 1)})"
    fields: tuple[tuple[str, Kind], ...] = (("w", VECTOR), ("b", FLOAT))
    variable = writer.define("o", Record(name, fields, kind != "NamedTuple"), array.memory)
    writer.emit(f"{variable.name} = {text}")
    number(writer, f"{variable.name}.at({expressions.scalar(writer, 1)})")
    return True


@statement("method call", 0.9)
def method_call(writer: Writer) -> bool:
    found = writer.pick(lambda v: isinstance(v.kind, Record) and v.kind.name.startswith("Model"))
    if found is None:
        return False
    method = "at"
    if found.may_store and writer.allows("method that stores", 0.5):
        found.memory.store()
        method = "move"
    number(writer, f"{found.name}.{method}({expressions.scalar(writer, 1)})")
    return True


@statement("bound method as a function", 0.3)
def bound(writer: Writer) -> bool:
    """A method under a name, to be called or handed on."""
    found = writer.pick(lambda v: isinstance(v.kind, Record) and v.kind.name.startswith("Model"))
    if found is None or not writer.at_top:
        return False
    name = writer.fresh("g")
    writer.emit(f"{name} = {found.name}.at")
    writer.scope.add(Variable(name, Procedure((FLOAT,), FLOAT), fixed=True))
    return True
