import unicodedata
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bucketpress.content.source_keys import SourceKind, artifact_key, claim_path, classify, href, twin_key


@pytest.mark.parametrize(
    ("key", "kind", "draft"),
    [
        ("site.yaml", SourceKind.SETTINGS, False),
        ("posts/a.md", SourceKind.POST, False),
        ("posts/2010/03/a.Markdown", SourceKind.POST, False),
        ("_posts/a.MD", SourceKind.POST, False),
        ("content/posts/a.md", SourceKind.POST, False),
        ("posts/x/index.md", SourceKind.POST, False),
        ("pages/about.md", SourceKind.PAGE, False),
        ("drafts/a.md", SourceKind.POST, True),
        ("posts/a.draft/index.md", SourceKind.POST, True),
        ("posts/[draft] a/index.md", SourceKind.POST, True),
        ("posts/DRAFT a/index.md", SourceKind.POST, True),
        ("posts/_later/a.md", SourceKind.POST, True),
        ("_posts/deleted/a.md", SourceKind.POST, True),
        ("_drafts/a/b.md", SourceKind.POST, True),
        ("posts/a b+c%20(d) 🚀.md", SourceKind.POST, False),
        ("posts/日本語.md", SourceKind.POST, False),
    ],
)
def test_the_place_of_a_source_says_what_it_becomes(key: str, kind: SourceKind, *, draft: bool) -> None:
    source = classify(key)

    assert (source.kind, source.draft, source.path) == (kind, draft, None)


@pytest.mark.parametrize(
    "key",
    [
        ".DS_Store",
        "posts/.a.md.swp",
        "posts/.git/config",
        "posts/a.md~",
        "posts/",
        "static/css/",
        "posts/Thumbs.db",
        "static/THUMBS.DB",
        "desktop.ini",
        "posts/a.md.swp",
        "posts/a.tmp",
        "posts/big.zip.part",
        "README.md",
        "LICENSE",
        "licence.txt",
        "readme",
        "static/.htaccess",
    ],
)
def test_what_machines_leave_behind_is_ignored(key: str) -> None:
    assert classify(key).kind is SourceKind.IGNORED


@pytest.mark.parametrize("ending", [".md", ".markdown", ".mdx", ".mdown", ".mkd", ".MD", ".Mdx"])
def test_markdown_has_several_endings(ending: str) -> None:
    assert classify(f"posts/a{ending}").kind is SourceKind.POST


@pytest.mark.parametrize("root", ["posts", "_posts", "content/posts", "content/post", "content/blog"])
def test_posts_may_lie_in_the_folders_of_other_tools(root: str) -> None:
    assert classify(f"{root}/x/a.md").kind is SourceKind.POST
    assert classify(f"{root}/Drafts/a.md").draft
    assert classify(f"{root}/x/_draft/a.png").draft


@pytest.mark.parametrize(
    "name",
    [
        *("a.md.bak", "a.mdx.bak", "a.md.orig", "a.md.rej", "a.md.old", "a.md.save", "a.md.txt", "a.md.1", "a.md_"),
        *(
            "a.rst",
            "a.adoc",
            "a.asciidoc",
            "a.org",
            "a.ipynb",
            "a.docx",
            "a.doc",
            "a.odt",
            "a.rtf",
            "a.tex",
            "a.textile",
        ),
        *("~$a.docx", "~$a.xlsx", "#a.md#", "a.html", "a.htm", "a.xhtml", "a.txt", "a.js", "a.css", "a.php", "a.yml"),
        *(
            "site.yaml",
            "site.yml",
            "Site.YAML",
            "a.md.gz",
            "a.md.zip",
            "a.rst.tar.gz",
            "a.md.json",
            "a.bak",
            "a",
            "Makefile",
        ),
        *("_index.md", "_template.md", "README.md", "readme.txt", "LICENSE", "Licence.md", "README.de.md"),
        *("a (1).md", "a (12).markdown", "a (Jane's conflicted copy 2020-01-01).md", "a (conflicted copy).png"),
        *(
            "a.sync-conflict-20200101-120000-ABCDEFG.md",
            "a_conflict-20200101-120000.md",
            "a - Copy.md",
            "a - Copy (2).md",
        ),
        *("a (Konflikt-Kopie von Jane).md", "a conflicted copy 2.md"),
        *(
            "Copy of a.md",
            "a copy 2.md",
            "Kopie von a.md",
            "a - Kopie.md",
            "a (copy).md",
            "a (3rd copy).md",
        ),
        *("aのコピー.md", "a 副本.md", "~a.md", "DRAFT a.md", "a_DRAFT.md", "WIP-a-post.md", "2010-03-05-DRAFT-a.md"),
    ],
)
def test_what_tools_and_people_leave_among_posts_is_kept_back_and_told(name: str) -> None:
    source = classify(f"posts/x/{name}")

    assert (source.kind, source.path) == (SourceKind.HELD, None)
    assert source.reason.endswith(".")
    assert source.fix


