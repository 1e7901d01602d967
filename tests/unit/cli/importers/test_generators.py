"""Folders of site generators: posts keep the addresses their generator gave them, and nothing private is published."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bucketpress.content.post import State
from bucketpress.records.record import Record
from bucketpress_cli.main import app
from tests.support.desk import write
from tests.unit.cli.importers.runs import built, shown

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


def post(title: str = "A", more: str = "") -> str:
    return f"---\ntitle: {title}\ndate: 2019-03-01T10:00:00Z\n{more}---\n\nText.\n"


ZOLA = 'title = "A"\nbase_url = "https://blog.example"\n'
HUGO = 'title = "A"\nbaseurl = "https://blog.example"\n'
PLAIN = "---\ntitle: A\n---\n\nText.\n"
# Files of a generator, and the addresses that it gave to some of them.
ADDRESSES: Mapping[str, tuple[Mapping[str, str], Mapping[str, str]]] = {
    "jekyll: pages end as the built-in patterns say": (
        {
            "_config.yml": "title: A\nbaseurl: /b\n",
            "_posts/2019-03-01-Some_Post.md": post(),
            "talks.md": PLAIN,
            "work/index.md": PLAIN,
        },
        {
            "_posts/2019-03-01-Some_Post.md": "/b/2019/03/01/Some_Post.html",
            "pages/talks.md": "/b/talks.html",
            "pages/work/index.md": "/b/work/",
        },
    ),
    "jekyll: collections and folders that settings include": (
        {
            "_config.yml": "title: A\npermalink: /:title/\ninclude: [_pages]\ncollections:\n"
            "  recipes: {output: true, permalink: /food/:slug/}\n  plays: {output: true}\n",
            "_posts/2019-03-01-a.md": post(),
            "_pages/about.md": "---\ntitle: About\npermalink: /us/\n---\nText.\n",
            "_recipes/Soup.md": PLAIN,
            "_plays/one/act.md": PLAIN,
        },
        {
            "_posts/2019-03-01-a.md": "/a/",
            "pages/pages/about.md": "/us/",
            "pages/recipes/Soup.md": "/food/soup/",
            "pages/plays/one/act.md": "/plays/one/act/",
        },
    ),
    "jekyll: folders of posts are categories, and defaults say patterns": (
        {
            "_config.yml": "title: A\ndefaults:\n- scope: {path: '', type: posts}\n"
            "  values: {permalink: '/:categories/:year/:title/'}\n",
            "_posts/2019-03-01-a.md": post(more="categories: One Two\n"),
            "life/_posts/2019-03-02-b & c.md": post(),
        },
        {"_posts/2019-03-01-a.md": "/one/two/2019/a/", "_posts/life/2019-03-02-b & c.md": "/life/2019/b-&-c/"},
    ),
    "zola: posts in no section, with dates in their names": (
        {"config.toml": ZOLA, "content/_index.md": "+++\n+++\n", "content/2013-05-27-First_Post.md": post()},
        {"posts/2013-05-27-First_Post.md": "/first-post/"},
    ),
    "zola: posts in several sections": (
        {
            "config.toml": ZOLA,
            "content/notes/2019-01-02-a.md": post(),
            "content/notes/b/index.md": post(),
            "content/notes/e.md": post(),
            "content/til/2019-01-03-c.md": post(),
            "content/til/deep er/d.md": post(more="slug: Other\n"),
        },
        {
            "posts/2019-01-02-a.md": "/notes/a/",
            "posts/b/index.md": "/notes/b/",
            "posts/til/2019-01-03-c.md": "/til/c/",
            "posts/til/deep er/d.md": "/til/deep-er/other/",
        },
    ),
    "zola: names with signs and Chinese names, below a folder": (
        {
            "config.toml": ZOLA.replace("blog.example", "blog.example/b"),
            "content/2019-01-02-Use .cache & C++.md": post(),
            "content/don't.md": post(),
            "content/技术.md": post(),
            "content/on-2019-01-02-x.md": post(),
        },
        {
            "posts/2019-01-02-Use .cache & C++.md": "/b/use-cache-c/",
            "posts/don't.md": "/b/don-t/",
            "posts/技术.md": "/b/ji-shu/",
            "posts/on-2019-01-02-x.md": "/b/on-2019-01-02-x/",
        },
    ),
    "pelican: Chinese titles are spelled out": (
        {
            "pelicanconf.py": "SITENAME = 'A'\nSITEURL = 'https://blog.example'\n",
            "content/a.md": "Title: Bash小技巧\nDate: 2019-03-01\n\nText.\n",
        },
        {"posts/a.md": "/bashxiao-ji-qiao.html"},
    ),
    "hexo: names of posts keep their signs": (
        {
            "_config.yml": "title: A\nurl: https://blog.example\nroot: /b/\npermalink: :year/:i_month/:title.html\n",
            "source/_posts/C++ & (more), 2.md": post(),
            "source/_posts/deep/Plain_name.md": post(),
            "source/_posts/2018-01-02-dated.md": post(),
            "source/_posts/git--blob.md": post(),
            "source/_posts/Search-engines.md": post(),
            "source/_posts/README.md": post(),
        },
        {
            "_posts/git--blob.md": "/b/2019/3/git--blob.html",
            "_posts/Search-engines.md": "/b/2019/3/Search-engines.html",
            "_posts/C++ & (more), 2.md": "/b/2019/3/C++ & (more), 2.html",
            "_posts/deep/Plain_name.md": "/b/2019/3/deep/Plain_name.html",
            "_posts/2018-01-02-dated.md": "/b/2019/3/2018-01-02-dated.html",
        },
    ),
    "hexo: dates that settings put before names are not in addresses": (
        {
            "_config.yml": "title: A\nurl: https://blog.example\nnew_post_name: :year-:month-:day-:title.md\n",
            "source/_posts/2018-01-02-dated.md": post(),
            "source/_posts/2018-01-02-a & b.md": post(),
        },
        {
            "_posts/2018-01-02-dated.md": "/2019/03/01/dated/",
            "_posts/2018-01-02-a & b.md": "/2019/03/01/a & b/",
        },
    ),
    "hugo: permalinks write names in lower case, unless settings say otherwise": (
        {
            "hugo.toml": HUGO + '[permalinks]\nposts = "/:year/:month/:contentbasename/"\n',
            "content/posts/Build-Ubuntu12.04.md": post(),
            "content/posts/A - b, (c)+.md": post(),
        },
        {
            "content/posts/Build-Ubuntu12.04.md": "/2019/03/build-ubuntu12.04/",
            "content/posts/A - b, (c)+.md": "/2019/03/a-b-c+/",
        },
    ),
    "hugo: titles in permalinks of a site that keeps upper case": (
        {
            "hugo.toml": "disablePathToLower = true\n" + HUGO + '[permalinks]\nposts = "/:sections/:title/"\n',
            "content/posts/x.md": post(title="A Title & more"),
        },
        {"content/posts/x.md": "/posts/A-Title-more/"},
    ),
    "hugo: ugly addresses below a folder, by settings in several files and in any case": (
        {
            "config/_default/config.toml": '\ufeffuglyurls = true\nBaseURL = "https://blog.example/b/"\n',
            "config/_default/permalinks.toml": 'posts = "/:filename/"\n',
            "content/posts/a.md": post(),
            "content/notes/b.md": post(),
            "content/posts/c.md": post(),
        },
        {"content/posts/a.md": "/b/a.html", "posts/notes/b.md": "/b/notes/b.html"},
    ),
    "hugo: each language has a folder": (
        {
            "hugo.toml": 'defaultContentLanguage = "ja"\n'
            + HUGO
            + '[languages.ja]\ncontentDir = "content/ja"\n[languages.en]\ncontentDir = "content/en/"\n',
            "content/ja/entry/2014/a.md": post(),
            "content/ja/about.md": PLAIN,
            "content/en/entry/2014/b.md": post(),
        },
        {"posts/2014/a.md": "/entry/2014/a/", "pages/about.md": "/about/"},
    ),
    "hugo: the first language is below its name": (
        {
            "hugo.toml": "defaultContentLanguageInSubdir = true\n" + HUGO,
            "content/posts/a.md": post(),
        },
        {"content/posts/a.md": "/en/posts/a/"},
    ),
    "hugo: folders in the blog, names with signs, and texts without a date": (
        {
            "config.toml": HUGO,
            "content/posts/2019/ld_preload.md": post(),
            "content/posts/Big_Name.md": post(),
            "content/posts/undated.md": PLAIN,
            "content/notes/n.md": post(),
        },
        {
            "content/posts/2019/ld_preload.md": "/posts/2019/ld_preload/",
            "content/posts/Big_Name.md": "/posts/big_name/",
            "pages/posts/undated.md": "/posts/undated/",
            "posts/notes/n.md": "/notes/n/",
        },
    ),
    "eleventy: a folder of its own, addresses by folder data and by template": (
        {
            "eleventy.config.js": "module.exports = () => ({\n  dir: {\n    input: 'src/site',\n  },\n});\n",
            "src/site/posts/posts.json": '{"permalink": "blog/{{ page.fileSlug }}/index.html"}',
            "src/site/posts/2019-03-01-one.md": post(),
            "src/site/posts/two/index.md": post(),
            "src/site/posts/five/2019-03-05-index.md": post(),
            "src/site/notes/2019-03-02-three.md": post(),
            "src/site/notes/four.md": post("Four & more", 'permalink: "/n/{{ title | slug }}/"\n'),
            "src/site/stem/index.md": post("Six", "permalink: '{{ page.filePathStem }}.html'\n"),
            "src/site/about.md": PLAIN,
        },
        {
            "posts/stem/index.md": "/stem/",
            "posts/2019-03-01-one.md": "/blog/one/",
            "posts/two/index.md": "/blog/two/",
            "posts/five/2019-03-05-index.md": "/blog/five/",
            "posts/notes/2019-03-02-three.md": "/notes/2019-03-02-three/",
            "posts/notes/four.md": "/n/four-and-more/",
            "pages/about.md": "/about/",
        },
    ),
    "eleventy: patterns by layouts, dates and other keys, and comments in settings": (
        {
            "eleventy.config.js": 'export default () => ({\n  dir: {\n    input: "content", // ".".\n  },\n});\n',
            "content/_includes/layouts/post.njk": "---\n"
            "permalink: \"/{{ page.date | date: '%Y/%m' }}/{{ page.fileSlug }}/index.html\"\n---\n<b>\n",
            "content/posts/posts.json": '{"layout": "layouts/post"}',
            "content/posts/2019-03-01-one.md": post(),
            "content/more/more.json": '{"permalink": "{{ short | slug }}/index.html"}',
            "content/more/two.md": post(more="short: A Name\n"),
        },
        {"posts/2019-03-01-one.md": "/2019/03/one/", "posts/more/two.md": "/a-name/"},
    ),
    "eleventy: a folder of texts that is also copied as it is": (
        {
            "eleventy.config.js": "module.exports = (config) => { config.addPassthroughCopy('posts'); };\n",
            "posts/2019-03-01-one/index.md": post(more="image: a.png\n"),
            "posts/2019-03-01-one/a.png": "png",
            "index.md": post(),
        },
        {"posts/2019-03-01-one/index.md": "/posts/2019-03-01-one/"},
    ),
    "docusaurus: dates in folders, a slug, none at all, and docs": (
        {
            "docusaurus.config.js": "module.exports = {\n  presets: [{blog: {routeBasePath: 'news'}}],\n};\n",
            "blog/2019-03-01-a/index.md": PLAIN,
            "blog/2019/03/02-b.md": PLAIN.replace("title: A", "title: A\ndate: 2019-03-02"),
            "blog/2019-03-03-folder/c.md": PLAIN,
            "blog/2019-03-04-d.md": PLAIN.replace("title: A", "title: A\nslug: dee"),
            "blog/e.md": PLAIN,
            "docs/01-start/02-first.md": PLAIN,
            "docs/01-start/README.md": PLAIN,
            "docs/search.md": PLAIN,
            "docs/mpd5-on-1-2.md": PLAIN,
            "blog/2019/10-31-f.md": PLAIN,
            "src/pages/public_Talks.md": PLAIN,
        },
        {
            "posts/2019-03-01-a/index.md": "/news/2019/03/01/a/",
            "posts/2019/03/02-b.md": "/news/2019/03/02/b/",
            "posts/2019-03-03-folder/c.md": "/news/2019/03/03/folder/c/",
            "posts/2019-03-04-d.md": "/news/dee/",
            "pages/blog/e.md": "/news/e/",
            "pages/docs/01-start/02-first.md": "/docs/start/first/",
            "pages/docs/01-start/README.md": "/docs/start/",
            "pages/docs/search.md": "/docs/search/",
            "pages/docs/mpd5-on-1-2.md": "/docs/mpd5-on-1-2/",
            "posts/2019/10-31-f.md": "/news/2019/10/31/f/",
            "pages/public_Talks.md": "/public_Talks/",
        },
    ),
    "docusaurus: a blog by its plug-in at the root": (
        {
            "docusaurus.config.js": "plugins: [\n['@docusaurus/plugin-content-blog', {\nrouteBasePath: '/'}]]\n",
            "blog/2019-03-01-a.md": PLAIN,
        },
        {"posts/2019-03-01-a.md": "/2019/03/01/a/"},
    ),
    "pelican: slugs of titles, folders as categories": (
        {
            "pelicanconf.py": "SITENAME = 'A'\nARTICLE_URL = '{category}/{slug}.html'\n",
            "content/Go Lang/2019-03-01-x.md": "Title: Don't panic: 1\nDate: 2019-03-1 10:00\n\nText.\n",
            "content/b.md": "Title: B\nDate: 2019-03-02\nCategory: News\nSlug: bee\n\nText.\n",
            "content/c.md": "Title: C\nDate: 2019-03-03\n\nText.\n",
            "content/pages/us.md": "Title: About us\n\nText.\n",
        },
        {
            "posts/Go Lang/2019-03-01-x.md": "/go-lang/dont-panic-1.html",
            "posts/b.md": "/news/bee.html",
            "posts/c.md": "/misc/c.html",
            "pages/us.md": "/pages/about-us.html",
        },
    ),
    "pelican: names of files say slugs and dates, and texts without a date are shown": (
        {
            "pelicanconf.py": "SITENAME = 'A'\nFILENAME_METADATA = '(?P<slug>.*)'\nDEFAULT_DATE = 'fs'\n"
            "ARTICLE_URL = '{category}/{slug}.html'\nPATH_METADATA = r'by/(?P<category>\\w+)/.*'\n",
            "publishconf.py": "from pelicanconf import *\nSITEURL = 'https://blog.example/b'\n",
            "content/by/Ann/Some_File.md": "Title: Another\nDate: 2019-03-01\n\nText.\n",
            "content/Undated.md": "Title: B\n\nText.\n",
        },
        {"posts/by/Ann/Some_File.md": "/b/ann/Some_File.html", "pages/Undated.md": "/b/misc/Undated.html"},
    ),
    "hexo: keys of front matter and categories make addresses": (
        {
            "_config.yml": "title: A\npermalink: p/:category/:abbrlink.html\ncategory_map: {技术: tech}\n",
            "source/_posts/a.md": post(more="abbrlink: 4a17b156\ncategories: [技术, C & Go]\n"),
            "source/_posts/b.md": post(more="abbrlink: 12\n"),
            "source/_posts/c.md": "---\ntitle: C\nabbrlink: 13\n---\nText.\n",
        },
        {
            "_posts/a.md": "/p/tech/C-Go/4a17b156.html",
            "_posts/b.md": "/p/uncategorized/12.html",
            "pages/c.md": "/p/uncategorized/13.html",
        },
    ),
    "hexo: folders are in the title of an address, and pages are files": (
        {
            "_config.yml": "title: A\npermalink: :year/:title/\n",
            "source/_posts/In/Some.md": post(),
            "source/us/index.md": PLAIN,
            "source/us/Old_us.md": PLAIN,
        },
        {
            "_posts/In/Some.md": "/2019/In/Some/",
            "pages/us/index.md": "/us/",
            "pages/us/Old_us.md": "/us/Old_us.html",
        },
    ),
}


@pytest.mark.parametrize("name", ADDRESSES)
def test_each_file_keeps_the_address_its_generator_gave_it(name: str, tmp_path: Path) -> None:
    files, addresses = ADDRESSES[name]

    records = import_files(files, tmp_path)

    assert {key: shown(records[key]).entry.path for key in addresses} == addresses


# Files of which the last is withheld by something around it.
WITHHELD: Mapping[str, Mapping[str, str]] = {
    "eleventy: folder data": {
        ".eleventy.js": "",
        "posts/a.md": post(),
        "ideas/ideas.json": '{"permalink": false}',
        "ideas/secret.md": post(),
    },
    "eleventy: folder data in a script": {
        ".eleventy.js": "",
        "posts/a.md": post(),
        "ideas/ideas.11tydata.js": "module.exports = {\n  draft: true,\n};\n",
        "ideas/deep/secret.md": post(),
    },
    "hugo: a cascade": {
        "hugo.toml": HUGO,
        "content/posts/a.md": post(),
        "content/private/_index.md": "---\ncascade:\n  draft: true\n---\n",
        "content/private/secret.md": post(),
    },
    "hugo: one cascade of several": {
        "hugo.toml": HUGO,
        "content/posts/a.md": post(),
        "content/posts/private/_index.md": "---\ncascade:\n- build: {render: never}\n  target: {kind: page}\n---\n",
        "content/posts/private/secret.md": post(),
    },
    "hugo: a language that only the settings call one": {
        "hugo.toml": HUGO + "[languages.en]\nweight = 1\n[languages.cz]\ndisabled = true\n",
        "content/posts/a.en.md": post(),
        "content/posts/secret.cz.md": post(),
    },
    "zola: another language": {
        "config.toml": ZOLA + "[languages.ca]\ntitle = 'A'\n",
        "content/posts/a/index.md": post(),
        "content/posts/secret/index.ca.md": post(),
    },
    "zola: a section that is a draft": {
        "config.toml": ZOLA,
        "content/posts/a.md": post(),
        "content/next/_index.md": "+++\ndraft = true\n+++\n",
        "content/next/secret.md": post(),
    },
    "jekyll: defaults": {
        "_config.yml": 'title: A\ndefaults:\n  - scope: {path: "_posts/ideas"}\n    values: {published: false}\n',
        "_posts/2019-03-01-a.md": post(),
        "_posts/ideas/2019-03-01-secret.md": post(),
    },
    "pelican: the default status": {
        "pelicanconf.py": "SITENAME = 'A'\nDEFAULT_METADATA = {'status': 'draft'}\n",
        "content/a.md": "Title: A\nDate: 2019-03-01\nStatus: published\n\nText.\n",
        "content/secret.md": "Title: B\nDate: 2019-03-01\n\nText.\n",
    },
}


@pytest.mark.parametrize("name", WITHHELD)
def test_what_a_folder_or_settings_withhold_is_held_back(name: str, tmp_path: Path) -> None:
    records = import_files(WITHHELD[name], tmp_path)

    assert next(record.state for key, record in records.items() if "secret" in key) is State.DRAFT
    assert State.PUBLISHED in {record.state for record in records.values()}


# Files of which one is not of the site, by the settings or by the generator's own rule.
LEFT_OUT: Mapping[str, Mapping[str, str]] = {
    "jekyll: excluded folders": {
        "_config.yml": "title: A\nexclude: [older, Gemfile]\n",
        "_posts/2019-03-01-a.md": post(),
        "older/secret.md": PLAIN,
    },
    "jekyll: excluded names in one text": {
        "_config.yml": "title: A\nexclude: Gemfile, old*t.md\n",
        "_posts/2019-03-01-a.md": post(),
        "older/secret.md": PLAIN,
    },
    "jekyll: folders behind an underscore": {
        "_config.yml": "title: A\ncollections: {notes: {output: false}}\n",
        "_posts/2019-03-01-a.md": post(),
        "_notes/secret.md": PLAIN,
    },
    "eleventy: an ignore file": {
        ".eleventy.js": "",
        ".eleventyignore": "# not these\nposts/*/secret.md\n",
        "posts/a.md": post(),
        "posts/deep/secret.md": post(),
    },
    "eleventy: ignored by a script": {
        ".eleventy.js": "module.exports = (config) => { config.ignores.add('./notes/**'); };\n",
        "posts/a.md": post(),
        "notes/deep/secret.md": post(),
    },
    "hugo: a text beside that of a page": {
        "hugo.toml": HUGO,
        "content/posts/a/index.md": post().replace("Text", "[b](b.md)"),
        "content/posts/a/b/secret.md": post(),
        "content/posts/a.md": post(),
    },
    "zola: a text beside that of a page": {
        "config.toml": ZOLA,
        "content/a/index.md": post(),
        "content/a/secret.md": post(),
        "content/a.md": post(),
    },
    "zola: ignored content": {
        "config.toml": 'ignored_content = ["*.secret.md", "internal/*"]\n' + ZOLA,
        "content/posts/a.md": post(),
        "content/internal/deep/secret.md": post(),
    },
    "pelican: ignored files": {
        "pelicanconf.py": "SITENAME = 'A'\nIGNORE_FILES = ['s*.md']\n",
        "content/a.md": "Title: A\nDate: 2019-03-01\n\nText.\n",
        "content/b/secret.md": "Title: B\nDate: 2019-03-01\n\nText.\n",
    },
    "pelican: a folder in which no articles are": {
        "pelicanconf.py": "SITENAME = 'A'\nARTICLE_PATHS = ['blog']\n",
        "content/blog/a.md": "Title: A\nDate: 2019-03-01\n\nText.\n",
        "content/pages/b.md": "Title: B\n\nText.\n",
        "content/notes/secret.md": "Title: B\nDate: 2019-03-01\n\nText.\n",
    },
    "hexo: excluded files": {
        "_config.yml": "title: A\nexclude:\n  - notes/**\n",
        "source/_posts/a.md": post(),
        "source/notes/secret.md": PLAIN,
    },
}


@pytest.mark.parametrize("name", LEFT_OUT)
def test_what_the_old_site_did_not_have_is_not_copied(name: str, tmp_path: Path) -> None:
    records = import_files(LEFT_OUT[name], tmp_path)

    assert any(key.endswith("a.md") for key in records)
    assert not list((tmp_path / "blog").rglob("*secret*"))


def test_what_the_data_of_eleventy_say_of_the_site_comes_along(tmp_path: Path) -> None:
    script = "export default {\n  title: 'A blog',\n  url: 'https://blog.example',\n};\n"
    import_files({"eleventy.config.js": "", "_data/metadata.js": script, "posts/a.md": post()}, tmp_path)

    assert 'title: "A blog"\nurl: "https://blog.example"\n' in (tmp_path / "blog" / "site.yaml").read_text()


def test_patterns_that_only_the_old_site_understands_are_named(tmp_path: Path) -> None:
    files = {
        "eleventy.config.js": "",
        "posts/a.md": post(more="permalink: '/{{ page.date | own }}/a/'\n"),
        "posts/b.md": post(),
    }
    lay_down(files, tmp_path)

    result = CliRunner().invoke(app, ["import", str(tmp_path / "old"), str(tmp_path / "blog")])

    assert "Addresses that a script of the old site makes, which is not run (1)" in result.output
    assert "in posts/a.md" in result.output


def test_pages_that_only_a_template_filled_are_named_and_not_copied(tmp_path: Path) -> None:
    files = {
        "_config.yml": "title: A\nurl: https://blog.example\n",
        "source/_posts/a.md": post(),
        "source/tags/index.md": "---\ntitle: Tags\ntype: tags\n---\n",
    }
    lay_down(files, tmp_path)

    result = CliRunner().invoke(app, ["import", str(tmp_path / "old"), str(tmp_path / "blog")])

    assert "Pages that a template of the old site filled (1)" in result.output
    assert not (tmp_path / "blog" / "pages").exists()


def test_pictures_among_texts_that_are_named_from_the_root_stay_where_they_were(tmp_path: Path) -> None:
    files = {
        "hugo.toml": HUGO,
        "content/posts/a.md": post().replace("Text", "![A](/posts/A%20b/p.png) ![B](b/q.png)"),
        "content/notes/b.md": post(more="image: /notes/b/r.png\n"),
        "content/posts/A b/p.png": "png",
        "content/posts/b/q.png": "png",
        "content/notes/b/r.png": "png",
    }

    import_files(files, tmp_path)

    written = {path.relative_to(tmp_path / "blog").as_posix() for path in (tmp_path / "blog").rglob("*.png")}
    assert written == {"static/posts/A b/p.png", "content/posts/b/q.png", "static/notes/b/r.png"}


def test_front_matter_that_cannot_be_read_still_holds_a_text_back(tmp_path: Path) -> None:
    files = {
        "docusaurus.config.js": "",
        "blog/2019/03-01-a.md": "--\ntitle: A\ntags:\n  - secret\n--\n\nText.\n",
        "blog/2019/03-02-b.md": PLAIN,
    }

    records = import_files(files, tmp_path)

    assert records["posts/2019/03-01-a.md"].state is State.INVALID
    assert records["posts/2019/03-02-b.md"].state is State.PUBLISHED


def test_a_folder_without_texts_is_named(tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "eleventy.config.js").write_text("")

    result = CliRunner().invoke(app, ["import", str(tmp_path / "old"), str(tmp_path / "blog")])

    assert "Folders in which no text was found" in result.output


def test_settings_that_are_nowhere_to_be_found_are_named(tmp_path: Path) -> None:
    lay_down({"eleventy.config.js": "", "posts/a.md": post()}, tmp_path)

    result = CliRunner().invoke(app, ["import", str(tmp_path / "old"), str(tmp_path / "blog")])

    assert "Settings that are nowhere to be found" in result.output
    assert "title, url" in result.output


def test_of_an_author_in_the_settings_only_the_name_comes_along(tmp_path: Path) -> None:
    import_files({"config.toml": ZOLA + 'author = "a@blog.example (Ann)"\n', "content/posts/a.md": post()}, tmp_path)

    written = (tmp_path / "blog" / "site.yaml").read_text()
    assert '"ann": "Ann"' in written
    assert "@" not in written


def test_posts_whose_address_is_made_of_what_they_do_not_say_are_named(tmp_path: Path) -> None:
    files = {"_config.yml": "title: A\npermalink: /p/:abbrlink/\n", "source/_posts/a.md": post()}
    lay_down(files, tmp_path)

    result = CliRunner().invoke(app, ["import", str(tmp_path / "old"), str(tmp_path / "blog")])

    assert "Posts whose address is made of what they do not say (1)" in result.output
    assert "in source/_posts/a.md" in result.output


def lay_down(files: Mapping[str, str], tmp_path: Path) -> None:
    write(tmp_path / "old", {key: text.encode() for key, text in files.items()})


def import_files(files: Mapping[str, str], tmp_path: Path) -> Mapping[str, Record]:
    """Import a generator's folder, and return the records of the texts."""
    lay_down(files, tmp_path)
    result = CliRunner().invoke(app, ["import", str(tmp_path / "old"), str(tmp_path / "blog")])
    assert result.exit_code == 0, result.output
    return {key: record for key, record in built(tmp_path / "blog").items() if key.endswith(".md")}


