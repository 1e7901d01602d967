"""What answers look like, as JSON Schema (draft 2020-12, which OpenAPI 3.1 uses)."""

from typing import Any

from bucketpress.api.post_json import BODIES, FIELDS
from bucketpress.api.problems import PROBLEM_TYPES
from bucketpress.records.post_change import ChangeKind

Schema = dict[str, Any]

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


def text(description: str, **more: object) -> Schema:
    """Describe a string."""
    return {"type": "string", "description": description, **more}


def maybe(schema: Schema) -> Schema:
    """Let a value be null as well."""
    return {**schema, "type": [schema["type"], "null"]}


def whole(description: str, minimum: int = 0) -> Schema:
    """Describe a whole number."""
    return {"type": "integer", "minimum": minimum, "description": description}


def record(description: str, properties: Schema, *, optional: tuple[str, ...] = ()) -> Schema:
    """Describe an object; every property is there but the optional ones."""
    required = [name for name in properties if name not in optional]
    described: Schema = {"type": "object", "description": description, "properties": properties}
    return {**described, "required": required} if required else described


def rows(schema: str, description: str) -> Schema:
    """Describe a list of one of the named schemas."""
    return {"type": "array", "description": description, "items": reference(schema)}


def reference(name: str) -> Schema:
    """Refer to one of the named schemas."""
    return {"$ref": f"#/components/schemas/{name}"}


def _page(of: str, description: str) -> Schema:
    cursor = maybe(text("The `cursor` of the next page; null when there is none."))
    return record(description, {"items": rows(of, "In the order asked for."), "next_cursor": cursor})


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
        "image": maybe(text("The picture that stands for it.")),
        "image_alt": text("What the picture shows."),
        "lang": text("Its language, as BCP 47 names it."),
        "html": text("Its body, sanitised, every URL absolute. Only if `include` asks for it."),
        "markdown": text("Its body as written, without front matter. Only if `include` asks for it."),
        "text": text("The words of its body. Only if `include` asks for it."),
    }
    described = "A published post. Every member is there unless `fields` chooses some."
    return {**record(described, properties, optional=(*FIELDS, *BODIES)), "examples": [POST_EXAMPLE]}


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
    change = record(
        "What last became of one post. Apply it whatever came before: an update may be the first you hear of a post.",
        {
            "source": text("Names the post for ever, even when its id or address change. Key your copy by it."),
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
    return record("Years and months with posts, the newest first.", {"years": {"type": "array", "items": year}})


def schemas() -> Schema:
    """Return every named schema."""
    slug, url, count = text("Names its listing."), text("Its page."), whole("How many posts.", 1)
    feeds = {name: text("Its address.") for name in ("rss", "atom", "json")}
    site = {
        "title": text("The site's title."),
        "description": text("What it is about."),
        "url": text("Its address, without a slash at the end."),
        "language": text("As BCP 47 names it."),
        "timezone": text("As the IANA names it."),
        "feeds": record("Its feeds.", feeds),
    }
    return {
        "Post": _post(),
        "TagOfPost": record("A tag a post has.", {"slug": slug, "label": text("As shown."), "url": url}),
        "AuthorOfPost": record("An author of a post.", {"slug": slug, "name": text("As shown."), "url": url}),
        "PostPage": _page("Post", "A page of posts."),
        "Tag": record("A tag.", {"slug": slug, "label": text("As shown."), "count": count, "url": url}),
        "TagPage": _page("Tag", "A page of tags, by slug."),
        "Author": record("An author.", {"slug": slug, "name": text("As shown."), "count": count, "url": url}),
        "AuthorPage": _page("Author", "A page of authors, by slug."),
        "Archive": _archive(),
        "Site": record("What the site says of itself.", site),
        "ChangePage": _changes(),
        "Feed": _feed(),
        "Problem": _problem(),
        "Throttled": record("What API Gateway says.", {"message": text("In words.")}),
    }
