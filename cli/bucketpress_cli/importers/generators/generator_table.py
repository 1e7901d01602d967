"""The site generators whose folders can be imported: how each is told, where its files are, what its addresses are."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bucketpress_cli.importers.generators.generator_settings import Settings
from bucketpress_cli.importers.generators.jekyll_paths import JEKYLL_STYLES, jekyll_path
from bucketpress_cli.importers.generators.old_paths import (
    OldFile,
    are_ugly,
    base_path,
    docusaurus_path,
    eleventy_path,
    hexo_path,
    hugo_path,
    pelican_path,
    zola_path,
)

Folders = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Generator:
    """A site generator.

    `posts` and `static` say which folders become which. `pages` is the folder below which other Markdown is pages, and
    pictures are files of the site, None where there are none. `sections` is the folder whose folders are sections, of
    which the one with most posts is the blog. `permalink` makes the pattern of addresses from the settings and the
    blog's section; `old_path` the address of one file, "" where the pattern says it. `names` are settings' names for
    title, url, description, language, time zone, author.
    """

    name: str
    told: Callable[[Path], bool]
    files: tuple[str, ...]
    posts: Folders = ()
    static: Folders = ()
    pages: str | None = None
    sections: str | None = None
    permalink: Callable[[Settings, str], str]
    old_path: Callable[[OldFile], str] = lambda _: ""
    names: tuple[str, ...] = ("title", "url", "description", "language", "timezone", "author")
    slugs: str = ""


def _any_of(*names: str) -> Callable[[Path], bool]:
    return lambda folder: any((folder / name).exists() for name in names)


def _section_permalink(last: str, base: str = "") -> Callable[[Settings, str], str]:
    """Return a pattern below the blog's section; `base` is the setting that holds the site's address."""

    def permalink(settings: Settings, section: str) -> str:
        segments = (base_path(settings, base) if base else "", section, last)
        return f"/{'/'.join(filter(None, segments))}/"

    return permalink


def _jekyll_permalink(settings: Settings, _: str) -> str:
    base = settings.get("baseurl", "").rstrip("/")
    pattern = settings.get("permalink", "date")
    return base + JEKYLL_STYLES.get(pattern, pattern if pattern.startswith("/") else f"/{pattern}")


def _hugo_permalink(settings: Settings, section: str) -> str:
    for name in (f"permalinks.{section}", f"permalinks.page.{section}"):
        if written := settings.get(name):
            renamed = {
                ":sections": ":folders",
                ":slugorfilename": ":slug",
                ":slugorcontentbasename": ":slug",
                ":contentbasename": ":filename",
            }
            for theirs, ours in renamed.items():
                written = written.replace(theirs, ours)
            break
    else:
        written = f"{section}/:slug/"
    ending = ".html" if are_ugly(settings, section) else "/"
    base = base_path(settings, "baseURL")
    return f"{'/' if base else ''}{base}/{written.strip('/')}{ending}"


def _pelican_permalink(settings: Settings, _: str) -> str:
    base = base_path(settings, "SITEURL")
    pattern = f"{'/' if base else ''}{base}/{settings.get('ARTICLE_URL', '{slug}.html').lstrip('/')}"
    tokens = {
        "{slug}": ":slug",
        "{date:%Y}": ":year",
        "{date:%m}": ":month",
        "{date:%d}": ":day",
        "{category}": ":categories",
    }
    for theirs, ours in tokens.items():
        pattern = pattern.replace(theirs, ours)
    return pattern


def _hexo_permalink(settings: Settings, _: str) -> str:
    root = settings.get("root", "/").rstrip("/")
    pattern = settings.get("permalink", ":year/:month/:day/:title/")
    for theirs, ours in {":post_title": ":slug", ":title": ":folders/:filename", ":name": ":filename"}.items():
        pattern = pattern.replace(theirs, ours)
    return f"{root}/{pattern.lstrip('/').replace(':category', ':categories')}"


def _docusaurus_permalink(settings: Settings, _: str) -> str:
    route = settings.get("blog.routeBasePath", "blog").strip("/")
    base = settings.get("baseUrl", "/").rstrip("/")
    return f"{base}/{route}/:year/:month/:day/:slug/".replace("//", "/")


def _is_obsidian(folder: Path) -> bool:
    return (folder / ".obsidian").is_dir()


_HUGO_FILES = tuple(
    f"{folder}{name}.{ending}"
    for folder in ("", "config/_default/")
    for name in ("hugo", "config")
    for ending in ("toml", "yaml", "yml", "json")
)
_CONTENT = (
    ("content/posts/", "content/posts/"),
    ("content/post/", "content/post/"),
    ("content/blog/", "content/blog/"),
)


def _is_jekyll(folder: Path) -> bool:
    if (folder / "_posts").is_dir():
        return True
    return (folder / "_config.yml").is_file() and next(folder.glob("*/_posts/"), None) is not None


def _is_zola(folder: Path) -> bool:
    file = folder / "config.toml"
    return file.is_file() and re.search(r"^base_url\s*=", file.read_text("utf-8", "replace"), re.MULTILINE) is not None


GENERATORS = (
    Generator(
        name="hexo",
        told=lambda folder: (folder / "_config.yml").is_file() and (folder / "source" / "_posts").is_dir(),
        files=("_config.yml",),
        posts=(("source/_posts/", "_posts/"), ("source/_drafts/", "_drafts/")),
        pages="source/",
        permalink=_hexo_permalink,
        old_path=hexo_path,
        slugs="filename",
    ),
    Generator(
        name="jekyll",
        told=_is_jekyll,
        files=("_config.yml", "_config.yaml", "_config.toml"),
        posts=(("_posts/", "_posts/"), ("_drafts/", "_drafts/")),
        pages="",
        permalink=_jekyll_permalink,
        old_path=jekyll_path,
        names=("title", "url", "description", "lang", "timezone", "author.name"),
        slugs="filename",
    ),
    Generator(
        name="zola",
        told=_is_zola,
        files=("config.toml",),
        posts=_CONTENT,
        static=(("static/", "static/"),),
        pages="content/",
        sections="content/",
        permalink=_section_permalink(":slug", "base_url"),
        old_path=zola_path,
        names=("title", "base_url", "description", "default_language", "timezone", "author"),
    ),
    Generator(
        name="hugo",
        told=lambda folder: (folder / "content").is_dir() and _any_of(*_HUGO_FILES)(folder),
        files=_HUGO_FILES,
        posts=_CONTENT,
        static=(("static/", "static/"),),
        pages="content/",
        sections="content/",
        permalink=_hugo_permalink,
        old_path=hugo_path,
        names=("title", "baseURL", "params.description", "languageCode", "timeZone", "params.author.name"),
    ),
    Generator(
        name="pelican",
        told=_any_of("pelicanconf.py"),
        files=("pelicanconf.py",),
        posts=(("content/pages/", "pages/"), ("content/", "posts/")),
        static=(
            ("content/images/", "static/images/"),
            ("content/static/", "static/static/"),
            ("content/extra/", "static/"),
        ),
        permalink=_pelican_permalink,
        old_path=pelican_path,
        names=("SITENAME", "SITEURL", "SITESUBTITLE", "DEFAULT_LANG", "TIMEZONE", "AUTHOR"),
    ),
    Generator(
        name="docusaurus",
        told=_any_of("docusaurus.config.js", "docusaurus.config.ts", "docusaurus.config.mjs"),
        files=("docusaurus.config.js", "docusaurus.config.ts", "docusaurus.config.mjs"),
        posts=(("blog/", "posts/"), ("docs/", "pages/docs/")),
        static=(("static/", "static/"),),
        pages="src/pages/",
        permalink=_docusaurus_permalink,
        old_path=docusaurus_path,
        names=("title", "url", "tagline", "defaultLocale", "timezone", "author"),
    ),
    Generator(
        name="eleventy",
        told=_any_of(".eleventy.js", "eleventy.config.js", "eleventy.config.mjs", "eleventy.config.cjs"),
        files=(".eleventy.js", "eleventy.config.js", "eleventy.config.mjs", "eleventy.config.cjs"),
        static=(("public/", "static/"), ("static/", "static/static/"), ("src/assets/", "static/assets/")),
        pages="",
        sections="",
        permalink=_section_permalink(":filename"),
        old_path=eleventy_path,
        names=("title", "url", "description", "language", "timezone", "author.name"),
        slugs="filename",
    ),
    Generator(name="obsidian", told=_is_obsidian, files=(), permalink=lambda *_: ""),
)
