"""Folders of site generators: posts keep the addresses their generator gave them, and nothing private is published."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bucketpress.content.post import State
from bucketpress_cli.main import app
from tests.unit.cli.importers.runs import built

POSTS = range(1, 36)
YAML = "---\ntitle: Post {n}\ndate: 2019-03-{d:02d}T10:00:00+01:00\n---\n\nThe text of {n}.\n"
TOML = '+++\ntitle = "Post {n}"\ndate = 2019-03-{d:02d}T10:00:00+01:00\n+++\n\nThe text of {n}.\n'
PELICAN = "Title: Post {n}\nDate: 2019-03-{d:02d} 10:00\nSlug: post-{n}\n\nThe text of {n}.\n"
PUBLIC = YAML.replace("---\n\n", "publish: true\n---\n\n")

# Settings and other files, the name of a post's file, its text, its address; then a draft's file and its text.
FOLDERS: Mapping[str, tuple[Mapping[str, str], str, str, str, tuple[str, str]]] = {
    "jekyll": (
        {
            "_config.yml": "title: A blog\nurl: https://blog.example\npermalink: /blog/:year/:month/:title/\n",
            "about.md": "---\ntitle: About\npermalink: /about/\n---\nUs.\n",
            "assets/a.png": "png",
            "README.md": "# For developers",
            "_includes/x.html": "<b>",
        },
        "_posts/2019-03-{d:02d}-Post_{n}.md",
        YAML,
        "/blog/2019/03/Post_{n}/",
        ("_drafts/idea.md", YAML),
    ),
    "hugo": (
        {
            "hugo.toml": 'title = "A blog"\nbaseURL = "https://blog.example/"\n[permalinks]\npost = "/:year/:slug/"\n',
            "content/about.md": "---\ntitle: About\n---\nUs.\n",
            "content/post/_index.md": "---\ntitle: Posts\n---\n",
            "static/assets/a.png": "png",
        },
        "content/post/post-{n}/index.md",
        YAML,
        "/2019/post-{n}/",
        ("content/post/idea.md", YAML.replace("---\n\n", "draft: true\n---\n\n")),
    ),
    "zola": (
        {
            "config.toml": 'title = "A blog"\nbase_url = "https://blog.example"\n',
            "content/about.md": '+++\ntitle = "About"\n+++\nUs.\n',
            "content/articles/_index.md": "+++\n+++\n",
            "static/assets/a.png": "png",
        },
        "content/articles/post-{n}.md",
        TOML,
        "/articles/post-{n}/",
        ("content/articles/idea.md", TOML.replace("+++\n\n", "draft = true\n+++\n\n")),
    ),
    "pelican": (
        {
            "pelicanconf.py": "SITENAME = 'A blog'\nSITEURL = 'https://blog.example'\nTIMEZONE = 'Europe/Paris'\n",
            "content/pages/about.md": "Title: About\nURL: about/\n\nUs.\n",
            "content/images/a.png": "png",
            "content/old.rst": "Old\n===\n",
        },
        "content/post-{n}.md",
        PELICAN,
        "/post-{n}.html",
        ("content/idea.md", PELICAN.replace("\n\n", "\nStatus: draft\n\n")),
    ),
    "hexo": (
        {
            "_config.yml": "title: A blog\nurl: https://blog.example\npermalink: :year/:month/:day/:title/\n",
            "source/about/index.md": "---\ntitle: About\n---\nUs.\n",
            "source/assets/a.png": "png",
        },
        "source/_posts/Post_{n}.md",
        YAML,
        "/2019/03/{d:02d}/Post_{n}/",
        ("source/_drafts/idea.md", YAML),
    ),
    "eleventy": (
        {
            "eleventy.config.js": 'export default (config) => { config.addPassthroughCopy("assets"); };\n',
            "about.md": "---\ntitle: About\n---\nUs.\n",
            "assets/a.png": "png",
            "_includes/base.njk": "{{ content }}",
        },
        "posts/post-{n}.md",
        YAML,
        "/posts/post-{n}/",
        ("posts/idea.md", YAML.replace("---\n\n", "permalink: false\n---\n\n")),
    ),
    "docusaurus": (
        {
            "docusaurus.config.js": "module.exports = {\n  title: 'A blog',\n  url: 'https://blog.example',\n};\n",
            "src/pages/about.md": "---\ntitle: About\n---\nUs.\n",
            "static/assets/a.png": "png",
        },
        "blog/2019-03-{d:02d}-post-{n}.md",
        YAML,
        "/blog/2019/03/{d:02d}/post-{n}/",
        ("blog/2019-03-05-idea.md", YAML.replace("---\n\n", "draft: true\n---\n\n")),
    ),
    "obsidian": (
        {
            ".obsidian/app.json": "{}",
            "about.md": "---\ntitle: About\npublish: true\n---\nUs. ![[a.png]]\n",
            "a.png": "png",
            "secret.png": "png",
            "Diary.md": "# Diary\n\nNobody is to read this. ![[secret.png]]\n",
        },
        "notes/post-{n}.md",
        PUBLIC,
        "/2019/03/post-{n}/",
        ("notes/idea.md", YAML),
    ),
}


def made(name: str, folder: Path) -> list[str]:
    """Write a generator's folder; return the addresses it gave."""
    others, file, text, address, draft = FOLDERS[name]
    posts = {file.format(n=n, d=n % 28 + 1): text.format(n=n, d=n % 28 + 1) for n in POSTS}
    for key, data in {**others, **posts, draft[0]: draft[1].format(n="idea", d=5)}.items():
        (folder / key).parent.mkdir(parents=True, exist_ok=True)
        (folder / key).write_text(data)
    return ["/about/", *(address.format(n=n, d=n % 28 + 1) for n in POSTS)]


