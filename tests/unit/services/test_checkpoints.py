"""What a checkpoint counts from one step to the next."""

from dataclasses import replace

import pytest

from bucketpress.adapters.memory_index import MemoryPostIndex
from bucketpress.records.checkpoint import Checkpoint, CheckpointName, Phase
from bucketpress.services.upkeep.checkpoints import advance

BEFORE = Checkpoint(name=CheckpointName.ROLLING, phase=Phase.SECTIONS, sent=4, done=5, total=70)


@pytest.mark.parametrize(
    ("phase", "done", "looked_at", "total"),
    [
        (Phase.SECTIONS, 5, 3, 70),
        (Phase.DONE, 5, 3, 8),
        (Phase.DONE, 0, 3, 3),
        (Phase.DONE, 0, 0, 70),
    ],
)
def test_how_much_there_is_is_known_at_the_end_and_stays_where_nothing_was_counted(
    phase: Phase, done: int, looked_at: int, total: int
) -> None:
    index = MemoryPostIndex()

    assert advance(index, replace(BEFORE, phase=phase, done=done), sent=2, looked_at=looked_at)

    written = index.checkpoint(CheckpointName.ROLLING)
    assert (written.phase, written.sent, written.done, written.total) == (phase, 6, done + looked_at, total)
    assert written.revision == 1


def test_a_step_that_another_tick_has_taken_is_not_written() -> None:
    index = MemoryPostIndex()
    assert advance(index, BEFORE, sent=1, looked_at=1)

    assert not advance(index, BEFORE, sent=2, looked_at=2)

    assert index.checkpoint(CheckpointName.ROLLING).sent == BEFORE.sent + 1
