"""A source text and positions in it: real lines, character columns, and a statement on one line."""

from __future__ import annotations

import io
import tokenize
from typing import Any

import gast

from s2sad.errors import ResolveError
from s2sad.ir.trace import Loc

_COMPOUND = (gast.If, gast.For, gast.While, gast.FunctionDef, gast.With, gast.Try)


class SourceText:
    """The text of one file (or notebook cell) with its parsed module."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.text = text
        self.lines = text.splitlines(keepends=True)
        self._tree: Any = None
        self._statements: dict[Any, str] = {}

    @property
    def tree(self) -> Any:
        """The gast module; a syntax error is a ResolveError at its place."""
        if self._tree is None:
            try:
                self._tree = gast.parse(self.text)
            except SyntaxError as error:
                loc = Loc(self.file, error.lineno or 1, max((error.offset or 1) - 1, 0))
                raise ResolveError(f"the source does not parse: {error.msg}", loc=loc, source=self.line(loc.line),
                                   hint="correct the syntax error") from error
        return self._tree

    def line(self, number: int) -> str:
        """Line `number`, counted from 1, without its end."""
        return self.lines[number - 1].rstrip("\r\n") if 0 < number <= len(self.lines) else ""

    def column(self, number: int, offset: int) -> int:
        """The character column of a UTF-8 byte offset (what the parser gives)."""
        line = self.line(number)
        if line.isascii():
            return offset
        return len(line.encode()[:offset].decode(errors="replace"))

    def loc(self, node: Any, statement: str = "") -> Loc:
        """The location of a node; `statement` is the text of its statement."""
        line = node.lineno
        end = getattr(node, "end_lineno", None) or line
        end_offset = getattr(node, "end_col_offset", None)
        end_col = 0 if end_offset is None else self.column(end, end_offset)
        return Loc(self.file, line, self.column(line, node.col_offset), end, end_col, statement)

    def segment(self, node: Any) -> str:
        """The source text that a node covers."""
        loc = self.loc(node)
        lines = self.lines[loc.line - 1:loc.end_line]
        if not lines:
            return ""
        lines[-1] = lines[-1][:loc.end_col]
        lines[0] = lines[0][loc.col:]
        return "".join(lines)

    def statement(self, node: Any) -> str:
        """A statement on one line, comments dropped; of a compound statement, its head."""
        if node not in self._statements:
            head = isinstance(node, _COMPOUND)
            given: str | None = getattr(node, "written", None)
            self._statements[node] = given if given is not None else one_line(self.segment(node), head)
        return self._statements[node]


def one_line(text: str, head: bool = False) -> str:
    """`text` with comments dropped and white space normalised, up to the first outer colon if `head`."""
    if not head and "\n" not in text and "#" not in text:
        return " ".join(text.split()) if "'" not in text and '"' not in text else text.strip()
    pieces: list[str] = []
    depth, lambdas = 0, 0
    last = (1, 0)
    try:
        for token in tokenize.generate_tokens(io.StringIO(text + "\n").readline):
            if token.type in (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT):
                continue
            if token.type == tokenize.ENDMARKER:
                break
            if pieces and (token.start[0] != last[0] or token.start[1] > last[1]):
                joined = pieces[-1] in ("(", "[", "{") or token.string in (")", "]", "}")
                if not (token.start[0] != last[0] and joined):
                    pieces.append(" ")
            pieces.append(token.string)
            last = token.end
            depth += (token.string in ("(", "[", "{")) - (token.string in (")", "]", "}"))
            lambdas += token.string == "lambda"
            if head and depth == 0 and token.string == ":":
                if not lambdas:
                    break
                lambdas -= 1
    except (tokenize.TokenError, SyntaxError):
        if not pieces:
            return " ".join(text.split())
    return "".join(pieces).strip()
