"""The fixed budget: which programs every run of the tests checks."""

from __future__ import annotations

from collections.abc import Iterator

from fuzz.writer import Options

SEED = 20_000
PROGRAMS = 240
CHUNK = 40
MOST_REFUSED = 0.1
# Drawn by `python -m tests.fuzz` only: arguments that are containers.
WITHOUT = frozenset(("container input",))


def batches() -> Iterator[tuple[int, Options, int]]:
    """The first seed, the options and the number of programs of each part."""
    for k, first in enumerate(range(SEED, SEED + PROGRAMS, CHUNK)):
        yield first, Options(size=8 + k % 3 * 4, without=WITHOUT), CHUNK
