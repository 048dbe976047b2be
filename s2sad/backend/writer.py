"""gast to text: the one file that prints through astor.

astor decides the parentheses; spacing of signatures, constants, comments and line length are ours.
After printing the text is parsed again and compared with what was to be printed.
"""

from __future__ import annotations

import ast
import warnings
from dataclasses import dataclass
from typing import Any

import gast

from s2sad.backend.nodes import ABOVE, BEHIND, COLUMN, MARK, Node
from s2sad.backend.wrap import WIDTH, wrapped
from s2sad.errors import InternalError, UnsupportedError

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    from astor.code_gen import SourceGenerator, set_precedence
    from astor.op_util import Precedence

INDENT = "    "
_TRAILING = 79
_MARKS = tuple(f"#{place} " for place in (ABOVE, BEHIND, COLUMN))


class _Generator(SourceGenerator):  # type: ignore[misc]  # astor has no types
    """astor's printer with PEP 8 signatures and literal constants."""

    def visit_FunctionDef(self, node: Any) -> None:
        self.decorators(node, 0 if self.indentation else 2)
        self.statement(node, f"def {node.name}(")
        self.visit_arguments(node.args)
        self.write(")")
        if node.returns is not None:
            set_precedence(Precedence.highest, node.returns)
            self.write(" -> ", node.returns)
        self.write(":")
        self.body(node.body)
        if not self.indentation:
            self.newline(extra=2)

    def visit_arguments(self, node: Any) -> None:
        plain = [*node.posonlyargs, *node.args]
        defaults = [None] * (len(plain) - len(node.defaults)) + list(node.defaults)
        parts: list[tuple[Any, Any]] = list(zip(plain, defaults))
        if node.kwonlyargs:
            parts += [("*", None), *zip(node.kwonlyargs, node.kw_defaults)]
        for position, (arg, default) in enumerate(parts):
            self.write(", " if position else "", arg)
            if default is not None:
                set_precedence(Precedence.Comma, default)
                self.write("=" if arg.annotation is None else " = ", default)

    def visit_Constant(self, node: Any) -> None:
        value = node.value
        if isinstance(value, str) and value.startswith(MARK):
            self.write("#" + value[len(MARK):])
        elif value is Ellipsis:
            self.write("...")
        elif isinstance(value, str):
            self.write(_quoted(value))
        else:
            self.write(repr(value))

    def visit_Assign(self, node: Any) -> None:
        if isinstance(node.value, ast.Tuple) and not isinstance(node.targets[0], ast.Tuple):
            set_precedence(node, *node.targets)
            self.statement(node, node.targets[0], " = (")
            self.comma_list(node.value.elts, len(node.value.elts) == 1)
            self.write(")")
        else:
            super().visit_Assign(node)

    def visit_Expr(self, node: Any) -> None:
        if isinstance(node.value, ast.Constant) and isinstance(node.value.value, str) and (
                not node.value.value.startswith(MARK)):
            self.statement(node, _docstring(node.value.value, self.indentation))
            return
        super().visit_Expr(node)

    def visit_Tuple(self, node: Any) -> None:
        if len(node.elts) == 1:
            self.write("(")
            self.comma_list(node.elts, True)
            self.write(")")
        else:
            super().visit_Tuple(node)

    def visit_Attribute(self, node: Any) -> None:
        # ``5 .real`` and ``(-x).T``: an attribute of anything but a name or a call stands in parentheses.
        bare = isinstance(node.value, (ast.Name, ast.Attribute, ast.Call, ast.Subscript)) or (
            isinstance(node.value, ast.Constant) and isinstance(node.value.value, str))
        self._postfix(node.value, bare)
        self.write(".", node.attr)

    def visit_Subscript(self, node: Any) -> None:
        bare = isinstance(node.value, (ast.Name, ast.Attribute, ast.Call, ast.Subscript, ast.List))
        self._postfix(node.value, bare)
        set_precedence(node, node.slice)
        self.write("[", node.slice, "]")

    def _postfix(self, value: Any, bare: bool) -> None:
        if bare:
            self.write(value)
            return
        set_precedence(Precedence.Comma - 1 if isinstance(value, ast.Tuple) else Precedence.Expr, value)
        self.write("(")
        if isinstance(value, ast.Tuple):
            self.comma_list(value.elts, len(value.elts) == 1)
        else:
            self.write(value)
        self.write(")")


def _quoted(text: str) -> str:
    """A string literal in double quotes where that needs no escape."""
    plain = repr(text)
    return f'"{plain[1:-1]}"' if plain[0] == "'" and '"' not in text and "\\'" not in plain else plain


