"""A release deployed over another, with live content: nothing is lost or late, and all is made again."""

import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from bucketpress import __version__
from bucketpress.adapters.dynamodb_index import DynamoDBPostIndex
from bucketpress.records.checkpoint import Checkpoint, CheckpointName
from bucketpress.rendering_digest import digest_of
from tests.e2e.conftest import SAMPLE
from tests.e2e.visits import build, clock, differences, listing, remove, upload
from tests.support.world import markdown
from tools.local_cloud import CloudError, LocalCloud
from tools.local_cloud.deployment import physical_id

pytestmark = pytest.mark.e2e

PRESENT = Path(__file__).parents[2]
# The last commit before what is in the tree now was begun. With each release, the commit of the one before.
PREVIOUS = "d8d8b2386009a21818f29e63f042791e1ef532e7"
KEPT = ("ContentBucket", "SiteBucket", "PostTable")
REBUILT_SECONDS = 150
PAUSE_SECONDS = 0.2
MOVED, REMOVED, SAVED = "posts/moved.md", "posts/removed.md", "posts/saved-again.md"


@pytest.fixture
def upgraded(tmp_path: Path) -> Iterator[LocalCloud]:
    """Deploy the previous release: the same cloud is given to the present one by the test."""
    previous = tmp_path / "previous"
    previous.mkdir()
    archive = git("archive", PREVIOUS)
    subprocess.run(["tar", "-x", "-C", str(previous)], input=archive, check=True)
    with publishing(previous) as running:
        yield running


@pytest.fixture
def present() -> Iterator[LocalCloud]:
    """Deploy what is in the tree."""
    with publishing(PRESENT) as running:
        yield running


@contextmanager
def publishing(project: Path) -> Iterator[LocalCloud]:
    """Deploy a release to a cloud of its own, with the sample blog live."""
    try:
        with LocalCloud(project=project, edge_clock=lambda: time.monotonic() * 1000) as running:
            running.upload(SAMPLE)
            running.wait_until_live()
            yield running
    except CloudError as error:
        pytest.fail(f"{error}\n{error.details}")


def git(*arguments: str) -> bytes:
    done = subprocess.run(["git", *arguments], cwd=PRESENT, capture_output=True, check=False)
    if done.returncode:
        pytest.fail(
            f"The previous release, {PREVIOUS}, is not in this clone: {done.stderr.decode().strip()}\n"
            "Fetch the whole history: git fetch --unshallow, or in GitHub Actions fetch-depth: 0."
        )
    return done.stdout


def test_an_upgrade_keeps_data_and_addresses_and_makes_everything_again(upgraded: LocalCloud, tmp_path: Path) -> None:
    cloud = upgraded
    upload(cloud, MOVED, markdown("Moved", "2011-05-01"))
    upload(cloud, REMOVED, markdown("Removed", "2011-05-02"))
    upload(cloud, MOVED, markdown("Moved", "2011-05-01", slug="moved-here"))
    remove(cloud, REMOVED)
    resources, before, ids = physical_ids(cloud), answers(cloud), entry_ids(cloud)
    assert before["2011/05/moved/index.html"] == "/2011/05/moved-here/"
    assert before["2011/05/removed/index.html"] == "410"

    # Functions of the previous release had code of their own, which is replaced some moments before their layer.
    come_to_rest(cloud)
    cloud.deploy(PRESENT)
    rebuild(cloud, PRESENT)

    after = answers(cloud)
    assert physical_ids(cloud) == resources
    assert differences(cloud, build(cloud, tmp_path)) == []
    assert {key: answer for key, answer in before.items() if key not in after} == {}
    led = {key: answer for key, answer in before.items() if answer.startswith("/") or answer == "410"}
    assert {key: after[key] for key in led} == led
    pages = [key for key, answer in before.items() if answer == "200" and key.endswith(".html")]
    assert [key for key in pages if after[key] != "200"] == []
    assert entry_ids(cloud) == ids
    assert cloud.dead_letters() == 0


def test_authors_may_save_while_a_release_is_deployed(present: LocalCloud, tmp_path: Path) -> None:
    cloud, following = present, tmp_path / "following"
    make_release(following)
    upload(cloud, SAVED, saved(0))
    code = code_of_functions(cloud)

    with busy(cloud):
        cloud.deploy(following)
    rebuild(cloud, following)

    assert differences(cloud, build(cloud, tmp_path)) == []
    assert code_of_functions(cloud) == code
    assert cloud.dead_letters() == 0


