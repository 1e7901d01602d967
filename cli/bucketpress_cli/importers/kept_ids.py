"""Keeps the ids that feed readers know, which most generators make of addresses, and the addresses themselves."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from bucketpress.content.front_matter.envelope import open_envelope
from bucketpress.content.paths import claim_path, page_path, path_fault
from bucketpress.content.post import Entry
from bucketpress.content.post_reader import MAX_POST_BYTES, read_post
from bucketpress.content.problem import Severity
from bucketpress.content.settings.site_settings import SiteSettings
from bucketpress.content.source_keys import SourceKey, SourceKind, classify
from bucketpress_cli.importers.post_file import identity_fits, quoted
from bucketpress_cli.old_site.old_entries import read_old_entries

# The first line of front matter, and how a key is written there.
_FORMS = (
    (re.compile(rb"(?:\xef\xbb\xbf)?---[ \t]*\r?\n"), "{}: {}\n"),
    (re.compile(rb"(?:\xef\xbb\xbf)?\+\+\+[ \t]*\r?\n"), "{} = {}\n"),
    (re.compile(rb"(?=(?:title|date)[ \t]*:)", re.IGNORECASE), "{}: {}\n"),
    (re.compile(rb"(?:\xef\xbb\xbf)?(?![\s{;])"), "---\n{}: {}\n---\n\n"),
)


def ids_of_feeds(files: Iterable[Path]) -> Mapping[str, str]:
    """Return the ids in old feeds by the path that a post would claim. Raises OSError and ExportError."""
    return {
        claim_path(page_path(entry.address)): entry.id
        for file in files
        for entry in read_old_entries(file)
        if entry.address and "?" not in entry.address and identity_fits(entry.id)
    }


def addresses_of(files: Iterable[Path]) -> tuple[str, ...]:
    """Return the addresses in old sitemaps and feeds, decoded. Raises OSError and ExportError."""
    return tuple(dict.fromkeys(entry.address for file in files for entry in read_old_entries(file) if entry.address))


def with_id(data: bytes, key: str, ids: Mapping[str, str], settings: SiteSettings) -> bytes:
    """Return a source with the id that the old feed had for its address, in its front matter."""
    source = classify(key)
    if not ids or source.kind is not SourceKind.POST or len(data) > MAX_POST_BYTES:
        return data
    post, _ = read_post(source, data, settings)
    identity = ids.get(claim_path(post.entry.path)) if post else None
    if post is None or identity is None or post.entry.id == identity:
        return data
    return _with(data, source, "id", identity, settings)


def with_date(data: bytes, key: str, date: str, settings: SiteSettings) -> bytes:
    """Return a source with the date that only its old folder said."""
    source = classify(key)
    if not date or source.kind is not SourceKind.POST or len(data) > MAX_POST_BYTES:
        return data
    return _with(data, source, "date", date, settings)


def with_url(data: bytes, key: str, path: str, settings: SiteSettings) -> bytes:
    """Return a source with the address that it had, in its front matter, where it would have another."""
    source = classify(key)
    if not path or source.kind not in {SourceKind.POST, SourceKind.PAGE} or len(data) > MAX_POST_BYTES:
        return data
    post, _ = read_post(source, data, settings)
    if post is None or path_fault(page_path(path)) or claim_path(post.entry.path) == claim_path(page_path(path)):
        return data
    return _with(data, source, "url", path, settings)


def _with(data: bytes, source: SourceKey, name: str, value: str, settings: SiteSettings) -> bytes:
    """Return a source that also says something about itself, or as it was where it would not be read so.

    What holds a source back, such as front matter that is not understood, must not become a part of its text.
    """
    if any(problem.severity is Severity.ERROR for problem in open_envelope(data.decode("utf-8", "replace")).problems):
        return data
    for first_line, form in _FORMS:
        if found := first_line.match(data):
            written = data[: found.end()] + form.format(name, quoted(value)).encode() + data[found.end() :]
            again, _ = read_post(source, written, settings)
            return written if again and _is_said(again.entry, name, value) else data
    return data


def _is_said(entry: Entry, name: str, value: str) -> bool:
    return {"id": entry.id == value, "url": entry.path == page_path(value)}.get(name, True)
