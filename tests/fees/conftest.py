"""Fixtures of the fees' tests."""

import pytest


@pytest.fixture(autouse=True)
def no_second_factor(settings):
    """Staff come straight to the pages of money here; the second factor has tests of its own."""
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
