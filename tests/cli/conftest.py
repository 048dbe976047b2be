"""A file with the textbook's function and others, and a way to run the command line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from s2sad_cli.main import cli

SOURCE = '''"""Functions to differentiate; running this file would be noticed."""
from math import sin

raise_if_run = sin("never executed") if False else None


def f(a: float, b: float) -> float:
    r = b * sin(a) + b ** 2
    return r


def power(x: float, n: int) -> float:
    y = 1.0
    for i in range(n):
        if i > 1:
            y = y * x
        else:
            y = y + x
    return y


def main() -> None:
    print(f(2.0, 5.0))


def _hidden(x: float) -> float:
    return x
'''


@pytest.fixture
def model(tmp_path: Path) -> Path:
    path = tmp_path / "model.py"
    path.write_text(SOURCE, encoding="utf-8")
    return path


@pytest.fixture
def run() -> Callable[..., Result]:
    def invoke(*arguments: object) -> Result:
        return CliRunner().invoke(cli, [str(argument) for argument in arguments])

    return invoke
