"""The addresses that generators give to files by where these lie, where no pattern says it."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from anyascii import anyascii

from bucketpress.content.front_matter.fields import Fields
from bucketpress.content.front_matter.syntax.tree import plain_value
from bucketpress.content.slugs import SlugStyle, slugify
from bucketpress.content.translations import split_language
from bucketpress_cli.importers.generators.generator_settings import Settings

DATED = re.compile(r"\A\d{4}-\d{2}-\d{2}(?:T[0-9:.+Z-]*)?[-_ ]+(?=.)")
_DATED_PATH = re.compile(r"(?P<folder>.*?)(?P<date>\d{4}[-/]\d{1,2}[-/]\d{1,2})[-/]?(?P<text>.*)", re.DOTALL)
_ELEVENTY_DATE = re.compile(r"\A.*?\d{4}-\d{2}-\d{2}-(?=.)", re.DOTALL)
_NUMBERED = re.compile(r"\A\d+\s*[-_.]+\s*(?=[^\d\s_.-])")
_TEMPLATE = re.compile(r"\{\{-?\s*(?P<said>[^{}]*?)\s*-?\}\}")
DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)")
_BRACES = re.compile(r"\{([^{}]*)\}")
_COLON = re.compile(r":([a-z_]+)")
_IDEOGRAPH = re.compile("[\u3400-\u9fff]")
_HEXO_POSTS = "source/_posts/"
# What Hexo's own words in patterns are; others are keys of front matter, such as `abbrlink`.
_HEXO_WORDS = frozenset({"year", "month", "day", "i_month", "i_day", "title", "name", "post_title", "category"})
_PLAIN_NAME = re.compile(r"[\w.]+(?:[/-][\w.]+)*")
_DATE_FILTER = re.compile(r"""date\s*[:(]\s*(['"])([^'"]*)\1\s*\)?""")
_INDEX = re.compile(r"(?:^|/)index(?:\.html)?$")


@dataclass(frozen=True, slots=True, kw_only=True)
class OldFile:
    """A file of a generator: `name` is where it lies below the folder of content, `said` the settings."""

    name: str
    fields: Fields
    said: Settings
    inherited: Settings

    def parts(self) -> tuple[list[str], str]:
        """Return its folders and its name; that of an `index` is its folder's."""
        *folders, last = self.name.split("/")
        stem = last.rpartition(".")[0]
        return (folders[:-1], folders[-1]) if stem == "index" and folders else (folders, stem)


def texts_of(file: OldFile, name: str, *, split: bool = False) -> list[str]:
    """Return the texts of a key, one or a list; `split` says that one text is words."""
    node = file.fields.value(name)
    value = plain_value(node) if node else None
    if isinstance(value, list):
        return [str(each) for each in value if each]
    return (str(value).split() if split else [str(value)]) if value else []


def zola_path(file: OldFile) -> str:
    """Return Zola's address: folders and name as slugs, without a date.

    See https://www.getzola.org/documentation/content/page/.
    """
    folders, stem = file.parts()
    if file.fields.value("path") or split_language(stem)[1] is not None:
        return ""
    last = file.fields.text("slug") or DATED.sub("", stem, count=1)
    parts = (*folders, last)
    is_plain = file.said.get("slugify.paths", "on") != "on"
    return _joined([base_path(file.said, "base_url"), *(part if is_plain else _plain_slug(part) for part in parts)])


def hugo_path(file: OldFile) -> str:
    """Return Hugo's address, that of `permalinks` or else of the file: https://gohugo.io/content-management/urls/."""
    folders, stem = file.parts()
    section = folders[0] if folders else ""
    if file.fields.value("url") or split_language(stem)[1] is not None:
        return ""
    language = file.said.get("defaultContentLanguage", "en")
    start = [base_path(file.said, "baseURL")]
    start += [language] if file.said.get("defaultContentLanguageInSubdir") == "True" else []
    ugly = are_ugly(file.said, section)
    pattern = next(filter(None, (file.said.get(f"permalinks.{kind}{section or '/'}") for kind in ("", "page."))), "")
    if not pattern:
        last = file.fields.text("slug") or stem
        return _joined([*start, *(_hugo_segment(part, file.said) for part in (*folders, last))], ugly=ugly)
    title, slug = file.fields.text("title"), file.fields.text("slug")
    date = DATE.match(file.fields.text("date") or "")
    known = {
        "filename": stem,
        "contentbasename": stem,
        "section": section,
        "slug": slug or title or stem,
        "title": title or stem,
        "slugorfilename": slug or stem,
        "slugorcontentbasename": slug or stem,
        **({each: date[number].zfill(2) for number, each in enumerate(("year", "month", "day"), 1)} if date else {}),
    }
    known = {name: _hugo_segment(value, file.said) for name, value in known.items()}
    known["sections"] = "/".join(_hugo_segment(folder, file.said) for folder in folders)
    made = filled(pattern, known)
    return "" if made is None else _joined([*start, *made.split("/")], ugly=ugly)


def eleventy_path(file: OldFile) -> str:
    """Return Eleventy's address: that of `permalink`, else where the file lies, its date in it.

    See https://www.11ty.dev/docs/permalinks/ and https://www.11ty.dev/docs/data-eleventy-supplied/#fileslug.
    """
    *above, last = file.name.split("/")
    name = last.rpartition(".")[0]
    bare = _ELEVENTY_DATE.sub("", name, count=1)
    own = file.fields.scalar("permalink")
    if own and "{" not in own[1].text:
        return ""
    pattern = own[1].text.strip() if own else file.inherited.get("permalink", "")
    if not pattern:
        return _joined(above if name == "index" or above[-1:] == [name] else [*above, name])
    slug = _ELEVENTY_DATE.sub("", above[-1], count=1) if bare == "index" and above else bare
    known = {"page.fileSlug": slug, "page.filePathStem": "/".join([*above, bare])}
    date = DATE.match(file.fields.text("date") or name)
    made = _TEMPLATE.sub(lambda found: _eleventy_value(found["said"], known, file.fields, date), pattern)
    if "{" in made or not made.strip("/"):
        return ""
    path = _INDEX.sub("/", made)
    return "/" + re.sub("/{2,}", "/", path).lstrip("/")


def _eleventy_value(said: str, known: Mapping[str, str], fields: Fields, date: re.Match[str] | None) -> str:
    """Return what a value in a pattern is, "{" where only the old site's own functions know it."""
    name, _, wanted = (part.strip() for part in said.partition("|"))
    if name == "page.date" and date and (form := _DATE_FILTER.fullmatch(wanted)):
        parts = {f"%{sign}": date[number].zfill(2) for number, sign in enumerate("Ymd", 1)}
        return re.sub("%.", lambda found: parts.get(found[0], "{"), form[2])
    value = known.get(name) or fields.text(name.removeprefix("page.")) or ""
    if wanted in {"slug", "slugify"}:
        return slugify(value.replace("&", " and "), SlugStyle.ASCII)
    return value if value and wanted in {"", "safe"} else "{"


def docusaurus_path(file: OldFile) -> str:
    """Return the address that Docusaurus gives to posts and docs by their files or `slug`.

    See https://docusaurus.io/docs/blog and https://docusaurus.io/docs/create-doc.
    """
    base = file.said.get("baseUrl", "/").strip("/")
    root, _, rest = file.name.partition("/")
    slug = file.fields.text("slug")
    if root == "blog":
        start = [base, file.said.get("blog.routeBasePath", "blog").strip("/")]
        path = slug or _docusaurus_post(rest)
        return _joined([*start, *path.split("/")])
    if root == "docs" and rest:
        start = [base, file.said.get("docs.routeBasePath", "docs").strip("/")]
        folders, stem = OldFile(name=rest, fields=file.fields, said={}, inherited={}).parts()
        if stem.lower() in {"readme", *(folder.lower() for folder in folders[-1:])}:
            folders, stem = folders[:-1], folders[-1] if folders else ""
        numbered = [_NUMBERED.sub("", folder, count=1) for folder in folders]
        last = file.fields.text("id") or _NUMBERED.sub("", stem, count=1)
        if slug:
            return _joined([*start, *([] if slug.startswith("/") else numbered), *slug.split("/")])
        return _joined([*start, *numbered, last])
    if file.name.startswith("src/pages/"):
        folders, stem = file.parts()
        return _joined([base, *folders[2:], stem])
    return ""


def hexo_path(file: OldFile) -> str:
    """Return Hexo's address of a post, where its name has signs that slugs have not, or other things make it.

    See https://hexo.io/docs/permalinks.
    """
    folder, slash, name = file.name.removeprefix(_HEXO_POSTS).rpartition(".")[0].rpartition("/")
    if file.fields.value("permalink"):
        return ""
    if not file.name.startswith(_HEXO_POSTS):
        return "" if name == "index" else f"{file.said.get('root', '/')}{file.name[7:].rpartition('.')[0]}.html"
    date = DATE.match(file.fields.text("date") or "")
    pattern = file.said.get("permalink", ":year/:month/:day/:title/")
    dated = DATED.match(name)
    if dated and ":year" in file.said.get("new_post_name", ""):  # Then Hexo takes the date off the name.
        name, dated = name[dated.end() :], None
    wanted = _COLON.findall(pattern)
    own = {each: file.fields.text(each) or "" for each in wanted if each not in _HEXO_WORDS}
    if _PLAIN_NAME.fullmatch(folder + slash + name) and not dated and not own and "category" not in wanted:
        return ""
    known = {"title": folder + slash + name, "name": name, "post_title": file.fields.text("title") or name}
    known["category"] = _hexo_category(file)
    known |= {each: value for each, value in own.items() if value}
    made = filled(f"{file.said.get('root', '/')}/{pattern}", {**known, **date_words(date)})
    return "" if made is None else re.sub("/{2,}", "/", f"/{made}")


def _hexo_category(file: OldFile) -> str:
    """Return Hexo's slug of the categories of a post, each within the one before it."""
    said = texts_of(file, "categories") or texts_of(file, "category")
    mapped = (file.said.get(f"category_map.{each}", each) for each in said)
    slugs = (re.sub(r"[\s~`!@#$%^&*()\-_+=\[\]{}|\\;:\"'<>,.?/]+", "-", each).strip("-") for each in mapped)
    return "/".join(slugs) or file.said.get("default_category", "uncategorized")


def pelican_path(file: OldFile) -> str:
    """Return Pelican's address, whose slug is made of the title: https://docs.getpelican.com/en/latest/settings.html#url-settings."""
    folders, stem = file.parts()
    is_page = folders[:1] == ["pages"]
    if file.fields.value("url") or file.fields.value("save_as"):
        return ""
    pattern = file.said.get("PAGE_URL", "pages/{slug}.html") if is_page else file.said.get("ARTICLE_URL", "{slug}.html")
    source = stem if file.said.get("SLUGIFY_SOURCE") == "basename" else file.fields.text("title") or stem
    folder = folders[-1] if folders and file.said.get("USE_FOLDER_AS_CATEGORY") != "False" else ""
    named = _pelican_names(file, stem)
    category = file.fields.text("category") or named.get("category") or folder
    date = DATE.match(file.fields.text("date") or named.get("date") or "")
    known = {
        "slug": file.fields.text("slug") or named.get("slug") or _pelican_slug(source),
        "category": _pelican_slug(category or file.said.get("DEFAULT_CATEGORY", "misc")),
        **({f"date:%{sign}": date[number].zfill(2) for number, sign in enumerate("Ymd", 1)} if date else {}),
    }
    made = _BRACES.sub(lambda found: known.get(found[1], "{"), pattern)
    return "" if "{" in made else re.sub("/{2,}", "/", f"/{base_path(file.said, 'SITEURL')}/{made}")


def _pelican_names(file: OldFile, stem: str) -> Mapping[str, str]:
    """Return what the name and the path of a file say by `FILENAME_METADATA` and `PATH_METADATA`."""
    found: dict[str, str] = {}
    for pattern, text in (
        (file.said.get("PATH_METADATA", ""), file.name),
        (file.said.get("FILENAME_METADATA", r"(?P<date>\d{4}-\d{2}-\d{2}).*"), stem),
    ):
        with suppress(re.error):
            match = re.match(pattern, text)
            found |= {name: value for name, value in match.groupdict().items() if value} if match else {}
    return found


def _pelican_slug(text: str) -> str:
    """Return a slug as Pelican makes it, whose transliteration sets a space after each Chinese character."""
    plain = unicodedata.normalize("NFKD", re.sub(r"[^\w\s-]", "", text)).strip().lower()
    return re.sub(
        r"[-\s]+", "-", plain if plain.isascii() else slugify(_IDEOGRAPH.sub(r"\g<0> ", plain), SlugStyle.ASCII)
    )


def _plain_slug(text: str) -> str:
    """Return letters and digits, spelled in ASCII, between hyphens; a Chinese character is a word."""
    return re.sub("[^a-z0-9]+", "-", anyascii(_IDEOGRAPH.sub(r"\g<0> ", text)).lower()).strip("-")


def date_in_path(name: str) -> str:
    """Return the date in the folders and the name of a post of Docusaurus, "" for none."""
    found = _DATED_PATH.fullmatch(name.removeprefix("blog/")) if name.startswith("blog/") else None
    return found["date"].replace("/", "-") if found else ""


def _docusaurus_post(rest: str) -> str:
    stem = re.sub(r"/index$", "", rest.rpartition(".")[0])
    if found := _DATED_PATH.fullmatch(stem):
        return f"{found['date'].replace('-', '/')}/{found['folder']}{found['text']}"
    return stem


def date_words(date: re.Match[str] | None) -> Mapping[str, str]:
    """Return what the words for a date in patterns of Hexo and Jekyll stand for, nothing without a date."""
    if date is None:
        return {}
    whole = {"year": date[1], "month": date[2].zfill(2), "day": date[3].zfill(2)}
    return {**whole, "i_month": date[2].lstrip("0"), "i_day": date[3].lstrip("0")}


def filled(pattern: str, known: Mapping[str, str]) -> str | None:
    """Return a pattern with its words behind colons filled in, None where one of them is not known."""
    made = _COLON.sub(lambda found: known.get(found[1], "{"), pattern)
    return None if "{" in made else made


def _joined(segments: Sequence[str], *, ugly: bool = False) -> str:
    kept = [segment for segment in segments if segment]
    return f"/{'/'.join(kept)}{'.html' if ugly else '/'}" if kept else ""


def base_path(said: Settings, name: str) -> str:
    """Return the folder that a whole site is in, by a setting that is its address: "" for none."""
    return said.get(name, "").partition("://")[2].partition("/")[2].strip("/")


def are_ugly(said: Settings, section: str) -> bool:
    """Return whether addresses of Hugo end in `.html`: https://gohugo.io/configuration/ugly-urls/."""
    return "True" in {said.get("uglyURLs"), said.get(f"uglyURLs.{section}")}


def _hugo_segment(part: str, said: Settings) -> str:
    """Return a part of a path as Hugo writes it: spaces become hyphens unless there is one, most signs go."""
    made = ""
    spaced = False
    for sign in part.strip():
        if sign.isspace():
            spaced = not made.endswith("-")
        elif sign.isalnum() or sign in "._+~@-" or unicodedata.category(sign).startswith("M"):
            made += f"-{sign}" if made and spaced and sign != "-" else sign
            spaced = False
    return made if said.get("disablePathToLower") == "True" else made.lower()
