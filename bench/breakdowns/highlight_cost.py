"""Which lexers may highlight: each on bad input of the size a block may have, the worst time of each.

    python bench/breakdowns/highlight_cost.py [LANGUAGE ...]

A lexer whose worst time is above a quarter of a second does not belong in `bucketpress.content.highlight`.
"""

import time
from collections.abc import Iterator

from bucketpress.content.html.highlight import LEXERS, MAX_CODE_BYTES, highlight

UNITS = (
    *("\"'`\\()[]{}<=-#$@0%&|*_~^/?+;.!"),
    *(
        "</",
        "<a ",
        "<!--",
        "/*",
        "//",
        "a",
        "a ",
        "a.",
        "a(",
        "a:",
        "--",
        "${",
        "$(",
        "0x",
        'a="',
        "'''",
        '"""',
        "<<A\n",
    ),
    *(
        'r"',
        'f"{',
        "#{",
        "<?php ",
        "?>",
        "a\\\n",
        "a b\n",
        "def ",
        "class ",
        "function ",
        "<script>",
        "<style>",
        "{{",
        "{%",
    ),
    *(
        "=> ",
        ":: ",
        "..",
        "é",
        "あ",
        "-a",
        "a,",
        '"\\',
        "@a ",
        "if ",
        "- ",
        "a: ",
        "> ",
        "[a](",
        "import ",
        "qq{",
        "a<b,",
    ),
)
EVERY = 16  # of the inputs; 1 tries them all, which takes half an hour
OPENERS = ('"""\n', "/*\n", "<!--\n", "<<A\n", "`\n", "(\n", "{\n", "a\n")


def inputs() -> Iterator[str]:
    """Return texts that are slow to highlight: long lines, many short ones, openings without an end, blank lines."""
    for unit in UNITS:
        for opener in ("", '"', "a ", "<", "/*"):
            yield "\n".join([opener + unit * max(1, 398 // len(unit) - 3)] * 28)
        for opener in OPENERS:
            yield opener + (unit * 40 + "\n") * 300
        yield (unit + "\n") * MAX_CODE_BYTES
        yield (unit + "\n" * 19) * 500
        yield (unit + (" " * 300 + "\n") * 10 + "x\n") * 4


def main() -> None:
    """Print the worst time of each language in milliseconds."""
    texts = [text.encode()[:MAX_CODE_BYTES].decode(errors="ignore") for text in inputs()][::EVERY]
    for language in sorted(LEXERS):
        highlight("warm", language)
        worst, culprit = 0.0, ""
        for text in texts:
            begun = time.process_time()
            highlight(text, language)
            taken = time.process_time() - begun
            if taken > worst:
                worst, culprit = taken, text[:20]
        print(f"{language:16} {worst * 1000:7.1f} ms  {culprit!r}", flush=True)


if __name__ == "__main__":
    main()
