"""Runs a trace directly, without emitting Python: the oracle for every pass, and the tables of `trace --at`.

    interpret(program, (0.5, 3), signatures=table.signature)

Only the primitives' names are known here; each is Python's operator, a built-in, or the function of
`math`, NumPy or SciPy that its key spells.
"""

from __future__ import annotations

import builtins
import importlib
import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from s2sad.backend.interpret_records import METHODS, WITH_NAMES
from s2sad.errors import InternalError
from s2sad.ir.signature import Signature
from s2sad.ir.trace import (
    Apply,
    Atom,
    Block,
    Break,
    Call,
    Const,
    Continue,
    For,
    Function,
    If,
    Op,
    Program,
    Raise,
    Return,
    Terminator,
    Try,
    Value,
    While,
    With,
)
from s2sad.ir.unset import unset_message

Signatures = Callable[[str], Signature]
# (operation, result, its value)
OnRow = Callable[[Apply, Value, object], None]
# (operation, what it defines, the value)
Observe = Callable[[Op, Value | None, object], None]


class _Missing:
    """The value of a name that was never assigned."""

    def __repr__(self) -> str:
        return "undefined"


MISSING = _Missing()


def interpret(trace: Program | Function, args: Sequence[object], on_row: OnRow | None = None,
              signatures: Signatures | None = None, globals: Mapping[str, object] | None = None,
              observe: Observe | None = None) -> Any:
    """Call a program's entry, or one function, with run-time values in parameter order.

    `on_row` is told every result of every primitive; `signatures` gives the text of helpers; `globals`
    the values of module-level variables by name.  `observe` is told everything: each value that any operation
    defines and, with None for the value, the truth of each decision, the arguments of each call, and (with
    None for both) that an effect is done, a loop is left or a call has returned.
    """
    program = trace if isinstance(trace, Program) else Program(trace.key, {trace.key: trace})
    return _Interpreter(program, on_row, signatures, dict(globals or {}), observe).call(program.entry, args)


class _Interpreter:
    def __init__(self, program: Program, on_row: OnRow | None, signatures: Signatures | None,
                 globals: dict[str, object], observe: Observe | None = None) -> None:
        self.program = program
        self.on_row = on_row
        self.observe = observe
        self.signatures = signatures
        self.globals = {**program.constants, **globals}
        self.functions: dict[str, Callable[..., Any]] = {}

    def call(self, key: str, args: Sequence[object]) -> Any:
        function = self.program.functions[key]
        if len(args) != len(function.values):
            raise TypeError(f"{function.name}() takes {len(function.values)} arguments, {len(args)} given")
        frame = _Frame(self)
        frame.values.update(zip(function.values, args))
        end, values = frame.block(function.block)
        if not isinstance(end, Return):
            raise InternalError(f"{function.name} ends in {type(end).__name__.lower()}")
        return values[0]

    def primitive(self, prim: str) -> Callable[..., Any]:
        if prim not in self.functions:
            self.functions[prim] = self.find(prim)
        return self.functions[prim]

    def find(self, prim: str) -> Callable[..., Any]:
        """The Python function behind a key."""
        if prim in _STRUCTURAL:
            return _STRUCTURAL[prim]
        if prim.startswith("str."):
            return operator.attrgetter(prim[4:])(str)  # type: ignore[no-any-return]
        signature = self.signatures(prim) if self.signatures is not None else None
        if signature is not None and signature.source:
            return _define(signature.source)
        if "." in prim:
            # What an empty array holds is shown, and should not depend on what was there before.
            function = _library(prim.replace("np.empty", "np.zeros"))
        else:
            function = _OPERATORS.get(prim) or getattr(builtins, prim)
        return _by_signature(function, signature)

    def apply(self, op: Apply, args: list[Any]) -> list[Any]:
        if op.prim == "store_global":
            self.globals[op.attrs["name"]] = args[0]
            return []
        if op.prim in ("global", "read_global"):
            name = op.attrs["name"]
            return [self.globals[name] if name in self.globals else op.attrs["value"]]
        if op.prim == "constant":
            return [_constant(op.attrs["name"])]
        if op.prim == "exception":
            kind = _exception(op.attrs["name"])
            return [kind(*args) if op.attrs["called"] else kind]
        if op.prim == "format" and "template" in op.attrs:
            return [str(op.attrs["template"]).format(*args)]
        if op.prim == "inplace":
            return [_INPLACE[op.attrs["op"]](*args)]
        if op.prim in WITH_NAMES:
            made = WITH_NAMES[op.prim](op, args)
            return [made] if op.results else []
        update = _INPLACE.get(op.prim) if op.attrs.get("augmented") else None
        value = (update or self.primitive(op.prim))(*args)
        if len(op.results) == 1:
            return [value]
        return list(value) if op.results else []


