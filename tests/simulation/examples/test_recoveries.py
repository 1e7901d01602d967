"""A table that is lost comes back from both buckets, and readers see the site as it was."""

from bucketpress.records.checkpoint import CheckpointName, Phase
from tests.simulation.actions import LoseTable
from tests.simulation.examples.worlds import EVERYTHING, happened, post, right, settled


def test_a_table_that_is_lost_comes_back_as_it_was() -> None:
    world = settled(*EVERYTHING)

    assert world.unlike_after_recovery() == []
    assert world.index.checkpoint(CheckpointName.RECOVERY).phase is Phase.DONE


def test_what_is_edited_during_a_recovery_is_right_in_the_end() -> None:
    for ticks in range(4):
        world = settled(*EVERYTHING)
        LoseTable(ticks=ticks).happen(world)
        happened(world, post("b", "Edited", date="2010-02-01", slug="else"), post("a", "Other", date="2010-01-31"))
        right(world)
