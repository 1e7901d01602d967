"""When a run of publish does no more than look at its source: nothing but that can have changed, and it has not."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bucketpress.adapters.memory_index import MemoryPostIndex
from bucketpress.adapters.memory_stores import MemoryContentStore, MemoryQueue
from bucketpress.adapters.parallel import OneByOne
from bucketpress.content.post import State
from bucketpress.content.settings.site_settings import SiteSettings
from bucketpress.content.source_keys import SourceKind, classify
from bucketpress.records.publish_transaction import PublishTransaction
from bucketpress.records.receipt import Receipt
from bucketpress.records.record import Outbox, Record
from bucketpress.records.source_version import SourceVersion
from bucketpress.records.stored_settings import StoredSettings
from bucketpress.services.page_queue import send_sections
from bucketpress.services.publish.publish_batch import publish_batch
from bucketpress.services.publish.publish_request import PublishRequest, is_same, joined, may_repeat, repetition
from bucketpress.site.layout import SHARED_DELAY_SECONDS
from tests.support.world import SITE_YAML, World, markdown

KEY = "posts/a.md"
EVENT = PublishRequest(object_only=True)


class Counted(MemoryContentStore):
    """Counts how often a source is read."""

    reads = 0

    def read(self, version: SourceVersion) -> bytes:
        self.reads += 1
        return super().read(version)


def published(**front_matter: str) -> tuple[World, Counted]:
    content = Counted()
    world = World(content)
    world.upload("site.yaml", SITE_YAML)
    world.upload(KEY, markdown("A", **front_matter))
    world.settle()
    content.reads = 0
    return world, content


def publish(world: World, request: PublishRequest = EVENT, key: str = KEY) -> Record:
    record = publish_batch(world.publisher, OneByOne(), {key: request})[key]()
    assert record is not None
    return record


def test_the_same_bytes_are_looked_at_once_and_their_run_commits_all_the_same() -> None:
    world, content = published()
    before = world.record(KEY)
    world.content.upload(KEY, markdown("A"))

    after = publish(world)

    assert content.reads == 1
    assert after.revision == before.revision + 1
    assert after.version == world.content.head(KEY)
    assert (after.shown, after.state) == (before.shown, State.PUBLISHED)
    assert after.receipt is not None
    assert after.receipt.version == after.version.version if after.version else ""


def test_other_bytes_are_read_and_looked_up_once() -> None:
    world, content = published()
    world.content.upload(KEY, markdown("B"))

    publish(world)

    assert content.reads == 1
    assert world.record(KEY).title == "B"


@pytest.mark.parametrize("request_", [PublishRequest(), joined([EVENT, PublishRequest()])], ids=["ours", "ours too"])
def test_a_message_of_our_own_reads_whatever_the_bytes(request_: PublishRequest) -> None:
    world, content = published()

    publish(world, request_)

    assert content.reads == 1


def test_what_a_run_that_died_left_to_send_is_sent() -> None:
    world, content = published()
    record = world.record(KEY)
    world.index._records[KEY] = replace(record, outbox=Outbox(sections=frozenset({"head:all"})))

    publish(world)

    assert content.reads == 1
    assert world.pages.take_all() == ("head:all",)


def test_a_source_that_has_come_due_is_read() -> None:
    world, content = published(expires="2011-02-01")
    world.now += timedelta(days=60)

    assert publish(world).state is State.EXPIRED
    assert content.reads == 1


def test_other_settings_read_the_same_bytes_again() -> None:
    world, content = published()
    world.upload("site.yaml", SITE_YAML + b"permalink: /:slug/\n")
    world.publisher.publish("site.yaml")
    content.reads = 0

    assert publish(world).published_path == "/a/"
    assert content.reads == 1


def test_a_file_of_the_same_bytes_is_known_by_its_newest_version() -> None:
    world, content = published()
    world.upload("static/a.txt", b"text")
    world.settle()
    content.reads = 0
    newest = world.content.upload("static/a.txt", b"text")

    assert publish(world, key="static/a.txt").version == newest


NOON = datetime(2011, 1, 10, 12, tzinfo=UTC)
ASKED, EARLIER = NOON - timedelta(seconds=2), NOON - timedelta(days=1)
USED = SourceVersion(key=KEY, version="v1", etag="e1", size=9)
STORED = StoredSettings(revision=3, settings=SiteSettings(url="https://a.example"), default_url="https://a.example")
RECEIPT = Receipt(
    note="Published.", version="v1", asked_at=EARLIER, since=EARLIER, at=EARLIER, sections=("head:all",), unlisted=7
)
SETTLED = Record(key=KEY, kind=SourceKind.POST, revision=4, generation="3/s", etag="e1", version=USED, receipt=RECEIPT)


def test_messages_about_one_source_ask_for_it_at_the_last_moment_and_for_all_that_any_asks_for() -> None:
    event, ours = PublishRequest(asked_at=ASKED, object_only=True), PublishRequest(asked_at=NOON)

    assert joined([event, ours, PublishRequest(object_only=True)]) == ours
    assert joined([event, event]) == event
    assert joined([PublishRequest(object_only=True)]) == PublishRequest(object_only=True)


@pytest.mark.parametrize(
    ("key", "changes", "repeats"),
    [
        (KEY, {}, True),
        ("static/a.txt", {}, True),
        ("site.yaml", {}, False),
        ("static/.well-known/acme-challenge/x", {}, False),
        (KEY, {"receipt": None}, False),
        (KEY, {"generation": "2/s"}, False),
        (KEY, {"outbox": Outbox(sections=frozenset({"head:all"}))}, False),
        (KEY, {"due": NOON - timedelta(seconds=1)}, False),
        (KEY, {"due": NOON}, False),
        (KEY, {"due": NOON + timedelta(seconds=1)}, True),
    ],
)
def test_a_source_becomes_what_it_was_if_nothing_but_its_object_can_have_changed(
    key: str, changes: dict[str, Any], *, repeats: bool
) -> None:
    record = replace(SETTLED, **changes)

    assert may_repeat(classify(key), record, STORED, "s", NOON) is repeats
    assert not may_repeat(classify(key), record, None, "s", NOON)
    assert not may_repeat(classify(key), record, STORED, "newer", NOON)


@pytest.mark.parametrize(
    ("newest", "changes", "same"),
    [
        (USED, {}, True),
        (replace(USED, version="v2"), {}, True),
        (replace(USED, etag="e2"), {}, False),
        (replace(USED, size=8), {}, False),
        (USED, {"etag": "e2"}, False),  # an invalid version came after the one that is used
        (USED, {"version": replace(USED, etag="e0")}, False),
        (replace(USED, etag="e2"), {"etag": "e2"}, False),
        (USED, {"version": None}, False),
    ],
)
def test_an_object_is_the_same_if_it_has_the_bytes_that_were_used(
    newest: SourceVersion, changes: dict[str, Any], *, same: bool
) -> None:
    assert is_same(newest, replace(SETTLED, **changes)) is same


def test_a_repeated_event_moves_the_last_moment_and_another_upload_of_the_bytes_all_of_them() -> None:
    newer = replace(USED, version="v2")

    again = repetition(SETTLED, USED, now=NOON, asked_at=ASKED)
    uploaded = repetition(SETTLED, newer, now=NOON, asked_at=ASKED)

    assert again == PublishTransaction(record=replace(SETTLED, revision=5, receipt=replace(RECEIPT, at=NOON)))
    assert uploaded == PublishTransaction(
        record=replace(
            SETTLED,
            revision=5,
            version=newer,
            receipt=Receipt(note="Published.", version="v2", asked_at=ASKED, since=NOON, at=NOON),
        )
    )
    assert repetition(replace(SETTLED, receipt=None), newer, now=NOON, asked_at=ASKED).record.receipt is None


def test_pages_are_sent_at_once_and_what_links_to_them_a_little_later() -> None:
    sent: list[tuple[list[str], int]] = []

    class Remembering(MemoryQueue):
        def send(self, bodies: Iterable[str], *, delay_seconds: int = 0) -> None:
            sent.append((list(bodies), delay_seconds))

    send_sections(Remembering(), {"head:all", "post:/b/", "asset:/p.png", "post:/a/", "of another version"})
    send_sections(Remembering(), ())

    assert sent == [
        (["asset:/p.png", "post:/a/", "post:/b/"], 0),
        (["head:all", "of another version"], SHARED_DELAY_SECONDS),
    ]
    assert SHARED_DELAY_SECONDS > 0


class Asked(MemoryPostIndex):
    """Notes what it is asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def record(self, key: str) -> Record:
        self.asked.append(f"record {key}")
        return super().record(key)

    def records(self, keys: Iterable[str]) -> Mapping[str, Record]:
        self.asked.append("records")
        return {key: super(Asked, self).record(key) for key in keys}

    def commit(self, change: PublishTransaction) -> None:
        self.asked.append("commit")
        super().commit(change)


