"""The smallest program that fails in the same way.

Edits of the program's tree are tried, large ones first, until none keeps the failure: statements go, blocks take the
place of what they stand in, expressions become one of their parts or a constant, parameters that nothing reads go.
"""

from __future__ import annotations

import ast
import copy
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from fuzz.oracles import Finding, check
from fuzz.programs import Program
from fuzz.values import Made

Edit = Callable[[ast.Module], bool]  # changes a tree; False where it does not apply
BODIES = ("body", "orelse", "finalbody", "handlers", "cases")
# What a comparison needs beside the variant that failed.
BESIDE = {"dot": ("jvp", "vjp"), "differ": ("jvp", "vjp")}


def shrink(program: Program, finding: Finding, folder: Path, seconds: float = 60.0) -> Program:
    """A program that is as small as can be found in that time."""
    labels = (finding.label, *BESIDE.get(finding.kind, ()))
    end = time.monotonic() + seconds

    def fails(candidate: Program) -> bool:
        outcome = check(candidate, folder, labels=labels)
        return outcome.invalid is None and any(finding.same_failure(f) for f in outcome.findings)

    for candidate in _points(program):
        if fails(candidate):
            program = candidate
            break
    changed = True
    while changed and time.monotonic() < end:
        changed = False
        for candidate in _smaller(program):
            if time.monotonic() > end:
                break
            if fails(candidate):
                program, changed = candidate, True
                break
    return program


def _points(program: Program) -> Iterator[Program]:
    for point in program.points:
        yield replace(program, points=[point])


def _smaller(program: Program) -> Iterator[Program]:
    """Programs with one edit, none of them twice."""
    seen = {program.source}
    for text in _texts(program.source):
        if text not in seen:
            seen.add(text)
            yield replace(program, source=text)
    yield from _fewer_inputs(program)
    for k, item in enumerate(program.inputs):
        if item.layout not in ("plain", "overlapping"):
            yield replace(program, inputs=_with(program.inputs, k, replace(item, layout="plain")))
    if sum(i.active for i in program.inputs) > 1:
        for k, item in enumerate(program.inputs):
            if item.active:
                yield replace(program, inputs=_with(program.inputs, k, replace(item, active=False)))


def _with(items: list[Any], k: int, item: Any) -> list[Any]:
    return [*items[:k], item, *items[k + 1:]]


def _texts(source: str) -> Iterator[str]:
    tree = ast.parse(source)
    for edit in _edits(tree):
        candidate = copy.deepcopy(tree)
        if edit(candidate):
            try:
                text = ast.unparse(ast.fix_missing_locations(candidate)) + "\n"
                compile(text, "candidate", "exec")
            except (SyntaxError, ValueError, AttributeError):
                continue
            yield text


def _edits(tree: ast.Module) -> Iterator[Edit]:
    """All edits, by place: the k-th node in the order of a walk is the same in a copy of the tree."""
    nodes = list(ast.walk(tree))
    for k, node in enumerate(nodes):
        for name in BODIES:
            body = getattr(node, name, None)
            if isinstance(body, list):
                size = len(body) // 2
                while size > 1:
                    for start in range(0, len(body), size):
                        yield _deleting(k, name, start, size)
                    size //= 2
    for k, node in enumerate(nodes):
        for name in BODIES:
            body = getattr(node, name, None)
            for place in reversed(range(len(body) if isinstance(body, list) else 0)):
                yield _deleting(k, name, place, 1)
                for inner in ("body", "orelse"):
                    if getattr(body[place], inner, None) and not isinstance(body[place], ast.FunctionDef):
                        yield _hoisting(k, name, place, inner)
    for k, node in enumerate(nodes):
        for name, value in ast.iter_fields(node):
            for place, item in enumerate(value) if isinstance(value, list) else [(None, value)]:
                if isinstance(item, ast.expr):
                    yield from _simpler(k, name, place, item)


def _node(tree: ast.Module, k: int) -> Any:
    return list(ast.walk(tree))[k]


def _deleting(k: int, name: str, start: int, size: int) -> Edit:
    def edit(tree: ast.Module) -> bool:
        node = _node(tree, k)
        body = getattr(node, name)
        if name in ("handlers", "cases") and len(body) <= size:
            return False
        del body[start:start + size]
        if not body and name == "body" and not isinstance(node, ast.Module):
            body.append(ast.Pass())
        return not (len(body) == 1 and size == 1 and isinstance(body[0], ast.Pass) and start > 0)

    return edit


