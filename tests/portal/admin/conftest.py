"""The application these tests knock at."""

from __future__ import annotations

from pathlib import Path

import pytest
from front_door import FrontDoor


@pytest.fixture
def door(tmp_path: Path) -> FrontDoor:
    """A real set-up with mail."""
    return FrontDoor(tmp_path)


@pytest.fixture
def demo_door(tmp_path: Path) -> FrontDoor:
    """A demo."""
    return FrontDoor(tmp_path, demo=True)


@pytest.fixture
def door_without_mail(tmp_path: Path) -> FrontDoor:
    """A real set-up where no mail server is set."""
    return FrontDoor(tmp_path, mail=False)
