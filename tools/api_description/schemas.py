"""The named schemas of the OpenAPI document, each of an answer with an example of it."""

from bucketpress.api.post_json import BODIES, FIELDS
from bucketpress.api.problems import PROBLEM_TYPES
from bucketpress.records.post_change import ChangeKind
from bucketpress.site.feeds.formats import FEED_FORMATS
from tools.api_description.json_schema import Schema, maybe, record, rows, text, whole

SITE = "https://blog.example.com"
CURSOR = "AWvZ0m3nU8u1b8qQnYkq4hYyMDEwLTAzLTAx"
POST_EXAMPLE: Schema = {
    "id": "urn:uuid:9a4c7a6e-3b1f-5c08-a9c4-0c9a1ce3e7f0",
    "slug": "china-in-voip-u-turn",
    "path": "/2010/03/china-in-voip-u-turn/",
    "url": "https://blog.example.com/2010/03/china-in-voip-u-turn/",
    "title": "China in VoIP U-turn",
    "summary": "The ministry is not against the technology, an official told a newspaper.",
    "published": "2010-03-05T14:00:00+08:00",
    "updated": None,
    "tags": [{"slug": "voip", "label": "VoIP", "url": "https://blog.example.com/tags/voip/"}],
    "authors": [{"slug": "jane-doe", "name": "Jane Doe", "url": "https://blog.example.com/authors/jane-doe/"}],
    "image": None,
    "image_alt": "",
    "lang": "en",
}


def _page(of: str, description: str, example: Schema, next_cursor: str | None = None) -> Schema:
    cursor = maybe(text("The `cursor` of the next page; null when there is none."))
    return record(
        description,
        {"items": rows(of, "In the order asked for."), "next_cursor": cursor},
        example={"items": [example], "next_cursor": next_cursor},
    )


def _post() -> Schema:
    moment = {"format": "date-time"}
    properties = {
        "id": text("The id the post has in the feeds too. It stays when title, date or address change."),
        "slug": text("The last part of its address. Two posts of different months may share one."),
        "path": text("Its address on the site, decoded."),
        "url": text("Its page."),
        "title": text("Plain text."),
        "summary": text("Plain text, one paragraph."),
        "published": maybe(text("When it was published, in the site's time zone.", **moment)),
        "updated": maybe(text("When it was last changed by its own account.", **moment)),
        "tags": rows("TagOfPost", "As its author ordered them."),
        "authors": rows("AuthorOfPost", "As in the byline."),
        "image": maybe(text("Its picture.")),
        "image_alt": text("What the picture shows."),
        "lang": text("Its language, as BCP 47 names it."),
        "html": text("Its body, sanitised, every URL absolute. Only if `include` asks for it."),
        "markdown": text("Its body as written, without front matter. Only if `include` asks for it."),
        "text": text("The words of its body. Only if `include` asks for it."),
    }
    described = "A published post. Every member is there unless `fields` chooses some."
    example = {**POST_EXAMPLE, "html": "<p>The ministry …</p>", "markdown": "The ministry …\n"}
    return record(described, properties, optional=(*FIELDS, *BODIES), example=example)


def _feed() -> Schema:
    item = record(
        "An item of JSON Feed 1.1, the very one of the site's feed.",
        {
            "id": text("The post's id."),
            "url": text("The post's page."),
            "title": text("Plain text."),
            "content_html": text("The body; absent where the site's feeds carry summaries only."),
            "content_text": text("The summary, where there is no body."),
            "date_published": text("When it was published.", format="date-time"),
            "date_modified": text("When it was last changed.", format="date-time"),
        },
        optional=("content_html", "content_text"),
    )
    return record(
        "A page of posts as JSON Feed 1.1.",
        {
            "version": {"const": "https://jsonfeed.org/version/1.1", "type": "string"},
            "title": text("The site's title."),
            "home_page_url": text("The site."),
            "feed_url": text("This page."),
            "next_url": text("The next page; absent on the last."),
            "items": {"type": "array", "items": item},
        },
        optional=("next_url",),
    )


def _changes() -> Schema:
    example = {
        "source": "03470533609dea02c3fb27bbf0cc328c",
        "change": "updated",
        "revision": 3,
        "at": "2011-01-10T12:00:00.250000Z",
        **{name: POST_EXAMPLE[name] for name in ("id", "slug", "path", "url")},
    }
    change = record(
        "The last change of one post. Apply it whatever came before: an update may be the first you hear of a post.",
        {
            "source": text("Names the post, also after its id or address have changed. Key your copy by it."),
            "change": {"type": "string", "enum": [each.value for each in ChangeKind], "description": "What happened."},
            "revision": whole("Grows with every change of this post. Ignore one you have already.", 1),
            "at": text("When, to the microsecond.", format="date-time"),
            "id": text("The post's id; of a removed post the one it had."),
            "slug": text("Its slug."),
            "path": text("Its path."),
            "url": text("Its page."),
        },
    )
    return record(
        "Changes, the oldest first.",
        {
            "items": {"type": "array", "items": change},
            "next_cursor": text("Where to go on, always: at once if there is more, else when you next look."),
            "more": {"type": "boolean", "description": "Whether there are others already."},
        },
        example={"items": [example], "next_cursor": CURSOR, "more": False},
    )


