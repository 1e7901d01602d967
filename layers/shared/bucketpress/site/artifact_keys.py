"""Which objects of the site bucket answer at a path, and at which path an object answers."""

_INDEX = "index.html"
_INDEX_TWIN = "index.md"
_HTML_EXTENSIONS = ("html", "htm")
_HTML_ENDINGS = tuple(f".{extension}" for extension in _HTML_EXTENSIONS)
_TWIN_ENDINGS = tuple(f"{ending}.md" for ending in _HTML_ENDINGS)


def claim_path(path: str) -> str:
    """Return the path without a trailing `index.html`: what two sources that want one address have in common."""
    return path.removesuffix(_INDEX) if path.endswith(f"/{_INDEX}") else path


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


def path_keys(path: str) -> tuple[str, ...]:
    """Return the keys of the artifacts of a path: the page and its Markdown twin, or a single file."""
    return (artifact_key(path), twin_key(path)) if is_page(path) else (artifact_key(path),)


def page_path_of(key: str) -> str:
    """Return the path of the page that an object is, or is the Markdown twin of; of any other, its own path."""
    path = f"/{key}"
    if path.endswith((f"/{_INDEX}", f"/{_INDEX_TWIN}")):
        return path[: path.rindex("/") + 1]
    return path.removesuffix(".md") if is_twin(path) else path
