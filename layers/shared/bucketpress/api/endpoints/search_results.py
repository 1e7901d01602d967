"""The operation that searches posts and pages."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from bucketpress.api.call import QueryCall
from bucketpress.api.http import Payload, Representation
from bucketpress.api.post_json import as_json
from bucketpress.api.problems import conflicting
from bucketpress.services.queries.search_library import Edition
from bucketpress.site.layout import AUTHOR, TAG, listing_path
from bucketpress.site.search.document import Document
from bucketpress.site.search.marks import marked
from bucketpress.site.search.query import Query, read_query
from bucketpress.site.search.ranking import Result
from bucketpress.site.search.segment import Segment
from bucketpress.site.urls import absolute

DEFAULT_LIMIT = 10
# Nobody reads on beyond these.
MAX_FOUND = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which documents may be found: those of a tag, of an author, of a stretch of time."""

    tag: str | None = None
    author: str | None = None
    begin: date | None = None
    end: date | None = None

    def allows(self, segment: Segment, number: int) -> bool:
        """Return whether a document may be found."""
        document = segment.documents[number]
        return (
            (self.tag is None or any(tag.slug == self.tag for tag in document.tags))
            and (self.author is None or any(author.slug == self.author for author in document.authors))
            and (self.begin is None or (bool(document.published) and _moment_like(self.begin, document) >= self.begin))
            and (self.end is None or (bool(document.published) and _moment_like(self.end, document) <= self.end))
        )


def search(edition: Edition, call: QueryCall) -> Representation:
    """Search posts and pages. Raises ProblemError for parameters that cannot be combined."""
    chosen = _filter(call)
    begin, limit = int(call.position() or 0), call.value("limit", int) or DEFAULT_LIMIT
    query = read_query(call.value("q", str) or "")

    def render() -> Payload:
        allowed = None if chosen == Filter() else chosen.allows
        result = edition.index.search(query, min(begin + limit, MAX_FOUND), allowed)
        following = begin + limit if begin + limit < min(result.total, MAX_FOUND) else None
        cursor = call.cursor_to(None if following is None else str(following))
        members = {
            "items": [_item(edition, document, result.query) for document in documents_of(edition, result)[begin:]],
            "total": result.total,
            "corrected": result.query != query,
            "relaxed": result.relaxed,
            "next_cursor": cursor,
        }
        return Payload(data=as_json(members), next_page=call.next_page(cursor))

    return Representation(validator=repr((edition.etag, sorted(call.pairs.items()))), render=render)


def documents_of(edition: Edition, result: Result) -> list[Document]:
    """Return the documents that were found, in order."""
    segments = edition.index.segments
    return [segments[found.segment].documents[found.document] for found in result.found]


def _item(edition: Edition, document: Document, query: Query) -> Mapping[str, object]:
    url, language = edition.manifest.url, edition.manifest.language
    return {
        "path": document.path,
        "url": absolute(url, document.path),
        "title": document.title,
        "summary": document.summary,
        "title_html": marked(document.title, query),
        "summary_html": marked(document.summary, query),
        "published": document.published or None,
        "tags": [
            {"slug": tag.slug, "label": tag.label, "url": absolute(url, listing_path(f"{TAG}{tag.slug}"))}
            for tag in document.tags
        ],
        "authors": [
            {"slug": each.slug, "name": each.name, "url": absolute(url, listing_path(f"{AUTHOR}{each.slug}"))}
            for each in document.authors
        ],
        "lang": document.lang or language,
        "kind": "page" if document.is_page else "post",
    }


def _filter(call: QueryCall) -> Filter:
    begin, end = call.value("from", date), call.value("to", date)
    if begin is not None and end is not None and type(begin) is type(end) and begin > end:
        raise conflicting("from comes after to.")
    return Filter(tag=call.value("tag", str), author=call.value("author", str), begin=begin, end=end)


def _moment_like(bound: date, document: Document) -> date:
    """Return when a document was published, as a day where the bound is one: the day its own date says."""
    moment = datetime.fromisoformat(document.published)
    return moment if isinstance(bound, datetime) else moment.date()
