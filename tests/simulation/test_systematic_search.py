"""Schedules of two handlers at once, each scenario's: whatever the order, and wherever one dies, the site is right."""

import pytest

from tests.simulation.histories import line_of
from tests.simulation.scenarios import SCENARIOS, Scenario, pairs_of
from tests.simulation.systematic_search import Search

# `make simulate` tries three preemptions in all of them.
PREEMPTED = {"edit", "revert", "unpublish", "rename", "conflict entering", "settings changed while a new post arrives"}


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_no_schedule_of_two_handlers_leaves_the_site_wrong(scenario: Scenario) -> None:
    preemptions = 1 if scenario.name in PREEMPTED else 0

    for pair in pairs_of(scenario):
        done = Search(pair, preemptions).run()

        assert done.mistakes == [], "\n".join(map(line_of, done.log))
