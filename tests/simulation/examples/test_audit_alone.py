"""An audit alone, every other repair switched off, finds each divergence there can be: all of it and nothing else."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import NamedTuple

from bucketpress.content.source_keys import SETTINGS_KEY
from bucketpress.records.checkpoint import CheckpointName, Phase
from bucketpress.records.record import Outbox
from bucketpress.services.upkeep.comparison import IN_FLIGHT
from tests.simulation.actions import Delete, Upload
from tests.simulation.examples.worlds import (
    EVERYTHING,
    MOST_TICKS,
    SHORT,
    audited,
    die,
    forget,
    gone,
    happened,
    post,
    right,
    settled,
    with_record,
    with_section,
)
from tests.simulation.simulated_world import AUDIT_EVERY, SimulatedWorld
from tests.support.pictures import png
from tests.support.world import SITE_YAML, markdown


class Damage(NamedTuple):
    """Something that went wrong unnoticed, and the sources and sections that an audit has to send because of it."""

    name: str
    happen: Callable[[SimulatedWorld], None]
    keys: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()


def _unheard(*actions: Upload | Delete) -> Callable[[SimulatedWorld], None]:
    """Let events be lost."""

    def happen(world: SimulatedWorld) -> None:
        for action in actions:
            action.happen(world)
        forget(world)

    return happen


def _published_unheard(*actions: Upload | Delete) -> Callable[[SimulatedWorld], None]:
    """Let what was published send its messages, which are lost; its own sections are refreshed."""

    def happen(world: SimulatedWorld) -> None:
        for action in actions:
            action.happen(world)
            body = world.sources.messages[-1].body
            world.take("sources", body)
            world.handler("sources", body)()
            world.sources.messages.clear()
            world.deliver_all()

    return happen


def _record_dies(world: SimulatedWorld) -> None:
    post("a", "New", date="2010-01-31", tags="[x]", author="jane-doe").happen(world)
    forget(world)
    die(world, "sources", "posts/a.md", after="index.commit")


def _section_dies(world: SimulatedWorld) -> None:
    post("b", date="2010-02-01", tags="[x]", author="John").happen(world)
    world.deliver_all(but="pages")
    name = "period:tag:y:2010"
    world.take("pages", name)
    world.deliver_all()
    die(world, "pages", name, after="index.commit_section")
    assert world.index.section(name).outbox


def _tampered(key: str, how: str) -> Callable[[SimulatedWorld], None]:
    return lambda world: world.site.tamper(key, how)


DAMAGES = (
    Damage("a new post", _unheard(post("new")), keys=("posts/new.md",)),
    Damage("the first of all", _unheard(Upload("posts/0.md", markdown("0"))), keys=("posts/0.md",)),
    Damage("the last of all", _unheard(Upload("static/z.html", b"z")), keys=("static/z.html",)),
    Damage("an edit", _unheard(post("b", "Edited")), keys=("posts/b.md",)),
    Damage("a removal", _unheard(gone("b")), keys=("posts/b.md",)),
    Damage("the removal of the last", _unheard(Delete("static/one.html")), keys=("static/one.html",)),
    Damage("a post that is back", _unheard(post("removed", date="2010-02-04")), keys=("posts/removed.md",)),
    Damage("settings", _unheard(Upload(SETTINGS_KEY, SITE_YAML)), keys=(SETTINGS_KEY,)),
    Damage("a picture", _unheard(Upload("posts/x/p.png", png(2, 3))), keys=("posts/x/p.png",)),
    Damage("a rival leaves", _published_unheard(gone("r1")), keys=("posts/r2.md",)),
    Damage("a rival moves", _published_unheard(post("r1", slug="s")), keys=("posts/r2.md",)),
    Damage("a rival comes", _published_unheard(post("0", date="2010-02-05", slug="r")), keys=("posts/r1.md",)),
    Damage("a link's target moves", _published_unheard(post("a", slug="else")), keys=("posts/c.md",)),
    Damage("a link's target goes", _published_unheard(gone("a")), keys=("posts/c.md",)),
    Damage(
        "the post of a picture is withdrawn",
        _published_unheard(Upload("posts/x/index.md", markdown("X zznever", "2010-02-06", "Text.", draft="true"))),
        keys=("posts/x/p.png",),
    ),
    Damage("the post of a picture goes", _unheard(Delete("posts/x/index.md")), keys=("posts/x/index.md",)),
    Damage("the size of a picture", _published_unheard(Upload("posts/x/p.png", png(2, 3))), keys=("posts/x/index.md",)),
    Damage("a function that dies after its commit", _record_dies, keys=("posts/a.md",)),
    Damage("a refresh that dies after its commit", _section_dies, sections=("period:tag:y:2010",)),
    Damage(
        "a record of an older generation",
        lambda world: with_record(world, "posts/b.md", generation="0/test"),
        keys=("posts/b.md",),
    ),
    Damage(
        "a file's record of an older generation",
        lambda world: with_record(world, "static/one.html", generation=""),
        keys=("static/one.html",),
    ),
    Damage(
        "a spot left in an outbox",
        lambda world: with_record(world, "posts/b.md", outbox=Outbox(dependents=True)),
        keys=("posts/b.md",),
    ),
    Damage(
        "a section of an older generation",
        lambda world: with_section(world, "head:tag:x", generation="0/test"),
        sections=("head:tag:x",),
    ),
    Damage(
        "the last section of an older generation",
        lambda world: with_section(world, max(world.index._sections), generation="0/test"),
        sections=("site",),
    ),
    Damage(
        "a parent left in an outbox",
        lambda world: with_section(world, "head:tag:y", outbox=frozenset({"directory:tags"})),
        sections=("head:tag:y",),
    ),
    Damage("a page lost", _tampered("2010/02/b/index.html", "delete"), sections=("post:/2010/02/b/",)),
    Damage("a page overwritten", _tampered("2010/02/b/index.html", "overwrite"), sections=("post:/2010/02/b/",)),
    Damage("a redirect lost", _tampered("2010/02/one/index.html", "delete"), sections=("post:/2010/02/one/",)),
    Damage(
        "a 410 overwritten", _tampered("2010/02/removed/index.html", "overwrite"), sections=("post:/2010/02/removed/",)
    ),
    Damage("a file overwritten", _tampered("one.html", "overwrite"), sections=("post:/one.html",)),
    Damage("a copy that nobody made", _tampered("2010/02/b/index.html", "copy"), sections=("post:/zz/2010/02/b/",)),
    Damage("the first object lost", _tampered("2010/01/a/index.html", "delete"), sections=("post:/2010/01/a/",)),
    Damage("the last object lost", _tampered("tags/y/index.html", "delete"), sections=("head:tag:y",)),
)


def _damaged(damage: Damage) -> SimulatedWorld:
    world = settled(*EVERYTHING)
    damage.happen(world)
    return world


def test_an_audit_finds_each_divergence_alone_and_nothing_else() -> None:
    for damage in DAMAGES:
        world = _damaged(damage)

        found = audited(world)

        assert set(found.keys) == set(damage.keys), damage.name
        assert set(found.sections) == set(damage.sections), damage.name
        assert found.divergences == {*damage.keys, *damage.sections}, damage.name


def test_an_audit_in_small_parts_finds_as_much() -> None:
    for damage in DAMAGES:
        for limits in SHORT[1:]:
            found = audited(_damaged(damage), limits=limits)

            assert set(found.keys) == set(damage.keys), damage.name
            assert set(found.sections) == set(damage.sections), damage.name
            assert found.divergences == {*damage.keys, *damage.sections}, damage.name
            assert found.ticks < MOST_TICKS, damage.name


def test_an_audit_without_time_for_more_than_one_source_in_a_tick_finds_as_much() -> None:
    for limits in SHORT:
        world = settled(*EVERYTHING)
        _unheard(post("new"), post("0"), post("b", "Edited"), gone("c"), Upload("static/z.html", b"z"))(world)
        world.hurried = True

        found = audited(world, limits=limits)

        assert sorted(found.keys) == [
            *("posts/0.md", "posts/b.md", "posts/c.md", "posts/new.md", "static/z.html"),
        ]
        assert len(world.content.all_keys()) <= found.ticks < MOST_TICKS


def test_what_an_audit_sends_makes_everything_right() -> None:
    for damage in DAMAGES:
        world = _damaged(damage)
        audited(world)

        world.come_due()

        assert world.mistakes() == [], damage.name
        assert world.needless() == [], damage.name


def test_what_was_committed_or_refreshed_just_now_is_sent_and_no_divergence() -> None:
    world = happened(settled(*EVERYTHING), post("b", "Edited"))
    at = world.now
    post("b", "Edited again").happen(world)
    world.site.tamper("2010/02/b/index.html", "overwrite")

    for passed, alarm in ((IN_FLIGHT - timedelta(seconds=1), False), (IN_FLIGHT, True)):
        there = world.fork()
        there.now = at
        record, section = there.index.record("posts/b.md"), there.index.section("post:/2010/02/b/")
        with_record(there, "posts/b.md", receipt=replace(record.receipt, at=at))
        with_section(there, "post:/2010/02/b/", refreshed=(*section.refreshed[:-1], at))
        found = audited(there, minutes=passed / timedelta(minutes=1))

        assert set(found.keys) == {"posts/b.md"}
        assert set(found.sections) == {"post:/2010/02/b/"}
        assert found.divergences == ({"posts/b.md", "post:/2010/02/b/"} if alarm else set())


def test_a_source_uploaded_just_now_is_no_divergence() -> None:
    for passed, alarm in ((IN_FLIGHT - timedelta(seconds=1), False), (IN_FLIGHT, True)):
        world = settled(*EVERYTHING)
        post("new").happen(world)
        version, data = world.content._versions["posts/new.md"][-1]
        world.content._versions["posts/new.md"][-1] = replace(version, modified=world.now), data

        found = audited(world, minutes=passed / timedelta(minutes=1))

        assert found.keys == ["posts/new.md"]
        assert found.divergences == ({"posts/new.md"} if alarm else set())


def test_an_audit_in_order_finds_nothing_counts_what_it_saw_and_is_over() -> None:
    for limits in SHORT:
        world = settled(*EVERYTHING)
        found = audited(world, limits=limits)
        checkpoint = world.index.checkpoint(CheckpointName.AUDIT)

        assert (found.divergences, found.keys, found.sections) == (set(), [], [])
        assert (checkpoint.phase, checkpoint.cursor, checkpoint.sent) == (Phase.DONE, "", 0)
        looked_at = len(world.content.all_keys()) + len(world.index._sections) + len(world.site._objects)
        assert (checkpoint.done, checkpoint.total) == (looked_at, looked_at)
        assert checkpoint.began == checkpoint.finished == world.now


def test_an_audit_counts_what_it_sends_and_the_next_one_begins_at_nothing() -> None:
    world = settled(*EVERYTHING)
    post("b", "Edited").happen(world)
    world.site.tamper("2010/02/b/index.html", "delete")
    world.site.tamper("tags/y/index.html", "delete")
    audited(world)
    first = world.index.checkpoint(CheckpointName.AUDIT)
    world.come_due()
    audited(world)
    second = world.index.checkpoint(CheckpointName.AUDIT)

    assert (first.sent, second.sent) == (3, 0)
    assert second.done == second.total
    assert second.began == second.finished == world.now


def test_an_audit_begins_an_hour_after_the_last_began_to_the_second() -> None:
    world = settled(*EVERYTHING)
    audited(world)
    world.audit_every = AUDIT_EVERY
    at = world.now
    for passed, begins in ((timedelta(minutes=59, seconds=59), False), (timedelta(minutes=60), True)):
        world.now = at + passed
        forget(world)
        tick = world.tick()

        assert (world.sources.bodies() == [SETTINGS_KEY]) == begins
        assert tick.audit_age == (timedelta() if begins else passed)


def test_an_audit_under_way_goes_on_and_is_as_old_as_the_last_that_came_to_its_end() -> None:
    world = settled(*EVERYTHING)
    audited(world)
    finished = world.now
    world.audit_every, world.limits = AUDIT_EVERY, SHORT[2]
    cursors = []
    for hours in (1, 2, 3):
        world.now = finished + timedelta(hours=hours)
        forget(world)
        assert world.tick().audit_age == timedelta(hours=hours)
        checkpoint = world.index.checkpoint(CheckpointName.AUDIT)
        cursors.append((checkpoint.phase.value, checkpoint.cursor))
        assert checkpoint.began == finished + timedelta(hours=1)
        assert (SETTINGS_KEY in world.sources.bodies()) == (hours == 1)
    assert len(set(cursors)) == 3


def test_an_audit_leaves_older_generations_to_a_rebuild_while_there_is_one() -> None:
    world = settled(*EVERYTHING)
    with_record(world, "posts/b.md", generation="0/test")
    with_section(world, "head:tag:x", generation="0/test")
    rebuild = world.index.checkpoint(CheckpointName.REBUILD)
    world.index._checkpoints[CheckpointName.REBUILD] = replace(rebuild, phase=Phase.SETTLING)

    found = audited(world)

    assert (found.divergences, found.keys) == (set(), [])
    assert set(found.sections) <= {"head:tag:x"}  # sent by the rebuild


def test_an_audit_does_not_ask_what_is_removed_to_be_of_this_generation() -> None:
    world = settled(*EVERYTHING)
    with_record(world, "posts/removed.md", generation="0/test")

    found = audited(world)

    assert (found.divergences, found.keys, found.sections) == (set(), [], [])


def test_whatever_became_of_an_objects_headers_its_refresh_puts_them_right() -> None:
    cases = (
        ("2010/02/b/index.html", "post:/2010/02/b/", {"cache_control": "max-age=1"}),
        ("2010/02/b/index.html", "post:/2010/02/b/", {"content_type": "text/plain"}),
        ("2010/02/b/index.html", "post:/2010/02/b/", {"status": 410}),
        ("2010/02/b/index.html", "post:/2010/02/b/", {"redirect_to": "/2010/01/a/"}),
        ("2010/02/one/index.html", "post:/2010/02/one/", {"redirect_to": "/2010/02/b/"}),
        ("2010/02/one/index.html", "post:/2010/02/one/", {"status": 302}),
        ("2010/02/removed/index.html", "post:/2010/02/removed/", {"status": None}),
        ("one.html", "post:/one.html", {"content_type": "text/plain"}),
        ("one.html", "post:/one.html", {"cache_control": "max-age=1"}),
        ("one.html", "post:/one.html", {"source_etag": "other"}),
        ("one.html", "post:/one.html", {"status": 410}),
    )
    for key, section, changes in cases:
        world = settled(*EVERYTHING)
        stored, data = world.site._objects[key]
        world.site._objects[key] = replace(stored, **changes), data

        world.pages.send([section])
        world.deliver_all()

        assert world.site.head(key) == stored, changes
        right(world)


def test_a_copy_overwritten_with_other_bytes_is_made_again_whatever_it_says_it_was_copied_from() -> None:
    world = settled(*EVERYTHING)
    stored, data = world.site._objects["one.html"]
    world.site._objects["one.html"] = replace(stored, etag="tampered"), b"tampered"

    world.pages.send(["post:/one.html"])
    world.deliver_all()

    assert (world.site.head("one.html"), world.site.data("one.html")) == (stored, data)


def test_a_publishing_function_that_dies_is_made_up_for_by_its_audit_wherever_it_died() -> None:
    for after in ("index.add_dependent", "index.commit", "pages.send", "sources.send"):
        world = settled(*EVERYTHING)
        post("a", slug="else", text="See [b](b.md).").happen(world)
        forget(world)
        die(world, "sources", "posts/a.md", after=after)
        forget(world)

        found = audited(world)
        world.come_due()

        assert {"posts/a.md"} <= set(found.keys) <= {"posts/a.md", "posts/c.md"}, after
        right(world)
