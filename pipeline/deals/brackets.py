"""Verb brackets: clauses whose verb stands at their end, put into the order of those where it comes second.

A hat B gekauft, dass A B kauft, A plans B to buy: one half of the verb, or all of it, closes the clause, and a phrase
of time before the verb moves the subject behind it. The readers of `arguments.py` know one order, subject, verb, rest;
so the phrases of such a clause are put into it once, each with its own place in the text. `syntax.auxiliaries` holds
the finite verbs that open a bracket; a language without them has none.
"""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.deals.grammar import Grammar
from pipeline.deals.phrases import Phrase

ENDS = ("break", "relative")


def verbs_second(found: list[Phrase], grammar: Grammar) -> list[Phrase]:
    """Return the phrases of a sentence with every act right behind its subject."""
    if not grammar.auxiliaries:
        return found
    found = _relatives(found, grammar)
    for cue in [phrase for phrase in found if phrase.kind == "cue" and not phrase.names_act]:
        at = next(i for i, phrase in enumerate(found) if phrase is cue)
        found = _moved(found, at, grammar)
    return found


def _relatives(found: list[Phrase], grammar: Grammar) -> list[Phrase]:
    """Return the phrases with each relative word parted from its comma; one whose clause ends in no verb is none."""
    kept: list[Phrase] = []
    for index, phrase in enumerate(found):
        if phrase.kind != "relative" or not phrase.text.startswith(","):
            kept.append(phrase)
            continue
        comma = phrase._replace(kind="comma", end=phrase.start + 1, text=",")
        kept.append(comma)
        end = next((i for i in range(index + 1, len(found)) if found[i].kind in ("comma", *ENDS)), len(found))
        last = found[end - 1]
        marked = any(each.text.lower() in grammar.marks for each in found[max(index + 1, end - 3) : end - 1])
        closed = last.kind in ("cue", "verb", "governor") or _helps(last, grammar)
        if end > index + 1 and closed and not marked:
            kept.append(phrase._replace(start=phrase.start + 1, text=phrase.text[1:].strip()))
    return kept


def _helps(phrase: Phrase, grammar: Grammar) -> bool:
    return phrase.kind == "adverb" and phrase.text.lower() in grammar.auxiliaries


def _bare(phrase: Phrase, grammar: Grammar) -> bool:
    """Return whether a phrase can be a subject or an object; a lone figure is a year, a week when it was."""
    if phrase.kind != "np" or phrase.marker is not None or phrase.text.isdigit():
        return False
    return phrase.text.split()[-1].lower() not in grammar.times


def _owns(found: Sequence[Phrase], index: int, grammar: Grammar) -> bool:
    """Return whether a noun phrase owns the marked one right before it: laut einem Bericht | der Zeitung.

    So does what an act is done to, where a marker opened the act: für den Kauf | der Zeitung.
    """
    before = found[index - 1] if index else None
    if before is not None and before.names_act:
        led = next((i for i in range(index - 2, -1, -1) if found[i].marker is None), -1)
        return led >= 0 and found[led].kind == "marker"
    opens = found[index].text.split()[0].lower() in grammar.genitives
    return opens and before is not None and before.kind == "np" and before.marker is not None


def _moved(found: list[Phrase], at: int, grammar: Grammar) -> list[Phrase]:
    """Return the phrases with the act at `at` put behind its subject."""
    first = at
    while first > 0 and found[first - 1].kind not in ENDS:
        first -= 1
    tail = at + 1
    while tail < len(found) and (_helps(found[tail], grammar) or found[tail].text.lower() in grammar.marks):
        tail += 1
    final = tail == len(found) or found[tail].kind in ("comma", "and", *ENDS)
    begins = at - 1 if at > 0 and found[at - 1].text.lower() in grammar.marks else at
    verb = found[at + 1 : tail] + found[begins : at + 1]
    marked = any(each.text.lower() in grammar.marks for each in verb)
    marked = marked or found[at].text.lower().startswith(grammar.inner_marks)
    opener = found[first - 1] if first else None
    if not final:
        return _inverted(found, first, at, at, [found[at]], at + 1, grammar)
    auxiliary = _auxiliary(found, first, begins, grammar)
    start = max((i + 1 for i in range(first, begins) if found[i].kind == "comma"), default=first)
    if marked and (auxiliary is None or auxiliary < start):
        return [*found[:start], *verb, *found[start:begins], *found[tail:]]
    if auxiliary is not None:
        return _inverted(found, first, auxiliary, begins, [found[auxiliary], *verb], tail, grammar)
    if opener is not None and (opener.kind == "relative" or opener.text.lower() in grammar.verb_last):
        return _subordinate(found, first, begins, verb, tail, grammar)
    if start < begins and found[start].kind in ("marker", "adverb") and found[start].text.lower() in grammar.verb_last:
        found = [*found[: start + 1], found[start + 1]._replace(marker=None), *found[start + 2 :]]
        return _subordinate(found, start + 1, begins, verb, tail, grammar)
    return _inverted(found, first, at, at, [found[at]], at + 1, grammar)


