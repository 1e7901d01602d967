"""A whole AWS on this machine with the real template deployed, for demos and end-to-end tests."""

import mimetypes
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, Self, overload

import boto3
from botocore.config import Config

from bucketpress_cli.cloudfront.distribution import Distribution
from bucketpress_cli.cloudfront.origins import api_origin, bucket_objects, objects_origin
from bucketpress_cli.cloudfront.server import LocalCloudFront
from tools.environments import ministack_environment, sam_environment
from tools.local_cloud.cloud_error import CloudError
from tools.local_cloud.deployment import PACKAGES, Sam, create_routes, origin_headers, stack_outputs, this_machine
from tools.local_cloud.invalidations import InvalidationWatch
from tools.local_cloud.ministack import ACCESS_KEY_ID, REGION, SECRET_ACCESS_KEY, MiniStack
from tools.locks import PROJECT_FOLDER

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_s3 import S3Client
    from types_boto3_sqs import SQSClient

ACCOUNT = "000000000000"
LIVE_SECONDS = 180
QUIET_POLLS = 4
POLL_SECONDS = 0.25
# Functions run with this machine's Python, whatever their runtime is called. The template reads in its name how new
# Lambda's system is, which has to be new enough for Pillow.
RUNTIME = "python3.13"


def say_nothing(_message: str) -> None:
    """Ignore progress."""


