"""The one pipeline, on one page: a program and a request in, a program of derivative functions out.

Every stage is a named pass over the traces; `Pipeline` runs it, verifies the result (in tests, or where
``S2SAD_VERIFY`` is set), times it and prints it if asked to.  `derive` is the order of the passes.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from s2sad.analysis.effects import effects_of, handled_of
from s2sad.analysis.references import Effects
from s2sad.analysis.types import infer_types
from s2sad.analysis.use import infer_from_use
from s2sad.errors import InternalError, NotDifferentiableError, S2SADError
from s2sad.expand import Expansion, has_derivatives
from s2sad.inputs import default_active, default_wrt, float_inputs, one_number, wrt_positions
from s2sad.ir.operators import Sweep, operator
from s2sad.ir.printer import print_program
from s2sad.ir.rewrite import clone_function, clone_program, drop_unreached
from s2sad.ir.trace import Apply, Const, Function, Program, walk
from s2sad.ir.types import Num, Type
from s2sad.ir.verifier import verify
from s2sad.lower import arrays, divisions, entry, lengths, recursion, scalars, signatures, small_stacks, stacks, support
from s2sad.naming import annotated, name_functions, name_temporaries, result_annotation, unused_name
from s2sad.optimize import (
    accumulate,
    assemble,
    cse,
    dce,
    dead_stacks,
    elide_copies,
    fold,
    fuse_branches,
    invariants,
    loop_heads,
    ownership,
    products,
    raise_exits,
    result_order,
    shape_reads,
    simplify,
    steady,
    store_updates,
    unset_tests,
)
from s2sad.rules import TABLE
from s2sad.rules.row import Table
from s2sad.transform import finals, settled, truth
from s2sad.transform.adjoint.gradient import Gradient
from s2sad.transform.adjoint.needed import Needed
from s2sad.transform.adjoint.state import CallRequest
from s2sad.transform.directions.ends import columns, rows
from s2sad.transform.exits import structure_exits
from s2sad.transform.inline import inline_calls
from s2sad.transform.kept import check_results, keep_part
from s2sad.transform.open_heads import open_heads
from s2sad.transform.optional import split_merges
from s2sad.transform.progress import record_progress
from s2sad.transform.records.assembly import put_together
from s2sad.transform.records.boundary import Layout, take_apart
from s2sad.transform.tangent import Tangent
from s2sad.transform.tuples import forward_items

VERIFY = "S2SAD_VERIFY"


@dataclass(frozen=True)
class Request:
    """What to make of a program's entry: the operator `mode`, of which `sweep` is under way.

    `wrt` are parameter names, or None for all that can be differentiated; `single` returns one adjoint
    bare and not as a tuple of one; `types` are the types of parameters by name (annotations serve otherwise).
    `target` is ``numpy``, or ``numba`` for code that Numba compiles.
    """

    mode: str
    wrt: tuple[str, ...] | None = None
    single: bool = False
    style: str = "compact"
    types: dict[str, Type] = field(default_factory=dict)
    optimize: bool = True
    name: str | None = None
    sweep: Sweep = field(default_factory=lambda: Sweep("grad"))
    target: str = "numpy"
    again: bool = False  # the program is a derivative already


@dataclass
class Pipeline:
    """Runs passes on a program, one by one; `dump_after` is a pass's name or ``all``.

    `errors` says that operations which may raise stay, though nobody needs their values."""

    program: Program
    table: Table = TABLE
    dump_after: str | None = None
    times: dict[str, float] | None = None
    errors: bool = True
    ran: list[str] = field(default_factory=list)

    def run(self, name: str, step: Callable[[], object], check: bool = True) -> None:
        """Run one pass, then verify, time and print."""
        begin = time.perf_counter()
        try:
            step()
        except S2SADError:
            raise
        except (KeyError, AttributeError, IndexError, TypeError, AssertionError, LookupError, ValueError) as error:
            raise InternalError(
                f"the compiler failed in the pass {name!r} ({type(error).__name__}: {error})",
                function=self.program.main.name, hint="please report this, with the function") from error
        if self.times is not None:
            self.times[name] = self.times.get(name, 0.0) + time.perf_counter() - begin
        if check and os.environ.get(VERIFY):
            verify(self.program, name, self.table.signature)
        self.ran.append(name)
        if self.dump_after in (name, "all"):
            print(f"# after {name}\n{print_program(self.program)}", file=sys.stderr)

    def each(self, name: str, step: Callable[[Function, Table], object]) -> None:
        """Run a pass on every function."""
        self.run(name, lambda: [step(f, self.table) for f in self.program.functions.values()])

    def drop_dead(self) -> None:
        """Drop what nobody needs."""
        self.each("dead-code", lambda f, t: dce.run(f, t, errors=self.errors))


def derive(program: Program, request: Request, table: Table = TABLE, dump_after: str | None = None,
           times: dict[str, float] | None = None) -> Program:
    """The derivative of a program's entry, with every function that it needs.  `program` is left as it was."""
    p = Pipeline(clone_program(program), table, dump_after, times, keeps_errors(request))
    p.run("frontend", lambda: None)
    containers = differentiate(p, request)
    finish(p, request)
    if containers:
        _contained(p, containers)
    if request.target == "numba":
        lower(p)
    p.run("function-names", lambda: name_functions(p.program))
    p.each("assemble", lambda f, t: assemble.run(f, t, p.errors))
    return p.program


