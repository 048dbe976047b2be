"""The benchmark: every case is differentiated right, the command runs, and what is wrong or fails is shown as such."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks import check, tools
from benchmarks.__main__ import main
from benchmarks.report import duration, summary
from benchmarks.run import against_steps, run_case
from benchmarks.suite import CASES, Case
from benchmarks.timing import measure, peak_memory

# One case for each function; the others differ in size.
FUNCTIONS = list({case.function: case for case in CASES}.values())
STRAIGHT = next(case for case in CASES if case.name == "straight line")


def numbers_of(call: Any) -> list[np.ndarray[Any, Any]]:
    return tools.as_numbers(call())


@pytest.mark.parametrize("case", FUNCTIONS, ids=lambda case: case.name)
def test_every_case_is_right(case: Case) -> None:
    arguments = case.arguments(quick=True)
    numbers = numbers_of(tools.s2sad_call(case, arguments))
    if case.derivative is None:
        assert against_steps(case, arguments, numbers)["by"] == "complex step"
    if case.handwritten is not None:
        by_hand = getattr(case.handwritten, "py_func", case.handwritten)
        assert check.worst(numbers, tools.as_numbers(by_hand(*arguments))) < 1e-10


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("matplotlib")
    main(["--quick", "--seconds", "0.001", "--only", "straight,Durbin", "--tools", "s2sad", "--sections", "cases",
          "--json", str(tmp_path / "results.json"), "--plots", str(tmp_path / "plots")])
    printed = capsys.readouterr().out
    assert "### straight line, bar 2, checked by a complex step" in printed and "### Durbin" in printed
    assert "gradient / Python primal" in printed
    document = json.loads((tmp_path / "results.json").read_text())
    assert [case["name"] for case in document["cases"]] == ["straight line", "Durbin"]
    assert document["cases"][0]["results"][0]["times"]["best"] > 0.0
    assert (tmp_path / "plots" / "ratios.png").stat().st_size > 1000


def test_unknown_names_are_told() -> None:
    with pytest.raises(SystemExit, match="no case matches 'nothing'"):
        main(["--only", "nothing"])
    with pytest.raises(SystemExit, match="there is no tool 'tape'; there are s2sad"):
        main(["--tools", "tape"])


def test_wrong_and_failing_tools_are_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(case: Case, arguments: tuple[Any, ...]) -> Any:
        return lambda: (1.0, 2.0, 3.0)

    def failing(case: Case, arguments: tuple[Any, ...]) -> Any:
        raise NotImplementedError("no sines\nfurther down")

    monkeypatch.setitem(tools.TOOLS, "wrong", ("s2sad", wrong))
    monkeypatch.setitem(tools.TOOLS, "failing", ("s2sad", failing))
    outcome = run_case(STRAIGHT, ["s2sad", "wrong", "failing"], True, 0.001)
    right, mistaken, failed = outcome.results
    assert right.error is None and right.times is not None and right.difference == 0.0
    assert mistaken.times is None and str(mistaken.error).startswith("wrong: differs by")
    assert failed.times is None and failed.error == "NotImplementedError: no sines"
    assert summary([outcome]).splitlines()[-1].split("|")[-3:] == [" wrong ", " fails   ", ""]


def test_a_wrong_gradient_of_ours_stops_the_benchmark() -> None:
    with pytest.raises(AssertionError, match="straight line: s2sad's gradient along a direction is"):
        against_steps(STRAIGHT, STRAIGHT.arguments(True), [np.array(1.0)] * 3)


def test_times_and_memory() -> None:
    times = measure({"one": lambda: sum(range(100)), "ten": lambda: sum(range(1000))}, 0.01)
    assert 0.0 < times["one"].best < times["ten"].best and times["one"].best <= times["one"].median
    assert 8_000_000 <= peak_memory(lambda: np.ones(1_000_000).sum()) < 9_000_000
    assert [duration(s) for s in (2.0, 0.0123, 4.56e-5, 7e-8)] == ["2 s", "12.3 ms", "45.6 µs", "70 ns"]
