"""Search over a generated blog: size, speed, memory, and whether it finds what it should.

    python -m bench search_quality

Each post has a name of its own, by which it is looked for. Segments are made as a refresh makes them. Queries are asked
in memory: S3's part of a query, a conditional request, is not measured. The first answer is measured in a process of
its own, the function as it is deployed, beside a minimal handler: with the SDK's part of reading each object, and with
the latency of S3 added, by the rounds that so many connections need. `BUCKETPRESS_BENCH_POSTS` sets how many posts
there are.
"""

import bisect
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from math import ceil
from pathlib import Path
from statistics import median, quantiles

from bench.starts.cold_start import MINIMAL
from bucketpress.adapters.memory_index import MemoryPostIndex
from bucketpress.content.post import Body, Entry
from bucketpress.content.settings.site_settings import SiteSettings
from bucketpress.content.source_keys import SourceKind
from bucketpress.records.publish_transaction import PublishTransaction, RowKey
from bucketpress.records.record import Record
from bucketpress.records.section_record import SectionRecord
from bucketpress.services.refresh.search_builder import search_of_cell
from bucketpress.site.layout import SEARCH, SEARCH_MANIFEST, search_section, segment_key
from bucketpress.site.pages.template_context import Item
from bucketpress.site.renderer import Renderer
from bucketpress.site.search.cells import bounds_of, cells_at, cells_below, search_position
from bucketpress.site.search.manifest import write_manifest
from bucketpress.site.search.query import read_query
from bucketpress.site.search.ranking import Index
from bucketpress.site.search.segment import Segment
from bucketpress.site.section_summary import SectionSummary
from tests.support.function_environment import function_environment

POSTS = int(os.environ.get("BUCKETPRESS_BENCH_POSTS", "10000"))
VOCABULARY, HAN, HAN_WORDS = 40_000, 2_500, 10_000
WORDS_A_POST, HAN_A_POST = (350, 550), (450, 650)
QUERIES = 200
TOP = 5
ROOT = Path(__file__).parents[1]
SITE = SiteSettings(url="https://blog.example")
STARTS = 3
# As the template has them; what S3 takes to begin to answer; how much memory comes with a whole processor.
CONNECTIONS, MEMORY_MB = 32, 1536
GET_MILLISECONDS, PROCESSOR_MB = 20, 1769
TIMES = """
import time
ready = time.process_time()
print(ready * 1000, 0, 0)
"""
# The function as it is deployed. Its client does all but to send: a request is answered from a folder.
FIRST_ANSWER = """
import hashlib, io, os, sys, time
from pathlib import Path
sys.path[:0] = ["layers/shared"]
from bucketpress.handlers.search_handler import answer as answered
ready = time.process_time()
from botocore.awsrequest import AWSResponse
from bucketpress.bootstrap import search_api
def answer(request, **_):
    data = Path(sys.argv[1], request.url.split("?")[0].split("/", 3)[3]).read_bytes()
    headers = {"ETag": f'"{hashlib.md5(data).hexdigest()}"', "Content-Length": str(len(data))}
    return AWSResponse(request.url, 200, headers, io.BytesIO(data))
search_api().library.objects._client.meta.events.register("before-send.s3", answer)
event = {"requestContext": {"http": {"method": "GET"}}, "rawPath": "/v1/search", "rawQueryString": "q=cold+first",
         "headers": {"x-origin-secret": os.environ["ORIGIN_SECRET"]}}
got = answered(event, search_api())
assert got["statusCode"] == 200, got
done = time.process_time()
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(ready * 1000, (done - ready) * 1000, int(peak.split()[1]) / 1024)
"""
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

    def posts(self) -> Iterator[Item]:
        """Yield the posts, some eighty a month."""
        for number in range(POSTS):
            yield self._post(number, datetime(2015, 1, 1, tzinfo=UTC) + timedelta(hours=9 * number))

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


def index_of(items: Iterable[Item]) -> MemoryPostIndex:
    """Return an index with the rows and bodies that search reads."""
    index = MemoryPostIndex()
    for item in items:
        row = RowKey(listing=SEARCH, position=search_position(item.entry))
        record = Record(key=item.entry.key, kind=item.entry.kind, revision=1)
        index.commit(PublishTransaction(record=record, body=item.body, rows_in={row: item.entry}))
    return index


