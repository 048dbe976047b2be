"""A whole random program: its module, the kinds of its arguments, the points it is called at."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from fuzz import (
    aliases,
    assignments,
    containers,
    control,
    derivatives,
    exceptions,
    functions,
    methods,
    results,
    stores,
)
from fuzz.constructs import REGISTRY, feature
from fuzz.kinds import FLOAT, INT, VECTOR, Array, Dict, Float, Int, Kind, List, M, N, Record, Tuple, annotation
from fuzz.scope import Memory, Scope, Variable
from fuzz.values import Made, built
from fuzz.writer import Frame, Options, Writer

FAMILIES = (assignments, control, stores, aliases, functions, methods, derivatives, containers, exceptions)
feature("written argument", "procedure", "float32", "non-contiguous input", "read-only input", "overlapping inputs",
        "integer array input", "no annotations", "some inputs inactive", "scalar program", "container input")

MODULE = ["import numpy as np", "from math import atan, cos, exp, log, sin, sqrt, tanh"]


@dataclass(frozen=True)
class Input:
    """A parameter; `layout` is how its arrays lie in memory."""

    name: str
    kind: Kind
    layout: str = "plain"
    active: bool = True


@dataclass
class Program:
    source: str
    inputs: list[Input]
    points: list[tuple[Any, ...]]  # plain values; `arguments` lays them out
    constructs: set[str] = field(default_factory=set)
    seed: int = 0
    annotated: bool = True
    classes: Mapping[str, Any] = field(default_factory=dict, compare=False)  # those of the program, once it is loaded

    @property
    def wrt(self) -> tuple[str, ...]:
        return tuple(i.name for i in self.inputs if i.active)

    @property
    def positions(self) -> tuple[int, ...]:
        return tuple(k for k, i in enumerate(self.inputs) if i.active)

    @property
    def narrow(self) -> bool:
        return any(isinstance(i.kind, Array) and i.kind.dtype == "float32" for i in self.inputs)

    def arguments(self, values: Sequence[Any], apart: bool = False) -> list[Any]:
        """Fresh arguments with these values, laid out as the inputs say; `apart`: none overlaps another."""
        made = [laid_out(value, i.layout) if isinstance(value, np.ndarray) else built(value, self.classes)
                for value, i in zip(values, self.inputs)]
        if apart:
            return made
        shared = [k for k, i in enumerate(self.inputs) if i.layout == "overlapping"]
        if len(shared) == 2:
            # The second is the first one, seen backwards.
            made[shared[1]] = made[shared[0]][::-1]
        return made


def laid_out(value: np.ndarray, layout: str) -> np.ndarray:
    if layout == "strided":
        wide = np.zeros((*value.shape[:-1], 2 * value.shape[-1]), value.dtype)
        wide[..., ::2] = value
        return wide[..., ::2]
    if layout == "backwards":
        return value[::-1].copy()[::-1]
    if layout == "columns":
        return np.asfortranarray(value.copy())
    made = value.copy()
    if layout == "read-only":
        made.flags.writeable = False
    return made


def generate(seed: int, options: Options | None = None) -> Program:
    """The program of that seed."""
    options = options or Options()
    unknown = (options.without | options.only) - set(names())
    if unknown:
        raise ValueError(f"no construct {', '.join(sorted(unknown))}")
    writer = Writer(seed, options)
    return _write(writer, seed)


def names() -> list[str]:
    """The names of all constructs."""
    from fuzz import constructs

    assert REGISTRY
    return sorted(constructs.NAMES)


def _write(writer: Writer, seed: int) -> Program:
    inputs, written = _inputs(writer)
    frame = Frame(_result(writer, written))
    variables = [Variable(i.name, i.kind, Memory(locked=not written or i.name == "c", origins={i.name}),
                          fixed=isinstance(i.kind, Int) or i.name in "kc") for i in inputs]
    frame.scope = Scope(variables)
    writer.frame = frame
    functions.helpers(writer)
    while writer.budget > 0:
        writer.statement()
    results.last(writer)
    inputs = [_layout(writer, i, v) for i, v in zip(inputs, variables)]
    if not written:
        inputs = _overlap(writer, inputs)
    annotated = any(i.name == "c" for i in inputs) or not writer.allows("no annotations", 0.15)
    texts = [f"{i.name}: {annotation(i.kind)}" if annotated else i.name for i in inputs]
    lines = [*MODULE, *sorted(writer.imports), *writer.module, "", "", f"def f({', '.join(texts)}):", *frame.lines]
    source = ast.unparse(ast.parse("\n".join(lines)))  # without needless parentheses
    return Program(source + "\n", inputs, _points(inputs, seed), writer.constructs, seed, annotated)


def _result(writer: Writer, written: bool) -> Kind | None:
    """What the program returns."""
    roll = writer.random.random()
    if written and writer.allows("procedure", 0.35):
        writer.note("no value")
        return None
    if roll < 0.65:
        return FLOAT
    if roll < 0.9:
        return Array(writer.random.choice([(N,), (N,), (M, N)]))
    writer.note("tuple returned")
    return Tuple((FLOAT, Array((N,))))


def _inputs(writer: Writer) -> tuple[list[Input], bool]:
    """The parameters, and whether the program may store into them."""
    scalars = [Input("a", FLOAT), Input("b", FLOAT), Input("n", INT, active=False)]
    if writer.allows("scalar program", 0.08):
        return scalars, False
    dtype = "float32" if writer.allows("float32", 0.1) else "float64"
    found = [Input("x", Array((N,), dtype))]
    if writer.chance(0.5):
        found.append(Input("y", Array(writer.random.choice([(N,), (M, N), (M,)]))))
    if writer.allows("container input", 0.15):
        found.append(Input("c", _container(writer)))
    if writer.allows("integer array input", 0.15):
        found.append(Input("k", Array((3,), "int64"), active=False))
    inputs = [*found, *scalars]
    if writer.allows("some inputs inactive", 0.2):
        out = writer.choose([i.name for i in inputs if i.active])
        inputs = [Input(i.name, i.kind, active=i.active and i.name != out) for i in inputs]
    return inputs, writer.allows("written argument", 0.25)


def _container(writer: Writer) -> Kind:
    """A container as an argument: its gradient has its structure."""
    pair = (("w", VECTOR), ("b", FLOAT))
    kind = writer.random.choice([Tuple((FLOAT, VECTOR)), Tuple((FLOAT, FLOAT)), List(FLOAT, 3), List(VECTOR, 2),
                                 Dict(("u", "v"), FLOAT), Dict(("u", "v"), VECTOR),
                                 Record("Given", pair), Record("Given", pair, mutable=True)])
    if isinstance(kind, Record):
        containers.declare(writer, kind)
    return kind


def _layout(writer: Writer, item: Input, variable: Variable) -> Input:
    if not isinstance(item.kind, Array) or not item.kind.is_float:
        return item
    layout = "plain"
    if writer.allows("non-contiguous input", 0.12):
        layout = writer.choose(["strided", "backwards", "columns"])
    elif variable.memory.find().locked and writer.allows("read-only input", 0.1):
        layout = "read-only"
    return Input(item.name, item.kind, layout, item.active)


def _overlap(writer: Writer, inputs: list[Input]) -> list[Input]:
    """Two arguments of one shape that are the same memory, now and then."""
    vectors = [i for i in inputs if isinstance(i.kind, Array) and i.kind == Array((N,))]
    if len(vectors) < 2 or not writer.allows("overlapping inputs", 0.2):
        return inputs
    return [Input(i.name, i.kind, "overlapping", i.active) if i in vectors else i for i in inputs]


def _points(inputs: list[Input], seed: int) -> list[tuple[Any, ...]]:
    """Two points: one where loops over `n` run, one where they may not."""
    generator = np.random.default_rng(seed)
    return [tuple(_value(i.kind, generator, count) for i in inputs) for count in (3, int(seed % 3))]


def _value(kind: Kind, generator: np.random.Generator, count: int) -> Any:
    if isinstance(kind, Float):
        return float(generator.uniform(-1.5, 1.5))
    if isinstance(kind, Int):
        return count
    if isinstance(kind, (List, Tuple)):
        parts = kind.items if isinstance(kind, Tuple) else [kind.item] * kind.length
        return (tuple if isinstance(kind, Tuple) else list)(_value(part, generator, count) for part in parts)
    if isinstance(kind, Dict):
        return {key: _value(kind.item, generator, count) for key in kind.keys}
    if isinstance(kind, Record):
        return Made(kind.name, tuple(_value(part, generator, count) for _, part in kind.fields))
    assert isinstance(kind, Array)
    if not kind.is_float:
        return np.array([0, 2, 0])
    return generator.uniform(-1.5, 1.5, kind.shape).astype(kind.dtype)
