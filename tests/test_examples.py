"""Every example runs in a process of its own, within seconds, and prints the numbers it is there to show."""

from __future__ import annotations

import importlib.util
import itertools
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
NUMBER = r"[-+]?\d+\.?\d*(?:e[-+]?\d+)?"


def run(name: str, *arguments: str, needs: tuple[str, ...] = ()) -> str:
    """What the example prints; skipped where a package that it needs is not installed."""
    for package in needs:
        if importlib.util.find_spec(package) is None:
            pytest.skip(f"{package} is not installed")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    done = subprocess.run([sys.executable, str(EXAMPLES / f"{name}.py"), *arguments], capture_output=True, text=True,
                          env=environment, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def number(pattern: str, text: str) -> float:
    """The number in place of NUM in the pattern."""
    found = re.search(pattern.replace("NUM", f"({NUMBER})"), text)
    assert found, f"{pattern!r} is not in:\n{text}"
    return float(found.group(1))


def test_every_example_is_tested() -> None:
    source = Path(__file__).read_text()
    for path in EXAMPLES.glob("*.py"):
        assert f'run("{path.stem}"' in source, path.name


def test_quickstart() -> None:
    out = run("quickstart")
    assert "29.546487" in out and "1.414214" in out and "0.375000" in out


def test_evaluation_trace() -> None:
    out = run("evaluation_trace")
    assert number(r"r_dot seeded with \(1, 0\) = NUM", out) == -2.080734
    assert number(r"a_bar = NUM", out) == -2.080734 and number(r"b_bar = NUM", out) == 10.909297
    forward, _, reverse = out.partition("one row per executed statement:")[2].partition("reverse:")
    for figure in ("0.909297", "4.546487", "25", "29.546487"):
        assert figure in forward
    for figure in ("10.909297", "-2.080734"):
        assert figure in reverse.replace("\N{MINUS SIGN}", "-")
    assert "w0 = sin(a)" in out and "w1 = b * w0" in out and "w1_bar" in out


def test_what_ad_is_not(tmp_path: Path) -> None:
    out = run("what_ad_is_not", "--out", str(tmp_path), needs=("sympy", "matplotlib"))
    cubic = re.search(rf"x\*\*3 \+ 4\*x\*\*2 - 10 +({NUMBER}) +({NUMBER}) +({NUMBER})", out)
    wave = re.search(rf"sin\(1000\*x\) +({NUMBER}) +({NUMBER}) +({NUMBER})", out)
    assert cubic and wave
    assert float(cubic[1]) < 0.2 and float(cubic[3]) < 1e-12
    assert float(wave[1]) > 500.0 and float(wave[2]) < 10.0 and float(wave[3]) < 1e-9
    rows = re.findall(r"^logistic map +(\d+) +(\d+) +(\d+) +(\d+)$", out, re.MULTILINE)
    ours = [int(row[3]) for row in rows]
    steps = {b - a for a, b in itertools.pairwise(ours[2:])}
    assert len(rows) == 7 and max(steps) - min(steps) <= 2, f"the generated code grows unevenly: {ours}"
    assert int(rows[-1][1]) > 20 * ours[-1]
    assert "cannot determine truth value" in out and "derivative at 1 is 3.0, at 3 is 3.0" in out
    assert (tmp_path / "what_ad_is_not.png").stat().st_size > 1000


def test_dag_and_subexpressions() -> None:
    out = run("dag_and_subexpressions")
    assert number("multiplications in the trace: NUM", out) == 3
    assert number(r"generated derivative: NUM", out) == 136.6875
    graph = out.partition("the graph of")[2]
    assert re.search(r"graph|flowchart", graph) and "cos" in graph and "10.1731" in graph
    assert "4.756802, 4.000000" in out


def test_forward_vs_reverse(tmp_path: Path) -> None:
    out = run("forward_vs_reverse", "--out", str(tmp_path))
    assert "few inputs: forward mode is the cheaper" in out
    assert "(72.0, 36.0, 24.0)" in out
    if importlib.util.find_spec("matplotlib") is not None:
        assert (tmp_path / "forward_vs_reverse.png").exists()


def test_tensor_engine() -> None:
    out = run("tensor_engine")
    assert "at (10, 2, 4, 2) = 576" in out and "5.545177, 8*ln(2) = 5.545177" in out
    for figure in ("0.08549257", "0.07449035", "0.00428504", "0.03125697"):
        assert figure in out


def test_neural_network() -> None:
    out = run("neural_network")
    losses = [float(value) for value in re.findall(rf"loss ({NUMBER})", out)]
    assert len(losses) == 6 and losses == sorted(losses, reverse=True) and losses[-1] < 0.05 * losses[0]
    assert number("NUM of 150 flowers", out) >= 140


def test_value_class() -> None:
    out = run("value_class")
    assert "Value class: (" in out and "generated:" in out


def test_composition() -> None:
    out = run("composition")
    assert "composed of pairs:  (0.5, 0.25)" in out and "differentiated whole: (0.5, 0.25)" in out
    assert "squaring 2.0\ncubing 4.0\nvalue 64.0, derivative 192.0" in out
    assert out.count("squaring") == 1


def test_option_greeks() -> None:
    out = run("option_greeks")
    assert number("largest relative difference: NUM", out) < 0.01
    assert number(r"delta +NUM", out) == pytest.approx(0.4947, abs=0.002)


def test_lotka_volterra() -> None:
    out = run("lotka_volterra", needs=("scipy",))
    assert number("misfit at the fit: NUM", out) == pytest.approx(2.0187, abs=1e-3)
    assert number("hare births +NUM", out) == pytest.approx(0.5402, abs=1e-3)
    assert number("gradient there: NUM", out) < 1e-4


def test_logistic_regression() -> None:
    out = run("logistic_regression", needs=("scipy",))
    assert number(r"-> NUM in", out) == pytest.approx(0.172905, abs=1e-5)
    assert number("accuracy: NUM", out) > 0.93
    assert number("component of the gradient: NUM", out) < 1e-5
