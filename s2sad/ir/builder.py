"""Appending operations to a block, and writing formulas over trace values.

`Builder.apply` appends one primitive application and infers the type of its result through
the function `infer` that it was given (the rule table's, usually).  `Term` lets a rule be written
as a formula: ``g * F.cos(x)`` appends the operations and is the resulting value.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from s2sad.ir.signature import REQUIRED, Signature
from s2sad.ir.trace import UNDEF, Apply, Atom, Block, Const, Loc, Op, Undefined, Value
from s2sad.ir.types import Type

# (primitive, operands, attributes) -> type of each result
Infer = Callable[[str, Sequence[Atom], dict[str, Any]], list[Type]]


class Builder:
    """Appends to `block`; every operation gets the current `loc` and `origin`."""

    def __init__(self, block: Block, infer: Infer, signatures: Callable[[str], Signature]) -> None:
        self.block = block
        self.infer = infer
        self.signatures = signatures
        self.loc: Loc | None = None
        self.origin = "primal"

    def at(self, block: Block) -> Builder:
        """A builder for another block, with the same location and origin."""
        other = Builder(block, self.infer, self.signatures)
        other.loc, other.origin = self.loc, self.origin
        return other

    def append(self, op: Op) -> Op:
        op.loc = op.loc or self.loc
        op.origin = self.origin
        self.block.ops.append(op)
        return op

    def apply(self, prim: str, *args: object, name: str | None = None, attrs: dict[str, Any] | None = None,
              **keywords: object) -> Value:
        """Append ``prim(*args, **keywords)`` and return its (first) result."""
        return self.apply_all(prim, *args, name=name, attrs=attrs, **keywords)[0]

    def effect(self, prim: str, *args: object, attrs: dict[str, Any] | None = None, **keywords: Any) -> None:
        """Append a primitive without results."""
        self.apply_all(prim, *args, attrs=attrs, **keywords)

    def apply_all(self, prim: str, *args: object, name: str | None = None, attrs: dict[str, Any] | None = None,
                  **keywords: object) -> list[Value]:
        atoms = self.bind(prim, args, keywords)
        attrs = attrs or {}
        types = self.infer(prim, atoms, attrs)
        results = [Value(name, t) for t in types]
        self.append(Apply(prim, atoms, results, attrs))
        return results

    def bind(self, prim: str, args: Sequence[object], keywords: dict[str, object]) -> list[Atom]:
        """Operands in signature order, defaults filled in.  Raises TypeError as a call would."""
        signature = self.signatures(prim)
        positional = [as_atom(a) for a in args]
        if signature.variadic:
            atoms, rest = positional, list(signature.arguments)
        else:
            if len(positional) > len(signature.arguments):
                raise TypeError(f"{prim}() takes at most {len(signature.arguments)} arguments")
            atoms, rest = positional, list(signature.arguments[len(positional):])
        keywords = dict(keywords)
        for argument in rest:
            if argument.name in keywords:
                atoms.append(as_atom(keywords.pop(argument.name)))
            elif argument.default is REQUIRED:
                raise TypeError(f"{prim}() misses the argument {argument.name!r}")
            else:
                atoms.append(Const(argument.default))
        if keywords:
            raise TypeError(f"{prim}() got an unexpected argument {next(iter(keywords))!r}")
        return atoms


def as_atom(value: object) -> Atom:
    """The operand for a trace value, a term or a Python literal."""
    if isinstance(value, Term):
        return value.atom
    if isinstance(value, (Value, Const, Undefined)):
        return value
    return Const(value)


class Term:
    """An operand with the arithmetic operators; each appends one operation to the builder's block."""

    __slots__ = ("atom", "builder")

    def __init__(self, builder: Builder, atom: Atom) -> None:
        self.builder = builder
        self.atom = atom

    @property
    def type(self) -> Type:
        return self.atom.type

    def _apply(self, prim: str, *args: object) -> Term:
        return Term(self.builder, self.builder.apply(prim, *args))

    def __add__(self, other: object) -> Term:
        return self._apply("add", self, other)

    def __radd__(self, other: object) -> Term:
        return self._apply("add", other, self)

    def __sub__(self, other: object) -> Term:
        return self._apply("sub", self, other)

    def __rsub__(self, other: object) -> Term:
        return self._apply("sub", other, self)

    def __mul__(self, other: object) -> Term:
        return self._apply("mul", self, other)

    def __rmul__(self, other: object) -> Term:
        return self._apply("mul", other, self)

    def __truediv__(self, other: object) -> Term:
        return self._apply("truediv", self, other)

    def __rtruediv__(self, other: object) -> Term:
        return self._apply("truediv", other, self)

    def __pow__(self, other: object) -> Term:
        return self._apply("pow", self, other)

    def __rpow__(self, other: object) -> Term:
        return self._apply("pow", other, self)

    def __matmul__(self, other: object) -> Term:
        return self._apply("matmul", self, other)

    def __neg__(self) -> Term:
        return self._apply("neg", self)

    def __getitem__(self, index: object) -> Term:
        return self._apply("getitem", self, index)

    def __lt__(self, other: object) -> Term:
        return self._apply("lt", self, other)

    def __le__(self, other: object) -> Term:
        return self._apply("le", self, other)

    def __gt__(self, other: object) -> Term:
        return self._apply("gt", self, other)

    def __ge__(self, other: object) -> Term:
        return self._apply("ge", self, other)


class Formulas:
    """``F.cos(x)`` appends the primitive ``cos`` of a library and returns its term.

    `library` (``math`` or ``np``) is tried first, then NumPy, then bare names: a rule for
    ``math.sin`` and ``np.sin`` is written once and stays in its library.
    """

    def __init__(self, builder: Builder, library: str = "np", known: Callable[[str], bool] | None = None) -> None:
        self.builder = builder
        self.library = library
        self.known = known or (lambda key: True)

    def key(self, name: str) -> str:
        for key in (f"{self.library}.{name}", f"np.{name}", f"helper.{name}", name):
            if self.known(key):
                return key
        raise KeyError(f"no primitive named {name!r}")

    def term(self, value: object) -> Term:
        return value if isinstance(value, Term) else Term(self.builder, as_atom(value))

    def __getattr__(self, name: str) -> Callable[..., Term]:
        key = self.key(name)

        def call(*args: object, **keywords: Any) -> Term:
            return Term(self.builder, self.builder.apply(key, *args, **keywords))

        return call


__all__ = ["UNDEF", "Builder", "Formulas", "Infer", "Term", "as_atom"]
