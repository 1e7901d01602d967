"""Says what is wrong with the index itself, at rest and in each commit: records, claims, names, changes, receipts.

What readers get would not show most of it: a receipt, a name for the API, a count that nothing has been made from yet.
"""

from collections.abc import Iterator
from itertools import pairwise

from bucketpress.adapters.memory_index import MemoryPostIndex
from bucketpress.content.post import State, identical
from bucketpress.content.source_keys import SourceKind, spellings
from bucketpress.records.claim import Claim, Standing
from bucketpress.records.post_change import ChangeKind, PostChange
from bucketpress.records.publish_transaction import PublishTransaction
from bucketpress.records.record import Record
from bucketpress.records.section_record import SectionRecord
from bucketpress.services.publish.receipts import SECTIONS_KEPT
from bucketpress.site.entry_ids import entry_id, names_of

EVERYTHING = 10_000


def commit_faults(old: Record, change: PublishTransaction) -> Iterator[str]:
    """Name what is wrong with a transaction that takes the place of a record."""
    new = change.record
    for part in ("sections", "spots", "paths", "shown_files", "names", "listings", "search", "rows"):
        if not getattr(old.outbox, part) <= getattr(new.outbox, part):
            yield f"{new.key} forgets {part} that it had still to tell"
    if (old.outbox.dependents, old.outbox.files) > (new.outbox.dependents, new.outbox.files):
        yield f"{new.key} forgets the sources that it had still to tell"
    if new.receipt is not old.receipt:
        yield from _receipt_faults(old, new)
    if new.kind is SourceKind.POST:
        yield from _change_faults(old, change)
    if len(set(new.live_paths)) < len(new.live_paths):
        yield f"{new.key} counts a path twice that it was at"
    if new.published_path is not None and new.live_paths[-1:] != (new.published_path,):
        yield f"{new.key} does not count the path last that it is at"


def section_commit_faults(old: SectionRecord, new: SectionRecord) -> Iterator[str]:
    """Name what is wrong with a section's record that takes the place of another."""
    if not old.outbox <= new.outbox:
        yield f"{new.name} forgets parents that it had still to tell"
    if new.began is None or not new.refreshed or new.began > new.refreshed[-1]:
        yield f"{new.name} was not refreshed after it began"
    if list(new.refreshed[:-1]) != list(old.refreshed[-len(new.refreshed) + 1 :] if len(new.refreshed) > 1 else []):
        yield f"{new.name} forgets when it was refreshed"
    for key, at in new.written.items():
        if at not in {old.written.get(key), new.refreshed[-1]}:
            yield f"{new.name} errs on when {key} was written"
    if not new.written.keys() <= new.artifacts.keys():
        yield f"{new.name} was written where it has nothing"


def _receipt_faults(old: Record, new: Record) -> Iterator[str]:
    receipt, before = new.receipt, old.receipt
    if receipt is None or receipt.at is None or receipt.since is None:
        yield f"{new.key} is committed without a receipt"
        return
    if receipt.since > receipt.at:
        yield f"the receipt of {new.key} begins after it ends"
    if before is None or receipt.version != before.version or new.state is not old.state:
        if receipt.since != receipt.at:
            yield f"the receipt of {new.key} is of another upload's time"
    elif not new.outbox.sections - old.outbox.sections and (receipt.since, receipt.asked_at) != (
        before.since,
        before.asked_at,
    ):
        yield f"the receipt of {new.key} forgets when it was first so"
    elif not set(before.sections) <= set(receipt.sections) and not new.outbox.sections - old.outbox.sections:
        yield f"the receipt of {new.key} forgets what was touched"
    untold = new.outbox.sections - set(receipt.sections)
    if untold and len(receipt.sections) + receipt.unlisted < SECTIONS_KEPT:
        yield f"the receipt of {new.key} does not say that {min(untold)} is touched"


def _change_faults(old: Record, change: PublishTransaction) -> Iterator[str]:
    """Check that mirrors are told of what readers see differently, of what kind it is, and of nothing else."""
    new, told = change.record, change.change_in
    if identical(old.shown, new.shown):
        if told is not None or new.changed != old.changed:
            yield f"mirrors are told of {new.key} though nothing has changed"
        return
    kind = ChangeKind.REMOVED if new.shown is None else ChangeKind.UPDATED if old.shown else ChangeKind.PUBLISHED
    if told is None or told.kind is not kind or told.revision != new.revision:
        yield f"mirrors are told {told} of {new.key}, which is {kind}"
    if new.changed is None or (old.changed is not None and new.changed <= old.changed):
        yield f"the change of {new.key} does not come after its last one"
    if told is not None and told.at != new.changed:
        yield f"the change of {new.key} is not where its record says"


def index_faults(index: MemoryPostIndex, clean: MemoryPostIndex, software: str) -> list[str]:
    """Name what is wrong with an index at rest; `clean` is that of a clean build."""
    return [
        *_wrong_records(index, clean, software),
        *_wrong_claims(index),
        *_wrong_names(index),
        *_wrong_dependents(index),
        *_wrong_changes(index),
        *_wrong_contents(index, clean),
        *_wrong_summaries(index, clean),
        *_wrong_findings(index, clean),
    ]


