"""The text of functions that are in no file: given with ``python -c``, or typed at the interactive prompt.

Since Python 3.13 the interpreter keeps such text itself.  Before, it is in the arguments of the process and in the
history of readline.  A text counts only if it compiles to the very function that is asked for.
"""

from __future__ import annotations
import __future__

import sys
from collections.abc import Iterator
from types import CodeType
from typing import Any

_FUTURES = sum({getattr(__future__, name).compiler_flag for name in __future__.all_feature_names if name not in (
    "nested_scopes", "generators", "with_statement")})
_LONGEST = 300  # lines of one entry


def typed_text(code: CodeType) -> str | None:
    """The text that a function comes from, if it was typed; its first line is line 1."""
    texts = _arguments() if code.co_filename == "<string>" else _entries(code.co_name)
    return next((text for text in texts if defines(text, code)), None)


def hint(filename: str) -> str:
    """What to do about a function without a source."""
    if filename == "<stdin>":
        return ("this Python keeps no text of what it reads from its standard input: put the function in a file and "
                "import it, or use IPython or Python 3.13")
    if filename.startswith("<"):
        return "exec() keeps no text: put the function in a file, or in a notebook cell"
    return f"is {filename} still where it was? The text is needed, and not only the compiled module"


def defines(text: str, code: CodeType) -> bool | None:
    """Whether a text compiles to this function, among others; None if it does not compile."""
    try:
        compiled = compile(text, code.co_filename, "exec", code.co_flags & _FUTURES, dont_inherit=True)
    except (SyntaxError, ValueError):
        return None
    pending: list[Any] = [compiled]
    while pending:
        found = pending.pop()
        if found == code:
            return True
        pending += [c for c in found.co_consts if isinstance(c, CodeType)]
    return False


def _arguments() -> Iterator[str]:
    """What follows ``-c`` on the command line."""
    for option, text in zip(sys.orig_argv[1:], sys.orig_argv[2:]):
        if option.startswith("-") and option.endswith("c"):
            yield text


def _entries(name: str) -> Iterator[str]:
    """What was typed at the prompt and may define a function, the latest first."""
    readline: Any = sys.modules.get("readline")
    if readline is None:
        return
    lines = [readline.get_history_item(k + 1) or "" for k in range(readline.get_current_history_length())]
    word = "lambda" if name == "<lambda>" else name
    for start in reversed(range(len(lines))):
        if not (word in lines[start] or lines[start].startswith("@")):
            continue
        for end in range(start + 1, min(start + _LONGEST, len(lines)) + 1):
            if end == len(lines) or not lines[end][:1].isspace():
                yield "\n".join(lines[start:end]) + "\n"
            if end < len(lines) and not lines[end][:1].isspace() and not lines[end - 1].startswith("@"):
                break
