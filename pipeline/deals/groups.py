"""Coordinated names: which firms stand together in one slot."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.deals.grammar import Piece
from pipeline.deals.phrases import is_proper
from pipeline.deals.sentence import Group, Sentence, slot_before

# All tuned against the zh and en examples: a list's names stand close, a description between two names is short.
NEXT_NAME = 6  # characters from a joint to the next name: room for 其 or a place
BEHIND_LINK = 10  # from 子公司 to its name
BEHIND_OF = 8
DESCRIPTION = 8
SHARES = 14  # 41.5%的股权 between two names of a list
MARK = re.compile("[,。;、:]")


def read_group(sentence: Sentence, pieces: Sequence[Piece], index: int, limit: int) -> tuple[Group, int]:
    """Return the coordinated firms that begin at `index`, and the index behind them; of X的子公司Y the later one."""
    group = [pieces[index]]
    index += 1
    if not sentence.grammar.syntax.comma_ends_clause and _only_commas(sentence, pieces, index - 1, limit):
        return group, index
    while index < limit:
        step = _next_name(sentence, group, pieces, index, limit)
        if step is None:
            break
        index = step
    return group, index


def _next_name(sentence: Sentence, group: Group, pieces: Sequence[Piece], index: int, limit: int) -> int | None:
    """Take what goes on the group at `index` into it; return the index behind, or None where nothing does."""
    piece = pieces[index]
    following = pieces[index + 1] if index + 1 < limit else None
    gap = sentence.gap(group[-1], piece)
    if following and _joins(piece, group) and following.kind in ("org", "issuer", "maybe"):
        if not _is_listed(sentence, group, piece, following, gap) or _begins_clause(pieces, index, limit):
            return None
        group.append(following)
        return index + 2
    if following and piece.kind in ("link", "of") and _is_linked(piece, following):
        if gap > 1 or following.start - piece.end > (BEHIND_LINK if piece.kind == "link" else BEHIND_OF):
            return None
        group[-1] = following
        return index + 2
    if piece.kind == "org" and gap <= DESCRIPTION and _is_description(sentence, group[-1].end, piece.start):
        group[-1] = piece
        return index + 1
    if piece.kind in ("stake", "quantity") and gap <= 3:
        return _joint_behind_shares(pieces, index + 1, limit)
    return None


def _is_listed(sentence: Sentence, group: Group, joint: Piece, following: Piece, gap: int) -> bool:
    if gap > 2 and not _only_shares(sentence, group[-1].end, joint.start):
        return False
    return following.start - joint.end <= NEXT_NAME and (following.kind != "maybe" or is_proper(following))


def _begins_clause(pieces: Sequence[Piece], joint: int, limit: int) -> bool:
    """Return whether the name behind a comma has a verb of its own: A bought B, and C bought D."""
    behind = pieces[joint + 2] if joint + 2 < limit else None
    return pieces[joint].text.lstrip().startswith(",") and behind is not None and behind.kind in ("cue", "passive")


def _joins(piece: Piece, group: Group) -> bool:
    """Return whether a word joins names: 、 and 和 always, 与 as the last joint of a list: 甲、乙与丙."""
    if piece.kind == "and":
        return True
    return piece.kind in ("before", "both") and len(group) > 1 and slot_before(piece) == "with"


def _is_linked(link: Piece, name: Piece) -> bool:
    return name.kind == "org" or (link.kind == "link" and name.kind == "maybe" and is_proper(name))


def _joint_behind_shares(pieces: Sequence[Piece], index: int, limit: int) -> int | None:
    """Return where a list goes on behind each name's shares: A 40%的股权、B 49%的股权."""
    rest = range(index, limit)
    joint = next((each for each in rest if pieces[each].kind not in ("of", "stake", "quantity")), None)
    return joint if joint is not None and pieces[joint].kind == "and" else None


def _only_commas(sentence: Sentence, pieces: Sequence[Piece], index: int, limit: int) -> bool:
    """Return whether names follow one another with commas alone, so that they are no list: of X Inc., Y became."""
    joints = []
    while index + 2 < limit and pieces[index + 1].kind == "and" and pieces[index + 2].kind in ("org", "issuer"):
        name, joint, following = pieces[index : index + 3]
        if sentence.gap(name, joint) > 1 or following.start - joint.end > NEXT_NAME:
            break
        joints.append(joint.text.strip())
        index += 2
    return set(joints) == {","}


def _only_shares(sentence: Sentence, start: int, end: int) -> bool:
    between = sentence.text[start:end]
    return len(between) <= SHARES and ("%" in between or sentence.grammar.equity.search(between) is not None)


def _is_description(sentence: Sentence, start: int, end: int) -> bool:
    """Return whether only a description stands between two names: 甲集团控股股东乙公司."""
    between = sentence.text[start:end].strip()
    return between.endswith(sentence.grammar.syntax.links) and not MARK.search(between)
