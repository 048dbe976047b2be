"""Runs a trace as it stands, so that lowering is checked against Python itself."""

from __future__ import annotations

import builtins
import math
import operator
import sys
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from s2sad.backend.interpret_records import METHODS, WITH_NAMES
from s2sad.ir.trace import (
    Apply,
    Atom,
    Block,
    Break,
    Call,
    Const,
    Continue,
    For,
    If,
    Op,
    Program,
    Raise,
    Resume,
    Return,
    Try,
    Undefined,
    Value,
    While,
    With,
    Yield,
)

SPECIAL: dict[str, Callable[..., Any]] = {
    "require_set": lambda value, name: require_set(value, name),
    "is_sequence": lambda x: isinstance(x, (list, tuple)),
    "not": operator.not_, "in": lambda x, y: x in y, "not_in": lambda x, y: x not in y, "is": operator.is_,
    "bitand": operator.and_, "bitor": operator.or_, "bitxor": operator.xor, "tuple": lambda *a: a,
    "list": lambda *a: list(a), "list_repeat": lambda x, n: [x] * n, "slice": slice, "getitem": operator.getitem,
    "setitem": operator.setitem, "append": lambda x, v: x.append(v), "pop": lambda x: x.pop(),
    "shape": lambda x: x.shape, "size": lambda x: x.size, "ndim": lambda x: x.ndim, "dtype": lambda x: x.dtype,
    "copy": lambda x: x.copy(), "astype": lambda x, t: x.astype(t), "accumulate_at": np.add.at,
    "print": lambda *a: None, "list_of": list, "tuple_of": tuple, "pop_at": lambda x, k: x.pop(k),
    "insert": lambda x, k, v: x.insert(k, v), "delitem": operator.delitem, "reverse": lambda x: x.reverse(),
    "index_of": lambda x, v: x.index(v), "count_of": lambda x, v: x.count(v),
    "sort": lambda x, axis, kind: x.sort() if isinstance(x, list) else x.sort(axis, kind),
    "helper.order": lambda x, r: sorted(range(len(x)), key=x.__getitem__, reverse=r),
    "helper.least": lambda x: min(range(len(x)), key=x.__getitem__),
    "helper.greatest": lambda x: max(range(len(x)), key=x.__getitem__),
}


def require_set(value: Any, name: str) -> None:
    if value is UnboundLocalError:
        raise UnboundLocalError(name)


def error_class(key: str) -> Any:
    module, found, name = key.rpartition(":")
    if found:  # a class of the user's
        return getattr(sys.modules[module], name)
    return getattr(np.linalg, key.rpartition(".")[2]) if "." in key else getattr(builtins, key)


class Exit(BaseException):
    """A `break`, `continue` or `return` under way."""

    def __init__(self, op: Op, values: list[Any]) -> None:
        self.op = op
        self.values = values


