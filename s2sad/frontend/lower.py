"""Statements of one function, lowered to its trace.

::

    def f(x, n):                function f(x: ?, n: ?)
        y = x * x                   y = mul(x, x)
        A[0] += y                   w0 = getitem(A, 0)
                                    w1 = add(w0, y)
                                    setitem(A, 0, w1)
        return y, x                 w2 = tuple(y, x)
                                    return w2
"""

from __future__ import annotations

import textwrap
from typing import Any

import gast

from s2sad.frontend.classes import declared_type
from s2sad.frontend.composed import Composed
from s2sad.frontend.decorators import is_transparent
from s2sad.frontend.derivatives import is_operator
from s2sad.frontend.desugar import desugar
from s2sad.frontend.expressions import BINARY
from s2sad.frontend.functions import FUNCTIONS, STRUCTURES, Merge, NotMergeable
from s2sad.frontend.interrupted import interrupted_in
from s2sad.frontend.iteration import Item, Parts
from s2sad.frontend.liveness import Liveness, captured_names, fixed_dicts, stored_in, stores
from s2sad.frontend.meanings import Closure, Display, FunctionSource, Instance, Meaning
from s2sad.frontend.members import annotated_class, class_with_parts, live_class
from s2sad.frontend.packing import Packing, Path, Shape, Unpacking
from s2sad.frontend.parameters import parameters
from s2sad.frontend.patterns import Unwritten
from s2sad.frontend.rebinding import Rebinding
from s2sad.frontend.refusals import refusal
from s2sad.frontend.regions import Regions
from s2sad.frontend.returning import may_return_functions
from s2sad.frontend.tracer import Binding, Given, Requests
from s2sad.ir.trace import (
    UNDEF,
    Apply,
    Atom,
    Block,
    Const,
    Function,
    If,
    Op,
    Parameter,
    Raise,
    Return,
    Value,
    Yield,
    walk,
)


