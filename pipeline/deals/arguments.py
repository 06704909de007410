"""Who stands where around a cue: subject, object and the parties that markers open, read from phrases.

A clause is read from its verb outwards: to the left the nearest noun phrase that can act, past adverbs, verbs that pass
their subject on and what stands between two commas; to the right the object and the marked phrases up to the next verb.
What a clause leaves out is taken from the clauses before it, or from the one behind a clause of time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.deals.case_slots import read_cases
from pipeline.deals.grammar import Grammar, Piece
from pipeline.deals.phrases import Phrase, is_group_link, is_proper
from pipeline.deals.sentence import Arguments, Group, Sentence, named, slot_after, slot_before
from pipeline.deals.verb_last import read_verb_last
from pipeline.rules.frames import Org, Thing

LONG = 4  # characters of a name that is no mere word; from the zh examples
PARENTS = ("unit", "firm", "paper", "matter", "goods")
"""Heads whose owner can be who acts: 甲旗下产品."""
FRAMES = ("in", "media", "list", "like")
"""Slots of what frames a clause."""
OWNED = {
    "equity": ("of", "in", "for", "by"),
    "goods": ("of", "in", "for", "by"),
    "unit": ("of", "in", "for", "by", "to", "from", "with"),
    "firm": ("to", "from", "with", "by"),
}
"""The slots in which a marked noun stands for its owner: to a unit of A."""
TAKEN_UP = ("in", "of", "for", "with", "to", "by", "from")
"""The slots in which a definite noun phrase takes up a firm: a stake in the regional lender."""


WAITING = ("to", "with", "from", "along")
"""Slots whose marked party may stand behind a comma from its verb: 向甲,采购."""
CARRIERS = ("adverb", "governor", "value")
"""What may stand between a subject and its verb."""


@dataclass
class Reading:
    """The reading of one cue in the phrases of its sentence."""

    sentence: Sentence
    phrases: Sequence[Phrase]
    at: int
    """Of the cue among the phrases."""
    found: Arguments

    @property
    def grammar(self) -> Grammar:
        """Return the sentence's grammar."""
        return self.sentence.grammar

    def kind(self, index: int) -> str:
        """Return the kind of a phrase, `end` outside of the sentence."""
        return self.phrases[index].kind if 0 <= index < len(self.phrases) else "end"

    def put(self, slot: str, names: Sequence[Piece], *, over: bool = False) -> None:
        """Put firms into a slot; one that is filled keeps what it has unless `over`."""
        if slot in ("subject", "its"):
            names = [piece for piece in names if piece.kind != "pronoun"]  # its own clause names nobody
        if slot == "object":
            names = [each for piece in names for each in self.other_firm(piece)]
        group = self.sentence.resolved([each for piece in names for each in self.antecedent(piece)])
        group = [piece for piece in group if self.can_stand(piece, slot)]
        if group and (over or slot not in self.found.slots):
            self.found.slots[slot] = group

    def other_firm(self, piece: Piece) -> list[Piece]:
        """Return a name, or whom a word for the firm of the report means where the subject is the last one named."""
        before = [each for each in self.sentence.pieces if each.kind == "org" and each.end <= piece.start]
        acts = bool(before) and before[-1].value.name in self.found.names("subject")
        about = self.sentence.issuer
        if piece.kind != "issuer" or not acts or about is None or self.grammar.syntax.markers_lead:
            return [piece]
        return [] if about.name in self.found.names("subject") else [named(about)]

    def taken_up(self, phrase: Phrase) -> list[Piece]:
        """Return the firm that a definite noun phrase means: one named before, else whom the text is about."""
        subject = self.found.names("subject")
        before = [each for each in self.sentence.pieces if each.kind == "org" and each.end <= phrase.start]
        others = [each for each in before if each.value.name not in subject][-1:]
        about = self.sentence.issuer
        if others or about is None or about.name in subject:
            return others
        return [named(about)]

    def can_stand(self, piece: Piece, slot: str) -> bool:
        """Return whether a name may fill a slot: one that may be a mere word only where a firm alone can stand."""
        if piece.kind != "maybe" or is_proper(piece):
            return True
        if slot in ("object", "ba", "toward", "shares"):
            return (slot == "shares" or self.found.thing == "equity") and len(piece.text) >= LONG
        return slot in ("subject", "holder") and self.sentence.opens_clause(piece)

    def antecedent(self, piece: Piece) -> list[Piece]:
        """Return a firm itself; for a word that takes one up, the last one named before that is not the subject."""
        if piece.kind != "pronoun":
            return [piece]
        subject = self.found.names("subject")
        before = [each for each in self.sentence.pieces if each.kind == "org" and each.end <= piece.start]
        return [each for each in before if each.value.name not in subject][-1:]


def read_arguments(sentence: Sentence, cue: Piece) -> Arguments:
    """Return what stands around a cue."""
    if sentence.grammar.syntax.markers.behind:
        return read_cases(sentence, cue)
    if sentence.grammar.syntax.cases:
        return read_verb_last(sentence, cue)
    phrases = sentence.phrases_around(cue)
    at = next(i for i, phrase in enumerate(phrases) if phrase.kind == "cue" and phrase.start == cue.start)
    first, last = clause(sentence, phrases, at)
    opened = next((i for i in range(at - 1, first - 1, -1) if phrases[i].kind == "relative"), first - 1)
    start = phrases[opened].end if opened >= 0 else sentence.start
    end = phrases[last].start if last < len(phrases) else sentence.end
    reading = Reading(sentence, phrases, at, Arguments((min(start, cue.start), max(end, cue.end))))
    if sentence.grammar.syntax.comma_ends_clause:
        read_left_marked_first(reading, first)
    else:
        reading.found.definite = _has_definite_article(reading)
        reading.found.known = reading.found.definite and reading.kind(at + 1) == "marker"
        read_left_verb_first(reading, first)
    read_right(reading, last)
    take_rival(reading, first)
    if not sentence.grammar.syntax.comma_ends_clause:
        take_antecedent(reading, first)
    turn_passive(reading, first)
    act_together(reading, first, last)
    if not {"subject", "by"} & reading.found.slots.keys():
        take_framed_subject(reading)
    if "subject" not in reading.found.slots:
        take_subject(reading, first, last)
        turn_passive(reading, first)
    take_pair(reading, first)
    note_topic(reading, first)
    return reading.found


