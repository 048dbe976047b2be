"""A fixed budget of random programs: none fails, and few are refused."""

from __future__ import annotations

import pytest

from fuzz.budget import MOST_REFUSED, batches
from fuzz.runner import Report, run
from fuzz.shrink import case_file
from fuzz.writer import Options


@pytest.fixture(scope="module")
def reports() -> dict[int, Report]:
    return {}


@pytest.mark.fuzz
@pytest.mark.parametrize("first, options, count", list(batches()))
def test_random_programs(first: int, options: Options, count: int, reports: dict[int, Report]) -> None:
    """Every way to a derivative agrees with differences and with every other."""
    report = reports[first] = run(first, options, thorough=False, more=lambda r: r.programs < count)
    assert not report.findings, "\n".join(
        f"{finding.kind}, {finding.label}: {finding.detail}\n{case_file(program, finding)}"
        for program, finding in report.findings)


def test_few_are_refused(reports: dict[int, Report]) -> None:
    """Support cannot shrink unnoticed; and what is generated is worth being checked."""
    programs = sum(r.programs - r.invalid for r in reports.values())
    refused = sum(r.refused for r in reports.values())
    text = "\n".join(r.text() for r in reports.values())
    assert refused <= MOST_REFUSED * programs, text
    assert sum(r.invalid for r in reports.values()) <= 0.02 * programs
    assert sum(r.discarded for r in reports.values()) <= 0.02 * programs
