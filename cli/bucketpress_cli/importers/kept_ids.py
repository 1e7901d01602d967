"""Keeps the ids that feed readers know: those of the old feed, which most generators make of addresses."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from bucketpress.content.paths import claim_path, page_path
from bucketpress.content.post_reader import MAX_POST_BYTES, read_post
from bucketpress.content.settings.site_settings import SiteSettings
from bucketpress.content.source_keys import SourceKind, classify
from bucketpress_cli.importers.post_file import identity_fits, quoted
from bucketpress_cli.old_site.verification import read_old_entries

# The first line of front matter, and how a key is written there.
_FORMS = (
    (re.compile(rb"(?:\xef\xbb\xbf)?---[ \t]*\r?\n"), "id: {}\n"),
    (re.compile(rb"(?:\xef\xbb\xbf)?\+\+\+[ \t]*\r?\n"), "id = {}\n"),
    (re.compile(rb"(?=(?:title|date)[ \t]*:)", re.IGNORECASE), "id: {}\n"),
)


def ids_of_feeds(files: Iterable[Path]) -> Mapping[str, str]:
    """Return the ids in old feeds by the path that a post would claim. Raises OSError and ExportError."""
    return {
        claim_path(page_path(entry.address)): entry.id
        for file in files
        for entry in read_old_entries(file)
        if entry.address and "?" not in entry.address and identity_fits(entry.id)
    }


def with_id(data: bytes, key: str, ids: Mapping[str, str], settings: SiteSettings) -> bytes:
    """Return a source with the id that the old feed had for its address, in its front matter."""
    source = classify(key)
    if not ids or source.kind is not SourceKind.POST or len(data) > MAX_POST_BYTES:
        return data
    post, _ = read_post(source, data, settings)
    identity = ids.get(claim_path(post.entry.path)) if post else None
    if post is None or identity is None or post.entry.id == identity:
        return data
    for first_line, form in _FORMS:
        if found := first_line.match(data):
            written = data[: found.end()] + form.format(quoted(identity)).encode() + data[found.end() :]
            again, _ = read_post(source, written, settings)
            return written if again and again.entry.id == identity else data
    return data
