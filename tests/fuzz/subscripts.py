"""Subscripts of arrays: what stands between the brackets, and the shape that it selects."""

from __future__ import annotations

from dataclasses import dataclass

from fuzz.constructs import feature
from fuzz.kinds import Array
from fuzz.scope import Variable
from fuzz.writer import Writer

feature("negative step", "dynamic slice", "fancy index", "index array", "ellipsis", "new axis", "nested subscript",
        "mask")


@dataclass(frozen=True)
class Subscript:
    text: str
    shape: tuple[int, ...]
    basic: bool  # a view, not a copy


def integer(writer: Writer, bound: int) -> str:
    """An index for an axis of that length."""
    counters = writer.ints()
    if counters and writer.chance(0.6):
        i = writer.random.choice(counters).name
        return writer.choose([f"{i} % {bound}", f"({i} + 1) % {bound}", f"-1 - {i} % {bound}", f"{i} % {bound}"])
    return str(writer.random.randint(-bound, bound - 1))


def element(writer: Writer, array: Variable) -> str:
    """An element of an array as text."""
    assert isinstance(array.kind, Array)
    indices = [integer(writer, n) for n in array.kind.shape]
    if len(indices) > 1 and writer.allows("nested subscript", 0.15):
        return f"{array.name}[{indices[0]}][{', '.join(indices[1:])}]"
    return f"{array.name}[{', '.join(indices)}]"


def subscript(writer: Writer, shape: tuple[int, ...], fancy: bool = True, drop: float = 0.25) -> Subscript:
    """A random subscript of an array of the given shape that selects at least one axis."""
    while True:
        items: list[str] = []
        found: list[int] = []
        basic = True
        if len(shape) > 1 and writer.chance(0.3):  # the leading axes only
            count = writer.random.randint(1, len(shape) - 1)
        else:
            count = len(shape)
        for n in shape[:count]:
            if writer.chance(drop):
                items.append(integer(writer, n))
            elif fancy and basic and n >= 3 and writer.allows("fancy index", 0.08):
                items.append(_fancy(writer, n))
                found.append(3)
                basic = False
            else:
                text, length = _slice(writer, n)
                items.append(text)
                found.append(length)
        found += shape[count:]
        if not basic and any(not (":" in item or item.startswith("[") or item.startswith("k")) for item in items):
            continue  # an integer beside an index array moves axes
        if basic and count == len(shape) and writer.allows("ellipsis", 0.06):
            if len(items) > 1 and items[0] == ":":
                items[0] = "..."
            else:
                items.append("...")
        elif basic and writer.allows("new axis", 0.03):
            items.append("None")
            found = [*found[:sum(":" in item for item in items)], 1, *found[sum(":" in item for item in items):]]
        if found and all(found):
            return Subscript(", ".join(items), tuple(found), basic)


def _slice(writer: Writer, n: int) -> tuple[str, int]:
    """A slice of an axis of length n, and its length."""
    options = [(":", n), (":", n), ("::2", (n + 1) // 2)]
    if n > 1:
        options += [("1:", n - 1), (":-1", n - 1), (f":{n - 1}", n - 1), ("-1:", 1)]
    if n > 2:
        options += [("1:3", 2), ("-2:", 2), (":2", 2), ("1::2", n // 2)]
        counters = writer.ints()
        if counters and writer.allows("dynamic slice", 0.15):
            i = writer.random.choice(counters).name
            return f"{i} % {n - 1}:{i} % {n - 1} + 2", 2
    if writer.allows("negative step", 0.15):
        options = [("::-1", n)]
        if n > 1:
            options.append((":0:-1", n - 1))
    return writer.random.choice(options)


def _fancy(writer: Writer, n: int) -> str:
    known = any(v.name == "k" for v in writer.scope)
    if known and writer.allows("index array", 0.5):
        return "k"
    return writer.choose(["[0, 0, 2]", "[2, 1, 0]", "[1, -1, 1]", "[0, 2, -1]"])


def part(writer: Writer, shape: tuple[int, ...], prefer: Variable | None = None, fancy: bool = True) -> str | None:
    """A subscripted array of the wanted shape, of `prefer` or of any array; None where none was found."""
    for _ in range(6):
        array = prefer or writer.array()
        if array is None:
            return None
        assert isinstance(array.kind, Array)
        if array.kind.rank < len(shape):
            continue
        for _ in range(4):
            found = subscript(writer, array.kind.shape, fancy, drop=0.5 if array.kind.rank > len(shape) else 0.05)
            if found.shape == shape:
                return f"{array.name}[{found.text}]"
    return None
