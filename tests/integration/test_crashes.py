"""Every call that publish, refresh and upkeep make to AWS goes wrong in every way, and the site comes out right."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any

import boto3
import pytest

from bucketpress import bootstrap
from bucketpress.adapters.dynamodb_index import DynamoDBPostIndex
from tests.integration.conftest import Cloud, take_messages
from tests.integration.deliveries import Deliveries, Delivery, messages_in
from tests.integration.faults import WRITES, DiedError, Fault, Striker
from tests.integration.scenarios import BASE, SCENARIOS, Scenario, Step
from tests.integration.snapshots import Snapshot, essence
from tests.support.aws import TABLE
from tests.support.quick_table import make_quick
from tests.support.world import World, clean_build, markdown


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One invocation of the run without a fault: what it began with, what it called and what it left."""

    delivery: Delivery
    before: Snapshot
    ticks: int
    calls: tuple[str, ...]
    after: Any

    @property
    def shape(self) -> tuple[str, ...]:
        return (self.delivery.function, *self.calls)


@dataclass
class Stage:
    """A cloud to be struck, and the memory world whose bucket holds the same."""

    cloud: Cloud
    striker: Striker
    world: World
    index: DynamoDBPostIndex
    exposed: list[str] = field(default_factory=list)

    def act(self, step: Step) -> None:
        """Do what the authors do, here and in the world that the clean build is made from."""
        for key, data in step.items():
            if isinstance(data, bytes):
                self.cloud.upload(key, data)
                self.world.content.upload(key, data)
            elif data is None:
                self.cloud.delete(key)
                self.world.content.delete(key)
            else:
                self.cloud.delete_newest_version(key)
                self.world.content.delete_version(key, self.world.content.versions(key, 1)[0].version)

    def guard(self, scenario: Scenario) -> None:
        """Note every write to the site bucket of something that is not published at that moment."""
        hidden = {"Unspeakable": "posts/secret.md", **scenario.hidden}

        def watch(operation: str, params: Any) -> None:
            if operation == "CopyObject":
                source = params["headers"]["x-amz-copy-source"].partition("/")[2].partition("?")[0]
                self._note(source, source)
            elif operation == "PutObject":
                body = params["body"]
                data = body if isinstance(body, bytes) else body.getvalue()
                for word, key in hidden.items():
                    if word.encode() in data:
                        self._note(word, key)

        self.striker.watch = watch

    def _note(self, what: str, key: str) -> None:
        if self.index.record(key).published_path is None:
            self.exposed.append(what)

    def play(self, ticks: int) -> list[Moment]:
        """Deliver everything without a fault, noting each invocation."""
        deliveries, moments = Deliveries(self.cloud, ticks), []
        while True:
            before, ticks_left = Snapshot.take(), deliveries.ticks
            delivery = deliveries.take()
            if delivery is None:
                return moments
            self.striker.aim()
            assert deliveries.hand_over(delivery), f"{delivery} fails without a fault"
            calls = tuple(self.striker.calls)
            moments.append(Moment(delivery=delivery, before=before, ticks=ticks_left, calls=calls, after=essence()))

    def strike(self, moment: Moment, number: int, fault: Fault, *, late: bool = False) -> bool:
        """Repeat an invocation with a fault, and let its message come again, at once or after all others.

        False when all is as if nothing had happened; else everything has been delivered.
        """
        moment.before.restore()
        deliveries = Deliveries(self.cloud, moment.ticks)
        delivery = deliveries.take()
        assert delivery == moment.delivery
        self.striker.aim(number, fault)
        done = deliveries.hand_over(delivery)
        self.striker.aim()
        if late:
            deliveries.settle()
        if not done:
            assert deliveries.hand_over(delivery), f"{delivery} fails again, without a fault"
        if not late and essence() == moment.after:
            return False
        deliveries.settle()
        return True

    def problems(self, expected: dict[str, bytes], scenario: Scenario) -> str:
        """Say what readers get that they should not."""
        live, others = self.cloud.answers()
        wrong = sorted(key for key in live.keys() | expected.keys() if live.get(key) != expected.get(key))
        for path, answer in scenario.answers.items():
            key = f"{path[1:]}index.html"
            got = 200 if key in live else others.get(key)
            if got != answer:
                wrong.append(f"{path} answers {got}")
        wrong += [f"{word} is exposed" for word in self.exposed]
        self.exposed.clear()
        return ", ".join(wrong)


