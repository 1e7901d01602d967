"""Search over a generated blog: size, speed, memory, and whether it finds what it should.

    python -m bench search_quality

Each post has a name of its own, by which it is looked for. Everything is in memory: S3's part of a query, a conditional
request, is not measured. `BUCKETPRESS_BENCH_POSTS` sets how many posts there are.
"""

import bisect
import os
import random
import resource
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from statistics import median, quantiles

from bucketpress.content.post import Body, Entry
from bucketpress.content.source_keys import SourceKind
from bucketpress.site.pages.template_context import Item
from bucketpress.site.search.query import read_query
from bucketpress.site.search.ranking import Index
from bucketpress.site.search.segment import Segment
from bucketpress.site.search.segment_writer import write_segment

POSTS = int(os.environ.get("BUCKETPRESS_BENCH_POSTS", "10000"))
VOCABULARY, HAN, HAN_WORDS = 40_000, 2_500, 10_000
WORDS_A_POST, HAN_A_POST = (350, 550), (450, 650)
QUERIES = 200
TOP = 5
_SYLLABLES = tuple(f"{begin}{vowel}" for begin in "bcdfghjklmnprstvwz" for vowel in "aeiou")


class Corpus:
    """Texts of words whose frequencies fall as those of a language do (Zipf), a tenth of them Chinese."""

    def __init__(self, seed: int = 17) -> None:
        """Make the words; the same seed makes the same texts."""
        self._random = random.Random(seed)
        words = dict.fromkeys(self._word() for _ in range(VOCABULARY * 2))
        self.words = list(words)[:VOCABULARY]
        self._cumulated = list(accumulate((rank + 2.7) ** -1.07 for rank in range(len(self.words))))
        han = [chr(0x4E00 + number) for number in self._random.sample(range(15_000), HAN)]
        self._han = [
            "".join(self._random.choices(han, k=self._random.choice((1, 2, 2, 2, 3)))) for _ in range(HAN_WORDS)
        ]
        self._han_cumulated = list(accumulate((rank + 2.7) ** -1.07 for rank in range(HAN_WORDS)))
        self.names: list[tuple[str, str]] = []
        self.texts: dict[int, str] = {}

    def months(self) -> Iterator[list[Item]]:
        """Yield the posts of each month, some eighty."""
        month: list[Item] = []
        for number in range(POSTS):
            when = datetime(2015, 1, 1, tzinfo=UTC) + timedelta(hours=9 * number)
            if month and month[-1].entry.published and month[-1].entry.published.month != when.month:
                yield month
                month = []
            month.append(self._post(number, when))
        yield month

    def _post(self, number: int, when: datetime) -> Item:
        first, second = f"{self._word()}{self._word()}", f"{self._word()}{self._word()}"
        self.names.append((first, second))
        is_chinese = number % 10 == 0
        text = self._chinese() if is_chinese else self._text()
        if is_chinese:
            self.texts[number] = text
        title = f"{first} {self._pick(self.words, self._cumulated)} {second}"
        entry = Entry(
            key=f"posts/{number}.md",
            kind=SourceKind.POST,
            id=str(number),
            slug=str(number),
            path=f"/{number}/",
            title=title,
            published=when,
            updated=None,
            summary=text[:200],
        )
        return Item(entry=entry, body=Body(html=f"<p>{text}</p>", markdown="", words=1))

    def _text(self) -> str:
        count = self._random.randint(*WORDS_A_POST)
        return " ".join(self._pick(self.words, self._cumulated) for _ in range(count))

    def _chinese(self) -> str:
        count = self._random.randint(*HAN_A_POST)
        return "".join(self._pick(self._han, self._han_cumulated) for _ in range(count))

    def _pick(self, words: Sequence[str], cumulated: Sequence[float]) -> str:
        return words[bisect.bisect(cumulated, self._random.random() * cumulated[-1]) - 1]

    def _word(self) -> str:
        return "".join(self._random.choices(_SYLLABLES, k=self._random.randint(2, 4)))


