"""Decides what one run of publish writes: pure, from what was gathered."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bucketpress.content.html.links import resolve_links, size_images
from bucketpress.content.paths import path_fault
from bucketpress.content.post import Body, Entry, State, identical
from bucketpress.content.settings.site_settings import SiteSettings
from bucketpress.content.source_keys import SourceKey, SourceKind, claim_path, classify, href
from bucketpress.records.checkpoint import Checkpoint, CheckpointName, Phase
from bucketpress.records.claim import Claim, Standing
from bucketpress.records.dependency import Dependency, LinkTarget, Picture
from bucketpress.records.publish_transaction import PublishTransaction, RowKey
from bucketpress.records.record import Outbox, Record
from bucketpress.records.stored_settings import StoredSettings
from bucketpress.services.publish.change_log import with_post_change
from bucketpress.services.publish.dependencies import is_held_back, may_be_shown, pictures_of
from bucketpress.services.publish.receipts import write_receipt
from bucketpress.services.publish.source_reader import SourceReading, wanted_path
from bucketpress.site.entry_ids import own_id_name
from bucketpress.site.impact import Shown, ShownAsset, listings_of, site_sections, touched
from bucketpress.site.layout import path_section

FORMER_PATHS_KEPT = 50
TRANSACTION_ITEMS = 100
# All but listing rows and claims on former paths: the record, two of the body, two of the due time, two of the post
# change, two names, and claims on the new path and the old one.
OTHER_ITEMS = 11


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """Everything a decision is made from. `dependencies` maps other sources' keys to what was read of them.

    `asked_at` is when somebody asked for it, None where that is not known.
    """

    source: SourceKey
    record: Record
    reading: SourceReading
    stored: StoredSettings | None
    default_url: str
    software: str
    claims: tuple[Claim, ...]
    dependencies: Mapping[str, Dependency]
    rebuild: Checkpoint
    now: datetime
    asked_at: datetime | None = None


def decide(gathered: Gathered) -> PublishTransaction:
    """Return the transaction that brings the index up to date with a source, its outbox naming what it touches."""
    if gathered.source.kind is SourceKind.SETTINGS:
        return _decide_settings(gathered)
    old, state = gathered.record, _state(gathered)
    shown, body = _shown(gathered) if state is State.PUBLISHED else (None, None)
    path = wanted_path(gathered.source, gathered.reading)
    new = Record(
        key=old.key,
        kind=gathered.source.kind,
        revision=old.revision + 1,
        state=state,
        generation=gathered.stored.generation(gathered.software) if gathered.stored else "",
        etag=gathered.reading.newest.etag if gathered.reading.newest else None,
        version=gathered.reading.used,
        image=gathered.reading.image if may_be_shown(gathered.source, state) else None,
        id=gathered.reading.post.entry.id if gathered.reading.post else old.id,
        title=gathered.reading.post.entry.title if gathered.reading.post else old.title,
        path=path,
        live_paths=_live_paths(gathered, path) if state is State.PUBLISHED else old.live_paths,
        shown=shown,
        due=_due(gathered, state),
        dependencies=gathered.dependencies,
        changed=old.changed,
    )
    change = with_post_change(_change(old, new, body), old, gathered.now)
    lacking = set(_aliases(gathered)) - set(new.live_paths) if state is State.PUBLISHED else set()
    return replace(change, record=_with_receipt(gathered, change.record), unfinished=bool(lacking))


def _decide_settings(gathered: Gathered) -> PublishTransaction:
    old, reading, stored = gathered.record, gathered.reading, gathered.stored
    # With no valid version in reach the defaults hold, as they do for a clean build: what was read before is history.
    settings = reading.settings or SiteSettings(url=gathered.default_url)
    changed = stored is None or (stored.settings, stored.default_url) != (settings, gathered.default_url)
    current = (
        StoredSettings(
            revision=stored.revision + 1 if stored else 1, settings=settings, default_url=gathered.default_url
        )
        if changed or stored is None
        else stored
    )
    state = State.PUBLISHED if reading.used else State.INVALID if reading.newest else State.REMOVED
    record = replace(
        old,
        kind=SourceKind.SETTINGS,
        revision=old.revision + 1,
        state=state,
        generation=current.generation(gathered.software),
        etag=reading.newest.etag if reading.newest else None,
        version=reading.used,
        outbox=old.outbox | (Outbox(sections=_settings_sections(settings, stored)) if changed else Outbox()),
    )
    return PublishTransaction(
        record=_with_receipt(gathered, record),
        settings=current if changed else None,
        # Nothing was made under other settings before the first ones, so there is nothing to rebuild.
        checkpoint=Checkpoint(
            name=CheckpointName.REBUILD,
            revision=gathered.rebuild.revision + 1,
            generation=record.generation,
            phase=Phase.SOURCES if stored else Phase.DONE,
            done=gathered.rebuild.done,
        )
        if changed
        else None,
    )


def _settings_sections(settings: SiteSettings, stored: StoredSettings | None) -> frozenset[str]:
    """Return the sections there are because of the settings, or were because of those before."""
    return site_sections(settings) | (site_sections(stored.settings) if stored else frozenset())


def _with_receipt(gathered: Gathered, record: Record) -> Record:
    receipt = write_receipt(
        gathered.record, record, gathered.reading, gathered.claims, now=gathered.now, asked_at=gathered.asked_at
    )
    return replace(record, receipt=receipt)


def _state(gathered: Gathered) -> State:
    reading, post = gathered.reading, gathered.reading.post
    if reading.newest is None:
        return State.REMOVED
    if reading.used is None:
        return State.INVALID
    if gathered.source.kind is SourceKind.HELD or gathered.source.draft or (post is not None and post.draft):
        return State.DRAFT
    if is_held_back(gathered.dependencies.values()):
        return State.DRAFT
    if post is not None and post.expires is not None and post.expires <= gathered.now:
        return State.EXPIRED
    if post is not None and post.goes_live is not None and post.goes_live > gathered.now:
        return State.SCHEDULED
    waiting = (claim.key for claim in gathered.claims if claim.standing is not Standing.FORMER)
    return State.SHADOWED if any(key < gathered.source.key for key in waiting) else State.PUBLISHED


def _shown(gathered: Gathered) -> tuple[Shown | ShownAsset, Body | None]:
    """Return what readers see, links to other sources resolved, and the body of a post or page."""
    post, used = gathered.reading.post, gathered.reading.used
    if post is None:
        return ShownAsset(path=gathered.source.path or "", etag=used.etag if used else ""), None
    dependencies = gathered.dependencies
    paths = {key: found.path for key, found in dependencies.items() if isinstance(found, LinkTarget)}
    html = resolve_links(post.body.html, paths)
    pictures = ((key, dependencies.get(key)) for key in post.images)
    sizes = {
        href(classify(key).path or ""): found.size
        for key, found in pictures
        if isinstance(found, Picture) and found.size
    }
    entry = post.entry.local()
    if size := sizes.get(entry.image or ""):
        entry = replace(entry, image_width=size.width, image_height=size.height)
    body = replace(post.body, html=size_images(html, sizes))
    return Shown(entry=entry, body_digest=body.digest), body


def _due(gathered: Gathered, state: State) -> datetime | None:
    """Return the next moment at which time alone changes the source's state."""
    post = gathered.reading.post
    if post is None:
        return None
    if state is State.SCHEDULED:
        return post.goes_live
    return post.expires if state in {State.PUBLISHED, State.SHADOWED} else None


