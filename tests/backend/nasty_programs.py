"""Programs whose variables are hard to give back: swaps, shadowing, exits, names used after loops.

Each is read, printed and run again; the results must be the same.
"""
# ruff: noqa

import math
from math import cos, sin

import numpy as np

K = 3.0


def fibonacci(n):
    a, b = 0, 1
    for _ in range(n):
        a, b = b, a + b
    return a, b


def three_way_rotation(a, b, c, n):
    for _ in range(n):
        a, b, c = b, c, a
    return a, b, c


def swap_twice(a, b):
    a, b = b, a
    b = b * 2
    a, b = b, a
    return a - b


def swap_in_branch(a, b, n):
    for i in range(n):
        if i % 2 == 0:
            a, b = b, a + i
        else:
            b = a
    return a, b


def reassigned_in_branches(x):
    y = x + 1
    if x > 0:
        y = y * 2
        x = y - x
    else:
        x = x - y
    return x * y


def only_one_branch(x):
    y = x
    if x > 2:
        y = x * x
    return y - x


def old_value_after_branch(x):
    y = x + 1
    z = y
    if x > 0:
        y = z * 3
    return y, z


def break_value(x, n):
    y = 1
    for i in range(n):
        y = y * x
        if y > 50:
            y = y - 7
            break
        y = y + i
    return y, i if n > 0 else -1


def index_after_loop(n):
    i = -1
    for i in range(n):
        pass
    return i


def index_reassigned(n):
    total = 0
    for i in range(n):
        i = i * 2
        total = total + i
    return total, n


def bound_overwritten(n):
    total = 0
    for i in range(n):
        n = n - i
        total = total + n
    return total, n


def bound_is_another_variable(m, n):
    k = n
    for i in range(k):
        m, k = k, m + i
    return m, k, n


def nested_with_tuple(a, b, n):
    for i in range(n):
        for j in range(i):
            a, b = b, a + j
        b = b + i
    return a, b


def shadowed_index(n):
    s = 0
    for i in range(n):
        for i in range(i):
            s = s + i
        s = s * 2 + i
    return s


def continue_first(n):
    s = 0
    for i in range(n):
        if i % 3 == 0:
            continue
        if i % 5 == 0:
            s = -s
            continue
        s = s + i
    return s


def continue_last(n):
    s = 0
    for i in range(n):
        s = s + i
        if s % 2 == 0:
            continue
        else:
            s = s + 1
            continue
    return s


def while_with_two_carried(x):
    steps = 0
    while x != 1 and steps < 100:
        if x % 2 == 0:
            x = x // 2
        else:
            x = 3 * x + 1
        steps += 1
    return steps, x


def while_true(x):
    y = x
    while True:
        y = y * 0.5
        if y < 0.1:
            break
        x = x + y
    return x, y


def while_with_statements_in_condition(x):
    while (x - 1) * (x - 1) + (x - 1) > 2:
        x = x - 1
    return x


def early_returns(x):
    if x < 0:
        return -1
    if x == 0:
        return 0
    if x > 100:
        return 100
    return x * 2


def elif_chain(x):
    if x < 0:
        y = -x
    elif x == 0:
        y = 1
    elif x < 10:
        y = x * x
    else:
        y = 100
    return y


def return_from_nested_loops(n, limit):
    for i in range(n):
        for j in range(n):
            if i * j > limit:
                return i, j
    return -1, -1


def falls_off(x, log):
    if x > 3:
        log.append(x)
        return
    log.append(-x)


def mixed_returns(x):
    if x > 3:
        return x
    if x < -3:
        return None
    x = x + 1
    return x


def conditional_expressions(x, y):
    z = x if x > y else y if y > 3 else -1
    return z * (1 if x > 0 else 2) - (x if y > 0 else 0) ** 2


def chained(x, y):
    if 0 < x < y <= 10 or y == -1:
        return 1
    return 2 if not (x < y and y > 3) else 3


def or_values(x, y):
    return (x or y) + (x and y)


def precedence(x, y):
    a = -x ** 2
    b = (-x) ** 2
    c = x - (y - 1)
    d = (x - y) - 1
    e = x * (y * 2)
    f = 2 ** -y
    g = (x + y) * -(x - y)
    h = -(x * y)
    return a, b, c, d, e, f, g, h


def constants(x):
    return x * -1, x - -2, (x * 1e-300, 1.5e30, -0.0, 2j * x, 1 + 2j, True, None)


def shadows_builtins(x, y):
    sum = x + y
    max = sum * 2
    return abs(max) + min(sum, max)


def shadows_numpy(np, sin):
    return math.sqrt(np) + math.sin(sin) + sin


