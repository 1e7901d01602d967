"""Situations in which two handlers can get in each other's way, and the pairs of handlers each of them gives."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from bucketpress.content.source_keys import SETTINGS_KEY
from bucketpress.services.parts import PART_LIMITS
from bucketpress.site.layout import parent_section
from tests.simulation.actions import START, Action, Delete, Deploy, LoseTable, Purge, Upload, Wait
from tests.simulation.oracle import NEVER, NOT_BEFORE
from tests.simulation.simulated_world import FEW_LISTED, SimulatedWorld
from tests.simulation.systematic_search import Handler, Pair
from tests.support.pictures import png
from tests.support.world import RECOLOURED, SITE_YAML, markdown

SOON = START + timedelta(minutes=5)
SITE = Upload(SETTINGS_KEY, SITE_YAML)


@dataclass(frozen=True, slots=True)
class Scenario:
    """What was so before, what happens first, and what happens while that is still being worked on.

    On a `busy` site a month of two posts has parts.
    """

    name: str
    before: tuple[Action, ...]
    first: tuple[Action, ...]
    then: tuple[Action, ...] = ()
    busy: bool = False


def post(key: str, title: str = "T", date: str = "2010-02-01", text: str = "Text.", **front: str) -> Upload:
    return Upload(f"posts/{key}.md", markdown(title, date, text, **front))


def gone(key: str) -> Delete:
    return Delete(f"posts/{key}.md")


A, A2, A3 = post("a"), post("a", "U", text="Other."), post("a", "V")
B = post("b", date="2010-02-02")
# On a busy site b and c begin parts, a and d do not.
C3, D4 = post("c", date="2010-02-03"), post("d", date="2010-02-04")
DRAFT = post("a", f"T {NEVER}", draft="true")
LATER = post("a", f"T {NOT_BEFORE}{SOON:%Y%m%dt%H%M}z", date=SOON.isoformat())
EMBARGOED = post("a", f"T {NOT_BEFORE}{SOON:%Y%m%dt%H%M}z", publishDate=SOON.isoformat())
SPELT_DRAFT = post("a", f"T {NEVER}", HIDDEN="Yes")
EMPTY_PAGE = Upload("pages/about.md", b"")
MOVED, MOVED_ON = post("a", slug="one"), post("a", slug="two")
TAGGED, UNTAGGED = post("a", tags="[x]"), post("a", tags="[y]")
RENAMED_SITE = Upload(SETTINGS_KEY, SITE_YAML.replace(b"title: ", b"title: New "))
RECOLOURED_SITE = Upload(SETTINGS_KEY, SITE_YAML + RECOLOURED)
OTHER_SITE = Upload(SETTINGS_KEY, SITE_YAML + b"permalink: /:slug/\n")
OTHER_ZONE = Upload(SETTINGS_KEY, SITE_YAML.replace(b"UTC", b"Pacific/Auckland"))
EDGE = post("a", date="2010-01-31T23:30:00Z")
# Both are the same picture for readers, who do not get what follows its end.
HIDING = Upload("posts/x/p.png", png(3, 2) + b"PK\x03\x04")
PICTURE, OTHER_PICTURE = Upload("posts/x/p.png", png(3, 2)), Upload("posts/x/p.png", png(2, 3))
WIDE, OTHER_WIDE = Upload("posts/x/p.png", png(500, 1)), Upload("posts/x/p.png", png(600, 1))
BUNDLE = Upload("posts/x/index.md", markdown("X", "2010-02-01", "![p](p.png)"))
HELD_BUNDLE = Upload("posts/x/index.md", markdown(f"X {NEVER}", "2010-02-01", "Text.", draft="true"))
LONE, OTHER_LONE = Upload("posts/p.png", png(3, 2)), Upload("posts/p.png", png(2, 3))
SHOWING, ALSO_SHOWING = post("a", text="![p](p.png)"), post("b", text="![p](p.png)")
LINKING, ALSO_LINKING = post("a", text="[p](p.png)"), post("b", text="[p](p.png)")
HELD_SHOWING = post("a", f"T {NEVER}", text="![p](p.png)", draft="true")

# Just large enough for a cover, and one pixel too low for one.
COVER, NO_COVER = Upload("posts/x/p.png", png(1200, 630)), Upload("posts/x/p.png", png(1200, 629))
OTHER_COVER, LONE_COVER = Upload("posts/x/q.png", png(1200, 640)), Upload("posts/p.png", png(1200, 630))
COVERED = Upload("posts/x/index.md", markdown("X", "2010-02-01", image="p.png"))
COVERED_ANEW = Upload("posts/x/index.md", markdown("X", "2010-02-01", image="q.png"))
SHARING, ALSO_SHARING = post("a", image="p.png"), post("b", date="2010-02-02", image="p.png")

SHORT_SITE = Upload(SETTINGS_KEY, SITE_YAML + b"feed_items: 1\nposts_per_page: 1\n")

# As many as fit into one segment here, in all quarters of a year, and one more.
FIRST, SECOND = post("q1", date="2010-01-01"), post("q2", date="2010-04-01")
FIVE = (FIRST, SECOND, *(post(f"q{month - 4}", date=f"2010-{month:02d}-01") for month in (7, 8, 9)))
SIXTH, FIFTH_EDITED = post("q6", date="2010-10-01"), post("q5", date="2010-09-01", text="Other.")
EARLY, SIXTH_MOVED = post("q6", date="2009-10-01"), post("q6", date="2010-01-01")
LONG_SECOND = post("q2", date="2010-04-01", text=" ".join(f"word{number}" for number in range(200)))

SCENARIOS = (
    Scenario("edit", (SITE, A), (A2,), (A3,)),
    Scenario("revert", (SITE, A), (A2,), (A,)),
    Scenario("new post, edited at once", (SITE,), (A,), (A2,)),
    Scenario("the newest of a short front page is edited", (SHORT_SITE, A, B), (post("b", "V", "2010-02-02"),)),
    Scenario("an edit behind a short front page, and it comes forward", (SHORT_SITE, A, B), (A2,), (gone("b"),)),
    Scenario("an edit on a short front page, and it goes behind", (SHORT_SITE, A), (A2,), (B,)),
    Scenario("front pages become longer while a post behind them is edited", (SHORT_SITE, A, B), (SITE,), (A2,)),
    Scenario("unpublish", (SITE, A, B), (DRAFT,), (A2,)),
    Scenario("publish a draft, and take it back", (SITE, DRAFT), (A,), (DRAFT,)),
    Scenario("scheduled, and cancelled before it is due", (SITE, A), (LATER,), (gone("a"),)),
    Scenario("scheduled, and its time comes", (SITE, B), (LATER,), (Wait(6),)),
    Scenario("unpublish by another word", (SITE, A, B), (SPELT_DRAFT,), (A2,)),
    Scenario("an embargo, and its end", (SITE, B), (EMBARGOED,), (Wait(6),)),
    Scenario(
        "a page emptied before it is written again",
        (SITE, Upload("pages/about.md", b"About\n")),
        (EMPTY_PAGE,),
        (Upload("pages/about.md", b"Us\n"),),
    ),
    Scenario("a minute before its time", (SITE, B, LATER), (Wait(4), A2, LATER), (Wait(1),)),
    Scenario("its time comes, and it is edited", (SITE, B, LATER), (Wait(6),), (A2,)),
    Scenario("expires, and is edited", (SITE, post("a", expires=SOON.isoformat())), (Wait(6),), (A2,)),
    Scenario("delete", (SITE, A, B), (gone("a"),), (A,)),
    Scenario("resurrect", (SITE, A, gone("a")), (A,), (gone("a"),)),
    Scenario("an older version comes back", (SITE, A, A2), (Purge("posts/a.md"),), (A3,)),
    Scenario("a bad version, and a good one", (SITE, A), (Upload("posts/a.md", b"\xff"),), (A2,)),
    Scenario("rename", (SITE, A), (MOVED,), (A2,)),
    Scenario("rename back", (SITE, A, MOVED), (A,), (MOVED,)),
    Scenario("rename on", (SITE, A, MOVED), (MOVED_ON,), (A,)),
    Scenario("conflict entering", (SITE, post("b", slug="one")), (MOVED,), (post("b", slug="two"),)),
    Scenario("two new posts want one path", (SITE,), (MOVED,), (post("b", slug="one"),)),
    Scenario("conflict leaving", (SITE, MOVED, post("b", slug="one")), (MOVED_ON,), (gone("b"),)),
    Scenario(
        "conflict passed on",
        (SITE, MOVED, post("b", slug="one"), post("c", slug="one")),
        (gone("a"),),
        (post("b", slug="two"),),
    ),
    Scenario(
        "one that waits for a path leaves, then its owner",
        (SITE, MOVED, post("b", slug="one"), post("c", slug="one")),
        (gone("b"),),
        (gone("a"),),
    ),
    Scenario("a path used again", (SITE, A, gone("a")), (post("b", slug="a"),), (A,)),
    Scenario("a path used again by a later key", (SITE, A, MOVED), (post("b", slug="a"),), (gone("b"),)),
    Scenario("a file renamed by copy", (SITE, post("a", id="one")), (post("b", id="one"),), (gone("a"),)),
    Scenario("a file renamed by move", (SITE, post("a", id="one"), gone("a")), (post("b", id="one"),), (A,)),
    Scenario(
        "a renamed file moves and goes",
        (SITE, post("a", id="one"), post("b", id="one"), gone("a")),
        (post("b", id="one", slug="two"),),
        (gone("b"),),
    ),
    Scenario(
        "of two former owners of a path the second lives",
        (SITE, MOVED, A, post("b", slug="one"), B),
        (gone("a"),),
        (gone("b"),),
    ),
    Scenario(
        "a rival waits while its path is withdrawn, and let in again",
        (SITE, MOVED, post("b", slug="one")),
        (post("a", f"T {NEVER}", slug="one", draft="true"),),
        (MOVED,),
    ),
    Scenario("a bad version behind a removal", (SITE, A), (gone("a"),), (Upload("posts/a.md", b"\xff"),)),
    Scenario("only the update's date changes", (SITE, A, B), (post("a", updated="2010-03-01"),), (A,)),
    Scenario("a tag's year entered and left", (SITE, TAGGED), (post("a", date="2009-02-01", tags="[x]"),), (TAGGED,)),
    Scenario("alias", (SITE, A), (post("a", aliases="[/old/]"),), (A,)),
    Scenario("alias of a page that lives", (SITE, B), (post("a", aliases="[/2010/02/b/]"),), (gone("b"),)),
    Scenario("a post changes its place and keeps its path", (SITE, A, B), (A2,), (post("a", "U", "2010-02-03"),)),
    Scenario("neighbour inserted", (SITE, A, post("c", date="2010-02-03")), (B,), (gone("c"),)),
    Scenario("neighbour leaves", (SITE, A, B, post("c", date="2010-02-03")), (gone("b"),), (A2,)),
    Scenario("two neighbours inserted", (SITE, A), (B,), (post("c", date="2010-02-03"),)),
    Scenario(
        "date moved across months", (SITE, A, B), (post("a", date="2010-03-01"),), (post("b", date="2010-03-02"),)
    ),
    Scenario("date moved across years", (SITE, A, B), (post("a", date="2009-12-31"),), (A,)),
    Scenario("settings changed", (SITE, A), (OTHER_SITE,), (A2,)),
    Scenario("settings changed while a new post arrives", (SITE, A), (B,), (OTHER_SITE,)),
    Scenario("site renamed while a new post arrives", (SITE, A), (B,), (RENAMED_SITE,)),
    Scenario("site recoloured", (SITE, A), (RECOLOURED_SITE,), (B,)),
    Scenario("site recoloured, and back", (SITE, A), (RECOLOURED_SITE,), (SITE,)),
    Scenario("settings changed and changed back", (SITE, A), (OTHER_SITE,), (SITE,)),
    Scenario("software deployed while a post is edited", (SITE, A), (A2,), (Deploy("other"),)),
    Scenario("table lost, and a post edited", (SITE, A, MOVED), (LoseTable(),), (MOVED_ON,)),
    Scenario("table lost, and a post moves back", (SITE, A, MOVED, B), (LoseTable(ticks=1),), (A,)),
    Scenario("table lost, and an address used again", (SITE, A, MOVED), (LoseTable(ticks=2),), (post("b", slug="a"),)),
    Scenario("table lost, and a post removed", (SITE, A, MOVED, B), (LoseTable(ticks=2),), (gone("a"),)),
    Scenario("table lost, and the site renamed", (SITE, A, MOVED), (LoseTable(ticks=2),), (RENAMED_SITE,)),
    Scenario("time zone changed", (SITE, EDGE, B), (OTHER_ZONE,), (SITE,)),
    Scenario("bad settings", (SITE, A), (Upload(SETTINGS_KEY, b"title: [\n"),), (A2,)),
    Scenario("settings removed", (SITE, A), (Delete(SETTINGS_KEY),), (SITE,)),
    Scenario("first settings after the first post", (), (A,), (SITE,)),
    Scenario("tag changed", (SITE, TAGGED), (UNTAGGED,), (TAGGED,)),
    Scenario("last post of a tag leaves", (SITE, TAGGED, B), (gone("a"),), (post("b", date="2010-02-02", tags="[x]"),)),
    Scenario("author changed", (SITE, post("a", author="jane-doe")), (post("a", author="John"),), (A,)),
    Scenario("link to a post that moves", (SITE, post("b", text="See [a](a.md)."), A), (MOVED,), (gone("a"),)),
    Scenario("link to a post that comes", (SITE,), (post("b", text="See [a](a.md)."),), (A,)),
    Scenario("picture before its post", (SITE,), (PICTURE,), (BUNDLE,)),
    Scenario("post of a picture gone before anybody saw it", (SITE,), (BUNDLE, PICTURE), (Delete("posts/x/index.md"),)),
    Scenario("picture of a draft", (SITE, HELD_BUNDLE), (PICTURE,), (BUNDLE,)),
    Scenario("post with a picture withdrawn", (SITE, BUNDLE, PICTURE), (HELD_BUNDLE,), (OTHER_PICTURE,)),
    Scenario("picture of a post without a folder, withdrawn", (SITE, SHOWING, LONE), (HELD_SHOWING,), (SHOWING,)),
    Scenario("picture of a draft without a folder", (SITE, HELD_SHOWING), (LONE,), (SHOWING,)),
    Scenario("draft and the picture it shows, both new", (SITE,), (HELD_SHOWING,), (LONE,)),
    Scenario("draft that shows a picture already there", (SITE, LONE), (HELD_SHOWING,), (gone("a"),)),
    Scenario("picture that two posts show", (SITE, HELD_SHOWING, LONE), (ALSO_SHOWING,), (gone("b"),)),
    Scenario("picture, then the draft that shows it", (SITE,), (LONE,), (HELD_SHOWING,)),
    Scenario("picture, then the post that shows it", (SITE,), (LONE,), (SHOWING,)),
    Scenario("picture of a folder, then its draft", (SITE,), (PICTURE,), (HELD_BUNDLE,)),
    Scenario("draft deleted, then its picture edited", (SITE, HELD_SHOWING, LONE), (gone("a"),), (OTHER_LONE,)),
    Scenario("post of a folder deleted, and back", (SITE, BUNDLE, PICTURE), (Delete("posts/x/index.md"),), (BUNDLE,)),
    Scenario("link to a file comes and goes", (SITE, LONE), (LINKING,), (A,)),
    Scenario("link to a file goes while another comes", (SITE, LONE, LINKING), (A,), (ALSO_LINKING,)),
    Scenario("picture with variants before its post", (SITE,), (WIDE,), (BUNDLE,)),
    Scenario("picture with variants, withdrawn and back", (SITE, BUNDLE, WIDE), (HELD_BUNDLE,), (BUNDLE,)),
    Scenario("picture with variants replaced, and back", (SITE, BUNDLE, WIDE), (OTHER_WIDE,), (WIDE,)),
    Scenario("picture removed while its variants are made", (SITE, BUNDLE), (WIDE,), (Delete("posts/x/p.png"),)),
    Scenario("picture replaced", (SITE, BUNDLE, PICTURE), (OTHER_PICTURE,), (PICTURE,)),
    Scenario("cover before its post", (SITE,), (COVER,), (COVERED,)),
    Scenario("cover late, and withdrawn", (SITE, COVERED), (COVER,), (HELD_BUNDLE,)),
    Scenario("cover withdrawn with its post, and back", (SITE, COVERED, COVER), (HELD_BUNDLE,), (COVERED,)),
    Scenario("cover replaced by a picture too small for one", (SITE, COVERED, COVER), (NO_COVER,), (COVER,)),
    Scenario("image changed alone", (SITE, COVERED, COVER, OTHER_COVER), (COVERED_ANEW,), (COVERED,)),
    Scenario("cover that two posts share", (SITE, SHARING, LONE_COVER), (ALSO_SHARING,), (gone("a"),)),
    Scenario("picture that hides something, and no more", (SITE, BUNDLE, PICTURE), (HIDING,), (PICTURE,)),
    Scenario(
        "picture and its post removed",
        (SITE, BUNDLE, PICTURE),
        (Delete("posts/x/p.png"),),
        (Delete("posts/x/index.md"),),
    ),
    Scenario(
        "file and page want one path",
        (SITE, Upload("static/one/index.html", b"one")),
        (post("a", url="/one/"),),
        (Delete("static/one/index.html"),),
    ),
    Scenario("a segment is split, and another post goes", (SITE, *FIVE), (SIXTH,), (gone("q2"),)),
    Scenario("a segment is put together while a text changes", (SITE, *FIVE, SIXTH), (gone("q1"),), (FIFTH_EDITED,)),
    Scenario("a segment is put together, and split again", (SITE, *FIVE, SIXTH), (gone("q1"),), (FIRST,)),
    Scenario("a text too long for the segment, and short again", (SITE, *FIVE), (LONG_SECOND,), (SECOND,)),
    Scenario("a post moves into a year with enough posts", (SITE, *FIVE, EARLY), (SIXTH_MOVED,), (gone("q3"),)),
    Scenario("a month becomes busy", (SITE, A), (B,), (post("d", date="2010-01-15"),), busy=True),
    Scenario("a month becomes busy while an old post comes", (SITE, B), (C3,), (A,), busy=True),
    Scenario("a month is busy no more", (SITE, A, B), (gone("b"),), (A2,), busy=True),
    Scenario("a post that begins a part comes and goes", (SITE, A, D4), (B,), (gone("b"),), busy=True),
    Scenario("a post of a part is edited while the part gets another", (SITE, A, C3, D4), (A2,), (B,), busy=True),
    Scenario("parts move on while an old post goes", (SITE, A, B, C3), (D4,), (gone("a"),), busy=True),
    Scenario("page", (SITE,), (Upload("pages/about.md", b"About\n\n# About\n"),), (Delete("pages/about.md"),)),
)


QUEUES = ("sources", "ticks", "pages")


def pairs_of(scenario: Scenario, queues: tuple[str, ...] = QUEUES) -> Iterator[Pair]:
    """Give every two handlers that can run at once in a scenario, the first of them with a message of these queues."""
    settled = SimulatedWorld(part_limits=FEW_LISTED if scenario.busy else PART_LIMITS)
    for action in scenario.before:
        action.happen(settled)
        settled.deliver_all()
    settled.come_due()
    first = _after(settled, scenario.first)
    published = first.fork()
    published.deliver_all(but="pages")
    for queue in queues:
        yield from _pairs_of_messages(published if queue == "pages" else first, scenario, queue)
    if "pages" in queues and scenario.then:
        yield from _pairs_of_late_copies(published, scenario)


def _after(world: SimulatedWorld, actions: tuple[Action, ...]) -> SimulatedWorld:
    changed = world.fork()
    for action in actions:
        action.happen(changed)
    return changed


def _pairs_of_messages(world: SimulatedWorld, scenario: Scenario, queue: str) -> Iterator[Pair]:
    """Pair each message of a queue with its twin, with the others, with what happens then, and with the clock."""
    bodies = _bodies(world, queue)
    for number, body in enumerate(bodies):
        message = (queue, body)
        if queue != "ticks":
            rest = _without(world, message)
            yield Pair(world=rest, first=Handler(message), second=Handler(message), twin=True)
            yield Pair(world=rest, first=Handler(message), second=Handler(("ticks", "tick")))
        for other in bodies[number + 1 :]:
            if queue != "pages" or _related(body, other):
                both = _without(_without(world, message), (queue, other))
                yield Pair(world=both, first=Handler(message), second=Handler((queue, other)))
        if scenario.then:
            yield from _pairs_with_then(_without(world, message), scenario, message)


def _pairs_of_late_copies(published: SimulatedWorld, scenario: Scenario) -> Iterator[Pair]:
    """Pair with what happens then a second copy of a page message, long done with: what it writes is nothing new."""
    done = published.fork()
    done.deliver_all()
    for body in _bodies(published, "pages"):
        if parent_section(body) is not None:
            yield from _pairs_with_then(done, scenario, ("pages", body))


def _pairs_with_then(world: SimulatedWorld, scenario: Scenario, message: tuple[str, str]) -> Iterator[Pair]:
    """Pair a message with those that what happens then brings, each beginning with what happens."""
    touches = ("every source", "time", *(f"content {action.key}" for action in scenario.then if hasattr(action, "key")))
    after = _after(world, scenario.then)
    for queue in ("sources", "ticks"):
        for body in dict.fromkeys(_new(world, after, queue)):

            def act(here: SimulatedWorld, queue: str = queue, body: str = body) -> None:
                for action in scenario.then:
                    action.happen(here)
                here.take(queue, body)

            yield Pair(world=world, first=Handler(message), second=Handler((queue, body), act, touches))
    published = after.fork()
    _publish(published)
    # Where publishing sends no further copy of the message, the first handler may be the last that writes.
    again = message if message[1] in published.queue(message[0]).bodies() else ("ticks", "tick")
    everything = ("every source", "every record", *touches, *published.index.differing(world.index))

    def act_and_publish(here: SimulatedWorld) -> None:
        for action in scenario.then:
            action.happen(here)
        _publish(here)
        while again == message and message[1] in here.queue(message[0]).bodies():
            here.take(*message)  # The second handler has them: a copy left over would fix what goes wrong here.

    yield Pair(world=world, first=Handler(message), second=Handler(again, act_and_publish, everything))


def _publish(world: SimulatedWorld) -> None:
    """Do everything that is to be done now but to refresh pages; what a rebuild brings along too."""
    for _ in range(2):
        world.deliver_all(but="pages")
        world.pass_minute()
    world.deliver_all(but="pages")


def _related(one: str, other: str) -> bool:
    return parent_section(one) == other or parent_section(other) == one or parent_section(one) == parent_section(other)


def _bodies(world: SimulatedWorld, queue: str) -> list[str]:
    return list(dict.fromkeys(world.queue(queue).bodies()))


def _new(before: SimulatedWorld, after: SimulatedWorld, queue: str) -> list[str]:
    return after.queue(queue).bodies()[len(before.queue(queue).bodies()) :]


def _without(world: SimulatedWorld, message: tuple[str, str]) -> SimulatedWorld:
    rest = world.fork()
    rest.take(*message)
    return rest
