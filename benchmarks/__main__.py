"""``python -m benchmarks``: derivatives by all tools that are installed, side by side, on one thread.

    python -m benchmarks                              # everything: some minutes
    python -m benchmarks --quick                      # small sizes: does all of it run?
    python -m benchmarks --only stencils,GMM --tools s2sad,autograd
    python -m benchmarks --sections cases,curves --json results.json --plots plots
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any

# One thread for everybody; the libraries read this when they are imported.
for _variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ.setdefault(_variable, "1")
os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")

from benchmarks.costs import dispatch, memory  # noqa: E402
from benchmarks.curves import CURVES  # noqa: E402
from benchmarks.report import case_table, duration, means, summary, table  # noqa: E402
from benchmarks.run import CaseResult, run_case  # noqa: E402
from benchmarks.suite import CASES, GROUPS  # noqa: E402
from benchmarks.timing import machine, machine_line, use_clock  # noqa: E402
from benchmarks.tools import installed  # noqa: E402

SECTIONS = ("cases", "dispatch", "memory", "curves")


def arguments(given: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help=f"groups ({', '.join(GROUPS)}) or parts of names, with commas")
    parser.add_argument("--tools", default="", help="which tools, with commas; all that are installed by default")
    parser.add_argument("--sections", default=",".join(SECTIONS), help=f"of {', '.join(SECTIONS)}; all by default")
    parser.add_argument("--quick", action="store_true", help="small sizes and short times")
    parser.add_argument("--seconds", type=float, help="how long each call is measured (1, or 0.05 with --quick)")
    parser.add_argument("--clock", choices=("wall", "cpu"), default="wall",
                        help="cpu: the processor's time of this process, for machines where others work too")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write everything that was measured")
    parser.add_argument("--plots", type=Path, metavar="FOLDER", help="write pictures (needs matplotlib)")
    return parser.parse_args(given)


def chosen(text: str, known: list[str], what: str) -> list[str]:
    names = [name.strip() for name in text.split(",") if name.strip()]
    for name in names:
        if name not in known:
            raise SystemExit(f"there is no {what} {name!r}; there are {', '.join(known)}")
    return names or known


def run_cases(options: argparse.Namespace) -> list[CaseResult]:
    parts = [part.strip().lower() for part in options.only.split(",") if part.strip()]
    cases = [case for case in CASES
             if not parts or any(part == case.group or part in case.name.lower() for part in parts)]
    if not cases:
        raise SystemExit(f"no case matches {options.only!r}")
    tools = chosen(options.tools, installed(), "tool")
    seconds = options.seconds or (0.05 if options.quick else 1.0)
    outcomes = []
    for case in cases:
        outcomes.append(run_case(case, tools, options.quick, seconds))
        print(case_table(outcomes[-1]), flush=True)
    print("## Gradient over primal, by the shortest times\n")
    print(summary(outcomes))
    for tool in ("s2sad", "s2sad-numba"):
        for other in ("autograd", "jax", "tangent-ad", "handwritten"):
            found = means(outcomes, tool, other)
            if found is not None:
                print(f"\n{tool} against {other}, {found['cases']} cases: {found['geometric mean']:.2f} times as fast "
                      f"(geometric mean), median {found['median']:.2f}, least {found['least']:.2f}")
    return outcomes


def show(title: str, rows: list[dict[str, Any]]) -> None:
    """Rows of names, numbers and seconds (floats), as a table."""
    head = list(dict.fromkeys(key for row in rows for key in row if key not in ("statements", "depth")))
    cells = [[cell(key, row.get(key, "")) for key in head] for row in rows]
    print(f"\n## {title}\n\n{table(head, cells)}", flush=True)


def cell(key: str, value: Any) -> str:
    if key == "of each step" and value != "":
        return f"{value:,.0f} B"
    if isinstance(value, float):
        return ("-" if value < 0.0 else "") + duration(abs(value))
    return f"{value:,}" if isinstance(value, int) else str(value)


def main(given: list[str]) -> None:
    options = arguments(given)
    sections = chosen(options.sections, list(SECTIONS), "section")
    use_clock(options.clock)
    print(f"{machine_line()}; {options.clock} time\n")
    document: dict[str, Any] = {"machine": machine(), "options": {k: str(v) for k, v in vars(options).items()}}
    outcomes = run_cases(options) if "cases" in sections else []
    document["cases"] = [outcome.as_json() for outcome in outcomes]
    if "dispatch" in sections:
        document["dispatch"] = dispatch(options.quick)
        show("Calls through the decorated function", document["dispatch"])
    if "memory" in sections:
        document["memory"] = memory(options.quick)
        show("Memory at the peak, in bytes", document["memory"])
    curves = {name: curve(options.quick) for name, curve in CURVES.items()} if "curves" in sections else {}
    document["curves"] = curves
    for name, rows in curves.items():
        show(f"Growth with {name}" if name != "transformation" else "Time to write a gradient", rows)
    if options.json:
        options.json.write_text(json.dumps(document, indent=1), encoding="utf-8")
    if options.plots:
        from benchmarks.plots import plot_curve, plot_ratios
        pictures = [plot_curve(name, rows, options.plots) for name, rows in curves.items()]
        pictures += [plot_ratios(outcomes, options.plots)] if outcomes else []
        print("\n" + "\n".join(str(picture) for picture in pictures))


if __name__ == "__main__":
    main(sys.argv[1:])
