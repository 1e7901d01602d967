"""The checkpoints of upkeep: work that takes many ticks continues where the last step ended."""

from dataclasses import dataclass, replace

from bucketpress.ports import PostIndex, RevisionConflictError
from bucketpress.records.checkpoint import Checkpoint, Phase


@dataclass(frozen=True, slots=True, kw_only=True)
class TickLimits:
    """How many steps of an audit, a rebuild or a recovery one tick takes at most, and how many names one step reads."""

    audit_steps: int = 10
    audit_names: int = 1000
    audit_sources: int = 300  # each takes a request of its own
    rebuild_steps: int = 3
    rebuild_names: int = 1000
    recovery_addresses: int = 100  # each takes a few requests


def never() -> bool:
    """Return False: a tick has all the time it wants."""
    return False


def advance(index: PostIndex, following: Checkpoint, *, sent: int, looked_at: int) -> bool:
    """Write where the next step begins, with the counts of this one added.

    Return False when another tick has taken the same step; that both sent messages does no harm.
    """
    done = following.done + looked_at
    # An audit that only compared listings has counted nothing, and how much a full one reads is still known.
    total = (done or following.total) if following.phase is Phase.DONE else following.total
    sent += following.sent
    try:
        index.put_checkpoint(replace(following, revision=following.revision + 1, sent=sent, done=done, total=total))
    except RevisionConflictError:
        return False
    return True
