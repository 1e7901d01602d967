"""Two runs at once, one stopped in the middle while the other does its work: the first has to see it."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from bucketpress.content.post import State
from bucketpress.records.checkpoint import CheckpointName, Phase
from tests.simulation.actions import Action, Deploy, Purge, Upload
from tests.simulation.examples.worlds import (
    EVERYTHING,
    PICTURE,
    SITE,
    forget,
    gone,
    happened,
    interrupted,
    post,
    right,
    run,
    settled,
    stopped,
    to_the_end,
)
from tests.simulation.simulated_world import SimulatedWorld
from tests.simulation.stepping import Call, Fate, Task
from tests.support.world import RECOLOURED, SITE_YAML, markdown

DRAFT = "zznever"


def _to_the_end(task: Task) -> None:
    to_the_end(task)
    assert task.finished


def _publishing(world: SimulatedWorld, key: str) -> Callable[[], object]:
    return lambda: world.publisher.publish(key)


def _refreshing(world: SimulatedWorld, name: str) -> Callable[[], object]:
    return lambda: world.refresher.refresh(name)


def test_a_run_that_lost_to_one_that_read_less_publishes_what_it_read() -> None:
    world = settled(SITE, post("a", "0"))
    post("a", "1").happen(world)
    first = stopped(_publishing(world, "posts/a.md"), "index.commit")
    post("a", "2").happen(world)
    second = stopped(_publishing(world, "posts/a.md"), "index.commit")
    forget(world)

    _to_the_end(first)
    assert world.index.record("posts/a.md").title == "1"
    _to_the_end(second)

    assert world.index.record("posts/a.md").title == "2"
    happened(world)
    right(world)


def test_a_run_that_is_passed_by_an_edit_does_not_undo_it() -> None:
    for now in (post("a", "2"), gone("a"), post("a", DRAFT, draft="true"), post("a", "0")):
        for world in interrupted(
            lambda: _begun((SITE, post("a", "0")), post("a", "1")),
            ("sources", "posts/a.md"),
            lambda here, action=now: happened(here, action),
        ):
            right(world)


def test_what_settings_or_software_changed_under_a_run_is_seen() -> None:
    for change in (
        Upload("site.yaml", SITE_YAML + b"permalink: /:slug/\n"),
        Upload("site.yaml", SITE_YAML.replace(b"title: ", b"title: New ")),
        Deploy("other"),
    ):
        for world in interrupted(
            lambda: _begun((SITE, post("a")), post("b")),
            ("sources", "posts/b.md"),
            lambda here, action=change: happened(here, action),
        ):
            if isinstance(change, Deploy):
                world.audit()  # A function of before may come to its end afterwards.
            right(world)


def test_a_new_section_refreshed_under_settings_that_change_is_refreshed_again() -> None:
    for change in (
        Upload("site.yaml", SITE_YAML + RECOLOURED),
        Upload("site.yaml", SITE_YAML.replace(b"title: ", b"title: New ")),
    ):
        for name in ("post:/2010/03/b/", "period:all:2010-03", "head:tag:x"):
            for world in interrupted(
                lambda section=name: _published((SITE, post("a")), post("b", date="2010-03-01", tags="[x]"), section),
                ("pages", name),
                lambda here, action=change: happened(here, action),
            ):
                right(world)


def test_a_section_refreshed_while_its_rows_change_is_right_in_the_end() -> None:
    for name in ("post:/2010/02/a/", "head:tag:x", "period:tag:x:2010"):
        for change in (
            post("a", "2", tags="[x]"),
            post("a", "1", text="Else.", tags="[x]"),
            gone("a"),
            post("a", "2", tags="[x]", slug="one"),
        ):
            for world in interrupted(
                lambda section=name: _published(
                    (SITE, post("a", "0", tags="[x]"), post("b", tags="[x]")),
                    post("a", "1", text="Other.", tags="[x]"),
                    section,
                ),
                ("pages", name),
                lambda here, action=change: happened(here, action),
            ):
                right(world)


def test_a_file_that_is_replaced_while_it_is_copied_is_copied_anew_at_once() -> None:
    world = settled(SITE, Upload("static/one.html", b"one"))
    Upload("static/one.html", b"two").happen(world)
    world.take("sources", "static/one.html")
    world.handler("sources", "static/one.html")()
    forget(world)
    first = stopped(_refreshing(world, "post:/one.html"), "site.copy")
    Purge("static/one.html").happen(world)
    Upload("static/one.html", b"three").happen(world)
    world.take("sources", "static/one.html")
    world.handler("sources", "static/one.html")()
    forget(world)

    _to_the_end(first)

    assert world.site.data("one.html") == b"three"


def test_a_page_whose_post_goes_while_it_is_read_says_so_at_once() -> None:
    world = settled(SITE, post("a"))
    post("a", "Other").happen(world)
    world.take("sources", "posts/a.md")
    world.handler("sources", "posts/a.md")()
    forget(world)
    first = stopped(_refreshing(world, "post:/2010/02/a/"), "index.claims")
    first.step()
    happened(world, gone("a"))

    _to_the_end(first)

    right(world)


def test_a_page_is_never_made_of_the_record_of_one_version_and_the_body_of_another() -> None:
    def edited_and_not_refreshed(world: SimulatedWorld) -> None:
        post("a", "2", text="Three.").happen(world)
        world.take("sources", "posts/a.md")
        world.handler("sources", "posts/a.md")()

    for world in interrupted(
        lambda: _published((SITE, post("a", "0", text="One.")), post("a", "1", text="Two."), "post:/2010/02/a/"),
        ("pages", "post:/2010/02/a/"),
        edited_and_not_refreshed,
    ):
        happened(world)
        right(world)


def test_what_older_software_publishes_late_in_a_rebuild_is_published_again() -> None:
    world = settled(SITE, post("a"))
    Deploy("other").happen(world)
    world.tick()
    post("a", "1").happen(world)
    world.publisher.publish("posts/a.md")
    world.sources.messages.clear()  # The rebuild has sent it before.
    assert world.index.record("posts/a.md").generation.endswith("/test")
    assert world.index.checkpoint(CheckpointName.REBUILD).is_under_way

    world.come_due()
    assert world.index.record("posts/a.md").generation.endswith("/other")
    assert world.index.checkpoint(CheckpointName.REBUILD).phase is Phase.DONE


def test_a_refresh_that_loses_after_it_looked_looks_again() -> None:
    world = _published((SITE, post("a")), post("a", "1"), "head:all")
    world.site.lose("index.html")  # So that the section's record is not trusted a second time.
    made: list[str] = []

    def writes_after_looking(call: Call) -> Fate:
        made.append(call.name)
        return Fate.DIE_BEFORE if call.name == "site.put" and made.count("index.sections_and_settings") > 1 else Fate.GO

    rival = partial(run, _refreshing(world, "head:all"), lambda _: Fate.GO)
    task = run(_refreshing(world, "head:all"), writes_after_looking, rival)

    assert task.finished, made
    assert made.count("index.sections_and_settings") == 3
    happened(world)
    right(world)


def test_what_was_found_after_new_settings_is_not_written_over_with_older_ones() -> None:
    world, key = settled(SITE, post("a")), "search/index.html"
    first = Task(name="first", handler=_refreshing(world, "site"))
    first.start()
    while first.pending is not None and (first.pending.name, first.pending.arguments) != ("site.head", (key,)):
        first.step()

    happened(world, Upload("site.yaml", SITE_YAML.replace(b"title: ", b"title: New ")))
    renamed = world.site.data(key)
    while not first.over:
        first.step()
        assert world.site.data(key) == renamed

    assert first.finished
    happened(world)
    right(world)


def test_a_file_uploaded_while_a_draft_that_shows_it_comes_is_held_back() -> None:
    for key, folder in (("posts/p.png", "a"), ("posts/x/p.png", "x/index")):
        draft = post(folder, DRAFT, text="![p](p.png)", draft="true")
        for world in interrupted(
            lambda at=key: _begun((SITE,), Upload(at, PICTURE)),
            ("sources", key),
            lambda here, action=draft: happened(here, action),
        ):
            assert world.index.record(key).state is State.DRAFT
            right(world)


def test_a_file_uploaded_while_its_post_is_published_is_public() -> None:
    for world in interrupted(
        lambda: _begun(
            (SITE, post("x/index", DRAFT, text="![p](p.png)", draft="true")), Upload("posts/x/p.png", PICTURE)
        ),
        ("sources", "posts/x/p.png"),
        lambda here: happened(here, post("x/index", text="![p](p.png)")),
    ):
        assert world.index.record("posts/x/p.png").state is State.PUBLISHED
        right(world)


def test_a_link_to_a_post_that_moves_meanwhile_leads_where_it_went() -> None:
    for change in (post("a", slug="one"), gone("a")):
        for world in interrupted(
            lambda: _begun((SITE, post("a")), post("b", text="See [a](a.md).")),
            ("sources", "posts/b.md"),
            lambda here, action=change: happened(here, action),
        ):
            right(world)


def test_two_that_want_one_path_end_with_the_smaller_key() -> None:
    for one, other in (("a", "b"), ("b", "a")):
        for world in interrupted(
            lambda name=one: _begun((SITE,), post(name, slug="one")),
            ("sources", f"posts/{one}.md"),
            lambda here, name=other: happened(here, post(name, slug="one")),
        ):
            right(world)


def test_neighbours_that_come_at_once_know_each_other() -> None:
    for world in interrupted(
        lambda: _begun((SITE, post("a", date="2010-01-01"), post("d", date="2010-04-01")), post("b")),
        ("sources", "posts/b.md"),
        lambda here: happened(here, post("c", date="2010-03-01")),
    ):
        right(world)


def _begun(before: tuple[Action, ...], action: Action) -> SimulatedWorld:
    """Return a world in which something has just happened, and its message was taken."""
    world = settled(*before)
    action.happen(world)
    forget(world)
    return world


def _published(before: tuple[Action, ...], action: Action, section: str) -> SimulatedWorld:
    """Return a world in which something was published, and the message about one section was taken."""
    world = settled(*before)
    action.happen(world)
    world.deliver_all(but="pages")
    world.pages.messages[:] = [message for message in world.pages.messages if message.body != section]
    return world


def test_an_outbox_added_to_while_it_is_cleared_stays_full() -> None:
    world = settled(SITE, post("a", tags="[x]"))
    post("a", "1", tags="[y]").happen(world)
    first = stopped(_publishing(world, "posts/a.md"), "index.clear_outbox")
    post("a", "2", tags="[z]").happen(world)
    second = stopped(_publishing(world, "posts/a.md"), "pages.send")
    _to_the_end(first)
    assert "head:tag:z" in world.index.record("posts/a.md").outbox.sections
    second.abandon()
    forget(world)

    world.audit()

    right(world)


def test_a_sections_outbox_added_to_while_it_is_cleared_stays_full() -> None:
    name = "period:tag:x:2010"
    world = settled(SITE, post("a", tags="[x]"))
    happened_pages(world, post("b", tags="[x]"), name)
    first = stopped(_refreshing(world, name), "index.clear_section_outboxes")
    happened_pages(world, post("c", tags="[x]"), name)
    second = stopped(_refreshing(world, name), "pages.send")
    _to_the_end(first)

    assert world.index.section(name).outbox == {"head:tag:x"}
    second.abandon()
    forget(world)
    world.audit()
    right(world)


def happened_pages(world: SimulatedWorld, action: Upload, but: str) -> None:
    """Let something happen and everything be done but one section."""
    action.happen(world)
    world.deliver_all(but="pages")
    world.pages.messages[:] = [message for message in world.pages.messages if message.body not in {but, "head:tag:x"}]
    world.deliver_all()


def test_a_publish_that_dies_anywhere_is_finished_by_its_message() -> None:
    cases: tuple[tuple[tuple[Action, ...], Action, str], ...] = (
        ((SITE, post("a"), post("c", text="See [a](a.md).")), post("a", slug="one", tags="[x]"), "posts/a.md"),
        ((SITE, post("b", slug="one")), post("a", slug="one"), "posts/a.md"),
        ((SITE, post("a", slug="one"), post("b", slug="one")), gone("a"), "posts/a.md"),
        (EVERYTHING, Upload("posts/x/index.md", markdown(DRAFT, draft="true")), "posts/x/index.md"),
        (EVERYTHING, Upload("site.yaml", SITE_YAML + RECOLOURED), "site.yaml"),
        (EVERYTHING, gone("moved"), "posts/moved.md"),
    )
    for before, action, key in cases:
        _dies_anywhere(settled(*before), action, lambda world, its=key: world.publisher.publish(its), ("sources", key))


def test_a_refresh_that_dies_anywhere_is_finished_by_its_message() -> None:
    for name in ("post:/2010/02/a/", "head:tag:x", "period:tag:x:2010", "period:all:2010-02", "post:/2010/02/one/"):
        world = settled(SITE, post("a", tags="[y]"), post("b", tags="[x]"))
        action = post("a", tags="[x]", slug="one")
        action.happen(world)
        world.deliver_all(but="pages")
        world.take("pages", name)
        _dies_anywhere(world, None, lambda here, its=name: here.refresher.refresh(its), ("pages", name))


def _dies_anywhere(
    settled_world: SimulatedWorld,
    action: Action | None,
    handle: Callable[[SimulatedWorld], object],
    message: tuple[str, str],
) -> None:
    number = 0
    while True:
        world = settled_world.fork()
        if action is not None:
            action.happen(world)
            world.take(*message)
        calls = iter(range(1000))

        def fate(_call: object, last: int = number, count: object = calls) -> Fate:
            return Fate.DIE_AFTER if next(count) == last else Fate.GO

        task = Task(name="dying", handler=lambda here=world: handle(here))
        task.start()
        while not task.over:
            task.step(fate(task.pending))
        if task.finished:
            return
        world.put_back(*message)
        happened(world)
        mistakes = world.mistakes()
        assert not mistakes, (message, number, mistakes)
        number += 1


def test_a_handler_meanwhile_is_not_run_twice() -> None:
    world = settled(SITE)
    ran: list[str] = []
    post("a").happen(world)
    forget(world)

    run(
        _publishing(world, "posts/a.md"),
        lambda call: Fate.DIE_BEFORE if call.writes else Fate.GO,
        lambda: ran.append("meanwhile"),
    )

    assert ran == ["meanwhile"]
    assert world.index.record("posts/a.md").state is State.PUBLISHED


def test_settings_changed_often_are_told_apart_from_those_before() -> None:
    stored = settled(SITE).index.settings()
    for revision, other, older in ((9, 10, True), (10, 9, False), (2, 10, True), (10, 10, False)):
        assert replace(stored, revision=revision).are_older_than(f"{other}/test") is older
