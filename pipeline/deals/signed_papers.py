"""The paper that is signed, planned or closed: a memorandum of understanding, 采购合同."""

from __future__ import annotations

from pipeline.deals.cue_reading import Reading
from pipeline.deals.sentence import slot_after, slot_before


def note_paper(reading: Reading, last: int) -> None:
    """Note the paper at the end of the clause, whatever says what it is about: 签署关于服务器采购的备忘录."""
    phrases, grammar = reading.phrases, reading.grammar
    for index in range(last - 1, reading.at, -1):
        phrase = phrases[index]
        named = phrase.kind == "cue" and grammar.head_of(phrase.text.lower()) == "paper"
        titled = phrase.head == "equity" and phrase.text.endswith(tuple(grammar.papers))  # 海外权益: a right, no share
        if named or titled or phrase.head == "paper":
            reading.found.paper = reading.sentence.text[phrases[reading.at].end : phrase.end]
            return
    before = phrases[reading.at - 1] if reading.at and not reading.found.paper else None
    done_to = before is not None and before.marker is not None and slot_before(before.marker) == "ba"
    if before is not None and done_to and before.text.endswith(tuple(grammar.papers)):
        reading.found.paper = before.text  # 将海外权益|授予


def paper(reading: Reading, last: int) -> str:
    """Return the words of what a verb signs or closes: up to its first marked party or its clause's end."""
    phrases, sentence = reading.phrases, reading.sentence
    start, end = phrases[reading.at].start, phrases[reading.at].end
    for index in range(reading.at + 1, last):
        phrase = phrases[index]
        following = phrases[index + 1] if index + 1 < last else None
        opened = following is not None and following.text.split()[0].lower() in reading.grammar.determiners
        if phrase.kind == "comma" and following and (opened or following.head == "paper"):
            continue  # Harbour House, a 12-storey building; a large, five-year contract
        if phrase.kind in ("comma", "break", "relative"):
            break
        if phrase.marker is not None and _stands_before_object(reading, index, last):
            continue
        given = index == reading.at + 2 and phrases[index - 1].head == "name" and following is not None
        if given and following and phrase.piece and slot_after(phrase.piece) == "with" and not following.names:
            continue  # provided A | with | a loan
        if phrase.kind == "marker" and phrase.piece and slot_after(phrase.piece) not in ("of", "in"):
            if following is None or not _stands_before_object(reading, index + 1, last):
                break
            continue
        start, end = min(start, phrase.start), max(end, phrase.end)
    return sentence.text[start:end]


def _stands_before_object(reading: Reading, index: int, last: int) -> bool:
    """Return whether a marked noun phrase stands between a verb and its object: a signé | avec A | un contrat."""
    phrase = reading.phrases[index]
    if not reading.grammar.syntax.head_first or phrase.kind != "np" or phrase.marker is None or index + 1 >= last:
        return False
    following = reading.phrases[index + 1]
    papers = reading.grammar.papers
    opened = following.text.split()[0].lower() in reading.grammar.determiners
    paper = following.head == "paper" or (following.kind == "cue" and following.text.split()[0].lower() in papers)
    return paper or (opened and following.kind == "np" and following.marker is None)


def names_paper(reading: Reading, index: int, last: int) -> bool:
    """Return whether a cue is a paper, or says what kind of paper the noun behind it is: a licensing | agreement."""
    own = reading.phrases[index]
    said = own.text.lower().split()
    ends = {said[-1], said[0]} if reading.grammar.syntax.head_first else {said[-1]}
    if own.kind == "cue" and ends & reading.grammar.papers and index > reading.at + 1:
        return True
    compound = reading.grammar.classes.compounds and reading.grammar.head_of(said[-1]) == "paper"
    if own.kind == "cue" and compound and index > reading.at + 1 and said[-1] in own.act_nouns:
        return True
    if index + 1 >= last or _is_marked_verb(reading, index):
        return False
    phrase, following = reading.phrases[index], reading.phrases[index + 1]
    beside = following.start - phrase.end == 1
    opened = following.text.split()[0].lower() in reading.grammar.determiners
    return beside and not opened and following.kind == "np" and following.head in ("paper", "noun")


def _is_marked_verb(reading: Reading, index: int) -> bool:
    """Return whether a cue behind a sum and the mark of an infinitive is a verb: raised | $5 million | to | fund."""
    sum_before, mark = reading.phrases[index - 2], reading.phrases[index - 1]
    return index > reading.at + 2 and sum_before.kind == "value" and mark.text in reading.grammar.marks