def clause(sentence: Sentence, phrases: Sequence[Phrase], at: int) -> tuple[int, int]:
    """Return the range of phrases of the clause that holds a phrase."""
    ends = ("comma", "break") if sentence.grammar.syntax.comma_ends_clause else ("break",)
    first, last = at, at + 1
    while first > 0 and phrases[first - 1].kind not in ends:
        first -= 1
    while last < len(phrases) and phrases[last].kind not in (*ends, "relative"):
        last += 1
    while first > 1 and phrases[first - 1].kind == "comma" and _opens_only(phrases, first - 1):
        first -= 1  # 向甲,采购: a marker waits for its verb behind the comma
        while first > 0 and phrases[first - 1].kind not in ends:
            first -= 1
    return first, last


def _opens_only(phrases: Sequence[Phrase], comma: int) -> bool:
    """Return whether the clause before a comma is one that a marker opens and no verb closes."""
    before = phrases[comma - 1]
    if before.kind != "np" or before.marker is None or slot_before(before.marker) not in WAITING:
        return False
    index = comma - 1
    while index >= 0 and phrases[index].kind not in ("comma", "break"):
        if phrases[index].kind in ("cue", "verb"):
            return False
        index -= 1
    return True


# Left of the verb, where markers come before it and a comma ends the clause


def read_left_marked_first(reading: Reading, first: int) -> None:
    """Fill the slots left of a verb whose marked parties stand before it."""
    phrases, at, found = reading.phrases, reading.at, reading.found
    subject: int | None = None
    for index in range(first, at):
        phrase = phrases[index]
        if phrase.kind != "np":
            continue
        marker = phrase.marker
        if phrase.holder:
            reading.put("holder", phrase.holder)
        firms = phrase.names or phrase.owner
        if marker is not None:
            slot = slot_before(marker)
            if slot == "ba":
                found.object_marker = marker.start
            if firms and phrase.head != "person":
                reading.put(slot, firms, over=True)
            elif phrase.head == "firm" and not phrase.definite:
                found.unnamed = True
            if slot in ("ba", "toward") and (firms or phrase.head in ("goods", "equity", "unit")):
                found.after_object = firms[-1].end if firms else phrase.end
                found.thing = _thing(phrase, reading, index)
        elif phrase.head in ("name", "issuer") and not phrase.holder:
            if _says_whose_act(phrases, index, at):
                continue
            described = subject is not None and _is_described(reading, index)
            if _can_act(reading, index) and (described or subject is None or not _is_object(phrases, index, at)):
                subject = index
        elif phrase.head == "equity" and phrase.owner and subject is None:
            reading.put("shares", phrase.owner)
            found.after_object = phrase.owner[-1].end
        elif phrase.head in PARENTS and phrase.owner and subject is None and not phrase.indefinite:
            reading.put("parent", phrase.owner)
        elif _is_unit_of_report(reading, phrase) and subject is None:
            reading.put("parent", [named(org) for org in (reading.sentence.issuer,) if org])
        elif phrase.beside and subject is None and not reading.grammar.not_actor_in(phrase.text):
            reading.put("parent", phrase.beside)
    reading.found.reach = (phrases[first if subject is None else subject].start, 0)
    if subject is not None:
        reading.put("subject", phrases[subject].names)
    elif "parent" in found.slots:
        found.slots.setdefault("subject", found.slots.pop("parent"))
        found.elided = found.stands_in = True


def _is_unit_of_report(reading: Reading, phrase: Phrase) -> bool:
    """Return whether a unit without a name stands for the firm of the report: 公告,阿根廷子公司将收购甲."""
    if phrase.head != "firm" or phrase.owner or phrase.indefinite or phrase.definite:
        return False
    return phrase.text.endswith(reading.grammar.syntax.links)


def _can_act(reading: Reading, index: int) -> bool:
    """Return whether a name can be a subject, and what follows it lets it act."""
    names = [name for name in reading.phrases[index].names if name.kind != "pronoun"]
    return any(reading.can_stand(name, "subject") for name in names) and reading.sentence.acts(names, None)


def _is_described(reading: Reading, index: int) -> bool:
    """Return whether a clause right before a name only describes it, and so its own names do not act: 甲创立的|乙."""
    phrase, attribute = reading.phrases[index], reading.grammar.syntax.attribute
    behind = index > 0 and reading.phrases[index - 1].kind in ("verb", "cue")
    return behind and bool(attribute) and phrase.text.startswith(attribute)


def _says_whose_act(phrases: Sequence[Phrase], index: int, at: int) -> bool:
    """Return whether a name behind another verb only says whose the act is: 甲参与了乙的|增资."""
    behind = index > 0 and phrases[index - 1].kind in ("verb", "cue")
    bare = all(p.kind in ("adverb", "value") or (p.kind == "np" and not p.names) for p in phrases[index + 1 : at])
    return behind and phrases[index].possessive and bare


def _is_object(phrases: Sequence[Phrase], index: int, at: int) -> bool:
    """Return whether a noun phrase behind a verb is that verb's object and not the next one's subject."""
    if index == 0 or phrases[index - 1].kind not in ("verb", "cue"):
        return False
    return any(phrases[i].kind not in CARRIERS and not _marked(phrases, i) for i in range(index + 1, at))


def _marked(phrases: Sequence[Phrase], index: int) -> bool:
    """Return whether a phrase is a marker or what it opens."""
    return phrases[index].kind == "marker" or (phrases[index].kind == "np" and phrases[index].marker is not None)


# Left of the verb, where its marked parties stand behind it and commas only set off


