"""From a derivative program to text: names, headers, modules; and ahead-of-time generation from files."""

from __future__ import annotations

import os
from collections.abc import Sequence

from s2sad.analysis.signature import parse_signature
from s2sad.analysis.types import infer_types
from s2sad.backend.jit import HELPER_DECORATOR, JIT_PREAMBLE, jit_decorators
from s2sad.backend.module import Unit, emit_module
from s2sad.driver import Request, derive
from s2sad.errors import NotDifferentiableError, ResolveError, TypingError
from s2sad.frontend.read import list_functions, read_file
from s2sad.inputs import default_wrt
from s2sad.ir.operators import NAMES, operator
from s2sad.ir.printer import print_program
from s2sad.ir.trace import Apply, Program, walk
from s2sad.rules import TABLE
from s2sad.uncollected import uncollected

VERSION = "0.1.0"
TARGETS = ("numpy", "numba")


def derivative_name(program: Program, mode: str, wrt: tuple[str, ...], default: tuple[str, ...]) -> str:
    """``f_grad``; a `wrt` that is not the default enters the name: ``f_grad_x_k``."""
    found = operator(mode)
    name = f"{program.main.name.replace('<lambda>', 'function')}_{found.suffix or found.name}"
    return name if wrt == default else "_".join([name, *wrt])


def header(program: Program, wrt: tuple[str, ...], mode: str, style: str, signature: str | None,
           target: str = "numpy") -> list[str]:
    """What a module was generated from: no time stamps, no absolute paths."""
    options = [f"mode={mode}", f"wrt={','.join(wrt)}", f"style={style}"]
    if target != "numpy":
        options.append(f"target={target}")
    if signature:
        options.append(f"signature={signature}")
    where = os.path.basename(program.file)
    return [f"{program.main.name} of {where}, {', '.join(options)}; source {program.source_hash[:16]}"]


def unit(derived: Program, lines: list[str], style: str, frozen: bool, target: str = "numpy") -> Unit:
    """A derivative ready for the back end.

    `frozen` writes the literal constants that it reads into the module, and says so in the header.
    """
    constants = _constants_used(derived) if frozen else {}
    if constants:
        lines = [*lines, f"constants as they were: {', '.join(constants)}"]
    decorators = jit_decorators(derived) if target == "numba" else {}
    return Unit(derived, lines, constants, decorators=decorators, trailing=style == "trace")


def _constants_used(program: Program) -> dict[str, object]:
    """The literal constants that the functions read; one without a literal value cannot be written down."""
    used: dict[str, object] = {}
    for function in program.functions.values():
        for op in walk(function.block):
            if isinstance(op, Apply) and op.prim == "global":
                name = op.attrs["name"]
                if name not in program.constants:
                    raise ResolveError(f"the variable {name!r} has no literal value that a module could hold",
                                       loc=op.loc, function=function.name, hint=f"pass {name!r} as a parameter")
                used[name] = program.constants[name]
    return used


@uncollected
def generate(path: str | os.PathLike[str], functions: Sequence[str] | None = None, mode: str = "grad",
             wrt: str | Sequence[str] | None = None, style: str = "compact", signature: str | None = None,
             dump_after: str | None = None, time_passes: bool = False, target: str = "numpy") -> str:
    """The text of a module with derivatives of functions of a file, which is not executed.

    `functions` are their names (all functions of the file by default), `mode` is ``grad``, ``value-and-grad``, ``vjp``
    or ``jvp``, `wrt` parameter names, `signature` types as in ``"float, float64[:]"``; with the `target` ``numba`` the
    functions are written for Numba to compile.  Raises S2SADError.
    """
    mode = mode.replace("-", "_")
    try:
        operator(mode)
    except KeyError:
        raise NotDifferentiableError(f"no mode {mode!r}", hint=f"modes are {', '.join(NAMES)}") from None
    names = list(functions) if functions else list_functions(path)
    if not names:
        raise ResolveError(f"{os.fspath(path)} defines no functions")
    if signature and len(names) > 1:
        raise TypingError("a signature belongs to one function", hint="name the function: FILE:FUNC")
    named = (wrt,) if isinstance(wrt, str) else tuple(wrt) if wrt is not None else None
    times: dict[str, float] = {}
    check_target(target)
    units = [_unit_of(os.fspath(path), name, mode, named, style, signature, dump_after, times, target)
             for name in names]
    text = emit_for(target, units)
    if dump_after not in (None, "all", *times):
        raise NotDifferentiableError(f"no pass {dump_after!r}", hint=f"the passes are {', '.join(times)}")
    if time_passes:
        _print_times(times)
    return text


def _unit_of(path: str, name: str, mode: str, wrt: tuple[str, ...] | None, style: str, signature: str | None,
             dump_after: str | None, times: dict[str, float], target: str) -> Unit:
    program = read_file(path, name, TABLE)
    parameters = [p.name for p in program.main.params]
    types = parse_signature(signature, parameters) if signature else {}
    default = default_wrt(program, types)
    chosen = wrt if wrt is not None else default
    if wrt is not None:
        check_names(program, chosen)
    single = len(chosen) == 1 or (wrt is None and len(default) == 1)
    request = Request(mode, chosen or None, single=single, style=style, types=types,
                      name=derivative_name(program, mode, chosen, default), target=target)
    derived = derive(program, request, TABLE, dump_after, times)
    return unit(derived, header(program, chosen, mode, style, signature, target), style, frozen=True, target=target)


def check_target(target: str) -> None:
    if target not in TARGETS:
        raise NotDifferentiableError(f"no target {target!r}", hint=f"targets are {' and '.join(TARGETS)}")


def emit_for(target: str, units: Sequence[Unit]) -> str:
    """The module's text: for NumPy, or with what Numba needs to compile it."""
    if target == "numba":
        return emit_module(units, TABLE.signature, JIT_PREAMBLE, HELPER_DECORATOR)
    return emit_module(units, TABLE.signature)


def check_names(program: Program, wrt: tuple[str, ...]) -> None:
    names = [p.name for p in program.main.params]
    for name in wrt:
        if name not in names:
            raise NotDifferentiableError(f"{program.main.name!r} has no parameter {name!r}",
                                         function=program.main.name, hint=f"its parameters are {', '.join(names)}")
        if wrt.count(name) > 1:
            raise NotDifferentiableError(f"wrt names {name!r} twice", function=program.main.name, hint="name it once")


def _print_times(times: dict[str, float]) -> None:
    import sys
    for name, seconds in sorted(times.items(), key=lambda item: -item[1]):
        print(f"{1e3 * seconds:9.2f} ms  {name}", file=sys.stderr)


def trace_text(path: str | os.PathLike[str], function: str, types: bool = False) -> str:
    """The printed trace of a function of a file, and of the functions it calls."""
    program = read_file(path, function, TABLE)
    if types:
        infer_types(program, TABLE, {})
    return print_program(program, types)
