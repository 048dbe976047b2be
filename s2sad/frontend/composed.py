"""Functions that are written with others: pieces and grids of arrays, products of lists, indices of arrays.

::

    a, b = np.split(x, 2)                 n = x.shape[0] // 2;  a = x[:n];  b = x[n:]
    X, Y = np.meshgrid(x, y)              X = np.copy(np.broadcast_to(np.reshape(x, (1, -1)), (len(y), len(x))))
    math.prod(xs)                         for each x carrying p = 1: p = p * x
    for (i, j), v in np.ndenumerate(A)    for each k: i, j = k // m, k % m;  v = A[i, j]
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gast

from s2sad.frontend.iteration import Item, Iterated, Parts
from s2sad.frontend.meanings import Named
from s2sad.frontend.storing import Storing
from s2sad.ir.trace import Atom, Block, Const, For, Value

_NONE = Const(None)


class Composed(Storing):
    """Lowers functions for which the table has no row of their own."""

    # The target of the loop whose head is being lowered.
    target: Any = None

    def library_call(self, key: str, node: Any) -> Atom:
        lower: dict[str, Callable[[Any], Atom]] = {
            "np.split": self.split, "np.array_split": self.split, "np.vsplit": self.split, "np.hsplit": self.split,
            "np.meshgrid": self.meshgrid, "math.prod": self.product, "math.dist": self.distance,
            "np.divmod": self.both_divisions,
        }
        return lower[key](node) if key in lower else super().library_call(key, node)

    def library_name(self, node: Any) -> str | None:
        """The key of the library function that a call is of."""
        meaning = self.static(node.func) if isinstance(node, gast.Call) else None
        return meaning.key if isinstance(meaning, Named) else None

    # ------------------------------------------------------------------ pieces

    def split(self, node: Any) -> Atom:
        """``np.split(x, n)`` or ``np.split(x, [a, b])``: views of the pieces, in a list."""
        key = self.library_name(node)
        given = {k.arg: k.value for k in node.keywords}
        if len(node.args) not in (2, 3) or not set(given) <= {"axis"}:
            self.refuse(node, f"these arguments of {key} are not supported", f"write {key}(x, n)")
        x = self.expression(node.args[0])
        chosen = node.args[2] if len(node.args) == 3 else given.get("axis")
        axis = Const({"np.hsplit": 1}.get(str(key), 0)) if chosen is None else self.expression(chosen)
        if not isinstance(axis, Const) or type(axis.value) is not int or axis.value < 0:
            self.refuse(node, f"{key} along an axis that is no literal from 0", "write the axis as a number")
        where = self.operand(node.args[1])
        length = self.apply("getitem", [self.apply("shape", [x], node), axis], node)
        cuts = self._cuts(where, length, key == "np.array_split", node)
        pieces = []
        for start, stop in zip([_NONE, *cuts], [*cuts, _NONE]):
            part: Atom = self.apply("slice", [start, stop, _NONE], node)
            if axis.value:
                whole = [self.apply("slice", [_NONE, _NONE, _NONE], node) for _ in range(axis.value)]
                part = self.apply("tuple", [*whole, part], node)
            pieces.append(self.apply("getitem", [x, part], node))
        return self.value_of(self.built("list", list(pieces), node), node)

    def _cuts(self, where: Any, length: Atom, uneven: bool, node: Any) -> list[Atom]:
        """Where the pieces end, but for the last."""
        if not (isinstance(where, Const) and type(where.value) is int):
            items = self.items_of(where)
            if items is None:
                self.refuse(node, "the number of pieces is not known here", "write it as a number, or use slices")
            return [self.value_of(item, node) for item in items]
        count = where.value
        if count < 1:
            self.refuse(node, f"an array in {count} pieces", "write a positive number")
        size = self.apply("floordiv", [length, where], node)
        rest = self.apply("mod", [length, where], node)
        if not uneven:
            message = Const("array split does not result in an equal division")
            self.require(self.apply("eq", [rest, Const(0)], node), "ValueError", message, node)
        cuts: list[Atom] = []
        for k in range(1, count):
            cut = size if k == 1 else self.apply("mul", [size, Const(k)], node)
            cuts.append(self.apply("add", [cut, self.apply("min", [rest, Const(k)], node)], node) if uneven else cut)
        return cuts

    def meshgrid(self, node: Any) -> Atom:
        """Each vector along an axis of its own, repeated along the others."""
        given = {k.arg: k.value for k in node.keywords}
        order = given.get("indexing")
        name = order.value if isinstance(order, gast.Constant) else "xy" if order is None else None
        starred = any(isinstance(a, gast.Starred) for a in node.args)
        if not set(given) <= {"indexing"} or name not in ("xy", "ij") or starred or not node.args:
            self.refuse(node, "these arguments of np.meshgrid are not supported", "write np.meshgrid(x, y)")
        vectors = [self.expression(a) for a in node.args]
        places = list(range(len(vectors)))
        if name == "xy" and len(vectors) > 1:
            places[:2] = [1, 0]
        lengths = [self.apply("np.size", [v], node) for v in vectors]
        shape = self.apply("tuple", [lengths[places.index(k)] for k in range(len(vectors))], node)
        grids = []
        for vector, place in zip(vectors, places):
            along = Const(tuple(-1 if k == place else 1 for k in range(len(vectors))))
            column = self.primitive_call("np.reshape", "np.meshgrid", [vector, along], {}, node)
            grids.append(self.apply("np.copy", [self.apply("np.broadcast_to", [column, shape], node)], node))
        return self.apply("tuple", list(grids), node)

    # ------------------------------------------------------------------ numbers

    def product(self, node: Any) -> Atom:
        given = {k.arg: k.value for k in node.keywords}
        if len(node.args) != 1 or not set(given) <= {"start"}:
            self.refuse(node, "these arguments of math.prod() are not supported", "write math.prod(xs)")
        start = self.expression(given["start"]) if "start" in given else Const(1)
        items = self.listed(node.args[0], node)
        known = self.items_of(items)
        if known is not None:
            total = start
            for item in known:
                total = self.apply("mul", [total, self.value_of(item, node)], node)
            return total
        index, carried, result = Value(), Value(), Value()
        op = For([start], Block([index, carried]), [result], start=Const(0), stop=self.apply("len", [items], node))
        with self.inside(op.body):
            item = self.present(items, index, node)
            self.yield_([self.apply("mul", [carried, item], node)], node)
        self.emit(op, node)
        return result

    def distance(self, node: Any) -> Atom:
        """``math.dist(p, q)`` of points whose coordinates are known: the hypotenuse of the differences."""
        if len(node.args) != 2 or node.keywords:
            self.refuse(node, "math.dist() takes two points", "write math.dist(p, q)")
        points = [self.items_of(self.operand(a)) for a in node.args]
        if points[0] is None or points[1] is None or len(points[0]) != len(points[1]):
            self.refuse(node, "math.dist() of points whose coordinates are not written out",
                        "write them out, or use math.sqrt(sum(...)), or np.linalg.norm of a difference")
        pairs = [[self.value_of(a, node), self.value_of(b, node)] for a, b in zip(points[0], points[1])]
        return self.primitive_call("math.hypot", "math.dist", [self.apply("sub", p, node) for p in pairs], {}, node)

    def both_divisions(self, node: Any) -> Atom:
        if len(node.args) != 2 or node.keywords:
            self.refuse(node, "these arguments of np.divmod are not supported", "write np.divmod(x, y)")
        operands = [self.expression(a) for a in node.args]
        return self.apply("tuple", [self.apply(p, operands, node) for p in ("floordiv", "mod")], node)

    # ------------------------------------------------------------------ indices of arrays

    def statement_For(self, node: Any) -> bool:
        self.target = node.target
        return super().statement_For(node)

    def iterated(self, node: Any) -> Iterated:
        target, self.target = self.target, None
        key = self.library_name(node)
        if key == "np.ndindex":
            return self._indices(node, target)
        if key == "np.ndenumerate":
            return self._enumerated(node, target)
        return super().iterated(node)

    def _indices(self, node: Any, target: Any) -> Iterated:
        """``np.ndindex(n, m)`` or ``np.ndindex(x.shape)``; of a shape, the target says how many axes it has."""
        if len(node.args) == 1 and isinstance(node.args[0], gast.Starred):
            shape = self.expression(node.args[0].value)
        elif len(node.args) == 1:
            shape = self.expression(node.args[0])
        else:
            shape = self.apply("tuple", [self.expression(a) for a in node.args], node)
        known = self.items_of(shape)
        if known is not None:
            lengths = [self.value_of(n, node) for n in known]
        else:
            lengths = self._lengths(shape, target, node)
        return self._counted(lengths, lambda index: index, node)

    def _enumerated(self, node: Any, target: Any) -> Iterated:
        if len(node.args) != 1 or node.keywords:
            self.refuse(node, "np.ndenumerate takes one array", "write np.ndenumerate(x)")
        x = self.expression(node.args[0])
        index = target.elts[0] if isinstance(target, gast.Tuple) and len(target.elts) == 2 else None
        lengths = self._lengths(self.apply("shape", [x], node), index, node)

        def item(index: Parts) -> Item:
            return Parts([index, self.present(x, self.apply("tuple", index.items, node), node)])

        return self._counted(lengths, item, node)

    def _lengths(self, shape: Atom, target: Any, node: Any) -> list[Atom]:
        if not isinstance(target, gast.Tuple) or any(isinstance(e, gast.Starred) for e in target.elts):
            self.refuse(node, "how many axes the array has is not known here",
                        "unpack the index, as in `for i, j in np.ndindex(...)`, `for (i, j), v in np.ndenumerate(x)`")
        return [self.apply("getitem", [shape, Const(k)], node) for k in range(len(target.elts))]

    def _counted(self, lengths: list[Atom], item: Callable[[Parts], Item], node: Any) -> Iterated:
        """All indices of a shape, the last axis fastest."""
        total: Atom = Const(1)
        for n in lengths:
            total = n if total == Const(1) else self.apply("mul", [total, n], node)

        def element(k: Atom) -> Item:
            rest, found = k, []
            for n in reversed(lengths[1:]):
                found.append(self.apply("mod", [rest, n], node))
                rest = self.apply("floordiv", [rest, n], node)
            return item(Parts([rest, *reversed(found)]))

        return Iterated(lambda: total, element, composed=True)
