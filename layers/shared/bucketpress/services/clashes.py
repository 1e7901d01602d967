"""What the sources of a folder do to one another: files below files, posts of one id, pages where redirects begin."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from bucketpress.content.problem import Problem, warning
from bucketpress.content.settings.site_settings import SiteSettings
from bucketpress.content.source_keys import SETTINGS_KEY
from bucketpress.records.record import Record
from bucketpress.site.layout import page_keys

_MOST_NAMED = 3


def told_of_clashes(records: Iterable[Record], settings: SiteSettings) -> tuple[Record, ...]:
    """Add to the receipt of each source what others of its folder do to it.

    Of a file and a page below its very name the file stays, and the page is left out, so that it does not matter which
    of the two is written first.
    """
    known = tuple(records)
    owners = {key: record.key for record in known if record.shown for key in page_keys(record.shown.path)}
    of_one_id = _of_one_id(known)
    standing = list(_on_redirects(known, settings))
    told = []
    for record in known:
        clashes = [*_clashes(record, owners), *_namesakes(record, of_one_id)]
        clashes += standing if record.key == SETTINGS_KEY else []
        told.append(_told(record, clashes) if clashes else record)
    return tuple(told)


def _of_one_id(records: Iterable[Record]) -> Mapping[str, list[str]]:
    keys: defaultdict[str, list[str]] = defaultdict(list)
    for record in records:
        if record.shown_post is not None:
            keys[record.shown_post.entry.id].append(record.key)
    return {identity: each for identity, each in keys.items() if len(each) > 1}


def _namesakes(record: Record, of_one_id: Mapping[str, list[str]]) -> Iterator[Problem]:
    """Yield the problem of a post whose id another has too: feed readers would take the two for one."""
    identity = record.shown_post.entry.id if record.shown_post is not None else ""
    others = [key for key in of_one_id.get(identity, ()) if key != record.key]
    if others:
        named = ", ".join(others[:_MOST_NAMED]) + (" and others" if len(others) > _MOST_NAMED else "")
        message = f"The id {identity[:100]} is that of {named} too: feed readers take them for one post."
        yield warning(message, "Give one of them another id, or none.")


def _on_redirects(records: Iterable[Record], settings: SiteSettings) -> Iterator[Problem]:
    """Yield a problem for each redirect from an address at which something is published: it never leads anywhere."""
    begin = {path.rstrip("/"): path for path in settings.redirects}
    for record in records:
        path = record.shown.path if record.shown else ""
        if path.rstrip("/") in begin and path:
            message = (
                f"{record.key} is published at {begin[path.rstrip('/')]}, so the redirect from there does nothing."
            )
            yield warning(message, "Take the redirect out, or give the page another address.")


def _clashes(record: Record, owners: dict[str, str]) -> Iterator[Problem]:
    if record.shown is None:
        return
    path = record.shown.path
    folders = page_keys(path)[0].split("/")[:-1]
    for depth in range(1, len(folders) + 1):
        file = "/".join(folders[:depth])
        if file in owners:
            message = (
                f"A folder cannot hold {path} beside the file /{file}, which {owners[file]} makes: it is left out."
            )
            yield warning(message, "Give one of the two another address.")


def _told(record: Record, clashes: Iterable[Problem]) -> Record:
    if record.receipt is None:
        return record
    return replace(record, receipt=replace(record.receipt, problems=(*record.receipt.problems, *clashes)))
