"""`bucketpress new`: a post, a draft or a page to write in."""

import json
import os
import shlex
import subprocess
import sys
import uuid
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bucketpress import bootstrap
from bucketpress.content.settings.reader import MAX_SETTINGS_BYTES, read_site_settings
from bucketpress.content.settings.site_settings import SiteSettings
from bucketpress.content.source_keys import SETTINGS_KEY
from bucketpress_cli.failure import fail
from bucketpress_cli.starter.new_source import DRAFT_FOLDERS, PAGE_FOLDERS, POST_FOLDERS, new_source
from bucketpress_cli.terminal import print_line

console = Console(stderr=True, highlight=False)


def new(
    title: Annotated[str, typer.Argument(help="The title, in quotation marks.", show_default=False)],
    folder: Annotated[Path, typer.Argument(help="A content folder.", exists=True, file_okay=False)] = Path(),
    *,
    page: Annotated[bool, typer.Option("--page", help="A page, which has no date and is in no feed.")] = False,
    draft: Annotated[bool, typer.Option("--draft", help="Kept back until you move it to the posts.")] = False,
    edit: Annotated[bool, typer.Option(help="Open it in $EDITOR; only at a terminal.")] = True,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document, and open nothing.")] = False,
) -> None:
    """Begin a post, with the date of now, an id that stays, and a name made from its title.

    Prints the name of the file. Example: bucketpress new "A first post" my-blog
    """
    source = new_source(
        title,
        folders={name for name in (*POST_FOLDERS, *DRAFT_FOLDERS, *PAGE_FOLDERS) if (folder / name).is_dir()},
        settings=_settings(folder),
        now=bootstrap.now(),
        identity=str(uuid.uuid4()),
        page=page,
        draft=draft,
    )
    file = folder / source.key
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("x", encoding="utf-8", newline="\n") as opened:
            opened.write(source.text)
    except FileExistsError:
        fail(f"{file} exists already.", "Open it, or choose another title.", then="bucketpress new TITLE")
    except OSError as error:
        hint = "Name the content folder after the title."
        fail(f"{file} cannot be written: {error.strerror}.", hint, then="bucketpress new TITLE FOLDER")
    if source.draft and not draft:
        print_line(console, "Its title says that it is a draft: it is held back.")
    if as_json:
        typer.echo(json.dumps({"file": str(file), "key": source.key, "draft": source.draft}, indent=2))
        return
    typer.echo(file)
    if edit and sys.stdin.isatty() and sys.stdout.isatty():
        _open_in_editor(file)


def _settings(folder: Path) -> SiteSettings:
    """Return the settings of a folder; the defaults where it has none that can be read, which `check` tells."""
    try:
        with (folder / SETTINGS_KEY).open("rb") as file:
            data = file.read(MAX_SETTINGS_BYTES + 1)
    except OSError:
        return SiteSettings(url="")
    settings, _ = read_site_settings(data, default_url="http://localhost")
    return settings or SiteSettings(url="")


def _open_in_editor(file: Path) -> None:
    editor = shlex.split(os.environ.get("VISUAL") or os.environ.get("EDITOR") or "")
    if not editor:
        print_line(console, "Set EDITOR to have new files opened.")
        return
    try:
        subprocess.run([*editor, str(file)], check=False)  # noqa: S603 - the author's own editor
    except OSError as error:
        print_line(
            console, (f"{editor[0]} cannot be started: {error.strerror}.", "yellow"), " Set EDITOR to your editor."
        )