@pytest.mark.parametrize(
    "name",
    [
        "a copy 2.md",
        "Copy of a.md",
        "a (copy).md",
        "a - Kopie.md",
        "a (1).md",
        "a (old conflicted copy).md",
        "a.sync-conflict-20200101-120000-ABCDEFG.md",
        "a - Copy.md",
    ],
)
def test_a_copy_names_its_original(name: str) -> None:
    assert "posts/x/a.md" in classify(f"posts/x/{name}").reason


@pytest.mark.parametrize(
    "name",
    [
        *(
            "a.png",
            "a.JPG",
            "a.jpeg",
            "a.gif",
            "a.svg",
            "a.webp",
            "a.avif",
            "a.heic",
            "a.mp4",
            "a.webm",
            "a.mp3",
            "a.ogg",
        ),
        *(
            "a.pdf",
            "a.epub",
            "a.zip",
            "a.tar.gz",
            "a.csv",
            "a.json",
            "a.geojson",
            "a.xlsx",
            "a.woff2",
            "a.vtt",
            "a.ics",
        ),
        *("photo (1).jpg", "a.md.png", "v1.2.png", "readme.png"),
    ],
)
def test_what_people_put_into_pages_is_an_asset(name: str) -> None:
    assert classify(f"posts/x/{name}").kind is SourceKind.ASSET


@pytest.mark.parametrize(
    "key",
    [
        *(
            "posts/readme-driven-development.md",
            "posts/licensed.md",
            "posts/the-conflict-1914.md",
            "posts/hard copy.md",
        ),
        *("posts/Top films (2010).md", "posts/readme/index.md", "pages/license.md", "posts/C#.md", "posts/copy.md"),
    ],
)
def test_a_post_of_a_like_name_is_a_post(key: str) -> None:
    assert classify(key).kind in {SourceKind.POST, SourceKind.PAGE}


@pytest.mark.parametrize(
    ("key", "word"),
    [
        ("posts/../site.yaml", '".."'),
        ("../x.md", '".."'),
        ("posts/./a.md", '"."'),
        ("posts//a.md", '"//"'),
        ("/posts/a.md", 'begins with "/"'),
        ("", "empty"),
        ("posts\\a.md", "backslash"),
        ("posts/a\nb.md", "control"),
        ("posts/a\x00.md", "control"),
        ("posts/a\x85.md", "control"),
        ("posts/\ud800.md", "surrogate"),
        ("posts/" + "a/" * 400 + "a.md", "700 bytes"),
        ("posts/" + "ä" * 130 + ".md", "255 bytes"),
        ("site.yml", "rename it to site.yaml"),
        ("notes.txt", "posts/, pages/, drafts/ and static/"),
        ("templates/page.html", "posts/, pages/, drafts/ and static/"),
        ("post/a.md", "posts/"),
    ],
)
def test_a_key_nobody_can_publish_is_refused_with_the_reason(key: str, word: str) -> None:
    source = classify(key)

    assert source.kind is SourceKind.REFUSED
    assert word in source.reason


