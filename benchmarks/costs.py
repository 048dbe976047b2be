"""What else a derivative costs: the call through the decorated function, and memory."""

from __future__ import annotations

from functools import partial
from typing import Any

import s2sad
from benchmarks.problems import dense, lstm, scalar, stencils
from benchmarks.timing import measure, peak_memory


def one_float(x: float) -> float:
    return x * x


def dispatch(quick: bool) -> list[dict[str, Any]]:
    """The time of a derivative called through s2sad, and of the generated function itself."""
    rows = []
    seconds = 0.05 if quick else 0.5
    cases = [("one float", one_float, (1.5,), (0,)), ("three floats", scalar.straight_line, (0.3, 0.7, 1.1), (0, 1, 2)),
             ("one array", dense.elementwise, dense.elementwise_inputs(8), (0,)),
             ("six arrays", dense.network, dense.network_inputs(2, 3, 4, 2), (0, 1, 2, 3))]
    for name, function, arguments, wrt in cases:
        for mode, make in (("grad", s2sad.grad), ("value_and_grad", s2sad.value_and_grad)):
            derivative = make(function, wrt=wrt)
            raw = derivative.raw(*arguments)
            times = measure({"called": partial(derivative, *arguments), "raw": partial(raw, *arguments)}, seconds)
            rows.append({"case": name, "mode": mode, "called": times["called"].best, "raw": times["raw"].best,
                         "overhead": times["called"].best - times["raw"].best})
    return rows


def memory(quick: bool) -> list[dict[str, Any]]:
    """Peaks of the function and of its gradient, in bytes, against iterations and sizes."""
    rows = []
    few = 10 if quick else 1
    cases: list[tuple[str, Any, Any, Any, int]] = [
        *((f"loop with a branch, {n // few:,} steps", scalar.wander, (0.2, 0.9, n // few), (0, 1), n // few)
          for n in (10_000, 100_000)),
        ("network, batch 64", dense.network, dense.network_inputs(), (0, 1, 2, 3), 0),
        ("elementwise, 10^6", dense.elementwise, dense.elementwise_inputs(1_000_000 // few), (0,), 0),
        ("Jacobi 2-D, 200 x 200, 40 steps", stencils.jacobi, stencils.grid_inputs((200, 200), 40), (0,), 40),
        ("the same with limiter", stencils.limited_diffusion, stencils.grid_inputs((200, 200), 40), (0,), 40),
        ("LSTM, 2 layers", lstm.objective, lstm.inputs(2, 1024 // few), (0, 1), 1024 // few),
    ]
    for name, function, arguments, wrt, steps in cases:
        gradient = s2sad.grad(function, wrt=wrt)
        row = {"case": name, "primal": peak_memory(partial(function, *arguments)),
               "gradient": peak_memory(partial(gradient, *arguments))}
        if steps:
            row["of each step"] = row["gradient"] / steps
        rows.append(row)
    return rows
