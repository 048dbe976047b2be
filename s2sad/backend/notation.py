"""Operations as a textbook writes them: ``w1 = b * w0``, for evaluation tables and graphs.

::

    w0 = math.sin(a)               sin(a)
    w3 = slice(1, None, None)
    w4 = getitem(A, w3)            A[1:]
    setitem(A, i, w4)              A[i] = w4

Slices, constants, index tuples and nameless operations marked inline are folded into the expression that
uses them; every other value is named, temporaries ``w0, w1, …``.
"""

from __future__ import annotations

from collections.abc import Callable

from s2sad.ir.signature import Argument, Signature
from s2sad.ir.trace import (
    Apply,
    Atom,
    Call,
    Const,
    For,
    Function,
    If,
    Loop,
    Op,
    Return,
    Undefined,
    Value,
    While,
    Yield,
    plain_branch,
    walk,
)
from s2sad.ir.types import SLICE, Num

Signatures = Callable[[str], Signature]

_COMPARISON, _SUM, _PRODUCT, _UNARY, _POWER, _ATOM = 5, 10, 11, 12, 13, 15
_BINARY = {
    "lt": ("<", _COMPARISON), "le": ("<=", _COMPARISON), "gt": (">", _COMPARISON), "ge": (">=", _COMPARISON),
    "eq": ("==", _COMPARISON), "ne": ("!=", _COMPARISON), "is": ("is", _COMPARISON),
    "is_not": ("is not", _COMPARISON), "in": ("in", _COMPARISON), "not_in": ("not in", _COMPARISON),
    "bitor": ("|", 6), "bitxor": ("^", 7), "bitand": ("&", 8), "lshift": ("<<", 9), "rshift": (">>", 9),
    "add": ("+", _SUM), "sub": ("-", _SUM), "mul": ("*", _PRODUCT), "truediv": ("/", _PRODUCT),
    "floordiv": ("//", _PRODUCT), "mod": ("%", _PRODUCT), "matmul": ("@", _PRODUCT), "pow": ("**", _POWER),
    "concat": ("+", _SUM), "repeat": ("*", _PRODUCT),
}
_PREFIX = {"neg": ("-", _UNARY), "pos": ("+", _UNARY), "invert": ("~", _UNARY), "not": ("not ", 4)}
_INPLACE = {"add": "+", "sub": "-", "mul": "*", "truediv": "/", "pow": "**", "matmul": "@", "floordiv": "//",
            "mod": "%"}
_ATTRIBUTES = ("shape", "size", "ndim", "dtype")
_FOLDED = ("slice", "constant", "global")


# Methods of lists, by primitive.
_METHODS = {"append": "append", "pop": "pop", "pop_at": "pop", "insert": "insert", "reverse": "reverse",
            "index_of": "index", "count_of": "count"}


