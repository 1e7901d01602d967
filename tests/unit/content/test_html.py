"""HTML that authors write in their Markdown."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bucketpress.content.html.sanitiser import sanitise
from bucketpress.content.settings.site_settings import SiteSettings
from tests.unit.content.samples import TEXT_ONLY, html, post, read


def messages(text: str) -> list[str]:
    return [str(problem) for problem in read(text)[1]]


def test_html_is_kept_and_sanitised_by_default() -> None:
    found = post(
        '---\ntitle: A\n---\n<p class="lead">Hello</p>\n\nE = mc<sup>2</sup>\n\n<table><tr><td>1</td></tr></table>\n\n'
        '<figure><img src="https://a.example/x.png" alt="x"><figcaption>y</figcaption></figure>\n\n'
        '<iframe width="560" src="https://www.youtube.com/embed/abc" allowfullscreen></iframe>\n\n'
        "<script>alert(1)</script>\n"
    )

    body = found.body.html
    assert found.entry.summary == "Hello"
    assert '<p class="lead">Hello</p>' in body
    assert "<p>E = mc<sup>2</sup></p>" in body
    assert "<td>1</td>" in body
    assert "<figcaption>y</figcaption></figure>" in body
    assert 'src="https://www.youtube-nocookie.com/embed/abc" allowfullscreen="" title="youtube-nocookie.com"' in body
    assert 'loading="lazy"' in body
    assert "&lt;" not in body
    assert "alert" not in body


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("H<sub>2</sub>O", "<p>H<sub>2</sub>O</p>"),
        ("Press <kbd>Ctrl</kbd>", "<p>Press <kbd>Ctrl</kbd></p>"),
        ("one<br/>two<br />three", "<p>one<br>two<br>three</p>"),
        ("<center>Mid</center>", '<div class="align-center">Mid</div>'),
        ('<font color="red">red</font>', "<p>red</p>"),
        ("<strike>old</strike>", "<p><s>old</s></p>"),
        ("<tt>x</tt>", "<p><code>x</code></p>"),
        ('<a name="here"></a>Here', '<p><a name="here" id="here"></a>Here</p>'.replace(' name="here"', "")),
        ('<p align="right">x</p>', '<p class="align-right">x</p>'),
        ('<p style="color: red; text-align:center">x</p>', '<p class="align-center">x</p>'),
        ("<details><summary>S</summary>\n\n*x*\n\n</details>", "<summary>S</summary>\n<p><em>x</em></p>\n</details>"),
        ('<div class="a" onclick="b()">x</div>', '<div class="a">x</div>'),
        ('<a href="javascript:x">x</a>', "<p><a>x</a></p>"),
        ("<p>one\n<p>two", "<p>one\n</p><p>two"),
        ("<ul><li>a<li>b</ul>", "<ul><li>a</li><li>b</li></ul>"),
        ('<a href=https://a.example/">x</a>', '<p><a href="https://a.example/">x</a></p>'),
        ('<a href="https://a.example/>x</a> "y"', '<p><a href="https://a.example/">x</a> “y”</p>'),
        ("<a href=\u201dhttps://a.example/\u201d>x</a>", '<p><a href="https://a.example/">x</a></p>'),
        ('<a href="https://a.example/"title="y">x</a>', '<a href="https://a.example/" title="y">x</a>'),
        ('<p class="a"">x</p>', '<p class="a">x</p>'),
        ('<a href="javascript:x"">x</a>', "<p><a>x</a></p>"),
        ('<a title="a>b">x</a>', '<a title="a&gt;b">x</a>'),
        ('`<a href=x">`', "<code>&lt;a href=x&quot;&gt;</code>".replace("&quot;", '"')),
        ("a <b = c> d", "<p>a &lt;b = c&gt; d</p>"),
        ("</div>x</span>", "x"),
        ("<blink>x</blink>", "<p>x</p>"),
        ("<Intro>\n\nText\n\n</Intro>", "<p>Text</p>"),
        ("<my-tag>x</my-tag>", "<p>x</p>"),
        ("<svg><path d='M0'/><text>no</text></svg>", "<p></p>"),
        ("<style>p { color: red }</style>", ""),
        ('<form><label>Name</label><input name="x"><button>Go</button></form>', "NameGo"),
        ('<img data-src="https://a.example/x.png" alt="x">', 'src="https://a.example/x.png"'),
        ('x <img alt="nothing">', "<p>x </p>"),
        ('<audio src="https://a.example/x.mp3"></audio>', '<audio src="https://a.example/x.mp3" controls=""></audio>'),
        ("1 < 2 and <3", "<p>1 &lt; 2 and &lt;3</p>"),
    ],
)  # fmt: skip
def test_the_elements_people_use_are_shown(written: str, shown: str) -> None:
    found = html(written)

    assert shown in found if shown else not found
    assert sanitise(found) == found


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://www.youtube.com/embed/abc", "https://www.youtube-nocookie.com/embed/abc"),
        ("//www.youtube.com/embed/abc?rel=0&start=30", "https://www.youtube-nocookie.com/embed/abc?start=30"),
        ("http://youtube.com/v/abc&hl=en", "https://www.youtube-nocookie.com/embed/abc"),
        ("https://www.youtube.com/watch?v=abc&t=42s", "https://www.youtube-nocookie.com/embed/abc?start=42"),
        ("https://youtu.be/a-b_c", "https://www.youtube-nocookie.com/embed/a-b_c"),
        ("https://www.youtube.com/embed/videoseries?list=PL1", "/embed/videoseries?list=PL1"),
        ("https://player.vimeo.com/video/1?h=2", "https://player.vimeo.com/video/1?h=2"),
        ("http://codepen.io/a/embed/b", "https://codepen.io/a/embed/b"),
    ],
)
def test_frames_of_the_usual_hosts_are_shown(address: str, shown: str) -> None:
    found = html(f'<iframe src="{address}" width="100%" height="315px" style="border:0"></iframe>')

    assert shown in found
    assert 'width="100%" height="315"' in found
    assert 'loading="lazy"' in found


@pytest.mark.parametrize(
    "address",
    ["https://elsewhere.example/x", "https://www.youtube.com/", "https://www.youtube.com.elsewhere.example/embed/x"],
)
def test_any_other_frame_becomes_a_link(address: str) -> None:
    found = html(f'Before <iframe src="{address}">inside</iframe> after')

    assert "<iframe" not in found
    assert f'<a href="{address}">' in found
    assert "inside" not in found


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "data:text/html,x", "/local", "https://a b/", "https://[/x"]
)
def test_a_frame_of_no_address_is_left_out(address: str) -> None:
    assert html(f'x <iframe src="{address}"></iframe>') == "<p>x </p>"


def test_a_site_may_name_its_own_frames() -> None:
    settings = SiteSettings(url="https://a.example", embed_hosts=("player.example",))

    assert "<iframe" in html('<iframe src="https://player.example/1"></iframe>', settings)
    assert "<iframe" not in html('<iframe src="https://www.youtube.com/embed/x"></iframe>', settings)


def test_a_gist_becomes_a_link() -> None:
    found = html('<script src="https://gist.github.com/jane/0123abcd.js"></script>')

    assert found == '<p><a href="https://gist.github.com/jane/0123abcd">gist.github.com/jane/0123abcd</a></p>'


def test_what_is_left_out_is_named_once_with_its_place() -> None:
    found = messages("---\ntitle: A\n---\n\nText <Foo>a</Foo>\n\n<Foo>b</Foo>\n\n<style>p {}</style>\n")

    assert [message.partition(".")[0] for message in found] == [
        "line 5, column 6: <Foo> is not an element that pages may have: what is in it is shown without it",
        "line 9, column 1: <style> is left out, with what is in it",
    ]


def test_quotations_and_figures_work_around_html() -> None:
    found = html('> A <b>bold</b> claim\n> -- Name\n\n![a](https://a.example/x.png "Caption")\n\n<p>x</p>')

    assert "<blockquote>\n<p>A <b>bold</b> claim</p>\n</blockquote><figcaption>— Name</figcaption>" in found
    assert "<figcaption>Caption</figcaption>" in found


@pytest.mark.parametrize("text", ["<p>a <i>b</p>\n\nc", "<div>One <b>two</b></div>\n\nc", "<table><tr><td>x</table>"])
def test_a_summary_holds_no_markup(text: str) -> None:
    assert "<" not in post(text).entry.summary


def test_tags_are_text_where_the_site_says_so() -> None:
    assert html("a <b>c</b> <Foo>", TEXT_ONLY) == "<p>a &lt;b&gt;c&lt;/b&gt; &lt;Foo&gt;</p>"


NAMES = [
    *("a", "b", "blockquote", "center", "dd", "div", "dl", "dt", "em", "figure", "font", "h2", "h3", "i", "li", "ol"),
    *("p", "pre", "section", "span", "sup", "table", "tbody", "td", "th", "thead", "tr", "ul", "Widget", "picture"),
]
PIECES = st.one_of(
    st.sampled_from(NAMES).map("<{}>".format),
    st.sampled_from(NAMES).map("</{}>".format),
    st.sampled_from(["\n", "\n\n", "text", " ", "*x*", "<br>", "<img src=x.png>", "> ", "- ", "<!-- c -->"]),
)


@given(st.lists(PIECES, max_size=30).map("".join))
def test_tags_in_any_order_make_a_sound_page(text: str) -> None:
    found, _ = read(text)

    if found:
        body = found.body.html
        assert sanitise(body) == body
        assert not re.search("&lt;/?(?:" + "|".join(NAMES) + ")&gt;", re.sub("(?s)<(pre|code).*?</\\1>", "", body))
        assert "<" not in found.entry.summary
