"""Who stands where around a cue: subject, object and the parties that function words mark.

The reading follows dependency-like slots without a parser: a clause is cut at breaks, markers open slots, coordinated
names form groups, and what a clause leaves out is taken from the clauses before.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from pipeline.deals.pieces import Grammar, Piece
from pipeline.frames import Org, Thing
from pipeline.words import HAN, words

FRAMES = ("in", "media", "list", "like")
ADJACENT = 6  # characters between a name that no table knows and its verb: adverbs and auxiliaries, no second noun
NEAR_OBJECT = 4
PASSIVE_REACH = 14  # characters between was and acquired: room for an adverb
THING_REACH = 16  # characters behind an object that still say what of it is bought
OWNS = re.compile(r"['’]s?\s+(?:\w+\s+){0,2}")
BRACKET = re.compile(r"[((][^()()]{0,60}[))]")
BEFORE_NAME = ("的", "公司", "企业", "巨头", "厂商", "制造商", "供应商", "开发商", "平台", "品牌", "商")
BUSINESS = re.compile(
    r"\s?(?:厂|业务|部门|公司|工厂|制造商|business|unit|division|arm|plant|maker|operations)", re.IGNORECASE
)
OTHERS = re.compile(
    r"(?:等|等共|及|和|以及|共|在内的)*\d{0,4}(?:名|位|家)(?:自然人|股东|交易对方|交易方|机构|公司|企业|投资者|投资人)(?:股东)?"
)
PART = re.compile(
    r"\s?(?:的|合计|总计)?\s?(?:\d[\d.]{0,8}\s?[%％]|百分之|[一二三四五六七八九十]成|部分|全部|剩余|控股权|多数|少数)"
)
END_OF_OBJECT = re.compile(r"\s?(?:$|[,。;)、的])")
Group = list[Piece]


@dataclass
class Arguments:
    """The slots around one cue."""

    slots: dict[str, Group] = field(default_factory=dict)
    thing: Thing = "none"
    elided: bool = False
    """The subject comes from an earlier clause."""
    window: tuple[int, int] = (0, 0)
    """The clause of the cue, in the text."""
    pronouns: dict[str, Piece] = field(default_factory=dict)
    """Slots that a word for a firm named before fills: 向其, 从对方."""
    object_marker: int | None = None
    """Where 将 or 把 opens the object."""
    after_object: int = 0
    notes: list[str] = field(default_factory=list)


class Reader:
    """Reads the arguments of the cues of one sentence."""

    def __init__(
        self, text: str, end: int, pieces: list[Piece], grammar: Grammar, issuer: Org | None, topic: Org | None
    ) -> None:
        self.text = text
        self.end = end
        self.pieces = pieces
        self.grammar = grammar
        self.issuer = issuer
        self.topic = topic
        self.reach = grammar.syntax.marker_reach

    def read(self, cue: Piece) -> Arguments:
        """Return what stands around a cue."""
        pieces, at = self._outside_brackets(cue)
        first, last = self._clause(pieces, at)
        found = Arguments(window=(pieces[first].start if first < len(pieces) else cue.start, pieces[last - 1].end))
        found.window = self._window(pieces, first, last, cue)
        self._left(found, pieces, first, at)
        self._right(found, pieces, at, last)
        named = {slot: group if slot == "pronoun" else self._resolved(group) for slot, group in found.slots.items()}
        found.slots = {slot: group for slot, group in named.items() if group}
        self._turn_passive(found, pieces, first, at)
        self._act_together(found, cue)
        if "subject" not in found.slots and "by" not in found.slots:
            self._framed_subject(found, cue)
        if "subject" not in found.slots:
            self._elided_subject(found, pieces, first)
        self._turn_passive(found, pieces, first, at)
        if not self.grammar.syntax.markers_lead:
            self._owner_named(found, pieces, at, last)
        self._fill_pronouns(found, pieces, at)
        self._tell_topic(found, pieces, first)
        if not {"object", "ba", "toward"} & found.slots.keys() and pieces[at].start - found.window[0] <= 3:
            self._object_before(found, pieces, first)
        self._tell_thing(found, pieces, at, last)
        return found

    def _outside_brackets(self, cue: Piece) -> tuple[list[Piece], int]:
        """Return the pieces on the cue's own level of brackets, and the cue's index among them."""
        kept: list[Piece] = []
        stack: list[int] = []
        for piece in self.pieces:
            if piece.kind == "open":
                stack.append(len(kept))
                kept.append(piece)
            elif piece.kind == "close" and stack:
                start = stack.pop()
                inside = kept[start:]
                if not any(each.start == cue.start and each.kind == "cue" for each in inside):
                    del kept[start:]
                else:
                    kept.append(piece)
            else:
                kept.append(piece)
        at = next(i for i, piece in enumerate(kept) if piece.kind == "cue" and piece.start == cue.start)
        return kept, at

    def _breaks(self, piece: Piece) -> bool:
        if piece.kind == "stop":
            return True
        if piece.kind in ("relative", "open", "close"):  # brackets that do not hold the cue are gone
            return True
        return piece.kind == "break" and (self.grammar.syntax.comma_ends_clause or piece.text != ",")

    def _clause(self, pieces: list[Piece], at: int) -> tuple[int, int]:
        first = at
        while first > 0 and not self._breaks(pieces[first - 1]):
            first -= 1
        last = at + 1
        while last < len(pieces) and not self._breaks(pieces[last]):
            last += 1
        return first, last

    def _window(self, pieces: list[Piece], first: int, last: int, cue: Piece) -> tuple[int, int]:
        start = pieces[first - 1].end if first else self.pieces[0].start if self.pieces else cue.start
        end = pieces[last].start if last < len(pieces) else self.end
        return min(start, cue.start), max(end, cue.end)

    # -- left of the cue -------------------------------------------------------------------------------------------

    def _left(self, found: Arguments, pieces: list[Piece], first: int, at: int) -> None:
        pending: Piece | None = None
        subjects: list[Group] = []
        other_cue = False
        index = first
        while index < at:
            piece = pieces[index]
            if piece.kind in ("before", "both"):
                if not (pending and self._slot(piece) == "list" and piece.start == pending.end):  # 向包括甲、乙
                    pending = piece
                index += 1
                continue
            if piece.kind in ("org", "issuer"):
                group, index = self._group(pieces, index, at)
                slot = self._slot(pending) if pending and self._opens(pending, group[0]) else None
                if slot and index == at and OWNS.fullmatch(self.text, group[-1].end, pieces[at].start):
                    subjects.append(group)  # as a result of X's acquisition
                    break
                if index < at and pieces[index].kind == "holder" and self._gap(group[-1], pieces[index]) <= 4:
                    found.slots.setdefault("holder", group)
                    index += 1
                    continue
                if slot == "ba" and pending:
                    found.object_marker = pending.start
                if slot:
                    found.slots.setdefault(slot if self.grammar.syntax.markers_lead else f"left {slot}", group)
                    pending = None
                elif not other_cue and self._acts(group, pieces, index):
                    subjects.append(group)
                elif other_cue:
                    found.slots.setdefault("before", group)
                continue
            if piece.kind == "maybe" and pending and piece.value.strength == "proper" and self._opens(pending, piece):
                found.slots.setdefault(self._slot(pending), [piece])
                pending = None
            elif piece.kind == "pronoun" and pending and piece.start - pending.end <= 1:
                found.pronouns[self._slot(pending)] = piece
                pending = None
            elif piece.kind == "cue":
                other_cue = other_cue or bool(subjects)
                pending = None
            elif self._uses_up(piece):
                pending = None
            index += 1
        if subjects:
            self._take_subject(found, subjects, pieces[at])
        else:
            self._maybe_subject(found, pieces, first, at)

    def _opens(self, marker: Piece, first: Piece) -> bool:
        """Return whether a marker reaches a name: near enough, and no verb between them."""
        if first.start - marker.end > self.reach:
            return False
        between = words(self.text, marker.end, first.start) if HAN.search(self.text, marker.end, first.start) else ()
        return not any(word.tag == "v" and len(word.text) > 1 for word in between)

    def _uses_up(self, piece: Piece) -> bool:
        """Return whether a piece is what a marker before it opened: for $5 million, or a comma after it."""
        return piece.kind in ("date", "amount", "stake", "quantity") or (
            piece.kind == "and" and piece.text.strip() == ","
        )

    def _slot(self, marker: Piece) -> str:
        return str(marker.value[0] if marker.kind == "both" else marker.value)

    def _take_subject(self, found: Arguments, subjects: list[Group], cue: Piece) -> None:
        group = self._resolved(self._main(subjects, cue))
        if group:
            found.slots["subject"] = group

    def _main(self, subjects: list[Group], cue: Piece) -> Group:
        """Return the group nearest the verb, but not one set off by commas: X, with whom Y deals, bought."""
        last = subjects[-1]
        if self.grammar.syntax.comma_ends_clause or len(subjects) < 2:
            return last
        before = self.text[subjects[-2][-1].end : last[0].start]
        behind = self.text[last[-1].end : cue.start]
        return subjects[-2] if before.lstrip().startswith(",") and "," in behind else last

    def _acts(self, group: Group, pieces: list[Piece], after: int) -> bool:
        """Return whether a group can be the one who acts: not X董事长, X股价, X控股股东 (unnamed)."""
        end = group[-1].end
        rest = self.text[end : end + 8].lstrip(" 的")
        if rest.startswith((*self.grammar.persons, *self.grammar.syntax.not_actor)):
            return False
        return not (after < len(pieces) and pieces[after].kind == "link" and pieces[after].start - end <= 2
                    and pieces[after].text.endswith(("股东", "行动人", "母公司", "供应商", "品牌")))  # fmt: skip

    def _maybe_subject(self, found: Arguments, pieces: list[Piece], first: int, at: int) -> None:
        """Take a name that no table knows as subject where it stands right before its verb or the verb's markers."""
        border = pieces[at].start
        marked = {each.start for group in found.slots.values() for each in group}
        for piece in reversed(pieces[first:at]):
            if piece.kind in ("before", "both"):
                border = piece.start
            elif piece.start in marked:
                continue
            elif piece.kind == "maybe":
                between = self.text[piece.end : border]
                if self._may_act(piece, between):
                    found.slots.setdefault("subject", self._listed_before(pieces, piece))
                return
            elif piece.kind == "cue":
                border = piece.start  # X签署收购Y: both verbs are X's
            elif piece.kind in ("org", "issuer"):
                return

    def _may_act(self, piece: Piece, between: str) -> bool:
        if not between.strip():
            return piece.value.strength == "proper" or self._opens_clause(piece)
        begun = between.lstrip()[0] in self.grammar.syntax.begins
        if len(between) > (self.reach * 3 if begun else ADJACENT) or ("的" in between and not begun):
            return False
        return piece.value.strength == "proper" or self._opens_clause(piece)

    def _listed_before(self, pieces: list[Piece], last: Piece) -> Group:
        """Return a name with those listed before it: 甲、乙和丙."""
        group = [last]
        index = pieces.index(last)
        while index > 1 and pieces[index - 1].kind == "and" and pieces[index - 2].kind in ("org", "maybe"):
            if pieces[index - 2].end != pieces[index - 1].start or pieces[index - 1].end != group[0].start:
                break
            group.insert(0, pieces[index - 2])
            index -= 2
        return group

    def _opens_clause(self, piece: Piece) -> bool:
        before = self.text[max(0, piece.start - 2) : piece.start].strip(' “"')
        return not before or before[-1] in ",。;:!?】]、—"

    def _group(self, pieces: list[Piece], index: int, limit: int) -> tuple[Group, int]:
        """Return the coordinated firms that begin at `index`, and the index behind them.

        In X的子公司Y the later name is meant; X joins the slot `possessor` nowhere, for the deal is Y's.
        """
        if not self.grammar.syntax.comma_ends_clause and self._only_commas(pieces, index, limit):
            return [pieces[index]], index + 1
        group = [pieces[index]]
        index += 1
        while index < limit:
            piece = pieces[index]
            behind = index + 1
            if self._joins(piece, group) and behind < limit and pieces[behind].kind in ("org", "issuer", "maybe"):
                if self._gap(group[-1], piece) > 2 and not self._only_shares(group[-1].end, piece.start):
                    break
                following = pieces[behind]
                if following.start - piece.end > 6:
                    break
                if following.kind == "maybe" and following.value.strength != "proper":
                    break
                group.append(following)
                index = behind + 1
            elif piece.kind in ("link", "of") and behind < limit and self._named(pieces[behind], piece.kind):
                if self._gap(group[-1], piece) > 1 or pieces[behind].start - piece.end > (
                    10 if piece.kind == "link" else 8
                ):
                    break
                group[-1] = pieces[behind]
                index = behind + 1
            elif (
                piece.kind == "org" and self._gap(group[-1], piece) <= 8 and self._described(group[-1].end, piece.start)
            ):
                group[-1] = piece
                index += 1
            elif piece.kind in ("stake", "quantity") and self._gap(group[-1], piece) <= 3:
                joint = next(
                    (i for i in range(behind, limit) if pieces[i].kind not in ("of", "stake", "quantity")), limit
                )
                if joint >= limit or pieces[joint].kind != "and":
                    break
                index = joint  # A 40%的股权、B 49%的股权
            else:
                break
        return group, index

    def _joins(self, piece: Piece, group: Group) -> bool:
        """Return whether a word joins names: 、 and 和 always, 与 as the last joint of a list: 甲、乙与丙."""
        if piece.kind == "and":
            return True
        return piece.kind in ("before", "both") and len(group) > 1 and self._slot(piece) == "with"

    def _named(self, piece: Piece, link: str) -> bool:
        return piece.kind == "org" or (link == "link" and piece.kind == "maybe" and piece.value.strength == "proper")

    def _only_commas(self, pieces: list[Piece], index: int, limit: int) -> bool:
        """Return whether names follow one another with commas alone, so that they are no list: of X Inc., Y became."""
        joined = []
        while index + 2 < limit and pieces[index + 1].kind == "and" and pieces[index + 2].kind in ("org", "issuer"):
            if self._gap(pieces[index], pieces[index + 1]) > 1 or pieces[index + 2].start - pieces[index + 1].end > 6:
                break
            joined.append(pieces[index + 1].text.strip())
            index += 2
        return bool(joined) and set(joined) == {","}

    def _only_shares(self, start: int, end: int) -> bool:
        between = self.text[start:end]
        return len(between) <= 14 and bool(re.search(r"[%％]|股权|股份", between))

    def _described(self, start: int, end: int) -> bool:
        """Return whether only a description stands between two names: 甲集团控股股东乙公司."""
        between = self.text[start:end].strip()
        return bool(between) and not re.search(r"[,。;、::]", between) and between.endswith(self.grammar.syntax.links)

    def _gap(self, left: Piece, right: Piece) -> int:
        """Return how many characters stand between two pieces, brackets left out."""
        between = BRACKET.sub("", self.text[left.end : right.start]) if right.start > left.end else ""
        return len(OTHERS.sub("", between).strip())

    def _resolved(self, group: Group) -> Group:
        """Return the group with 公司 and the like replaced by the firm of the report; empty where it is not plain."""
        found = []
        for piece in group:
            if piece.kind != "issuer":
                found.append(piece)
            elif self.issuer:
                found.append(Piece(self.issuer.start, self.issuer.end, "org", self.issuer.text, self.issuer))
        return found

    # -- right of the cue ------------------------------------------------------------------------------------------

    def _right(self, found: Arguments, pieces: list[Piece], at: int, last: int) -> None:
        pending: Piece | None = None
        index = at + 1
        previous_end = pieces[at].end
        if index < last and pieces[index].kind == "and" and pieces[index].start == previous_end:
            return  # 领投、跟投: the object is the next verb's
        while index < last:
            piece = pieces[index]
            if piece.kind in ("after", "both"):
                pending = piece
                index += 1
                continue
            if piece.kind == "before":
                if pending and piece.start - pending.end <= 1:  # 出售给由甲和乙组成的联合体
                    index += 1
                    continue
                pending = piece if piece.value in ("by", "from") else None
                if piece.value not in ("by", "from", "in") and "object" in found.slots:
                    return
                index += 1
                continue
            if piece.kind in ("org", "issuer"):
                group, index = self._group(pieces, index, last)
                slot = None
                if pending and self._opens(pending, group[0]):
                    slot = self._slot_after(pending)
                index = self._place(found, group, slot, pieces, index, last)
                pending = None
                continue
            if piece.kind == "maybe":
                if pending and piece.start - pending.end <= 1 and self._can_receive(piece):
                    found.slots.setdefault(self._slot_after(pending), [piece])
                    pending = None
                elif piece.value.strength == "proper" and self._holds(pieces, index, last):
                    found.slots.setdefault("holder", [piece])
                elif "object" not in found.slots and self._maybe_object(piece, previous_end):
                    group, index = self._group(pieces, index, last)
                    index = self._place(found, group, None, pieces, index, last)
                    continue
            elif piece.kind == "pronoun" and "object" not in found.slots and piece.start - previous_end <= 3:
                found.slots.setdefault("pronoun", [piece])
            elif piece.kind == "holder" and "object" not in found.slots:
                previous_end = piece.end
            elif piece.kind == "cue" and (index > at + 1 or piece.start - previous_end > 1):
                return  # but 收购整合X: two verbs with one object
            elif piece.kind == "of" and "object" in found.slots:
                return
            if piece.kind in ("stake", "quantity", "amount", "date", "holder"):
                previous_end = piece.end
            if self._uses_up(piece):
                pending = None
            index += 1

    def _holds(self, pieces: list[Piece], index: int, last: int) -> bool:
        """Return whether 持有的 and the like follow a name."""
        return (
            index + 1 < last and pieces[index + 1].kind == "holder" and self._gap(pieces[index], pieces[index + 1]) <= 2
        )

    def _can_receive(self, piece: Piece) -> bool:
        """Return whether a name that no table knows can stand behind 给: a proper one, or any that ends its clause."""
        return piece.value.strength == "proper" or bool(END_OF_OBJECT.match(self.text, piece.end))

    def _slot_after(self, marker: Piece) -> str:
        if marker.kind == "both":
            return str(marker.value[1])
        return "holder" if marker.kind == "before" else str(marker.value)

    def _place(
        self, found: Arguments, group: Group, slot: str | None, pieces: list[Piece], index: int, last: int
    ) -> int:
        """Put a group behind the cue into its slot; return the index to go on from."""
        following = pieces[index] if index < last else None
        if following and following.kind == "holder" and self._gap(group[-1], following) <= 6:
            found.slots.setdefault("holder", self._resolved(group))
            return index + 1
        resolved = self._resolved(group)
        if not resolved:
            found.slots.setdefault("unresolved", group)
            return index
        if slot:
            found.slots.setdefault(slot, resolved)
        elif "object" not in found.slots and "unresolved" not in found.slots:
            found.slots["object"] = resolved
            found.after_object = group[-1].end
        return index

    def _maybe_object(self, piece: Piece, previous_end: int) -> bool:
        """Return whether a name that no table knows stands where only the thing bought can stand."""
        between = self.text[previous_end : piece.start]
        rest = BRACKET.sub("", self.text[piece.end : piece.end + 40])[:12]
        shares = self.grammar.equity.search(rest)
        told = PART.match(rest)
        ends = bool(END_OF_OBJECT.match(rest))
        proper = piece.value.strength == "proper"
        described = proper and len(between) <= self.reach and (told or (ends and between.endswith(BEFORE_NAME)))
        if (len(between) > NEAR_OBJECT and not described) or re.search(r"[,、。]", between):
            return False
        if proper:
            return bool(shares or told or ends)
        return shares is not None and (bool(told) or (shares.start() <= 1 and len(piece.text) >= 4))

    # -- what is left out ------------------------------------------------------------------------------------------

    def _turn_passive(self, found: Arguments, pieces: list[Piece], first: int, at: int) -> None:
        if "object" in found.slots or "subject" not in found.slots or not self._is_passive(found, pieces, first, at):
            return
        found.slots["object"] = found.slots.pop("subject")
        found.after_object = found.slots["object"][-1].end
        found.notes.append("passive")

    def _is_passive(self, found: Arguments, pieces: list[Piece], first: int, at: int) -> bool:
        """Return whether the clause turns its verb round: 甲被乙收购, A was acquired (by B), A, bought by B."""
        cue = pieces[at]
        if self.grammar.syntax.markers_lead:
            return "by" in found.slots and any(
                p.kind in ("before", "both") and self._slot(p) == "by" for p in pieces[first:at]
            )
        if cue.text.endswith("ing") or cue.text.lower() in cue.value.nouns:
            return False
        before = [p for p in pieces[first:at] if p.kind == "passive"]
        if before and cue.start - before[-1].end <= PASSIVE_REACH:
            return True
        following = pieces[at + 1] if at + 1 < len(pieces) else None
        return following is not None and following.text.lower() == "by" and following.start - cue.end <= 2

    def _act_together(self, found: Arguments, cue: Piece) -> None:
        """Make those who act beside the subject part of it: 甲联合乙收购, 甲与乙共同收购."""
        beside = found.slots.pop("along", [])
        if "with" in found.slots and self.grammar.together.search(self.text, found.slots["with"][-1].end, cue.end):
            beside += found.slots.pop("with")
        if beside:
            found.slots["subject"] = found.slots.get("subject", []) + beside

    def _fill_pronouns(self, found: Arguments, pieces: list[Piece], at: int) -> None:
        """Give each slot that a pronoun fills the last firm named before that is not the subject."""
        subject = {each.value.name for each in found.slots.get("subject", ())}
        for slot, pronoun in found.pronouns.items():
            before = [
                p for p in pieces[:at] if p.kind == "org" and p.end <= pronoun.start and p.value.name not in subject
            ]
            if before:
                found.slots.setdefault(slot, before[-1:])

    def _tell_topic(self, found: Arguments, pieces: list[Piece], first: int) -> None:
        """Note the subject of the sentence's first clause where it is not this verb's own: who raises the round."""
        end = next((i for i in range(first) if self._breaks(pieces[i])), 0)
        topic = self._clause_subject(pieces, 0, end) if end else []
        own = {each.value.name for slot in ("subject", "by") for each in found.slots.get(slot, ())}
        if topic and not own & {each.value.name for each in topic}:
            found.slots["topic"] = topic

    def _owner_named(self, found: Arguments, pieces: list[Piece], at: int, last: int) -> None:
        """Take whom its before an act means: the firm before it, else behind the comma: with its purchase of Y, X."""
        before = pieces[at - 1] if at else None
        if before is None or before.kind != "pronoun" or pieces[at].start - before.end > self.reach // 2:
            return
        earlier = [p for p in pieces[: at - 1] if p.kind == "org"]
        comma = next((i for i in range(at, last) if pieces[i].text.strip() == ","), last)
        later = [p for p in pieces[comma:last] if p.kind == "org"]
        owner = earlier[-1:] or later[:1]
        if owner:
            found.slots["its"] = owner
            if found.slots.get("object") == owner:
                del found.slots["object"]

    def _framed_subject(self, found: Arguments, cue: Piece) -> None:
        """Take the name right before its verb inside a frame of time, source or list: 在甲收购乙时."""
        for slot in FRAMES:
            group = found.slots.get(slot)
            if (
                group
                and 0 <= cue.start - group[-1].end <= ADJACENT
                and "的" not in self.text[group[-1].end : cue.start]
            ):
                found.slots["subject"] = found.slots.pop(slot)
                return

    def _elided_subject(self, found: Arguments, pieces: list[Piece], first: int) -> None:
        """Take the subject from the nearest clause before that has one, else from the report's subject."""
        end = first
        while end > 0:
            start = end - 1
            while start > 0 and not self._breaks(pieces[start - 1]):
                start -= 1
            spoken = self.grammar.says.search(self.text, pieces[start].start, pieces[end - 1].end)
            group = [] if spoken else self._clause_subject(pieces, start, end)
            if end == first and pieces[end - 1].kind in ("relative", "open"):  # X, which bought Y; X (bought by Y)
                group = self._resolved([p for p in pieces[start:end] if p.kind in ("org", "issuer")][-1:]) or group
            if group:
                found.slots["subject"] = group
                found.elided = True
                self._partner_before(found, pieces, start, end)
                return
            end = start
        if self.topic and "by" not in found.slots:
            found.slots["subject"] = [Piece(self.topic.start, self.topic.end, "org", self.topic.text, self.topic)]
            found.elided = True

    def _begins(self, piece: Piece, pieces: list[Piece], index: int) -> bool:
        """Return whether a name that no table knows is the subject of an earlier clause."""
        if self._opens_clause(piece):
            return True
        behind = self.text[piece.end : piece.end + 1]
        following = pieces[index + 1] if index + 1 < len(pieces) else None
        return behind in self.grammar.syntax.begins or bool(
            following and following.kind == "cue" and following.start == piece.end
        )

    def _partner_before(self, found: Arguments, pieces: list[Piece], start: int, end: int) -> None:
        """Take whom the subject dealt with in its own clause: 甲与乙签约, 将支付5亿元."""
        for index in range(start, end - 1):
            piece, following = pieces[index], pieces[index + 1]
            if (
                piece.kind == "before"
                and piece.value == "with"
                and following.kind == "org"
                and self._opens(piece, following)
            ):
                found.slots.setdefault("with", self._group(pieces, index + 1, end)[0])
                return

    def _clause_subject(self, pieces: list[Piece], start: int, end: int) -> Group:
        """Return who acts in a clause: a known firm, else a name that begins it."""
        pending: Piece | None = None
        possible: Group = []
        index = start
        while index < end:
            piece = pieces[index]
            if piece.kind in ("before", "both"):
                pending = piece
            elif piece.kind == "cue":
                return possible
            elif piece.kind in ("org", "issuer"):
                group, index = self._group(pieces, index, end)
                marked = pending and self._opens(pending, group[0])
                pending = None
                if not marked and self._acts(group, pieces, index):
                    return self._resolved(group)
                continue
            elif (
                piece.kind == "maybe"
                and not pending
                and piece.value.strength == "proper"
                and self._begins(piece, pieces, index)
            ):
                possible = possible or [piece]
            elif self._uses_up(piece):
                pending = None
            index += 1
        return possible

    def _object_before(self, found: Arguments, pieces: list[Piece], first: int) -> None:
        """Take the object from the clause before: 将甲公司51%股权, 转让给乙."""
        for piece in reversed(pieces[:first]):
            if piece.start < found.window[0] - 40 or piece.kind == "stop":
                return
            shares = self.grammar.equity.search(self.text, piece.end, min(piece.end + THING_REACH, found.window[0]))
            if piece.kind in ("org", "issuer", "maybe") and shares and "," not in self.text[piece.end : shares.start()]:
                group = self._resolved([piece])
                if group:
                    found.slots["ba"] = group
                return

    # -- what is bought --------------------------------------------------------------------------------------------

    def _tell_thing(self, found: Arguments, pieces: list[Piece], at: int, last: int) -> None:
        cue = pieces[at]
        if "pronoun" in found.slots and "object" not in found.slots:
            start = found.slots["pronoun"][0].end
        elif "object" in found.slots and found.after_object > cue.start:
            start = found.after_object
        elif "ba" in found.slots or "toward" in found.slots:
            start = found.slots.get("ba", found.slots.get("toward", []))[-1].end
        else:
            start = cue.end
        stop = min(found.window[1], start + THING_REACH)
        if start < cue.start:
            stop = min(stop, cue.start)
        values = [p for p in pieces[at:last] if p.kind in ("amount", "date") and p.start < stop + 30]
        ahead = re.split(r"[,。;:]", self._ahead(start, stop, values))[0]
        shares = self.grammar.equity.search(ahead)
        goods = self.grammar.any_goods.search(ahead)
        has_stake = any(p.kind == "stake" and start <= p.start <= start + 6 for p in pieces[at:last])
        if goods and BUSINESS.match(ahead, goods.end()):
            goods = None  # a chip plant or a cloud business is bought as a firm is
        if shares and (not goods or shares.start() <= goods.start()):
            found.thing = "equity"
        elif goods:
            found.thing = "goods"
        elif has_stake:
            found.thing = "equity"
        elif {"object", "ba", "toward"} & found.slots.keys():
            found.thing = "firm"

    def _ahead(self, start: int, stop: int, values: Sequence[Piece]) -> str:
        """Return the text behind an object, values and brackets left out, so that what is bought stands near."""
        parts: list[str] = []
        at = start
        for value in values:
            if at <= value.start < stop + len("".join(parts)):
                parts.append(self.text[at : value.start])
                at = value.end
                stop += value.end - value.start
        parts.append(self.text[at : max(at, min(stop + 40, self.end))])
        return BRACKET.sub("", "".join(parts))[:THING_REACH]