class Lowering(Rebinding, Regions, Composed):
    """Lowers one function."""

    # What the function returns, if that holds functions; known when it has been lowered.
    returns: Shape | None = None

    def __init__(self, reader: Requests, source: FunctionSource, key: str, captured: tuple[str, ...],
                 statics: dict[str, Shape], nested: bool, parts: bool = False) -> None:
        super().__init__(reader, source, key)
        self.parts = parts  # each `try` is written in parts, so that it is known how far it came
        self.captured = captured
        self.rebound = {}
        self.statics = statics
        self.nested = nested
        node = source.node
        self.body = self._plain(node.body if isinstance(node.body, list) else [self._returned(node.body)])
        self.params = parameters(source)
        self.argument_classes: dict[str, type] = {}  # of the objects that the entry is called with
        self.returned: list[tuple[Op, Any, Binding]] = []
        self.locals = list(dict.fromkeys([*(p.name for p in self.params), *stored_in(self.body)]))
        self.liveness = Liveness(self.body, captured_names(self.body))
        self.function_names = _function_names(self.body)
        self.fixed = fixed_dicts(self.body)
        if not parts:
            self.interrupted = interrupted_in(self.body)

    def in_parts(self) -> Lowering:
        """This function again, with each `try` in parts."""
        other = type(self)(self.reader, self.source, self.key, self.captured, self.statics, self.nested, parts=True)
        other.entry, other.argument_classes = self.entry, self.argument_classes
        return other

    def _plain(self, body: list[Any]) -> list[Any]:
        """The body without abbreviating statements."""
        try:
            return desugar(body, self.parts)
        except Unwritten as error:
            self.refuse(error.node, error.message, error.hint)

    def _returned(self, expression: Any) -> Any:
        return gast.copy_location(gast.Return(expression), expression)

    def run(self) -> Function:
        node = self.source.node
        own = [p for p in self.params if p.name not in self.statics]
        described = [Parameter(n) for n in self._captured_names()] + own
        values = [Value(p.name) for p in described]
        annotations = {a.id: a.annotation for a in [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]}
        for parameter, value in zip(own, values[len(self.captured):]):
            if parameter.name not in annotations:
                continue  # what ``*args`` of the entry collects
            value.type = declared_type(annotations[parameter.name], self.source.scope)
            cls = annotated_class(annotations[parameter.name], self.source.scope)
            cls = class_with_parts(cls, parameter.name, self.argument_classes, self.source.scope)
            if cls is not None:
                self.class_of[value] = cls
        self.env.update(zip((p.name for p in own), values[len(self.captured):]))
        self._enter(dict(zip(self.captured, values)))
        self.block.params = values
        self.parameter_values = list(values)
        if not self.statements(self.body):
            self.statement = node
            self.emit(Return([Const(None)]), node)
            self.returned.append((self.block.ops[-1], node, Const(None)))
        elif isinstance(self.block.terminator, Raise):
            self._end(self.block.ops.pop())
        elif not self.returned:
            self.refuse(self.body[-1], f"{self.source.name!r} never returns", "leave the loop with `break` or `return`")
        self._return_functions()
        return self._function(described)

    def _enter(self, leaves: dict[str, Value]) -> None:
        """Bind the names that mean functions here, and those that the function itself captured."""
        for name, shape in self.statics.items():
            def met(binding: Binding, path: Path, name: str = name) -> None:
                self.given[id(binding)] = (name, path)
                self.kept.append(binding)

            binding = Unpacking(leaves.__getitem__, met).unpack(shape)
            if isinstance(binding, Display) and binding.kind == "dict":
                binding = Display("dict", binding.items, binding.keys, self.block)  # ``**options`` are its own
            if name:
                self.env[name] = self.typed(binding) if isinstance(binding, Instance) else binding
            elif isinstance(binding, Closure):
                self.env.update({n: b for n, b in (binding.cells or {}).items() if n not in self.env})
                if self.source.name not in self.env and self.source.name not in self.locals:
                    self.env[self.source.name] = binding

    def annotated_classes(self) -> dict[str, type]:
        """The live classes that parameters are annotated with."""
        found = {v.name: live_class(self.class_of[v]) for v in self.block.params if v in self.class_of}
        return {name: cls for name, cls in found.items() if name is not None and cls is not None}

    def may_return_functions(self) -> bool:
        """Whether a caller has to know what this returns before it goes on."""
        return may_return_functions(self.source.node, self.source.scope.resolve, frozenset(self.statics))

    def _return_functions(self) -> None:
        """Return what functions captured, where functions are returned; the caller knows the rest."""
        if not any(isinstance(b, Meaning) for _, _, b in self.returned):
            return
        blocks = [next(b for b in _blocks(self.block) if b.ops and b.ops[-1] is op) for op, _, _ in self.returned]
        for block in blocks:
            block.ops.pop()
        if len(blocks) == 1:
            (_, node, only), = self.returned
            packing = Packing(lambda b: self.given.get(id(b)), shared=False)
            self.returns = packing.pack("", only)
            self._return(blocks[0], packing.atoms, node)
            return
        merge = Merge(self, blocks, self.source.node)
        try:
            result = merge.merge([b for _, _, b in self.returned], None)
        except NotMergeable:
            if not any(isinstance(b, Meaning) and not isinstance(b, Instance) for _, _, b in self.returned):
                # Objects of different classes, or none on some path: values like any others.
                for block, (op, _, b) in zip(blocks, self.returned):
                    op.set_operands([b.value if isinstance(b, Instance) else b])
                    block.ops.append(op)
                return
            place = next(n for _, n, b in self.returned if isinstance(b, Meaning))
            self.refuse(place, "a function is returned on one path, and something else on another",
                        "return the same kind of value on every path")
        packing = Packing(lambda b: self.given.get(id(b)), shared=False)
        self.returns = packing.pack("", result)
        order = [merge.results.index(a) for a in packing.atoms if isinstance(a, Value)]
        for block, row, (_, node, _) in zip(blocks, merge.rows, self.returned):
            self._return(block, [row[k] for k in order], node)

    def _return(self, block: Block, values: list[Atom], node: Any) -> None:
        self.statement = node
        with self.inside(block):
            whole = values[0] if len(values) == 1 else self.apply("tuple", values, node) if values else Const(None)
            self.emit(Return([whole]), node)

    def _end(self, last: Op) -> None:
        """A function whose last statement raises: its trace ends in a return, which is not reached here."""
        ops = self.block.ops
        first = len(ops)
        while first and isinstance(ops[first - 1], Apply) and _text(ops[first - 1]) == _text(last):
            first -= 1
        raising, go_on = Block(ops=[*ops[first:], last]), Block(ops=[Yield([], loc=last.loc)])
        ops[first:] = [If(Const(True), raising, go_on, loc=last.loc), Return([UNDEF], loc=last.loc)]

    def _captured_names(self) -> list[str]:
        """Names for the captured variables: the user's, where nothing here is called so."""
        taken = {*self.locals} - {*self.statics}
        result = []
        for name in self.captured:
            short = name.rpartition(".")[2]
            base = short if short not in taken and short.isidentifier() else name.replace(".", "_")
            number, unique = 2, base
            while unique in taken:
                unique, number = f"{base}_{number}", number + 1
            taken.add(unique)
            result.append(unique)
        return result

    def _function(self, described: list[Parameter]) -> Function:
        node = self.source.node
        is_def = isinstance(node, gast.FunctionDef)
        returns = self.text.segment(node.returns) if is_def and node.returns is not None else None
        text = " " * self.text.loc(node).col + self.text.segment(node)
        return Function(self.key, self.source.name, described, self.block, self.text.file, node.lineno,
                        gast.get_docstring(node) if is_def else None, returns, len(self.captured),
                        textwrap.dedent(text) + "\n", self.source.module)

    # ------------------------------------------------------------------ statements

    def statements(self, body: list[Any]) -> bool:
        """Lower a list of statements; True if they end in an exit (what follows is dropped)."""
        for node in body:
            self.statement = node
            self.fresh = set()
            lower = getattr(self, f"statement_{type(node).__name__}", None)
            if lower is None:
                self.refuse(node, *refusal(node))
            if lower(node):
                return True
        return False

    def statement_Return(self, node: Any) -> bool:
        value = Const(None) if node.value is None else self.operand(node.value)
        if isinstance(value, Value) and value in self.class_of and not self.entry:
            value = Instance(self.class_of[value], value)
        if isinstance(value, STRUCTURES) and not (isinstance(value, Display) and value.plain):
            if self.entry:
                self.value_of(value, node.value)
            value = self.closed(value, node)
            self.emit(Return([UNDEF]), node)
        else:
            value = self.value_of(value, node)
            self.emit(Return([value]), node)
        self.returned.append((self.block.ops[-1], node, value))
        return True

    def statement_Pass(self, node: Any) -> bool:
        return False

    def statement_Expr(self, node: Any) -> bool:
        if not isinstance(node.value, gast.Constant):
            self.expression(node.value)
        return False

    def statement_Raise(self, node: Any) -> bool:
        parts = [node.exc, node.cause] if node.exc is not None else []
        self.emit(Raise([self.expression(p) for p in parts if p is not None]), node)
        return True

    def statement_Delete(self, node: Any) -> bool:
        for target in node.targets:
            if isinstance(target, gast.Subscript):
                container = self.changing(self.expression(target.value), node)
                self.effect("delitem", [container, self.index(target.slice)], node)
                continue
            if not isinstance(target, gast.Name):
                self.refuse(node, *refusal(node))
            self.lookup(target.id, target)
            self.env[target.id] = UNDEF
        return False

    def statement_Assert(self, node: Any) -> bool:
        test = self.expression(node.test)
        message = Const(None) if node.msg is None else self.expression(node.msg)
        self.effect("assert", [test, message], node)
        return False

    def statement_FunctionDef(self, node: Any) -> bool:
        changing = [d for d in node.decorator_list if not is_transparent(d) or is_operator(d, self.static)]
        decorators = [self.operand(d) for d in changing]
        made: Binding = self.closure(node.name, node)
        for decorator, place in zip(reversed(decorators), reversed(changing)):
            if not isinstance(decorator, FUNCTIONS):
                self.refuse(place, "this decorator is not a function known here", "remove the decorator")
            made = self.call_function(decorator, Given([made]), place)
        self.bind(node.name, made)
        return False

    def statement_Import(self, node: Any) -> bool:
        for alias in node.names:
            module = alias.name if alias.asname else alias.name.partition(".")[0]
            self.env[alias.asname or module] = self.source.scope.imported(module, None, 0)
        return False

    def statement_ImportFrom(self, node: Any) -> bool:
        for alias in node.names:
            if alias.name == "*":
                self.refuse(node, "a star import is not supported", "import the names you use")
            self.env[alias.asname or alias.name] = self.source.scope.imported(node.module, alias.name, node.level or 0)
        return False

    # ------------------------------------------------------------------ assignment

    def statement_Assign(self, node: Any) -> bool:
        first = node.targets[0]
        if isinstance(first, gast.Name) and isinstance(node.value, gast.Lambda):
            closure = self.closure(first.id, node.value)
            for target in node.targets:
                self.assign(target, closure)
            return False
        item = self.assigned(node.value, node.targets)
        for target in node.targets:
            self.assign(target, item)
        return False

    def assigned(self, value: Any, targets: list[Any]) -> Item:
        """The right-hand side; a tuple display unpacked at once is not built."""
        if isinstance(value, (gast.Tuple, gast.List)) and all(_fits(t, value) for t in targets):
            return Parts([self.assigned(e, [t.elts[k] for t in targets]) for k, e in enumerate(value.elts)])
        return self.operand(value)

    def assign(self, target: Any, item: Item) -> None:
        """Bind a target of an assignment or a loop."""
        if isinstance(target, gast.Name):
            self.bind(target.id, self.whole(item, target))
        elif isinstance(target, (gast.Tuple, gast.List)):
            self.unpack(target, item)
        elif isinstance(target, gast.Subscript):
            container = self.expression(target.value)
            index = self.index(target.slice)
            self.effect("setitem", [container, index, self.value_of(self.whole(item, target), target)], target)
        else:
            assert isinstance(target, gast.Attribute)
            self.set_field(target, self.value_of(self.whole(item, target), target))

    def whole(self, item: Item, node: Any) -> Binding:
        """One binding for an item; several parts become a tuple."""
        if isinstance(item, Parts):
            items = [self.whole(i, node) for i in item.items]
            if any(isinstance(i, Meaning) for i in items):
                return Display("tuple", tuple(items), None, self.block)
            return self.apply("tuple", items, node)
        return item

    def unpack(self, target: Any, item: Item) -> None:
        names = target.elts
        if any(isinstance(element, gast.Starred) for element in names):
            self.unpack_starred(target, item)
            return
        known: list[Any] | None = None
        if isinstance(item, Parts):
            known = list(item.items)
        elif isinstance(item, Display) or (isinstance(item, Value) and item in self.tuples):
            known = self.items_of(item)
        if known is not None and len(known) != len(names):
            self.refuse(target, f"{len(known)} values are unpacked into {len(names)} names", "match the numbers")
        if known is None:
            source = self.value_of(self.whole(item, target), target)
            known = [self.apply("getitem", [source, Const(k)], target) for k in range(len(names))]
        for element, part in zip(names, known):
            self.assign(element, part)

    def statement_AnnAssign(self, node: Any) -> bool:
        if node.value is not None:
            self.assign(node.target, self.expression(node.value))
        return False

    def statement_AugAssign(self, node: Any) -> bool:
        prim = BINARY[type(node.op)]
        target = node.target
        if isinstance(target, gast.Name):
            old = self.value_of(self.lookup(target.id, target), target)
            new = self.apply("inplace", [old, self.expression(node.value)], node, {"op": prim})
            self.bind(target.id, new)
        elif isinstance(target, gast.Subscript):
            container = self.expression(target.value)
            index = self.index(target.slice)
            element = self.apply("getitem", [container, index], target)
            new = self.apply(prim, [element, self.expression(node.value)], node, {"augmented": True})
            self.effect("setitem", [container, index, new], node)
        else:
            assert isinstance(target, gast.Attribute)
            holder = self.expression(target.value)
            element = self.apply("attribute", [holder], target, {"name": target.attr})
            new = self.apply("inplace", [element, self.expression(node.value)], node, {"op": prim})
            self.effect("set_attribute", [holder, new], node, {"name": target.attr})
        return False


