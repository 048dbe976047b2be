"""What a `for` loop runs over, as a length and an element for each index.

``range(a, b)``, ``x`` (the rows of an array, the items of a list or tuple), ``enumerate(x, 1)``,
``zip(x, y)``, ``reversed(x)``, and these nested.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import gast

from s2sad.frontend.expressions import Expressions
from s2sad.frontend.meanings import Display, Named
from s2sad.ir.trace import Atom, Const, Value


@dataclass
class Parts:
    """Several things bound together, as by ``enumerate`` and ``zip``."""

    items: list[Any]


Item: TypeAlias = Any  # a binding, or Parts


@dataclass
class Iterated:
    """A sequence: how long it is, and what its element at an index is (appends operations).

    `bounds` are start, stop and step where it is a range.  `backwards` is what to run over from the
    end, where it is a reversed sequence; `composed` marks ``zip`` and ``enumerate``.  `keeps` says whether the
    element at an index counts, as for ``filter``; it is asked before the element."""

    length: Callable[[], Atom]
    element: Callable[[Atom], Item]
    bounds: tuple[Atom, Atom, Atom] | None = None
    backwards: Iterated | None = None
    composed: bool = False
    keeps: Callable[[Atom], Atom] | None = None


@dataclass
class Head:
    """The head of a loop: the range of its index, the item for an index, and which items count (None: all)."""

    start: Atom
    stop: Atom
    step: Atom
    item: Callable[[Atom], Item]
    over: list[Atom]
    keeps: Callable[[Atom], Atom] | None = None


class Iteration(Expressions):
    """Lowers the head of a `for` loop."""

    def iterated(self, node: Any) -> Iterated:
        meaning = self.static(node.func) if isinstance(node, gast.Call) else None
        lower = {"range": self._range, "enumerate": self._enumerate, "zip": self._zip, "reversed": self._reversed}
        if isinstance(meaning, Named) and meaning.key in lower:
            for argument in node.args:
                if isinstance(argument, gast.Starred):
                    self.refuse(argument, "a starred argument is not supported", "write the arguments out")
            return lower[meaning.key](node)
        sequence = self.operand(node)
        if isinstance(sequence, Display):
            return self.displayed(sequence, node)
        return self.sequence(self.value_of(sequence, node), node)

    def displayed(self, display: Display, node: Any) -> Iterated:
        """A tuple, list or dict of functions."""
        items: list[Any] = self.items_of(display) or []
        if items and display.plain:
            return self.sequence(self.apply("list", items, node), node)

        def element(k: Atom) -> Item:
            if isinstance(k, Const) and isinstance(k.value, int):
                return items[k.value]
            return self.among(k, dict(enumerate(items)), node)

        return Iterated(lambda: Const(len(items)), element)

    def part(self, node: Any) -> Iterated:
        """A sequence inside ``zip`` or its like: how long it is must be known beforehand."""
        inner = self.iterated(node)
        if inner.keeps is not None:
            self.refuse(node, "filter() here is not supported", "make a list of it first")
        return inner

    def head(self, node: Any) -> Head:
        """The index range and the items of ``for ... in node``; what it needs before the loop is appended."""
        self.sequences = []
        source = self.iterated(node)
        over = self.sequences
        if source.bounds is not None:
            return Head(*source.bounds, lambda k: k, over)
        length = source.length()
        if source.backwards is not None and source.keeps is None:
            return Head(self.shifted(length, -1, node), Const(-1), Const(-1), source.backwards.element, over)
        return Head(Const(0), length, Const(1), source.element, over, source.keeps)

    def sequence(self, value: Atom, node: Any) -> Iterated:
        self.sequences.append(value)
        items = self.tuples.get(value) if isinstance(value, Value) else None

        def length() -> Atom:
            if items is not None:
                return Const(len(items))
            return self.apply("len", [value], node, {"_iterated": True})

        here = {"_iterates": True, "_present": True}
        return Iterated(length, lambda k: self.apply("getitem", [value, k], node, dict(here)))

    def _range(self, node: Any) -> Iterated:
        if node.keywords or not 1 <= len(node.args) <= 3:
            self.refuse(node, f"range() takes one to three arguments, {len(node.args)} are given", "see range()")
        args = [self.expression(a) for a in node.args]
        start, stop = (args[0], args[1]) if len(args) > 1 else (Const(0), args[0])
        return self.bounded(start, stop, args[2] if len(args) > 2 else Const(1), node)

    def bounded(self, start: Atom, stop: Atom, step: Atom, node: Any) -> Iterated:
        def element(k: Atom) -> Atom:
            scaled = k if step == Const(1) else self.apply("mul", [k, step], node)
            return scaled if start == Const(0) else self.apply("add", [start, scaled], node)

        return Iterated(lambda: self.count(start, stop, step, node), element, (start, stop, step))

    def count(self, start: Atom, stop: Atom, step: Atom, node: Any) -> Atom:
        """The number of steps, or something negative where there are none."""
        span = stop if start == Const(0) else self.apply("sub", [stop, start], node)
        if step == Const(1):
            return span
        if not isinstance(step, Const) or not isinstance(step.value, int) or step.value == 0:
            self.refuse(node, "a range with a computed step is not supported here", "loop over `range(n)`")
        away = step.value - (1 if step.value > 0 else -1)
        rounded = self.apply("add", [span, Const(away)], node) if away else span
        return self.apply("floordiv", [rounded, step], node)

    def _enumerate(self, node: Any) -> Iterated:
        start: Any = node.args[1] if len(node.args) == 2 else None
        for keyword in node.keywords:
            start = keyword.value if keyword.arg == "start" else start
        if not 1 <= len(node.args) <= 2 or len(node.args) + len(node.keywords) > 2:
            self.refuse(node, "these arguments of enumerate() are not supported",
                        "write enumerate(x) or enumerate(x, k)")
        inner = self.part(node.args[0])
        first = Const(0) if start is None else self.expression(start)

        def element(k: Atom) -> Item:
            number = k if first == Const(0) else self.apply("add", [k, first], node)
            return Parts([number, inner.element(k)])

        return Iterated(inner.length, element, composed=True)

    def _zip(self, node: Any) -> Iterated:
        if node.keywords or not node.args:
            self.refuse(node, "these arguments of zip() are not supported", "write zip(x, y)")
        inner = [self.part(a) for a in node.args]

        def length() -> Atom:
            lengths = [i.length() for i in inner]
            return lengths[0] if len(lengths) == 1 else self.apply("min", lengths, node)

        return Iterated(length, lambda k: Parts([i.element(k) for i in inner]), composed=True)

    def _reversed(self, node: Any) -> Iterated:
        if node.keywords or len(node.args) != 1:
            self.refuse(node, "reversed() takes one argument", "write reversed(x)")
        inner = self.part(node.args[0])
        if inner.bounds is not None and inner.bounds[2] in (Const(1), Const(-1)):
            start, stop, step = inner.bounds
            sign = 1 if step == Const(1) else -1
            return self.bounded(self.shifted(stop, -sign, node), self.shifted(start, -sign, node), Const(-sign), node)
        if inner.composed:
            self.refuse(node, "reversed() of zip() or enumerate() is not supported", "reverse what they run over")
        length = inner.length()

        def element(k: Atom) -> Item:
            last = self.shifted(length, -1, node)
            return inner.element(self.apply("sub", [last, k], node))

        return Iterated(lambda: length, element, backwards=inner)

    def shifted(self, atom: Atom, by: int, node: Any) -> Atom:
        """``atom + by``, folded where `atom` is a literal."""
        if isinstance(atom, Const) and type(atom.value) is int:
            return Const(atom.value + by)
        return self.apply("add" if by > 0 else "sub", [atom, Const(abs(by))], node)
