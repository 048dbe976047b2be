"""What a name can mean before the program runs: the vocabulary of name resolution.

A *scope* (a file's module, or a live function's globals and cells) resolves a name to one of
these.  Local variables that hold values are no meanings: they are atoms of the trace.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from s2sad.frontend.text import SourceText
from s2sad.ir.trace import Const, Global
from s2sad.ir.types import UNKNOWN, RecordClass, Type


@dataclass(frozen=True, eq=False)
class Meaning:
    """Base of everything a name can mean statically.  Functions and modules are equal only to themselves."""


@dataclass(frozen=True)
class Named(Meaning):
    """A built-in (``len``), a library module (``np``) or something in one (``np.sin``), by its key."""

    key: str


@dataclass(frozen=True, eq=False)
class UserModule(Meaning):
    """A module of the user's; `scope` resolves its attributes."""

    name: str
    scope: Scope


@dataclass(frozen=True)
class DerivativeOf:
    """That a function is a derivative of another one.

    `wrt` are names of the other's parameters, None for those that are differentiated by default; `single` says
    that one adjoint comes bare and not as a tuple of one.
    """

    source: FunctionSource
    mode: str
    wrt: tuple[str, ...] | None
    single: bool


@dataclass(frozen=True, eq=False)
class FunctionSource(Meaning):
    """A function of the user's whose source was found.

    `node` is the gast FunctionDef or Lambda, `identity` is equal for the same function however it
    was reached, `defaults` are the default values where they are known (live functions), and `home` is
    the key of the function that it is defined in.  A `derivative` of a function has that one's node; `decorated`
    is the `wrt` (in a tuple) of a function whose derivatives are its attributes; `owner` is the class that it is a
    method of, in a file.
    """

    name: str
    node: Any
    text: SourceText
    scope: Scope
    module: str
    identity: object
    defaults: dict[str, object] | None = None
    home: str = ""
    derivative: DerivativeOf | None = None
    decorated: tuple[object] | None = None
    owner: Any = None


@dataclass(frozen=True)
class FieldOf:
    """A field of a record class; `default` is None where it has none."""

    name: str
    default: Const | None = None
    keyword_only: bool = False
    type: Type = UNKNOWN


@dataclass(frozen=True, eq=False)
class DataClass(Meaning):
    """A class whose objects are their fields; `constructible` where calling it only sets them."""

    record: RecordClass
    fields: tuple[FieldOf, ...]
    constructible: bool = True
    members: Any = None  # the scope of its methods
    parts: Mapping[str, Meaning] = field(default_factory=dict)  # as of a UserObject


@dataclass(frozen=True, eq=False)
class Variable(Meaning):
    """A module-level or closure variable that holds data."""

    variable: Global


@dataclass(frozen=True)
class Refused(Meaning):
    """Something that was found but cannot be used; the use is refused with this message."""

    message: str
    hint: str | None = None


@dataclass(frozen=True, eq=False)
class UserObject(UserModule):
    """A live object of a class of the user's, or such a class; `scope` resolves its attributes.

    `parts` are the classes of fields that are objects themselves, where the class does not declare them."""

    parts: Mapping[str, Meaning] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class ItemsOf(Meaning):
    """What a list or tuple is whose items are objects of one class."""

    cls: Meaning


@dataclass(frozen=True, eq=False)
class Property(Meaning):
    """An attribute that a function computes when it is read."""

    function: Meaning


@dataclass(frozen=True, eq=False)
class Computed(Meaning):
    """What an expression at the top of a module gives, if that is a function: ``g = make(2.0)``, or a decorated one.

    `source` is a function without parameters that returns it; `otherwise` says why it is refused as data.  What it
    makes is made anew wherever it is used, so it may hold nothing that changes.  `plain` is a decorated function
    without its decorators."""

    source: FunctionSource
    otherwise: Refused
    plain: FunctionSource | None = None


@dataclass(frozen=True, eq=False)
class Closure(Meaning):
    """A function defined inside the traced one.

    `free` are the names of the enclosing function that it may read: while it stays in that function, they are
    looked up when it is called, so that it sees what they mean then.  Once closed, `cells` holds what
    they meant when the enclosing function was left.  `defaults` were evaluated with the definition,
    and `pinned` are variables of a comprehension that is over.
    """

    source: FunctionSource
    free: tuple[str, ...]
    cells: dict[str, Any] | None = None
    defaults: dict[str, Any] = field(default_factory=dict)
    pinned: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.source.name


@dataclass(frozen=True, eq=False)
class Partial(Meaning):
    """``functools.partial(function, *args, **keywords)``; a bound method is one too.  Arguments are bindings."""

    function: Meaning
    args: tuple[Any, ...] = ()
    keywords: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Choice(Meaning):
    """One of several functions, decided when the program runs: the one whose key equals `tag`."""

    tag: Any
    options: dict[Any, Meaning]


@dataclass(frozen=True, eq=False)
class Instance(Meaning):
    """A value that is an object of a known class, on its way into a function."""

    cls: Meaning
    value: Any


@dataclass(frozen=True, eq=False)
class Display(Meaning):
    """A tuple, list or dict that holds functions, or arguments collected by ``*args``; `items` are bindings.

    `block` is where it was made; there a list may still grow."""

    kind: str
    items: tuple[Any, ...]
    keys: tuple[object, ...] | None = None
    block: Any = None

    @property
    def plain(self) -> bool:
        """Whether it holds values alone, as what ``*args`` collects may."""
        return self.kind != "dict" and not any(isinstance(item, Meaning) for item in self.items)


class Scope(Protocol):
    """Where a function's free names are looked up."""

    @property
    def module(self) -> str:
        """The module's name, for keys and messages."""

    def resolve(self, name: str) -> Meaning | None:
        """The meaning of a free name; None where it is not defined."""

    def names(self) -> list[str]:
        """The names defined here, for suggestions."""

    def imported(self, module: str | None, name: str | None, level: int) -> Meaning:
        """The meaning of ``import module`` or ``from module import name``."""
