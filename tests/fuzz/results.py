"""What functions return."""

from __future__ import annotations

from fuzz import arrays, expressions
from fuzz.constructs import feature
from fuzz.kinds import FLOAT, Array, Float, Kind, Tuple
from fuzz.writer import Writer

feature("view returned", "tuple returned", "no value")


def result(writer: Writer) -> str:
    """A return statement of the function that is being written."""
    kind = writer.frame.result
    return "return" if kind is None else f"return {value(writer, kind)}"


def value(writer: Writer, kind: Kind) -> str:
    """An expression of a result, of arrays as often as not."""
    if isinstance(kind, Float):
        found = writer.array()
        if found is not None and writer.chance(0.6):
            return f"{expressions.scalar(writer, 1)} + np.sum({found.name} * {array_like(writer, found.kind)})"
        return expressions.scalar(writer)
    if isinstance(kind, Array):
        if not writer.frame.helper:
            known = writer.array(kind.shape)
            if known is not None and writer.chance(0.5):
                writer.note("view returned")
                return known.name
        return arrays.fresh(writer, kind.shape) if writer.frame.helper else arrays.array(writer, kind.shape, 1)
    assert isinstance(kind, Tuple)
    return ", ".join(value(writer, item) for item in kind.items)


def array_like(writer: Writer, kind: Kind) -> str:
    assert isinstance(kind, Array)
    return arrays.array(writer, kind.shape, 1)


def last(writer: Writer) -> None:
    """The return at the end, of as much as possible: what is not returned is not tested."""
    kind = writer.frame.result
    if kind is None:
        return
    if kind == FLOAT:
        terms = [f"np.sum({v.name} * {v.name})" if writer.chance(0.5) else f"np.sum(np.sin({v.name}))"
                 for v in writer.scope.having(lambda v: isinstance(v.kind, Array) and v.kind.is_float)[-3:]]
        terms += [v.name for v in writer.floats()[-3:]]
        writer.emit(f"return {' + '.join(terms) if terms else expressions.scalar(writer)}")
    else:
        writer.emit(result(writer))
