"""Derivatives requested inside a function become code like any other, before the function itself is differentiated.

Before::                                          After::

    function f(x: float, y: float)                    function f(x: float, y: float)
        w0 = derivative(x, y, of='g',                     w0 = call g:grad(x, y)
                        mode='grad', wrt=('t',))          w1 = mul(x, w0)
        w1 = mul(x, w0)                                   return w1
        return w1                                     function g_grad(x: float, t: float)
    function g(x, t)                                      t_bar = mul(x, 2.0)
        w0 = mul(x, t)                                    ...
        ...

Each is derived for the types of its operands, by the same passes as any derivative but for those that only
concern how it reads; what is asked for inside it comes first.  What a closure captures are parameters that the
inner derivative does not vary, and the outer one does: no perturbation can be taken for another.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from s2sad.analysis.types import Inference
from s2sad.errors import NotDifferentiableError, S2SADError
from s2sad.inputs import default_wrt
from s2sad.ir.operators import operator
from s2sad.ir.rewrite import clone_function, clone_program, substitute
from s2sad.ir.trace import Apply, Atom, Block, Call, Const, Function, Op, Program, Value, walk
from s2sad.ir.types import FLOAT, NONE, UNKNOWN, Num, TupleType, Type
from s2sad.rules.row import Table
from s2sad.transform.shapes import same_shape

# (program, mode, names of parameters, whether one adjoint comes bare, types by name) -> derivative
Derive = Callable[[Program, str, "tuple[str, ...]", bool, dict[str, Type]], Program]


def has_derivatives(program: Program) -> bool:
    return any(_sites(function) for function in program.functions.values())


def callees(function: Function, derivatives: bool = True) -> list[str]:
    """The keys of the functions that one calls, or (`derivatives`) of which it asks for a derivative."""
    found = [op.callee if isinstance(op, Call) else str(op.attrs["of"]) for op in walk(function.block)
             if isinstance(op, Call) or (derivatives and isinstance(op, Apply) and op.prim == "derivative")]
    return list(dict.fromkeys(found))


def reached(program: Program, entry: str, derivatives: bool = True) -> list[str]:
    """The keys of the functions that one needs, itself first."""
    found: dict[str, None] = {}
    pending = [entry]
    while pending:
        key = pending.pop()
        if key not in found:
            found[key] = None
            pending += reversed(callees(program.functions[key], derivatives))
    return list(found)


def _sites(function: Function) -> list[Apply]:
    return [op for op in walk(function.block) if isinstance(op, Apply) and op.prim == "derivative"]


@dataclass
class _Made:
    """A derivative for given types: its functions and its result's type, or why there is none."""

    program: Program | None = None
    type: Type = UNKNOWN
    error: S2SADError | None = None
    key: str | None = None


