"""Methods of strings: no derivative, but programs decide by them."""

from __future__ import annotations

from s2sad.ir.types import BOOL, INT, STR, ListType
from s2sad.rules.declare import nondifferentiable, rows
from s2sad.rules.raising import always, never
from s2sad.rules.types import fixed

_TEXTS = ("lower", "upper", "strip", "lstrip", "rstrip", "title", "capitalize", "casefold", "swapcase", "replace",
          "removeprefix", "removesuffix", "zfill", "ljust", "rjust", "center")
_TESTS = ("startswith", "endswith", "isdigit", "isalpha", "isalnum", "isnumeric", "isspace", "isupper", "islower",
          "isidentifier")
_NUMBERS = ("find", "rfind", "count", "index")
_LISTS = ("split", "rsplit", "splitlines")
METHODS = frozenset((*_TEXTS, *_TESTS, *_NUMBERS, *_LISTS))

STRINGS = rows(
    *(nondifferentiable(f"s = str.{name}(*parts)", types=fixed(STR)) for name in (*_TEXTS, "join")),
    *(nondifferentiable(f"b = str.{name}(*parts)", types=fixed(BOOL)) for name in _TESTS),
    *(nondifferentiable(f"n = str.{name}(*parts)", types=fixed(INT), raises=always if name == "index" else never)
      for name in _NUMBERS),
    *(nondifferentiable(f"l = str.{name}(*parts)", types=fixed(ListType(STR))) for name in _LISTS),
)
