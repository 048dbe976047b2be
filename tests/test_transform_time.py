"""The work of writing a gradient grows linearly with the function, counted in calls and not in seconds."""

from __future__ import annotations

import sys
from pathlib import Path

from harness.cases import load_module

import s2sad

BENCHMARK = Path(__file__).resolve().parent.parent / "benchmarks" / "transform_time.py"


def calls(path: Path, name: str = "f") -> int:
    """How many calls of functions, built-in ones too, it takes to generate the gradient."""
    count = 0

    def event(frame: object, what: str, argument: object) -> None:
        nonlocal count
        count += what in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(event)
    try:
        s2sad.generate(str(path), [name], mode="grad")
    finally:
        sys.setprofile(before)
    return count


def test_straight_line_code(tmp_path: Path) -> None:
    benchmark = load_module(BENCHMARK, "transform_time")
    work = {}
    for size in (1, 50, 200):
        path = tmp_path / f"of_{size}.py"
        path.write_text(benchmark.straight_line(size))
        work[size] = calls(path)
    assert work[200] - work[1] < 4.4 * (work[50] - work[1]), work
