"""The worked cases that every release reproduces, through the public interface."""

from __future__ import annotations

import math
import re
from math import cos, exp, sin

import numpy as np
import pytest
from harness.output import printed

import s2sad

# ---------------------------------------------------------------- evaluation traces


def textbook(a: float, b: float) -> float:
    r = b * sin(a) + b ** 2
    return r


TEXTBOOK = '''"""The function of the textbooks."""
from math import sin


def textbook(a: float, b: float) -> float:
    r = b * sin(a) + b ** 2
    return r
'''


def test_primal_tangent_and_adjoint_trace() -> None:
    both = ("a", "b")
    assert textbook(2.0, 5.0) == pytest.approx(29.546487, abs=1e-6)
    r, r_dot = s2sad.jvp(textbook, wrt=both)(2.0, 5.0, 1.0, 0.0)
    assert (r, r_dot) == pytest.approx((29.546487, -2.080734), abs=1e-6)
    r, (a_bar, b_bar) = s2sad.vjp(textbook, wrt=both)(2.0, 5.0, 1.0)
    assert (r, a_bar, b_bar) == pytest.approx((29.546487, -2.080734, 10.909297), abs=1e-6)
    assert s2sad.grad(textbook, wrt=both)(2.0, 5.0) == pytest.approx((-2.080734, 10.909297), abs=1e-6)


def test_every_row_of_the_traces() -> None:
    """The generated code in trace style holds the textbook's variables; run, they have its values."""
    variables = values_of(s2sad.vjp(textbook, wrt=("a", "b"), style="trace").source, "vjp", 1.0)
    expected = {"w0": 0.909297, "w1": 4.546487, "w2": 25.0, "r": 29.546487,
                "w1_bar": 1.0, "w2_bar": 1.0, "w0_bar": 5.0, "a_bar": -2.080734, "b_bar": 10.909297}
    for name, value in expected.items():
        if name in variables:  # an adjoint that is a mere copy of another may have its name
            assert variables[name] == pytest.approx(value, abs=1e-6), name
    assert {"w0", "w1", "w2", "r", "a_bar", "b_bar", "w0_bar"} <= set(variables)
    variables = values_of(s2sad.jvp(textbook, wrt=("a", "b"), style="trace").source, "jvp", 1.0, 0.0)
    for name, value in {"w0_dot": -0.416147, "w1_dot": -2.080734, "w2_dot": 0.0, "r_dot": -2.080734}.items():
        assert variables[name] == pytest.approx(value, abs=1e-6), name


def values_of(source: str, mode: str, *extra: float) -> dict[str, float]:
    """Local variables of a generated function when it returns."""
    namespace: dict[str, object] = {"sin": sin, "cos": cos}
    lines = re.sub(r"^( +)return .*$", r"\1return locals()", source, flags=re.MULTILINE)
    exec(lines, namespace)
    function = next(value for name, value in namespace.items() if name.startswith(f"textbook_{mode}"))
    return dict(function(2.0, 5.0, *extra))  # type: ignore[operator]


def test_trace_style_reads_like_the_textbooks(tmp_path) -> None:
    path = tmp_path / "textbook.py"
    path.write_text(TEXTBOOK)
    text = s2sad.generate(str(path), functions=["textbook"], mode="vjp", style="trace")
    for line in ("w0 = sin(a)", "w1 = b * w0", "w2 = b ** 2", "r = w1 + w2"):
        assert line in text
    compact = s2sad.generate(str(path), functions=["textbook"], mode="grad")
    assert "a_bar = b * cos(a)" in compact and "b_bar = sin(a) + 2.0 * b" in compact
    assert "numpy" not in compact


# ---------------------------------------------------------------- what AD is not


def cubic(x: float) -> float:
    return x ** 3 + 4 * x ** 2 - 10


def wave(x: float) -> float:
    return sin(1000 * x)


def piecewise(x: float) -> float:
    return x ** 3 if x < 2 else 3 * x


def test_finite_differences_are_inexact() -> None:
    slope = s2sad.grad(cubic)
    for x in np.linspace(-5.0, 5.0, 10).tolist():
        assert slope(x) == pytest.approx(3 * x ** 2 + 8 * x, rel=1e-13, abs=1e-12)
        assert (cubic(x + 1e-2) - cubic(x)) / 1e-2 == pytest.approx(slope(x), abs=0.2)
    slope = s2sad.grad(wave)
    xs = np.linspace(-0.5, 0.5, 50).tolist()
    assert all(slope(x) == 1000 * cos(1000 * x) or slope(x) == pytest.approx(1000 * cos(1000 * x), rel=1e-14)
               for x in xs)
    assert max(abs((wave(x + 1e-2) - wave(x)) / 1e-2 - slope(x)) for x in xs) > 500
    assert max(abs((wave(x + 1e-5) - wave(x)) / 1e-5 - slope(x)) for x in xs) < 10


