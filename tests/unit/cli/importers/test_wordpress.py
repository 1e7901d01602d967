"""WordPress's export becomes a content folder that publishes what was public, where it was, and nothing else."""

from pathlib import Path

import pytest

from bucketpress.content.post import State
from bucketpress.site.entry_ids import entry_id
from bucketpress_cli.importers.publication import ExportError
from tests.unit.cli.importers.runs import built, html_of, imported, key_of, shown
from tests.unit.cli.importers.wordpress_sample import export, item, meta, picture


@pytest.fixture
def wxr(tmp_path: Path) -> Path:
    file = tmp_path / "export.xml"
    held = [
        item(101, status="draft", link="https://blog.example/?p=101", date_gmt="0000-00-00 00:00:00"),
        item(102, status="private"),
        item(103, password="secret"),
        item(104, status="pending"),
        item(105, status="trash"),
        item(106, status="a-state-of-a-plug-in"),
        item(107, status="future", date="2090-01-01 09:30:00", date_gmt="2090-01-01 08:30:00"),
        item(108, type="revision", status="inherit"),
        item(109, type="nav_menu_item"),
        item(110, type="product"),
    ]
    page = item(120, type="page", link="https://blog.example/about/team/", name="team", title="Team")
    file.write_bytes(b"".join(export([*(item(number) for number in range(1, 41)), *held, page])))
    return file


def test_public_posts_keep_their_addresses_and_ids(wxr: Path, tmp_path: Path) -> None:
    imported(wxr, tmp_path / "blog")

    records = [record for record in built(tmp_path / "blog").values() if record.published_path]
    posts = {record.published_path: entry_id(shown(record).entry) for record in records if record.key != "site.yaml"}
    wanted = {f"/2012/{n % 12 + 1:02d}/post-{n}/": f"https://blog.example/?p={n}" for n in range(1, 41)}
    assert posts == wanted | {"/about/team/": "https://blog.example/?p=120"}


def test_what_was_not_public_is_held_back_or_left_out(wxr: Path, tmp_path: Path) -> None:
    report = imported(wxr, tmp_path / "blog")

    states = {record.key: record.state for record in built(tmp_path / "blog").values()}
    held = {key: state for key, state in states.items() if state is not State.PUBLISHED}
    assert held == {f"drafts/post-{number}.md": State.DRAFT for number in (101, 102, 103, 104, 106)} | {
        "posts/2090-01-01-post-107.md": State.SCHEDULED
    }
    assert "secret" not in "".join(path.read_text() for path in (tmp_path / "blog").rglob("*.md"))
    assert {"Posts in the trash, and such never saved", "Items of other types"} <= report.categories.keys()


def test_a_second_run_writes_nothing_and_leaves_edits_alone(wxr: Path, tmp_path: Path) -> None:
    folder = tmp_path / "blog"
    imported(wxr, folder)
    edited = next((folder / "posts").glob("*post-7.md"))
    edited.write_text("---\ntitle: Mine\ndate: 2012-08-08\n---\nMine.\n")
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.rglob("*") if path.is_file()}

    report = imported(wxr, folder)

    after = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.rglob("*") if path.is_file()}
    assert before == after
    assert (report.written, report.edited) == (0, [edited.relative_to(folder).as_posix()])


def test_settings_come_along(wxr: Path, tmp_path: Path) -> None:
    imported(wxr, tmp_path / "blog")

    text = (tmp_path / "blog" / "site.yaml").read_text()
    assert 'title: "A blog – of mine"\nurl: "https://blog.example"\n' in text
    assert "language: en-US\ntimezone: Europe/Berlin\npermalink: /:year/:month/:slug/\n" in text
    assert '  "jane-doe": "Jane Doe"\n' in text
    assert '  - {from: "/category/c-plus-plus/", to: "/tags/cpp/"}\n' in text


