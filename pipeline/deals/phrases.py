"""A sentence in phrases: noun phrases with a head, verbs, markers and marks; brackets that hold no cue are left out.

A noun phrase has one head. Its head is a name (of a firm or several in a list), a word for a firm told before, or a
noun: of a share, of a part of a firm, of an unnamed firm, a person, goods, a paper. What owns the head is its owner:
甲的51%股权, Apple's music unit, a stake in Apple.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from pipeline.deals.grammar import Grammar, Piece
from pipeline.deals.marked_words import BRACKETS, marked_words
from pipeline.text.words import words

Kind = Literal[
    "np", "cue", "verb", "governor", "adverb", "marker", "and", "comma", "break", "relative", "value", "other"
]
Head = Literal["name", "issuer", "equity", "unit", "firm", "person", "goods", "matter", "paper", "noun"]
NAMES = ("org", "maybe")
VALUES = ("amount", "stake", "quantity", "round", "date")
INSIDE = ("stake", "quantity", "amount", "round")
"""Values that stand inside a noun phrase: a 10% stake, 3亿元A轮融资."""
AHEAD = 5  # pieces in which the name that a verb only describes stands: AI|搜索|公司|甲; from the zh examples
ENDING = ("org", "word", "quantity", "issuer", "pronoun")
"""What opens the next noun phrase behind a name, where subject and object may stand beside each other."""


class Phrase(NamedTuple):
    """One phrase of a sentence."""

    start: int
    end: int
    kind: Kind
    text: str
    piece: Piece | None = None
    """The cue, marker or value itself."""
    head: Head | None = None
    names: tuple[Piece, ...] = ()
    """Of a noun phrase whose head is a name: the names, in a list several."""
    owner: tuple[Piece, ...] = ()
    """Who owns the head: 甲的股权, Apple's unit."""
    holder: tuple[Piece, ...] = ()
    """Who holds it: 甲持有的乙51%股权."""
    marker: Piece | None = None
    """The marker right before a noun phrase."""
    indefinite: bool = False
    definite: bool = False
    """Whether it takes up what was named before: the Dutch brewer, 该企业."""
    beside: tuple[Piece, ...] = ()
    """The firm right before a head that no list knows: 甲作价, 甲资金."""
    possessive: bool = False
    """Whether it owns what follows: 甲的|融资, A's|acquisition."""
    modified: bool = False
    """Whether an attribute stands before the head: 专注质检的甲."""
    values: tuple[Piece, ...] = ()


