"""`make demo`: the whole of Bucketpress on this machine, until Ctrl-C."""

import datetime as dt
import signal
import sys
import time
from pathlib import Path
from types import FrameType
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.status import Status

from tools.local_cloud.cloud_error import CloudError
from tools.local_cloud.deployment import STACK
from tools.local_cloud.local_cloud import LocalCloud
from tools.local_cloud.ministack import ACCESS_KEY_ID, REGION, SECRET_ACCESS_KEY
from tools.locks import PROJECT_FOLDER
from tools.tool_error import ToolError

SAMPLE = PROJECT_FOLDER / "samples" / "packnet-blog"

app = typer.Typer(help="The whole of Bucketpress on this machine: no AWS account, no Docker.", no_args_is_help=True)


@app.callback()
def cloud() -> None:
    """Exist only so that `up` stays a subcommand although it is the only one."""


@app.command()
def up(
    *,
    content: Annotated[
        Path, typer.Option(help="The content folder to upload first.", exists=True, file_okay=False, resolve_path=True)
    ] = SAMPLE,
    port: Annotated[int, typer.Option(help="The port of the site; 0 takes any free one.", min=0, max=65535)] = 0,
    auth: Annotated[bool, typer.Option(help="Enforce the functions' roles, as AWS does.")] = True,
) -> None:
    """Start a local AWS, deploy the real template, upload a content folder, and serve the site until Ctrl-C."""
    console = Console(highlight=False)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt)
    try:
        with console.status("starting") as status:
            steps = _Steps(console, status)
            cloud = LocalCloud(enforce_roles=auth, site_port=port, progress=steps.begin)
            _run(cloud, content, console, steps)
    except KeyboardInterrupt:
        console.print("Stopped; nothing is left running.")
    except ToolError as error:
        _fail(error)
    except OSError as error:
        _fail(CloudError(f"The local cloud could not start: {error}"))


def _run(cloud: LocalCloud, content: Path, console: Console, steps: "_Steps") -> None:
    with cloud:
        steps.begin("uploading")
        keys = cloud.upload(content)
        steps.begin(f"publishing {len(keys)} files")
        cloud.wait_until_live()
        steps.end()
        console.print(instructions(cloud), soft_wrap=True, markup=False)
        signal.pause()


class _Steps:
    """Shows the step at work, and each finished one with the time it took."""

    def __init__(self, console: Console, status: Status) -> None:
        self._console = console
        self._status = status
        self._step = ""
        self._began = time.monotonic()

    def begin(self, step: str) -> None:
        """Finish the step before and show the new one."""
        self._finish()
        self._step, self._began = step, time.monotonic()
        self._status.update(step)

    def end(self) -> None:
        """Finish the last step and give the terminal back."""
        self._finish()
        self._status.stop()

    def _finish(self) -> None:
        if self._step:
            self._console.print(f"✓ {self._step} ({time.monotonic() - self._began:.1f} s)")


def instructions(cloud: LocalCloud) -> str:
    """Return the addresses, and ways to upload the next post and ask after it that can be copied as they are."""
    bucket, key = cloud.outputs["ContentBucketName"], "posts/hello.md"
    command = Path(sys.executable).with_name("bucketpress")
    today = dt.datetime.now(tz=dt.UTC).date()
    return f"""
The site        {cloud.site_url}/
The API         {cloud.site_url}/v1/posts
Content bucket  {bucket}
AWS endpoint    {cloud.endpoint}

Write the next post:

  printf -- '---\\ntitle: Hello\\ndate: {today}\\ntags: [news]\\n---\\nIt works.\\n' > hello.md

Upload it, with the AWS CLI or with Python:

  AWS_ACCESS_KEY_ID={ACCESS_KEY_ID} AWS_SECRET_ACCESS_KEY={SECRET_ACCESS_KEY} AWS_DEFAULT_REGION={REGION} \\
    aws --endpoint-url {cloud.endpoint} s3 cp hello.md s3://{bucket}/{key}

  {sys.executable} -c 'import boto3; boto3.client("s3", endpoint_url="{cloud.endpoint}", region_name="{REGION}",
    aws_access_key_id="{ACCESS_KEY_ID}", aws_secret_access_key="{SECRET_ACCESS_KEY}"
    ).upload_file("hello.md", "{bucket}", "{key}")'

Ask what became of it, or of everything (without the key):

  AWS_ENDPOINT_URL={cloud.endpoint} AWS_ACCESS_KEY_ID={ACCESS_KEY_ID} AWS_SECRET_ACCESS_KEY={SECRET_ACCESS_KEY} \\
    AWS_DEFAULT_REGION={REGION} {command} status {key} --stack {STACK}

The site is kept for up to 20 seconds by an edge with CloudFront's rules; `{command} purge --all --stack {STACK}`
with the same variables has it forget at once.

Any other S3 client does as well. Ctrl-C stops everything and leaves nothing behind.
"""


def _interrupt(_signal: int, _frame: FrameType | None) -> NoReturn:
    # A second Ctrl-C must not interrupt the clean-up.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


def _fail(error: ToolError) -> NoReturn:
    errors = Console(stderr=True, highlight=False)
    if error.details:
        errors.print(error.details.rstrip(), style="dim", markup=False, soft_wrap=True)
    errors.print(f"✗ {error}", style="red", markup=False, soft_wrap=True)
    raise typer.Exit(1)