def _records(index: MemoryPostIndex) -> tuple[Record, ...]:
    return index.list_records("", EVERYTHING)[0]


def _wrong_records(index: MemoryPostIndex, clean: MemoryPostIndex, software: str) -> Iterator[str]:
    settings = index.settings()
    for record in _records(index):
        right = clean.record(record.key)
        names = ["state", "etag", "image", "shown", "due"]
        if record.kind in {SourceKind.POST, SourceKind.PAGE} and record.state not in {State.REMOVED, State.INVALID}:
            names += ["id", "title", "path", "dependencies"]
        for name in names:
            if not identical(getattr(record, name), getattr(right, name)):
                yield f"the record of {record.key} errs on its {name}"
        if settings and record.version and record.generation != settings.generation(software):
            yield f"the record of {record.key} is of another generation"


def _wrong_claims(index: MemoryPostIndex) -> Iterator[str]:
    wanted: dict[tuple[str, str], Claim] = {}
    for record in _records(index):
        for path in record.live_paths:
            claim = Claim(path=path, key=record.key, standing=Standing.FORMER, was_live=True)
            wanted[path, record.key] = claim
        if record.path and record.state in {State.PUBLISHED, State.SHADOWED}:
            standing = Standing.PUBLISHED if record.state is State.PUBLISHED else Standing.SHADOWED
            shown = record.shown_post if record.kind is SourceKind.POST else None
            claim = Claim(
                path=record.path,
                key=record.key,
                standing=standing,
                was_live=record.path in record.live_paths,
                position=shown.entry.position if shown else "",
            )
            wanted[record.path, record.key] = claim
    held = {(path, key): claim for path, claims in index._claims.items() for key, claim in claims.items()}
    for path, key in sorted(key for key in wanted.keys() | held.keys() if wanted.get(key) != held.get(key)):
        yield f"the claim of {key} on {path} is not what its record says"


def _wrong_names(index: MemoryPostIndex) -> Iterator[str]:
    for record in _records(index):
        names = names_of(record.shown_post.entry) if record.shown_post else frozenset()
        yield from (f"{record.key} is not found as {name}" for name in names if record.key not in index.named(name, 99))


def _wrong_dependents(index: MemoryPostIndex) -> Iterator[str]:
    for record in _records(index):
        targets = (name for key in record.dependencies for name in spellings(key))
        yield from (f"{key} does not know {record.key}" for key in targets if record.key not in index.dependents(key))


def _wrong_changes(index: MemoryPostIndex) -> Iterator[str]:
    """Check that every post that was ever shown has one change, and that this is its last."""
    told: dict[str, PostChange] = {each.key: each for each in index._changes.values()}
    for record in _records(index):
        change = told.pop(record.key, None)
        if record.kind is not SourceKind.POST or record.changed is None:
            if change is not None or (record.kind is SourceKind.POST and record.shown):
                yield f"the changes err on {record.key}"
            continue
        gone = change is not None and change.kind is ChangeKind.REMOVED
        if change is None or change.at != record.changed or gone != (record.shown is None):
            yield f"{record.key} changed last at {record.changed}, and mirrors are told {change}"
        elif record.shown_post and (change.id, change.slug, change.path) != _identity(record):
            yield f"the change of {record.key} names another post"
    yield from (f"the changes tell of {key}, which nobody knows" for key in told)
    positions = [each.position for each in index.changes("", EVERYTHING)]
    if any(one >= other for one, other in pairwise(positions)) or len(positions) != len(index._changes):
        yield "the changes are not in order"


def _identity(record: Record) -> tuple[str, str, str]:
    assert record.shown_post is not None
    entry = record.shown_post.entry
    return entry_id(entry), entry.slug, entry.path


def _wrong_contents(index: MemoryPostIndex, clean: MemoryPostIndex) -> Iterator[str]:
    """Compare what stands in bodies and rows; which of them there are is compared elsewhere."""
    for key, body in index._bodies.items():
        if key in clean._bodies and not identical(body, clean._bodies[key]):
            yield f"the body of {key} is another"
    for name, listing in index._listings.items():
        for position, entry in listing.rows.items():
            right = clean._listings[name].rows.get(position) if name in clean._listings else None
            if right is not None and not identical(entry, right):
                yield f"the row of {entry.key} in {name} is another"


def _wrong_summaries(index: MemoryPostIndex, clean: MemoryPostIndex) -> Iterator[str]:
    for parent in sorted(index._children.keys() | clean._children.keys()):
        its, right = index.children(parent), clean.children(parent)
        if not identical(its, right):
            yield f"{parent} errs on what is below it"


def _wrong_findings(index: MemoryPostIndex, clean: MemoryPostIndex) -> Iterator[str]:
    """Check that of each picture is known what stood out in the version that readers get, and of no other."""
    for section in index.list_sections("", EVERYTHING)[0]:
        if not identical(section.findings, clean.section(section.name).findings):
            yield f"{section.name} errs on what stood out in its picture"