@dataclass
class Expansion:
    """Expands one program in place; `derive` is the pipeline."""

    program: Program
    table: Table
    derive: Derive
    made: dict[tuple[object, ...], _Made] = field(default_factory=dict)

    def run(self, types: dict[str, Type]) -> None:
        """Replace every derivative that the entry needs; `types` are those of its parameters."""
        self._check_towers()
        typed = clone_program(self.program)
        Inference(typed, self.table, lambda op: self._of(op).type).run(types)
        for key in reached(self.program, self.program.entry, derivatives=False):
            function = self.program.functions[key]
            # The copy has the types, and the same operations in the same order.
            twins = iter(_sites(typed.functions[key]))
            self._block(function.block, {site: next(twins) for site in _sites(function)})
        kept = reached(self.program, self.program.entry)
        self.program.functions = {k: f for k, f in self.program.functions.items() if k in kept}

    def _check_towers(self) -> None:
        """A function that needs a derivative of itself needs one of every order."""
        for key in reached(self.program, self.program.entry):
            for site in _sites(self.program.functions[key]):
                of = site.attrs["of"]
                if any(other.attrs["of"] == of for k in reached(self.program, of)
                       for other in _sites(self.program.functions[k])):
                    raise NotDifferentiableError(
                        f"a derivative of {self.program.functions[of].name!r} needs a derivative of it itself",
                        loc=site.loc, function=self.program.functions[key].name,
                        hint="differentiate a function that does not call its own derivative")

    # -- one derivative ---------------------------------------------------------------------

    def _of(self, site: Apply) -> _Made:
        """The derivative for the types of a site's operands."""
        kinds = tuple(a.type for a in site.args)
        attrs = site.attrs
        key = (attrs["of"], attrs["mode"], attrs["wrt"], attrs["single"], *map(repr, kinds), kinds)
        if key not in self.made:
            self.made[key] = _Made()
            try:
                self.made[key] = self._make(site, kinds)
            except S2SADError as error:
                # Types may still change; if these are the final ones, the error is the user's.
                self.made[key] = _Made(error=error.placed(site.loc, self.program.main.name))
        return self.made[key]

    def _make(self, site: Apply, kinds: tuple[Type, ...]) -> _Made:
        of, mode = site.attrs["of"], site.attrs["mode"]
        inner = Program(of, {k: self.program.functions[k] for k in reached(self.program, of)}, self.program.globals,
                        self.program.file, self.program.source_hash)
        names = [p.name for p in inner.main.params]
        wrt = site.attrs["wrt"]
        single = site.attrs["single"]
        if wrt is None:
            wrt = default_wrt(inner, {}, self.table)
            single = len(wrt) == 1
        types = dict(zip(names, kinds))
        types.update((n, FLOAT) for n in wrt if _is_int(types[n]))
        derived = self.derive(clone_program(inner), mode, wrt, single, types)
        if mode == "vjp":
            self._check_seed(derived.main, site, kinds[-1])
        inference = Inference(clone_program(derived), self.table)
        inference.run({})
        return _Made(derived, inference.results[derived.entry])

    def _check_seed(self, main: Function, site: Apply, seed: Type) -> None:
        """The seed of a vjp has the shape of the value; where that is not proved, the code checks it."""
        parameter, value = main.params[-1], main.values[-1]
        if seed == NONE:
            if parameter.default is None:
                name = self.program.functions[site.attrs["of"]].name
                raise NotDifferentiableError(f"the vjp of {name!r} needs a seed: its value is not known to be a scalar",
                                             hint="pass the seed behind the arguments")
            return
        end = main.block.ops[-1]
        made = {v: op for op in main.block.ops for v in op.defined()}
        pair = made.get(end.operands()[0])  # type: ignore[arg-type]
        if same_shape(seed, value.type) or not isinstance(pair, Apply) or pair.prim != "tuple" or \
                not (isinstance(value.type, Num) or value.type == UNKNOWN):
            return
        checked = Value(value.name, value.type)
        substitute(main.block, {value: checked})
        check = Apply("helper.of_shape", [value, pair.args[0], Const(parameter.name)], [checked], origin="guard")
        after = made.get(pair.args[0])  # type: ignore[arg-type]
        main.block.ops.insert(main.block.ops.index(after) + 1 if after is not None else 0, check)

    # -- putting it in place ------------------------------------------------------------------

    def _block(self, block: Block, twins: dict[Apply, Apply]) -> None:
        ops: list[Op] = []
        for op in block.ops:
            for inner in op.blocks():
                self._block(inner, twins)
            if isinstance(op, Apply) and op in twins:
                ops += self._call(op, twins[op])
            else:
                ops.append(op)
        block.ops = ops

    def _call(self, site: Apply, twin: Apply) -> list[Op]:
        """The call that a site becomes."""
        made = self._of(twin)
        if made.error is not None:
            raise made.error
        assert made.program is not None
        if made.key is None:
            made.key = self._install(made.program, f"{site.attrs['of']}:{site.attrs['mode']}")
        main = self.program.functions[made.key]
        ops: list[Op] = []
        args: list[Atom] = []
        for atom, kind, value, parameter in zip(site.args, (a.type for a in twin.args), main.values, main.params):
            if kind == NONE and parameter.default is not None:
                atom = parameter.default
            elif _is_int(kind) and value.type == FLOAT:
                atom = self._as_float(atom, ops, site)
            args.append(atom)
        if operator(site.attrs["mode"]).extras == "tangents":
            self._check_tangents(twin, args, ops)
        elif site.attrs["mode"] == "vhp" and twin.args[-1].type != NONE:
            self._check_second_seed(twin, args, ops)
        ops.append(Call(made.key, args, site.results, loc=site.loc, origin=site.origin))
        return ops

    def _check_second_seed(self, twin: Apply, args: list[Atom], ops: list[Op]) -> None:
        """The seed of a vhp has the shape of the gradient, which is that of what it is taken by."""
        if twin.attrs["single"]:
            return self._check_tangents(twin, args, ops)
        names = [p.name for p in self.program.functions[twin.attrs["of"]].params]
        like = [twin.args[names.index(name)].type for name in twin.attrs["wrt"]]
        seed = twin.args[-1].type
        items = seed.items if isinstance(seed, TupleType) else ()
        if len(items) != len(like) or not all(map(same_shape, like, items)):
            raise NotDifferentiableError("the seed of a vhp is not known to have the shapes of the gradients",
                                         loc=twin.loc, hint="use hvp, which takes a tangent for each parameter")

    def _check_tangents(self, twin: Apply, args: list[Atom], ops: list[Op]) -> None:
        """Tangents have the shapes of their parameters; where that is not proved, the code checks it."""
        names = [p.name for p in self.program.functions[twin.attrs["of"]].params]
        for k, name in enumerate(twin.attrs["wrt"], len(names)):
            place = names.index(name)
            if not same_shape(twin.args[place].type, twin.args[k].type):
                checked = Value(None, twin.args[place].type)
                ops.append(Apply("helper.of_shape", [args[k], args[place], Const(f"{name}_dot")], [checked],
                                 loc=twin.loc, origin="guard"))
                args[k] = checked

    def _as_float(self, atom: Atom, ops: list[Op], site: Apply) -> Atom:
        """What is differentiated with respect to is a float, as it is for the operators when they are called."""
        if isinstance(atom, Const) and type(atom.value) is int:
            return Const(float(atom.value))
        result = Value(None, FLOAT)
        ops.append(Apply("float", [atom], [result], loc=site.loc, origin=site.origin))
        return result

    def _install(self, derived: Program, base: str) -> str:
        """Add the functions of a derivative to the program; the key of its entry."""
        number, entry = 2, base
        while entry in self.program.functions:
            entry, number = f"{base}:{number}", number + 1
        keys = {k: entry if k == derived.entry else f"{entry}/{k}" for k in derived.functions}
        for key, function in derived.functions.items():
            copy = replace(clone_function(function)[0], key=keys[key])
            for op in walk(copy.block):
                if isinstance(op, Call):
                    op.callee = keys[op.callee]
            self.program.functions[keys[key]] = copy
        return entry


def _is_int(kind: Type) -> bool:
    return isinstance(kind, Num) and kind.kind == "int" and kind.is_scalar and kind.dtype is None