def keeps_errors(request: Request) -> bool:
    """Whether all that the primal raises is raised: where its value is returned, and not by a gradient alone."""
    return request.mode in ("value_and_grad", "vjp", "jvp")


def differentiate(p: Pipeline, request: Request) -> Containers | None:
    """From a program as it was read to its derivative, correct and badly written; the containers taken apart."""
    *first, last = operator(request.mode).sweeps
    if first:
        request = replace(request, wrt=request.wrt or default_wrt(p.program, request.types, p.table))
    for sweep in first:
        inner = replace(request, mode=sweep.mode, sweep=sweep, name=None)
        _settle(p, _sweep(p, inner), inner, headings=not last.reverse)
    again = any(not sweep.part for sweep in first)
    return _sweep(p, replace(request, mode=last.mode, sweep=last, again=again))


def _settle(p: Pipeline, containers: Containers | None, request: Request, headings: bool = False) -> None:
    """A derivative becomes a function like any other, which may be differentiated again."""
    shorten(p, request)
    p.each("ownership", ownership.run)
    if containers:
        _contained(p, containers)
    p.drop_dead()
    p.each("settled", settled.run)
    if not headings:
        p.each("headings", lambda f, t: settled.drop_headings(f.block))


def _sweep(p: Pipeline, request: Request) -> Containers | None:
    """One sweep of a derivative."""
    reverse = request.sweep.reverse
    request = replace(request, types=float_inputs(p.program.main, request.wrt or (), request.types))
    p.run("open-heads", lambda: open_heads(p.program, p.table))
    _inline(p, reverse)
    p.each("tests-of-none", fold.decide_none)
    if has_derivatives(p.program):
        _expand(p, request)
    containers = _records(p, request)
    request = containers.inner() if containers else request
    _infer(p, request)
    p.each("truth", truth.run)
    p.run("split-tuples", lambda: split_merges(p.program))
    p.each("forward-items", lambda f, t: forward_items(f))
    p.each("type-tests", fold.decide)
    p.each("unset-tests", unset_tests.run)
    p.each("invariants", invariants.run)
    p.drop_dead()
    if request.style == "trace":
        p.each("name-temporaries", lambda f, t: name_temporaries(f))
    alone = (request.sweep.every or request.sweep.part is not None) and not request.again
    request = _cheaper(p.program.main, request)
    if containers:
        containers.request = replace(containers.request, mode=request.mode, sweep=request.sweep)
    inputs = wrt_positions(p.program.main, request.wrt)
    if request.sweep.reverse:
        _reverse(p, request)
    else:
        _forward(p, request)
    if alone:
        check_results(p.program.main)
    if request.sweep.every:
        _every(p, request, inputs)
        if containers:
            containers.request = replace(containers.request, mode="grad", sweep=Sweep("grad"))
            _check_plain_value(p, containers)
    elif not containers:
        p.run("kept-part", lambda: _keep(p.program.main, request.sweep.part))
    return containers


