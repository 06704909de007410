"""The shape of every kind of rule file, so that each can be checked though no document asks for it."""

from __future__ import annotations

from typing import Any

from pipeline.annotate.firms.capital_rules import CapitalRules
from pipeline.annotate.firms.cased_names import CasedNameRules
from pipeline.annotate.firms.han_rules import HanNameRules
from pipeline.annotate.firms.noun_names import NounRules
from pipeline.annotate.firms.script_names import ScriptNameRules
from pipeline.annotate.money.amount_rules import AmountRules
from pipeline.annotate.numbers.number_rules import NumberRules
from pipeline.annotate.values.quantities import QuantityRules
from pipeline.annotate.values.rounds import RoundRules
from pipeline.annotate.values.stakes import StakeRules
from pipeline.deals.table_rows import DealColumns
from pipeline.fetch.urls import Trackers
from pipeline.merge.tolerances import MergeRules
from pipeline.names.countries import Countries
from pipeline.names.evidence import NameRules
from pipeline.names.register_files import Columns
from pipeline.names.segmenter import WordRules
from pipeline.read.comments import Comments
from pipeline.read.release import Boilerplates
from pipeline.read.speech import Speakers
from pipeline.rules.common_tables import Calibration, CompanyNames, CurrencyTable, Scales, Sellers
from pipeline.rules.frames import DealRules, Parties
from pipeline.rules.languages import Language
from pipeline.rules.rates import RateTable
from pipeline.rules.syntax import Syntax
from pipeline.times.date_rules import DateRules, Vocabulary

LANGUAGES: dict[str, Any] = {
    "amounts.toml": AmountRules,
    "boilerplate.toml": Boilerplates,
    "cased_names.toml": CasedNameRules,
    "columns.toml": DealColumns,
    "comments.toml": Comments,
    "companies.toml": CapitalRules,
    "company_names.toml": CompanyNames,
    "dates.toml": DateRules,
    "deals.toml": DealRules,
    "han_names.toml": HanNameRules,
    "language.toml": Language,
    "names.toml": NameRules,
    "nouns.toml": NounRules,
    "numbers.toml": NumberRules,
    "parties.toml": Parties,
    "quantities.toml": QuantityRules,
    "rounds.toml": RoundRules,
    "script_names.toml": ScriptNameRules,
    "speakers.toml": Speakers,
    "stakes.toml": StakeRules,
    "syntax.toml": Syntax,
    "words.toml": WordRules,
}
TABLES: dict[str, Any] = {
    "confidence.toml": Calibration,
    "countries.toml": Countries,
    "currencies.toml": CurrencyTable,
    "date_words.toml": dict[str, Vocabulary],
    "dates.toml": DateRules,
    "merge.toml": MergeRules,
    "rates.toml": RateTable,
    "registers.toml": dict[str, Columns],
    "scales.toml": Scales,
    "sellers.toml": Sellers,
    "trackers.toml": Trackers,
}


def shape_of(place: str) -> Any:
    """Return the shape of the file at a place, None for examples and companies, which are read in another way."""
    home, _, rest = place.partition("/")
    name = rest.rpartition("/")[2]
    if name.endswith(".examples.toml") or (home == "tables" and name.startswith("companies")):
        return None
    return (LANGUAGES if home == "languages" else TABLES)[name]
