"""Deals with one named side, held back where a firm without a part in any deal stands beside them.

The other side is then mostly that firm, in words that no rule knows: on news that no rule was written for, one such
deal in four was right, and of those whose sentence names nobody else a good half.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pipeline.deals.candidates import Candidate
from pipeline.deals.filling import ROLES
from pipeline.deals.grammar import Piece
from pipeline.deals.phrases import Phrase
from pipeline.deals.sentence import Sentence, slot_after, slot_before
from pipeline.rules.frames import Org

ASIDE = ("against", "as", "at", "behind", "despite", "except", "like", "over", "rival", "than", "told")
"""What opens a phrase in which no party stands: formerly known | as A, space | at Harbour Plaza."""
DESCRIPTION = 30  # characters of the nouns between a firm and the one that they describe; from the ko examples
ENDS = ("comma", "break", "relative")
OWN = 3  # words of a thing of the subject's own and of what says whose it is: sa nouvelle plateforme
WORD = re.compile(r"\w+")
BREAK = re.compile(r"[,、。;:]")


def held_back(candidates: Sequence[Candidate], sentence: Sentence) -> list[Candidate]:
    """Return the candidates of one named side whose clause names a firm without a part."""
    told = [org for candidate in candidates for _, org in candidate.parties]
    return [
        candidate
        for candidate in candidates
        if not candidate.complete and any(_without_part(org, told) for org in _beside(candidate, sentence))
    ]


def _beside(candidate: Candidate, sentence: Sentence) -> Iterator[Org]:
    """Yield the firms named in a candidate's clause that can be its other side.

    What stands in brackets is mostly another name of a party, and who owns what describes one, or acts in what does,
    deals with nobody: OpenAI's rival | Anthropic; 甲が支援する|乙. Nor does what a party has and calls by a name: sa
    technologie | Lumivox.
    """
    first, last = candidate.arguments.window
    tail = WORD.match(sentence.text, candidate.cue.end)
    if tail and sentence.grammar.markers.tail(tail.group()) == "linking":
        last = min(last, tail.end())  # 甲는 투자를 유치하고 | 乙와 시험
    parties = [org for _, org in candidate.parties]
    phrases = sentence.phrases_of(candidate.cue)
    first = max(first, _own_clause(candidate, phrases))
    if candidate.arguments.unit:
        last = _with_restriction(phrases, last)
    named = {piece.start for piece in candidate.arguments.slots.get("object name", ())}  # the Eastlink | contract
    aside = _aside(phrases) | _acts_for(candidate) | _spoken_of(candidate, sentence) | named
    for piece in sentence.pieces:
        beside = piece.kind == "org" and first <= piece.start < last and not sentence.bracketed(piece.start)
        beside = beside and piece.start not in aside and not _is_own(sentence, piece)
        if beside and not any(_describes(sentence, piece, party) for party in parties):
            yield piece.value


def _own_clause(candidate: Candidate, phrases: Sequence[Phrase]) -> int:
    """Return where a clause begins that a joint ties to another with its own subject: A buys B | and | C raises."""
    subject = candidate.arguments.reach[0]
    at = next((i for i, phrase in enumerate(phrases) if phrase.start >= subject >= 0), 0)
    tied = at > 1 and phrases[at - 1].kind == "and" and phrases[at].head == "name"
    acted = tied and any(phrase.kind in ("cue", "verb") for phrase in phrases[: at - 1])
    return phrases[at].start if acted else -1


def _with_restriction(phrases: Sequence[Phrase], last: int) -> int:
    """Return where a clause ends with the one that restricts its last noun: sells its unit | that serves banks to A."""
    at = next((i for i, phrase in enumerate(phrases) if phrase.start >= last), len(phrases))
    opens = 0 < at < len(phrases) and phrases[at].kind in ("relative", "break") and phrases[at - 1].kind == "np"
    if not opens or not phrases[at].text.isalpha():
        return last
    return next((phrase.start for phrase in phrases[at + 1 :] if phrase.kind in ENDS), phrases[-1].end)


def _acts_for(candidate: Candidate) -> set[int]:
    """Return where a firm begins that acts for a party: the subject of a verb whose frame gives it no role."""
    verb = candidate.cue.text.lower() not in candidate.frame.nouns
    acts = verb and not any("subject" in candidate.frame.slots(role) for role in ROLES)
    return {name.start for name in candidate.arguments.slots.get("subject", ())} if acts else set()


def _spoken_of(candidate: Candidate, sentence: Sentence) -> set[int]:
    """Return where the firm begins that only tells of another's act, in marked nouns: 甲는|乙가 수주했다고 밝혔다."""
    slots = candidate.arguments.slots
    tells = sentence.grammar.syntax.cases and "subject" in slots
    return {name.start for name in slots.get("topic", ())} if tells else set()


def _aside(phrases: Sequence[Phrase]) -> set[int]:
    """Return where the firms begin that stand in phrases no party stands in."""
    marked = [p for p in phrases if p.marker and (slot_after(p.marker) in ASIDE or slot_before(p.marker) in ASIDE)]
    return {name.start for phrase in marked for name in phrase.names}


def _describes(sentence: Sentence, piece: Piece, party: Org) -> bool:
    """Return whether a firm owns the nouns right before a party."""
    text, grammar = sentence.text, sentence.grammar
    between = text[piece.end : party.start]
    if not 0 < len(between) <= DESCRIPTION or BREAK.search(between):
        return False
    if any(other.kind == "cue" and piece.end <= other.start < party.start for other in sentence.pieces):
        return False
    _, end, slot = grammar.marked_behind(text, piece.end)
    cases = grammar.cases
    described = cases and slot == "subject" and cases.verb.search(text, end, party.start)
    unmarked = cases and not slot and not any(cases.slots[m.group()] != "of" for m in cases.marker.finditer(between))
    return (
        slot == "of"
        or bool(described or unmarked)
        or between.startswith((*grammar.syntax.of, *grammar.syntax.genitives))
    )


def _is_own(sentence: Sentence, piece: Piece) -> bool:
    """Return whether a name is what a thing of the subject's own is called: its technology X; not its supplier X."""
    grammar, before = sentence.grammar, sentence.text[: piece.start].split()[-OWN:]
    owned = next((at for at, word in enumerate(before[:-1]) if word.lower() in grammar.possessives), None)
    nouns = before[owned + 1 :] if owned is not None else []
    return bool(nouns) and all(grammar.head_of(noun.lower()) in (None, "noun", "goods") for noun in nouns)


def _without_part(org: Org, told: Sequence[Org]) -> bool:
    return not any(org.name == other.name or org.text in other.text or other.text in org.text for other in told)
