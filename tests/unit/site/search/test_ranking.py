"""What a search finds, and in which order."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bucketpress.content.post import Author, Body, Entry, Tag
from bucketpress.content.source_keys import SourceKind
from bucketpress.site.pages.template_context import Item
from bucketpress.site.search.query import read_query
from bucketpress.site.search.ranking import Index
from bucketpress.site.search.segment import Segment
from bucketpress.site.search.segment_writer import segment_within, write_segment

WORDS = st.sampled_from(
    ["voip", "café", "cafe", "router", "routers", "packet", "手机", "电脑手机", "c++", "the", "übung"]
)
TEXTS = st.lists(WORDS, max_size=12).map(" ".join)


def item(name: str, title: str, text: str, month: int = 1, day: int = 1, **more: str) -> Item:
    moment = datetime(2010, month, day, tzinfo=UTC)
    entry = Entry(
        key=f"posts/{name}.md",
        kind=SourceKind.POST,
        id=name,
        slug=name,
        path=f"/{name}/",
        title=title,
        published=moment,
        updated=None,
        summary=text,
        tags=tuple(Tag(slug=tag, label=tag) for tag in more.get("tags", "").split()),
        authors=tuple(Author(slug=name, name=name) for name in more.get("authors", "").split()),
    )
    return Item(entry=entry, body=Body(html=f"<p>{text}</p>", markdown=text, words=len(text.split())))


def found(items: Sequence[Item], query: str) -> list[str]:
    """Return the names of what is found, in order."""
    index = Index(segments=(Segment(write_segment(items)),))
    result = index.search(read_query(query), 100)
    return [index.segments[each.segment].documents[each.document].path.strip("/") for each in result.found]


@given(st.lists(st.tuples(TEXTS, TEXTS, st.integers(1, 12)), min_size=1, max_size=20), TEXTS, st.randoms())
def test_many_segments_rank_as_one_does(
    texts: list[tuple[str, str, int]],
    query: str,
    random: "st.random.Random",  # type: ignore[name-defined]
) -> None:
    items = [item(f"p{number}", title, text, month) for number, (title, text, month) in enumerate(texts)]
    whole = Index(segments=(Segment(write_segment(items)),))
    months = sorted({month for _, _, month in texts})
    parts = [
        [each for each in items if each.entry.published and each.entry.published.month == month] for month in months
    ]
    for part in parts:
        random.shuffle(part)
    split = Index(segments=tuple(Segment(write_segment(part)) for part in parts))

    results = [index.search(read_query(query), 100) for index in (whole, split)]

    paths = [
        [(index.segments[each.segment].documents[each.document].path, each.score) for each in result.found]
        for index, result in zip((whole, split), results, strict=True)
    ]
    assert paths[0] == paths[1]
    assert results[0].total == results[1].total


POSTS = (
    item("title", "VoIP in China", "Nothing of it here."),
    item("text", "Telephony", "Some say voip is here to stay.", day=2),
    item("tag", "Calls", "Nothing.", tags="voip", day=3),
    item("router", "A router", "Two routers, and a café.", day=4),
    item("cafe", "Cafe culture", "Where to drink.", day=5),
    item("chinese", "\u4e2d\u6587", "<b>\u624b</b>\u673a\u548c\u7535\u8111\u7684\u533a\u522b", day=6),
    item("code", "C++ and C#", "Node.js compared.", authors="jane", day=7),
)


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("voip", ["title", "tag", "text"]),
        ("VOIP", ["title", "tag", "text"]),
        ("voip -china", ["tag", "text"]),
        ('"say voip"', ["text"]),
        ('"voip say"', []),
        ("\u201csay voip\u201d", ["text"]),
        ("voip china", ["title"]),
        ("telephon", ["text"]),
        ("vopi", ["title", "tag", "text"]),
        ("telephny", ["text"]),
        ("caf\u00e9", ["cafe", "router"]),
        ("cafe", ["cafe", "router"]),
        ("router", ["router"]),
        ("\u624b\u673a", ["chinese"]),
        ("\u7535\u8111\u7684", ["chinese"]),
        ("\u673a", ["chinese"]),
        ("\u673a\u624b", []),
        ("c++", ["code"]),
        ("c#", ["code"]),
        ("node.js", ["code"]),
        ("js.node", []),
        ("jane", ["code"]),
        ("telephony absent-word", ["text"]),
        ("-voip", []),
        ("", []),
        ('"" - -- "', []),
        ("\u200bvo\u200bip", ["title", "tag", "text"]),
        ("\uff36\uff4f\uff29\uff30", ["title", "tag", "text"]),
    ],
)
def test_a_query_finds(query: str, wanted: list[str]) -> None:
    assert found(POSTS, query) == wanted


def test_a_word_with_the_accents_asked_for_comes_first() -> None:
    items = [item("plain", "A", "cafe"), item("accented", "B", "caf\u00e9")]

    assert found(items, "cafe") == ["plain", "accented"]
    assert found(items, "caf\u00e9") == ["accented", "plain"]


@given(st.text(max_size=300))
def test_any_text_is_a_query(text: str) -> None:
    found(POSTS, text)


@given(st.text(min_size=1, max_size=60), st.data())
def test_any_part_of_a_text_without_spaces_is_found(prefix: str, data: st.DataObject) -> None:
    text = data.draw(
        st.text(
            alphabet="\u4e2d\u6587\u624b\u673a\u7535\u8111\u308a\u30f3\ud55c\uae00\u0e01\u0e34", min_size=2, max_size=20
        )
    )
    begin = data.draw(st.integers(0, len(text) - 2))
    end = data.draw(st.integers(begin + 2, len(text)))

    assert found([item("x", prefix, text), POSTS[0]], f'"{text[begin:end]}"')[:1] == ["x"]


@given(st.lists(st.tuples(st.text(max_size=40), st.text(max_size=80)), max_size=8))
def test_a_segment_holds_every_word_of_its_posts(texts: list[tuple[str, str]]) -> None:
    items = [item(f"p{number}", title, "x", day=number + 1) for number, (title, _) in enumerate(texts)]
    segment = Segment(write_segment(items))

    assert segment.count == len(items)
    assert [document.path for document in segment.documents] == [f"/p{number}/" for number in range(len(items))]


def test_the_order_of_posts_does_not_change_a_segment() -> None:
    assert write_segment(POSTS) == write_segment(POSTS[::-1])


@given(st.lists(st.tuples(st.text(max_size=40), TEXTS), max_size=6), st.integers(0, 2000))
def test_a_segment_is_written_just_where_it_fits(texts: list[tuple[str, str]], most: int) -> None:
    items = [item(f"p{number}", title, text, day=number + 1) for number, (title, text) in enumerate(texts)]
    whole = write_segment(items)

    assert segment_within(items, most) == (whole if len(whole) <= most else None)


def test_of_a_very_long_text_the_beginning_is_found() -> None:
    book = item("book", "A book", " ".join(f"word{number}" for number in range(300_000)))

    assert len(write_segment([book])) < 256 * 1024
    assert found([book], "word1") == ["book"]
