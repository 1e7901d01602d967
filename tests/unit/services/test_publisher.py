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
from bucketpress.records.dependency import LinkTarget
from bucketpress.records.record import Record
from bucketpress.records.section_record import SectionRecord
from bucketpress.services.publish.publish_batch import publish_batch
from bucketpress.services.publish.publish_request import PublishRequest
from bucketpress.services.publish.source_reader import SourceReading, read_source
from bucketpress.site.artifact import Artifact
from bucketpress.site.impact import ShownAsset
from tests.support.pictures import png
from tests.support.world import SITE_YAML, World, markdown

KEY = "posts/a.md"
OTHER = SITE_YAML + b"permalink: /:slug/\n"


class Meanwhile(MemoryPostIndex):
    """Lets things happen once, after a record was read or before dependents are stored, and notes these."""

    def __init__(self) -> None:
        super().__init__()
        self.after_record: list[Callable[[], object]] = []
        self.before_dependents: list[Callable[[], object]] = []
        self.dependents_stored: list[tuple[str, list[str]]] = []

    def record(self, key: str) -> Record:
        found = super().record(key)
        _let_happen(self.after_record)
        return found

    def records(self, keys: Iterable[str]) -> Mapping[str, Record]:
        found = super().records(keys)
        _let_happen(self.after_record)
        return found

    def add_dependent(self, key: str, on: Iterable[str]) -> None:
        _let_happen(self.before_dependents)
        self.dependents_stored.append((key, list(on)))
        super().add_dependent(key, on)


def _let_happen(events: list[Callable[[], object]]) -> None:
    if events:
        events.pop()()


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

    index.after_record.append(change_settings)
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


@pytest.mark.parametrize("there", [True, False])
def test_what_there_is_in_the_site_bucket_is_asked_for_with_the_first_settings_alone(*, there: bool) -> None:
    world, bucket = World(), Asked()
    if there:
        bucket.put(Artifact(key="index.html", data=b"old", content_type="text/html"), expected=None)
    publisher = replace(world.publisher, site=bucket)
    world.content.upload("site.yaml", SITE_YAML)
    world.content.upload(KEY, markdown("A"))

    lists = []
    for key in ("site.yaml", "site.yaml", KEY):
        publisher.publish(key)
        lists.append(bucket.lists)

    stored = world.index.settings()
    assert stored is not None
    assert (lists, stored.recovering) == ([1, 1, 1], there)


def test_the_first_source_of_a_site_publishes_its_settings_before_itself() -> None:
    world = World()
    world.content.upload("site.yaml", OTHER)
    world.content.upload(KEY, markdown("A"))

    record = world.publisher.publish(KEY)

    stored = world.index.settings()
    assert stored is not None
    assert record is not None
    assert (record.generation, record.published_path) == (stored.generation("test"), "/a/")


def test_a_link_to_what_was_published_while_its_post_was_read_leads_there_in_the_end() -> None:
    world, index = site()
    world.content.upload("posts/b.md", markdown("B"))
    world.content.upload(KEY, markdown("A", text="[b](b.md)"))
    index.before_dependents.append(lambda: world.publisher.publish("posts/b.md"))

    world.publisher.publish(KEY)
    again = world.sources.take_all()
    world.publisher.publish(KEY)

    assert again == (KEY,)
    assert world.sources.take_all() == ()
    assert index.record(KEY).dependencies == {"posts/b.md": LinkTarget(path="/2010/03/b/")}


def test_a_file_is_released_by_the_post_of_its_folder_only_while_the_bucket_has_it() -> None:
    world, index = site(**{"x/index": markdown("X")})
    world.content.upload("posts/x/p.png", png(3, 2))

    states = []
    for _ in range(2):
        record = world.publisher.publish("posts/x/p.png")
        states.append(record.state if record else None)
        world.content.delete("posts/x/index.md")

    assert states == [State.PUBLISHED, State.DRAFT]
    assert index.record("posts/x/index.md").state is State.PUBLISHED


def test_of_two_posts_of_one_path_the_second_waits() -> None:
    world, index = site(a=markdown("A", slug="one"))
    world.content.upload("posts/b.md", markdown("B", slug="one"))

    world.publisher.publish("posts/b.md")

    assert index.record("posts/b.md").state is State.SHADOWED


@pytest.mark.parametrize("variants", [True, False])
def test_smaller_versions_are_wanted_only_where_there_is_what_makes_them(*, variants: bool) -> None:
    world, index = site()
    publisher = replace(world.publisher, variants=variants)
    world.content.upload("static/p.png", png(600, 400))

    publisher.publish("static/p.png")

    record = index.record("static/p.png")
    assert ("variants:/p.png" in world.pages.take_all()) is variants
    assert record.state is State.PUBLISHED
    assert record.variants is None


def test_smaller_versions_are_offered_once_they_are_made() -> None:
    world, index = site()
    publisher = replace(world.publisher, variants=True)
    world.content.upload("static/p.png", png(600, 400))
    publisher.publish("static/p.png")
    shown = index.record("static/p.png").shown
    assert isinstance(shown, ShownAsset)

    index.commit_section(SectionRecord(name="variants:/p.png", revision=1, variants=shown.variants))
    publisher.publish("static/p.png")

    assert index.record("static/p.png").variants == shown.variants is not None


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
