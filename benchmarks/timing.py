"""Times of many calls, taken in turns so that what slows the machine down for a while slows all of them down."""

from __future__ import annotations

import gc
import os
import platform
import sys
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any

# A sample takes at least so long, in seconds: short calls are repeated, and their mean is taken.
SAMPLE = 1e-3
# Garbage is collected so often, and never within a sample.
COLLECTION = 0.5
# Wall-clock time; on a machine that others use too, the processor's time of this process says more.
CLOCKS = {"wall": time.perf_counter, "cpu": time.process_time}
FEWEST = 5


@dataclass(frozen=True)
class Times:
    """Seconds for a call."""

    best: float
    median: float
    spread: float  # of the middle half of the samples, relative to the median
    samples: int


clock = CLOCKS["wall"]


def use_clock(name: str) -> None:
    global clock
    clock = CLOCKS[name]


def measure(functions: dict[str, Callable[[], Any]], seconds: float) -> dict[str, Times]:
    """The times of functions, each for about so many seconds altogether, in turns."""
    repeats = {name: _repeats(function) for name, function in functions.items()}
    samples: dict[str, list[float]] = {name: [] for name in functions}
    spent = dict.fromkeys(functions, 0.0)
    collecting = gc.isenabled()
    gc.disable()
    try:
        waiting = list(functions)
        collected = time.perf_counter()
        while waiting:
            for name in waiting:
                elapsed = _sample(functions[name], repeats[name])
                spent[name] += elapsed
                samples[name].append(elapsed / repeats[name])
            waiting = [name for name in waiting if spent[name] < seconds
                       or (len(samples[name]) < FEWEST and spent[name] < FEWEST * seconds)]
            if time.perf_counter() - collected > COLLECTION:
                gc.collect()
                collected = time.perf_counter()
    finally:
        if collecting:
            gc.enable()
    return {name: _summary(sorted(values)) for name, values in samples.items()}


def _repeats(function: Callable[[], Any]) -> int:
    once = _sample(function, 1)  # it was called before, when the results were compared
    return max(1, int(SAMPLE / max(once, 1e-9)))


def _sample(function: Callable[[], Any], repeats: int) -> float:
    start = clock()
    for _ in range(repeats):
        function()
    return clock() - start


def _summary(values: list[float]) -> Times:
    median = values[len(values) // 2]
    quarter = len(values) // 4
    return Times(values[0], median, (values[-1 - quarter] - values[quarter]) / median, len(values))


def peak_memory(function: Callable[[], Any]) -> int:
    """The largest number of bytes that a call holds, besides what was there before."""
    function()
    gc.collect()
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        tracemalloc.reset_peak()
        function()
        return tracemalloc.get_traced_memory()[1] - before
    finally:
        tracemalloc.stop()


def machine() -> dict[str, Any]:
    """What the numbers were measured on."""
    packages = {}
    for name in ("numpy", "numba", "autograd", "jax", "tangent-ad"):
        try:
            packages[name] = version(name)
        except PackageNotFoundError:
            continue
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    return {"processor": _processor(), "cores": os.cpu_count(), "load": load, "python": platform.python_version(),
            "packages": packages}


def _processor() -> str:
    if sys.platform == "linux":
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            for line in file:
                if line.startswith("model name"):
                    return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def machine_line() -> str:
    facts = machine()
    packages = ", ".join(f"{name} {number}" for name, number in facts["packages"].items())
    return (f"{facts['processor']}, {facts['cores']} cores, load {facts['load']:.1f}, one thread; "
            f"Python {facts['python']}, {packages}")
