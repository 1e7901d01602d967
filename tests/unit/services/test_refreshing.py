"""What one refresh looks at, writes and leaves alone, whatever runs before it left behind."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from bucketpress.adapters.memory_index import MemoryPostIndex
from bucketpress.adapters.memory_stores import MemoryQueue, MemorySiteStore
from bucketpress.adapters.parallel import OneByOne
from bucketpress.ports import TransientError
from bucketpress.records.section_record import SectionRecord, source_to_publish
from bucketpress.records.site_object import StoredArtifact
from bucketpress.services.parts import PartLimits, PartReader
from bucketpress.services.refresh.artifact_writer import ArtifactWriter
from bucketpress.services.refresh.refresh_batch import refresh_batch
from bucketpress.services.refresh.refresh_request import CLOCK_MARGIN, RefreshRequest
from bucketpress.services.refresh.refresher import Refreshed
from bucketpress.site.artifact import Artifact
from tests.support.pictures import png
from tests.support.world import SITE_YAML, World, clean_build, markdown

TAG_PAGE, TAG_YEAR = "tags/x/index.html", "tags/x/2010/index.html"


class LookingSite(MemorySiteStore):
    """A site bucket that knows which objects were looked at, and takes none of some."""

    looked: list[str]
    refuses: str = "\0"

    def head(self, key: str) -> StoredArtifact | None:
        self.looked.append(key)
        return super().head(key)

    def put(self, artifact: Artifact, *, expected: str | None) -> None:
        if artifact.key.startswith(self.refuses):
            raise TransientError(artifact.key)
        super().put(artifact, expected=expected)

    def _write(self, stored: StoredArtifact, data: bytes, expected: str | None) -> None:
        looked = list(self.looked)
        super()._write(stored, data, expected)
        self.looked = looked  # a conditional write is no look


def looking(world: World) -> LookingSite:
    """Let a world's site bucket tell from now on what is looked at in it."""
    site = world.site
    site.__class__ = LookingSite
    assert isinstance(site, LookingSite)
    site.looked = []
    return site


def withdrawn(world: World) -> None:
    """Publish a post with a tag, and withdraw it."""
    world.upload("posts/a.md", markdown("A", "2010-03-01", tags="[x]"))
    world.settle()
    world.delete("posts/a.md")
    world.settle()


@pytest.mark.parametrize(("key", "section"), [(TAG_PAGE, "head:tag:x"), (TAG_YEAR, "period:tag:x:2010")])
def test_the_word_that_a_listing_is_gone_is_put_back_where_it_is_lost(world: World, key: str, section: str) -> None:
    withdrawn(world)
    world.site.lose(key)

    world.refresher.refresh(section)

    assert world.status(key) == 410
    assert world.index.section(section).artifacts[key] == world.site.head(key).etag  # type: ignore[union-attr]


@pytest.mark.parametrize(("key", "section"), [(TAG_PAGE, "head:tag:x"), (TAG_YEAR, "period:tag:x:2010")])
def test_what_a_run_that_died_has_written_of_a_listing_that_is_none_is_withdrawn(
    world: World, key: str, section: str
) -> None:
    world.site.put(Artifact(key=key, data=b"left", content_type="text/html"), expected=None)

    world.refresher.refresh(section)

    assert world.status(key) == 410
    assert world.live() == clean_build(world)


@pytest.mark.parametrize("section", ["site", "head:all", "post:/2010/03/a/", "asset:/one.png"])
def test_what_is_there_already_is_not_written_again_by_who_looks_first_either(world: World, section: str) -> None:
    world.upload("posts/a.md", markdown("A", "2010-03-01"))
    world.upload("static/one.png", png(3, 2))
    world.settle()
    stored, record = world.index.settings(), world.index.section(section)
    writes = len(world.site.writes)

    world.refresher.refresh(section)
    writer = ArtifactWriter(site=world.site, parallel=OneByOne())
    etags = writer.write(world.refresher.rendering(section, stored), writer.found(record.artifacts), record, {})

    assert len(world.site.writes) == writes
    assert etags == record.artifacts


