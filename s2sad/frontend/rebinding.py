"""`global`: a function that rebinds a variable of its module.

::

    global calls                calls = read_global(name='calls')
    calls += 1                  calls.1 = inplace(calls, 1, op='add')
                                store_global(calls.1, name='calls')

Within the function the variable is a name like others; each new value is an effect besides.  Only a live module can be
written to, and only functions that declare the variable see what was written.
"""

from __future__ import annotations

from typing import Any

from s2sad.errors import UnsupportedError
from s2sad.frontend.control import Control
from s2sad.frontend.meanings import Variable
from s2sad.frontend.tracer import Binding
from s2sad.ir.trace import Apply, Global, Program, walk


class Rebinding(Control):
    """Lowers `global` statements, and the writes that they make effects."""

    rebound: dict[str, Global]

    def statement_Global(self, node: Any) -> bool:
        for name in node.names:
            if name in self.locals:
                self.declare(name, node)
        return False

    def declare(self, name: str, node: Any) -> None:
        """Take up the variable's present value, where a path reads it before it is assigned."""
        namespace = getattr(getattr(self.source.scope, "function", None), "__globals__", None)
        if namespace is None:
            self.refuse(node, f"{name!r} is rebound, and a module written ahead of time cannot reach it",
                        "pass the variable as an argument and return its new value")
        meaning = self.source.scope.resolve(name)
        read = name in self.liveness.after(node)
        known = meaning.variable if isinstance(meaning, Variable) and read else Global(name, name, self.source.module)
        if meaning is not None and not isinstance(meaning, Variable):
            self.refuse(node, f"{name!r} is rebound, and is not a number now", "use another name")
        variable = self.reader.variable(known)
        variable.write = lambda value: namespace.__setitem__(name, value)
        self.rebound = {**self.rebound, name: variable}
        if read:
            if meaning is None:
                self.unresolved(node, f"the variable {name!r} has no value yet", "assign it in the module")
            self.env[name] = self.apply("read_global", [], node, {"name": variable.name})
            self.env[name].name = name

    def bind(self, name: str, binding: Binding) -> None:
        super().bind(name, binding)
        if name in self.rebound:
            value = self.value_of(binding, self.statement)
            self.effect("store_global", [value], self.statement, {"name": self.rebound[name].name})


def check_rebound(program: Program) -> None:
    """Refuse to read a rebound variable where it is not declared: what is read there has no derivative."""
    rebound: set[str] = set()
    for function in program.functions.values():
        rebound |= {str(op.attrs["name"]) for op in walk(function.block)
                    if isinstance(op, Apply) and op.prim == "store_global"}
    for function in program.functions.values():
        for op in walk(function.block):
            if isinstance(op, Apply) and op.prim == "global" and op.attrs["name"] in rebound:
                raise UnsupportedError(
                    f"the variable {op.attrs['name']!r} is read here, and rebound by a function", loc=op.loc,
                    function=function.name, hint="pass it as an argument, and return its new value")