def test_addresses_that_only_a_script_made_come_from_the_old_sitemap(tmp_path: Path) -> None:
    files = {
        ".eleventy.js": "module.exports = {};",
        "blog/blog.11tydata.js": "module.exports = { permalink: (data) => `/${data.year}/${data.page.fileSlug}/` };",
        "blog/one.md": post(title="One"),
        "blog/2019-03-01-links.md": post(title="Links"),
        "blog/2019-05-01-links.md": post(title="Links").replace("2019-03", "2019-05"),
        "blog/stays.md": post(title="Stays"),
        "blog/twin-a.md": post(title="Twin"),
        "blog/twin-b.md": post(title="Twin"),
    }
    lay_down(files, tmp_path)
    old = tmp_path / "sitemap.txt"
    old.write_text("/x/one.html\n/2019/03/links/\n/2019/05/links/\n/blog/stays/\n/x/twin/\n/x/other/\n")
    arguments = ["import", str(tmp_path / "old"), str(tmp_path / "blog")]

    without = CliRunner().invoke(app, arguments)
    found = CliRunner().invoke(app, [*arguments, "--verify", str(old)])
    again = CliRunner().invoke(app, [*arguments, "--verify", str(old)])

    assert "Addresses that a script of the old site makes" in without.output
    assert "4 same, 0 redirected, 2 lost" in found.output
    assert "Addresses that a script" not in found.output
    assert "0 files written" in again.output


def test_notes_of_a_vault_get_the_addresses_of_the_site_that_was_made_of_it(tmp_path: Path) -> None:
    public = "---\npublish: true\n---\nText.\n"
    for key in (".obsidian/app.json", "Deep Folder/A Note.md", "Deep Folder/B note.md"):
        (tmp_path / "old" / key).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "old" / key).write_text(public if key.endswith(".md") else "{}")
    old = tmp_path / "sitemap.txt"
    old.write_text("/Deep+Folder/A+Note\n/Deep-Folder/B-note\n")

    result = CliRunner().invoke(app, ["import", str(tmp_path / "old"), str(tmp_path / "blog"), "--verify", str(old)])

    assert "2 same, 0 redirected, 0 lost" in result.output
