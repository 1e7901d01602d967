"""HTML of other systems becomes Markdown that says the same, read by another parser than the one that proves it."""

import html
from collections.abc import Iterator
from xml.etree.ElementTree import Element

import html5lib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bucketpress.content.post_reader import read_post
from bucketpress.content.settings.site_settings import SiteSettings
from bucketpress.content.source_keys import classify
from bucketpress_cli.importers.conversion.proven_markdown import to_markdown

SITE = SiteSettings(url="https://blog.example", smart_punctuation=False)
UNSEEN = {"span", "div", "thead", "tbody", "section", "article"}
SAME = {"b": "strong", "i": "em", "s": "del", "h1": "h2"}
ENDS = {
    "ul",
    "ol",
    "table",
    "dl",
    "details",
    "figure",
    "div",
    "p",
    "li",
    "h2",
    "h3",
    "h4",
    "pre",
    "td",
    "th",
    "dt",
    "dd",
    "figcaption",
    "summary",
    "blockquote",
    "caption",
}
MEANT = ("href", "src", "alt", "colspan", "rowspan", "start", "cite", "title", "id", "width")


def published(markdown: str) -> str:
    """Return the HTML that readers get."""
    text = f"---\ntitle: A title of its own\ndate: 2010-03-05\n---\n\n{markdown}\n"
    post, problems = read_post(classify("posts/a.md"), text.encode(), SITE)
    assert post is not None, problems
    return post.body.html


def said(source: str) -> list[tuple[object, ...]]:
    """Return each word with the elements it stands in, and where blocks end."""
    tree = html5lib.parseFragment(source, namespaceHTMLElements=False)
    found: list[tuple[object, ...]] = []
    for item in _said(tree, ()):
        if item != ("end",) or (found and found[-1] != ("end",)):
            found.append(item)
    return found[:-1] if found[-1:] == [("end",)] else found


def _said(element: Element, within: tuple[object, ...]) -> Iterator[tuple[object, ...]]:
    yield from ((word, *within) for word in (element.text or "").split())
    for child in element:
        name = SAME.get(str(child.tag), str(child.tag))
        if child.get("class") != "anchor":
            yield from _element(child, name, within)
        yield from ((word, *within) for word in (child.tail or "").split())


def _element(child: Element, name: str, within: tuple[object, ...]) -> Iterator[tuple[object, ...]]:
    language = next((each for each in child.get("class", "").split() if each.startswith("language-")), "")
    named = tuple((key, value.removeprefix("s-")) for key in MEANT if (value := child.get(key)) and name != "iframe")
    named = () if name in {"h2", "h3", "h4"} else named
    if name == "pre" and not list(child.iter("em")):  # Colours are tags within words.
        inner = child.find("code")
        language = language or ("" if inner is None else inner.get("class", ""))
        yield ("".join(child.itertext()).removesuffix("\n"), language, *within)
        yield ("end",)
        return
    if name in {"img", "br", "hr", "iframe"}:
        yield (name, named, *within)
        return
    if name in ENDS:
        yield ("end",)
    is_seen = name not in UNSEEN and name != "p"
    yield from _said(child, (*within, (name, named, *([language] if language else []))) if is_seen else within)
    if name in ENDS:
        yield ("end",)


