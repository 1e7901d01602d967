"""The operations on posts: a listing of them, and a single one."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import quote

from bucketpress.api.call import Call, MovedPostError, address
from bucketpress.api.endpoints.post_filter import refuse_presentation, selection_of, single_of
from bucketpress.api.http import FEED, Payload, Representation
from bucketpress.api.post_json import BODIES, as_json, body_members, only, post_members
from bucketpress.api.problems import TOO_LARGE, ProblemError
from bucketpress.content.post import Body, Entry
from bucketpress.services.queries.listings import listing_page
from bucketpress.services.queries.lookup import Lookup, MovedError, UnsettledError
from bucketpress.site.impact import Shown

DEFAULT_LIMIT = 20
# Lambda sends at most 6 MB, a third of which goes to writing bytes as text.
MAX_BYTES = 4_000_000
BODIES_AT_ONCE = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Entries in order, the digests of their bodies where bodies are wanted, and the position of the next page."""

    entries: tuple[Entry, ...]
    digests: Mapping[str, str] = field(default_factory=dict)
    following: str | None = None


def list_posts(call: Call) -> Representation:
    """List posts, or find one by its path or id."""
    feed = call.media_type == FEED
    if feed:
        refuse_presentation(call)
    single = single_of(call)
    with_bodies = feed or "include" in call.values
    if single is not None:
        shown = _one(call, *single)
        digests = {shown.entry.key: shown.body_digest} if with_bodies else {}
        page = Page(entries=(shown.entry,), digests=digests)
    else:
        page = _listed(call)
        page = replace(page, digests=_digests(call, page.entries)) if with_bodies else page

    def render() -> Payload:
        return _feed(call, page) if feed else _document(call, page)

    return Representation(validator=repr((page, sorted(call.pairs.items()))), render=render)


def get_post(call: Call) -> Representation:
    """Return one post by its slug, with its body unless members are chosen."""
    try:
        shown = Lookup(index=call.reads).by_slug(call.slug)
    except MovedError as moved:
        raise MovedPostError(address(f"/v1/posts/{quote(moved.entry.slug, safe='')}", call.pairs)) from moved
    forms = call.value("include", tuple) or (() if "fields" in call.values else BODIES[:2])

    def render() -> Payload:
        bodies = _bodies(call, (shown.entry,), {shown.entry.key: shown.body_digest}) if forms else {}
        return Payload(data=_item(call, shown.entry, bodies.get(shown.entry.key), forms))

    return Representation(validator=repr((shown, sorted(call.pairs.items()))), render=render)


def _listed(call: Call) -> Page:
    selected = selection_of(call)
    page = listing_page(
        call.index,
        listing=selected.listing,
        span=selected.span,
        newest_first=selected.newest_first,
        after=call.position(),
        limit=call.value("limit", int) or DEFAULT_LIMIT,
    )
    return Page(entries=page.entries, following=page.following)


def _one(call: Call, by: str, name: str) -> Shown:
    lookup = Lookup(index=call.reads)
    try:
        return lookup.by_path(name) if by == "path" else lookup.by_id(name)
    except MovedError as moved:
        others = {given: value for given, value in call.pairs.items() if given != by}
        raise MovedPostError(address("/v1/posts", {"path": moved.entry.path, **others})) from moved


def _digests(call: Call, entries: tuple[Entry, ...]) -> Mapping[str, str]:
    """Return the digests of the bodies of some entries, without reading a body."""
    records = call.index.records([entry.key for entry in entries])
    return {key: record.shown_post.body_digest if record.shown_post else "" for key, record in records.items()}


def _bodies(call: Call, entries: tuple[Entry, ...], digests: Mapping[str, str]) -> Mapping[str, Body]:
    """Read bodies. Raises UnsettledError where one has another digest: an ETag would stand for the wrong body."""
    bodies = call.reads.bodies([entry.key for entry in entries])
    if any(entry.key not in bodies or bodies[entry.key].digest != digests[entry.key] for entry in entries):
        raise UnsettledError
    return bodies


def _with_bodies(call: Call, page: Page) -> Iterator[tuple[Entry, Body | None]]:
    """Yield entries with their bodies, read in small groups: what does not fit into the response is never read."""
    for begin in range(0, len(page.entries), BODIES_AT_ONCE):
        some = page.entries[begin : begin + BODIES_AT_ONCE]
        bodies = _bodies(call, some, page.digests) if page.digests else {}
        yield from ((entry, bodies.get(entry.key)) for entry in some)


def _document(call: Call, page: Page) -> Payload:
    """Write a page; one that would become too large ends early, with a cursor for the rest."""
    forms = call.value("include", tuple) or ()
    items: list[bytes] = []
    size, following = 0, page.following
    for entry, body in _with_bodies(call, page):
        item = _item(call, entry, body, forms)
        size += len(item)
        if size > MAX_BYTES:
            following = page.entries[len(items) - 1].position
            break
        items.append(item)
    cursor = call.cursor_to(following)
    data = b'{"items":[%b],"next_cursor":%b}' % (b",".join(items), as_json(cursor))
    return Payload(data=data, next_page=call.next_page(cursor))


def _item(call: Call, entry: Entry, body: Body | None, forms: tuple[str, ...]) -> bytes:
    """Write one post. Raises ProblemError when it alone is too large to be sent."""
    members = post_members(entry, call.settings)
    if body is not None:
        members |= body_members(body, str(members["url"]), forms)
    item = as_json(only(members, call.value("fields", tuple)))
    if len(item) > MAX_BYTES:
        raise ProblemError(TOO_LARGE, f"The body of {entry.path} is too large to be sent. Choose fields without it.")
    return item


def _feed(call: Call, page: Page) -> Payload:
    """Write a page as JSON Feed 1.1, whose `next_url` is the next page."""
    # Only here: few requests want a feed, and a cold start should not pay for what it takes to write one.
    from bucketpress.api.endpoints.feed_page import feed_items, feed_members  # noqa: PLC0415

    items: list[Mapping[str, object]] = []
    size, following = 0, page.following
    for entry, item in feed_items(call.settings, _with_bodies(call, page)):
        size += len(as_json(item))
        if size > MAX_BYTES and not items:
            raise ProblemError(TOO_LARGE, f"The body of {entry.path} is too large to be sent.")
        if size > MAX_BYTES:
            following = page.entries[len(items) - 1].position
            break
        items.append(item)
    next_page = call.next_page(call.cursor_to(following))
    members = feed_members(call.settings, items, address(call.path, call.pairs), next_page)
    return Payload(data=as_json(members), next_page=next_page)
