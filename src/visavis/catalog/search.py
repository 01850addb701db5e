"""The forgiving search: in memory, four languages, synonyms, accents, prefixes, typing errors.

Every word asked for is held against all words of the catalogue; a service's score is what its
words are worth times how well they match. Where a word matched only by a typing error, the word
that was meant is offered ("did you mean").
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from rapidfuzz.distance import OSA

from visavis.catalog.queries import Catalogue, Offer
from visavis.foundation.text import folded, said_in

NAME, SYNONYM, THEME, SUMMARY, OFFICE, WHO = 10.0, 9.0, 4.0, 3.0, 2.0, 1.0
OTHER_LANGUAGE = 0.8
WHOLE_PHRASE = 12.0
ASKED_MOST = 1.3  # between two that fit alike, what most people want comes first
EXACT, PREFIX, STEM, INSIDE, TYPO = 1.0, 0.85, 0.8, 0.6, 0.55
SHORTEST_TYPO = 4  # in shorter words a wrong letter makes another word
WORST_SHARE = 0.2  # results far below the best one are noise
LONGEST_QUERY = 120


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Words that say nothing of a service, without accents.
STOP_WORDS = (
    _words(
        "a au aux avec ce cette comment d dans de des du en est et il j je l la le les ma me mes mon "
        "ne on ou par pas pour qu que qui s sa se ses son sur un une veux voudrais faire"
    )
    | _words(
        "an auf aus bei das dem den der des die ein eine einem einen einer fur ich ihr im in ist "
        "kann man mein meine mit nicht oder sich und von vom wie wo zu zum zur mochte machen"
    )
    | _words(
        "al alla che come con da dal dei del della di e gli ho i il in io la le lo mi mia mio per "
        "sono su un una vorrei fare"
    )
    | _words(
        "about an and at be by can do for from get have how i in is it my need not of on or the this "
        "to want what where with would like"
    )
)


@dataclass(frozen=True, slots=True)
class Found:
    """What a search gave.

    Attributes:
        did_you_mean: the question as it was probably meant, empty when it was understood as typed.
    """

    offers: Sequence[Offer]
    did_you_mean: str


@dataclass(frozen=True, slots=True)
class _Mention:
    code: str
    language: str
    weight: float


@dataclass(frozen=True, slots=True)
class _Index:
    words: Mapping[str, Sequence[_Mention]]
    phrases: Mapping[str, Sequence[_Mention]]  # whole names and synonyms
    written: Mapping[str, str]  # folded word → as it is written, for "did you mean"
    common: Mapping[str, frozenset[str]]  # language → its words


def search(catalogue: Catalogue, query: str, *, language: str, day: date) -> Found:
    """Return the offers of a day that fit a question, best first."""
    asked = folded(query[:LONGEST_QUERY])
    if not asked:
        return Found((), "")
    scores, meant = _scored(catalogue.version, day, asked, language, _Held(catalogue))
    offers = catalogue.on(day)
    ranked = sorted(
        scores.items(), key=lambda item: (-item[1], folded(offers[item[0]].name_in(language)))
    )
    best = ranked[0][1] if ranked else 0.0
    return Found(
        [offers[code] for code, score in ranked if score >= best * WORST_SHARE],
        meant if meant != asked else "",
    )


class _Held:
    """Carries the catalogue past the cache, whose key is the version."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Held)

    def __hash__(self) -> int:
        return 0


@lru_cache(maxsize=1024)
def _scored(
    version: str,
    day: date,
    asked: str,
    language: str,
    held: _Held,
) -> tuple[dict[str, float], str]:
    index = _index(held.catalogue, day)
    words = [word for word in asked.split() if word not in STOP_WORDS] or asked.split()
    totals: dict[str, float] = {}
    hits: dict[str, int] = {}
    meant = {word: word for word in words}
    for word in words:
        best: dict[str, float] = {}
        matches = list(_matches(index, word))
        for known, quality in matches:
            for mention in index.words[known]:
                score = quality * _worth(mention, language)
                best[mention.code] = max(best.get(mention.code, 0.0), score)
        typos = [match for match in matches if match[1] <= TYPO]
        if typos and not any(quality >= PREFIX for _, quality in matches):
            meant[word] = _likeliest(index, word, typos, language)
        for code, score in best.items():
            totals[code] = totals.get(code, 0.0) + score
            hits[code] = hits.get(code, 0) + 1
    for mention in index.phrases.get(asked, ()):
        totals[mention.code] = totals.get(mention.code, 0.0) + WHOLE_PHRASE * (
            1.0 if mention.language == language else OTHER_LANGUAGE
        )
        hits[mention.code] = len(words)
    asked_most = frozenset(held.catalogue.asked_most)
    scores = {
        code: total * (hits[code] / len(words)) ** 2 * (ASKED_MOST if code in asked_most else 1.0)
        for code, total in totals.items()
    }
    said = " ".join(
        index.written.get(meant.get(word, word), meant.get(word, word)) for word in asked.split()
    )
    return scores, said if any(word != meaning for word, meaning in meant.items()) else asked


