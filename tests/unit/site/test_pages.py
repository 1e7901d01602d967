"""What pages show to readers and say to machines."""

import json
import re
from dataclasses import replace
from typing import Any

import pytest

from bucketpress.content.settings.site_settings import Appearance, MenuItem
from bucketpress.site.pages.template_context import Item
from bucketpress.site.theme.theme import stylesheet, stylesheet_key, theme
from tests.unit.site.outline import Outline, outline
from tests.unit.site.sample import ABOUT, CARRIERS, CODECS, PACKETS, POSTS, SETTINGS, renderer, whole_site

SITE = whole_site()
STYLE = stylesheet(theme().style, Appearance())
STYLE_KEY = stylesheet_key(STYLE)
PAGES = [key for key in SITE if key.endswith(".html")]
FULL_PAGES = [key for key in PAGES if SITE[key].redirect_to is None]
CARRIERS_KEY = "2010/03/carriers/index.html"


def _post(item: Item = CARRIERS, *, html: str | None = None, **changes: Any) -> Outline:
    body = item.body if html is None else replace(item.body, html=html)
    changed = Item(entry=replace(item.entry, **changes), body=body)
    page, _ = renderer().post(changed, newer=None, older=CODECS.entry)
    return outline(page.data)


@pytest.mark.parametrize("key", PAGES)
def test_a_page_is_well_formed(key: str) -> None:
    assert outline(SITE[key].data).faults == []


@pytest.mark.parametrize("key", PAGES)
def test_a_page_has_one_heading_of_the_first_level_a_title_and_a_language(key: str) -> None:
    page = outline(SITE[key].data)

    assert len(page.attributes("h1")) == 1
    assert page.texts["title"][0].strip()
    assert page.attributes("html") == [{"lang": "en"}]
    assert len(page.attributes("main")) == 1


@pytest.mark.parametrize("key", FULL_PAGES)
def test_every_page_links_to_the_stylesheet_by_its_content(key: str) -> None:
    page = outline(SITE[key].data)

    assert page.attributes("link", rel="stylesheet") == [{"rel": "stylesheet", "href": f"/{STYLE_KEY}"}]
    assert SITE[STYLE_KEY].data == STYLE


@pytest.mark.parametrize("key", FULL_PAGES)
def test_links_within_the_site_work_at_any_address(key: str) -> None:
    page = outline(SITE[key].data)

    assert not [one for one in page.attributes("a") if one["href"].startswith(SETTINGS.url)]
    assert all(one.get("href") for one in page.attributes("a"))


@pytest.mark.parametrize("key", FULL_PAGES)
def test_a_page_needs_no_script(key: str) -> None:
    page = outline(SITE[key].data)

    assert all(one == {"type": "application/ld+json"} for one in page.attributes("script"))
    assert not [name for _, attributes in page.tags for name in attributes if name.startswith("on")]


def test_a_post_says_who_wrote_it_and_when() -> None:
    page = _post()

    assert page.attributes("time", datetime="2010-03-05T09:30:00+00:00")
    assert page.texts["time"][:2] == ["5 March 2010", "6 April 2010"]
    assert [one["href"] for one in page.attributes("a", rel="author")] == ["/authors/ada/", "/authors/li/"]
    assert "2 min read" in page.texts["header"][1]
    assert "Ada Byron and Li Wei" in " ".join(page.texts["header"][1].split())


def test_tags_are_called_what_the_settings_call_them() -> None:
    page = _post()

    links = [(one["href"], one["class"]) for one in page.attributes("a", rel="tag")]
    assert links == [("/tags/voip/", "p-category"), ("/tags/news/", "p-category")]
    assert page.texts["ul"][1].split() == ["VoIP", "News"]


def test_a_post_is_described_to_machines() -> None:
    page = _post()

    assert page.attributes("link", rel="canonical")[0]["href"] == f"{SETTINGS.url}/2010/03/carriers/"
    assert page.meta("og:type") == "article"
    assert page.meta("og:title") == CARRIERS.entry.title
    assert page.meta("og:image") == f"{SETTINGS.url}/2010/03/carriers/map.png"
    assert page.meta("twitter:card") == "summary_large_image"
    assert page.meta("article:published_time") == "2010-03-05T09:30:00+00:00"
    assert page.attributes("link", rel="prev")[0]["href"] == "/2010/03/codecs/"
    kinds = [one["type"] for one in page.attributes("link", rel="alternate")]
    assert kinds == ["application/rss+xml", "application/atom+xml", "application/feed+json", "text/markdown"]
    assert page.attributes("link", type="text/markdown")[0]["href"] == "/2010/03/carriers/index.md"


def test_a_post_wears_the_classes_of_microformats() -> None:
    classes = {name for _, attributes in _post().tags for name in attributes.get("class", "").split()}

    assert {"h-entry", "p-name", "p-summary", "e-content", "dt-published", "dt-updated", "u-url"} <= classes
    assert {"p-author", "h-card", "p-category"} <= classes


