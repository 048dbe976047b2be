"""A try with helpers' errors in a try: each is read in parts, for what they assign is read after them."""

import math


def f(x: float, y: float, n: int) -> float:
    b = x
    try:
        b = y * b / n
        if b < -0.3:
            raise ValueError("no")
        try:
            if x < 0.9:
                raise ValueError("no")
            y = math.sin(x) * y
            z = math.log(y) / (n - 3)
            y = y * z
        except ValueError:
            y = y * len("no") * b
    except ValueError:
        b = b * y
    except ZeroDivisionError as error:
        b = b * y * len(str(error))
    return y * y + b


POINTS = [(1.3, 0.7, 2), (0.4, 0.8, 2), (1.3, -0.7, 2), (1.3, -0.4, 5), (1.2, 0.6, 3), (0.7, 0.6, 0)]
