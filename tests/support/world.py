"""Bucketpress whole, in memory: a bucket to upload to, services to run, a site to look at."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from bucketpress.adapters.memory_index import MemoryPostIndex
from bucketpress.adapters.memory_stores import MemoryContentStore, MemoryQueue, MemorySiteStore
from bucketpress.adapters.parallel import OneByOne
from bucketpress.content.settings.site_settings import SiteSettings
from bucketpress.ports import Encode
from bucketpress.records.record import Record
from bucketpress.records.site_object import StoredArtifact
from bucketpress.services.build import Build
from bucketpress.services.parts import PART_LIMITS, PartLimits
from bucketpress.services.publish.publisher import Publisher
from bucketpress.services.publish.source_reader import read_source
from bucketpress.services.read_ahead import Read
from bucketpress.services.refresh.refresher import Refresher
from bucketpress.services.upkeep.audit import Audit
from bucketpress.services.upkeep.checkpoints import TickLimits
from bucketpress.services.upkeep.tick import Upkeep
from bucketpress.site.renderer import Renderer

DEFAULT_URL = "https://example.com"
SITE_YAML = b"""title: Packnet Blog
url: https://blog.packnet.example
timezone: UTC
authors:
  jane-doe: Jane Doe
"""
RECOLOURED = b'appearance: {accent: "#0a6b5d"}\n'  # more settings: another stylesheet


def markdown(title: str = "A post", date: str = "2010-03-01", text: str = "Text.", **front_matter: str) -> bytes:
    lines = [f"title: {title}", f"date: {date}", *(f"{key}: {value}" for key, value in front_matter.items())]
    return "\n".join(["---", *lines, "---", "", text, ""]).encode()


class World:
    """The production services over the memory adapters."""

    def __init__(
        self,
        content: MemoryContentStore | None = None,
        now: datetime | None = None,
        renderer: Callable[[SiteSettings], Renderer] = Renderer,
        encode: Encode | None = None,
        *,
        part_limits: PartLimits = PART_LIMITS,
        read: Read = read_source,
    ) -> None:
        """Begin with nothing; with an encoder, smaller versions are made of pictures."""
        self.part_limits = part_limits
        self.now = now or datetime(2011, 1, 10, 12, tzinfo=UTC)
        self.index = MemoryPostIndex()
        self.content = content or MemoryContentStore()
        self.site = MemorySiteStore(self.content, encode)
        self.sources, self.pages = MemoryQueue(), MemoryQueue()
        self.publisher = Publisher(
            index=self.index,
            content=self.content,
            site=self.site,
            source_queue=self.sources,
            page_queue=self.pages,
            clock=lambda: self.now,
            default_url=DEFAULT_URL,
            software="test",
            parallel=OneByOne(),
            variants=encode is not None,
            read=read,
            part_limits=part_limits,
        )
        self.refresher = Refresher(
            index=self.index,
            site=self.site,
            page_queue=self.pages,
            clock=lambda: self.now,
            software="test",
            parallel=OneByOne(),
            renderer=renderer,
            source_queue=self.sources,
            part_limits=part_limits,
        )
        self.upkeep = Upkeep(
            index=self.index,
            content=self.content,
            site=self.site,
            source_queue=self.sources,
            page_queue=self.pages,
            clock=lambda: self.now,
            software="test",
            part_limits=part_limits,
        )

    def upload(self, key: str, data: bytes) -> None:
        self.content.upload(key, data)
        self.sources.send([key])

    def delete(self, key: str) -> None:
        self.content.delete(key)
        self.sources.send([key])

    def settle(self) -> None:
        """Handle every message until none is left."""
        for _ in range(200_000):
            key = self.sources.take()
            if key is not None:
                self.publisher.publish(key)
                continue
            section = self.pages.take()
            if section is None:
                return
            self.refresher.refresh(section)
        message = "the messages never end"
        raise AssertionError(message)

    def settle_pages(self) -> None:
        """Handle the messages that name sections, and no others."""
        while section := self.pages.take():
            self.refresher.refresh(section)

    def tick(self, minutes: float = 1) -> None:
        """Let time pass, let upkeep look, and handle what it sends."""
        self.now += timedelta(minutes=minutes)
        self.upkeep.tick()
        self.settle()

    def record(self, key: str) -> Record:
        return self.index.record(key)

    def live(self) -> dict[str, bytes]:
        """Give the bytes of every artifact that answers 200."""
        return live_artifacts(self.site)

    def status(self, key: str) -> int | None:
        stored = self.site.head(key)
        return None if stored is None else stored.status or 200

    def page(self, key: str) -> str:
        return self.site.data(key).decode()


def live_artifacts(site: MemorySiteStore) -> dict[str, bytes]:
    """Give the bytes of every artifact that answers 200."""
    return {key: site.data(key) for key, _ in site.list_keys("", 1_000_000) if is_live(site.head(key))}


def audit_of(world: World, limits: TickLimits | None = None) -> Audit:
    """Return the audit of a world, as upkeep has it."""
    return Audit(
        index=world.index,
        content=world.content,
        site=world.site,
        source_queue=world.sources,
        page_queue=world.pages,
        limits=limits or TickLimits(),
    )


def is_live(stored: StoredArtifact | None) -> bool:
    """Tell whether readers of an object get the thing itself: not a redirect, not the word that it is gone."""
    return stored is not None and stored.status is None and stored.redirect_to is None


def clean_build(world: World) -> dict[str, bytes]:
    """Build the world's bucket from nothing and give what answers 200."""
    return clean_world(world.content, world.now, part_limits=world.part_limits).live()


def clean_world(
    content: MemoryContentStore,
    now: datetime,
    renderer: Callable[[SiteSettings], Renderer] = Renderer,
    encode: Encode | None = None,
    *,
    part_limits: PartLimits = PART_LIMITS,
    read: Read = read_source,
) -> World:
    """Build a bucket from nothing."""
    fresh = World(content, now, renderer, encode, part_limits=part_limits, read=read)
    Build(
        content=fresh.content,
        publisher=fresh.publisher,
        refresher=fresh.refresher,
        sources=fresh.sources,
        pages=fresh.pages,
        site=fresh.site,
    ).run()
    return fresh
