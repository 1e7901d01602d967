"""Reads Ghost's export: one JSON document with the rows of its tables.

See https://ghost.org/docs/migration/ghost/ and https://ghost.org/docs/migration/custom/.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, tzinfo
from functools import cached_property
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bucketpress.content.slugs import label_slug
from bucketpress_cli.importers.archives.json_document import read_json
from bucketpress_cli.importers.archives.moments import moment
from bucketpress_cli.importers.ghost.ghost_text import text_of_post
from bucketpress_cli.importers.publication import ExportError, ImportedPost, ImportedSite, Loss

_HOME = "__GHOST_URL__"
_SITE_CODE = ("ghost_head", "ghost_foot", "codeinjection_head", "codeinjection_foot")
# Before 1.0 posts were numbered, and their feed had the other id.
_OWN_ID = re.compile("[0-9a-f]{24}")
_SHOWN = frozenset({"published", "scheduled"})
_FORMATS = ("lexical", "mobiledoc", "markdown", "html", "plaintext")
_INJECTED = Loss(
    kind="Code injected into pages",
    what="",
    fix="Pages here have no scripts. Colours and fonts go into `appearance` of site.yaml or a theme.",
)
_CLOSED = Loss(
    kind="Posts of a site behind a password",
    what="",
    fix="All are drafts. Take `draft: true` out of those that anyone may read.",
)
Row = Mapping[str, object]


class GhostExport:
    """A Ghost export; `url` is where the site was, which the export does not say."""

    def __init__(self, file: Path, url: str = "") -> None:
        """Take a file; nothing is read yet."""
        self._file, self._url = file, url.rstrip("/")

    @cached_property
    def _tables(self) -> Mapping[str, Sequence[Row]]:
        try:
            document = read_json(self._file.read_bytes())
            return {str(name): rows for name, rows in _tables_of(document).items() if isinstance(rows, list)}
        except ValueError as error:
            message = f"{self._file} is no export of Ghost: {error}. Take the JSON file of Settings → Import/Export."
            raise ExportError(message) from error

    def site(self) -> ImportedSite:
        """Return what is said of the site. Raises ExportError."""
        said = self._said
        tags = {_text(row, "slug"): _text(row, "name") for row in self._rows("tags")}
        users = {_text(row, "slug"): _text(row, "name") for row in self._rows("users")}
        return ImportedSite(
            title=said.get("title", ""),
            url=self._url,
            description=said.get("description", ""),
            language=said.get("locale") or said.get("lang") or said.get("default_locale", ""),
            timezone=self._zone_name,
            authors=users,
            redirects=(
                *(
                    (f"/tag/{slug}/", f"/tags/{new}/")
                    for slug, name in tags.items()
                    if (new := label_slug(name)) != slug
                ),
                *(
                    (f"/author/{slug}/", f"/authors/{new}/")
                    for slug, name in users.items()
                    if (new := label_slug(name)) != slug
                ),
                ("/tag/*", "/tags/:splat"),
                ("/author/*", "/authors/:splat"),
            ),
            menu=tuple(self._menu()),
            typographic=False,
        )

    def posts(self) -> Iterator[ImportedPost]:
        """Yield posts and pages. Raises ExportError."""
        tags = self._joined("posts_tags", "tag_id", "tags")
        authors = self._joined("posts_authors", "author_id", "users")
        metas = {_text(row, "post_id"): row for row in self._rows("posts_meta")}
        users = {_text(row, "id"): _text(row, "name") for row in self._rows("users")}
        for row in self._rows("posts"):
            number = _text(row, "id")
            single = users.get(_text(row, "author_id"), "")
            written = text_of_post({name: _text(row, name) for name in _FORMATS})
            meta = metas.get(number, {})
            yield ImportedPost(
                title=_text(row, "title"),
                html=written.source.replace(_HOME, self._url),
                slug=_text(row, "slug"),
                path=self._path(row),
                id=number if _OWN_ID.fullmatch(number) else _text(row, "uuid") or number,
                published=moment(_text(row, "published_at") or _text(row, "created_at")),
                updated=moment(_text(row, "updated_at")),
                is_page=_text(row, "type") == "page" or row.get("page") == 1,
                held=_held(row, meta) or ("private" if self._is_closed else "" if written.is_read else "draft"),
                featured=row.get("featured") == 1,
                canonical=_text(row, "canonical_url"),
                tags=tuple(name for name in tags.get(number, ()) if not name.startswith("#")),
                authors=authors.get(number) or ((single,) if single else ()),
                summary=_text(row, "custom_excerpt") or _text(row, "meta_description"),
                image=(_text(row, "feature_image") or _text(row, "image")).replace(_HOME, self._url),
                image_alt=_text(meta, "feature_image_alt"),
                losses=written.losses,
            )

    def losses(self) -> Iterator[Loss]:
        """Yield what is left out of the export. Raises ExportError."""
        injected = [(_text(row, "title"), row) for row in self._rows("posts")]
        injected += [("the whole site", {"codeinjection_head": self._said.get(name, "")}) for name in _SITE_CODE]
        for what, row in injected:
            if _text(row, "codeinjection_head").strip() or _text(row, "codeinjection_foot").strip():
                yield replace(_INJECTED, what=what)
        yield from (_CLOSED for _ in self._rows("posts") if self._is_closed)
        for table, what in {"members": "Members and their subscriptions", "comments": "Comments"}.items():
            fix = "Bucketpress has none. Keep the export."
            yield from (Loss(kind=what, what="", fix=fix) for _ in self._rows(table))

    def picture(self, path: str) -> bytes | None:
        """Return nothing: Ghost exports pictures apart."""
        del path
        return None

    @cached_property
    def _said(self) -> Mapping[str, str]:
        return {_text(row, "key"): _text(row, "value") for row in self._rows("settings")}

    @cached_property
    def _is_closed(self) -> bool:
        """Whether readers had to know a password."""
        values = [row.get("value") for row in self._rows("settings") if row.get("key") == "is_private"]
        return any(str(value).lower() in {"true", "1"} for value in values)

    def _menu(self) -> Iterator[tuple[str, str]]:
        try:
            entries = read_json((self._said.get("navigation") or "[]").encode())
        except ValueError:
            return
        for entry in entries if isinstance(entries, list) else ():
            if isinstance(entry, dict):
                yield _text(entry, "label"), _text(entry, "url").replace(_HOME, self._url)

    def _rows(self, table: str) -> Sequence[Row]:
        return [row for row in self._tables.get(table, ()) if isinstance(row, dict)]

    def _joined(self, between: str, column: str, table: str) -> dict[str, tuple[str, ...]]:
        """Return the names that belong to each post, in their order."""
        names = {_text(row, "id"): _text(row, "name") for row in self._rows(table)}
        found: dict[str, list[tuple[float, str]]] = {}
        for row in self._rows(between):
            order = row.get("sort_order")
            if name := names.get(_text(row, column)):
                place = float(order) if isinstance(order, int) else 0.0
                found.setdefault(_text(row, "post_id"), []).append((place, name))
        return {
            post: tuple(name for _, name in sorted(pairs, key=lambda pair: pair[0])) for post, pairs in found.items()
        }

    def _path(self, row: Row) -> str:
        """Return the address of a post, by the site's clock; a page's is its slug whatever the pattern of posts."""
        pattern = self._said.get("permalinks") or "/:slug/"
        published = moment(_text(row, "published_at"))
        is_page = _text(row, "type") == "page" or row.get("page") == 1
        if is_page or published is None or pattern == "/:slug/":
            return f"/{_text(row, 'slug')}/"
        local = published.astimezone(self._zone)
        day = {":year": f"{local:%Y}", ":month": f"{local:%m}", ":day": f"{local:%d}"}
        for token, value in {**day, ":slug": _text(row, "slug"), ":id": _text(row, "id")}.items():
            pattern = pattern.replace(token, value)
        return pattern if ":" not in pattern else f"/{_text(row, 'slug')}/"

    @cached_property
    def _zone_name(self) -> str:
        said = self._said
        return said.get("timezone") or said.get("active_timezone") or said.get("activeTimezone", "")

    @cached_property
    def _zone(self) -> tzinfo:
        try:
            return ZoneInfo(self._zone_name or "UTC")
        except (ValueError, OSError, ZoneInfoNotFoundError):
            return UTC


def _tables_of(document: object) -> Mapping[object, object]:
    """Return the tables of an export, which older ones have one level higher. Raises ValueError."""
    databases = document.get("db") if isinstance(document, dict) else None
    inner = databases[0] if isinstance(databases, list) and databases else document
    tables = inner.get("data") if isinstance(inner, dict) else None
    if isinstance(tables, dict):
        return tables
    message = "no tables"
    raise ValueError(message)


def _held(row: Row, meta: Row) -> str:
    """Return why readers did not see a post; what only members saw is private."""
    status = _text(row, "status")
    if status not in _SHOWN:
        return "draft" if status == "draft" else "hidden"
    if _text(row, "visibility") not in {"", "public"}:
        return "private"
    return "hidden" if row.get("email_only") == 1 or meta.get("email_only") == 1 else ""


def _text(row: Row, column: str) -> str:
    value = row.get(column)
    return value if isinstance(value, str) else str(value) if isinstance(value, int) and value is not True else ""
