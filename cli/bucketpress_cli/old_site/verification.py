"""Compares what a folder publishes with the addresses and feed ids that the site had before."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from bucketpress import bootstrap
from bucketpress.services.build import Progress
from bucketpress.services.queries.suggestions import bare
from bucketpress.site.entry_ids import entry_id, rss_guid
from bucketpress.site.impact import Shown
from bucketpress_cli.cloudfront.distribution import Distribution
from bucketpress_cli.cloudfront.edge_cache import Request
from bucketpress_cli.cloudfront.origins import objects_origin
from bucketpress_cli.old_site.old_entries import OldEntry

_MOST_STEPS = 5
_DEFAULT_URL = "http://localhost"


class Fate(StrEnum):
    """What became of an old address or id."""

    SAME = "same"
    REDIRECTED = "redirected"
    LOST = "lost"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """An old address with what became of it and where it leads now, and of its id; None where it had none."""

    entry: OldEntry
    fate: Fate | None
    now: str = ""
    id_kept: bool | None = None


def verify_folder(folder: Path, entries: Sequence[OldEntry], progress: Progress | None = None) -> tuple[Verified, ...]:
    """Build a folder and ask for every old address as a reader would. Raises BucketpressError."""
    with tempfile.TemporaryDirectory(prefix="bucketpress-") as out:
        build = bootstrap.build(folder, Path(out), default_url=_DEFAULT_URL)
        built = build.run(progress)
        site = build.refresher.site

        def objects(key: str) -> tuple[dict[str, str], bytes] | None:
            stored = site.head(key)
            if stored is None:
                return None
            headers = {"content-type": stored.content_type}
            if stored.redirect_to is not None:
                headers["x-amz-website-redirect-location"] = stored.redirect_to
            if stored.status is not None:
                headers["x-amz-meta-status"] = str(stored.status)
            return headers, b""

        distribution = Distribution(objects_origin(objects), caches_in_a_row=0)
        entries_now = [record.shown.entry for record in built.records if isinstance(record.shown, Shown)]
        ids = {identity for entry in entries_now for identity in (entry_id(entry), rss_guid(entry))}
        verified = []
        for number, entry in enumerate(entries, 1):
            verified.append(_verified(entry, distribution, ids))
            if progress:
                progress("Asking", number, len(entries))
        return tuple(verified)


def _verified(entry: OldEntry, distribution: Distribution, ids: set[str]) -> Verified:
    fate, now = _fate(entry.address, distribution) if entry.address else (None, "")
    return Verified(entry=entry, fate=fate, now=now, id_kept=entry.id in ids if entry.id else None)


def _fate(address: str, distribution: Distribution) -> tuple[Fate, str]:
    """Follow an old address to where it leads."""
    if "?" in address:
        return Fate.LOST, ""  # A query tells no pages apart here.
    asked = quote(address.partition("#")[0], safe="/-._~!*(),:;=@$&'+")
    path = asked
    for _ in range(_MOST_STEPS):
        answer = distribution.respond(Request(uri=path))
        if answer.status != HTTPStatus.MOVED_PERMANENTLY:
            is_there = answer.status == HTTPStatus.OK
            same = bare(unquote(path)) == bare(unquote(asked))
            return (Fate.SAME if same else Fate.REDIRECTED) if is_there else Fate.LOST, unquote(
                path
            ) if is_there else ""
        path = answer.headers["location"]
        if urlsplit(path).netloc:
            return Fate.REDIRECTED, path
        path = path.partition("#")[0].partition("?")[0]
    return Fate.LOST, ""
