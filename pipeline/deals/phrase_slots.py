"""Which slot a noun phrase behind a verb fills: its object, or what the marker before the phrase opens."""

from __future__ import annotations

from pipeline.deals.cue_reading import TAKEN_UP, Reading, is_body, names_act_or_paper, names_paper_itself, thing_of
from pipeline.deals.grammar import Piece
from pipeline.deals.phrases import Phrase, is_named
from pipeline.deals.sentence import slot_after, unit

OWNED = {
    "equity": ("of", "in", "for", "by", "on"),
    "goods": ("of", "in", "for", "by"),
    "unit": ("of", "in", "for", "by", "to", "from", "with"),
    "firm": ("to", "from", "with", "by"),
}
"""The slots in which a marked noun stands for its owner: to a unit of A."""


def place(reading: Reading, index: int, *, has_object: bool) -> bool:
    """Put a noun phrase behind the verb into its slot; return whether it is the object."""
    phrase, found = _named_asset(reading, reading.phrases[index]), reading.found
    if _names_kind_of_paper(reading, index):
        reading.put("object owner", phrase.names)
        return False
    if phrase.holder:
        reading.put("holder", phrase.holder)
    marker = phrase.marker
    if marker is not None and _counts(reading, index):
        marker = None  # $5 billion of chips
        if has_object and found.thing == "firm":
            found.thing = "goods"  # sold A | $5 billion of chips
    if marker is not None and not has_object and slot_after(marker) == "of" and _is_share_of(reading, index):
        marker = None  # substantially all of the assets of A
    if marker is not None:
        _place_marked(reading, index, phrase, slot_after(marker))
        return False
    own = phrase.head == "firm" and phrase.text.split()[0].lower() in reading.grammar.possessives
    told_before = reading.grammar.plain_order and reading.grammar.definite.match(phrase.text) is not None
    a_unit = own or (phrase.head == "unit" and not told_before)
    found.unit = found.unit or (a_unit and not has_object and not is_named(phrase.owner))
    if reading.grammar.syntax.markers_lead and phrase.head == "name" and (slot := _waiting(reading, index)):
        reading.put(slot, phrase.names)
        return False
    if has_object:
        if found.thing == "firm" and found.second_thing is None:
            found.second_thing = thing_of(phrase, reading, index)
        if phrase.head == "equity" and phrase.owner:
            reading.put("of", phrase.owner)  # gives A | full ownership of B
        return False
    return _place_object(reading, index, phrase)


def _place_marked(reading: Reading, index: int, phrase: Phrase, slot: str) -> None:
    """Put a noun phrase into the slot that the marker before it opens."""
    found = reading.found
    if slot == "by" and _belongs_to_participle(reading, index):
        return
    if found.thing == "firm" and found.second_thing is None and slot == "with":
        found.second_thing = thing_of(phrase, reading, index)
    if phrase.head == "equity" and phrase.owner and reading.grammar.auxiliaries and slot in ("with", "from"):
        reading.put("to" if slot == "with" else slot, phrase.owner)  # mit 20 Prozent an A; von seinem Anteil an A
    elif phrase.head in ("name", "issuer"):
        reading.put(slot, phrase.names)
    elif slot == "of" and phrase.head == "unit" and "subject" in found.slots and _is_own(reading, phrase):
        found.unit = True  # a sale of | its unit
    elif phrase.owner and (slot in OWNED.get(phrase.head or "noun", ()) or (slot == "to" and is_body(reading, phrase))):
        reading.put(slot, phrase.owner)
        if found.thing == "none" and phrase.head == "equity":
            found.thing = "equity"
    elif slot == "holder" and phrase.head in ("paper", "goods") and phrase.owner:
        reading.put(slot, phrase.owner)  # 终止与|甲的供货合同
    elif slot == "to" and phrase.owner and _are_rights(reading):
        reading.put("of", phrase.owner)  # acquired the rights to | A's drug
    elif phrase.indefinite and phrase.head == "firm" and slot not in ("as", "for"):
        found.unnamed = True
    elif slot == "with" and phrase.head in ("firm", "person", "noun") and not phrase.owner:
        found.beside = True
    elif slot in ("of", "from") and (phrase.head == "unit" or (phrase.head == "firm" and _is_own(reading, phrase))):
        found.unit = True  # trennt sich von | seiner Sparte, seiner Tochter
    elif phrase.definite and phrase.head == "firm" and slot in TAKEN_UP:
        reading.put(slot, reading.taken_up(phrase))


