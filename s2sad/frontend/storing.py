"""NumPy functions that store into an array they are given, as the stores that they are.

::

    np.add(x, y, out=z)                  w = np.add(x, y);  z[...] = w;  the result is z itself
    np.sqrt(x, out=z, where=m)           m = np.broadcast_to(m, z.shape)
                                         z[m] = np.sqrt(np.broadcast_to(x, z.shape)[m])
    np.copyto(z, x, where=m)             z[...] = np.where(m, x, z)
    np.subtract.at(z, i, x)              accumulate_at(z, i, -x)

What depends on ranks (`np.put`, `np.fill_diagonal`, `x.sort` …) stays a primitive until types are known
(`analysis/storing.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gast

from s2sad.frontend import library
from s2sad.frontend.strings import Strings
from s2sad.ir.trace import Atom, Const

_ELLIPSIS = Const(Ellipsis)
# Reductions with `out` compute in its dtype, so storing their result afterwards may round differently.
_REDUCTIONS = frozenset({"sum", "prod", "mean", "cumsum", "cumprod", "std", "var", "trace"})
_CASTINGS = ("no", "equiv", "safe", "same_kind", "unsafe")


class Storing(Strings):
    """Lowers functions and methods that write into their arguments."""

    def library_call(self, key: str, node: Any) -> Atom:
        if key == "np.copyto":
            return self.copyto(node)
        if key in ("np.subtract.at", "np.add.at") and len(node.args) == 3 and not node.keywords:
            target, index, value = (self.expression(a) for a in node.args)
            if key == "np.subtract.at":
                value = self.apply("neg", [value], node)
            self.effect("accumulate_at", [target, index, value], node)
            return Const(None)
        if not key.startswith("np."):
            return super().library_call(key, node)
        out = self.keyword(node, "out")
        position = library.out_position(key)
        if out is None and position is not None and len(node.args) > position:
            out = node.args[position]
        if out is None or _is_none(out):
            if self.keyword(node, "where") is not None and library.is_ufunc(key):
                self.refuse(node, f"{key} with `where` and without `out` leaves elements unset",
                            "give it `out`, or use np.where")
            return super().library_call(key, _without(node, out))
        return self.with_out(key, out, node, lambda plain: super(Storing, self).library_call(key, plain))

    def method_call(self, node: Any) -> Atom:
        out = self.keyword(node, "out")
        name = node.func.attr
        if name == "put":
            args = [self.expression(node.func.value), *(self.expression(a) for a in node.args)]
            return self.primitive_call("np.put", ".put", args, self.keywords(node), node)
        if name == "fill" and len(node.args) == 1 and not node.keywords:
            receiver, value = self.expression(node.func.value), self.expression(node.args[0])
            self.effect("setitem", [receiver, _ELLIPSIS, value], node, {"scalar": True})
            return Const(None)
        if out is None or _is_none(out):
            return super().method_call(_without(node, out))
        return self.with_out(f"np.{name}", out, node, super().method_call)

    def keyword(self, node: Any, name: str) -> Any | None:
        return next((k.value for k in node.keywords if k.arg == name), None)

    def keywords(self, node: Any) -> dict[str, Atom]:
        return {k.arg: self.expression(k.value) for k in node.keywords}

    # ------------------------------------------------------------------ out=

    def with_out(self, key: str, out: Any, node: Any, call: Callable[[Any], Atom]) -> Atom:
        """``f(x, out=z)``: the result goes into `z`, and is `z`."""
        if isinstance(out, gast.Tuple) and len(out.elts) == 1:
            out = out.elts[0]
        if isinstance(out, gast.Tuple):
            self.refuse(out, "several outputs are not supported", "call it without `out`, and store the results")
        where = self.keyword(node, "where")
        casting = self.keyword(node, "casting")
        if casting is not None and not (isinstance(casting, gast.Constant) and casting.value in _CASTINGS):
            self.refuse(casting, "a computed casting rule is not supported", "write it out")
        plain = _without(node, out, where, casting)
        if where is not None and not (isinstance(where, gast.Constant) and where.value is True):
            return self.masked(key, plain, out, where, node)
        value = call(plain)
        target = self.expression(out)
        self.effect("setitem", [target, _ELLIPSIS, value], node, self.rule_of(key, casting))
        return target

    def rule_of(self, key: str, casting: Any) -> dict[str, Any]:
        """What the types have to obey: NumPy casts within a kind unless told otherwise."""
        rule = {} if casting is not None and casting.value == "unsafe" else {"same_kind": True}
        return {**rule, "same_dtype": True} if key.rpartition(".")[2] in _REDUCTIONS else rule

    def masked(self, key: str, plain: Any, out: Any, where: Any, node: Any) -> Atom:
        """Only the elements that the mask names are computed."""
        prim = library.primitive(key, self.table)
        if prim is None or not library.is_ufunc(key) or plain.keywords:
            self.refuse(node, f"{key} with these arguments and `where` is not supported",
                        "use np.where, or store with a mask: z[m] = ...")
        args = [self.expression(a) for a in plain.args]
        target, mask = self.expression(out), self.expression(where)
        shape = self.apply("shape", [target], node)
        mask = self.primitive_call("np.broadcast_to", key, [mask, shape], {}, node)
        chosen: list[Atom] = []
        for atom in args:
            if not isinstance(atom, Const):
                atom = self.primitive_call("np.broadcast_to", key, [atom, shape], {}, node)
                atom = self.apply("getitem", [atom, mask], node)
            chosen.append(atom)
        value = self.primitive_call(prim, key, chosen, {}, node)
        self.effect("setitem", [target, mask, value], node, {"same_kind": True})
        return target

    # ------------------------------------------------------------------ np.copyto

    def copyto(self, node: Any) -> Atom:
        given = {k.arg: k.value for k in node.keywords}
        casting = given.get("casting")
        wrong = casting is not None and not (isinstance(casting, gast.Constant) and casting.value in _CASTINGS)
        if len(node.args) != 2 or not set(given) <= {"casting", "where"} or wrong:
            self.refuse(node, "these arguments of np.copyto are not supported", "write np.copyto(z, x, where=m)")
        target, value = (self.expression(a) for a in node.args)
        where = given.get("where")
        if where is not None and not (isinstance(where, gast.Constant) and where.value is True):
            value = self.apply("np.where", [self.expression(where), value, target], node)
        self.effect("setitem", [target, _ELLIPSIS, value], node, self.rule_of("", casting))
        return Const(None)


def _is_none(node: Any) -> bool:
    return isinstance(node, gast.Constant) and node.value is None


def _without(node: Any, *gone: Any) -> Any:
    """A call without some of its arguments."""
    gone = tuple(g for g in gone if g is not None)
    if not gone:
        return node
    # ``out=(z,)`` was taken apart.
    inside = [a for a in [*node.args, *(k.value for k in node.keywords)]
              if isinstance(a, gast.Tuple) and len(a.elts) == 1 and any(a.elts[0] is g for g in gone)]
    args = [a for a in node.args if not any(a is g for g in (*gone, *inside))]
    keywords = [k for k in node.keywords if not any(k.value is g for g in (*gone, *inside))]
    return gast.copy_location(gast.Call(node.func, args, keywords), node)
