"""Random histories with faults everywhere: the site always comes to be the clean build."""

import pytest

from tests.simulation.histories import Player, line_of, random_history

SEEDS = 300


@pytest.mark.parametrize("hundred", range(SEEDS // 100))
def test_the_site_comes_to_be_the_clean_build(hundred: int) -> None:
    for seed in range(hundred * 100, hundred * 100 + 100):
        played = Player(random_history(seed)).play()

        assert played.mistakes == [], f"seed {seed}:\n" + "\n".join([*map(line_of, played.log), *played.mistakes])
