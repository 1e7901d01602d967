"""The page of search: what was found, put into the page that the theme has made."""

from dataclasses import dataclass
from datetime import datetime
from html import escape
from http import HTTPStatus
from urllib.parse import parse_qsl, urlencode

from bucketpress.api.endpoints.search_results import DEFAULT_LIMIT, MAX_FOUND, documents_of
from bucketpress.api.http import HTML, Response
from bucketpress.cache_lifetimes import CHANGING, MISSING
from bucketpress.content.paths import href
from bucketpress.services.queries.search_library import Edition
from bucketpress.site.languages import direction, messages_for
from bucketpress.site.languages.messages import Messages
from bucketpress.site.search.document import Document
from bucketpress.site.search.marks import marked
from bucketpress.site.search.query import MAX_QUERY_CHARACTERS, read_query
from bucketpress.site.search.ranking import Result
from bucketpress.site.text import clean

PATH = "/search/"
RESULTS = b"<!--results-->"
BOX = b'name="q" value=""'
MAX_PAIRS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a reader asks for: a text, and which page of what is found."""

    text: str = ""
    page: int = 1


def asked_in(query: str) -> Asked:
    """Read the query of the page's address. Whatever else stands in it is ignored: others add to addresses."""
    try:
        pairs = dict(parse_qsl(query, errors="replace", max_num_fields=MAX_PAIRS))
    except ValueError:
        return Asked()
    page = pairs.get("page", "")
    number = int(page) if page.isascii() and page.isdigit() and len(page) <= len(str(MAX_FOUND)) else 1
    return Asked(text=clean(pairs.get("q", "")).strip(), page=max(1, min(number, MAX_FOUND // DEFAULT_LIMIT)))


def search_page(edition: Edition, page: bytes, asked: Asked) -> Response:
    """Return the page with what was found."""
    words = messages_for(edition.manifest.language)
    if not asked.text:
        return _page(page)
    too_long = len(asked.text) > MAX_QUERY_CHARACTERS
    made = _notice(words.query_too_long) if too_long else _results(edition, words, asked)
    box = f'name="q" value="{escape(asked.text[:MAX_QUERY_CHARACTERS])}"'.encode()
    body = page.replace(RESULTS, made.encode("utf-8", "replace"), 1).replace(BOX, box, 1)
    return _page(body)


def _page(body: bytes) -> Response:
    return Response(status=HTTPStatus.OK, headers={"Content-Type": HTML, "Cache-Control": CHANGING}, body=body)


def no_search() -> Response:
    """Return what a site answers that has no search."""
    headers = {"Content-Type": "text/plain; charset=utf-8", "Cache-Control": MISSING}
    return Response(status=HTTPStatus.NOT_FOUND, headers=headers, body=b"This site has no search.\n")


def _results(edition: Edition, words: Messages, asked: Asked) -> str:
    query, begin = read_query(asked.text), (asked.page - 1) * DEFAULT_LIMIT
    result = edition.index.search(query, begin + DEFAULT_LIMIT)
    if not result.found:
        return _notice(words.no_results.format(query=asked.text), words.no_results_more)
    told = [words.results(result.total)]
    told += [words.corrected] if result.query != query else []
    told += [words.relaxed] if result.relaxed else []
    shown = [_card(document, result, words, edition) for document in documents_of(edition, result)[begin:]]
    more = begin + DEFAULT_LIMIT < min(result.total, MAX_FOUND)
    cards = "\n".join(shown)
    return f'{_notice(" ".join(told))}\n<div class="list">\n{cards}\n</div>\n{_more(words, asked) if more else ""}'


def _card(document: Document, result: Result, words: Messages, edition: Edition) -> str:
    foreign = document.lang and document.lang != edition.manifest.language
    lang = f' lang="{escape(document.lang)}" dir="{direction(document.lang)}"' if foreign else ""
    title = marked(document.title, result.query) or escape(document.path)
    summary = f'<p class="p-summary">{marked(document.summary, result.query)}</p>' if document.summary else ""
    date = f'<p class="facts">{_date(document.published, words)}</p>' if document.published else ""
    link = f'<a class="u-url" href="{escape(href(document.path))}">{title}</a>'
    head = f'<div class="head">\n<h2 class="p-name">{link}</h2>\n</div>'
    return f'<article class="card h-entry"{lang}>\n{head}\n<div>\n{summary}\n{date}\n</div>\n</article>'


def _date(published: str, words: Messages) -> str:
    day = escape(words.day(datetime.fromisoformat(published)))
    return f'<time class="dt-published" datetime="{escape(published)}">{day}</time>'


def _more(words: Messages, asked: Asked) -> str:
    address = escape(f"{PATH}?{urlencode({'q': asked.text, 'page': asked.page + 1})}")
    return f'<p class="onward"><a rel="next" href="{address}">{escape(words.more_results)}</a></p>'


def _notice(*texts: str) -> str:
    return "\n".join(f'<p role="status">{escape(text)}</p>' for text in texts)
