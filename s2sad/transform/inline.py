"""Small user functions are written into their callers; others keep functions of their own.

Before::                            After::

    function f(x)                       function f(x)
        y = call g(x)                       w0 = mul(x, x)
        return y                            y = add(w0, 1.0)
    function g(u)                           return y
        w0 = mul(u, u)
        w1 = add(w0, 1.0)
        return w1

A function is inlined when it is not recursive, returns once at its end (run `structure_exits` first), and is
short or called once.  Callees are handled before their callers.
"""

from __future__ import annotations

from collections import Counter

from s2sad.ir.rewrite import Mapping, clone_ops, substitute
from s2sad.ir.trace import Apply, Block, Call, Function, Op, Program, Return, Value, walk

_SMALL = 24


def inline_calls(program: Program, structured: bool) -> None:
    """Inline what should be, in place; functions that are not called any more are dropped.

    `structured` says that every function returns once, so that any may be inlined; otherwise only functions
    without early returns are.
    """
    counts = Counter(op.callee for f in program.functions.values() for op in walk(f.block) if isinstance(op, Call))
    done: set[str] = set()

    def visit(key: str, above: tuple[str, ...]) -> None:
        if key in done:
            return
        function = program.functions[key]
        for callee in _callees(function):
            if callee not in (*above, key):
                visit(callee, (*above, key))
        inner = {k: program.functions[k] for k in _callees(function)
                 if k not in (*above, key) and _inlinable(program, k, counts[k], structured)}
        _inline_block(function.block, inner)
        done.add(key)

    visit(program.entry, ())
    reached: set[str] = set()
    pending = [program.entry]
    while pending:
        key = pending.pop()
        if key not in reached:
            reached.add(key)
            pending += _callees(program.functions[key])
    program.functions = {k: f for k, f in program.functions.items() if k in reached}


def _callees(function: Function) -> list[str]:
    """The functions that one calls, or asks for a derivative of."""
    found = [op.callee if isinstance(op, Call) else str(op.attrs["of"]) for op in walk(function.block)
             if isinstance(op, Call) or (isinstance(op, Apply) and op.prim == "derivative")]
    return list(dict.fromkeys(found))


def _inlinable(program: Program, key: str, count: int, structured: bool) -> bool:
    function = program.functions[key]
    returns = [op for op in walk(function.block) if isinstance(op, Return)]
    if len(returns) != 1 or function.block.ops[-1] is not returns[0]:
        return False
    if _recursive(program, key):
        return False
    return count == 1 or sum(1 for _ in walk(function.block)) <= _SMALL


def _recursive(program: Program, key: str) -> bool:
    seen: set[str] = set()
    pending = _callees(program.functions[key])
    while pending:
        callee = pending.pop()
        if callee == key:
            return True
        if callee not in seen:
            seen.add(callee)
            pending += _callees(program.functions[callee])
    return False


def _inline_block(block: Block, functions: dict[str, Function]) -> None:
    ops: list[Op] = []
    replaced: Mapping = {}
    for op in block.ops:
        for inner in op.blocks():
            _inline_block(inner, functions)
        if not (isinstance(op, Call) and op.callee in functions):
            ops.append(op)
            continue
        callee = functions[op.callee]
        mapping = dict(zip(callee.values, op.args))
        *body, end = clone_ops(callee.block.ops, mapping)
        for inlined in body:
            if isinstance(inlined, Apply) and inlined.prim == "derivative":
                inlined.loc = op.loc  # where it is asked for
        ops += body
        (result,), (value,) = op.results, end.operands()
        if isinstance(value, Value) and value.name is None:
            value.name = result.name
        replaced[result] = value
    block.ops = ops
    substitute(block, replaced)