def _are_rights(reading: Reading) -> bool:
    """Return whether a verb acts on rights: the exclusive | rights."""
    known = reading.grammar.assets.get("ip")
    words = reading.found.paper.split()
    return known is not None and bool(words) and known.fullmatch(words[-1]) is not None


def _place_object(reading: Reading, index: int, phrase: Phrase) -> bool:
    """Note what the verb acts on, and put who that names or belongs to into a slot; return whether it is the object."""
    found, syntax = reading.found, reading.grammar.syntax
    firms = phrase.names or phrase.owner
    found.after_object = firms[-1].end if firms else phrase.start
    if phrase.head not in ("matter", "noun") or phrase.owner or phrase.values or "toward" not in found.slots:
        found.thing = thing_of(phrase, reading, index)  # 对甲提出收购要约: the object came before
    if phrase.head in ("paper", "matter", "noun") and syntax.markers_lead:
        found.paper = phrase.text
    about = syntax.markers_lead and phrase.head in ("paper", "matter", "noun") and phrase.owner
    if about and any(value.kind == "stake" for value in phrase.values) and not phrase.holder:
        reading.put("object", phrase.owner)  # 收购甲51%股权的方案
        return True
    if phrase.head in ("name", "issuer"):
        reading.put("object", phrase.names)
        reading.put("holder", [piece for piece in phrase.owner if piece.kind != "pronoun"])  # A's | B division
    elif phrase.head == "unit" and _is_own(reading, phrase) and _is_sold(reading):
        found.unit = True
    elif phrase.head in ("equity", "unit", "goods") and phrase.owner:
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
        if not syntax.comma_ends_clause:
            found.thing = "firm"
    elif phrase.head in ("paper", "noun", "person") and phrase.owner:
        reading.put("object name" if names_paper_itself(reading, phrase) else "object owner", phrase.owner)
    return phrase.head != "noun" or bool(phrase.owner)


def _names_kind_of_paper(reading: Reading, index: int) -> bool:
    """Return whether a name only says what paper the noun behind it is: provided | a $5 million A | loan."""
    phrase, following = reading.phrases[index], reading.phrases[index + 1 : index + 2]
    bare = reading.grammar.plain_order and phrase.head == "name" and phrase.marker is None
    opened = bare and bool(phrase.values) and reading.grammar.indefinite.match(phrase.text) is not None
    papers = reading.grammar.papers
    return opened and any(p.kind == "cue" and p.start == phrase.end + 1 and p.text.lower() in papers for p in following)


def _named_asset(reading: Reading, phrase: Phrase) -> Phrase:
    """Return a noun phrase with the name of what changes hands as its head: the | Silver Creek Project."""
    words = phrase.text.split()
    name = words[1:] if words[0].lower() in reading.grammar.determiners else words
    proper = len(name) > 1 and all(word[0].isupper() for word in name) and not (phrase.names or phrase.owner)
    dealt_in = phrase.marker is None or slot_after(phrase.marker) in ("of", "in", "into")
    if not (proper and dealt_in) or name[-1] not in reading.grammar.syntax.named_assets:
        return phrase
    said = phrase.text[phrase.text.index(name[0]) :]
    return phrase._replace(head="name", names=(unit(phrase.end - len(said), said),), owner=())


def _is_own(reading: Reading, phrase: Phrase) -> bool:
    """Return whether a possessive alone owns a noun phrase: A, in talks with B, sells | its unit."""
    pronouns = reading.grammar.syntax.pronouns
    return bool(phrase.owner) and all(owner.text.lower() in pronouns for owner in phrase.owner)


def _is_sold(reading: Reading) -> bool:
    """Return whether who acts gives away what the verb acts on: A, in a deal with B, sells | its unit."""
    cue = reading.phrases[reading.at].piece
    return cue is not None and any("subject" in frame.payee and frame.minority for frame in cue.value.frames)


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
    if index - 3 == reading.at and names_act_or_paper(reading, reading.at):
        return False  # the bid | launched by A for B
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
    given = index - 4 == reading.at and phrases[index - 3].head == "name"  # sold A | $5 billion of chips
    opens = index - 3 == reading.at or (given and not phrases[index].names)
    return slot_after(phrases[index - 1].piece or phrases[index].names[0]) == "of" and opens
