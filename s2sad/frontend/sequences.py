"""Lists and tuples as values: conversions, what makes them from functions, and the methods of lists.

::

    ys = list(map(f, xs))        for each x: append(ys, f(x))
    ys = sorted(xs, key=f)       keys = [f(x) for x in xs];  order = helper.order(keys)
                                 for each k in order: append(ys, xs[k])
    m = min(xs)                  k = helper.least(xs);  m = getitem(xs, k)
    a, *b = xs                   a = getitem(xs, 0);  b = list_of(getitem(xs, 1:))
    xs.extend(ys)                for each y: append(xs, y)

What Python does lazily (`map`, `zip`, generators) is evaluated where it is consumed, in the same order.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import gast

from s2sad.frontend.comprehension import Comprehensions
from s2sad.frontend.iteration import Item, Iterated, Parts
from s2sad.frontend.liveness import stores
from s2sad.frontend.meanings import Named
from s2sad.frontend.tracer import Binding
from s2sad.ir.trace import Atom, Block, Const, For, If, Raise, Value

_ITERATORS = frozenset({"range", "enumerate", "zip", "reversed", "map", "filter"})
# Methods that only lists have: the number of arguments, and the primitive where one does it all.
_METHODS = {"extend": (1, None), "insert": (2, "insert"), "remove": (1, None), "clear": (0, None),
            "reverse": (0, "reverse"), "index": (1, "index_of"), "count": (1, "count_of")}
_WHOLE = (Const(None), Const(None), Const(None))


class Sequences(Comprehensions):
    """Lowers what makes, changes and consumes sequences."""

    # ------------------------------------------------------------------ consumers

    def library_call(self, key: str, node: Any) -> Atom:
        consumer: Callable[[str, Any], Atom] | None = getattr(self, f"consume_{key}", None)
        if consumer is not None and "." not in key:
            return consumer(key, node)
        return super().library_call(key, node)

    def consume_list(self, key: str, node: Any) -> Atom:
        """``list(xs)``: a new list of the same items."""
        if not node.args and not node.keywords:
            return self.apply("list", [], node)
        return self.new_list(self.only_argument(key, node), node)

    def consume_tuple(self, key: str, node: Any) -> Atom:
        if not node.args and not node.keywords:
            return self.apply("tuple", [], node)
        argument = self.only_argument(key, node)
        if isinstance(argument, (gast.Tuple, gast.List)):
            return self.expression(gast.copy_location(gast.Tuple(argument.elts, gast.Load()), argument))
        sequence = self.new_list(argument, node) if self.lazy(argument) else self.expression(argument)
        if isinstance(sequence, Value) and sequence in self.tuples:
            return sequence
        return self.apply("tuple_of", [sequence], node)

    def consume_sorted(self, key: str, node: Any) -> Atom:
        if len(node.args) != 1:
            self.refuse(node, "sorted() takes one sequence", "write sorted(xs, key=f, reverse=True)")
        return self.sorted(self.listed(node.args[0], node), node)

    def consume_sum(self, key: str, node: Any) -> Atom:
        if not node.args or not self.lazy(node.args[0]):
            return super().library_call(key, node)
        args = [self.listed(node.args[0], node), *(self.expression(a) for a in node.args[1:])]
        return self.primitive_call("sum", key, args, {k.arg: self.expression(k.value) for k in node.keywords}, node)

    def consume_any(self, key: str, node: Any) -> Atom:
        """``any`` and ``all``: of a generator they stop early, so it is a loop."""
        argument = self.only_argument(key, node)
        generator = self.as_comprehension(argument, gast.GeneratorExp)
        if generator is not None:
            return self.quantified(generator, key == "any")
        return self.apply(key, [self.listed(argument, node)], node)

    consume_all = consume_any

    def consume_min(self, key: str, node: Any) -> Atom:
        """The extremum of a sequence is its item at a position; of several arguments, a primitive."""
        keywords = {k.arg: k.value for k in node.keywords}
        if not set(keywords) <= {"key", "default"} or not node.args:
            self.refuse(node, f"these arguments of {key}() are not supported", f"write {key}(xs, key=f, default=d)")
        starred = any(isinstance(a, gast.Starred) for a in node.args)
        argument = node.args[0] if len(node.args) == 1 and not starred else \
            gast.copy_location(gast.Tuple(node.args, gast.Load()), node)
        if isinstance(argument, (gast.Tuple, gast.List)) and len(argument.elts) > 1 and not keywords \
                and not any(isinstance(e, gast.Starred) for e in argument.elts):
            return self.primitive_call(key, key, [self.expression(e) for e in argument.elts], {}, node)
        sequence = self.listed(argument, node)
        if starred and isinstance(sequence, Value) and len(self.tuples.get(sequence, ())) == 1:
            (sequence,) = self.tuples[sequence]
        if isinstance(sequence, Value) and len(self.tuples.get(sequence, ())) > 1 and not keywords:
            return self.primitive_call(key, key, self.tuples[sequence], {}, node)
        sequence = self.indexable(sequence, node)
        default = self.expression(keywords["default"]) if "default" in keywords else None

        def best() -> Atom:
            keys = self.keys(sequence, keywords.get("key"), node)
            where = self.apply("helper.least" if key == "min" else "helper.greatest", [keys], node)
            return self.present(sequence, where, node)

        if default is None:
            return best()
        filled = self.apply("gt", [self.apply("len", [sequence], node), Const(0)], node)
        return self.conditional(filled, best, lambda: default, node)

    consume_max = consume_min

    def only_argument(self, key: str, node: Any) -> Any:
        if len(node.args) != 1 or node.keywords or isinstance(node.args[0], gast.Starred):
            self.refuse(node, f"{key}() takes one sequence", f"write {key}(xs)")
        return node.args[0]

    # ------------------------------------------------------------------ what is iterated

    def lazy(self, node: Any) -> bool:
        """Whether an expression makes an iterator, which exists only where it is consumed."""
        return isinstance(node, gast.GeneratorExp) or self.iterator(node) is not None

    def iterator(self, node: Any) -> str | None:
        """The built-in that makes an iterator here, such as ``zip``."""
        meaning = self.static(node.func) if isinstance(node, gast.Call) else None
        return meaning.key if isinstance(meaning, Named) and meaning.key in _ITERATORS else None

    def listed(self, node: Any, at: Any) -> Atom:
        """A sequence to be consumed: an iterator becomes a list of what it gives."""
        return self.new_list(node, at) if self.lazy(node) else self.expression(node)

    def new_list(self, node: Any, at: Any) -> Atom:
        """A new list of the items of an expression."""
        comprehension = self.as_comprehension(node, gast.ListComp)
        if comprehension is not None:
            return self.expression(comprehension)
        if isinstance(node, gast.ListComp):
            return self.expression(node)
        if isinstance(node, (gast.Tuple, gast.List)):
            return self.expression(gast.copy_location(gast.List(node.elts, gast.Load()), node))
        if self.iterator(node) is not None:
            result = self.apply("list", [], at)
            self.each(node, at, lambda item: self.effect("append", [result, self.atom_of(item, at)], at))
            return result
        return self.list_of(self.expression(node), at)

    def list_of(self, sequence: Atom, node: Any) -> Atom:
        if isinstance(sequence, Value) and sequence in self.tuples:
            return self.apply("list", list(self.tuples[sequence]), node)
        return self.apply("list_of", [sequence], node)

    def each(self, node: Any, at: Any, do: Callable[[Item], None]) -> None:
        """A loop over an expression that appends what `do` does with each item."""
        head = self.head(node)
        self.run_over(head.start, head.stop, head.step, lambda k: do(head.item(k)), at)

    def atom_of(self, item: Item, node: Any) -> Atom:
        """One atom for an item of an iteration."""
        return self.value_of(self.whole(item, node), node)

    def run_over(self, start: Atom, stop: Atom, step: Atom, do: Callable[[Value], None], node: Any) -> None:
        index = Value()
        op = For([], Block([index]), start=start, stop=stop, step=step)
        with self.inside(op.body):
            self.fresh.add(index)
            do(index)
            self.yield_([], node)
        self.emit(op, node)

    def as_comprehension(self, node: Any, kind: Any) -> Any | None:
        """A generator, ``map`` or ``filter`` as a comprehension of another kind; None for anything else."""
        if isinstance(node, gast.GeneratorExp):
            return gast.copy_location(kind(node.elt, node.generators), node)
        which = self.iterator(node)
        if which not in ("map", "filter"):
            return None
        self.check_applied(which, node)
        function, *sequences = node.args
        names = [gast.copy_location(gast.Name(f"{which} {k}", gast.Load(), None, None), node)
                 for k in range(len(sequences))]
        targets = [gast.copy_location(gast.Name(n.id, gast.Store(), None, None), node) for n in names]
        iterable: Any = sequences[0]
        target: Any = targets[0]
        if len(sequences) > 1:
            zipped = gast.Name("zip", gast.Load(), None, None)
            iterable = gast.copy_location(gast.Call(gast.copy_location(zipped, node), sequences, []), node)
            target = gast.copy_location(gast.Tuple(targets, gast.Store()), node)
        if which == "filter":
            test = names[0] if _is_none(function) else self.application(function, names, node)
            return gast.copy_location(kind(names[0], [gast.comprehension(target, iterable, [test], 0)]), node)
        elt = self.application(function, names, node)
        return gast.copy_location(kind(elt, [gast.comprehension(target, iterable, [], 0)]), node)

    def application(self, function: Any, arguments: list[Any], node: Any) -> Any:
        return gast.copy_location(gast.Call(function, arguments, []), node)

    def check_applied(self, which: str, node: Any) -> None:
        wrong = len(node.args) < 2 or node.keywords or any(isinstance(a, gast.Starred) for a in node.args)
        if wrong or (which == "filter" and len(node.args) != 2):
            self.refuse(node, f"these arguments of {which}() are not supported", f"write {which}(f, xs)")

    # ------------------------------------------------------------------ heads of loops

    def iterated(self, node: Any) -> Iterated:
        if isinstance(node, gast.GeneratorExp):
            return self._generated(node)
        which = self.iterator(node)
        if which == "map":
            return self._mapped(node)
        if which == "filter":
            return self._filtered(node)
        return super().iterated(node)

    def _mapped(self, node: Any) -> Iterated:
        """``for y in map(f, xs)``: `f` is called when the loop gets there."""
        self.check_applied("map", node)
        function, *sequences = node.args
        inner = [self.iterated(s) for s in sequences]
        if any(i.keeps is not None for i in inner):
            self.refuse(node, "map() over filter() is not supported here", "use a comprehension")

        def element(k: Atom) -> Item:
            return self.called(function, [self.atom_of(i.element(k), node) for i in inner], node)

        def length() -> Atom:
            lengths = [i.length() for i in inner]
            return lengths[0] if len(lengths) == 1 else self.apply("min", lengths, node)

        return Iterated(length, element, composed=True)

    def _filtered(self, node: Any) -> Iterated:
        """``for x in filter(f, xs)``: the loop goes over all, and passes over what `f` rejects."""
        self.check_applied("filter", node)
        function, sequence = node.args
        inner = self.iterated(sequence)
        if inner.keeps is not None:
            self.refuse(node, "filter() of filter() is not supported here", "use one function")

        items: list[Atom] = []

        def keeps(k: Atom) -> Atom:
            items[:] = [self.atom_of(inner.element(k), node)]
            return items[0] if _is_none(function) else self.called(function, items, node)

        return Iterated(inner.length, lambda k: items[0], composed=True, keeps=keeps)

    def _generated(self, node: Any) -> Iterated:
        """``for y in (f(x) for x in xs if c)``: evaluated step by step, for the body may change what `f` reads."""
        generator = node.generators[0]
        if len(node.generators) > 1 or generator.is_async:
            self.refuse(node, "a generator with several loops in the head of a loop is not supported",
                        "write the loops out, or make it a list")
        inner = self.iterated(generator.iter)
        if inner.keeps is not None:
            self.refuse(node, "a generator over filter() is not supported here", "write the condition as `if`")
        bound: dict[str, Any] = {}

        def scoped(act: Callable[[], Atom]) -> Atom:
            """With the generator's own variables, which nobody else sees."""
            outer, names = dict(self.env), list(self.locals)
            self.locals = [*self.locals, *stores(generator.target)]
            self.env.update(bound)
            value = act()
            bound.update({name: self.env[name] for name in stores(generator.target)})
            self.env, self.locals = outer, names
            return value

        def enter(k: Atom) -> None:
            bound.clear()
            self.assign(generator.target, inner.element(k))

        def keeps(k: Atom) -> Atom:
            def tests() -> Atom:
                enter(k)
                test = self.expression(generator.ifs[0])
                for other in generator.ifs[1:]:
                    test = self.conditional(test, partial(self.expression, other), lambda: Const(False), node)
                return test

            return scoped(tests)

        def element(k: Atom) -> Item:
            def value() -> Atom:
                if not generator.ifs:
                    enter(k)
                return self.expression(node.elt)

            return scoped(value)

        return Iterated(inner.length, element, composed=True, keeps=keeps if generator.ifs else None)

    def called(self, function: Any, arguments: list[Atom], node: Any) -> Atom:
        """A function expression called with values."""
        names = []
        for k, atom in enumerate(arguments):
            names.append(gast.copy_location(gast.Name(f"item {k}", gast.Load(), None, None), node))
            self.env[f"item {k}"] = atom
        result = self.expression(self.application(function, names, node))
        for name in names:
            del self.env[name.id]
        return result

    # ------------------------------------------------------------------ order

    def keys(self, sequence: Atom, key: Any, node: Any) -> Atom:
        """What items are compared by."""
        if key is None or _is_none(key):
            return sequence
        keys = self.apply("list", [], node)
        length = self.apply("len", [sequence], node)
        self.run_over(Const(0), length, Const(1), lambda k: self.effect(
            "append", [keys, self.called(key, [self.present(sequence, k, node)], node)], node), node)
        return keys

    def indexable(self, sequence: Atom, node: Any) -> Atom:
        """The items of a tuple display as a list, for a variable index."""
        if isinstance(sequence, Value) and sequence in self.tuples:
            return self.apply("list", list(self.tuples[sequence]), node)
        return sequence

    def sorted(self, sequence: Atom, node: Any) -> Atom:
        """The items in the order of their keys; equal ones stay as they were."""
        keywords = {k.arg: k.value for k in node.keywords}
        if not set(keywords) <= {"key", "reverse"}:
            self.refuse(node, "these arguments of sorting are not supported", "write sorted(xs, key=f, reverse=True)")
        sequence = self.indexable(sequence, node)
        keys = self.keys(sequence, keywords.get("key"), node)
        backwards = self.expression(keywords["reverse"]) if "reverse" in keywords else Const(False)
        order = self.apply("helper.order", [keys, backwards], node)
        result = self.apply("list", [], node)
        length = self.apply("len", [order], node)

        def take(k: Value) -> None:
            where = self.present(order, k, node)
            self.effect("append", [result, self.present(sequence, where, node)], node)

        self.run_over(Const(0), length, Const(1), take, node)
        return result

    # ------------------------------------------------------------------ methods of lists

    def method_call(self, node: Any) -> Atom:
        name, count = node.func.attr, len(node.args)
        if name == "pop" and count == 1 and not node.keywords:
            receiver = self.changing(self.expression(node.func.value), node)
            return self.apply("pop_at", [receiver, self.expression(node.args[0])], node)
        if name == "sort":
            return self.sort_call(node)
        known = _METHODS.get(name)
        if known is None or known[0] != count or node.keywords:
            return super().method_call(node)
        receiver = self.expression(node.func.value)
        if known[1] in ("index_of", "count_of"):
            return self.apply(known[1], [receiver, self.expression(node.args[0])], node)
        self.changing(receiver, node)
        if name == "extend":
            self.extend(receiver, node.args[0], node)
        elif name == "remove":
            where = self.apply("index_of", [receiver, self.expression(node.args[0])], node)
            self.effect("delitem", [receiver, where], node)
        elif name == "clear":
            self.effect("delitem", [receiver, self.apply("slice", list(_WHOLE), node)], node)
        else:
            assert known[1] is not None
            self.effect(known[1], [receiver, *(self.expression(a) for a in node.args)], node)
        return Const(None)

    def extend(self, receiver: Atom, items: Any, node: Any) -> None:
        comprehension = self.as_comprehension(items, gast.ListComp)
        if comprehension is not None:
            # What the generator gives is appended one by one, but nobody can look in between.
            items = comprehension
        if isinstance(items, (gast.Tuple, gast.List)) and not any(isinstance(e, gast.Starred) for e in items.elts):
            for atom in [self.expression(e) for e in items.elts]:
                self.effect("append", [receiver, atom], node)
            return
        if self.lazy(items):
            self.each(items, node, lambda item: self.effect("append", [receiver, self.atom_of(item, node)], node))
            return
        # Python asks for the length once, so that a list can be extended by itself.
        sequence = self.indexable(self.expression(items), node)
        length = self.apply("len", [sequence], node)
        self.run_over(Const(0), length, Const(1), lambda k: self.effect(
            "append", [receiver, self.present(sequence, k, node)], node), node)

    def sort_call(self, node: Any) -> Atom:
        """``xs.sort()``: of a list by its items, of an array along an axis; only the type tells."""
        receiver = self.expression(node.func.value)
        given = {k.arg for k in node.keywords}
        if given and given <= {"key", "reverse"} and not node.args:
            self.changing(receiver, node)
            whole = self.apply("slice", list(_WHOLE), node)
            self.effect("setitem", [receiver, whole, self.sorted(receiver, node)], node)
            return Const(None)
        args = [self.expression(a) for a in node.args]
        return self.primitive_call("sort", ".sort", [receiver, *args],
                                   {k.arg: self.expression(k.value) for k in node.keywords}, node)

    def changing(self, receiver: Atom, node: Any) -> Atom:
        """A list that is about to change its length or order."""
        if any(receiver in loop.over for loop in self.loops):
            self.refuse(node, "a list changes its length while a loop runs over it", "loop over `range(n)`, or build "
                        "another list")
        return receiver

    # ------------------------------------------------------------------ displays and unpacking with stars

    def display(self, node: Any) -> Binding:
        """``[a, *xs, b]``: runs of items and whole sequences, joined."""
        if not any(isinstance(e, gast.Starred) for e in node.elts):
            return super().display(node)
        runs: list[list[Binding] | Atom] = [[]]
        for element in node.elts:
            items, sequence = self._items(element, node)
            if sequence is not None:
                runs.append(self.apply("list_of", [sequence], node))
            elif isinstance(runs[-1], list):
                runs[-1] += items
            else:
                runs.append(items)
        kind = "list" if isinstance(node, gast.List) else "tuple"
        if len(runs) == 1 and isinstance(runs[0], list):
            return self.built(kind, runs[0], node)
        parts = [self.value_of(self.built("list", run, node), node) if isinstance(run, list) else run
                 for run in runs if run != []]
        total = parts[0]
        for part in parts[1:]:
            total = self.apply("add", [total, part], node)
        return total if kind == "list" else self.apply("tuple_of", [total], node)

    def _items(self, element: Any, node: Any) -> tuple[list[Binding], Atom | None]:
        """What one element of a display adds: items, or a sequence of unknown length."""
        if not isinstance(element, gast.Starred):
            return [self.operand(element)], None
        if self.lazy(element.value):
            return [], self.new_list(element.value, node)
        value = self.operand(element.value)
        items = self.items_of(value)
        return (items, None) if items is not None else ([], self.value_of(value, node))

    def require(self, test: Atom, error: str, message: Atom, node: Any) -> None:
        """Raise an error unless a condition holds."""
        op = If(test, Block(), Block())
        with self.inside(op.then):
            self.yield_([], node)
        with self.inside(op.orelse):
            self.emit(Raise([self.apply("exception", [message], node, {"name": error, "called": True})]), node)
        self.emit(op, node)

    def unpack_starred(self, target: Any, item: Item) -> None:
        """``a, *b, c = xs``: `b` is a new list of what the others leave."""
        names = target.elts
        (star,) = [k for k, e in enumerate(names) if isinstance(e, gast.Starred)] or [0]
        after = len(names) - star - 1
        known = list(item.items) if isinstance(item, Parts) else self.items_of(item)
        if known is not None:
            if len(known) < len(names) - 1:
                self.refuse(target, f"{len(known)} values are unpacked into at least {len(names) - 1} names",
                            "match the numbers")
            middle: Item = self.built("list", [self.whole(i, target) for i in known[star:len(known) - after]], target)
            parts = [*known[:star], middle, *known[len(known) - after:]]
        else:
            source = self.atom_of(item, target)
            length = self.apply("len", [source], target)
            text = f"not enough values to unpack (expected at least {len(names) - 1}, got {{}})"
            message = self.apply("format", [length], target, {"template": text})
            self.require(self.apply("ge", [length, Const(len(names) - 1)], target), "ValueError", message, target)
            stop = Const(None) if after == 0 else Const(-after)
            cut = self.apply("slice", [Const(star) if star else Const(None), stop, Const(None)], target)
            rest = self.apply("list_of", [self.apply("getitem", [source, cut], target)], target)
            parts = [*(self.apply("getitem", [source, Const(k)], target) for k in range(star)), rest,
                     *(self.apply("getitem", [source, Const(k - after)], target) for k in range(after))]
        for element, part in zip(names, parts):
            self.assign(element.value if isinstance(element, gast.Starred) else element, part)


def _is_none(node: Any) -> bool:
    return isinstance(node, gast.Constant) and node.value is None

