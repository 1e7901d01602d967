"""When a run of publish needs not read its source again: nothing but the object can have changed, and it has not."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bucketpress.adapters.memory_stores import MemoryContentStore
from bucketpress.adapters.parallel import OneByOne
from bucketpress.content.post import State
from bucketpress.records.record import Outbox, Record
from bucketpress.records.source_version import SourceVersion
from bucketpress.services.publish.publish_batch import publish_batch
from bucketpress.services.publish.publish_request import PublishRequest, joined
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


def test_the_same_bytes_are_not_read_again_and_their_run_commits_all_the_same() -> None:
    world, content = published()
    before = world.record(KEY)
    world.content.upload(KEY, markdown("A"))

    after = publish(world)

    assert content.reads == 0
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
