"""Options and fixtures that all tests share."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from harness.generated import Workshop

os.environ["S2SAD_VERIFY"] = "1"  # after every pass, in the processes that tests start too


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-goldens", action="store_true",
                     help="rewrite the golden files, the expected traces and the samples of README.md")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Every case through Numba's compiler takes long: only where ``-m numba`` asks for it."""
    if "numba" not in str(config.getoption("-m")).replace("not numba", ""):
        asked = [item for item in items if item.get_closest_marker("numba")]
        config.hook.pytest_deselected(items=asked)
        items[:] = [item for item in items if not item.get_closest_marker("numba")]


@pytest.fixture
def update_goldens(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--update-goldens"))


@pytest.fixture(scope="session")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    folder: Path = tmp_path_factory.mktemp("generated")
    yield Workshop(folder)
