"""Tidiness that linters do not know: names, wording, dead modules, sizes of folders. A failure says what to do."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "layers" / "shared" / "bucketpress"
FOLDERS = (PACKAGE, ROOT / "cli" / "bucketpress_cli", ROOT / "functions", ROOT / "tools", ROOT / "bench")
# Files that start modules by name: make, the layer's build, the command's entry point, SAM.
STARTERS = ("Makefile", "layers/shared/Makefile", "pyproject.toml", "template.yaml")
RESERVED = {"__init__", "__main__", "app"}
MAX_MODULES = 14

# Words in -ing and -ed that are nouns of the field, and may name a module.
NOUNS = {
    "ceiling": "the most there may be of something",
    "encoding": "a character encoding",
    "feed": "what feed readers subscribe to",
    "findings": "what an examination finds, as in the report of a scanner",
    "listing": "what a folder or a bucket holds, or an ordered set of posts: see the glossary",
    "listings": "several of them",
    "nesting": "how deep elements are nested, a property of a document",
    "ranking": "an order by what is worth most, as in a list of search results",
    "settings": "what `site.yaml` or the environment sets",
}
VAGUE_OPENINGS = re.compile(r"(?:Tell|Say|Give|Name|Let|Hand|Mind)s?\b")
# Phrases that were tried and confused people, with what to write.
PLAIN = {
    r"\bmend(?:s|ed|ing)?\b": "fix",
    r"\bgiven up\b": "failed, or among the dead letters",
    r"\b(?:brought|brings?|bringing) (?:\w+ ){0,5}forward\b": "rebuilt",
    r"\b(?:leads?|led) on\b": "redirects, or the next page",
    r"\bmade anew\b": "made again, rebuilt or updated",
}


@cache
def modules() -> tuple[Path, ...]:
    return tuple(sorted(path for folder in FOLDERS for path in folder.rglob("*.py")))


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def dotted(path: Path) -> str:
    """Return the name a module is imported by."""
    base = next(base for base in (PACKAGE.parent, ROOT / "cli", ROOT) if path.is_relative_to(base))
    return ".".join(path.relative_to(base).with_suffix("").parts).removesuffix(".__init__")


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def docstrings() -> Iterator[tuple[str, str]]:
    """Yield every docstring with its place."""
    for path in modules():
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                text = ast.get_docstring(node)
                if text:
                    yield f"{shown(path)}: {getattr(node, 'name', 'the module')}", text


@pytest.mark.slow
def test_every_module_is_imported_or_started_by_something() -> None:
    importers = {path: set(imported(path)) for path in [*modules(), *(ROOT / "tests").rglob("*.py")]}
    production = set(modules())
    texts = [(ROOT / name).read_text("utf-8") for name in STARTERS]
    texts += [path.read_text("utf-8") for path in (ROOT / "tools").rglob("*.py")]
    commands = (ROOT / "cli" / "bucketpress_cli" / "command_table.py").read_text("utf-8")

    dead = [
        shown(path)
        for path in modules()
        if path.stem not in RESERVED
        and not any(
            dotted(path) in names
            for by, names in importers.items()
            # A test keeps a tool alive, but no production module.
            if by != path and (by in production or path.is_relative_to(ROOT / "tools"))
        )
        and not any(dotted(path) in text or f'"{path.name}"' in text for text in texts)
        # The table of commands names its modules within the package.
        and f'"{dotted(path).removeprefix("bucketpress_cli.")}"' not in commands
        # `python -m bench` runs every module of its folder.
        and not path.is_relative_to(ROOT / "bench")
    ]

    assert dead == [], "nothing imports or starts these modules: delete them, or wire them in"


def test_modules_are_named_by_nouns() -> None:
    # The last word is what the module is: `rolling_refresh` is a refresh.
    last_words = {shown(path): path.stem.split("_")[-1] for path in modules()}
    named = {name: word for name, word in last_words.items() if re.search(r"(?:ing|ed)s?$", word) and word not in NOUNS}

    assert named == {}, "name a module by what it holds (`section_builder`, not `gathering`), or add the noun to NOUNS"


def test_no_two_modules_share_a_name() -> None:
    names = {path: path.parent.name if path.stem == "__init__" else path.stem for path in modules()}
    # The main module of a package may have the package's name.
    counted = Counter(name for path, name in names.items() if path.stem in RESERVED or name != path.parent.name)
    shared = {name: sorted(map(shown, (path for path in names if names[path] == name))) for name in counted}

    repeated = {name: paths for name, paths in shared.items() if counted[name] > 1 and name not in RESERVED}
    assert repeated == {}, "rename one of each: a search for a name should find one module"


@pytest.mark.slow
def test_docstrings_say_what_a_function_returns_or_does() -> None:
    vague = [f"{place}: {text.splitlines()[0]}" for place, text in docstrings() if VAGUE_OPENINGS.match(text)]

    assert vague == [], "begin with Return, Raise, Read, Write or another plain verb"


def test_the_wording_is_plain() -> None:
    texts = {shown(path): path.read_text("utf-8") for path in modules()}
    texts |= {shown(path): path.read_text("utf-8") for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]}
    texts |= {name: (ROOT / name).read_text("utf-8") for name in ("Makefile", "template.yaml")}

    for phrase, plain in PLAIN.items():
        found = [name for name, text in texts.items() if re.search(phrase, text, re.IGNORECASE)]
        assert found == [], f"instead of {phrase} write: {plain}"


def glossary() -> list[str]:
    text = (ROOT / "docs" / "architecture.md").read_text("utf-8").partition("\n## The words\n")[2].partition("\n## ")[0]
    return [line.split("|")[1].strip() for line in text.splitlines() if line.startswith("| ")][1:]


def spaced(name: str) -> str:
    """Return the name of a class in words: `post change` for `PostChange`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()


