"""Searches for a history that leaves the site wrong: `python -m tests.simulation search|replay|mutants|hunt`."""

import argparse
import gc
import json
import math
import multiprocessing
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor, as_completed
from functools import partial
from itertools import product, takewhile
from pathlib import Path

from tests.simulation import actions
from tests.simulation.example_list import examples, goes_wrong
from tests.simulation.generated_mutants import chosen, explained, judged
from tests.simulation.histories import Faults, History, Played, Player, line_of, random_history
from tests.simulation.mutants import MUTANTS, Verdict, hunt
from tests.simulation.scenarios import SCENARIOS, Scenario, pairs_of
from tests.simulation.shrinking import shrink
from tests.simulation.systematic_search import PREEMPTIONS, Search, Searched

CHUNK = 250
# A search makes many small objects, few of them in circles: to look for these as often as usual costs a seventh.
COLLECT_AFTER = (20_000, 20, 50)
PUBLISHING, REFRESHING = ("sources", "ticks"), ("pages",)
# Random histories up to a seed, then every scenario with so many preemptions: cheapest first.
HUNTS = ((300, 1), (2000, 2))
PROCESSES = int(os.environ.get("PROCESSES", os.cpu_count() or 1))


def main() -> int:
    """Run one of the searches; return 1 when something was found that should not be."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    search = commands.add_parser("search", help="random histories, then the systematic search")
    search.add_argument("--seeds", type=int, default=1000)
    search.add_argument("--first", type=int, default=0)
    search.add_argument("--preemptions", type=int, default=PREEMPTIONS)
    replay = commands.add_parser("replay", help="play a history again that a search has printed")
    replay.add_argument("file", type=Path)
    mutants = commands.add_parser("mutants", help="plant each bug in turn and see that it is caught")
    mutants.add_argument("--only", default="", help="those whose name holds this text")
    mutants.add_argument("--generated", action="store_true", help="bugs made by rule, which unit tests may catch too")
    mutants.add_argument("--budget", type=int, default=60, help="CPU seconds for each of the generated bugs")
    mutants.add_argument("--sample", type=int, default=0, help="try only so many of them, evenly spread")
    mutants.add_argument("--results", type=Path, help="a file of trials: what it says is killed is not tried again")
    mutants.add_argument("--list", action="store_true", help="print them and try none")
    hunt_ = commands.add_parser("hunt", help="search until something is wrong, and say so as JSON")
    hunt_.add_argument("--pages-first", action="store_true", help="begin with handlers of page messages")
    hunt_.add_argument("--module", default="", help="begin with examples about this module of the package")
    hunt_.add_argument("--budget", type=float, default=math.inf, help="CPU seconds after which to end")
    arguments = parser.parse_args()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)
    run: dict[str, Callable[[], int]] = {
        "search": lambda: search_all(arguments.seeds, arguments.first, arguments.preemptions),
        "replay": lambda: play_again(arguments.file),
        "mutants": lambda: try_mutants(arguments.only),
        "generated": lambda: try_generated(arguments.only, arguments.sample, arguments.budget, arguments.results),
        "list": lambda: list_generated(arguments.only, arguments.sample),
        "hunt": lambda: hunt_here(arguments.module, pages_first=arguments.pages_first, budget_seconds=arguments.budget),
    }
    generated = arguments.command == "mutants" and arguments.generated
    return run["list" if generated and arguments.list else "generated" if generated else arguments.command]()


def search_all(seeds: int, first: int, preemptions: int) -> int:
    """Run both searches and print what they did; stop at the first history that goes wrong, made small."""
    with ProcessPoolExecutor(PROCESSES, multiprocessing.get_context("fork")) as pool:
        return _random(pool, seeds, first) or _systematic(pool, preemptions)


def _random(pool: ProcessPoolExecutor, seeds: int, first: int) -> int:
    began, struck, calls = time.monotonic(), Counter[str](), 0
    starts = range(first, first + seeds, CHUNK)
    chunks = pool.map(_play_chunk, [(start, min(start + CHUNK, first + seeds)) for start in starts])
    for start, (its_calls, its_struck, failed) in zip(starts, chunks, strict=True):
        calls += its_calls
        struck += its_struck
        if failed is not None:
            pool.shutdown(wait=False, cancel_futures=True)
            _print_failure(shrink(failed))
            return 1
        if (start - first) % (40 * CHUNK) == 0:
            print(f"  … seed {start}, {time.monotonic() - began:.0f} s", flush=True)
    took = f"{time.monotonic() - began:.0f} s"
    print(f"{seeds:,} random histories from seed {first}: {calls:,} port calls, {took}, none wrong")
    for site, count in sorted(struck.items(), key=lambda item: -item[1]):
        print(f"  {count:>9,}  {site}")
    return 0


def _play_chunk(bounds: tuple[int, int]) -> tuple[int, Counter[str], Played | None]:
    calls, struck = 0, Counter[str]()
    for seed in range(*bounds):
        played = Player(random_history(seed)).play()
        calls += played.calls
        struck += played.struck
        if played.mistakes:
            played.log.clear()  # It holds what cannot go from one process to another; shrinking plays again.
            return calls, struck, played
    return calls, struck, None


def _systematic(pool: ProcessPoolExecutor, preemptions: int) -> int:
    began, total = time.monotonic(), Searched()
    found = pool.map(partial(_search_scenario, preemptions=preemptions), range(len(SCENARIOS)))
    for scenario, (pairs, done, log) in zip(SCENARIOS, found, strict=True):
        total.add(done)
        print(
            f"  {scenario.name}: {pairs} pairs, {done.schedules:,} schedules, {done.ends:,} ends, {done.calls:,} calls",
            flush=True,
        )
        if done.mistakes:
            print("\n".join([f"WRONG in scenario {scenario.name!r}:", *log, *done.mistakes]))
            return 1
    print(
        f"{len(SCENARIOS)} scenarios, at most {preemptions} preemptions and one crash: {total.schedules:,} schedules, "
        f"{total.ends:,} distinct ends, {total.calls:,} port calls, {time.monotonic() - began:.0f} s, none wrong"
    )
    return 0


def _search_scenario(number: int, preemptions: int) -> tuple[int, Searched, list[str]]:
    done, pairs = Searched(), 0
    for pair in pairs_of(SCENARIOS[number]):
        pairs += 1
        done.add(Search(pair, preemptions).run())
        if done.mistakes:
            break
    log = [line_of(entry) for entry in done.log]
    done.log.clear()
    return pairs, done, log


def _print_failure(played: Played) -> None:
    print("\n".join(["WRONG:", *map(line_of, played.log), *played.mistakes]))
    file = Path(f"failed-{played.history.seed}.history")
    file.write_text(f"{played.history!r}\n")
    print(f'Play it again with: make simulate REPLAY="{file}"')


def play_again(file: Path) -> int:
    """Play the history of a file and print what happens."""
    kinds = ("Upload", "Delete", "Purge", "Wait", "Tamper", "Deploy", "LoseTable")
    names = {name: getattr(actions, name) for name in kinds}
    history = eval(file.read_text(), {"__builtins__": {}}, names | {"History": History, "Faults": Faults})
    played = Player(history).play()
    print("\n".join([*map(line_of, played.log), *(played.mistakes or ["Nothing is wrong."])]))
    return int(bool(played.mistakes))


def try_generated(only: str, sample: int, budget_seconds: int, results: Path | None) -> int:
    """Judge generated bugs, without those explained; return 1 when one survives."""
    known = explained()
    picked = [made for made in chosen(only, sample) if made.id not in known]
    killers, away = Counter[str](), []
    for done in judged(picked, budget_seconds, PROCESSES, results):
        print(f"{done.mutation.id}\n  {done.mutation.description()}", flush=True)
        print(f"  {done.killer or 'SURVIVES'}, {done.seconds:.1f} s", flush=True)
        killers[done.killer or "nobody"] += 1
        away += [] if done.killer else [done.mutation]
    print(f"{len(picked)} generated bugs, {len(known)} explained; killed by:")
    for killer, count in killers.most_common():
        print(f"  {count:>5}  {killer}")
    for made in sorted(away, key=lambda made: made.id):
        print(f"survives: {made.id}  {made.description()}")
    return int(bool(away))


def list_generated(only: str, sample: int) -> int:
    """Print the generated bugs that would be tried."""
    for made in chosen(only, sample):
        print(f"{made.id}  {made.description()}")
    return 0


def try_mutants(only: str) -> int:
    """Hunt each mutant whose name holds a text; return 1 when one gets away."""
    chosen = [mutant for mutant in MUTANTS if only in mutant.name]
    away = 0
    with ThreadPoolExecutor(PROCESSES) as pool:
        for verdict in (hunted.result() for hunted in as_completed([pool.submit(hunt, mutant) for mutant in chosen])):
            away += not verdict.caught_by
            caught = f"{verdict.caught_by}, {verdict.where}" if verdict.caught_by else "NOT CAUGHT"
            print(f"{verdict.mutant}: {caught}, {verdict.seconds:.1f} s", flush=True)
    print(f"{len(chosen) - away} of {len(chosen)} planted bugs caught")
    return int(bool(away))


def hunt_here(module: str, *, pages_first: bool, budget_seconds: float) -> int:
    """Search until something is wrong or the time is over; print which search saw it, where, and after how long."""
    queues = (REFRESHING, PUBLISHING) if pages_first else (PUBLISHING, REFRESHING)
    verdict = next(_hunted(module, queues, budget_seconds), None)
    found = {"caught_by": verdict.caught_by, "where": verdict.where} if verdict else {"caught_by": "", "where": ""}
    json.dump(found | {"seconds": time.process_time()}, sys.stdout)
    return 0


def _hunted(module: str, order: tuple[tuple[str, ...], ...], budget_seconds: float) -> Iterator[Verdict]:
    """Yield each mistake until the time is over."""
    for name, example in examples(module):
        if time.process_time() > budget_seconds:
            return
        if goes_wrong(example):
            yield Verdict(mutant="", caught_by="example", where=name, seconds=time.process_time())
    for caught_by, where, search in _searches(order, budget_seconds):
        if time.process_time() > budget_seconds:
            return
        if _goes_wrong(search):
            yield Verdict(mutant="", caught_by=caught_by, where=where, seconds=time.process_time())


def _searches(
    order: tuple[tuple[str, ...], ...], budget_seconds: float
) -> Iterator[tuple[str, str, Callable[[], object]]]:
    """Yield a few random searches, then systematic ones with few preemptions, then more of both."""
    done = 0
    for seeds, preemptions in HUNTS:
        for seed in range(done, seeds):
            yield "random search", f"seed {seed}", partial(_mistakes_of, seed)
        done = seeds
        for queues, scenario in product(order, SCENARIOS):
            search = partial(_any_mistake, scenario, preemptions, queues, budget_seconds)
            yield "systematic search", f"scenario {scenario.name!r}", search


def _mistakes_of(seed: int) -> list[str]:
    return Player(random_history(seed)).play().mistakes


def _any_mistake(scenario: Scenario, preemptions: int, queues: tuple[str, ...], budget_seconds: float) -> bool:
    pairs = takewhile(lambda _: time.process_time() <= budget_seconds, pairs_of(scenario, queues))
    return any(Search(pair, preemptions).run().mistakes for pair in pairs)


def _goes_wrong(search: Callable[[], object]) -> bool:
    """Tell whether a search finds a mistake, or a handler breaks. A bug that is no Python at all does not count."""
    try:
        return bool(search())
    except (NameError, ImportError, AttributeError, TypeError):
        raise
    except Exception:  # noqa: BLE001 - a planted bug may break a handler in any other way
        return True


if __name__ == "__main__":
    sys.exit(main())