def made(index: MemoryPostIndex) -> Iterator[tuple[SectionSummary, bytes, float]]:
    """Yield each segment, its summary, and what it took to make it, as refreshes make them from the widest cells on."""
    renderer = Renderer(SITE)
    waiting = sorted({cells_at(search_position(entry))[0] for entry in index.entries(SEARCH)})
    while waiting:
        cell = waiting.pop()
        begun = time.process_time()
        cell_made = search_of_cell(index, renderer, cell)
        taken = time.process_time() - begun
        index.commit_section(SectionRecord(name=search_section(cell), revision=1, split=cell_made.split))
        waiting += cells_below(cell) if cell_made.split else ()
        if cell_made.summary is not None:
            yield cell_made.summary, cell_made.artifacts[0].data, taken


def main() -> None:
    """Print a table."""
    corpus = Corpus()
    with tempfile.TemporaryDirectory() as folder:
        segments, sizes, writes = [], [], []
        summaries: dict[str, SectionSummary] = {}
        for summary, data, taken in made(index_of(corpus.posts())):
            cell = summary.section.partition(":")[2]
            summaries[cell] = summary
            segments.append((cell, data))
            sizes.append(len(data))
            writes.append(taken)
            written(folder, segment_key(cell), data)
        manifest = write_manifest(SITE, summaries)
        written(folder, SEARCH_MANIFEST, manifest)
        counts = [summary.count for summary in summaries.values()]
        print(f"{POSTS:,} posts, {len(segments)} segments of {min(counts)} to {max(counts)} posts,")
        print(f"{sum(sizes) / 1e6:.1f} MB in all; the manifest has {len(manifest) / 1000:.1f} kB")
        print(
            f"a changed post writes {median(sizes) / 1000:.0f} kB (at most {max(sizes) / 1000:.0f}) and the manifest,",
            f"{median(writes):.2f} s of CPU",
        )
        print_first_answer(folder, len(segments))
    in_order = sorted(segments, key=lambda each: bounds_of(each[0]))
    index = Index(segments=tuple(Segment(data) for _, data in in_order))
    for name, reciprocal, times in measured(corpus, index):
        p95 = quantiles(times, n=20)[-1]
        print(
            f"{name:12} MRR@{TOP} {reciprocal:.3f}   median {1000 * median(times):5.1f} ms   p95 {1000 * p95:5.1f} ms"
        )


def written(folder: str, key: str, data: bytes) -> None:
    """Write an object where the first answer reads it."""
    path = Path(folder) / key
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def print_first_answer(folder: str, segments: int) -> None:
    """Print what a function that wakes up takes until it has answered, beside a minimal handler."""
    environment = (
        os.environ
        | function_environment()
        | {
            "PYTHONPATH": str(ROOT / "layers" / "shared"),
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "AWS_ACCESS_KEY_ID": "nobody",
            "AWS_SECRET_ACCESS_KEY": "nothing",
            "CONNECTIONS": str(CONNECTIONS),
        }
    )
    starts: dict[str, list[list[float]]] = {"minimal": [], "search": []}
    for _ in range(STARTS):
        for name, code in (("minimal", MINIMAL + TIMES), ("search", FIRST_ANSWER)):
            command = [sys.executable, "-c", code, folder]
            done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
            starts[name].append(list(map(float, done.stdout.split())))
    # The manifest, then the segments, so many at a time.
    rounds = 1 + ceil(segments / CONNECTIONS)
    for name, times in starts.items():
        start, answer, memory = (median(each) for each in zip(*times, strict=True))
        print(f"{name:8} ready after {start:4.0f} ms of CPU, answers in {answer:4.0f} more, {memory:.0f} MB")
        if name == "search":
            waits = rounds * GET_MILLISECONDS
            for memory_mb in (1024, MEMORY_MB, PROCESSOR_MB):
                print(
                    f"first answer {start + answer * PROCESSOR_MB / memory_mb + waits:.0f} ms with {memory_mb} MB:",
                    f"{rounds} rounds of {GET_MILLISECONDS} ms, {CONNECTIONS} objects at a time",
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
