"""List and dict comprehensions, as the loop that they abbreviate.

::

    ys = [f(x) for x in xs if x > 0.0]      ys = list()
                                            for each x: if x > 0.0: append(ys, f(x))
"""

from __future__ import annotations

from typing import Any

import gast

from s2sad.frontend.control import Control
from s2sad.frontend.liveness import reads, stores
from s2sad.ir.trace import Atom, Block, For, If, Value


class Comprehensions(Control):
    """Lowers list and dict comprehensions; their variables are their own."""

    def expression_ListComp(self, node: Any) -> Atom:
        result = self.apply("list", [], node)
        outer, names = dict(self.env), list(self.locals)
        self._generator(node, 0, result)
        self.env, self.locals = outer, names
        return result

    def expression_DictComp(self, node: Any) -> Atom:
        result = self.apply("dict", [], node)
        outer, names = dict(self.env), list(self.locals)
        self._generator(node, 0, result)
        self.env, self.locals = outer, names
        return result

    def _generator(self, node: Any, k: int, result: Value) -> None:
        if k == len(node.generators):
            if isinstance(node, gast.DictComp):
                key = self.expression(node.key)
                self.effect("setitem", [result, key, self.expression(node.value)], node)
            else:
                self.effect("append", [result, self.expression(node.elt)], node)
            return
        generator = node.generators[k]
        if generator.is_async:
            self.refuse(node, "an async comprehension is not supported", "use a plain loop")
        if any(isinstance(n, gast.Lambda) and reads(n) & {*stores(generator.target)} for n in gast.walk(node)):
            self.refuse(node, "a lambda in a comprehension is not supported", "write a loop")
        head = self.head(generator.iter)
        index = Value()
        op = For([], Block([index]), start=head.start, stop=head.stop, step=head.step)
        with self.inside(op.body):
            self.fresh.add(index)
            self.locals = [*self.locals, *stores(generator.target)]
            self.assign(generator.target, head.item(index))
            self._conditions(node, k, 0, result)
            self.yield_([], node)
        self.emit(op, node)

    def _conditions(self, node: Any, k: int, j: int, result: Value) -> None:
        conditions = node.generators[k].ifs
        if j == len(conditions):
            self._generator(node, k + 1, result)
            return
        op = If(self.expression(conditions[j]), Block(), Block())
        with self.inside(op.then):
            self._conditions(node, k, j + 1, result)
            self.yield_([], node)
        with self.inside(op.orelse):
            self.yield_([], node)
        self.emit(op, node)