def test_an_object_that_claims_to_be_a_copy_and_is_a_page_is_written_as_one(world: World) -> None:
    world.upload("posts/a.md", markdown("A", "2010-03-01"))
    world.settle()
    key = "2010/03/a/index.html"
    stored, data = world.site._objects[key]
    world.site._objects[key] = replace(stored, source_etag="e"), data

    world.refresher.refresh("post:/2010/03/a/")

    assert world.site.head(key) == stored


@pytest.mark.parametrize("data", [b"one", png(3, 2)], ids=["a file", "a picture"])
def test_a_file_is_copied_without_being_looked_for_where_it_is_new_and_looked_at_once_where_it_stays(
    world: World, data: bytes
) -> None:
    site = looking(world)
    world.upload("static/one.png", data)
    world.publisher.publish("static/one.png")
    site.looked.clear()

    world.refresher.refresh("asset:/one.png")
    first = list(site.looked)
    site.looked.clear()
    world.refresher.refresh("asset:/one.png")

    assert first.count("one.png") == 0
    assert site.looked.count("one.png") == 1
    assert site.writes.count("one.png") == 1


def test_a_picture_of_which_nobody_noted_what_stood_out_is_copied_again(world: World) -> None:
    world.upload("static/one.png", png(3, 2))
    world.settle()
    record = world.index.section("asset:/one.png")
    for findings in (None, replace(record.findings, etag="other") if record.findings else None):
        world.index._sections["asset:/one.png"] = replace(world.index.section("asset:/one.png"), findings=findings)
        site = looking(world)
        before = site.writes.count("one.png")

        world.refresher.refresh("asset:/one.png")

        assert site.writes.count("one.png") == before + 1
        assert site.looked.count("one.png") == 0
        assert world.index.section("asset:/one.png").findings == record.findings


def test_what_is_found_of_some_keys_is_what_is_there(world: World) -> None:
    withdrawn(world)
    writer = ArtifactWriter(site=world.site, parallel=OneByOne())

    assert writer.found([TAG_PAGE, "none"]) == {TAG_PAGE: world.site.head(TAG_PAGE)}


class Broken(MemoryQueue):
    """A queue that takes nothing."""

    def send(self, bodies: Iterable[str], *, delay_seconds: int = 0) -> None:
        raise TransientError([*bodies, delay_seconds])


def test_each_section_of_a_batch_that_cannot_tell_its_parents_says_why_itself_failed(world: World) -> None:
    world.upload("posts/a.md", markdown("A", "2010-03-01", tags="[x]"))
    world.publisher.publish("posts/a.md")
    looking(world).refuses = "2010/"
    requests = dict.fromkeys(
        ["period:tag:x:2010", "post:/2010/03/a/"], RefreshRequest(sent_at=world.now, first_delivery=True)
    )

    outcomes = refresh_batch(replace(world.refresher, page_queue=Broken()), OneByOne(), requests)

    with pytest.raises(TransientError, match="2010/03/a"):
        outcomes["post:/2010/03/a/"]()
    with pytest.raises(TransientError, match="head:tag:x"):
        outcomes["period:tag:x:2010"]()


def test_clocks_may_be_a_second_apart() -> None:
    world = World()
    world.upload("site.yaml", SITE_YAML)
    world.settle()
    began = world.now
    requests = {
        seconds: RefreshRequest(sent_at=began - timedelta(seconds=seconds), first_delivery=True) for seconds in (1, 3)
    }

    begun = {seconds: [*world.refresher.begin({"site": request})] for seconds, request in requests.items()}

    assert begun == {1: ["site"], 3: []}
    assert timedelta(seconds=1) < CLOCK_MARGIN < timedelta(seconds=3)