def read_left_verb_first(reading: Reading, first: int) -> None:
    """Fill the slots left of a verb whose marked parties stand behind it."""
    phrases, at = reading.phrases, reading.at
    before = phrases[at - 1] if at else None
    if before and before.kind == "np" and before.head == "name" and before.possessive:
        reading.put("subject", before.names)
        return
    cue = phrases[at].piece
    is_noun = cue is not None and cue.text.lower() in cue.value.nouns
    receiver = phrases[at - 3] if at > 2 and before and before.marker and slot_before(before.marker) == "for" else None
    if is_noun and receiver and receiver.head == "name" and receiver.marker and slot_after(receiver.marker) == "to":
        reading.put("subject", receiver.names)  # a loan to A for the acquisition of B
        return
    merges = cue is not None and any(frame.kind == "merger" for frame in cue.value.frames)
    if before and is_noun and merges and len(before.names) > 1 and before.end + 1 == phrases[at].start:
        reading.put("subject", before.names)  # the A-B merger
        return
    if before and is_noun and before.head == "name" and before.owner:
        reading.put("subject", before.owner)  # A's B buyout
        reading.put("object", before.names)
        return
    if (is_noun and _read_hung_on_object(reading, first)) or (not is_noun and _read_attribute(reading, first)):
        return
    index = _participle_subject(reading, first)
    hung = is_noun and before is not None and before.head == "name" and before.end == phrases[at].start - 1
    if hung and before and reading.sentence.text[before.end] == "-":
        reading.put("object", before.names)  # the A-takeover
        reading.found.thing = "firm"
        index = _subject_left(reading, at - 2, first)
    if index is None:
        index = _subject_left(reading, at - 1, first)
    group = at
    while group > first and phrases[group - 1].kind in CARRIERS:
        group -= 1
    begins = first if index is None else index
    verbs = any(phrases[i].kind in ("cue", "verb") for i in range(begins, group))
    reading.found.reach = (phrases[group if verbs else begins].start, 0)
    if index is not None:
        phrase = phrases[index]
        reading.put("subject", phrase.names or phrase.owner or reading.taken_up(phrase))


def _has_definite_article(reading: Reading) -> bool:
    """Return whether a definite article stands right before a cue: the | acquisition of A."""
    before = reading.phrases[reading.at - 1] if reading.at else None
    bare = before is not None and before.kind == "np" and not (before.names or before.owner)
    return bare and before is not None and reading.grammar.definite.match(before.text) is not None


def _read_attribute(reading: Reading, first: int) -> bool:
    """Fill the slots of a past form that describes the firm right behind it: A and its recently acquired | unit B."""
    phrases, at = reading.phrases, reading.at
    index, thing = at - 1, phrases[at + 1] if at + 1 < len(phrases) else None
    while index > first and phrases[index].kind == "adverb":
        index -= 1
    owner = phrases[index] if index >= first else None
    described = thing is not None and thing.head == "name" and thing.marker is None
    if owner is None or thing is None or not described or not reading.grammar.chain["past"].fullmatch(phrases[at].text):
        return False
    if owner.kind != "np" or not owner.names or not (owner.possessive or owner.names[0].kind == "pronoun"):
        return False
    names = owner.names
    if names[0].kind == "pronoun":
        taker = _subject_left(reading, index - 1, first)
        names = phrases[taker].names if taker is not None else ()
    reading.put("subject", names)
    reading.found.reach = (owner.start, 0)
    return bool(names)


def _read_hung_on_object(reading: Reading, first: int) -> bool:
    """Fill the slots of a noun right behind the name that a verb has as its object: A clinches B | takeover."""
    phrases, at = reading.phrases, reading.at
    if at - 2 <= first or phrases[at - 2].kind not in ("cue", "verb", "governor"):
        return False
    before, ahead = phrases[at - 1], phrases[at + 1] if at + 1 < len(phrases) else None
    hung = before.head == "name" and before.marker is None and before.end + 1 == phrases[at].start
    if not hung or (ahead and ahead.kind == "marker" and ahead.piece and slot_after(ahead.piece) == "of"):
        return False
    taker = _subject_left(reading, at - 3, first)
    if taker is None or phrases[taker].names == before.names:
        return False
    reading.put("subject", phrases[taker].names or phrases[taker].owner)
    reading.put("object", before.names)
    reading.put("holder", before.names)  # or it is B's own: A spurns B | offer
    reading.found.thing = "firm"
    reading.found.reach = (phrases[taker].start, 0)
    return True


def _describes(reading: Reading, index: int) -> bool:
    """Return whether a cue only describes the noun right behind it: the investment | arm of A."""
    cue, following = reading.phrases[index], reading.phrases[index + 1]
    opened = following.text.split()[0].lower() in reading.grammar.determiners
    is_noun = cue.piece is not None and cue.kind == "cue" and cue.text.lower() in cue.piece.value.nouns
    return is_noun and not opened and following.start - cue.end == 1 and following.head == "unit"


def _participle_subject(reading: Reading, first: int) -> int | None:
    """Return the subject of the main clause for a participle behind its comma: A has a new plan, (by) buying B."""
    phrases, at = reading.phrases, reading.at
    if not phrases[at].text.endswith(reading.grammar.syntax.active_endings):
        return None
    comma = at - 1
    while comma > first and phrases[comma].kind in ("marker", "adverb"):
        comma -= 1
    if comma <= first or phrases[comma].kind != "comma":
        return None
    subject = next((i for i in range(first, comma) if phrases[i].kind == "np" and phrases[i].marker is None), None)
    if subject is None or phrases[subject].head != "name" or subject == comma - 1:
        return None
    return subject


def _subject_left(reading: Reading, index: int, first: int) -> int | None:
    """Return the noun phrase that acts, walking left from a verb; None where the clause names none."""
    phrases, at = reading.phrases, reading.at
    fallback: int | None = None
    while index >= first:
        phrase = phrases[index]
        if phrase.kind in (*CARRIERS, "and", "marker", "verb", "cue", "other"):
            index -= 1
            continue
        if phrase.kind == "relative":
            return _antecedent(phrases, index - 1, first)
        if phrase.kind == "comma":
            if all(_carries(reading, i) for i in range(index + 1, at)):
                main = _main_subject(reading, index)
                if main is not None:
                    return main
            opened = _comma_before(phrases, index - 1, first)
            index = (opened - 1) if opened is not None and _sets_off(phrases, opened, index) else index - 1
            continue
        if phrase.kind != "np":
            index -= 1
            continue
        if phrase.marker is not None:
            direct = phrase.head == "name" and _directly_before(phrases, index, at)
            if direct and _is_absolute(reading, index):
                return index
            if fallback is None and direct:
                fallback = index if slot_before(phrase.marker) in ("for",) else None
            index -= 1
            continue
        verb_before = (
            index > first and phrases[index - 1].kind in ("verb", "cue") and not _describes(reading, index - 1)
        )
        if phrase.head in ("name", "issuer"):
            if phrase.names[0].kind == "pronoun":
                index -= 1
                continue
            if not verb_before or _directly_before(phrases, index, at):
                return index
        elif (phrase.head == "firm" and phrase.definite and not verb_before) or (
            phrase.head in ("paper", "noun", "unit")
            and any(piece.kind != "pronoun" for piece in phrase.owner)
            and not verb_before
        ):
            return index
        elif phrase.head == "equity" and phrase.owner and not verb_before and "shares" not in reading.found.slots:
            reading.put("shares", [piece for piece in phrase.owner if piece.kind != "pronoun"])
            return fallback  # the shares of A were bought
        elif _is_body(reading, phrase) and not _is_its(phrase) and phrase.owner and not verb_before:
            return index  # A's board has agreed
        elif phrase.head in ("equity", "person") and not verb_before and not _is_its_body(reading, phrase):
            return fallback
        index -= 1
    return fallback


