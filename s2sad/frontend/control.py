"""Branches and loops: what merges after an `If`, what a loop carries.

::

    y = x                              for i in range(0, n, 1) carrying y = x:
    for i in range(n):                     w0 = gt(y, 1.0)
        if y > 1.0:                        if w0:
            y = sin(y)                         y.1 = math.sin(y)
                                               yield y.1
                                           else:
                                               yield y
                                           -> y.2
    return y                               yield y.2
                                       -> y.3
                                       return y.3
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from s2sad.frontend.functions import STRUCTURES, Merge, NotMergeable
from s2sad.frontend.liveness import Liveness, deleted_in, stored_in
from s2sad.frontend.meanings import Meaning, Refused
from s2sad.frontend.tracer import Binding, LoopContext, same
from s2sad.frontend.unrolling import Unrolling
from s2sad.ir.trace import UNDEF, Atom, Block, Break, Const, Continue, For, If, Loop, Return, Undefined, Value, While
from s2sad.ir.unset import endless, leaving


class Control(Unrolling):
    """Lowers `if`, `for` and `while`.  Statement methods return whether the code after is unreachable."""

    liveness: Liveness

    # ------------------------------------------------------------------ branches

    def statement_If(self, node: Any) -> bool:
        known = self.truth(node.test)
        if known is None:
            test = self.expression(node.test)
            known = self.decided(test, node.test)
        if known is not None:
            return self.statements(node.body if known else node.orelse)
        before = dict(self.env)
        then, then_env, then_exits = self.branch(node.body, before, test, True)
        orelse, else_env, else_exits = self.branch(node.orelse, before, test, False)
        self.statement = node
        op = If(test, then, orelse)
        if then_exits and else_exits:
            # Nothing comes after: the second branch continues the outer block.
            op.orelse = Block()
            with self.inside(op.orelse):
                self.yield_([], node)
            self.emit(op, node)
            self.block.ops.extend(orelse.ops)
            return True
        reaching = [(b, e) for b, e, x in ((then, then_env, then_exits), (orelse, else_env, else_exits)) if not x]
        self.merge(op, reaching, before, node)
        self.emit(op, node)
        return False

    def branch(self, body: list[Any], before: dict[str, Binding], test: Atom,
               truth: bool) -> tuple[Block, dict[str, Binding], bool]:
        self.env = dict(before)
        self.assumed.append((test, truth))
        with self.inside(Block()) as block:
            exits = self.statements(body)
        self.assumed.pop()
        return block, self.env, exits

    def merge(self, op: If, reaching: list[tuple[Block, dict[str, Binding]]], before: dict[str, Binding],
              node: Any) -> None:
        """Bind the names after an `If`, with a result for each that a branch computed; end the branches."""
        live = self.liveness.after(node)
        env = dict(before)
        passed: list[list[Atom]] = [[] for _ in reaching]
        for name in sorted(stored_in([node]), key=self.locals.index):
            bindings = [e.get(name, UNDEF) for _, e in reaching]
            if same(bindings[0], bindings[-1]) and self.visible(bindings[0], reaching):
                env[name] = bindings[0]
            elif name not in live:
                env[name] = UNDEF
            elif any(isinstance(b, Meaning) for b in bindings):
                env[name] = self.merged_functions(name, bindings, [b for b, _ in reaching], passed, op, node)
            else:
                result = Value(name)
                op.results.append(result)
                sides = [b is op.then for b, _ in reaching]
                lacking = [b for b, t in zip(bindings, sides)
                           if self.unset.where(b, op.cond, t) and self.may_be_unset(b)]
                self.unset.note(result, lacking, op, len(op.results) - 1)
                self.inherit(result, bindings)
                for values, binding in zip(passed, bindings):
                    values.append(binding)
                env[name] = result
        for (block, _), values in zip(reaching, passed):
            with self.inside(block):
                self.yield_(values, node)
        self.env = env

    def merged_functions(self, name: str, bindings: list[Binding], blocks: list[Block], passed: list[list[Atom]],
                         op: If, node: Any) -> Binding:
        """What a name means that is bound to a function on some path."""
        if any(isinstance(b, Refused) for b in bindings):
            return next(b for b in bindings if isinstance(b, Refused))
        try:
            if any(isinstance(b, Undefined) for b in bindings):
                raise NotMergeable
            merge = Merge(self, blocks, node)
            result = merge.merge(bindings, name)
        except NotMergeable:
            return Refused(f"{name!r} is not bound to a function on every path", "bind it before the branch")
        for values, row in zip(passed, merge.rows):
            values += row
        op.results += merge.results
        return result

    def visible(self, binding: Binding, reaching: list[tuple[Block, dict[str, Binding]]]) -> bool:
        """Whether a binding can be used after the branches: it was not computed in one of them."""
        if not isinstance(binding, Value):
            return len(reaching) > 1 or not isinstance(binding, STRUCTURES)
        return not any(binding in op.defined() for block, _ in reaching for op in block.ops)

    # ------------------------------------------------------------------ loops

    def carried(self, node: Any, body: list[Any]) -> list[str]:
        """The names that a loop changes and that are read in a later iteration or after it."""
        head = self.liveness.head(node)
        return [n for n in stored_in(body) if n in head and n not in self.function_names]

    def statement_While(self, node: Any) -> bool:
        carried = self.carried(node, node.body)
        inits = [self.current(n, node) for n in carried]
        op = While(inits, Block())
        before = dict(self.env)
        op.cond.params = self.enter(carried, before, inits, node)
        with self.inside(op.cond):
            test = self.expression(node.test)
            self.yield_([test], node)
        op.body.params = self.enter(carried, before, inits, node)
        context = LoopContext(carried)
        self.loop_body(op.body, context, node, None)
        self.leave(op, carried, before, node)
        if endless(op) and not context.broken:
            # Only a return leaves this loop, so what follows is never reached.
            self.emit(Return([UNDEF]), node)
            return True
        return False

    def statement_For(self, node: Any) -> bool:
        head = self.head(node.iter)
        if (head.start, head.stop, head.step) == (Const(0), Const(0), Const(1)):
            return False  # over nothing, such as what ``*args`` collected
        carried = self.carried(node, [node.target, *node.body])
        items = self.written_out(node, head, carried)
        if items is not None:
            for index in items:
                self.statement = node
                self.assign(node.target, head.item(index))
                if self.statements(node.body):
                    return True
            return False
        inits = [self.current(n, node) for n in carried]
        op = For(inits, Block(), start=head.start, stop=head.stop, step=head.step)
        before = dict(self.env)
        index = Value()
        op.body.params = [index, *self.enter(carried, before, inits, node)]

        def bind_target() -> None:
            self.fresh = {index}
            if head.keeps is not None:
                self.skip_unless(head.keeps(index), node)
            self.assign(node.target, head.item(index))

        self.loop_body(op.body, LoopContext(carried, head.over), node, bind_target)
        self.leave(op, carried, before, node)
        return False

    def skip_unless(self, test: Atom, node: Any) -> None:
        """Go to the next iteration where `test` does not hold."""
        op = If(test, Block(), Block())
        with self.inside(op.then):
            self.yield_([], node)
        with self.inside(op.orelse):
            self.emit(Continue([self.current(n, node) for n in self.loops[-1].carried]), node)
        self.emit(op, node)

    def enter(self, carried: list[str], before: dict[str, Binding], inits: list[Atom], node: Any) -> list[Value]:
        """Parameters for the carried names, which are bound to them."""
        params = [Value(name) for name in carried]
        deleted = deleted_in(node)
        for param, name, init in zip(params, carried, inits):
            self.unset.note(param, [UNDEF if name in deleted else init])
            self.inherit(param, [init])
        self.env = {**before, **dict(zip(carried, params))}
        return params

    def loop_body(self, block: Block, context: LoopContext, node: Any, first: Callable[[], None] | None) -> None:
        self.loops.append(context)
        with self.inside(block):
            if first is not None:
                first()
            exits = self.statements(node.body)
            self.statement = node
            if not exits:
                self.yield_([self.current(n, node) for n in context.carried], node)
        self.loops.pop()

    def leave(self, op: Loop, carried: list[str], before: dict[str, Binding], node: Any) -> None:
        """Bind the names after a loop."""
        op.results = [Value(name) for name in carried]
        for k, result in enumerate(op.results):
            self.unset.note(result, [values[k] for values in leaving(op)], op, k)
            self.inherit(result, [op.carried[k]])
        changed = [n for n in stored_in([node]) if n not in self.function_names]
        self.env = {**before, **dict.fromkeys(changed, UNDEF), **dict(zip(carried, op.results))}
        self.emit(op, node)

    def statement_Break(self, node: Any) -> bool:
        self.loops[-1].broken = True
        self.emit(Break([self.current(n, node) for n in self.loops[-1].carried]), node)
        return True

    def statement_Continue(self, node: Any) -> bool:
        self.emit(Continue([self.current(n, node) for n in self.loops[-1].carried]), node)
        return True

