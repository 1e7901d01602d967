"""The addresses that Jekyll gives to what its pattern for posts says nothing about."""

import re

from bucketpress_cli.importers.generators.old_paths import DATE, DATED, OldFile, date_words, filled, texts_of

# What the words for patterns of addresses stand for: https://jekyllrb.com/docs/permalinks/#built-in-formats.
JEKYLL_STYLES = {
    "date": "/:categories/:year/:month/:day/:title.html",
    "pretty": "/:categories/:year/:month/:day/:title/",
    "none": "/:categories/:title.html",
}


def jekyll_path(file: OldFile) -> str:
    """Return Jekyll's address of what the pattern of posts says nothing about: pages, collections, nested posts.

    See https://jekyllrb.com/docs/permalinks/.
    """
    *folders, last = file.name.split("/")
    inherited = file.inherited.get("permalink", "")
    if file.fields.value("permalink") or (folders[:1] == ["_posts"] and not inherited):
        return ""
    style = file.said.get("permalink", "date")
    ending = {"pretty": "/", "date": ":output_ext", "none": ":output_ext", "ordinal": ":output_ext"}.get(style)
    if ending is None:
        ending = next((each for each in ("/", ":output_ext") if style.endswith(each)), "")
    stem = last.rpartition(".")[0]
    date = DATE.match(file.fields.text("date") or "") or DATE.match(stem)
    named = file.fields.text("slug") or (DATED.sub("", stem, count=1) if date else stem)
    known = {"output_ext": ".html", "name": _jekyll_slug(stem), "basename": stem, "title": _jekyll_slug(named)}
    known["slug"] = known["title"].lower()
    if "_posts" in folders:
        above = folders[: folders.index("_posts")]
        said = texts_of(file, "categories", split=True) or texts_of(file, "category")
        known["categories"] = "/".join(dict.fromkeys(_jekyll_slug(each).lower() for each in (*above, *said)))
        pattern = inherited or JEKYLL_STYLES.get(style, style)
    elif folders and folders[0].startswith("_") and f"collections.{folders[0][1:]}.output" in file.said:
        known |= {"collection": folders[0][1:], "path": "/".join([*folders[1:], stem])}
        said_for_it = file.said.get(f"collections.{folders[0][1:]}.permalink", "")
        pattern = inherited or said_for_it or f"/:collection/:path{ending}"
    else:
        known["path"] = "/".join(folders)
        pattern = inherited or ("/:path/" if stem == "index" else f"/:path/:basename{ending}")
    if date:
        known |= {**date_words(date), "short_year": date[1][2:]}
    made = filled(f"{file.said.get('baseurl', '')}/{pattern}", known)
    return "" if made is None else re.sub("/{2,}", "/", made)


def _jekyll_slug(text: str) -> str:
    """Return a name as Jekyll writes it in the place of `:title`, in its mode "pretty"."""
    return re.sub(r"[^\w._~!$&'()+,;=@]+", "-", text).strip("-")
