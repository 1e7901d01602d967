"""Ghost's own formats: every card and mark comes along, and nothing that not everybody saw."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bucketpress.content.html.html_tokens import Tag, tokenise
from bucketpress.content.html.html_tokens import text_of as words_of
from bucketpress.content.post import State
from bucketpress_cli.importers.ghost.cards import CardWriter
from bucketpress_cli.importers.ghost.lexical import lexical_html
from tests.unit.cli.importers.runs import built, imported

Node = Mapping[str, object]


def node(kind: str, *children: Node, **fields: object) -> Node:
    inner = {"children": list(children)} if children else {}
    return {"type": kind, "version": 1, **inner, **fields}


def word(text: str, formats: int = 0) -> Node:
    return node("extended-text", text=text, format=formats, mode="normal", detail=0, style="")


def paragraph(*words: Node) -> Node:
    return node("paragraph", *words)


def lexical(*blocks: Node) -> str:
    return json.dumps({"root": node("root", *blocks)})


def mobiledoc(*sections: object, cards: object = (), atoms: object = (), markups: object = ()) -> str:
    document = {"version": "0.3.1", "sections": sections, "cards": cards, "atoms": atoms, "markups": markups}
    return json.dumps(document)


def export(path: Path, **columns: object) -> Path:
    post = {
        "id": f"{1:024x}",
        "title": "A post",
        "slug": "a-post",
        "status": "published",
        "visibility": "public",
        "published_at": "2019-03-01T10:00:00.000Z",
        **columns,
    }
    document = {"db": [{"meta": {"version": "5.80.0"}, "data": {"posts": [post], "settings": []}}]}
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def text_of(tmp_path: Path, **columns: object) -> str:
    """Return the Markdown of the only post of an export."""
    folder = tmp_path / "blog"
    imported(export(tmp_path / "ghost.json", **columns), folder, url="https://blog.example")
    file = next(folder.glob("*/*a-post.md"))
    return file.read_text("utf-8").partition("\n---\n")[2].strip()


YOUTUBE = "https://www.youtube.com/watch?v=abcdefghijk"
CARDS: Mapping[str, tuple[Node, str]] = {
    "image": (node("image", src="https://x.example/a.png", alt="An A"), "![An A](https://x.example/a.png)"),
    "image with a caption": (
        node("image", src="https://x.example/a.png", alt="An A", caption="<span>Below</span>"),
        '![An A](https://x.example/a.png "Below")',
    ),
    "image that links": (
        node("image", src="https://x.example/a.png", alt="A", href="https://y.example/"),
        '<a href="https://y.example/">![A](https://x.example/a.png)</a>',
    ),
    "gallery": (
        node("gallery", images=[{"src": "https://x.example/1.png"}, {"src": "https://x.example/2.png"}], caption="Two"),
        "![](https://x.example/1.png)\n\n![](https://x.example/2.png)\n\nTwo",
    ),
    "codeblock": (node("codeblock", code="a < b\n\n*c*", language="js"), "```js\na < b\n\n*c*\n```"),
    "horizontalrule": (node("horizontalrule"), "---"),
    "html": (node("html", html="<p>By <b>hand</b></p>"), "By **hand**"),
    "markdown": (node("markdown", markdown="## Two\n\n- a\n- b"), "## Two {#two}\n\n- a\n- b"),
    "bookmark": (
        node("bookmark", url="https://x.example/p", metadata={"title": "A & B", "description": "Why", "icon": "i.png"}),
        "> [A & B](https://x.example/p)\n>\n> Why",
    ),
    "embed": (
        node("embed", url=YOUTUBE, html="<iframe src='https://www.youtube.com/embed/abcdefghijk'></iframe>"),
        '<iframe src="https://www.youtube-nocookie.com/embed/abcdefghijk" title="YouTube"></iframe>',
    ),
    "embed of a script": (
        node("embed", url="https://x.example/w", html="<script src='https://x.example/w.js'></script>"),
        "<https://x.example/w>",
    ),
    "callout": (node("callout", calloutEmoji="💡", calloutText="Mind <b>it</b>"), "> 💡 Mind **it**"),
    "button": (node("button", buttonUrl="https://x.example/", buttonText="Go"), "[Go](https://x.example/)"),
    "toggle": (
        node("toggle", heading="<span>Why?</span>", content="<p>So.</p>"),
        "<details><summary>Why?</summary><p>So.</p></details>",
    ),
    "audio": (
        node("audio", src="https://x.example/a.mp3", title="Song"),
        '<figure><audio controls="" src="https://x.example/a.mp3"></audio><figcaption>Song</figcaption></figure>',
    ),
    "video": (
        node("video", src="https://x.example/a.mp4"),
        '<video controls="" src="https://x.example/a.mp4"></video>',
    ),
    "file": (
        node("file", src="https://x.example/a.pdf", fileTitle="The file", fileCaption="Read it"),
        "[The file](https://x.example/a.pdf)\\\nRead it",
    ),
    "header": (
        node("header", header="Big", subheader="Small", buttonEnabled=False, buttonText="No", buttonUrl="https://n"),
        "## Big {#big}\n\nSmall",
    ),
    "product": (
        node("product", productTitle="Cup", productDescription="<p>Blue</p>", productRatingEnabled=True),
        "#### Cup {#cup}\n\nBlue",
    ),
    "call to action": (
        node("call-to-action", textValue="<p>Read on</p>", showButton=True, buttonText="Go", buttonUrl="https://x.e/"),
        "Read on\n\n[Go](https://x.e/)",
    ),
}


@pytest.mark.parametrize("name", CARDS)
def test_each_card_becomes_what_readers_saw(name: str, tmp_path: Path) -> None:
    card, expected = CARDS[name]

    written = text_of(tmp_path, lexical=lexical(card, paragraph(word("After"))), html=None)

    assert written == f"{expected}\n\nAfter"


@pytest.mark.parametrize("name", CARDS)
def test_cards_are_the_same_in_mobiledoc(name: str, tmp_path: Path) -> None:
    card, expected = CARDS[name]
    payload = {key: value for key, value in card.items() if key not in {"type", "version"}}

    written = text_of(tmp_path, mobiledoc=mobiledoc([10, 0], cards=[[card["type"], payload]]), html=None)

    assert written == expected


def test_words_keep_their_marks_where_these_overlap(tmp_path: Path) -> None:
    words = (word("a "), word("b ", 1), word("c", 3), word(" d", 2), word(" e"), word("f", 16), word(" g", 64))

    written = text_of(tmp_path, lexical=lexical(paragraph(*words)))

    assert written == "a **b _c_** *d* e`f` <sup>g</sup>"


def test_lists_quotes_and_headings_keep_their_structure(tmp_path: Path) -> None:
    inner = node("listitem", node("list", node("listitem", word("two")), listType="bullet"))
    numbers = node("list", node("listitem", word("one")), inner, listType="number", start=3)
    quote = node("extended-quote", word("said"), node("linebreak"), word("so"))
    heading = node("extended-heading", word("What is new?"), tag="h3")
    link = paragraph(word("See "), node("link", word("there", 1), url="https://x.example/?a=1&b=2"), word("."))

    written = text_of(tmp_path, lexical=lexical(heading, numbers, quote, link))

    assert written == (
        "### What is new? {#what-is-new}\n\n3. one\n   - two\n\n> said\\\n> so\n\n"
        "See [**there**](https://x.example/?a=1&b=2)."
    )


def test_mobiledoc_keeps_words_marks_and_lists(tmp_path: Path) -> None:
    sections = (
        [1, "h2", [[0, [], 0, "Head"]]],
        [1, "p", [[0, [], 0, "a "], [0, [0, 1], 1, "b"], [0, [], 1, " c"], [1, [], 0, 0], [0, [], 0, "d < e"]]],
        [1, "blockquote", [[0, [], 0, "said"]]],
        [3, "ol", [[[0, [], 0, "one"]], [[0, [2], 1, "two"]]]],
        [2, "https://x.example/a.png"],
    )
    markups = (["strong"], ["em"], ["a", ["href", "https://x.example/"]])

    written = text_of(tmp_path, mobiledoc=mobiledoc(*sections, atoms=[["soft-return", "", {}]], markups=markups))

    assert written == (
        "## Head {#head}\n\na **_b_ c**\\\nd \\< e\n\n> said\n\n1. one\n2. [two](https://x.example/)\n\n"
        "![](https://x.example/a.png)"
    )


MEMBERS = {"web": {"nonMember": False, "memberSegment": "status:free,status:-free"}, "email": {"memberSegment": ""}}
WITHHELD: Mapping[str, Node] = {
    "for members": node("html", html="<p>Secret</p>", visibility=MEMBERS),
    "only for e-mails": node("html", html="<p>Secret</p>", visibility={"emailOnly": True, "segment": ""}),
    "not for the web": node("html", html="<p>Secret</p>", visibility={"showOnWeb": False, "showOnEmail": True}),
    "for whom is not understood": node("html", html="<p>Secret</p>", visibility="members"),
    "for whom is not understood on the web": node("html", html="<p>Secret</p>", visibility={"web": "paid"}),
    "an e-mail's": node("email", html="<p>Secret</p>"),
    "an e-mail's appeal": node("email-cta", html="<p>Secret</p>", segment="status:free"),
    "unknown, for members": node("poll", word("Secret"), visibility=MEMBERS),
    "unknown without children, for members": node("poll", text="Secret", visibility=MEMBERS),
}


@pytest.mark.parametrize("name", WITHHELD)
def test_what_not_everybody_saw_is_left_out_and_reported(name: str, tmp_path: Path) -> None:
    hidden = WITHHELD[name]
    source = export(tmp_path / "ghost.json", lexical=lexical(paragraph(word("Open")), hidden, paragraph(hidden)))

    report = imported(source, tmp_path / "blog", url="https://blog.example")

    written = next((tmp_path / "blog/posts").glob("*.md")).read_text("utf-8")
    assert "Open" in written
    assert "Secret" not in written
    assert report.categories["Parts of posts that only members or readers of e-mails saw"].count == 2


@pytest.mark.parametrize("ended", ["<!--kg-gated-block:end-->", ""])
def test_what_published_html_showed_to_members_is_left_out(ended: str, tmp_path: Path) -> None:
    begin = '<!--kg-gated-block:begin nonMember:{} memberSegment:"status:free" -->'
    shown = f"{begin.format('true')}<p>For all</p><!--kg-gated-block:end-->"

    written = text_of(tmp_path, html=f"<p>Open</p>{shown}{begin.format('false')}<p>Secret</p>{ended}")

    assert written == "Open\n\nFor all"


def test_a_node_that_is_not_known_keeps_its_text_and_is_reported(tmp_path: Path) -> None:
    poll = node("poll", node("poll-option", word("Yes")), node("poll-option", word("No")))
    card = node("chart", title="A chart", data="1,2", url="https://x.example/c")
    source = export(
        tmp_path / "ghost.json", lexical=lexical(poll, card, paragraph(word("a "), node("date", text="May")))
    )

    report = imported(source, tmp_path / "blog", url="https://blog.example")

    written = next((tmp_path / "blog/posts").glob("*.md")).read_text("utf-8").partition("\n---\n")[2]
    assert written.strip() == "Yes\n\nNo\n\nA chart\n\n<https://x.example/c>\n\na May"
    assert report.categories["Parts that Ghost's editor has and nothing is known of here"].what.keys() >= {
        "poll",
        "chart",
    }


def test_published_html_counts_where_the_editors_format_holds_something_unknown(tmp_path: Path) -> None:
    shown = '<p>What <em>readers</em> saw</p><div class="kg-card kg-chart-card"><p>12%</p></div>'

    written = text_of(tmp_path, lexical=lexical(node("chart", title="no")), html=shown)

    assert written == "What *readers* saw\n\n12%"


def test_markdown_of_ghost_1_is_what_readers_saw(tmp_path: Path) -> None:
    written = mobiledoc([10, 0], cards=[["card-markdown", {"markdown": "#Heading\n\none\ntwo"}]])
    shown = '<div class="kg-card-markdown"><h1 id="heading">Heading</h1>\n<p>one<br>\ntwo</p></div>'

    text = text_of(tmp_path, mobiledoc=written, html=shown)

    assert "Heading {#heading}\n\none\\\ntwo" in text


def test_a_card_of_markdown_beside_others_is_what_readers_saw(tmp_path: Path) -> None:
    written = lexical(node("markdown", markdown="one\ntwo ~2~"), node("image", src="/a.png", alt="A"))
    shown = (
        "<!--kg-card-begin: markdown--><p>one<br>\ntwo <sub>2</sub></p>\n<!--kg-card-end: markdown-->"
        '<figure class="kg-card kg-image-card"><img src="/a.png" alt="A"></figure>'
    )

    text = text_of(tmp_path, lexical=written, html=shown)

    assert "one\\\ntwo <sub>2</sub>" in text
    assert "![A](/a.png)" in text


def test_ghosts_markdown_breaks_lines_and_needs_no_space_in_headings(tmp_path: Path) -> None:
    source = "##Two\none\ntwo\n\n```\n#code\nmore\n```"

    text = text_of(tmp_path, lexical=lexical(node("markdown", markdown=source)))

    assert "## Two" in text
    assert "one\\\ntwo" in text
    assert "```\n#code\nmore\n```" in text


def test_headings_keep_the_ids_of_the_published_page(tmp_path: Path) -> None:
    shown = '<h2 id="anoldid">Über uns</h2><figure class="kg-card kg-image-card"><img src="https://x.example/a.png"></figure>'
    blocks = (node("extended-heading", word("Über uns"), tag="h2"), node("image", src="https://x.example/a.png"))

    written = text_of(tmp_path, lexical=lexical(*blocks), html=shown)

    assert written == "## Über uns {#anoldid}\n\n![](https://x.example/a.png)"


@pytest.mark.parametrize(
    "broken", ["{", "[]", '{"root": {}}', '{"version": "0.2.0", "sections": [[], []]}', "[" * 5000]
)
def test_a_post_whose_text_cannot_be_read_is_held_back(broken: str, tmp_path: Path) -> None:
    source = export(tmp_path / "ghost.json", lexical=broken, mobiledoc=broken, html=None, plaintext="Words")
    folder = tmp_path / "blog"

    report = imported(source, folder, url="https://blog.example")

    states = {record.state for key, record in built(folder).items() if key.endswith(".md")}
    assert states == {State.DRAFT}
    assert report.categories["Posts whose text cannot be read"].count == 1


_KINDS = st.sampled_from(
    ["paragraph", "extended-heading", "list", "listitem", "extended-quote", "aside", "link", "extended-text", "odd"]
)
_WORDS = st.builds(
    lambda text, formats: {"type": "extended-text", "text": text, "format": formats},
    st.text("abc <&*_`", max_size=8).map(lambda text: f"x{text}y"),
    st.integers(0, 255),
)
_TREES = st.recursive(
    _WORDS,
    lambda inner: st.builds(lambda kind, children: {"type": kind, "children": children}, _KINDS, st.lists(inner)),
    max_leaves=12,
)


def _said(tree: Node) -> str:
    children = tree.get("children")
    inner = children if isinstance(children, list) else []
    return str(tree.get("text", "")) + "".join(map(_said, inner))


@given(st.lists(_TREES, min_size=1, max_size=4))
def test_no_word_of_any_tree_is_lost_and_every_element_ends(trees: list[Node]) -> None:
    written = lexical_html(lexical(*trees), CardWriter())

    opened: list[str] = []
    for token in tokenise(written):
        if isinstance(token, Tag) and token.name not in {"br", "input"}:
            if token.closing:
                assert opened.pop() == token.name
            else:
                opened.append(token.name)
    assert not opened
    assert "".join(words_of(written).split()) == "".join("".join(map(_said, trees)).split())
