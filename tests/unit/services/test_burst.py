"""A burst of uploads, by the counts of the model in bench/: each section about once, and the clean build in the end."""

from dataclasses import replace

import pytest

from bench.burst import AS_DEPLOYED, Burst, run
from tests.support.world import clean_build

POSTS = 120


@pytest.fixture(scope="module")
def burst() -> Burst:
    return run(POSTS, AS_DEPLOYED)


def test_a_burst_ends_in_the_clean_build(burst: Burst) -> None:
    world = burst.world

    assert world.live() == clean_build(world)
    assert burst.failures == 0


def test_a_burst_writes_hardly_more_than_there_is_to_write(burst: Burst) -> None:
    assert burst.puts_each <= 1.3
    assert burst.refreshes_each <= 2.5
    assert burst.calls.total() <= 51 * POSTS


def test_skipping_and_several_connections_save_most_of_the_time_and_of_the_calls(burst: Burst) -> None:
    before = run(POSTS, replace(AS_DEPLOYED, connections=1, skips=False))

    assert burst.seconds <= before.seconds / 3
    assert burst.calls.total() < before.calls.total()
    assert burst.world.live() == before.world.live()


def test_the_model_gives_the_same_figures_each_time(burst: Burst) -> None:
    again = run(POSTS, AS_DEPLOYED)

    assert (again.seconds, again.calls, again.puts) == (burst.seconds, burst.calls, burst.puts)
