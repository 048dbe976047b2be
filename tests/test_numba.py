"""The Numba target: what it computes is what the NumPy target computes, and what it cannot do it refuses.

A sample of the cases is compiled; all of them are where ``-m numba`` asks for it (it takes a quarter of an hour).
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from harness.cases import Case, all_cases, copied, load_module
from harness.checks import Point
from harness.numeric import flat
from harness.output import printed

import s2sad

ALL = all_cases()
PROGRAMS_FILE = Path(__file__).parent / "for_numba" / "programs.py"
PROGRAMS = load_module(PROGRAMS_FILE, "numba_programs").PROGRAMS
SAMPLE = ["straight/elementary_functions", "loops/design_loop", "exits/several_exits", "inplace/cholesky",
          "inplace/heat_ping_pong", "realistic/neural_network"]


@pytest.fixture(autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    pytest.importorskip("numba")
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv("S2SAD_CACHE_DIR", str(folder))
    yield folder


def derivative(case: Case, mode: str, target: str) -> Any:
    options = {} if case.wrt_argument is None else {"wrt": case.wrt_argument}
    return getattr(s2sad.differentiate(target=target, **options)(case.f), mode)


def compare(case: Case, mode: str) -> None:
    """Values, derivatives, written arguments and what is printed, at every point."""
    numpy, numba = derivative(case, mode, "numpy"), derivative(case, mode, "numba")
    for index in range(len(case.points)):
        point = Point(case, index)
        extra = {"vjp": lambda p=point: (p.seed,), "jvp": lambda p=point: tuple(p.tangents), "grad": lambda: ()}[mode]()
        first, second = copied(point.args), copied(point.args)
        expected, text = printed(numpy, *first, *copied(extra))
        found, shown = printed(numba, *second, *copied(extra))
        assert shown == text
        np.testing.assert_allclose(flat([found]), flat([expected]), rtol=1e-10, atol=1e-10)
        np.testing.assert_allclose(flat(second), flat(first), rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("name", SAMPLE)
def test_sample(name: str) -> None:
    case = next(c for c in ALL if c.id == name)
    for mode in ("vjp", "jvp") if case.mode == "vjp" else ("grad", "jvp"):
        compare(case, mode)


@pytest.mark.numba
@pytest.mark.parametrize("mode", ["vjp", "jvp", "grad"])
@pytest.mark.parametrize("case", ALL, ids=[case.id for case in ALL])
def test_case(case: Case, mode: str) -> None:
    """The same numbers, or a refusal."""
    if mode == "grad" and case.mode == "vjp":
        pytest.skip("an array has no gradient")
    try:
        compare(case, mode)
    except s2sad.S2SADError as error:
        assert not isinstance(error, s2sad.errors.InternalError)
        pytest.skip(f"refused: {error.message}")


@pytest.mark.parametrize("function", PROGRAMS, ids=lambda f: f.__name__)
def test_golden(function: Any, tmp_path: Path, update_goldens: bool) -> None:
    """The text is what was read and approved, and gives what the NumPy target gives."""
    signature, args = PROGRAMS[function]
    golden = PROGRAMS_FILE.with_name(f"{function.__name__}.golden")
    text = s2sad.generate(PROGRAMS_FILE, [function.__name__], signature=signature, target="numba")
    path = tmp_path / f"{function.__name__}_numba.py"
    path.write_text(text)
    found = getattr(load_module(path, path.stem), f"{function.__name__}_grad")(*copied(args))
    expected = s2sad.differentiate(function).grad(*copied(args))
    np.testing.assert_allclose(flat([found]), flat([expected]), rtol=1e-10, atol=1e-10)
    if update_goldens:
        golden.write_text(text)
    assert text == golden.read_text()


def softened(x: np.ndarray, a: float) -> np.ndarray:
    e = np.exp(a * x)
    return e / np.sum(e)


def ahead(x: np.ndarray, y: np.ndarray) -> float:
    return np.sum(x * y)


def test_lengths_are_compared_where_arguments_come_in(tmp_path: Path) -> None:
    """Loops have no other check of the lengths that types promise."""
    x = np.array([0.3, -0.2, 0.5])
    f = s2sad.vjp(softened, wrt=(0, 1), target="numba")
    np.testing.assert_allclose(f(x, 2.0, x)[1][0], s2sad.vjp(softened, wrt=(0, 1))(x, 2.0, x)[1][0], rtol=1e-12)
    for seed in (x[:2], np.ones(4)):
        with pytest.raises(ValueError, match="broadcast"):
            f(x, 2.0, seed)
    path = tmp_path / "ahead_numba.py"
    path.write_text(s2sad.generate(__file__, ["ahead"], signature="float64[n], float64[n]", target="numba"))
    g = load_module(path, path.stem).ahead_grad
    np.testing.assert_array_equal(g(x, 2.0 * x)[0], 2.0 * x)
    with pytest.raises(ValueError, match="broadcast"):
        g(x, x[:2])


LOOP = """
from math import sin


