"""What the local cloud knows of the machine it runs on; the cloud itself is tested end to end."""

import os
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest

from tools.local_cloud.cloud_error import CloudError
from tools.local_cloud.deployment import described_routes, target_of
from tools.local_cloud.launcher import left_to_end
from tools.local_cloud.ministack import PROC, processes_of_session, signal_session

NOWHERE = Path("/nowhere")


@pytest.mark.parametrize(
    ("platform", "machine", "architecture", "system"),
    [
        ("linux", "x86_64", "x86_64", "manylinux2014"),
        ("linux", "aarch64", "arm64", "manylinux2014"),
        ("darwin", "x86_64", "x86_64", "apple-darwin"),
        ("darwin", "arm64", "arm64", "apple-darwin"),
    ],
)
def test_the_layer_is_built_for_the_machine_it_runs_on(
    platform: str, machine: str, architecture: str, system: str
) -> None:
    target = target_of(platform, machine, (3, 12), "/usr/bin/python3.12")

    assert target.parameters == {"Architecture": architecture, "Runtime": "python3.12"}
    assert target.variables["LAYER_SYSTEM"] == system


@pytest.mark.parametrize(
    ("platform", "machine", "version"), [("win32", "AMD64", (3, 12)), ("linux", "riscv64", (3, 12))]
)
def test_a_machine_that_cannot_run_it_is_told_what_can(platform: str, machine: str, version: tuple[int, int]) -> None:
    with pytest.raises(CloudError, match="Linux or macOS"):
        target_of(platform, machine, version, sys.executable)


def test_the_route_for_all_other_requests_bears_its_own_name() -> None:
    integration = {
        "x-amazon-apigateway-integration": {"uri": {"Fn::Sub": "arn:functions/${SearchFunction.Arn}/invocations"}}
    }
    paths = {
        path: {"x-amazon-apigateway-any-method": integration} for path in ("/v1/search", "$default")
    }  # as SAM transforms an event with a path, and one without

    routes = described_routes({"Resources": {"ListingApi": {"Properties": {"Body": {"paths": paths}}}}})

    assert list(routes) == [("ANY /v1/search", "SearchFunction"), ("$default", "SearchFunction")]


@pytest.mark.parametrize(
    "proc",
    [
        pytest.param(PROC, marks=pytest.mark.skipif(not PROC.is_dir(), reason="only Linux has /proc")),
        pytest.param(
            NOWHERE, marks=pytest.mark.skipif(shutil.which("ps") is None, reason="no ps, which macOS always has")
        ),
    ],
    ids=["proc", "ps"],
)
def test_every_process_of_a_session_is_found_and_ended(proc: Path) -> None:
    script = "import os, time; os.fork() or os.setpgid(0, 0); os.write(1, b'ready\\n'); time.sleep(60)"
    leader = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, start_new_session=True)
    assert leader.stdout is not None
    assert [leader.stdout.readline() for _ in range(2)] == [b"ready\n"] * 2

    found = processes_of_session(leader.pid, proc)
    signal_session(leader.pid, signal.SIGKILL)
    leader.wait()
    leader.stdout.close()

    assert len(found) == 2
    assert leader.pid in found
    assert os.getpid() not in found
    while remaining := processes_of_session(leader.pid, proc):
        assert set(remaining) <= set(found)


def test_an_update_of_a_function_lets_what_runs_come_to_its_end() -> None:
    idle, at_work, other = (SimpleNamespace(in_use=in_use) for in_use in (False, True, True))
    pools = {"000:here:publish:$LATEST": [idle, at_work], "000:here:refresh:$LATEST": [other]}
    ended: list[SimpleNamespace] = []
    runtime = SimpleNamespace(
        _lock=threading.Lock(),
        _workers=pools,
        invalidate_worker=lambda name, **_scope: ended.extend(pools.pop(f"000:here:{name}:$LATEST")),
        release_worker=lambda _worker: None,
        kill_workers=ended.extend,
    )
    invalidate, release = left_to_end(runtime)

    invalidate("publish", account="000")

    assert (ended, pools) == ([idle], {"000:here:refresh:$LATEST": [other]})

    release(other)
    release(at_work)

    assert ended == [idle, at_work]
