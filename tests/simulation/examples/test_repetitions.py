"""An event for bytes that are there already: nothing is done twice, and nothing is left undone that has to be done."""

from datetime import timedelta

from bucketpress.content.post import State
from bucketpress.records.record import Outbox
from tests.simulation.actions import Action, Upload
from tests.simulation.examples.worlds import EVERYTHING, SITE, forget, gone, happened, post, right, settled, with_record
from tests.simulation.simulated_world import SimulatedWorld

MINUTE = timedelta(minutes=1)


def _again(world: SimulatedWorld, action: Upload) -> list[str]:
    """Let a bucket tell of something that is there already; return the calls to the content bucket."""
    action.happen(world)
    forget(world)
    world.now += MINUTE
    world.publisher.publish(action.key, asked_at=world.now - MINUTE / 2, object_only=True)
    return [*world.sources.bodies(), *world.pages.bodies()]


def test_the_same_bytes_again_send_nothing_and_are_told_of_as_a_new_upload() -> None:
    world = settled(*EVERYTHING)
    before = world.index.record("posts/moved.md")

    sent = _again(world, post("moved", date="2010-02-03", slug="two", id="m"))

    record = world.index.record("posts/moved.md")
    assert sent == []
    assert (record.revision, record.shown, record.changed) == (before.revision + 1, before.shown, before.changed)
    assert record.version == world.content.head("posts/moved.md") != before.version
    assert (record.receipt.since, record.receipt.at) == (world.now, world.now)
    assert (record.receipt.asked_at, record.receipt.sections) == (world.now - MINUTE / 2, ())
    assert record.receipt.version == record.version.version
    right(world)


def test_the_same_event_again_moves_only_its_last_moment() -> None:
    world = settled(SITE)
    happened(world, post("a"))
    before = world.index.record("posts/a.md").receipt
    world.now += MINUTE

    world.publisher.publish("posts/a.md", asked_at=world.now, object_only=True)

    after = world.index.record("posts/a.md").receipt
    assert (after.since, after.asked_at, after.sections) == (before.since, before.asked_at, before.sections)
    assert after.at == world.now


def test_the_same_bytes_again_are_looked_at_where_anything_else_has_changed() -> None:
    soon = settled(SITE).now + 5 * MINUTE
    scheduled = post("a", date=soon.isoformat())
    expiring = post("a", expires=soon.isoformat())
    for before, change, action, state in (
        ((SITE, scheduled), lambda world: _pass(world, soon), scheduled, State.PUBLISHED),
        ((SITE, expiring), lambda world: _pass(world, soon), expiring, State.EXPIRED),
        (
            (SITE, post("a")),
            lambda world: with_record(world, "posts/a.md", outbox=Outbox(sections=frozenset({"head:all"}))),
            post("a"),
            State.PUBLISHED,
        ),
    ):
        world = settled(*before)
        change(world)
        sent = _again(world, action)

        assert world.index.record("posts/a.md").state is state
        assert sent


def _pass(world: SimulatedWorld, moment: object) -> None:
    world.now = moment - MINUTE


def test_the_same_bytes_after_others_are_read() -> None:
    cases: tuple[tuple[Action, ...], ...] = (
        (Upload("posts/a.md", b"\xff"),),
        (gone("a"),),
        (post("a", "Other"),),
        (Upload("posts/a.md", b"\xff"), Upload("posts/a.md", b"")),
    )
    for between in cases:
        world = settled(SITE, post("a"), *between)
        happened(world, post("a"))

        assert world.index.record("posts/a.md").title == "T"
        assert world.index.record("posts/a.md").receipt.problems == ()
        right(world)


def test_the_same_bytes_under_other_settings_are_read() -> None:
    world = settled(SITE, post("a"))
    Upload("site.yaml", SITE.data + b"permalink: /:slug/\n").happen(world)
    world.publisher.publish("site.yaml", object_only=True)

    _again(world, post("a"))

    assert world.index.record("posts/a.md").path == "/a/"


def test_an_edit_that_a_run_of_the_same_bytes_passes_is_not_undone() -> None:
    world = settled(SITE, post("a", "0"))
    post("a", "1").happen(world)
    happened(world, post("a", "0"))

    assert world.index.record("posts/a.md").title == "0"
    right(world)
