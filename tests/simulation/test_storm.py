"""Two hundred posts in any order, every event twice and a third of the events lost: one audit makes the site right."""

import random

import pytest

from tests.simulation.simulated_world import SimulatedWorld
from tests.support.world import SITE_YAML, markdown

POSTS = 200


@pytest.mark.parametrize("seed", range(3))
def test_one_audit_after_a_storm_makes_the_clean_build(seed: int) -> None:
    chance = random.Random(seed)
    world = SimulatedWorld()
    world.content.upload("site.yaml", SITE_YAML)
    numbers = list(range(POSTS))
    chance.shuffle(numbers)
    for number in numbers:
        date = f"20{9 + number % 2:02}-{number % 12 + 1:02}-{number % 28 + 1:02}"
        tags = f"[t{number % 5}, t{number % 7}]"
        text = f"See [another](p{(number + 1) % POSTS}.md)."
        world.content.upload(f"posts/p{number}.md", markdown(f"Post {number}", date, text, tags=tags))
    keys = [f"posts/p{number}.md" for number in numbers] * 2
    kept = [key for key in keys if chance.random() >= 1 / 3]
    chance.shuffle(kept)
    world.sources.send(kept)
    world.deliver_all()
    missed = POSTS - len(set(kept))

    world.audit()

    assert missed > 0
    assert world.mistakes() == []
