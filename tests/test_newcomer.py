"""A newcomer's tasks, done by adding files alone: a verb, a company, a word, a language, a source."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from pipeline.extraction import Extractor
from pipeline.models import Deal, Document
from pipeline.names.segmenter import cutting_by
from pipeline.rules.knowledge import Knowledge, shipped
from pipeline.rules.layers import laid_over
from pipeline.rules.loading import RuleError
from pipeline.settings import OURS, Settings
from pipeline.text.words import words
from tests.projects import ROOT, invoke, project, published

VERB = "微软以5亿美元鲸吞了动视暴雪。"
OWN_VERB = "[[frame]]\nid = 'acquire'\ncues = ['鲸吞']\n"
OWN_COMPANY = "[company.blue-river]\nname = 'Blue River'\nhans = ['蓝河水泵']\n"
MORE_OF_OURS = "[company.nvidia]\nhans = ['皮衣厂']\n"


def own(folder: Path, place: str, text: str) -> Path:
    """Return a file of one's own, written into a folder of languages or tables."""
    path = folder / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def extractor(folder: Path) -> Extractor:
    """Return an extractor with what lies in a folder's `languages` and `tables` laid over ours."""
    there = {kind: folder / kind for kind in ("languages", "tables") if (folder / kind).is_dir()}
    return Extractor(
        Knowledge.load(Settings(root=folder, languages=there.get("languages"), tables=there.get("tables")))
    )