def test_pictures_of_public_posts_keep_their_address_and_others_wait(tmp_path: Path) -> None:
    base = "https://blog.example/wp-content/uploads/2012/05"
    source, uploads = tmp_path / "export.xml", tmp_path / "uploads"
    posts = [
        picture(1, "seen.jpg"),
        picture(2, "secret.jpg"),
        item(11, status="private", text=f'<img src="{base}/seen.jpg"><img src="{base}/secret.jpg">'),
        item(
            12,
            text=f'[caption width="3"]<img src="{base}/seen.jpg" alt="A"> Seen[/caption]',
            more=meta("_thumbnail_id", "1"),
        ),
        item(13, text='[gallery ids="1"]'),
    ]
    source.write_bytes(b"".join(export(posts)))
    for name in ("seen.jpg", "secret.jpg", "nobody-shows-it.jpg"):
        (uploads / "2012/05").mkdir(parents=True, exist_ok=True)
        (uploads / "2012/05" / name).write_bytes(name.encode())

    report = imported(source, tmp_path / "blog", uploads)

    files = {path.relative_to(tmp_path / "blog").as_posix() for path in (tmp_path / "blog").rglob("*.jpg")}
    assert files == {"static/wp-content/uploads/2012/05/seen.jpg", "drafts/media/wp-content/uploads/2012/05/secret.jpg"}
    records = built(tmp_path / "blog")
    assert records["drafts/media/wp-content/uploads/2012/05/secret.jpg"].published_path is None
    assert "<figcaption>Seen</figcaption>" in html_of(tmp_path / "blog", "*post-12.md")
    assert shown(records[key_of(tmp_path / "blog", "*post-12.md")]).entry.image_alt == "A phone"
    assert 'alt="A phone"' in html_of(tmp_path / "blog", "*post-13.md")
    assert not any("not in the export" in kind for kind in report.categories)


TEXTS = {
    "<pre>[gallery]\n\n[x y=1]</pre>": "[gallery]\n\n[x y=1]",
    "A <code>[gallery]</code> b": "<p>A <code>[gallery]</code> b</p>",
    "One [/end] of [update].": "<p>One [/end] of [update].</p>",
    "[youtube https://www.youtube.com/watch?v=abcdefghijk&amp;w=640]": "www.youtube-nocookie.com/embed/abcdefghijk",
    '<a href="https://blog.example/2012/03/post-2/#part">x</a>': 'href="/2012/03/post-2/#part"',
    "One.\nTwo.\n\nThree.": "<p>One.<br>\nTwo.</p>\n<p>Three.</p>",
    "[php]\nif (a < b) {\n\n  c();\n}\n[/php]": "if",
    "https://www.youtube.com/watch?v=abcdefghijk": 'src="https://www.youtube-nocookie.com/embed/abcdefghijk"',
    "<!-- wp:list -->\n<ul><li>B</li></ul>\n<!-- /wp:list -->\n<!-- wp:html --><p>A</p><!-- /wp:html -->": (
        "<ul>\n<li>B</li>\n</ul>\n<p>A</p>"
    ),
    'Text [sic] and [contact-form-7 id="1"] more.': "<p>Text [sic] and more.</p>",
    "<blockquote>A\n\nB</blockquote>\nC": "<blockquote>\n<p>A</p>\n<p>B</p>\n</blockquote>\n<p>C</p>",
    "<ul>\n<li>A</li>\n<li>B</li>\n</ul>\n\nC": "<ul>\n<li>A</li>\n<li>B</li>\n</ul>\n<p>C</p>",
    '<!-- wp:embed --><figure><div class="wp-block-embed__wrapper">\nhttps://a.example/1\n</div><figcaption>One</figcaption>'
    '</figure><!-- /wp:embed --><p>Between.</p><!-- wp:embed --><figure><div class="wp-block-embed__wrapper">\n'
    "https://a.example/2\n</div></figure><!-- /wp:embed -->": (
        '<figure><a href="https://a.example/1">https://a.example/1</a><figcaption>One</figcaption></figure>\n'
        '<p>Between.</p>\n<p><a href="https://a.example/2">'
    ),
    '<a href="http://[url]/?p=2">A</a> b': "<p>A b</p>",
    '<a href="https://blog.example/?p=2">Other</a> [[gallery]]': '<a href="/2012/03/post-2/">Other</a> [gallery]',
}


@pytest.mark.parametrize(("text", "expected"), TEXTS.items())
def test_the_text_reads_as_wordpress_showed_it(text: str, expected: str, tmp_path: Path) -> None:
    source = tmp_path / "export.xml"
    source.write_bytes(b"".join(export([item(1, text=text), item(2)])))

    imported(source, tmp_path / "blog")

    assert expected in html_of(tmp_path / "blog", "*post-1.md")


def test_a_document_type_is_refused(tmp_path: Path) -> None:
    source = tmp_path / "export.xml"
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><!-- wordpress.org/export/ --><rss>&a;</rss>'
    source.write_bytes(bomb)

    with pytest.raises(ExportError, match="document type"):
        imported(source, tmp_path / "blog")


