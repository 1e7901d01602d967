"""What a commit leaves to tell: to whom it is sent, what is looked up for it, and when it is forgotten."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from bucketpress.adapters.memory_index import MemoryPostIndex
from bucketpress.adapters.memory_stores import MemoryQueue
from bucketpress.adapters.parallel import OneByOne
from bucketpress.content.post import Entry, State
from bucketpress.content.settings.site_settings import SiteSettings
from bucketpress.content.source_keys import classify
from bucketpress.ports import TransientError
from bucketpress.records.dependency import Dependency, MissingPicture, Picture
from bucketpress.records.publish_transaction import PublishTransaction
from bucketpress.records.record import Outbox, Record
from bucketpress.records.stored_settings import StoredSettings
from bucketpress.services.parts import PART_LIMITS
from bucketpress.services.publish.outbox_sender import OutboxSender
from bucketpress.site.impact import Shown
from tests.support.values import entry, publication

KEY, PICTURE = "posts/a.md", "posts/p.png"
SETTINGS = StoredSettings(
    revision=1,
    settings=SiteSettings(url="https://a.example", feed_items=2, posts_per_page=2),
    default_url="https://a.example",
)


class Counted(MemoryPostIndex):
    """Counts what it is asked, and how much of a listing at most."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: Counter[str] = Counter()
        self.limits: set[int | None] = set()

    def settings(self) -> StoredSettings | None:
        self.asked["settings"] += 1
        return super().settings()

    def records(self, keys: Iterable[str]) -> Mapping[str, Record]:
        self.asked["records"] += 1
        return super().records(keys)

    def dependents(self, key: str) -> tuple[str, ...]:
        self.asked["dependents"] += 1
        return super().dependents(key)

    def entries(self, listing: str, **asked: Any) -> tuple[Entry, ...]:
        self.asked[listing] += 1
        self.limits.add(asked.get("limit"))
        return super().entries(listing, **asked)


def record_of(key: str, outbox: Outbox | None = None, **changes: Any) -> Record:
    path = f"/{key}/"
    values = {"revision": 1, "state": State.PUBLISHED, "path": path, "outbox": outbox or Outbox()}
    return Record(**{"key": key, "kind": classify(key).kind, **values, **changes})


def showing(key: str, *files: str, linked: tuple[str, ...] = (), **changes: Any) -> Record:
    found: dict[str, Dependency] = {file: Picture(size=None) for file in files}
    return record_of(key, dependencies=found, linked_files=linked, **changes)


def indexed(*records: Record, dependents: Iterable[str] = (), on: str = KEY) -> Counted:
    index = Counted()
    for record in records:
        index.commit(PublishTransaction(record=record))
    for key in dependents:
        index.add_dependent(key, [on])
    index.asked.clear()
    return index


def sent(index: MemoryPostIndex, record: Record) -> tuple[set[str], set[str]]:
    """Empty an outbox; return the sources and sections sent."""
    sources, pages = MemoryQueue(), MemoryQueue()
    sender = OutboxSender(
        index=index, source_queue=sources, page_queue=pages, parallel=OneByOne(), part_limits=PART_LIMITS
    )
    sender.empty(record)
    return set(sources.take_all()), set(pages.take_all())


def test_those_who_depend_on_a_post_are_sent_though_their_records_do_not_say_so_yet_but_not_the_post_itself() -> None:
    record = record_of(KEY, Outbox(dependents=True))
    others = [showing("posts/b.md"), record_of(PICTURE)]
    index = indexed(record, *others, dependents=[KEY, "posts/b.md", PICTURE])

    assert sent(index, record) == ({"posts/b.md", PICTURE}, set())
    assert sent(index, replace(record, outbox=Outbox(files=True))) == ({PICTURE}, set())
    assert not index.asked["records"]


def test_a_file_that_becomes_another_is_told_to_those_who_show_it_and_not_to_those_who_link_to_it() -> None:
    record = record_of(PICTURE, Outbox(dependents=True))
    shows, links = showing("posts/b.md", PICTURE), showing("posts/c.md", linked=(PICTURE,))
    index = indexed(record, shows, links, dependents=["posts/b.md", "posts/c.md"], on=PICTURE)

    assert sent(index, record) == ({"posts/b.md"}, set())


def test_nothing_is_looked_up_for_a_file_that_nobody_depends_on() -> None:
    record = record_of(PICTURE, Outbox(dependents=True))
    index = indexed(record)

    assert sent(index, record) == (set(), set())
    assert index.asked == {"dependents": 1}


