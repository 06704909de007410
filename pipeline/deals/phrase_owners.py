"""What stands before and behind a noun phrase: its marker, and the owner that a marker names."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.deals.grammar import Grammar
from pipeline.deals.phrases import Phrase, is_group_link, is_named

PAID_FOR = ("for", "on")
"""Slots of what money is spent on: £940m | on | 17.9% | of A."""


def with_markers(found: list[Phrase], grammar: Grammar) -> list[Phrase]:
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
                kept.pop()
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
    if counted and kept[at - 2].head in ("firm", "noun") and grammar.slot_after(group.marker) == "of":
        group = kept[at - 2]._replace(head="firm")  # a group | of banks, a clutch | of backers
    unnamed = group.kind == "np" and group.head in ("firm", "person") and not (group.names or group.owner)
    return group if unnamed else None


def _reached(first: Phrase, before: Phrase) -> Phrase:
    """Return the marker that reaches a phrase over a short adverb; else `before`."""
    if before.kind == "adverb" and len(before.text) == 1:
        return first  # 给了甲
    return before


def with_owners(found: list[Phrase], grammar: Grammar) -> list[Phrase]:
    """Return the phrases with the owner that a marker behind a head names: a unit of A, a stake in A."""
    if grammar.syntax.markers_lead:
        return found
    kept = _with_genitives(found, grammar)
    for index in range(len(kept) - 3, -1, -1):
        head, marker, owner = kept[index : index + 3]
        if marker.kind != "marker" or owner.kind != "np" or not (owner.names or owner.owner):
            continue
        slot = grammar.slot_after(marker.piece)
        if (at := _held_share(kept, index, grammar)) is not None and slot in ("in", "into"):
            kept[at] = kept[at]._replace(owner=owner.names or owner.owner, holder=head.names or head.owner)
            kept[index] = head._replace(kind="other", marker=None)
            kept[index + 2] = owner._replace(kind="other", marker=None)
            continue
        owns = "of" if grammar.syntax.head_first else "from" if grammar.auxiliaries else ""
        if slot == owns and _is_lone_stake(head, kept[index - 1] if index else None):
            stake = head._replace(kind="np", head="equity", owner=owner.names or owner.owner)
            kept[index] = stake._replace(values=(head.piece,) if head.piece else ())
            kept[index + 2] = owner._replace(kind="other", marker=None)
            continue
        if (at := _share_before(kept, index, grammar)) is not None and slot in grammar.syntax.share_of:
            firms = owner.names or owner.owner
            if kept[at].kind == "cue":
                kept[index + 2] = owner._replace(head="equity", names=(), owner=firms, marker=None)
            else:
                kept[at] = kept[at]._replace(owner=firms)
                kept[index + 2] = owner._replace(kind="other", marker=None)
            continue
        if _is_share(head, kept[index - 1] if index else None, grammar) and slot in grammar.syntax.share_of:
            values = (head.piece,) if head.piece else head.values
            opened = kept[index - 1].piece if index and kept[index - 1].kind == "marker" else head.marker
            share = head._replace(kind="np", head="equity", owner=owner.names or owner.owner, values=values)
            kept[index] = share._replace(marker=opened)
            kept[index + 2] = owner._replace(kind="other", marker=None)
            continue
        if _is_sold_share(kept, index, grammar) and slot in grammar.syntax.share_of:
            firms = owner.names or owner.owner
            kept[index + 2] = owner._replace(head="equity", names=(), owner=firms, marker=None)
            before = kept[index - 1] if index else None
            if before and before.kind == "np" and all(piece.kind == "pronoun" for piece in before.names):
                kept[index - 1] = before._replace(kind="other")  # seine | Beteiligung
            continue
        named = is_named(head.owner)
        if _is_held(head, grammar) and slot in grammar.syntax.share_of:
            kept[index] = head._replace(owner=owner.names or owner.owner, holder=head.owner)  # A's stake | in B
            kept[index + 2] = owner._replace(kind="other", marker=None)
            continue
        if slot == "of" and head.kind == "np" and _is_named_unit(head):
            kept[index] = head._replace(holder=owner.names or owner.owner)  # the B division | of A
            kept[index + 2] = owner._replace(kind="other", marker=None)
            continue
        if slot == "of" and named and head.marker is not None and head.head in ("firm", "unit") and grammar.plain_order:
            kept[index + 2] = owner._replace(kind="other", marker=None)  # by the A vehicle | of B
            continue
        if head.kind != "np" or head.head in ("name", "issuer") or named:
            continue
        if slot == "of" or (slot in ("in", "into") and head.head == "equity"):
            kept[index] = head._replace(owner=owner.names or owner.owner, end=head.end)
    return kept


def _is_lone_stake(head: Phrase, before: Phrase | None) -> bool:
    """Return whether a phrase is a stake that no marker opens: achète | 30 % | de A."""
    stake = head.kind == "value" and head.piece is not None and head.piece.kind == "stake"
    return stake and (before is None or before.kind != "marker")


def _held_share(found: Sequence[Phrase], index: int, grammar: Grammar) -> int | None:
    """Return where the shares stand whose holder is told before whose they are: la participation de A | dans B."""
    if index < 2 or not grammar.syntax.head_first or found[index - 1].kind != "marker":
        return None
    share, marker, holder = found[index - 2 : index + 1]
    held = holder.kind == "np" and holder.head == "name" and grammar.slot_after(marker.piece) == "of"
    return index - 2 if held and share.kind == "np" and share.head == "equity" and not is_named(share.owner) else None


def _share_before(found: Sequence[Phrase], index: int, grammar: Grammar) -> int | None:
    """Return where the shares stand whose holder or size is told before whose they are: Anteil von A | an B."""
    holder, marker = found[index], found[index - 1] if index else None
    if index < 2 or marker is None or marker.kind != "marker":
        return None
    sized = holder.kind == "value" and holder.piece is not None and holder.piece.kind == "stake"
    held = holder.kind == "np" and holder.head == "name" and grammar.slot_after(marker.piece) == "from"
    if not grammar.auxiliaries or not (sized or held):
        return None
    share = found[index - 2]
    if share.kind == "np":
        return index - 2 if share.head == "equity" and not is_named(share.owner) else None
    return index - 2 if _is_sold_share(found, index - 2, grammar) else None


def _is_named_unit(head: Phrase) -> bool:
    """Return whether a phrase is a part of a firm with the name of the part right before its noun: the B division."""
    return head.head == "unit" and bool(head.owner) and head.owner[0].start > head.start and not head.holder


def _is_held(head: Phrase, grammar: Grammar) -> bool:
    """Return whether a firm holds the shares that a phrase is of: A's stake | in B; not: gives A | full ownership."""
    if head.kind != "np" or head.head != "equity" or not head.owner or head.owner[0].kind == "pronoun":
        return False
    return head.text.startswith(grammar.syntax.genitives, head.owner[0].end - head.start)


def _is_share(head: Phrase, before: Phrase | None, grammar: Grammar) -> bool:
    """Return whether a phrase is shares, or a bare part of a firm: 25 Prozent | an A, but zu 25 Prozent | an A."""
    if before is not None and before.text.lower() in grammar.marks:
        return False
    if head.kind == "np" and head.text.lower().endswith(grammar.syntax.shares_apart):
        return False  # Aktien | an A: whom they go to
    if head.kind == "np":
        return head.head == "equity" and not is_named(head.owner)
    stake = head.kind == "value" and head.piece is not None and head.piece.kind == "stake"
    paid_for = before is not None and grammar.slot_after(before.piece) in PAID_FOR
    return stake and (before is None or before.kind != "marker" or paid_for)


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
        body = head is not None and head.text.lower().split()[-1] in grammar.bodies
        owned = head is not None and head.kind == "np" and (body or head.head not in ("name", "issuer", "person"))
        if owns and head and owned and not head.owner:
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
