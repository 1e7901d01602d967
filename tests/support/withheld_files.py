"""Files whose authors plainly do not want them published, spelt in every way that people and programs spell them."""

from collections.abc import Callable, Sequence
from typing import TypeAlias, TypeVar

T = TypeVar("T")
Say: TypeAlias = tuple[str, str]


class Pick:
    """Chooses; what with is up to whoever makes up files."""

    def __init__(self, choose: Callable[[int], int]) -> None:
        """`choose` returns a number from 0 below the one it is given."""
        self._choose = choose

    def __call__(self, options: Sequence[T]) -> T:
        return options[self._choose(len(options))]

    def now_and_then(self, of: int = 4) -> bool:
        return self._choose(of) == of - 1


ABOVE = (
    *("", "\n", "\n\n \n", " ", "\t", "\ufeff\ufeff", "\u200b", "\u00a0", "\u3000", "\u2060\u200d", "\u00ad", "\u2028"),
    *("<!-- vim -->\n", "<!-- one -->\n\n<!-- two\nlines -->\n", "[//]: # (a note)\n", "\u00ef\u00bb\u00bf"),
)
FENCES = (
    *("---", "--- ", "----", "----------", "---\t", "---\u00a0", "- - -", "\u2014", "\u2013\u2013\u2013", "\u2013-"),
    *("\u2014-", "-\u2014", "\u2010\u2010\u2010", "\u2212\u2212\u2212", "\uff0d\uff0d\uff0d", "\u2500\u2500\u2500"),
)
OPENING = (*FENCES, "---yaml", "--- yaml", "---yml", "--- # meta", "---YAML # meta")
CLOSING = (*FENCES, "...", "\u2026", "\u200b---", "--- # end")
LINE_ENDS = ("\n", "\n", "\n", "\r\n", "\r", "\u2028", "\x85")
ENCODINGS = ("utf-8", "utf-8", "utf-8", "utf-8-sig", "utf-16", "utf-16-le")
TRUE = (
    "true",
    "True",
    "TRUE",
    "yes",
    "Yes",
    "on",
    "1",
    "y",
    "t",
    "T",
    '"true"',
    "'yes'",
    "[true]",
    '" true "',
    "\uff54rue",
)
FALSE = ("false", "False", "no", "NO", "off", "0", "n", "f", '"false"', "'no'", "[false]")
UNCLEAR = ("maybe", "later", "2", "{a: b}", "[a, b]", "!!bool true", "'?'", "not yet", "tru", "flase")
WORDS = (
    "draft",
    "Draft",
    "DRAFT",
    '"draft"',
    "[draft]",
    "hidden",
    "private",
    "unlisted",
    "pending",
    "trash",
    "odd",
    "true",
)
# What plainly withholds, rather than what nobody understands.
PLAIN: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (("draft", "is draft", "hidden", "private", "unlisted", "unpublished"), TRUE),
    (("published", "publish", "is published"), FALSE),
    (("status", "state", "visibility"), ("draft", "Draft", '"draft"', "[draft]", "HIDDEN", "private", "pending")),
    (("password",), ("x", "0")),
    (("build",), ("{render: never}", "{Render: Never}")),
    (("params", "extra"), ("{draft: true}", "{Draft: yes}", "{published: false}")),
)
SAYING: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (("draft", "is draft", "hidden", "private", "unlisted", "drafts", "unpublished"), (*TRUE, *UNCLEAR)),
    (("published", "publish", "is published", "public"), (*FALSE, *UNCLEAR)),
    (("status", "visibility", "post status"), WORDS),
    (("state",), tuple(word for word in WORDS if word != "odd")),  # It may be the name of a place.
    (("password",), ("x", "0", "'secret'", "true", "false")),
    (("build", "_build"), ("{render: never}", "{Render: Never}", "{list: never}", "{render: odd}", "{render: false}")),
    (("darft", "drfat", "ddraft", "draf", "dr\u0430ft", "hiden", "privat"), TRUE),
    (("meta", "stage", "workflow"), ("{draft: true}", "draft", "[Draft]", "{post: {draft: yes}}")),
    (("publish date", "published at", "embargo"), ("never", "2024-02-30", "soon")),
    (("settings", "meta", "ghost"), ("{visibility: members}", "{private: true}", "{published: no}", "'draft: true'")),
    (("note", "phase", "stage"), ("WIP", "do not publish", "'Draft'", "Entwurf")),
    (("approved", "ready for publication", "sichtbar"), FALSE),
    (("versteckt", "privé", "oculto", "非表示"), ("ja", "oui", "sí", "はい", "true")),
)
# A title that says so by itself; `{0}` is the rest of it.
WORDS_IN_TITLES = (
    "draft",
    "Draft",
    "DRAFT",
    "WIP",
    "Entwurf",
    "brouillon",
    "草稿",
    "下書き",
    "work in progress",
    "draft 2",
)
TITLES = (
    *("[{1}] {0}", "({1}) {0}", "{0} ({1})", "{0} [{1}]", "{1}: {0}", "{1} - {0}", "{0} - {1}", "{1} \u2013 {0}"),
    *("\u3010{1}\u3011{0}", "**{1}** {0}", "{1} | {0}", "{1} -- {0}", "{1}\uff1a{0}", "[{1}!] {0}", "[{1}]{0}", "{1}"),
)
# Front matter that other tools read, or that its author put out of sight.
COMMENTED = (
    *(
        "<!--\n{0}\n-->\n",
        "<!--\n---\n{0}\n---\n-->\n",
        "<!-- {0}\n-->\n\n",
        "```yaml\n{0}\n```\n",
        "```\n---\n{0}\n---\n```\n",
    ),
    *(
        "***\n{0}\n***\n",
        "===\n{0}\n===\n",
        "+++\n{0}\n---\n",
        "---\n{0}\n+++\n",
        "~~~\n{0}\n~~~\n",
        "\\---\n{0}\n\\---\n",
    ),
)
WORN = (
    ":{0}\n:{1}\n\n",
    ".. {0}\n.. {1}\n\n",
    "#+{0}\n#+{1}\n",
    "@{0}\n@{1}\n",
    "// {0}\n// {1}\n\n",
    "% {0}\n% {1}\n\n",
)
LATER = ("date: 2999-01-01", "publishDate: 2999-01-01", "draft: true", "status: draft", "Published: no")
NATIVE_KEYS = ("draft", "Draft", "is_draft", "hidden", "isDraft", "darft")
NATIVE = ("true", '"yes"', "1", '"maybe"', '"true"')
JSON = (
    *(
        "{{\n{0}\n}}",
        ";;;\n{0}\n;;;",
        "{{{0}}}",
        "{0}\n;;;",
        "{{\n// a note\n{0},\n}}",
        "/* a note */\n{{ {0} /* x */ }}",
    ),
    *("---json\n{{{0}}}\n---", "---json5\n{{{0},}}\n---", "{{\n  # a note\n{0}}}", "// a note\n{{\n{0}\n}}"),
)
SEPARATORS = ("", "-", "_", " ")
AROUND = ("{0}", "'{0}'", '"{0}"', "{0} ")
NESTED = ("", "", "", "params", "Params", "extra", "EXTRA")
BEFORE_A_SLIP = ("# Heading\n\n", "Hello.\n\n", "# Heading\n", "x\n", "<!-- vim -->\n")
SLIPPED = (
    "{0}: {1}",
    "- {0}: {1}",
    "**{0}:** {1}",
    "<!-- {0}: {1} -->",
    "[//]: # ({0}: {1})",
    "{0} = {1}",
    "> {0}: {1}",
)


