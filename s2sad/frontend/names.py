"""Name resolution in a file that is never executed: imports, functions, literal constants.

``import numpy as np``            np → the library ``np``
``from math import sin as s``     s → ``math.sin``
``from . import helpers``         helpers → the module beside this one, found by our own path walk
``K = 2 * 3.0``                   K → a variable with the literal value 6.0
``if DEBUG: K = 1``               K → refused where it is used
"""

from __future__ import annotations

import copy
import os
import tokenize
from dataclasses import dataclass, replace
from typing import Any

import gast

from s2sad.errors import ResolveError
from s2sad.frontend.classes import class_of_node
from s2sad.frontend.constants import NotLiteral, evaluate
from s2sad.frontend.decorators import is_transparent
from s2sad.frontend.derivatives import called, decorated, is_operator, member
from s2sad.frontend.library import PREFIXES, exports, is_builtin, is_exception, library_key
from s2sad.frontend.liveness import MUTATORS
from s2sad.frontend.meanings import (
    Computed,
    DataClass,
    FunctionSource,
    Meaning,
    Named,
    Refused,
    UserModule,
    UserObject,
    Variable,
)
from s2sad.frontend.members import FileClass
from s2sad.frontend.nodes import constant, load, placed
from s2sad.frontend.text import SourceText
from s2sad.ir.trace import Global

_CONSTANT_HINT = "give it a literal value (a number, a string, None or a tuple of these), or pass it as an argument"
_NO_PARAMETERS = gast.arguments(args=[], posonlyargs=[], vararg=None, kwonlyargs=[], kw_defaults=[], kwarg=None,
                                defaults=[])
_INSTEAD = {**dict.fromkeys(("torch", "jax", "tensorflow", "autograd", "cupy"), "write the function with NumPy"),
            "random": "draw the random numbers outside, and pass them as an argument"}


@dataclass(frozen=True)
class _Binding:
    """One place in a module that binds a name; `within` is the conditional statement around it."""

    node: Any
    within: Any = None
    detail: Any = None


class Files:
    """The files read for one program, each parsed once."""

    def __init__(self) -> None:
        self._scopes: dict[str, FileScope] = {}

    def scope(self, path: str, module: str | None = None) -> FileScope:
        key = os.path.abspath(path)
        if key not in self._scopes:
            try:
                with tokenize.open(path) as stream:  # in the encoding that the file declares
                    text = stream.read()
            except (OSError, UnicodeDecodeError, SyntaxError) as error:
                reason = error.strerror if isinstance(error, OSError) else "it is not text in its encoding"
                raise ResolveError(f"cannot read {path}: {reason}", hint="check the path") from error
            name = module or os.path.splitext(os.path.basename(path))[0]
            self._scopes[key] = FileScope(self, path, SourceText(path, text), name)
        return self._scopes[key]


