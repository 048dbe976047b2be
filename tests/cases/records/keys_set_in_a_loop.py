"""Keys that a loop sets first: what asks for them, or how many there are, sees each iteration as it is."""


def running(x):
    d = {}
    y = x
    for k in range(3):
        y = y + d.get("last", 3.0) * x
        d["last"] = y
    return y


def f(x: float) -> float:
    d = {}
    y = x
    for k in range(4):
        if d:
            y = y * x
        else:
            y = y + x
        if "k" in d:
            y += 1.0
        y += len(d) + sum(d.values())
        for v in d.values():
            y += v * x
        d["k"] = y
        d["n"] = k
    return y * d["k"] + running(x)


POINTS = [(0.7,), (1.3,)]
