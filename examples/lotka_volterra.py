"""Lynx and hare: a Lotka-Volterra model fitted to the Hudson's Bay Company's record of 1900 to 1920.

The model is a Runge-Kutta loop in scalars; scipy's minimiser gets the generated derivative as its `jac`.
"""

import csv
from math import exp, log
from pathlib import Path

import numpy as np

import s2sad

DATA = Path(__file__).resolve().parent / "data" / "lynx_hare.csv"
SUBSTEPS = 10


def hare_rate(hare: float, lynx: float, p: np.ndarray) -> float:
    return hare * (exp(p[0]) - exp(p[1]) * lynx)


def lynx_rate(hare: float, lynx: float, p: np.ndarray) -> float:
    return lynx * (exp(p[2]) * hare - exp(p[3]))


def misfit(p: np.ndarray, hares: np.ndarray, lynxes: np.ndarray) -> float:
    """Sum of squared differences of logarithms; `p` holds logarithms of four rates and two initial numbers."""
    hare = exp(p[4])
    lynx = exp(p[5])
    h = 1.0 / SUBSTEPS
    total = 0.0
    for year in range(len(hares)):
        total += (log(hare) - log(hares[year])) ** 2 + (log(lynx) - log(lynxes[year])) ** 2
        for _ in range(SUBSTEPS):
            a1 = hare_rate(hare, lynx, p)
            b1 = lynx_rate(hare, lynx, p)
            a2 = hare_rate(hare + 0.5 * h * a1, lynx + 0.5 * h * b1, p)
            b2 = lynx_rate(hare + 0.5 * h * a1, lynx + 0.5 * h * b1, p)
            a3 = hare_rate(hare + 0.5 * h * a2, lynx + 0.5 * h * b2, p)
            b3 = lynx_rate(hare + 0.5 * h * a2, lynx + 0.5 * h * b2, p)
            a4 = hare_rate(hare + h * a3, lynx + h * b3, p)
            b4 = lynx_rate(hare + h * a3, lynx + h * b3, p)
            hare = hare + h / 6.0 * (a1 + 2.0 * a2 + 2.0 * a3 + a4)
            lynx = lynx + h / 6.0 * (b1 + 2.0 * b2 + 2.0 * b3 + b4)
    return total


def record() -> tuple[np.ndarray, np.ndarray]:
    with DATA.open() as file:
        rows = list(csv.DictReader(file))
    return np.array([float(row["hare"]) for row in rows]), np.array([float(row["lynx"]) for row in rows])


def main() -> None:
    try:
        from scipy.optimize import minimize
    except ImportError:
        raise SystemExit("this example needs SciPy: pip install scipy") from None

    hares, lynxes = record()
    value_and_grad = s2sad.value_and_grad(misfit)
    start = np.log(np.array([0.5, 0.025, 0.025, 0.8, hares[0], lynxes[0]]))
    print(f"misfit at the start: {misfit(start, hares, lynxes):.4f}")
    fit = minimize(value_and_grad, start, args=(hares, lynxes), jac=True, method="BFGS", options={"gtol": 1e-6})
    names = ("hare births", "hares eaten", "lynx births", "lynx deaths", "hares 1900", "lynx 1900")
    for name, value in zip(names, np.exp(fit.x)):
        print(f"{name:12} {value:9.4f}")
    print(f"misfit at the fit: {fit.fun:.4f} after {fit.nit} iterations and {fit.nfev} evaluations")
    print(f"largest component of the gradient there: {np.max(np.abs(fit.jac)):.1e}")
    print(value_and_grad.source)


if __name__ == "__main__":
    main()
