"""Whom a document is about, as it is read: who reports, whom a heading names, who acted last, which round is open."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from pipeline.deals.annotated import Annotated
from pipeline.deals.grammar import Grammar
from pipeline.deals.scene import Scene
from pipeline.deals.sentence import CLAUSE_END, QUOTES, Arguments
from pipeline.deals.told_before import REACH, ToldBefore, told_before
from pipeline.rules.frames import SURE, Org

ANNOUNCES = 14  # characters behind a firm in which it announces, from the zh and en examples
BRACKET = re.compile(r"\s?\([^()]{0,30}\)")
STOCK_CODE = re.compile(r"\d{6}|\d{5}\.HK")
SAID = re.compile(rf"[{QUOTES}],?\s(?=\w)|,[{QUOTES}]\s(?=\w)")
"""The end of a quote, behind which stands who said it."""
QUOTE = 240  # characters before a quote that goes on in which its speaker is told
TITLE = 90  # characters of a name and a title between said and the firm; from the es examples
VERB = 8  # characters of a verb right before a name, and of the mark that opens a title
TITLE_OPENS = '《「『“"'
ITEM_OPENS = ("", "。", ";", "】", "]", "\n")
"""What stands before the firm that heads an item of a digest."""
NOBODY = ToldBefore()


class DocumentState:
    """What the sentences read so far say of those that follow."""

    def __init__(self, annotated: Annotated, grammars: Mapping[str, Grammar], announce: re.Pattern[str]) -> None:
        self.annotated = annotated
        self.text = annotated.text
        self.grammars = grammars
        self.announce = announce
        self.issuer: Org | None = None
        """The firm that a report is about: X(600000)公告."""
        self.scene = Scene()
        self._first: Org | None = None
        """The first firm named, whom the text is about where none announces."""
        self._topic: Org | None = None
        self._topic_until = -1
        self._heading: int | None = None
        """The number of the heading that the last sentence stood under."""

    def firms(self, start: int, end: int, grammar: Grammar) -> list[Org]:
        """Return the firms named in a range that can be a party: no stock exchange, no newspaper, no 甲这类."""
        orgs: list[Org] = self.annotated.inside("orgs", start, end)
        return [org for org in orgs if _can_deal(self.text, org, grammar)]

    def by_its_name(self, org: Org, grammar: Grammar) -> Org:
        """Return a firm where it has a name, if it calls itself by a word for any: Acme Inc. (the "Company")."""
        words = grammar.language.parties.issuer
        if org.strength != "alias" or org.text.lower() not in words:
            return org
        before = self.annotated.inside("orgs", 0, org.start)
        return next((each for each in before if each.name == org.name and each.text.lower() not in words), org)

    def before(self, start: int, grammar: Grammar) -> ToldBefore:
        """Return whom a sentence that begins at `start` is about by those before it, and the two that act together."""
        topic = self._topic if self._topic_until == start else self._headed()
        if not grammar.marks_cases:
            return NOBODY._replace(topic=topic)
        named = self.firms(max(0, start - REACH), start, grammar)
        before = told_before(self.text, start, named, grammar)
        return before._replace(topic=before.topic or topic)

    def speaker(self, start: int, end: int, grammar: Grammar) -> Org | None:
        """Return the firm of who is quoted: told behind the quote, or before it where the quote goes on."""
        goes_on = self.text[start : start + 1] in QUOTES
        said = SAID.finditer(self.text, max(0, start - QUOTE) if goes_on else start, end)
        told = [quote for quote in said if grammar.chain["says"].match(self.text, quote.end())]
        if not told:
            return None
        return next(iter(self.firms(told[-1].end(), told[-1].end() + TITLE, grammar)), None)

    def note_heading(self, start: int) -> None:
        """Close the open round where a heading that names a firm begins another matter."""
        above, before = self._headed(), self._heading
        self._heading = self.annotated.heading_above(start)
        firm = self._headed()
        if (firm or above) and before != self._heading:
            self.scene = Scene()
        if firm:
            self.scene.open_under(firm)

    def note_firms(self, orgs: Sequence[Org], grammar: Grammar) -> None:
        """Remember who reports, of the firms of a sentence; in some reports it is the first one named."""
        sure = [org for org in orgs if org.strength in SURE]
        announcing = next(filter(self._announces, sure), None)
        if announcing:
            self.issuer = announcing
        elif self.issuer is None and grammar.language.parties.first_is_issuer and sure:
            self._first = self._first or sure[0]
            if grammar.syntax.markers_lead:
                self.issuer = sure[0]

    def note_between(self, start: int, end: int) -> None:
        """Remember whom the sentences that tell no deal are about."""
        primary = self.grammars.get(self.annotated.normalized.language.split("-")[0])
        if primary is None or start >= end:
            return
        orgs = self.firms(start, end, primary)
        if primary.syntax.markers_lead:
            self.issuer = next((org for org in orgs if org.strength in SURE and self._announces(org)), self.issuer)
        elif start == 0 and self._first is None:
            self._first = next(iter(orgs), None)
            self.issuer = self.issuer or self._first

    def note_actor(self, readings: Sequence[Arguments], end: int) -> None:
        """Keep whom the text is about, and who acted for what stands behind a semicolon: 甲增持了乙;减持了丙."""
        subject = readings[-1].slots.get("subject") if readings else None
        acts = subject[0].value if subject else None
        if self.issuer is None and self._first and acts and acts.start < self._first.start:
            self.issuer = acts  # it won a contract of the firm named first that is sure to be one
        self.issuer = self.issuer or self._first
        if subject and self.text[end - 1 : end] == ";":
            self._topic, self._topic_until = subject[-1].value, end

    def _headed(self) -> Org | None:
        """Return the firm that the heading above names and that acts where what stands below names nobody."""
        return None if self._heading is None else self.annotated.named_headings.get(self._heading)

    def _announces(self, org: Org) -> bool:
        rest = self.text[org.end : org.end + 40]
        if rest.startswith(":") and self.text[max(0, org.start - 1) : org.start] in ITEM_OPENS:
            return True  # 甲:拟出售乙;|丙:|股东增持公司股份
        bracket = BRACKET.match(rest)
        if bracket and STOCK_CODE.search(bracket.group()):
            return True
        tail = rest[bracket.end() if bracket else 0 :][:ANNOUNCES]
        return self.announce.search(CLAUSE_END.split(tail, maxsplit=1)[0]) is not None


def _can_deal(text: str, org: Org, grammar: Grammar) -> bool:
    describes = org.strength not in SURE and org.text.rpartition("-")[2].islower() and "-" in org.text  # EU-funded
    before = text[max(0, org.start - VERB) : org.start].rstrip(TITLE_OPENS)
    dealt_in = before.endswith(grammar.language.parties.dealt_in)
    bystander = org.text.endswith(grammar.bystanders) and not dealt_in
    return not (bystander or describes or text.startswith(grammar.syntax.likes, org.end))
