"""Logistic regression on the Wisconsin breast cancer data, fitted by L-BFGS with the generated gradient."""

import csv
from pathlib import Path

import numpy as np

import s2sad

DATA = Path(__file__).resolve().parent / "data" / "breast_cancer.csv"


@s2sad.differentiate(wrt="w")
def loss(w: np.ndarray, X: np.ndarray, y: np.ndarray, ridge: float) -> float:
    """Mean negative log-likelihood and a ridge penalty on all weights but the first, the intercept."""
    margin = y * (X @ w)
    return np.mean(np.logaddexp(0.0, -margin)) + 0.5 * ridge * np.sum(w[1:] ** 2)


def tumours() -> tuple[np.ndarray, np.ndarray, list[str]]:
    """A column of ones and the standardised measurements; +1 for malignant, -1 for benign."""
    with DATA.open() as file:
        rows = list(csv.DictReader(file))
    names = list(rows[0])[:-1]
    X = np.array([[float(row[name]) for name in names] for row in rows])
    X = (X - X.mean(axis=0)) / X.std(axis=0)
    y = np.array([1.0 if row["diagnosis"] == "malignant" else -1.0 for row in rows])
    return np.column_stack([np.ones(len(rows)), X]), y, ["intercept", *names]


def main(ridge: float = 1e-2) -> None:
    try:
        from scipy.optimize import minimize
    except ImportError:
        raise SystemExit("this example needs SciPy: pip install scipy") from None

    X, y, names = tumours()
    w = np.zeros(X.shape[1])
    fit = minimize(loss.value_and_grad, w, args=(X, y, ridge), jac=True, method="L-BFGS-B",
                   options={"gtol": 1e-8, "ftol": 1e-15})
    print(f"loss {loss(w, X, y, ridge):.6f} -> {fit.fun:.6f} in {fit.nit} iterations")
    for name, weight in zip(names, fit.x):
        print(f"{name:20} {weight:8.4f}")
    print(f"largest component of the gradient: {np.max(np.abs(loss.grad(fit.x, X, y, ridge))):.1e}")
    print(f"accuracy: {np.mean(np.sign(X @ fit.x) == y):.4f}")
    print(loss.grad.source)


if __name__ == "__main__":
    main()