class FileScope:
    """The names of one module, from its text."""

    def __init__(self, files: Files, path: str, text: SourceText, module: str) -> None:
        self.files = files
        self.path = path
        self.text = text
        self._module = module
        self.bindings: dict[str, list[_Binding]] = {}
        self.stars: list[Any] = []
        self.reassigned: dict[str, Any] = {}
        self._meanings: dict[str, Meaning | None] = {}
        self._collect(text.tree.body, None)
        for node in gast.walk(text.tree):
            if isinstance(node, gast.Global):
                self.reassigned.update(dict.fromkeys(node.names, node))

    @property
    def module(self) -> str:
        return self._module

    def names(self) -> list[str]:
        return list(self.bindings)

    def functions(self) -> list[str]:
        """The functions defined at the top level, in order."""
        return [name for name, found in self.bindings.items() if isinstance(found[-1].node, gast.FunctionDef)]

    def listed(self) -> list[str] | None:
        """The names in ``__all__``, where it is a plain list."""
        nodes = [getattr(b.node, "value", None) for b in self.bindings["__all__"]]
        if len(nodes) == 1 and isinstance(nodes[0], (gast.List, gast.Tuple)):
            return [item.value for item in nodes[0].elts if isinstance(item, gast.Constant)]
        return None

    # ------------------------------------------------------------------ collecting

    def _collect(self, statements: list[Any], within: Any) -> None:
        for node in statements:
            if isinstance(node, (gast.FunctionDef, gast.ClassDef, gast.AsyncFunctionDef)):
                self._bind(node.name, _Binding(node, within))
            elif isinstance(node, (gast.Import, gast.ImportFrom)):
                self._collect_import(node, within)
            elif isinstance(node, gast.If) and _never_runs(node.test):
                self._collect(node.orelse, within)
            else:
                self._collect_stores(node, within)
                for block in ("body", "orelse", "finalbody"):
                    self._collect(getattr(node, block, []), within or node)
                for handler in getattr(node, "handlers", []):
                    self._collect(handler.body, within or node)

    def _collect_import(self, node: Any, within: Any) -> None:
        for alias in node.names:
            if alias.name == "*":
                self.stars.append(node)
                continue
            bound = alias.asname or alias.name.partition(".")[0]
            self._bind(bound, _Binding(node, within, alias))

    def _collect_stores(self, node: Any, within: Any) -> None:
        if isinstance(node, (gast.Assign, gast.AnnAssign)) and node.value is None:
            return
        heads = [child for field, child in gast.iter_fields(node) if field not in ("body", "orelse", "finalbody")]
        for head in heads:
            for child in head if isinstance(head, list) else [head]:
                if not isinstance(child, gast.AST):
                    continue
                for leaf in gast.walk(child):
                    if isinstance(leaf, gast.Name) and isinstance(leaf.ctx, (gast.Store, gast.Del)):
                        self._bind(leaf.id, _Binding(node, within))

    def _bind(self, name: str, binding: _Binding) -> None:
        self.bindings.setdefault(name, []).append(binding)

    # ------------------------------------------------------------------ resolving

    def resolve(self, name: str) -> Meaning | None:
        if name not in self._meanings:
            self._meanings[name] = Refused(f"the value of {name!r} depends on itself", _CONSTANT_HINT)
            self._meanings[name] = self._resolve(name)
        return self._meanings[name]

    def _resolve(self, name: str) -> Meaning | None:
        found = self.bindings.get(name)
        if not found:
            for node in reversed(self.stars):
                meaning = self._from_star(name, node)
                if meaning is not None:
                    return meaning
            return Named(name) if is_builtin(name) else None
        conditional = [b for b in found if b.within is not None]
        if conditional:
            return Refused(f"{name!r} is defined conditionally (line {conditional[0].node.lineno})",
                           "define it once, unconditionally, at the top level of the module")
        if len(found) > 1 and not all(isinstance(b.node, (gast.FunctionDef, gast.Import, gast.ImportFrom))
                                      for b in found):
            lines = ", ".join(str(b.node.lineno) for b in found)
            return Refused(f"{name!r} is assigned more than once (lines {lines})", "assign it once")
        if name in self.reassigned:
            return Refused(f"{name!r} is changed by a function (line {self.reassigned[name].lineno})",
                           "pass it as an argument")
        return self._meaning(name, found[-1])

    def _meaning(self, name: str, binding: _Binding) -> Meaning:
        node = binding.node
        if isinstance(node, gast.FunctionDef):
            plain = FunctionSource(name, node, self.text, self, self._module, (self.path, node.lineno))
            return self._decorated(plain)
        if isinstance(node, gast.Import):
            alias = binding.detail
            return self.imported(alias.name if alias.asname else alias.name.partition(".")[0], None, 0)
        if isinstance(node, gast.ImportFrom):
            return self.imported(node.module, binding.detail.name, node.level or 0)
        if isinstance(node, gast.ClassDef):
            return self._class(name, node)
        if isinstance(node, gast.AsyncFunctionDef):
            return Refused(f"{name!r} is an async function", "use a plain function")
        return self._constant(name, node)

    def _class(self, name: str, node: Any) -> Meaning:
        bases = [self._static(base) for base in node.bases]
        if any(isinstance(base, Named) and is_exception(base.key) for base in bases):
            return Named(f"{self._module}:{name}")
        members = FileClass(node, self, self.text, self.path)
        record = class_of_node(node, self)
        members.itself = UserObject(name, members) if record is None else replace(record, members=members)
        return members.itself

    def _decorated(self, plain: FunctionSource) -> Meaning:
        """A function, or what its decorators make of it."""
        changing = [d for d in plain.node.decorator_list if not is_transparent(d)]
        if all(is_operator(d, self._static) for d in changing):
            return decorated(plain, self._static)
        bare = copy.copy(plain.node)
        bare.decorator_list = []
        made = load(plain.name, plain.node)
        made.meaning = replace(plain, node=bare)
        for decorator in reversed(changing):
            made = placed(gast.Call(func=decorator, args=[made], keywords=[]), decorator)
        refused = Refused(f"the decorator of {plain.name!r} makes something that is no function",
                          "remove the decorator")
        return replace(self._computed(plain.name, made, refused), plain=replace(plain, node=bare))

    def _computed(self, name: str, value: Any, otherwise: Refused) -> Computed:
        node = placed(gast.Lambda(args=_NO_PARAMETERS, body=value), value)
        where = ("computed", self.path, name, value.lineno, value.col_offset)
        return Computed(FunctionSource(name, node, self.text, self, self._module, where), otherwise)

    def _changed_inside(self, name: str) -> bool:
        """Whether a container of this name is stored into anywhere in the file."""
        for node in gast.walk(self.text.tree):
            stored = isinstance(node, gast.Subscript) and not isinstance(node.ctx, gast.Load)
            if stored or (isinstance(node, gast.Attribute) and node.attr in MUTATORS):
                found = node.value
                if isinstance(found, gast.Name) and found.id == name:
                    return True
        return False

    def _from_star(self, name: str, node: Any) -> Meaning | None:
        """What a star import binds a name to, if anything; NumPy and math are known without their text."""
        module = node.module or ""
        path = self._find(module, node.level or 0)
        if path is None and module in ("math", "numpy") and not node.level:
            return Named(f"{library_key(module)}.{name}") if name in exports(module) else None
        if path is None or os.path.abspath(path) == os.path.abspath(self.path):
            return Refused(f"{name!r} may come from the star import in line {node.lineno}",
                           "import by name what you use of that module")
        scope = self.files.scope(path, module.rpartition(".")[2] or None)
        if "__all__" in scope.bindings:
            listed = scope.listed()
            if listed is None:
                return Refused(f"{name!r} may come from the star import in line {node.lineno}",
                               f"import it by name: `from {module or '.'} import {name}`")
            return scope.resolve(name) if name in listed else None
        if name.startswith("_") or not (name in scope.bindings or scope.stars):
            return None
        found = scope.resolve(name)
        return None if found == Named(name) else found

    def _constant(self, name: str, node: Any) -> Meaning:
        value = getattr(node, "value", None)
        targets = node.targets if isinstance(node, gast.Assign) else [getattr(node, "target", None)]
        if value is not None and isinstance(node, (gast.Assign, gast.AnnAssign)):
            if any(isinstance(t, gast.Name) and t.id == name for t in targets):
                if isinstance(value, gast.Lambda):
                    return FunctionSource(name, value, self.text, self, self._module, (self.path, node.lineno))
                if isinstance(value, (gast.Name, gast.Attribute, gast.Call)):
                    meaning = self._static(value)
                    unknown = (Variable, Refused) if isinstance(value, gast.Call) else (Variable,)
                    if meaning is not None and not isinstance(meaning, unknown):
                        return meaning
            try:
                literal = self._unpacked(name, targets, evaluate(value, self._static))
                return Variable(Global(name, name, self._module, True, literal))
            except NotLiteral:
                pass
        refused = Refused(f"the value of {name!r} (line {node.lineno}) is not a literal", _CONSTANT_HINT)
        part = None if value is None or self._changed_inside(name) else _part(name, targets, value)
        return refused if part is None else self._computed(name, part, refused)

    def _unpacked(self, name: str, targets: list[Any], value: object) -> object:
        for target in targets:
            if isinstance(target, gast.Name) and target.id == name:
                return value
            if isinstance(target, gast.Tuple) and isinstance(value, tuple) and len(target.elts) == len(value):
                for element, item in zip(target.elts, value):
                    if isinstance(element, gast.Name) and element.id == name:
                        return item
        raise NotLiteral

    def _static(self, node: Any) -> Meaning | None:
        if isinstance(node, gast.Name):
            return self.resolve(node.id)
        if isinstance(node, gast.Attribute):
            return attribute(self._static(node.value), node.attr)
        if isinstance(node, gast.Lambda):
            where = (self.path, node.lineno, node.col_offset)
            return FunctionSource("function", node, self.text, self, self._module, where)
        if isinstance(node, gast.Call):
            return called(self._static(node.func), node, self._static)
        return None

    # ------------------------------------------------------------------ imports

    def imported(self, module: str | None, name: str | None, level: int) -> Meaning:
        full = module or ""
        if level == 0:
            root = full.partition(".")[0]
            if root == "__future__":
                return Refused("a __future__ feature has no value", None)
            key = library_key(full)
            if key is not None and (root == "s2sad" or self._find(full, 0) is None):
                return Named(f"{key}.{name}" if name else key)
        if name is not None:
            return self._from(full, name, level)
        path = self._find(full, level)
        if path is None:
            return self._missing(full)
        return UserModule(full, self.files.scope(path, full.rpartition(".")[2]))

    def _from(self, module: str, name: str, level: int) -> Meaning:
        """``from module import name``: a name of the module, else a module of the package."""
        path = self._find(module, level)
        if path is not None and os.path.abspath(path) != os.path.abspath(self.path):
            scope = self.files.scope(path, module.rpartition(".")[2] or None)
            if name in scope.bindings or scope.stars:
                return scope.resolve(name) or self._missing(name)
        inner = self._find(f"{module}.{name}" if module else name, level)
        if inner is not None:
            return UserModule(name, self.files.scope(inner, name))
        if path is None:
            return self._missing(module or ".")
        return Refused(f"{name!r} was not found in module {module or '.'!r}", "check the import")

    def _missing(self, module: str) -> Refused:
        return Refused(f"module {module!r} is not known to s2sad",
                       _INSTEAD.get(module.partition(".")[0], "its source was not found beside this file; only NumPy, "
                                    "SciPy, math and modules of your own are read"))

    def _find(self, module: str, level: int) -> str | None:
        """The file of a module, by our own walk of the file's directory and its package's root."""
        here = os.path.dirname(os.path.abspath(self.path))
        if level:
            for _ in range(level - 1):
                here = os.path.dirname(here)
            roots = [here]
        else:
            roots = [here]
            top = here
            while os.path.isfile(os.path.join(top, "__init__.py")) and os.path.dirname(top) != top:
                top = os.path.dirname(top)
            if top != here:
                roots.append(top)
        for root in roots:
            base = os.path.join(root, *module.split(".")) if module else root
            for candidate in (*([base + ".py"] if module else []), os.path.join(base, "__init__.py")):
                if os.path.isfile(candidate):
                    return self._as_given(candidate)
        return None

    def _as_given(self, path: str) -> str:
        """Relative to the same directory as this file's own path, when that is relative."""
        return path if os.path.isabs(self.path) else os.path.relpath(path)