class _Frame:
    """The values of one activation of a function."""

    def __init__(self, interpreter: _Interpreter) -> None:
        self.interpreter = interpreter
        self.values: dict[Value, Any] = {}
        # What the innermost handler handles.
        self.handled: BaseException | None = None

    def atom(self, atom: Atom) -> Any:
        if isinstance(atom, Value):
            return self.values[atom]
        return atom.value if isinstance(atom, Const) else MISSING

    def atoms(self, atoms: Sequence[Atom]) -> list[Any]:
        return [self.atom(a) for a in atoms]

    def define(self, op: Op, values: Sequence[Value], results: Sequence[Any]) -> None:
        """Bind what an operation defines, and tell the observer."""
        self.values.update(zip(values, results))
        if self.interpreter.observe is not None:
            for value, result in zip(values, results):
                self.interpreter.observe(op, value, result)

    def note(self, op: Op, result: object = None) -> None:
        """Tell the observer of a decision, a call, an effect, or the end of a call or loop."""
        if self.interpreter.observe is not None:
            self.interpreter.observe(op, None, result)

    def block(self, block: Block) -> tuple[Terminator, list[Any]]:
        """Run a block to its terminator, or to the exit of a block nested in it."""
        for op in block.ops:
            if isinstance(op, Raise):
                raise self.raised(op)
            if isinstance(op, Terminator):
                return op, self.atoms(op.values)
            left = self.op(op)
            if left is not None:
                return left
        raise InternalError("a block without a terminator was run")

    def caught(self, op: Apply) -> list[Any]:
        """The error that is being handled, or whether it is of these classes."""
        if op.prim == "caught":
            return [self.handled]
        if op.prim == "caught_as":
            return [isinstance(self.atoms(op.args)[0], tuple(_exception(kind) for kind in op.attrs["kinds"]))]
        return []

    def raised(self, op: Raise) -> BaseException:
        """The exception to raise, with its cause."""
        if not op.values:
            return self.handled or RuntimeError("No active exception to reraise")
        error, *cause = self.atoms(op.values)
        error = error() if isinstance(error, type) else error
        if cause:
            error.__cause__ = cause[0]
        result: BaseException = error
        return result

    def op(self, op: Op) -> tuple[Terminator, list[Any]] | None:
        """Run one operation; an exit out of the enclosing block is handed on."""
        if isinstance(op, Apply):
            results = self.caught(op) or self.interpreter.apply(op, self.atoms(op.args))
            self.define(op, op.results, results)
            if self.interpreter.on_row is not None:
                for value, result in zip(op.results, results):
                    self.interpreter.on_row(op, value, result)
            if not op.results:
                self.note(op)
        elif isinstance(op, Call):
            args = self.atoms(op.args)
            self.note(op, args)
            try:
                result = self.interpreter.call(op.callee, args)
            finally:
                self.note(op)
            self.define(op, op.results, [result] if len(op.results) == 1 else result or ())
        elif isinstance(op, (With, Try)):
            return self.region(op)
        elif isinstance(op, If):
            condition = bool(self.atom(op.cond))
            self.note(op, condition)
            end, values = self.block(op.then if condition else op.orelse)
            if isinstance(end, (Break, Continue, Return)):
                return end, values
            self.define(op, op.results, values)
        elif isinstance(op, For):
            return self.for_loop(op)
        else:
            assert isinstance(op, While), type(op).__name__
            return self.while_loop(op)
        return None

    def region(self, op: With | Try) -> tuple[Terminator, list[Any]] | None:
        """A `with` or a `try`: its body, or the handler of what the body raised."""
        if isinstance(op, With):
            with self.atom(op.cond):
                end, values = self.block(op.then)
        else:
            end, values = self.attempt(op)
        if isinstance(end, (Break, Continue, Return)):
            return end, values
        self.define(op, op.results, values)
        return None

    def attempt(self, op: Try) -> tuple[Terminator, list[Any]]:
        outer = self.handled
        try:
            return self.block(op.then)
        except tuple(_exception(kind) for kind in op.kinds) as error:
            self.handled = error
            return self.block(op.orelse)
        finally:
            self.handled = outer
            if op.final is not None:
                self.block(op.final)

    def for_loop(self, op: For) -> tuple[Terminator, list[Any]] | None:
        carried = self.atoms(op.inits)
        for index in range(*self.atoms([op.start, op.stop, op.step])):
            self.define(op, [op.index, *op.carried], [index, *carried])
            end, values = self.block(op.body)
            if isinstance(end, Return):
                return end, values
            carried = values
            if isinstance(end, Break):
                break
        self.note(op)
        self.define(op, op.results, carried)
        return None

    def while_loop(self, op: While) -> tuple[Terminator, list[Any]] | None:
        carried = self.atoms(op.inits)
        while True:
            self.define(op, op.cond.params, carried)
            _, (condition,) = self.block(op.cond)
            self.note(op, bool(condition))
            if not condition:
                break
            self.define(op, op.carried, carried)
            end, values = self.block(op.body)
            if isinstance(end, Return):
                return end, values
            carried = values
            if isinstance(end, Break):
                break
        self.note(op)
        self.define(op, op.results, carried)
        return None


