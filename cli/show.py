"""``s2sad trace`` and ``s2sad graph``: look at a function, and evaluate it step by step."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import click

import s2sad
from s2sad.backend.tables import TITLES, Row, cells, render, tables_of

from .options import read_values, read_wrt
from .output import deliver, reports_errors
from .target import Target, check_point, one_function, read_target

_AT = click.option("--at", "at", metavar="NAME=VALUE,...", multiple=True,
                   help="Evaluate at this point: Python literals, lists are arrays (x=[1.0, 2.0]).")
_OUTPUT = click.option("-o", "--output", metavar="OUT", help="Write to this file instead of the terminal.")
_FORCE = click.option("--force", is_flag=True, help="Overwrite OUT even if it is not from s2sad.")


@click.command(short_help="Show a function step by step, at a point too.")
@click.argument("target", metavar="FILE:FUNC")
@_AT
@click.option("--mode", type=click.Choice(["forward", "reverse"]),
              help="Also show the tangent (forward) or adjoint (reverse) trace.")
@click.option("--wrt", metavar="NAMES", help="Parameters to differentiate by, as in x or x,k.")
@click.option("--seed", "seeds", metavar="NAME=VALUE,...", multiple=True,
              help="Tangents (a_dot=1,b_dot=0) or the adjoint of the value (r_bar=1). "
                   "Default: 1 for the first of --wrt and 0 for the others; 1 for a scalar value.")
@click.option("--format", "format", type=click.Choice(["table", "html", "json"]), default="table", show_default=True,
              help="How the tables are written.")
@click.option("--types", is_flag=True, help="Without --at: print the type of every value too.")
@_OUTPUT
@_FORCE
@reports_errors
def trace(target: str, at: tuple[str, ...], mode: str | None, wrt: str | None, seeds: tuple[str, ...], format: str,
          types: bool, output: str | None, force: bool) -> None:
    """Show the evaluation trace of a function: every operation, one a line.

    Without --at, the trace as the compiler sees it. With --at, the function is EXECUTED at that point, step by step,
    and each executed statement is a row with variable, expression and value; loops repeat their rows. --mode adds
    the trace of the derivative, as in the textbooks. Nothing else of the file is run.

    \b
    Examples:
      s2sad trace model.py:f                              the trace, as text
      s2sad trace model.py:f --at a=2,b=5                 the evaluation table
      s2sad trace model.py:f --at a=2,b=5 --mode forward  and that of the tangents
      s2sad trace model.py:f --at a=2,b=5 --mode reverse --format html -o f.html
      s2sad trace model.py:norm --at "x=[3.0, 4.0]" --format json
    """
    found = read_target(target)
    function = one_function(found)
    if not at:
        if mode or wrt or seeds or format != "table":
            raise click.UsageError("--mode, --wrt, --seed and --format need a point: add --at NAME=VALUE,...")
        deliver(s2sad.trace_text(found.path, function, types=types), output, force, found.path)
        return
    if seeds and not mode:
        raise click.UsageError("--seed needs --mode forward or --mode reverse")
    rows = _evaluate(found, function, read_values(at, "--at"), mode=mode, wrt=read_wrt(wrt),
                     seeds=read_values(seeds, "--seed") or None)
    if format == "table" and output is None and sys.stdout.isatty() and _print_rich(rows):
        return
    deliver(render(rows, format), output, force, found.path)


def _evaluate(target: Target, function: str, point: dict[str, object], **settings: Any) -> list[Row]:
    check_point(target, function, point)
    try:
        return s2sad.evaluate(target.path, function, point, **settings)
    except (ArithmeticError, ValueError, TypeError, IndexError, AssertionError) as error:
        raise _failed(target, function, point, error) from error


def _failed(target: Target, function: str, point: dict[str, object], error: Exception) -> click.ClickException:
    values = ", ".join(f"{name}={value}" for name, value in point.items())
    return click.ClickException(f"{target.path}: evaluating {function} at {values} failed: "
                                f"{type(error).__name__}: {error}")


def _print_rich(rows: Sequence[Row]) -> bool:
    """The tables with colour, where rich is installed."""
    try:
        from rich.console import Console
        from rich.table import Table
        from rich.text import Text
    except ImportError:
        return False
    console = Console()
    for name, part in tables_of(rows).items():
        heads, body = cells(part)
        table = Table(title=TITLES[name], title_justify="left", title_style="bold", header_style="dim")
        for head in heads:
            table.add_column(head, style={"variable": "bold", "value": "green"}.get(head, ""), overflow="fold")
        for line in body:
            table.add_row(*(Text(text) for text in line))
        console.print(table)
    return True


@click.command(short_help="Draw the computation graph.")
@click.argument("target", metavar="FILE:FUNC")
@_AT
@click.option("--format", "format", type=click.Choice(["mermaid", "dot", "svg"]), default="mermaid", show_default=True,
              help="Mermaid for Markdown, DOT for Graphviz, SVG to look at.")
@_OUTPUT
@_FORCE
@reports_errors
def graph(target: str, at: tuple[str, ...], format: str, output: str | None, force: bool) -> None:
    """Draw the computation graph of a function: inputs, operations and what each depends on.

    Loops and branches are regions; a dashed line goes from the end of an iteration to the next. With --at, the
    function is EXECUTED at that point and the nodes show the values (in loops those of the last iteration).

    \b
    Examples:
      s2sad graph model.py:f --format svg -o f.svg
      s2sad graph model.py:f --at a=2,b=5 --format svg -o f.svg
      s2sad graph model.py:f                   Mermaid text, for Markdown
      s2sad graph model.py:f --format dot | dot -Tpdf -o f.pdf
    """
    found = read_target(target)
    function = one_function(found)
    point = read_values(at, "--at") if at else None
    if point is not None:
        check_point(found, function, point)
    try:
        drawn = s2sad.graph(found.path, function, at=point)
    except (ArithmeticError, ValueError, TypeError, IndexError, AssertionError) as error:
        if point is None:
            raise
        raise _failed(found, function, point, error) from error
    text = {"mermaid": drawn.to_mermaid, "dot": drawn.to_dot, "svg": drawn.to_svg}[format]()
    deliver(text, output, force, found.path)