@dataclass
class _Builder:
    """The pieces of one sentence, taken into phrases one by one."""

    text: str
    grammar: Grammar
    found: list[Phrase] = field(default_factory=list)
    run: list[Piece] = field(default_factory=list)
    """The pieces of the noun phrase that is open."""

    def take(self, piece: Piece, following: Piece | None = None, ahead: Sequence[Piece] = ()) -> None:
        """Take in the next piece; what follows it tells whether a noun is a name, or a verb only describes one."""
        if piece.kind == "case":
            self.mark(piece)
            return
        if piece.kind == "maybe" and not self.is_held(piece, following):
            said = piece.text.lower()
            if self.grammar.is_noun(said, proper=is_proper(piece)):
                piece = piece._replace(kind="word", value="n")  # a noun that was thought a name
            elif said in self.grammar.adverbs or said in self.grammar.governors:
                piece = piece._replace(kind="word", value="d")
        kind = self.kind_of(piece)
        if kind is None and piece.kind == "word":
            said = piece.text.lower()
            if said in self.grammar.determiners:
                self.close()
            elif self.text[piece.start - 1 : piece.start] == "-":
                pass  # Nvidia-backed
            elif self.run and self.run[-1].kind in NAMES and self.grammar.looks_a_verb(piece.text):
                kind = "verb"  # A | cost: a word that no list holds, right behind a name
        if kind == "verb" and self.is_adverbial_attribute(piece, following):
            kind = "adverb"
        elif kind == "verb" and (
            self.is_attribute(piece, following)
            or self.tells_what_a_unit_does(piece, following)
            or self.tells_what_a_firm_does(piece, ahead)
        ):
            kind = None
        elif kind is None and piece.kind == "word" and self.is_infinitive(piece, following):
            kind = "verb"
        if kind is None:
            counted = self.grammar.syntax.head_first and piece.kind == "quantity"
            if (self.grammar.auxiliaries or counted) and self.ends_behind_name(piece):
                self.close()  # encarga a A | diez aviones
            self.run.append(piece)
            return
        self.close()
        self.found.append(Phrase(piece.start, piece.end, kind, piece.text, piece))

    def tells_what_a_unit_does(self, piece: Piece, following: Piece | None) -> bool:
        """Return whether a verb inside a noun phrase says what the unit behind it does: 甲的电源转换|部门."""
        if not self.run or following is None or following.kind != "word" or following.start != piece.end:
            return False
        return self.run[-1].end == piece.start and self.grammar.head_of(following.text) == "unit"

    def tells_what_a_firm_does(self, piece: Piece, ahead: Sequence[Piece]) -> bool:
        """Return whether a verb only says what the firm named behind its noun does: 收购AI|搜索|公司甲."""
        if not self.grammar.syntax.markers_lead or piece.kind != "word":
            return False
        if self.run:
            opened = self.run[-1].kind == "word" and self.run[-1].end == piece.start
        else:
            opened = bool(self.found) and self.found[-1].kind in ("cue", "marker", "adverb")
        at, firm = piece.end, False
        for each in ahead if opened else ():
            if each.start - at > 1 or each.kind not in ("word", *NAMES):
                return False
            if each.kind in NAMES and firm:
                return True
            firm = each.kind == "word" and self.grammar.head_of(each.text.lower()) == "firm"
            at = each.end
        return False

    def ends_behind_name(self, piece: Piece) -> bool:
        """Return whether a noun phrase ended with a name: subject and object may stand beside each other."""
        if not self.run or self.run[-1].kind != "org" or piece.kind not in ENDING:
            return False
        return self.text[piece.start - 1 : piece.start] != "-"

    def mark(self, marker: Piece) -> None:
        """Give the noun phrase that ends here the marker behind it; one behind a sum is the sum's own."""
        of_sum = bool(self.run) and self.run[-1].kind == "amount"
        self.close()
        last = len(self.found) - 1
        while last > 0 and self.found[last].kind == "adverb":
            last -= 1  # 지분|전량|을
        if last >= 0 and not of_sum and self.found[last].kind == "np" and self.found[last].marker is None:
            self.found[last] = self.found[last]._replace(marker=marker)

    def is_held(self, piece: Piece, following: Piece | None) -> bool:
        """Return whether shares of a name are spoken of, so that it is one: 大象广告96%股权."""
        return following is not None and following.kind == "stake" and following.start == piece.end

    def is_attribute(self, piece: Piece, following: Piece | None) -> bool:
        """Return whether a participle stands inside a noun phrase that has no head yet: the Swiss testing lab A."""
        first = self.run[0] if self.run else None
        opened = first and (first.kind == "pronoun" or first.text.lower() in self.grammar.determiners)
        if not (opened and piece.text.endswith(self.grammar.syntax.active_endings or ("\0",)) and following):
            return False
        if following.kind == "word" and self.grammar.head_of(following.text.lower()) == "unit":
            return following.start == piece.end + 1  # its Rockies gathering assets
        headed = any(each.kind != "word" or self.grammar.head_of(each.text.lower()) for each in self.run)
        return (
            not headed
            and following.kind in ("word", "stake")
            and following.start == piece.end + 1
            and following.text.lower() not in self.grammar.determiners
        )

    def is_adverbial_attribute(self, piece: Piece, following: Piece | None) -> bool:
        """Return whether an adverb makes a verb the attribute of the name behind it: to buy closely | held | A."""
        before = self.found[-2:] if not self.run else []
        manner = len(before) == 2 and before[1].kind == "adverb" and before[1].end + 1 == piece.start
        if not manner or following is None or following.kind not in (*NAMES, "word") or not self.grammar.adverb_ends:
            return False
        opened = before[0].kind in ("cue", "marker") and before[1].text.lower().endswith(self.grammar.adverb_ends)
        return (
            opened and following.start == piece.end + 1 and self.grammar.chain["past"].fullmatch(piece.text) is not None
        )

    def is_infinitive(self, piece: Piece, following: Piece | None) -> bool:
        """Return whether a word that no list holds is a verb: behind its mark and before its object, to widen | the."""
        before = self.found[-1].piece if self.found and not self.run else None
        marked = before is not None and before.end + 1 == piece.start and before.kind in ("both", "before", "after")
        if before is None or not marked or following is None or not piece.text.islower():
            return False
        opens = following.text.lower() in self.grammar.determiners and following.start == piece.end + 1
        return opens and self.grammar.verb_marks.fullmatch(before.text) is not None

    def kind_of(self, piece: Piece) -> Kind | None:
        """Return what a piece is as a phrase, None where it is part of a noun phrase."""
        match piece.kind:
            case "org" | "maybe" | "issuer" | "pronoun" | "of" | "link" | "person" | "through" | "holder":
                return None
            case "stake" | "quantity" | "amount" | "round":
                return None
            case "date":
                return "value"
            case "before" | "after" | "both":
                return "marker"
            case "and":
                return "comma" if piece.text.strip() == "," else "and"
            case "break" | "stop":
                return "comma" if piece.text.strip() in (",", "，") else "break"
            case "relative":
                return "relative"
            case "cue":
                return "cue"
            case "passive":
                return "adverb"
            case "word":
                return self.grammar.word_kind(piece)
        return "other"

    def close(self) -> None:
        """Make a noun phrase, or values alone, of the open run."""
        run, self.run = self.run, []
        if run:
            self.found += _noun_phrases(run, self.text, self.grammar)