def _is_its(phrase: Phrase) -> bool:
    """Return whether a noun phrase belongs to the firm told before: said | its board | has agreed."""
    return any(piece.kind == "pronoun" for piece in phrase.owner)


def _is_its_body(reading: Reading, phrase: Phrase) -> bool:
    """Return whether a body acts for the firm it belongs to: its board."""
    return _is_body(reading, phrase) and _is_its(phrase)


def _is_body(reading: Reading, phrase: Phrase) -> bool:
    """Return whether a noun phrase is a body of a firm: A's board."""
    return phrase.text.lower().split()[-1] in reading.grammar.bodies


def _is_absolute(reading: Reading, index: int) -> bool:
    """Return whether a marked firm acts in a participle of its own: with A and B joining the round."""
    marker, cue = reading.phrases[index].marker, reading.phrases[reading.at]
    ending = cue.text.split()[0].endswith(reading.grammar.syntax.active_endings or ("\0",))
    return ending and marker is not None and slot_before(marker) == "with"


def _carries(reading: Reading, index: int) -> bool:
    """Return whether a phrase before a verb leaves the subject to what stands before it: announced that it has."""
    phrase, grammar = reading.phrases[index], reading.grammar
    if phrase.kind in (*CARRIERS, "marker"):
        return True
    if phrase.kind == "np":
        return phrase.marker is not None or (phrase.head in ("paper", "noun") and not phrase.names)
    return phrase.kind == "cue" and grammar.carries(phrase.text)


def _main_subject(reading: Reading, comma: int) -> int | None:
    """Return the firm that opens a sentence and that commas describe up to the verb: A, maker of B, bought C."""
    phrases = reading.phrases
    opened = next((i for i in range(comma - 1, -1, -1) if phrases[i].kind == "break"), -1) + 1
    own = phrases[opened]
    if opened and own.kind == "np" and own.head == "name" and own.marker is None and opened < comma:
        return opened  # said that its unit, A, has
    dash = (i for i in range(comma, -1, -1) if phrases[i].kind == "break" and not phrases[i].text.strip().isalpha())
    start = next(dash, -1) + 1
    for index in range(start, comma):
        phrase = phrases[index]
        if phrase.kind in ("adverb", "value", "other", "comma") or (phrase.kind == "marker" and index == start):
            continue
        if phrase.kind == "np" and phrase.marker is not None:
            continue  # In September, …
        if phrase.kind != "np" or phrase.head not in ("name", "issuer") or phrase.names[0].kind == "pronoun":
            return None
        described = phrases[index + 1].kind == "comma" and index + 1 < comma and phrases[index + 2].head != "name"
        return index if described else None
    return None


def _directly_before(phrases: Sequence[Phrase], index: int, at: int) -> bool:
    """Return whether only adverbs and passed-on verbs stand between a noun phrase and the cue."""
    between = [phrases[i] for i in range(index + 1, at)]
    return all(p.kind in ("adverb", "governor", "value") for p in between)


def _sets_off(phrases: Sequence[Phrase], opened: int, closed: int) -> bool:
    """Return whether two commas set off what only describes the firm before them: A, a maker of B, bought C."""
    before, inside = phrases[opened - 1] if opened else None, phrases[opened + 1]
    named_or_taken_up = before is not None and (before.head in ("name", "issuer") or before.definite)
    if before is None or not named_or_taken_up or opened + 1 >= closed:
        return False
    if inside.kind == "np" and inside.head == "name" and closed == opened + 2:
        return False  # a list: A, B, and C
    return inside.kind in ("np", "marker", "relative", "verb", "adverb", "cue")


def _comma_before(phrases: Sequence[Phrase], index: int, first: int) -> int | None:
    """Return the comma that opens what another comma closes."""
    while index >= first:
        if phrases[index].kind == "comma":
            return index
        index -= 1
    return None


def _antecedent(phrases: Sequence[Phrase], index: int, first: int) -> int | None:
    """Return the firm that a relative word takes up."""
    while index >= first and phrases[index].kind == "comma":
        index -= 1
    while index >= first:
        if phrases[index].kind == "np" and phrases[index].head in ("name", "issuer"):
            return index
        if phrases[index].kind not in ("np", "marker", "value"):
            return None
        index -= 1
    return None


# Right of the verb


def read_right(reading: Reading, last: int) -> None:
    """Fill the slots behind a verb: its object, and what markers open, up to the next verb."""
    phrases, found, grammar = reading.phrases, reading.found, reading.grammar
    comma_ends = grammar.syntax.comma_ends_clause
    index = reading.at + 1
    if not grammar.syntax.markers_lead:
        found.paper = _paper(reading, last)
    before = phrases[reading.at - 1] if reading.at else None
    has_object = comma_ends and before is not None and before.kind == "np" and _is_noun(reading, before)
    attribute = index < last and phrases[index].kind == "np" and phrases[index].text[:1] == grammar.syntax.attribute
    cue = phrases[reading.at]
    found.reach = (cue.start if found.reach[0] < 0 else found.reach[0], cue.end)
    while index < last:
        phrase = phrases[index]
        found.reach = (found.reach[0], phrase.start)
        if phrase.kind in ("verb", "cue", "relative"):
            if is_group_link(phrase, grammar) and _is_of_group(phrases, index):
                index += 1
                continue
            if phrase.kind == "cue" and index == reading.at + 1 and not has_object and not attribute:
                if not comma_ends and _names_act(reading, reading.at) and not _names_act(reading, index):
                    break  # an investment | led by A
                index += 1
                continue
            shares = phrase.kind == "cue" and grammar.head_of(phrase.text.lower()) == "equity"
            if not comma_ends and (shares or _names_paper(reading, index, last)):
                index += 1
                continue
            modifies = phrase.kind == "verb" and comma_ends and not has_object and _modifier_ahead(reading, index, last)
            if not modifies:
                break
        elif phrase.kind == "and" and has_object:
            if comma_ends or index + 1 >= last or not _names_paper(reading, index + 1, last):
                break
        elif phrase.kind == "and" and index == reading.at + 1:
            break  # 领投、跟投: the object is the next verb's
        elif phrase.kind == "and" and comma_ends and _opens_the_next(phrases, index, last):
            break  # 甲出资2亿元、乙出资1亿元
        elif phrase.kind == "comma" and not comma_ends:
            following = phrases[index + 1] if index + 1 < last else None
            if following is None or following.kind not in ("marker", "np", "adverb"):
                break
            if (
                following.kind == "np"
                and not (following.names or following.owner)
                and index + 2 < last
                and phrases[index + 2].kind == "marker"
            ):
                index += 1  # in Fresno, California to A
            elif following.kind == "np":
                closing = next((i for i in range(index + 1, last) if phrases[i].kind == "comma"), None)
                if closing is None:
                    break
                index = closing
        elif phrase.kind == "np":
            has_object = _place(reading, index, has_object=has_object) or has_object
            if has_object and phrase.head == "equity" and grammar.head_of(cue.text.lower()) == "equity":
                break  # his stake | in A: what follows is the verb's that deals with it
        elif phrase.kind == "adverb" and phrase.text.lower() in grammar.object_pronouns:
            has_object = _take_up(reading, index, last, has_object=has_object) or has_object
        index += 1
    else:
        found.reach = (found.reach[0], found.window[1])
        if comma_ends and last + 2 < len(phrases) and _hands_over(phrases[last + 1]):
            reading.put(slot_after(phrases[last + 1].piece or phrases[last].names[0]), phrases[last + 2].names)
    if comma_ends:
        _note_paper(reading, last)


