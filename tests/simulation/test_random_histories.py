"""Random histories with faults everywhere: the site always comes to be the clean build."""

import os
import random
from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.simulation.scheduling import Faults
from tests.simulation.simulated_world import START, SimulatedWorld
from tests.support.world import SITE_YAML, markdown

SEEDS = int(os.environ.get("SEEDS", "300"))
FIRST_SEED = int(os.environ.get("FIRST_SEED", "0"))

SETTINGS = (
    SITE_YAML,
    SITE_YAML + b"permalink: /:slug/\n",
    SITE_YAML + b"description: Other\n",
    SITE_YAML.replace(b"UTC", b"Pacific/Honolulu"),
    SITE_YAML.replace(b"UTC", b"Pacific/Auckland"),
)
Author = Callable[[SimulatedWorld], None]
NAMES = ("a", "b", "c")


def authors(chance: random.Random) -> list[Author]:
    """Make up what authors do in one history."""
    return [_upload("site.yaml", SITE_YAML), *(_action(chance) for _ in range(chance.randint(2, 7)))]


def _action(chance: random.Random) -> Author:
    key = f"posts/{chance.choice(NAMES)}.md"
    kind = chance.randrange(12)
    if kind == 0:
        return _delete(key)
    if kind == 1:
        return _upload("site.yaml", chance.choice(SETTINGS))
    if kind == 2:
        return lambda world: setattr(world, "now", world.now + timedelta(minutes=7))
    if kind == 3:
        return _upload(
            f"posts/x/{chance.choice(['index.md', 'p.png'])}", markdown("X", draft=chance.choice(["true", "false"]))
        )
    if kind == 4:
        return _delete(f"posts/x/{chance.choice(['index.md', 'p.png'])}")
    if kind == 5:
        return _upload(key, b"\xff bad")
    if kind == 6:
        return _upload("static/one.html", chance.choice([b"one", b"two"]))
    return _upload(key, _post(chance))


def _post(chance: random.Random) -> bytes:
    """Make up a post that may be a draft, move, expire, or want what another source wants."""
    later = (START + timedelta(minutes=10)).isoformat()
    front = {"draft": "true"} if chance.random() < 0.15 else {}
    if chance.random() < 0.4:
        front["slug"] = chance.choice(["one", "two"])
    if chance.random() < 0.2:
        front["aliases"] = "[/old/, /one/]"
    if chance.random() < 0.1:
        front["url"] = "/one.html"
    if chance.random() < 0.1:
        front["expires"] = later
    if chance.random() < 0.5:
        front["tags"] = chance.choice(["[x]", "[y]", "[x, y]"])
    date = chance.choice(["2010-01-31", "2010-02-01", "2010-02-02", "2010-01-01T05:00:00+00:00", later])
    text = chance.choice(["Text.", "Other.", "See [b](b.md).", "See [a](a.md)."])
    return markdown(chance.choice(["T", "U"]), date, text, **front)


def _upload(key: str, data: bytes) -> Author:
    def act(world: SimulatedWorld) -> None:
        world.scheduler.history.append(f"AUTHOR uploads {key} {data!r}")
        world.content.upload(key, data)
        world.notify(key)

    return act


def _delete(key: str) -> Author:
    def act(world: SimulatedWorld) -> None:
        world.scheduler.history.append(f"AUTHOR deletes {key}")
        if world.content.head(key):
            world.content.delete(key)
        world.notify(key)

    return act


def play(seed: int) -> SimulatedWorld:
    """Play the history of a seed."""
    chance = random.Random(seed * 7919)
    faults = Faults(
        crash=chance.choice([0, 0.01, 0.03]),
        throttle=chance.choice([0, 0.01]),
        lost_answer=chance.choice([0, 0.02]),
        zombie=chance.choice([0, 0.02]),
        duplicate=chance.choice([0, 0.2]),
        drop=chance.choice([0, 0, 0.1]),
    )
    world = SimulatedWorld(seed, faults)
    world.run(authors(chance))
    return world


@pytest.mark.parametrize("hundred", range((SEEDS + 99) // 100))
def test_the_site_comes_to_be_the_clean_build(hundred: int) -> None:
    for seed in range(FIRST_SEED + hundred * 100, FIRST_SEED + min(SEEDS, hundred * 100 + 100)):
        world = play(seed)

        assert world.differences() == [], f"seed {seed}:\n" + "\n".join(world.scheduler.history)