def phrases(text: str, pieces: Sequence[Piece], grammar: Grammar) -> list[Phrase]:
    """Return the phrases of a sentence's pieces, in order."""
    builder = _Builder(text, grammar)
    for index, (piece, following) in enumerate(zip(pieces, [*pieces[1:], None], strict=True)):
        builder.take(piece, following, pieces[index + 1 : index + AHEAD])
    builder.close()
    found = builder.found if grammar.syntax.comma_ends_clause else _passed_on(builder.found, grammar)
    if grammar.syntax.head_first:
        found = _with_trades(found, grammar)
    if grammar.syntax.cases:
        return _with_joints(_listed(found, grammar), grammar)
    return _owned(
        _marked(_apposed(_listed(_with(_described(found, grammar), grammar), grammar), grammar), grammar), grammar
    )


def _passed_on(found: list[Phrase], grammar: Grammar) -> list[Phrase]:
    """Return the phrases with a break that ends no clause made an adverb: announced | that | it has bought."""
    kept: list[Phrase] = []
    for index, phrase in enumerate(found):
        before = kept[-1].kind if kept else "end"
        after = found[index + 1].kind if index + 1 < len(found) else "end"
        following = found[index + 1] if index + 1 < len(found) else None
        told = (
            following is not None and following.kind == "cue" and following.text.lower() in grammar.syntax.group_links
        )
        if phrase.kind in ("break", "relative") and told and before in ("np", "comma") and phrase.text.isalpha():
            phrase = phrase._replace(kind="adverb")  # banks | that | includes A
        elif phrase.kind == "break" and before in ("governor", "value") and after in ("adverb", "governor"):
            governed = any(each.kind == "governor" for each in kept[-2:])
            phrase = phrase._replace(kind="adverb") if governed and phrase.text.isalpha() else phrase
        kept.append(phrase)
    return kept


def _with_trades(found: Sequence[Phrase], grammar: Grammar) -> list[Phrase]:
    """Return the phrases with a firm's noun, its trade and its name made one: le fabricant | de | puces Nvidia."""
    kept: list[Phrase] = []
    for phrase in found:
        if len(kept) > 1 and _tells_trade(kept[-2], kept[-1], phrase, grammar):
            noun = kept[-2]
            del kept[-2:]
            phrase = phrase._replace(start=noun.start, owner=(), modified=True, definite=noun.definite)
        kept.append(phrase)
    return kept


def _tells_trade(noun: Phrase, marker: Phrase, name: Phrase, grammar: Grammar) -> bool:
    """Return whether a name stands behind what its firm makes or does, and not as the owner of the firm told."""
    firm = noun.kind == "np" and noun.head in ("firm", "issuer") and not noun.owner
    if not firm or marker.kind != "marker" or grammar.slot_after(marker.piece) != "of" or name.head != "name":
        return False
    trade = name.text[: name.names[0].start - name.start].split()
    plain = all(word.islower() and grammar.head_of(word) in (None, "noun", "goods") for word in trade)
    return bool(trade) and plain and trade[0] not in grammar.determiners


def is_proper(piece: Piece) -> bool:
    """Return whether a name that no table knows holds a proper noun or a word no dictionary has."""
    return bool(piece.value.strength == "proper")


