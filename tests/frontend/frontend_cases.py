"""Case files: ``[case name]``, a program, ``[out]``, what is expected of it.

``pytest tests/frontend --update-goldens`` rewrites what is expected; read the difference before keeping it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent


@dataclass
class Case:
    name: str
    program: str
    expected: str


def load(file: str) -> list[Case]:
    """The cases of one file, in order; names are unique."""
    cases = []
    for part in (HERE / file).read_text().split("[case ")[1:]:
        name, _, rest = part.partition("]\n")
        program, _, expected = rest.partition("[out]\n")
        cases.append(Case(name, program, expected.strip() + "\n"))
    assert len({c.name for c in cases}) == len(cases)
    return cases


def rewrite(file: str, name: str, actual: str) -> None:
    """Put `actual` as what is expected of one case."""
    cases = load(file)
    text = ""
    for case in cases:
        expected = actual.strip() + "\n" if case.name == name else case.expected
        text += f"[case {case.name}]\n{case.program}[out]\n{expected}\n"
    (HERE / file).write_text(text)
