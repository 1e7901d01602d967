"""The template syntax of other generators becomes Markdown, or is left out and named."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bucketpress.content.dialects.registry import DIALECTS, translate
from bucketpress.content.markdown.code_finder import CodeFinder
from bucketpress.content.settings.site_settings import DIALECT_NAMES, SiteSettings
from tests.unit.content.samples import read

KEY = "posts/2020-01-02-a.md"


def site(dialect: str = "") -> SiteSettings:
    return SiteSettings(url="https://t.example", title="Site", dialect=dialect)


def page(text: str, dialect: str, key: str = KEY) -> tuple[str, list[str]]:
    """Return the body of a post and what was said about it."""
    found, problems = read(f"---\ntitle: A post\n---\n{text}\n", key, site(dialect))
    assert found is not None, problems
    return found.body.html, [str(problem) for problem in problems]


def test_every_dialect_can_be_named() -> None:
    assert sorted(DIALECTS) == sorted(DIALECT_NAMES)


def test_a_post_of_jekyll() -> None:
    body, problems = page(
        '* TOC\n{:toc}\n\n{% highlight ruby %}\n# a comment\nputs "{{ x }}"\n{% endhighlight %}\n\n'
        "See [b]({% post_url 2020-01-03-b %}) or [b]({{ site.baseurl }}{% link _posts/2020-01-03-b.md %}).\n\n"
        'A note.\n{: .note}\n\n{% include gallery.html id="1" %}',
        "jekyll",
        "_posts/2020-01-02-a.md",
    )

    assert '<code class="language-ruby"><span class="c1"># a comment</span>' in body
    assert body.count('<a href="/.source/_posts/2020-01-03-b.md">b</a>') == 2
    assert "<p>A note.</p>" in body
    assert "{%" not in body
    assert "{:" not in body
    assert ["{% include %} is left out" in problem for problem in problems] == [True]
    assert problems[0].startswith("line 17, column 1")


@pytest.mark.parametrize(
    ("dialect", "written", "shown"),
    [
        ("jekyll", "{% raw %}{{ x }}{% endraw %}", "<code>{{ x }}</code>"),
        ("jekyll", "a{% comment %}b{% endcomment %}c", "<p>ac</p>"),
        ("jekyll", "{{ page.title }}", "<p>A post</p>"),
        ("jekyll", "[x]({{ site.url }}/y/)", '<a href="/y/">x</a>'),
        ("jekyll", "{{ site.url }}", "https://t.example"),
        ("eleventy", "{{ title }}", "<p>A post</p>"),
        ("eleventy", "[x]({{ title }})", '<a href="/2020/01/a/A%20post">x</a>'),
        ("eleventy", "<div>{% markdown %}**x**{% endmarkdown %}</div>", "<p><strong>x</strong></p>"),
        ("jekyll", "[x]({{ '/y/' | relative_url }})", '<a href="/y/">x</a>'),
        ("jekyll", '[x]({{ "y/" | absolute_url }})', '<a href="https://t.example/y/">x</a>'),
        ("jekyll", '![x]({{ "/a.png" | prepend: site.baseurl }})', 'src="/a.png"'),
        ("jekyll", "{% assign x = 'Hello' %}{{ x | upcase }}", "<p>HELLO</p>"),
        ("jekyll", "{% for x in y %}{{ x }}{% endfor %}z", "<p>z</p>"),
        ("jekyll", "{% youtube abcdefghijk %}", 'src="https://www.youtube-nocookie.com/embed/abcdefghijk"'),
        ("jekyll", '{% include youtube.html id="abcdefghijk" %}', "youtube-nocookie.com/embed/abcdefghijk"),
        ("jekyll", "{% gist jane/0123ab %}", 'href="https://gist.github.com/jane/0123ab"'),
        ("jekyll", "x {::comment}y{:/comment} z", "<p>x  z</p>"),
        ("jekyll", "- a\n\n  {% highlight js %}\n  let a\n  {% endhighlight %}", '<code class="language-js">'),
        ("jekyll", "{%- highlight text -%}\n``` x\n{%- endhighlight -%}", "``` x"),
        ("jekyll", "{% highlight html %}\n<!-- kept -->\n{% endhighlight %}", "kept"),
        ("hugo", '{{< figure src="/a.png" alt="Alt" caption="Cap" >}}', "<figcaption>Cap</figcaption>"),
        ("hugo", '[x]({{< ref "b.md#part" >}})', 'href="/.source/posts/b.md#part"'),
        ("hugo", '[x]({{< relref "/sub/b" >}})', 'href="/.source/posts/sub/b.md"'),
        ("hugo", "{{< highlight go >}}\nx := 1\n{{< /highlight >}}", '<code class="language-go">'),
        ("hugo", "{{< youtube abcdefghijk >}}", "youtube-nocookie.com/embed/abcdefghijk"),
        ("hugo", '{{< youtube id="abcdefghijk" autoplay="true" >}}', "youtube-nocookie.com/embed/abcdefghijk"),
        ("hugo", "{{< vimeo 123456 >}}", "player.vimeo.com/video/123456"),
        ("hugo", '{{< details summary="More" >}}\n*x*\n{{< /details >}}', "<summary>More</summary>"),
        ("hugo", "{{< gist spf13 7896402 >}}", 'href="https://gist.github.com/spf13/7896402"'),
        ("hugo", '{{% param "title" %}}', "<p>A post</p>"),
        ("hugo", "a {{/* note */}} b", "<p>a  b</p>"),
        ("hugo", "{{% notice tip %}}\n**x**\n{{% /notice %}}", "callout-tip"),
        ("hugo", "{{< tabs >}}\nkept *x*\n{{< /tabs >}}", "<p>kept <em>x</em></p>"),
        ("hugo", "{{</* figure */>}}", "<code>{{&lt; figure &gt;}}</code>"),
        ("hugo", "text {{ x }}", "<p>text {{ x }}</p>"),
        ("zola", '{{ youtube(id="abcdefghijk") }}', "youtube-nocookie.com/embed/abcdefghijk"),
        ("zola", '{% quote(author="Jane") %}\nSaid.\n{% end %}', "<figcaption>— Jane</figcaption>"),
        ("zola", "[x](@/b.md#part)", 'href="/.source/posts/b.md#part"'),
        ("zola", "[x][r]\n\n[r]: @/b.md", 'href="/.source/posts/b.md"'),
        ("zola", "{% unknown(x=1) %}\nkept\n{% end %}", "<p>kept</p>"),
        ("pelican", "[x]({filename}b.md)", 'href="/.source/posts/b.md"'),
        ("pelican", "[x]({filename}/sub/b.md)", 'href="/.source/posts/sub/b.md"'),
        ("pelican", "[x](|filename|b.md)", 'href="/.source/posts/b.md"'),
        ("pelican", "![x]({static}/images/a.png)", 'src="/images/a.png"'),
        ("pelican", "[x]({tag}news)", 'href="/tags/news/"'),
        ("pelican", "{% img left /a.png 10 20 Caption %}", "<figcaption>Caption</figcaption>"),
        ("pelican", "{% include_code hello.py lang:python Hello %}", ">Hello</a>"),
        ("pelican", "{% video /a.mp4 240 180 /a.png %}", '<video src="/a.mp4"'),
        ("hexo", '{% asset_img a.png "Cap" %}', "<figcaption>Cap</figcaption>"),
        ("hexo", "{% asset_img b.png %}", '-01-02-a/b.png" alt=""'),
        ("hexo", "{% asset_img /images/b.png %}", 'src="/images/b.png"'),
        ("hexo", "{% post_link 2020-01-03-b Title %}", 'href="/.source/posts/2020-01-03-b.md">Title</a>'),
        ("hexo", "{% codeblock lang:js %}\nlet a\n{% endcodeblock %}", '<code class="language-js">'),
        ("hexo", "{% note info %}\nx\n{% endnote %}", "callout-note"),
        ("hexo", "{% blockquote Jane, Book %}\n{{ page.title }}\n{% endblockquote %}", "— Jane, Book</figcaption>"),
        ("eleventy", "{% raw %}{% x %}{% endraw %}", "<code>{% x %}</code>"),
        ("eleventy", "{# note #}{% set x = 'Y' %}{{ x }}", "<p>Y</p>"),
        ("eleventy", '{{ "https://a.example" | myfilter }}', "https://a.example"),
        ("docusaurus", ":::tip Title\nx\n:::", ">Title</p>"),
        ("docusaurus", "import X from './x';\nexport const a = {\n  b: 1\n};\n\ntext", "<p>text</p>"),
        ("docusaurus", "a {/* note */} b", "<p>a  b</p>"),
        ("docusaurus", "## Head {/*my-id*/}", 'id="my-id"'),
        ("docusaurus", "<Tabs groupId={x}>\n\n*y*\n\n</Tabs>", "<p><em>y</em></p>"),
        ("docusaurus", '<div style={{color: "red"}} className="a">x</div>', '<div class="a">x</div>'),
        ("docusaurus", "<img src={require('./a.png').default} alt=\"b\" />", "/2020-01-02-a/a.png"),
        ("docusaurus", "a{' '}b {props.x}", "<p>a b</p>"),
        ("obsidian", "[[b|Label]] and [[b#Some Part]]", '<a href="/.source/posts/b.md">Label</a>'),
        ("obsidian", "[[#Here]]\n\n## Here", '<a href="#here">Here</a>'),
        ("obsidian", "![[a.png|300]]", 'alt="a"'),
        ("hugo", '{{< figure src="a.png" caption="See [one](/x_(y)) or two" >}}', "<figcaption>See one or two<"),
        ("hugo", '{{< figure src="a.png" caption="See [here](/x) *em* `c` a*b" >}}', "<figcaption>See here em c a*b<"),
        ("hugo", '{{< figure src="a.png" alt="See [here](/x)" >}}', 'alt="See here"'),
        ("obsidian", "![[a.png|Words|300]]", 'alt="Words"'),
        ("obsidian", "|a|\n|-|\n|[[b\\|Label]]|", '<a href="/.source/posts/b.md">Label</a>'),
        ("obsidian", "[[v1.2 Notes]]", '<a href="/.source/posts/v1.2%20Notes.md">v1.2 Notes</a>'),
        ("obsidian", "[[b#`f()` **Part**]]", ">b &gt; f() Part</a>"),
        ("obsidian", "**So:** $$\\begin{align}\n\n&a= \\frac{1}{2}\\\\\n\n&b\n\\end{align}$$", "<mfrac>"),
        ("obsidian", "[x](#My%20Part)\n\n## My Part", '<a href="#my-part">x</a>'),
        ("obsidian", "[[pages/Deep/b|b]]", '<a href="/.source/pages/Deep/b.md">b</a>'),
        ("obsidian", "[[b#^abc1]]", '<a href="/.source/posts/b.md">b</a>'),
        ("obsidian", "state:: done", "<p>state: done</p>"),
        ("obsidian", "Due [due:: soon], (who:: Jane)", "<p>Due due: soon, Jane</p>"),
        ("obsidian", "Use std::vector and `a:: b`.", "<p>Use std::vector and <code>a:: b</code>.</p>"),
        ("obsidian", "x %%note%% y", "<p>x  y</p>"),
        ("obsidian", "x ^block-id", "<p>x</p>"),
        ("obsidian", "`[[x]]`", "<code>[[x]]</code>"),
    ],
)  # fmt: skip
def test_the_forms_that_blogs_use_are_rendered(dialect: str, written: str, shown: str) -> None:
    body, _ = page(written, dialect)

    if "/2020-01-02-a/" in shown:  # Where a post's own files are is not the matter here.
        assert re.search(r'<img src="[^"]*/a\.png" alt="b"', body)
    else:
        assert shown in body


@pytest.mark.parametrize(
    ("dialect", "written", "name"),
    [
        ("jekyll", "a {% gallery x %} b", "{% gallery %}"),
        ("jekyll", "a {{ site.data.x }} b", "{{ site.data.x }}"),
        ("jekyll", "{% for x in y %}{% endfor %}", "{% for %}"),
        ("hugo", "a {{< chart x >}} b", "{{< chart >}}"),
        ("zola", "{{ chart(x=1) }}", "{{ chart() }}"),
        ("hexo", "{% chart %}", "{% chart %}"),
        ("pelican", "{% notebook x.ipynb %}", "{% notebook %}"),
        ("eleventy", "{{ collections.post }}", "{{ collections.post }}"),
        ("docusaurus", "import X from 'y'", "import …"),
        ("docusaurus", "<Chart data={x} />", "<Chart>"),
    ],
)
def test_what_is_left_out_is_named(dialect: str, written: str, name: str) -> None:
    body, problems = page(f"one\n\n{written}\n\n{written}", dialect)

    assert "{" not in body
    assert [problem.startswith("line 6") for problem in problems if f"{name} is left out" in problem] == [True]


@pytest.mark.parametrize(
    ("key", "written", "shown"),
    [
        ("_posts/2020-01-02-a.md", "{{ page.title }}", "A post"),
        ("content/posts/2020-01-02-a.md", "{{< vimeo 123456 >}}", "player.vimeo.com"),
        ("content/posts/2020-01-02-a.md", "{{ page.title }}", "{{ page.title }}"),
        ("posts/2020-01-02-a.md", "{{ page.title }}", "{{ page.title }}"),
        ("posts/2020-01-02-a.md", "{{< vimeo 123456 >}}", "player.vimeo.com"),
        ("posts/2020-01-02-a.md", "{% vimeo 123456 %} {{ page.title }}", "A post"),
        ("posts/2020-01-02-a.md", '[x]({{ "https://a.example/" | myfilter }})', 'href="https://a.example/"'),
        ("posts/2020-01-02-a.md", "![x]({{ site.baseurl }}/a.png)", '<img src="/a.png"'),
        ("posts/2020-01-02-a.md", "[x]({{site.url}}/y/)", '<a href="/y/">x</a>'),
        ("posts/2020-01-02-a.md", "[x](/y/{{ 'z' }})", '<a href="/y/z">x</a>'),
        ("posts/2020-01-02-a.md", '[x]({{ address }} "A title")', '<a title="A title">x</a>'),
        ("posts/2020-01-02-a.md", "[x]\n\n[x]: {{ site.url }}/y/", '<p><a href="/y/">x</a></p>'),
        ("posts/2020-01-02-a.md", '<a href="{{ site.url }}/y/">x</a>', '<a href="/y/">x</a>'),
        ("posts/2020-01-02-a.md", "<a href={{ site.url }}/y/>x</a>", '<a href="/y/">x</a>'),
        ("posts/2020-01-02-a.md", "Say {{ name }}, a={{ b }}.", "<p>Say {{ name }}, a={{ b }}.</p>"),
        ("posts/2020-01-02-a.md", "{{< vimeo 123456 >}}\n\nx{% include y %}z", "<p>xz</p>"),
        ("_posts/2020-01-02-a.md", "x{{< unknown >}}z", "<p>xz</p>"),
        ("posts/2020-01-02-a.md", "`{% x %}` and {{ page.title }}", "and {{ page.title }}</p>"),
        ("posts/2020-01-02-a.md", "```\n{{ f(1) }}\n```\n\nx{% include y %}z", "<p>xz</p>"),
        ("posts/2020-01-02-a.md", "[x](@/b.md)", "/.source/posts/b.md"),
        ("posts/2020-01-02-a.mdx", "import x from 'y'\n\na {/* c */} b", "<p>a  b</p>"),
        ("posts/2020-01-02-a.md", "import A from '@b/A';\nimport {c} from \"d\";\n\nText", "<p>Text</p>"),
        ("posts/2020-01-02-a.md", "Write\nimport A from 'a'", "import A from"),
        ("posts/2020-01-02-a.md", "#include <stdio.h> there", "&lt;stdio.h&gt; there"),
        ("posts/2020-01-02-a.md", "<motion.div>x</motion.div>", "<p>x</p>"),
        ("posts/2020-01-02-a.md", "<Tabs>\n<TabItem value='x'>\n```\na\n```\n</TabItem>\n</Tabs>", "<code>a\n</code>"),
        ("posts/2020-01-02-a.md", "<Ab>\n  <Bc d='x'>\n    ```\n    a\n    ```\n  </Bc>\n</Ab>", "<code>a\n</code>"),
        ("posts/2020-01-02-a.md", "<TABLE>\n<TR>\n    <TD>a</TD>\n</TR>\n</TABLE>", "<td>a</td>"),
        ("posts/2020-01-02-a.md", "import x from there", "<p>import x from there</p>"),
        ("posts/2020-01-02-a.md", "## H {/*my-id*/}", 'id="my-id"'),
        ("posts/2020-01-02-a.md", "<Chart data={x}>y</Chart>", "<p>y</p>"),
        ("posts/2020-01-02-a.md", "if (a={b}) {x}", "if (a={b}) {x}"),
    ],
)
def test_the_dialect_is_told_by_root_or_by_what_nobody_writes_in_prose(key: str, written: str, shown: str) -> None:
    assert shown in page(written, "", key)[0]


def test_components_set_far_in_do_not_become_code() -> None:
    assert "<code" not in page("<Tabs>\n    <Tab>\n    a\n    </Tab>\n</Tabs>", "")[0]


def test_the_twin_shows_no_tag() -> None:
    found, _ = read("---\ntitle: A\n---\n{% note %}\nx\n{: .y}\n{% endnote %}\n## H {#z}\n", KEY, site("hexo"))

    assert found is not None
    assert "{" not in found.body.markdown
    assert not re.search("[\ufdd0-\ufdef]", found.body.markdown)


TAGS = [
    *("{% highlight js %}", "{% endhighlight %}", "{% raw %}", "{% endraw %}", "{{ x }}", "{{ page.title | upcase }}"),
    *("{% comment %}", "{% endcomment %}", "{% include a %}", "{% blockquote %}", "{% endblockquote %}", "{% if x %}"),
    *("{{< x >}}", "{{< /x >}}", "{{% y %}}", "{{< highlight go >}}", "{{< /highlight >}}", "{{/* c */}}", "{% end %}"),
    *("{{ f(a=1) }}", "{% f() %}", "[[x|y]]", "![[z]]", "%%", "{filename}a.md", "](@/a.md)", "<A b={c}>", "{/* d */}"),
    *("import x", "\n\n", "\n", "text ", "`", "``", "```\n", "    ", "- ", "> ", "<!--", "-->", "{%", "%}", "{{", "}}"),
    *(":::note\n", ":::\n", "{: .x}", '"', "'", "|", "<pre>", "</pre>", "](", ")", "}", "{"),
]


@given(st.sampled_from(sorted(DIALECTS)), st.lists(st.sampled_from(TAGS), max_size=30).map("".join))
def test_any_mixture_of_tags_is_read(dialect: str, text: str) -> None:
    made = translate(text, KEY, site(dialect), {"title": "T"})

    assert made.lines.old_line(made.text.count("\n")) <= text.count("\n")
    read(text, KEY, site(dialect))


PROSE = st.sampled_from(["text ", "\n\n", "*x* ", "\n", "> ", "- "])
LIQUID = st.sampled_from(
    ["{% include a %}", "{{ x }}", "{% foo bar='1' %}", "{{ page.x | y }}", "{% endif %}", "{# c #}"]
)
CODE = st.sampled_from(
    ["`{{ x }}`", "\n\n```\n{% foo %}\n```\n\n", "\n\n~~~ liquid\n{{ a }}\n~~~\n\n", "<pre>{% x %}</pre>"]
)


@given(st.lists(st.one_of(PROSE, LIQUID, CODE), max_size=25).map("".join))
def test_no_tag_is_left_and_code_is_as_it_was(text: str) -> None:
    made = translate(text, "_posts/2020-01-02-a.md", site("jekyll"), {}).text

    finder, parts = CodeFinder(text), []
    while part := finder.before(len(text)):
        parts.append(text[slice(*part)].rstrip("\n"))
    for part in parts:
        assert part in made
        made = made.replace(part, "", 1)
    assert "{{" not in made
    assert "{%" not in made


@pytest.mark.slow
@pytest.mark.parametrize("dialect", sorted(DIALECTS))
@pytest.mark.parametrize(
    "unit",
    [
        *(
            "{% x ",
            "{{ x ",
            "{{< x ",
            "{% raw %}",
            "{% highlight %}",
            "{% blockquote %}",
            "{{< highlight >}}",
            "{% f() %}",
        ),
        *(
            "%%",
            "[[",
            "{filename}",
            "](@/",
            "<A b={",
            "{/*",
            "import x\n\n",
            "<s.h>",
            "\n<Ab>\n    ```\n",
            "{{ 'x' | append: 'y' }}",
            "`{{ x }}",
            "{",
        ),
        "{% a " + "b='" * 300 + "%}",
        "{% a " + "'\"" * 300 + " %}",
        "{% assign x = x | append: x %}",
    ],
)
def test_long_runs_of_tags_cost_little(dialect: str, unit: str) -> None:
    translate(unit * (100_000 // len(unit)), KEY, site(dialect), {})
