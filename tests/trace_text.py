"""Traces from text, in the printer's own notation: how tests of passes are written.

A line ending in ``# primal`` belongs to the user's code, every other one to derivative code; blocks and
parameters are as printed.  ``x: float64[n]`` types a parameter.
"""

from __future__ import annotations

import ast
import re

from s2sad.analysis.signature import parse_type
from s2sad.analysis.types import infer_types
from s2sad.ir.printer import print_function
from s2sad.ir.trace import (
    UNDEF,
    Apply,
    Atom,
    Block,
    Break,
    Call,
    Const,
    Continue,
    For,
    Function,
    If,
    Op,
    Parameter,
    Program,
    Return,
    Value,
    While,
    Yield,
)
from s2sad.ir.verifier import verify
from s2sad.rules import TABLE

_TERMINATORS = {"yield": Yield, "break": Break, "continue": Continue, "return": Return}


def parse_trace(text: str, types: bool = True) -> Function:
    """The function that `text` prints; with `types`, types are inferred and operations resolved."""
    function = _Parser(text).function()
    verify(function, "parsing", TABLE.signature)
    if types:
        infer_types(Program(function.key, {function.key: function}), TABLE)
    return function


def normal(text: str) -> str:
    """The text as the printer would number its temporaries."""
    return print_function(parse_trace(text, types=False))


def split(text: str, separator: str) -> list[str]:
    """Split at separators outside brackets."""
    parts, depth, current = [], 0, ""
    for char in text:
        depth += char in "([{"
        depth -= char in ")]}"
        if char == separator and depth == 0:
            parts.append(current)
            current = ""
        else:
            current += char
    return [p.strip() for p in [*parts, current] if p.strip()]


class _Parser:
    def __init__(self, text: str) -> None:
        self.lines: list[tuple[int, str, str]] = []
        for line in text.splitlines():
            code, _, comment = line.partition("#")
            if code.strip():
                depth = (len(code) - len(code.lstrip())) // 4
                self.lines.append((depth, code.strip(), comment.strip()))
        self.base = self.lines[0][0]
        self.at = 0
        self.values: dict[str, Value] = {}

    def define(self, text: str) -> Value:
        name, _, declared = text.partition(":")
        name = name.strip()
        plain = re.sub(r"\.\d+$", "", name)
        value = Value(None if re.fullmatch(r"w\d+", plain) else plain)
        if declared:
            value.type = parse_type(declared)
        self.values[name] = value
        return value

    def atom(self, text: str) -> Atom:
        if text in self.values:
            return self.values[text]
        if text == "undefined":
            return UNDEF
        return Const(ast.literal_eval(text))

    def atoms(self, text: str) -> list[Atom]:
        return [self.atom(t) for t in split(text, ",")]

    def function(self) -> Function:
        head = self.lines[0][1]
        match = re.fullmatch(r"function (\w+)\((.*)\)", head)
        assert match, head
        params = [self.define(p) for p in split(match[2], ",")]
        self.at = 1
        block = self.block(self.base + 1, params)
        return Function(f"m:{match[1]}", match[1], [Parameter(v.name or "_") for v in params], block)

    def block(self, depth: int, params: list[Value]) -> Block:
        ops: list[Op] = []
        while self.at < len(self.lines) and self.lines[self.at][0] == depth:
            _, code, comment = self.lines[self.at]
            if code.startswith(("->", "else:", "do")):
                break
            self.at += 1
            op = self.op(depth, code)
            op.origin = "primal" if comment == "primal" else "adjoint"
            ops.append(op)
        return Block(params, ops)

    def results(self, depth: int) -> list[Value]:
        if self.at < len(self.lines) and self.lines[self.at][0] == depth and self.lines[self.at][1].startswith("->"):
            self.at += 1
            return [self.define(t) for t in split(self.lines[self.at - 1][1][2:], ",")]
        return []

    def carrying(self, text: str) -> tuple[list[Value], list[Atom]]:
        pairs = [part.split(" = ") for part in split(text, ",")]
        inits = [self.atom(init) for _, init in pairs]
        return [self.define(name) for name, _ in pairs], inits

    def op(self, depth: int, code: str) -> Op:
        word = code.split(" ")[0]
        if word in _TERMINATORS and "=" not in code:
            return _TERMINATORS[word](self.atoms(code[len(word):]))
        if match := re.fullmatch(r"if (.*):", code):
            cond = self.atom(match[1])
            then = self.block(depth + 1, [])
            self.at += 1
            orelse = self.block(depth + 1, [])
            return If(cond, then, orelse, self.results(depth))
        if match := re.fullmatch(r"for (\w+) in range\((.*?)\)(?: carrying (.*))?:", code):
            start, stop, step = self.atoms(match[2])
            carried, inits = self.carrying(match[3] or "")
            body = self.block(depth + 1, [self.define(match[1]), *carried])
            return For(inits, body, self.results(depth), start, stop, step)
        if match := re.fullmatch(r"while(?: carrying (.*))?:", code):
            params, inits = self.carrying(match[1] or "")
            cond_block = self.block(depth + 1, params)
            head = re.fullmatch(r"do(?: with (.*))?:", self.lines[self.at][1])
            assert head
            self.at += 1
            body = self.block(depth + 1, [self.define(t) for t in split(head[1] or "", ",")])
            return While(inits, body, self.results(depth), cond_block)
        return self.simple(code)

    def simple(self, code: str) -> Op:
        match = re.fullmatch(r"(?:(.*?) = )?(call )?([\w.:]+)\((.*)\)", code)
        assert match, code
        args: list[Atom] = []
        attrs: dict[str, object] = {}
        for part in split(match[4], ","):
            keyword = re.fullmatch(r"(\w+)=(.*)", part)
            if keyword:
                attrs[keyword[1]] = ast.literal_eval(keyword[2])
            else:
                args.append(self.atom(part))
        results = [self.define(t) for t in split(match[1] or "", ",")]
        if match[2]:
            return Call(match[3], args, results)
        return Apply(match[3], self.defaults(match[3], args), results, attrs)

    def defaults(self, prim: str, args: list[Atom]) -> list[Atom]:
        signature = TABLE.signature(prim)
        if signature.variadic:
            return args
        return args + [Const(a.default) for a in signature.arguments[len(args):]]
