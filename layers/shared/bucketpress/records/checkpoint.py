"""The checkpoint: how far work that takes many ticks has come."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class CheckpointName(StrEnum):
    """The long pieces of work."""

    REBUILD = "rebuild"
    AUDIT = "audit"
    ROLLING = "rolling"
    RECOVERY = "recovery"


class Phase(StrEnum):
    """What a long piece of work is going through; which of these it has, and in which order, is its own matter.

    In the last one all pages are made, and what only they needed can go.
    """

    NOT_BEGUN = ""
    SOURCES = "sources"
    SECTIONS = "sections"
    RECORDS = "records"
    ADDRESSES = "addresses"
    SITE = "site"
    LISTED_SOURCES = "listed sources"
    LISTED_SITE = "listed site"
    SETTLING = "settling"
    LAST = "old stylesheet"
    DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """How far work that takes many ticks has come; `cursor` is where the next step begins within `phase`.

    `began` is when its first step was taken; `sent` counts the messages it has sent so far, `done` the names it has
    read. `total` is how many names it expects to read, 0 where that is not known. `everything` asks a rebuild for
    what is of the current generation as well. `finished` is when an audit last came to its end.

    `listed` digests what an audit has listed so far, `in_order` what the last full audit has listed, "" where it found
    something to repair. `full_began` is when that one began.
    """

    name: CheckpointName
    revision: int = 0
    generation: str = ""
    phase: Phase = Phase.NOT_BEGUN
    cursor: str = ""
    began: datetime | None = None
    sent: int = 0
    done: int = 0
    total: int = 0
    everything: bool = False
    finished: datetime | None = None
    listed: str = ""
    in_order: str = ""
    full_began: datetime | None = None

    @property
    def is_under_way(self) -> bool:
        """Return whether there are steps left to take."""
        return self.phase not in {Phase.NOT_BEGUN, Phase.DONE}

    def age(self, moment: datetime) -> timedelta:
        """Return how long ago an audit last came to its end, or the first began that has not yet."""
        since = self.finished or self.began
        return moment - since if since else timedelta()

    @property
    def has_made_pages(self) -> bool:
        """Return whether there is no page left to be made."""
        return not self.is_under_way or self.phase is Phase.LAST

    def has_reached(self, generation: str) -> bool:
        """Return whether a rebuild has brought every section to a generation."""
        return self.generation == generation and self.phase in {Phase.LAST, Phase.DONE}