def test_every_word_of_the_glossary_is_used_in_the_code() -> None:
    code = "\n".join(spaced(path.read_text("utf-8").replace("_", " ")) for path in modules())

    unused = [word for word in glossary() if not re.search(rf"\b{word}s?\b", code)]
    assert len(glossary()) > 20
    assert unused == [], "take these words out of the glossary in docs/architecture.md"


def test_every_type_that_the_index_stores_is_in_the_glossary() -> None:
    stored = [
        node.name
        for path in (PACKAGE / "records").glob("*.py")
        for node in tree(path).body
        if isinstance(node, ast.ClassDef) and "StrEnum" not in map(ast.unparse, node.bases)
    ]

    assert [name for name in stored if spaced(name) not in glossary()] == [], "explain it in docs/architecture.md"
    assert glossary() == sorted(glossary()), "keep the glossary in alphabetical order"


def test_no_folder_holds_more_modules_than_a_reader_can_survey() -> None:
    sizes = Counter(path.parent for path in modules() if path.stem not in RESERVED)

    crowded = {shown(folder): count for folder, count in sizes.items() if count > MAX_MODULES}
    assert crowded == {}, "group these modules by what a reader looks for"


def test_a_newcomers_changes_touch_few_modules_and_these_exist() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text("utf-8").partition("\n## Five changes on paper\n")[2]
    rows = [line for line in page.splitlines() if line.startswith("| ")][1:]

    assert len(rows) >= 5
    for row in rows:
        places = re.findall(r"`([\w/]+(?:/|\.py|\.yaml))`", row)
        missing = [place for place in places if not (PACKAGE / place).exists() and not (ROOT / place).exists()]
        assert missing == [], f"correct the row in docs/architecture.md: {row}"
        assert 1 < len(places) <= 5, f"find the table these facts should be a row of: {row}"


def test_every_module_that_a_document_names_exists() -> None:
    documents = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")]
    named = {
        (document.name, place)
        for document in documents
        for place in re.findall(r"`((?:[\w-]+/)+[\w-]+\.py)`", document.read_text("utf-8"))
    }

    assert len(named) > 20
    missing = [(name, place) for name, place in named if not (PACKAGE / place).exists() and not (ROOT / place).exists()]
    assert missing == [], "the module has moved: correct the document"


def test_every_decision_record_is_in_the_list() -> None:
    records = sorted(path.name for path in (ROOT / "docs" / "adr").glob("[0-9]*.md"))
    listed = re.findall(
        r"^\| \[\d{4}\]\(([^)]+)\) \| (.+) \|$", (ROOT / "docs/adr/README.md").read_text("utf-8"), re.MULTILINE
    )

    assert [name for name, _ in listed] == records, "list every record in docs/adr/README.md, in order"
    for name, title in listed:
        first = (ROOT / "docs" / "adr" / name).read_text("utf-8").splitlines()[0]
        assert first == f"# {name[:4]}. {title}", f"{name} and its line in docs/adr/README.md differ"
    assert len({name[:4] for name in records}) == len(records), "a number is used once"