def _take_up(reading: Reading, index: int, last: int, *, has_object: bool) -> bool:
    """Put the firm that a word takes up into the slot where the word stands; return whether it is the object."""
    phrases = reading.phrases
    if index + 1 < last and phrases[index + 1].kind in ("cue", "verb", "governor", "adverb"):
        return False  # a subject of its own: said it | has
    firm = reading.taken_up(phrases[index])
    before = phrases[index - 1]
    if before.kind == "marker" and before.piece is not None:
        reading.put(slot_after(before.piece), firm)
        return False
    if has_object or index != reading.at + 1 or not firm:
        return False
    reading.put("object", firm)
    reading.found.thing = "firm"
    return True


def _is_of_group(phrases: Sequence[Phrase], index: int) -> bool:
    """Return whether a word tells who leads the unnamed group before it: by a consortium | led by | A."""
    name = phrases[index + 1] if index + 1 < len(phrases) else None
    return name is not None and name.marker is not None and name.marker.start < phrases[index].start


def _names_act(reading: Reading, index: int) -> bool:
    """Return whether a cue is the name of an act: an investment, no verb."""
    said, piece = reading.phrases[index].text.lower(), reading.phrases[index].piece
    return piece is not None and (said in piece.value.nouns or said in reading.grammar.papers)


def _opens_the_next(phrases: Sequence[Phrase], index: int, last: int) -> bool:
    """Return whether the name behind a joint that follows a figure is the subject of a verb of its own."""
    if phrases[index - 1].kind != "value" or index + 2 >= last:
        return False
    return phrases[index + 1].head == "name" and phrases[index + 2].kind in ("cue", "governor", "verb")


def _note_paper(reading: Reading, last: int) -> None:
    """Note the paper at the end of the clause, whatever says what it is about: 签署关于服务器采购的备忘录."""
    phrases, grammar = reading.phrases, reading.grammar
    for index in range(last - 1, reading.at, -1):
        phrase = phrases[index]
        named = phrase.kind == "cue" and grammar.head_of(phrase.text.lower()) == "paper"
        titled = phrase.head == "equity" and phrase.text.endswith(tuple(grammar.papers))  # 海外权益: a right, no share
        if named or titled or phrase.head == "paper":
            reading.found.paper = reading.sentence.text[phrases[reading.at].end : phrase.end]
            return


def _is_noun(reading: Reading, before: Phrase) -> bool:
    """Return whether a cue is a noun here: 甲的收购策略, 迎来最大并购."""
    if before.possessive:
        return True
    attribute = reading.grammar.syntax.attribute or " "
    bare = len(before.text) < LONG and attribute not in before.text and not (before.names or before.owner)
    return bare and reading.kind(reading.at - 2) == "verb"


def _hands_over(phrase: Phrase) -> bool:
    """Return whether a marker that only stands behind a verb opens the next clause: 出售甲,予乙."""
    return phrase.kind == "marker" and phrase.piece is not None and phrase.piece.kind == "after"


def _paper(reading: Reading, last: int) -> str:
    """Return the words of what a verb signs or closes: up to its first marked party or its clause's end."""
    phrases, sentence = reading.phrases, reading.sentence
    start, end = phrases[reading.at].start, phrases[reading.at].end
    for index in range(reading.at + 1, last):
        phrase = phrases[index]
        following = phrases[index + 1] if index + 1 < last else None
        opened = following is not None and following.text.split()[0].lower() in reading.grammar.determiners
        if phrase.kind == "comma" and following and (opened or following.head == "paper"):
            continue  # Harbour House, a 12-storey building; a large, five-year contract
        if phrase.kind in ("comma", "break", "relative"):
            break
        if phrase.marker is not None and _stands_before_object(reading, index, last):
            continue
        if phrase.kind == "marker" and phrase.piece and slot_after(phrase.piece) not in ("of", "in"):
            if following is None or not _stands_before_object(reading, index + 1, last):
                break
            continue
        start, end = min(start, phrase.start), max(end, phrase.end)
    return sentence.text[start:end]


def _stands_before_object(reading: Reading, index: int, last: int) -> bool:
    """Return whether a marked noun phrase stands between a verb and its object: a signé | avec A | un contrat."""
    phrase = reading.phrases[index]
    if not reading.grammar.syntax.head_first or phrase.kind != "np" or phrase.marker is None or index + 1 >= last:
        return False
    following = reading.phrases[index + 1]
    papers = reading.grammar.papers
    opened = following.text.split()[0].lower() in reading.grammar.determiners
    paper = following.head == "paper" or (following.kind == "cue" and following.text.split()[0].lower() in papers)
    return paper or (opened and following.kind == "np" and following.marker is None)


