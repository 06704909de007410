"""Noun phrases made one: names that are listed, described and then named, or told twice."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.deals.grammar import Grammar, Piece
from pipeline.deals.phrases import Phrase, is_group_link

SHARED = ("by", "to", "toward", "give", "from", "along", "ba")
"""Slots that two names joined by a word like 与 share; behind others it can open the next slot: 在甲与乙签约."""


def with_descriptions(found: list[Phrase], grammar: Grammar) -> list[Phrase]:
    """Return the phrases with each name's description of several parts made one: 数据和AI公司甲, oil and gas firm A."""
    if grammar.syntax.cases or grammar.auxiliaries or grammar.syntax.head_first:
        return found
    kept: list[Phrase] = []
    for phrase in found:
        if len(kept) > 1 and phrase.head == "unit" and _says_what_it_holds(kept[-2], kept[-1], phrase, grammar):
            first = kept[-2]
            del kept[-2:]
            phrase = phrase._replace(start=first.start, text=f"{first.text} {phrase.text}", owner=first.owner)
        elif len(kept) > 1 and phrase.head == "name" and not phrase.text.startswith(phrase.names[0].text):
            first, joint = kept[-2:]
            bare = first.head in ("noun", "goods") and not (first.owner or first.values or first.holder)
            if joint.kind == "and" and bare and (grammar.syntax.markers_lead or _says_trade(phrase, grammar)):
                del kept[-2:]
                phrase = phrase._replace(start=first.start, modified=True)
        kept.append(phrase)
    return kept


def _says_what_it_holds(first: Phrase, joint: Phrase, unit: Phrase, grammar: Grammar) -> bool:
    """Return whether two nouns say what one unit holds: its oil | and | gas assets."""
    described = unit.text.split()[0].lower() not in grammar.determiners and " " in unit.text
    bare = first.kind == "np" and first.head in ("noun", "goods") and not (first.values or first.holder)
    return grammar.plain_order and joint.kind == "and" and bare and described and not (unit.owner or unit.names)


def _says_trade(phrase: Phrase, grammar: Grammar) -> bool:
    """Return whether a name stands behind what its firm does and a noun for a firm: gas company A."""
    before = phrase.text[: phrase.names[0].start - phrase.start].split()
    return len(before) > 1 and before[0].islower() and grammar.head_of(before[-1]) == "firm"


def without_exceptions(found: list[Phrase], grammar: Grammar) -> list[Phrase]:
    """Return the phrases, a noun made one with what an exception inside it parts: 丙|除|中国|以外|的权益."""
    kept: list[Phrase] = []
    for phrase in found:
        if len(kept) > 3 and phrase.kind == "np" and phrase.text.startswith(grammar.syntax.attribute or " "):
            first, marker, _, end = kept[-4:]
            excepts = marker.kind == "marker" and marker.piece and grammar.slot_before(marker.piece) == "except"
            if excepts and first.kind == "np" and end.kind in ("other", "adverb", "noun"):
                del kept[-4:]
                phrase = phrase._replace(start=first.start, owner=phrase.owner or first.owner or first.names)
        kept.append(phrase)
    return kept


def with_opening_joints(found: list[Phrase], grammar: Grammar) -> list[Phrase]:
    """Return the phrases with each joint that has no name before it made a marker: 将和乙合作."""
    kept: list[Phrase] = []
    for index, phrase in enumerate(found):
        before = kept[-1].kind if kept else "break"
        following = found[index + 1] if index + 1 < len(found) else None
        opens = phrase.kind == "and" and phrase.text in grammar.first_joints and before not in ("np", "and", "value")
        if opens and following and following.head == "name" and phrase.piece:
            piece = phrase.piece._replace(kind="before", value=grammar.first_joints[phrase.text])
            phrase = phrase._replace(kind="marker", piece=piece)
        kept.append(phrase)
    return kept


def with_lists(found: list[Phrase], grammar: Grammar) -> list[Phrase]:
    """Return the phrases with names that are listed made one noun phrase: 甲、乙和丙; A, B and C."""
    kept: list[Phrase] = []
    index = 0
    while index < len(found):
        phrase = found[index]
        if phrase.kind == "np" and (phrase.head == "name" or (phrase.head == "equity" and phrase.owner)):
            last = index
            while (step := _joint(found, last, index, grammar)) is not None:
                phrase = _joined(phrase, found[step])
                last = step
            index = last
        kept.append(phrase)
        index += 1
    return kept