def test_names_in_other_scripts_and_several_authors_come_along(tmp_path: Path) -> None:
    source = tmp_path / "export.xml"
    encoded = "%e4%b8%ad%e6%96%87"
    authors = "".join(
        f'<category domain="author" nicename="cap-{name}"><![CDATA[{name}]]></category>' for name in ("Ann", "Bo")
    )
    more = item(
        1,
        title="<em>A</em> &amp; B",
        name=encoded,
        link=f"https://blog.example/2012/02/{encoded}/",
        excerpt="<p>Short <b>and</b> sweet</p>",
        more=authors,
    )
    source.write_bytes(b"".join(export([more])))

    imported(source, tmp_path / "blog")

    records = built(tmp_path / "blog")
    record = records["posts/2012-02-02-中文.md"]
    entry = shown(record).entry
    assert record.published_path == "/2012/02/中文/"
    assert (entry.title, entry.summary) == ("A & B", "Short and sweet")
    assert [author.name for author in entry.authors] == ["Ann", "Bo"]


def test_a_public_post_without_a_date_has_that_of_its_feed(tmp_path: Path) -> None:
    source = tmp_path / "export.xml"
    source.write_bytes(b"".join(export([item(1, date="0000-00-00 00:00:00", date_gmt="0000-00-00 00:00:00")])))

    imported(source, tmp_path / "blog")

    assert "posts/2012-03-01-post-1.md" in built(tmp_path / "blog")


def test_footnotes_of_the_block_editor_come_along(tmp_path: Path) -> None:
    source = tmp_path / "export.xml"
    text = (
        '<!-- wp:paragraph --><p>Text<sup data-fn="9a-3c" class="fn"><a href="#9a-3c" id="9a-3c-link">1</a></sup></p>'
        "<!-- /wp:paragraph --><!-- wp:footnotes /-->"
    )
    notes = meta("footnotes", '[{"content":"A <em>note</em>","id":"9a-3c"}]')
    source.write_bytes(b"".join(export([item(1, text=text, more=notes)])))

    report = imported(source, tmp_path / "blog")

    shown_html = html_of(tmp_path / "blog", "*post-1.md")
    assert 'href="#9a-3c"' in shown_html
    assert '<li id="9a-3c">A <em>note</em> <a href="#9a-3c-link">↩</a></li>' in shown_html
    assert report.categories == {}


def test_a_public_post_stays_public_whatever_its_title_or_tag_sounds_like(tmp_path: Path) -> None:
    source = tmp_path / "export.xml"
    tag = '<category domain="post_tag" nicename="unpublished"><![CDATA[Unpublished]]></category>'
    source.write_bytes(b"".join(export([item(1, title="[Draft] Beer from Kent"), item(2, more=tag), item(3)])))

    imported(source, tmp_path / "blog")

    records = built(tmp_path / "blog").values()
    assert sorted(record.published_path or "" for record in records if "posts/" in record.key) == [
        *("/2012/02/post-1/", "/2012/03/post-2/", "/2012/04/post-3/"),
    ]
    assert "draft:" not in next((tmp_path / "blog" / "posts").glob("*post-3.md")).read_text()


def test_posts_whose_addresses_cannot_stay_are_told_apart(tmp_path: Path) -> None:
    source = tmp_path / "export.xml"
    moved = {"link": "https://blog.example/?p=7", "date": "2012-05-05 09:30:00", "name": "same"}
    taken = item(4, link="https://blog.example/2012/02/post-1/", name="post-1", date="2012-02-09 09:30:00")
    source.write_bytes(b"".join(export([item(1), *(item(number, **moved) for number in (2, 3)), taken])))

    imported(source, tmp_path / "blog")

    records = [record for record in built(tmp_path / "blog").values() if "posts/" in record.key]
    assert {record.state for record in records} == {State.PUBLISHED}
    assert len({record.published_path for record in records}) == len(records)


def test_double_slashes_in_an_old_address_are_one(tmp_path: Path) -> None:
    source = tmp_path / "export.xml"
    source.write_bytes(b"".join(export([item(1, link="https://blog.example//2012//02/post-1/")])))

    imported(source, tmp_path / "blog")

    assert next((tmp_path / "blog" / "posts").glob("*post-1.md")).read_text().count('url: "/2012/02/post-1/"') == 1


