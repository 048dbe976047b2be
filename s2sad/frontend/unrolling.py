"""Loops that make functions are written out, where it is known how often they run.

Before::                                    After::

    fs = []                                     i = 0
    for i in range(2):                          fs = [lambda t: t * i]
        fs.append(lambda t: t * i)              i = 1
                                                fs = [lambda t: t * i, lambda t: t * i]

Functions are no values of a loop, but a straight line of code may bind as many as it likes.  As in Python, all of
them see the variable of the loop as it is when they are called.
"""

from __future__ import annotations

from typing import Any

import gast

from s2sad.frontend.functions import STRUCTURES
from s2sad.frontend.iteration import Head, Iteration
from s2sad.frontend.liveness import stores
from s2sad.frontend.meanings import Closure, Display
from s2sad.frontend.tracer import Binding
from s2sad.ir.trace import Const

_LONGEST = 64  # iterations written out


class Unrolling(Iteration):
    """Decides which loops are written out, and writes list comprehensions out."""

    # Names bound only by `def` and lambda assignment, which are no values.
    function_names: frozenset[str] = frozenset()

    def written_out(self, node: Any, head: Head, carried: list[str]) -> list[Any] | None:
        """The items of a loop that is to be written out; None for all others."""
        changes = any(isinstance(self.env.get(name), STRUCTURES) for name in carried)
        if not changes and not any(map(self._collects, (n for s in node.body for n in gast.walk(s)))):
            return None
        return None if _leaves(node.body) else self.items(head)

    def items(self, head: Head) -> list[Any] | None:
        """What makes the item of each iteration, where their number is known."""
        bounds: list[Any] = [b.value for b in (head.start, head.stop, head.step) if isinstance(b, Const)]
        if len(bounds) < 3 or not all(type(b) is int for b in bounds) or bounds[2] == 0 or head.keeps is not None:
            return None
        indices = range(*bounds)
        return [Const(k) for k in indices] if len(indices) <= _LONGEST else None

    def _collects(self, node: Any) -> bool:
        """Whether a node appends a function to a list."""
        appends = isinstance(node, gast.Call) and isinstance(node.func, gast.Attribute) and node.func.attr == "append"
        return appends and any(map(self._is_function, node.args))

    def _is_function(self, node: Any) -> bool:
        if isinstance(node, gast.Name):
            return node.id in self.function_names or isinstance(self.static(node), STRUCTURES)
        if isinstance(node, (gast.Tuple, gast.List)):
            return any(map(self._is_function, node.elts))
        return isinstance(node, gast.Lambda)

    def comprehended(self, node: Any) -> Binding:
        """A list comprehension; one of functions is written out."""
        generator = node.generators[0]
        if not self._is_function(node.elt) or len(node.generators) > 1 or generator.ifs:
            return self.expression(node)
        outer, names = dict(self.env), list(self.locals)
        head = self.head(generator.iter)
        items = self.items(head)
        if items is None:
            self.refuse(node, "a list of functions whose length is not known here is not supported",
                        "write the list out, or call the functions in a loop")
        targets = stores(generator.target)
        self.locals = [*self.locals, *targets]
        made = []
        for index in items:
            self.assign(generator.target, head.item(index))
            made.append(self.operand(node.elt))
        # Their variables end with the comprehension, and mean the last item.
        last = {name: self.env[name] for name in targets if name in self.env}
        self.env, self.locals = outer, names
        return Display("list", tuple(self._pinned(m, last) for m in made), None, self.block)

    def _pinned(self, binding: Binding, last: dict[str, Binding]) -> Binding:
        if isinstance(binding, Closure) and binding.cells is None:
            return Closure(binding.source, binding.free, None, binding.defaults, last)
        if isinstance(binding, Display):
            return self.rebuilt(binding, lambda _, item: self._pinned(item, last))
        return binding


def _leaves(body: list[Any]) -> bool:
    """Whether a `break` or `continue` is the loop's own."""
    for node in body:
        if isinstance(node, (gast.Break, gast.Continue)):
            return True
        if isinstance(node, (gast.For, gast.While, gast.FunctionDef, gast.Lambda, gast.ClassDef)):
            continue
        blocks = [getattr(node, field, []) for field in ("body", "orelse", "finalbody")]
        blocks += [h.body for h in getattr(node, "handlers", [])]
        if any(isinstance(b, list) and _leaves(b) for b in blocks):
            return True
    return False
