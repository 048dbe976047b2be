"""Text that Numba compiles lives in files: its on-disk cache needs the code in a real one.

The file is called after the function and the hash of its text, so that one text is one file, is written once, and what
Numba has compiled of it is found again in the next process.  The folder is ``s2sad`` in the user's cache directory;
the environment variable ``S2SAD_CACHE_DIR`` names another.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from s2sad.backend.load import write_file
from s2sad.errors import NotDifferentiableError

CACHE_DIR = "S2SAD_CACHE_DIR"


def cache_directory() -> Path:
    """Where the modules are kept; it may not exist yet."""
    named = os.environ.get(CACHE_DIR)
    if named:
        return Path(named)
    if sys.platform == "win32":
        root = os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local"
    elif sys.platform == "darwin":
        root = Path.home() / "Library" / "Caches"
    else:
        root = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(root) / "s2sad"


def load_compiled(text: str, hint: str) -> dict[str, Any]:
    """The namespace of a module with this text, which is imported from its file."""
    digest = hashlib.sha256(text.encode()).hexdigest()[:16]
    name = f"s2sad_{re.sub(r'[^0-9A-Za-z_]', '_', hint)}_{digest}"
    known = sys.modules.get(name)
    return vars(known if known is not None else _import(name, text))


def _import(name: str, text: str) -> ModuleType:
    path = cache_directory() / f"{name}.py"
    # Numba asks for the time of the file's last change: one that is right is not written again.
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_file(path, text)
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def first_call(function: Callable[..., Any], args: Sequence[Any], name: str) -> Any:
    """Call a function, which Numba compiles where it has not met such arguments; what it cannot compile is refused."""
    try:
        return function(*args)
    except Exception as error:
        unresolved = isinstance(error, RuntimeError) and "numba" in str(error)
        if not type(error).__module__.startswith("numba.") and not unresolved:
            raise
        reason = next((line.strip() for line in str(error).splitlines() if line.strip()), "")
        raise NotDifferentiableError(f"Numba does not compile its derivative: {reason}", function=name,
                                     hint="leave target='numba' out; the derivative for NumPy is right") from error
