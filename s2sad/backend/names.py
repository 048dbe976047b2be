"""Which variable name every value is printed under.

The user's name where it is free, else with a suffix (``y_1``); temporaries are ``w0, w1, …`` in order of
appearance.  Nothing collides with a parameter, an imported name, a function or a global that is used.
"""

from __future__ import annotations

import keyword

from s2sad.backend.classes import Classes, merges
from s2sad.backend.definitions import Definitions
from s2sad.errors import InternalError
from s2sad.ir.trace import Apply, Call, Function, Loop, Op, Return, Undefined, Value, walk


class Names:
    """Names of the variables of one function; `reserved` may not be used by any of them."""

    def __init__(self, function: Function, reserved: set[str] | frozenset[str] = frozenset()) -> None:
        self.function = function
        self.definitions = Definitions(function)
        self.classes = Classes(self.definitions)
        self._assign(reserved)
        self.unset = self._copied_unset()

    def __getitem__(self, value: Value) -> str:
        variable = self.classes.of.get(value)
        if variable is None:
            raise InternalError(f"a value named {value.name!r} is used where it is not defined",
                                function=self.function.name)
        return variable.text

    def _assign(self, reserved: set[str] | frozenset[str]) -> None:
        for param, value in zip(self.function.params, self.function.values):
            self.classes.of[value].text = param.name
        taken = {param.name for param in self.function.params} | reserved
        variables = self.classes.variables
        wanted = {v.name for v in variables if v.name}
        count = 0
        for variable in variables:
            if variable.text:
                continue
            if variable.name is None:
                while f"w{count}" in taken or f"w{count}" in wanted:
                    count += 1
                variable.text = f"w{count}"
            else:
                variable.text = _free(variable.name, taken, wanted)
            taken.add(variable.text)

    def _copied_unset(self) -> set[Value]:
        """Merged values whose variable is copied or saved though it may be unset; it gets ``None`` first."""
        of = self.classes.of
        incoming = list(merges(self.function.block))
        follows: dict[Value, list[Value]] = {}
        for target, source, _ in incoming:
            if isinstance(source, Value):
                follows.setdefault(source, []).append(target)
        for op in walk(self.function.block):
            if isinstance(op, Loop):
                for param, result in zip(op.carried, op.results):
                    follows.setdefault(param, []).append(result)
        unset = {target for target, source, _ in incoming if isinstance(source, Undefined)}
        pending = list(unset)
        while pending:
            for target in follows.get(pending.pop(), []):
                if target not in unset:
                    unset.add(target)
                    pending.append(target)
        # The branches of a reverse sweep read only what the forward sweep has set.
        copied = {of[s] for t, s, owner in incoming if isinstance(s, Value) and s in unset and s in of and t in of
                  and of[s] is not of[t] and owner.origin == "primal"}
        if unset:
            copied |= {of[v] for op in walk(self.function.block) if _saves(op)
                       for v in self.definitions.reads(op) if v in unset}
        return {target for target, _, _ in incoming if of.get(target) in copied}


def _saves(op: Op) -> bool:
    """Whether a generated operation keeps its operands for later, whatever they are."""
    if isinstance(op, Apply) and op.prim == "require_set":
        return True
    stores = isinstance(op, Apply) and op.prim in ("append", "insert", "setitem", "tuple", "helper.zeros_like",
                                                     "helper.shadow_like")
    # The items of a merged tuple are put together again at the branch or loop.
    generated = op.origin != "primal" or op.loc is None or op.loc.text.startswith(("if ", "elif ", "for ", "while "))
    return generated and (stores or isinstance(op, (Call, Return)))


def _free(name: str, taken: set[str], wanted: set[str]) -> str:
    if name not in taken and not keyword.iskeyword(name) and name.isidentifier():
        return name
    number = 1
    while f"{name}_{number}" in taken or f"{name}_{number}" in wanted:
        number += 1
    return f"{name}_{number}"
