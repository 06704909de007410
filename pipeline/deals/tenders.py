"""Who asks for tenders, told by the name of the project alone: 中标甲县供水项目."""

from __future__ import annotations

from pipeline.deals.grammar import Piece
from pipeline.deals.sentence import Arguments, Group, Sentence, slot_before
from pipeline.rules.frames import Org
from pipeline.text.words import words

PROJECT = 24  # characters of a project's name that may hold its place


def announced_owner(sentence: Sentence, cue: Piece, arguments: Arguments) -> Group:
    """Return who asks for tenders where the project stands before its winner's title: 为甲县供水项目的|中标人."""
    before = [p for p in sentence.pieces if arguments.window[0] <= p.start < cue.start and p.kind in ("before", "both")]
    opened = next((p for p in reversed(before) if slot_before(p) == "for"), None)
    return project_owner(sentence, opened.end, cue.start) if opened else []


def project_owner(sentence: Sentence, start: int, end: int) -> Group:
    """Return who asks for tenders: the place or the institution that the project's name begins with."""
    text, syntax = sentence.text, sentence.grammar.syntax
    while start < len(text) and text[start] in syntax.project_opens:
        start += 1
    until, in_place = start, True
    name_words = words(text, start, min(end, start + PROJECT))
    if name_words and (name_words[0].tag == "p" or name_words[0].text in sentence.grammar.language.parties.issuer):
        return []  # 中标|由该公司组织的…项目, 中标|公司子公司…项目
    for word in name_words:
        if not any(letter.isalnum() for letter in word.text):
            break
        in_place = in_place and (word.tag == "ns" or (word.end > start and word.text in syntax.place_ends))
        if in_place:
            until = word.end
        elif word.text.endswith(syntax.institution_ends):
            until = word.end
            break
    if until - start < 2:
        return []
    if part := sentence.grammar.place_part.match(text, until, end):
        until = part.end()
    name = text[start:until]
    return [Piece(start, until, "maybe", name, Org(start, until, name, name, None, "proper"))]


def without_project(sentence: Sentence, cue: Piece, group: Group) -> Group:
    """Return the firms; of a project's whole name only who asks for its tenders."""
    return [each for piece in group for each in _asking(sentence, cue, piece)]


def _asking(sentence: Sentence, cue: Piece, piece: Piece) -> Group:
    """Return who asks for tenders: a firm, whom a project's title begins with, or who stands right before its name."""
    title = sentence.title_around(piece)
    if title is not None and not title[0] <= cue.start < title[1] and piece.start > title[0]:
        opens = [each for each in sentence.pieces if each.kind == "org" and each.start == title[0]]
        return opens or project_owner(sentence, title[0], piece.end)  # “甲公司|乙设备采购”
    if piece.kind == "org":
        return [piece]
    firms = [each for each in sentence.pieces if each.kind == "org" and each.end == piece.start]
    return firms or project_owner(sentence, piece.start, piece.end) or [piece]
