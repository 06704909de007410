"""All deals and judgements in memory, the queue over them, and what a new answer changes in it."""

from __future__ import annotations

import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipeline.judging import additions, judgements, quotes, retelling
from pipeline.judging.judgements import State, Verdict
from pipeline.models import (
    Document,
    DocumentRecord,
    Extraction,
    Issue,
    Judgement,
    Noun,
    RunRecord,
    to_json,
)
from pipeline.review import comparing
from pipeline.review.data import Records, Stages
from pipeline.review.known_companies import Companies
from pipeline.review.order import Filter, QueueItem, item, ordered
from pipeline.times.instants import in_order

Stream = tuple[str, str]
"""A person and the id of a deal: of its answers the last one stands."""


KEPT = 16
"""How many documents are kept as the rules read them."""


class DeskProgress(Noun, frozen=True, kw_only=True):
    """How far the work is."""

    judged: int
    total: int
    states: dict[State, int]


class DeskMemory:
    """All deals and answers, kept up to date; several windows, and other people's files, may change them meanwhile."""

    def __init__(
        self, records: Records, stages: Stages, path: Path, by: str = "", clock: Callable[[], datetime] | None = None
    ) -> None:
        """Open a desk; without `by` it is a team's, where each answer tells who gives it."""
        self.records, self.stages, self.path, self.by = records, stages, path, by
        self.items: dict[str, QueueItem] = {}
        self.issues: tuple[Issue, ...] = ()
        self.run: RunRecord | None = None
        self.documents: dict[str, DocumentRecord] = {}
        self.languages: list[str] = []
        self.sources: list[str] = []
        self.rules: list[str] = []
        self.companies = Companies(stages, path.with_name("company_answers.jsonl"))
        self._clock = clock or (lambda: datetime.now(UTC))
        self._last = datetime.min.replace(tzinfo=UTC)
        self._lines: list[Judgement] = []
        self._order: list[str] = []
        self._matched: defaultdict[str, list[Judgement]] = defaultdict(list)
        self._deals: defaultdict[Stream, set[str]] = defaultdict(set)
        self._seen: object = None
        self._former: dict[str, str] = {}
        self._by_company: defaultdict[str, list[str]] = defaultdict(list)
        self._joined: dict[str, str] = {}
        self.ties: list[Judgement] = []
        """What people said of two deals, as it stands."""
        self._appeared: set[str] = set()
        self._readings: dict[object, Extraction] = {}
        self._lock = threading.RLock()

    # Reading

    def refresh(self) -> None:
        """Read all again if a run has ended or someone else has judged."""
        with self._lock:
            runs = [run for run in self.records.runs() if run.finished_at]
            self.run = runs[-1] if runs else None
            seen = self._state()
            if seen != self._seen:
                self._load()
                self._seen = seen

    def _state(self) -> object:
        return self.run and self.run.id, self._stamp(), self.companies.stamp(), self.stages.written()

    def _stamp(self) -> tuple[int, int] | None:
        try:
            stat = self.path.stat()
        except FileNotFoundError:
            return None
        return stat.st_size, stat.st_mtime_ns

    def _load(self) -> None:
        lines, self.issues = judgements.read(self.path)
        self._remember(lines)
        self.companies.refresh()
        self._lines = list(judgements.led(lines, self.companies.led))
        merged = judgements.told(map(self.companies.as_mended, self.records.merged()), self._lines)
        merged = retelling.uncorrected(merged, self._lines)
        self.documents = {record.id: record for record in self.records.documents()}
        appeared = self.records.appeared(self.run.id) if self.run else set()
        self._appeared = appeared if len(appeared) < len(merged) else set()  # in a first run all is new: no news
        self._matched = defaultdict(list, quotes.match(merged, judgements.standing(self._lines)))
        self._deals = defaultdict(set)
        for deal, lines_of_deal in self._matched.items():
            for line in lines_of_deal:
                self._deals[line.by, line.deal].add(deal)
        self.ties = judgements.pairs(self._lines)
        self._joined = comparing.joined(self.ties, (deal.id for deal in merged))
        self.items = {deal.id: self._item(judgements.verdict(deal, self._matched[deal.id])) for deal in merged}
        self._order = [each.id for each in ordered(self.items.values(), judgements.standing(self._lines))]
        self.languages = sorted({language for each in self.items.values() for language in each.languages})
        self.sources = sorted({source for each in self.items.values() for source in each.sources})
        self.rules = sorted({each.verdict.extracted.rule for each in self.items.values()})
        self._former = {former: deal.id for deal in merged for former in deal.former_ids}
        self._by_company = defaultdict(list)
        for each in self.items.values():
            for name in comparing.firms(each.verdict.deal):
                self._by_company[name].append(each.id)

    def _remember(self, lines: Iterable[Judgement]) -> None:
        """Let the store know judgements that came by file."""
        known = {to_json(line) for line in self.records.judgements()}
        self.records.add_judgements(line for line in lines if to_json(line) not in known)

    def _item(self, verdict: Verdict) -> QueueItem:
        joined = self._joined.get(verdict.extracted.id)
        return item(verdict, self.documents, self._appeared, joined, self.companies.names)

    def of_company(self, key: str) -> list[QueueItem]:
        """Return the deals in which a company is a party, by its key."""
        return [self.items[deal] for deal in self._by_company.get(key, ())]

    def item(self, deal: str) -> QueueItem | None:
        """Return a deal by its id or a former one."""
        return self.items.get(deal) or self.items.get(self._former.get(deal, ""))

    def queue(self, chosen: Filter) -> list[QueueItem]:
        """Return what a filter leaves, the most pressing first."""
        with self._lock:
            return [each for deal in self._order if chosen.takes(each := self.items[deal])]

    def progress(self) -> DeskProgress:
        """Return how many of all deals are judged."""
        states = Counter(each.verdict.state for each in self.items.values())
        todo = sum(each.todo for each in self.items.values())
        return DeskProgress(judged=len(self.items) - todo, total=len(self.items), states=dict(states))

    def waiting(self, document: str | None = None) -> list[Judgement]:
        """Return the deals that people added, in one document or in all, and that no run has merged yet."""
        told = {mention.deal.id for each in self.items.values() for mention in each.verdict.extracted.mentions}
        added = judgements.additions(self._lines)
        new = [line for line in added if line.deal not in told]
        return [line for line in new if document is None or additions.of_document(line) == document]

    def read(self, document: Document) -> Extraction:
        """Return what the rules read in a document; the last few are kept, for a person goes to and fro."""
        key = document.id, document.text, document.published, document.language, self.stages.written()
        with self._lock:
            if key not in self._readings:
                self._readings[key] = self.stages.extract(document)
                for old in list(self._readings)[:-KEPT]:
                    del self._readings[old]
            return self._readings[key]

    def _now(self) -> str:
        """Return the time, later than any this desk has given before."""
        self._last = max(self._clock(), self._last + timedelta(microseconds=1))
        return self._last.isoformat(timespec="microseconds")

    def _record(self, made: list[Judgement]) -> None:
        """Write answers to the file first, for it outlives the store, and then to the store and the queue."""
        if not made:
            return
        before = self._stamp()
        judgements.append(self.path, made)
        after = self._stamp()
        self.records.add_judgements(made)
        size = sum(len(to_json(line)) + 1 for line in made)
        if after and after[0] == (before[0] if before else 0) + size and self._seen:
            self._apply(made)
            self._seen = self._state()
        else:
            self._seen = None  # someone else wrote in between: read all again

    def _apply(self, made: list[Judgement]) -> None:
        """Bring the deals concerned up to date without reading everything again."""
        self._lines += made
        if paired := {name for line in made if line.other for name in (line.deal, line.other.deal)}:
            self.ties = judgements.pairs(self._lines)
            self._joined = comparing.joined(self.ties, self.items)
            for deal in paired & self.items.keys():
                self.items[deal] = self._item(self.items[deal].verdict)
            made = [line for line in made if not line.other]
        streams = {(line.by, line.deal) for line in made}
        fresh: defaultdict[str, list[Judgement]] = defaultdict(list)
        for stream in streams:
            self._deals[stream].add(stream[1])
        for line in judgements.standing(line for line in self._lines if (line.by, line.deal) in streams):
            for deal in self._deals[line.by, line.deal]:
                fresh[deal].append(line)
        for deal in {deal for stream in streams for deal in self._deals[stream] if deal in self.items}:
            others = [line for line in self._matched[deal] if (line.by, line.deal) not in streams]
            self._matched[deal] = sorted([*others, *fresh[deal]], key=lambda line: in_order(line.at))
            self.items[deal] = self._item(judgements.verdict(self.items[deal].verdict.extracted, self._matched[deal]))
