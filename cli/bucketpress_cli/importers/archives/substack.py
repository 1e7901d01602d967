"""Reads Substack's export: `posts.csv` with a row for each post, and its text in `posts/NUMBER.NAME.html`.

See https://support.substack.com/hc/en-us/articles/360037466012.
"""

import csv
import html
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path

from bucketpress_cli.importers.archives.archive_files import ArchiveFiles
from bucketpress_cli.importers.archives.json_document import read_json
from bucketpress_cli.importers.archives.moments import moment
from bucketpress_cli.importers.publication import ExportError, ImportedPost, ImportedSite, Loss

TABLE = "posts.csv"
_SHOWN = frozenset({"newsletter", "podcast", "page", "thread", "video"})
_PAGE = "page"
_WIDGET = re.compile(
    r'<p class="button-wrapper"[^>]*>.*?</p>|<div class="subscription-widget-wrap[^"]*"[^>]*>.*?</form>(?:\s*</div>)*'
    r'|<a\b[^>]*href="%%[^"]*"[^>]*>.*?</a>',
    re.DOTALL,
)
# What only the page's script fills says in an attribute what it shows.
_EMPTY_BOX = re.compile(r"""<div\b(?P<attributes>(?:[^<>"']++|"[^"]*+"|'[^']*+')*+)>\s*</div>""")
_BOX_DATA = re.compile(r"""\sdata-attrs=(?:"(?P<one>[^"]*)"|'(?P<other>[^']*)')""")
_BOX_ADDRESSES = ("url", "permalink", "canonical_url", "href")
_LABEL = re.compile(r'<label class="hide-text"[^>]*>[^<]*</label>')
_FILES = "bucketeer-e05bbc84-baa3-437e-9518-adb32be77984.s3.amazonaws.com", "substack-post-media.s3.amazonaws.com"
_TO_LINK = Loss(kind="Posts of other networks shown in a box", what="", fix="They became links to where they are.")
_TO_CODE = Loss(
    kind="Formulas in a box", what="", fix="They became code. Write `math: true` into these posts, and $$ around each."
)
_UNKNOWN_BOX = Loss(
    kind="Polls, films and sound that only Substack can show",
    what="",
    fix="Put the films and sound beside these posts as files, and show them where they were.",
)


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
            media_hosts=frozenset({"substackcdn.com", "cdn.substack.com", *_FILES}),
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
    """Return a text without buttons and forms to subscribe, share and comment, and with what is in empty boxes."""
    plain, buttons = _WIDGET.subn("", _LABEL.sub("", text))
    told = [
        Loss(kind="Buttons to subscribe, share and comment", what="", fix="Link to where readers can do it.")
    ] * buttons

    def box(found: re.Match[str]) -> str:
        data = _BOX_DATA.search(found["attributes"])
        if data is None:
            return found[0]
        shown, lost = _in_box(html.unescape(data["one"] or data["other"] or ""))
        told.extend(lost)
        return shown

    return _EMPTY_BOX.sub(box, plain), tuple(told)


def _in_box(written: str) -> tuple[str, Sequence[Loss]]:
    """Return what a box shows, as its data say it, and what is lost of it."""
    try:
        data = read_json(written.encode())
    except ValueError:
        return "", [_UNKNOWN_BOX]
    row = data if isinstance(data, Mapping) else {}
    gallery = row.get("gallery")
    if isinstance(gallery, Mapping) and (pictures := "".join(_pictures(gallery))):
        return pictures, []
    if formula := _text(row, "persistentExpression"):
        return f'<pre><code class="language-latex">{html.escape(formula, quote=False)}</code></pre>', [_TO_CODE]
    address = next((found for name in _BOX_ADDRESSES if (found := _text(row, name)).startswith("https://")), "")
    if address:
        shown = html.escape(_text(row, "title") or address, quote=False)
        return f'<p><a href="{html.escape(address)}">{shown}</a></p>', [_TO_LINK]
    return "", [_UNKNOWN_BOX] if row else []


def _pictures(gallery: Mapping[str, object]) -> Iterator[str]:
    alt = html.escape(_text(gallery, "alt"))
    rows = gallery.get("images")
    images = [row for row in (rows if isinstance(rows, list) else ()) if isinstance(row, Mapping)]
    whole = gallery.get("staticGalleryImage")
    for row in images or ([whole] if isinstance(whole, Mapping) else []):
        if address := _text(row, "src"):
            yield f'<p><img src="{html.escape(address)}" alt="{alt}"></p>'
    if images and (caption := _text(gallery, "caption")):
        yield f"<p>{html.escape(caption, quote=False)}</p>"


def _text(row: Mapping[str, object], name: str) -> str:
    value = row.get(name)
    return value.strip() if isinstance(value, str) else ""


def _held(row: Mapping[str, str]) -> str:
    """Return why not everybody saw a post; what is not understood holds back."""
    if row.get("is_published", "").strip().lower() != "true":
        return "draft"
    if row.get("audience", "").strip() != "everyone":
        return "private"
    return "" if row.get("type", "newsletter") in _SHOWN else "hidden"
