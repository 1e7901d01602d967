"""What the first call of a function computes beyond a later one: what was not made while it started.

Each function runs in a process of its own with nothing but the layer, and makes real requests over TLS, to a stand-in
for AWS on this machine. It is called several times with events of the same kind, each of other posts: new posts for
publish, what they touch for refresh, a page of posts for the API, a word for search.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from statistics import median
from typing import Any

from bench.publish_calls import LAST_DAY, NEW_TAGS, site_of
from bench.starts.aws_stand_in import CONTENT, SITE, TABLE, StandIn, served
from bucketpress import bootstrap
from bucketpress.services.page_queue import SECTIONS_A_MESSAGE
from bucketpress.services.publish.publish_batch import publish_batch
from bucketpress.services.publish.publish_request import PublishRequest
from tests.support.counted_cloud import Apart, CountedCloud
from tests.support.events import sqs_event
from tests.support.function_environment import function_environment
from tests.support.world import markdown

ROOT = Path(__file__).parents[2]
POSTS, CALLS, ROUNDS = 60, 4, 3
# The process that is measured. Every name is looked up at the stand-in; the rest is as in Lambda.
CALLED = """
import json, runpy, socket, sys, time
port, look_up = int(sys.argv[1]), socket.getaddrinfo
socket.getaddrinfo = lambda host, _port, *more, **named: look_up("127.0.0.1", port, *more, **named)
class Context:
    function_name, memory_limit_in_mb, aws_request_id = "measured", 1024, "1"
    invoked_function_arn = "arn:aws:lambda:eu-west-1:123456789012:function:measured"
    def get_remaining_time_in_millis(self):
        return 50_000
app = runpy.run_path(sys.argv[2])
for line in sys.stdin:
    event = json.loads(line)
    began = time.process_time()
    answer = app["lambda_handler"](event, Context())
    print(json.dumps(["took", (time.process_time() - began) * 1000, answer]), flush=True)
"""
ENVIRONMENT = function_environment() | {
    "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
    "AWS_ACCESS_KEY_ID": "nobody",
    "AWS_SECRET_ACCESS_KEY": "nothing",
    "TABLE_NAME": TABLE,
    "CONTENT_BUCKET": CONTENT,
    "SITE_BUCKET": SITE,
    "POWERTOOLS_METRICS_NAMESPACE": "measured",
}
Event = dict[str, Any]


def measured(layer: Path) -> dict[str, dict[str, float]]:
    """Return the milliseconds of processor that the first call of each function takes, and the last of a few."""
    found = {}
    for function in _EVENTS:
        times = [called(function, layer) for _ in range(ROUNDS)]
        found[function] = {
            "first call": round(median(each[0] for each in times), 1),
            "later call": round(median(each[-1] for each in times), 1),
        }
    return found


def called(function: str, layer: Path) -> list[float]:
    """Return the milliseconds of processor of each call of a function in a process of its own."""
    cloud = site_of(POSTS)
    with tempfile.TemporaryDirectory(prefix="bucketpress-") as folder, served(cloud, Path(folder)) as stand_in:
        process = _started(function, layer, stand_in)
        try:
            return [_call(process, _EVENTS[function](cloud, number)) for number in range(CALLS)]
        finally:
            process.communicate()


def _started(function: str, layer: Path, stand_in: StandIn) -> "subprocess.Popen[str]":
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
        **ENVIRONMENT,
        "AWS_CA_BUNDLE": str(stand_in.certificate),
        "PYTHONPATH": str(layer),
    }
    command = [sys.executable, "-S", "-P", "-c", CALLED, str(stand_in.port), f"functions/{function}/app.py"]
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def _call(process: "subprocess.Popen[str]", event: Event) -> float:
    """Have the process handle an event; return what it took. What it logs is on other lines."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps(event) + "\n")
    process.stdin.flush()
    line = next(line for line in process.stdout if line.startswith('["took"'))
    _, took, answer = json.loads(line)
    if answer.get("batchItemFailures") or answer.get("statusCode", HTTPStatus.OK) != HTTPStatus.OK:
        message = f"a call failed: {answer}"
        raise AssertionError(message)
    return float(took)


def _new_post(cloud: CountedCloud, number: int) -> str:
    key = f"posts/measured{number}.md"
    day = (LAST_DAY + timedelta(minutes=30 + number)).isoformat()
    cloud.content.upload(key, markdown(f"Measured {number}", day, text="Some text of a post. " * 40, tags=NEW_TAGS))
    return key


def _publish_event(cloud: CountedCloud, number: int) -> Event:
    return _batch([{"Records": [{"s3": {"object": {"key": _new_post(cloud, number)}}}]}])


def _refresh_event(cloud: CountedCloud, number: int) -> Event:
    """Publish a post; return what is sent for it."""
    key = _new_post(cloud, number)
    request = PublishRequest(asked_at=cloud.now, object_only=True)
    publish_batch(cloud.publisher, Apart(lambda: cloud.counts), {key: request})[key]()
    names = list(cloud.pages.take(1000))
    held = [names[begin : begin + SECTIONS_A_MESSAGE] for begin in range(0, len(names), SECTIONS_A_MESSAGE)]
    return _batch([{"sections": each} for each in held])


def _batch(messages: Sequence[Mapping[str, object]]) -> Event:
    # After any run by the function's own clock: no message is skipped as one that says nothing new.
    return sqs_event(map(json.dumps, messages), bootstrap.now() + timedelta(hours=1))


def _api_event(_: CountedCloud, number: int) -> Event:
    return _request("/v1/posts", f"limit={20 + number}")


def _search_event(_: CountedCloud, number: int) -> Event:
    return _request("/v1/search", f"q=text+{number}")


def _request(path: str, query: str) -> Event:
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": query,
        "headers": {"x-origin-secret": ENVIRONMENT["ORIGIN_SECRET"], "host": "blog.example"},
        "queryStringParameters": dict([query.split("=")]),
        "requestContext": {"http": {"method": "GET", "path": path, "sourceIp": "192.0.2.1"}, "stage": "$default"},
        "isBase64Encoded": False,
    }


_EVENTS: Mapping[str, Callable[[CountedCloud, int], Event]] = {
    "publish": _publish_event,
    "refresh": _refresh_event,
    "listing_api": _api_event,
    "search": _search_event,
}
