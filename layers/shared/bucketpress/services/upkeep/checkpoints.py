"""Moves long work forward: one step at a time, wherever the step before was taken."""

from dataclasses import replace

from bucketpress.ports import PostIndex, RevisionConflictError
from bucketpress.records.checkpoint import REBUILD, Checkpoint


def advance(index: PostIndex, following: Checkpoint, *, sent: int, looked_at: int) -> bool:
    """Write where the next step begins, after so many more messages and names. The end tells how many there were.

    False when another tick has taken the same step; that both sent does no harm.
    """
    done = following.done + looked_at
    total = done if following.phase == "done" else following.total
    sent += following.sent
    try:
        index.put_checkpoint(replace(following, revision=following.revision + 1, sent=sent, done=done, total=total))
    except RevisionConflictError:
        return False
    return True


def at_rest(index: PostIndex, generation: str) -> bool:
    """Tell whether every section has been brought forward to a generation."""
    checkpoint = index.checkpoint(REBUILD)
    return checkpoint.generation == generation and checkpoint.phase == "done"
