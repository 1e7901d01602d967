"""The rules every feed keeps, one test each."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from typing import Any
from xml.etree import ElementTree as ET

import feedparser
import pytest

from bucketpress.content.post import Tag
from bucketpress.content.settings.site_settings import Appearance
from bucketpress.site.artifact import Artifact
from bucketpress.site.entry_ids import entry_id, rss_guid
from bucketpress.site.pages.template_context import Item
from tests.unit.site.sample import CARRIERS, CODECS, POSTS, SETTINGS, renderer

ATOM = "{http://www.w3.org/2005/Atom}"
CREATOR = "{http://purl.org/dc/elements/1.1/}creator"
ENCODED = "{http://purl.org/rss/1.0/modules/content/}encoded"
LISTINGS = {"all": "/", "tag:voip": "/tags/voip/", "author:ada": "/authors/ada/"}


def _feeds(listing: str = "all", items: tuple[Item, ...] = POSTS, **settings: Any) -> dict[str, Artifact]:
    render = renderer(replace(SETTINGS, **settings))
    made = render.head(listing, items=items, label="VoIP", description="About calls.", years=())
    return {artifact.key.rpartition("/")[2]: artifact for artifact in made}


def _rss(**options: Any) -> ET.Element:
    return ET.fromstring(_feeds(**options)["feed.xml"].data)


def _atom(**options: Any) -> ET.Element:
    return ET.fromstring(_feeds(**options)["atom.xml"].data)


def _json(**options: Any) -> Any:
    return json.loads(_feeds(**options)["feed.json"].data)


def _with(item: Item = CARRIERS, *, html: str | None = None, **changes: Any) -> tuple[Item, ...]:
    body = item.body if html is None else replace(item.body, html=html)
    return (Item(entry=replace(item.entry, **changes), body=body),)


def _texts(root: ET.Element, path: str) -> list[str]:
    return [element.text or "" for element in root.iterfind(path)]


def _contents(items: tuple[Item, ...]) -> list[str]:
    """The HTML of the only post, as each of the three feeds carries it."""
    rss = _texts(_rss(items=items), f"channel/item/{ENCODED}")
    atom = _texts(_atom(items=items), f"{ATOM}entry/{ATOM}content")
    return rss + atom + [item["content_html"] for item in _json(items=items)["items"]]


@pytest.mark.parametrize("listing", LISTINGS)
@pytest.mark.parametrize("name", ["feed.xml", "atom.xml"])
def test_a_feed_reader_finds_nothing_wrong(listing: str, name: str) -> None:
    parsed = feedparser.parse(_feeds(listing)[name].data)

    assert not parsed.bozo
    assert len(parsed.entries) == 3


@pytest.mark.parametrize(("listing", "path"), LISTINGS.items())
def test_a_feed_names_the_url_it_is_found_at(listing: str, path: str) -> None:
    rss, atom = _rss(listing=listing), _atom(listing=listing)

    links = [link.get("href") for link in rss.iterfind(f"channel/{ATOM}link[@rel='self']")]
    links += [link.get("href") for link in atom.iterfind(f"{ATOM}link[@rel='self']")]
    links.append(_json(listing=listing)["feed_url"])
    assert links == [f"{SETTINGS.url}{path}{name}" for name in ("feed.xml", "atom.xml", "feed.json")]


def test_the_three_feeds_have_the_same_ids_in_the_same_order() -> None:
    rss = _texts(_rss(), "channel/item/guid")
    atom = _texts(_atom(), f"{ATOM}entry/{ATOM}id")
    ids = [item["id"] for item in _json()["items"]]

    assert rss == atom == ids
    assert ids[0] == CARRIERS.entry.id
    assert len(set(ids)) == 3


def test_an_id_that_is_no_iri_becomes_one_that_never_changes() -> None:
    assert entry_id(replace(CODECS.entry, id="codecs")) == "urn:uuid:eac9177f-9832-541d-97a5-1e55cd765a67"
    assert entry_id(replace(CODECS.entry, id="http://old.example/?p=7")) == "http://old.example/?p=7"
    assert entry_id(replace(CODECS.entry, id="has: spaces")).startswith("urn:uuid:")


@pytest.mark.parametrize("identity", ["5ba6141c5ca02a2e28c9b2ce", "1ac4b168-908f-470d-952c-42b3e4a115c4"])
def test_an_id_as_ghost_has_them_stays_in_rss_and_becomes_an_iri_elsewhere(identity: str) -> None:
    entry = replace(CODECS.entry, id=identity)

    assert rss_guid(entry) == identity
    assert entry_id(entry).startswith("urn:uuid:")
    assert rss_guid(replace(CODECS.entry, id="codecs")) == entry_id(replace(CODECS.entry, id="codecs"))


def test_a_guid_is_not_taken_for_a_link() -> None:
    assert {guid.get("isPermaLink") for guid in _rss().iterfind("channel/item/guid")} == {"false"}


def test_rss_dates_are_rfc_822() -> None:
    root = _rss()

    dates = _texts(root, "channel/item/pubDate") + _texts(root, "channel/lastBuildDate")
    assert dates[0] == "Fri, 05 Mar 2010 09:30:00 +0000"
    assert all(parsedate_to_datetime(date).tzinfo for date in dates)


def test_atom_and_json_dates_are_rfc_3339() -> None:
    pattern = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d")
    root = _atom()

    dates = _texts(root, f".//{ATOM}updated") + _texts(root, f".//{ATOM}published")
    dates += [item[name] for item in _json()["items"] for name in ("date_published", "date_modified")]
    assert all(pattern.fullmatch(date) for date in dates)


def test_an_offset_with_seconds_becomes_utc() -> None:
    old = datetime(1840, 5, 1, 12, tzinfo=timezone(timedelta(seconds=-75)))
    items = _with(published=old, updated=None)

    assert _texts(_rss(items=items), "channel/item/pubDate") == ["Fri, 01 May 1840 12:01:15 +0000"]
    assert _json(items=items)["items"][0]["date_published"] == "1840-05-01T12:01:15+00:00"


def test_rss_names_authors_by_creator_and_never_by_author() -> None:
    root = _rss()

    assert _texts(root, f"channel/item[1]/{CREATOR}") == ["Ada Byron", "Li Wei"]
    assert root.find(".//author") is None


def test_feeds_come_newest_first() -> None:
    dates = [parsedate_to_datetime(date) for date in _texts(_rss(), "channel/item/pubDate")]

    assert dates == sorted(dates, reverse=True)


def test_a_feed_was_last_changed_when_its_posts_were() -> None:
    assert _texts(_rss(), "channel/lastBuildDate") == ["Tue, 06 Apr 2010 10:00:00 +0100"]
    assert _texts(_atom(), f"{ATOM}updated") == ["2010-04-06T10:00:00+01:00"]


def test_an_update_before_publication_is_not_believed() -> None:
    items = _with(updated=datetime(2001, 1, 1, tzinfo=UTC))

    assert _json(items=items)["items"][0]["date_modified"] == "2010-03-05T09:30:00+00:00"


def test_a_feed_without_posts_is_valid_and_always_the_same() -> None:
    first, second = _feeds(items=()), _feeds(items=())

    assert first == second
    assert not feedparser.parse(first["feed.xml"].data).bozo
    assert _texts(_atom(items=()), f"{ATOM}updated") == ["1970-01-01T00:00:00+00:00"]


def test_nothing_changed_means_the_same_bytes() -> None:
    assert _feeds() == _feeds()


def test_feeds_carry_the_full_text_with_absolute_urls() -> None:
    for html in _contents((CARRIERS,)):
        assert 'href="https://blog.packnet.example/2009/12/packets/#why"' in html
        assert 'src="https://blog.packnet.example/2010/03/carriers/map.png"' in html
        assert 'href="https://blog.packnet.example/2010/03/carriers/#fn-1"' in html


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ('<a href="">x</a>', '<a href="https://blog.packnet.example/2010/03/carriers/">x</a>'),
        ('<a href="y.pdf">x</a>', '<a href="https://blog.packnet.example/2010/03/carriers/y.pdf">x</a>'),
        ('<a href="/a?b=1&amp;c=2">x</a>', '<a href="https://blog.packnet.example/a?b=1&amp;c=2">x</a>'),
        ('<a href="https://[x">x</a>', '<a href="https://[x">x</a>'),
        ('<a href="mailto:a@b.example">x</a>', '<a href="mailto:a@b.example">x</a>'),
        ('<img alt="see href=" src="/p.png">', '<img alt="see href=" src="https://blog.packnet.example/p.png">'),
        ('<img alt="a > b" src="/p.png">', '<img alt="a > b" src="https://blog.packnet.example/p.png">'),
        ('<video poster="/p.png"></video>', '<video poster="https://blog.packnet.example/p.png"></video>'),
        ('<q cite="/s">x</q>', '<q cite="https://blog.packnet.example/s">x</q>'),
        (
            '<img srcset="/a.png 1x, /b,c.png 2x">',
            '<img srcset="https://blog.packnet.example/a.png 1x, https://blog.packnet.example/b,c.png 2x">',
        ),
        ('<p>href="/x" is text</p>', '<p>href="/x" is text</p>'),
        ("<code>&lt;a href=&quot;/x&quot;&gt;</code>", "<code>&lt;a href=&quot;/x&quot;&gt;</code>"),
    ],
)
def test_every_reference_becomes_absolute_and_nothing_else_changes(html: str, expected: str) -> None:
    assert _contents(_with(html=html)) == [expected] * 3


def test_no_named_entity_is_left_but_those_of_xml() -> None:
    data = _feeds(items=_with(html="<p>a&nbsp;b &amp;nbsp; &lt;</p>", summary="c &mdash; d"))

    for name in ("feed.xml", "atom.xml"):
        assert set(re.findall(rb"&(\w+);", data[name].data)) <= {b"amp", b"lt", b"gt", b"quot"}
    assert _contents(_with(html="<p>a&nbsp;b</p>")) == ["<p>a\u00a0b</p>"] * 3


def test_what_xml_cannot_hold_is_left_out_of_all_three() -> None:
    items = _with(title="a\x00b\x08\x0bc\ud800\ufffe", summary="d\x1fe", html="<p>f\x0cg\r\nh</p>")

    assert _texts(_rss(items=items), "channel/item/title") == ["abc"]
    assert _texts(_atom(items=items), f"{ATOM}entry/{ATOM}title") == ["abc"]
    assert _json(items=items)["items"][0]["title"] == "abc"
    assert _json(items=items)["items"][0]["summary"] == "de"
    assert _contents(items) == ["<p>fg\nh</p>"] * 3


def test_the_end_of_a_character_section_is_only_text() -> None:
    html = "<pre>if a[b[0]]&gt;1: ]]></pre>"

    assert _contents(_with(html=html)) == [html] * 3


def test_html_in_a_title_is_shown_and_not_followed() -> None:
    title = "Using <b>bold</b> & \"quotes\" <script>alert('1')</script>"
    items = _with(title=title)

    assert _texts(_rss(items=items), "channel/item/title") == [title]
    assert [(e.text, e.get("type")) for e in _atom(items=items).iterfind(f"{ATOM}entry/{ATOM}title")] == [
        (title, "text")
    ]
    assert _json(items=items)["items"][0]["title"] == title


def test_a_site_may_give_only_summaries() -> None:
    rss, atom, parsed = (read(feed_content="summary") for read in (_rss, _atom, _json))

    assert rss.find(f".//{ENCODED}") is None
    assert atom.find(f".//{ATOM}content") is None
    assert parsed["items"][0]["content_text"] == CARRIERS.entry.summary
    assert "content_html" not in parsed["items"][0]


def test_a_feed_holds_as_many_posts_as_the_settings_say() -> None:
    assert len(_json(feed_items=2)["items"]) == 2


def test_the_id_of_a_feed_is_its_own_and_stable() -> None:
    ids = [_texts(_atom(listing=listing), f"{ATOM}id") for listing in LISTINGS]

    assert ids[0] == ["urn:uuid:06330881-02ed-5c22-a1d3-d685b778e9a7"]
    assert len({text for (text,) in ids}) == 3


def test_json_feed_has_what_the_specification_demands() -> None:
    parsed = _json()

    assert parsed["version"] == "https://jsonfeed.org/version/1.1"
    assert parsed["title"] == "Packnet Blog"
    assert all({"id", "content_html", "url"} <= item.keys() for item in parsed["items"])
    assert parsed["items"][0]["tags"] == ["VoIP", "News"]


def test_an_atom_entry_without_authors_has_the_feeds() -> None:
    root = _atom(items=_with(authors=()))

    assert _texts(root, f"{ATOM}author/{ATOM}name") == ["Packnet Blog"]
    assert root.find(f"{ATOM}entry/{ATOM}author") is None


def test_a_feed_names_the_hub_that_tells_of_news() -> None:
    hub = "https://hub.example/"
    rss, atom, parsed = (read(hub=hub) for read in (_rss, _atom, _json))

    found = [link.get("href") for link in rss.iter(f"{ATOM}link") if link.get("rel") == "hub"]
    assert found == [hub]
    assert [link.get("href") for link in atom.findall(f"{ATOM}link") if link.get("rel") == "hub"] == [hub]
    assert parsed["hubs"] == [{"type": "WebSub", "url": hub}]


def test_a_feed_without_a_hub_names_none() -> None:
    feeds = _feeds()

    assert b'rel="hub"' not in feeds["feed.xml"].data + feeds["atom.xml"].data
    assert "hubs" not in _json()


def test_a_feed_shows_the_icon_of_the_site() -> None:
    looks = Appearance(favicon="/icon.png")

    assert _atom(appearance=looks).findtext(f"{ATOM}icon") == f"{SETTINGS.url}/icon.png"
    assert _json(appearance=looks)["icon"] == f"{SETTINGS.url}/icon.png"


def _many(sizes: list[int], html: str = "<p>a &amp; b</p>") -> tuple[Item, ...]:
    """Posts, newest first, with texts of so many bytes."""
    return tuple(
        Item(
            entry=replace(CARRIERS.entry, id=f"urn:x:{number}", path=f"/{number}/", title=f"Number {number}"),
            body=replace(CARRIERS.body, html=html * (size // len(html))),
        )
        for number, size in enumerate(sizes)
    )


def _full(items: tuple[Item, ...], **settings: Any) -> list[bool]:
    return ["content_html" in item for item in _json(items=items, **settings)["items"]]


def test_a_feed_has_at_most_a_mebibyte_and_older_entries_lose_their_text_first() -> None:
    items = _many([100_000] * 20)

    feeds = _feeds(items=items)

    with_text = _full(items)
    assert max(len(feed.data) for name, feed in feeds.items() if name != "index.html") <= 1024 * 1024
    assert with_text == sorted(with_text, reverse=True)
    assert 3 < sum(with_text) < 20
    texts = list(ET.fromstring(feeds["atom.xml"].data).iter(f"{ATOM}content"))
    assert len(texts) == len(_texts(ET.fromstring(feeds["feed.xml"].data), f"channel/item/{ENCODED}")) == sum(with_text)


def test_a_text_too_large_for_any_feed_takes_no_room_from_others() -> None:
    items = _many([10_000, 1_500_000, 10_000])

    assert _full(items) == [True, False, True]


def test_addresses_that_grow_when_they_are_made_absolute_count_as_they_are_written() -> None:
    items = _many([300_000] * 20, html='<a href="b">c</a>')

    sizes = [len(feed.data) for name, feed in _feeds(items=items).items() if name != "index.html"]

    assert max(sizes) <= 1024 * 1024


@pytest.mark.parametrize("character", ['"', "&", "<", "\t", "\\", "\u00e9", "\U0001f600"])
@pytest.mark.parametrize("length", [2000, 8000, 11_000])
def test_no_feed_is_too_large_whatever_its_tags_are_made_of(character: str, length: int) -> None:
    tag = Tag(slug="t", label=character * length)
    items = tuple(replace(item, entry=replace(item.entry, tags=(tag,))) for item in _many([100] * 20))

    feeds = _feeds(items=items)

    sizes = [len(feed.data) for name, feed in feeds.items() if name != "index.html"]
    assert max(sizes) <= 1024 * 1024
    assert len(_full(items)) == 20 or max(sizes) > 900_000


def test_entries_lose_their_place_when_even_their_titles_are_too_much() -> None:
    long = tuple(replace(item, entry=replace(item.entry, summary="s" * 40_000)) for item in _many([10] * 100))

    feeds = _feeds(items=long, feed_items=100)

    kept = [item["title"] for item in json.loads(feeds["feed.json"].data)["items"]]
    assert max(len(feed.data) for name, feed in feeds.items() if name != "index.html") <= 1024 * 1024
    assert kept == [f"Number {number}" for number in range(len(kept))]
    assert 10 < len(kept) < 100
