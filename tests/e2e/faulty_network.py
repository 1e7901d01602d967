"""microburst between two functions and AWS: it throttles, fails, cuts and resets what it is told to."""

import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.local_cloud import CloudError, LocalCloud
from tools.local_cloud.ministack import free_port

PROXY = Path(__file__).with_name("microburst_with_lengths.py")
START_SECONDS = 60
FUNCTIONS = ("Publish", "Refresh")
VISIBILITY_SECONDS = 4  # instead of minutes: what a failed invocation leaves comes again while somebody waits


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultyNetwork:
    """A running proxy, by its address."""

    url: str

    def inject(self, rules: list[dict[str, Any]]) -> None:
        """Let these faults happen from now on, and no others."""
        self._ask("rules", json.dumps(rules).encode())

    def struck(self) -> list[dict[str, Any]]:
        """Return every fault that happened."""
        found: list[dict[str, Any]] = json.loads(self._ask("fired?limit=10000"))
        return found

    def answers(self) -> bool:
        try:
            self._ask("health")
        except OSError:
            return False
        return True

    def _ask(self, what: str, body: bytes | None = None) -> bytes:
        with urllib.request.urlopen(f"{self.url}/_microburst/{what}", body, timeout=START_SECONDS) as answer:
            data: bytes = answer.read()
            return data


@contextmanager
def faulty_network(cloud: LocalCloud) -> Iterator[FaultyNetwork]:
    """Lead every call of publish and refresh through a proxy, for as long as the block lasts.

    As an HTTP proxy, not as the functions' endpoint: so the host that requests are signed for stays the same, and the
    functions' roles stay enforced.
    """
    port = free_port()
    command = [sys.executable, str(PROXY), "--upstream", cloud.endpoint, "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        network = FaultyNetwork(url=f"http://127.0.0.1:{port}")
        deadline = time.monotonic() + START_SECONDS
        while not network.answers():
            if process.poll() is not None or time.monotonic() > deadline:
                message = "microburst did not start"
                raise CloudError(message)
            time.sleep(0.1)
        with led_through(cloud, network.url), impatient_queues(cloud):
            yield network
    finally:
        process.terminate()
        process.wait()


@contextmanager
def led_through(cloud: LocalCloud, proxy: str) -> Iterator[None]:
    functions = cloud.client("lambda")
    names = [each["FunctionName"] for each in functions.list_functions()["Functions"]]
    chosen = [name for name in names for function in FUNCTIONS if f"-{function}Function-" in name]
    assert len(chosen) == len(FUNCTIONS), names
    before = {name: functions.get_function_configuration(FunctionName=name)["Environment"] for name in chosen}
    for name, environment in before.items():
        variables = environment["Variables"] | {"HTTP_PROXY": proxy}
        functions.update_function_configuration(FunctionName=name, Environment={"Variables": variables})
    try:
        yield
    finally:
        for name, environment in before.items():
            functions.update_function_configuration(FunctionName=name, Environment=environment)


@contextmanager
def impatient_queues(cloud: LocalCloud) -> Iterator[None]:
    sqs = cloud.client("sqs")
    urls = [cloud.outputs["SourceQueueUrl"], cloud.outputs["PageQueueUrl"]]
    name: Any = "VisibilityTimeout"
    before = {url: sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[name])["Attributes"][name] for url in urls}
    for url in urls:
        sqs.set_queue_attributes(QueueUrl=url, Attributes={name: str(VISIBILITY_SECONDS)})
    try:
        yield
    finally:
        for url, value in before.items():
            sqs.set_queue_attributes(QueueUrl=url, Attributes={name: value})