SNIPPETS = (
    "<p>Un<em>frigging</em>believable <strong>foo:</strong>bar <b>a</b> <b>b</b></p>",
    "<ul><li>a<ul><li>b<ol><li>c</li></ol></li></ul></li><li>d</li></ul><ul><li>another list</li></ul>",
    "<ol start='3'><li><p>one</p><p>two</p></li><li><pre><code class='language-py'>x\n\ny</code></pre></li></ol>",
    "<table><thead><tr><th>A</th><th>B</th></tr></thead><tbody><tr><td>1|2</td><td><code>a|b</code></td></tr></tbody></table>",
    "<table><tbody><tr><td colspan='2'>x</td></tr><tr><td rowspan='2'>1</td><td>2</td></tr></tbody></table>",
    "<table><tbody><tr><td><p>a</p><ul><li>x</li></ul></td></tr></tbody></table>",
    "<figure><img src='/a.jpg' alt='A'><figcaption>A \"caption\"</figcaption></figure>",
    "<figure><a href='/b'><img src='/a.jpg' alt='A'></a><figcaption>A <em>b</em></figcaption></figure>",
    "<p><img src='/a.jpg' alt='*' width='300'> <img src='/b(1).jpg' alt='[x]'></p>",
    "<pre>line\n\n two *x* [a](b) {{&lt; x &gt;}}\n</pre>",
    "<pre><code>```\nfence\n```</code></pre>",
    "<blockquote cite='https://e.example'><p>Quote</p></blockquote><blockquote><p>Other</p></blockquote>",
    "<blockquote><p>a</p><blockquote><p>b</p></blockquote><ul><li>c</li></ul></blockquote>",
    "<dl><dt>T</dt><dd>Def</dd><dd><p>a</p><p>b</p></dd></dl>",
    "<p>Note<sup><a href='https://e.example/#f'>1</a></sup></p><ol><li>Foot</li></ol>",
    "<details><summary>Sum</summary><p>In <code>x</code></p><pre>a\n\nb</pre></details>",
    "<p>H<sub>2</sub>O x<sup>2</sup> <kbd>Ctrl</kbd></p>",
    "<p>a<br>b<br><br>c</p><hr><p>d</p>",
    "<p>&amp;amp; &lt;div&gt; &copy; &#42;x&#42; C:\\new\\</p>",
    "<p>*stars* _under_ snake_case #hash [x](y) ![i](j) `code` | ~~s~~ ==m== ^s^ :smile: $x$ $5 and $6</p>",
    "<p># a</p><p>- b</p><p>1. c</p><p>&gt; d</p><p>+ e</p><p>=====</p><p>---</p><p>| f |</p><p>: g</p><p>:::note</p>",
    '<p>{% raw %}{{ x }}{% endraw %} {{&lt; fig &gt;}} [gallery ids="1"] [[wiki]] ![[x.png]] {.class} %%hidden%%</p>',
    "<p><a href='https://e.example/a_(b)' title='T \"q\"'>te[x]t</a> https://plain.example me@x.example</p>",
    "<p>中文<strong>粗体</strong>，很好。<em>强调</em>。</p><p>第一行。</p>",
    "<p><code>a</code><code>b`c</code> <code>d</code> <code>e</code></p>",
    "<h2>Two</h2><h3>Three #</h3><h4>F <em>x</em></h4>",
    "<p>p1<p>p2<ul><li>x<li>y</ul>",
    "<div>loose<div>more</div>tail</div>",
    "<p>[^1]: x</p><p>[foo]: /bar</p><p>[foo]</p><p>[TOC]</p><p>{:toc}</p><p>[//]: # (x)</p>",
    "<blockquote><p>[!note] x</p></blockquote>",
    "<p>2 &lt; 3 &amp; 4 &gt; 1</p><p>a*b*c</p>",
    "<p><a href='/x'><strong>b</strong> c</a><a href='/y'>d</a></p>",
    "<table><caption>C</caption><tbody><tr><th>a</th><td>b</td></tr></tbody></table>",
    "<p><iframe src='https://www.youtube-nocookie.com/embed/abc'></iframe></p>",
    "<p>&lt;!-- no comment --&gt; &lt;script&gt;</p>",
    "<ul><li>a<p>b</p></li><li><blockquote><p>c</p></blockquote></li></ul>",
)


@pytest.mark.parametrize("source", SNIPPETS)
def test_a_hard_snippet_keeps_its_text_and_its_structure(source: str) -> None:
    converted = to_markdown(source, SITE)

    assert converted.exact
    assert said(published(converted.markdown)) == said(source)


def test_what_markdown_has_a_form_for_becomes_markdown() -> None:
    code = "<pre><code class='language-py'>f</code></pre>"
    source = f"<h2>A</h2><p>b <em>c</em> <a href='/d'>d</a></p><ul><li>e</li></ul>{code}"

    converted = to_markdown(source, SITE)

    assert converted.markdown == "## A\n\nb *c* [d](/d)\n\n- e\n\n```py\nf\n```"
    assert converted.as_html == ()


def test_what_is_nested_without_end_keeps_its_text() -> None:
    converted = to_markdown("<div>" * 9_000 + "deep", SITE)

    assert not converted.exact
    assert said(published(converted.markdown)) == said("<p>deep</p>")


WORDS = st.sampled_from(
    [
        *(
            "word",
            "two words",
            "中文",
            "é",
            "*",
            "**",
            "_a_",
            "`",
            "``",
            "[",
            "](",
            "![x",
            "<",
            "&amp;",
            "&#42;",
            "|",
            "#",
        ),
        *(
            "1.",
            "-",
            "+",
            ">",
            "~~",
            "==",
            "^",
            ":",
            ":x:",
            "$",
            "$a$",
            "\\",
            "{",
            "{% if %}",
            "{{ x }}",
            "{{< y >}}",
            "[^1]",
        ),
        *(
            "[gallery]",
            "[[w]]",
            "https://u.example/a_b",
            "a@b.example",
            "!",
            "(c)",
            "...",
            "--",
            '"',
            "'",
            "[x]:",
            "=",
            "%%",
        ),
    ]
)


