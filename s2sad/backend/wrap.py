"""Long lines broken as a person would: at commas and before operators, inside brackets.

Before (too long)::

    y = alpha * sin(a) + beta * cos(b) + gamma

After::

    y = (alpha * sin(a) + beta * cos(b)
         + gamma)
"""

from __future__ import annotations

import io
import tokenize
from dataclasses import dataclass

WIDTH = 88
_OPERATORS = {"+": 3, "-": 3, "*": 4, "/": 4, "//": 4, "%": 4, "@": 4, "and": 2, "or": 1, "if": 0, "else": 0}
_OPEN = "([{"
_CLOSE = ")]}"
_ASSIGN = ("=", "+=", "-=", "*=", "/=", "@=", "//=", "**=", "%=")


@dataclass(frozen=True)
class _Break:
    """A place where a line may end: a text position, how deep in brackets, how loosely it binds."""

    at: int
    depth: int
    rank: int
    column: int


def wrapped(line: str, width: int = WIDTH) -> list[str]:
    """The lines that replace one logical line."""
    if len(line) <= width or line.lstrip().startswith("#"):
        return [line]
    indent = len(line) - len(line.lstrip())
    plain = _fill(line, width, indent)
    if max(map(len, plain)) <= width:
        return plain
    enclosed = _enclose(line)
    if enclosed is None:
        return plain
    inside = _fill(enclosed, width, indent)
    return inside if max(map(len, inside)) <= max(map(len, plain)) else plain


def _tokens(line: str) -> list[tokenize.TokenInfo]:
    try:
        return [t for t in tokenize.generate_tokens(io.StringIO(line.strip()).readline)
                if t.type not in (tokenize.NEWLINE, tokenize.NL, tokenize.ENDMARKER, tokenize.INDENT,
                                  tokenize.DEDENT)]
    except (tokenize.TokenError, IndentationError, SyntaxError):
        return []


def _enclose(line: str) -> str | None:
    """The line with its right-hand side or condition in parentheses."""
    indent = len(line) - len(line.lstrip())
    tokens = _tokens(line)
    depth = 0
    for token in tokens:
        depth += (token.string in _OPEN) - (token.string in _CLOSE) if token.type == tokenize.OP else 0
        at = indent + token.end[1]
        if (depth == 0 and token.type == tokenize.OP and token.string in _ASSIGN) or token.string == "return":
            return f"{line[:at]} ({line[at:].strip()})"
        if token is tokens[0] and token.string in ("if", "elif", "while", "assert"):
            end = len(line.rstrip()) - (0 if token.string == "assert" else 1)
            return f"{line[:at]} ({line[at:end].strip()}){line[end:]}" if token.string != "assert" else None
    return None


def _breaks(line: str) -> list[_Break]:
    """Every place inside brackets where the line may be broken."""
    indent = len(line) - len(line.lstrip())
    breaks: list[_Break] = []
    columns: list[int] = []
    previous: tokenize.TokenInfo | None = None
    for token in _tokens(line):
        at = indent + token.start[1]
        if columns and previous is not None and _binary(token, previous):
            breaks.append(_Break(at, len(columns), _OPERATORS[token.string], columns[-1]))
        if token.type == tokenize.OP and token.string in _OPEN:
            columns.append(at + 1)
        elif token.type == tokenize.OP and token.string in _CLOSE:
            columns.pop()
        elif columns and token.string == ",":
            end = indent + token.end[1]
            if line[end:end + 1] == " ":
                breaks.append(_Break(end + 1, len(columns), -1, columns[-1]))
        previous = token
    return breaks


def _binary(token: tokenize.TokenInfo, previous: tokenize.TokenInfo) -> bool:
    if token.string not in _OPERATORS:
        return False
    operand = previous.type in (tokenize.NAME, tokenize.NUMBER, tokenize.STRING) or previous.string in _CLOSE
    keyword = previous.string in ("and", "or", "not", "if", "else", "in", "is", "return", "lambda")
    return operand and not keyword


def _fill(line: str, width: int, indent: int) -> list[str]:
    """Break greedily: as outermost and as late as fits."""
    lines: list[str] = []
    # Text position of the rest, how far it is shifted right, and its column at the line's start.
    start, shift = 0, 0
    breaks = _breaks(line)
    while len(line) - start + (shift if start else 0) > width:
        lead = shift if start else 0
        fitting = [b for b in breaks if start < b.at <= start + width - lead + 1 and b.at > start + 1
                   and len(line[start:b.at].rstrip()) + lead <= width]
        if not fitting:
            break
        outer = min(b.depth for b in fitting)
        candidates = [b for b in fitting if b.depth == outer]
        # A break deep in the line only if the outermost one leaves the line mostly empty.
        late = [b for b in candidates if b.at - start + lead > width // 2]
        if not late:
            deeper = [b for b in fitting if b.at - start + lead > width // 2]
            candidates = candidates if not deeper else [b for b in deeper if b.depth == min(d.depth for d in deeper)]
        else:
            candidates = late
        loosest = min(b.rank for b in candidates)
        chosen = max((b for b in candidates if b.rank == loosest), key=lambda b: b.at)
        lines.append(" " * lead + line[start:chosen.at].rstrip())
        column = _column(chosen, line, lines, indent)
        start, shift = chosen.at, column
    lines.append((" " * shift if start else "") + line[start:])
    return lines


def _column(chosen: _Break, line: str, lines: list[str], indent: int) -> int:
    """Where the continuation starts: under what follows the bracket it is in."""
    position = 0
    for text in lines:
        body = text.lstrip()
        at = line.index(body, position)
        if at <= chosen.column <= at + len(body):
            return chosen.column - at + len(text) - len(body)
        position = at + len(body)
    return indent + 4