@pytest.mark.parametrize("name", FOLDERS)
def test_every_address_is_kept_and_drafts_are_held_back(name: str, tmp_path: Path) -> None:
    old = tmp_path / "addresses.txt"
    old.write_text("\n".join(made(name, tmp_path / "old")))

    result = CliRunner().invoke(app, ["import", str(tmp_path / "old"), str(tmp_path / "blog"), "--verify", str(old)])

    assert result.exit_code == 0, result.output
    assert "36 same, 0 redirected, 0 lost" in result.output
    public = [key for key, record in built(tmp_path / "blog").items() if record.state is State.PUBLISHED]
    assert sum("post" in key.lower() and key.endswith(".md") for key in public) == len(POSTS)
    assert not any("idea" in key or "Diary" in key or "secret" in key for key in public)
    assert len([key for key in public if key.endswith("a.png")]) == 1


@pytest.mark.parametrize("name", FOLDERS)
def test_a_second_run_writes_nothing(name: str, tmp_path: Path) -> None:
    made(name, tmp_path / "old")
    arguments = ["import", str(tmp_path / "old"), str(tmp_path / "blog")]
    CliRunner().invoke(app, arguments)

    result = CliRunner().invoke(app, arguments)

    assert "0 files written" in result.output


def test_a_vault_gives_away_no_note_that_does_not_say_it_is_public(tmp_path: Path) -> None:
    made("obsidian", tmp_path / "old")

    result = CliRunner().invoke(app, ["import", str(tmp_path / "old"), str(tmp_path / "blog")])

    assert "Notes that do not say that they are public (2)" in result.output
    files = {path.name for path in (tmp_path / "blog").rglob("*") if path.is_file()}
    assert {"Diary.md", "secret.png", "idea.md"}.isdisjoint(files)


def test_a_lost_address_or_id_ends_verification_with_exit_code_1(tmp_path: Path) -> None:
    made("jekyll", tmp_path / "old")
    CliRunner().invoke(app, ["import", str(tmp_path / "old"), str(tmp_path / "blog")])
    feed = tmp_path / "feed.xml"
    feed.write_text(
        "<rss><channel><item><link>https://blog.example/blog/2019/03/Post_1/</link><guid>other</guid></item>"
        "<item><link>https://blog.example/gone/</link><guid>gone</guid></item></channel></rss>"
    )

    strict = CliRunner().invoke(app, ["verify", str(tmp_path / "blog"), str(feed)])
    lenient = CliRunner().invoke(app, ["verify", str(tmp_path / "blog"), str(feed), "--threshold", "100"])

    assert (strict.exit_code, lenient.exit_code) == (1, 0)
    assert "1 same, 0 redirected, 1 lost" in strict.output
    assert "feed ids: 0 kept, 2 changed" in strict.output
    assert "lost: /gone/" in strict.output


@pytest.mark.parametrize("name", FOLDERS)
def test_the_ids_of_the_old_feed_are_kept(name: str, tmp_path: Path) -> None:
    addresses = made(name, tmp_path / "old")[1:]
    items = (
        f"<item><link>https://blog.example{each}</link><guid>https://blog.example{each}</guid></item>"
        for each in addresses
    )
    feed = tmp_path / "feed.xml"
    feed.write_text(f"<rss><channel>{''.join(items)}</channel></rss>")
    arguments = ["import", str(tmp_path / "old"), str(tmp_path / "blog"), "--verify", str(feed)]

    first, second = (CliRunner().invoke(app, arguments) for _ in range(2))

    assert first.exit_code == 0, first.output
    assert "feed ids: 35 kept, 0 changed" in first.output
    assert "0 files written" in second.output


def test_json_is_one_document_with_what_became_of_old_addresses(tmp_path: Path) -> None:
    old = tmp_path / "addresses.txt"
    old.write_text("\n".join([*made("jekyll", tmp_path / "old"), "/gone/"]))
    arguments = ["import", str(tmp_path / "old"), str(tmp_path / "blog"), "--verify", str(old), "--json"]

    result = CliRunner().invoke(app, arguments)

    document = json.loads(result.stdout)
    assert result.exit_code == 1
    assert document["counts"]["posts"] == len(POSTS) + 1
    assert document["verification"]["lost"] == ["/gone/"]


def test_a_list_of_sitemaps_is_no_sitemap(tmp_path: Path) -> None:
    made("jekyll", tmp_path / "old")
    CliRunner().invoke(app, ["import", str(tmp_path / "old"), str(tmp_path / "blog")])
    index = tmp_path / "sitemap.xml"
    index.write_text(
        "<?xml version='1.0'?><sitemapindex><sitemap><loc>https://b.example/1.xml</loc></sitemap></sitemapindex>"
    )

    result = CliRunner().invoke(app, ["verify", str(tmp_path / "blog"), str(index)])

    assert result.exit_code == 2
    assert "only names other sitemaps" in result.output
