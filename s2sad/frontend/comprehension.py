"""Comprehensions and generator expressions, as the loops that they abbreviate.

::

    ys = [f(x) for x in xs if x > 0.0]      ys = list()
                                            for each x: if x > 0.0: append(ys, f(x))

A generator expression is consumed where it stands: ``sum(f(x) for x in xs)`` makes the list first, which
cannot be told from the lazy order, and ``any(x < 0.0 for x in xs)`` becomes a loop that stops where Python
stops::

    for each x carrying found = False:      if x < 0.0: break True
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gast

from s2sad.frontend.control import Control
from s2sad.frontend.liveness import reads, stores
from s2sad.ir.trace import Atom, Block, Break, Const, For, If, Value

# Appends what a comprehension does with one element.
Element = Callable[[], None]


class Comprehensions(Control):
    """Lowers comprehensions; their variables are their own."""

    def expression_ListComp(self, node: Any) -> Atom:
        result = self.apply("list", [], node)

        def append() -> None:
            self.effect("append", [result, self.expression(node.elt)], node)

        outer, names = dict(self.env), list(self.locals)
        self._generator(node, 0, append)
        self.env, self.locals = outer, names
        return result

    def expression_DictComp(self, node: Any) -> Atom:
        result = self.apply("dict", [], node)

        def store() -> None:
            key = self.expression(node.key)
            self.effect("setitem", [result, key, self.expression(node.value)], node)

        outer, names = dict(self.env), list(self.locals)
        self._generator(node, 0, store)
        self.env, self.locals = outer, names
        return result

    def quantified(self, node: Any, stop: bool) -> Atom:
        """``any(generator)`` (`stop` is True) or ``all(generator)``: stops at the first element that decides."""
        outer, names = dict(self.env), list(self.locals)
        result = self._search(node, 0, stop)
        self.env, self.locals = outer, names
        return result

    # ------------------------------------------------------------------ loops

    def _loop(self, node: Any, k: int, inits: list[Atom]) -> tuple[For, Callable[[], None]]:
        """The loop of generator k, and what binds its target at the head of the body."""
        generator = node.generators[k]
        if generator.is_async:
            self.refuse(node, "an async comprehension is not supported", "use a plain loop")
        if any(isinstance(n, gast.Lambda) and reads(n) & {*stores(generator.target)} for n in gast.walk(node)):
            self.refuse(node, "a lambda in a comprehension is not supported", "write a loop")
        head = self.head(generator.iter)
        if head.keeps is not None:
            self.refuse(generator.iter, "filter() here is not supported", "write the condition as `if` behind it")
        index = Value()
        op = For(inits, Block([index]), start=head.start, stop=head.stop, step=head.step)

        def bind() -> None:
            self.fresh.add(index)
            self.locals = [*self.locals, *stores(generator.target)]
            self.assign(generator.target, head.item(index))

        return op, bind

    def _generator(self, node: Any, k: int, element: Element) -> None:
        if k == len(node.generators):
            element()
            return
        op, bind = self._loop(node, k, [])
        with self.inside(op.body):
            bind()
            self._conditions(node, k, 0, lambda: self._generator(node, k + 1, element))
            self.yield_([], node)
        self.emit(op, node)

    def _conditions(self, node: Any, k: int, j: int, rest: Element) -> None:
        conditions = node.generators[k].ifs
        if j == len(conditions):
            rest()
            return
        op = If(self.expression(conditions[j]), Block(), Block())
        with self.inside(op.then):
            self._conditions(node, k, j + 1, rest)
            self.yield_([], node)
        with self.inside(op.orelse):
            self.yield_([], node)
        self.emit(op, node)

    # ------------------------------------------------------------------ any and all

    def _search(self, node: Any, k: int, stop: bool) -> Atom:
        """Whether generator k and those below find an element whose truth is `stop`; the value that ``any`` has."""
        if k == len(node.generators):
            test = self.expression(node.elt)
            return self.apply("bool", [test], node) if stop else self.apply("not", [test], node)
        op, bind = self._loop(node, k, [Const(False)])
        found = Value()
        op.body.params.append(found)
        with self.inside(op.body):
            bind()
            hit = self._guarded(node, k, 0, stop)
            leave = If(hit, Block(), Block())
            with self.inside(leave.then):
                self.emit(Break([Const(True)]), node)
            with self.inside(leave.orelse):
                self.yield_([], node)
            self.emit(leave, node)
            self.yield_([Const(False)], node)
        op.results = [Value()]
        self.emit(op, node)
        if k == 0 and not stop:
            return self.apply("not", [op.results[0]], node)
        return op.results[0]

    def _guarded(self, node: Any, k: int, j: int, stop: bool) -> Atom:
        conditions = node.generators[k].ifs
        if j == len(conditions):
            return self._search(node, k + 1, stop)
        result = Value()
        op = If(self.expression(conditions[j]), Block(), Block(), [result])
        outer = dict(self.env)
        with self.inside(op.then):
            self.yield_([self._guarded(node, k, j + 1, stop)], node)
        self.env = outer
        with self.inside(op.orelse):
            self.yield_([Const(False)], node)
        self.emit(op, node)
        return result