def _check_plain_value(p: Pipeline, containers: Containers) -> None:
    """What has a Jacobian is an array; its inputs may be containers."""
    wanted = containers.layout.result
    if wanted is not None:
        raise NotDifferentiableError(f"the value is a {wanted.name}, which has no Jacobian",
                                     function=p.program.main.name, hint="return an array or a tuple of arrays")


def _cheaper(main: Function, request: Request) -> Request:
    """A Jacobian that is one number's derivative, or a number's gradient, is made as that."""
    value = main.block.ops[-1].operands()[0].type
    kinds = [main.values[k].type for k in wrt_positions(main, request.wrt)]
    if request.sweep.every and request.sweep.reverse and isinstance(value, Num) and value.is_scalar:
        return replace(request, mode="grad", sweep=Sweep("grad"))
    one = len(kinds) == 1 and request.single and isinstance(kinds[0], Num) and kinds[0].is_scalar
    if request.sweep.every and not request.sweep.reverse and one:
        return replace(request, sweep=replace(request.sweep, every=False, one=True))
    return request


def _every(p: Pipeline, request: Request, inputs: list[int]) -> None:
    """Vector mode: the sweep carries all directions at once."""
    program = p.program
    if request.target == "numba":
        raise NotDifferentiableError("Jacobians and Hessians are not written for Numba", function=program.main.name,
                                     hint="use hvp, jvp or vjp, or the target numpy")
    if not request.sweep.reverse:
        p.run("kept-part", lambda: keep_part(program.main, request.sweep.part))
    p.each("dead-code", dce.run)
    p.run("types", lambda: infer_types(program, p.table, {}))
    p.run("directions", lambda: (rows if request.sweep.reverse else columns)(
        program, p.table, inputs, request.single))
    p.run("callees", lambda: drop_unreached(program))
    if program.main.returns is not None:
        program.main.returns = result_annotation(program.main)


def _expand(p: Pipeline, request: Request) -> None:
    """Derivatives that the program itself asks for: code in their place, by this same pipeline."""
    reverse = request.sweep.reverse

    def derive_inner(program: Program, mode: str, wrt: tuple[str, ...], single: bool,
                     types: dict[str, Type]) -> Program:
        wanted = Request(mode, wrt, single, types=types, optimize=request.optimize)
        inner = Pipeline(program, p.table, times=p.times, errors=keeps_errors(wanted))
        _settle(inner, differentiate(inner, wanted), wanted)
        return inner.program

    _types_of_parameters(p, request)
    p.run("expand", lambda: Expansion(p.program, p.table, derive_inner).run(dict(request.types)))
    _inline(p, reverse)


def _inline(p: Pipeline, reverse: bool) -> None:
    """Small functions into their callers; a reverse sweep starts from functions with one exit."""
    if reverse:
        p.each("structure-exits", lambda f, t: structure_exits(f))
        p.each("finals", finals.run)
    p.run("inline", lambda: inline_calls(p.program, structured=reverse))


def _records(p: Pipeline, request: Request) -> Containers | None:
    """Containers with known keys are taken apart; what they were, for `_contained`."""
    found: list[Layout | None] = []
    main = p.program.main
    for value, parameter in zip(main.values, main.params):
        value.type = request.types.get(parameter.name, value.type)
    names = request.wrt
    if names is None:
        names = tuple(q.name for q, v in zip(main.params, main.values) if default_active(v.type))
    p.run("records", lambda: found.append(take_apart(p.program, p.table)))
    layout = found[0]
    if layout is not None and layout.result is not None and request.mode in ("grad", "value_and_grad"):
        raise NotDifferentiableError(f"{main.name!r} returns a {layout.result.name}: only a scalar has a gradient",
                                     loc=main.block.ops[-1].loc, function=main.name,
                                     hint="use vjp with a seed of the value's structure, or return a number")
    return None if layout is None else Containers(layout, names, request)


