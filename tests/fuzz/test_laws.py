"""'Clean' means something: without any one law of reverse mode, the fixed budget finds a failure."""

from __future__ import annotations

import pytest

from fuzz.budget import PROGRAMS, batches
from fuzz.laws import LAWS, Law
from fuzz.runner import run


@pytest.mark.fuzz
@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.name.split()[0])
def test_without_a_law_something_fails(law: Law) -> None:
    done = 0
    with law.off():
        for first, options, count in batches():
            report = run(first, options, thorough=False, more=lambda r, n=count: r.programs < n and not r.findings)
            done += report.programs
            if report.findings:
                return
    assert done == PROGRAMS
    pytest.fail(f"{done} programs found nothing, although {law.without_it}")
