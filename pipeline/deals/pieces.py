"""A sentence as the deal frames read it: firms, cues and function words in order, the rest as gaps between them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, Literal, NamedTuple

from pipeline.frames import Language, any_of
from pipeline.words import HAN, words

PieceKind = Literal[
    "org", "maybe", "cue", "amount", "stake", "quantity", "date", "round", "before", "after", "both", "break", "stop",
    "and", "holder", "link", "of", "pronoun", "issuer", "person", "passive", "relative", "through", "open", "close",
]  # fmt: skip


DESCRIBING = frozenset(("", "公司", "企业", "集团", "巨头", "厂商", "平台"))


class Piece(NamedTuple):
    """One meaningful stretch of a sentence; `value` is the noun, the cue or the slot it opens."""

    start: int
    end: int
    kind: PieceKind
    text: str
    value: Any = None


class Grammar:
    """The function words of one language, compiled to one pattern."""

    def __init__(self, language: Language) -> None:
        syntax = language.syntax
        self.language = language
        self.syntax = syntax
        self.persons = language.parties.persons
        self.bystanders = language.parties.bystanders
        kinds: dict[str, tuple[PieceKind, Any]] = {}
        tables: list[tuple[PieceKind, Iterable[str]]] = [
            ("of", syntax.of), ("pronoun", syntax.pronouns), ("issuer", language.parties.issuer),
            ("person", language.parties.persons), ("passive", syntax.passives), ("relative", syntax.relatives),
            ("through", syntax.through), ("link", syntax.links), ("holder", syntax.holders),
            ("break", syntax.clause_breaks), ("stop", syntax.sentence_breaks), ("and", syntax.coordinators),
            ("open", "(（["), ("close", ")）]"),
        ]  # fmt: skip
        for word, slot in syntax.markers.after.items():
            kinds[word.lower()] = ("after", slot)
        for word, slot in syntax.markers.before.items():
            kinds[word.lower()] = (
                ("both", (slot, syntax.markers.after[word])) if word in syntax.markers.after else ("before", slot)
            )
        for kind, listed in tables:
            for word in listed:
                kinds.setdefault(word.lower(), (kind, None))
        self.kinds = kinds
        self.pattern = any_of(kinds)
        self.equity = any_of(syntax.equity)
        self.sides = {"buyer": _side(syntax.buyers), "seller": _side(syntax.sellers)}
        self.says = any_of(syntax.says)
        self.together = any_of(syntax.together)
        self.negations = any_of(syntax.negations)
        money = language.deals.money
        self.unit_price = any_of(money.unit)
        self.money = {name: any_of(getattr(money, name)) for name in ("total", "price", "valuation", "other")}
        self.assets = {kind: any_of(words) for kind, words in language.deals.assets.items()}
        self.any_goods = any_of(
            word for kind, words in language.deals.assets.items() if kind not in ("equity", "debt") for word in words
        )
        self.status = {
            status: (any_of(cues.clause), any_of(cues.sentence)) for status, cues in language.deals.status.items()
        }

    def pieces(self, text: str, start: int, end: int, marked: Sequence[Piece]) -> list[Piece]:
        """Return the pieces of `text[start:end]`: the marked ones, and function words between them."""
        found: list[Piece] = []
        at = start
        for piece in sorted(marked):
            if piece.start < at:
                continue
            self._words(found, text, at, piece.start)
            found.append(piece)
            at = piece.end
        self._words(found, text, at, end)
        for kind in ("issuer", "maybe", "org"):  # first 公司 in 机器人公司库卡, then 机器人
            behind = [*found[1:], None]
            found = [
                p for p, name in zip(found, behind, strict=True) if p.kind != kind or not _describes(text, p, name)
            ]
        return found

    def _is_described(self, text: str, start: int, at: int, found: list[Piece]) -> bool:
        """Return whether a noun or an adjective stands before 公司, so that it is any firm: 多家小型公司, 该云公司."""
        if at == start:
            return bool(found) and found[-1].end == at and found[-1].kind in ("org", "maybe", "of")
        before = words(text, start, at)[-1]
        return (before.tag[0] in "najbmqlizg" and HAN.match(before.text) is not None) or before.text == "的"

    def _words(self, found: list[Piece], text: str, start: int, end: int) -> None:
        if start >= end:
            return
        alone: set[int] | None = None  # where a single Han character is a word of its own
        for match in self.pattern.finditer(text, start, end):
            word = match.group()
            if len(word) == 1 and HAN.match(word):
                if alone is None:
                    alone = {each.start for each in words(text, start, end) if len(each.text) == 1}
                if match.start() not in alone:
                    continue
            kind, value = self.kinds[word.lower()]
            if kind == "issuer" and self._is_described(text, start, match.start(), found):
                continue
            found.append(Piece(match.start(), match.end(), kind, word, value))


def _side(nouns: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern for a noun that names a side and the word that links the firm to it."""
    return re.compile(f"(?:{any_of(nouns).pattern})(?:为|是|系|:|：| is | was )")


def _describes(text: str, piece: Piece, name: Piece | None) -> bool:
    """Return whether a piece only describes the name right behind it: 上市公司X, 机器人公司X."""
    if name is None or name.kind not in ("org", "maybe"):
        return False
    if piece.kind == "issuer":
        return piece.end == name.start
    between = text[piece.end : name.start]
    if piece.kind == "org":
        return between in ("公司", "企业")
    return name.kind == "org" and between in DESCRIBING
