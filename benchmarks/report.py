"""Tables in text, which Markdown understands too."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from benchmarks.run import NO_VARIANT, CaseResult, Result


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    widths = [max(len(row[i]) for row in [head, *rows]) for i in range(len(head))]

    def line(cells: Sequence[str]) -> str:
        return "| " + " | ".join(cell.ljust(width) for cell, width in zip(cells, widths)) + " |"
    return "\n".join([line(head), "|" + "|".join("-" * (width + 2) for width in widths) + "|",
                      *(line(row) for row in rows)])


def duration(seconds: float) -> str:
    for unit, name in ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs")):
        if seconds >= unit:
            return f"{seconds / unit:.3g} {name}"
    return f"{seconds * 1e9:.0f} ns"


def ratio(result: Result, primal: Result | None) -> tuple[str, str]:
    """By the shortest times, and by the medians."""
    if result.times is None or primal is None or primal.times is None:
        return "", ""
    return (f"{result.times.best / primal.times.best:.2f}", f"{result.times.median / primal.times.median:.2f}")


def case_table(outcome: CaseResult) -> str:
    """A row for what ran, and a line for what did not."""
    python, numba = outcome.primals["Python"], outcome.primals.get("Numba")
    measured = [(f"primal, {name}", primal) for name, primal in outcome.primals.items()]
    measured += [(result.tool, result) for result in outcome.results]
    rows = []
    failures = []
    for name, result in measured:
        if result.times is None:
            failures.append(f"{name}: {result.error}")
            continue
        times = result.times
        rows.append([name, duration(times.best), duration(times.median), f"{100 * times.spread:.0f} %",
                     "" if result.first is None else duration(result.first), *ratio(result, python),
                     ratio(result, numba)[0], "" if result.difference is None else f"{result.difference:.0e}"])
    head = ("", "min", "median", "spread", "first call", "/ Python", "by medians", "/ Numba", "differs by")
    checked = outcome.checked
    said = f"checked by a {checked['by']}: {checked['difference']:.0e}" if "difference" in checked else ""
    bar = f"bar {outcome.bar:g}" if outcome.bar else ""
    title = ", ".join(part for part in (outcome.name, bar, said) if part)
    return "\n".join([f"### {title}\n", table(head, rows), "", *failures]) + "\n"


def summary(outcomes: Sequence[CaseResult]) -> str:
    """The ratios to the Python primal, by the shortest times: a row for each case."""
    tools = [result.tool for result in outcomes[0].results]
    rows = []
    for outcome in outcomes:
        python = outcome.primals["Python"]
        cells = [ratio(result, python)[0] or word_for(result.error) for result in outcome.results]
        rows.append([outcome.name, f"{outcome.bar:g}" if outcome.bar else "", *cells])
    return table(("gradient / Python primal", "bar", *tools), rows)


def word_for(error: str | None) -> str:
    if error == NO_VARIANT:
        return "-"
    return "wrong" if error is not None and error.startswith("wrong") else "fails"


def means(outcomes: Sequence[CaseResult], tool: str, other: str) -> dict[str, Any] | None:
    """How many times faster a tool is than another, over the cases that both ran."""
    quotients = []
    for outcome in outcomes:
        times = {result.tool: result.times.best for result in outcome.results if result.times is not None}
        if tool in times and other in times:
            quotients.append(times[other] / times[tool])
    if not quotients:
        return None
    quotients.sort()
    product = 1.0
    for quotient in quotients:
        product *= quotient
    return {"cases": len(quotients), "geometric mean": product ** (1.0 / len(quotients)),
            "median": quotients[len(quotients) // 2], "least": quotients[0]}