def asking(*keys: str) -> tuple[World, Asked]:
    """A world in which nothing but these was uploaded, and an index that notes what it is asked."""
    world, index = World(), Asked()
    for key in keys:
        world.content.upload(key, SITE_YAML if key == "site.yaml" else markdown(key.removeprefix("posts/")))
    world.index = index
    world.publisher = replace(world.publisher, index=index)
    return world, index


def test_what_every_source_of_a_batch_begins_with_is_read_once_for_all_of_them() -> None:
    world, index = asking("site.yaml", "posts/a.md", "posts/b.md")
    world.publisher.publish("site.yaml")
    index.asked.clear()
    requests = {key: PublishRequest(asked_at=ASKED) for key in ("posts/a.md", "posts/b.md")}

    records = [outcome() for outcome in publish_batch(world.publisher, OneByOne(), requests).values()]

    assert [each.receipt.asked_at for each in records if each and each.receipt] == [ASKED] * 2
    assert index.asked[: index.asked.index("commit")] == ["records"]
    assert index.asked.count("records") == 1


@pytest.mark.parametrize("with_settings", [True, False])
def test_the_first_batch_of_a_site_publishes_its_settings_first_and_once(*, with_settings: bool) -> None:
    world, _ = asking("site.yaml", "posts/b.md", "posts/a.md")
    keys = ["posts/b.md", *(["site.yaml"] if with_settings else []), "posts/a.md"]

    outcomes = publish_batch(world.publisher, OneByOne(), dict.fromkeys(keys, EVENT))

    assert list(outcomes) == ["site.yaml", "posts/b.md", "posts/a.md"]
    assert [record.revision for each in outcomes.values() if (record := each())] == [1, 1, 1]
