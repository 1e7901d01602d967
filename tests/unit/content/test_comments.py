"""Comments and notes reach nobody."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bucketpress.content.problem import Severity
from tests.unit.content.samples import SETTINGS, front, post, read

TEXT = replace(SETTINGS, raw_html=False)
LONG = "<!-- " + "a\n" * 200 + "-->"

WITH_NOTES = [
    "Launch is on Monday. <!-- SECRET --> More text.",
    "- item <!-- SECRET in list -->\n- next",
    "> quote\n> <!-- SECRET in quote -->\n> more",
    "> <!-- SECRET\n> over lines\n> --> more",
    "| a |\n|---|\n| x <!-- SECRET in cell --> |",
    "## Head <!-- SECRET in heading -->\n\nText.",
    "Head <!-- SECRET -->\n====\n\nText.",
    "<!-- SECRET before --> text on the same line",
    "Text.\n\n<!-- SECRET alone -->\n\nText.",
    "Text.\n<!-- SECRET between -->\nText.",
    '<figure><img src="x.png" alt="x"></figure>\n\n<!-- SECRET beside html -->\n\nEnd.',
    "Text <!-- SECRET\n\nover a blank line --> end.",
    "Text <!-- SECRET\n\n```\nand code\n```\n--> end.",
    "<!-- SECRET\n\n    over indented lines\n\n--> end.",
    "Text.\n\n<!-- SECRET never closed\n\nSECRET more",
    "Text <!-- SECRET never closed",
    "Text <!--SECRET--> and <!-- SECRET -- > --> end.",
    "a ` b <!-- SECRET -->\n\nc ` d",
    "- a ` b <!-- SECRET -->\n- c ` d",
    "`code` <!-- SECRET --> `code`",
    "``a ` b`` <!-- SECRET -->",
    "\\`a <!-- SECRET --> b`",
    "*emphasis <!-- SECRET --> here*",
    "[link <!-- SECRET -->](x.md)",
    "Note[^1].\n\n[^1]: A note <!-- SECRET -->",
    "<div>\n<!-- SECRET -->\n</div>",
    "<p>x <!-- SECRET --></p>",
    "[//]: # (SECRET)\n\nText.",
    'Text.\n\n[//]: # "SECRET"\n\nText.',
    "Text.\n[//]: # (SECRET in a paragraph)\nText.",
    "Text.\n\n[//]: <> (SECRET)\n",
    "Text.\n\n[comment]: # (SECRET)\n",
    "Text.\n\n[comment]: <> (SECRET)\n",
    "Text.\n\n[//]: # (SECRET over\nSECRET two lines)\nText.",
    "Text.\n\n[]: # (SECRET)\n",
    "Text.\n\n[any]: # (SECRET)\n",
    "Text.\n\n[any]: <> 'SECRET'\n",
    "Text.\n\n[//]:# (SECRET)\n",
    "> [//]: # (SECRET)\n> Quote.",
    "# Title <!-- SECRET -->\n\nText.",
    "Text.\n\n[//] : # (SECRET)\n",
    "Text.\n\n[note]: # SECRET\n",
    "Text.\n\n[SECRET]: #\n",
    "- [//]: # (SECRET)\n- item",
    "1. [//]: # (SECRET)\n",
    "\u200b[//]: # (SECRET)\n",
    "a <!\u2013 SECRET \u2013> b",
    "a <!\u2014 SECRET \u2014> b",
    "a <!\u2014- SECRET -\u2014> b",
    "a < !-- SECRET --> b",
    "a <! -- SECRET --> b",
    "a <!- SECRET -> b",
    "a <!\u2014 SECRET never closed",
    "<!--more SECRET words-->\n\nText.",
    "Text <!--more SECRET--> text.",
    "{# SECRET #} text",
    "{{!-- SECRET --}} text",
    "{{! SECRET }} text",
    "{{/* SECRET */}} text",
    "<%# SECRET %> text",
    "<%-- SECRET --%> text",
    "%% SECRET %% text",
    "Text.\n\n%%\nSECRET\n\nSECRET\n%%\n\nText.",
    "text {>> SECRET <<} text",
    "text {--SECRET--} text",
    "{/* SECRET */} text",
    "{% comment %}SECRET{% endcomment %} text",
    "{::comment}SECRET{:/comment} text",
    "![alt <!-- SECRET --> text](x.png)",
    "::: hidden\nSECRET\n\n::: note\nSECRET\n:::\n\nSECRET\n:::\n",
    '::: {.content-hidden when-format="html"}\nSECRET\n:::\n',
    "Text SECRET\n{: .hidden}\n\nmore",
    'Text SECRET\n{: style="display: none"}\n\nmore',
]
HIDDEN = [
    "a <span hidden>SECRET</span> b",
    "<div hidden>\n\nSECRET **x**\n\n<div>in</div>SECRET\n\n</div>\n\nb",
    "<div hidden>\n\n```\n</div>\n```\n\nSECRET</div>\n\nb",
    '<div style="display:none">SECRET</div> b',
    '<div style="color:red; Display : none !important">SECRET</div>',
    '<p style="visibility: hidden">SECRET</p>',
    '<p class="lead d-none">SECRET</p>',
    '<p class="hidden">SECRET</p>',
    "<div\n  hidden\n>SECRET</div>",
    "<DIV HIDDEN='until-found'>SECRET</DIV>",
    "<details hidden><summary>SECRET</summary>SECRET</details>",
    "<template><p>SECRET</p></template>",
    "<dialog>SECRET</dialog>",
    "<comment>SECRET</comment>",
    "<Draft>SECRET</Draft>",
    '<div className="x" hidden>SECRET</div>',
    "<div style={{display: 'none'}}>SECRET</div>",
    "<Box hidden={true}>\n\nSECRET\n\n</Box>",
    "<script>SECRET('</div>')</script>",
    "<style>.SECRET{}</style>",
    "<noscript>SECRET</noscript>",
    "<textarea>SECRET</textarea>",
    "<?php if ($a > 1) { echo 'SECRET'; } ?> text",
    "<![CDATA[SECRET]]> text",
    "<!DOCTYPE SECRET>\n\ntext",
    "# Head <span hidden>SECRET</span>\n\ntext",
    "![alt <span hidden>SECRET</span>](x.png)",
    "<div hidden>SECRET never closed\n\nSECRET",
    '<img hidden alt="SECRET" src="SECRET.png"> text',
]
SEEN = [
    *('<span aria-hidden="true">SHOWN</span>', '<p class="hidden md:block">SHOWN</p>', "<dialog open>SHOWN</dialog>"),
    *('<div title="the hidden truth">SHOWN</div>', "<div hidden={false}>SHOWN</div>", "`<div hidden>` SHOWN `</div>`"),
    *(
        "50 %% SHOWN",
        "for %%i in (SHOWN) do echo %%i",
        "x <-- SHOWN --> y",
        "a <- SHOWN -> b",
        "{SHOWN #}",
        "{# of SHOWN",
    ),
    *("`{# SHOWN #}`", "```\n%% SHOWN %%\n```", "a {-- SHOWN", "<kbd>SHOWN</kbd>", "<del>SHOWN</del>", "hidden: SHOWN"),
    *("::: note\nSHOWN\n:::\n", "Text SHOWN\n{: .lead}\n", "[SHOWN]\n\n[SHOWN]: https://a.example\n", "\\{# SHOWN #}"),
]


@pytest.mark.parametrize("settings", [SETTINGS, TEXT], ids=["html", "text"])
@pytest.mark.parametrize("text", WITH_NOTES)
def test_comments_and_notes_reach_nobody(text: str, settings: object) -> None:
    for source in (front("x: y", text), front("title: T", "Before.\n\n" + text)):
        found = post(source, settings=TEXT if settings is TEXT else SETTINGS)

        assert "SECRET" not in repr(found.entry)
        assert "SECRET" not in repr(found.body).upper().replace("S-SECRET", "SECRET")
        assert "&lt;!--" not in found.body.html


@pytest.mark.parametrize("text", HIDDEN)
def test_what_an_author_hides_reaches_nobody(text: str) -> None:
    for source in (front("x: y", text), front("title: T", "Before.\n\n" + text)):
        found = post(source)

        assert "SECRET" not in repr((found.entry, found.body, found.images, found.links)).upper()


@pytest.mark.parametrize("text", SEEN)
def test_what_only_looks_hidden_is_shown(text: str) -> None:
    body = post(front("title: T", text)).body

    assert "SHOWN" in body.html
    assert "SHOWN" in body.markdown


@pytest.mark.slow
@given(
    st.lists(st.sampled_from([*WITH_NOTES, *HIDDEN]), min_size=1, max_size=4),
    st.sampled_from(["\n\n", "\n\n---\n\n", "\n\n## Head\n\n", "\n\n> quote\n\n"]),
)
def test_any_mixture_of_them_reaches_nobody(parts: list[str], between: str) -> None:
    found = post(front("title: T", "Before." + between + between.join(parts)))

    assert "SECRET" not in repr((found.entry, found.body)).upper().replace("S-SECRET", "")


@pytest.mark.parametrize(
    "value", ["A {# SECRET #} b", "A {{!-- SECRET --}} b", "A <%# SECRET %> b", "A <!-- SECRET --> b"]
)
@pytest.mark.parametrize("key", ["title", "summary", "tags", "image_alt"])
def test_no_value_of_front_matter_shows_them_either(key: str, value: str) -> None:
    assert "SECRET" not in repr(post(front(f"title: T\n{key}: '{value}'")).entry)


def test_what_is_left_out_unasked_is_told() -> None:
    _, problems = read(front("title: T", "x\n\ny {# z #} <b hidden>q</b>"))

    assert [(problem.line, problem.column) for problem in problems] == [(6, 3), (6, 11)]


@pytest.mark.parametrize(
    "text",
    [
        "`<!-- kept -->`",
        "`` ` <!-- kept --> ``",
        "`code\nmore <!-- kept -->`",
        "```html\n<!-- kept -->\n```",
        "~~~\n<!-- kept -->\n~~~",
        "    <!-- kept -->",
        "> ```\n> <!-- kept -->\n> ```",
        "- item\n\n      <!-- kept -->",
        "```\n[//]: # (kept)\n```",
        "    [//]: # (kept)",
        "```\n<!-- kept, never closed\n```",
    ],
)
def test_in_code_they_stay(text: str) -> None:
    found, problems = read(front("title: T", f"Before.\n\n{text}\n\nAfter."))

    assert found is not None
    assert problems == ()
    assert "kept" in found.body.html
    assert found.body.markdown.strip() == f"Before.\n\n{text}\n\nAfter."


def test_a_real_definition_is_no_note() -> None:
    body = post(front("title: T", 'See [this] and [that].\n\n[this]: https://a.example "SHOWN"\n[that]: #here\n')).body

    assert "SHOWN" in body.html
    assert "[that]: #here" in body.markdown


def test_a_comment_that_is_never_closed_is_told_where_it_begins() -> None:
    found, problems = read(front("title: T", "Shown.\n\nText <!-- hidden\n\nhidden too\n"))

    assert found is not None
    assert found.body.html == "<p>Shown.</p>\n<p>Text</p>"
    assert found.body.markdown.split() == ["Shown.", "Text"]
    assert [(problem.severity, problem.line, problem.column) for problem in problems] == [(Severity.WARNING, 6, 6)]


def test_a_comment_still_parts_two_lists() -> None:
    assert post(front("title: T", "- a\n\n<!-- -->\n\n- b\n")).body.html.count("<ul>") == 2


def test_what_is_wrong_below_a_comment_is_found_in_its_line() -> None:
    _, problems = read(front("title: T", f"{LONG}\n\n[x](javascript:x)\n"))

    assert [problem.line for problem in problems] == [206]


def test_the_mark_for_more_still_ends_the_summary() -> None:
    assert (
        post(front("title: T", "One.\n\nTwo. <!-- SECRET -->\n\n<!-- more -->\n\nThree.")).entry.summary == "One. Two."
    )


def test_front_matter_has_no_comments_either() -> None:
    entry = post(front("title: A <!-- SECRET --> title\nsummary: A <!-- SECRET --> summary")).entry

    assert (entry.title, entry.summary) == ("A title", "A summary")


MANY = [
    *(
        "{# ",
        "{{!-- ",
        "{{! ",
        "%% a",
        " %%",
        "<%# ",
        "{>> ",
        "<!\u2014 ",
        "<! -",
        "<!a ",
        "<?a ",
        "<div hidden> ",
        "<p hidden></p>",
    ),
    *(
        "::: hidden\n",
        "{: .hidden}\n",
        '<a "',
        "<a '",
        "<script>",
        "[a]: # x\n",
        "- [",
        "< !",
        "<dialog>\n",
        "<b hidden>`",
    ),
]


@pytest.mark.slow
@pytest.mark.parametrize("unit", ["`", "` `` ", "<!--", "<!-- -->", "[//]: # (\n", "\\`", "`\n- ", "> <!-- \n", *MANY])
def test_many_of_them_are_read_in_no_time(unit: str) -> None:
    assert read("x" + unit * (200_000 // len(unit)))
