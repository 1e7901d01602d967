"""What a batch of messages does: each source and section once, at the same time, and no failure hides another."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TypeVar

import pytest

from bucketpress.adapters.memory_stores import MemoryQueue, MemorySiteStore
from bucketpress.adapters.parallel import OneByOne, Threads
from bucketpress.ports import Parallel, TransientError
from bucketpress.services.publish.publish_batch import publish_batch
from bucketpress.services.publish.publish_request import PublishRequest
from bucketpress.services.refresh.refresh_batch import refresh_batch
from bucketpress.services.refresh.refresh_request import RefreshRequest
from bucketpress.site.artifact import Artifact
from bucketpress.site.layout import rank, search_section
from bucketpress.site.renderer import Renderer
from bucketpress.site.search.cells import SegmentLimits, cells_below
from tests.support.world import SITE_YAML, World, clean_build, markdown

T = TypeVar("T")
UPLOADED = PublishRequest(object_only=True)
KEYS = [f"posts/p{number}.md" for number in range(12)]


def uploaded() -> World:
    world = World()
    world.content.upload("site.yaml", SITE_YAML)
    for number, key in enumerate(KEYS):
        world.content.upload(key, markdown(f"P{number}", f"2010-03-{number + 1:02}", tags="[x, y]"))
    return world


class Groups(OneByOne):
    """Remembers how many calls were made together."""

    def __init__(self) -> None:
        self.sizes: list[int] = []

    def outcomes(self, calls: Sequence[Callable[[], T]]) -> list[Callable[[], T]]:
        self.sizes.append(len(calls))
        return super().outcomes(calls)


class Refusing(MemorySiteStore):
    """Takes no page of a tag."""

    def put(self, artifact: Artifact, *, expected: str | None) -> None:
        if artifact.key.startswith("tags/"):
            raise TransientError(artifact.key)
        super().put(artifact, expected=expected)


@pytest.mark.parametrize("way", [OneByOne(), Threads(8)], ids=["one by one", "threads"])
def test_a_site_made_of_batches_is_the_clean_build(way: Parallel) -> None:
    world = uploaded()
    object.__setattr__(world.refresher, "parallel", way)

    for outcome in publish_batch(world.publisher, way, dict.fromkeys([*KEYS, "site.yaml"], UPLOADED)).values():
        outcome()
    while names := world.pages.take_all():
        requests = dict.fromkeys(names, RefreshRequest(sent_at=world.now, first_delivery=True))
        for outcome_ in refresh_batch(world.refresher, way, requests).values():
            outcome_()
        world.settle()

    assert world.live() == clean_build(world)


def test_settings_are_published_before_the_posts_beside_them() -> None:
    world, groups = uploaded(), Groups()

    publish_batch(world.publisher, groups, dict.fromkeys([*KEYS, "site.yaml"], UPLOADED))

    assert groups.sizes == [1, len(KEYS)]


def test_pages_are_refreshed_together_and_before_the_listings_that_link_to_them() -> None:
    world, groups = uploaded(), Groups()
    for key in KEYS:
        world.publisher.publish(key)
    names = world.pages.take_all()
    requests = dict.fromkeys(names, RefreshRequest(sent_at=world.now, first_delivery=True))

    order = list(refresh_batch(world.refresher, groups, requests))

    assert [rank(name) for name in order] == sorted(rank(name) for name in order)
    assert set(order) == set(names)
    assert max(groups.sizes) >= len(KEYS)


def test_a_batch_refreshes_nothing_that_was_refreshed_since_it_was_asked_for() -> None:
    world = uploaded()
    world.publisher.publish(KEYS[0])
    world.settle()
    early = RefreshRequest(sent_at=world.now - timedelta(minutes=1), first_delivery=True)

    assert refresh_batch(world.refresher, OneByOne(), {"head:all": early}) == {}


def test_a_section_that_cannot_be_refreshed_fails_alone() -> None:
    world = uploaded()
    world.publisher.publish(KEYS[0])
    request = RefreshRequest(sent_at=world.now, first_delivery=True)
    refresher = replace(world.refresher, site=Refusing(world.content))

    outcomes = refresh_batch(refresher, Threads(4), {"head:all": request, "head:tag:x": request})

    assert outcomes["head:all"]().artifacts
    with pytest.raises(TransientError):
        outcomes["head:tag:x"]()


class Forgetful(MemorySiteStore):
    """Takes no page of the directory of tags."""

    def put(self, artifact: Artifact, *, expected: str | None) -> None:
        if artifact.key == "tags/index.html":
            raise TransientError(artifact.key)
        super().put(artifact, expected=expected)


def _tagged(*names: str) -> tuple[World, dict[str, RefreshRequest]]:
    """Give a site in which a section below each of these has changed."""
    world = uploaded()
    world.publisher.publish(KEYS[0])
    world.pages.take_all()
    return world, dict.fromkeys(names, RefreshRequest(sent_at=world.now, first_delivery=True))


def test_a_parent_refreshed_in_the_same_batch_is_not_sent_again() -> None:
    world, requests = _tagged("period:tag:x:2010", "head:tag:x", "directory:tags")

    outcomes = refresh_batch(world.refresher, OneByOne(), requests)

    assert all(outcome().artifacts for outcome in outcomes.values())
    assert world.pages.take_all() == ()
    assert not any(world.index.section(name).outbox for name in requests)
    assert "tags/x" in world.page("tags/index.html")


def test_a_parent_that_is_not_in_the_batch_is_sent() -> None:
    world, requests = _tagged("period:tag:x:2010")

    refresh_batch(world.refresher, OneByOne(), requests)

    assert world.pages.take_all() == ("head:tag:x",)


def test_a_parent_that_failed_in_the_same_batch_is_sent() -> None:
    world, requests = _tagged("period:tag:x:2010", "head:tag:x", "directory:tags")

    refresh_batch(replace(world.refresher, site=Forgetful(world.content)), OneByOne(), requests)

    assert world.pages.take_all() == ("directory:tags",)


def test_a_section_refreshed_before_one_that_has_it_refreshed_again_is_sent() -> None:
    world, requests = _tagged("search:2010-q1", "search:2010")
    for key in KEYS:
        world.publisher.publish(key)
    world.pages.take_all()
    crowded = partial(Renderer, segment_limits=SegmentLimits(posts=len(KEYS) - 1))

    outcomes = refresh_batch(replace(world.refresher, renderer=crowded), OneByOne(), requests)

    assert list(outcomes) == ["search:2010-q1", "search:2010"]
    assert set(world.pages.take_all()) == {search_section(cell) for cell in cells_below("2010")}


def test_a_batch_whose_parents_cannot_be_told_fails_and_keeps_its_outboxes() -> None:
    world, requests = _tagged("period:tag:x:2010")

    class Broken(MemoryQueue):
        def send(self, bodies: Iterable[str], *, delay_seconds: int = 0) -> None:
            raise TransientError([*bodies, delay_seconds])

    outcomes = refresh_batch(replace(world.refresher, page_queue=Broken()), OneByOne(), requests)

    with pytest.raises(TransientError):
        outcomes["period:tag:x:2010"]()
    assert world.index.section("period:tag:x:2010").outbox == {"head:tag:x"}


def test_a_batch_made_under_older_settings_is_made_again_afterwards() -> None:
    world, requests = _tagged("head:all", "site")

    class Changing(Groups):
        def outcomes(self, calls: Sequence[Callable[[], T]]) -> list[Callable[[], T]]:
            made = [*map(_made, super().outcomes(calls))]
            world.content.upload("site.yaml", SITE_YAML.replace(b"Packnet", b"Other"))
            world.publisher.publish("site.yaml")
            return made

    for outcome in refresh_batch(world.refresher, Changing(), requests).values():
        outcome()
    world.settle()

    assert "Other Blog" in world.page("index.html")


def _made(outcome: Callable[[], T]) -> Callable[[], T]:
    answer = outcome()
    return lambda: answer
