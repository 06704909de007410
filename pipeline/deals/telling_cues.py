"""Which cues of a sentence can tell a deal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.deals.grammar import Grammar
from pipeline.deals.sentence import CLAUSE_END
from pipeline.rules.frames import SURE, Cue, Org

VERBAL = ("by", "source", "from", "holder")  # slots whose markers may hold a cue: 甲|が主導する


def telling(text: str, cues: Sequence[Cue], orgs: Sequence[Org], grammar: Grammar) -> list[Cue]:
    """Return the cues that can tell a deal: not those of another language, in a name, or that only mark another."""
    sure = [org for org in orgs if org.strength in SURE]
    own = [
        cue
        for cue in _behind_names(cues, sure, grammar)
        if cue.language == grammar.language.code
        and not _contracted(text, cue, grammar)
        and not _is_written_noun(text, cue, grammar)
        and not _hangs_on_noun(text, cue, orgs, grammar)
        and not any(org.start <= cue.start and cue.end <= org.end for org in sure)
    ]
    markers = _verbal_markers(text, orgs, grammar)
    own = [cue for cue in own if not any(first <= cue.start and cue.end <= last for first, last in markers)]
    following = [*own[1:], None]
    return [cue for cue, after in zip(own, following, strict=False) if not _marks(cue, after, orgs, grammar)]


def _verbal_markers(text: str, orgs: Sequence[Org], grammar: Grammar) -> list[tuple[int, int]]:
    """Return where verbs only mark the firm before them, in a language that marks cases: 甲|が主導する|ラウンド."""
    marked = [grammar.marked_behind(text, org.end) for org in orgs] if grammar.marks_cases else []
    return [
        (first, last)
        for first, last, slot in marked
        if slot in VERBAL and not CLAUSE_END.match(text[last : last + 2] or "。")
    ]


def _contracted(text: str, cue: Cue, grammar: Grammar) -> bool:
    """Return whether a cue is the beginning of a contraction: won | 't."""
    negation = grammar.negation.match(text, cue.start)
    return negation is not None and negation.end() > cue.end


def _is_written_noun(text: str, cue: Cue, grammar: Grammar) -> bool:
    """Return whether a verb has a capital inside a sentence, where every noun has one: pumps, not to pump."""
    if not grammar.auxiliaries or not cue.text[0].isupper() or cue.text.lower() in cue.nouns:
        return False
    if any(each.startswith(cue.text) for frame in cue.frames for each in frame.cues):
        return False
    return text[: cue.start].rstrip()[-1:].isalnum() or text[: cue.start].endswith(", ")


def _hangs_on_noun(text: str, cue: Cue, orgs: Sequence[Org], grammar: Grammar) -> bool:
    """Return whether a hyphen hangs a cue on what is no firm: die Kredit-|Übernahme."""
    hung = grammar.classes.compounds and text[cue.start - 1 : cue.start] == "-"
    return hung and not any(org.end == cue.start - 1 for org in orgs)


def _marks(cue: Cue, following: Cue | None, orgs: Sequence[Org], grammar: Grammar) -> bool:
    """Return whether a cue only marks who does what the next cue tells: 获得甲领投."""
    syntax = grammar.syntax
    if following is None or cue.text not in syntax.markers.before or following.start - cue.end > syntax.marker_reach:
        return False
    return any(cue.end <= org.start and org.end <= following.start for org in orgs)


def _behind_names(cues: Sequence[Cue], orgs: Sequence[Org], grammar: Grammar) -> Iterator[Cue]:
    """Yield the cues; of one that begins inside a name, the cue that the rest of it is: 雪松控股|收购."""
    for cue in cues:
        until = next((org.end for org in orgs if org.start < cue.start < org.end < cue.end), cue.start)
        rest = cue.text[until - cue.start :]
        if until == cue.start:
            yield cue
        elif frames := grammar.language.cues.get(rest.lower()):
            yield Cue(until, cue.end, rest, cue.language, tuple(frames))
