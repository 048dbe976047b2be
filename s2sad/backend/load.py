"""Generated text as functions: compiled so that tracebacks and pdb show its lines; files written atomically."""

from __future__ import annotations

import builtins
import hashlib
import linecache
import os
import re
import tempfile
from pathlib import Path
from typing import Any

_HASH = re.compile(r"^# hash: ([0-9a-f]{16})$", re.MULTILINE)


def load(source: str, hint: str, namespace: dict[str, Any] | None = None) -> dict[str, Any]:
    """Execute generated text and return its namespace.

    `namespace` holds names that the text relies on (the user's globals); it is not changed.
    """
    digest = hashlib.sha256(source.encode()).hexdigest()[:8]
    filename = f"<s2sad {hint} {digest}>"
    scope: dict[str, Any] = dict(namespace or {})
    scope.setdefault("__builtins__", builtins)
    scope["__name__"] = f"s2sad_generated_{re.sub(r'[^0-9A-Za-z_]', '_', hint)}_{digest}"
    scope["__file__"] = filename
    # No modification time: `linecache.checkcache` leaves such an entry alone.
    linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
    exec(compile(source, filename, "exec"), scope)
    return scope


def stamped(text: str) -> str:
    """The text with a hash of itself in its header, by which edits are found."""
    lines = text.split("\n")
    at = 0
    while at < len(lines) and lines[at].startswith("#") and not lines[at].startswith("# hash: "):
        at += 1
    if at < len(lines) and lines[at].startswith("# hash: "):
        del lines[at]
    bare = "\n".join(lines)
    lines.insert(at, f"# hash: {_digest(bare)}")
    return "\n".join(lines)


def is_pristine(text: str) -> bool:
    """Whether a file is as it was generated; an empty one is, one without a hash is not."""
    if not text.strip():
        return True
    text = text.replace("\r\n", "\n")
    found = _HASH.search(text)
    if found is None:
        return False
    bare = text[:found.start()] + text[found.end() + 1:]
    return _digest(bare) == found.group(1)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def write_file(path: str | os.PathLike[str], text: str) -> None:
    """Write beside the file and move into place, so that no reader ever sees half of it."""
    target = Path(path).resolve()
    mode = target.stat().st_mode & 0o777 if target.exists() else None
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".tmp")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        if mode is None:
            mask = os.umask(0)
            os.umask(mask)
            mode = 0o666 & ~mask
        os.chmod(name, mode)
        os.replace(name, target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
