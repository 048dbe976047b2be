"""Blocks as Python statements: assignments, branches, loops, and the copies at the ends of blocks."""

from __future__ import annotations

from collections.abc import Sequence

import gast

from s2sad.backend import nodes
from s2sad.backend.context import Context
from s2sad.backend.copies import Move, schedule
from s2sad.backend.effects import EFFECTS, Effects
from s2sad.backend.expressions import Expressions
from s2sad.backend.names import Names
from s2sad.backend.nodes import Node
from s2sad.errors import InternalError
from s2sad.ir.trace import (
    UNDEF,
    Apply,
    Atom,
    Block,
    Break,
    Call,
    Const,
    Continue,
    For,
    If,
    Loop,
    Op,
    Raise,
    Resume,
    Return,
    Terminator,
    Try,
    Undefined,
    Value,
    While,
    With,
    Yield,
)
from s2sad.ir.types import Num, TupleType

_AUGMENTED = {"add": "+=", "sub": "-=", "mul": "*=", "truediv": "/="}


class Statements:
    """Prints the blocks of one function."""

    def __init__(self, names: Names, context: Context) -> None:
        self.names = names
        self.expressions = Expressions(names, context)
        self.effects = Effects(self.expressions)
        self.definitions = names.definitions
        self.loops: list[Loop] = []
        # Statements of the blocks being printed, innermost last.
        self.out: list[list[Node]] = []

    def emit(self, statement: Node, op: Op) -> None:
        self.out[-1].append(nodes.mark(statement, _primal_line(op)))

    def block(self, block: Block, targets: Sequence[Value] = ()) -> list[Node]:
        """The statements of a block; `targets` receive what its `Yield` passes."""
        self.out.append([])
        position = 0
        while position < len(block.ops):
            op = block.ops[position]
            position += 1
            if isinstance(op, Terminator):
                self.terminator(op, targets)
            elif isinstance(op, Apply) and op.prim == "caught":
                continue
            elif self.definitions.statement(op):
                position += self.statement(op, block, position)
            if nodes.jumps(self.out[-1][-1:]):
                break
        return self.out.pop()

    def statement(self, op: Op, block: Block, position: int) -> int:
        """Print one operation; returns how many of the following ones it has taken along."""
        if isinstance(op, (With, Try)):
            self.region(op)
        elif isinstance(op, If):
            self.branch(op)
        elif isinstance(op, Loop):
            self.loop(op)
        elif isinstance(op, Apply) and op.prim in EFFECTS:
            statement = self.effects.statement(op)
            if statement is not None:
                self.emit(statement, op)
        else:
            unpacked = self.unpack(op, block, position) or self.unpack_items(op, block, position)
            if unpacked:
                return unpacked
            self.define(op)
        return 0

    # ------------------------------------------------------------------ assignments

    def define(self, op: Op) -> None:
        values = op.defined()
        if isinstance(op, Apply) and op.prim == "inplace":
            self.inplace(op)
            return
        if isinstance(op, Apply) and op.prim in ("assign", "recall") and self._names_itself(op):
            return
        if isinstance(op, Apply) and op.prim == "exchange":
            self.moves(op.results, op.args, op)
            return
        if not values or (not any(v in self.definitions.uses for v in values) and self._effect(op)):
            self.emit(nodes.expression(self.expressions.operation(op)), op)
        elif len(values) == 1:
            self.emit(self.assignment(values[0], op), op)
        else:
            targets = nodes.sequence([nodes.store(self._target(v)) for v in values], gast.Store)
            self.emit(nodes.assign([targets], self.expressions.operation(op)), op)

    def _names_itself(self, op: Apply) -> bool:
        (source,) = op.args
        return isinstance(source, Value) and not source.inline and self.names[source] == self.names[op.result]

    def _effect(self, op: Op) -> bool:
        if isinstance(op, Call):
            return True
        assert isinstance(op, Apply)
        signature = self.expressions.context.signature(op.prim)
        return signature is not None and not signature.pure

    def _target(self, value: Value) -> str:
        return self.names[value] if value in self.definitions.uses else "_"

    def assignment(self, value: Value, op: Op) -> Node:
        """``x = …``, or ``x += …`` where that is the same."""
        name = self.names[value]
        augmented = self.augmented(name, value, op)
        if augmented is not None:
            return augmented
        return nodes.assign([nodes.store(name)], self.expressions.operation(op))

    def augmented(self, name: str, value: Value, op: Op) -> Node | None:
        if not isinstance(op, Apply) or op.prim not in _AUGMENTED:
            return None
        first, second = op.args
        if not isinstance(first, Value) or first.inline or self.names[first] != name or second is first:
            return None
        scalar = any(isinstance(t, Num) and t.is_scalar for t in (first.type, value.type))
        plain = op.loc is not None and op.origin == "primal" and op.loc.text.startswith(f"{name} = ")
        if plain or not scalar:
            return None
        return nodes.augment(nodes.store(name), op.prim, self.expressions.atom(second))

    def inplace(self, op: Apply) -> None:
        """An update whose meaning is not resolved keeps the user's own form."""
        first, other = op.args
        name = self.names[op.result]
        if not (isinstance(first, Value) and not first.inline and self.names[first] == name):
            self.emit(nodes.assign([nodes.store(name)], self.expressions.atom(first)), op)
        prim = str(op.attrs.get("op", "add"))
        self.emit(nodes.augment(nodes.store(name), prim, self.expressions.atom(other)), op)

    def unpack(self, op: Op, block: Block, position: int) -> int:
        """``a, b = f(x)`` where a tuple is taken apart right after it is made."""
        values = op.defined()
        if len(values) != 1 or values[0].name is not None or not isinstance(op, (Call, Apply)):
            return 0
        parts: dict[int, Value] = {}
        taken = block.ops[position:position + len(self.definitions.uses.get(values[0], []))]
        for part in taken:
            if not (isinstance(part, Apply) and part.prim == "getitem" and part.args[0] is values[0]):
                return 0
            index = part.args[1]
            if part.result.inline or not isinstance(index, Const) or type(index.value) is not int:
                return 0
            if index.value in parts or index.value < 0:
                return 0
            parts[index.value] = part.result
        kind = values[0].type
        size = len(kind.items) if isinstance(kind, TupleType) else max(parts, default=0) + 1
        complete = isinstance(kind, TupleType) or (op.loc is not None and _unpacks(op.loc.text, size))
        if not parts or not complete or len(parts) < 2:
            return 0
        targets = [nodes.store(self._target(parts[k]) if k in parts else "_") for k in range(size)]
        self.emit(nodes.assign([nodes.sequence(targets, gast.Store)], self.expressions.operation(op)), op)
        return len(taken)

    def unpack_items(self, op: Op, block: Block, position: int) -> int:
        """``w0, x, _ = saved`` for successive reads of (almost) all items of a tuple."""
        if not isinstance(op, Apply) or op.prim != "getitem" or not isinstance(op.args[0].type, TupleType):
            return 0
        source, size = op.args[0], len(op.args[0].type.items)
        parts: dict[int, Value] = {}
        for part in block.ops[position - 1:position - 1 + size]:
            index = part.args[1] if isinstance(part, Apply) and len(part.args) > 1 else None
            if not isinstance(part, Apply) or part.prim != "getitem" or part.args[0] is not source:
                break
            if part.result.inline or not isinstance(index, Const) or type(index.value) is not int:
                break
            if index.value in parts or not 0 <= index.value < size:
                break
            parts[index.value] = part.result
        if len(parts) < max(2, size - 1):
            return 0
        targets = [nodes.store(self._target(parts[k]) if k in parts else "_") for k in range(size)]
        value = self.expressions.atom(source)
        self.emit(nodes.assign([nodes.sequence(targets, gast.Store)], value), op)
        return len(parts) - 1

    # ------------------------------------------------------------------ copies

    def moves(self, targets: Sequence[Value], sources: Sequence[Atom], op: Op) -> None:
        """Print the copies into merged variables that are not already the same variable."""
        moves: list[Move] = []
        for target, source in zip(targets, sources):
            if target not in self.names.classes.of:
                continue
            name = self.names[target]
            if isinstance(source, Undefined):
                if target in self.names.unset:
                    moves.append(Move(name, target, Const(None), frozenset()))
                continue
            if isinstance(source, Value) and not source.inline and self.names[source] == name:
                continue
            reads = frozenset(self.names[v] for v in self.definitions.expand(source))
            moves.append(Move(name, target, source, reads))
        for group in schedule(moves):
            self._copy(group, op)

    def _copy(self, group: list[Move], op: Op) -> None:
        if len(group) > 1:
            left = nodes.sequence([nodes.store(m.target) for m in group], gast.Store)
            right = nodes.sequence([self.expressions.atom(m.source) for m in group])
            self.emit(nodes.assign([left], right), op)
            return
        (move,) = group
        source = move.source
        if isinstance(source, Value) and source.inline:
            definition = self.definitions.op[source]
            self.emit(self.assignment(move.value, definition), definition)
        else:
            self.emit(nodes.assign([nodes.store(move.target)], self.expressions.atom(source)), op)

    def terminator(self, op: Op, targets: Sequence[Value]) -> None:
        if isinstance(op, Yield):
            self.moves(targets, op.values, op)
        elif isinstance(op, Return):
            if op.values and op.values[0] is not UNDEF:
                value = op.values[0]
                nothing = isinstance(value, Const) and value.value is None
                self.emit(gast.Return(value=None if nothing else self.expressions.atom(value)), op)
        elif isinstance(op, Resume):
            return
        elif isinstance(op, Raise):
            error, cause = (*(self.expressions.atom(a) for a in op.values), None, None)[:2]
            self.emit(gast.Raise(exc=error, cause=cause), op)
        elif isinstance(op, (Break, Continue)):
            loop = self.loops[-1]
            self.moves(loop.results if isinstance(op, Break) else loop.carried, op.values, op)
            self.emit(gast.Break() if isinstance(op, Break) else gast.Continue(), op)

    # ------------------------------------------------------------------ branches

    def branch(self, op: If) -> None:
        if self.expression_like(op):
            name = nodes.store(self.names[op.results[0]])
            self.emit(nodes.assign([name], self.expressions.conditional(op)), op)
            return
        then = self.block(op.then, op.results)
        if op.cond == Const(True):
            self.out[-1].extend(then)
            return
        orelse = self.block(op.orelse, op.results)
        test = self.expressions.test(op)
        if not then and not orelse:
            return
        if not then:
            self.emit(nodes.branch(nodes.negated(test), orelse, []), op)
        elif orelse and nodes.jumps(then) and not (len(orelse) == 1 and isinstance(orelse[0], gast.If)
                                                   and nodes.jumps(orelse)):
            self.emit(nodes.branch(test, then, []), op)
            self.out[-1].extend(orelse)
        else:
            self.emit(nodes.branch(test, then, orelse), op)

    def region(self, op: With | Try) -> None:
        """``with c: …`` or ``try: …``; what it merges is assigned at the end of its blocks."""
        body = self.block(op.then, op.results)
        if isinstance(op, With):
            head = gast.withitem(context_expr=self.expressions.atom(op.cond), optional_vars=None)
            quiet = not body and nodes.calls(head.context_expr, "errstate")
            if not quiet:
                self.emit(gast.With(items=[head], body=body or [gast.Pass()], type_comment=None), op)
            return
        handlers = [self.handler(op)] if op.kinds else []
        final = [] if op.final is None else self.block(op.final)
        if not handlers and not final:
            self.out[-1].extend(body)
        elif body:
            self.emit(gast.Try(body=body, handlers=handlers, orelse=[], finalbody=final), op)
        else:
            self.out[-1].extend(final)

    def handler(self, op: Try) -> Node:
        """``except (A, B) as e:``; several handlers are told apart inside."""
        classes = [nodes.dotted(self.expressions.context.target(kind)) for kind in op.kinds]
        kind = classes[0] if len(classes) == 1 else nodes.sequence(classes)
        caught = next((o.result for o in op.orelse.ops if isinstance(o, Apply) and o.prim == "caught"), None)
        used = caught is not None and caught in self.definitions.uses
        name = nodes.store(self.names[caught]) if used and caught is not None else None
        body = self.block(op.orelse, op.results)
        return gast.ExceptHandler(type=kind, name=name, body=body or [gast.Pass()])

    def expression_like(self, op: If) -> bool:
        """Whether to print ``y = a if c else b``: the user did, or the result is a temporary."""
        if len(op.results) != 1 or any(self.definitions.statement(o) for b in op.blocks() for o in b.body):
            return False
        if not all(isinstance(b.terminator, Yield) and b.terminator.values[0] is not UNDEF for b in op.blocks()):
            return False
        if op.origin != "primal" or op.loc is None or not op.loc.text:
            return op.results[0].name is None
        return not op.loc.text.startswith(("if ", "if(", "elif ", "elif("))

    # ------------------------------------------------------------------ loops

    def loop(self, op: Loop) -> None:
        self.moves(op.carried, op.inits, op)
        self.loops.append(op)
        body = self.block(op.body, op.carried)
        self.loops.pop()
        body = _without_continue(body) or [gast.Pass()]
        if isinstance(op, For):
            self.emit(self._for(op, body), op)
        else:
            assert isinstance(op, While)
            self.emit(self._while(op, body), op)

    def _for(self, op: For, body: list[Node]) -> Node:
        args = [op.start, op.stop, op.step]
        if isinstance(op.step, Const) and op.step.value == 1:
            args = args[:-1]
            if isinstance(op.start, Const) and op.start.value == 0:
                args = args[1:]
        self._check_range(op)
        function = nodes.load(self.expressions.context.target("range"))
        iterable = nodes.call(function, [self.expressions.atom(a) for a in args])
        target = nodes.store(self._target(op.index))
        return gast.For(target=target, iter=iterable, body=body, orelse=[], type_comment=None)

    def _check_range(self, op: For) -> None:
        """The range is evaluated after the copies into the carried variables."""
        written = {self.names[c]: i for c, i in zip(op.carried, op.inits) if c in self.names.classes.of}
        for atom in (op.start, op.stop, op.step):
            for value in self.definitions.expand(atom):
                source = written.get(self.names[value], value)
                if source is not value and not isinstance(source, Undefined):
                    raise InternalError(f"the loop overwrites {self.names[value]!r} before it reads it", loc=op.loc,
                                        function=self.names.function.name)

    def _while(self, op: While, body: list[Node]) -> Node:
        head = self.block(op.cond)
        (value,) = op.cond.terminator.values
        test = self.expressions.atom(value)
        if not head:
            return gast.While(test=test, body=body, orelse=[])
        head.append(nodes.branch(nodes.negated(test), [gast.Break()], []))
        return gast.While(test=nodes.literal(True), body=[*head, *body], orelse=[])


def _primal_line(op: Op) -> tuple[int, str] | None:
    """The line that a derivative statement belongs to; compound statements speak for themselves."""
    if op.origin == "primal" or op.loc is None or not op.loc.text:
        return None
    if op.loc.text.startswith(("for ", "while ", "if ", "elif ", "else:", "def ", "with ", "try:", "except")):
        return None
    return op.loc.line, op.loc.text


def _unpacks(text: str, size: int) -> bool:
    """Whether the user's own line takes apart exactly `size` values."""
    left, equals, _ = text.partition(" = ")
    return bool(equals) and "(" not in left and "[" not in left and len(left.split(",")) == size


def _without_continue(body: list[Node]) -> list[Node]:
    """Without a `continue` that ends the loop's body anyway."""
    if not body:
        return body
    last = body[-1]
    if isinstance(last, gast.Continue):
        return _without_continue(body[:-1])
    if isinstance(last, gast.If):
        last.body = _without_continue(last.body)
        last.orelse = _without_continue(last.orelse)
        if not last.body and not last.orelse:
            return body[:-1]
        if not last.body:
            last.test, last.body, last.orelse = nodes.negated(last.test), last.orelse, []
    return body
