"""`bucketpress init`: a content folder that builds at once."""

import sys
import uuid
import webbrowser
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from bucketpress import bootstrap
from bucketpress.content.source_keys import SETTINGS_KEY
from bucketpress_cli.failure import command_line, fail, name_next
from bucketpress_cli.preview import serve
from bucketpress_cli.starter.local_timezone import local_timezone
from bucketpress_cli.starter.starter_folder import starter_files, title_of


def init(
    folder: Annotated[Path, typer.Argument(help="A folder that is new or empty.", show_default=False)],
    *,
    title: Annotated[str, typer.Option(help="The site's title; else the folder's name.", show_default=False)] = "",
) -> None:
    """Make a content folder: settings, a first post and a page. It builds at once.

    At a terminal it offers to show the site in a browser. Example: bucketpress init my-blog
    """
    files = starter_files(
        title=" ".join(title.split()) or title_of(folder.resolve().name),
        timezone=local_timezone(),
        now=bootstrap.now(),
        identities=(str(uuid.uuid4()), str(uuid.uuid4())),
    )
    try:
        if folder.exists() and any(folder.iterdir()):
            _refuse(folder)
        for name, text in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, "utf-8", newline="\n")
    except OSError as error:
        hint = "Choose another folder."
        fail(f"{folder} cannot be written: {error.strerror}.", hint, then="bucketpress init my-blog")
    for name in sorted(files):
        typer.echo(folder / name)
    _preview(folder)


def _refuse(folder: Path) -> NoReturn:
    """Refuse a folder that holds something, and name what to do instead."""
    if (folder / SETTINGS_KEY).exists():
        fail(f"{folder} is a content folder already.", then=command_line("preview", folder))
    fail(f"{folder} is not empty.", "Choose a new folder.", then=command_line("init", folder / "my-blog"))


def _preview(folder: Path) -> None:
    """Offer to show the site where somebody can answer; else say how."""
    if sys.stdin.isatty() and sys.stdout.isatty() and typer.confirm("Show it in a browser now?", default=True):
        serve(folder, answering=webbrowser.open)
        return
    name_next(command_line("preview", folder))