def _problem() -> Schema:
    properties = {
        "type": text(
            "Which kind of problem, a reference to its description.", enum=[each.uri for each in PROBLEM_TYPES]
        ),
        "title": text("The kind in words."),
        "status": whole("The HTTP status.", 400),
        "detail": text("What is wrong with this request."),
        "parameter": text("The parameter that is wrong."),
    }
    return record("A problem document (RFC 9457).", properties, optional=("parameter",))


def _archive() -> Schema:
    count, url = whole("How many posts.", 1), text("Its page.")
    month = record("A month.", {"month": whole("1 to 12.", 1), "count": count, "url": url})
    year = record(
        "A year.",
        {"year": whole("Four digits.", 1), "count": count, "url": url, "months": {"type": "array", "items": month}},
    )
    march = {"month": 3, "count": 2, "url": f"{SITE}/2010/03/"}
    return record(
        "Years and months with posts, the newest first.",
        {"years": {"type": "array", "items": year}},
        example={"years": [{"year": 2010, "count": 2, "url": f"{SITE}/2010/", "months": [march]}]},
    )


def _site() -> Schema:
    feeds = {feed.name: feed.file_name for feed in FEED_FORMATS}
    return record(
        "The site itself.",
        {
            "title": text("The site's title."),
            "description": text("What it is about."),
            "url": text("Its address, without a slash at the end."),
            "language": text("As BCP 47 names it."),
            "timezone": text("As the IANA names it."),
            "feeds": record("Its feeds.", {name: text("Its address.") for name in feeds}),
        },
        example={
            "title": "A blog",
            "description": "About telephony.",
            "url": SITE,
            "language": "en",
            "timezone": "Asia/Shanghai",
            "feeds": {name: f"{SITE}/{file}" for name, file in feeds.items()},
        },
    )


def _found() -> Schema:
    members = ("path", "url", "title", "summary", "published", "tags", "authors", "lang")
    example = {
        **{name: POST_EXAMPLE[name] for name in members},
        "title_html": "China in <mark>VoIP</mark> U-turn",
        "summary_html": POST_EXAMPLE["summary"],
        "kind": "post",
    }
    item = record(
        "A post or page that was found.",
        {
            "path": text("Its address on the site, decoded."),
            "url": text("Its page."),
            "title": text("Plain text."),
            "summary": text("Plain text; long ones are cut."),
            "title_html": text("The title as HTML, what was looked for in `mark` elements, all else escaped."),
            "summary_html": text("The summary likewise."),
            "published": maybe(text("When it was published, in the site's time zone.", format="date-time")),
            "tags": rows("TagOfPost", "As its author ordered them."),
            "authors": rows("AuthorOfPost", "As in the byline."),
            "lang": text("Its language, as BCP 47 names it."),
            "kind": text("What it is.", enum=["post", "page"]),
        },
    )
    return record(
        "What was found, the best first.",
        {
            "items": {"type": "array", "items": item},
            "total": whole("How many were found in all.", 0),
            "corrected": {"type": "boolean", "description": "Whether words gave way to nearly the same ones."},
            "relaxed": {"type": "boolean", "description": "Whether some of the words were enough."},
            "next_cursor": maybe(text("The `cursor` of the next page; null when there is none.")),
        },
        example={"items": [example], "total": 1, "corrected": False, "relaxed": False, "next_cursor": None},
    )


def schemas() -> Schema:
    """Return every named schema."""
    slug, url, count = text("Names its listing."), text("Its page."), whole("How many posts.", 1)
    label, name = text("As shown."), text("As shown.")
    tag = {"slug": "voip", "label": "VoIP", "count": 12, "url": f"{SITE}/tags/voip/"}
    author = {"slug": "jane-doe", "name": "Jane Doe", "count": 7, "url": f"{SITE}/authors/jane-doe/"}
    return {
        "Post": _post(),
        "TagOfPost": record("A tag a post has.", {"slug": slug, "label": label, "url": url}),
        "AuthorOfPost": record("An author of a post.", {"slug": slug, "name": name, "url": url}),
        "PostPage": _page("Post", "A page of posts.", POST_EXAMPLE, CURSOR),
        "Tag": record("A tag.", {"slug": slug, "label": label, "count": count, "url": url}),
        "TagPage": _page("Tag", "A page of tags, by slug.", tag),
        "Author": record("An author.", {"slug": slug, "name": name, "count": count, "url": url}),
        "AuthorPage": _page("Author", "A page of authors, by slug.", author),
        "Archive": _archive(),
        "Site": _site(),
        "ChangePage": _changes(),
        "SearchPage": _found(),
        "Feed": _feed(),
        "Problem": _problem(),
        "Throttled": record("What API Gateway says.", {"message": text("In words.")}),
    }