class LocalCloud:
    """A context manager: inside it the cloud runs, after it nothing is left, neither a process nor a file.

    `edge_clock` counts the seconds by which the edge keeps answers; a fast one makes it forget sooner. `project` is the
    folder of the release to deploy, `parameters` are those of the template that are not as by default.
    """

    def __init__(
        self,
        *,
        enforce_roles: bool = True,
        site_port: int = 0,
        progress: Callable[[str], None] = say_nothing,
        edge_clock: Callable[[], float] = time.monotonic,
        project: Path = PROJECT_FOLDER,
        parameters: dict[str, str] | None = None,
    ) -> None:
        self.outputs: dict[str, str] = {}
        self.api_url = ""
        self._enforce_roles = enforce_roles
        self._site_port = site_port
        self._progress = progress
        self._edge_clock = edge_clock
        self._project = project
        self._parameters = parameters or {}
        self._sam: Sam | None = None
        self._ministack: MiniStack | None = None
        self._cloudfront: LocalCloudFront | None = None
        self._folder = Path()
        self._closing = ExitStack()

    @property
    def endpoint(self) -> str:
        """Return the endpoint of every AWS service."""
        if self._ministack is None:
            message = "The local cloud is not running."
            raise CloudError(message)
        return self._ministack.url

    @property
    def site_url(self) -> str:
        """Return the site's address, served as CloudFront would."""
        if self._cloudfront is None:
            message = "The local cloud is not running."
            raise CloudError(message)
        return self._cloudfront.url

    def __enter__(self) -> Self:
        with ExitStack() as closing:
            self._open(closing)
            # Only a cloud that came up whole is handed over; otherwise leaving the block has taken it down again.
            self._closing = closing.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.close()

    @overload
    def client(self, service: Literal["s3"]) -> "S3Client": ...
    @overload
    def client(self, service: Literal["sqs"]) -> "SQSClient": ...
    @overload
    def client(self, service: Literal["dynamodb"]) -> "DynamoDBClient": ...
    @overload
    def client(self, service: str) -> Any: ...
    def client(self, service: str) -> Any:
        """Return a boto3 client for the local cloud, as the account's owner."""
        return boto3.session.Session().client(
            service,  # type: ignore[call-overload]  # one of the overloads above
            endpoint_url=self.endpoint,
            region_name=REGION,
            aws_access_key_id=ACCESS_KEY_ID,
            aws_secret_access_key=SECRET_ACCESS_KEY,
            config=Config(s3={"addressing_style": "path"}, retries={"mode": "standard"}, max_pool_connections=32),
        )

    def deploy(self, project: Path) -> None:
        """Build a release and deploy it, over the one that is there if any."""
        if self._sam is None or self._ministack is None or self._cloudfront is None:
            message = "The local cloud is not running."
            raise CloudError(message)
        target = this_machine()
        self._progress("building the functions and their layer")
        self._sam.build(target, project=project)
        self._progress("deploying the template")
        try:
            named = {"Runtime": RUNTIME, "SiteUrl": self._cloudfront.url}
            self._sam.deploy(target.parameters | self._parameters | named)
        except CloudError as error:
            error.details += f"\nMiniStack:\n{self._ministack.log_tail()}"
            raise

    def upload(self, folder: Path) -> list[str]:
        """Upload every file of a content folder and return the keys."""
        s3, bucket = self.client("s3"), self.outputs["ContentBucketName"]
        keys = []
        for file in sorted(folder.rglob("*")):
            key = file.relative_to(folder).as_posix()
            if file.is_file() and not any(part.startswith(".") for part in key.split("/")):
                kind = mimetypes.guess_type(key)[0] or "application/octet-stream"
                s3.put_object(Bucket=bucket, Key=key, Body=file.read_bytes(), ContentType=kind)
                keys.append(key)
        return keys

    def wait_until_quiet(self, *, timeout_seconds: float = LIVE_SECONDS) -> None:
        """Wait until both queues have stayed empty for a moment; else raise CloudError with the functions' logs."""
        deadline = time.monotonic() + timeout_seconds
        quiet = 0
        while quiet < QUIET_POLLS:
            quiet = 0 if self.waiting_messages() else quiet + 1
            if time.monotonic() > deadline:
                message = f"The queues are still not empty after {timeout_seconds:.0f} seconds: {self.standing()}."
                raise CloudError(message, details=self.logs())
            time.sleep(POLL_SECONDS)

    def wait_until_live(self, *, timeout_seconds: float = LIVE_SECONDS) -> None:
        """Wait until the queues are empty and the home page answers; raise CloudError if it does not."""
        self.wait_until_quiet(timeout_seconds=timeout_seconds)
        try:
            with urllib.request.urlopen(f"{self.site_url}/", timeout=10):
                return
        except urllib.error.HTTPError as error:
            message = f"The home page answers {error.code} although the queues are empty: {self.standing()}."
            raise CloudError(message, details=self.logs()) from error

    def wait_for_pictures(self, *, timeout_seconds: float = LIVE_SECONDS) -> None:
        """Wait until no picture waits for smaller versions and pages offer them; else raise CloudError."""
        deadline = time.monotonic() + timeout_seconds
        while self._messages("VariantQueueUrl"):
            if time.monotonic() > deadline:
                message = f"Pictures still wait after {timeout_seconds:.0f} seconds: {self.standing()}."
                raise CloudError(message, details=self.logs())
            time.sleep(POLL_SECONDS)
        self.wait_until_quiet(timeout_seconds=timeout_seconds)

    def waiting_messages(self) -> int:
        """Count the messages of sources and sections: visible, in flight and delayed. Pictures follow by themselves."""
        return self._messages("SourceQueueUrl") + self._messages("PageQueueUrl")

    def dead_letters(self) -> int:
        """Return how many messages all dead-letter queues hold."""
        names = ("SourceDeadLetterQueueUrl", "PageDeadLetterQueueUrl", "VariantDeadLetterQueueUrl")
        return sum(map(self._messages, names))

    def standing(self) -> str:
        """Return the state of queues and site bucket in one line."""
        sources, sections = self._messages("SourceQueueUrl"), self._messages("PageQueueUrl")
        listing = self.client("s3").list_objects_v2(Bucket=self.outputs["SiteBucketName"])
        return (
            f"{sources} sources and {sections} sections waiting, {self.dead_letters()} dead letters, "
            f"{listing['KeyCount']} objects in the site bucket"
        )

    def logs(self) -> str:
        """Return the newest lines of the functions, and of MiniStack, which tells of runs that did not begin or end."""
        ministack = self._ministack.log_tail() if self._ministack else ""
        return f"{self.function_logs()}\nMiniStack:\n{ministack}"

    def function_logs(self, *, lines: int = 60) -> str:
        """Return the newest log lines of all functions, oldest first."""
        logs = self.client("logs")
        events: list[tuple[int, str]] = []
        for group in logs.describe_log_groups(logGroupNamePrefix="/aws/lambda/")["logGroups"]:
            found = logs.filter_log_events(logGroupName=group["logGroupName"], limit=1000)["events"]
            name = group["logGroupName"].rpartition("/")[2]
            events += [(event["timestamp"], f"{name}: {event['message'].rstrip()}") for event in found]
        events.sort(key=lambda event: event[0])
        return "\n".join(text for _, text in events[-lines:])

    def _messages(self, output: str) -> int:
        if output not in self.outputs:  # There is no queue for pictures unless a parameter wants it.
            return 0
        got = self.client("sqs").get_queue_attributes(
            QueueUrl=self.outputs[output],
            AttributeNames=[
                "ApproximateNumberOfMessages",
                "ApproximateNumberOfMessagesNotVisible",
                "ApproximateNumberOfMessagesDelayed",
            ],
        )
        return sum(int(value) for value in got["Attributes"].values())

    def _open(self, closing: ExitStack) -> None:
        self._progress("installing MiniStack")
        ministack_tools = ministack_environment()
        self._progress("installing SAM CLI")
        sam_tools = sam_environment()
        self._folder = Path(closing.enter_context(tempfile.TemporaryDirectory(prefix="bucketpress-")))
        self._cloudfront = closing.enter_context(LocalCloudFront(self._site_port))

        self._progress("starting MiniStack")
        self._ministack = MiniStack(ministack_tools, self._folder / "ministack", enforce_roles=self._enforce_roles)
        closing.callback(self._ministack.stop)
        self._ministack.start()

        self._sam = Sam(environment=sam_tools, endpoint=self.endpoint, folder=self._folder)
        self.client("s3").create_bucket(Bucket=PACKAGES)
        self.deploy(self._project)

        cloudformation = self.client("cloudformation")
        self.outputs = stack_outputs(cloudformation)
        api_id = create_routes(cloudformation, self.client("apigatewayv2"), account=ACCOUNT)
        self.api_url = f"{self.endpoint}/_aws/execute-api/{api_id}/$default"
        objects = bucket_objects(self.client("s3"), self.outputs["SiteBucketName"])
        api = api_origin(self.api_url, origin_headers(self.client("cloudfront"), self.outputs["DistributionId"]))
        self.distribution = Distribution(objects_origin(objects), api, clock=self._edge_clock)
        self._cloudfront.open(self.distribution.respond)
        purge = self.distribution.purge
        watch = InvalidationWatch(self.client("cloudfront"), self.outputs["DistributionId"], purge)
        watch.start()
        closing.callback(watch.stop)
