"""Which objects of the site bucket answer at a path, and at which path an object answers."""

_INDEX = "index.html"
_INDEX_TWIN = "index.md"
_HTML_EXTENSIONS = ("html", "htm")
_HTML_ENDINGS = tuple(f".{extension}" for extension in _HTML_EXTENSIONS)
_TWIN_ENDINGS = tuple(f"{ending}.md" for ending in _HTML_ENDINGS)


def claim_path(path: str) -> str:
    """Return what two sources that want one address have in common.

    It is the path without a trailing `index.html`; and without its last slash where the last segment looks like a
    file's name, as `/release-1.0/` does: readers are sent from `/release-1.0` to the page, and no file may be there.
    """
    path = without_index(path)
    return path.removesuffix("/") if looks_like_file(path) and not _is_page_or_twin(path.removesuffix("/")) else path


def without_index(path: str) -> str:
    """Return the path without a trailing `index.html`."""
    return path.removesuffix(_INDEX) if path.endswith(f"/{_INDEX}") else path


def looks_like_file(path: str) -> bool:
    """Return whether the last segment of a path has a dot: then the edge asks for the object of that very name."""
    return "." in path.removesuffix("/").rpartition("/")[2]


def artifact_key(path: str) -> str:
    """Return the key of the object that answers at a path: `2010/03/x/index.html` for `/2010/03/x/`."""
    return path[1:] + _INDEX if path.endswith("/") else path[1:]


def twin_key(path: str) -> str:
    """Return the key of the Markdown twin of the page at a path: `x/index.md` for `/x/`, `a.html.md` for `/a.html`."""
    return path[1:] + (_INDEX_TWIN if path.endswith("/") else ".md")


def is_html(extension: str) -> bool:
    """Return whether an extension, without its dot, is a page's."""
    return extension.lower() in _HTML_EXTENSIONS


def is_page(path: str) -> bool:
    """Return whether a path is a page's, which has a Markdown twin; any other is a file's."""
    return artifact_key(path).lower().endswith(_HTML_ENDINGS)


def is_twin(path: str) -> bool:
    """Return whether a path could be that of the Markdown twin of a page."""
    return path.endswith(f"/{_INDEX_TWIN}") or path.lower().endswith(_TWIN_ENDINGS)


def page_keys(path: str) -> tuple[str, ...]:
    """Return the keys of what is published at a path: a page and its Markdown twin, or a single file."""
    return (artifact_key(path), twin_key(path)) if is_page(path) else (artifact_key(path),)


def path_keys(path: str) -> tuple[str, ...]:
    """Return the keys of all that can be at a path, as sources claim it.

    At `/release-1.0` that is a file, or a page with its twin and, under the file's name, what leads to the page.
    """
    has_folder = looks_like_file(path) and not _is_page_or_twin(path)
    return (*page_keys(path), *(page_keys(f"{path}/") if has_folder else ()))


def _is_page_or_twin(path: str) -> bool:
    return is_page(path) or is_twin(path)


def page_path_of(key: str) -> str:
    """Return the path of the page that an object is, or is the Markdown twin of; of any other, its own path."""
    path = f"/{key}"
    if path.endswith((f"/{_INDEX}", f"/{_INDEX_TWIN}")):
        return path[: path.rindex("/") + 1]
    return path.removesuffix(".md") if is_twin(path) else path
