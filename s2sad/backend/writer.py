"""gast to text: the one file that prints through astor.

astor decides the parentheses; spacing of signatures, constants, comments and line length are ours.
After printing the text is parsed again and compared with what was to be printed.
"""

from __future__ import annotations

import ast
import warnings
from typing import Any

import gast

from s2sad.backend.nodes import MARK, Node
from s2sad.backend.wrap import WIDTH, wrapped
from s2sad.errors import InternalError

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    from astor.code_gen import SourceGenerator, set_precedence
    from astor.op_util import Precedence

INDENT = "    "
_TRAILING = 79


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


def _finished(text: str, width: int) -> str:
    """Comments in place, lines no longer than `width`."""
    result: list[str] = []
    pending: str | None = None
    quoted = False
    for line in text.split("\n"):
        stripped = line.lstrip()
        indent = line[:len(line) - len(stripped)]
        if quoted or '"""' in stripped:
            # The lines of a docstring stay as they are.
            quoted ^= stripped.count('"""') % 2 == 1
            result.append(line)
            continue
        if stripped.startswith(("#0 ", "#1 ")):
            comment = _comment(indent, stripped[3:], width)
            if stripped.startswith("#1"):
                pending = comment
            else:
                result.append(comment)
            continue
        lines = wrapped(line, width)
        if pending is not None:
            trailing = f"{line}  {pending.lstrip()}"
            if len(lines) == 1 and len(trailing) <= _TRAILING:
                lines = [trailing]
            else:
                result.append(pending)
            pending = None
        result += lines
    return "\n".join(_aligned(result))


def _comment(indent: str, text: str, width: int) -> str:
    text = " ".join(text.split())
    room = width - len(indent) - 2
    if len(text) > room:
        text = text[:room - 4].rsplit(" ", 1)[0] + " ..."
    return f"{indent}# {text}"


def _aligned(lines: list[str]) -> list[str]:
    """Comments behind successive lines start in one column where they fit."""
    result = list(lines)
    start = 0
    while start < len(lines):
        end = start
        while end < len(lines) and (split := _split(lines[end])) is not None and (
                _indent(split[0]) == _indent(lines[start])):
            end += 1
        pairs = [split for line in lines[start:end] if (split := _split(line)) is not None]
        column = max((len(code) for code, _ in pairs), default=0) + 2
        if all(column + len(comment) <= _TRAILING for _, comment in pairs):
            for k, (code, comment) in enumerate(pairs):
                result[start + k] = code.ljust(column) + comment
        start = max(end, start + 1)
    return result


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _split(line: str) -> tuple[str, str] | None:
    """The code and the comment behind it."""
    code, found, comment = line.partition("  # ")
    return (code, "# " + comment) if found and code.strip() and "'" not in code and '"' not in code else None


def _compare(module: ast.Module, text: str) -> None:
    wanted = ast.dump(_without_comments(module))
    try:
        found = ast.dump(_docstrings_cleaned(ast.parse(text)))
    except SyntaxError as error:
        raise InternalError(f"the generated text is not Python: {error}\n{text}") from error
    if wanted != found:
        raise InternalError(f"the generated text does not say what it should:\n{text}")


class _Cleaner(ast.NodeTransformer):
    """Drops comment markers; docstrings are compared without their indentation."""

    def visit_Expr(self, node: ast.Expr) -> ast.Expr | None:
        value = node.value
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            if value.value.startswith(MARK):
                return None
            node.value = ast.Constant(value="\n".join(line.strip() for line in value.value.strip().split("\n")))
        return node

    def visit_Constant(self, node: ast.Constant) -> ast.Constant:
        node.kind = None
        return node


def _without_comments(module: ast.Module) -> ast.Module:
    result: ast.Module = _Cleaner().visit(module)
    return result


def _docstrings_cleaned(module: ast.Module) -> ast.Module:
    result: ast.Module = _Cleaner().visit(module)
    return result
