"""Names of the libraries the compiler knows: spellings, constants, dtypes, methods of arrays.

Only what a name *is called* stands here; what it computes is the rule table's.
"""

from __future__ import annotations

import builtins
import math
import sys
from typing import Any

import numpy as np

from s2sad.ir.operators import NAMES
from s2sad.ir.types import DTYPE, FLOAT, Type
from s2sad.rules.row import Table

# Module name -> prefix of its keys in the rule table.
PREFIXES = {"numpy": "np", "math": "math", "scipy": "scipy", "operator": "operator", "functools": "functools",
            "dataclasses": "dataclasses", "warnings": "warnings", "s2sad": "s2sad"}

CONSTANTS = {
    **{f"math.{n}": getattr(math, n) for n in ("pi", "e", "tau", "inf", "nan")},
    **{f"np.{n}": getattr(np, n) for n in ("pi", "e", "inf", "nan", "euler_gamma")},
}

DTYPES = frozenset({
    "float", "int", "bool", "complex",
    *(f"np.{n}" for n in ("float64", "float32", "float16", "longdouble", "double", "single", "half", "int64", "int32",
                          "int16", "int8", "uint64", "uint32", "uint16", "uint8", "intp", "bool_", "bool",
                          "complex128", "complex64")),
})

# The built-in functions that are primitives under their own names.
BUILTINS = frozenset({"abs", "min", "max", "sum", "pow", "float", "int", "bool", "complex", "len", "round", "divmod",
                      "print", "str", "repr", "isinstance", "slice", "any", "all"})

# Other names of the same function, tried in order where the table has no row of the first.
SPELLINGS: dict[str, tuple[str, ...]] = {
    "np.abs": ("np.absolute",), "np.absolute": ("np.abs",), "np.divide": ("np.true_divide",),
    "np.true_divide": ("np.divide",), "np.pow": ("np.power",), "np.remainder": ("np.mod",), "np.mod": ("np.remainder",),
    "np.amax": ("np.max",), "np.amin": ("np.min",), "np.max": ("np.amax",), "np.min": ("np.amin",),
    "np.acos": ("np.arccos",), "np.asin": ("np.arcsin",), "np.atan": ("np.arctan",), "np.atan2": ("np.arctan2",),
    "np.acosh": ("np.arccosh",), "np.asinh": ("np.arcsinh",), "np.atanh": ("np.arctanh",),
    "np.concat": ("np.concatenate",), "np.permute_dims": ("np.transpose",), "np.conjugate": ("np.conj",),
    "np.conj": ("np.conjugate",), "np.around": ("np.round",), "np.round": ("np.around",),
    "np.degrees": ("np.rad2deg",), "np.radians": ("np.deg2rad",), "np.rad2deg": ("np.degrees",),
    "np.deg2rad": ("np.radians",), "np.copy": ("copy",), "np.add.at": ("accumulate_at",),
    "s2sad.stop_gradient": ("helper.stop_gradient",),
    **{f"operator.{n}": (n,) for n in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul", "neg", "pos",
                                       "abs", "getitem", "lt", "le", "gt", "ge", "eq", "ne", "invert")},
    "operator.not_": ("not",), "operator.and_": ("bitand",), "operator.or_": ("bitor",), "operator.is_": ("is",),
    "operator.is_not": ("is_not",), "operator.xor": ("bitxor",),
    "np.bitwise_not": ("np.invert",), "np.bitwise_invert": ("np.invert",), "np.trapezoid": ("np.trapz",),
}

# Methods of arrays that are not the NumPy function of the same name with the array in front.
METHODS: dict[str, tuple[str, ...]] = {
    "conjugate": ("np.conj", "np.conjugate"), "copy": ("copy", "np.copy"), "astype": ("astype", "np.astype"),
    "flatten": ("flatten", "np.flatten"), "item": ("item", "np.item"), "tolist": ("tolist", "np.tolist"),
    "append": ("append",), "pop": ("pop",),
}
# Methods that take the shape or the axes either as one tuple or as several arguments.
SPREAD = frozenset({"reshape", "transpose"})
SAME_NAME = frozenset({
    "all", "any", "argmax", "argmin", "argsort", "clip", "compress", "conj", "cumprod", "cumsum", "diagonal", "dot",
    "max", "mean", "min", "nonzero", "prod", "ptp", "ravel", "repeat", "reshape", "round", "searchsorted", "squeeze",
    "std", "sum", "swapaxes", "take", "trace", "transpose", "var",
})

