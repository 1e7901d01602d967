"""Start MiniStack with loopback counted as secure transport; runs in MiniStack's environment, not in the project's.

The template's bucket policies refuse everything that does not come over TLS, and MiniStack enforces them. A certificate
of its own would have to be given to every S3 client; nothing leaves this machine, so the requests are marked instead,
just as a load balancer in front that ends TLS would mark them.
"""

import ctypes
import importlib
import signal
import sys
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
# A batch needs the action of each of its parts.
ACTIONS = {
    "sqs:SendMessageBatch": "sqs:SendMessage",
    "sqs:ChangeMessageVisibilityBatch": "sqs:ChangeMessageVisibility",
}
PR_SET_PDEATHSIG = 1  # linux/prctl.h


def marked_as_secure(app: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
    """Return an ASGI application that sees every HTTP request as having come over TLS."""

    async def marked(scope: Scope, receive: object, send: object) -> None:
        if scope["type"] == "http":
            scope["headers"] = [*scope["headers"], (b"x-forwarded-proto", b"https")]
        await app(scope, receive, send)

    return marked


def named_as_on_aws(action_of: Callable[..., str | None]) -> Callable[..., str | None]:
    """Return what names the action of a request, and of a batch of messages the action that AWS asks for."""

    def named(*arguments: Any, **more: Any) -> str | None:
        action = action_of(*arguments, **more)
        return ACTIONS.get(action, action) if action else action

    return named


def without_metric_math(record_of: Callable[..., Any]) -> Callable[..., Any]:
    """Return what makes an alarm's record, for an alarm on several metrics from the first of them: none rings here."""

    def made(name: str, properties: dict[str, Any]) -> Any:
        stats = [each["MetricStat"] for each in properties.get("Metrics", []) if "MetricStat" in each]
        one = {"Period": stats[0]["Period"], "Statistic": stats[0]["Stat"], **stats[0]["Metric"]} if stats else {}
        return record_of(name, {key: value for key, value in properties.items() if key != "Metrics"} | one)

    return made


def with_a_number(limit_of: Callable[..., int]) -> Callable[..., int]:
    """Return what tells how many batches a function may work on, where a parameter of the template says so as text."""

    def limit(mapping: dict[str, Any], *arguments: Any, **more: Any) -> int:
        scaling = {name: int(value) for name, value in (mapping.get("ScalingConfig") or {}).items()}
        return limit_of({**mapping, "ScalingConfig": scaling}, *arguments, **more)

    return limit


def left_to_end(runtime: Any) -> tuple[Callable[..., None], Callable[..., None]]:
    """Return what makes an updated function start anew and what gives an environment back, without cutting a run short.

    Lambda lets a run end with the code it began with. MiniStack ends its process, and the messages of the run stay
    unseen until the queue's visibility timeout is over. `runtime` is MiniStack's module of that name.
    """
    invalidate, release = runtime.invalidate_worker, runtime.release_worker
    lock, pools = vars(runtime)["_lock"], vars(runtime)["_workers"]
    leaving: list[Any] = []

    def invalidated(name: str, *arguments: Any, **more: Any) -> None:
        with lock:
            for key, workers in pools.items():
                if name in key.split(":"):  # account:region:function:version
                    leaving.extend(worker for worker in workers if worker.in_use)
                    workers[:] = [worker for worker in workers if not worker.in_use]
        invalidate(name, *arguments, **more)

    def released(worker: Any) -> None:
        release(worker)
        if worker in leaving:
            leaving.remove(worker)
            runtime.kill_workers([worker])

    return invalidated, released


def stop_with_parent() -> None:
    """Ask Linux to end this process when its parent dies, however it dies; macOS has nothing like it."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def main() -> None:
    """Run MiniStack until a signal stops it."""
    stop_with_parent()
    ministack = importlib.import_module("ministack.app")
    actions = importlib.import_module("ministack.core.iam_actions")
    vars(actions)["extract_iam_action"] = named_as_on_aws(actions.extract_iam_action)
    alarms = importlib.import_module("ministack.services.cloudformation.provisioners")
    name = "_cw_metric_alarm_record"
    vars(alarms)[name] = without_metric_math(vars(alarms)[name])
    functions = importlib.import_module("ministack.services.lambda_svc")
    name = "_sqs_esm_concurrency"
    vars(functions)[name] = with_a_number(vars(functions)[name])
    ends = left_to_end(importlib.import_module("ministack.core.lambda_runtime"))
    vars(functions)["invalidate_worker"], vars(functions)["release_worker"] = ends
    vars(ministack)["app"] = marked_as_secure(ministack.app)
    ministack.main()


if __name__ == "__main__":
    main()
