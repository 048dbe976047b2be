"""A two-layer network on Fisher's iris data, trained by plain gradient descent; the loss falls."""

import csv
from pathlib import Path

import numpy as np

import s2sad

DATA = Path(__file__).resolve().parent / "data" / "iris.csv"


def sigmoid(z: np.ndarray) -> np.ndarray:
    return 1.0 / (1.0 + np.exp(-z))


def network(W1: np.ndarray, b1: np.ndarray, W2: np.ndarray, b2: np.ndarray, X: np.ndarray) -> np.ndarray:
    return sigmoid(W2 @ sigmoid(W1 @ X + b1) + b2)


@s2sad.differentiate(wrt=("W1", "b1", "W2", "b2"))
def loss(W1: np.ndarray, b1: np.ndarray, W2: np.ndarray, b2: np.ndarray, X: np.ndarray, Y: np.ndarray) -> float:
    return np.mean((network(W1, b1, W2, b2, X) - Y) ** 2)


def iris() -> tuple[np.ndarray, np.ndarray]:
    """Standardised measurements and one-hot species, a column for each flower."""
    with DATA.open() as file:
        rows = list(csv.DictReader(file))
    species = sorted({row["species"] for row in rows})
    X = np.array([[float(row[name]) for row in rows] for name in list(rows[0])[:4]])
    Y = np.array([[float(row["species"] == name) for row in rows] for name in species])
    X = (X - X.mean(axis=1, keepdims=True)) / X.std(axis=1, keepdims=True)
    return X, Y


def main(steps: int = 1500, rate: float = 4.0) -> None:
    X, Y = iris()
    rng = np.random.default_rng(0)
    parameters = [rng.normal(size=(6, 4)), np.zeros((6, 1)), rng.normal(size=(3, 6)), np.zeros((3, 1))]
    for step in range(steps + 1):
        value, gradients = loss.value_and_grad(*parameters, X, Y)
        if step % (steps // 5) == 0:
            print(f"step {step:5}: loss {value:.6f}")
        parameters = [p - rate * g for p, g in zip(parameters, gradients)]
    right = np.argmax(network(*parameters, X), axis=0) == np.argmax(Y, axis=0)
    print(f"{right.sum()} of {right.size} flowers classified correctly")
    print(loss.grad.source)


if __name__ == "__main__":
    main()