def _worth(mention: _Mention, language: str) -> float:
    return mention.weight * (1.0 if mention.language == language else OTHER_LANGUAGE)


def _matches(index: _Index, word: str) -> Iterator[tuple[str, float]]:
    """Yield the catalogue's words that a typed word may mean, and how surely."""
    allowed = 0 if len(word) < SHORTEST_TYPO else 1 if len(word) < 8 else 2
    for known in index.words:
        if known == word:
            yield known, EXACT
        elif len(word) >= 3 and known.startswith(word):
            # The more of the word is typed, the surer.
            yield known, PREFIX + (EXACT - PREFIX) * len(word) / len(known) * 0.9
        elif len(known) >= 5 and len(word) >= 5 and word.startswith(known):
            yield known, STEM  # plurals, and the first half of a German compound
        elif len(word) >= 4 and word in known:
            yield known, INSIDE
        elif allowed and abs(len(known) - len(word)) <= allowed and len(known) >= SHORTEST_TYPO:
            distance = OSA.distance(word, known, score_cutoff=allowed)
            if distance <= allowed:
                yield known, TYPO - 0.08 * (distance - 1)


def _likeliest(
    index: _Index, word: str, matches: Iterable[tuple[str, float]], language: str
) -> str:
    def rank(match: tuple[str, float]) -> tuple[float, bool, bool, str]:
        known, quality = match
        return (quality, known in index.common.get(language, ()), known[:1] == word[:1], known)

    return max(matches, key=rank)[0]


_indexes: dict[tuple[str, date], _Index] = {}


def _index(catalogue: Catalogue, day: date) -> _Index:
    key = (catalogue.version, day)
    found = _indexes.get(key)
    if found is None:
        found = _build(catalogue, day)
        _indexes.clear()
        _indexes[key] = found
    return found


def forget() -> None:
    """Drop what is kept in memory; for tests, where two packs may have one version."""
    _indexes.clear()
    _scored.cache_clear()


def _build(catalogue: Catalogue, day: date) -> _Index:
    words: dict[str, list[_Mention]] = {}
    phrases: dict[str, list[_Mention]] = {}
    written: dict[str, str] = {}
    common: dict[str, set[str]] = {}
    for offer in catalogue.on(day).values():
        for language, text, weight in _texts(catalogue, offer):
            mention = _Mention(offer.code, language, weight)
            if weight >= SYNONYM / 2:
                phrases.setdefault(folded(text), []).append(mention)
            for raw in text.replace("’", " ").replace("'", " ").split():
                word = folded(raw)
                for part in word.split():
                    if len(part) < 2 or part in STOP_WORDS:
                        continue
                    words.setdefault(part, []).append(mention)
                    written.setdefault(
                        part, raw.strip("().,;:!?«»“”").lower() if part == word else part
                    )
                    common.setdefault(language, set()).add(part)
    return _Index(
        words=words,
        phrases=phrases,
        written=written,
        common={language: frozenset(known) for language, known in common.items()},
    )


def _texts(catalogue: Catalogue, offer: Offer) -> Iterator[tuple[str, str, float]]:
    entry = offer.entry
    shelves = [shelf for code in entry.themes if (shelf := catalogue.shelf(code))]
    for language, synonyms in entry.synonyms.items():
        yield language, said_in(entry.name, language), NAME
        for synonym in synonyms:
            # A word of a longer phrase says less than a word that stands alone.
            yield language, synonym, SYNONYM * (1 + 1 / len(synonym.split())) / 2
        yield language, said_in(entry.summary, language), SUMMARY
        yield language, said_in(entry.who, language), WHO
        yield language, said_in(offer.office.names, language), OFFICE
        for shelf in shelves:
            yield language, said_in(shelf.names, language), THEME