@dataclass
class Containers:
    """The containers of a program that was taken apart, and what it is differentiated with respect to."""

    layout: Layout
    wrt: tuple[str, ...]
    request: Request

    def inner(self) -> Request:
        """The request for the program between."""
        leaves = self.layout.flat_wrt(self.wrt)
        if not leaves:
            raise NotDifferentiableError(f"{', '.join(self.wrt)}: nothing in it has a derivative",
                                         hint="differentiate with respect to something that holds floats")
        types = {q.name: v.type for q, v, t in zip(self.layout.params, self.layout.values, self.layout.trees)
                 if t.kind == "leaf"}
        known = {k: types[k] for k in self.request.types if k in types}
        return replace(self.request, wrt=leaves, single=False, types=known)


def _contained(p: Pipeline, containers: Containers) -> None:
    """The containers are put together again in the entry."""
    program, request = p.program, containers.request

    def step() -> None:
        derived = put_together(program.main, containers.layout, request.mode, containers.wrt, request.single, p.table)
        if derived.returns is not None:
            derived.returns = result_annotation(derived)
        program.functions[program.entry] = derived
        _keep(derived, request.sweep.part)

    p.run("containers", step)
    p.each("forward-items", lambda f, t: forward_items(f))
    p.drop_dead()


def _keep(derived: Function, part: int | None) -> None:
    """What is asked for of the pair that a sweep gives."""
    if part is not None:
        keep_part(derived, part)
        if derived.returns is not None:
            derived.returns = result_annotation(derived)


def expanded(program: Program, types: dict[str, Type]) -> Program:
    """A program with the derivatives that it asks for written out, to be run or shown itself."""
    if not has_derivatives(program):
        return program
    p = Pipeline(clone_program(program))
    _expand(p, Request("jvp", types=types, sweep=Sweep("jvp")))
    for function in p.program.functions.values():
        for op in walk(function.block):
            op.origin = "primal"  # to whoever looks at this function
    return p.program


def _infer(p: Pipeline, request: Request) -> None:
    """Types of everything."""
    _types_of_parameters(p, request)
    p.run("types", lambda: infer_types(p.program, p.table, dict(request.types)))


def _types_of_parameters(p: Pipeline, request: Request) -> None:
    """The types of the entry's parameters: as given, or by their use.

    A gradient's unknown parameters may become scalars that are checked at entry."""
    main = p.program.main

    def step() -> None:
        for value, parameter in zip(main.values, main.params):
            if parameter.name in request.types:
                value.type = request.types[parameter.name]
        scalar = request.mode in ("grad", "value_and_grad")
        assumed = infer_from_use(main, p.table, scalar_result=scalar)
        if request.sweep.one:
            assumed += one_number(main, request.wrt)
        # Only the entry can be called with anything else: its guards stand first.
        for value in reversed(assumed):
            guard = Apply("helper.require_scalar", [value, Const(value.name)], origin="guard")
            main.block.ops.insert(0, guard)

    p.run("use", step)


def _forward(p: Pipeline, request: Request) -> None:
    main = p.program.main
    requests: dict[tuple[str, tuple[int, ...]], str] = {}
    effects, handled = effects_of(p.program, p.table), handled_of(p.program)

    def step() -> None:
        tangent = Tangent(clone_function(main)[0], p.table, wrt_positions(main, request.wrt), effects, request.style,
                          request.sweep.one, outputs=request.sweep.part is None)
        _enter(p, tangent.run(), request)
        requests.update(tangent.requests)

    p.run("tangent", step, check=False)
    while requests:
        (callee, active), key = requests.popitem()
        if key in p.program.functions:
            continue

        def step_callee(callee: str = callee, active: tuple[int, ...] = active, key: str = key) -> None:
            function, _ = clone_function(p.program.functions[callee])
            tangent = Tangent(function, p.table, list(active), effects, request.style)
            name = unused_name(p.program, function.name + "_jvp")
            p.program.functions[key] = replace(tangent.run_callee(callee in handled), key=key, name=name)
            requests.update(tangent.requests)

        p.run("tangent", step_callee, check=False)
    p.run("callees", lambda: drop_unreached(p.program))