def _auxiliary(found: Sequence[Phrase], first: int, at: int, grammar: Grammar) -> int | None:
    """Return the finite verb that opens the bracket which an act closes; none beyond another act."""
    for index in range(at - 1, first - 1, -1):
        if found[index].kind == "cue" and not found[index].names_act and found[index + 1].kind in ("comma", "and"):
            return None
        if found[index].kind == "governor" or _helps(found[index], grammar):
            return index
    return None


def _inverted(
    found: list[Phrase], first: int, finite: int, at: int, verb: list[Phrase], tail: int, grammar: Grammar
) -> list[Phrase]:
    """Return the phrases with the verb behind its subject, which may stand behind its finite half."""
    start = max((i + 1 for i in range(first, finite) if found[i].kind in ("comma", "and")), default=first)
    behind = found[finite + 1 : at] + found[tail:]
    left = found[:finite]
    bare = [found[i] for i in range(start, finite) if _bare(found[i], grammar) and not _owns(found, i, grammar)]
    if (bare and not _is_acted_on(bare, behind, grammar)) or finite == 0 or found[finite - 1].kind == "and":
        return [*left, *verb, *behind]
    end = next((i for i, phrase in enumerate(behind) if phrase.kind in ("comma", *ENDS)), len(behind))
    named = [i for i in range(end) if _bare(behind[i], grammar) and behind[i].head in ("name", "issuer", "firm")]
    subject = next((i for i in range(end) if _bare(behind[i], grammar)), None)
    if subject is None or (start == finite and len(named) < 2):
        return [*left, *verb, *behind]
    return [*left, *behind[: subject + 1], *verb, *behind[subject + 1 :]]


def _is_acted_on(bare: Sequence[Phrase], behind: Sequence[Phrase], grammar: Grammar) -> bool:
    """Return whether what opens a clause bare is what its verb acts on, by a case: den Auftrag vergibt | A an B."""
    if any(phrase.names or phrase.owner for phrase in bare):
        return False
    actor = next((phrase for phrase in behind if _bare(phrase, grammar)), None)
    if actor is None or actor.head != "name":
        return False
    opened = actor.text.split()[0].lower() in grammar.subjects  # eine Bestellung hat | der Konzern A erhalten
    return opened or any(phrase.text.split()[0].lower() in grammar.objects for phrase in bare)


def _subordinate(
    found: list[Phrase], first: int, at: int, verb: list[Phrase], tail: int, grammar: Grammar
) -> list[Phrase]:
    """Return the phrases with the verb of a subordinate clause behind its subject; a relative word may be that."""
    inside = found[first:at]
    bare = [i for i, phrase in enumerate(inside) if _bare(phrase, grammar)]
    opener = found[first - 1]
    if not bare or (opener.kind == "relative" and _acts(found, first - 1, len(bare), grammar)):
        return [*found[:first], *verb, *inside, *found[tail:]]
    taken_up = next((i for i, phrase in enumerate(inside) if phrase.text.lower() in grammar.syntax.takes_up), None)
    subject = taken_up if taken_up is not None and taken_up < bare[0] else bare[0]  # dass | es | B kauft
    return [*found[:first], *inside[: subject + 1], *verb, *inside[subject + 1 :], *found[tail:]]


def _acts(found: Sequence[Phrase], at: int, bare: int, grammar: Grammar) -> bool:
    """Return whether a relative word is its clause's subject: where two stand beside it, or it takes up a subject."""
    said = found[at].text.lower()
    if said in grammar.objects or bare > 1:
        return False
    if said in grammar.subjects:
        return True
    before = next((i for i in range(at - 1, -1, -1) if found[i].kind not in ("comma", "verb", "adverb")), None)
    if before is None or found[before].kind != "np":
        return True
    return found[before].marker is None and not any(each.kind == "cue" for each in found[:before])
