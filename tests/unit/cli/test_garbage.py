"""While a site is built Python looks for unreachable objects less often, and afterwards as before."""

import gc

import pytest

from bucketpress_cli.local_site.garbage import seldom_collected


def test_thresholds_are_higher_within_and_the_old_ones_afterwards() -> None:
    before = gc.get_threshold()

    with seldom_collected():
        within = gc.get_threshold()

    assert all(new > old for new, old in zip(within, before, strict=True))
    assert gc.get_threshold() == before


def test_a_build_that_fails_leaves_the_old_thresholds() -> None:
    before = gc.get_threshold()

    with pytest.raises(KeyboardInterrupt), seldom_collected():
        raise KeyboardInterrupt

    assert gc.get_threshold() == before
