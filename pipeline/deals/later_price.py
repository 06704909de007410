"""The price of a deal where the sentence behind tells it: The deal is worth 5 billion; the buyer will pay 5 billion."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.deals import money
from pipeline.deals.annotated import Annotated
from pipeline.deals.candidates import Candidate
from pipeline.deals.filling import Attempt
from pipeline.deals.grammar import Grammar
from pipeline.deals.phrases import Phrase
from pipeline.deals.sentence import Sentence
from pipeline.models import Amount

LATER = 60  # characters between what takes a deal up and its price
NEXT = 160  # characters between a deal's sentence and the one that tells its price, or what its buyer pays
PAUSE = re.compile(r"[,.]\s")
WORDS = re.compile(r"\s+")
FULL_STOP = "。"
COMMA = re.compile(r"[、,，](?!\d)")


def price_of_deal(annotated: Annotated, sentence: Sentence) -> Amount | None:
    """Return the price that the sentence behind one tells of its deal: The purchase price is 5 billion."""
    text = annotated.text
    rest = text[sentence.end : sentence.end + LATER]
    start = sentence.end + len(rest) - len(rest.lstrip())
    amounts = annotated.values(start, start + 2 * LATER).amounts
    if sentence.grammar.syntax.cases:
        return _told_marked(text, start, amounts, sentence.grammar)
    priced = _told_later(text, start, amounts, sentence.grammar)
    if priced is None and (start := _sentence_after(annotated, sentence)):
        priced = _told_later(text, start, annotated.values(start, start + 2 * LATER).amounts, sentence.grammar)
    return priced


def _sentence_after(annotated: Annotated, sentence: Sentence) -> int:
    """Return where the next but one sentence begins, 0 where the one between tells of a deal too, or in other marks."""
    end = annotated.text.find(FULL_STOP, sentence.end, sentence.end + NEXT)
    parted = end < 0 or "\n" in annotated.text[sentence.end : end] or annotated.inside("cues", sentence.end, end)
    return 0 if parted else end + len(FULL_STOP)


def _told_marked(text: str, start: int, amounts: Sequence[Amount], grammar: Grammar) -> Amount | None:
    """Return the first sum told behind a sentence where what takes the deal up stands right before it.

    It opens a clause: behind a comma, a verb that links, or a sentence that tells no sum of its own.
    """
    priced = next((each for each in amounts if each.per is None and each.start - start <= 2 * LATER), None)
    if priced is None or "\n" in text[start : priced.start]:
        return None
    clause = max((mark.end() for mark in PAUSE.finditer(text, start, priced.start)), default=start)
    words = [start, clause, *(found.end() for found in WORDS.finditer(text, clause, priced.start))]
    for at in words:
        opened = grammar.taken_up.match(text, at)
        before = text[clause:at].split()
        opens = at in (start, clause) or grammar.markers.verb(before[-1]) == "linking"
        if opened and opens and grammar.told_later.search(text[opened.end() : priced.start]):
            return priced
    return None


def price_paid(
    annotated: Annotated, deal: Candidate, after: int, sentence: Sentence, tried: Sequence[Attempt]
) -> Amount | None:
    """Return what the payer of a deal pays for it by a sentence near behind that names nobody who is paid."""
    if sentence.start - after > NEXT:
        return None
    for attempt in tried:
        if attempt.frame.prices and _only_payer(attempt, deal) and not _unless(sentence, attempt):
            cue = attempt.cue.start, attempt.cue.end
            amounts = annotated.values(sentence.start, sentence.end).amounts
            amount = money.choose(sentence, amounts, cue, attempt.arguments.window, ())[0]
            return amount if amount and _is_all_that_is_paid(sentence, attempt, amount) else None
    return None


def _is_all_that_is_paid(sentence: Sentence, attempt: Attempt, amount: Amount) -> bool:
    """Return whether a sum is what a verb acts on: no sum a year, of wages or of dividends, nor for other goods."""
    phrases = sentence.phrases_around(attempt.cue)
    inside = (each for each in phrases if attempt.cue.end <= each.start < amount.start)
    between = [each for each in inside if not _takes_up(each, sentence.grammar)]
    goods = attempt.arguments.slots.get("for") or attempt.arguments.thing in ("goods", "matter")
    return amount.per is None and not goods and not any(each.kind == "np" for each in between)


def _takes_up(phrase: Phrase, grammar: Grammar) -> bool:
    """Return whether a noun phrase means the deal or a firm of it: für | den Zulieferer; lässt sich | die Übernahme."""
    article = phrase.text.lower() in grammar.determiners  # of a cue, which is no part of the phrase
    return article or (phrase.definite and phrase.head in ("firm", "issuer", "paper"))


def _only_payer(attempt: Attempt, deal: Candidate) -> bool:
    """Return whether nobody but the payer of a deal stands around a cue."""
    names = attempt.arguments.names(*attempt.frame.payer)
    others = attempt.arguments.names(*attempt.frame.payee, *attempt.frame.target)
    return bool(names) and names <= set(deal.names("payer")) and others <= names


def _unless(sentence: Sentence, attempt: Attempt) -> bool:
    unless = sentence.grammar.of_frame(attempt.frame, "unless")
    return unless.search(sentence.text, sentence.start, sentence.end) is not None


def _told_later(text: str, start: int, amounts: Sequence[Amount], grammar: Grammar) -> Amount | None:
    clauses = [start]
    if grammar.syntax.comma_ends_clause:  # 狙いがあり、|買収額は約10億円
        end = text.find("。", start, start + LATER)
        clauses += [mark.end() for mark in COMMA.finditer(text, start, end if end >= 0 else start + LATER)]
    for clause in clauses:
        opened = grammar.taken_up.match(text, clause)
        priced = next((each for each in amounts if each.per is None and opened and each.start >= opened.end()), None)
        if not opened or not priced or priced.start - opened.end() > LATER:
            continue
        between = text[clause : priced.start]
        if ". " not in between and grammar.told_later.search(between):
            return priced
    return _told_inside(text, start, amounts, grammar)


def _told_inside(text: str, start: int, amounts: Sequence[Amount], grammar: Grammar) -> Amount | None:
    """Return the price that stands inside the words that take a deal up: the $200 million deal."""
    priced = next((each for each in amounts if each.per is None), None)
    if priced is None or not 0 < priced.start - start <= LATER or grammar.syntax.comma_ends_clause:
        return None
    without = text[start : priced.start] + text[priced.end + 1 : priced.end + LATER]
    opened = grammar.taken_up.match(without)
    return priced if opened and opened.end() > priced.start - start else None