def test_what_a_feed_encloses_is_played_unless_the_text_shows_it(tmp_path: Path) -> None:
    source = tmp_path / "export.xml"
    sound = "https://media.example/episode.mp3"
    enclosed = meta("enclosure", f"{sound}\n21169426\naudio/mpeg")
    posts = [item(1, more=enclosed), item(2, more=enclosed, text=f'[audio src="{sound}"]')]
    source.write_bytes(b"".join(export(posts)))

    imported(source, tmp_path / "blog")

    assert html_of(tmp_path / "blog", "*post-1.md").count(sound) == 1
    assert html_of(tmp_path / "blog", "*post-2.md").count(sound) == 1


def test_categories_below_others_and_none_lead_to_their_tags(tmp_path: Path) -> None:
    source = tmp_path / "export.xml"
    terms = "".join(
        f"<wp:category><wp:category_nicename>{name}</wp:category_nicename><wp:category_parent>{parent}"
        f"</wp:category_parent><wp:cat_name>{label}</wp:cat_name></wp:category>"
        for name, parent, label in (
            ("cpp", "code", "Cpp"),
            ("code", "", "Code"),
            ("uncategorized", "", "Uncategorized"),
        )
    )
    source.write_bytes(b"".join(export([terms, item(1)])))

    imported(source, tmp_path / "blog")

    text = (tmp_path / "blog" / "site.yaml").read_text()
    assert '{from: "/category/code/cpp/", to: "/tags/cpp/"}' in text
    assert '{from: "/category/uncategorized/", to: "/archive/"}' in text


def test_pictures_that_stay_with_the_old_system_are_reported(tmp_path: Path) -> None:
    source = tmp_path / "export.xml"
    old = "https://blog.files.wordpress.example/2012/05/a.jpg"
    known = picture(9, "a.jpg").replace("https://blog.example/wp-content/uploads/2012/05/a.jpg", old)
    smaller = '<img src="https://i0.wp.com/blog.example/b.jpg?resize=10">'
    source.write_bytes(b"".join(export([known, item(1, text=f'<img src="{old}">{smaller}')])))

    report = imported(source, tmp_path / "blog")

    losses = report.categories
    assert losses["Pictures and files that stay where the old system keeps them"].what == {
        "blog.files.wordpress.example": 1
    }
    assert losses["Pictures and files that are not in the export"].what == {"https://blog.example/b.jpg": 1}


def test_a_gallery_has_the_captions_of_its_pictures(tmp_path: Path) -> None:
    source = tmp_path / "export.xml"
    below = picture(9, "a.jpg").replace(
        "<excerpt:encoded><![CDATA[]]>", "<excerpt:encoded><![CDATA[A <em>red</em> one]]>"
    )
    source.write_bytes(b"".join(export([below, item(1, text='[gallery ids="9"]')])))

    imported(source, tmp_path / "blog")

    assert "<figcaption>A <em>red</em> one</figcaption>" in html_of(tmp_path / "blog", "*post-1.md")


def test_an_author_known_by_a_mail_address_alone_is_not_named(tmp_path: Path) -> None:
    source = tmp_path / "export.xml"
    source.write_bytes(
        b"".join(export([item(1).replace("<![CDATA[jane]]>", "ann@blog.example"), item(2).replace("[jane]", "[bo]")]))
    )

    report = imported(source, tmp_path / "blog")

    assert "ann@" not in "".join(path.read_text() for path in (tmp_path / "blog").rglob("*.*"))
    assert "Authors of whom only an e-mail address is known" in report.categories
    assert '"bo": "bo"' in (tmp_path / "blog" / "site.yaml").read_text()


def test_an_export_without_posts_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    source = tmp_path / "export.xml"
    source.write_bytes(b"".join(export([picture(9, "a.jpg")])))

    with pytest.raises(ExportError, match="no posts and no pages"):
        imported(source, tmp_path / "blog")

    assert not (tmp_path / "blog").exists()


def test_posts_keep_their_addresses_where_the_site_is_said_to_have_two(tmp_path: Path) -> None:
    file = tmp_path / "export.xml"
    text = b"".join(export([item(1)])).decode()
    file.write_text(text.replace("<link>https://blog.example</link>", "<link>https://new.example</link>"))

    imported(file, tmp_path / "blog")

    assert "/2012/02/post-1/" in {record.published_path for record in built(tmp_path / "blog").values()}


def test_dates_of_programs_that_write_them_otherwise_are_read(tmp_path: Path) -> None:
    file = tmp_path / "export.xml"
    file.write_bytes(b"".join(export([item(1, date="2012-02-02T09:30:00", date_gmt="2012-02-02T08:30:00")])))

    imported(file, tmp_path / "blog")

    assert "date: 2012-02-02T09:30:00+01:00\n" in (tmp_path / "blog/posts/2012-02-02-post-1.md").read_text()