def swell(lines: list[str], result: str) -> str:
    body = "\n".join(f"    {line}" for line in lines)
    return f"def f(x: float) -> float:\n{body}\n    return {result}\n"


def test_generated_code_grows_linearly(tmp_path) -> None:
    """No expression swell: each further composition adds the same number of lines."""
    def size(n: int, text: str) -> int:
        path = tmp_path / f"swell_{n}.py"
        path.write_text(text)
        return len(s2sad.generate(str(path), functions=["f"], mode="grad", style="trace").splitlines())

    def logistic(n: int) -> str:
        return swell(["l1 = x", *(f"l{k} = 4 * l{k - 1} * (1 - l{k - 1})" for k in range(2, n + 1))], f"l{n}")

    def quadratic(n: int) -> str:
        return swell(["q0 = x", *(f"q{k} = 3*q{k - 1}**2 - q{k - 1} + 1" for k in range(1, n + 1))], f"q{n}")

    for text in (logistic, quadratic):
        sizes = [size(n, text(n)) for n in (4, 8, 16)]
        assert sizes[2] - sizes[1] == 2 * (sizes[1] - sizes[0]), sizes


def test_control_flow_is_differentiated() -> None:
    derivative = s2sad.grad(piecewise)
    assert derivative(1.5) == 6.75 and derivative(3.0) == 3.0
    assert "if" in derivative.source


# ---------------------------------------------------------------- common sub-expressions


def eighth_power(x: float) -> float:
    x = x * x
    x = x * x
    x = x * x
    return x


def three_terms(x: float, y: float) -> float:
    return x ** 2 + 4 * y + cos(x) ** 2


def test_three_multiplications_not_seven() -> None:
    trace = s2sad.trace_text(__file__, "eighth_power")
    assert trace.count("mul(") == 3
    assert s2sad.grad(eighth_power)(1.5) == pytest.approx(8 * 1.5 ** 7, rel=1e-14)


def test_three_terms() -> None:
    x_bar, y_bar = s2sad.grad(three_terms, wrt=("x", "y"))(2.0, 1.5)
    assert (x_bar, y_bar) == pytest.approx((4.0 - math.sin(4.0), 4.0), rel=1e-14)
    assert s2sad.value_and_grad(three_terms)(2.0, 1.5)[0] == three_terms(2.0, 1.5)


# ---------------------------------------------------------------- forward and reverse


def one_to_three(x: float) -> np.ndarray:
    x1 = (x * x) ** 2
    return np.array([x1, x1, x1])


def three_to_one(x1: float, x2: float, x3: float) -> float:
    return (x1 * x2 * x3) ** 2


def spread(x: np.ndarray, m: int) -> np.ndarray:
    return np.sum(x) * np.ones(m)


def test_one_input_three_outputs() -> None:
    value, tangent = s2sad.jvp(one_to_three)(2.0, 1.0)
    assert np.array_equal(value, [16.0] * 3) and np.array_equal(tangent, [32.0] * 3)
    value, adjoint = s2sad.vjp(one_to_three)(2.0, np.array([1.0, 0.5, 0.0]))
    assert np.array_equal(value, [16.0] * 3) and adjoint == 48.0


def test_three_inputs_one_output() -> None:
    assert s2sad.grad(three_to_one, wrt=("x1", "x2", "x3"))(1.0, 2.0, 3.0) == pytest.approx((72.0, 36.0, 24.0))
    value, tangent = s2sad.jvp(three_to_one, wrt=("x1", "x2", "x3"))(1.0, 2.0, 3.0, 1.0, 0.0, 0.0)
    assert (value, tangent) == pytest.approx((36.0, 72.0))


@pytest.mark.parametrize(("n", "m"), [(10, 1000), (1000, 10)])
def test_full_jacobian_in_both_modes(n: int, m: int) -> None:
    x = np.linspace(0.0, 1.0, n)
    jvp, vjp = s2sad.jvp(spread), s2sad.vjp(spread)
    if n < m:
        columns = [jvp(x, m, direction)[1] for direction in np.eye(n)]
        assert np.array_equal(np.stack(columns, axis=1), np.ones((m, n)))
    else:
        rows = [vjp(x, m, seed)[1] for seed in np.eye(m)]
        assert np.array_equal(np.stack(rows), np.ones((m, n)))
    weights = np.linspace(-1.0, 2.0, m)
    assert vjp(x, m, weights)[1] == pytest.approx(np.full(n, weights.sum()), rel=1e-13)


def test_grad_of_an_array_is_an_error() -> None:
    """Nothing ever sums silently."""
    with pytest.raises(s2sad.S2SADError, match="vjp"):
        s2sad.grad(spread)(np.ones(3), 2)


# ---------------------------------------------------------------- a tensor engine's operators

W1 = np.array([[-0.5, 0.5], [1.827, 0.213], [-2.0, 2.0], [2.34, 0.657]])
B1 = np.array([[1.2]] * 4)
X = np.array([[-2.0], [0.122]])