def told(deals: tuple[Deal, ...]) -> list[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    return [(deal.rule, deal.names("payer"), deal.names("target")) for deal in deals]


# A verb, a company, a word


def test_a_verb_of_ones_own_is_three_lines_and_two_knowledges_live_side_by_side(tmp_path: Path) -> None:
    own(tmp_path, "languages/zh/deals.toml", OWN_VERB)
    mine, ours = extractor(tmp_path), extractor(tmp_path / "nothing")
    assert told(ours(VERB).deals) == []
    assert told(mine(VERB).deals) == [("zh.acquire", ("Microsoft",), ("Activision Blizzard",))]
    assert told(ours(VERB).deals) == []
    assert mine.knowledge.fingerprint != ours.knowledge.fingerprint
    known = "微软以5亿美元收购了动视暴雪。"
    assert told(mine(known).deals) == told(ours(known).deals) != []


def test_a_company_of_ones_own_is_three_lines(tmp_path: Path) -> None:
    own(tmp_path, "tables/companies.toml", OWN_COMPANY)
    own(tmp_path, "sources/companies.toml", MORE_OF_OURS)
    [deal] = extractor(tmp_path)("皮衣厂以5亿美元收购了蓝河水泵。").deals
    assert told((deal,)) == [("zh.acquire", ("NVIDIA",), ("Blue River",))]
    nvidia = next(each for each in extractor(tmp_path).knowledge.companies if each.id == "nvidia")
    assert {"英伟达", "皮衣厂"} <= set(nvidia.names)


def test_a_word_of_ones_own_joins_a_list_of_ours_and_one_of_ours_can_go(tmp_path: Path) -> None:
    own(tmp_path, "languages/zh/parties.toml", "bystanders = ['蓝河日报']\nremove = { bystanders = ['路透社'] }\n")
    mine = extractor(tmp_path).knowledge.languages["zh"].parties.bystanders
    ours = Knowledge.load(Settings(root=tmp_path / "nothing")).languages["zh"].parties.bystanders
    assert set(mine) ^ set(ours) == {"蓝河日报"} | ({"路透社"} & set(ours))


def test_what_one_knowledge_teaches_the_segmenter_another_does_not_hear(tmp_path: Path) -> None:
    own(tmp_path, "languages/zh/han_names.toml", "stop = ['联宇晖科']\n")
    mine, ours = extractor(tmp_path), extractor(tmp_path / "nothing")

    def cut(reader: Extractor, text: str) -> list[str]:
        reader(text)  # its finders teach it
        with cutting_by(reader.knowledge):
            return [word.text for word in words(text, 0, len(text))]

    assert "联宇晖科" in cut(mine, "他说联宇晖科今天")
    assert "联宇晖科" not in cut(ours, "他说联宇晖科今天")


# A language


FIRST_LANGUAGE = """
[[frame]]
id = 'buy'
kind = 'acquisition'
cues = ['acxetis']
payer = ['subject']
target = ['object']
needs = ['payer', 'target']
"""


@pytest.mark.parametrize("more", [{}, {"syntax.toml": "clause_breaks = ['sed']\n"}], ids=["deals alone", "and syntax"])
def test_a_first_language_is_made_of_one_frame(tmp_path: Path, more: dict[str, str]) -> None:
    for name, text in {"deals.toml": FIRST_LANGUAGE, **more}.items():
        own(tmp_path, f"languages/eo/{name}", text)
    document = Document(id="d", text="Microsoft acxetis OpenAI por 5 USD.", language="eo")
    assert told(extractor(tmp_path)(document).deals) == [("eo.buy", ("Microsoft",), ("OpenAI",))]


@pytest.mark.parametrize(
    ("place", "text", "message"),
    [
        (
            "eo/deals.toml",
            "[[frame]]\nid = 'buy'\nneeds = []\n",
            "frame 'buy': .*missing required field `kind`.*add it",
        ),
        ("eo/deals.toml", "[[frame]]\nid = 'buy'\ncolour = 1\n", "frame 'buy': .*unknown field `colour`.*drop it"),
        ("eo/deals.toml", FIRST_LANGUAGE.replace("cues = ['acxetis']\n", ""), "frame 'buy' has no cues; add"),
        ("eo/deals.toml", FIRST_LANGUAGE.replace("target = ['object']\n", ""), "frame 'buy' needs a target .*add one"),
        ("eo/deal.toml", FIRST_LANGUAGE, r"no file of languages has this name; it is one of .*deals\.toml"),
    ],
)
def test_what_a_new_language_lacks_is_named_with_file_entry_and_mend(
    tmp_path: Path, place: str, text: str, message: str
) -> None:
    path = own(tmp_path, f"languages/{place}", text)
    with pytest.raises(RuleError, match=rf"^{path}: {message}"):
        _ = extractor(tmp_path).knowledge.languages


# A source


def test_a_source_is_a_folder_with_a_file(tmp_path: Path) -> None:
    project(tmp_path, samples=False)
    own(tmp_path, "sources/desk/source.toml", "title = 'Notes of our desk'\nkind = 'files'\npaths = ['*.md']\n")
    own(tmp_path, "sources/desk/note.md", "微软以75亿美元收购GitHub。\n")
    assert invoke("run", folder=tmp_path).returncode == 0
    [deal] = [json.loads(line) for line in published(tmp_path)["deals.jsonl"].splitlines()]
    assert deal["documents"] == ["desk/note.md"]


# README


def test_the_rules_in_the_readme_are_all_it_takes(tmp_path: Path) -> None:
    blocks = re.findall(r"```toml\n# my/(\S+)\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    for place, text in blocks:
        own(tmp_path, place, text)
    mine = extractor(tmp_path)
    assert told(mine("蓝河水泵以5亿美元鲸吞了动视暴雪。").deals) == [
        ("zh.acquire", ("Blue River",), ("Activision Blizzard",))
    ]
    first = Document(id="d", text="Blue River aĉetis OpenAI.", language="eo")
    assert told(mine(first).deals) == [("eo.buy", ("Blue River",), ("OpenAI",))]


# How files lie over each other


def test_a_copy_of_one_of_our_files_changes_nothing(tmp_path: Path) -> None:
    for name in ("dates.toml", "han_names.toml", "deals.toml"):
        own(tmp_path, f"languages/zh/{name}", (OURS / "languages" / "zh" / name).read_text("utf-8"))
    text = "2025年3月1日,微软以75亿美元收购了GitHub。"
    mine, ours = extractor(tmp_path)(text), extractor(tmp_path / "nothing")(text)
    assert [date.text for date in mine.dates] == ["2025年3月1日"]
    assert (mine.dates, mine.deals, mine.companies) == (ours.dates, ours.deals, ours.companies)


def test_a_list_of_han_names_of_ones_own_is_heard(tmp_path: Path) -> None:
    own(tmp_path, "languages/zh/han_names.toml", "trades = ['泵阀']\n")
    text = "蓝田泵阀收购了微软。"
    assert [deal.names("payer") for deal in extractor(tmp_path)(text).deals] == [("蓝田泵阀",)]


@pytest.mark.parametrize(
    ("mine", "result"),
    [
        ({}, {"a": [1, 2], "t": {"x": 1}, "e": [{"id": "one", "w": ["p"]}], "s": "old"}),
        ({"a": [2, 3]}, {"a": [1, 2, 3], "t": {"x": 1}, "e": [{"id": "one", "w": ["p"]}], "s": "old"}),
        ({"remove": {"a": [1], "t": ["x"], "e": ["one"]}}, {"a": [2], "t": {}, "e": [], "s": "old"}),
        ({"replace": True, "a": [3]}, {"a": [3]}),
        ({"t": {"replace": True, "y": 2}}, {"a": [1, 2], "t": {"y": 2}, "e": [{"id": "one", "w": ["p"]}], "s": "old"}),
        (
            {"s": "new", "t": {"y": 2}, "e": [{"id": "one", "w": ["q"]}, {"id": "two"}]},
            {"a": [1, 2], "t": {"x": 1, "y": 2}, "e": [{"id": "one", "w": ["p", "q"]}, {"id": "two"}], "s": "new"},
        ),
    ],
    ids=["nothing", "a list", "remove", "replace a file", "replace a table", "the rest"],
)
def test_ones_own_table_is_laid_over_ours(mine: dict[str, object], result: dict[str, object]) -> None:
    ours = {"a": [1, 2], "t": {"x": 1}, "e": [{"id": "one", "w": ["p"]}], "s": "old"}
    assert laid_over(ours, mine) == result


def test_every_rule_file_is_read_once_at_a_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: Counter[Path] = Counter()
    read_bytes = Path.read_bytes

    def counted(path: Path) -> bytes:
        read[path] += 1
        return read_bytes(path)

    shipped.cache_clear()  # as in a process that begins
    monkeypatch.setattr(Path, "read_bytes", counted)
    own(tmp_path, "languages/zh/deals.toml", OWN_VERB)
    assert extractor(tmp_path)(VERB).deals
    rules = Counter({path: times for path, times in read.items() if path.suffix == ".toml"})
    assert OURS / "languages" / "zh" / "deals.toml" in rules
    assert {path: times for path, times in rules.items() if times > 1} == {}


def test_settings_are_what_the_environment_says(tmp_path: Path) -> None:
    settings = Settings.from_environment(
        {"DEALS_ROOT": str(tmp_path), "DEALS_LANGUAGES": "", "DEALS_SPACY": "xx_firms"}
    )
    assert settings == Settings(root=tmp_path, trained="xx_firms")
    assert settings.database == f"sqlite:///{tmp_path / 'extracted' / 'deals.db'}"
    assert Settings.from_environment({"DEALS_DATABASE_URL": "postgresql://x"}).database == "postgresql://x"


def test_only_settings_reads_the_environment() -> None:
    readers = {path for path in OURS.rglob("*.py") if "environ.get" in path.read_text("utf-8")}
    assert {path.relative_to(OURS).as_posix() for path in readers} - {"settings.py"} == set()
