"""Vaults of Obsidian: links lead where Obsidian finds their files, and what is only for the owner stays behind."""

import json
import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from bucketpress_cli.importers.generators.vault_files import VaultFiles
from bucketpress_cli.importers.generators.vault_links import VaultLinks
from bucketpress_cli.main import app

FILES = (
    "Home.md",
    "Files/a.png",
    "Files/An image.png",
    "Files/doc.pdf",
    "Notes/Deep Note.md",
    "Notes/Node.js.md",
    "Notes/v1.2.md",
    "Notes/Twin.md",
    "Other/Twin.md",
    "Other/Deep/Twin.md",
    "Notes/Sketch.excalidraw.md",
    "Notes/Sketch.excalidraw.svg",
    "Dated.md",
)
KEYS = {name: f"{'posts' if name in {'Dated.md', 'Files/a.png'} else 'pages'}/{name}" for name in FILES}


@pytest.mark.parametrize(
    ("link", "source", "expected"),
    [
        ("Deep Note", "Home.md", "Notes/Deep Note.md"),
        ("deep note", "Home.md", "Notes/Deep Note.md"),
        ("Notes/Deep Note.md", "Other/Twin.md", "Notes/Deep Note.md"),
        ("/Notes/Deep Note", "Other/Twin.md", "Notes/Deep Note.md"),
        ("../Notes/Deep Note", "Other/Twin.md", "Notes/Deep Note.md"),
        ("a.png", "Notes/Deep Note.md", "Files/a.png"),
        ("Node.js", "Home.md", "Notes/Node.js.md"),
        ("v1.2", "Home.md", "Notes/v1.2.md"),
        ("Twin", "Notes/Deep Note.md", "Notes/Twin.md"),
        ("Twin", "Other/Deep/Twin.md", "Other/Deep/Twin.md"),
        ("Deep/Twin", "Home.md", "Other/Deep/Twin.md"),
        ("Twin", "Home.md", "Notes/Twin.md"),
        ("win", "Home.md", None),
        ("Sketch.excalidraw", "Home.md", "Notes/Sketch.excalidraw.svg"),
        ("../../outside", "Home.md", None),
        ("", "Home.md", None),
    ],
)
def test_a_link_means_the_file_that_obsidian_would_open(link: str, source: str, expected: str | None) -> None:
    assert VaultFiles(FILES).find(link, source) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("![[a.png]]", "![[posts/Files/a.png]]"),
        ("![[a.png|300]]", "![[posts/Files/a.png|300]]"),
        ("[[doc.pdf]]", "[[pages/Files/doc.pdf|doc.pdf]]"),
        ("![[doc.pdf#page=3]]", "![[pages/Files/doc.pdf#page=3|doc.pdf > page=3]]"),
        ("[[Deep Note]]", "[[pages/Notes/Deep Note|Deep Note]]"),
        ("[[Deep Note|label]]", "[[pages/Notes/Deep Note|label]]"),
        ("| [[Deep Note\\|label]] |", "| [[pages/Notes/Deep Note\\|label]] |"),
        ("[[Deep Note#Some Part]]", "[[pages/Notes/Deep Note#Some Part|Deep Note > Some Part]]"),
        ("[[Deep Note#^abc1]]", "[[pages/Notes/Deep Note#^abc1|Deep Note]]"),
        ("[[Node.js]]", "[[pages/Notes/Node.js.md|Node.js]]"),
        ("[[Dated]]", "[[posts/Dated|Dated]]"),
        ("[[#Here]]", "[[#Here]]"),
        ("[[Nowhere]]", "[[Nowhere]]"),
        ("`[[Deep Note]]`", "`[[Deep Note]]`"),
        ("[x](Deep%20Note.md#Some%20Part)", "[x](Notes/Deep%20Note.md#Some%20Part)"),
        ("![x](<An image.png>)", "![x](Files/An%20image.png)"),
        ('![x](Files/a.png "Title")', '![x](../posts/Files/a.png "Title")'),
        ("[x](https://a.example/a.png)", "[x](https://a.example/a.png)"),
        ("[x](#here)", "[x](#here)"),
    ],
)
def test_links_lead_to_the_key_of_the_file_they_mean(written: str, expected: str) -> None:
    links = VaultLinks(VaultFiles(FILES))

    assert links.rewritten(f"Text. {written}", "Home.md", KEYS) == f"Text. {expected}"


@given(text=st.text(alphabet="[]()|!#^\\<>`a.png \n-%'\"", max_size=60))
def test_what_links_to_nothing_in_the_vault_stays_as_it_is(text: str) -> None:
    links = VaultLinks(VaultFiles(("Other file.md",)))

    assert links.rewritten(text, "Other file.md", {"Other file.md": "pages/Other file.md"}) == text


