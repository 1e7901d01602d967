"""Receipts: what the author is told about one upload."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from bucketpress.content.post import Post, State
from bucketpress.content.problem import Problem, Severity, error, told_once, warning
from bucketpress.content.source_keys import classify, href
from bucketpress.records.claim import Claim, Standing
from bucketpress.records.dependency import leads_nowhere
from bucketpress.records.receipt import Receipt, Understood
from bucketpress.records.record import Record
from bucketpress.services.publish.dependencies import waits_for
from bucketpress.services.publish.source_reader import SourceReading
from bucketpress.site.layout import PathSubject, parse_section, path_section, rank

# A record has to fit into an item of 400 KB, and a receipt is the smallest part of it.
PROBLEMS_KEPT = 50
PROBLEM_BYTES_KEPT = 32 * 1024
PROBLEM_CHARACTERS = 800  # of the message and of the fix; either may name a key of 700 bytes
SECTIONS_KEPT = 100
SECTION_BYTES_KEPT = 16 * 1024

NOTES = {
    State.PUBLISHED: "Published.",
    State.SCHEDULED: "Will be published when its date comes.",
    State.EXPIRED: "Its expiry date has passed, so it is not shown any more.",
    State.DRAFT: "A draft: kept, not published.",
    State.SHADOWED: "Not published: another source has the same path. Give one of them another slug or date.",
    State.INVALID: "Not published: fix what is named here and upload it again.",
    State.REMOVED: "Removed.",
}
KEEPS_LAST_GOOD = " The newest version cannot be used; the last good one stays."
# Of a file, which is no draft itself.
_WAITS_FOR = "Waits: readers get this file once {} is published, or another post or page shows it or links to it."
_WAITS = "Waits: readers get this file once they see a post or page that shows it or links to it."
_UNSHOWN = warning(
    "Readers do not get this file: no post or page shows it or links to it.",
    "Name it in a post or page, or put it below `static/`, where every file is public.",
    kind="file-unshown",
)
_LINK_FIX = "The text stays without a link, which appears by itself when that file is published."
_PICTURE_FIX = "Upload it, or correct its name; it appears by itself once it is there."


def write_receipt(
    old: Record,
    new: Record,
    reading: SourceReading,
    claims: Iterable[Claim],
    *,
    now: datetime,
    asked_at: datetime | None,
) -> Receipt:
    """Return the receipt of a source; `new` is the record about to be committed, its outbox filled.

    A run that finds what the run before found keeps that run's sections and times: an event may come twice, and a run
    that died leaves the sending of its sections to the next.
    """
    version = reading.newest.version if reading.newest else ""
    same_version = old.receipt is not None and old.receipt.version == version
    came_due = same_version and old.due is not None and old.due <= now
    repeated = same_version and old.state is new.state and new.outbox.sections <= old.outbox.sections
    first = (
        old.receipt
        if repeated and old.receipt
        else Receipt(note="", asked_at=old.due if came_due else asked_at, since=now)
    )
    sections, unlisted = _within_bounds({*first.sections, *new.outbox.sections}, new.path)
    return replace(
        first,
        note=_note(new) + (KEEPS_LAST_GOOD if reading.last_good else ""),
        problems=_bounded(_problems(new, reading, claims)),
        last_good=reading.last_good,
        understood=_understood(reading),
        version=version,
        at=now,
        sections=sections,
        unlisted=max(first.unlisted, unlisted),
    )


def _note(record: Record) -> str:
    if not record.is_waiting:
        return NOTES[record.state]
    post = waits_for(record)
    return _WAITS_FOR.format(post) if post else _WAITS


def _understood(reading: SourceReading) -> Understood | None:
    if reading.settings is not None:
        return Understood(title=reading.settings.title, slug="")
    if reading.post is None:
        return None
    entry = reading.post.entry.local()
    return Understood(
        title=entry.title,
        slug=entry.slug,
        published=entry.published,
        goes_live=reading.post.goes_live if reading.post.goes_live != entry.published else None,
        updated=entry.updated,
        expires=reading.post.expires,
        tags=tuple(tag.label for tag in entry.tags),
        authors=tuple(author.name for author in entry.authors),
    )


def _problems(record: Record, reading: SourceReading, claims: Iterable[Claim]) -> tuple[Problem, ...]:
    """Return the problems in the order of the file, those without a place last, what repeats once with a count.

    Where the last good version is used, its missing links and pictures are not reported: the author edits the newest.
    """
    unshown = (_UNSHOWN,) if record.is_waiting and not waits_for(record) else ()
    return told_once((*reading.problems, *unshown, *_missing(record, reading), *_lost_path(record, claims)))


def _missing(record: Record, reading: SourceReading) -> list[Problem]:
    """Return warnings of links and pictures whose files are not public; a file uploaded later removes its warning."""
    post = reading.post
    if post is None or reading.last_good:
        return []
    links = (
        (key, f"The link to {key} leads nowhere: it is not published.", _LINK_FIX, "link-nowhere") for key in post.links
    )
    elsewhere = _not_looked_for(post, record)
    pictures = (
        (key, f"The picture {key} is not there.", _PICTURE_FIX, "picture-missing")
        for key in post.images
        if key not in elsewhere
    )
    return [
        warning(message, fix, *post.places.get(key, ()), kind=kind)
        for key, message, fix, kind in (*links, *pictures)
        if leads_nowhere(record.dependencies.get(key))
    ]


def _not_looked_for(post: Post, record: Record) -> frozenset[str]:
    """Return the files that are not missed, as the post's picture is either beside it or at the site's root."""
    if post.image_keys is None:
        return frozenset()
    beside, at_root = post.image_keys
    in_text = post.body.html.count(f'src="{href(classify(beside).path or "")}"')
    found = not leads_nowhere(record.dependencies.get(at_root))
    return frozenset({beside if found and not in_text else at_root})


def _lost_path(record: Record, claims: Iterable[Claim]) -> list[Problem]:
    if record.state is not State.SHADOWED:
        return []
    winner = min(claim.key for claim in claims if claim.standing is not Standing.FORMER)
    message = f"The path {record.path} belongs to {winner}, whose key comes first."
    return [error(message, "Change the slug or the date of one of the two.")]


def _bounded(problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """Return the problems that fit into a receipt: errors before warnings, then in the order of the file."""
    shortened = [
        replace(problem, message=_shortened(problem.message), fix=_shortened(problem.fix)) for problem in problems
    ]
    chosen: set[int] = set()
    left = PROBLEM_BYTES_KEPT
    for number in sorted(range(len(shortened)), key=lambda number: shortened[number].severity is not Severity.ERROR):
        left -= len(f"{shortened[number].message}{shortened[number].fix}".encode())
        if left < 0 or len(chosen) == PROBLEMS_KEPT:
            break
        chosen.add(number)
    kept = tuple(shortened[number] for number in sorted(chosen))
    if len(kept) == len(problems):
        return kept
    left_out = sum(problem.count for problem in problems) - sum(problem.count for problem in kept)
    return (*kept, warning(f"{left_out:,} more problems are not listed here.", "Fix these first."))


def _shortened(text: str) -> str:
    return text if len(text) <= PROBLEM_CHARACTERS else text[: PROBLEM_CHARACTERS - 1] + "…"


def _within_bounds(names: set[str], path: str | None) -> tuple[tuple[str, ...], int]:
    """Return the sections that fit into a receipt, and how many do not.

    The source's own page comes first, then the listings, then other addresses.
    """
    own = path_section(path) if path else None
    pages = {name for name in names if isinstance(parse_section(name).subject, PathSubject) and name != own}
    kept: list[str] = []
    left = SECTION_BYTES_KEPT
    for name in sorted(names, key=lambda name: (name in pages, rank(name), name)):
        left -= len(name.encode())
        if left < 0 or len(kept) == SECTIONS_KEPT:
            break
        kept.append(name)
    return tuple(kept), len(names) - len(kept)