def _live_paths(gathered: Gathered, path: str | None) -> tuple[str, ...]:
    """Return every path that must keep answering, the current one last.

    What this transaction has no room for, aliases to add and the oldest paths to drop, goes with a later one.
    """
    room = _room(gathered)
    aliases = _aliases(gathered)
    known = [former for former in gathered.record.live_paths if former != path]
    added = [alias for alias in aliases if alias not in known and alias != path][:room]
    known += added
    droppable = [former for former in known if former not in aliases]
    dropped = droppable[: min(max(len(known) - FORMER_PATHS_KEPT, 0), room - len(added))]
    return (*(former for former in known if former not in dropped), *([path] if path else []))


def _aliases(gathered: Gathered) -> tuple[str, ...]:
    """Return the other addresses that lead to the source, as sources claim them."""
    aliases = gathered.reading.post.aliases if gathered.reading.post else ()
    path = wanted_path(gathered.source, gathered.reading) or ""
    prefixes = gathered.stored.settings.redirect_prefixes if gathered.stored else ()
    below = [
        prefix.former + path.removeprefix(prefix.current) for prefix in prefixes if path.startswith(prefix.current)
    ]
    return tuple(dict.fromkeys(map(claim_path, (*aliases, *(former for former in below if not path_fault(former))))))


