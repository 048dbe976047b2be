"""Numbers and arrays as short text, for tables and graphs.

::

    0.9092974268256817             0.909297
    np.zeros(3)                    [0, 0, 0]  shape (3,)
    np.zeros((100, 50))            [[0, 0, …, 0], …]  shape (100, 50)
"""

from __future__ import annotations

from typing import Any

import numpy as np

_SHOWN = 4


def figure(value: object) -> str:
    """A value on one line: six decimals, arrays abbreviated with their shape."""
    if isinstance(value, np.ndarray) and value.ndim:
        dtype = "" if value.dtype in (np.float64, np.int64) else f" {value.dtype}"
        shape = str(value.shape).replace(" ", "") if value.ndim == 1 else str(value.shape)
        return f"{_nested(value)}  shape {shape}{dtype}"
    if isinstance(value, (tuple, list)):
        opening, closing = ("(", ")") if isinstance(value, tuple) else ("[", "]")
        shown = [figure(item) for item in _ends(list(value))]
        single = "," if isinstance(value, tuple) and len(value) == 1 else ""
        return opening + ", ".join(_with_gap(shown, len(value))) + single + closing
    return number(value)


def number(value: object) -> str:
    """A scalar as text; anything else by its representation, shortened."""
    if isinstance(value, (bool, np.bool_)):
        return str(bool(value))
    if isinstance(value, (int, np.integer)):
        return str(int(value))
    if isinstance(value, np.ndarray) and value.ndim == 0:
        return number(value[()])
    if isinstance(value, (float, np.floating)):
        return _real(float(value))
    if isinstance(value, (complex, np.complexfloating)):
        imaginary = _real(float(value.imag))
        sign = "" if imaginary.startswith("-") else "+"
        return f"{_real(float(value.real))}{sign}{imaginary}j"
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _real(value: float) -> str:
    if value == 0.0 or 1e-4 <= abs(value) < 1e9:
        text = f"{value:.6f}".rstrip("0").rstrip(".")
        return "0" if text == "-0" else text
    return f"{value:.6g}"


def _ends(items: list[Any]) -> list[Any]:
    """The first items and the last one."""
    return items if len(items) <= _SHOWN else [*items[:2], items[-1]]


def _with_gap(texts: list[str], length: int) -> list[str]:
    return texts if length <= _SHOWN else [*texts[:2], "…", texts[-1]]


def _nested(array: Any) -> str:
    if array.ndim == 0:
        return number(array[()])
    if array.ndim > 1 and len(array) > 2:
        return f"[{_nested(array[0])}, …]"
    items = [_nested(item) for item in _ends(list(array))]
    return "[" + ", ".join(_with_gap(items, len(array))) + "]"


def plain(value: object) -> object:
    """A value as JSON can hold it; large arrays by their description."""
    if isinstance(value, np.ndarray):
        return plain(value.tolist()) if value.size <= 64 else figure(value)
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, (tuple, list)):
        return [plain(item) for item in value]
    if isinstance(value, float) and not np.isfinite(value):
        return str(value)
    return value if value is None or isinstance(value, (bool, int, float, str)) else figure(value)
