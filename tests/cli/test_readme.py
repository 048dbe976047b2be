"""What README.md shows is what comes out."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

README = Path(__file__).parents[2] / "README.md"
TEXT = README.read_text(encoding="utf-8")


def blocks(language: str, containing: str = "") -> list[str]:
    return [block for block in re.findall(rf"```{language}\n(.*?)```", TEXT, re.DOTALL) if containing in block]


@pytest.fixture
def check(update_goldens):
    """Compare a block with what came out; with --update-goldens, put that in its place."""

    def compare(block: str, real: str) -> None:
        if update_goldens:
            README.write_text(README.read_text(encoding="utf-8").replace(block, real), encoding="utf-8")
        else:
            assert block == real

    return compare


@pytest.fixture
def shown(tmp_path: Path) -> Path:
    """The functions of the README, in a file."""
    path = tmp_path / "shown.py"
    functions = [block for block in blocks("python") if re.match(r"def (f|growth)\(", block)]
    assert len(functions) == 2
    path.write_text("from math import sin\n\n\n" + "\n\n".join(functions), encoding="utf-8")
    return path


@pytest.mark.parametrize("name", ["f", "growth"])
def test_gradients(run, shown, check, name):
    (block,) = blocks("python", f"def {name}_grad(")
    text = run("grad", f"{shown}:{name}").stdout
    check(block, text[text.index("def "):])


def test_table(run, shown, check):
    (block,) = blocks("text", "evaluation trace")
    check(block, run("trace", f"{shown}:f", "--at", "a=2,b=5").stdout)


def test_graph(run, shown, check):
    (block,) = blocks("mermaid")
    text = run("graph", f"{shown}:f", "--at", "a=2,b=5").stdout
    check(block, text[text.index("flowchart"):])


def test_refusal(run, tmp_path, monkeypatch, check):
    monkeypatch.chdir(tmp_path)
    lines = ['"""A refused function."""', "", "", "def step(x: float) -> float:", "    y = x", "",
             "    for q in {1, 2}:", "        y = y * q", "    return y", ""]
    (tmp_path / "model.py").write_text("\n".join(lines), encoding="utf-8")
    (block,) = blocks("text", "hint:")
    check(block, run("grad", "model.py:step").stderr)


def test_the_python_interface(tmp_path):
    program = "\n".join(blocks("python", "s2sad."))
    (tmp_path / "program.py").write_text(f"{program}\nprint(f.grad(2.0, 5.0))\n", encoding="utf-8")
    done = subprocess.run([sys.executable, "program.py"], cwd=tmp_path, capture_output=True, text=True, check=True)
    gradient = done.stdout.splitlines()[-1]
    assert f"f.grad(2.0, 5.0)                  # {gradient}\n" in TEXT
    assert "def f_grad(" in (tmp_path / "f_grad.py").read_text(encoding="utf-8")


def test_verbs_and_options_exist(run):
    for line in (line for block in blocks("sh") for line in block.splitlines() if line.startswith("s2sad ")):
        verb, *words = line.partition("#")[0].split()[1:]
        text = run(verb, "-h").output
        for option in (word for word in words if word.startswith("-")):
            assert option in text, line


def test_links_lead_somewhere():
    for target in re.findall(r"\]\(([^)#:]+)\)", TEXT):
        assert (README.parent / target).exists(), target