def with_appositions(found: list[Phrase], grammar: Grammar) -> list[Phrase]:
    """Return the phrases with a firm that is described and then named made one: its investor, A, and others."""
    if grammar.syntax.comma_ends_clause:
        return found
    kept: list[Phrase] = []
    index = 0
    while index < len(found):
        phrase = found[index]
        at = index + 2
        while at < len(found) and found[at].kind == "adverb":
            at += 1  # its largest owner, privately | held | A
        name = found[at] if at < len(found) else None
        closed = at + 1 >= len(found) or found[at + 1].kind in ("comma", "break", "and") or _is_priced(found, at)
        described = phrase.kind == "np" and phrase.head in ("firm", "person", "unit") and closed
        if described and name and found[index + 1].kind == "comma" and name.head == "name" and len(name.names) == 1:
            phrase = name._replace(start=phrase.start, modified=True)
            index = at
        elif phrase.head == "equity" and (told := _told_again(found, index)):
            phrase = phrase._replace(values=phrase.values + told[1])
            index = told[0]
        elif phrase.kind == "np" and not phrase.names and name and found[index + 1].kind == "comma":
            seated = name.head == "name" and any(seat in name.text for seat in grammar.syntax.seats)
            if seated:  # Reading, Pa.-based A
                phrase = name._replace(start=phrase.start, modified=True)
                index = at
        kept.append(phrase)
        index += 1
    return kept


def _is_priced(found: list[Phrase], at: int) -> bool:
    """Return whether a name stands right before a price: by a lender, A | for | $3 million."""
    return at + 2 < len(found) and found[at + 1].kind == "marker" and found[at + 2].kind == "value"


def _told_again(found: list[Phrase], index: int) -> tuple[int, tuple[Piece, ...]] | None:
    """Return where the same shares told as another figure end, with it: 1.2 million shares, or 12%, of A."""
    at = index + 1
    if at < len(found) and found[at].kind == "comma":
        at += 1
    if at + 1 >= len(found) or found[at].kind != "and" or found[at + 1].names or found[at + 1].owner:
        return None
    figure = found[at + 1]
    values = figure.values or ((figure.piece,) if figure.kind == "value" and figure.piece else ())
    if not any(value.kind in ("stake", "quantity") for value in values) and not figure.text[:1].isdigit():
        return None
    closed = at + 2 < len(found) and found[at + 2].kind == "comma" and found[index + 1].kind == "comma"
    return (at + 2 if closed else at + 1), values


def _joint(found: list[Phrase], last: int, first: int, grammar: Grammar) -> int | None:
    """Return where the list that stands at `last` goes on, None where it ends."""
    at = last + 1
    if at >= len(found):
        return None
    listed = last > first or _opens_beside(found, first, grammar) or _joins_two(found, first, grammar)
    if listed and found[at].kind == "marker" and found[at].text in grammar.last_joints:
        return at + 1 if at + 1 < len(found) and found[at + 1].head in ("name", "equity") else None  # 甲、乙与丙
    if found[at].kind not in ("and", "comma"):
        return None
    if found[at].kind == "comma" and grammar.syntax.cases:
        if not _listed_by_comma(found, first, last):
            return None
    elif found[at].kind == "comma" and grammar.syntax.comma_ends_clause:
        if at + 1 >= len(found) or found[at + 1].kind != "and":
            return None  # but 甲,以及乙
    elif found[at].kind == "comma" and not _goes_on(found, first, last, grammar):
        return None
    while at < len(found) and found[at].kind in ("and", "comma"):
        at += 1
    if at >= len(found) or found[at].kind != "np" or found[at].head not in ("name", "equity"):
        return None
    if found[at].head == "equity" and not found[at].owner:
        return None
    follows = found[at + 1].kind if at + 1 < len(found) else "break"
    before = found[first - 1] if first else None
    object_of = before and before.kind in ("cue", "verb") and not _is_noun_of_act(before, grammar)
    if before and (is_group_link(before, grammar) or _says_what_it_is(before, found[first], grammar)):
        object_of = False  # a consortium led by | A | and | B | bought; the buyout | groups A | and | B | fight
    if object_of and not grammar.syntax.comma_ends_clause and follows in ("cue", "verb", "governor", "adverb"):
        return None
    if _acts_itself(found, first, last, at, grammar):
        return None
    has_object = follows == "cue" and at + 2 < len(found) and found[at + 2].head in ("name", "equity")
    if object_of and has_object and grammar.syntax.comma_ends_clause and found[last + 1].text == "、":
        return None  # 甲收购乙、丙收购丁
    return at


def _says_what_it_is(cue: Phrase, firm: Phrase, grammar: Grammar) -> bool:
    """Return whether a cue is a noun that only describes the firm right behind it: buyout | group A."""
    return cue.names_act and firm.start - cue.end == 1 and grammar.head_of(firm.text.split()[0].lower()) == "firm"


