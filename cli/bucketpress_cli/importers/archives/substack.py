"""Reads Substack's export: `posts.csv` with a row for each post, and its text in `posts/NUMBER.NAME.html`.

See https://support.substack.com/hc/en-us/articles/360037466012.
"""

import csv
import html
import io
import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path

from bucketpress_cli.importers.archives.archive_files import ArchiveFiles
from bucketpress_cli.importers.archives.moments import moment
from bucketpress_cli.importers.publication import ExportError, ImportedPost, ImportedSite, Loss

TABLE = "posts.csv"
_SHOWN = frozenset({"newsletter", "podcast", "page", "video"})
_PAGE = "page"
_WIDGET = re.compile(
    r'<p class="button-wrapper"[^>]*>.*?</p>|<div class="subscription-widget-wrap[^"]*"[^>]*>.*?</form>(?:\s*</div>)*'
    r'|<a\b[^>]*href="%%[^"]*"[^>]*>.*?</a>',
    re.DOTALL,
)
_EMPTY_BOX = re.compile(
    r'<div class="(?:tweet|instagram|comment|digest-post-embed|embedded-post-wrap)"([^>]*)>\s*</div>'
)
_BOX_ADDRESS = re.compile(r'"(?:url|permalink|canonical_url)":"(https://[^"\s]+)"')


class SubstackExport:
    """A Substack export; `url` is where the site was, which the export does not say."""

    def __init__(self, path: Path, url: str = "") -> None:
        """Take an archive or folder; nothing is read yet."""
        self._files, self._url = ArchiveFiles(path), url.rstrip("/")

    @cached_property
    def _rows(self) -> tuple[Mapping[str, str], ...]:
        name = self._files.find(TABLE)
        if name is None:
            message = f"The export holds no {TABLE}. Take the archive that Substack made, as it is."
            raise ExportError(message)
        text = self._files.read(name).decode("utf-8-sig", "replace")
        return tuple(
            {key: value or "" for key, value in row.items() if key} for row in csv.DictReader(io.StringIO(text))
        )

    def site(self) -> ImportedSite:
        """Return what is said of the site, which is little."""
        return ImportedSite(
            url=self._url,
            media_hosts=frozenset({"substackcdn.com", "cdn.substack.com", "bucketeer-e05bbc84.s3.amazonaws.com"}),
            typographic=False,
        )

    def posts(self) -> Iterator[ImportedPost]:
        """Yield posts and pages. Raises ExportError."""
        for row in self._rows:
            number = row.get("post_id", "")
            name = self._files.find(f"posts/{number}.html")
            if name is None:
                continue
            slug = number.partition(".")[2] or number
            player = row.get("podcast_url", "")
            text, losses = _without_widgets(self._files.read(name).decode("utf-8", "replace"))
            yield ImportedPost(
                title=html.unescape(row.get("title", "")),
                html=f'<audio src="{player}" controls></audio>{text}' if player.startswith("https://") else text,
                slug=slug,
                path=f"/p/{slug}",
                id=f"{self._url}/p/{slug}" if self._url else "",
                published=moment(row.get("post_date", "")),
                is_page=row.get("type") == _PAGE,
                held=_held(row),
                summary=html.unescape(row.get("subtitle", "")),
                losses=losses,
            )

    def losses(self) -> Iterator[Loss]:
        """Yield what is left out of the export. Raises ExportError."""
        for row in self._rows:
            if self._files.find(f"posts/{row.get('post_id', '')}.html") is None:
                fix = "They may be notes or threads. Export again if a post is among them."
                yield Loss(kind="Rows without a text", what=row.get("title", ""), fix=fix)
        if any(name.endswith("email_list.csv") or "subscriber" in name.lower() for name in self._files.names):
            yield Loss(kind="Subscribers", what="", fix="Bucketpress sends no mail. Keep the export.")

    def picture(self, path: str) -> bytes | None:
        """Return nothing: Substack exports no pictures."""
        del path
        return None


def _without_widgets(text: str) -> tuple[str, tuple[Loss, ...]]:
    """Return a text without buttons and forms to subscribe, share and comment, and without empty boxes of embeds."""
    plain, buttons = _WIDGET.subn("", text)
    shown, boxes = _EMPTY_BOX.subn(_box, plain)
    told = [
        Loss(kind="Buttons to subscribe, share and comment", what="", fix="Link to where readers can do it.")
    ] * buttons
    told += [
        Loss(kind="Posts of other networks shown in a box", what="", fix="They became links to where they are.")
    ] * boxes
    return shown, tuple(told)


def _box(found: re.Match[str]) -> str:
    """Return a link to what a box would have shown, "" where that is not said."""
    address = _BOX_ADDRESS.search(html.unescape(found[1]))
    return f'<p><a href="{html.escape(address[1])}">{html.escape(address[1])}</a></p>' if address else ""


def _held(row: Mapping[str, str]) -> str:
    """Return why not everybody saw a post; what is not understood holds back."""
    if row.get("is_published", "").strip().lower() != "true":
        return "draft"
    if row.get("audience", "").strip() != "everyone":
        return "private"
    return "" if row.get("type", "newsletter") in _SHOWN else "hidden"