def with_words(text: str, pieces: Sequence[Piece], start: int, end: int, grammar: Grammar) -> Iterator[Piece]:
    """Yield the pieces and, between them, the other words of the sentence with the segmenter's tag; no marks."""
    at = start
    genitives = sorted(grammar.syntax.genitives, key=len, reverse=True)
    before: Piece | None = None
    for piece in [*pieces, None]:
        until = piece.start if piece else end
        if grammar.syntax.cases:
            if at < until:
                yield from marked_words(text, at, until, before, grammar)
            if piece and piece.kind not in ("open", "close", "through"):
                yield piece
            at, before = (max(at, piece.end) if piece else at), piece
            continue
        gap = BRACKETS.sub(lambda found: " " * len(found.group()), text[at:until]) if at < until else ""
        for word in words(gap, 0, len(gap)) if gap.strip() else ():
            for place, said in _split(at + word.start, word.text, grammar):
                if any(letter.isalnum() for letter in said):
                    yield Piece(place, place + len(said), "word", said, word.tag)
        if piece:
            if piece.kind not in ("open", "close", "through"):
                yield piece
            at = max(at, piece.end)
            if piece.kind in (*NAMES, "issuer"):
                at += next((len(mark) for mark in genitives if text.startswith(mark, at)), 0)


def _split(start: int, said: str, grammar: Grammar) -> Iterator[tuple[int, str]]:
    """Yield the words of a stretch that has spaces; what is elided before a word is one of its own: l'|offre."""
    at = 0
    for part in said.split():
        at = said.index(part, at)
        if elided := grammar.elided.match(part):
            yield start + at, elided.group()
            at += elided.end()
            part = part[elided.end() :]
        if part:
            yield start + at, part
        at += len(part)


def _noun_phrases(run: list[Piece], text: str, grammar: Grammar) -> Iterator[Phrase]:
    """Yield the noun phrase of a run of pieces, and the values that stand alone at its ends."""
    last = next((piece for piece in reversed(run) if piece.kind not in INSIDE), run[-1])
    owns = run[-1] if last.kind != "org" else last  # A's | $25 billion | acquisition
    possessive = run[-1].kind == "of" or text.startswith(grammar.syntax.genitives or ("\0",), owns.end)
    while run and run[-1].kind == "of":
        run = run[:-1]
    if all(piece.kind in INSIDE for piece in run):
        yield from _values(run, text, grammar)
        return
    for phrase in _headed(run, text, grammar):
        yield phrase._replace(possessive=possessive)


def _values(run: Sequence[Piece], text: str, grammar: Grammar) -> Iterator[Phrase]:
    """Yield values that stand alone; a number of things is what is bought: 65 aircraft, 5万股."""
    for piece in run:
        if piece.kind == "quantity":
            head: Head = "equity" if grammar.equity.search(piece.text) else "goods"
            yield Phrase(piece.start, piece.end, "np", piece.text, head=head, values=(piece,))
        else:
            yield Phrase(piece.start, piece.end, "value", piece.text, piece)


