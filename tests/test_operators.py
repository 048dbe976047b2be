"""Every case file through the operators of second order, against differences of its gradient and each other."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from harness.cases import Case, all_cases, copied
from harness.checks import Point
from harness.numeric import assert_close, flat, inner, jacobian, precision, random_like
from harness.output import quiet
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
