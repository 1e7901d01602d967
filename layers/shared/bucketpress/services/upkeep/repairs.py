"""Repairs: starts an audit, a rebuild or a recovery by hand; upkeep's ticks do the work."""

from contextlib import suppress
from dataclasses import dataclass, replace

from bucketpress.ports import PostIndex, RevisionConflictError, TransientError
from bucketpress.records.checkpoint import Checkpoint, CheckpointName, Phase
from bucketpress.services.upkeep.recovery import mark_recovering

ATTEMPTS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Repairs:
    """Writes the checkpoints that upkeep continues from, and reads them."""

    index: PostIndex

    def start_audit(self) -> bool:
        """Request an audit, which the next tick starts; return False when one is running. Raises TransientError."""
        return self._start(CheckpointName.AUDIT, phase=Phase.NOT_BEGUN)

    def start_rebuild(self) -> bool:
        """Request a rebuild, which the next tick starts; return False when one is running. Raises TransientError."""
        return self._start(CheckpointName.REBUILD, phase=Phase.SOURCES)

    def start_recovery(self) -> bool:
        """Hold the site as it is and request a recovery, which the next tick starts; return False when one is running.

        Raises TransientError.
        """
        started = mark_recovering(self.index, recovering=True)
        checkpoint = self.index.checkpoint(CheckpointName.RECOVERY)
        if started and checkpoint.phase is Phase.DONE:
            waiting = replace(checkpoint, revision=checkpoint.revision + 1, phase=Phase.NOT_BEGUN, began=None)
            with suppress(RevisionConflictError):  # A tick was faster.
                self.index.put_checkpoint(waiting)
        return started

    def progress(self, name: CheckpointName) -> Checkpoint:
        """Return how far an audit, a rebuild or a recovery has come."""
        return self.index.checkpoint(name)

    def _start(self, name: CheckpointName, *, phase: Phase) -> bool:
        for _ in range(ATTEMPTS):
            checkpoint = self.index.checkpoint(name)
            if checkpoint.is_under_way:
                return False
            # No `began`: the moment is taken from the clock of the tick that begins, which the work is measured by.
            asked = replace(
                checkpoint,
                revision=checkpoint.revision + 1,
                phase=phase,
                cursor="",
                began=None,
                everything=name is CheckpointName.REBUILD,
            )
            try:
                self.index.put_checkpoint(asked)
            except RevisionConflictError:
                continue
            return True
        message = f"the checkpoint of the {name} keeps changing"
        raise TransientError(message)