def _element_of(names: str, inside: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.builds(lambda name, text: f"<{name}>{text}</{name}>", st.sampled_from(names.split()), inside)


TEXT = st.lists(WORDS, min_size=1, max_size=4).map(lambda words: html.escape(" ".join(words)))
LINK = st.builds("<a href='{}'>{}</a>".format, st.sampled_from(["/a", "https://e.example/b_(c)?d=1&amp;e=*2*"]), TEXT)
IMAGE = st.builds("<img src='/p.jpg' alt='{}'>".format, TEXT.map(lambda text: text.replace("'", "")))
INLINE = st.lists(
    TEXT
    | LINK
    | IMAGE
    | st.just("<br>")
    | _element_of("em strong code sup sub del kbd mark", TEXT)
    | _element_of("em", _element_of("strong code", TEXT))
    | _element_of("strong", _element_of("em", TEXT)),
    min_size=1,
    max_size=4,
).map(lambda parts: "a" + "".join(parts) + "z")  # White space and breaks at the ends mean nothing.
CODE = st.builds(
    "<pre><code{}>{}</code></pre>".format,
    st.sampled_from(["", " class='language-js'"]),
    st.lists(TEXT, min_size=1, max_size=4).map("\n\n".join),
)
PLAIN = _element_of("p h2 h3", INLINE) | CODE | st.just("<hr>")
BLOCK = st.recursive(
    PLAIN,
    lambda inner: (
        st.lists(st.one_of(INLINE, INLINE.map("<p>{}</p>".format), inner), min_size=1, max_size=3).map(
            lambda items: "<ul>" + "".join(f"<li>{item}</li>" for item in items) + "</ul>"
        )
        | st.lists(inner, min_size=1, max_size=2).map(lambda parts: f"<blockquote>{''.join(parts)}</blockquote>")
        | st.lists(st.tuples(INLINE, INLINE), min_size=1, max_size=2).map(
            lambda rows: "<table>" + "".join(f"<tr><td>{a}</td><td>{b}</td></tr>" for a, b in rows) + "</table>"
        )
        | st.builds("<details><summary>{}</summary>{}</details>".format, TEXT, inner)
        | st.builds("<dl><dt>{}</dt><dd>{}</dd></dl>".format, INLINE, inner)
        | st.builds("<figure><img src='/a.jpg' alt='a'><figcaption>{}</figcaption></figure>".format, INLINE)
    ),
    max_leaves=4,
)


@settings(max_examples=200, deadline=None)
@given(st.lists(BLOCK, min_size=1, max_size=3).map("".join))
def test_generated_html_keeps_its_text_and_its_structure(source: str) -> None:
    converted = to_markdown(source, SITE)

    assert converted.exact
    assert said(published(converted.markdown)) == said(source)


@pytest.mark.parametrize(
    ("attributes", "markdown"),
    [
        ('src="/IMG_0042.jpg" alt="" title="IMG_0042"', "![](/IMG_0042.jpg)"),
        ('src="/a%20cat.jpg" title="a cat"', "![](/a%20cat.jpg)"),
        ('src="/1.jpg" alt="A cat" title="A  cat!"', "![A cat](/1.jpg)"),
        ('src="/1.jpg" title="A cat"', "![A cat](/1.jpg)"),
        ('src="/1.jpg" alt="A cat" title="It sleeps"', '![A cat](/1.jpg "It sleeps")'),
    ],
)
def test_a_title_that_says_nothing_new_is_no_caption(attributes: str, markdown: str) -> None:
    assert to_markdown(f"<p><img {attributes}></p>", SiteSettings(url="https://blog.example")).markdown == markdown


@pytest.mark.parametrize(
    "attributes",
    [
        'class="brush: php; title: ; notranslate"',
        'class="lang:PHP decode:true"',
        'class="prettyprint lang-php"',
        'lang="php" line="1"',
        'class="EnlighterJSRAW" data-enlighter-language="php"',
        'data-code-block-lang="php" class="graf--pre"',
        'class="hljs language-php"',
    ],
)
def test_code_keeps_its_language_however_a_highlighter_was_told_it(attributes: str) -> None:
    source = f"<pre {attributes}>echo 1;</pre>"

    assert to_markdown(source, SiteSettings(url="https://blog.example")).markdown == "```php\necho 1;\n```"


def test_a_link_around_blocks_is_one_in_each_of_them() -> None:
    source = '<a href="/x"><div><h3>Title</h3><p>Said.</p><figure><img src="/a.png" alt="A"></figure></div></a>'

    converted = to_markdown(source, SiteSettings(url="https://blog.example"))

    assert converted.exact
    assert converted.markdown.startswith("### [Title](/x)\n\n[Said.](/x)\n\n")
    assert (
        '<a href="/x"><img alt="A" src="/a.png"></a>' in converted.markdown
        or "[![A](/a.png)](/x)" in converted.markdown
    )
