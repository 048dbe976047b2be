"""What a variable of a random program holds: its kind is known while the program is written."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Float:
    """A Python float, or a NumPy scalar that stands for one."""


@dataclass(frozen=True)
class Int:
    """A small integer that is 0 or more: a counter, a loop variable."""


@dataclass(frozen=True)
class Array:
    shape: tuple[int, ...]
    dtype: str = "float64"

    @property
    def rank(self) -> int:
        return len(self.shape)

    @property
    def is_float(self) -> bool:
        return self.dtype.startswith("float")


@dataclass(frozen=True)
class List:
    """A list of `length` items of one kind."""

    item: Kind
    length: int


@dataclass(frozen=True)
class Tuple:
    items: tuple[Kind, ...]


@dataclass(frozen=True)
class Dict:
    """A dict with literal string keys."""

    keys: tuple[str, ...]
    item: Kind


@dataclass(frozen=True)
class Record:
    """A NamedTuple or a dataclass of the module."""

    name: str
    fields: tuple[tuple[str, Kind], ...]
    mutable: bool = False


@dataclass(frozen=True)
class Procedure:
    """A function: what it takes, what it gives (None: nothing), which parameters it stores into or gives out."""

    params: tuple[Kind, ...]
    result: Kind | None
    stores: frozenset[int] = frozenset()
    shares: tuple[frozenset[int], ...] = ()  # groups of parameters that may share memory afterwards
    gives: frozenset[int] = frozenset()  # parameters whose memory the result may share


Kind = Float | Int | Array | List | Tuple | Dict | Record | Procedure

FLOAT = Float()
INT = Int()
N, M = 4, 3  # the lengths of most axes
VECTOR = Array((N,))
MATRIX = Array((M, N))


def holds_memory(kind: Kind) -> bool:
    """Whether something may be stored into what a variable of this kind refers to."""
    return not isinstance(kind, (Float, Int, Procedure))


def annotation(kind: Kind) -> str:
    """The kind as the annotation of a parameter."""
    if isinstance(kind, Record):
        return kind.name
    names = {Float: "float", Int: "int", Array: "np.ndarray", List: "list", Tuple: "tuple", Dict: "dict"}
    return names[type(kind)]