def test_json_ld_describes_the_post() -> None:
    data = json.loads(_post().texts["script"][0])

    assert data["@type"] == "BlogPosting"
    assert data["headline"] == CARRIERS.entry.title
    assert data["datePublished"] == "2010-03-05T09:30:00+00:00"
    assert data["dateModified"] == "2010-04-06T10:00:00+01:00"
    assert [one["name"] for one in data["author"]] == ["Ada Byron", "Li Wei"]
    assert data["author"][0]["url"] == f"{SETTINGS.url}/authors/ada/"


@pytest.mark.parametrize("title", ["</script><script>alert(1)</script>", "<!-- <script>", "a\u2028b\u2029c", "&lt;b>"])
def test_no_title_breaks_out_of_the_page(title: str) -> None:
    page = _post(title=title)

    assert page.faults == []
    assert json.loads(page.texts["script"][0])["headline"] == title
    assert len(page.attributes("script")) == 1
    assert page.texts["h1"] == [title]


def test_a_standfirst_that_only_repeats_the_beginning_is_left_out() -> None:
    html = "<h2>Start</h2><p>Two <em>carriers</em> swap calls\u2026 and \u201cmore\u201d.</p>"

    assert not _post(html=html, summary='Two carriers swap calls... and "more"').attributes(
        "p", **{"class": "standfirst p-summary"}
    )
    assert _post(html=html, summary="Why it matters").attributes("p", **{"class": "standfirst p-summary"})


def test_a_page_has_no_byline_no_date_and_no_neighbours() -> None:
    artifact, _ = renderer().post(ABOUT, newer=CARRIERS.entry, older=CODECS.entry)
    page = outline(artifact.data)

    assert not page.attributes("time")
    assert not page.attributes("a", rel="author")
    assert not page.attributes("link", rel="prev")
    assert page.meta("og:type") == "website"


def test_a_post_in_another_language_says_so() -> None:
    assert _post(PACKETS).attributes("article")[0]["lang"] == "de"
    assert "lang" not in _post().attributes("article")[0]


def test_the_path_of_a_post_is_percent_encoded_wherever_it_is_linked() -> None:
    page = _post(PACKETS)

    assert page.attributes("link", rel="canonical")[0]["href"] == f"{SETTINGS.url}/2009/12/p%C3%A4ckchen.html"
    assert page.attributes("link", type="text/markdown")[0]["href"] == "/2009/12/p%C3%A4ckchen.html.md"


def test_the_menu_marks_the_page_it_is_on() -> None:
    artifact, _ = renderer().post(ABOUT, newer=None, older=None)

    current = outline(artifact.data).attributes("a", **{"aria-current": "page"})
    assert [one["href"] for one in current] == ["/about/"]


@pytest.mark.parametrize("path", ["javascript:alert(1)", "//evil.example", "/\\evil.example", " data:x", "https://[x"])
def test_a_menu_leads_nowhere_unsafe(path: str) -> None:
    settings = replace(SETTINGS, menu=(MenuItem(label="Trap", path=path),))
    page, *_ = renderer(settings).site()

    assert re.search(rb'<a href="#">Trap</a>', page.data)


def test_home_shows_as_many_posts_as_the_settings_say() -> None:
    settings = replace(SETTINGS, posts_per_page=2)
    page, *_ = renderer(settings).head("all", items=POSTS, label="", description="", years=())

    assert len(outline(page.data).attributes("article")) == 2


def test_a_listing_offers_its_own_feeds_before_those_of_the_site() -> None:
    links = outline(SITE["tags/voip/index.html"].data).attributes("link", rel="alternate")

    assert [one["href"] for one in links] == [
        *("/tags/voip/feed.xml", "/tags/voip/atom.xml", "/tags/voip/feed.json"),
        *("/feed.xml", "/atom.xml", "/feed.json"),
    ]


def test_an_author_page_shows_the_profile() -> None:
    page = outline(SITE["authors/ada/index.html"].data)

    assert "Ada counts calls." in page.texts["header"][1]
    assert page.attributes("a", rel="me")[0]["href"] == "https://ada.example/"


def test_the_archive_counts_the_posts_of_years_and_months_newest_first() -> None:
    page = outline(SITE["archive/index.html"].data)

    assert [text.split() for text in page.texts["section"]] == [
        ["2010", "2", "posts", "March", "2", "posts"],
        ["2009", "1", "post", "December", "1", "post"],
    ]


def test_directories_are_sorted_by_label() -> None:
    page = outline(SITE["tags/index.html"].data)

    tallies = [one["href"] for one in page.attributes("a") if re.fullmatch(r"/tags/\w+/", one["href"])]
    assert tallies == ["/tags/news/", "/tags/voip/"]


@pytest.mark.parametrize("key", ["404.html", "withdrawn/index.html"])
def test_a_page_that_is_not_there_must_not_be_found(key: str) -> None:
    page = outline(SITE[key].data)

    assert page.meta("robots") == "noindex"
    assert not page.attributes("link", rel="canonical")


def test_the_stylesheet_is_small() -> None:
    assert len(STYLE) < 15_000