class Notation:
    """Names and expressions of one function's trace.

    `signatures` (of the rule table) lets calls leave out arguments that have their default;
    `fold_conditions` writes a comparison that only decides a branch into the branch's head.
    """

    def __init__(self, function: Function, signatures: Signatures | None = None,
                 fold_conditions: bool = False) -> None:
        self.function = function
        self.fold_conditions = fold_conditions
        self.signatures = signatures
        self.definitions: dict[Value, Op] = {}
        self.users: dict[Value, list[Op]] = {}
        self.conditions: set[Atom] = set()
        for op in walk(function.block):
            for value in op.defined():
                self.definitions[value] = op
            for atom in op.operands():
                if isinstance(atom, Value):
                    self.users.setdefault(atom, []).append(op)
            if isinstance(op, If):
                self.conditions.add(op.cond)
            elif isinstance(op, While):
                self.conditions.update(op.cond.ops[-1].operands())
        # Those whose only use is to decide a branch, or whether a loop goes on.
        self.conditions = {atom for atom in self.conditions
                           if isinstance(atom, Value) and len(self.users[atom]) == 1}
        self.names = self._names()

    def _names(self) -> dict[Value, str]:
        values = [*self.function.values]
        for op in walk(self.function.block):
            for block in op.blocks():
                values += block.params
            values += op.defined()
        used = {v.name for v in values}
        names: dict[Value, str] = {}
        number = 0
        for value in values:
            if value.name is not None:
                names[value] = value.name
            elif not self.folded(value):
                while f"w{number}" in used:
                    number += 1
                names[value] = f"w{number}"
                number += 1
        for op in self.definitions.values():
            # After a loop a value goes on under the name that it had there.
            if isinstance(op, Loop):
                names.update((result, names[value]) for result, value in zip(op.results, op.carried))
        return names

    def folded(self, value: Value) -> bool:
        """Whether the value's operation is written inside the expressions that use it."""
        op = self.definitions.get(value)
        if isinstance(op, If):
            return value.inline and self._chooses(op)
        if not isinstance(op, Apply):
            return False
        if (value.inline and value.name is None) or op.prim in _FOLDED or value.type == SLICE:
            return True
        if self.fold_conditions and temporary(value) and value in self.conditions:
            return True
        if op.origin != "primal" and value.name is None and op.prim != "tuple" and len(self.users.get(value, [])) == 1:
            return True
        return op.prim == "tuple" and all(self._takes_tuple(user, value) for user in self.users.get(value, []))

    def _takes_tuple(self, user: Op, value: Value) -> bool:
        if isinstance(user, Return):
            return True
        if isinstance(user, Apply) and user.prim == "tuple":
            return self.folded(user.result)
        return isinstance(user, Apply) and user.prim in ("getitem", "setitem", "accumulate_at") \
            and len(user.args) > 1 and user.args[1] is value

    def operands(self, op: Op) -> list[Value]:
        """The named values an operation reads, those of folded operations included; each once."""
        found: list[Value] = []
        for atom in op.operands():
            if not isinstance(atom, Value):
                continue
            inner = self.definitions.get(atom)
            if inner is None or not self.folded(atom):
                reads = [atom]
            elif isinstance(inner, If):
                reads = [value for part in (inner, inner.then.ops[-1], inner.orelse.ops[-1])
                         for value in self.operands(part)]
            else:
                reads = self.operands(inner)
            found += [value for value in reads if value not in found]
        return found

    # -- expressions ---------------------------------------------------------------------------------

    def atom(self, atom: Atom, outer: int = 0) -> str:
        """An operand as text, in parentheses where it binds less tightly than `outer`."""
        if isinstance(atom, Value):
            op = self.definitions.get(atom)
            if op is not None and self.folded(atom):
                text, own = self._folded(op)
                return f"({text})" if own < outer else text
            return self.names[atom]
        if isinstance(atom, Undefined):
            return "undefined"
        text = "..." if atom.value is Ellipsis else repr(atom.value)
        return f"({text})" if text.startswith("-") and outer > _UNARY else text

    def _folded(self, op: Op) -> tuple[str, int]:
        if isinstance(op, If):
            return self._conditional(op)
        assert isinstance(op, Apply)
        return self._apply(op)

    def expression(self, op: Op) -> str:
        """The right-hand side of an operation, or the whole text of a store or effect."""
        if isinstance(op, Apply):
            return self._apply(op)[0]
        if isinstance(op, Call):
            name = op.callee.rpartition(":")[2].rpartition(".")[2]
            return f"{name}({self._list(op.args)})"
        if isinstance(op, For):
            return self._range(op)
        if isinstance(op, If):
            return self.atom(op.cond)
        if isinstance(op, While):
            return self.condition(op.cond.ops[-1].operands()[0])
        return self._list(op.operands())

    def _list(self, atoms: list[Atom]) -> str:
        return ", ".join(self.atom(a, 1) for a in atoms)

    def _range(self, op: For) -> str:
        if op.step != Const(1):
            return f"range({self._list([op.start, op.stop, op.step])})"
        if op.start != Const(0):
            return f"range({self._list([op.start, op.stop])})"
        return f"range({self.atom(op.stop)})"

    def _chooses(self, op: If) -> bool:
        """Whether an `If` only chooses a value: ``x if c else y``."""
        return all(len(block.ops[-1].operands()) == 1 for block in op.blocks()) and all(
            isinstance(inner, Apply) and all(self.folded(v) for v in inner.results)
            for block in op.blocks() for inner in block.body)

    def choice(self, op: If, position: int) -> str:
        """What a merge at `position` is: ``x if c else y``; just the one where the other branch leaves."""
        sides = [block.ops[-1].operands()[position] for block in op.blocks() if isinstance(block.ops[-1], Yield)]
        return self._conditional(op, position)[0] if len(sides) == 2 else self.atom(sides[0])

    def condition(self, atom: Atom) -> str:
        """A decision's condition, spelled out if it is an operation's result."""
        op = self.definitions.get(atom) if isinstance(atom, Value) else None
        return self.expression(op) if isinstance(op, Apply) else self.atom(atom)

    def _conditional(self, op: If, position: int = 0) -> tuple[str, int]:
        then, orelse = (block.ops[-1].operands()[position] for block in (op.then, op.orelse))
        return f"{self.atom(then, 2)} if {self.decision(op)} else {self.atom(orelse, 1)}", 1

    def decision(self, op: If) -> str:
        """What decides a branch, or a `try`."""
        return self.atom(op.cond, 2) if plain_branch(op) else "completed"

    def _apply(self, op: Apply) -> tuple[str, int]:
        prim, args = op.prim, op.args
        if prim in _BINARY and len(args) == 2:
            return self._binary(prim, args)
        if prim == "assign":
            return self.atom(args[0]), 0
        if prim in _PREFIX and len(args) == 1:
            sign, own = _PREFIX[prim]
            return sign + self.atom(args[0], own), own
        if prim == "inplace":
            sign = _INPLACE.get(str(op.attrs.get("op")), "?")
            return f"{self.atom(args[0], _SUM)} {sign} {self.atom(args[1], _SUM)}", _SUM
        if prim == "select":
            return f"{self.atom(args[1], 2)} if {self.atom(args[0], 2)} else {self.atom(args[2], 1)}", 1
        if prim in ("global", "constant", "read_global"):
            return _last(str(op.attrs.get("name", "?"))), _ATOM
        if prim in _ATTRIBUTES and args:
            return f"{self.atom(args[0], _ATOM)}.{prim}", _ATOM
        return self._container(op) or (self._call(op), _ATOM)

    def _container(self, op: Apply) -> tuple[str, int] | None:
        prim, args = op.prim, op.args
        if prim == "getitem":
            return f"{self.atom(args[0], _ATOM)}[{self.index(args[1])}]", _ATOM
        if prim == "setitem":
            return f"{self.target(op)} = {self.atom(args[2])}", 0
        if prim == "accumulate_at":
            return f"{self.target(op)} += {self.atom(args[2])}", 0
        if prim == "iadd":
            return f"{self.target(op)} += {self.atom(args[1])}", 0
        if prim == "slice":
            return self._slice(args), _ATOM
        if prim == "tuple":
            return self._list(args) + ("," if len(args) == 1 else ""), 0
        if prim == "list_repeat":
            return f"[{self.atom(args[0], 1)}] * {self.atom(args[1], _PRODUCT + 1)}", _PRODUCT
        if prim == "list":
            return f"[{self._list(args)}]", _ATOM
        if prim in _METHODS:
            return f"{self.atom(args[0], _ATOM)}.{_METHODS[prim]}({self._list(args[1:])})", _ATOM
        if prim == "delitem":
            return f"del {self.target(op)}", 0
        if prim in ("list_of", "tuple_of"):
            return f"{prim[:-3]}({self.atom(args[0])})", _ATOM
        if prim == "assert":
            return f"assert {self.atom(args[0])}", 0
        return None

    def _binary(self, prim: str, args: list[Atom]) -> tuple[str, int]:
        sign, own = _BINARY[prim]
        left, right = own, own + 1
        if own == _POWER:
            left, right = own + 1, _UNARY
        elif own == _COMPARISON:
            left = own + 1
        return f"{self.atom(args[0], left)} {sign} {self.atom(args[1], right)}", own

    def target(self, op: Apply) -> str:
        """What a store writes: ``A[i]``."""
        base = self.atom(op.args[0], _ATOM)
        return base if op.prim == "iadd" else f"{base}[{self.index(op.args[1])}]"

    def index(self, atom: Atom) -> str:
        if isinstance(atom, Const) and isinstance(atom.value, tuple):
            return ", ".join("..." if v is Ellipsis else repr(v) for v in atom.value)
        return self.atom(atom)

    def _slice(self, args: list[Atom]) -> str:
        start, stop, step = ["" if a == Const(None) else self.atom(a, 1) for a in [*args, *[Const(None)] * 3][:3]]
        return f"{start}:{stop}" + (f":{step}" if step else "")

    def _call(self, op: Apply) -> str:
        if op.prim == "np.transpose" and len(op.args) == 2 and op.args[1] == Const(None):
            kind, text = op.args[0].type, op.loc.text if op.loc is not None else ""
            surely = isinstance(kind, Num) and (kind.is_array or kind.dtype is not None)
            if surely or ".T" in text or "transpose" not in text:
                return f"{self.atom(op.args[0], _ATOM)}.T"
        return f"{_last(op.prim)}({', '.join(self._arguments(op))})"

    def _arguments(self, op: Apply) -> list[str]:
        signature = self.signatures(op.prim) if self.signatures else None
        if signature is None:
            return [self.atom(a, 1) for a in op.args if a != Const(None)]
        leading = max(len(op.args) - len(signature.arguments), 0) if signature.variadic else 0
        texts = [self.atom(a, 1) for a in op.args[:leading]]
        skipped = False
        for argument, atom in zip(signature.arguments, op.args[leading:]):
            if _is_default(argument, atom):
                skipped = True
                continue
            named = skipped or argument.keyword_only or signature.variadic
            texts.append(f"{argument.name}={self.atom(atom, 1)}" if named else self.atom(atom, 1))
        return texts


def temporary(value: Value) -> bool:
    """Whether the user gave the value no name."""
    return value.name is None or (value.name[:1] == "w" and value.name[1:].isdecimal())


def _is_default(argument: Argument, atom: Atom) -> bool:
    return isinstance(atom, Const) and atom == Const(argument.default)


def _last(name: str) -> str:
    """``sin`` of ``math.sin``; the textbook has no modules."""
    return name.rpartition(".")[2] or name


def loop_head(notation: Notation, loop: Loop) -> str:
    """``for i in range(n)`` or ``while y < 10.0``."""
    if isinstance(loop, For):
        return f"for {notation.names[loop.index]} in {notation.expression(loop)}"
    return f"while {notation.expression(loop)}"