def _headed(run: list[Piece], text: str, grammar: Grammar) -> Iterator[Phrase]:
    values = tuple(piece for piece in run if piece.kind in INSIDE)
    solid = [piece for piece in run if piece.kind not in INSIDE]
    holder = next((i for i, piece in enumerate(solid) if piece.kind == "holder"), None)
    tail = next((i for i, piece in enumerate(solid) if i and piece.text in grammar.tails), None)
    if holder is None and tail is not None and any(piece.kind in NAMES for piece in solid[:tail]):
        shares = solid[-1] if grammar.head_of(solid[-1].text.lower()) == "equity" else None
        solid = solid[:tail] + ([shares] if shares else [])  # 甲、乙等个股; 甲等3家公司的股权
    while solid and (solid[-1].kind == "of" or (len(solid) > 1 and solid[-1].text in grammar.time_ends)):
        solid.pop()  # 收购甲51%股权|后
    if not solid:
        return
    whole = text[run[0].start : run[-1].end]
    base = Phrase(run[0].start, run[-1].end, "np", whole, values=values)
    indefinite = grammar.indefinite.match(whole) is not None
    if holder is not None:
        owner = tuple([p for p in solid[:holder] if p.kind in (*NAMES, "issuer")][-1:])
        behind = run[run.index(solid[holder]) + 1 :]
        inner = next(_headed(behind, text, grammar), None) if behind else None
        if inner is None:
            yield base._replace(head="noun", holder=owner)
        elif owner and not inner.names and not inner.owner and owner[0] is not solid[holder - 1]:
            yield inner._replace(start=base.start, owner=owner, values=values)  # 甲6名高管所持股权
        else:
            yield inner._replace(start=base.start, holder=owner, values=values)
        return
    if grammar.syntax.markers_lead:
        solid = _with_nouns(solid)
    while len(solid) > 1 and solid[-2].kind in NAMES and _is_tail(solid[-1], text, grammar):
        solid.pop()  # Kodak | Co.
    segment = _last_segment(solid)
    if len(segment) > 1 and segment[-1].kind == "maybe" and segment[-2].kind == "org" and not is_proper(segment[-1]):
        segment = segment[:-1]  # 甲公开|收购: a word behind a name
    head = _leading(segment, grammar) if grammar.syntax.head_first else segment[-1]
    earlier = [piece for piece in solid if piece.start < segment[0].start]
    owners = tuple([piece for piece in earlier if piece.kind in (*NAMES, "issuer", "pronoun")][-1:])
    beside_firm = len(solid) > 1 and solid[-2].kind == "org" and solid[-2].end == head.start
    if head.kind == "maybe" and beside_firm and head.text.endswith(grammar.part_ends):
        yield base._replace(head="unit", owner=(solid[-2],))  # 甲|高雄厂
        return
    if head.kind in NAMES:
        owner = tuple(p for p in solid[-2:-1] if p.kind in NAMES and text.startswith(grammar.syntax.genitives, p.end))
        paired = solid[-2:-1] if len(solid) > 1 and text[solid[-2].end : head.start] == "-" else []
        names = (*(p for p in paired if p.kind in NAMES), head)  # the A-B merger
        yield base._replace(head="name", names=names, modified=bool(earlier), owner=owner)
        return
    if head.kind == "issuer" or (head.kind == "pronoun" and len(segment) == 1):
        yield base._replace(head="issuer", names=(head,), modified=bool(earlier))
        return
    naming = next((i for i, piece in enumerate(solid) if piece.text in grammar.naming), None)
    called = [piece for piece in solid[naming + 1 :] if piece.kind in NAMES][:1] if naming is not None else []
    if called:  # 一家名为甲的企业
        yield base._replace(head="name", names=tuple(called), modified=True)
        return
    inside = [piece for piece in segment[:-1] if piece.kind in (*NAMES, "issuer", "pronoun")][-1:]
    if owners and inside and inside[0].kind == "maybe" and not is_proper(inside[0]):
        inside = []  # 甲旗下偏光片业务的股权
    kind = grammar.head_kind(head, segment)
    if kind == "noun" and grammar.auxiliaries and any(piece.kind == "person" for piece in segment):
        kind = "person"  # A-Chef | Joe Kaeser
    if kind == "firm" and inside and inside[0].end == head.start and inside[0].kind == "org":
        yield base._replace(head="name", names=tuple(inside))
        return
    if kind in ("paper", "matter", "goods", "noun"):
        owners = tuple([piece for piece in solid if piece.kind in (*NAMES, "issuer", "pronoun")][:1])
        inside = []
    beside = tuple([piece for piece in segment[:-1] if piece.kind in NAMES][-1:]) if kind == "noun" else ()
    definite = grammar.definite.match(whole) is not None and not (inside or owners)
    yield base._replace(
        head=kind, owner=tuple(inside) or owners, indefinite=indefinite, definite=definite, beside=beside
    )


def _with_nouns(solid: Sequence[Piece]) -> list[Piece]:
    """Return the pieces with what may be a mere word taken for one where a firm owns it: 甲的稀土磁铁, 甲全数股权."""
    found: list[Piece] = []
    owned = False
    for piece in solid:
        if owned and piece.kind == "maybe" and not is_proper(piece) and found[-1].kind in ("of", "org", "word"):
            piece = piece._replace(kind="word", value="n")
        owned = owned or piece.kind == "org"
        found.append(piece)
    return found


def _leading(segment: list[Piece], grammar: Grammar) -> Piece:
    """Return the head of a phrase whose noun goes before its adjectives: the first noun of a list, else a name."""
    last = segment[-1]
    if last.kind != "word":
        return last
    names = [piece for piece in segment if piece.kind in (*NAMES, "issuer")]
    nouns = (p for p in segment if p.kind == "word" and p.value and grammar.head_of(p.text.lower()) is not None)
    return names[-1] if names else next(nouns, last)


def _is_tail(piece: Piece, text: str, grammar: Grammar) -> bool:
    """Return whether a word goes on the name before it: a legal form, or a capital that no list holds."""
    said = piece.text
    beside = text[piece.start - 1 : piece.start] == " " and text[piece.start - 2 : piece.start - 1].isalpha()
    return piece.kind == "word" and beside and said[:1].isupper() and grammar.head_of(said.lower()) is None


def _last_segment(solid: list[Piece]) -> list[Piece]:
    """Return the pieces behind the last word that ties an attribute or an owner to its head."""
    for index in range(len(solid) - 2, -1, -1):
        if solid[index].kind in ("of", "link"):
            return solid[index + 1 :]
    return solid