def _names_paper(reading: Reading, index: int, last: int) -> bool:
    """Return whether a cue is a paper, or says what kind of paper the noun behind it is: a licensing | agreement."""
    own = reading.phrases[index]
    said = own.text.lower().split()
    ends = {said[-1], said[0]} if reading.grammar.syntax.head_first else {said[-1]}
    if own.kind == "cue" and ends & reading.grammar.papers and index > reading.at + 1:
        return True
    if index + 1 >= last:
        return False
    phrase, following = reading.phrases[index], reading.phrases[index + 1]
    beside = following.start - phrase.end == 1
    opened = following.text.split()[0].lower() in reading.grammar.determiners
    return beside and not opened and following.kind == "np" and following.head in ("paper", "noun")


def _modifier_ahead(reading: Reading, index: int, last: int) -> bool:
    """Return whether a verb belongs to an attribute of the object: 收购专注质检的甲."""
    following = reading.phrases[index + 1] if index + 1 < last else None
    if following is None or following.kind != "np":
        return False
    return following.modified or (following.head in ("equity", "matter") and bool(following.owner))


def _place(reading: Reading, index: int, *, has_object: bool) -> bool:
    """Put a noun phrase behind the verb into its slot; return whether it is the object."""
    phrase, found = reading.phrases[index], reading.found
    if phrase.holder:
        reading.put("holder", phrase.holder)
    marker = phrase.marker
    if marker is not None and _counts(reading, index):
        marker = None  # $5 billion of chips
    if marker is not None and not has_object and slot_after(marker) == "of" and _is_share_of(reading, index):
        marker = None  # substantially all of the assets of A
    if marker is not None:
        slot = slot_after(marker)
        if slot == "by" and _belongs_to_participle(reading, index):
            return False
        if found.thing == "firm" and found.second_thing is None and slot == "with":
            found.second_thing = _thing(phrase, reading, index)
        if phrase.head in ("name", "issuer"):
            reading.put(slot, phrase.names)
        elif phrase.owner and (
            slot in OWNED.get(phrase.head or "noun", ()) or (slot == "to" and _is_body(reading, phrase))
        ):
            reading.put(slot, phrase.owner)
            if found.thing == "none" and phrase.head == "equity":
                found.thing = "equity"
        elif phrase.indefinite and phrase.head == "firm" and slot not in ("as", "for"):
            found.unnamed = True
        elif phrase.definite and phrase.head == "firm" and slot in TAKEN_UP:
            reading.put(slot, reading.taken_up(phrase))
        return False
    if reading.grammar.syntax.markers_lead and phrase.head == "name" and (slot := _waiting(reading, index)):
        reading.put(slot, phrase.names)
        return False
    if has_object:
        if found.thing == "firm" and found.second_thing is None:
            found.second_thing = _thing(phrase, reading, index)
        return False
    comma_ends = reading.grammar.syntax.comma_ends_clause
    firms = phrase.names or phrase.owner
    found.after_object = firms[-1].end if firms else phrase.start
    if phrase.head not in ("matter", "noun") or phrase.owner or phrase.values or "toward" not in found.slots:
        found.thing = _thing(phrase, reading, index)  # 对甲提出收购要约: the object came before
    if phrase.head in ("paper", "matter", "noun") and reading.grammar.syntax.markers_lead:
        found.paper = phrase.text
    about = reading.grammar.syntax.markers_lead and phrase.head in ("paper", "matter", "noun") and phrase.owner
    if about and any(value.kind == "stake" for value in phrase.values) and not phrase.holder:
        reading.put("object", phrase.owner)  # 收购甲51%股权的方案
        return True
    if phrase.head in ("name", "issuer"):
        reading.put("object", phrase.names)
    elif (phrase.head == "equity" and phrase.owner) or (phrase.head in ("unit", "goods") and phrase.owner):
        reading.put("object", phrase.owner)
    elif phrase.head == "firm":
        if phrase.indefinite:
            found.unnamed = True
        elif phrase.definite:
            reading.put("object", reading.taken_up(phrase))
        else:
            reading.put("object", [piece for piece in phrase.owner if piece.kind != "maybe"])
    elif phrase.head == "matter" and phrase.owner:
        reading.put("object", phrase.owner)  # 收购甲的消息
    elif phrase.beside and phrase.beside[0].kind == "org" and _bare(reading, phrase.beside[0]):
        reading.put("object", phrase.beside)  # Harbour Hospital | complex
        if not comma_ends:
            found.thing = "firm"
    elif phrase.head in ("paper", "noun", "person") and phrase.owner:
        reading.put("object owner", phrase.owner)
    return phrase.head != "noun" or bool(phrase.owner)


def _bare(reading: Reading, name: Piece) -> bool:
    """Return whether no mark of an owner stands behind a name."""
    marks = reading.grammar.syntax.genitives
    return not (marks and reading.sentence.text.startswith(marks, name.end))


def _waiting(reading: Reading, index: int) -> str:
    """Return the slot of a marker right behind the verb that still waits for its name: 出售给北京的甲."""
    phrases = reading.phrases
    first = next((i for i in range(reading.at + 1, index) if phrases[i].kind != "adverb"), index)
    piece = phrases[first].piece
    if first == index or phrases[first].kind != "marker" or piece is None:
        return ""
    slot = slot_after(piece)
    return slot if slot == "give" and slot not in reading.found.slots else ""


def _belongs_to_participle(reading: Reading, index: int) -> bool:
    """Return whether who is marked acts in a participle behind the object: leased space in a tower | owned by A."""
    phrases, chain = reading.phrases, reading.grammar.chain
    if reading.grammar.syntax.markers_lead or index - 2 <= reading.at:
        return False
    before = phrases[index - 2]
    return before.kind != "cue" and chain["past"].fullmatch(before.text.split()[-1]) is not None


def _is_share_of(reading: Reading, index: int) -> bool:
    """Return whether only words like all and most stand between the verb and the mark of a part: all | of | the."""
    between = reading.phrases[reading.at + 1 : index - 1]
    return bool(between) and all(phrase.kind == "adverb" for phrase in between)


def _counts(reading: Reading, index: int) -> bool:
    """Return whether a marked phrase is what a value right behind the verb counts: $5 billion of chips."""
    phrases = reading.phrases
    money = phrases[index - 2].piece
    if phrases[index].names and reading.grammar.syntax.head_first and money and money.kind == "amount":
        return False  # 5 milliards d'euros de Microsoft: a firm is no measure
    if index - 2 <= reading.at or phrases[index - 1].kind != "marker" or phrases[index - 2].kind != "value":
        return False
    return slot_after(phrases[index - 1].piece or phrases[index].names[0]) == "of" and index - 3 == reading.at


