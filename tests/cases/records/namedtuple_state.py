"""A NamedTuple as argument, rebuilt in a time loop, unpacked and indexed; returned at the end."""

from typing import NamedTuple


class State(NamedTuple):
    x: float
    v: float


class Spring(NamedTuple):
    k: float
    damping: float


def step(state, spring, h):
    x, v = state
    a = -spring.k * x - spring.damping * v
    return State(x + h * v, v + h * a)


def f(start: State, spring: Spring, n: int):
    state = start
    for i in range(n):
        state = step(state, spring, 0.1)
        if state.x < 0.0:
            state = state._replace(x=-0.5 * state[0], v=-state.v)
    return state


MODE = "vjp"
WRT = ("start", "spring")
IN_PROCESS_ONLY = True  # the generated module imports State from here
POINTS = [(State(1.0, 0.2), Spring(2.0, 0.1), 5), (State(0.2, -1.0), Spring(1.0, 0.3), 8),
          (State(0.5, 0.5), Spring(1.0, 0.0), 0)]