def main() -> None:
    """Print a table."""
    corpus = Corpus()
    sizes, writes, segments, last = [], [], [], b""
    for items in corpus.months():
        begun = time.process_time()
        last = write_segment(items)
        writes.append(time.process_time() - begun)
        sizes.append(len(last))
        segments.append(last)
    print(f"{POSTS:,} posts, {len(segments)} segments, {sum(sizes) / 1e6:.1f} MB in all")
    print(
        f"a changed post writes {median(sizes) / 1000:.0f} kB (at most {max(sizes) / 1000:.0f}),",
        f"{median(writes):.2f} s of CPU",
    )
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begun = time.process_time()
    index = Index(segments=tuple(map(Segment, segments)))
    index.search(read_query("cold first"), 10)
    print(
        f"first answer after {1000 * (time.process_time() - begun):.0f} ms of CPU;",
        f"the process has {most // 1024} MB, segments and texts among them",
    )
    for name, reciprocal, times in measured(corpus, index):
        p95 = quantiles(times, n=20)[-1]
        print(
            f"{name:12} MRR@{TOP} {reciprocal:.3f}   median {1000 * median(times):5.1f} ms   p95 {1000 * p95:5.1f} ms"
        )


def measured(corpus: Corpus, index: Index) -> Iterator[tuple[str, float, list[float]]]:
    """Yield each kind of query with its mean reciprocal rank and what each query took."""
    random_ = random.Random(3)
    numbers = random_.sample(range(len(corpus.names)), min(QUERIES, len(corpus.names)))
    kinds: dict[str, Callable[[int], str]] = {
        "exact": lambda number: corpus.names[number][0],
        "one typo": lambda number: slipped(corpus.names[number][0], random_),
        "prefix": lambda number: corpus.names[number][0][: max(8, len(corpus.names[number][0]) * 2 // 3)],
        "two words": lambda number: " ".join(corpus.names[number]),
    }
    for name, query_of in kinds.items():
        yield name, *_scores(index, [(number, query_of(number)) for number in numbers])
    chinese = random_.sample(sorted(corpus.texts), min(QUERIES, len(corpus.texts)))
    parts = [(number, _part(corpus.texts[number], random_)) for number in chinese]
    found = [_is_found(index, number, query) for number, query in parts]
    yield "Chinese", sum(found) / len(found), _scores(index, parts)[1]
    common = [(0, word) for word in corpus.words[:QUERIES]]
    yield "common word", 0.0, _scores(index, common)[1]


def slipped(word: str, random_: random.Random) -> str:
    """Return a word with a letter too few, too many or other, or two swapped."""
    place = random_.randrange(1, len(word) - 1)
    letter = random_.choice("abcdefghijklmnopqrstuvwxyz")
    begin, end = word[:place], word[place:]
    return random_.choice(
        (
            begin + end[1:],
            begin + letter + end,
            begin + letter + end[1:],
            begin + end[1] + end[0] + end[2:] if len(end) > 1 else word + letter,
        )
    )


def _part(text: str, random_: random.Random) -> str:
    begin, length = random_.randrange(len(text) - 6), random_.randint(2, 6)
    return text[begin : begin + length]


def _scores(index: Index, queries: Sequence[tuple[int, str]]) -> tuple[float, list[float]]:
    total, times = 0.0, []
    for number, text in queries:
        begun = time.process_time()
        result = index.search(read_query(text), 10)
        paths = [index.segments[each.segment].documents[each.document].path for each in result.found]
        times.append(time.process_time() - begun)
        rank = paths.index(f"/{number}/") if f"/{number}/" in paths[:TOP] else -1
        total += 1 / (rank + 1) if rank >= 0 else 0
    return total / len(queries), times


def _is_found(index: Index, number: int, text: str) -> bool:
    result = index.search(read_query(text), POSTS)
    return any(index.segments[each.segment].documents[each.document].path == f"/{number}/" for each in result.found)


if __name__ == "__main__":
    main()