def _thing(phrase: Phrase, reading: Reading, index: int) -> Thing:
    """Return what kind of thing a noun phrase is for a frame."""
    if phrase.head == "equity" or any(value.kind == "stake" for value in phrase.values):
        return "equity"
    if phrase.head == "goods":
        return "goods"
    if phrase.head == "matter" and phrase.owner:
        return "firm"
    if phrase.head in ("name", "issuer", "unit", "firm"):
        following = reading.phrases[index + 1] if index + 1 < len(reading.phrases) else None
        if following and following.kind == "value" and following.piece and following.piece.kind == "stake":
            return "equity"
        return "firm"
    return "none"


# What is turned round or left out


def take_pair(reading: Reading, first: int) -> None:
    """Take the two firms that a word for both refers to, from the clauses before: 甲与乙宣布,双方合作."""
    phrases, grammar, slots = reading.phrases, reading.grammar, reading.found.slots
    start = phrases[first].start if first < reading.at else reading.found.window[0]
    if not grammar.pair.search(reading.sentence.text, start, phrases[reading.at].start):
        return
    for index in range(first - 1, 0, -1):
        phrase = phrases[index]
        if phrase.marker is None or slot_before(phrase.marker) != "with" or not phrase.names:
            continue
        group = earlier_subject(reading, index + 1) or slots.get("subject", [])
        if group:
            reading.put("subject", group, over=True)
            reading.put("with", phrase.names, over=True)
        return


def take_rival(reading: Reading, first: int) -> None:
    """Take the other of two firms as the one who acts, and with it whom it deals with: 甲与乙签约,后者将采购."""
    rivals, found = reading.grammar.syntax.rivals, reading.found
    acting = [p for p in reading.phrases[first : reading.at] if p.kind == "np" and p.head == "issuer" and not p.marker]
    if "subject" in found.slots or not acting or acting[0].names[0].text not in rivals:
        return
    before = [p for p in reading.phrases[:first] if p.kind == "np" and p.head == "name"]
    last = before[-1] if before else None
    if last is None or len(last.names) > 1:
        return
    dealing = last.marker is not None and slot_before(last.marker) == "with"
    others = reading.sentence.resolved(earlier_subject(reading, first)) if dealing else []
    apart = last.names[0].value is not None and last.names[0].value.name not in {o.value.name for o in others}
    for slot in ("with", "dealt"):
        found.slots.pop(slot, None)
        if others and apart:
            found.slots[slot] = others
    reading.put("subject", last.names)
    found.reach = (acting[0].start, found.reach[1])


def turn_passive(reading: Reading, first: int) -> None:
    """Make the subject of a passive the object."""
    slots, found = reading.found.slots, reading.found
    if "object" in slots or not _is_passive(reading, first):
        return
    agent = reading.grammar.syntax.passive_agent
    if agent in slots and "by" not in slots:
        slots["by"] = slots.pop(agent)
    if "subject" in slots:
        slots["object"] = slots.pop("subject")
        found.after_object = slots["object"][-1].end
        found.thing = "firm" if found.thing == "none" else found.thing
    elif "shares" in slots:
        slots["object"] = slots.pop("shares")
        found.thing = "equity"


def _is_passive(reading: Reading, first: int) -> bool:
    """Return whether the clause turns its verb round: 甲被乙收购, A was acquired (by B), A, bought by B."""
    syntax, phrases, at = reading.grammar.syntax, reading.phrases, reading.at
    cue = phrases[at].piece
    assert cue is not None
    if syntax.markers_lead:
        return "by" in reading.found.slots
    if cue.text.endswith(syntax.active_endings) or cue.text.lower() in cue.value.nouns:
        return False
    index = at - 1
    while index >= first and phrases[index].kind in ("adverb", "governor", "marker"):
        piece = phrases[index].piece
        if piece is not None and piece.kind == "passive":
            return True
        if piece is not None and reading.grammar.verb_marks.fullmatch(piece.text):
            break  # is to | buy
        index -= 1
    behind = at + 1
    if syntax.head_first and reading.grammar.chain["past"].fullmatch(cue.text):
        while reading.kind(behind) in ("adverb", "value", "np") and not phrases[behind].names and behind < at + 4:
            behind += 1  # rachetée | l'an | dernier | par A
    following = phrases[behind] if behind < len(phrases) else None
    return bool(following and following.piece and following.kind == "marker" and slot_after(following.piece) == "by")


def take_framed_subject(reading: Reading) -> None:
    """Take the name right before its verb inside a frame of time, source or likeness: 在甲收购乙时."""
    index = reading.at - 1
    while index >= 0 and reading.kind(index) in CARRIERS:
        index -= 1
    phrase = reading.phrases[index] if index >= 0 else None
    if phrase and phrase.kind == "np" and phrase.marker and phrase.head == "name" and not phrase.possessive:
        slot = slot_before(phrase.marker)
        if slot in FRAMES and slot in reading.found.slots:
            reading.found.slots["subject"] = reading.found.slots.pop(slot)


def take_antecedent(reading: Reading, first: int) -> None:
    """Take as object the firm that a relative clause describes: B, the start-up that A bought."""
    phrases, found = reading.phrases, reading.found
    opened = first - 1
    if reading.grammar.auxiliaries:
        _take_described(reading)
        return
    if found.thing != "none" or "object" in found.slots or "subject" not in found.slots or opened < 3:
        return
    subject, described, comma, name = (phrases[opened + step] for step in (1, -1, -2, -3))
    relative = phrases[opened].kind in ("break", "relative") and phrases[opened].text.isalpha()
    own = subject.kind == "np" and subject.names and subject.names == tuple(found.slots["subject"])
    if relative and own and described.kind == "np" and comma.kind == "comma" and name.head == "name":
        reading.put("object", name.names)
        found.thing = "firm"


def _take_described(reading: Reading) -> None:
    """Take as object the firm right before a relative word whose clause has another subject: B, den A kaufte."""
    phrases, found = reading.phrases, reading.found
    opened = next((i for i in range(reading.at - 1, -1, -1) if phrases[i].kind in ("relative", "break")), 0)
    if phrases[opened].kind != "relative" or "object" in found.slots or "subject" not in found.slots:
        return
    own = [phrase for phrase in phrases[opened + 1 : reading.at] if phrase.kind == "np" and phrase.marker is None]
    name = next((phrases[i] for i in range(opened - 1, -1, -1) if phrases[i].kind != "comma"), None)
    if own and own[0].names and name and name.head == "name":
        reading.put("object", name.names)
        found.thing = "firm"


