"""Nothing in a name or a message is obeyed by a terminal."""

import io
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from typer.testing import CliRunner

from bucketpress_cli.main import app
from bucketpress_cli.progress_bar import with_bar
from bucketpress_cli.terminal import print_line, shown
from tests.support.world import SITE_YAML, markdown

NAMES = (
    b"\x1b]0;owned\x07.md",
    b"\x1b[31mred.md",
    b"a\nfake.md: published.md",
    b"a\rb.md",
    b"[red]x.md",
    b"[bold.md",
    b"[link=x]y.md",
    b"\xff\xfe.md",
    b"caf\xe9.md",
    "a\u202egnp.md".encode(),
    "a\u2028b.md".encode(),
    "\u0085.md".encode(),
    b"a%0Ab.md",
    b"a:b,c.md",
    b" .md",
    b"-rf.md",
    b"~.md",
    "e\u0301.md".encode(),
    b"a\\b.md",
    b"'\"$(x)`.md",
    b"a" * 250 + b".md",
)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("a\x1b[31m", "a\\x1b[31m"),
        ("a\nb", "a\\x0ab"),
        ("\x9b", "\\x9b"),
        ("a\u202eb", "a\\u202eb"),
        ("caf\udce9", "caf\\xe9"),
        ("\ud800", "\\ud800"),
        ("汉字 é [red]", "汉字 é [red]"),
    ],
)
def test_what_a_terminal_would_obey_is_written_out(text: str, written: str) -> None:
    assert shown(text) == written


@given(st.text())
def test_no_control_character_is_printed_and_no_markup_read(text: str) -> None:
    out = io.StringIO()

    print_line(Console(file=out, width=80, force_terminal=False), text, (text, "bold"))

    printed = out.getvalue().removesuffix("\n")
    assert printed == shown(text) * 2
    assert printed.isprintable() or not any(ord(char) < 32 or 127 <= ord(char) < 160 for char in printed)


@pytest.mark.parametrize("command", [["check"], ["build"]])
def test_names_of_any_bytes_are_told_and_obeyed_by_nobody(tmp_path: Path, command: list[str]) -> None:
    content = tmp_path / "content"
    for folder in ("posts", "static", "elsewhere"):
        (content / folder).mkdir(parents=True)
        for name in NAMES:
            Path(os.fsdecode(os.fsencode(content / folder) + b"/" + name)).write_bytes(markdown())
    (content / "site.yaml").write_bytes(SITE_YAML)

    arguments = [*command, str(content), *([str(tmp_path / "out")] if command == ["build"] else [])]
    result = CliRunner().invoke(app, arguments, env={"COLUMNS": "80", "TERM": "dumb"})

    assert result.exit_code == 1, result.exception
    text = result.stdout + result.stderr
    assert not [char for char in text if char != "\n" and (ord(char) < 32 or 127 <= ord(char) < 160)]
    assert "elsewhere/\\x1b[31mred.md" in text
    assert "fake.md: published.md: invalid" not in text.splitlines()


@pytest.mark.parametrize("interactive", [True, False])
def test_a_bar_is_shown_where_it_can_be_taken_away_again(interactive: bool) -> None:
    out = io.StringIO()
    console = Console(file=out, width=80, force_terminal=True, force_interactive=interactive)

    with_bar(lambda progress: progress("Importing", 12, 0), console, ["Importing"])

    assert ("Importing" in out.getvalue(), out.getvalue() == "") == (interactive, not interactive)