class Interpreter:
    """One call of one function."""

    def __init__(self, program: Program, key: str, args: list[Any], signatures: Callable[[str], Any]) -> None:
        self.program = program
        self.function = program.functions[key]
        self.signatures = signatures
        self.error: BaseException | None = None
        self.values: dict[Value, Any] = dict(zip(self.function.values, args))

    def run(self) -> Any:
        try:
            self.block(self.function.block)
        except Exit as leaving:
            return leaving.values[0]
        raise AssertionError("the function has no return")

    def get(self, atom: Atom) -> Any:
        if isinstance(atom, Const):
            return atom.value
        return UnboundLocalError if isinstance(atom, Undefined) else self.values[atom]

    def block(self, block: Block) -> list[Any]:
        for op in block.ops:
            values = [self.get(a) for a in op.operands()]
            if isinstance(op, (Yield, Resume)):
                return values
            if isinstance(op, (Return, Break, Continue)):
                raise Exit(op, values)
            if isinstance(op, Raise):
                self.throw(values)
            if isinstance(op, With):
                with values[0]:
                    self.define(op.results, self.block(op.then))
            elif isinstance(op, Try):
                self.define(op.results, self.attempt(op))
            elif isinstance(op, If):
                self.define(op.results, self.block(op.then if values[0] else op.orelse))
            elif isinstance(op, (For, While)):
                self.loop(op)
            elif isinstance(op, Call):
                inner = Interpreter(self.program, op.callee, values, self.signatures)
                self.define(op.results, [inner.run()])
            elif isinstance(op, Apply):
                self.apply(op, values)
        raise AssertionError("a block has no end")

    def throw(self, values: list[Any]) -> None:
        if not values:
            raise self.error or RuntimeError("No active exception to reraise")
        if len(values) == 2:
            raise values[0] from values[1]
        raise values[0]

    def attempt(self, op: Try) -> list[Any]:
        """A `try`: its classes are asked in order, and what comes last runs in any case."""
        outer = self.error
        try:
            try:
                return self.block(op.then)
            except tuple(map(error_class, op.kinds)) as error:
                self.error = error
                return self.block(op.orelse)
        finally:
            self.error = outer
            if op.final is not None:
                self.block(op.final)

    def define(self, names: list[Value], values: list[Any]) -> None:
        self.values.update(zip(names, values))

    def loop(self, op: For | While) -> None:
        carried = [self.get(a) for a in op.inits]
        if isinstance(op, For):
            heads = ([k] for k in range(*(self.get(a) for a in (op.start, op.stop, op.step))))
        else:
            heads = iter(lambda: [] if self.holds(op, carried) else None, None)
        for head in heads:
            self.define(op.body.params, [*head, *carried])
            try:
                carried[:] = self.block(op.body)
            except Exit as leaving:
                if isinstance(leaving.op, Return):
                    raise
                carried[:] = leaving.values
                if isinstance(leaving.op, Break):
                    break
        self.define(op.results, carried)

    def holds(self, op: While, carried: list[Any]) -> bool:
        self.define(op.cond.params, carried)
        return bool(self.block(op.cond)[0])

    def apply(self, op: Apply, values: list[Any]) -> None:
        result = self.primitive(op, values)
        self.define(op.results, [result] if len(op.results) == 1 else list(result or ()))

    def primitive(self, op: Apply, values: list[Any]) -> Any:
        name = op.prim
        if name == "store_global":
            self.program.globals[op.attrs["name"]].write(values[0])
            return None
        if name in ("global", "read_global"):
            variable = self.program.globals[op.attrs["name"]]
            return variable.read() if variable.read else variable.value
        if name == "constant":
            return function_named(op.attrs["name"])
        if name == "exception":
            kind = error_class(op.attrs["name"])
            return kind(*values) if op.attrs["called"] else kind
        if name in ("caught", "caught_as"):
            return isinstance(values[0], tuple(map(error_class, op.attrs["kinds"]))) if values else self.error
        if name == "format":
            return op.attrs["template"].format(*values)
        if name == "assert":
            assert values[0], values[1]
            return None
        if name == "inplace" or op.attrs.get("augmented"):
            return getattr(operator, {"bitand": "iand", "bitor": "ior", "bitxor": "ixor"}.get(
                prim := op.attrs.get("op", name), "i" + prim))(*values)
        if name in WITH_NAMES:
            return WITH_NAMES[name](op, values)
        if name in METHODS:
            return METHODS[name](*values)
        if name.startswith("str."):
            return getattr(str, name[4:])(*values)
        if name in SPECIAL:
            return SPECIAL[name](*values)
        return self.call(name, values)

    def call(self, name: str, values: list[Any]) -> Any:
        """A function of a library: later operands that keep their default are left out."""
        signature = self.signatures(name)
        function = function_named(name)
        count = len(signature.arguments)
        positional = values[:len(values) - count] if signature.variadic else []
        keywords = {}
        for argument, value in zip(signature.arguments, values[len(positional):]):
            if value is argument.default:
                continue
            if signature.variadic or argument.keyword_only or keywords or argument.default is not required(signature):
                keywords[argument.name] = value
            else:
                positional.append(value)
        return function(*positional, **keywords)


def required(signature: Any) -> object:
    from s2sad.ir.signature import REQUIRED
    return REQUIRED


def function_named(name: str) -> Any:
    """``np.linalg.norm``, ``math.sin``, ``abs``, ``add``."""
    if "." not in name:
        return getattr(builtins, name, None) or getattr(operator, name)
    found: Any = {"np": np, "math": math, "warnings": warnings}[name.partition(".")[0]]
    for part in name.split(".")[1:]:
        found = getattr(found, part)
    return found
