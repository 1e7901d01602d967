"""Former addresses: an index that was lost learns from the redirects of the site bucket where its posts once were."""

from dataclasses import replace
from urllib.parse import unquote, urlsplit

from bucketpress.ports import PostIndex, RevisionConflictError, SiteStore, TransientError
from bucketpress.records.claim import Claim, Standing, owner_among
from bucketpress.records.publish_transaction import PublishTransaction
from bucketpress.site.layout import PathSubject, artifact_key, claim_path, parse_section, section_of_artifact

ATTEMPTS = 8
# A redirect leads to a live page in one step; one that was not yet brought up to date leads to another redirect.
STEPS = 5


def path_of(key: str) -> str | None:
    """Return the path that an object of the site bucket answers at, None for what is not at an author's address."""
    name = section_of_artifact(key)
    subject = parse_section(name).subject if name else None
    return subject.path if isinstance(subject, PathSubject) and artifact_key(subject.path) == key else None


def is_known(index: PostIndex, path: str) -> bool:
    """Return whether a source is published at a path, or only removed ones are remembered there.

    Where a published one is remembered, that may be for its alias only, and the redirect may lead to another.
    """
    claims = index.claims(path)
    if owner_among(claims):
        return True
    formers = [index.record(claim.key) for claim in claims if claim.was_live]
    return bool(formers) and all(former.published_path is None for former in formers)


def owner_of(index: PostIndex, path: str) -> str | None:
    """Return the key of the source that is published at a path."""
    owner = owner_among(index.claims(path))
    return owner.key if owner else None


def take_over(index: PostIndex, site: SiteStore, path: str) -> bool:
    """Store that a source was once at a path if the redirect there leads to it; return whether it is stored now.

    Raises TransientError when others keep committing in between.
    """
    for _ in range(ATTEMPTS):
        key = _led_to(index, site, path)
        record = index.record(key) if key else None
        if record is None or record.published_path is None or path in record.live_paths:
            return False
        claim = Claim(path=path, key=record.key, standing=Standing.FORMER, was_live=True)
        known = (path, *record.live_paths)
        taken_over = replace(record, revision=record.revision + 1, live_paths=known)
        try:
            index.commit(PublishTransaction(record=taken_over, claims_in=(claim,)))
        except RevisionConflictError:
            continue
        return True
    message = f"the source that {path} leads to is being published by too many at once"
    raise TransientError(message)


def _led_to(index: PostIndex, site: SiteStore, path: str) -> str | None:
    """Return the key of the source that the redirect at a path leads to, None where there is no such redirect."""
    for _ in range(STEPS):
        stored = site.head(artifact_key(path))
        target = urlsplit(stored.redirect_to) if stored and stored.redirect_to else None
        if target is None or target.scheme or target.netloc or not target.path.startswith("/"):
            return None
        path = claim_path(unquote(target.path))
        if owner := owner_of(index, path):
            return owner
    return None
