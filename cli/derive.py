"""``s2sad grad``, ``jvp``, ``hvp`` …: write a module of derivatives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

import s2sad

from .options import read_wrt
from .output import deliver, reports_errors
from .target import functions_of, read_target

_SUMMARIES = {
    "grad": "Write gradients: f_grad(x, ...) returns df/dx of a function with a scalar value.",
    "value-and-grad": "Write values with gradients: f_value_and_grad(x, ...) returns both.",
    "jvp": "Write tangents (forward mode): f_jvp(x, ..., x_dot) returns the value and its tangent.",
    "vjp": "Write adjoints (reverse mode): f_vjp(x, ..., y_bar) returns the value and the adjoints.",
    "hvp": "Write Hessian times vector: f_hvp(x, ..., x_dot) returns the gradient's tangent.",
    "vhp": "Write vector times Hessian: f_vhp(x, ..., seed) returns the gradient's adjoint.",
    "jacobian": "Write Jacobians: f_jacobian(x, ...) returns the derivative of every output by every input.",
    "hessian": "Write Hessians: f_hessian(x, ...) returns all second derivatives of a function with a scalar value.",
    "derivative": "Write derivatives by one number: f_derivative(x, ...) returns df/dx, or one of a higher order.",
}

_DETAILS = {
    "grad": """One reverse sweep gives the derivative with respect to every parameter, at a small multiple of the
    function's own cost. The value must be a scalar; for arrays use vjp or jvp.""",
    "value-and-grad": """What optimisers ask for: one call gives the value and its gradient, and the forward sweep is
    shared. The value must be a scalar.""",
    "jvp": """One forward sweep gives the derivative in one direction: the Jacobian times the tangents x_dot of the
    inputs. The choice where a function has few inputs and many outputs. Nothing is stored.""",
    "vjp": """One reverse sweep gives the seed y_bar of the value times the Jacobian: an adjoint for every input. The
    choice where a function has many inputs and few outputs.""",
    "hvp": """Forward mode over reverse mode: the Hessian of a scalar function in a direction, at a small multiple of
    the function's own cost. The Hessian is never formed.""",
    "vhp": """Reverse mode over reverse mode: the same product as hvp, which is usually cheaper.""",
    "jacobian": """Vector mode: one sweep carries all directions at once, those of the inputs (forward) or of the
    outputs (reverse). Its axes are those of the value, then those of the input.""",
    "hessian": """Forward mode over reverse mode, in all directions at once.""",
    "derivative": """Forward mode, as often as the order says. The value may be a number or an array.""",
}

_EXAMPLES = """\b
Examples:
  s2sad {mode} model.py                    every public function of the file
  s2sad {mode} model.py:f,g -o model_d.py  two functions, which share helpers
  s2sad {mode} model.py:f --wrt x,k        with respect to x and k only
  s2sad {mode} model.py:f --style trace    one operation a line
  s2sad {mode} model.py:f --signature "float, float64[:]"

The file is read, never executed. The module that is written stands alone: it imports NumPy (SciPy where the function
does) and the standard library, and carries the helpers and constants that it needs."""


def derivative_commands() -> list[click.Command]:
    """The verbs that write derivatives, which differ in what they write."""
    return [_command(mode) for mode in _SUMMARIES]


def _options(function: Callable[..., None]) -> Callable[..., None]:
    options: list[Callable[[Callable[..., None]], Callable[..., None]]] = [
        click.argument("target", metavar="FILE[:FUNC,...]"),
        click.option("-o", "--output", metavar="OUT", help="Write to this file instead of the terminal."),
        click.option("--wrt", metavar="NAMES",
                     help="Parameters to differentiate by, as in x or x,k. Default: every float or unannotated one."),
        click.option("--style", type=click.Choice(["compact", "trace"]), default="compact", show_default=True,
                     help="compact folds temporaries into expressions; trace names each one w0, w1, ..."),
        click.option("--target", "target_", type=click.Choice(["numpy", "numba"]), default="numpy", show_default=True,
                     help="numba writes loops over numbers in place of array expressions, for Numba to compile."),
        click.option("--signature", metavar="TYPES",
                     help="Types of the parameters, where annotations do not say; gives leaner code."),
        click.option("--force", is_flag=True, help="Overwrite OUT even if it was edited or is not from s2sad."),
        click.option("--dump-after", metavar="PASS", help="Print the trace after this pass ('all': after each)."),
        click.option("--time-passes", is_flag=True, help="Print how long each pass took."),
    ]
    for option in reversed(options):
        function = option(function)
    return function


# What an operator can be told, as an option of its verb.
_TOLD: dict[str, Callable[[Callable[..., None]], Callable[..., None]]] = {
    "jacobian": click.option("--mode", "told", type=click.Choice(["auto", "forward", "reverse"]),
                             help="Which mode. Default: auto, the cheaper one as far as types tell."),
    "derivative": click.option("--order", "told", type=click.IntRange(1), help="Of which order. Default: 1."),
}


def _command(mode: str) -> click.Command:
    @reports_errors
    def run(target: str, output: str | None, wrt: str | None, force: bool, target_: str, told: object = None,
            **settings: Any) -> None:
        found = read_target(target)
        what = mode if told is None else f"{mode}:{told}"
        text = s2sad.generate(found.path, functions_of(found), mode=what, wrt=read_wrt(wrt), target=target_,
                              **settings)
        deliver(text, output, force, found.path)

    summary = _SUMMARIES[mode]
    details = " ".join(_DETAILS[mode].split())
    text = f"{summary}\n\n{details}\n\n{_EXAMPLES.format(mode=mode)}"
    command = _TOLD[mode](_options(run)) if mode in _TOLD else _options(run)
    return click.command(name=mode, help=text, short_help=summary.partition(":")[0] + ".")(command)
