"""Every way to tell a deal is read with every verb and every shape of name, as often as the grid's floor says."""

from __future__ import annotations

import pytest

from pipeline.models import Document
from tests import grids
from tests.grids import GridError, Tally, cases, judged, languages, load, run


@pytest.mark.parametrize("language", languages())
def test_a_grid_is_read_as_often_as_its_floor_asks(language: str) -> None:
    grid = load(language)
    figures = sum(run(cases(grid)).values(), Tally()).figures
    short = {name: share for name, share in figures.items() if share < grid["floor"][name]}
    assert not short, f"python -m tests.grids {language} --show 3 tells which cells"


def cell(template: str, **deal: object) -> dict[str, object]:
    return {
        "names": {"one": {"A": "Siemens", "B": "Nokia"}, "other": {"A": "Philips", "B": "Ericsson"}},
        "words": {"sum": ["$3 billion"]},
        "cell": [
            {
                "kind": "acquisition", "construction": "active", "words": {"bought": ["acquired", "bought"]},
                "templates": [template], "deals": [deal] if deal else [],
            }
        ],
    }  # fmt: skip


def test_each_verb_takes_the_next_names_and_all_verbs_take_all_names_when_asked() -> None:
    grid = cell("{A} {bought} {B}.", payer="A", target="B")
    assert [case.text for case in cases(grid)] == ["Philips acquired Ericsson.", "Siemens bought Nokia."]
    assert len(list(cases(grid, every=True))) == 4


def test_a_deal_turned_round_is_not_found_and_one_too_many_is_wrong() -> None:
    [case, _] = cases(cell("{A} {bought} {B} for {sum}.", payer="A", target="B", amount=True))
    told = grids.extract(Document(id="t", text=case.text)).deals
    assert judged(case, told).figures == {"found": 1, "right": 1, "precision": 1}
    [turned, _] = cases(cell("{A} {bought} {B} for {sum}.", payer="B", target="A"))
    assert judged(turned, told).figures == {"found": 0, "right": 0, "precision": 0}
    [other_sum, _] = cases(cell("{A} {bought} {B}.", payer="A", target="B", amount=True))
    assert judged(other_sum, grids.extract(Document(id="t", text=other_sum.text)).deals).figures["right"] == 0
    [silent, _] = cases(cell("{A} {bought} {B}."))
    assert judged(silent, told).wrong == 1
    assert judged(case, told).failures == []


@pytest.mark.parametrize("broken", [cell("{A} {bougt} {B}."), cell("{A} {bought} {B}.", buyer="A")])
def test_a_grid_that_cannot_be_filled_says_which_cell(broken: dict[str, object]) -> None:
    with pytest.raises(GridError, match="acquisition, active"):
        list(cases(broken))