def make_release(folder: Path) -> None:
    """Make a release that renders anew, and calls otherwise what handlers import."""
    shutil.copytree(PRESENT, folder, ignore=shutil.ignore_patterns(".*", "__pycache__", "docs", "tests"))
    for path in [*(folder / "functions").rglob("*.py"), *(folder / "layers").rglob("*.py")]:
        path.write_text(path.read_text("utf-8").replace("MessageProcessor", "MessageWorker"), "utf-8")
    with (folder / "layers" / "shared" / "bucketpress" / "site" / "layout.py").open("a", encoding="utf-8") as layout:
        layout.write("# Another release.\n")


def code_of_functions(cloud: LocalCloud) -> dict[str, str]:
    """Give the digest of each function's own code, which a release leaves as it is."""
    found = cloud.client("lambda").list_functions()["Functions"]
    return {each["FunctionName"]: each["CodeSha256"] for each in found}


def come_to_rest(cloud: LocalCloud) -> None:
    """Stop the clock and wait until nothing is left to do: no function runs from then on."""
    scheduler = cloud.client("scheduler")
    for each in scheduler.list_schedules()["Schedules"]:
        schedule = scheduler.get_schedule(Name=each["Name"], GroupName=each["GroupName"])
        kept = {name: schedule[name] for name in ("Name", "ScheduleExpression", "FlexibleTimeWindow", "Target")}
        scheduler.update_schedule(**kept, State="DISABLED")
    cloud.wait_for_pictures()


def saved(times: int) -> bytes:
    return markdown("Saved again", "2011-05-03", text=f"Saved {times} times.")


@contextmanager
def busy(cloud: LocalCloud) -> Iterator[None]:
    """Let an author save all the time and the clock tick, so that functions are at work when they are updated."""
    s3, tick, over = cloud.client("s3"), clock(cloud), threading.Event()

    def work() -> None:
        times = 0
        while not over.wait(PAUSE_SECONDS):
            times += 1
            s3.put_object(Bucket=cloud.outputs["ContentBucketName"], Key=SAVED, Body=saved(times))
            tick()

    with ThreadPoolExecutor() as threads:
        working = threads.submit(work)
        try:
            yield
        finally:
            over.set()
        working.result()


def rebuild(cloud: LocalCloud, release: Path) -> None:
    """Let the clock tick until the rebuild that the software of a release needs has come to its end by itself."""
    package = release / "layers" / "shared" / "bucketpress"
    software = f"{__version__}+{digest_of(package, (package.parent / 'requirements.txt').read_bytes())}"
    index = DynamoDBPostIndex(cloud.client("dynamodb"), cloud.outputs["TableName"])
    tick, deadline = clock(cloud), time.monotonic() + REBUILT_SECONDS
    stored = index.settings()
    assert stored is not None
    while not has_ended(index.checkpoint(CheckpointName.REBUILD), stored.generation(software)):
        assert time.monotonic() < deadline, f"no rebuild: {cloud.standing()}\n{cloud.function_logs()}"
        tick()
        cloud.wait_until_quiet()
        stored = index.settings() or stored
    cloud.wait_until_quiet()


def has_ended(rebuild: Checkpoint, generation: str) -> bool:
    return rebuild.has_reached(generation) and not rebuild.is_under_way


def answers(cloud: LocalCloud) -> dict[str, str]:
    """Give what readers get of each object: 200, 410, or where it leads."""
    s3, bucket = cloud.client("s3"), cloud.outputs["SiteBucketName"]
    found = {key: s3.head_object(Bucket=bucket, Key=key) for key in listing(cloud, bucket)}
    return {
        key: head.get("WebsiteRedirectLocation") or head["Metadata"].get("status", "200") for key, head in found.items()
    }


def entry_ids(cloud: LocalCloud) -> list[str]:
    s3, bucket = cloud.client("s3"), cloud.outputs["SiteBucketName"]
    feed = s3.get_object(Bucket=bucket, Key="atom.xml")["Body"].read().decode()
    return [part.partition("</id>")[0] for part in feed.split("<id>")[1:]]


def physical_ids(cloud: LocalCloud) -> dict[str, str]:
    return {name: physical_id(cloud.client("cloudformation"), name) for name in KEPT}
