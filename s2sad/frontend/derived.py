"""Derivatives of functions as functions of the program: their parameters, and one operation.

::

    dg = s2sad.grad(g)                 function g_grad(t: ?)
    def f(x):                              w0 = derivative(t, of='g', mode='grad', wrt=('t',), single=True)
        return x * dg(x)                   return w0

`s2sad.expand` puts code in the place of the operation, when types are known.  A derivative of a closure captures
what the closure captures: it is differentiated with respect to its own parameters only, and what encloses it
with respect to everything.
"""

from __future__ import annotations

from dataclasses import replace

from s2sad.frontend.annotations import type_of_annotation
from s2sad.frontend.derivatives import extra_names, names_of
from s2sad.frontend.lower import Lowering
from s2sad.frontend.meanings import FunctionSource
from s2sad.frontend.packing import Shape, code_of
from s2sad.ir.trace import Apply, Atom, Function, Parameter, Return, Value
from s2sad.ir.types import UNKNOWN


class DerivedLowering(Lowering):
    """Makes the function for a source that is a derivative of another."""

    def run(self) -> Function:
        derivative = self.source.derivative
        assert derivative is not None
        inner = derivative.source
        parent = self.source.home if self.nested else None
        key = self.reader.request(inner, self.captured, self._statics(inner), parent)
        own = [p for p in self.params if p.name not in self.statics]
        described = [Parameter(n) for n in self._captured_names()] + own
        values = [Value(p.name) for p in described]
        self.block.params = values
        count = len(self.captured)
        by_name = {p.name: v for p, v in zip(own, values[count:])}
        args = self.source.node.args
        for node in [*args.posonlyargs, *args.args, *args.kwonlyargs]:
            if node.id in by_name:
                by_name[node.id].type = type_of_annotation(node.annotation)
        positional, keywords = names_of(inner)
        order = [*positional, *keywords, *extra_names(derivative)]
        operands: list[Atom] = [*values[:count], *(by_name[n] for n in order if n in by_name)]
        for name in derivative.wrt or ():
            if name not in by_name:
                self.refuse(self.source.node, f"{name!r} is a function here, which has no derivative",
                            "differentiate with respect to numbers and arrays")
        result = Value(None, UNKNOWN)
        self.emit(Apply("derivative", operands, [result], {
            "of": key, "mode": derivative.mode, "wrt": derivative.wrt, "single": derivative.single}), self.source.node)
        self.emit(Return([result]), self.source.node)
        return self._function(described)

    def _statics(self, inner: FunctionSource) -> dict[str, Shape]:
        """The functions that it was given, for the function that it is the derivative of."""
        own = self.statics.get("")
        if own is None:
            return self.statics
        closure = replace(own.what, source=inner)
        return {**self.statics, "": replace(own, key=code_of(closure), what=closure)}

    def may_return_functions(self) -> bool:
        return False
