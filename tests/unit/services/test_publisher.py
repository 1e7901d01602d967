"""What one run of publish asks, in which order, and what it leaves alone."""

import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

import pytest

from bucketpress.adapters.memory_index import MemoryPostIndex
from bucketpress.adapters.memory_stores import MemorySiteStore
from bucketpress.adapters.parallel import OneByOne
from bucketpress.content.post import State
from bucketpress.content.settings.site_settings import SiteSettings
from bucketpress.content.source_keys import SourceKey
from bucketpress.ports import ContentStore
from bucketpress.records.record import Record
from bucketpress.services.publish.publish_batch import publish_batch
from bucketpress.services.publish.publish_request import PublishRequest
from bucketpress.services.publish.source_reader import SourceReading, read_source
from tests.support.pictures import png
from tests.support.world import SITE_YAML, World, markdown

KEY = "posts/a.md"
OTHER = SITE_YAML + b"permalink: /:slug/\n"


class Meanwhile(MemoryPostIndex):
    """Lets something happen once, as soon as a record was read, and notes for whom dependents are stored."""

    def __init__(self) -> None:
        super().__init__()
        self.then: list[Callable[[], object]] = []
        self.dependents_stored: list[tuple[str, list[str]]] = []

    def record(self, key: str) -> Record:
        found = super().record(key)
        self._happen()
        return found

    def records(self, keys: Iterable[str]) -> Mapping[str, Record]:
        found = super().records(keys)
        self._happen()
        return found

    def add_dependent(self, key: str, on: Iterable[str]) -> None:
        self.dependents_stored.append((key, list(on)))
        super().add_dependent(key, on)

    def _happen(self) -> None:
        if self.then:
            self.then.pop()()


class Asked(MemorySiteStore):
    """Counts how often it is listed."""

    lists = 0

    def list_keys(self, after: str, limit: int) -> tuple[tuple[str, str], ...]:
        self.lists += 1
        return super().list_keys(after, limit)


def site(**sources: bytes) -> tuple[World, Meanwhile]:
    """A site in order, with posts by their names."""
    world, index = World(), Meanwhile()
    world.index = index
    world.publisher, world.refresher = (replace(each, index=index) for each in (world.publisher, world.refresher))
    for key, data in {"site.yaml": SITE_YAML, **{f"posts/{name}.md": data for name, data in sources.items()}}.items():
        world.upload(key, data)
        world.settle()
    return world, index


@pytest.mark.parametrize("batch", [True, False])
def test_settings_that_change_after_a_record_was_read_are_those_its_source_is_made_under(*, batch: bool) -> None:
    world, index = site(a=markdown("A"))

    def change_settings() -> None:
        world.content.upload("site.yaml", OTHER)
        world.publisher.publish("site.yaml")

    index.then.append(change_settings)
    if batch:
        record = publish_batch(world.publisher, OneByOne(), {KEY: PublishRequest()})[KEY]()
    else:
        record = world.publisher.publish(KEY)

    stored = index.settings()
    assert record is not None
    assert stored is not None
    assert (record.generation, record.published_path) == (stored.generation("test"), "/a/")


def test_a_source_is_stored_as_a_dependent_of_what_it_names_once() -> None:
    linking = markdown("A", text="[b](b.md) ![p](/p.png)")
    world, index = site(a=linking)
    first = list(index.dependents_stored)

    world.publisher.publish(KEY)
    world.content.upload(KEY, linking.replace(b"b.md", b"c.md"))
    world.publisher.publish(KEY)

    assert first == [(KEY, ["posts/b.md", "static/p.png"])]
    assert index.dependents_stored[1:] == [(KEY, ["posts/c.md"])]


def test_a_post_with_more_aliases_than_one_commit_has_room_for_has_all_of_them_in_the_end() -> None:
    tags, authors = (
        str([f"{name}-{number}" for number in range(most)]) for name, most in (("tag", 30), ("author", 10))
    )
    aliases = [f"/old-{number}/" for number in range(20)]
    world, index = site(a=markdown("A", tags=tags, authors=authors))

    world.upload(KEY, markdown("A", tags=tags, authors=authors, aliases=str(aliases)))
    world.settle()

    assert set(aliases) <= set(index.record(KEY).live_paths)
    assert world.site.head("old-19/index.html") is not None


def test_what_reads_sources_for_a_build_reads_every_one_of_them() -> None:
    world, _ = site()
    read: list[str] = []

    def reading(content: ContentStore, source: SourceKey, settings: SiteSettings) -> SourceReading:
        read.append(source.key)
        return read_source(content, source, settings)

    world.content.upload(KEY, markdown("A"))
    replace(world.publisher, read=reading).publish(KEY)

    assert read == [KEY]


def test_what_there_is_in_the_site_bucket_is_asked_for_with_the_first_settings_alone() -> None:
    world, bucket = World(), Asked()
    publisher = replace(world.publisher, site=bucket)
    world.content.upload("site.yaml", SITE_YAML)
    world.content.upload(KEY, markdown("A"))

    for key in ("site.yaml", "site.yaml", KEY):
        publisher.publish(key)

    assert bucket.lists == 1


@pytest.mark.parametrize("variants", [True, False])
def test_smaller_versions_are_wanted_only_where_there_is_what_makes_them(*, variants: bool) -> None:
    world, index = site()
    world.content.upload("static/p.png", png(600, 400))

    replace(world.publisher, variants=variants).publish("static/p.png")

    assert ("variants:/p.png" in world.pages.take_all()) is variants
    assert index.record("static/p.png").state is State.PUBLISHED


def test_an_address_that_the_settings_name_no_more_is_that_of_the_stack() -> None:
    world, index = site()

    world.content.upload("site.yaml", b"title: A\n")
    world.publisher.publish("site.yaml")

    stored = index.settings()
    assert stored is not None
    assert (stored.settings.url, stored.default_url) == (world.publisher.default_url,) * 2


READ_AFTER_A_SAMPLE = """
import sys
from bucketpress.content.post_reader import read_post
from bucketpress.content.settings.site_settings import SiteSettings
from bucketpress.content.source_keys import classify
from bucketpress.services.publish.sample_post import read_sample
read_sample()
before = set(sys.modules)
text = "[a](https://a.example/)\\n\\n![b](b.png)\\n\\n> c\\n\\n```diff\\n+ d\\n```\\n\\n| e |\\n|---|\\n| f |\\n"
data = f"---\\ntitle: A\\ndate: 2010-03-01\\ntags: [x]\\n---\\n{text}".encode()
post, problems = read_post(classify("posts/a.md"), data, SiteSettings(url="https://a.example"))
assert post is not None, problems
print(sorted(set(sys.modules) - before))
"""


def test_once_a_sample_was_read_the_first_post_loads_nothing_more() -> None:
    done = subprocess.run([sys.executable, "-c", READ_AFTER_A_SAMPLE], capture_output=True, check=True, text=True)

    assert done.stdout == "[]\n"
