"""What the functions of one emitted module share: imports, helpers, callees, constants."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from s2sad.backend.imports import Imports
from s2sad.errors import InternalError
from s2sad.ir.signature import Signature
from s2sad.ir.trace import Apply, Function, walk

SignatureOf = Callable[[str], Signature]


class Shared:
    """What all functions of a module have in common; what is used is recorded as it is printed."""

    def __init__(self, functions: Iterable[Function]) -> None:
        wanted: set[str] = set()
        reserved: set[str] = set()
        for function in functions:
            reserved.add(function.name)
            wanted |= {p.name for p in function.params} | _value_names(function)
            for op in walk(function.block):
                if isinstance(op, Apply) and op.prim in ("global", "read_global", "store_global"):
                    reserved.add(str(op.attrs["name"]))
                elif isinstance(op, Apply) and op.prim.startswith("helper."):
                    reserved.add("_" + op.prim.partition(".")[2])
        self.reserved = frozenset(reserved)
        self.imports = Imports(wanted | reserved)
        self.globals: set[str] = set()
        # Source text of the helpers by primitive.
        self.helpers: dict[str, str] = {}

    def reserve(self, *names: str) -> None:
        self.reserved |= set(names)
        self.imports.taken.update(names)


class Context:
    """Names and signatures for the functions of one program."""

    def __init__(self, functions: Iterable[Function], signatures: SignatureOf, shared: Shared,
                 callees: Mapping[str, Function] | None = None) -> None:
        self.signatures = signatures
        self.shared = shared
        self.imports = shared.imports
        self.callees = {**(callees or {}), **{f.key: f for f in functions}}

    @property
    def reserved(self) -> frozenset[str]:
        """Names that no variable may have."""
        return self.shared.reserved

    def signature(self, prim: str) -> Signature | None:
        try:
            return self.signatures(prim)
        except KeyError:
            return None

    def callee(self, key: str) -> str:
        """The name of a user function."""
        function = self.callees.get(key)
        return function.name if function is not None else re.split(r"[.:]", key)[-1]

    def target(self, prim: str) -> str:
        """The expression for the function of a primitive, or for a class of errors, importing what it needs."""
        if ":" in prim:
            module, _, name = prim.partition(":")
            return self.imports.member(module, name)
        library, _, name = prim.rpartition(".")
        if not library:
            return self.imports.builtin(name)
        if library == "helper":
            self.use_helper(prim)
            return "_" + name
        root, _, rest = library.partition(".")
        if root == "np":
            return ".".join(filter(None, [self.imports.module("numpy"), rest, name]))
        if root in ("math", "cmath"):
            return self.imports.member(library, name)
        return f"{self.imports.module(library)}.{name}"

    def numpy(self, name: str) -> str:
        return f"{self.imports.module('numpy')}.{name}"

    def use_helper(self, prim: str) -> None:
        """Have a helper, and those it calls, written at the foot of the module."""
        if prim in self.shared.helpers:
            return
        signature = self.signature(prim)
        if signature is None or signature.source is None:
            raise InternalError(f"the helper {prim!r} has no source text")
        self.shared.helpers[prim] = signature.source
        for name in sorted(set(re.findall(r"\b_([a-z]\w*)\(", signature.source))):
            other = self.signature(f"helper.{name}")
            if other is not None and other.source is not None:
                self.use_helper(f"helper.{name}")


def _value_names(function: Function) -> set[str]:
    names = {v.name for v in function.block.params if v.name}
    for op in walk(function.block):
        names |= {v.name for v in op.defined() if v.name}
        for block in op.blocks():
            names |= {v.name for v in block.params if v.name}
    return names