@pytest.fixture
def stage(cloud: Cloud) -> Stage:
    make_quick()
    striker = Striker()
    striker.listen(bootstrap._session().get_component("event_emitter"))
    made = Stage(cloud, striker, World(), DynamoDBPostIndex(boto3.client("dynamodb"), TABLE))
    made.act(BASE)
    Deliveries(cloud).settle()
    return made


@pytest.mark.filterwarnings("ignore:No application metrics")  # upkeep counts at its end, and may not come so far
@pytest.mark.parametrize("name", SCENARIOS)
def test_whatever_call_fails_the_site_becomes_the_clean_build(
    stage: Stage, name: str, known: set[tuple[str, ...]], request: pytest.FixtureRequest
) -> None:
    scenario = SCENARIOS[name]
    for step in scenario.steps[:-1]:
        stage.act(step)
        Deliveries(stage.cloud).settle()
    stage.act(scenario.steps[-1])
    if scenario.drop:
        messages_in(stage.cloud.source_queue).clear()
    expected = clean_build(stage.world)
    stage.guard(scenario)

    moments = stage.play(scenario.ticks)
    wrong = [problem] if (problem := stage.problems(expected, scenario)) else []
    for moment, number, fault, late in faults(
        moments, scenario, known, every=request.config.getoption("--every-fault")
    ):
        if stage.strike(moment, number, fault, late=late) or stage.exposed:
            problem = stage.problems(expected, scenario)
            if problem:
                when = "and comes again last" if late else ""
                wrong.append(f"{moment.delivery}: call {number} {moment.calls[number - 1]} {fault} {when}: {problem}")

    assert moments
    assert wrong == []


@pytest.fixture(scope="module")
def known() -> set[tuple[str, ...]]:
    """Remember, from one scenario to the next, what invocations were struck already."""
    return set()


def faults(
    moments: list[Moment], scenario: Scenario, known: set[tuple[str, ...]], *, every: bool
) -> Iterator[tuple[Moment, int, Fault, bool]]:
    """Name faults of every call of every invocation, and whether its message comes again last of all.

    Unless `every` is asked for, one fault stands for several that leave the same behind: nothing happens between a
    call and the next, and a read changes nothing. Nor is an invocation struck that calls just what one before it did.
    """
    without_trace = cycle((Fault.DIES_BEFORE, Fault.THROTTLED, Fault.DIES_AFTER))
    for moment in moments:
        if not every and (not scenario.strikes(moment.delivery) or moment.shape in known):
            continue
        known.add(moment.shape)
        for number, operation in enumerate(moment.calls, 1):
            writes = operation in WRITES
            if not (writes or every) and moment.delivery.function == "upkeep":
                continue  # The clock strikes again, and begins where the last write left its checkpoint.
            chosen = {next(without_trace)} | (
                {Fault.DIES_AFTER, Fault.FAILS_AFTER, Fault.RESET_AFTER} if writes else set()
            )
            for fault in Fault if every else sorted(chosen):
                if fault.hits(operation):
                    yield moment, number, fault, False
            if writes and (every or (moment.delivery.of_author and operation == "TransactWriteItems")):
                yield moment, number, Fault.DIES_AFTER, True


def test_of_a_batch_only_what_failed_comes_again_and_after_a_death_all_of_it(stage: Stage) -> None:
    stage.act({f"posts/n{day}.md": markdown(f"New {day}", f"2010-03-2{day}", tags="[x]") for day in range(2)})
    bodies, before = take_messages(stage.cloud.source_queue), Snapshot.take()
    expected = clean_build(stage.world)
    stage.striker.aim()
    assert stage.cloud.dead_letters_of("publish", bodies) == []
    calls = tuple(stage.striker.calls)

    wrong = []
    for number, operation in enumerate(calls, 1):
        if operation not in WRITES:
            continue
        for fault in (Fault.DIES_AFTER, Fault.THROTTLED):
            before.restore()
            stage.striker.aim(number, fault)
            try:
                failed = stage.cloud.dead_letters_of("publish", bodies)
            except DiedError:
                failed = list(range(len(bodies)))
            stage.striker.aim()
            again = stage.cloud.dead_letters_of("publish", [bodies[message] for message in failed])
            stage.cloud.settle()
            count = len(bodies) if fault is Fault.DIES_AFTER else 1
            if (len(failed), again, stage.cloud.answers()[0]) != (count, [], expected):
                wrong.append(f"call {number} {operation} {fault}: {len(failed)} came again, {len(again)} failed again")

    assert calls.count("TransactWriteItems") == 2
    assert wrong == []
