"""Products of vectors and matrices, and `np.linalg`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from s2sad.errors import UnsupportedError
from s2sad.ir.builder import Formulas, Term
from s2sad.ir.trace import Atom, Const
from s2sad.ir.types import Num, Type
from s2sad.rules.declare import bilinear, general, rows
from s2sad.rules.types import as_numpy, broadcast, matmul_type, number, promote


def rank_of(x: Term) -> int | None:
    return number(x.type).rank


def _known_ranks(what: str, *xs: Term) -> list[int]:
    ranks = [rank_of(x) for x in xs]
    if None in ranks:
        raise UnsupportedError(f"{what} of arrays whose rank is not known",
                               hint="annotate the arguments, or differentiate at a signature")
    return [r for r in ranks if r is not None]


def transposed(F: Formulas, x: Term) -> Term:
    """The matrix transpose of the last two axes."""
    return F.transpose(x) if rank_of(x) == 2 else F.swapaxes(x, -1, -2)


MATMUL_ADJOINT_X = '''
def _matmul_adjoint_x(g, x, y):
    """The adjoint of x in x @ y."""
    if np.ndim(y) == 1:
        return g * y if np.ndim(x) == 1 else np.expand_dims(g, -1) * y
    if np.ndim(x) == 1:
        return (y @ np.expand_dims(g, -1))[..., 0]
    return g @ np.swapaxes(y, -1, -2)
'''.lstrip()

MATMUL_ADJOINT_Y = '''
def _matmul_adjoint_y(g, x, y):
    """The adjoint of y in x @ y."""
    if np.ndim(x) == 1:
        return x * g if np.ndim(y) == 1 else np.expand_dims(x, -1) * np.expand_dims(g, -2)
    if np.ndim(y) == 1:
        return np.tensordot(g, x, np.ndim(g))
    return np.swapaxes(x, -1, -2) @ g
'''.lstrip()


def _adjoint_types(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    return [Num(*promote([number(a.type) for a in args]), None)]


def matmul_x(F: Formulas, g: Term, z: Term, x: Term, y: Term) -> Term:
    if rank_of(x) is None or rank_of(y) is None:
        return F.matmul_adjoint_x(g, x, y)
    a, b = _known_ranks("the product", x, y)
    if b == 1:
        return g * y if a == 1 else F.expand_dims(g, -1) * y if a > 2 else F.outer(g, y)
    if a == 1:
        return y @ g if b == 2 else _sum_leading(F, F.squeeze(F.matmul(y, F.expand_dims(g, -1)), -1), b - 1)
    return g @ transposed(F, y)


def matmul_y(F: Formulas, g: Term, z: Term, x: Term, y: Term) -> Term:
    if rank_of(x) is None or rank_of(y) is None:
        return F.matmul_adjoint_y(g, x, y)
    a, b = _known_ranks("the product", x, y)
    if a == 1:
        if b == 1:
            return g * x
        return F.outer(x, g) if b == 2 else F.expand_dims(x, -1) * F.expand_dims(g, -2)
    if b == 1:
        return transposed(F, x) @ g if a == 2 else _sum_leading(F, F.expand_dims(g, -1) * x, a)
    return transposed(F, x) @ g


def _sum_leading(F: Formulas, v: Term, rank: int) -> Term:
    """The sum over all axes but the last."""
    return F.sum(v, tuple(range(rank - 1)))


def _dot_x(F: Formulas, g: Term, z: Term, x: Term, y: Term) -> Term:
    a, b = _known_ranks("np.dot", x, y)
    if a == 0 or b == 0:
        return g * y
    if a == 1 and b <= 2:
        return g * y if b == 1 else y @ g
    if b == 1:
        return F.expand_dims(g, -1) * y if a > 2 else F.outer(g, y)
    if a == 2 and b == 2:
        return g @ F.transpose(y)
    if b == 2:
        return g @ F.transpose(y)
    raise UnsupportedError("np.dot of arrays of three or more axes", hint="use the operator @ or np.einsum")


def _dot_y(F: Formulas, g: Term, z: Term, x: Term, y: Term) -> Term:
    a, b = _known_ranks("np.dot", x, y)
    if a == 0 or b == 0:
        return g * x
    if a == 1:
        return g * x if b == 1 else F.outer(x, g)
    if a == 2 and b <= 2:
        return F.transpose(x) @ g
    if b <= 2:
        lead = tuple(range(a - 1))
        return F.tensordot(x, g, (lead, lead))
    raise UnsupportedError("np.dot of arrays of three or more axes", hint="use the operator @ or np.einsum")


def _dot_types(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    a, b = as_numpy(number(args[0].type)), as_numpy(number(args[1].type))
    if a.shape == () or b.shape == ():
        return [Num(*promote([a, b]), broadcast([a.shape, b.shape]))]
    if a.shape is not None and b.shape is not None and len(b.shape) > 2:
        return [Num(*promote([a, b]), a.shape[:-1] + b.shape[:-2] + b.shape[-1:])]
    return matmul_type(args, attrs)


def _outer_types(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    a, b = number(args[0].type), number(args[1].type)
    one = a.shape[0] if a.shape is not None and len(a.shape) == 1 else None
    other = b.shape[0] if b.shape is not None and len(b.shape) == 1 else None
    return [Num(*promote([a, b]), (one, other))]


def _reshaped(F: Formulas, v: Term, x: Term) -> Term:
    """`v`, the adjoint of ``ravel(x)``, shaped as x."""
    return v if rank_of(x) == 1 else F.reshape(v, F.shape(x))


def _raveled(F: Formulas, x: Term) -> Term:
    return x if rank_of(x) == 1 else F.ravel(x)


def _same_shaped(F: Formulas, v: Term, x: Term, y: Term) -> Term:
    """`v`, which has the shape of y, in that of x, which has as many elements."""
    shape = number(x.type).shape
    known = shape is not None and None not in shape
    return v if known and shape == number(y.type).shape else F.reshape(v, F.shape(x))


def _inner_types(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    a, b = number(args[0].type), number(args[1].type)
    if a.shape is None or b.shape is None:
        return [Num(*promote([a, b]), None)]
    if not a.shape or not b.shape:
        return [Num(*promote([a, b]), a.shape + b.shape)]
    return [Num(*promote([a, b]), a.shape[:-1] + b.shape[:-1])]


def _inner_x(F: Formulas, g: Term, z: Term, x: Term, y: Term) -> Term:
    a, b = _known_ranks("np.inner", x, y)
    if min(a, b) == 0 or (a, b) == (1, 1):
        return g * y
    return F.tensordot(g, y, b - 1)


def _inner_y(F: Formulas, g: Term, z: Term, x: Term, y: Term) -> Term:
    a, b = _known_ranks("np.inner", x, y)
    if min(a, b) == 0 or (a, b) == (1, 1):
        return g * x
    return F.tensordot(g, x, (tuple(range(a - 1)), tuple(range(a - 1))))


def _vdot_types(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    return [Num(*promote([number(args[0].type), number(args[1].type)]), ())]


def _cross_types(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    a, b = number(args[0].type), number(args[1].type)
    return [Num(*promote([a, b]), broadcast([a.shape, b.shape]))]


# ---------------------------------------------------------------------------- tensordot, einsum

def _tensor_axes(axes: Term, a: int, b: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The contracted axes of both operands, counted from 0."""
    if not isinstance(axes.atom, Const):
        raise UnsupportedError("np.tensordot with axes that are not literal", hint="write the axes as numbers")
    value = axes.atom.value
    if isinstance(value, int):
        return tuple(range(a - value, a)), tuple(range(value))
    assert isinstance(value, tuple)
    pair = [(v,) if isinstance(v, int) else tuple(v) for v in value]
    return tuple(v % a for v in pair[0]), tuple(v % b for v in pair[1])


