"""The constructs of a post, each with the piece that is repeated until the post is as large as a post may be.

One more construct is one more row; whatever reads the table takes it in.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from bucketpress.content.front_matter.block import MAX_FRONT_MATTER_BYTES
from bucketpress.content.post_reader import MAX_POST_BYTES

HEADER = "title: T\ndate: 2020-01-01\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Construct:
    """A text made of `first`, then `unit` again and again, then `after` as often, then `last`.

    `{n}` in the unit is the number of the repetition. `in_front_matter` puts it there instead of into the body.
    """

    name: str
    unit: str
    after: str = ""
    first: str = ""
    last: str = ""
    in_front_matter: bool = False
    settings: str = ""

    def text(self, most: int | None = None) -> str:
        """Return a whole file in which the construct fills so many bytes, by default as many as there may be."""
        head = f"---\n{HEADER}"
        if self.in_front_matter:
            filled = self._filled((most or MAX_FRONT_MATTER_BYTES) - len(HEADER))
            return f"{head}{filled}\n---\n\nText.\n"
        return f"{head}---\n{self._filled((most or MAX_POST_BYTES) - len(head) - 4)}"

    def size_of_one(self) -> int:
        """Return the bytes of what is not left out however short the post, and of one repetition."""
        return len((self.first + self.last + self.unit + self.after).encode())

    def _filled(self, room: int) -> str:
        room -= len((self.first + self.last).encode())
        size = len((self._unit(0) + self.after).encode())
        count = room // size
        while count and len("".join(self._unit(n) for n in range(count)).encode()) + count * len(self.after) > room:
            count = count * 9 // 10
        body = "".join(self._unit(n) for n in range(count))
        return self.first + body + self.after * count + self.last

    def _unit(self, number: int) -> str:
        return self.unit.replace("{n}", str(number))


_MARKDOWN = {
    "brackets": "[",
    "brackets closed": "]",
    "bracket pairs": "[]",
    "brackets, parenthesis": "[a](",
    "brackets, angle": "[a](<b",
    "brackets of references": "[a][",
    "emphasis": "*a ",
    "emphasis, mixed": "*a_ ",
    "emphasis of two": "**x [a*b**c*](d) ",
    "emphasis, three kinds": "*_~=",
    "strikethrough": "~~a ",
    "highlight": "==a ",
    "links": "[a](b) ",
    "links to posts": "[a](b{n}.md) ",
    "links to one post": "[a](b.md) ",
    "links to files": "[a](b{n}.pdf) ",
    "links to nowhere": "[a](b:c) ",
    "links, encoded": "[](&#97;:b)",
    "links out": "[a](../../../x.md)",
    "links to anchors": "[a](#b{n}) ",
    "links to one anchor": "[a](#b) ",
    "images": "![a](b{n}.png)\n\n",
    "images without text": "![](b.png)",
    "images of data": "![](data:x) ",
    "images with titles": '![a](b.png "c")\n\n',
    "images, inline": "![a](b{n}.png)",
    "images with encoded addresses": "![](%62{n}.png)",
    "reference definitions": "[a{n}]: b\n",
    "reference definitions of one name": "[a]: b\n",
    "references to one definition": "[a] ",
    "tables": "|a|\n|-|\n\n",
    "table cells": "|a",
    "footnotes": "[^{n}]\n\n[^{n}]: a\n\n",
    "footnotes of one name": "[^a] ",
    "footnotes, open": "[^",
    "quotations": "> a\n\nb\n\n",
    "quotations with sources": "> a\n> -- b\n\nc\n\n",
    "quotations, wide": "> a\n",
    "lists": "- a\n",
    "numbered lists": "1. a\n",
    "lists, nested by turns": "- - - - - a\n",
    "tasks": "- [ ] a\n",
    "headings": "# a\n",
    "headings of one text": "# a\n\n",
    "headings, distinct": "# a{n}\n\n",
    "headings, underlined": "a\n===\n",
    "headings of numbers": "# a {n}\n\n# a\n\n",
    "rules": "***\n",
    "code fences": "```\n",
    "code fences, closed": "```python\nx = 1\n```\n\n",
    "code fences of bad code": "```python\n'''\n```\n\n",
    "code fences of brackets": "```javascript\n((((((((((((((((\n```\n\n",
    "code fences, indented": "    x\n\n",
    "code spans": "`a` ",
    "code spans, open": "`a ``b ```c ",
    "back quotes": "`",
    "autolinks": "<http://a/{n}> ",
    "autolinks, bare": "http://a.example/{n} ",
    "autolinks, www": "www.a.b",
    "autolinks, mail": "a@b.c ",
    "autolinks, at": "a@",
    "autolinks, colons": "://",
    "math": "$a$ ",
    "math, displayed": "$$a$$\n\n",
    "math, lines of it": "$$\na\n+ b\n$$\n\n",
    "math, lines of one": "$$a\n",
    "headings without a space": "##a\n\n",
    "math, nested": "$\\frac{",
    "dollars": "$",
    "liquid": "{% a %}{{ b }}",
    "liquid, open": "{%",
    "braces": "{",
    "liquid, tags of many names": "{% a{n} %}",
    "liquid, raw": "{% raw %}",
    "liquid, comments": "{% comment %}",
    "liquid, highlighted": "{% highlight python %}\nx\n{% endhighlight %}\n",
    "liquid, filters": "{{ a | b | c }}",
    "shortcodes, figures": '{{< figure src="a.png" >}}\n\n',
    "shortcodes, nested": "{{% a %}}",
    "notes": "[//]: # (a)\n",
    "notes over lines": "[//]: # (a\n)\n",
    "notes, open": "[//]: # (a\n",
    "embeds": "![[a{n}.png]] ",
    "brackets and ticks": "\\``[",
    "shortcodes": "{{< a >}}",
    "shortcodes, open": "{{<",
    "wikilinks": "[[a|b]] ",
    "attribute lists": "a\n{: .b}\n\n",
    "callouts": "> [!NOTE]\n> a\n\n",
    "entities": "&amp;",
    "entities, wrong": "&a",
    "entities, numeric": "&#97;",
    "backslashes": "\\",
    "escapes": "\\*",
    "quotes": "\"a' ",
    "dashes": "a--b---",
    "dots": "...",
    "line breaks": "a  \n",
    "long line": "a",
    "words": "word ",
    "paragraphs": "a\n\n",
    "blank lines": "\n",
    "tabs": "\t",
    "carriage returns": "\r",
    "cjk": "\u6c49",
    "cjk paragraphs": "\u6c49\u5b57\u3002\n",
    "zero width": "\u200b",
    "combining": "a\u0301",
    "marks": "\u0301",
    "unprintable": "\x01",
    "line separators": "\u2028",
    "emoji": "\U0001f468\u200d\U0001f469\u200d\U0001f466",
    "emoji names": ":smile:",
    "definition lists": "a\n: b\n\n",
    "dashes of a source": "-- a\n",
    "import lines": "import a from 'b'\n",
    "colons": ":::note\n\n",
}

_HTML = {
    "Markdown in cells": "<td>[a](/b/)",
    "Markdown in paragraphs": "<p>**a** ",
    "Markdown in open tags": "<p>[a](/b",
    "Markdown in code": "<p><code>**a**</code>`b",
    "texts below HTML": "<p>a</p>\nb\n\n",
    "lists in HTML": "<p>\n- a\n",
    "tags": "<b>",
    "tags, closed": "<b>a</b>",
    "end tags": "</b>",
    "paragraph tags": "<p>",
    "paragraph tags, image": "<p><img src=a.png title=b>",
    "div tags": "<div>",
    "div tags, in turn": "<div></p>",
    "table tags": "<table>",
    "table tags, in turn": "<table><td>",
    "list tags": "<ul><li>",
    "details tags": "<details><summary>a</summary>\n\nb\n\n</details>\n\n",
    "heading tags": "<h1>a",
    "pre tags": "<pre>",
    "pre tags, code": "<pre><code class=language-python>a</code></pre>",
    "quotation tags": "<blockquote>a",
    "quotation tags, closed": "<blockquote><p>a</p></blockquote>",
    "anchors in anchors": "<a href=b>",
    "formatting, misnested": "<b><i></b></i>",
    "formatting, reopened": "<b><p>",
    "font in paragraph": "<p><i>a",
    "attributes": ' a{n}="b"',
    "classes": "<p class='a b c'>d</p>",
    "ids": "<p id=a{n}>b</p>",
    "ids, equal": "<p id=a>b</p>",
    "unknown tags": "<x-a>",
    "unknown tags of many names": "<x{n}>",
    "components": "<A b={c}>",
    "comments": "<!-- a -->",
    "comments, open": "<!--",
    "comments, wrong": "<!-->",
    "comments, more": "<!--more-->",
    "admonitions": "!!! note\n    a\n\n",
    "powers": "x^2^ ",
    "carets": "a^b ",
    "spans with classes": "[a]{.b} ",
    "classes at line ends": "a {.b}\n",
    "unknown addresses": "[a](/b/{{ c }}/d) ",
    "comments with dashes": "<!\u2014 a ",
    "comments of templates": "{# a ",
    "comments of notes": "%% a",
    "hidden elements": "<p hidden></p>",
    "hidden elements, open": "<p hidden> ",
    "hidden blocks": "{: .hidden}\n",
    "hidden boxes": "::: hidden\n",
    "tags with open quotes": '<a "',
    "declarations": "<!a ",
    "cdata": "<![CDATA[",
    "processing": "<?",
    "scripts": "<script>",
    "scripts, closed": "<script>a</script>",
    "styles": "<style>",
    "textareas": "<textarea>",
    "titles": "<title>",
    "plaintext": "<plaintext>",
    "svg": "<svg>",
    "svg, html": "<svg><p>",
    "math tags": "<math><mi>",
    "math, html": "<math><mtext><table><mglyph><style>",
    "templates": "<template>",
    "selects": "<select><option>",
    "frames": "<iframe src=a>",
    "frames, closed": "<iframe src='https://www.youtube.com/embed/a'></iframe>",
    "inputs": "<input type=checkbox>",
    "inputs, in items": "<li><input>",
    "images, html": "<img src=a{n}.png>",
    "images with sets": '<img srcset="a 1x, b 2x">',
    "sources": "<video><source src=a></video>",
    "lesser": "<",
    "greater": ">",
    "lesser, name": "<a",
    "lesser, quote": '<a b="',
    "nbsp": "&nbsp;",
    "sup": "<sup class=footnote-ref>",
    "ruby": "<ruby>a<rt>b",
    "definition tags": "<dl><dt><dd>",
    "breaks": "<br>",
    "breaks in quotation": "<blockquote><p>a<br>",
}

_FRONT_MATTER = {
    "keys": "k{n}: v\n",
    "keys, empty": "k{n}:\n",
    "keys, open": 'k: "a\n',
    "lines to quote": "k{n}: a: b\n",
    "comments in front matter": "# a\n",
    "colons in front matter": "a: ",
}


# Of each dialect: what opens and closes, what is known and what is not, what holds arguments.
_DIALECTS = {
    "jekyll": (
        "{% x{n} %}", "{% raw %}a{% endraw %}", "{% raw %}", "{% comment %}", "{% highlight a %}", "{{ a | b | c }}",
        "{% highlight a %}b{% endhighlight %}\n", "{{ site.url }}", "{% link posts/a{n}.md %}", "{% post_url a %}",
        "{% include a.html b='c' %}", "{% include", "{{", "{%", "{% if a %}", "a\n{: .b #c{n}}\n\n", "{::a}", "{:.b}",
        "{% capture a %}b", "{% quote a  http://b %}c{% endquote %}",
    ),
    "hugo": (
        '{{< figure src="a.png" >}}\n\n', "{{< a >}}", "{{< a >}}b", "{{% a %}}", "{{<", '{{< ref "a" >}}',
        "{{< highlight a >}}b{{< /highlight >}}\n\n", "{{< details >}}", "{{</* a */>}}", '{{< a b="c" d="e" >}}',
    ),
    "zola": ('{{ youtube(id="a") }}\n\n', "{% a() %}b{% end %}", "{{ a(", "{% quote() %}", '{{ a(b="c{n}") }}'),
    "hexo": ("{% asset_img a.png %}", "{% codeblock %}", "{% post_link a %}", "{% blockquote %}a{% endblockquote %}"),
    "pelican": ("{filename}a{n}.md", "[a]({static}/b{n}.png) ", "{% notebook a %}", "[TOC]\n\n", "{attach}"),
    "eleventy": ("{% a %}", "{{ a | b }}", "{%- set a = b -%}"),
    "docusaurus": (
        ":::note\n\n", ":::note\na\n:::\n\n", "import A from 'a'\n\n", "<A b={c} />\n\n", "{/* a */}", "{/*",
    ),
    "obsidian": (
        "[[a{n}]] ", "[[a|b]] ", "![[a.png]] ", "[[", "![[", "[[a#b]] ", "%%a%%", "%% ", "#tag ", "^a{n} ", "==a== ",
        "> [!note]- a\n> b\n\n",
    ),
}  # fmt: skip


def constructs() -> Iterator[Construct]:
    """Return every construct."""
    for name, unit in (_MARKDOWN | _HTML).items():
        yield Construct(name=name, unit=unit)
        if len(unit) > 1 and not unit.endswith("\n"):
            yield Construct(name=f"{name}, a line each", unit=unit + "\n")
        if name in _HTML:
            yield Construct(name=f"{name}, in a block", unit=unit, first="<div>")
    for dialect, units in _DIALECTS.items():
        for unit in units:
            name = f"{dialect}: {unit!r}"
            yield Construct(name=name, unit=unit, settings=f"dialect: {dialect}\n")
    for name, unit in _FRONT_MATTER.items():
        yield Construct(name=name, unit=unit, in_front_matter=True)
    yield from _PAIRS
    yield from _LISTS


def _list(name: str, key: str, unit: str, settings: str = "") -> Construct:
    return Construct(name=name, first=f"{key}: [", unit=unit + ", ", last="z]", in_front_matter=True, settings=settings)


_PEOPLE = "authors:\n" + "".join(f"  person-{n}: Person number {n}\n" for n in range(1500))
_TAGS = "tags:\n" + "".join(f"  tag-{n}: Tag number {n}\n" for n in range(1500))

_LISTS = (
    _list("tags in front matter", "tags", "t{n}"),
    _list("tags without letters", "tags", "'{n}!'"),
    _list("tags of one name", "tags", "a"),
    _list("authors", "authors", "person-{n}x", _PEOPLE),
    _list("authors, known", "authors", "person-{n}", _PEOPLE),
    Construct(
        name="authors, by commas",
        first="authors: ",
        unit="Person number 1, ",
        last="z",
        in_front_matter=True,
        settings=_PEOPLE,
    ),
    Construct(
        name="authors, by semicolons",
        first="authors: ",
        unit="Persn numer {n}; ",
        last="z",
        in_front_matter=True,
        settings=_PEOPLE,
    ),
    _list("authors with addresses", "authors", "a{n} <a@b.c>"),
    Construct(name="an author of one letter", first="author: ", unit="<", in_front_matter=True),
    Construct(name="an author of at signs", first="author: ", unit="@", in_front_matter=True),
    _list("tags, known", "tags", "Tag number {n}", _TAGS),
    _list("aliases", "aliases", "/a{n}/"),
    _list("aliases that cannot be", "aliases", "/tags/{n}/"),
    Construct(name="lists of lists", first="a: ", unit="[", after="]", in_front_matter=True),
    Construct(name="maps of maps", first="a: ", unit="{b: ", after="}", in_front_matter=True),
    Construct(name="dashes in front matter", first="a:\n  ", unit="- ", in_front_matter=True),
    Construct(name="a long title", first="title_x: y\nslug: ", unit="a-", in_front_matter=True),
    Construct(name="a title of Chinese", first="summary: ", unit="\u6c49", in_front_matter=True),
    Construct(name="an image", first="image: ", unit="../a%20", last=".png", in_front_matter=True),
    Construct(name="a date", first="updated: ", unit="2", in_front_matter=True),
    Construct(name="a date of spaces", first="updated: '2020-01-01", unit=" ", last="x'", in_front_matter=True),
)

_PAIRS = (
    Construct(name="bracket pairs, nested", unit="[", after="](b)"),
    Construct(name="brackets, nested", unit="[", after="]"),
    Construct(name="images, nested", unit="![", after="](b)"),
    Construct(name="emphasis, nested", unit="*a ", after=" b*"),
    Construct(name="strong emphasis, nested", unit="**a ", after="b**"),
    Construct(name="parentheses in links", first="[a](", unit="(", after=")", last=")"),
    Construct(name="highlights, nested", unit="==a ", after="b=="),
    Construct(name="quotations, nested", unit="> ", last="a"),
    Construct(name="quotations, nested to the cap", unit="> " * 31 + "a\n> -- b\n\nc\n\n"),
    Construct(name="quotations, nested and ended", unit="> " * 31 + "a\n"),
    Construct(name="quotations, stairs", unit="".join("> " * depth + "a\n>\n" for depth in range(1, 31)) + "\nb\n\n"),
    Construct(name="quotations, sources at every level", first="> " * 31 + "a\n", unit="> " * 30 + "- b\n"),
    Construct(name="lists, nested", unit="- ", last="a"),
    Construct(name="lists, nested to the cap", unit="- " * 15 + "a\n"),
    Construct(name="lists, stairs", unit="".join("  " * depth + "- a\n" for depth in range(15))),
    Construct(name="lists of numbers, nested", unit="1. ", last="a"),
    Construct(name="div tags, nested", unit="<div>", after="</div>"),
    Construct(name="quotation tags, nested", unit="<blockquote>" * 31 + "a" + "</blockquote>" * 31),
    Construct(name="span tags, nested", unit="<span>", after="</span>"),
    Construct(name="paragraphs after an image", first="<p><img src=a.png alt=a></p>\n\n", unit="</p>"),
    Construct(name="table heads", first="<table>\n", unit="<th>a"),
    Construct(name="table, wide", first="|a" * 2000 + "\n" + "|-" * 2000 + "\n", unit="|b\n"),
    Construct(name="table, hostile", first="|a" * 20000 + "\n" + "|-" * 20000 + "\n", unit="a\n"),
    Construct(name="table, cells", first="|a|b|c|\n|-|-|-|\n", unit="|d|e|f|\n"),
    Construct(name="table, aligned", first="|a|b|c|\n|:-|:-:|-:|\n", unit="|d|e|f|\n"),
    Construct(name="list of tasks", first="<ul><li>\n", unit="<input>"),
    Construct(name="items of a task", first="- [ ] a\n", unit="  b\n"),
    Construct(name="footnote, many references", first="[^a]: b\n\n", unit="[^a] "),
    Construct(name="footnotes in footnotes", unit="[^{n}]: a[^{n}]\n\n"),
    Construct(name="references, long name", first="[" + "a" * 900 + "]: b\n\n", unit="[" + "a" * 900 + "]\n"),
    Construct(name="references, long address", first="[a]: " + "b" * 100_000 + "\n\n", unit="[a] "),
    Construct(name="references, long title", first='[a]: b "' + "c" * 100_000 + '"\n\n', unit="[a] "),
    Construct(name="one attribute", first='<p title="', unit="a", last='">b</p>'),
    Construct(name="attributes of one tag", first="<p", unit=" a{n}=b", last=">c</p>"),
    Construct(name="link's long address", first="[a](", unit="b", last=")"),
    Construct(name="link's long address of dots", first="[a](", unit="../", last="b.md)"),
    Construct(name="link's long address of colons", first="[a](", unit=":", last=")"),
    Construct(name="one code block", first="```python\n", unit="x = [1, 'a']\n", last="```\n"),
    Construct(name="one code block, plain", first="```\n", unit="x = 1\n", last="```\n"),
    Construct(name="one comment", first="<!-- ", unit="-", last="-->"),
    Construct(name="comments of more in a line", unit="<!--more ", last="-->"),
    Construct(name="quotations, by turns", unit="> a\n", first="> " * 30 + "a\n\n"),
    Construct(name="one heading", first="# ", unit="a ", last="\n"),
    Construct(name="one heading of Chinese", first="# ", unit="\u6c49", last="\n"),
    Construct(name="paragraph without an end", first="<p>", unit="a</p>"),
    Construct(name="a heading without an end", first="<h2>", unit="a<h2>"),
    Construct(name="many blocks of code", unit="```python\n" + "x = [1, 'a']\n" * 8 + "```\n\n"),
    Construct(name="blocks of code at the cap", unit="```rust\n" + "fn a<'a>(b: &'a str) {}\n" * 330 + "```\n\n"),
)
