"""What the documents tell a newcomer to run exists."""

import re
from dataclasses import fields, is_dataclass
from pathlib import Path

import pytest

from bucketpress import bootstrap
from bucketpress.site.feeds.formats import FEED_FORMATS, FeedFormat
from bucketpress.site.pages import template_context
from bucketpress.site.theme.theme_files import BUILT_IN

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_make_target_named_is_one(document: Path) -> None:
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    named = set(re.findall(r"(?:`|^)make ([a-z-]+)", document.read_text(), re.MULTILINE))

    assert named <= targets


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_relative_link_leads_to_a_file(document: Path) -> None:
    links = re.findall(
        r"\]\(([^)#:]+)(?:#[^)]*)?\)", re.sub(r"```.*?```|`[^`]*`", "", document.read_text(), flags=re.DOTALL)
    )

    assert [link for link in links if not (document.parent / link).exists()] == []


@pytest.mark.parametrize("feed", FEED_FORMATS, ids=lambda feed: feed.name)
def test_every_format_of_feeds_is_documented(feed: FeedFormat) -> None:
    changes = (ROOT / "CHANGELOG.md").read_text()

    for document in ("README.md", "docs/authoring.md"):
        assert feed.file_name in (ROOT / document).read_text(), f"{document} does not name {feed.file_name}"
    assert [path for path in feed.former_paths if f"`{path}`" not in changes] == []


@pytest.mark.parametrize(
    "view",
    [
        value
        for value in vars(template_context).values()
        if is_dataclass(value) and value.__module__ == template_context.__name__ and value is not template_context.Item
    ],
)
def test_the_theme_guide_names_everything_a_template_is_given(view: type) -> None:
    guide = (ROOT / "docs" / "theming.md").read_text()
    about = next(part for part in re.split(r"\n\n|\n\| ", guide) if f"**{view.__name__}**" in part)

    assert [field.name for field in fields(view) if f"`{field.name}`" not in about] == []


def test_the_theme_guide_lists_every_template_and_block() -> None:
    guide = (ROOT / "docs" / "theming.md").read_text()
    templates = {file.name: file.read_text() for file in BUILT_IN.glob("*.j2")}

    assert set(re.findall(r"^\| `([a-z]+\.html\.j2)`", guide, re.MULTILINE)) == set(templates)
    assert set(re.findall(r"{% block (\w+) %}", templates["base.html.j2"])) == {"head", "masthead", "main"}


def test_the_theme_guide_does_what_it_says(tmp_path: Path) -> None:
    guide = (ROOT / "docs" / "theming.md").read_text()
    template, style = (re.search(rf"```{kind}\n(.*?)```", guide, re.DOTALL) for kind in ("jinja", "css"))
    theme, out = tmp_path / "my-theme", tmp_path / "out"
    for folder in (theme, out):
        folder.mkdir()
    assert template
    assert style
    (theme / "post.html.j2").write_text(template[1])
    (theme / "additions.css").write_text(style[1])

    bootstrap.build(ROOT / "samples" / "packnet-blog", out, default_url="https://a.example", theme=theme).run()

    page = (out / "2010" / "09" / "reading-an-invite" / "index.html").read_text()
    assert '<p class="ribbon">Packnet Blog / 2 min read</p>' in page
    (stylesheet,) = (out / "_bucketpress").glob("*.css")
    assert ".ribbon{" in stylesheet.read_text()
    assert f"/_bucketpress/{stylesheet.name}" in page