def act_together(reading: Reading, first: int, last: int) -> None:
    """Make those who act beside the subject part of it: 甲联合乙收购, 甲与乙共同收购."""
    slots, sentence = reading.found.slots, reading.sentence
    beside = slots.pop("along", [])
    cue = reading.phrases[reading.at]
    if "with" in slots and reading.grammar.together.search(sentence.text, slots["with"][-1].end, cue.end):
        beside += slots.pop("with")
    if beside:
        if "subject" not in slots:
            take_subject(reading, first, last)
        slots["subject"] = slots.get("subject", []) + beside
        slots["along"] = list(slots["subject"])


def take_subject(reading: Reading, first: int, last: int) -> None:
    """Take the subject that a clause leaves out: from the clauses before it, else from the one behind it."""
    group = earlier_subject(reading, first) or _later_subject(reading, first, last) or _owner_ahead(reading)
    topic = reading.sentence.topic or _taken_up_by_word(reading)
    if not group and topic is not None:
        group = [named(topic)]
    if group:
        taken = reading.found.names("by", "object", "toward", "ba")
        if not {each.value.name for each in group if each.value is not None} & taken:
            reading.put("subject", group)
            reading.found.elided = True


def _taken_up_by_word(reading: Reading) -> Org | None:
    """Return the firm the text is about, where a word of the clause acts for it: it has struck a deal."""
    words = (reading.phrases[i].text.lower() for i in range(max(0, reading.at - 6), reading.at))
    return reading.sentence.issuer if any(word in reading.grammar.syntax.takes_up for word in words) else None


def _owner_ahead(reading: Reading) -> Group:
    """Return the firm that a word before a noun refers to ahead: after its merger with B, A …"""
    phrases, at = reading.phrases, reading.at
    owners = [each for p in phrases[max(0, at - 2) : at] if p.kind == "np" for each in (p.owner or p.names)]
    owned = any(each.kind == "pronoun" for each in owners)
    comma = next((i for i in range(at + 1, len(phrases)) if phrases[i].kind == "comma"), len(phrases))
    if reading.grammar.syntax.markers_lead or not owned:
        return []
    return _first_name(reading, comma + 1, len(phrases))


def earlier_subject(reading: Reading, first: int) -> Group:
    """Return who acts in the nearest clause before that has a subject others can share."""
    phrases, sentence = reading.phrases, reading.sentence
    end = first - 1
    while end > 0:
        start = end
        while start > 0 and phrases[start - 1].kind not in ("comma", "break"):
            start -= 1
        if sentence.grammar.says.search(sentence.text, phrases[start].start, phrases[end - 1].end if end else 0):
            return []
        group = _first_name(reading, start, end)
        if group:
            _take_partner(reading, start, first)
            return group
        end = start - 1
    return []


def _take_partner(reading: Reading, start: int, first: int) -> None:
    """Take whom the subject dealt with since its own clause: 甲与乙签约,将支付5亿元."""
    for phrase in reading.phrases[start:first]:
        firms = phrase.names or phrase.owner
        if phrase.kind == "np" and phrase.marker and firms and slot_before(phrase.marker) == "with":
            reading.put("with", firms)
            reading.put("dealt", firms)


def note_topic(reading: Reading, first: int) -> None:
    """Note the subject of the sentence's first clause where it is not this verb's own: who raises the round."""
    leads = reading.grammar.syntax.markers_lead
    end = next((i for i in range(first) if reading.kind(i) in ("comma", "break")), 0 if leads else reading.at)
    topic = [] if _joins(reading, 0, end) else _first_name(reading, 0, end)
    while not topic and leads and end + 1 < first:  # 7月,甲完成融资,投资方包括乙
        start, end = end + 1, next((i for i in range(end + 1, first) if reading.kind(i) in ("comma", "break")), first)
        topic = [] if _joins(reading, start, end) else _first_name(reading, start, end)
    own = reading.found.names("subject", "by")
    if topic and not own & {each.value.name for each in topic if each.value is not None}:
        reading.put("topic", topic)


def _joins(reading: Reading, start: int, end: int) -> bool:
    """Return whether who acts in a clause joins a round, and so does not raise it: 乙领投,丙跟投."""
    pieces = (reading.phrases[i].piece for i in range(start, end) if reading.kind(i) == "cue")
    own = reading.grammar.syntax.markers_lead
    return own and any(piece is not None and all(each.joins for each in piece.value.frames) for piece in pieces)


def _first_name(reading: Reading, start: int, end: int) -> Group:
    for phrase in reading.phrases[start:end]:
        if phrase.kind in ("cue", "verb"):
            return []
        if phrase.kind != "np" or phrase.marker is not None:
            continue
        names = list(phrase.names) if phrase.head in ("name", "issuer") else list(phrase.beside)
        if names and _can_lead(reading, names):
            return names if reading.sentence.acts(names, None) else []
    return []


def _can_lead(reading: Reading, names: Group) -> bool:
    """Return whether a name can be whom later clauses leave out: one that is known, or a proper one that begins."""
    return any(piece.kind != "maybe" or (is_proper(piece) and reading.sentence.opens_clause(piece)) for piece in names)


def _later_subject(reading: Reading, first: int, last: int) -> Group:
    """Return the subject of the main clause behind a clause of time: 收购甲后,乙…; after buying A, B …"""
    phrases, sentence = reading.phrases, reading.sentence
    if not sentence.grammar.syntax.comma_ends_clause:
        first -= bool(first)  # the word that opens the clause is a break itself: after
        last = next((i for i in range(reading.at, last) if phrases[i].kind == "comma"), last)
    if last >= len(phrases) or phrases[last].kind not in ("comma", "break"):
        return []
    opens = reading.at == 0 and "by" in reading.found.slots  # bought by A in 2010, B …
    if not opens and not sentence.grammar.time_clause(sentence.text, phrases[first].start, phrases[last].start):
        return []
    end = next((i for i in range(last + 1, len(phrases)) if phrases[i].kind in ("comma", "break")), len(phrases))
    if (
        not sentence.grammar.syntax.comma_ends_clause
        and reading.kind(last + 1) == "cue"
        and reading.kind(end) == "comma"
    ):
        last, end = end, len(phrases)  # with the purchase of A, announced on Monday, B …
    return _first_name(reading, last + 1, end)
