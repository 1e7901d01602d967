"""What identifies a post to the outside: its id in feeds and the API, and the names it can be asked for by."""

import re
import uuid
from functools import lru_cache

from bucketpress.content.post import Entry
from bucketpress.content.source_keys import SourceKind
from bucketpress.site.text import clean

# RFC 3987: a scheme and then no space, quotation mark or bracket that would have to be encoded.
_IRI = re.compile(r'[A-Za-z][A-Za-z0-9+.-]*:[^\s<>"{}|\\^`\x00-\x20\x7f-\x9f]+')
# The ids of Ghost, and of Ghost before 1.0, whose only feed is RSS: its readers would see every post of a site that
# moved here as new. Atom demands an IRI, so there such an id becomes one.
_ONLY_RSS = re.compile(r"[0-9a-f]{24}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# Only for making names: any constant, but it must never change, or every entry would be new to its readers.
NAMESPACE = uuid.UUID("b1f7a5de-7a0c-5c1d-9b57-52d1f2b3a9c4")

_KEPT = 4096  # ids as written, each made into one for feeds and the API once


def entry_id(entry: Entry) -> str:
    """Return the id a post has in every feed: its own if that is an IRI, as Atom demands, else one made from it."""
    return _iri(entry.id)


def rss_guid(entry: Entry) -> str:
    """Return the id a post has in RSS: that of every feed, but for one of a form that only RSS can have."""
    return entry.id if _ONLY_RSS.fullmatch(entry.id) else entry_id(entry)


def is_kept_in_feeds(identity: str) -> bool:
    """Return whether an id stays as it is in the feed that its old readers follow."""
    return _ONLY_RSS.fullmatch(identity) is not None or _iri(identity) == identity


@lru_cache(maxsize=_KEPT)
def _iri(identity: str) -> str:
    own = identity.strip()
    return own if _IRI.fullmatch(own) and clean(own) == own else f"urn:uuid:{uuid.uuid5(NAMESPACE, clean(identity))}"


def slug_name(slug: str) -> str:
    """Return the name under which a post can be found by its slug."""
    return f"slug:{slug}"


def id_name(identity: str) -> str:
    """Return the name under which a post can be found by its id, as `entry_id` returns it."""
    return f"id:{identity}"


def own_id_name(identity: str) -> str:
    """Return the name under which a post can be found by its id as its author writes it."""
    return id_name(_iri(identity))


def names_of(entry: Entry) -> frozenset[str]:
    """Return the names a published source answers to, besides its path; only a post has any."""
    if entry.kind is not SourceKind.POST:
        return frozenset()
    return frozenset({slug_name(entry.slug), id_name(entry_id(entry))})
