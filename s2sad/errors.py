"""Every error the compiler raises.

Each names the function, ``file:line:column``, shows the line with a caret, says what is not
supported and what to write instead::

    model.py:7:12: in function 'step': a set display is not supported
        7 |     for q in {1, 2}:
          |              ^^^^^^
      hint: use a tuple or a list
"""

from __future__ import annotations

import linecache

from s2sad.ir.trace import Loc


class S2SADError(Exception):
    """Root of every error the compiler raises.

    Attributes: `message`, `hint`, `function`, and `loc` (file, line from 1, column from 0)."""

    def __init__(self, message: str, *, loc: Loc | None = None, function: str | None = None,
                 hint: str | None = None, source: str | None = None) -> None:
        self.message = message
        self.loc = loc
        self.function = function
        self.hint = hint
        self.source = source
        super().__init__(message)

    def placed(self, loc: Loc | None, function: str | None) -> S2SADError:
        """The same error with a place and a function, where it was raised without."""
        self.loc = self.loc or loc
        self.function = self.function or function
        return self

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (type(self), self.message, self.loc, self.function, self.hint, self.source)

    def __str__(self) -> str:
        where = f"in function {self.function!r}: " if self.function else ""
        lines = [where + self.message]
        if self.loc is not None:
            lines[0] = f"{self.loc.file}:{self.loc.line}:{self.loc.col + 1}: {lines[0]}"
            lines += self._excerpt(self.loc)
        if self.hint:
            lines.append(f"  hint: {self.hint}")
        return "\n".join(lines)

    def _excerpt(self, loc: Loc) -> list[str]:
        linecache.checkcache(loc.file)  # the file may have changed since it was read
        text = self.source if self.source is not None else linecache.getline(loc.file, loc.line)
        text = text.rstrip("\n")
        if not text.strip():
            return []
        one_line = loc.end_line in (0, loc.line) and loc.end_col > loc.col
        width = loc.end_col - loc.col if one_line else max(len(text) - loc.col, 1)
        number = str(loc.line)
        return [f"    {number} | {text}", f"    {' ' * len(number)} | {' ' * loc.col}{'^' * max(width, 1)}"]


def _rebuild(cls: type[S2SADError], message: str, loc: Loc | None, function: str | None, hint: str | None,
             source: str | None) -> S2SADError:
    return cls(message, loc=loc, function=function, hint=hint, source=source)


class UnsupportedError(S2SADError):
    """The program uses a construct that the compiler refuses."""


class ResolveError(S2SADError):
    """A name, a function or a source file could not be found or means something unknown."""


class TypingError(S2SADError):
    """Types cannot be decided, or an argument's type is not one that can be differentiated."""


class NotDifferentiableError(S2SADError):
    """The request has no answer: a gradient of an array value, an unknown `wrt`, an integer array."""


class InternalError(S2SADError):
    """The compiler broke one of its own invariants; please report it."""
