"""How far a long piece of work has come."""

from dataclasses import dataclass
from datetime import datetime

REBUILD, AUDIT, ROLLING = "rebuild", "audit", "rolling"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """How far a long piece of work has come; `cursor` is where the next step begins within `phase`.

    `began` is when its first step was taken; `sent` counts the messages it has sent so far, `done` the names it has
    looked at. `total` is how many names it expects to look at, 0 when nobody can tell. `everything` asks a rebuild for
    what is of the current generation as well.
    """

    name: str
    revision: int = 0
    generation: str = ""
    phase: str = ""
    cursor: str = ""
    began: datetime | None = None
    sent: int = 0
    done: int = 0
    total: int = 0
    everything: bool = False
