"""The source of a live function: its file (or notebook cell, or prompt entry) and its node there.

The whole file is parsed and the function looked up by its first line, so that lines and columns are
the file's own and no dedenting is needed.
"""

from __future__ import annotations

import inspect
import linecache
from types import CodeType, FunctionType
from typing import Any

import gast

from s2sad.errors import ResolveError, UnsupportedError
from s2sad.frontend.prompt import defines, hint, typed_text
from s2sad.frontend.refusals import refusal
from s2sad.frontend.text import SourceText


def find_source(function: FunctionType, texts: dict[str, SourceText]) -> tuple[SourceText, Any]:
    """The text and the gast node (FunctionDef or Lambda) of a function; `texts` are the files parsed before."""
    code = function.__code__
    text = texts.get(code.co_filename)
    if text is None or code.co_filename == "<stdin>":  # every entry at the prompt is called so
        text = texts[code.co_filename] = SourceText(code.co_filename, _text(function))
    candidates = [node for node in gast.walk(text.tree) if _starts_at(node, code)]
    candidates = [node for node in candidates if _parameter_names(node) == _code_parameters(code)]
    if len(candidates) > 1:
        candidates = _same_code(candidates, text, code)
    if not candidates or (len(candidates) == 1 and _differs(candidates[0], text, code)):
        raise ResolveError(f"the source of {function.__name__!r} was not found at {code.co_filename}:"
                           f"{code.co_firstlineno}", hint="the file may have changed since it was loaded; reload it")
    if len(candidates) > 1:
        raise ResolveError(f"line {code.co_firstlineno} of {code.co_filename} has several lambdas like this one",
                           hint="write one of them with `def`")
    if isinstance(candidates[0], gast.AsyncFunctionDef):
        loc = text.loc(candidates[0])
        what, advice = refusal(candidates[0])
        raise UnsupportedError(what, loc=loc, function=function.__name__, hint=advice, source=text.line(loc.line))
    return text, candidates[0]


def _text(function: FunctionType) -> str:
    code = function.__code__
    lines = _lines(function)
    text = "".join(lines) if lines else typed_text(code)
    if text is None:
        raise ResolveError(f"the source of {function.__name__!r} was not found", hint=hint(code.co_filename))
    return text


def _differs(node: Any, text: SourceText, code: CodeType) -> bool:
    """Whether the text is no longer that of the function.  Test runners rewrite assert statements, so with any of
    these nothing can be said."""
    return defines(text.text, code) is False and not any(isinstance(n, gast.Assert) for n in gast.walk(node))


def _lines(function: FunctionType) -> list[str]:
    filename = function.__code__.co_filename
    linecache.checkcache(filename)
    lines = linecache.getlines(filename, function.__globals__)
    if lines:
        return lines
    try:
        return list(inspect.findsource(function)[0])
    except (OSError, TypeError, IndexError):
        return []


def _starts_at(node: Any, code: CodeType) -> bool:
    if isinstance(node, (gast.FunctionDef, gast.AsyncFunctionDef)):
        first = node.decorator_list[0].lineno if node.decorator_list else node.lineno
        return bool(node.name == code.co_name and code.co_firstlineno in (first, node.lineno))
    return isinstance(node, gast.Lambda) and code.co_name == "<lambda>" and node.lineno == code.co_firstlineno


def _parameter_names(node: Any) -> list[str]:
    args = node.args
    named = [a.id for a in [*getattr(args, "posonlyargs", []), *args.args, *args.kwonlyargs]]
    return named + [a.id for a in (args.vararg, args.kwarg) if a is not None]


def _code_parameters(code: CodeType) -> list[str]:
    extra = bool(code.co_flags & inspect.CO_VARARGS) + bool(code.co_flags & inspect.CO_VARKEYWORDS)
    return list(code.co_varnames[:code.co_argcount + code.co_kwonlyargcount + extra])


def _same_code(candidates: list[Any], text: SourceText, code: CodeType) -> list[Any]:
    """Of several functions on one line, those that compile to the same instructions."""
    found = []
    for node in candidates:
        try:
            compiled = compile("(" + text.segment(node) + ")", "<candidate>", "eval")
        except SyntaxError:
            return candidates
        inner = next((c for c in compiled.co_consts if isinstance(c, CodeType)), None)
        if inner is None or (inner.co_consts, _free(inner)) == (code.co_consts, _free(code)):
            closed = bool(code.co_freevars)
            if inner is None or closed or inner.co_code == code.co_code:
                found.append(node)
    return found


def _free(code: CodeType) -> set[str]:
    """The names that a function finds outside itself, globals and cells alike."""
    return {*code.co_names, *code.co_freevars}
