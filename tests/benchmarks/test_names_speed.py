"""How fast names are found, and what a large register costs. `DEALS_BENCHMARK_NAMES=1000000` is the size we promise."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline import extraction
from pipeline.models import Company
from pipeline.names.index import NameIndex
from pipeline.names.keys import NameKeys
from pipeline.names.registry import Registry, write
from pipeline.normalize import fold
from pipeline.rules.knowledge import shipped
from pipeline.settings import Settings
from tests.benchmarks.timing import Report, seconds

NAMES = int(os.environ.get("DEALS_BENCHMARK_NAMES", "50000"))
PLAIN = "今年上半年,各地加快建设算力设施,新建机房普遍采用液冷,电费仍占成本的一半以上。业内人士认为,价格还会下降。"
TOLD = "英伟达与甲骨文都在名单上,宁德时代和台积电没有回应。"
DEAL = "{payer}宣布以{sum}亿元收购{payee}的全部股权。"
OPEN_AND_ASK = """
import resource, sys, time
from pathlib import Path
from pipeline.normalize import fold
from pipeline.names.keys import NameKeys
from pipeline.names.registry import Registry
fold("輝達")
before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter()
registry = Registry.open(Path(sys.argv[1]), NameKeys(fold))
registry.lookup("Nobody Inc.")
took = time.perf_counter() - start
for name in sys.stdin.read().splitlines():
    assert registry.lookup(name), name
print(took, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024)
"""


def generated(count: int) -> Iterator[Company]:
    """Yield companies with made-up names, a third of them Chinese, all different."""
    chance = random.Random(7)
    first = "蓝红石北银江铁雪峰新晶明轨港源顶山鹰枫海宏远瑞丰盛泰康岭川禾沐"
    trades = ["科技", "能源", "资本", "医药", "食品", "物流", "软件", "矿业", "机器人", "传媒"]
    words = ["Blue", "Red", "Stone", "North", "Silver", "River", "Iron", "Cedar", "Quartz", "Harbor", "Falcon", "Maple"]
    forms = ["Inc.", "Corp.", "Ltd", "LLC", "GmbH", "S.A.", "PLC", "AG"]
    for number in range(count):
        if number % 3:
            name = f"{chance.choice(words)} {chance.choice(words)} {number:x} {chance.choice(forms)}"
        else:
            han = "".join(chance.choice(first) for _ in range(4)) + "一二三四五六七八九十"[number // 3 % 10]
            name = f"{han}{chance.choice(trades)}有限公司"
        yield Company(id=f"test:{number}", name=name)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Return a project with a register of NAMES companies."""
    root = tmp_path_factory.mktemp("project")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DEALS_ROOT", str(root))
        registry = Settings.from_environment().registry
        write(registry, "test", generated(NAMES), NameKeys(fold), source="test", at="2025-10-08")
        yield root


def test_names_are_found(at_least: Report) -> None:
    index = NameIndex.build(shipped().companies, fold)
    text = (PLAIN * 4 + TOLD) * 1000
    assert len(index.find(text)) == 4000
    at_least("names of our tables in a text", len(text) / seconds(lambda: index.find(text)), 5_000_000, "char/s")


def test_a_short_sentence(at_most: Report) -> None:
    index = NameIndex.build(shipped().companies, fold)
    taken = seconds(lambda: [index.find(TOLD) for _ in range(1000)])
    at_most("names in a short sentence", 1000 * taken, 100, "µs")


def test_a_register_opens(project: Path, at_most: Report) -> None:
    names = "\n".join(company.name for company in generated(300) if company.name.isascii())
    asked = [sys.executable, "-c", OPEN_AND_ASK, str(Settings.from_environment().registry)]
    done = subprocess.run(asked, input=names.encode(), capture_output=True, check=True, cwd=Path(__file__).parents[2])
    took, megabytes = map(float, done.stdout.split())
    at_most(f"a register of {NAMES:,} names opens", took, 2, "s")
    at_most("and takes", megabytes, 250, "MB")


def test_what_a_register_costs_extraction(project: Path, monkeypatch: pytest.MonkeyPatch, at_most: Report) -> None:
    firms = [company.name for company in generated(300) if not company.name.isascii()]
    texts = [
        PLAIN * 24 + TOLD + DEAL.format(payer=payer, payee=payee, sum=number)
        for number, (payer, payee) in enumerate(zip(firms[::2], firms[1::2], strict=True), 2)
    ]

    def extract_all(folder: Path) -> list[str | None]:
        opened = Registry.open(folder, NameKeys(fold))  # nothing remembered
        monkeypatch.setattr(extraction, "registers", lambda knowledge: opened)
        return [party.company_id for text in texts for deal in extraction.extract(text).deals for party in deal.parties]

    registers = Settings.from_environment().registry
    without = extract_all(project / "none")
    assert set(without) == {None}
    assert all(each and each.startswith("test:") for each in extract_all(registers))
    alone, beside = seconds(lambda: extract_all(project / "none")), seconds(lambda: extract_all(registers))
    at_most("extraction beside a register", beside / alone, 1.1, "times")