def test_a_post_of_a_thousand_words_is_small() -> None:
    paragraph = "<p>" + "telephony " * 100 + "</p>\n"
    page, _ = renderer().post(
        Item(entry=CARRIERS.entry, body=replace(CARRIERS.body, html=paragraph * 10, words=1000)),
        newer=CODECS.entry,
        older=CODECS.entry,
    )

    assert len(page.data) < 30_000


# Appearance


def _looking(**looks: Any) -> Outline:
    settings = replace(SETTINGS, appearance=Appearance(**looks))
    page, _ = renderer(settings).post(CARRIERS, newer=None, older=None)
    return outline(page.data)


def test_a_site_without_an_icon_has_its_first_letter() -> None:
    icon = _post().attributes("link", rel="icon")[0]["href"]

    assert icon.startswith("data:image/svg+xml,%3Csvg")
    assert "%3EP%3C/text%3E" in icon


def test_a_logo_takes_the_place_of_the_title_and_has_its_size() -> None:
    page = _looking(logo="/logo.png", logo_width=160, logo_height=40)

    logo = page.attributes("img", **{"class": "logo"})[0]
    assert logo == {"class": "logo", "src": "/logo.png", "alt": "Packnet Blog", "width": "160", "height": "40"}


def test_an_icon_an_extra_stylesheet_a_footer_and_links_elsewhere_are_shown() -> None:
    page = _looking(
        favicon="/i.ico",
        stylesheet="/extra.css",
        footer=("Packnet <Ltd>", "Leeds"),
        social=(MenuItem(label="Mastodon", path="https://social.example/@p"),),
    )

    assert page.attributes("link", rel="icon")[0]["href"] == "/i.ico"
    styles = [one["href"] for one in page.attributes("link", rel="stylesheet")]
    assert styles == [f"/{STYLE_KEY}", "/extra.css"]
    assert [text for text in page.texts["p"] if text in {"Packnet <Ltd>", "Leeds"}] == ["Packnet <Ltd>", "Leeds"]
    assert page.attributes("a", rel="me")[0]["href"] == "https://social.example/@p"


# A table of contents, and a picture before the text

_HEADINGS = (
    '<h2 id="one">One &amp; <em>only</em><a class="anchor" href="#one" aria-hidden="true" tabindex="-1"></a></h2>'
    '<h3 id="two">Two<a class="anchor" href="#two" aria-hidden="true" tabindex="-1"></a></h3><h4 id="3">X</h4>'
)


def test_a_table_of_contents_is_there_on_demand() -> None:
    page = _post(html=_HEADINGS, toc=True)

    contents = page.texts["ol"][0].split("\n")
    assert [text for text in contents if text] == ["One & only", "Two"]
    assert [one["href"] for one in page.attributes("a") if one["href"].startswith(("#one", "#two"))][:2] == [
        "#one",
        "#two",
    ]
    assert "Contents" in page.texts["nav"][1]


@pytest.mark.parametrize(("html", "toc"), [(_HEADINGS, False), ('<h2 id="one">One</h2>', True), ("<p>x</p>", True)])
def test_a_table_of_contents_is_left_out_where_nobody_asked_or_it_would_be_too_short(html: str, *, toc: bool) -> None:
    assert not _post(html=html, toc=toc).attributes("nav", **{"class": "contents"})


def test_the_picture_of_a_post_stands_before_the_text_unless_the_text_shows_it() -> None:
    image = "/_bucketpress/media/posts/map.png"

    before = _post(html="<p>x</p>", image=image, image_width=800, image_height=600).attributes("img")
    within = _post(html=f'<p><img src="{image}" alt=""></p>', image=image).attributes("img")

    size = {"width": "800", "height": "600"}
    assert before == [{"class": "u-featured", "src": image, "alt": "A map", **size, "fetchpriority": "high"}]
    assert [one.get("class") for one in within] == [None]


def test_the_size_of_a_picture_is_told_to_machines() -> None:
    page = _post(image_width=800, image_height=600)

    assert (page.meta("og:image:width"), page.meta("og:image:height")) == ("800", "600")
    image = json.loads(page.texts["script"][0])["image"]
    assert (image["@type"], image["width"], image["height"]) == ("ImageObject", 800, 600)


# More for machines


def test_the_posts_of_a_newspaper_are_news() -> None:
    page, _ = renderer(replace(SETTINGS, publication="news")).post(CARRIERS, newer=None, older=None)

    assert json.loads(outline(page.data).texts["script"][0])["@type"] == "NewsArticle"


def test_a_page_is_a_web_page_even_with_a_date() -> None:
    page = _post(ABOUT, published=CARRIERS.entry.published)

    assert json.loads(page.texts["script"][0])["@type"] == "WebPage"


def test_the_front_page_describes_the_site() -> None:
    data = json.loads(outline(SITE["index.html"].data).texts["script"][0])

    assert (data["@type"], data["name"], data["url"]) == ("WebSite", "Packnet Blog", f"{SETTINGS.url}/")


def test_an_author_page_is_a_card() -> None:
    page = outline(SITE["authors/ada/index.html"].data)
    classes = {name for _, attributes in page.tags for name in attributes.get("class", "").split()}

    assert {"h-card", "p-name", "p-note", "u-url"} <= classes