def keywords_like(w0, w1):
    s = (w0 + w1) * (w0 - w1)
    return s * s + w0


def several_uses(x, y):
    t = (x + y) * (x + y) + sin(x + y)
    return t * t - cos(t)


def stores(n):
    A = np.zeros(n)
    for i in range(n):
        A[i] = i
        if i > 0:
            A[i] += A[i - 1]
    t = A[0]
    A[0] = 5.0
    return t + A.sum()


def store_between_reads(n):
    A = np.arange(1.0, n + 1.0)
    a = A[0] + A[1]
    A[0] = 7.0
    b = A[0] + A[1]
    return a, b


def lists(n):
    stack = []
    for i in range(n):
        stack.append(i * i)
    s = 0
    while len(stack) > 0:
        s = s * 2 + stack.pop() - len(stack)
    return s


def buffers_swapped(n):
    cur = np.ones(4)
    prev = np.zeros(4)
    for i in range(n):
        prev[1:] = cur[:-1] + cur[1:]
        prev, cur = cur, prev
    return cur.sum(), prev.sum()


def slices(n):
    A = np.arange(24.0).reshape(4, 6)
    B = A[1:, ::2]
    C = A[..., -1]
    D = A[:, None, 1:n - 1]
    return B.sum() + C.sum() * D.shape[2] + A[1:3, 2:4].T.sum()


def global_constant(x):
    return x * K + math.pi


def carried_through_two_loops(x, n):
    y = x
    for i in range(n):
        y = y + i
    z = y
    for i in range(n):
        y = y * 2
    return y, z


def loop_in_branch(x, n):
    if x > 1:
        for i in range(n):
            x = x + i
    else:
        n = n * 2
        while n > x:
            n = n - 3
    return x, n


def break_from_inner(n):
    count = 0
    for i in range(n):
        for j in range(n):
            if j > i:
                break
            count = count + 1
        else_count = j if n > 0 else 0
        count = count + else_count
    return count


def temporaries_across_loops(x, n):
    best = x
    last = 0
    for i in range(n):
        candidate = (x * (i + 3)) % 7
        if candidate > best:
            best, last = candidate, best
    return best, last


CALLS = {
    "fibonacci": [(0,), (1,), (10,)],
    "three_way_rotation": [(1, 2, 3, 0), (1, 2, 3, 1), (1, 2, 3, 5)],
    "swap_twice": [(3, 4)],
    "swap_in_branch": [(1, 2, 0), (1, 2, 5)],
    "reassigned_in_branches": [(2,), (-2,)],
    "only_one_branch": [(1,), (4,)],
    "old_value_after_branch": [(1,), (-1,)],
    "break_value": [(3, 0), (3, 2), (3, 20)],
    "index_after_loop": [(0,), (4,)],
    "index_reassigned": [(0,), (4,)],
    "bound_overwritten": [(5,)],
    "bound_is_another_variable": [(2, 5), (1, 0)],
    "nested_with_tuple": [(1, 2, 4)],
    "shadowed_index": [(6,)],
    "continue_first": [(30,)],
    "continue_last": [(10,)],
    "while_with_two_carried": [(7,), (1,)],
    "while_true": [(3.0,), (0.1,)],
    "while_with_statements_in_condition": [(9,), (0,)],
    "early_returns": [(-5,), (0,), (7,), (101,)],
    "elif_chain": [(-5,), (0,), (7,), (101,)],
    "return_from_nested_loops": [(5, 6), (2, 50)],
    "falls_off": [(5, []), (1, [])],
    "mixed_returns": [(5,), (-5,), (0,)],
    "conditional_expressions": [(1, 2), (2, 1), (0, 5)],
    "chained": [(1, 2), (2, 1), (0, -1), (5, 10)],
    "or_values": [(0, 2), (2, 0), (3, 4)],
    "precedence": [(3, 4), (-2, 1)],
    "constants": [(2.0,)],
    "shadows_builtins": [(1, 2)],
    "shadows_numpy": [(4.0, 1.0)],
    "keywords_like": [(1.5, 2.5)],
    "several_uses": [(0.5, 0.25)],
    "stores": [(5,), (1,)],
    "store_between_reads": [(4,)],
    "lists": [(6,)],
    "buffers_swapped": [(0,), (3,)],
    "slices": [(5,)],
    "global_constant": [(2.0,)],
    "carried_through_two_loops": [(1, 4)],
    "loop_in_branch": [(2, 4), (1, 4)],
    "break_from_inner": [(5,)],
    "temporaries_across_loops": [(2, 9)],
}
