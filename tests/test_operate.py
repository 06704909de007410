"""What a team's machine is given holds together: image, services, unit, deployment, logs and figures."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import Any

import yaml

from pipeline.cli import COMMANDS, load
from pipeline.settings import VARIABLES
from tests.projects import ROOT, deals, project, source, tool

OPERATE = ROOT / "docs" / "operate"
COMPOSE: dict[str, Any] = yaml.safe_load((OPERATE / "compose.yaml").read_text("utf-8"))
GITHUB = "微软以75亿美元收购GitHub。"
OURS = set(VARIABLES.values()) | {"DEALS_PASSWORD", "PREFECT_HOME"}


def asked(command: list[str]) -> None:
    """Check that a command of ours and its options are there."""
    verb, *rest = command
    known = {option for parameter in load(verb, COMMANDS[verb]).params for option in [*parameter.opts,
             *parameter.secondary_opts]}  # fmt: skip
    assert {word for word in rest if word.startswith("--")} <= known, command


def test_the_services_call_commands_and_set_variables_that_there_are() -> None:
    services = COMPOSE["services"]
    assert set(services) == {"database", "prefect", "serve", "review"}
    for name in ("serve", "review"):
        asked(services[name]["command"])
        assert set(services[name]["environment"]) <= OURS
        assert services[name]["image"] == services["prefect"]["image"]
    published = [port for service in services.values() for port in service.get("ports", ())]
    assert published and all(port.startswith("127.0.0.1:") for port in published), "open to the whole network"
    build = services["prefect"]["build"]
    assert (OPERATE / build["context"] / build["dockerfile"]).resolve() == OPERATE / "Dockerfile"


def test_the_image_copies_files_that_there_are_and_sets_variables_that_there_are() -> None:
    lines = (OPERATE / "Dockerfile").read_text("utf-8").replace("\\\n", " ").splitlines()
    copied = [word for line in lines if line.startswith("COPY") for word in shlex.split(line)[1:-1]]
    assert copied and all((ROOT / name).exists() for name in copied)
    assert set(re.findall(r"\b(DEALS_\w+)=", "\n".join(lines))) <= OURS
    asked(json.loads(next(line for line in lines if line.startswith("CMD"))[4:]))


def test_the_unit_starts_a_command_that_there_is() -> None:
    text = (OPERATE / "deals.service").read_text("utf-8")
    [command] = re.findall(r"^ExecStart=\S+/deals (.*)$", text, re.MULTILINE)
    asked(shlex.split(command))
    assert set(re.findall(r"^Environment=.*?(DEALS_\w+)=", text, re.MULTILINE)) <= OURS


def test_the_deployment_is_a_flow_that_prefect_finds_with_parameters_that_it_takes() -> None:
    from prefect.flows import load_flow_from_entrypoint

    told = yaml.safe_load((ROOT / "prefect.yaml").read_text("utf-8"))
    for deployment in told["deployments"]:
        module, name = deployment["entrypoint"].split(":")
        found = load_flow_from_entrypoint(f"{ROOT / module}:{name}")
        assert found.name == "deals"
        assert set(deployment["parameters"]) <= set(found.parameters.properties)
        assert set(deployment["work_pool"]["job_variables"]["env"]) <= OURS


def test_the_log_of_a_run_is_json_and_its_figures_are_prometheus(tmp_path: Path) -> None:
    folder = project(tmp_path, samples=False)
    source(folder, "news", {"2025-03-09.txt": GITHUB, "empty.txt": ""})
    source(folder, "quiet", {"2025-03-09.txt": "今天没有新闻。"})
    metrics = tmp_path / "figures" / "deals.prom"
    done = deals("run", folder=folder, DEALS_LOG="json", DEALS_METRICS=str(metrics))
    assert done.returncode == 1
    lines = [json.loads(line) for line in done.stderr.splitlines() if line.startswith("{")]
    [told] = [line for line in lines if line["message"] == "source" and line["source"] == "news"]
    assert (told["level"], told["documents"], told["deals"]) == ("info", {"new": 1, "failed": 1}, 1)
    assert any(line["message"].startswith("issue:") and line["place"].endswith("empty.txt") for line in lines)
    assert [line["deals"] for line in lines if line["message"] == "run ended"] == [1]

    def figures() -> dict[tuple[str, str | None, str | None], float]:
        parser = tool("prometheus_client.parser")
        found = parser.text_string_to_metric_families(metrics.read_text("utf-8"))
        return {
            (sample.name, sample.labels.get("source"), sample.labels.get("outcome")): sample.value
            for family in found
            for sample in family.samples
        }

    first = figures()
    assert first["deals_standing", None, None] == 1
    assert first["deals_source_documents", "news", "failed"] == 1
    assert deals("run", "quiet", folder=folder, DEALS_METRICS=str(metrics)).returncode == 0
    second = figures()
    assert second["deals_source_documents", "news", "failed"] == 1, "a run over another source forgot it"
    assert second["deals_source_documents", "quiet", "same"] == 1
