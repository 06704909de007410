"""A sentence as the deal frames read it: firms, cues and function words in order, the rest as gaps between them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.deals.grammar import Grammar, Piece
from pipeline.text.letters import fold_letters
from pipeline.text.words import HAN, words

DESCRIPTIVE_TAGS = "najbmqlizg"  # the segmenter's nouns, adjectives, numerals and counters, by their first letter

FIGURE = re.compile(r"\d,\d")
CLOCK = re.compile(r"\d:\d\d(?!\d)")
HEADING_GAP = re.compile(r"(?<=[\u4e00-\u9fff\u300b\u201d]) +(?=[\u4e00-\u9fff\u300a\u201c])")  # 甲收购乙 估值8亿元


def cut(text: str, start: int, end: int, marked: Sequence[Piece], grammar: Grammar) -> list[Piece]:
    """Return the pieces of `text[start:end]`: the marked ones, and function words between them."""
    found: list[Piece] = []
    at = start
    for piece in sorted(marked, key=lambda piece: (piece.start, piece.kind == "round", piece)):
        if piece.start < at:
            continue
        _add_function_words(found, text, at, piece.start, grammar)
        found.append(piece)
        at = piece.end
    _add_function_words(found, text, at, end, grammar)
    for kind in ("issuer", "maybe", "org"):  # first 公司 in 机器人公司库卡, then 机器人
        following = [*found[1:], None]
        found = [
            piece
            for piece, name in zip(found, following, strict=True)
            if piece.kind != kind or not _describes(text, piece, name, grammar)
        ]
    before = [None, *found]
    return [
        piece
        for piece, last in zip(found, before, strict=False)
        if not (last and last.kind == "of" and _is_part(text, piece, grammar))
    ]


def _is_part(text: str, piece: Piece, grammar: Grammar) -> bool:
    """Return whether a name is only a line of business of the firm before it: 甲的机器人业务."""
    return piece.kind == "org" and grammar.business.match(text, piece.end) is not None


def _add_function_words(found: list[Piece], text: str, start: int, end: int, grammar: Grammar) -> None:
    if start >= end:
        return
    if grammar.syntax.spaces_end_clause:
        for gap in HEADING_GAP.finditer(text, start, end):
            if gap.start() >= start:
                _add_function_words(found, text, start, gap.start(), grammar)
                found.append(Piece(gap.start(), gap.end(), "break", ","))
                start = gap.end()
    alone: set[int] | None = None  # where a single Han character is a word of its own
    for match in grammar.function_word.finditer(text, start, end):
        word = match.group()
        if len(word) == 1 and HAN.match(word):
            if alone is None:
                alone = {each.start for each in words(text, start, end) if len(each.text) == 1}
            if match.start() not in alone:
                continue
        if word == "," and FIGURE.match(text, match.start() - 1):
            continue  # 近2,000坪
        if word == ":" and CLOCK.match(text, match.start() - 1):
            continue  # 14:52
        kind, value = grammar.meanings[fold_letters(word)]
        if kind == "issuer" and _is_described(text, start, match.start(), found, grammar):
            continue
        found.append(Piece(match.start(), match.end(), kind, word, value))


def _is_described(text: str, start: int, at: int, found: list[Piece], grammar: Grammar) -> bool:
    """Return whether a noun or an adjective stands before 公司, so that it is any firm: 多家小型公司, 该云公司."""
    if found and found[-1].end == at and found[-1].kind == "holder":
        return False  # 其持有的公司20%股份
    if at == start:
        return bool(found) and found[-1].end == at and found[-1].kind in ("org", "maybe", "of")
    before = words(text, start, at)[-1]
    if before.text == grammar.syntax.attribute:
        return True
    return before.tag[0] in DESCRIPTIVE_TAGS and HAN.match(before.text) is not None


def _describes(text: str, piece: Piece, name: Piece | None, grammar: Grammar) -> bool:
    """Return whether a piece only describes the name right behind it: 上市公司X, 机器人公司X."""
    if name is None or name.kind not in ("org", "maybe"):
        return False
    if piece.kind == "issuer":
        return piece.end == name.start
    between = text[piece.end : name.start]
    if piece.kind == "org":
        return between in grammar.syntax.trade_of
    return name.kind == "org" and (not between or between in grammar.syntax.describing)
