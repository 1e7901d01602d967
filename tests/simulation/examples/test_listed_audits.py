"""Between full audits listings are compared: whatever changes in a bucket begins a full one, and nothing else does."""

from dataclasses import replace
from datetime import timedelta

from bucketpress.records.checkpoint import Checkpoint, CheckpointName, Phase
from bucketpress.records.record import Outbox
from bucketpress.services.upkeep.repairs import Repairs
from tests.simulation.examples.worlds import (
    EVERYTHING,
    SHORT,
    audited,
    forget,
    gone,
    happened,
    post,
    right,
    settled,
    with_record,
)
from tests.simulation.simulated_world import SimulatedWorld

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


def _in_order() -> SimulatedWorld:
    """Return a world in which a full audit has just found all in order."""
    world = settled(*EVERYTHING)
    audited(world)
    world.full_audit_every = DAY
    assert _audit(world).in_order
    assert _audit(world).full_began == world.now
    return world


def _audit(world: SimulatedWorld) -> Checkpoint:
    return world.index.checkpoint(CheckpointName.AUDIT)


def _is_full(world: SimulatedWorld, minutes: float = 61) -> bool:
    """Let an audit come to its end; return whether it was a full one."""
    audited(world, minutes=minutes)
    assert _audit(world).phase is Phase.DONE
    assert _audit(world).finished == world.now
    return _audit(world).full_began == world.now


def _write_another_stylesheet(world: SimulatedWorld) -> None:
    """Leave what a run that died has written, of a section that another run has just refreshed."""
    world.refresher.refresh("site")
    key = next(key for key in world.site._objects if key.endswith(".css"))
    stored, data = world.site._objects[key]
    other = "_bucketpress/style.0123456789.css"
    world.site._objects[other] = replace(stored, key=other), data


def test_while_nothing_changes_only_listings_are_compared_until_a_day_is_over() -> None:
    for minutes, full in ((61, False), (DAY / MINUTE - 1, False), (DAY / MINUTE, True)):
        world = _in_order()
        with_record(world, "posts/b.md", generation="0/test")  # what no listing tells of

        assert _is_full(world, minutes=minutes) == full
        assert ("posts/b.md" in world.sources.bodies()) == full


def test_whatever_changes_in_a_bucket_is_found_by_the_next_audit_in_parts_of_any_size() -> None:
    changes = (
        (lambda world: post("new").happen(world), "posts/new.md"),
        (lambda world: post("b", "Edited").happen(world), "posts/b.md"),
        (lambda world: gone("b").happen(world), "posts/b.md"),
        (lambda world: world.site.tamper("tags/y/index.html", "delete"), "head:tag:y"),
        (lambda world: world.site.tamper("2010/01/a/index.html", "overwrite"), "post:/2010/01/a/"),
        (lambda world: world.site.tamper("2010/01/a/index.html", "copy"), "post:/zz/2010/01/a/"),
    )
    for change, name in changes:
        for limits in SHORT:
            world = _in_order()
            change(world)
            found = audited(world, limits=limits)

            assert found.divergences == {name}
            assert _audit(world).full_began is not None


def test_an_audit_that_found_something_is_followed_by_a_full_one() -> None:
    world = _in_order()
    post("b", "Edited").happen(world)
    audited(world)
    assert not _audit(world).in_order

    world.come_due()
    assert _is_full(world)
    assert _audit(world).in_order
    right(world)
    assert not _is_full(world)


def test_an_audit_asked_for_is_a_full_one() -> None:
    world = _in_order()
    assert not _is_full(world)
    Repairs(index=world.index).start_audit()
    forget(world)

    assert _is_full(world, minutes=1)


def test_other_software_is_looked_at_in_full() -> None:
    world = _in_order()
    world.software = "other"
    world.come_due()

    assert _is_full(world)
    assert not _is_full(world)


def test_an_audit_during_a_rebuild_does_not_say_that_all_is_in_order() -> None:
    world = settled(*EVERYTHING)
    world.software = "other"

    audited(world)

    assert not _audit(world).in_order


def test_an_audit_that_only_listed_leaves_known_how_much_a_full_one_reads() -> None:
    world = _in_order()
    total = _audit(world).total

    assert total > 0
    assert not _is_full(world)
    assert _audit(world).total == total


def test_an_audit_that_sent_again_what_changed_just_now_is_followed_by_a_full_one() -> None:
    untold = Outbox(sections=frozenset({"head:all"}))
    for change in (
        lambda world: with_record(world, "posts/b.md", outbox=untold),
        lambda world: world.site.tamper("2010/02/b/index.html", "overwrite"),
        _write_another_stylesheet,
    ):
        world = _in_order()
        happened(world, post("b", "Edited"))
        change(world)
        Repairs(index=world.index).start_audit()

        found = audited(world, minutes=1)

        assert found.divergences == set()
        assert found.keys or found.sections
        assert _is_full(world)  # what was sent is lost