def _tensordot_x(F: Formulas, g: Term, z: Term, x: Term, y: Term, axes: Term) -> Term:
    a, b = _known_ranks("np.tensordot", x, y)
    ax, ay = _tensor_axes(axes, a, b)
    free_x = [k for k in range(a) if k not in ax]
    free_y = [k for k in range(b) if k not in ay]
    first = len(free_x)
    v = F.tensordot(g, y, (tuple(range(first, first + len(free_y))), tuple(free_y)))
    # axes of v: the free axes of x, then the contracted axes in the order in which y has them
    source = free_x + [ax[ay.index(k)] for k in sorted(ay)]
    return _ordered(F, v, source)


def _tensordot_y(F: Formulas, g: Term, z: Term, x: Term, y: Term, axes: Term) -> Term:
    a, b = _known_ranks("np.tensordot", x, y)
    ax, ay = _tensor_axes(axes, a, b)
    free_x = [k for k in range(a) if k not in ax]
    free_y = [k for k in range(b) if k not in ay]
    v = F.tensordot(x, g, (tuple(free_x), tuple(range(len(free_x)))))
    source = [ay[ax.index(k)] for k in sorted(ax)] + free_y
    return _ordered(F, v, source)


def _ordered(F: Formulas, v: Term, source: list[int]) -> Term:
    """`v` transposed so that the axis that belongs at position source[k], now at k, is there."""
    order = tuple(source.index(k) for k in range(len(source)))
    return v if order == tuple(range(len(order))) else F.transpose(v, order)