@pytest.mark.parametrize(
    ("file", "post", "told"),
    [
        (record_of(PICTURE, state=State.DRAFT), showing(KEY, PICTURE), True),
        (record_of(PICTURE), showing(KEY, PICTURE), False),
        (record_of(PICTURE), showing(KEY), True),
        (record_of(PICTURE), showing(KEY, PICTURE, state=State.DRAFT), True),
        (record_of(PICTURE, state=State.INVALID), showing(KEY, PICTURE), True),
        (record_of(PICTURE, state=State.REMOVED), showing(KEY, PICTURE), False),
        (record_of("posts/other.png", state=State.DRAFT), showing(KEY, PICTURE), False),
    ],
)
def test_a_file_is_looked_at_again_unless_it_is_public_already_and_shown_or_is_not_there(
    file: Record, post: Record, *, told: bool
) -> None:
    post = replace(post, outbox=Outbox(shown_files=frozenset({PICTURE})))
    index = indexed(post, file)

    assert sent(index, post) == ({PICTURE} if told else set(), set())
    assert not index.asked["dependents"]


def test_a_file_is_found_however_its_name_is_composed_and_nobody_else_is_sent() -> None:
    name, odd = "posts/é-é.png", "posts/é-e\N{COMBINING ACUTE ACCENT}.png"
    post = showing(KEY, outbox=Outbox(shown_files=frozenset({name})))
    file, other = record_of(odd, state=State.DRAFT), record_of("posts/other.png", state=State.DRAFT)
    index = indexed(post, file, other, showing("posts/b.md", name), dependents=[odd, other.key, "posts/b.md"], on=name)

    assert sent(index, post) == ({odd}, set())


def test_heads_are_sent_of_the_listings_that_a_post_is_among_the_newest_of_and_still_in() -> None:
    index = indexed()
    posts = {day: entry(f"posts/{day}.md", day, tags=()) for day in (1, 2, 3)}
    for each in posts.values():
        index.commit(publication(each))
    index.commit(PublishTransaction(record=record_of("site.yaml"), settings=SETTINGS))
    listings = frozenset({"all", "author:jane-doe", "tag:voip"})

    heads = {}
    for day, each in posts.items():
        index.asked.clear()
        shown = Shown(entry=each, body_digest="1")
        record = record_of(each.key, Outbox(listings=listings), revision=2, shown=shown)
        heads[day] = sent(index, record)[1]
        assert index.asked == {"settings": 1, "all": 1, "author:jane-doe": 1}

    assert heads == {1: set(), 2: {"head:all", "head:author:jane-doe"}, 3: {"head:all", "head:author:jane-doe"}}
    assert index.limits == {2}


@pytest.mark.parametrize("listings", [frozenset(), frozenset({"all"})])
def test_the_settings_are_asked_for_only_where_a_post_that_is_shown_has_heads_to_look_at(
    listings: frozenset[str],
) -> None:
    outbox = Outbox(sections=frozenset({"head:all"}), listings=listings)
    shown = Shown(entry=entry(), body_digest="1") if not listings else None
    index = indexed()

    assert sent(index, record_of(KEY, outbox, shown=shown)) == (set(), {"head:all"})
    assert index.asked == {}


class Broken(MemoryQueue):
    """A queue that takes nothing."""

    def send(self, bodies: Iterable[str], *, delay_seconds: int = 0) -> None:
        raise TransientError([*bodies, delay_seconds])


@pytest.mark.parametrize("broken", ["sources", "pages"])
def test_an_outbox_is_kept_until_everything_of_it_is_sent(broken: str) -> None:
    record = record_of(KEY, Outbox(sections=frozenset({"head:all"}), dependents=True))
    index = indexed(record, dependents=["posts/b.md"])
    queues: dict[str, MemoryQueue] = {"sources": MemoryQueue(), "pages": MemoryQueue(), broken: Broken()}
    sender = OutboxSender(
        index=index,
        source_queue=queues["sources"],
        page_queue=queues["pages"],
        parallel=OneByOne(),
        part_limits=PART_LIMITS,
    )

    with pytest.raises(TransientError):
        sender.empty(record)
    kept = index.record(KEY).outbox
    sent(index, record)

    assert (kept, index.record(KEY).outbox) == (record.outbox, Outbox())


def test_a_missing_picture_is_shown_too() -> None:
    waits = record_of(PICTURE, state=State.DRAFT)
    missing: dict[str, Dependency] = {PICTURE: MissingPicture()}
    post = record_of(KEY, Outbox(shown_files=frozenset({PICTURE})), dependencies=missing)

    assert sent(indexed(post, waits), post) == ({PICTURE}, set())
    assert sent(indexed(post, replace(waits, state=State.PUBLISHED)), post) == (set(), set())