def _acts_itself(found: list[Phrase], first: int, last: int, at: int, grammar: Grammar) -> bool:
    """Return whether the name behind `and` is the subject of the next verb: A bought a stake in B and | C | posted."""
    marked = first > 0 and found[first - 1].kind == "marker"
    follows = found[at + 1] if at + 1 < len(found) else None
    if not grammar.plain_order or not marked or found[last + 1].kind != "and" or follows is None:
        return False
    begins = next((i + 1 for i in range(first - 1, -1, -1) if found[i].kind in ("comma", "break", "relative")), 0)
    acted = any(each.kind == "cue" and not each.names_act for each in found[begins:first])
    return follows.kind == "verb" and acted


def _listed_by_comma(found: list[Phrase], first: int, last: int) -> bool:
    """Return whether names parted by commas share the marker of the last: 甲, 乙 등이; a heading's first one acts."""
    at = last
    while at + 2 < len(found) and found[at].marker is None and found[at + 1].kind == "comma":
        if found[at + 2].kind != "np" or found[at + 2].head != "name":
            return False
        at += 2
    marker = found[at].marker
    acts = marker is not None and marker.value in ("subject", "topic")
    return at > last and marker is not None and (acts or first > 0)


def _is_noun_of_act(phrase: Phrase, grammar: Grammar) -> bool:
    """Return whether a cue names its act as a thing, where verbs close their clauses: the list behind it is its own."""
    return bool(grammar.auxiliaries) and phrase.names_act


def with_joints(found: Sequence[Phrase], grammar: Grammar) -> list[Phrase]:
    """Return the phrases with names that a marker joins made one noun phrase: A와 B가."""
    kept: list[Phrase] = []
    for phrase in found:
        if len(kept) > 1 and kept[-1].kind == "adverb" and _joins_next(kept[-2], grammar) and phrase.head == "name":
            kept.pop()  # 甲와 신규|투자자 乙가
        before = kept[-1] if kept else None
        if before and _joins_next(before, grammar) and phrase.head == "name" and phrase.marker is not None:
            phrase = phrase._replace(start=before.start, names=(*before.names, *phrase.names))
            kept.pop()
        kept.append(phrase)
    return kept


def _joins_next(phrase: Phrase, grammar: Grammar) -> bool:
    return phrase.head == "name" and phrase.marker is not None and phrase.marker.text in grammar.syntax.cases.joints


def _opens_beside(found: list[Phrase], first: int, grammar: Grammar) -> bool:
    """Return whether a list stands behind a word for those who act together: 携手甲与乙."""
    before = found[first - 1] if first else None
    if before is None or before.piece is None or before.kind not in ("marker", "cue"):
        return False
    return before.text in grammar.together_words


def _joins_two(found: list[Phrase], first: int, grammar: Grammar) -> bool:
    """Return whether a joint of two names goes on what is open before them: 由|甲与乙|收购; 收购|甲与乙,."""
    if not grammar.syntax.markers_lead or not first or first + 2 >= len(found):
        return False
    before, following = found[first - 1], found[first + 3].kind if first + 3 < len(found) else "break"
    if before.kind == "marker" and before.piece is not None:
        return grammar.slot_before(before.piece) in SHARED
    return before.kind == "cue" and following in ("comma", "break")


def _goes_on(found: list[Phrase], first: int, last: int, grammar: Grammar) -> bool:
    """Return whether names parted by commas are a list: an `and` ends it, or three and more are a verb's objects."""
    at = last + 1
    while at + 1 < len(found) and found[at].kind == "comma" and found[at + 1].head == "name":
        at += 2
    if at + 1 < len(found) and found[at].kind == "and":
        following = found[at + 1]
        if following.head == "name" or following.text.lower() in grammar.tails:
            return True
    follows = found[at].kind if at < len(found) else "break"
    before = found[first - 1].kind if first else "break"
    if before == "break" and at - first >= 2 and follows == "cue" and _takes_several(found[at], grammar):
        return True  # headlines: A, B invest in C
    return before in ("cue", "marker") and at - first >= 4 and follows in ("break", "comma")


def _takes_several(cue: Phrase, grammar: Grammar) -> bool:
    """Return whether a verb can have several subjects by its form: invest, took; not invests, no noun."""
    endings = (*grammar.syntax.singular_endings, *grammar.syntax.active_endings)
    return bool(grammar.syntax.singular_endings) and not cue.names_act and not cue.text.split()[0].endswith(endings)


def _joined(first: Phrase, other: Phrase) -> Phrase:
    if other.held and first.head == "name":
        return other._replace(start=first.start, holder=first.names + other.holder)  # 甲、乙持有的丙51%股权
    names = (first.names or first.owner) + (other.names or other.owner)
    if "equity" in (first.head, other.head):
        head = first if first.head == "equity" else other
        values = first.values + other.values
        return head._replace(start=first.start, end=other.end, names=(), owner=names, values=values)
    marker = first.marker or other.marker
    return first._replace(end=other.end, names=names, values=first.values + other.values, marker=marker)
