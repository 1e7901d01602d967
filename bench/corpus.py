"""A generated content folder of any size, the same on every machine: what the benchmarks of builds are run on.

Posts of 600 to 1,000 words with tags, an author, a quotation, a list, now and then code, a table, a picture beside the
post and a link to a post before or after it.
"""

import random
from datetime import date, timedelta
from pathlib import Path

from tests.support.pictures import png

TAGS = 100
AUTHORS = 12
_VOCABULARY = (
    "call carrier network route packet switch number line bill minute office ministry license stance voice cable node"
    " trunk port delay jitter codec signal user market price rule plan phone service service quality traffic customer"
    " the a of to and in is was for that with on as by at from this which but not they their one has had be are it"
)
WORDS = _VOCABULARY.split()


def write_corpus(folder: Path, posts: int) -> None:
    """Write `site.yaml` and so many posts into a folder."""
    random_ = random.Random(posts)
    (folder / "posts").mkdir(parents=True, exist_ok=True)
    people = "".join(f"  author-{number}: {{name: Author Number {number}}}\n" for number in range(AUTHORS))
    (folder / "site.yaml").write_text(
        f"title: A generated blog\nurl: https://blog.example\ntimezone: UTC\nauthors:\n{people}"
    )
    for number in range(posts):
        (folder / "posts" / f"{name_of(number)}.md").write_text(_post(random_, number, posts))
        if number % 10 == 0:
            (folder / "posts" / f"picture-{number}.png").write_bytes(png(640, 400))


def name_of(number: int) -> str:
    """Return the name of a post's file, without its ending."""
    return f"{_day(number)}-post-number-{number}"


def _day(number: int) -> str:
    return (date(2015, 1, 1) + timedelta(days=number // 3)).isoformat()


def _post(random_: random.Random, number: int, posts: int) -> str:
    tags = ", ".join(sorted({f"tag-{random_.randrange(TAGS)}" for _ in range(3)}))
    head = (
        f"---\ntitle: The story of call number {number}\ndate: {_day(number)}T09:{number % 60:02}:00Z\n"
        f"tags: [{tags}]\nauthor: author-{number % AUTHORS}\n---\n\n"
    )
    parts = [_paragraph(random_)]
    if number % 10 == 0:
        parts.append(f"![A switch in a rack](picture-{number}.png)")
    for part in range(random_.randrange(4, 8)):
        parts += [f"## Part {part} of {number}", _paragraph(random_), _paragraph(random_)]
    parts.append(f"> {_sentence(random_)}\n>\n> — An engineer, at a conference")
    parts.append("\n".join(f"- {_sentence(random_)}" for _ in range(4)))
    other = (number + random_.choice((-7, 5, 90))) % posts
    parts.append(
        f"More is in [an earlier or later post]({name_of(other)}.md) and [elsewhere](https://example.com/{number})."
    )
    if number % 4 == 0:
        parts.append("```python\ndef route(call: Call) -> Route:\n    return table[call.number[:3]]  # by prefix\n```")
    if number % 8 == 0:
        parts.append("| codec | rate |\n|---|--:|\n| G.711 | 64 |\n| G.729 | 8 |")
    return head + "\n\n".join(parts) + "\n"


def _paragraph(random_: random.Random) -> str:
    return " ".join(_sentence(random_) for _ in range(random_.randrange(3, 6)))


def _sentence(random_: random.Random) -> str:
    words = random_.choices(WORDS, k=random_.randrange(9, 18))
    emphasised = random_.randrange(len(words))
    words[emphasised] = random_.choice(("*{}*", "**{}**", "`{}`", "{}", "{}")).format(words[emphasised])
    return " ".join(words).capitalize() + "."
