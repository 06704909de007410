"""Holds the rules against their examples: every rule is proved by one and opposed by one, every example is met.

The words of the rules are held against each other first (`lint.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pipeline import marks
from pipeline.extraction import default
from pipeline.models import Document, Noun
from pipeline.proof.examples import Example, examples, yields
from pipeline.proof.lint import Finding, lint


class Proof(Noun, frozen=True, kw_only=True):
    """What a check of all rules found."""

    rules: int
    examples: int
    gaps: int
    """Examples that say themselves that they are not met yet."""
    findings: tuple[Finding, ...]


def prove() -> Proof:
    """Return what is wrong with the rules and the examples in use."""
    words = list(lint(default().knowledge))
    every = examples()
    results = [(each, yields(each)) for each in every]
    met = [each for each, found in results if found == each.expected and not each.gap]
    findings = [*words, *_unmet(results), *uncovered(met)]
    gaps = sum(1 for each in every if each.gap)
    return Proof(rules=len(_rules()), examples=len(every), gaps=gaps, findings=tuple(findings))


def uncovered(met: Iterable[Example]) -> list[Finding]:
    """Return which rules in use none of these examples proves, and which none opposes; all of them are met."""
    met = list(met)
    return [*_unproved(_rules(), met), *_unopposed(_rules(), met)]


def _rules() -> list[str]:
    languages = default().knowledge.languages
    return [f"{code}.{frame.id}" for code, language in languages.items() for frame in language.deals.frame]


def _unmet(results: Iterable[tuple[Example, list[object]]]) -> Iterator[Finding]:
    for each, found in results:
        if found != each.expected and not each.gap:
            said = f"'{each.text}' yields {found}, not {each.expected}; mend the rule, or the example"
            yield Finding(where=each.place, message=said)
        elif found == each.expected and each.gap:
            yield Finding(where=each.place, message=f"the gap is closed ({each.gap}); take the line out")


def _unproved(rules: Iterable[str], met: Iterable[Example]) -> Iterator[Finding]:
    proved = {deal.get("rule") for each in met if each.topic == "deals" for deal in each.expected}
    for rule in rules:
        if rule not in proved:
            yield Finding(where=rule, message="no example proves it; add one that names it as its rule")


def _unopposed(rules: Iterable[str], met: Iterable[Example]) -> Iterator[Finding]:
    opposed = {rule for each in met if each.topic == "deals" and not each.expected for rule in _called(each)}
    for rule in rules:
        if rule not in opposed:
            message = "no example holds one of its cues and tells no deal; add one with deals = []"
            yield Finding(where=rule, message=message)


def _called(told: Example) -> set[str]:
    """Return the rules that an example's words call up, whether or not they fit."""
    extractor = default()
    with extractor.nlp.memory_zone():
        doc = extractor.marked(Document(id="example", text=told.text, language=told.language, published=told.published))
        return {f"{cue.language}.{frame}" for cue in marks.of(doc).cues for frame in cue.frames}