def spelt(pick: Pick, key: str) -> str:
    """Spell a key of one or more words in another way that means the same."""
    words = key.split(" ")
    style = pick(("lower", "upper", "title", "camel", "wide", "mixed", "lower"))
    if style == "camel":
        return words[0] + "".join(word.title() for word in words[1:])
    joined = pick(SEPARATORS).join(words)
    if style == "wide" and joined.isascii():
        return "".join(chr(ord(letter) + 0xFEE0) if letter.isalpha() else letter for letter in joined)
    if style == "mixed":
        return "".join(letter.upper() if pick.now_and_then(2) else letter for letter in joined)
    return {"upper": joined.upper(), "title": joined.title()}.get(style, joined)


def saying(pick: Pick) -> Say:
    """Return a key and a value that withhold, or are not understood."""
    keys, values = pick(SAYING)
    return spelt(pick, pick(keys)), pick(values)


def saying_plainly(pick: Pick) -> Say:
    """Return a key and a value that plainly withhold."""
    keys, values = pick(PLAIN)
    return spelt(pick, pick(keys)), pick(values)


def withheld_file(pick: Pick, marker: str) -> bytes:
    """Return a file that must not be published, `marker` in everything readers could see of it."""
    key, value = saying(pick)
    others = [
        f"title: A {marker} title",
        f"tags: [{marker}]",
        f"summary: {marker}",
        "draft: false",
        f"author: {marker}",
    ]
    chosen = [line for line in others if pick.now_and_then(2)]
    text = f"# {marker}\n\nText {marker}.\n\n- item {marker}\n"
    said, title = (key, value), ["title: T", *chosen]
    kind = pick(("fenced", "fenced", "fenced", "fenced", "bare", "hexo", "toml", "json", "slipped", "titled", "worn"))
    if kind == "fenced":
        source = f"{pick(ABOVE)}{pick(OPENING)}\n{_block(pick, said, chosen)}\n{pick(CLOSING)}\n{text}"
    elif kind == "bare":
        source = "\n".join([*title, f"{key}: {value}", "", text])
    elif kind == "hexo":
        source = f"{_block(pick, said, title)}\n{pick(('---', '----', '--- '))}\n{text}"
    else:
        source = {"toml": _toml, "json": _json, "slipped": _slipped, "titled": _titled, "worn": _worn}[kind](
            pick
        ) + text
    return source.replace("\n", pick(LINE_ENDS)).encode(pick(ENCODINGS))