ITERATION_ONLY = {
    "range": "use it in `for i in range(...)`, or make a list of it", "enumerate": "use it in a loop, or make a list "
    "of it", "zip": "use it in a loop, or make a list of it: list(zip(x, y))",
    "reversed": "use it in a loop, or write x[::-1]", "map": "use it in a loop, or make a list of it: list(map(f, x))",
    "filter": "use it in a loop, or make a list of it: list(filter(f, x))", "iter": "write a `for` loop",
    "next": "write a `for` loop",
}


# Functions that take or make functions.
FUNCTIONAL = frozenset({"functools.partial", "functools.reduce", "s2sad.differentiate",
                        *(f"s2sad.{name}" for name in NAMES)})


def exports(module: str) -> frozenset[str]:
    """What ``from module import *`` binds, of a library that is loaded here."""
    library = sys.modules[module]
    return frozenset(getattr(library, "__all__", [n for n in vars(library) if not n.startswith("_")]))


def library_key(module: str) -> str | None:
    """The key prefix of a library module (``numpy.linalg`` → ``np.linalg``); None for other modules."""
    root, _, rest = module.partition(".")
    if root not in PREFIXES:
        return None
    return PREFIXES[root] + ("." + rest if rest else "")


def constant_type(key: str) -> Type | None:
    """The type of a library constant or dtype; None if `key` is neither."""
    if key in CONSTANTS:
        return FLOAT
    return DTYPE if key in DTYPES else None


def is_exception(key: str) -> bool:
    """Whether a key names an exception class: Python's, NumPy's, or ``module:Name`` for one of the user's."""
    if ":" in key:
        return True
    if key.startswith("np."):
        return key in ("np.linalg.LinAlgError", "np.exceptions.AxisError")
    kind = getattr(builtins, key, None)
    return isinstance(kind, type) and issubclass(kind, BaseException)


def primitive(key: str, table: Table) -> str | None:
    """The table's key for a function's name, by any of its spellings."""
    if "." not in key and is_builtin(key) and key not in BUILTINS:
        return None
    for spelling in (key, *SPELLINGS.get(key, ())):
        if spelling in table:
            return spelling
    return None


def is_ufunc(key: str) -> bool:
    """Whether a key names a NumPy function that works element by element."""
    return key.startswith("np.") and isinstance(getattr(np, key[3:], None), np.ufunc)


def out_position(key: str) -> int | None:
    """Where a function takes `out` by position."""
    if is_ufunc(key):
        return int(getattr(np, key[3:]).nin)
    return {"np.dot": 2, "np.clip": 3, "np.outer": 2, "np.round": 2, "np.around": 2}.get(key)


def is_builtin(name: str) -> bool:
    return hasattr(builtins, name) and not name.startswith("_")


def key_of_object(value: Any, table: Table) -> str | None:
    """The key of a built-in or library object, by identity; None for anything else."""
    name = getattr(value, "__name__", None)
    if not isinstance(name, str):
        return None
    if getattr(builtins, name, None) is value:
        return name
    if getattr(math, name, None) is value:
        return f"math.{name}"
    if getattr(np, name, None) is value:
        return _known_spelling(f"np.{name}", value, table)
    for module in ("numpy.linalg", "numpy.fft", "operator", "functools", getattr(value, "__module__", None) or ""):
        key = library_key(module)
        loaded = sys.modules.get(module)
        if key is not None and loaded is not None and getattr(loaded, name, None) is value:
            return f"{key}.{name}"
    if isinstance(value, np.ufunc):
        return _scipy_ufunc(name, value)
    return None


def _known_spelling(key: str, value: object, table: Table) -> str:
    """NumPy calls some objects by several names; prefer the one that has a row."""
    if primitive(key, table):
        return key
    for row in table:
        prefix, _, name = row.name.rpartition(".")
        if prefix == "np" and getattr(np, name, None) is value:
            return row.name
    return key


def _scipy_ufunc(name: str, value: object) -> str | None:
    module = sys.modules.get("scipy.special")
    return f"scipy.special.{name}" if module is not None and getattr(module, name, None) is value else None
