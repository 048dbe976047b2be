"""The curves, and the ratios of all tools, as pictures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.run import CaseResult


def plot_curve(name: str, rows: Sequence[dict[str, Any]], folder: Path) -> Path:
    """Seconds against the first column, both in powers of ten."""
    import matplotlib
    matplotlib.use("Agg")
    from matplotlib import pyplot

    rows = [row for row in rows if "depth" not in row]
    along = "statements" if "statements" in rows[0] else next(iter(rows[0]))
    figure, axes = pyplot.subplots(figsize=(5.5, 4.0))
    for series in rows[0]:
        if series not in (along, "program"):
            axes.loglog([row[along] for row in rows], [row[series] for row in rows], marker="o", label=series)
    axes.set_xlabel(along)
    axes.set_ylabel("seconds")
    axes.grid(True, which="major", alpha=0.3)
    axes.legend()
    return _saved(figure, folder / f"{name}.png")


def plot_ratios(outcomes: Sequence[CaseResult], folder: Path) -> Path:
    """For each case the time of each tool's gradient over that of the function in Python."""
    import matplotlib
    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(8.0, 0.35 * len(outcomes) + 1.5))
    markers = "osD^v<>P"
    tools = [result.tool for result in outcomes[0].results]
    for number, tool in enumerate(tools):
        points = []
        for row, outcome in enumerate(outcomes):
            primal = outcome.primals["Python"].times
            times = outcome.results[number].times
            if primal is not None and times is not None:
                points.append((times.best / primal.best, -row))
        if points:
            axes.semilogx(*zip(*points), markers[number % len(markers)], label=tool)
    bars = [(outcome.bar, -row) for row, outcome in enumerate(outcomes) if outcome.bar]
    if bars:
        axes.semilogx(*zip(*bars), "|", color="black", markersize=14, label="bar")
    axes.set_yticks([-row for row in range(len(outcomes))], [outcome.name for outcome in outcomes], fontsize=8)
    axes.set_xlabel("gradient over primal in Python")
    axes.grid(True, axis="x", alpha=0.3)
    axes.legend(fontsize=8)
    return _saved(figure, folder / "ratios.png")


def _saved(figure: Any, path: Path) -> Path:
    from matplotlib import pyplot

    path.parent.mkdir(parents=True, exist_ok=True)
    figure.tight_layout()
    figure.savefig(path, dpi=150)
    pyplot.close(figure)
    return path