def _room(gathered: Gathered) -> int:
    """Return how many claims on former paths fit into this transaction."""
    old, post = gathered.record.shown_post, gathered.reading.post
    rows = len(listings_of(old.entry)) if old else 0
    rows += len(listings_of(post.entry)) if post else 0
    return max(TRANSACTION_ITEMS - OTHER_ITEMS - rows, 0)


def _change(old: Record, new: Record, body: Body | None) -> PublishTransaction:
    """Return the transaction that turns the old record into the new one."""
    old_claims, new_claims = _claims(old), _claims(new)
    claims_in = tuple(claim for path, claim in new_claims.items() if old_claims.get(path) != claim)
    claims_out = tuple(claim for path, claim in old_claims.items() if path not in new_claims)
    old_rows, new_rows = _rows(old), _rows(new)
    moved = (old.state, old.path) != (new.state, new.path)
    stale = touched(old.shown, new.shown)
    contested = [
        claim
        for claim in (*claims_in, *claims_out, *(old_claims[c.path] for c in claims_in if c.path in old_claims))
        if claim.standing is not Standing.FORMER
    ]
    answering = {claim.path for claim in (*claims_in, *claims_out)}
    if moved:
        answering |= {*old.live_paths, *new.live_paths}
    outbox = Outbox(
        sections=stale.sections | {path_section(path) for path in answering},
        spots=stale.spots,
        paths=frozenset(claim.path for claim in contested),
        dependents=moved or old.image != new.image,
        # A file waits for the post it found beside it, also when that post is gone before it was ever recorded.
        files=new.state is State.REMOVED,
        pictures=_pictures_concerned(old, new),
        names=_names_concerned(old, new),
    )
    before, after = old.shown_post, new.shown_post
    rewritten = after is not None and (before is None or before.body_digest != after.body_digest)
    return PublishTransaction(
        record=replace(new, outbox=old.outbox | outbox),
        body=body if rewritten else None,
        drop_body=old.shown is not None and new.shown is None,
        rows_in={row: entry for row, entry in new_rows.items() if not identical(old_rows.get(row), entry)},
        rows_out=frozenset(old_rows.keys() - new_rows.keys()),
        claims_in=claims_in,
        claims_out=claims_out,
        due_in=new.due if new.due != old.due else None,
        due_out=old.due if new.due != old.due else None,
    )


def _names_concerned(old: Record, new: Record) -> frozenset[str]:
    """Return the ids that lead to the post from the paths of removed ones, where they lead elsewhere than before."""
    before, after = (
        {own_id_name(view.entry.id): view.path} if view and view.entry.kind is SourceKind.POST else {}
        for view in (old.shown_post, new.shown_post)
    )
    return frozenset(name for name in before | after if before.get(name) != after.get(name))


def _pictures_concerned(old: Record, new: Record) -> frozenset[str]:
    """Return the files to look at again: those shown by only one of the records, and all if only one is public."""
    before, after = pictures_of(old), pictures_of(new)
    return before ^ after if (old.published_path is None) == (new.published_path is None) else before | after


def _claims(record: Record) -> dict[str, Claim]:
    """Return a record's claims: on the paths it was live at, and on the one it asks for."""
    claims = {
        path: Claim(path=path, key=record.key, standing=Standing.FORMER, was_live=True) for path in record.live_paths
    }
    if record.path and record.state in {State.PUBLISHED, State.SHADOWED}:
        claims[record.path] = Claim(
            path=record.path,
            key=record.key,
            standing=Standing.PUBLISHED if record.state is State.PUBLISHED else Standing.SHADOWED,
            was_live=record.path in record.live_paths,
        )
    return claims


def _rows(record: Record) -> dict[RowKey, Entry]:
    if record.shown_post is None:
        return {}
    entry = record.shown_post.entry
    return {RowKey(listing=listing, position=entry.position): entry for listing in sorted(listings_of(entry))}