def _block(pick: Pick, said: Say, others: list[str]) -> str:
    key, value = said
    line = pick(AROUND).format(key) + ": " + value + pick(("", "", " ", "  # a note"))
    if nest := pick(NESTED):
        line = f"{nest}:\n  {line}"
    lines = [*others, line]
    return "\n".join(lines if pick.now_and_then(2) else reversed(lines))


def _toml(pick: Pick) -> str:
    return f"{pick(ABOVE)}{pick(('+++', '++++', '+++ '))}\ntitle = 'T'\n{pick(NATIVE_KEYS)} = {pick(NATIVE)}\n+++\n"


def _json(pick: Pick) -> str:
    block = f'"title": "T",\n"{pick(NATIVE_KEYS)}": {pick(NATIVE)}'
    if pick.now_and_then():
        block = block.replace('"title"', "title").replace('"', "'")
    return f"{pick(ABOVE)}{pick(JSON).format(block)}\n"


def _slipped(pick: Pick) -> str:
    key, value = pick(("draft", "hidden")), pick(("true", "yes", "on"))
    return f"{pick(BEFORE_A_SLIP)}{pick(SLIPPED).format(spelt(pick, key), value)}\n\n"


def _titled(pick: Pick) -> str:
    title = pick(TITLES).format("A zzsecret title", pick(WORDS_IN_TITLES))
    said = pick(("title: '{0}'", "title: '{0}'", "# {0}", "tags: [x, {1}]", "title: T, {2}"))
    line = said.format(title, pick(("draft", "WIP", "Entwurf")), pick(("draft: true", "hidden: yes", "published: no")))
    return f"# {title}\n\n" if line.startswith("#") else f"{pick(ABOVE)}---\n{line}\n---\n"


def _worn(pick: Pick) -> str:
    lines = ("title: A zzsecret title", pick(LATER))
    return pick(COMMENTED).format("\n".join(lines)) if pick.now_and_then(2) else pick(WORN).format(*lines)
