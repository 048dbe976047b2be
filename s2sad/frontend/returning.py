"""May a function return functions?  Asked of its text, before it is lowered: then its caller has to know which.

``return lambda t: t * a``, ``return compose(f, g)`` and ``return {"sin": sin}`` may; ``return y`` does where `y` is
assigned such an expression.  The answer errs on the side of yes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import gast

from s2sad.frontend import library
from s2sad.frontend.liveness import parameter_names, stores
from s2sad.frontend.meanings import Closure, DataClass, FunctionSource, Meaning, Named, Partial, Refused, Variable
from s2sad.frontend.names import attribute

_DEEPEST = 40  # calls that are followed
Resolve = Callable[[str], Meaning | None]


def may_return_functions(node: Any, resolve: Resolve, functional: frozenset[str], above: tuple[Any, ...] = ()) -> bool:
    """`resolve` gives the meaning of a free name, `functional` are the names of parameters that get functions."""
    if node in above or len(above) > _DEEPEST:
        return False
    # A no that was found inside a recursion holds there only, so it is kept for the outermost question alone.
    known: dict[frozenset[str], bool] = node.__dict__.setdefault("may_return", {})
    asked: dict[Any, bool] = above[0].__dict__.setdefault("asked_inside", {}) if above else {}
    key = (id(node), functional)
    if functional not in known and key not in asked:
        answer = _Text(node, resolve, functional, (*above, node)).answer()
        asked[key] = answer
        if answer or not above:
            known[functional] = answer
    return known[functional] if functional in known else asked[key]


class _Text:
    def __init__(self, node: Any, resolve: Resolve, functional: frozenset[str], above: tuple[Any, ...]) -> None:
        self.node = node
        self.outer = resolve
        self.functional = functional
        self.above = above
        self.body = node.body if isinstance(node.body, list) else []
        own = list(_own(self.body))
        self.defined = {n.name: n for n in own if isinstance(n, gast.FunctionDef)}
        self.assigned: dict[str, list[Any]] = {}
        for statement in own:
            value = getattr(statement, "iter", None) or getattr(statement, "value", None)
            if isinstance(statement, (gast.Assign, gast.AnnAssign, gast.For, gast.NamedExpr)) and value is not None:
                for name in stores(statement):
                    self.assigned.setdefault(name, []).append(value)
        for call in own:
            if isinstance(call, gast.Call) and isinstance(call.func, gast.Attribute) and call.func.attr == "append" \
                    and isinstance(call.func.value, gast.Name):
                self.assigned.setdefault(call.func.value.id, []).extend(call.args)
        self.returned = [n.value for n in own if isinstance(n, gast.Return) and n.value is not None]
        self.local = {*parameter_names(node), *self.assigned, *self.defined}
        self.asked: set[str] = set()

    def answer(self) -> bool:
        values = self.returned if isinstance(self.node.body, list) else [self.node.body]
        return any(map(self.may, values))

    def may(self, node: Any) -> bool:
        """Whether an expression may be a function, or hold functions."""
        if isinstance(node, gast.Lambda):
            return True
        if isinstance(node, gast.Name):
            return self.name(node.id)
        if isinstance(node, gast.IfExp):
            return self.may(node.body) or self.may(node.orelse)
        if isinstance(node, (gast.BoolOp, gast.Dict)):
            return any(map(self.may, node.values))
        if isinstance(node, (gast.Tuple, gast.List)):
            return any(map(self.may, node.elts))
        if isinstance(node, (gast.Starred, gast.Subscript, gast.NamedExpr)):
            return self.may(node.value)
        if isinstance(node, gast.Attribute):
            return _is_function(self.static(node))
        return isinstance(node, gast.Call) and self.call(node)

    def name(self, name: str) -> bool:
        if name in self.asked:
            return False
        if name in self.defined or name in self.functional:
            return True
        if name in self.local:
            self.asked.add(name)
            found = any(map(self.may, self.assigned.get(name, [])))
            self.asked.discard(name)
            return found
        return _is_function(self.outer(name))

    def static(self, node: Any) -> Meaning | None:
        if isinstance(node, gast.Name):
            return None if node.id in self.local else self.outer(node.id)
        return attribute(self.static(node.value), node.attr) if isinstance(node, gast.Attribute) else None

    def call(self, node: Any) -> bool:
        given = any(self.may(a) for a in [*node.args, *(k.value for k in node.keywords)])
        if isinstance(node.func, gast.Name) and node.func.id in self.defined:
            inner = self.defined[node.func.id]
            return self.ask(inner, lambda n: None if n in self.local else self.outer(n), given)
        if isinstance(node.func, gast.Name) and node.func.id in self.local:
            return self.name(node.func.id)
        meaning = self.static(node.func)
        if isinstance(meaning, Named):
            return meaning.key in library.FUNCTIONAL
        if isinstance(meaning, (Closure, DataClass, Partial, Refused)):
            return True  # what is refused is, when it is read
        if isinstance(meaning, FunctionSource):
            return self.ask(meaning.node, meaning.scope.resolve, given)
        if meaning is None and isinstance(node.func, gast.Name):
            return True
        return isinstance(node.func, (gast.Call, gast.Subscript, gast.IfExp)) and self.may(node.func)

    def ask(self, node: Any, resolve: Resolve, given: bool) -> bool:
        functional = frozenset(parameter_names(node)) if given else frozenset()
        return may_return_functions(node, resolve, functional, self.above)


def _is_function(meaning: Meaning | None) -> bool:
    if isinstance(meaning, Named):
        return library.constant_type(meaning.key) is None and meaning.key != "np.newaxis"
    return meaning is not None and not isinstance(meaning, (Variable, Refused))


def _own(body: list[Any]) -> Iterator[Any]:
    """The nodes of a function that are not inside a function of its own; those functions themselves too."""
    stack = list(body)
    while stack:
        node = stack.pop()
        yield node
        if not isinstance(node, (gast.FunctionDef, gast.AsyncFunctionDef, gast.ClassDef, gast.Lambda)):
            stack.extend(gast.iter_child_nodes(node))
