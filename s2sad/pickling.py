"""Pickles of derivatives: a reference to the function, and the generated text for where that is not to be found."""

from __future__ import annotations

import inspect
import pickle
from collections.abc import Callable
from typing import Any

from s2sad import standalone


def reduced(function: Callable[..., Any], source_hash: str, state: dict[str, Any], text: str | None,
            values: dict[str, Any]) -> tuple[Any, ...]:
    """What `__reduce__` returns: something that can be loaded without s2sad, if there is a text."""
    reference = _reference(function)
    if reference is None and text is None:
        raise pickle.PicklingError(f"cannot pickle {state['name']}: its function cannot be imported by name, and has "
                                   "no derivative for arguments of any type; give a signature=")
    state = {**state, "reference": reference, "hash": source_hash, "text": text, "values": values if text else {}}
    return eval, (standalone.BOOT, {"state": state, "loader": inspect.getsource(standalone)})


def _reference(function: Callable[..., Any]) -> bytes | None:
    """The function pickled by its name; None for lambdas, closures and functions that were redefined."""
    if not hasattr(function, "__qualname__"):
        return _pickled(function)
    module = inspect.getmodule(function)
    found: Any = module
    for part in function.__qualname__.split("."):
        found = getattr(found, part, None)
    if function is not getattr(found, "__wrapped_primal__", found):
        return None
    return _pickled(found)


def _pickled(found: Any) -> bytes | None:
    try:
        return pickle.dumps(found)
    except (pickle.PicklingError, AttributeError, TypeError):
        return None