def _define(source: str) -> Callable[..., Any]:
    """The function that a helper's text defines."""
    import math
    namespace: dict[str, Any] = {"np": np, "numpy": np, "math": math}
    exec(compile(source, "<helper>", "exec"), namespace)
    result: Callable[..., Any] = [v for v in namespace.values() if callable(v)][-1]
    return result


_ROOTS = {"np": "numpy"}


def _library(key: str) -> Callable[..., Any]:
    """``np.linalg.inv`` or ``math.sin``; a module below the root is imported as far as it goes."""
    root, *rest = key.split(".")
    found: Any = importlib.import_module(_ROOTS.get(root, root))
    path = _ROOTS.get(root, root)
    for name in rest:
        path += "." + name
        if not hasattr(found, name):
            importlib.import_module(path)
        found = getattr(found, name)
    result: Callable[..., Any] = found
    return result


def _exception(name: str) -> Any:
    if ":" in name:
        module, _, name = name.partition(":")
        return getattr(importlib.import_module(module), name)
    return _library(name) if "." in name else getattr(builtins, name)


def _constant(name: str) -> object:
    if "." in name:
        return _library(name)
    return getattr(builtins, name, None) or _library("np." + name)


def _by_signature(function: Callable[..., Any], signature: Signature | None) -> Callable[..., Any]:
    """Passes operands by position; those after a variadic or keyword-only mark by name, and defaults not at all."""
    if signature is None or not signature.arguments:
        return function
    arguments = signature.arguments

    def call(*args: Any) -> Any:
        split = len(args) - len(arguments)
        positional, keywords = list(args[:split]), {}
        skipped = False
        for argument, value in zip(arguments, args[split:]):
            if _is_default(argument.default, value):
                skipped = True
            elif signature.variadic or argument.keyword_only or skipped:
                keywords[argument.name] = value
            else:
                positional.append(value)
        return function(*positional, **keywords)

    return call


