"""The noun phrase of a run of pieces: its head, who owns and who holds it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.deals.grammar import Grammar, Piece
from pipeline.deals.phrases import INSIDE, NAMES, Head, Phrase, is_proper


def noun_phrases(run: list[Piece], text: str, grammar: Grammar) -> Iterator[Phrase]:
    """Yield the noun phrase of a run of pieces, and the values that stand alone at its ends."""
    last = next((piece for piece in reversed(run) if piece.kind not in INSIDE), run[-1])
    owns = run[-1] if last.kind != "org" else last  # A's | $25 billion | acquisition
    possessive = run[-1].kind == "of" or text.startswith(grammar.syntax.genitives, owns.end)
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
            yield inner._replace(start=base.start, holder=owner, held=True, values=values)
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
    elif kind == "noun" and _is_titled(segment, grammar):
        kind = "person"  # chairman | Carl Icahn
    joint = text[inside[0].end : head.start] if inside else None
    if joint == "-" and kind == "firm" and grammar.classes.compounds:  # the Tesla-Rivale is another firm
        yield base._replace(head="firm", indefinite=indefinite, definite=grammar.definite.match(whole) is not None)
        return
    near = ("", " ") if grammar.classes.compounds else ("",)  # Hartwig | Gruppe
    if kind == "firm" and joint in near and inside[0].kind == "org":
        yield base._replace(head="name", names=tuple(inside))
        return
    named_firm = kind == "firm" and inside and inside[0].kind in NAMES and inside[0].end + 1 == head.start
    if named_firm and solid[0].kind == "pronoun":
        yield base._replace(head="name", names=tuple(inside), modified=True)  # its A | subsidiary
        return
    if kind == "unit" and grammar.syntax.cases:
        owning = [p for p in solid[:-1] if p.kind in NAMES and text.startswith(grammar.syntax.genitives, p.end)]
        inside = owning or inside  # 甲의|뉴욕 공장
    if kind in ("paper", "matter", "goods", "noun"):
        owners = tuple([piece for piece in solid if piece.kind in (*NAMES, "issuer", "pronoun")][:1])
        inside = []
    named = [piece for piece in segment[:-1] if piece.kind in (*NAMES, "issuer")]
    beside = tuple(piece for piece in named[-1:] if piece.kind in NAMES) if kind == "noun" else ()
    genitives = grammar.syntax.genitives
    held = kind == "unit" and len(named) > 1 and text.startswith(genitives, named[-2].end)  # A's | B division
    definite = grammar.definite.match(whole) is not None and not (inside or owners)
    yield base._replace(
        head=kind,
        owner=tuple(inside) or owners,
        holder=tuple(named[-2:-1]) if held else (),
        indefinite=indefinite,
        definite=definite,
        beside=beside,
    )


def _is_titled(segment: Sequence[Piece], grammar: Grammar) -> bool:
    """Return whether a run of capitals stands behind a small noun for a person."""
    titles = [i for i, piece in enumerate(segment) if grammar.head_of(piece.text) == "person"]
    behind = segment[titles[-1] + 1 :] if grammar.plain_order and titles else []
    return bool(behind) and all(piece.text[:1].isupper() for piece in behind)


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
