"""Makes a history that went wrong as small as it can be while it still goes wrong."""

from collections.abc import Iterator
from dataclasses import fields, replace

from tests.simulation.histories import Faults, History, Played, Player

PLAYS = 1500


def shrink(failed: Played, player: type[Player] = Player) -> Played:
    """Leave out actions, faults and choices one after the other, as long as something is still wrong at the end."""
    best, plays = failed, 0
    progress = True
    while progress and plays < PLAYS:
        progress = False
        for candidate in _smaller(best.history):
            plays += 1
            if plays > PLAYS:
                break
            played = player(candidate).play()
            if played.mistakes and _size(played.history) < _size(best.history):
                best, progress = played, True
                break
    return best


def _size(history: History) -> tuple[int, int, int]:
    faults = sum(bool(getattr(history.faults, item.name)) for item in fields(Faults))
    choices = history.choices or ()
    return len(history.actions) + faults, len(choices), sum(map(bool, choices))


def _smaller(history: History) -> Iterator[History]:
    for number in reversed(range(len(history.actions))):
        yield replace(history, actions=history.actions[:number] + history.actions[number + 1 :])
    for item in fields(Faults):
        if getattr(history.faults, item.name):
            yield replace(history, faults=replace(history.faults, **{item.name: type(item.default)(0)}))
    choices = history.choices or ()
    width = len(choices) // 2
    while width:
        for begin in range(0, len(choices), width):
            yield replace(history, choices=choices[:begin] + choices[begin + width :])
            if any(choices[begin : begin + width]):
                yield replace(history, choices=choices[:begin] + (0,) * width + choices[begin + width :])
        width //= 2