@pytest.mark.parametrize(
    ("key", "path", "bundles"),
    [
        ("static/a b.txt", "/a b.txt", set()),
        ("static/x/index.html", "/x/index.html", set()),
        ("static/humans.txt", "/humans.txt", set()),
        ("static/notes.md", "/notes.md", set()),
        ("static/assets/logo.png", "/assets/logo.png", set()),
        ("static/media/pic.png", "/media/pic.png", set()),
        ("static/2019/chart.png", "/2019/chart.png", set()),
        ("static/2019/03/chart.png", "/2019/03/chart.png", set()),
        ("static/2019/13/index.html", "/2019/13/index.html", set()),
        ("static/tags/cloud.png", "/tags/cloud.png", set()),
        ("static/archive/scan.pdf", "/archive/scan.pdf", set()),
        ("static/sitemap-old.xml", "/sitemap-old.xml", set()),
        ("static/.well-known/security.txt", "/.well-known/security.txt", set()),
        ("posts/pic.png", "/_bucketpress/media/posts/pic.png", set()),
        ("posts/x/pic.png", "/_bucketpress/media/posts/x/pic.png", {"posts/x/index.md"}),
        (
            "posts/x/img/pic.png",
            "/_bucketpress/media/posts/x/img/pic.png",
            {"posts/x/index.md", "posts/x/img/index.md"},
        ),
        ("content/posts/x/pic.png", "/_bucketpress/media/content/posts/x/pic.png", {"content/posts/x/index.md"}),
        ("pages/team/jane.jpg", "/_bucketpress/media/pages/team/jane.jpg", {"pages/team/index.md"}),
    ],
)
def test_a_file_beside_a_post_is_its_asset(key: str, path: str, bundles: set[str]) -> None:
    source = classify(key)

    assert (source.kind, source.path, source.draft) == (SourceKind.ASSET, path, False)
    assert {bundle for bundle in source.bundles if bundle.endswith(".md")} == bundles


def test_the_files_of_a_draft_are_drafts() -> None:
    assert classify("drafts/x/secret.png").draft


@pytest.mark.parametrize(
    "path",
    [
        "index.html",
        "feed.xml",
        "atom.xml",
        "feed.json",
        "sitemap.xml",
        "sitemap-2010-03.xml",
        "404.html",
        "robots.txt",
        "tags/index.html",
        "tags/x/feed.xml",
        "tags/x/2010/index.html",
        "authors/a/index.html",
        "feed.xml/a.png",
        "archive/index.html",
        "_bucketpress/a.png",
        "v1/posts",
        "2010/index.html",
        "2010/03/index.html",
        "x/index.md",
        "x.html.md",
    ],
)
def test_a_static_file_cannot_take_the_place_of_what_bucketpress_makes(path: str) -> None:
    source = classify(f"static/{path}")

    assert source.kind is SourceKind.REFUSED
    assert "Give the file another name" in source.reason


def test_paths_are_compared_in_one_normal_form() -> None:
    composed, decomposed = (unicodedata.normalize(form, "static/Ä/é.txt") for form in ("NFC", "NFD"))

    assert composed != decomposed
    assert classify(composed).path == classify(decomposed).path


@given(st.text())
def test_every_key_means_something(key: str) -> None:
    source = classify(key)

    assert source.key == key
    assert (source.kind in {SourceKind.REFUSED, SourceKind.HELD}) == bool(source.reason)
    assert (source.kind is SourceKind.ASSET) == (source.path is not None)


@pytest.mark.parametrize(
    ("path", "artifact", "twin"),
    [
        ("/", "index.html", "index.md"),
        ("/2010/03/x/", "2010/03/x/index.html", "2010/03/x/index.md"),
        ("/a.html", "a.html", "a.html.md"),
    ],
)
def test_a_path_names_its_artifacts(path: str, artifact: str, twin: str) -> None:
    assert (artifact_key(path), twin_key(path)) == (artifact, twin)


def test_an_index_file_and_its_folder_are_one_claim() -> None:
    assert claim_path("/x/index.html") == "/x/"
    assert claim_path("/index.html") == "/"
    assert claim_path("/myindex.html") == "/myindex.html"


@given(st.text(st.characters(exclude_categories=("Cs",))))
def test_a_link_decodes_to_its_path(text: str) -> None:
    path = "/" + text

    assert unquote(href(path)) == path
    assert href(path).isascii()


def test_a_plus_is_encoded_because_s3_reads_it_as_a_space() -> None:
    assert href("/_bucketpress/media/posts/a+b c%20é(1).png") == "/_bucketpress/media/posts/a%2Bb%20c%2520%C3%A9(1).png"