def _docstring(text: str, depth: int) -> str:
    clean = text.isprintable() or all(c.isprintable() or c == "\n" for c in text)
    if not clean or "\\" in text or '"""' in text or text.endswith('"'):
        return repr(text)
    lines = text.split("\n")
    indented = [lines[0], *(INDENT * depth + line if line else line for line in lines[1:])]
    if len(lines) > 1:
        indented.append(INDENT * depth)
    return '"""' + "\n".join(indented) + '"""'


def write(body: list[Node], width: int = WIDTH) -> str:
    """The text of a list of statements; raises InternalError if it does not parse back to the same."""
    module = gast.gast_to_ast(gast.Module(body=body, type_ignores=[]))
    generator = _Generator(INDENT)
    generator.visit(module)
    text = "".join(generator.result).strip("\n") + "\n"
    text = _finished(text, width)
    _compare(module, text)
    return text


@dataclass
class _Line:
    """A line of code and the comment behind it; `column` aligns it with others further away."""

    code: str
    comment: str = ""
    column: bool = False


def _finished(text: str, width: int) -> str:
    """Comments in place, lines no longer than `width`."""
    result: list[_Line] = []
    pending: tuple[str, bool] | None = None
    quoted = False
    for line in text.split("\n"):
        stripped = line.lstrip()
        indent = line[:len(line) - len(stripped)]
        if quoted or '"""' in stripped:
            # The lines of a docstring stay as they are.
            quoted ^= stripped.count('"""') % 2 == 1
            result.append(_Line(line))
        elif stripped.startswith(_MARKS):
            comment = _comment(indent, stripped[3:], width)
            place = int(stripped[1])
            if place == ABOVE:
                result.append(_Line(comment))
            else:
                pending = comment, place == COLUMN
        else:
            result += _with_comment(line, wrapped(line, width), pending)
            pending = None
    return "\n".join(_aligned(result))


def _with_comment(line: str, lines: list[str], pending: tuple[str, bool] | None) -> list[_Line]:
    if pending is None:
        return [_Line(part) for part in lines]
    comment, column = pending
    if len(lines) == 1 and len(line) + 2 + len(comment.lstrip()) <= _TRAILING:
        return [_Line(line, comment.lstrip(), column)]
    return [_Line(comment), *(_Line(part) for part in lines)]


def _comment(indent: str, text: str, width: int) -> str:
    text = " ".join(text.split())
    room = width - len(indent) - 2
    if len(text) > room:
        text = text[:room - 4].rsplit(" ", 1)[0] + " ..."
    return f"{indent}# {text}"


def _aligned(lines: list[_Line]) -> list[str]:
    """Comments behind neighbouring lines start in one column where they fit."""
    result = [f"{line.code}  {line.comment}" if line.comment else line.code for line in lines]
    start = 0
    while start < len(lines):
        end = start
        indent = _indent(lines[start].code)
        while end < len(lines) and _indent(lines[end].code) == indent and lines[end].code and (
                lines[end].comment or (lines[start].column and not lines[end].code.lstrip().startswith("#"))):
            end += 1
        column = max((len(line.code) for line in lines[start:end]), default=0) + 2
        if all(column + len(line.comment) <= _TRAILING for line in lines[start:end]):
            for k, line in enumerate(lines[start:end], start):
                result[k] = line.code.ljust(column) + line.comment if line.comment else line.code
        start = max(end, start + 1)
    return result


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _compare(module: ast.Module, text: str) -> None:
    try:
        found = ast.parse(text)
    except SyntaxError as error:
        if "too many" in str(error):
            raise UnsupportedError("the derivative nests deeper than Python allows (100 levels)",
                                   hint="split the function into helpers, or join early exits") from error
        raise InternalError(f"the generated text is not Python: {error}\n{text}") from error
    if not _same(module, found):
        raise InternalError(f"the generated text does not say what it should:\n{text}")


def _same(a: Any, b: Any) -> bool:
    """Whether two syntax trees are equal, comments and the indentation of docstrings apart."""
    if isinstance(a, list):
        wanted = [item for item in a if not _is_marker(item)]
        return isinstance(b, list) and len(wanted) == len(b) and all(map(_same, wanted, b))
    if not isinstance(a, ast.AST):
        return type(a) is type(b) and repr(a) == repr(b)
    if type(a) is not type(b):
        return False
    if isinstance(a, ast.Expr) and isinstance(a.value, ast.Constant) and isinstance(a.value.value, str):
        text = getattr(b, "value", None)
        return isinstance(text, ast.Constant) and _stripped(a.value.value) == _stripped(text.value)
    for name in a._fields:
        if name not in ("kind", "type_comment", "type_params", "ctx", "type_ignores"):
            p, q = getattr(a, name, None), getattr(b, name, None)
            if p is not q and not _same(p, q):
                return False
    return True


def _is_marker(node: Any) -> bool:
    return (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
            and isinstance(node.value.value, str) and node.value.value.startswith(MARK))


def _stripped(text: object) -> list[str]:
    return [line.strip() for line in str(text).strip().split("\n")]
