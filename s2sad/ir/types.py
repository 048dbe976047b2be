"""Types of trace values: what is known about a value before the program runs.

The numeric type is `Num`: a kind (bool, int, float, complex), an optional NumPy
dtype and a shape.  Every part may be unknown (`None`); code generated for unknown
parts is general and still correct.

* ``Num("float", None, ())``        a Python float
* ``Num("float", "float64", ())``   a NumPy float64 scalar
* ``Num("float", "float32", (Dim("n"), 1))``  a column of float32
* ``Num("int", None, (), Dim("n"))``  what ``len(x)`` of such an x gives
* ``Num(None, None, None, ndarray=True)``  an array (``x: np.ndarray``)
* ``Num(None, None, None)``         some number or array, nothing else known

A dimension is an `int`, a `Dim` (a named, unknown length) or `None`.  Two equal
`Dim` objects are equal lengths.  A `Dim` that came from a run-time argument is known
not to be 1 (`maybe_one=False`), so broadcasting against it is decided statically.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace


@dataclass(frozen=True)
class Dim:
    """A named array length.  `maybe_one` tells whether it can be 1 at run time."""

    name: str
    maybe_one: bool = False

    def __str__(self) -> str:
        return self.name + ("?" if self.maybe_one else "")


DimLike = int | Dim | None
Shape = tuple[DimLike, ...]


@dataclass(frozen=True)
class Type:
    """Base of all types; by itself it means that nothing is known."""

    def __str__(self) -> str:
        return "?"


@dataclass(frozen=True)
class Num(Type):
    """A number or an array of numbers."""

    kind: str | None = None
    dtype: str | None = None
    shape: Shape | None = None
    # Of an int: the length of an axis that it is known to be.
    length: DimLike = None
    # An array, though its shape is not known: ``x += y`` stores into it.
    ndarray: bool = False

    @property
    def rank(self) -> int | None:
        return None if self.shape is None else len(self.shape)

    @property
    def is_scalar(self) -> bool:
        return self.shape == ()

    @property
    def is_array(self) -> bool:
        """Known to have at least one axis."""
        return self.shape is not None and self.shape != ()

    @property
    def is_stored(self) -> bool:
        """Known to be an array, which is changed where it stands; it may be one without axes."""
        return self.is_array or self.ndarray

    def __str__(self) -> str:
        base = self.dtype or self.kind or "number"
        if self.shape is None:
            return base + "[...]"
        if not self.shape:
            return base
        return base + "[" + ", ".join("?" if d is None else str(d) for d in self.shape) + "]"


@dataclass(frozen=True)
class Atomic(Type):
    """A type without parts: ``none``, ``str``, ``slice``, ``ellipsis``, ``range``, ``dtype``, ``module``."""

    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class TupleType(Type):
    """A tuple of items with types of their own; `optional` says that it may be None instead."""

    items: tuple[Type, ...]
    optional: bool = field(default=False, kw_only=True)

    def __str__(self) -> str:
        return "tuple[" + ", ".join(map(str, self.items)) + "]"


@dataclass(frozen=True)
class ListType(Type):
    """A list whose elements share a type (`length` when it is known)."""

    item: Type
    length: int | None = None

    def __str__(self) -> str:
        return f"list[{self.item}]"


@dataclass(frozen=True)
class RecordType(Type):
    """A container whose keys are known: a dict, a named tuple, or an object with fields.

    `kind` is ``dict``, ``namedtuple`` or ``object``, `name` its class; `items` are the types of `keys`, in order."""

    kind: str
    name: str
    keys: tuple[object, ...]
    items: tuple[Type, ...]

    def __str__(self) -> str:
        if self.kind == "dict":
            return "{" + ", ".join(f"{k!r}: {t}" for k, t in zip(self.keys, self.items)) + "}"
        return f"{self.name}(" + ", ".join(f"{k}={t}" for k, t in zip(self.keys, self.items)) + ")"


@dataclass(frozen=True, eq=False)
class RecordClass:
    """A class of records: `kind` as in RecordType, `fields` in order, `cls` the class itself where it is alive."""

    kind: str
    name: str
    module: str
    fields: tuple[str, ...]
    frozen: bool = False
    cls: type | None = None

    def __repr__(self) -> str:
        return self.name


@dataclass(frozen=True)
class DictType(Type):
    key: Type
    item: Type

    def __str__(self) -> str:
        return f"dict[{self.key}, {self.item}]"


@dataclass(frozen=True)
class FunctionType(Type):
    name: str

    def __str__(self) -> str:
        return f"function {self.name}"


@dataclass(frozen=True)
class Opaque(Type):
    """An object the compiler knows nothing about (a random generator, a class instance)."""

    name: str = "object"

    def __str__(self) -> str:
        return self.name


UNKNOWN = Type()
NUMBER = Num()
BOOL = Num("bool", None, ())
INT = Num("int", None, ())
FLOAT = Num("float", None, ())
COMPLEX = Num("complex", None, ())
NONE = Atomic("none")
STR = Atomic("str")
SLICE = Atomic("slice")
ELLIPSIS = Atomic("ellipsis")
DTYPE = Atomic("dtype")
EXCEPTION = Atomic("exception")
CONTEXT = Atomic("context")
# A tuple of unknown items: what recursion saves holds what the inner call saved.
TUPLE = Atomic("tuple")

_KIND_ORDER = {"bool": 0, "int": 1, "float": 2, "complex": 3}


def type_of_constant(value: object) -> Type:
    """The type of a Python literal."""
    if value is None:
        return NONE
    if value is Ellipsis:
        return ELLIPSIS
    for python, result in ((bool, BOOL), (int, INT), (float, FLOAT), (complex, COMPLEX), (str, STR)):
        if isinstance(value, python):
            return result
    if isinstance(value, tuple):
        return TupleType(tuple(type_of_constant(v) for v in value))
    return Opaque(type(value).__name__)


def join_kind(a: str | None, b: str | None) -> str | None:
    """The kind of a value that may be either; unknown if one is unknown."""
    if a is None or b is None:
        return None
    return a if _KIND_ORDER[a] >= _KIND_ORDER[b] else b


def join_dim(a: DimLike, b: DimLike) -> DimLike:
    return a if a == b else None


def join(a: Type, b: Type) -> Type:
    """The least type that covers both: what a merge of two paths has."""
    if a == b:
        # A refinement (a slice that knows its bounds) stays only where both agree on it.
        return Atomic(a.name) if isinstance(a, Atomic) and repr(a) != repr(b) else a
    if NONE in (a, b):
        # None stands for "not set": an operation on it fails in the primal, too.
        other = b if a == NONE else a
        return replace(other, optional=True) if isinstance(other, TupleType) else other
    if isinstance(a, Num) and isinstance(b, Num):
        shape: Shape | None = None
        if a.shape is not None and b.shape is not None and len(a.shape) == len(b.shape):
            shape = tuple(join_dim(p, q) for p, q in zip(a.shape, b.shape))
        dtype = a.dtype if a.dtype == b.dtype else None
        kind = join_kind(a.kind, b.kind)
        if dtype is None and shape == () and (a.dtype or b.dtype) and kind is not None:
            # A Python float on one path and a NumPy float64 on the other behave alike.
            dtype = a.dtype or b.dtype
        return Num(kind, dtype, shape, ndarray=shape is None and a.is_stored and b.is_stored)
    if isinstance(a, TupleType) and isinstance(b, TupleType) and len(a.items) == len(b.items):
        return TupleType(tuple(join(p, q) for p, q in zip(a.items, b.items)), optional=a.optional or b.optional)
    if {type(a), type(b)} <= {TupleType, Atomic} and TUPLE in (a, b):
        return TUPLE
    if isinstance(a, RecordType) and isinstance(b, RecordType) \
            and (a.kind, a.name, a.keys) == (b.kind, b.name, b.keys):
        return RecordType(a.kind, a.name, a.keys, tuple(join(p, q) for p, q in zip(a.items, b.items)))
    if isinstance(a, ListType) and isinstance(b, ListType):
        return ListType(join(a.item, b.item), a.length if a.length == b.length else None)
    return UNKNOWN


def is_number(t: Type) -> bool:
    """Whether the type is a number or array of numbers, or may be one (nothing known)."""
    return isinstance(t, Num) or t == UNKNOWN


def may_carry_derivative(t: Type) -> bool:
    """Whether a value of this type can be active: real or complex numbers, or containers of them."""
    if isinstance(t, Num):
        return t.kind not in ("bool", "int")
    if isinstance(t, (TupleType, RecordType)):
        return any(may_carry_derivative(item) for item in t.items)
    if isinstance(t, (ListType, DictType)):
        return may_carry_derivative(t.item)
    return t in (UNKNOWN, TUPLE) or isinstance(t, Opaque)
