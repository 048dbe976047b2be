"""Strings, which carry no derivative: f-strings, ``%``, ``format``, methods.

::

    f"{x:.2f} {n:>{w}}"           format(x, n, w, template='{:.2f} {:>{}}')
    "{0} {a}".format(x, a=y)      format(x, y, template='{} {}')
    mode.lower()                  str.lower(mode)
"""

from __future__ import annotations

import string
from typing import Any

import gast

from s2sad.frontend.sequences import Sequences
from s2sad.ir.trace import Atom, Const
from s2sad.rules.strings import METHODS

_CONVERSIONS = {-1: "", ord("r"): "!r", ord("s"): "!s", ord("a"): "!a"}


class Strings(Sequences):
    """Lowers what makes and asks strings."""

    def expression_JoinedStr(self, node: Any) -> Atom:
        """An f-string: its values, and the format string that puts them together."""
        values: list[Atom] = []
        template = self._template(node, values)
        if not values:
            return Const(template.replace("{{", "{").replace("}}", "}"))
        return self.apply("format", values, node, {"template": template})

    def _template(self, node: Any, values: list[Atom], nested: bool = False) -> str:
        text = ""
        for part in node.values:
            if isinstance(part, gast.Constant):
                text += str(part.value) if nested else str(part.value).replace("{", "{{").replace("}", "}}")
                continue
            values.append(self.expression(part.value))
            spec = "" if part.format_spec is None else ":" + self._template(part.format_spec, values, True)
            text += "{" + _CONVERSIONS[part.conversion] + spec + "}"
        return text

    def method_call(self, node: Any) -> Atom:
        name, receiver = node.func.attr, node.func.value
        literal = receiver.value if isinstance(receiver, gast.Constant) and isinstance(receiver.value, str) else None
        if name == "format" and literal is not None:
            return self.format_call(literal, node)
        if name == "join" and len(node.args) == 1 and not node.keywords:
            separator = self.expression(receiver)
            return self.apply("str.join", [separator, self.listed(node.args[0], node)], node)
        if name not in METHODS or (name in ("count", "index") and literal is None):
            return super().method_call(node)
        if node.keywords or any(isinstance(a, gast.Starred) for a in node.args):
            self.refuse(node, f"these arguments of .{name}() are not supported", "pass them by position")
        return self.apply(f"str.{name}", [self.expression(receiver), *(self.expression(a) for a in node.args)], node)

    def format_call(self, template: str, node: Any) -> Atom:
        """``"{:.3f} {name}".format(x, name=y)``: the same with one place for each value."""
        if any(isinstance(a, gast.Starred) for a in node.args) or any(k.arg is None for k in node.keywords):
            self.refuse(node, "a starred argument of .format() is not supported", "write an f-string")
        given: dict[str, Atom] = {str(k): self.expression(a) for k, a in enumerate(node.args)}
        given.update((k.arg, self.expression(k.value)) for k in node.keywords)
        values: list[Atom] = []
        try:
            plain = _places(template, given, values, [0])
        except (ValueError, KeyError) as error:
            self.refuse(node, f"the format string does not fit its values: {error}", "write an f-string")
        return self.apply("format", values, node, {"template": plain})


def _places(template: str, given: dict[str, Atom], values: list[Atom], count: list[int]) -> str:
    """The template with empty fields, and the value of each in order."""
    text = ""
    for literal, name, spec, conversion in string.Formatter().parse(template):
        text += literal.replace("{", "{{").replace("}", "}}")
        if name is None:
            continue
        if not name:
            name, count[0] = str(count[0]), count[0] + 1
        values.append(given[name])
        inner = _places(spec, given, values, count) if spec else ""
        text += "{" + (f"!{conversion}" if conversion else "") + (f":{inner}" if inner else "") + "}"
    return text