def test_posts_whose_date_cannot_be_read_are_reported(tmp_path: Path) -> None:
    file = tmp_path / "export.xml"
    text = b"".join(export([item(1, date="soon", date_gmt="")])).decode()
    file.write_text(text.replace("<pubDate>Thu, 01 Mar 2012 08:30:00 +0000</pubDate>", ""))

    report = imported(file, tmp_path / "blog")

    assert report.categories["Posts whose date cannot be read"].places == ["posts/post-1.md"]


@pytest.mark.parametrize("type_", ["post", "page"])
def test_a_post_whose_address_is_one_of_ours_is_public_under_another(type_: str, tmp_path: Path) -> None:
    file = tmp_path / "export.xml"
    link = "https://blog.example/tags/"
    root = [item(number, link=f"https://blog.example/post-{number}/") for number in range(2, 5)]
    file.write_bytes(b"".join(export([item(1, type=type_, link=link, name="tags"), *root])))

    report = imported(file, tmp_path / "blog")

    assert "/tags-2/" in {record.published_path for record in built(tmp_path / "blog").values()}
    assert "Addresses that no post can have here" in report.categories


@pytest.mark.parametrize("name", ["cc", "cc_php", "ccw_php", "php", "diff", "crayon", "powershell"])
def test_code_between_the_shortcodes_of_plugins_is_code(name: str, tmp_path: Path) -> None:
    file = tmp_path / "export.xml"
    code = "if ($_GET['a'] < 1) {\n\n  # none\n}"
    file.write_bytes(b"".join(export([item(1, text=f'Before.\n\n[{name} lines="40"]\n{code}\n[/{name}]')])))

    imported(file, tmp_path / "blog")

    language = name.partition("_")[2] or ("" if name in {"cc", "crayon"} else name)
    text = (tmp_path / "blog/posts/2012-02-02-post-1.md").read_text()
    assert text.endswith(f"Before.\n\n```{language}\n{code}\n```\n")


def test_brackets_of_code_and_prose_are_no_shortcodes(tmp_path: Path) -> None:
    file = tmp_path / "export.xml"
    said = "Match [a-z0-9_]+ or [^a-z] in $_POST[user_name], and the semi[-] colon [semi-] of [A-Za-z]."
    file.write_bytes(b"".join(export([item(1, text=f"{said}\n\n[current_year]\n\n[related-posts]")])))

    report = imported(file, tmp_path / "blog")

    assert said in html_of(tmp_path / "blog", "*post-1.md").replace("&#36;", "$")
    lost = report.categories["Shortcodes whose plug-ins are not here"].what
    assert lost.keys() == {"[current_year]", "[related-posts]"}


def test_addresses_in_code_that_a_post_shows_stay_as_they_are(tmp_path: Path) -> None:
    file = tmp_path / "export.xml"
    code = '<a href="https://blog.example/?p=1" title="x"><img srcset="a 2x" src="%s"></a>'
    escaped = code.replace("<", "&lt;").replace(">", "&gt;")
    link = '<a title="a > b" href="https://blog.example/2012/02/post-1/">one</a>'
    file.write_bytes(b"".join(export([item(1, text=f"[php]{code}[/php]\n\n<code>{escaped}</code> {link}")])))

    imported(file, tmp_path / "blog")

    text = (tmp_path / "blog/posts/2012-02-02-post-1.md").read_text()
    assert f"```php\n{code}\n```" in text
    assert f"`{code}` " in text
    assert "(/2012/02/post-1/" in text or 'href="/2012/02/post-1/"' in text


