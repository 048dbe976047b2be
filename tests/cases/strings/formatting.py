"""f-strings with computed widths, %, format with names, join: they are printed as they were, once."""
from math import sin


def f(x: float, n: int) -> float:
    width = 8
    label = f"x={x:.1f} {n:>{width}d} {x:{width}.{2}f} {{}} {n!r}"
    other = "%.1f and %d" % (x, n)  # noqa: UP031
    third = "{0} {1:.2f} {name}".format(n, x, name="q") + "a" * 2  # noqa: UP032
    label += other
    s = ", ".join(str(i) for i in range(n))
    t = " ".join([f"{v:.1f}" for v in (x, 2.0)])
    print(label, third, sep="|", end="\n")
    print("%s" % s, t)  # noqa: UP031
    y = x * len(label)
    if "and" in other and label > "a":
        y = y * x
    if s.endswith("2") and not s.isdigit() and s.replace(",", "").count("1") == 1:
        y = y + sin(x)
    if label[0] == "x" and third.upper()[-1] == "A":
        y = y * 2.0
    return y


POINTS = [(0.7, 3), (1.2, 0)]
