"""GradBench's protocol: one JSON message a line on standard input, one response a line on standard output."""

from __future__ import annotations

import importlib
import json
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TextIO

PROBLEMS = ("hello", "llsq", "lse", "det", "ode", "kmeans", "gmm", "ba", "ht", "lstm", "particle", "saddle")


@dataclass(frozen=True)
class Function:
    """What may be asked for: `run` is timed, reading the JSON and writing it is not."""

    prepare: Callable[[Any], tuple[Any, ...]]
    run: Callable[..., Any]
    finish: Callable[[Any], Any]


def functions_of(problem: str) -> dict[str, Function]:
    if problem not in PROBLEMS:
        raise ValueError(f"there is no problem {problem!r}")
    found: dict[str, Function] = importlib.import_module(f"benchmarks.gradbench.{problem}").FUNCTIONS
    return found


def evaluate(problem: str, name: str, given: Any) -> dict[str, Any]:
    """Run as often and as long as is asked for.  The first run also writes the derivative; where more are asked for,
    it is not counted."""
    function = functions_of(problem)[name]
    arguments = function.prepare(given)
    wanted = given if isinstance(given, dict) else {}
    runs = max(1, int(wanted.get("min_runs", 1)))
    seconds = float(wanted.get("min_seconds", 0.0))
    output, first = timed(function.run, arguments)
    timings = [{"name": "warmup" if runs > 1 or first < 1e9 * seconds else "evaluate", "nanoseconds": first}]
    if timings[0]["name"] == "warmup":
        spent = 0
        count = 0
        while count < runs or spent < 1e9 * seconds:
            output, nanoseconds = timed(function.run, arguments)
            timings.append({"name": "evaluate", "nanoseconds": nanoseconds})
            spent += nanoseconds
            count += 1
    return {"success": True, "output": function.finish(output), "timings": timings}


def timed(function: Callable[..., Any], arguments: tuple[Any, ...]) -> tuple[Any, int]:
    start = time.perf_counter_ns()
    output = function(*arguments)
    return output, time.perf_counter_ns() - start


def respond(message: dict[str, Any]) -> dict[str, Any]:
    """What a message is answered with, besides its number."""
    kind = message.get("kind")
    try:
        if kind == "start":
            return {"tool": "s2sad"}
        if kind == "define":
            functions_of(message["module"])
            return {"success": True}
        if kind == "evaluate":
            return evaluate(message["module"], message["function"], message["input"])
    except Exception:
        return {"success": False, "error": traceback.format_exc()}
    return {}


def serve(messages: TextIO, responses: TextIO) -> None:
    for line in messages:
        message = json.loads(line)
        if message.get("kind") == "end":
            return
        json.dump({"id": message["id"], **respond(message)}, responses)
        responses.write("\n")
        responses.flush()
