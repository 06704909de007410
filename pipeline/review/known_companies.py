"""The companies as people mended them, kept up to date: what a search finds, and deals told with them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from msgspec.structs import replace

from pipeline.models import Company, MergedDeal
from pipeline.review.data import Stages
from pipeline.rules import company_answers
from pipeline.rules.common_tables import check_companies
from pipeline.rules.company_answers import CompanyAnswer


class Companies:
    """The companies of the tables with what people said of them."""

    def __init__(self, stages: Stages, path: Path) -> None:
        self.stages, self.path = stages, path
        self.answers: list[CompanyAnswer] = []
        self.by_id: dict[str, Company] = {}
        self.names: dict[str, str] = {}
        """All names of each company in one line, by its id."""
        self._moved: dict[str, str] = {}
        self._called: dict[str, str] = {}
        self._likely: dict[str, tuple[tuple[Company, str], ...]] = {}

    def stamp(self) -> tuple[int, int] | None:
        """Return what changes when the file of answers does."""
        try:
            stat = self.path.stat()
        except FileNotFoundError:
            return None
        return stat.st_size, stat.st_mtime_ns

    def refresh(self) -> None:
        """Read all again."""
        self.answers = company_answers.read(self.path)
        placed = [("", company) for company in self.stages.companies()]
        self.by_id = {each.id: each for _, each in company_answers.applied(placed, self.answers, "")}
        self.names = {each.id: "\n".join((each.name, *each.names)) for each in self.by_id.values()}
        standing = self.standing()
        self._moved = {each.company: each.into for each in standing if each.act == "merge" and each.into}
        said = {each.company for each in standing} | {each.into for each in standing}
        mended = [each for key, each in self.by_id.items() if key in said]
        self._called = {name: each.id for each in mended for name in (each.name, *each.names)}
        self._likely = {}

    def standing(self) -> list[CompanyAnswer]:
        """Return what people said and did not take back, oldest first."""
        return company_answers.standing(self.answers)

    def record(self, answer: CompanyAnswer) -> None:
        """Keep an answer that the companies can take; raise `CompanyAnswerError` or `RuleError` where they cannot."""
        self.check(answer)
        company_answers.append(self.path, answer)

    def check(self, answer: CompanyAnswer) -> None:
        """Raise `CompanyAnswerError` or `RuleError` where the companies cannot take an answer."""
        if answer.act not in ("no-company", "undone"):
            company_answers.checked(answer, self.by_id)
            placed = [(each.id, each) for each in self.by_id.values()]
            check_companies(company_answers.applied(placed, [answer], "the new answer"))

    def as_mended(self, deal: MergedDeal) -> MergedDeal:
        """Return a deal with its parties as people's answers have them: as the next run will read it."""
        if not self._called and not self._moved:
            return deal
        parties = tuple(company_answers.taken_up(each, self.by_id, self._moved, self._called) for each in deal.parties)
        return deal if parties == deal.parties else replace(deal, parties=parties)

    def led(self, parties: list[Any]) -> list[Any]:
        """Return the parties of a judgement with the ids that people's answers have given them since."""
        return company_answers.led(parties, self.answers) if self.answers else parties

    def likely(self, name: str) -> tuple[tuple[Company, str], ...]:
        """Return the companies that a name may mean, each with why, the likeliest first."""
        if name not in self._likely:
            found = self.stages.likely(name)
            self._likely[name] = tuple((self.by_id[each.id], why) for each, why in found if each.id in self.by_id)
        return self._likely[name]