def _reverse(p: Pipeline, request: Request) -> None:
    main = p.program.main
    pending: dict[CallRequest, tuple[str, str]] = {}
    made: list[Gradient] = []
    effects = effects_of(p.program, p.table)
    p.each("progress", lambda f, t: record_progress(f, t, effects))

    def step() -> None:
        function, _ = clone_function(main)
        gradient = Gradient(function, p.table, wrt_positions(main, request.wrt), effects, request.style,
                            request.single, outputs=request.mode == "vjp" and request.sweep.part is None)
        _enter(p, gradient.run(request.mode), request)
        pending.update(gradient.state.requests)
        made.append(gradient)

    p.run("adjoint", step, check=False)
    p.run("dead-code", lambda: dce.run(p.program.main, p.table, errors=p.errors), check=False)
    p.run("needed", lambda: Needed(made[0].state, p.program.main, p.program.main, p.table).run(), check=False)
    while pending:
        call, keys = pending.popitem()
        if keys[0] not in p.program.functions:
            p.run("adjoint", lambda c=call, k=keys: pending.update(  # type: ignore[misc]
                _reverse_callee(p, c, k, request, effects)), check=False)
    p.run("callees", lambda: drop_unreached(p.program))


def _enter(p: Pipeline, derived: Function, request: Request) -> None:
    """Make a derivative the program's entry; the primal stays, for it may be called."""
    key = f"{derived.key}:{request.mode}"
    returns = result_annotation(derived) if any(q.annotation for q in derived.params) else None
    p.program.functions[key] = replace(derived, key=key, name=request.name or f"{derived.name}_{request.mode}",
                                       returns=returns, doc=None)
    p.program.entry = key


def _reverse_callee(p: Pipeline, call: CallRequest, keys: tuple[str, str], request: Request,
                    effects: Effects) -> dict[CallRequest, tuple[str, str]]:
    """The forward and the reverse function of a callee that is not inlined."""
    original = p.program.functions[call.callee]
    function, _ = clone_function(original)
    gradient = Gradient(function, p.table, list(call.active), effects, request.style, outputs=True,
                        changing=call.changing)
    forward, back = gradient.forward_and_reverse(keys)
    dce.run(back, p.table, errors=p.errors)
    Needed(gradient.state, forward, back, p.table).run()
    p.program.functions[keys[0]] = annotated(replace(forward, name=unused_name(p.program, original.name + "_forward")))
    p.program.functions[keys[1]] = annotated(replace(back, name=unused_name(p.program, original.name + "_reverse")))
    return gradient.state.requests


def finish(p: Pipeline, request: Request) -> None:
    """From a correct derivative to one that a person would have written."""
    shorten(p, request)
    if request.optimize:
        if request.style == "compact":
            p.each("store-updates", store_updates.run)
        p.each("elide-copies", elide_copies.run)
        if request.style == "compact" and request.target == "numpy":  # for Numba, sums are loops over elements
            p.each("accumulate", accumulate.run)
    p.each("ownership", ownership.run)
    p.each("raise-exits", raise_exits.run)
    p.each("steady", steady.run)
    p.each("loop-heads", loop_heads.run)
    p.each("dead-stacks", dead_stacks.run)
    p.drop_dead()
    if request.style == "compact":
        p.each("result-order", result_order.run)


def shorten(p: Pipeline, request: Request) -> None:
    """The same derivative in fewer operations."""
    p.each("forward-items", lambda f, t: forward_items(f))
    if request.optimize:
        p.drop_dead()
        p.each("shape-reads", shape_reads.run)
        p.each("fold", fold.run)
        p.each("simplify", simplify.run)
        if request.style == "compact":
            p.each("cse", cse.run)
        p.each("invariants", invariants.run)
        p.each("fold", fold.run)
        p.each("simplify", simplify.run)
        p.drop_dead()
        p.each("fuse-branches", fuse_branches.run)
        if request.style == "compact":
            p.each("products", products.run)


def lower(p: Pipeline) -> None:
    """From code for NumPy to code for Numba."""
    p.run("recursion", lambda: recursion.check(p.program))
    p.each("positions", signatures.run)
    p.each("scalars", scalars.run)
    p.each("lengths", lengths.run)
    p.each("small-stacks", small_stacks.run)
    p.each("arrays", arrays.run)
    p.run("entry", lambda: entry.run(p.program.main, p.table))
    p.drop_dead()
    p.each("stacks", stacks.run)
    p.drop_dead()
    p.each("divisions", divisions.run)
    p.each("numba-support", support.run)