def attribute(meaning: Meaning | None, name: str) -> Meaning | None:
    """The meaning of ``meaning.name``; None if `meaning` has no static attributes."""
    if isinstance(meaning, Named) and meaning.key.partition(".")[0] in PREFIXES.values():
        return Named(f"{meaning.key}.{name}")
    if isinstance(meaning, UserModule):
        found = meaning.scope.resolve(name)
        if found is not None and found != Named(name):
            return found
        inner = meaning.scope.imported(None, name, 1)
        if isinstance(inner, UserModule) or isinstance(meaning, UserObject):
            return inner
        return Refused(f"module {meaning.name!r} has no {name!r}", "check the name")
    if isinstance(meaning, DataClass) and meaning.members is not None:
        return meaning.members.resolve(name)  # type: ignore[no-any-return]
    return meaning if isinstance(meaning, Refused) else member(meaning, name)


def _part(name: str, targets: list[Any], value: Any) -> Any:
    """The expression that a name is bound to; None where it is in a nested target."""
    for target in targets:
        if isinstance(target, gast.Name) and target.id == name:
            return value
        if isinstance(target, gast.Tuple):
            for k, element in enumerate(target.elts):
                if isinstance(element, gast.Name) and element.id == name:
                    return placed(gast.Subscript(value=value, slice=constant(k, value), ctx=gast.Load()), value)
    return None


def _never_runs(test: Any) -> bool:
    """``if TYPE_CHECKING:`` and ``if __name__ == "__main__":``."""
    if isinstance(test, gast.Compare) and isinstance(test.left, gast.Name):
        return bool(test.left.id == "__name__")
    name = test.attr if isinstance(test, gast.Attribute) else getattr(test, "id", "")
    return bool(name == "TYPE_CHECKING")
