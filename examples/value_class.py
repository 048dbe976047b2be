"""The scalar `Value` class (a graph built by operator overloading, a topological sort, `+=` into each parent)
beside the generated derivative of the same program: the same numbers, and no graph at run time."""

from __future__ import annotations

import math
import timeit

import s2sad


class Value:
    """A number that remembers how it was computed."""

    def __init__(self, data: float, parents: tuple[tuple[Value, float], ...] = ()) -> None:
        self.data = data
        self.grad = 0.0
        self.parents = parents  # with the partial derivative for each

    def __add__(self, other: Value | float) -> Value:
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, ((self, 1.0), (other, 1.0)))

    def __mul__(self, other: Value | float) -> Value:
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, ((self, other.data), (other, self.data)))

    def __pow__(self, exponent: int) -> Value:
        return Value(self.data ** exponent, ((self, exponent * self.data ** (exponent - 1)),))

    def tanh(self) -> Value:
        t = math.tanh(self.data)
        return Value(t, ((self, 1.0 - t * t),))

    def backward(self) -> None:
        order: list[Value] = []
        seen: set[int] = set()

        def visit(node: Value) -> None:
            if id(node) not in seen:
                seen.add(id(node))
                for parent, _ in node.parents:
                    visit(parent)
                order.append(node)

        visit(self)
        self.grad = 1.0
        for node in reversed(order):
            for parent, partial in node.parents:
                parent.grad += partial * node.grad


def with_values(x: Value, y: Value) -> Value:
    t = (x * y + x).tanh()
    for _ in range(5):
        t = t * t + (x * t) ** 3 * 0.5 + y
    return t


def program(x: float, y: float) -> float:
    t = math.tanh(x * y + x)
    for _ in range(5):
        t = t * t + (x * t) ** 3 * 0.5 + y
    return t


def overloaded(x: float, y: float) -> tuple[float, tuple[float, float]]:
    a, b = Value(x), Value(y)
    result = with_values(a, b)
    result.backward()
    return result.data, (a.grad, b.grad)


def main() -> None:
    derivative = s2sad.value_and_grad(program, wrt=("x", "y"))
    point = (0.4, 0.1)
    by_graph, by_source = overloaded(*point), derivative(*point)
    print("Value class:", by_graph)
    print("generated:  ", by_source)
    assert math.isclose(by_graph[0], by_source[0], rel_tol=1e-14)
    assert all(math.isclose(a, b, rel_tol=1e-12) for a, b in zip(by_graph[1], by_source[1]))
    times = [min(timeit.repeat(lambda f=f: f(*point), number=500, repeat=3)) * 2e3 for f in (overloaded, derivative)]
    print(f"Value class {times[0]:.1f} microseconds a gradient, generated {times[1]:.1f}")
    print(derivative.source)


if __name__ == "__main__":
    main()
