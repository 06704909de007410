"""The page on which people judge deals: a queue, one screen a deal, companies, runs, changes and flows.

`application(desk, …)` is a Starlette app for one loopback address. It imports no other stage: what it needs of them
(the store, the diff, the normalizer) is handed in by `review_cli`.
"""

from pipeline.review.app import application
from pipeline.review.data import Comparison, RuleText, Stages
from pipeline.review.desk import Desk
from pipeline.review.team import Team, checked, team

__all__ = ["Comparison", "Desk", "RuleText", "Stages", "Team", "application", "checked", "team"]
