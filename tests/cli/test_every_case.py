"""Every program of tests/cases can be shown: as tables, in both modes, and as a graph."""

from __future__ import annotations

import copy
import inspect
import xml.etree.ElementTree

import numpy as np
import pytest
from harness.cases import Case, all_cases

import s2sad
from s2sad.backend.figures import figure
from s2sad.backend.layout import place
from s2sad.backend.tables import render

SHOWN = [case for case in all_cases() if not case.option("IN_PROCESS_ONLY") and not case.option("MAY_REFUSE")]


@pytest.fixture(params=SHOWN, ids=lambda case: case.id)
def case(request: pytest.FixtureRequest) -> Case:
    return request.param


def point(case: Case) -> dict[str, object]:
    names = inspect.signature(case.f).parameters
    return dict(zip(names, copy.deepcopy(case.points[0])))


def test_primal_table(case, capsys):
    at = point(case)
    rows = s2sad.evaluate(case.path, "f", copy.deepcopy(at))
    args = copy.deepcopy(at)
    value = case.f(**args)
    assert {row.table for row in rows} == {"primal"}
    assert any(figure(row.value) == figure(value) for row in rows) \
        or isinstance(value, (tuple, dict)) or case.written
    for format in ("table", "html", "json"):
        assert render(rows, format)


@pytest.mark.parametrize("mode", ["forward", "reverse"])
def test_derivative_tables(case, mode):
    value = case.f(**point(case))
    if not (isinstance(value, (float, np.floating))) and mode == "reverse":
        pytest.skip("needs a seed")
    if case.written and mode == "reverse":
        pytest.skip("needs seeds of what is written")
    rows = s2sad.evaluate(case.path, "f", point(case), mode=mode, wrt=case.wrt)
    assert {"forward": "tangent", "reverse": "adjoint"}[mode] in {row.table for row in rows}
    assert render(rows)


def test_graph(case):
    graph = s2sad.graph(case.path, "f", at=point(case))
    assert s2sad.graph(case.path, "f").to_dot().count("->") == graph.to_dot().count("->")
    assert graph.to_mermaid() == s2sad.graph(case.path, "f", at=point(case)).to_mermaid()
    xml.etree.ElementTree.fromstring(graph.to_svg())
    assert place(graph).width > 0
