"""How many cases: few whenever the tests run, many in a campaign (`make test-long`)."""

import pytest


def sizes(normal: int, campaign: int) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("size", [normal, pytest.param(campaign, marks=pytest.mark.long)])