def _described(found: list[Phrase], grammar: Grammar) -> list[Phrase]:
    """Return the phrases with each name's description of several parts made one with it: 数据和AI公司甲."""
    if not grammar.syntax.markers_lead:
        return found
    kept: list[Phrase] = []
    for phrase in found:
        if len(kept) > 1 and phrase.head == "name" and not phrase.text.startswith(phrase.names[0].text):
            first, joint = kept[-2:]
            bare = first.head in ("noun", "goods") and not (first.owner or first.values or first.holder)
            if joint.kind == "and" and bare:
                del kept[-2:]
                phrase = phrase._replace(start=first.start, modified=True)
        kept.append(phrase)
    return kept


def _with(found: list[Phrase], grammar: Grammar) -> list[Phrase]:
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


def _listed(found: list[Phrase], grammar: Grammar) -> list[Phrase]:
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


def _apposed(found: list[Phrase], grammar: Grammar) -> list[Phrase]:
    """Return the phrases with a firm that is described and then named made one: its investor, A, and others."""
    if grammar.syntax.comma_ends_clause:
        return found
    kept: list[Phrase] = []
    index = 0
    while index < len(found):
        phrase = found[index]
        name = found[index + 2] if index + 2 < len(found) else None
        closed = index + 3 >= len(found) or found[index + 3].kind in ("comma", "break", "and")
        described = phrase.kind == "np" and phrase.head in ("firm", "person", "unit") and closed
        if described and name and found[index + 1].kind == "comma" and name.head == "name" and len(name.names) == 1:
            phrase = name._replace(start=phrase.start, modified=True)
            index += 2
        elif phrase.head == "equity" and (told := _told_again(found, index)):
            phrase = phrase._replace(values=phrase.values + told[1])
            index = told[0]
        elif phrase.kind == "np" and not phrase.names and name and found[index + 1].kind == "comma":
            seated = name.head == "name" and any(seat in name.text for seat in grammar.syntax.seats)
            if seated:  # Reading, Pa.-based A
                phrase = name._replace(start=phrase.start, modified=True)
                index += 2
        kept.append(phrase)
        index += 1
    return kept


def _told_again(found: list[Phrase], index: int) -> tuple[int, tuple[Piece, ...]] | None:
    """Return where the same shares told as another figure end, with it: 1.2 million shares, or 12%, of A."""
    at = index + 1
    if at < len(found) and found[at].kind == "comma":
        at += 1
    if at + 1 >= len(found) or found[at].kind != "and" or found[at + 1].names or found[at + 1].owner:
        return None
    figure = found[at + 1]
    values = figure.values or ((figure.piece,) if figure.kind == "value" and figure.piece else ())
    if not any(value.kind in ("stake", "quantity") for value in values):
        return None
    closed = at + 2 < len(found) and found[at + 2].kind == "comma" and found[index + 1].kind == "comma"
    return (at + 2 if closed else at + 1), values


def _joint(found: list[Phrase], last: int, first: int, grammar: Grammar) -> int | None:
    """Return where the list that stands at `last` goes on, None where it ends."""
    at = last + 1
    if at >= len(found):
        return None
    listed = last > first or _opens_beside(found, first, grammar)
    if listed and found[at].kind == "marker" and found[at].text in grammar.last_joints:
        return at + 1 if at + 1 < len(found) and found[at + 1].head in ("name", "equity") else None  # 甲、乙与丙
    if found[at].kind not in ("and", "comma"):
        return None
    if found[at].kind == "comma" and grammar.syntax.comma_ends_clause:
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
    object_of = first and found[first - 1].kind in ("cue", "verb") and not _is_noun_of_act(found[first - 1], grammar)
    if object_of and not grammar.syntax.comma_ends_clause and follows in ("cue", "verb", "governor", "adverb"):
        return None
    has_object = follows == "cue" and at + 2 < len(found) and found[at + 2].head in ("name", "equity")
    if object_of and has_object and grammar.syntax.comma_ends_clause and found[last + 1].text == "、":
        return None  # 甲收购乙、丙收购丁
    return at


def _is_noun_of_act(phrase: Phrase, grammar: Grammar) -> bool:
    """Return whether a cue names its act as a thing, where verbs close their clauses: the list behind it is its own."""
    is_noun = phrase.piece is not None and phrase.kind == "cue" and phrase.text.lower() in phrase.piece.value.nouns
    return bool(grammar.auxiliaries) and is_noun


