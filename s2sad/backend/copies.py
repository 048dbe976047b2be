"""Parallel copies at the ends of blocks, put in an order that no copy spoils another.

``[(a, b), (b, a + b)]`` is one tuple assignment, ``a, b = b, a + b``; ``[(y, x), (x, 1.0)]`` is two statements.
"""

from __future__ import annotations

from dataclasses import dataclass

from s2sad.ir.trace import Atom, Value


@dataclass(frozen=True)
class Move:
    """``target = source``, where printing the source reads the variables `reads`."""

    target: str
    value: Value
    source: Atom
    reads: frozenset[str]


def schedule(moves: list[Move]) -> list[list[Move]]:
    """Groups in order; a group of several is one tuple assignment."""
    pending = list(moves)
    groups: list[list[Move]] = []
    while pending:
        for move in pending:
            if not any(move.target in other.reads for other in pending if other is not move):
                groups.append([move])
                pending.remove(move)
                break
        else:
            cycle = _cycle(pending)
            groups.append(cycle)
            pending = [move for move in pending if move not in cycle]
    return groups


def _cycle(pending: list[Move]) -> list[Move]:
    """Moves that are on one cycle and which nothing outside that cycle waits for."""
    components = []
    for move in pending:
        forward = _reach(move, pending, lambda a, b: b.target in a.reads)
        backward = _reach(move, pending, lambda a, b: a.target in b.reads)
        components.append([m for m in pending if m in forward and m in backward])
    for component in components:
        targets = {move.target for move in component}
        if component and not any(targets & move.reads for move in pending if move not in component):
            return component
    return pending


def _reach(start: Move, moves: list[Move], edge: object) -> list[Move]:
    assert callable(edge)
    found: list[Move] = []
    frontier = [start]
    while frontier:
        at = frontier.pop()
        for move in moves:
            if move is not at and edge(at, move) and move not in found:
                found.append(move)
                frontier.append(move)
    return found