def _tensordot_types(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    a, b = number(args[0].type), number(args[1].type)
    kind, dtype = promote([a, b])
    axes = args[2]
    if a.shape is None or b.shape is None or not isinstance(axes, Const):
        return [Num(kind, dtype, None)]
    value: Any = axes.value
    if isinstance(value, int):
        return [Num(kind, dtype, a.shape[:len(a.shape) - value] + b.shape[value:])]
    ax, ay = ([v] if isinstance(v, int) else list(v) for v in value)
    keep_a = tuple(d for k, d in enumerate(a.shape) if k not in [v % len(a.shape) for v in ax])
    keep_b = tuple(d for k, d in enumerate(b.shape) if k not in [v % len(b.shape) for v in ay])
    return [Num(kind, dtype, keep_a + keep_b)]


def subscripts_of(spec: Atom, count: int) -> tuple[list[str], str]:
    """The index strings of einsum's operands and result; refuses what is not plain."""
    if not isinstance(spec, Const) or not isinstance(spec.value, str):
        raise UnsupportedError("np.einsum with subscripts that are not a literal string",
                               hint="write them out, as in np.einsum('ij,jk->ik', x, y)")
    text = spec.value.replace(" ", "")
    if "." in text:
        raise UnsupportedError("np.einsum with an ellipsis", hint="name every axis")
    left, arrow, right = text.partition("->")
    terms = left.split(",")
    if not arrow:
        letters = "".join(terms)
        right = "".join(sorted(c for c in set(letters) if letters.count(c) == 1))
    if any(len(set(t)) != len(t) for t in terms):
        raise UnsupportedError("np.einsum with an index repeated in one operand", hint="use np.trace or np.diagonal")
    if len(terms) != count:
        raise UnsupportedError(f"np.einsum with {len(terms)} subscripts for {count} operands",
                               hint="give one group of subscripts for each operand")
    return terms, right


def _einsum(F: Formulas, g: Term, z: Term, *operands: Term, k: int) -> Term:
    """The adjoint of operand k (position 0 is the subscripts)."""
    spec, xs = operands[0], operands[1:]
    terms, result = subscripts_of(spec.atom, len(xs))
    j = k - 1
    others = [i for i in range(len(xs)) if i != j]
    known = set(result).union(*(terms[i] for i in others))
    lost = [c for c in terms[j] if c not in known]
    target = "".join(c for c in terms[j] if c in known)
    inputs = [result, *(terms[i] for i in others)]
    args = [g, *(xs[i] for i in others)]
    if inputs == [target]:
        v = g
    else:
        v = F.einsum(",".join(inputs) + "->" + target, *args)
    if not lost:
        return v
    # an index that only this operand has was summed over: its adjoint repeats along that axis
    axes = tuple(i for i, c in enumerate(terms[j]) if c in lost)
    return F.broadcast_to(F.expand_dims(v, axes), F.shape(xs[j]))


def _einsum_types(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    xs = [number(a.type) for a in args[1:]]
    kind, dtype = promote(xs)
    try:
        terms, result = subscripts_of(args[0], len(xs))
    except UnsupportedError:
        return [Num(kind, dtype, None)]
    lengths: dict[str, Any] = {}
    for term, x in zip(terms, xs):
        for c, d in zip(term, x.shape or ()):
            lengths[c] = lengths.get(c) or d
    return [Num(kind, dtype, tuple(lengths.get(c) for c in result))]


# ---------------------------------------------------------------------------- decompositions

def _square(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    x = number(args[0].type)
    kind, dtype = promote([x], inexact=True)
    return [Num(kind, dtype, x.shape)]


def _det_types(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    x = number(args[0].type)
    kind, dtype = promote([x], inexact=True)
    return [Num(kind, dtype, None if x.shape is None else x.shape[:-2])]


def _solve_types(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    a, b = number(args[0].type), number(args[1].type)
    kind, dtype = promote([a, b], inexact=True)
    return [Num(kind, dtype, b.shape)]


def _solve(F: Formulas, a: Term, b: Term) -> Term:
    return Term(F.builder, F.builder.apply("np.linalg.solve", a, b))


def _inverse(F: Formulas, a: Term) -> Term:
    return Term(F.builder, F.builder.apply("np.linalg.inv", a))


def _inv_jvp(F: Formulas, t: Term, y: Term, x: Term) -> Term:
    return -(y @ t @ y)


def _inv_vjp(F: Formulas, g: Term, y: Term, x: Term) -> Term:
    yt = transposed(F, y)
    return -(yt @ g @ yt)


def _solve_jvp_a(F: Formulas, t: Term, y: Term, a: Term, b: Term) -> Term:
    return -_solve(F, a, t @ y)


def _solve_vjp_a(F: Formulas, g: Term, y: Term, a: Term, b: Term) -> Term:
    v = _solve(F, transposed(F, a), g)
    if rank_of(b) is None:
        raise UnsupportedError("np.linalg.solve of arrays whose rank is not known",
                               hint="annotate the arguments, or differentiate at a signature")
    if rank_of(b) == 1:
        return -F.outer(v, y)
    return -(v @ transposed(F, y))


def _slope_of_det(F: Formulas, y: Term, x: Term) -> Term:
    """d det / dx, as a matrix."""
    inverse = transposed(F, _inverse(F, x))
    return F.expand_dims(y, (-1, -2)) * inverse if rank_of(x) != 2 else y * inverse


def _det_jvp(F: Formulas, t: Term, y: Term, x: Term) -> Term:
    return F.sum(_slope_of_det(F, y, x) * t, (-2, -1)) if rank_of(x) != 2 else F.sum(_slope_of_det(F, y, x) * t)


def _det_vjp(F: Formulas, g: Term, y: Term, x: Term) -> Term:
    return _slope_of_det(F, y, x) * (g if rank_of(x) == 2 else F.expand_dims(g, (-1, -2)))


def _half_lower(F: Formulas, x: Term) -> Term:
    """The lower triangle with half the diagonal."""
    return (F.tril(x) + F.tril(x, -1)) / 2.0


def _cholesky_jvp(F: Formulas, t: Term, y: Term, x: Term) -> Term:
    """L_dot = L Phi(L^-1 (t + t^T)/2 L^-T): NumPy reads one triangle, but x is meant symmetric."""
    symmetric = (t + transposed(F, t)) / 2.0
    inner = _solve(F, y, transposed(F, _solve(F, y, symmetric)))
    return y @ _half_lower(F, inner)


def _cholesky_vjp(F: Formulas, g: Term, y: Term, x: Term) -> Term:
    yt = transposed(F, y)
    p = _half_lower(F, yt @ g)
    s = _solve(F, yt, transposed(F, _solve(F, yt, transposed(F, p))))
    return (s + transposed(F, s)) / 2.0


def _kron_types(args: Sequence[Atom], attrs: dict[str, Any]) -> list[Type]:
    x, y = (number(a.type) for a in args)
    kind, dtype = promote([x, y])
    return [Num(kind, dtype, None if x.rank is None or x.rank != y.rank else (None,) * x.rank)]


def _kron_blocks(F: Formulas, g: Term, x: Term, y: Term) -> tuple[Term, int]:
    """`g` with an axis for each axis of x and of y, in turns."""
    rank = rank_of(x)
    if rank not in (1, 2) or rank_of(y) != rank:
        raise UnsupportedError("np.kron of arrays that are not known to be two vectors or two matrices",
                               hint="annotate the arrays' ranks, or give a signature")
    lengths = [F.shape(a)[k] for k in range(rank) for a in (x, y)]
    return F.reshape(g, F.tuple(*lengths)), rank


def _kron_x(F: Formulas, g: Term, z: Term, x: Term, y: Term) -> Term:
    blocks, rank = _kron_blocks(F, g, x, y)
    return blocks @ y if rank == 1 else F.einsum("ikjl,kl->ij", blocks, y)


def _kron_y(F: Formulas, g: Term, z: Term, x: Term, y: Term) -> Term:
    blocks, rank = _kron_blocks(F, g, x, y)
    return x @ blocks if rank == 1 else F.einsum("ikjl,ij->kl", blocks, x)


PRODUCTS = rows(
    bilinear("z = np.matmul(x, y)", types=matmul_type, x=matmul_x, y=matmul_y),
    bilinear("z = np.dot(x, y)", types=_dot_types, x=_dot_x, y=_dot_y),
    bilinear("z = np.inner(x, y)", types=_inner_types, x=_inner_x, y=_inner_y),
    bilinear("z = np.outer(x, y)", types=_outer_types,
             x=lambda F, g, z, x, y: _reshaped(F, g @ _raveled(F, y), x),
             y=lambda F, g, z, x, y: _reshaped(F, F.transpose(g) @ _raveled(F, x), y)),
    bilinear("z = np.vdot(x, y)", types=_vdot_types,
             x=lambda F, g, z, x, y: _same_shaped(F, g * y, x, y),
             y=lambda F, g, z, x, y: _same_shaped(F, g * x, y, x)),
    bilinear("z = np.kron(x, y)", types=_kron_types, x=_kron_x, y=_kron_y),
    bilinear("z = np.cross(x, y)", types=_cross_types, x="cross(y, g)", y="cross(g, x)"),
    bilinear("z = np.tensordot(x, y, axes=2)", types=_tensordot_types, x=_tensordot_x, y=_tensordot_y),
    bilinear("z = np.einsum(*operands)", types=_einsum_types, operands=_einsum,
             doc="The first operand is the literal subscripts; linear in each of the others."),
)

HELPERS = rows(
    bilinear("z = helper.matmul_adjoint_x(v, x, y)", types=_adjoint_types, inactive=("x",), source=MATMUL_ADJOINT_X,
             v="matmul(g, y)", y="matmul_adjoint_y(v, g, y)"),
    bilinear("z = helper.matmul_adjoint_y(v, x, y)", types=_adjoint_types, inactive=("y",), source=MATMUL_ADJOINT_Y,
             v="matmul(x, g)", x="matmul_adjoint_x(v, x, g)"),
)

LINALG = rows(
    general("y = np.linalg.inv(x)", jvp={"x": _inv_jvp}, vjp={"x": _inv_vjp}, types=_square),
    general("y = np.linalg.solve(a, b)", jvp={"a": _solve_jvp_a, "b": lambda F, t, y, a, b: _solve(F, a, t)},
            vjp={"a": _solve_vjp_a, "b": lambda F, g, y, a, b: _solve(F, transposed(F, a), g)},
            types=_solve_types),
    general("y = np.linalg.det(x)", jvp={"x": _det_jvp}, vjp={"x": _det_vjp}, types=_det_types),
    general("y = np.linalg.cholesky(x)", jvp={"x": _cholesky_jvp}, vjp={"x": _cholesky_vjp}, types=_square,
            doc="The adjoint is symmetric: x is meant as a symmetric matrix."),
)
