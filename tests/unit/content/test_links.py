import pytest
from hypothesis import given
from hypothesis import strategies as st

from bucketpress.content.html.completion import resolve_links
from bucketpress.content.problem import Severity
from tests.unit.content.samples import RAW, html, post, read

KEY = "posts/2010/2010-03-05-a-post.md"


@pytest.mark.parametrize(
    ("link", "href"),
    [
        ("other.md", "/.source/posts/2010/other.md"),
        ("./other.markdown", "/.source/posts/2010/other.markdown"),
        ("../b/index.md#Some-Part", "/.source/posts/b/index.md#some-part"),
        ("../../pages/about.md", "/.source/pages/about.md"),
        ("a%20b%2Bc.md", "/.source/posts/2010/a%20b%2Bc.md"),
        ("é.md", "/.source/posts/2010/%C3%A9.md"),
        ("file.pdf", "/_bucketpress/media/posts/2010/file.pdf"),
        ("file.pdf?x=1&y=2#p3", "/_bucketpress/media/posts/2010/file.pdf?x=1&amp;y=2#p3"),
        ("../../static/a/b.css", "/a/b.css"),
        ("../../static/notes.md", "/notes.md"),
        ("/about/", "/about/"),
        ("/x.md", "/x.md"),
        ("https://a.example/x.md", "https://a.example/x.md"),
        ("mailto:a@b.example", "mailto:a@b.example"),
        ("../other-post/", "/2010/03/other-post/"),
        ("?page=2", "/2010/03/a-post/?page=2"),
        ("#nowhere", "#nowhere"),
        ("#here-i-am", "#here-i-am"),
        ("#Here%20I%20am", "#here-i-am"),
    ],
)
def test_a_link_leads_where_its_author_meant(link: str, href: str) -> None:
    found = html(f"[x]({link})\n\n## Here I am", key=KEY)

    assert f'<a href="{href}">x</a>' in found


@pytest.mark.parametrize(
    "link",
    [
        "../../../x.md",
        "../../../../etc/passwd.txt",
        "../../README.md",
        "../../site.yaml",
        ".hidden.png",
        "a\\b.md",
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "//evil.example/x",
        "file:///etc/passwd",
        "java%0ascript:x",
    ],
)
def test_a_link_that_leads_nowhere_good_is_text_with_a_warning(link: str) -> None:
    found, problems = read(f"Line one\n\nSee [x](<{link}>).", KEY)

    assert found is not None
    assert "<a>x</a>" in found.body.html
    assert [(problem.severity, problem.line) for problem in problems] == [(Severity.WARNING, 3)]


def test_images_are_assets() -> None:
    found = html("![a](<../img/ä b+1.png>) ![b](/logo.png) ![c](https://cdn.example/x.png)", key=KEY)

    assert 'src="/_bucketpress/media/posts/img/%C3%A4%20b%2B1.png"' in found
    assert 'src="/logo.png"' in found
    assert 'src="https://cdn.example/x.png"' in found


def test_raw_html_is_rewritten_too() -> None:
    found = html('<video src="a.mp4" poster="p.png"></video> <a href="x.md">x</a>', RAW, KEY)

    assert 'src="/_bucketpress/media/posts/2010/a.mp4" poster="/_bucketpress/media/posts/2010/p.png"' in found
    assert 'href="/.source/posts/2010/x.md"' in found


def test_the_sources_linked_to_are_listed_once_in_order() -> None:
    found = post("[b](b.md) [a](a.md#x) [b](b.md) [f](f.pdf)", KEY)

    assert found.links == ("posts/2010/b.md", "posts/2010/a.md")


def test_a_picture_inside_the_text_is_left_out_with_advice() -> None:
    found, problems = read("![x](data:image/png;base64,AAAA)", KEY)

    assert found is not None
    assert found.body.html == '<p><img alt="x" decoding="async"></p>'
    assert problems[0].fix == "Put the file beside the source and name it."


def test_links_are_resolved_when_the_paths_are_known() -> None:
    body = html('[a](a%20b.md#Part "T") [gone](c.md) [never](d.md)', key=KEY)

    found = resolve_links(body, {"posts/2010/a b.md": "/2010/é x/", "posts/2010/c.md": None})

    assert found == '<p><a href="/2010/%C3%A9%20x/#part" title="T">a</a> <a>gone</a> <a>never</a></p>'


def test_only_links_are_resolved() -> None:
    body = html('`<a href="/.source/posts/a.md">` ![href="/.source/x.md"](p.png)')

    assert resolve_links(body, {"posts/a.md": "/x/"}) == body


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=40))
def test_any_key_survives_the_marker(name: str) -> None:
    key = f"posts/{name}.md"
    marker = html("[x](other.md)").replace("posts/other.md", _quoted(key))

    assert resolve_links(marker, {key: "/here/"}) == '<p><a href="/here/">x</a></p>'


def _quoted(key: str) -> str:
    from urllib.parse import quote  # noqa: PLC0415

    return quote(key)
