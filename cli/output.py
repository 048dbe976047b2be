"""Where results and errors go: stdout or a file written in one step, stderr, exit codes."""

from __future__ import annotations

import functools
import os
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from s2sad import S2SADError
from s2sad.backend.load import is_pristine, write_file

_MARK = "s2sad"


def deliver(text: str, output: str | None, force: bool, source: str) -> None:
    """Print the text, or write it to `output` unless that holds something else's work."""
    if output is None or output == "-":
        click.echo(text, nl=not text.endswith("\n"))
        return
    path = Path(output)
    if path.is_dir():
        raise click.BadParameter(f"{output} is a directory", param_hint="-o")
    if not path.parent.is_dir():
        raise click.BadParameter(f"the directory {path.parent} does not exist", param_hint="-o")
    if path.exists():
        if path.samefile(source):
            raise click.BadParameter(f"{output} is the source file itself", param_hint="-o")
        if not force and not _is_ours(path):
            raise click.ClickException(
                f"{output} was not written by s2sad or was edited since; use --force to overwrite it")
    try:
        write_file(path, text)
    except OSError as error:
        raise click.ClickException(f"cannot write {output}: {error.strerror}") from None


def _is_ours(path: Path) -> bool:
    """Whether the file is as s2sad wrote it (modules carry a hash), or empty."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return False
    if not text:
        return True
    if path.suffix == ".py":
        return is_pristine(text)
    return _MARK in text[:400]


def reports_errors(command: Callable[..., None]) -> Callable[..., None]:
    """Show compiler errors without a traceback, and exit with 1."""

    @functools.wraps(command)
    def wrapped(*args: Any, **keywords: Any) -> None:
        try:
            command(*args, **keywords)
        except S2SADError as error:
            click.echo(str(error), err=True)
            sys.exit(1)
        except click.exceptions.Exit:
            raise
        except (click.ClickException, click.Abort, BrokenPipeError):
            raise
        except Exception as error:
            if os.environ.get("S2SAD_TRACEBACK"):
                traceback.print_exc()
            click.echo(f"s2sad: internal error: {type(error).__name__}: {error}\n"
                       "  hint: please report it; S2SAD_TRACEBACK=1 shows where it arose", err=True)
            sys.exit(1)

    return wrapped
