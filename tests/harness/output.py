"""What a call prints."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable
from typing import Any


def printed(function: Callable[..., Any], *args: Any) -> tuple[Any, str]:
    """The function's value and what it printed."""
    stream = io.StringIO()
    with contextlib.redirect_stdout(stream):
        value = function(*args)
    return value, stream.getvalue()


def quiet(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function with its printing thrown away."""
    return lambda *args: printed(function, *args)[0]
