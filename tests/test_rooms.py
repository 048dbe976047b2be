"""Data flows one way: every import stays within what its room may use, and modules form no cycle."""

from __future__ import annotations

import ast
import re
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "s2sad"
# What each room may import, besides itself and `errors`.
ALLOWED = {
    "ir": set[str](),
    "rules": {"ir"},
    "frontend": {"ir", "rules"},
    "analysis": {"ir", "rules"},
    "transform": {"ir", "rules", "analysis"},
    "optimize": {"ir", "rules", "analysis"},
    "lower": {"ir", "rules", "analysis"},
    "backend": {"ir"},
}
# `errors` is a leaf for everybody; it needs the location of an operation.
LEAF = "errors"
LEAF_IMPORTS = {"s2sad.ir.trace"}
FILES = sorted(PACKAGE.rglob("*.py"))


def module_name(file: Path) -> str:
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_name(file): file for file in FILES}


def imports(file: Path, top_level: bool = False) -> list[tuple[str, int]]:
    """The modules of this package that a file imports, with line numbers."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    nodes = tree.body if top_level else list(ast.walk(tree))
    found: list[tuple[str, int]] = []
    for node in nodes:
        if isinstance(node, ast.Import):
            found += [(alias.name, node.lineno) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}:{node.lineno}: a relative import"
            assert node.module is not None
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                found.append((inner if inner in MODULES else node.module, node.lineno))
    return [(name, line) for name, line in found if name.partition(".")[0] == "s2sad"]


def room(module: str) -> str:
    """``s2sad.ir.trace`` is in ``ir``; top files are in no room."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 and (PACKAGE / parts[1]).is_dir() else ""




@pytest.mark.parametrize("file", FILES, ids=lambda f: str(f.relative_to(ROOT)))
def test_no_back_edge(file: Path) -> None:
    module = module_name(file)
    here = room(module)
    for imported, line in imports(file):
        leaf = imported == f"s2sad.{LEAF}"
        if module == f"s2sad.{LEAF}":
            assert imported in LEAF_IMPORTS, f"{file}:{line}: {LEAF} is a leaf, but imports {imported}"
        elif here and not leaf:
            there = room(imported)
            assert there == here or there in ALLOWED[here], \
                f"{file}:{line}: {here} must not import {imported}"


def test_every_room_is_listed() -> None:
    folders = {p.name for p in PACKAGE.iterdir() if p.is_dir() and any(p.glob("*.py"))}
    assert folders == set(ALLOWED)


def test_no_import_cycle() -> None:
    graph = {module: {name for name, _ in imports(file, top_level=True) if name in MODULES and name != module}
             for module, file in MODULES.items()}
    try:
        list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        pytest.fail("import cycle: " + " -> ".join(error.args[1]))


def test_the_code_map_names_every_file() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    missing = [str(file.relative_to(ROOT)) for file in FILES
               if not file.name.startswith("__") and f"{file.name}`" not in text]
    assert not missing, f"ARCHITECTURE.md does not say what these files do: {missing}"


def test_every_package_is_installed() -> None:
    """What setuptools is told agrees with the folders: an installed s2sad must have them all."""
    text = (ROOT / "pyproject.toml").read_text()
    listed = set(re.findall(r'"(s2sad[.\w]*)"', text[text.index("packages = ["):text.index("package-dir")]))
    found = {".".join(folder.parent.relative_to(ROOT).parts) for folder in PACKAGE.rglob("__init__.py")}
    assert found <= listed