def formula(a: float, b: float, c: float, d: float) -> float:
    return (a * b + c) ** d


def power(a: float, b: float) -> float:
    return a ** b


def sigmoid(z: np.ndarray) -> np.ndarray:
    return 1.0 / (1.0 + np.exp(-z))


def layer(W: np.ndarray, X: np.ndarray, b: np.ndarray) -> np.ndarray:
    return sigmoid(W @ X + b)


def network_loss(W1: np.ndarray, b1: np.ndarray, W2: np.ndarray, b2: np.ndarray, X: np.ndarray,
                 Y: np.ndarray) -> float:
    return np.mean((sigmoid(W2 @ sigmoid(W1 @ X + b1) + b2) - Y) ** 2)


def test_operators_on_numbers() -> None:
    value, gradient = s2sad.value_and_grad(formula, wrt=("a", "b", "c", "d"))(10.0, 2.0, 4.0, 2.0)
    assert value == 576.0
    assert gradient == pytest.approx((96.0, 480.0, 48.0, 576.0 * math.log(24.0)), rel=1e-14)
    assert s2sad.grad(power, wrt="b")(2.0, 3.0) == pytest.approx(8 * math.log(2.0), rel=1e-14)


def test_layer_adjoints() -> None:
    value, (W_bar, b_bar) = s2sad.vjp(layer, wrt=("W", "b"))(W1, X, B1, np.ones((4, 1)))
    assert np.array_equal(value, sigmoid(W1 @ X + B1))
    # The printed figures have two decimals, the rest cut off.
    assert np.array_equal(np.trunc(W_bar * 100) / 100, [[-0.17, 0.01], [-0.14, 0.0], [0.0, 0.0], [-0.06, 0.0]])
    assert b_bar == pytest.approx(np.array([[0.08549257], [0.07449035], [0.00428504], [0.03125697]]), abs=5e-9)
    assert W_bar.dtype == np.float64 and b_bar.shape == (4, 1)


def test_broadcasting_is_undone_over_every_axis() -> None:
    bias = np.array([[1.2]])
    _, (W_bar, b_bar) = s2sad.vjp(layer, wrt=("W", "b"))(W1, np.hstack([X, X, X]), bias, np.ones((4, 3)))
    assert b_bar.shape == (1, 1)
    assert b_bar[0, 0] == pytest.approx(3 * (0.08549257 + 0.07449035 + 0.00428504 + 0.03125697), abs=1e-7)
    assert W_bar.shape == (4, 2)


def test_two_layer_network_learns() -> None:
    rng = np.random.default_rng(0)
    inputs = rng.normal(size=(2, 40))
    targets = (inputs[:1] * inputs[1:] > 0.0).astype(float)
    parameters = [rng.normal(size=(5, 2)), np.zeros((5, 1)), rng.normal(size=(1, 5)), np.zeros((1, 1))]
    step = s2sad.value_and_grad(network_loss, wrt=("W1", "b1", "W2", "b2"))
    losses = []
    for _ in range(300):
        value, gradients = step(*parameters, inputs, targets)
        losses.append(value)
        parameters = [p - 0.7 * g for p, g in zip(parameters, gradients)]
    assert losses[-1] < 0.6 * losses[0] and losses[100] < losses[10] < losses[0]


def test_float32_stays_float32() -> None:
    narrow = [value.astype(np.float32) for value in (W1, X, B1)]
    value, (W_bar, b_bar) = s2sad.vjp(layer, wrt=("W", "b"))(*narrow, np.ones((4, 1), dtype=np.float32))
    assert value.dtype == W_bar.dtype == b_bar.dtype == np.float32


# ---------------------------------------------------------------- composition and printing


def multiply_by_minus_1(x: float) -> float:
    return x * -1


def exponential(x: float) -> float:
    return exp(x)


def add_1(x: float) -> float:
    return x + 1


def reciprocal(x: float) -> float:
    return 1 / x


def composed(x: float) -> float:
    return reciprocal(add_1(exponential(multiply_by_minus_1(x))))


def talkative(x: float, n: int) -> float:
    print("start")
    for i in range(n):
        x = x * x
        print("squared", i)
    return x


def test_sigmoid_by_composition() -> None:
    assert s2sad.value_and_grad(composed)(0.0) == (0.5, 0.25)


def test_printing_happens_once() -> None:
    expected = "start\nsquared 0\nsquared 1\n"
    assert printed(talkative, 1.5, 2) == (1.5 ** 4, expected)
    assert printed(s2sad.grad(talkative), 1.5, 2) == (pytest.approx(4 * 1.5 ** 3), expected)
    assert printed(s2sad.value_and_grad(talkative), 1.5, 2)[1] == expected
    assert printed(s2sad.jvp(talkative), 1.5, 2, 1.0)[1] == expected
    assert printed(s2sad.vjp(talkative), 1.5, 2, 1.0)[1] == expected
