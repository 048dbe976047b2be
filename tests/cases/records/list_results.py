"""A function that returns a dict with lists of numbers and of tuples, of lengths known when it runs."""


def f(x: float, n: int):
    path = [(x, 1.0)]
    norms = []
    for i in range(n):
        p, q = path[-1]
        path.append((p + 0.1 * q, q - 0.1 * p * x))
        norms.append(p * p + q * q)
    return {"path": path, "norms": norms, "last": path[-1]}


MODE = "vjp"
SECOND_SIGNATURE = "x=float, n=int"
POINTS = [(0.7, 3), (1.1, 1)]
