"""Exports of Ghost, Substack, Medium and Blogger: public posts keep addresses and ids, and nothing else is public."""

import csv
import io
import json
import zipfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bucketpress.content.post import State
from bucketpress.site.entry_ids import entry_id, rss_guid
from bucketpress_cli.importers.publication import ExportError
from tests.unit.cli.importers.runs import built, html_of, imported, shown

URL = "https://blog.example"
POSTS = range(1, 36)
FEW = 30
TEXT = "<p>The <em>text</em> of {}.</p><figure><img src='/content/images/a.png' alt='A'></figure>"


def zipped(path: Path, files: Mapping[str, str]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return path


def ghost(folder: Path) -> Path:
    def row(number: int, **more: object) -> dict[str, object]:
        return {
            "id": f"http://ghost.example/{number}",
            "title": f"Post {number}",
            "slug": f"post-{number}",
            "html": TEXT.format(number).replace("/content", "__GHOST_URL__/content"),
            "type": "post",
            "status": "published",
            "visibility": "public",
            "published_at": f"2019-03-{number % 28 + 1:02d}T10:00:00.000Z",
            "updated_at": "2019-04-01T10:00:00.000Z",
        } | more

    rows = [row(number) for number in POSTS]
    rows += [
        row(100, status="draft"),
        row(101, visibility="members"),
        row(102, visibility="paid"),
        row(103, status="sent"),
    ]
    rows += [row(104, email_only=1)]
    data = {
        "posts": rows,
        "tags": [
            {"id": "t", "name": "VoIP", "slug": "voip"},
            {"id": "i", "name": "#internal", "slug": "hash-internal"},
        ],
        "posts_tags": [{"post_id": rows[0]["id"], "tag_id": tag, "sort_order": 0} for tag in ("t", "i")],
        "users": [{"id": "u", "name": "Jane Doe", "slug": "jane"}],
        "posts_authors": [{"post_id": rows[0]["id"], "author_id": "u", "sort_order": 0}],
        "settings": [{"key": "title", "value": "A blog"}, {"key": "timezone", "value": "Europe/London"}],
        "members": [{"id": "m"}],
    }
    path = folder / "ghost.json"
    path.write_text(json.dumps({"db": [{"meta": {"version": "5.0.0"}, "data": data}]}))
    return path


def substack(folder: Path) -> Path:
    rows = [(f"{number}.post-{number}", "true", "everyone", "newsletter") for number in POSTS]
    rows += [("100.draft", "false", "everyone", "newsletter"), ("101.paid", "true", "only_paid", "newsletter")]
    rows += [("102.free", "true", "only_free", "newsletter"), ("103.odd", "true", "everyone", "restack")]
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow(["post_id", "post_date", "is_published", "email_sent_at", "type", "audience", "title", "subtitle"])
    for name, is_published, audience, kind in rows:
        writer.writerow(
            [name, "2019-03-05T10:00:00.000Z", is_published, "", kind, audience, f"Title of {name}", "A subtitle"]
        )
    texts = {f"posts/{name}.html": TEXT.format(name) for name, *_ in rows}
    return zipped(folder / "substack.zip", {"posts.csv": table.getvalue(), **texts})


def medium(folder: Path) -> Path:
    def page(number: int, *, draft: bool = False) -> str:
        identity = f"{number:012x}"
        footer = (
            '<p>By <a href="https://medium.com/@jane" class="p-author h-card">Jane Doe</a> on'
            f' <a href="https://medium.com/p/{identity}">'
            '<time class="dt-published" datetime="2019-03-05T10:00:00.000Z">March 5, 2019</time></a>.</p>'
            f'<p><a href="{URL}/post-{number}-{identity}" class="p-canonical">Canonical link</a></p>'
        )
        return (
            f'<html><body><article class="h-entry"><header><h1 class="p-name">Post {number}</h1></header>'
            '<section data-field="subtitle" class="p-summary">A subtitle</section>'
            '<section data-field="body" class="e-content"><section>'
            f'<h3 class="graf graf--h3 graf--title">Post {number}</h3>{TEXT.format(number)}'
            f"</section></section><footer>{'' if draft else footer}</footer></article></body></html>"
        )

    pages = {f"posts/2019-03-05_Post-{number}-{number:012x}.html": page(number) for number in POSTS}
    return zipped(folder / "medium.zip", pages | {"posts/draft_Post-0000000000ff.html": page(255, draft=True)})


def blogger(folder: Path) -> Path:
    def entry(number: int, kind: str = "post", more: str = "") -> str:
        return (
            f"<entry><id>tag:blogger.com,1999:blog-1.post-{number}</id><published>2012-05-07T09:00:00.000+02:00</published>"
            f"<updated>2012-05-08T09:00:00.000+02:00</updated><title type='text'>Post {number}</title>"
            f"<category scheme='http://schemas.google.com/g/2005#kind'"
            f" term='http://schemas.google.com/blogger/2008/kind#{kind}'/>"
            f"<category scheme='http://www.blogger.com/atom/ns#' term='VoIP'/>"
            f"<content type='html'>{TEXT.format(number).replace('<', '&lt;')}</content>"
            f"<link rel='alternate' type='text/html' href='{URL}/2012/05/post-{number}.html'/>"
            f"<author><name>Jane Doe</name><email>noreply@blogger.com</email></author>{more}</entry>"
        )

    draft = entry(100, more="<app:control><app:draft>yes</app:draft></app:control>")
    trash = entry(101, more="<blogger:status>SOFT_TRASHED</blogger:status>")
    entries = [entry(0, "settings"), *map(entry, POSTS), draft, trash, entry(102, "comment")]
    names = "xmlns:app='http://purl.org/atom/app#' xmlns:blogger='http://schemas.google.com/blogger/2018'"
    path = folder / "blog.xml"
    path.write_text(
        f"<?xml version='1.0' encoding='UTF-8'?><feed xmlns='http://www.w3.org/2005/Atom' {names}><title>A blog</title>"
        f"{''.join(entries)}</feed>"
    )
    return path


def tumblr_post(number: int, **more: object) -> dict[str, object]:
    return {
        "id": 1000 + number,
        "post_url": f"{URL}/post/{1000 + number}/post-{number}",
        "slug": f"post-{number}",
        "type": "text",
        "timestamp": 1_300_000_000 + number,
        "state": "published",
        "tags": ["VoIP"],
        "title": f"Post {number}",
        "body": TEXT.format(number),
        "note_count": 3,
    } | more


def tumblr_files(*posts: dict[str, object]) -> dict[str, str]:
    return {f"blog/json/{post['id']}.json": json.dumps(post) for post in posts}


def tumblr(folder: Path) -> Path:
    held = [tumblr_post(100 + at, state=state) for at, state in enumerate(("draft", "private", "queued", "odd", ""))]
    return zipped(folder / "tumblr.zip", tumblr_files(*map(tumblr_post, POSTS), *held))


# What makes an export, where the posts were, what their ids were, and the keys of those held back.
FORMATS: Mapping[str, tuple[Callable[[Path], Path], str, str, set[str]]] = {
    "ghost": (ghost, "/post-{0}/", "http://ghost.example/{0}", {"100", "101", "102", "103", "104"}),
    "substack": (substack, "/p/post-{0}/", f"{URL}/p/post-{{0}}", {"draft", "paid", "free", "odd"}),
    "medium": (medium, "/post-{0}-{0:012x}/", "https://medium.com/p/{0:012x}", {"post"}),
    "tumblr": (tumblr, "/post/10{0:02d}/post-{0}/", f"{URL}/post/10{{0:02d}}/post-{{0}}", {*"01234"}),
    "blogger": (blogger, "/2012/05/post-{0}.html", "tag:blogger.com,1999:blog-1.post-{0}", {"100"}),
}


@pytest.mark.parametrize("name", FORMATS)
def test_public_posts_keep_their_addresses_and_ids_and_no_other_is_public(name: str, tmp_path: Path) -> None:
    make, address, identity, held = FORMATS[name]

    imported(make(tmp_path), tmp_path / "blog", url=URL)

    records = built(tmp_path / "blog")
    posts = {record.published_path: entry_id(shown(record).entry) for key, record in records.items() if "posts/" in key}
    assert posts == {address.format(number): identity.format(number) for number in POSTS}
    assert len(posts) >= FEW
    drafts = [record.state for key, record in records.items() if key.startswith("drafts/")]
    assert drafts == [State.DRAFT] * len(held)


@pytest.mark.parametrize("name", FORMATS)
def test_a_second_run_writes_nothing(name: str, tmp_path: Path) -> None:
    export = FORMATS[name][0](tmp_path)
    imported(export, tmp_path / "blog", url=URL)

    report = imported(export, tmp_path / "blog", url=URL)

    assert (report.written, report.edited) == (0, [])


@pytest.mark.parametrize("name", FORMATS)
def test_the_text_comes_along_without_its_title(name: str, tmp_path: Path) -> None:
    imported(FORMATS[name][0](tmp_path), tmp_path / "blog", url=URL)

    text = html_of(tmp_path / "blog", "*post-1*.md")
    assert text.startswith("<p>The <em>text</em> of ")
    assert 'src="/content/images/a.png"' in text
    assert "Post 1<" not in text


def test_ghosts_tags_and_authors_come_along_but_for_internal_ones(tmp_path: Path) -> None:
    imported(ghost(tmp_path), tmp_path / "blog", url=URL)

    text = next((tmp_path / "blog" / "posts").glob("*-post-1.md")).read_text()
    assert 'authors:\n  - "Jane Doe"\ntags:\n  - "VoIP"\n' in text
    assert "internal" not in text
    assert "timezone: Europe/London" in (tmp_path / "blog" / "site.yaml").read_text()


def test_the_report_says_that_featured_posts_stand_among_the_others(tmp_path: Path) -> None:
    path = ghost(tmp_path)
    export = json.loads(path.read_text())
    export["db"][0]["data"]["posts"][0]["featured"] = 1
    path.write_text(json.dumps(export))

    report = imported(path, tmp_path / "blog", url=URL)

    assert report.categories["Posts that stood before newer ones (featured, sticky)"].count == 1


def test_substacks_buttons_and_boxes_are_left_out(tmp_path: Path) -> None:
    tweet = "{&quot;url&quot;:&quot;https://twitter.example/1&quot;}"
    text = (
        '<p>Text.</p><p class="button-wrapper"><a href="%%checkout_url%%"><span>Subscribe</span></a></p>'
        f'<div class="tweet" data-attrs="{tweet}"></div><p>More <a href="%%half_magic_comments_url%%">comments</a>.</p>'
    )
    table = "post_id,post_date,is_published,audience,type,title\n1.post-1,2019-03-05,true,everyone,newsletter,A\n"
    export = zipped(tmp_path / "substack.zip", {"posts.csv": table, "posts/1.post-1.html": text})

    report = imported(export, tmp_path / "blog", url=URL)

    shown_html = html_of(tmp_path / "blog", "*post-1.md")
    assert "Subscribe" not in shown_html
    assert "%%" not in shown_html
    assert 'href="https://twitter.example/1"' in shown_html
    assert report.categories["Buttons to subscribe, share and comment"].count == 2


def boxed(name: str, data: object) -> str:
    attributes = json.dumps(data).replace("&", "&amp;").replace('"', "&quot;")
    return f'<div class="{name}" data-attrs="{attributes}" data-component-name="X"></div>'


def test_what_substacks_empty_boxes_show_comes_along(tmp_path: Path) -> None:
    files = "https://substack-post-media.s3.amazonaws.com/public/images"
    gallery = {"images": [{"src": f"{files}/1.png"}, {"src": f"{files}/2.png"}], "alt": "A > b", "caption": "Both"}
    served = (
        f"https://substackcdn.com/image/fetch/w_1456,f_auto/{files.replace(':', '%3A').replace('/', '%2F')}%2F3.png"
    )
    text = (
        boxed("image-gallery-embed", {"gallery": gallery})
        + boxed("latex-rendered", {"persistentExpression": "x_1 < y"})
        + boxed("digest-post-embed", {"title": "Other", "canonical_url": "https://o.example/p/a"})
        + boxed("native-video-embed", {"mediaUploadId": "x", "duration": None})
        + '<div class="preformatted-block"><label class="hide-text">Text within</label><pre>A\n  poem</pre></div>'
        + f'<p><img src="{served}"></p>'
    )
    table = "post_id,post_date,is_published,audience,type,title\n1.post-1,2019-03-05,true,everyone,thread,A\n"
    export = zipped(tmp_path / "substack.zip", {"posts.csv": table, "posts/1.post-1.html": text})

    report = imported(export, tmp_path / "blog", url=URL)

    said = next((tmp_path / "blog" / "posts").glob("*.md")).read_text().partition("\n---\n\n")[2]
    assert said == (
        f"![A > b]({files}/1.png)\n\n![A > b]({files}/2.png)\n\nBoth\n\n```latex\nx_1 < y\n```\n\n"
        f"[Other](https://o.example/p/a)\n\n```\nA\n  poem\n```\n\n![]({files}/3.png)\n"
    )
    assert report.categories["Polls, films and sound that only Substack can show"].count == 1


def test_what_a_tumblr_post_answers_to_comes_along(tmp_path: Path) -> None:
    trail = [{"blog": {"name": "other"}, "content": [{"type": "text", "text": "Theirs."}]}]
    post = tumblr_post(1, type="blocks", content=[{"type": "text", "text": "Mine."}], trail=trail)

    imported(zipped(tmp_path / "tumblr.zip", tumblr_files(post)), tmp_path / "blog")

    text = next((tmp_path / "blog" / "posts").glob("*.md")).read_text()
    assert text.endswith("\n\n> **other**\n>\n> Theirs.\n\nMine.\n")


def test_ghosts_own_ids_stay_in_the_feed_its_readers_follow(tmp_path: Path) -> None:
    export = ghost(tmp_path)
    identity = "5ba6141c5ca02a2e28c9b2ce"
    export.write_text(export.read_text().replace("http://ghost.example/35", identity))

    report = imported(export, tmp_path / "blog", url=URL)

    entry = next(shown(record).entry for record in built(tmp_path / "blog").values() if "post-35" in record.key)
    assert rss_guid(entry) == identity
    assert entry_id(entry).startswith("urn:uuid:")
    assert "Feed ids that cannot be kept" not in report.categories


@pytest.mark.parametrize("value", ["true", True])
def test_nothing_of_a_ghost_site_behind_a_password_is_public(value: object, tmp_path: Path) -> None:
    export = ghost(tmp_path)
    document = json.loads(export.read_text())
    document["db"][0]["data"]["settings"].append({"key": "is_private", "value": value})
    export.write_text(json.dumps(document))

    report = imported(export, tmp_path / "blog", url=URL)

    records = built(tmp_path / "blog").values()
    assert [record.key for record in records if record.published_path] == []
    assert len(records) > len(POSTS)
    assert report.categories["Posts of a site behind a password"].count > len(POSTS)


def test_ghosts_menu_comes_along_and_injected_code_is_reported(tmp_path: Path) -> None:
    export = ghost(tmp_path)
    document = json.loads(export.read_text())
    menu = [
        {"label": "Home", "url": "/"},
        {"label": "Über", "url": f"{URL}/über/"},
        {"label": "Odd", "url": "javascript:x"},
    ]
    document["db"][0]["data"]["settings"] += [
        {"key": "navigation", "value": json.dumps(menu)},
        {"key": "codeinjection_head", "value": "<script>1</script>"},
    ]
    export.write_text(json.dumps(document))

    report = imported(export, tmp_path / "blog", url=URL)

    text = (tmp_path / "blog" / "site.yaml").read_text()
    assert 'menu:\n  - {label: "Home", path: "/"}\n  - {label: "Über", path: "/%C3%BCber/"}\n' in text
    assert "javascript" not in text
    assert report.categories["Code injected into pages"].what == {"the whole site": 1}
    assert "site.yaml" in built(tmp_path / "blog")


def with_setting(feed: Path, name: str, value: str) -> None:
    entry = (
        f"<entry><id>tag:blogger.com,1999:blog-1.settings.{name}</id><content type='text'>{value}</content>"
        "<category scheme='http://schemas.google.com/g/2005#kind'"
        " term='http://schemas.google.com/blogger/2008/kind#settings'/></entry>"
    )
    feed.write_text(feed.read_text().replace("</feed>", f"{entry}</feed>"))


@pytest.mark.parametrize("place", ["feed", "settings.csv"])
def test_nothing_of_a_blogger_blog_for_invited_readers_is_public(place: str, tmp_path: Path) -> None:
    export = blogger(tmp_path)
    if place == "feed":
        with_setting(export, "BLOG_READ_ACCESS_MODE", "READERS")
    else:
        (tmp_path / place).write_text("blog_name,blog_read_access_mode\nA blog,READERS\n")

    report = imported(export, tmp_path / "blog", url=URL)

    records = built(tmp_path / "blog").values()
    assert [record.key for record in records if record.published_path] == []
    assert report.categories["Posts of a blog that only those invited could read"].count > len(POSTS)


def test_bloggers_settings_come_along(tmp_path: Path) -> None:
    export = blogger(tmp_path)
    settings = {"READ_ACCESS_MODE": "PUBLIC", "TIME_ZONE": "America/Recife", "LOCALE": "pt_BR"}
    for name, value in (settings | {"DESCRIPTION": "About &lt;b&gt;this&lt;/b&gt;"}).items():
        with_setting(export, f"BLOG_{name}", value)

    imported(export, tmp_path / "blog", url=URL)

    text = (tmp_path / "blog" / "site.yaml").read_text()
    assert "language: pt-BR\ntimezone: America/Recife\n" in text
    assert 'description: "About this"\n' in text
    assert len([key for key in built(tmp_path / "blog") if key.startswith("posts/")]) == len(POSTS)


def test_the_feed_of_a_blogger_blog_that_everybody_can_read_has_posts_without_kinds(tmp_path: Path) -> None:
    export = blogger(tmp_path)
    kind = "<category scheme='http://schemas.google.com/g/2005#kind' term='http://schemas.google.com/blogger/2008/kind#post'/>"
    export.write_text(export.read_text().replace(kind, ""))

    imported(export, tmp_path / "blog", url=URL)

    assert len([key for key in built(tmp_path / "blog") if key.startswith("posts/")]) == len(POSTS)


def test_captions_of_bloggers_pictures_are_no_tables(tmp_path: Path) -> None:
    export = blogger(tmp_path)
    table = (
        "<table align='center' class='tr-caption-container'><tbody><tr><td style='x'>"
        "<a href='/b.png'><img src='/a.png' alt='A'></a></td></tr><tr><td class='tr-caption' style='x'>Below</td></tr>"
        "</tbody></table><table><tr><td>Real</td></tr></table>"
    )
    export.write_text(export.read_text().replace("&lt;p>The &lt;em>text&lt;/em> of 1.", table.replace("<", "&lt;")))

    imported(export, tmp_path / "blog", url=URL)

    text = html_of(tmp_path / "blog", "*post-1.md")
    assert "</a><figcaption>Below</figcaption></figure>" in text
    assert text.count("<table") == 1


def test_addresses_of_ghosts_posts_have_the_day_of_the_sites_clock(tmp_path: Path) -> None:
    export = ghost(tmp_path)
    document = json.loads(export.read_text())
    data = document["db"][0]["data"]
    data["settings"] = [{"key": "permalinks", "value": "/:year/:month/:day/:slug/"}]
    data["settings"] += [{"key": "activeTimezone", "value": "Pacific/Auckland"}]
    data["posts"][0]["published_at"] = "2018-12-31T11:30:00.000Z"
    export.write_text(json.dumps(document))

    imported(export, tmp_path / "blog", url=URL)

    paths = {record.published_path for record in built(tmp_path / "blog").values()}
    assert "/2019/01/01/post-1/" in paths


def medium_page(title: str, body: str) -> str:
    return (
        f'<html><body><article class="h-entry"><header><h1 class="p-name">{title}</h1></header>'
        f'<section data-field="body" class="e-content"><section name="1a2b"><div><hr></div>{body}'
        '</section></section><footer><p><time class="dt-published" datetime="2019-03-05T10:00:00.000Z"></time></p>'
        "</footer></article></body></html>"
    )


def test_names_of_mediums_paragraphs_go_unless_something_links_to_them(tmp_path: Path) -> None:
    body = (
        '<p name="4ed1" id="4ed1">See <a href="#3f00">below</a>.</p>'
        '<p name="3f00" id="3f00">Here, id="4ed1".</p><p>C</p>'
    )
    export = zipped(tmp_path / "medium.zip", {"posts/a-0000000000aa.html": medium_page("A title", body)})

    imported(export, tmp_path / "blog")

    text = next((tmp_path / "blog" / "posts").glob("*.md")).read_text()
    assert 'id="4ed1"' not in text
    assert "4ed1" in text
    assert "\n\nSee [below](#3f00).\n\n" in text
    assert '<p id="3f00">' in text
    assert "\n---\n\n---" not in text


def test_responses_on_medium_are_drafts(tmp_path: Path) -> None:
    pages = {
        "posts/a-0000000000aa.html": medium_page("Thank you for…", "<p>Thank you for this.</p>"),
        "posts/b-0000000000bb.html": medium_page(
            "I “do” thank…", "<p>I <em>“do”</em> thank you.</p><p>It goes on.</p>"
        ),
        "posts/c-0000000000cc.html": medium_page("A title", "<p>Another text.</p>"),
        "posts/d-0000000000dd.html": medium_page("I do", '<h3 class="graf graf--h3 graf--title">I do</h3><p>Yes.</p>'),
    }

    report = imported(zipped(tmp_path / "medium.zip", pages), tmp_path / "blog")

    held = ["drafts/i-do-thank.md", "drafts/thank-you-for.md"]
    assert sorted(key for key in built(tmp_path / "blog") if key.startswith("drafts/")) == held
    assert report.counts == {"posts": len(pages) - 2, "posts held back (hidden)": 2}


def test_substacks_references_are_characters(tmp_path: Path) -> None:
    table = "post_id,post_date,is_published,audience,type,title,subtitle\n"
    table += "1.a,2019-03-05,TRUE,everyone,newsletter,A &amp; B,&#x201C;C&#x201D;\n"
    export = zipped(tmp_path / "substack.zip", {"posts.csv": table, "posts/1.a.html": "<p>Text.</p>"})

    imported(export, tmp_path / "blog", url=URL)

    entry = next(shown(record).entry for record in built(tmp_path / "blog").values() if "posts/" in record.key)
    assert (entry.title, entry.summary) == ("A & B", "“C”")


TUMBLR_TEXTS: Mapping[str, tuple[Mapping[str, object], str]] = {
    "photo": (
        {"photos": [{"caption": "One", "original_size": {"url": "https://a.example/1.jpg"}}], "caption": "<p>All</p>"},
        'src="https://a.example/1.jpg" alt="" decoding="async"><figcaption>One</figcaption></figure>\n<p>All</p>',
    ),
    "quote": (
        {"text": "Said", "source": "<b>Her</b>"},
        "<blockquote>\n<p>Said</p>\n</blockquote>\n<p>— <strong>Her</strong></p>",
    ),
    "link": ({"url": "https://a.example/", "title": "A & B", "description": "<p>C</p>"}, "A &amp; B</a></p>\n<p>C</p>"),
    "chat": ({"dialogue": [{"label": "A:", "phrase": "1 < 2"}]}, "<p><strong>A:</strong> 1 &lt; 2</p>"),
    "answer": (
        {"asking_name": "ann", "question": "Why?", "answer": "<p>So.</p>"},
        "<blockquote>\n<p><strong>ann</strong>: Why?</p>\n</blockquote>\n<p>So.</p>",
    ),
    "video": (
        {"permalink_url": "https://www.youtube.com/watch?v=abcdefghijk"},
        "www.youtube-nocookie.com/embed/abcdefghijk",
    ),
    "blocks": (
        {
            "content": [
                {"type": "text", "subtype": "heading1", "text": "Top"},
                {
                    "type": "text",
                    "text": "a bold link",
                    "formatting": [
                        {"type": "bold", "start": 2, "end": 6},
                        {"type": "link", "start": 4, "end": 11, "url": "https://a.example/"},
                    ],
                },
                {"type": "text", "subtype": "unordered-list-item", "text": "One"},
                {"type": "text", "subtype": "unordered-list-item", "text": "Two"},
                {"type": "poll"},
            ]
        },
        "<ul>\n<li>One</li>\n<li>Two</li>\n</ul>",
    ),
}


@pytest.mark.parametrize("name", TUMBLR_TEXTS)
def test_each_type_of_tumblrs_posts_is_shown(name: str, tmp_path: Path) -> None:
    more, expected = TUMBLR_TEXTS[name]
    export = zipped(tmp_path / "tumblr.zip", tumblr_files(tumblr_post(1, type=name, body="", **more)))

    report = imported(export, tmp_path / "blog", url=URL)

    shown_html = html_of(tmp_path / "blog", "*.md")
    assert expected in shown_html
    assert (name == "blocks") == ("Posts and blocks of a type that is not known" in report.categories)
    if name == "blocks":
        assert "<strong>bo</strong>" in shown_html
        assert '<h2 id="top">Top' in shown_html


def test_pictures_of_a_tumblr_backup_come_along(tmp_path: Path) -> None:
    photo = [{"original_size": {"url": "https://64.media.example/aa/tumblr_x.jpg"}}]
    files = tumblr_files(tumblr_post(1, type="photo", photos=photo)) | {"blog/media/tumblr_x.jpg": "a picture"}

    imported(zipped(tmp_path / "tumblr.zip", files), tmp_path / "blog", url=URL)

    (found,) = (tmp_path / "blog" / "static").rglob("*.jpg")
    assert found.read_text() == "a picture"
    assert f'src="/{found.relative_to(tmp_path / "blog" / "static").as_posix()}"' in html_of(tmp_path / "blog", "*.md")


def test_old_exports_of_ghost_have_dates_in_milliseconds_and_ids_of_their_own(tmp_path: Path) -> None:
    identity = "1ac4b168-908f-470d-952c-42b3e4a115c4"
    post = {
        "id": 7,
        "uuid": identity,
        "title": "Old",
        "slug": "old",
        "html": "<p>Text.</p>",
    }
    post |= {"status": "published", "page": 0, "published_at": 1425243740000, "image": "/content/images/a.png"}
    export = tmp_path / "ghost.json"
    export.write_text(json.dumps({"meta": {"version": "003"}, "data": {"posts": [post]}}))

    imported(export, tmp_path / "blog", url=URL)

    entry = next(shown(record).entry for record in built(tmp_path / "blog").values() if "posts/" in record.key)
    assert rss_guid(entry) == identity
    assert entry.published == datetime(2015, 3, 1, 21, 2, 20, tzinfo=UTC)
    assert "image: " in next((tmp_path / "blog" / "posts").glob("*.md")).read_text()


ODD = ("http://[", "//[x", "http://[url]/a.jpg", "\ud800", "http://a.example/\ud83d", "\x00", "", "?p=1", "/" * 9)


@pytest.mark.parametrize("odd", ODD)
def test_what_is_no_address_stops_no_import(odd: str, tmp_path: Path) -> None:
    export = ghost(tmp_path)
    document = json.loads(export.read_text())
    menu = json.dumps([{"label": "A", "url": odd}])
    document["db"][0]["data"]["settings"].append({"key": "navigation", "value": menu})
    text = f'<p>Text. <a href="{odd}">A</a><img src="{odd}" alt=""></p>'
    document["db"][0]["data"]["posts"][0] |= {"html": text, "slug": odd, "feature_image": odd, "title": odd}
    export.write_text(json.dumps(document))
    backup = zipped(tmp_path / "tumblr.zip", tumblr_files(tumblr_post(1, post_url=odd or "x", body=text, slug=odd)))

    imported(export, tmp_path / "blog", url=URL)
    imported(backup, tmp_path / "other", url=URL)

    records = built(tmp_path / "blog")
    assert sum(record.state is State.PUBLISHED for key, record in records.items() if "posts/" in key) == len(POSTS)


def test_takeout_of_blogger_has_labels_and_summaries_in_a_form_of_its_own(tmp_path: Path) -> None:
    entry = (
        "<entry><id>tag:blogger.com,1999:blog-1.post-1</id><blogger:type>POST</blogger:type>"
        "<blogger:status>LIVE</blogger:status><author><name>Jane</name><blogger:type>BLOGGER</blogger:type></author>"
        "<title>Jane&amp;#39;s</title><content type='html'>&lt;p&gt;Text.&lt;/p&gt;</content>"
        "<blogger:metaDescription>In short</blogger:metaDescription><published>2012-05-07T09:00:00Z</published>"
        "<category scheme='tag:blogger.com,1999:blog-1' term='VoIP'/><category term='Food'/><link/>"
        "<blogger:filename>/2012/05/janes.html</blogger:filename></entry>"
    )
    names = "xmlns='http://www.w3.org/2005/Atom' xmlns:blogger='http://schemas.google.com/blogger/2018'"
    export = tmp_path / "feed.atom"
    export.write_text(f"<?xml version='1.0'?><feed {names}><title>A blog</title>{entry}</feed>")

    report = imported(export, tmp_path / "blog")

    record = next(record for record in built(tmp_path / "blog").values() if "posts/" in record.key)
    made = shown(record).entry
    assert record.published_path == "/2012/05/janes.html"
    assert ([tag.label for tag in made.tags], made.title, made.summary) == (["VoIP", "Food"], "Jane's", "In short")
    assert "The address of the old site, which the export does not say" in report.categories


def test_a_damaged_file_in_an_archive_is_named(tmp_path: Path) -> None:
    path = substack(tmp_path)
    data = bytearray(path.read_bytes())
    at = data.index(b"The <em>text</em> of 7")
    data[at : at + 3] = b"xxx"
    path.write_bytes(data)

    with pytest.raises(ExportError, match=r"posts/7\.post-7\.html in .* cannot be read"):
        imported(path, tmp_path / "blog", url=URL)


def test_a_ghost_export_that_ends_early_is_said_to_be_none_and_where(tmp_path: Path) -> None:
    path = ghost(tmp_path)
    path.write_text(path.read_text()[:2000])

    with pytest.raises(ExportError, match=r"char [0-9]+"):
        imported(path, tmp_path / "blog", url=URL)
