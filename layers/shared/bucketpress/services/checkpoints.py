"""Moves long work forward: one step at a time, wherever the step before was taken."""

from dataclasses import replace

from bucketpress.ports import PostIndex, RevisionConflictError
from bucketpress.records import REBUILD, Checkpoint


def advance(index: PostIndex, checkpoint: Checkpoint, sent: int) -> bool:
    """Write a checkpoint. False when another tick has taken the same step; that both sent does no harm."""
    try:
        index.put_checkpoint(replace(checkpoint, revision=checkpoint.revision + 1, sent=checkpoint.sent + sent))
    except RevisionConflictError:
        return False
    return True


def at_rest(index: PostIndex, generation: str) -> bool:
    """Tell whether every section has been brought forward to a generation."""
    checkpoint = index.checkpoint(REBUILD)
    return checkpoint.generation == generation and checkpoint.phase == "done"
