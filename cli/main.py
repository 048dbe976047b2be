"""``s2sad``: the group of verbs."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

import click

from .derive import derivative_commands
from .show import graph, trace


def _version() -> str:
    try:
        return version("s2sad")
    except PackageNotFoundError:
        return "unknown (not installed)"


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(_version(), prog_name="s2sad")
def cli() -> None:
    """Derivatives of numerical Python, written as Python.

    s2sad reads functions of floats and NumPy arrays as they stand in a file and writes a module with
    their derivatives: plain code that needs nothing but what the function itself imports.

    \b
    Start here:
      s2sad grad model.py:loss                  the gradient, on the terminal
      s2sad grad model.py:loss -o loss_grad.py  the same as a module to import
      s2sad trace model.py:loss --at x=2,k=5    every step at a point, as a table
      s2sad graph model.py:loss --format svg    the computation graph, drawn

    Files are read, not executed; only `trace --at` and `graph --at` evaluate functions.
    Every verb has its own help: `s2sad grad -h`.

    \b
    Exit codes: 0 done
                1 not differentiable, or an output file that is not ours to overwrite
                2 wrong usage
    """


for _command in [*derivative_commands(), trace, graph]:
    cli.add_command(_command)


def main() -> None:
    """The console script."""
    cli(prog_name="s2sad")


if __name__ == "__main__":
    main()
