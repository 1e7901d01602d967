"""The simulation itself: it sees what is wrong, and tells it by a history that is small and can be played again."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from greenlet import getcurrent

from bucketpress.site.artifact import Artifact
from tests.simulation.actions import Delete, Upload, Wait
from tests.simulation.histories import Faults, History, Played, Player, line_of, random_history
from tests.simulation.mutants import MUTANTS, Mutant, text_of
from tests.simulation.oracle import NEVER
from tests.simulation.shrinking import shrink
from tests.simulation.simulated_world import SimulatedWorld
from tests.support.world import SITE_YAML, markdown

SITE = Upload("site.yaml", SITE_YAML)


def _settled(*actions: Upload | Delete) -> SimulatedWorld:
    world = SimulatedWorld()
    for action in (SITE, *actions):
        action.happen(world)
        world.deliver_all()
    world.come_due()
    return world


def _vandalise(world: SimulatedWorld, key: str, **changes: object) -> None:
    stored = world.site.head(key)
    vandal = Artifact(key=key, data=world.site.data(key) if stored else b"", content_type="text/html", **changes)
    world.site.put(vandal, expected=stored.etag if stored else None)


def test_a_site_in_order_has_no_mistake() -> None:
    world = _settled(Upload("posts/a.md", markdown("A", tags="[x]")), Upload("posts/b.md", markdown("B")))

    assert world.mistakes() == []


def test_a_page_that_is_not_that_of_the_clean_build_is_seen() -> None:
    world = _settled(Upload("posts/a.md", markdown("A")))
    world.content.upload("posts/a.md", markdown("Other"))

    assert "2010/03/a/index.html differs from the clean build" in world.mistakes()


def test_something_unpublished_is_seen_though_it_was_shown_for_a_moment_only() -> None:
    world = _settled(Upload("posts/a.md", markdown("A")))
    kept = world.site.data("index.html")
    world.site.put(replace(_artifact("index.html"), data=NEVER.encode()), expected=_etag(world, "index.html"))
    world.site.put(replace(_artifact("index.html"), data=kept), expected=_etag(world, "index.html"))

    assert f"index.html shows {NEVER}" in world.mistakes()


def test_an_address_that_should_lead_on_and_is_only_gone_is_seen() -> None:
    world = _settled(Upload("posts/a.md", markdown("A")), Upload("posts/a.md", markdown("A", slug="b")))
    _vandalise(world, "2010/03/a/index.html", status=410)

    assert any("/2010/03/a/ answers" in mistake for mistake in world.mistakes())


def test_a_redirect_that_leads_to_another_redirect_is_seen() -> None:
    world = _settled(Upload("posts/a.md", markdown("A")), Upload("posts/a.md", markdown("A", slug="b")))
    _vandalise(world, "2010/03/a/index.html", status=301, redirect_to="/2010/03/a/")

    assert "2010/03/a/index.html no longer answers" in world.mistakes()


def test_a_post_that_should_be_there_is_missed_without_a_clean_build() -> None:
    world = _settled()
    world.content.upload("posts/a.md", markdown("A"))

    assert "posts/a.md is not published" in world.mistakes()


def test_an_audit_that_finds_something_at_rest_is_seen() -> None:
    world = _settled(Upload("posts/a.md", markdown("A")))
    assert world.needless() == []

    world.site.lose("2010/03/a/index.html")

    assert "upkeep at rest sends post:/2010/03/a/" in world.needless()


def test_older_rows_written_over_newer_ones_are_seen() -> None:
    world = _settled(Upload("posts/a.md", markdown("A")))
    expected = _etag(world, "index.html")
    world.index.rows_read[getcurrent()] = 0

    world.site.put(replace(_artifact("index.html"), data=b"older"), expected=expected)

    assert "index.html is written from older rows than it was made from" in world.mistakes()


def test_a_page_made_of_two_versions_is_seen() -> None:
    world = _settled(
        Upload("posts/a.md", markdown("A", text="First.")), Upload("posts/a.md", markdown("B", text="Second."))
    )
    mixed = world.site.data("2010/03/a/index.html").replace(b">B<", b">A<")

    world.site.put(
        replace(_artifact("2010/03/a/index.html"), data=mixed), expected=_etag(world, "2010/03/a/index.html")
    )

    assert "2010/03/a/index.html has the title of one version and the text of another" in world.mistakes()


def test_a_history_played_again_by_its_choices_is_the_same_history() -> None:
    first = Player(random_history(7)).play()

    again = Player(first.history).play()

    assert [line_of(entry) for entry in again.log] == [line_of(entry) for entry in first.log]
    assert again.calls == first.calls > 0


def test_a_history_that_goes_wrong_is_made_small() -> None:
    wrong = History(
        (SITE, Wait(3), Upload("posts/b.md", markdown("B")), Upload("posts/a.md", markdown("A"))), Faults(die=5)
    )

    class Careless(Player):
        def _at_rest(self) -> list[str]:
            return ["a.md was uploaded"] if self.world.content.head("posts/a.md") else []

    played = Careless(wrong).play()

    small = shrink(played, Careless)

    assert small.history.actions == (wrong.actions[-1],)
    assert small.history.faults == Faults()
    assert isinstance(small, Played)


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_planted_bug_fits_the_module_it_is_for(mutant: Mutant) -> None:
    compile(text_of(mutant), mutant.module, "exec")


def test_a_planted_bug_uses_only_names_that_there_are(tmp_path: Path) -> None:
    for number, mutant in enumerate(MUTANTS):
        (tmp_path / f"bug_{number}.py").write_text(text_of(mutant))

    found = subprocess.run(
        [Path(sys.executable).with_name("ruff"), "check", "--isolated", "--no-cache", "--select", "F821", tmp_path],
        capture_output=True,
        text=True,
        check=False,
    )

    assert found.returncode == 0, found.stdout


def _artifact(key: str) -> Artifact:
    return Artifact(key=key, data=b"", content_type="text/html")


def _etag(world: SimulatedWorld, key: str) -> str:
    stored = world.site.head(key)
    assert stored is not None
    return stored.etag
