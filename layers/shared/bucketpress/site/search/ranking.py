"""Ranks the documents of many segments as if they were one: BM25 with statistics of them all.

Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009). Words of the title and of tags
and authors count several times, as in its section 3.6. All words of a query are required.
"""

import heapq
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from bucketpress.site.search.near_words import near_keys, worth_correcting
from bucketpress.site.search.query import Part, Query
from bucketpress.site.search.segment import Segment, phrase_weight

K1, B = 1.2, 0.5
# A word in another form, such as with other accents; the beginning of a longer word.
OTHER_FORM, LONGER = 0.8, 0.4

Weights = dict[int, float]
Allowed = Callable[[Segment, int], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A document that was found: its segment by place, its number there, and its score."""

    segment: int
    document: int
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What was found, the best first. `query` is what was looked for in the end, `relaxed` if not every word was."""

    found: tuple[Found, ...]
    total: int
    query: Query
    relaxed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """Segments in order, the oldest posts first, with what is true of all of them together."""

    segments: tuple[Segment, ...]

    def search(self, query: Query, most: int, allowed: Allowed | None = None) -> Result:
        """Return the best documents for a query, at most so many.

        Where no document has every word, words that occur nowhere give way to those that are nearly the same; where
        that helps neither, a document may lack some words.
        """
        if not query.wanted or not self.segments:
            return Result(found=(), total=0, query=query)
        hits = _Hits(self.segments, query)
        if (result := self._best(hits, most, allowed, math.inf)).found:
            return result
        corrected = self._corrected(query, hits)
        if corrected != query:
            other = _Hits(self.segments, corrected)
            if (result := self._best(other, most, allowed, math.inf)).found:
                return result
            hits = other
        return replace(self._best(hits, most, allowed, 1), relaxed=True)

    def _best(self, hits: "_Hits", most: int, allowed: Allowed | None, least: float) -> Result:
        """Return the best of the documents that have at least so many parts of the query, or all."""
        average = (sum(each.words for each in self.segments) / max(hits.documents, 1)) or 1.0
        scores = hits.scores(average, min(least, len(hits.query.wanted)))
        found = [
            Found(segment=place, document=document, score=score)
            for place, of_segment in enumerate(scores)
            for document, score in of_segment.items()
            if allowed is None or allowed(self.segments[place], document)
        ]
        # Of equal ones the newest first: segments and documents are in the order of time.
        best = heapq.nsmallest(most, found, key=lambda each: (-each.score, -each.segment, -each.document))
        return Result(found=tuple(best), total=len(found), query=hits.query)

    def _corrected(self, query: Query, hits: "_Hits") -> Query:
        parts = [
            replace(part, keys=near_keys(self.segments, part.wanted_keys()[0]))
            if worth_correcting(part) and not hits.frequency(place)
            else part
            for place, part in enumerate(query.wanted)
        ]
        return replace(query, wanted=tuple(parts))


class _Hits:
    """Which documents of each segment have each part of a query: the words themselves, and longer ones."""

    def __init__(self, segments: Sequence[Segment], query: Query) -> None:
        self.query = query
        self.documents = sum(segment.count for segment in segments)
        self._segments = segments
        self._parts = [[matches(segment, part) for segment in segments] for part in query.wanted]

    def frequency(self, part: int) -> int:
        """Count the documents that have a part of the query."""
        return sum(len(exact) + len(longer) for exact, longer in self._parts[part])

    def scores(self, average: float, least: float) -> list[Weights]:
        """Return the scores of each segment's documents that have at least so many parts and nothing unwanted."""
        rarities = [
            (self._rarity(exact for exact, _ in part), LONGER * self._rarity(longer for _, longer in part))
            for part in self._parts
        ]
        scores: list[Weights] = []
        for place, segment in enumerate(self._segments):
            found = [part[place] for part in self._parts]
            numbers = _with_parts(found, least)
            if numbers:
                for part in self.query.unwanted:
                    exact, longer = matches(segment, part)
                    numbers -= exact.keys() | longer.keys()
            scores.append(_scored(numbers, found, rarities, segment.norms(average, K1, B)) if numbers else {})
        return scores

    def _rarity(self, found: Iterable[Weights]) -> float:
        """Return BM25's weight of a word by how many documents have it; never negative."""
        frequency = sum(map(len, found))
        return math.log(1 + (self.documents - frequency + 0.5) / (frequency + 0.5))


def _with_parts(found: Sequence[tuple[Weights, Weights]], least: float) -> set[int]:
    """Return the documents that have at least so many parts of a query."""
    sets = [exact.keys() | longer.keys() if longer else set(exact) for exact, longer in found]
    if least >= len(sets):
        return set.intersection(*sorted(sets, key=len))
    return set().union(*sets)


def _scored(
    numbers: Iterable[int],
    found: Sequence[tuple[Weights, Weights]],
    rarities: Sequence[tuple[float, float]],
    norms: Sequence[float],
) -> Weights:
    scores: Weights = dict.fromkeys(numbers, 0.0)
    for number in scores:
        norm, score = norms[number], 0.0
        for (exact, longer), (rarity, rarity_of_longer) in zip(found, rarities, strict=True):
            if weight := exact.get(number):
                score += rarity * weight * (K1 + 1) / (weight + norm)
            if weight := longer.get(number):
                score += rarity_of_longer * weight * (K1 + 1) / (weight + norm)
        scores[number] = score
    return scores


def matches(segment: Segment, part: Part) -> tuple[Weights, Weights]:
    """Return what a part of a query weighs in the documents of a segment that have it, and those with longer words."""
    if not part.is_word:
        return _phrase(segment, part), {}
    exact: Weights = {}
    longer: Weights = {}
    for wanted in part.wanted_keys():
        for key, form, term in segment.terms(wanted, longer=part.is_open):
            weights = exact if key == wanted else longer
            factor = 1.0 if key != wanted or part.keys or form == part.forms[0] else OTHER_FORM
            for document, weight in segment.weights(term):
                weights[document] = weights.get(document, 0.0) + factor * weight
    return exact, longer


def _phrase(segment: Segment, part: Part) -> Weights:
    """Return the documents in which words stand next to each other, and what they weigh there."""
    begins: dict[int, set[int]] | None = None
    for offset, form in enumerate(part.forms):
        is_open = part.is_open and offset == len(part.forms) - 1
        places = _places(segment, form, is_open=is_open)
        if begins is None:
            begins = places
        else:
            both = (
                (number, begins[number] & {at - offset for at in places[number]}) for number in begins.keys() & places
            )
            begins = {number: left for number, left in both if left}
        if not begins:
            return {}
    found: Weights = {}
    for number, starts in (begins or {}).items():
        names, text = segment.bounds(number)
        in_title = sum(start < names for start in starts)
        in_names = sum(names <= start < text for start in starts)
        found[number] = phrase_weight(len(starts), in_title, in_names)
    return found


def _places(segment: Segment, form: str, *, is_open: bool) -> dict[int, set[int]]:
    """Return where each document has a word, in any of its forms."""
    found: dict[int, set[int]] = {}
    for _, _, term in segment.terms(Part(forms=(form,)).wanted_keys()[0], longer=is_open):
        for number, places in segment.places(term).items():
            found[number] = found[number] | places if number in found else places
    return found
