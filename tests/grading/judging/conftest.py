"""What tests of the judge share."""

import pytest

from small_notebooks import Class


@pytest.fixture(scope="session")
def judged() -> Class:
    return Class()
