"""The laws of reverse mode, switched off one at a time: a fuzzer that stays silent then would prove nothing.

Each entry of `LAWS` replaces one place of the compiler by what somebody who does not know the law would have written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any
from unittest import mock

from s2sad.analysis.aliases import PLAIN, Aliases
from s2sad.analysis.buffers import Buffers
from s2sad.ir.trace import Apply, For, Op
from s2sad.optimize import fuse_branches, ownership
from s2sad.transform.adjoint import control, needed, operations


@dataclass(frozen=True)
class Law:
    """`off` is a context in which the compiler does not keep it."""

    name: str
    without_it: str
    off: Callable[[], AbstractContextManager[Any]]


@contextmanager
def store_without_clearing() -> Iterator[None]:
    original = operations._STORES["setitem"]

    def reverse(state: Any, op: Apply, b: Any, scope: Any) -> None:
        first = len(b.block.ops)
        original(state, op, b, scope)
        b.block.ops[first:] = [o for o in b.block.ops[first:] if not (isinstance(o, Apply) and o.prim == "setitem")]

    with mock.patch.dict(operations._STORES, {"setitem": reverse}):
        yield


def results_are_not_copied() -> AbstractContextManager[Any]:
    def keep(self: Any, op: Apply) -> bool:
        self.replaced[op.result] = op.args[0]
        return False

    return mock.patch.object(ownership._Owner, "keep", keep)


def one_version_of_memory() -> AbstractContextManager[Any]:
    return mock.patch.object(Buffers, "changed_after", lambda self, op, value: False)


def conditions_by_algebra() -> AbstractContextManager[Any]:
    return mock.patch.object(needed, "_exact", lambda recall: False)


def one_name_for_each_buffer() -> AbstractContextManager[Any]:
    return mock.patch.object(Aliases, "kind_of", lambda self, value: PLAIN)


def every_reshape_is_a_view() -> AbstractContextManager[Any]:
    return mock.patch.object(Buffers, "is_view", lambda self, value: True)


def upper_bounds_are_trip_counts() -> AbstractContextManager[Any]:
    original = control._count

    def count(state: Any, op: Op) -> Any:
        return None if isinstance(op, For) else original(state, op)

    return mock.patch.object(control, "_count", count)


@contextmanager
def fusing_before_adjoints_are_known() -> Iterator[None]:
    original = fuse_branches.pure

    def pure(op: Op, table: Any) -> bool:  # not even the heading of the reverse sweep holds it up
        return (isinstance(op, Apply) and op.prim == "comment") or original(op, table)

    with mock.patch.object(fuse_branches, "_reads", lambda op, late: False), \
            mock.patch.object(fuse_branches, "pure", pure):
        yield


LAWS = (
    Law("L1 stores", "the adjoint of a store leaves the shadow's element as it is", store_without_clearing),
    Law("L2 ownership", "gradients are given out that share memory", results_are_not_copied),
    Law("L3 versions", "a read of a buffer is taken for a read of what it holds at the end", one_version_of_memory),
    Law("L4 branches", "a condition is computed again by another expression, equal in algebra", conditions_by_algebra),
    Law("L5 shadows", "each name is taken for a buffer of its own", one_name_for_each_buffer),
    Law("L6 views", "reshape and ravel are taken for views always", every_reshape_is_a_view),
    Law("L7 exits", "a loop that is left early is reversed from its upper bound", upper_bounds_are_trip_counts),
    Law("L8 fusion", "a branch is fused with its reverse, whatever stands between", fusing_before_adjoints_are_known),
)
