"""Every page by an HTML parser that forgives nothing, and what machines read of it by schema."""

import json
import re
from dataclasses import replace
from typing import Any

import html5lib
import jsonschema
import pytest

from bucketpress.content.settings.site_settings import Appearance, MenuItem
from tests.unit.site.outline import outline
from tests.unit.site.sample import CARRIERS, CODECS, SETTINGS, renderer, whole_site

LOOKS = Appearance(
    accent="#0a6b5d",
    logo="/logo.png",
    logo_width=160,
    logo_height=40,
    favicon="/i.ico",
    stylesheet="/extra.css",
    footer=("One", "Two"),
    social=(MenuItem(label="Mastodon", path="https://social.example/@p"),),
)
SITES = {
    "plain": whole_site(),
    "dressed": whole_site(replace(SETTINGS, appearance=LOOKS, language="ar", publication="news")),
}
PAGES = [(site, key) for site, made in SITES.items() for key in made if key.endswith(".html")]

URL = {"type": "string", "pattern": r"^https?://[^\s<>\"]+$"}
TEXT = {"type": "string", "minLength": 1}
MOMENT = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$"}


def _thing(kind: str, required: tuple[str, ...], **properties: Any) -> dict[str, Any]:
    """Describe a type of schema.org as far as the site uses it; a property not named here is an error."""
    known = {"@type": {"const": kind}, "@context": {"const": "https://schema.org"}, **properties}
    return {"type": "object", "required": ["@type", *required], "properties": known, "additionalProperties": False}


PERSON = _thing("Person", ("name", "url"), name=TEXT, url=URL)
ORGANISATION = _thing(
    "Organization", ("name", "url"), name=TEXT, url=URL, logo=URL, sameAs={"type": "array", "items": URL}
)
IMAGE = _thing("ImageObject", ("url",), url=URL, width={"type": "integer"}, height={"type": "integer"})
_WORK = {
    "headline": TEXT,
    "description": TEXT,
    "url": URL,
    "mainEntityOfPage": URL,
    "datePublished": MOMENT,
    "dateModified": MOMENT,
    "author": {"type": "array", "items": PERSON, "minItems": 1},
    "publisher": ORGANISATION,
    "image": {"anyOf": [URL, IMAGE]},
    "keywords": {"type": "array", "items": TEXT, "minItems": 1},
    "inLanguage": TEXT,
    "wordCount": {"type": "integer", "minimum": 1},
}
# What search engines ask of an article: https://developers.google.com/search/docs/appearance/structured-data/article
_ARTICLE = ("headline", "url", "datePublished", "dateModified", "author", "publisher", "inLanguage")
SCHEMAS = {
    "BlogPosting": _thing("BlogPosting", _ARTICLE, **_WORK),
    "NewsArticle": _thing("NewsArticle", _ARTICLE, **_WORK),
    "WebPage": _thing("WebPage", ("headline", "url"), **_WORK),
    "WebSite": _thing(
        "WebSite", ("name", "url"), name=TEXT, description=TEXT, url=URL, inLanguage=TEXT, publisher=ORGANISATION
    ),
}


@pytest.mark.parametrize(("site", "key"), PAGES)
def test_a_page_has_no_parse_error(site: str, key: str) -> None:
    parser = html5lib.HTMLParser(strict=False)
    parser.parse(SITES[site][key].data, transport_encoding="utf-8")

    assert [(place, name) for place, name, _ in parser.errors] == []


def test_the_parser_would_notice() -> None:
    parser = html5lib.HTMLParser(strict=False)
    parser.parse(b"<!doctype html><p>a</b>")

    assert parser.errors


@pytest.mark.parametrize(("site", "key"), PAGES)
def test_what_machines_read_of_a_page_follows_its_schema(site: str, key: str) -> None:
    scripts = outline(SITES[site][key].data).texts.get("script", [])

    for text in scripts:
        data = json.loads(text)
        jsonschema.validate(data, SCHEMAS[data["@type"]])
    kinds = {json.loads(text)["@type"] for text in scripts}
    article = "BlogPosting" if site == "plain" else "NewsArticle"
    expected = {"index.html": {"WebSite"}, "about/index.html": {"WebPage"}, "2010/03/carriers/index.html": {article}}
    assert kinds == expected.get(key, kinds)


def test_the_schema_would_notice() -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"@type": "WebPage", "headline": "x"}, SCHEMAS["WebPage"])


@pytest.mark.parametrize(("site", "key"), PAGES)
def test_every_relation_within_a_page_leads_somewhere(site: str, key: str) -> None:
    page = outline(SITES[site][key].data)
    ids = {attributes["id"] for _, attributes in page.tags if "id" in attributes}
    named = [attributes[name] for _, attributes in page.tags for name in ("aria-labelledby",) if name in attributes]
    fragments = [one["href"][1:] for one in page.attributes("a") if re.match(r"#(?!fn)", one.get("href", ""))]

    assert set(named) <= ids
    assert set(fragments) <= ids


@pytest.mark.parametrize("text", ["", "\u202eright to left", "A" * 300, "]]>", "\x00\x07\x0b", "<b>", "</main></html>"])
def test_content_made_to_break_pages_makes_valid_ones(text: str) -> None:
    entry = replace(CARRIERS.entry, title=text or "x", summary=text, image_alt=text)
    tags = tuple(replace(entry.tags[0], slug=f"t{number}", label=f"{text}{number}") for number in range(200))
    item = replace(CARRIERS, entry=replace(entry, tags=tags), body=replace(CARRIERS.body, html="", words=0))

    made = [
        *renderer().post(item, newer=entry, older=CODECS.entry),
        *renderer().head("all", items=[item], label=text, description=text, years=()),
    ]

    for artifact in made:
        if artifact.key.endswith(".html"):
            parser = html5lib.HTMLParser(strict=False)
            parser.parse(artifact.data, transport_encoding="utf-8")
            assert [(place, name) for place, name, _ in parser.errors] == []
