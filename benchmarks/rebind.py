"""The same source with another NumPy: how peers that bring their own get to run a problem as it is written."""

from __future__ import annotations

import importlib.util
import math
import types
from collections.abc import Callable
from typing import Any


def with_numpy(function: Callable[..., Any], numpy: Any) -> Callable[..., Any]:
    """The function of a fresh copy of its module, in which ``np`` and the functions of ``math`` are `numpy`'s."""
    spec = importlib.util.find_spec(function.__module__)
    assert spec is not None and spec.origin is not None
    with open(spec.origin, encoding="utf-8") as file:
        code = compile(file.read(), spec.origin, "exec")
    module = types.ModuleType(function.__module__)
    exec(code, module.__dict__)
    for name, value in list(module.__dict__.items()):
        if name == "np":
            setattr(module, name, numpy)
        elif getattr(math, name, None) is value and callable(value):
            setattr(module, name, getattr(numpy, name))
    found: Callable[..., Any] = getattr(module, function.__name__)
    return found