def test_a_section_refreshed_together_with_who_concerns_it_is_sent_again(world: World) -> None:
    """Neither knows which of them read before the other committed."""
    cell, below = "search:2010", "search:2010-03"
    world.index._sections[cell] = replace(world.index.section(cell), outbox=frozenset({below}))
    requests = dict.fromkeys([cell, below], RefreshRequest(sent_at=world.now, first_delivery=True))

    refresh_batch(world.refresher, OneByOne(), requests)

    assert below in world.pages.take_all()


class TidyIndex(MemoryPostIndex):
    """An index that counts how often outboxes are cleared."""

    cleared = 0

    def clear_section_outboxes(self, records: Sequence[SectionRecord]) -> None:
        self.cleared += len(records)
        super().clear_section_outboxes(records)


@pytest.mark.parametrize("section", ["head:tag:x", "period:all:2010-03", "post:/2010/03/a/", "directory:archive"])
def test_a_section_that_shows_what_it_showed_tells_nobody_and_clears_nothing(world: World, section: str) -> None:
    world.upload("posts/a.md", markdown("A", "2010-03-01", tags="[x]"))
    world.settle()
    world.index.__class__ = TidyIndex

    world.refresher.refresh(section)
    world.refresher.tell_parents([Refreshed(section=section, written=(), artifacts=0)])

    assert world.pages.take_all() == ()
    assert world.sources.take_all() == ()
    assert not world.index.section(section).outbox
    assert isinstance(world.index, TidyIndex)
    assert world.index.cleared == 0


@pytest.mark.parametrize("section", ["site", "head:all", "search:2010", "variants:/a.png"])
def test_nothing_is_refreshed_before_there_are_settings(section: str) -> None:
    empty = World()

    done = empty.refresher.refresh(section)

    assert (done.written, done.record) == ((), None)
    assert empty.site.writes == []
    assert empty.index.section(section).revision == 0


BUSY = PartLimits(listed=3, one_in=3)


def busy() -> World:
    world = World(part_limits=BUSY)
    world.upload("site.yaml", SITE_YAML)
    for number in range(30):
        world.upload(f"posts/p{number}.md", markdown(f"P{number}", f"2010-03-{number % 20 + 1:02}"))
    world.settle()
    return world


def parts_sent(world: World) -> list[str]:
    return [name for name in world.pages.take_all() if name.startswith("part:")]


def test_a_busy_month_sends_the_parts_that_begin_to_be_and_no_others() -> None:
    world, month = busy(), "period:all:2010-03"
    before = world.index.section(month).parts_until
    world.refresher.refresh(month)
    again = parts_sent(world)
    for number in range(40, 50):
        world.upload(f"posts/p{number}.md", markdown(f"P{number}", "2010-03-28"))
    while key := world.sources.take():
        world.publisher.publish(key)
    world.pages.take_all()

    world.refresher.refresh(month)

    after = world.index.section(month).parts_until
    reader = PartReader(index=world.index, whole=month, limits=BUSY)
    assert again == []
    assert before < after
    assert set(parts_sent(world)) == {*reader.between(before, after)} < {*reader.between("", after)}


def test_a_busy_month_of_other_software_sends_all_its_parts() -> None:
    world, month = busy(), "period:all:2010-03"

    replace(world.refresher, software="other").refresh(month)

    reader = PartReader(index=world.index, whole=month, limits=BUSY)
    parts = {*reader.between("", world.index.section(month).parts_until)}
    assert set(parts_sent(world)) == parts
    assert len(parts) > 1


def test_who_makes_no_variants_leaves_their_sources_to_those_who_do(world: World) -> None:
    record = replace(world.index.section("site"), outbox=frozenset({source_to_publish("posts/a.md")}))
    world.index._sections["site"] = record

    replace(world.refresher, source_queue=None).refresh("site")

    assert world.sources.take_all() == ()
