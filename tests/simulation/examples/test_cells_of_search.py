"""How search parts its posts into segments: each change alone, and what has to come of it."""

from bucketpress.adapters.memory_stores import MemorySearchObjects
from bucketpress.adapters.parallel import OneByOne
from bucketpress.records.section_record import SectionRecord
from bucketpress.services.queries.search_library import SearchLibrary
from tests.simulation.actions import Action, Delete, Upload
from tests.simulation.examples.worlds import (
    SITE,
    asked,
    forget,
    gone,
    happened,
    interrupted,
    post,
    right,
    run,
    settled,
    with_record,
)
from tests.simulation.rendering import SEGMENT_LIMITS
from tests.simulation.simulated_world import SimulatedWorld
from tests.simulation.stepping import Fate
from tests.support.world import SITE_YAML

DATES = ("2010-01-01", "2010-04-01", "2010-07-01", "2010-07-02", "2010-07-03", "2010-10-01")
QUARTERS = {"2010-q1", "2010-q2", "2010-q3", "2010-q4"}
FIVE = tuple(post(f"q{number}", date=date) for number, date in enumerate(DATES[:5]))
SIXTH = post("q5", date=DATES[5])
LONG = " ".join(f"word{number}" for number in range(200))
SAME_DAY = tuple(post(f"d{number}", date="2010-02-01") for number in range(9))
PAGES = tuple(Upload(f"pages/p{number}.md", f"# Page {number}\n".encode()) for number in range(7))


def _segments(world: SimulatedWorld) -> set[str]:
    return {
        key.removeprefix("_search/").removesuffix(".segment")
        for key, stored in world.site.objects.items()
        if key.endswith(".segment") and stored.status is None
    }


def test_a_year_is_one_segment_until_it_has_too_many_posts_and_again_when_it_has_few() -> None:
    assert len(FIVE) == SEGMENT_LIMITS.posts
    world = settled(SITE, *FIVE)
    assert _segments(world) == {"2010"}

    happened(world, SIXTH)
    assert _segments(world) == QUARTERS
    right(world)

    happened(world, gone("q0"))
    assert _segments(world) == {"2010"}
    right(world)


def test_no_post_is_missed_while_a_cell_is_split() -> None:
    long = post("q1", date=DATES[1], text=LONG)
    for before, change in ((FIVE, SIXTH), (SAME_DAY[:5], SAME_DAY[5]), (FIVE, long)):
        world = _published((SITE, *before), change, "")
        for _ in range(200):
            body = next(iter(world.pages.bodies()), None)
            if body is None:
                break
            world.take("pages", body)
            run(world.handler("pages", body, asked("pages", world)), lambda _call: Fate.GO)
            edition = SearchLibrary(objects=MemorySearchObjects(world.site), parallel=OneByOne()).edition()
            assert sum(segment.count for segment in edition.index.segments) >= len(before)
        assert len(_segments(world)) > 1
        right(world)


def test_posts_of_one_day_are_parted_as_well() -> None:
    world = settled(SITE, *SAME_DAY)

    assert all(name.startswith("2010-02-00000") for name in _segments(world))
    assert len(_segments(world)) > 1
    right(world)
    for number in range(4):
        happened(world, gone(f"d{number}"))
        right(world)
    assert _segments(world) == {"2010"}


def test_an_edit_in_a_narrow_cell_is_found() -> None:
    world = settled(SITE, *SAME_DAY)

    happened(world, post("d1", date="2010-02-01", text="Other."))

    right(world)


def test_a_text_that_changes_behind_its_summary_is_found() -> None:
    world = settled(SITE, post("q0", description="Short.", text="One."))

    happened(world, post("q0", description="Short.", text="Two."))

    right(world)


def test_pages_are_parted_as_well() -> None:
    world = settled(SITE, *PAGES)

    assert len(_segments(world)) > 1
    right(world)
    happened(world, Delete("pages/p0.md"), Delete("pages/p1.md"))
    assert _segments(world) == {"pages"}
    right(world)


def test_texts_that_are_too_long_are_parted_though_they_are_few() -> None:
    world = settled(SITE, *FIVE)

    happened(world, post("q1", date=DATES[1], text=LONG))
    assert _segments(world) == QUARTERS - {"2010-q4"}
    right(world)

    happened(world, post("q1", date=DATES[1]))
    assert _segments(world) == {"2010"}
    right(world)


def test_a_post_that_moves_leaves_the_segment_it_was_in() -> None:
    world = settled(SITE, *FIVE, SIXTH)
    for date in ("2010-04-02", "2009-01-01", "2010-10-01"):
        happened(world, post("q5", date=date))
        right(world)


def test_what_changes_while_a_cell_becomes_one_segment_again_is_in_it() -> None:
    for change in (post("q4", date=DATES[4], text="Other."), post("q0", date=DATES[0]), gone("q3")):
        for world in interrupted(
            lambda: _published((SITE, *FIVE, SIXTH), gone("q0"), "search:2010"),
            ("pages", "search:2010"),
            lambda here, action=change: happened(here, action),
        ):
            right(world)


def test_a_text_that_becomes_short_while_its_length_begins_to_split_a_cell_is_seen() -> None:
    long = post("q1", date=DATES[1], text=LONG)
    for world in interrupted(
        lambda: _published((SITE, *FIVE, SIXTH, long), gone("q0"), "search:2010"),
        ("pages", "search:2010"),
        lambda here: happened(here, post("q1", date=DATES[1])),
    ):
        assert _segments(world) == {"2010"}
        right(world)


def test_a_site_that_wants_no_search_has_none_however_many_segments_it_had() -> None:
    world = settled(SITE, *FIVE, *SAME_DAY, SIXTH)

    happened(world, Upload("site.yaml", SITE_YAML + b"search: false\n"))
    assert _segments(world) == set()
    right(world)

    happened(world, SITE)
    assert len(_segments(world)) > 4
    right(world)


def test_a_segment_whose_message_was_lost_is_made_in_the_next_rolling_pass() -> None:
    world = settled(SITE, *FIVE, SIXTH)
    for name in ("search:2010-q1", "search:2010-q4"):
        _unmake(world, world.index.section(name))
    assert _segments(world) == QUARTERS - {"2010-q1", "2010-q4"}

    world.roll_on()

    assert _segments(world) == QUARTERS
    right(world)


def test_what_software_without_a_listing_of_search_has_left_is_made_again_by_a_rebuild() -> None:
    actions: tuple[Action, ...] = (SITE, *FIVE, SIXTH, *PAGES)
    world = settled(*actions)
    made = _segments(world)
    del world.index._listings["search"]
    for key in world.index._records:
        with_record(world, key, in_search=False)
    for name in [name for name in world.index._sections if name.startswith("search:")]:
        _unmake(world, world.index.section(name))
    forget(world)

    world.software = "other"
    world.come_due()
    world.come_due()

    assert _segments(world) == made
    right(world)


def _published(before: tuple[Action, ...], action: Action, section: str) -> SimulatedWorld:
    """Return a world in which something was published, and the message about one section was taken."""
    world = settled(*before)
    action.happen(world)
    world.deliver_all(but="pages")
    world.pages.messages[:] = [message for message in world.pages.messages if message.body != section]
    return world


def _unmake(world: SimulatedWorld, record: SectionRecord) -> None:
    """Leave everything as it was before a section was ever made."""
    for key in record.artifacts:
        del world.site._objects[key]
        world.site.ever_live.discard(key)
    del world.index._sections[record.name]
    world.index._children["search"].pop(record.name, None)
