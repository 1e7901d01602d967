"""Comments and notes reach nobody."""

from dataclasses import replace

import pytest

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
]


@pytest.mark.parametrize("settings", [SETTINGS, TEXT], ids=["html", "text"])
@pytest.mark.parametrize("text", WITH_NOTES)
def test_comments_and_notes_reach_nobody(text: str, settings: object) -> None:
    for source in (front("x: y", text), front("title: T", "Before.\n\n" + text)):
        found = post(source, settings=TEXT if settings is TEXT else SETTINGS)

        assert "SECRET" not in repr(found.entry)
        assert "SECRET" not in repr(found.body).upper().replace("S-SECRET", "SECRET")
        assert "&lt;!--" not in found.body.html


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
    assert found.body.html == "<p>Shown.</p>\n<p>Text </p>"
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


@pytest.mark.slow
@pytest.mark.parametrize("unit", ["`", "` `` ", "<!--", "<!-- -->", "[//]: # (\n", "\\`", "`\n- ", "> <!-- \n"])
def test_many_of_them_are_read_in_no_time(unit: str) -> None:
    assert read("x" + unit * (200_000 // len(unit)))
