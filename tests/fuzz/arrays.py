"""Arrays: expressions of a wanted shape."""

from __future__ import annotations

from fuzz import calls, expressions
from fuzz.constructs import feature
from fuzz.kinds import Array, M, N
from fuzz.subscripts import part
from fuzz.writer import Writer

feature("where", "matmul", "outer", "reduction over an axis", "joining", "rearranging", "broadcasting", "new array",
        "array of scalars", "reshape read", "transpose read", "array comprehension", "integer array")

FUNCTIONS = ("np.sin", "np.cos", "np.tanh", "np.arctan", "np.sin", "np.abs", "np.negative")


def array(writer: Writer, shape: tuple[int, ...], depth: int = 1) -> str:
    """An expression of an array of that shape; its memory may be that of a variable."""
    roll = writer.random.random()
    if depth <= 0 or roll < 0.3:
        return leaf(writer, shape)
    if roll < 0.45:
        return f"{writer.choose(FUNCTIONS)}({array(writer, shape, depth - 1)})"
    if roll < 0.7:
        return f"({array(writer, shape, depth - 1)} {writer.choose('+-*')} {beside(writer, shape, depth - 1)})"
    if roll < 0.74:
        return f"({array(writer, shape, depth - 1)} / (1.3 + {leaf(writer, shape)} ** 2))"
    if roll < 0.78 and writer.allows("where"):
        return f"np.where({leaf(writer, shape)} > {expressions.atom(writer)}, {array(writer, shape, depth - 1)}, " \
               f"{beside(writer, shape, depth - 1)})"
    if roll < 0.84:
        found = calls.call(writer, Array(shape), depth - 1)
        if found is not None:
            return found
    return made(writer, shape, depth - 1) or leaf(writer, shape)


def leaf(writer: Writer, shape: tuple[int, ...]) -> str:
    """A variable of that shape, a part of one, or something made of numbers."""
    if writer.chance(0.6):
        found = writer.array(shape)
        if found is not None:
            return found.name
    held = expressions.item(writer, Array(shape)) if writer.chance(0.5) else None
    return held or part(writer, shape) or new(writer, shape)


def beside(writer: Writer, shape: tuple[int, ...], depth: int) -> str:
    """What may stand beside an array of that shape: the same shape, a number, or what broadcasts to it."""
    if writer.chance(0.3):
        return expressions.factor(writer, 1)
    if len(shape) == 2 and writer.allows("broadcasting", 0.3):
        inner = writer.random.choice([shape[1:], (1, shape[1]), (shape[0], 1)])
        if inner == (shape[0], 1):
            return f"({leaf(writer, shape[:1])})[:, None]"
        text = leaf(writer, shape[1:])
        return text if len(inner) == 1 else f"({text})[None]"
    if writer.allows("integer array", 0.06):
        return f"np.arange({shape[-1]})"
    return array(writer, shape, depth)


def new(writer: Writer, shape: tuple[int, ...]) -> str:
    """A fresh array out of numbers."""
    size = shape[0] if len(shape) == 1 else shape
    if len(shape) == 1 and writer.allows("array of scalars", 0.4):
        rest = "".join(f", {expressions.atom(writer)}" for _ in range(shape[0] - 1))
        return f"np.array([1.0 * {expressions.atom(writer)}{rest}])"
    if len(shape) == 1 and writer.allows("array comprehension", 0.06):
        e = writer.fresh("e")
        return f"np.array([{expressions.atom(writer)} * {e} for {e} in range({shape[0]})])"
    if writer.chance(0.3):
        return f"np.full({size}, 1.0 * {expressions.atom(writer)})"
    return f"(np.{writer.choose(['ones', 'ones', 'zeros'])}({size}) * {expressions.atom(writer)})"


def made(writer: Writer, shape: tuple[int, ...], depth: int) -> str | None:
    """An array computed from arrays of other shapes."""
    if len(shape) == 1:
        return _vector(writer, shape[0], depth)
    if len(shape) == 2:
        return _matrix(writer, shape, depth)
    return None


def _vector(writer: Writer, n: int, depth: int) -> str | None:
    if n in (N, M) and writer.allows("matmul", 0.25):
        inner = writer.random.choice([M, N])
        return f"(0.3 * {array(writer, (n, inner), depth)} @ {array(writer, (inner,), depth)})"
    if n in (N, M) and writer.allows("reduction over an axis", 0.25):
        text = array(writer, (M, N) if n == N else (N, M), depth)
        return f"{writer.choose(['np.sum', 'np.mean', 'np.max'])}({text}, axis=0)"
    if n > 1 and writer.allows("joining", 0.25):
        cut = writer.random.randint(1, n - 1)
        return f"np.concatenate([{leaf(writer, (cut,))}, {leaf(writer, (n - cut,))}])"
    if writer.allows("rearranging", 0.4):
        text = array(writer, (n,), depth)
        return writer.choose([f"np.roll({text}, 1)", f"np.flip({text})", f"np.sort({text})", f"np.maximum({text}, 0.2)",
                              f"np.clip({text}, -0.8, 0.9)", f"(np.cumsum({text}) * 0.4)"])
    return None


def _matrix(writer: Writer, shape: tuple[int, ...], depth: int) -> str | None:
    m, n = shape
    if writer.allows("outer", 0.25):
        return f"np.outer({array(writer, (m,), depth)}, {array(writer, (n,), depth)})"
    if writer.allows("matmul", 0.25):
        return f"(0.3 * {array(writer, (m, 3), depth)} @ {array(writer, (3, n), depth)})"
    if writer.allows("transpose read", 0.3):
        text = array(writer, (n, m), depth)
        return writer.choose([f"({text}).T", f"np.transpose({text})", f"np.swapaxes({text}, 0, 1)"])
    if writer.allows("reshape read", 0.3):
        return f"({array(writer, (n, m), depth)}).reshape({m}, {n})"
    if writer.allows("joining", 0.3):
        return f"np.stack([{', '.join(leaf(writer, (n,)) for _ in range(m))}])"
    return None


def fresh(writer: Writer, shape: tuple[int, ...]) -> str:
    """An expression of an array whose memory is its own."""
    roll = writer.random.random()
    known = writer.array(shape)
    if known is not None and roll < 0.5:
        return writer.choose([f"{known.name} * 1.0", f"{known.name}.copy()", f"np.zeros_like({known.name})",
                              f"np.array({known.name})", f"np.ones_like({known.name})", f"np.copy({known.name})"])
    if roll < 0.75:
        writer.note("new array")
        size = shape[0] if len(shape) == 1 else shape
        value = expressions.atom(writer)
        return writer.choose([f"np.zeros({size})", f"np.ones({size})", f"np.full({size}, 1.0 * {value})"])
    return f"np.{writer.choose(['sin', 'tanh', 'cos'])}({array(writer, shape, 1)})"


def bounded(writer: Writer, shape: tuple[int, ...], depth: int = 1) -> str:
    """An array that stays small whatever it is made of."""
    return f"np.{writer.choose(['sin', 'tanh', 'cos', 'arctan'])}({array(writer, shape, depth)})"