def f(x: float, n: int) -> float:
    y = x
    for _ in range(n):
        if y > 1.0:
            y = sin(y) * x
        else:
            y = y * y + 0.3 * x
    return y
"""


def test_ahead_of_time_and_without_numba(tmp_path: Path) -> None:
    """The module runs where Numba is not installed, and gives the same."""
    source, module = tmp_path / "model.py", tmp_path / "model_grad.py"
    source.write_text(LOOP)
    text = s2sad.generate(source, ["f"], target="numba")
    assert "@njit(cache=True)\ndef f_grad(" in text and "target=numba" in text
    module.write_text(text)
    program = "import sys; {} import model_grad; print(repr(float(model_grad.f_grad(0.7, 9))))"
    commands = [[sys.executable, "-c", program.format(before)] for before in ("", "sys.modules['numba'] = None;")]
    results = [subprocess.run(command, capture_output=True, text=True, check=True, cwd=tmp_path).stdout
               for command in commands]
    assert float(results[0]) == pytest.approx(float(results[1]), rel=1e-13)


def test_the_cache_serves_the_next_process(tmp_path: Path) -> None:
    """The second process compiles nothing."""
    pytest.importorskip("numba")
    (tmp_path / "model.py").write_text(LOOP)
    program = """
import model, s2sad
g = s2sad.grad(model.f, target="numba")
print(g(0.7, 9), sum(g.raw(0.7, 9).stats.cache_hits.values()))
"""
    runs = [subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=tmp_path,
                           env={**os.environ, "S2SAD_CACHE_DIR": str(tmp_path / "cache")}).stdout.split()
            for _ in range(2)]
    assert runs[0][0] == runs[1][0]
    assert (runs[0][1], runs[1][1]) == ("0", "1")


SCALE = 2.0


def scaled(x: float) -> float:
    return SCALE * x * x


def test_a_variable_that_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Numba takes variables for constants: another value is another function."""
    g = s2sad.grad(scaled, target="numba")
    assert [g(1.0), g(1.5)] == [4.0, 6.0]
    monkeypatch.setitem(globals(), "SCALE", 3.0)
    assert [g(1.0), g(1.5)] == [6.0, 9.0]


def test_long_loops_need_no_room_beforehand() -> None:
    """Stacks grow, and are as long as the iterations were."""
    def f(x: float) -> float:
        y, k = 0.0, 0
        while k < 1000:
            y = y * 0.5 + x / (1.0 + k) * y + x
            k += 1
        return y

    assert s2sad.grad(f, target="numba")(0.3) == pytest.approx(s2sad.grad(f)(0.3), rel=1e-12)


def unset(x: float, n: int) -> float:
    for i in range(n):
        y = x * i
    return y


def handled(x: float) -> float:
    try:
        return 1.0 / x
    except ZeroDivisionError:
        return x


def formatted(x: float) -> float:
    print(f"x is {x}")
    return x * x


@pytest.mark.parametrize(("function", "args", "words"), [
    (unset, (1.0, 2), "'y' may have no value here"),
    (handled, (1.0,), "a try is not supported"),
    (formatted, (1.0,), "is not supported"),
], ids=lambda v: getattr(v, "__name__", None))
def test_refusals(function: Any, args: tuple[Any, ...], words: str) -> None:
    with pytest.raises(s2sad.NotDifferentiableError, match=words) as caught:
        s2sad.grad(function, target="numba")(*args)
    assert "numba" in caught.value.message and caught.value.hint


def test_targets_are_known() -> None:
    with pytest.raises(s2sad.NotDifferentiableError, match="no target 'jax'"):
        s2sad.grad(scaled, target="jax")