def _is_default(default: object, value: object) -> bool:
    return type(value) is type(default) and isinstance(value, (type(None), bool, int, float, str)) and value == default


def _setitem(x: Any, index: Any, value: Any) -> None:
    x[index] = value


def _accumulate_at(x: Any, index: Any, g: Any) -> None:
    if isinstance(x, np.ndarray):
        np.add.at(x, index, g)
    else:
        x[index] += g


def _iadd(x: Any, g: Any) -> None:
    x += g


def _require_set(value: Any, name: str) -> None:
    if value is MISSING:
        raise UnboundLocalError(unset_message(name))


def _assert(condition: Any, message: Any = None) -> None:
    if not condition:
        raise AssertionError(*([] if message is None else [message]))


def _select(condition: Any, a: Any, b: Any) -> Any:
    return np.where(condition, a, b) if isinstance(condition, np.ndarray) else (a if condition else b)


def _zeros_like(x: Any) -> Any:
    if isinstance(x, (list, tuple)):
        return type(x)([_zeros_like(item) for item in x])
    return np.zeros_like(x) if isinstance(x, (np.ndarray, np.generic)) else 0.0


def _shadow_like(x: Any) -> Any:
    if isinstance(x, (list, tuple)):
        return type(x)([_shadow_like(item) for item in x])
    return np.zeros_like(x, dtype=np.result_type(np.asarray(x), np.float16))


_OPERATORS: dict[str, Callable[..., Any]] = {
    name: getattr(operator, name)
    for name in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul", "neg", "pos", "invert", "lt",
                 "le", "gt", "ge", "eq", "ne", "lshift", "rshift", "is_not")
}
_OPERATORS |= {"is": operator.is_, "not": operator.not_, "bitand": operator.and_, "bitor": operator.or_,
               "bitxor": operator.xor, "in": lambda a, b: a in b, "not_in": lambda a, b: a not in b}

_INPLACE: dict[str, Callable[..., Any]] = {
    name: getattr(operator, "i" + name)
    for name in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul", "lshift", "rshift")
}
_INPLACE |= {"bitand": operator.iand, "bitor": operator.ior, "bitxor": operator.ixor}

_STRUCTURAL: dict[str, Callable[..., Any]] = {
    **_OPERATORS,
    **METHODS,
    "tuple": lambda *items: items,
    "list": lambda *items: list(items),
    "list_repeat": lambda item, n: [item] * n,
    "repeat": operator.mul,
    "concat": operator.add,
    "slice": slice,
    "select": _select,
    "getitem": operator.getitem,
    "setitem": _setitem,
    "accumulate_at": _accumulate_at,
    "iadd": _iadd,
    "append": lambda items, item: items.append(item),
    "pop": lambda items: items.pop(),
    "pop_at": lambda items, index: items.pop(index),
    "insert": lambda items, index, item: items.insert(index, item),
    "delitem": operator.delitem,
    "reverse": lambda items: items.reverse(),
    "index_of": lambda items, item: items.index(item),
    "count_of": lambda items, item: items.count(item),
    "list_of": list,
    "sort": lambda x, axis, kind: x.sort() if isinstance(x, list) else x.sort(axis=axis, kind=kind),
    "tuple_of": tuple,
    "copy": lambda x: x.copy() if hasattr(x, "copy") else x,
    "shape": np.shape,
    "size": np.size,
    "ndim": np.ndim,
    "dtype": lambda x: np.asarray(x).dtype,
    "require_set": _require_set,
    "is_sequence": lambda x: isinstance(x, (list, tuple)),
    "format": lambda *parts: "".join(map(str, parts)),
    "assert": _assert,
    "comment": lambda: None,
    "assign": lambda x: x,
    "exchange": lambda *xs: xs,
    "recall": lambda x: x,
    "own": lambda x: x,
    "helper.zeros_like": _zeros_like,
    "helper.shadow_like": _shadow_like,
}
