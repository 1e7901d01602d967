"""Decides what one run of publish writes: pure, from what was gathered."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bucketpress.content.html.completion import resolve_links, size_images
from bucketpress.content.pictures.variants import PictureVariants
from bucketpress.content.post import Body, Entry, Post, State
from bucketpress.content.settings.site_settings import SiteSettings
from bucketpress.content.source_keys import SourceKey, SourceKind, classify, href
from bucketpress.records.checkpoint import Checkpoint, CheckpointName, Phase
from bucketpress.records.claim import Claim, Standing
from bucketpress.records.dependency import Dependency, LinkTarget, Picture, leads_nowhere
from bucketpress.records.publish_transaction import PublishTransaction
from bucketpress.records.record import Outbox, Record
from bucketpress.records.stored_settings import StoredSettings
from bucketpress.services.publish.change_log import with_post_change
from bucketpress.services.publish.dependencies import is_held_back, may_be_shown
from bucketpress.services.publish.live_paths import aliases_of, live_paths
from bucketpress.services.publish.receipts import write_receipt
from bucketpress.services.publish.source_reader import SourceReading, wanted_path
from bucketpress.services.publish.transition import transition
from bucketpress.site.impact import Shown, ShownAsset, site_sections


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """Everything a decision is made from. `dependencies` maps other sources' keys to what was read of them.

    `asked_at` is when somebody asked for it, None where that is not known. `finds_site` says, of the first settings of
    an index, that there is a site already: then the index was lost, and is made again from what the buckets hold.
    `variants_wanted` are those a picture should have, `variants` those of them that are finished, all or none.
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
    finds_site: bool = False
    variants_wanted: PictureVariants | None = None
    variants: PictureVariants | None = None


def decide(gathered: Gathered) -> PublishTransaction:
    """Return the transaction that brings the index up to date with a source, its outbox naming what it touches."""
    if gathered.source.kind is SourceKind.SETTINGS:
        return _decide_settings(gathered)
    old, state = gathered.record, _state(gathered)
    shown, body = _shown(gathered) if state is State.PUBLISHED else (None, None)
    post, path = gathered.reading.post, wanted_path(gathered.source, gathered.reading)
    aliases = aliases_of(post, path, gathered.stored)
    new = Record(
        key=old.key,
        kind=gathered.source.kind,
        revision=old.revision + 1,
        state=state,
        generation=gathered.stored.generation(gathered.software) if gathered.stored else "",
        etag=gathered.reading.newest.etag if gathered.reading.newest else None,
        version=gathered.reading.used,
        image=gathered.reading.image if may_be_shown(gathered.source, state) else None,
        variants=gathered.variants if state is State.PUBLISHED else None,
        id=post.entry.id if post else old.id,
        title=post.entry.title if post else old.title,
        path=path,
        live_paths=live_paths(old, post, path, aliases) if state is State.PUBLISHED else old.live_paths,
        shown=shown,
        due=_due(gathered, state),
        dependencies=gathered.dependencies,
        linked_files=post.files if post else (),
        changed=old.changed,
    )
    change = with_post_change(transition(old, new, body), old, gathered.now)
    lacking = set(aliases) - set(new.live_paths) if state is State.PUBLISHED else set()
    return replace(change, record=_with_receipt(gathered, change.record), unfinished=bool(lacking))


def _decide_settings(gathered: Gathered) -> PublishTransaction:
    old, reading, stored = gathered.record, gathered.reading, gathered.stored
    # With no valid version in reach the defaults hold, as they do for a clean build: what was read before is history.
    settings = reading.settings or SiteSettings(url=gathered.default_url)
    changed = stored is None or (stored.settings, stored.default_url) != (settings, gathered.default_url)
    current = (
        StoredSettings(
            revision=stored.revision + 1 if stored else 1,
            settings=settings,
            default_url=gathered.default_url,
            recovering=stored.recovering if stored else gathered.finds_site,
        )
        if changed or stored is None
        else stored
    )
    state = State.PUBLISHED if reading.used else State.INVALID if reading.newest else State.REMOVED
    record = replace(
        old,
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
    if is_held_back(gathered.source, gathered.dependencies):
        return State.DRAFT
    if post is not None and post.expires is not None and post.expires <= gathered.now:
        return State.EXPIRED
    if post is not None and post.goes_live is not None and post.goes_live > gathered.now:
        return State.SCHEDULED
    waiting = (claim.key for claim in gathered.claims if claim.standing is not Standing.FORMER)
    return State.SHADOWED if any(key < gathered.source.key for key in waiting) else State.PUBLISHED


def _shown(gathered: Gathered) -> tuple[Shown | ShownAsset, Body | None]:
    """Return what readers see, links to other sources resolved, and the body of a post or page."""
    post = gathered.reading.post
    if post is None:
        return _shown_asset(gathered), None
    dependencies = gathered.dependencies
    paths = {key: found.path for key, found in dependencies.items() if isinstance(found, LinkTarget)}
    html = resolve_links(post.body.html, paths)
    found = [(classify(key).path or "", dependencies.get(key)) for key in post.images]
    pictures = {path: picture for path, picture in found if isinstance(picture, Picture)}
    sizes = {href(path): picture.size for path, picture in pictures.items() if picture.size}
    offered = {href(path): each.variants.srcset(path) for path, each in pictures.items() if each.variants}
    entry = _with_image(post, dependencies)
    if size := sizes.get(entry.image or ""):
        entry = replace(entry, image_width=size.width, image_height=size.height)
    shown = next((each for path, each in pictures.items() if href(path) == entry.image), None)
    if shown and shown.variants:
        entry = replace(entry, image_variants=shown.variants)
    body = replace(post.body, html=size_images(html, sizes, offered))
    return Shown(entry=entry, body_digest=body.digest), body


def _shown_asset(gathered: Gathered) -> ShownAsset:
    used, path = gathered.reading.used, gathered.source.path
    return ShownAsset(
        path=path or "",
        etag=used.etag if used else "",
        stripped=gathered.reading.kind is not None,
        variants=gathered.variants_wanted,
    )


def _with_image(post: Post, dependencies: Mapping[str, Dependency]) -> Entry:
    """Return the entry of a post, its picture the one at the site's root where there is none beside the post."""
    entry = post.entry.local()
    if post.image_keys is None:
        return entry
    beside, at_root = post.image_keys
    if not leads_nowhere(dependencies.get(beside)) or leads_nowhere(dependencies.get(at_root)):
        return entry
    return replace(entry, image=href(classify(at_root).path or ""))


def _due(gathered: Gathered, state: State) -> datetime | None:
    """Return the next moment at which time alone changes the source's state."""
    post = gathered.reading.post
    if post is None:
        return None
    if state is State.SCHEDULED:
        return post.goes_live
    return post.expires if state in {State.PUBLISHED, State.SHADOWED} else None