@pytest.mark.parametrize(
    ("opening", "closing"),
    [
        ("[members_only]", "[/members_only]"),
        ('[membership level="1,2"]', "[/membership]"),
        ("[s2If current_user_can(access_s2member_level1)]", "[/s2If]"),
        ("[su_private]", "[/su_private]"),
        ("[hide_from_visitors]", "[/hide_from_visitors]"),
        ('[passster password="x"]', "[/passster]"),
        ("[restrict paid='true']", "[/restrict]"),
        ("<!-- wp:premium-content/subscriber-view -->", "<!-- /wp:premium-content/subscriber-view -->"),
        ('<!-- wp:group {"metadata":{"blockVisibility":false}} --><div>', "</div><!-- /wp:group -->"),
        ('<!-- wp:x/restrict {"a":1} --><!-- wp:x/restrict -->', "<!-- /wp:x/restrict -->b<!-- /wp:x/restrict -->"),
        ("<!-- wp:jetpack/paywall /-->", ""),
        ("<!-- wp:pmpro/membership -->", ""),
    ],
)
def test_what_only_members_saw_is_left_out_and_reported(opening: str, closing: str, tmp_path: Path) -> None:
    file = tmp_path / "export.xml"
    begins = "<!-- wp:paragraph --><p>Seen.</p><!-- /wp:paragraph -->" if "wp:" in opening else "Seen."
    file.write_bytes(b"".join(export([item(1, text=f"{begins}\n\n{opening}\n\nUnseen.\n\n{closing}\n\nEnd.")])))

    report = imported(file, tmp_path / "blog")

    text = (tmp_path / "blog/posts/2012-02-02-post-1.md").read_text()
    assert "Seen." in text
    assert ("End." in text) == bool(closing)
    assert "Unseen." not in text
    assert report.categories["Parts of posts that only members, or readers with a password, saw"].count == 1


def test_what_those_saw_who_were_no_members_stays(tmp_path: Path) -> None:
    file = tmp_path / "export.xml"
    said = "[not_logged_in]One.[/not_logged_in] [team_member name='x']Two.[/team_member] [su_guests]Three.[/su_guests]"
    block = "<!-- wp:premium-content/logged-out-view --><p>Four.</p><!-- /wp:premium-content/logged-out-view -->"
    file.write_bytes(b"".join(export([item(1, text=said), item(2, text=block)])))

    imported(file, tmp_path / "blog")

    assert "One. Two. Three." in (tmp_path / "blog/posts/2012-02-02-post-1.md").read_text()
    assert "Four." in (tmp_path / "blog/posts/2012-03-03-post-2.md").read_text()


@pytest.mark.parametrize(
    ("key", "value", "is_public"),
    [
        ("_jetpack_newsletter_access", "everybody", True),
        ("_jetpack_newsletter_access", "subscribers", False),
        ("_members_access_role", "editor", False),
        ("rcp_subscription_level", "any", False),
        ("_wpmem_block", "0", True),
        ("_wpmem_block", "1", False),
        ("um_content_restriction", 'a:2:{s:1:"a";b:1;s:14:"_um_accessible";s:1:"2";}', False),
        ("um_content_restriction", 'a:1:{s:14:"_um_accessible";s:1:"0";}', True),
    ],
)
def test_posts_that_a_plugin_keeps_for_members_are_private(
    key: str, value: str, *, is_public: bool, tmp_path: Path
) -> None:
    file = tmp_path / "export.xml"
    file.write_bytes(b"".join(export([item(1, more=meta(key, value))])))

    report = imported(file, tmp_path / "blog")

    assert ("posts" in report.counts) is is_public
    assert ("posts held back (private)" in report.counts) is not is_public
    assert ("Posts that a plug-in kept for members" in report.categories) is not is_public


def test_formulas_of_wordpress_com_become_code(tmp_path: Path) -> None:
    file = tmp_path / "export.xml"
    file.write_bytes(b"".join(export([item(1, text="So $latex x_1^2 < y$ and [latex]a*b*c[/latex], for $5 and $6.")])))

    imported(file, tmp_path / "blog")

    assert "So `x_1^2 < y` and `a*b*c`, for " in (tmp_path / "blog/posts/2012-02-02-post-1.md").read_text()


@pytest.mark.parametrize("name", ["pre", "code"])
def test_code_whose_language_a_plugin_was_told_is_as_it_is_written(name: str, tmp_path: Path) -> None:
    file = tmp_path / "export.xml"
    code = "<?php if ($a < 1 && $b) { ?>\n\n<script>x();</script>\n<p>[b]</p>\n<?php } ?>"
    spoken = '<pre lang="fr">Un <b>mot</b></pre>'
    text = f'<{name} lang="PHP" line="1">\n{code}\n</{name}>\n\nSee <code lang="php">$a-&gt;b</code>.\n\n{spoken}'
    file.write_bytes(b"".join(export([item(1, text=text)])))

    imported(file, tmp_path / "blog")

    said = (tmp_path / "blog/posts/2012-02-02-post-1.md").read_text()
    assert f"```php\n{code}\n```\n\nSee `$a->b`." in said
    assert "<strong>mot</strong>" in said
