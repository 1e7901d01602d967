"""Reads a backup of a Tumblr blog: a JSON file for each post as Tumblr's API gives it, in a folder `json`.

See https://www.tumblr.com/docs/en/api/v2#posts; `tumblr-backup --json` writes such files, and the pictures beside them
in `media`. The pages of HTML that Tumblr itself exports have no documented form.
"""

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from bucketpress_cli.importers.address import parsed
from bucketpress_cli.importers.archives.archive_files import ArchiveFiles
from bucketpress_cli.importers.archives.json_document import read_json
from bucketpress_cli.importers.archives.tumblr_text import html_of_post
from bucketpress_cli.importers.publication import ExportError, ImportedPost, ImportedSite, Loss

_NAME = re.compile(r"(?:^|/)json/[0-9]+\.json$")
_SHOWN = frozenset({"published"})
Post = Mapping[str, object]


class TumblrExport:
    """A backup with a file for each post: an archive or a folder."""

    def __init__(self, path: Path, url: str = "") -> None:
        """Take an archive or folder; nothing is read yet. `url` is the address of a blog with its own domain."""
        self._files, self._url = ArchiveFiles(path), url.rstrip("/")

    def site(self) -> ImportedSite:
        """Return what the posts say of the blog. Raises ExportError."""
        first = next(iter(self._posts), {})
        blog = first.get("blog")
        about = blog if isinstance(blog, Mapping) else {}
        address = parsed(_text(first, "post_url"))
        tags = {tag for post in self._posts for tag in _tags(post)}
        return ImportedSite(
            title=_text(about, "title") or _text(about, "name") or _text(first, "blog_name"),
            url=self._url or (f"{address.scheme}://{address.netloc}" if address.netloc else ""),
            media_hosts=frozenset(parsed(url).netloc for url in self._pictures),
            redirects=(("/tagged/*", "/tags/:splat"),) if tags else (),
            typographic=False,
        )

    def posts(self) -> Iterator[ImportedPost]:
        """Yield posts. Raises ExportError."""
        for post in self._posts:
            text, losses = html_of_post(post)
            path = parsed(_text(post, "post_url")).path
            title = _text(post, "title") or _text(post, "summary")
            yield ImportedPost(
                title=" ".join(title.split()),
                html=text,
                slug=_text(post, "slug"),
                path=path,
                id=_text(post, "post_url"),
                published=_moment(post),
                held=_held(post),
                tags=tuple(_tags(post)),
                losses=losses,
            )

    def losses(self) -> Iterator[Loss]:
        """Yield what is left out of the export. Raises ExportError."""
        for post in self._posts:
            notes = post.get("note_count")
            if isinstance(notes, int) and notes > 0:
                yield Loss(kind="Notes: likes, reblogs and replies", what="", fix="Bucketpress has none.")

    def picture(self, path: str) -> bytes | None:
        """Return a picture that the backup holds under the last part of its address."""
        name = self._files.find(f"media/{path.rpartition('/')[2]}")
        return self._files.read(name) if name else None

    @cached_property
    def _posts(self) -> Sequence[Post]:
        read = [self._read(name) for name in self._files.names if _NAME.search(name)]
        return sorted(read, key=lambda post: (_text(post, "timestamp").zfill(20), _text(post, "id")))

    @property
    def _pictures(self) -> Iterator[str]:
        return (found for post in self._posts for found in re.findall(r'<img src="([^"]+)"', html_of_post(post)[0]))

    def _read(self, name: str) -> Post:
        try:
            read = read_json(self._files.read(name))
        except ValueError as error:
            message = f"{name} cannot be read: {error}. Make the backup again."
            raise ExportError(message) from error
        if not isinstance(read, dict):
            message = f"{name} is no post of Tumblr. Make the backup again, with --json."
            raise ExportError(message)
        return read


def is_tumblr(path: Path) -> bool:
    """Return whether an archive or folder is such a backup."""
    files = ArchiveFiles(path)
    first = next((name for name in files.names if _NAME.search(name)), None)
    return first is not None and b'"post_url"' in files.read(first)


def _held(post: Post) -> str:
    """Return why not everybody saw a post; a state that is not known holds back."""
    state = _text(post, "state")
    if state in _SHOWN and not post.get("is_private"):
        return ""
    return state if state in {"draft", "private"} else "draft" if state == "queued" else "hidden"


def _tags(post: Post) -> Iterator[str]:
    tags = post.get("tags")
    yield from (tag for tag in (tags if isinstance(tags, list) else ()) if isinstance(tag, str) and tag.strip())


def _moment(post: Post) -> datetime | None:
    seconds = post.get("timestamp")
    try:
        return datetime.fromtimestamp(seconds, UTC) if isinstance(seconds, int) else None
    except (ValueError, OverflowError, OSError):
        return None


def _text(row: Mapping[str, object], name: str) -> str:
    value = row.get(name)
    return html.unescape(value) if isinstance(value, str) else str(value) if isinstance(value, int) else ""