def _with_joints(found: Sequence[Phrase], grammar: Grammar) -> list[Phrase]:
    """Return the phrases with names that a marker joins made one noun phrase: A와 B가."""
    kept: list[Phrase] = []
    for phrase in found:
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
    is_noun = cue.piece is not None and cue.text.lower() in cue.piece.value.nouns
    return bool(grammar.syntax.singular_endings) and not is_noun and not cue.text.split()[0].endswith(endings)


def _joined(first: Phrase, other: Phrase) -> Phrase:
    names = (first.names or first.owner) + (other.names or other.owner)
    if "equity" in (first.head, other.head):
        head = first if first.head == "equity" else other
        values = first.values + other.values
        return head._replace(start=first.start, end=other.end, names=(), owner=names, values=values)
    marker = first.marker or other.marker
    return first._replace(end=other.end, names=names, values=first.values + other.values, marker=marker)


def _marked(found: list[Phrase], grammar: Grammar) -> list[Phrase]:
    """Return the phrases with each noun phrase's marker noted."""
    kept: list[Phrase] = []
    for phrase in found:
        before = kept[-1] if kept else None
        if grammar.syntax.markers_lead and before and len(kept) > 1:
            before = _reached(kept[-2], before)
        elif before and before.kind == "adverb" and len(kept) > 1 and kept[-2].kind == "marker":
            before = kept[-2]  # with both A and B
        if before and before.kind == "value" and len(kept) > 1 and kept[-2].kind == "marker":
            before = None  # in 2012, for $5 million: the marker is used up
        group = _group_told(kept, grammar) if phrase.head == "name" else None
        if group is not None:
            group_marker = group.marker
            before = group_marker and Phrase(
                group_marker.start, group_marker.end, "marker", group_marker.text, group_marker
            )
        elif before and before.kind == "marker" and before.piece and grammar.slot_before(before.piece) == "list":
            outer = kept[-2] if len(kept) > 1 and kept[-2].kind == "marker" else None
            before = outer  # 包括甲在内; 向包括甲在内的
        holds = before is not None and before.piece is not None and before.piece.value in ("owns", ("owns", None))
        if before and before.kind == "marker" and before.piece and grammar.slot_before(before.piece) == "rival":
            outer = kept[-2] if len(kept) > 1 else None
            if outer and phrase.head == "name" and outer.head == "name" and outer.kind == "np":
                kept[-2] = outer._replace(kind="other", marker=None)  # A's | rival B: B alone is spoken of
                before = outer.marker and before._replace(piece=outer.marker)
                kept.pop()
                if before is None:
                    kept.append(phrase)
                    continue
                kept.append(before)
            elif outer and outer.kind == "np" and outer.head == "noun" and not outer.owner:
                before = outer.marker and before._replace(piece=outer.marker)  # a bid for smaller | rival A
                before = before if before else (kept[-3] if len(kept) > 2 and kept[-3].kind == "cue" else kept[-1])
            elif outer and outer.kind in ("cue", "verb", "marker"):
                before = outer  # buys | rival A; a bid for | rival A
        if phrase.kind == "np" and before and before.kind == "marker" and not (holds and phrase.modified):
            holds_article = before.text.lower() in grammar.syntax.definite_markers
            definite = phrase.definite or (holds_article and not phrase.owner)
            phrase = phrase._replace(marker=before.piece, definite=definite)
        kept.append(phrase)
    return kept


def _group_told(kept: Sequence[Phrase], grammar: Grammar) -> Phrase | None:
    """Return the unnamed group whose members or leader the next name tells: by a consortium | led by | A."""
    if len(kept) < 2 or grammar.syntax.markers_lead:
        return None
    link, at = kept[-1], len(kept) - 2
    lists = link.kind == "marker" and link.piece is not None and grammar.slot_before(link.piece) in ("list", "group")
    if not (lists or is_group_link(link, grammar)):
        return None
    while at and kept[at].kind in ("comma", "adverb"):
        at -= 1
    group = kept[at]
    counted = at > 1 and group.kind == "np" and kept[at - 1].kind == "marker" and not (group.names or group.owner)
    if counted and kept[at - 2].head == "firm" and grammar.slot_after(group.marker) == "of":
        group = kept[at - 2]  # a group | of banks
    unnamed = group.kind == "np" and group.head in ("firm", "person") and not (group.names or group.owner)
    return group if unnamed else None


def is_group_link(phrase: Phrase, grammar: Grammar) -> bool:
    """Return whether a cue can also tell who leads a group: led by."""
    return phrase.kind == "cue" and phrase.text.lower() in grammar.syntax.group_links


