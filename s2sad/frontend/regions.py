"""`with` and `try`: regions that a branch-like operation owns.

::

    with np.errstate(all="ignore"):        w0 = np.errstate(all='ignore')
        y = x / n                          with w0:
                                               y = truediv(x, n)
                                               yield y
                                           -> y.1
    try:                                   try:
        z = f(y)                               z = call f(y)
    except ValueError:                         yield z
        z = 0.0                            except ValueError:
                                               yield 0.0
                                           -> z.1

Where an error is raised in the middle of the guarded statements, a name that they assign may or may not have its new
value.  A handler (and what follows it) can read such a name only if it is assigned last.  Several handlers
are one, which asks of which class the error is.
"""

from __future__ import annotations

from typing import Any

import gast

from s2sad.frontend import library
from s2sad.frontend.control import Control
from s2sad.frontend.interrupted import unsure
from s2sad.frontend.live import LOCKS
from s2sad.frontend.liveness import stored_in
from s2sad.frontend.meanings import Named, Refused
from s2sad.frontend.tracer import Binding
from s2sad.ir.trace import UNDEF, Block, If, Raise, Resume, Try, Value, With

# Contexts that do not swallow errors; the reverse sweep repeats the first, the others are entered once.
_CONTEXTS = ("np.errstate", "warnings.catch_warnings")
_EXITS = (gast.Return, gast.Break, gast.Continue)


class Regions(Control):
    """Lowers `with` and `try`."""

    # ------------------------------------------------------------------ with

    def statement_With(self, node: Any) -> bool:
        return self.within(node, 0)

    def within(self, node: Any, k: int) -> bool:
        """The k-th context of a `with` around the rest."""
        item = node.items[k]
        context = self.context(item)
        if item.optional_vars is not None:
            self.refuse(item.optional_vars, "the value of a context is not supported", "leave out `as ...`")
        before = dict(self.env)
        self.env = dict(before)
        op = With(context, Block(), Block(ops=[Raise([])]))
        with self.inside(op.then):
            exits = self.within(node, k + 1) if k + 1 < len(node.items) else self.statements(node.body)
        self.statement = node
        return self.finish(op, [] if exits else [(op.then, self.env)], before, node)

    def context(self, item: Any) -> Any:
        """The context manager; one that may swallow errors is refused."""
        expression = item.context_expr
        meaning = self.static(expression.func) if isinstance(expression, gast.Call) else None
        if isinstance(meaning, Named) and meaning.key in _CONTEXTS:
            return self.expression(expression)
        kind = self.lock(expression)
        if kind:
            return self.expression(expression)
        self.refuse(expression, "this context is not supported",
                    "np.errstate, warnings.catch_warnings and locks are; do the rest outside the function")

    def lock(self, expression: Any) -> bool:
        """Whether an expression is a variable that holds a lock."""
        meaning = self.static(expression)
        read = getattr(getattr(meaning, "variable", None), "read", None)
        return read is not None and type(read()).__module__ in LOCKS

    def finish(self, op: If, reaching: list[tuple[Block, dict[str, Binding]]], before: dict[str, Binding],
               node: Any) -> bool:
        """Merge the names and append the region; whether nothing comes after it."""
        if reaching:
            self.merge(op, reaching, before, node)
            self.emit(op, node)
            return False
        self.emit(op, node)
        self.emit(Raise([]), node)  # never reached
        return True

    # ------------------------------------------------------------------ try

    def statement_Try(self, node: Any) -> bool:
        before = dict(self.env)
        kinds, every = self.kinds(node)
        op = Try(UNDEF, Block(), Block(), kinds=every)
        reaching = []
        with self.inside(op.then):
            if not self.statements(node.body):
                reaching.append((op.then, self.env))
        self.env = dict(before)
        names = unsure(node.body)
        if node.handlers:
            self.interrupted.update(names)
        self.env.update(dict.fromkeys(names, UNDEF))
        interrupted = dict(self.env)
        with self.inside(op.orelse):
            if not self.handlers(node, kinds):
                reaching.append((op.orelse, self.env))
        self.env = interrupted
        if node.finalbody:
            op.final = self.final(node)
        self.statement = node
        exits = self.finish(op, reaching, before, node)
        for name in stored_in(node.finalbody):
            self.env[name] = Refused(f"{name!r}, which a finally assigns, is read after it", "assign it after the try")
        return exits

    def kinds(self, node: Any) -> tuple[list[tuple[str, ...]], tuple[str, ...]]:
        """The classes of each handler, and all of them, in order."""
        found = [self.classes(handler) for handler in node.handlers]
        return found, tuple(dict.fromkeys(key for keys in found for key in keys))

    def classes(self, handler: Any) -> tuple[str, ...]:
        if handler.type is None:
            return ("BaseException",)
        parts = handler.type.elts if isinstance(handler.type, gast.Tuple) else [handler.type]
        keys = []
        for part in parts:
            meaning = self.static(part)
            if not (isinstance(meaning, Named) and library.is_exception(meaning.key)):
                self.refuse(part, "what is handled here is not known to be a class of errors",
                            "name a class, such as ValueError, that is built in or defined at the top of a module")
            keys.append(meaning.key)
        return tuple(keys)

    def handlers(self, node: Any, kinds: list[tuple[str, ...]]) -> bool:
        """The handlers as one block; whether none of them goes on."""
        if not node.handlers:
            self.emit(Raise([]), node)
            return True
        self.statement = node
        names = [handler.name.id for handler in node.handlers if handler.name is not None]
        error = self.apply("caught", [], node)
        error.name = names[0] if names else "error"
        return self.dispatch(node, kinds, 0, error)

    def dispatch(self, node: Any, kinds: list[tuple[str, ...]], k: int, error: Value) -> bool:
        """Handler k, or one of those after it."""
        handler = node.handlers[k]
        if k + 1 == len(kinds):
            return self.handle(handler, error)
        test = self.apply("caught_as", [error], node, {"kinds": kinds[k]})
        before = dict(self.env)
        op = If(test, Block(), Block())
        reaching = []
        with self.inside(op.then):
            if not self.handle(handler, error):
                reaching.append((op.then, self.env))
        self.env = dict(before)
        with self.inside(op.orelse):
            if not self.dispatch(node, kinds, k + 1, error):
                reaching.append((op.orelse, self.env))
        self.statement = node
        return self.finish(op, reaching, before, node)

    def handle(self, handler: Any, error: Value) -> bool:
        """The statements of one handler; its name is unset after them."""
        if handler.name is not None:
            self.env[handler.name.id] = error
        exits = self.statements(handler.body)
        if handler.name is not None:
            self.env[handler.name.id] = UNDEF
        return exits

    def final(self, node: Any) -> Block:
        """The statements of a `finally`: effects, which see no name that the rest assigns, and give none away."""
        for inner in node.finalbody:
            for part in gast.walk(inner):
                if isinstance(part, _EXITS):
                    self.refuse(part, "leaving from a finally is not supported", "do it after the try")
        guarded = [*node.body, *(s for h in node.handlers for s in h.body)]
        for name in stored_in(guarded):
            self.env[name] = Refused(f"{name!r}, which the try assigns, is read in its finally", "do it after the try")
        with self.inside(Block()) as block:
            if not self.statements(node.finalbody):
                self.statement = node
                self.emit(Resume([]), node)
        return block
