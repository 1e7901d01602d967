"""`bucketpress check` says what makes a page hard to read: dead links, headings, tables, links that say nothing."""

import json
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bucketpress_cli.checks.external_links import MEMORY, ExternalLinks
from bucketpress_cli.main import app

NOW = datetime(2026, 1, 1, tzinfo=UTC)
SITE = """\
title: A blog
url: https://blog.example
redirects:
  - {from: /old/, to: /about/}
  - {from: /blog/*, to: /:splat}
"""
POST = "---\ntitle: {}\ndate: 2010-03-05\ntags: [VoIP]\nauthor: Jane Doe\n---\n\n{}\n"
OTHER = POST.format("Other", "## A part\n\nText.").replace("date:", "aliases: [/once/]\ndate:")


def checked(folder: Path, text: str, *, key: str = "posts/a.md", site: str = SITE) -> str:
    files = {
        "site.yaml": site,
        key: POST.format("A", text),
        "posts/b.md": OTHER,
        "pages/about.md": "# About\n\nUs.\n",
        "static/files/a.pdf": "pdf",
    }
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(data)
    return CliRunner().invoke(app, ["check", str(folder)]).output


FINE = (
    "[b](/2010/03/b/) [b](/2010/03/b) [part](/2010/03/b/#a-part) [part](b.md#a-part) [b](https://blog.example/2010/03/b/)",
    "[about](/about/) [file](/files/a.pdf) [old](/old/) [moved](/blog/2010/03/b/) [was](/once/)",
    "[home](/) [tags](/tags/) [tag](/tags/voip/) [Jane](/authors/jane-doe/) [March](/2010/03/) [feed](/feed.xml)",
    "[twin](/2010/03/b/index.md) [API](/v1/posts) [year](/tags/voip/2010/) [asked](/2010/03/b/?x=1) [all](/archive/)",
    "[feed](/tags/voip/atom.xml) [feed](/authors/jane-doe/feed.json) [map](/sitemap-2010-03.xml) [words](/llms.txt)",
    "[elsewhere](https://other.example/gone/) [mail](mailto:a@b.example) [this one](#top)",
    "## Two\n\n### Three\n\n## Two again\n\n### Three again\n\n#### Four",
    "| A | B |\n|---|---|\n| 1 | 2 |",
    "[How to install it](https://other.example/) [![The logo](/files/a.pdf)](https://other.example/)",
)


@pytest.mark.parametrize("text", FINE)
def test_a_sound_page_is_not_complained_about(text: str, tmp_path: Path) -> None:
    assert "warning" not in checked(tmp_path, text)


FAULTY = {
    "x\n\n[b](/2010/03/gone/)": 'line 10, column 5: The link to "/2010/03/gone/" leads nowhere: nothing is published',
    "[f](/files/gone.pdf)": 'The link to "/files/gone.pdf" leads nowhere',
    "[b](https://blog.example/gone/)": 'The link to "https://blog.example/gone/" leads nowhere',
    "[t](/tags/nothing/)": 'The link to "/tags/nothing/" leads nowhere',
    "[b](/2010/03/b/#gone)": 'The link to "/2010/03/b/#gone" leads to a page that has no heading or anchor',
    '<video src="/gone.mp4"></video>': 'The link to "/gone.mp4" leads nowhere',
    "See [here](https://other.example/).": 'line 8, column 5: The link "here" does not say where it leads',
    "[Click here!](https://other.example/)": 'The link "Click here!" does not say where it leads',
    "[点击这里](https://other.example/)": "does not say where it leads",
    '<a href="https://other.example/"></a>': 'The link to "https://other.example/" has no text',
    "## Two\n\n#### Four": 'line 10, column 6: The heading "Four" is of level 4 and follows one of level 2',
    "### Three": 'The heading "Three" is of level 3 and follows the title',
    "<table><tr><td>1</td><td>2</td></tr></table>": 'The table that begins with "1 2" has no header',
    "| | |\n|---|---|\n| 1 | 2 |": "has no header",
    "这是一个关于网络电话的故事。"
    * 12: "Most of the text is written in Chinese letters, and its language is said to be en.",
}


@pytest.mark.parametrize(("text", "warning"), FAULTY.items())
def test_a_fault_is_told_with_its_place(text: str, warning: str, tmp_path: Path) -> None:
    assert warning in checked(tmp_path, text)


@pytest.mark.parametrize("text", ["### Three", "[here](https://other.example/)", "[b](/gone/)"])
def test_a_draft_is_looked_at_while_it_is_written(text: str, tmp_path: Path) -> None:
    assert "warning" in checked(tmp_path, text, key="drafts/a.md")


def test_a_text_in_the_sites_language_is_not_complained_about(tmp_path: Path) -> None:
    text = "这是一个关于网络电话的故事。" * 12

    assert "warning" not in checked(tmp_path, text, site=SITE + "language: zh-CN\n")


def test_the_same_fault_in_many_files_is_told_once(tmp_path: Path) -> None:
    for number in range(5):
        (tmp_path / "posts").mkdir(exist_ok=True)
        (tmp_path / "posts" / f"post-{number}.md").write_text(POST.format(number, f"[x](/gone-{number}/)"))

    output = checked(tmp_path, "Text.")

    assert "5 files: warning, such as: The link to" in output


def test_other_sites_are_asked_once_and_being_busy_is_no_fault(tmp_path: Path) -> None:
    answers = {"https://a.example/gone": 404, "https://a.example/busy": 429, "https://a.example/down": None}
    asked: list[str] = []

    def ask(address: str) -> int | None:
        asked.append(address)
        return answers.get(address, 200)

    html = "".join(f'<p><a href="{address}#part">x</a></p>' for address in (*answers, "https://a.example/fine"))
    for now in (NOW, NOW + timedelta(days=1)):
        links = ExternalLinks(tmp_path, now, ask)
        links.look_up([html])
        problems = links.faults(html, lambda _: None)

    assert [problem.message for problem in problems] == [
        'The link to "https://a.example/gone#part" is broken: nothing there (404).'
    ]
    # What gave no answer is asked again.
    assert sorted(asked) == sorted([*answers, "https://a.example/fine", "https://a.example/down"])
    assert (tmp_path / MEMORY).is_file()


def test_no_other_site_is_asked_without_being_told_to(tmp_path: Path) -> None:
    # The unit tests refuse every connection, and would fail.
    assert "broken" not in checked(tmp_path, "[x](https://other.example/)")
    assert not (tmp_path / MEMORY).exists()


def test_answers_of_other_sites_are_kept_when_the_command_is_stopped(tmp_path: Path) -> None:
    answered = threading.Event()

    def ask(address: str) -> int:
        if address.endswith("b"):
            answered.wait(10)
            raise KeyboardInterrupt
        answered.set()
        return 404

    links = ExternalLinks(tmp_path, NOW, ask)

    with pytest.raises(KeyboardInterrupt):
        links.look_up(['<a href="https://x.example/a">a</a> <a href="https://x.example/b">b</a>'])

    assert json.loads((tmp_path / MEMORY).read_text()).keys() == {"https://x.example/a"}