def _hoisting(k: int, name: str, place: int, inner: str) -> Edit:
    def edit(tree: ast.Module) -> bool:
        body = getattr(_node(tree, k), name)
        block = getattr(body[place], inner)
        if not all(isinstance(s, ast.stmt) for s in block):
            return False
        body[place:place + 1] = block
        return True

    return edit


def _simpler(k: int, name: str, place: int | None, item: ast.expr) -> Iterator[Edit]:
    """The expression as one of its parts, or as a number."""
    parts = [c for c in ast.iter_child_nodes(item) if isinstance(c, ast.expr) and not isinstance(c, ast.Slice)]
    if isinstance(item, ast.Call):
        parts = [c for c in item.args if not isinstance(c, (ast.GeneratorExp, ast.ListComp, ast.Starred, ast.Lambda))]
    if isinstance(item, (ast.Name, ast.Constant, ast.Slice, ast.Lambda)):
        parts = []
    if name in ("func", "annotation", "returns"):
        return
    for part in parts:
        yield _replacing(k, name, place, part)
    if isinstance(item, (ast.Compare, ast.BoolOp)):
        yield _replacing(k, name, place, ast.Constant(True))
        yield _replacing(k, name, place, ast.Constant(False))
    if isinstance(item, (ast.BinOp, ast.Call, ast.IfExp, ast.Subscript, ast.UnaryOp)) and isinstance(
            getattr(item, "ctx", ast.Load()), ast.Load):
        yield _replacing(k, name, place, ast.Constant(0.5))
        yield _replacing(k, name, place, ast.Name("a", ast.Load()))


def _replacing(k: int, name: str, place: int | None, part: ast.expr) -> Edit:
    def edit(tree: ast.Module) -> bool:
        node = _node(tree, k)
        new = copy.deepcopy(part)
        old = getattr(node, name)
        if place is None:
            setattr(node, name, new)
        else:
            old[place] = new
        return True

    return edit


def _fewer_inputs(program: Program) -> Iterator[Program]:
    """Without a parameter that nothing reads."""
    tree = ast.parse(program.source)
    main = next(n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == "f")
    read = {n.id for n in ast.walk(main) if isinstance(n, ast.Name)}
    for k, item in enumerate(program.inputs):
        if item.name in read or len(program.inputs) == 1:
            continue
        smaller = copy.deepcopy(tree)
        function = next(n for n in smaller.body if isinstance(n, ast.FunctionDef) and n.name == "f")
        del function.args.args[k]
        rest = [i for i in program.inputs if i is not item]
        if any(i.active for i in rest):
            yield replace(program, source=ast.unparse(smaller) + "\n", inputs=rest,
                          points=[tuple(v for j, v in enumerate(point) if j != k) for point in program.points])


def case_file(program: Program, finding: Finding) -> str:
    """A finding as a case file, ready to be given a better first line."""
    lines = [f'"""Found by the fuzzer: {finding.kind}, {finding.label}."""', program.source.rstrip(), "",
             f"WRT = {program.wrt!r}", "POINTS = ["]
    lines += [f"    ({', '.join(_literal(v) for v in point)},)," for point in program.points]
    layouts = [f"# {i.name} is {i.layout}" for i in program.inputs if i.layout != "plain"]
    return "\n".join([*lines, "]", *layouts, ""])


def _literal(value: Any) -> str:
    if isinstance(value, np.ndarray):
        kind = "" if value.dtype == float else f", dtype=np.{value.dtype}"
        items = np.round(value.astype(float), 3) if value.dtype.kind == "f" else value
        return f"np.array({items.tolist()}{kind})"
    if isinstance(value, Made):
        return f"{value.name}({', '.join(map(_literal, value.fields))})"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key!r}: {_literal(item)}' for key, item in value.items())}}}"
    if isinstance(value, (tuple, list)):
        text = ", ".join(map(_literal, value))
        return f"({text},)" if isinstance(value, tuple) else f"[{text}]"
    return repr(round(value, 3) if isinstance(value, float) else value)
