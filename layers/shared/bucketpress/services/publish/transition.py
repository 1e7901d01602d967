"""From one state of a record to the next: what has to be written into the index, and what that touches."""

from dataclasses import replace

from bucketpress.content.post import Body, Entry, State, identical
from bucketpress.content.source_keys import SourceKind
from bucketpress.records.claim import Claim, Standing
from bucketpress.records.publish_transaction import PublishTransaction, RowKey
from bucketpress.records.record import Outbox, Record
from bucketpress.services.publish.dependencies import dependency_on, files_shown
from bucketpress.site.entry_ids import own_id_name
from bucketpress.site.impact import listings_of, position_in, search_spots, touched
from bucketpress.site.layout import SEARCH, path_section


def transition(old: Record, new: Record, body: Body | None) -> PublishTransaction:
    """Return the transaction that turns the old record into the new one."""
    old_claims, new_claims = _claims(old), _claims(new)
    claims_in = tuple(claim for path, claim in new_claims.items() if old_claims.get(path) != claim)
    claims_out = tuple(claim for path, claim in old_claims.items() if path not in new_claims)
    new = replace(new, in_search=new.shown_post is not None)
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
        answering.update(new.live_paths)  # Those it no longer answers at are among the claims that go.
    outbox = Outbox(
        sections=stale.sections | {path_section(path) for path in answering},
        spots=stale.spots,
        listings=stale.listings,
        search=stale.search if old.in_search else search_spots(None, new.shown),
        rows=stale.rows,
        paths=frozenset(claim.path for claim in contested),
        dependents=moved if new.kind is not SourceKind.ASSET else dependency_on(old) != dependency_on(new),
        # A file may have found the post of its folder in the bucket before that was recorded, and it is gone again.
        files=new.state is State.REMOVED,
        shown_files=_files_concerned(old, new),
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


def _files_concerned(old: Record, new: Record) -> frozenset[str]:
    """Return the files to look at again: those named by only one of the records, and all if only one is public."""
    before, after = files_shown(old), files_shown(new)
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
            position=_position(record),
        )
    return claims


def _position(record: Record) -> str:
    shown = record.shown_post
    return shown.entry.position if shown is not None and record.kind is SourceKind.POST else ""


def _rows(record: Record) -> dict[RowKey, Entry]:
    if record.shown_post is None:
        return {}
    entry = record.shown_post.entry
    listings = listings_of(entry) - (frozenset() if record.in_search else {SEARCH})
    return {RowKey(listing=each, position=position_in(each, entry)): entry for each in sorted(listings)}
