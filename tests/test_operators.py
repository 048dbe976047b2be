"""Every case file through the operators of second order, against differences of its gradient and each other."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from harness.cases import Case, all_cases, copied
from harness.checks import Point
from harness.numeric import assert_close, flat, inner, jacobian, precision, random_like
from harness.output import quiet
from harness.structure import fields, leaves
from test_cases import decorated

import s2sad

SCALAR = [case for case in all_cases() if case.mode == "grad" and case.option("SECOND_ORDER", True)]
# The reverse sweep of a reverse sweep adds to lists in lists whose items are of no known type.
ONLY_FORWARD = {"lists/lists_in_lists"}
# A module of it is differentiated again; in one go, a list that is made anew is taken for the iterated one.
IN_ONE_GO = {"lists/rebuilt_in_loops"}
every_scalar = pytest.mark.parametrize("case", SCALAR, ids=[case.id for case in SCALAR])


@every_scalar
def test_products_with_the_hessian(case: Case) -> None:
    """Forward over reverse is the difference of gradients, and reverse over reverse the same: <w, Hv> = <Hw, v>."""
    f = decorated(case)
    for index in range(min(len(case.points), 2)):
        point = Point(case, index)
        try:
            product = point.call(f.hvp, point.tangents, "hvp")
            hessian, error = jacobian(lambda *args: quiet(f.grad)(*copied(args)), point.before, case.positions)
            direction = flat(point.tangents)
            size = 10 * precision(point.args)
            assert_close(flat([product]), hessian @ direction, error @ np.abs(direction), size, "hvp")
            if case.written:
                continue  # the seed is that of the gradient and those of what is written
            seeds = [random_like(value, np.random.default_rng(3)) for value in point.inputs]
            pulled = point.call(f.vhp, [seeds[0] if len(seeds) == 1 else tuple(seeds)], "vhp")
        except s2sad.S2SADError as refusal:
            if not case.option("MAY_REFUSE") and case.id not in ONLY_FORWARD | IN_ONE_GO:
                raise
            assert refusal.loc is not None
            return
        forward, reverse = inner(seeds, listed(product, seeds)), inner(listed(pulled, seeds), point.tangents)
        tolerance = 1e-5 if precision(point.args) > 1e-6 else 1e-9
        assert abs(forward - reverse) <= tolerance * (abs(forward) + float(np.abs(hessian).sum()) + 1.0)


def listed(result: Any, like: list[Any]) -> list[Any]:
    return [result] if len(like) == 1 and not (isinstance(result, tuple) and len(result) == 1) else list(result)


ALL = all_cases()
# Forward for every case, reverse for each third: the same transform carries the directions in both.
JACOBIANS = [(case, mode) for mode, part in (("forward", ALL), ("reverse", ALL[::3])) for case in part
             if not case.written]  # the Jacobian is of the value alone
# What is left out of vector mode, with a refusal: values and inputs that are lists or objects, and these constructs.
REFUSED = ("a Jacobian is by numbers and arrays", "the value is", "has no form for all directions",
           "the number of axes of", "which vector mode does not follow", "a tuple in a tuple", "in vector mode",
           "directions are needed before", "has no Jacobian",
           "stored into, and only the value is differentiated", "of which only some depend")


@pytest.mark.parametrize(("case", "mode"), JACOBIANS, ids=[f"{case.id}-{mode}" for case, mode in JACOBIANS])
def test_jacobians(case: Case, mode: str) -> None:
    """One sweep in all directions agrees with differences; its memory is its own, its axes are as they should be."""
    made = s2sad.jacobian(case.f, case.wrt if len(case.wrt) > 1 else case.wrt[0], mode)
    point = Point(case, 0)
    try:
        found = point.call(made, (), "jacobian")
    except s2sad.S2SADError as refusal:
        assert any(text in refusal.message for text in REFUSED) or case.option("MAY_REFUSE"), refusal
        return
    if not any(fields(value) is not None for value in point.inputs):
        check_jacobian(found, point)


def test_few_are_refused() -> None:
    """Vector mode is refused for less than one case in ten."""
    refused = 0
    for case in ALL[::6]:
        made = s2sad.jacobian(case.f, case.wrt if len(case.wrt) > 1 else case.wrt[0], "forward")
        try:
            made.source_for(*copied(case.points[0]))
        except s2sad.S2SADError:
            refused += 1
    assert refused <= len(ALL[::6]) / 10


def check_jacobian(found: Any, point: Point) -> None:
    """The blocks of a Jacobian have the axes of the value, then those of the input."""
    values = leaves(point.reference.value)
    per_value = found if isinstance(point.reference.value, tuple) else [found]
    rows = []
    for value, blocks in zip(values, per_value, strict=True):
        inputs = [blocks] if len(point.inputs) == 1 else list(blocks)
        for block, given in zip(inputs, point.inputs, strict=True):
            assert np.shape(block) == np.shape(value) + np.shape(given)
        rows.append(np.concatenate([np.reshape(b, (np.size(value), np.size(g))) for b, g in zip(inputs, point.inputs)],
                                   axis=1))
    whole = np.concatenate(rows)
    reference = point.reference
    assert_close(whole, reference.jacobian, reference.error, point.tolerance, "jacobian")