def test_properties_that_are_links_become_paths_of_pictures_and_names() -> None:
    head = '---\ncover: "[[a.png]]"\nauthor: "[[People/Jane Doe|Jane]]"\nlist: [[1, 2], [3]]\n---\n'

    written = VaultLinks(VaultFiles(FILES)).rewritten(head + "Text.\n", "Home.md", KEYS)

    assert written == '---\ncover: "../posts/Files/a.png"\nauthor: "Jane"\nlist: [[1, 2], [3]]\n---\nText.\n'


PUBLIC = "---\npublish: true\n---\n"


def vault(folder: Path, files: Mapping[str, str]) -> None:
    for name, text in {".obsidian/app.json": '{"attachmentFolderPath": "Files"}', **files}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


def site_of(files: Mapping[str, str], tmp_path: Path) -> tuple[str, Path]:
    """Import a vault and build it; return what the import says and the folder of the site."""
    vault(tmp_path / "vault", files)
    imported = CliRunner().invoke(app, ["import", str(tmp_path / "vault"), str(tmp_path / "blog")])
    made = CliRunner().invoke(app, ["build", str(tmp_path / "blog"), str(tmp_path / "site")])
    assert (imported.exit_code, made.exit_code) == (0, 0), imported.output + made.output
    return imported.output, tmp_path / "site"


def article(page: Path) -> str:
    """Return the text of a page's article."""
    found = re.search(r'e-content">.*?</article>', page.read_text(), re.DOTALL)
    assert found
    return found[0]


def test_readers_reach_every_note_and_file_and_see_no_syntax(tmp_path: Path) -> None:
    files = {
        "Home.md": PUBLIC
        + "See [[Deep Note]], [[deep note#A part|the part]], [[doc.pdf]] and [[Secret]]. %%for me%%\n\n"
        + "status:: done (due:: soon)\n\n| a |\n|---|\n| [[Deep Note\\|cell]] |\n\n"
        + "![[Deep Note#A part]]\n\n![[a.png|90]]\n",
        "Notes/Deep Note.md": PUBLIC + "Text. ^abc123\n\n## A part\n\n[[Dated]]\n",
        "Notes/Dated.md": "---\npublish: true\ndate: 2019-05-06\n---\nText. [back](Home.md)\n",
        "Files/a.png": "png",
        "Files/doc.pdf": "%PDF",
        "Secret.md": "Mine. ![[secret.png]]",
        "Files/secret.png": "png",
    }

    said, site = site_of(files, tmp_path)

    home = article(site / "home" / "index.html")
    assert home.count('href="/notes/deep-note/"') == 2
    assert home.count('href="/notes/deep-note/#a-part"') == 2
    assert '/Files/doc.pdf">doc.pdf</a>' in home
    assert '/Files/a.png" alt="a"' in home
    assert "status: done soon" in home
    assert not re.search(r"\[\[|\]\]|%%|::|\^abc|for me", home)
    assert 'href="/2019/05/dated/"' in article(site / "notes" / "deep-note" / "index.html")
    assert 'href="/home/"' in article(site / "2019" / "05" / "dated" / "index.html")
    assert "Notes shown inside others" in said
    assert not list((tmp_path / "blog").rglob("*ecret*"))


def test_templates_and_drawings_stay_behind_although_they_say_they_are_public(tmp_path: Path) -> None:
    files = {
        ".obsidian/templates.json": json.dumps({"folder": "Templates"}),
        ".obsidian/daily-notes.json": json.dumps({"template": "Extras/Day"}),
        "Templates/Post.md": PUBLIC + "{{title}}\n",
        "Extras/Day.md": PUBLIC + "{{date}}\n",
        "Elsewhere.md": PUBLIC + "<% tp.file.title %>\n",
        "Sketch.excalidraw.md": "---\npublish: true\nexcalidraw-plugin: parsed\n---\n# Text Elements\n",
        "About templates.md": PUBLIC + "Write `<% tp.file.title %>`.\n",
        "2019-05-06.md": PUBLIC + "A day.\n",
    }

    said, site = site_of(files, tmp_path)

    assert "Templates of notes (3)" in said
    assert "Drawings of Excalidraw (1)" in said
    texts = {path.relative_to(tmp_path / "blog").as_posix() for path in (tmp_path / "blog").rglob("*.md")}
    assert texts == {"pages/About templates.md", "posts/2019-05-06.md"}
    assert (site / "2019" / "05").is_dir()


def test_a_note_that_only_says_published_is_a_page(tmp_path: Path) -> None:
    said, site = site_of({"Garden.md": "---\npublished: true\n---\nText.\n"}, tmp_path)

    assert "1 page" in said
    assert (site / "garden" / "index.html").is_file()