def _reached(first: Phrase, before: Phrase) -> Phrase:
    """Return the marker that reaches a phrase over a short adverb; else `before`."""
    if before.kind == "adverb" and len(before.text) == 1:
        return first  # 给了甲
    return before


def _owned(found: list[Phrase], grammar: Grammar) -> list[Phrase]:
    """Return the phrases with the owner that a marker behind a head names: a unit of A, a stake in A."""
    if grammar.syntax.markers_lead:
        return found
    kept = _with_genitives(found, grammar)
    for index in range(len(kept) - 3, -1, -1):
        head, marker, owner = kept[index : index + 3]
        if marker.kind != "marker" or owner.kind != "np" or not (owner.names or owner.owner):
            continue
        slot = grammar.slot_after(marker.piece)
        if _is_share(head, kept[index - 1] if index else None, grammar) and slot in grammar.syntax.share_of:
            piece = head.piece
            values = (piece,) if piece else head.values
            kept[index] = head._replace(kind="np", head="equity", owner=owner.names or owner.owner, values=values)
            kept[index + 2] = owner._replace(kind="other", marker=None)
            continue
        if _is_sold_share(kept, index, grammar) and slot in grammar.syntax.share_of:
            firms = owner.names or owner.owner
            kept[index + 2] = owner._replace(head="equity", names=(), owner=firms, marker=None)
            before = kept[index - 1] if index else None
            if before and before.kind == "np" and all(piece.kind == "pronoun" for piece in before.names):
                kept[index - 1] = before._replace(kind="other")  # seine | Beteiligung
            continue
        named = any(piece.kind != "pronoun" for piece in head.owner)
        if head.kind != "np" or head.head in ("name", "issuer") or named:
            continue
        if slot == "of" or (slot in ("in", "into") and head.head == "equity"):
            kept[index] = head._replace(owner=owner.names or owner.owner, end=head.end)
    return kept


def _is_share(head: Phrase, before: Phrase | None, grammar: Grammar) -> bool:
    """Return whether a phrase is shares, or a bare part of a firm: 25 Prozent | an A, but zu 25 Prozent | an A."""
    if before is not None and before.text.lower() in grammar.marks:
        return False
    if head.kind == "np":
        return head.head == "equity" and not any(piece.kind != "pronoun" for piece in head.owner)
    stake = head.kind == "value" and head.piece is not None and head.piece.kind == "stake"
    return stake and (before is None or before.kind != "marker")


def _is_sold_share(found: Sequence[Phrase], index: int, grammar: Grammar) -> bool:
    """Return whether a noun for an act is what a verb of its clause deals with: verkauft | seine Beteiligung | an A."""
    head = found[index]
    if head.kind != "cue" or grammar.head_of(head.text.lower()) != "equity":
        return False
    first, last = index, index
    while first > 0 and found[first - 1].kind not in ("comma", "break", "relative"):
        first -= 1
    while last < len(found) and found[last].kind not in ("comma", "break", "relative"):
        last += 1
    return any(each.kind == "cue" and _is_whole_verb(each) for each in (*found[first:index], *found[index + 1 : last]))


def _is_whole_verb(cue: Phrase) -> bool:
    """Return whether a cue is a verb that stands in one piece."""
    said, frames = cue.text.lower(), cue.piece.value.frames if cue.piece else ()
    return any(said in frame.cues for frame in frames)


def _with_genitives(found: list[Phrase], grammar: Grammar) -> list[Phrase]:
    """Return the phrases with an owner in the genitive made one with what it owns: die Sparte | des Konzerns A."""
    kept: list[Phrase] = []
    for phrase in found:
        head = kept[-1] if kept else None
        if grammar.auxiliaries and len(kept) > 1 and _closes_attribute(kept[-2], phrase, grammar):
            kept[-2:] = [phrase._replace(marker=None)]  # die | bei | vielen bekannte Agentur A
            continue
        owns = phrase.kind == "np" and phrase.head == "name" and phrase.text.split()[0].lower() in grammar.genitives
        if owns and head and head.kind == "np" and head.head not in ("name", "issuer", "person") and not head.owner:
            kept[-1] = head._replace(owner=phrase.names, end=phrase.end)
            continue
        kept.append(phrase)
    return kept


def _closes_attribute(opener: Phrase, phrase: Phrase, grammar: Grammar) -> bool:
    """Return whether a marked noun phrase ends what an article opened before its marker, an attribute between."""
    if phrase.kind != "np" or phrase.marker is None or opener.kind != "np" or opener.marker is not None:
        return False
    described = phrase.head == "name" and phrase.names[0].start > phrase.start
    return described and opener.text.lower() in grammar.determiners
