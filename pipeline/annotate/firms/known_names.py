"""Known names in Han text, read with what stands around them: the longer firm they begin, the verb they end in."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pipeline.annotate.firms.han_names import HanNames
from pipeline.rules.frames import Org
from pipeline.text.words import HAN, Word

CLOSING = frozenset(',。;:!?、\n“”"「」《》【】')


class KnownNames:
    """Takes the known names of a sentence for what they are there; `look_up` gives the firm of a name."""

    def __init__(self, han: HanNames, look_up: Callable[[str], Org | None], are_legal: Callable[[str], bool]) -> None:
        self.han = han
        self.vocabulary = han.vocabulary
        self.look_up = look_up
        self.are_legal = are_legal
        self.never = self.vocabulary.breaks | frozenset(han.data.plain_trades)

    def read(self, text: str, sentence: Sequence[Word], known: Sequence[Org]) -> list[Org]:
        """Return the known names, each grown to the longer firm it only begins, or without the verb it ends in."""
        if not known:
            return []
        starts = {word.start: word for word in sentence}
        ends = {word.end: word for word in sentence}
        around = self._around(sentence, [org for org in known if self._may_grow(org, starts)])
        longer = [name for name in self.han.find(text, around, []) if name.strength == "form"] if around else []
        kept: list[Org] = []
        for org in known:
            if (kept and org.start < kept[-1].end) or _crosses(org, starts, sentence[-1].end):
                continue
            whole = next((n for n in longer if n.start <= org.start and n.end >= org.end), None)
            grown = self._within(text, org, whole.start, whole.end) if whole else None
            grown = grown or self._extended(text, org, starts) or self._without_verb(text, org, starts)
            kept.append(self._branch(text, self._placed(text, grown or org), starts, ends))
        return [org for index, org in enumerate(kept) if not index or org.start >= kept[index - 1].end]

    def _may_grow(self, org: Org, starts: dict[int, Word]) -> bool:
        """Return whether a name may go on behind a known one, or have begun before it."""
        following = starts.get(org.end)
        if org.start not in starts or following is None or (following.text == " " and org.text[-1].isascii()):
            return True
        if following.text in self.vocabulary.breaks:
            return False
        return following.tag[0] not in "puct" and following.text not in CLOSING

    def _around(self, sentence: Sequence[Word], known: Sequence[Org]) -> list[Word]:
        """Return the words of the stretches between marks that hold a known name, and the marks."""
        if not known:
            return []
        found: list[Word] = []
        stretch: list[Word] = []
        for word in sentence:
            if word.text not in CLOSING:
                stretch.append(word)
                continue
            found += [*self._kept(stretch, known), word]
            stretch = []
        return found + self._kept(stretch, known)

    def _kept(self, stretch: list[Word], known: Sequence[Org]) -> list[Word]:
        if not stretch or not any(stretch[0].start < org.end and org.start < stretch[-1].end for org in known):
            return []
        return stretch

    def _within(self, text: str, org: Org, start: int, end: int) -> Org | None:
        """Return the firm of a longer name around a known one; None where it is the known one and what it makes."""
        if end - start <= org.end - org.start:
            return None
        said, rest = text[start:end], text[org.end : end]
        if rest in self.vocabulary.data.same:
            return org._replace(end=end, text=text[org.start : end])
        if rest in self.vocabulary.descriptors:
            return None  # 甲子公司: of that firm, and unnamed
        if said[-1].isascii():
            return self._in_latin(text, org, start, end)
        if self.vocabulary.legal_end.search(said) or (start < org.start and end > org.end):
            return Org(start, end, said, said, None, "form")
        if start == org.start and rest in self.vocabulary.extends:
            return Org(start, end, said, said, None, "form")
        return None

    def _in_latin(self, text: str, org: Org, start: int, end: int) -> Org | None:
        rest = text[org.end : end].strip(" ,.")
        if start == org.start and self.are_legal(rest):
            return org._replace(end=end, text=text[start:end])
        found = self.vocabulary.capitals.find(text, start, end, self.vocabulary.language)
        if not found or found[0].strength != "strong" or not rest:
            return None
        return Org(start, end, text[start:end], text[start:end], None, "form")

    def _extended(self, text: str, org: Org, starts: dict[int, Word]) -> Org | None:
        """Return the firm of the group that a word right behind a known name makes of it: 格力 + 金投."""
        following = starts.get(org.end)
        if following is None or following.text in self.never:
            return None
        said = text[org.start : following.end]
        if following.text in self.vocabulary.data.same:
            return org._replace(end=following.end, text=said)
        if following.text not in self.vocabulary.extends or not self._may_end(starts.get(following.end)):
            return None
        if following.text in self.vocabulary.breaks and self._is_received(text, org):
            return None  # 获甲|投资
        return Org(org.start, following.end, said, said, None, "form")

    def _is_received(self, text: str, org: Org) -> bool:
        """Return whether a marker right before a name makes the verb behind it the sentence's: 获甲投资."""
        return text.endswith(self.vocabulary.data.receives, max(0, org.start - 2), org.start)

    def _may_end(self, following: Word | None) -> bool:
        """Return whether a name may end before a word: not 甲健康 before 产业."""
        return following is None or following.tag[0] not in "ng" or following.text in self.vocabulary.stop

    def _without_verb(self, text: str, org: Org, starts: dict[int, Word]) -> Org | None:
        """Return the firm of a known name that ends in what is a verb here: 甲投资 before 乙."""
        verb = next((word for word in self.vocabulary.verbs_inside if org.text.endswith(word)), None)
        following = starts.get(org.end)
        if verb is None or following is None or self.han.ends_name(following):
            return None
        if self.han.scores.acts.match(text, org.end) or self.vocabulary.announced.match(text, org.end):
            return None
        owner = self.look_up(org.text[: -len(verb)])
        if owner is None:
            return None
        end = org.end - len(verb)
        return owner._replace(start=org.start, end=end, text=org.text[: -len(verb)])

    def _placed(self, text: str, org: Org) -> Org:
        end = self.han.with_place(text, org.end) if HAN.search(org.text) else org.end
        return org if end == org.end else org._replace(end=end, text=text[org.start : end])

    def _branch(self, text: str, org: Org, starts: dict[int, Word], ends: dict[int, Word]) -> Org:
        """Return the firm of its own that a place beside a known name makes of it: 甲中国 + 公告, 北京 + 甲20%股权."""
        if not HAN.match(org.text) or org.strength != "table":
            return org
        start, end = org.start, org.end
        behind, before = starts.get(end), ends.get(start)
        if behind and _is_town(behind) and self._stands_alone(text, behind.end):
            end = behind.end
        elif before and _is_town(before) and before.text not in self.vocabulary.descriptors:
            of_place = org.text in self.vocabulary.registered
            start = before.start if of_place or self.vocabulary.held.match(text, end) else start
        if (start, end) == (org.start, org.end):
            return org
        return Org(start, end, text[start:end], text[start:end], None, "form")

    def _stands_alone(self, text: str, end: int) -> bool:
        """Return whether what follows a name and a place is the firm's own doing, or shares of it."""
        if self.vocabulary.held.match(text, end) or text[end : end + 1] in self.vocabulary.data.after_joined:
            return True
        return bool(self.vocabulary.announced.match(text, end) or self.han.scores.acts.match(text, end))


def _is_town(word: Word) -> bool:
    return word.tag == "ns" and len(word.text) > 1


def _crosses(org: Org, starts: dict[int, Word], end: int) -> bool:
    """Return whether a name begins and ends inside other words: 北方华创 in 湖北|方|华|创业."""
    return org.start not in starts and org.end not in starts and org.end != end