def _text(op: Op) -> str | None:
    """The statement that an operation belongs to."""
    return op.loc.text if op.loc is not None else None


def _blocks(block: Block) -> list[Block]:
    return [block, *(inner for op in walk(block) for inner in op.blocks())]


def _fits(target: Any, value: Any) -> bool:
    """Whether a target unpacks a display element by element, so that no tuple is needed."""
    plain = isinstance(target, (gast.Tuple, gast.List)) and len(target.elts) == len(value.elts)
    return plain and not any(isinstance(e, gast.Starred) for e in [*target.elts, *value.elts])


def _function_names(body: list[Any]) -> frozenset[str]:
    """Names that are only ever bound to functions defined in the body."""
    functions: set[str] = set()
    others: set[str] = set()
    stack = list(body)
    while stack:
        node = stack.pop()
        if isinstance(node, gast.FunctionDef):
            functions.add(node.name)
            continue
        if isinstance(node, gast.Assign) and isinstance(node.value, gast.Lambda):
            functions.update(stores(node))
            continue
        if isinstance(node, gast.Name) and not isinstance(node.ctx, gast.Load):
            others.add(node.id)
        if not isinstance(node, gast.Lambda):
            stack.extend(gast.iter_child_nodes(node))
    return frozenset(functions - others)
