"""What a command works on: ``FILE:FUNC,...``, read without executing the file."""

from __future__ import annotations

import ast
import difflib
import tokenize
from dataclasses import dataclass
from pathlib import Path

import click


@dataclass(frozen=True)
class Target:
    """A source file and the functions in it that were asked for (none: all public ones)."""

    path: str
    functions: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.path}:{','.join(self.functions)}" if self.functions else self.path


@dataclass(frozen=True)
class Definitions:
    """What a file's module level defines: functions in order, and every name."""

    functions: dict[str, ast.FunctionDef]
    names: frozenset[str]

    @property
    def public(self) -> list[str]:
        return [name for name in self.functions if not name.startswith("_")]

    def parameters(self, name: str) -> list[str]:
        arguments = self.functions[name].args
        return [a.arg for a in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]]


def read_target(text: str) -> Target:
    """``model.py:f,g`` as a `Target`; the names are those after the last colon, if names they are."""
    path, names = _split(text)
    if not Path(path).exists():
        raise click.UsageError(f"no such file: {path}{_other_files(path)}")
    if Path(path).is_dir():
        raise click.UsageError(f"{path} is a directory; name a Python file")
    definitions = definitions_of(path)
    if definitions is not None:
        for name in names:
            if name not in definitions.names:
                raise click.UsageError(f"{path} has no function {name!r}{_suggestion(name, definitions.public)}")
        if not names and not definitions.public:
            raise click.UsageError(f"{path} has no public function at module level")
    return Target(path, names)


def functions_of(target: Target) -> list[str] | None:
    """The functions asked for, or every public one that takes arguments (`main()` has nothing to differentiate by).

    None leaves it to the compiler to say what is wrong with the file.
    """
    if target.functions:
        return list(target.functions)
    definitions = definitions_of(target.path)
    if definitions is None:
        return None
    names = [name for name in definitions.public if definitions.parameters(name)]
    if not names:
        raise click.UsageError(f"no public function of {target.path} takes arguments")
    return names


def one_function(target: Target) -> str:
    """The function of a command that shows one; it may be left out where a file has only one."""
    if len(target.functions) == 1:
        return target.functions[0]
    definitions = definitions_of(target.path)
    public = definitions.public if definitions else []
    if not target.functions and len(public) == 1:
        return public[0]
    choices = ", ".join(f"{target.path}:{name}" for name in public)
    raise click.UsageError(f"name one function: {choices}" if choices else f"name one function: {target.path}:FUNC")


def check_point(target: Target, function: str, point: dict[str, object]) -> None:
    """Whether the values of `--at` are those of the function's parameters."""
    definitions = definitions_of(target.path)
    if definitions is None or function not in definitions.functions:
        return
    node = definitions.functions[function]
    every = [*node.args.posonlyargs, *node.args.args]
    names = definitions.parameters(function)
    required = [argument.arg for argument in every[:len(every) - len(node.args.defaults)]]
    required += [argument.arg for argument, default in zip(node.args.kwonlyargs, node.args.kw_defaults) if not default]
    for name in point:
        if name not in names:
            raise click.BadParameter(f"{function} has no parameter {name!r}{_suggestion(name, names)}",
                                     param_hint="--at")
    missing = [name for name in required if name not in point]
    if missing:
        raise click.BadParameter(f"{function} also needs a value of {', '.join(missing)}", param_hint="--at")


def definitions_of(path: str) -> Definitions | None:
    """The module-level definitions; nothing where the file cannot be parsed (the compiler says why)."""
    try:
        with tokenize.open(path) as file:
            tree = ast.parse(file.read(), path)
    except (SyntaxError, ValueError, OSError):
        return None
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    names = set(functions)
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, ast.alias):
            names.add(node.asname or node.name)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.add(node.name)
    return Definitions(functions, frozenset(names))


def _split(text: str) -> tuple[str, tuple[str, ...]]:
    path, colon, tail = text.rpartition(":")
    names = tuple(name.strip() for name in tail.split(",") if name.strip())
    # A colon may belong to the path: C:\models\ode.py.
    if not colon or Path(text).exists() or not names or not all(name.isidentifier() for name in names):
        return text.removesuffix(":"), ()
    return path, names


def _suggestion(name: str, choices: list[str]) -> str:
    close = difflib.get_close_matches(name, choices, n=1, cutoff=0.5)
    if close:
        return f"; did you mean {close[0]!r}?"
    return f"; it has {', '.join(choices)}" if choices else ""


def _other_files(path: str) -> str:
    folder = Path(path).parent
    names = sorted(entry.name for entry in folder.glob("*.py")) if folder.is_dir() else []
    close = difflib.get_close_matches(Path(path).name, names, n=1)
    return f"; did you mean {folder / close[0]}?" if close else ""
