"""What happens outside the system: authors upload and delete, time passes. Values, so that a history can be printed."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol, TypeAlias

from bucketpress.adapters.memory_stores import MemoryContentStore
from tests.simulation.oracle import Tampering, WatchedSiteStore

START = datetime(2011, 1, 10, 12, tzinfo=UTC)


class Bucket(Protocol):
    """What actions happen to: a bucket that tells of changes, and a clock."""

    content: MemoryContentStore
    site: WatchedSiteStore
    now: datetime
    software: str

    def notify(self, key: str) -> None: ...

    def pass_minute(self) -> None: ...

    def lose_table(self, ticks: int) -> None: ...


@dataclass(frozen=True, slots=True)
class Upload:
    """An author puts a file."""

    key: str
    data: bytes

    def happen(self, world: Bucket) -> None:
        world.content.upload(self.key, self.data)
        world.notify(self.key)


@dataclass(frozen=True, slots=True)
class Delete:
    """An author deletes a file: a delete marker."""

    key: str

    def happen(self, world: Bucket) -> None:
        if world.content.head(self.key):
            world.content.delete(self.key)
        world.notify(self.key)


@dataclass(frozen=True, slots=True)
class Purge:
    """Somebody deletes the newest version, or delete marker, for good: what was before it comes back."""

    key: str

    def happen(self, world: Bucket) -> None:
        newest = world.content.versions(self.key, 1)
        if newest:
            world.content.delete_version(self.key, newest[0].version)
        world.notify(self.key)


@dataclass(frozen=True, slots=True)
class Wait:
    """Minutes pass, and with each the clock ticks."""

    minutes: int

    def happen(self, world: Bucket) -> None:
        for _ in range(self.minutes):
            world.now += timedelta(minutes=1)
            world.pass_minute()


@dataclass(frozen=True, slots=True)
class Tamper:
    """Somebody works on the site bucket by hand: deletes an object, overwrites it or copies it to a strange place."""

    number: int
    how: Tampering

    def happen(self, world: Bucket) -> None:
        keys = [key for key, _ in world.site.list_keys("", 1000)]
        if keys:
            world.site.tamper(keys[self.number % len(keys)], self.how)


@dataclass(frozen=True, slots=True)
class Deploy:
    """Somebody deploys another version of the software. What runs already goes on with the one before."""

    software: str

    def happen(self, world: Bucket) -> None:
        world.software = self.software
        world.pass_minute()


@dataclass(frozen=True, slots=True)
class LoseTable:
    """The table is deleted and made again, empty; so many ticks and all they bring but pages are then handled."""

    ticks: int = 0

    def happen(self, world: Bucket) -> None:
        world.lose_table(self.ticks)


Action: TypeAlias = Upload | Delete | Purge | Wait | Tamper | Deploy | LoseTable
