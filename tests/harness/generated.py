"""Generated modules: written by the compiler ahead of time, saved, loaded, run where s2sad is absent."""

from __future__ import annotations

import ast
import functools
import inspect
import pickle
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

from harness.cases import Case, load_module, wrt_argument


@dataclass
class Workshop:
    """Generates modules into one folder, each once."""

    folder: Path
    made: dict[tuple[Any, ...], Path] = field(default_factory=dict)
    modules: dict[Path, ModuleType] = field(default_factory=dict)

    def text(self, case: Case, mode: str, wrt: Any = None, style: str = "compact") -> str:
        return self.path(case, mode, wrt, style).read_text()

    def path(self, case: Case, mode: str, wrt: Any = None, style: str = "compact") -> Path:
        """Path of the case's generated module."""
        key = (case, mode, wrt, style)
        if key not in self.made:
            text = generate(case.path, mode, wrt or case.wrt_argument, style, case.option("SIGNATURE"))
            if imports_case(text, case):  # for its own classes of errors, which are those of the case that runs here
                self.save(case.path.stem, case.path.read_text())
                sys.modules[case.path.stem] = case.module
            name = "_".join(["generated", case.group, case.name, mode, str(wrt or "default"), style])
            self.made[key] = self.save(name, text)
        return self.made[key]

    def save(self, name: str, text: str) -> Path:
        path = self.folder / f"{name}.py"
        path.write_text(text)
        return path

    def module(self, path: Path) -> ModuleType:
        if path not in self.modules:
            self.modules[path] = load_module(path, path.stem)
        return self.modules[path]

    def function(self, case: Case, mode: str, wrt: Any = None, style: str = "compact") -> Callable[..., Any]:
        path = self.path(case, mode, wrt, style)
        return positional(getattr(self.module(path), entry_name(path, mode)))


def imports_case(text: str, case: Case) -> bool:
    return f"from {case.path.stem} import" in text


def generate(path: Path, mode: str, wrt: Any = None, style: str = "compact", signature: Any = None,
             function: str = "f") -> str:
    import s2sad

    return s2sad.generate(str(path), functions=[function], mode=mode, wrt=wrt, style=style, signature=signature)


def entry_name(path: Path, mode: str, function: str = "f") -> str:
    """Name of the generated function: f_grad, or f_grad_x where `wrt` was given."""
    names = [node.name for node in ast.parse(path.read_text()).body if isinstance(node, ast.FunctionDef)]
    entry = f"{function}_{mode}"
    found = [name for name in names if name == entry] or [name for name in names if name.startswith(entry + "_")]
    assert found, f"no function {entry} in {path.name}, which has {names}"
    return found[0]


def positional(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function called by position, where tangents can only be keywords because they follow defaults."""
    parameters = inspect.signature(function).parameters.values()
    keywords = [p.name for p in parameters if p.kind is p.KEYWORD_ONLY]
    if not keywords:
        return function
    count = len(parameters) - len(keywords)
    return functools.wraps(function)(lambda *args: function(*args[:count], **dict(zip(keywords, args[count:]))))


def imported_packages(text: str) -> set[str]:
    """Top-level packages that a module's text imports."""
    found = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add((node.module or "").partition(".")[0])
    return found


def adjoint_only(path: Path, case: Case, wrt: str) -> tuple[str, str]:
    """The module with one more function, f_adjoint, that keeps of f_vjp's results only the adjoint.

    An array-valued function's vjp returns a pair; its derivative is asked for here of one part."""
    entry = entry_name(path, "vjp")
    parameters = ", ".join(case.parameters)
    lines = [f"def f_adjoint({parameters}, seed):", f"    value, adjoint = {entry}({parameters}, seed)",
             "    return adjoint"]
    return path.read_text() + "\n\n" + "\n".join(lines) + "\n", "f_adjoint"


def second_wrt(case: Case) -> Any:
    return wrt_argument(case.wrt)


ALONE = """
import pickle, sys

class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("s2sad", "gast", "astor"):
            raise ImportError(name + " is absent in this process")

sys.meta_path.insert(0, Blocked())
import importlib.util
import numpy as np

def flat(result):
    if isinstance(result, dict):
        result = tuple(result.values())
    elif hasattr(result, "__dict__"):
        result = tuple(vars(result).values())
    items = result if isinstance(result, (tuple, list)) else (result,)
    nested = (tuple, list, dict)
    return [x for item in items for x in (flat(item) if isinstance(item, nested) or hasattr(item, "__dict__")
                                          else [np.asarray(item)] * (item is not None))]

def call(function, args):
    code = function.__code__
    count = code.co_argcount
    keywords = code.co_varnames[count:count + code.co_kwonlyargcount]
    return function(*args[:count], **dict(zip(keywords, args[count:])))

for path, name, args, expected in pickle.load(open(sys.argv[1], "rb")):
    try:
        spec = importlib.util.spec_from_file_location("alone", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        found = flat(call(getattr(module, name), args))
        if not all(np.array_equal(a, b, equal_nan=True) for a, b in zip(found, flat(expected), strict=True)):
            print("FAILED", path, "gives another result alone", file=sys.stderr)
    except Exception as error:
        print("FAILED", path, type(error).__name__, error, file=sys.stderr)
assert not {"s2sad", "gast", "astor"} & set(sys.modules)
print("FINISHED")
"""


def run_alone(jobs: Sequence[tuple[str, str, tuple[Any, ...], Any]], folder: Path) -> str:
    """Import and call the modules in a process without s2sad, gast and astor; what went wrong, as text."""
    program, data = folder / "alone.py", folder / "alone.pickle"
    program.write_text(ALONE)
    data.write_bytes(pickle.dumps(list(jobs)))
    done = subprocess.run([sys.executable, "-I", str(program), str(data)], capture_output=True, text=True,
                          cwd=folder, check=False)
    failures = [line for line in done.stderr.splitlines() if line.startswith("FAILED")]
    if "FINISHED" not in done.stdout:
        failures.append(done.stderr)
    return "\n".join(failures)
