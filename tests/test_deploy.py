"""The files of deploy/ say what is so: schemas, settings, figures, alerts, and that they fit together."""

import ipaddress
import json
import os
import re
import shlex
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Mapping
from itertools import chain
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from chatbot.core.errors import ArchiveRefused, NotFetched
from chatbot.core.settings import ServerSettings
from chatbot.core.settings_sources import misspelt_variables
from chatbot.dialogue.bot import Bot
from chatbot.web.asgi import create_app
from chatbot.web.connections import _SETTINGS
from chatbot.web.health import STATUSES, Health
from chatbot.web.metrics import Metrics, metrics_page
from chatbot.web.opened_site import _BUILDING
from chatbot.web.routes import PAGE_LABEL, ROUTES, route_of
from tests.command import run_chatbot
from tests.conftest import ROOT
from tests.deployed import DEPLOY, found, tool
from tests.process import UNLIMITED, forked_server, server_process
from tests.serving import running_server

KUBERNETES = DEPLOY / "kubernetes"
NOT_OF_KUBERNETES = ("kustomization.yaml", "prometheus-adapter.yaml")  # but of the programs of these names
MANIFESTS: Mapping[str, Any] = {
    path.stem: yaml.safe_load(path.read_text())
    for path in sorted(KUBERNETES.glob("*.yaml"))
    if path.name not in NOT_OF_KUBERNETES
}
POD = MANIFESTS["deployment"]["spec"]["template"]
[CONTAINER] = POD["spec"]["containers"]
COMPOSE = DEPLOY / "compose" / "compose.yaml"
UNITS = sorted((DEPLOY / "systemd").iterdir())
SERVICES = [unit for unit in UNITS if unit.suffix == ".service"]
ALERTS = DEPLOY / "prometheus" / "alerts.yml"
RULES = yaml.safe_load(ALERTS.read_text())["groups"][0]["rules"]
DASHBOARD = json.loads((DEPLOY / "grafana" / "dashboard.json").read_text())
EXPRESSIONS = [target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]]
# Of the engine that compose.yaml begins, whether this version has its settings or not.
OF_ENGINE = {"CHATBOT_ENGINE_URI", "CHATBOT_ENGINE_TOKEN"}


# Kubernetes


def test_the_manifests_are_as_kubernetes_wants_them() -> None:
    """By its own schemas, in which a field that it does not know is a mistake."""
    command = [
        tool("kubernetes-validate"),
        "-k",
        "1.37",
        "--strict",
        *(KUBERNETES / f"{name}.yaml" for name in MANIFESTS),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    assert said.count(" passed for resource ") == len(MANIFESTS)


def test_the_manifests_are_put_together() -> None:
    listed = yaml.safe_load((KUBERNETES / "kustomization.yaml").read_text())["resources"]
    assert sorted(listed) == sorted(f"{name}.yaml" for name in MANIFESTS)
    if kubectl := found("kubectl"):
        done = subprocess.run([kubectl, "kustomize", KUBERNETES], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        made = [one for one in yaml.safe_load_all(done.stdout) if one["kind"] == "Deployment"]
        assert made[0]["spec"]["template"]["spec"]["containers"][0]["image"] == "registry.example.org/verbatim:0.1.0"


def test_the_manifests_find_each_other() -> None:
    labels = POD["metadata"]["labels"]
    for selector in (
        MANIFESTS["deployment"]["spec"]["selector"]["matchLabels"],
        MANIFESTS["service"]["spec"]["selector"],
        MANIFESTS["poddisruptionbudget"]["spec"]["selector"]["matchLabels"],
        MANIFESTS["networkpolicy"]["spec"]["podSelector"]["matchLabels"],
        *(each["labelSelector"]["matchLabels"] for each in POD["spec"]["topologySpreadConstraints"]),
    ):
        assert selector == labels
    assert MANIFESTS["horizontalpodautoscaler"]["spec"]["scaleTargetRef"]["name"] == name_of("deployment")
    [port] = CONTAINER["ports"]
    [service] = MANIFESTS["service"]["spec"]["ports"]
    assert service["targetPort"] == port["name"]
    [rule] = MANIFESTS["ingress"]["spec"]["rules"]
    backend = rule["http"]["paths"][0]["backend"]["service"]
    assert (backend["name"], backend["port"]["name"]) == (name_of("service"), service["name"])
    assert MANIFESTS["ingress"]["spec"]["tls"][0]["hosts"] == [rule["host"]]
    [allowed] = MANIFESTS["networkpolicy"]["spec"]["ingress"]
    assert allowed["ports"] == [{"protocol": "TCP", "port": port["containerPort"]}]
    assert CONTAINER["envFrom"][0]["configMapRef"]["name"] == name_of("configmap")
    assert "replicas" not in MANIFESTS["deployment"]["spec"]  # or each `apply` would undo what the autoscaler did
    assert {mount["name"] for mount in CONTAINER["volumeMounts"]} == {each["name"] for each in POD["spec"]["volumes"]}


def name_of(manifest: str) -> str:
    name: str = MANIFESTS[manifest]["metadata"]["name"]
    return name


def test_a_pod_has_no_rights_and_time_to_end() -> None:
    """Red when the grace is less than what the server takes to stop, after what it waits before."""
    assert POD["spec"]["securityContext"]["runAsNonRoot"] is True
    assert POD["spec"]["enableServiceLinks"] is False
    own = CONTAINER["securityContext"]
    assert (own["readOnlyRootFilesystem"], own["allowPrivilegeEscalation"]) == (True, False)
    assert own["capabilities"] == {"drop": ["ALL"]}
    waits = int(CONTAINER["lifecycle"]["preStop"]["exec"]["command"][1])
    last_words = 5  # seconds, for the journal and the log
    assert POD["spec"]["terminationGracePeriodSeconds"] >= waits + _SETTINGS["timeout_graceful_shutdown"] + last_words
    for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
        path = CONTAINER[probe]["httpGet"]["path"].partition("?")[0]
        assert route_of(path), path
    assert CONTAINER["livenessProbe"]["httpGet"]["path"] == "/livez"  # /readyz would have a loading server killed
    user = re.search(r"^USER (\d+):(\d+)$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    assert user
    context = POD["spec"]["securityContext"]
    assert [*map(int, user.groups())] == [context["runAsUser"], context["runAsGroup"]]


def test_what_is_to_be_uncommented_is_a_policy(tmp_path: Path) -> None:
    """The ways out, to Milvus and to an archive, with the port that names are asked at."""
    text = (KUBERNETES / "networkpolicy.yaml").read_text().replace("  egress: []\n", "")
    (tmp_path / "policy.yaml").write_text(re.sub(r"^  # ", "  ", text, flags=re.MULTILINE))
    command = [tool("kubernetes-validate"), "-k", "1.37", "--strict", tmp_path / "policy.yaml"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    ways = yaml.safe_load((tmp_path / "policy.yaml").read_text())["spec"]["egress"]
    assert [way["ports"][0]["port"] for way in ways] == [19530, 443, 53]


# Compose


def test_compose_is_as_its_specification_wants_it() -> None:
    """Every key, every value, every name of a volume, a network and a service."""
    text = re.sub(r"\$\{\w+:[-?]([^}]*)\}", r"\1", COMPOSE.read_text())
    python = Path(tool("kubernetes-validate")).with_name("python")
    code = "import sys, compose_spec; compose_spec.PyCompose.from_yaml(sys.stdin.read()).validate()"
    done = subprocess.run([python, "-c", code], input=text, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_server_of_compose_has_no_rights_and_a_healthy_engine() -> None:
    services = yaml.safe_load(COMPOSE.read_text())["services"]
    own = services["verbatim"]
    assert (own["read_only"], own["cap_drop"], own["tmpfs"]) == (True, ["ALL"], ["/tmp"])
    assert "no-new-privileges:true" in own["security_opt"]
    assert own["depends_on"]["milvus"]["condition"] == "service_healthy"
    assert services["milvus"]["healthcheck"]
    assert not services["milvus"].get("ports")
    assert own["environment"]["CHATBOT_ENGINE_URI"] == "http://milvus:19530"
    assert (DEPLOY / own["build"]["args"]["LOCK"]).exists()


def test_compose_asks_for_what_has_no_default() -> None:
    """Red when an empty password goes to Milvus, which ends in an error that names none."""
    services = yaml.safe_load(COMPOSE.read_text())["services"]
    for service, name, variable in (
        ("verbatim", "CHATBOT_ENGINE_TOKEN", "CHATBOT_ENGINE_TOKEN"),
        ("milvus", "COMMON_SECURITY_DEFAULTROOTPASSWORD", "MILVUS_PASSWORD"),
    ):
        value = services[service]["environment"][name]
        assert re.fullmatch(rf"\$\{{{variable}:\?is not set; write it into the file \.env[^}}]*\}}", value)
        assert re.search(rf"^#   {variable}=", COMPOSE.read_text(), re.MULTILINE)


# systemd


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_is_as_systemd_wants_it(unit: Path, tmp_path: Path) -> None:
    verify_unit(unit.name, {each.name: each.read_text() for each in UNITS}, tmp_path)


def verify_unit(name: str, texts: Mapping[str, str], folder: Path) -> None:
    """`texts`: of all units, as the timer names the service."""
    program = tool("systemd-analyze", "apt-get install systemd")
    for each, text in texts.items():
        (folder / each).write_text(text.replace("/opt/verbatim/.venv/bin/python", sys.executable))
    done = subprocess.run([program, "verify", folder / name], capture_output=True, text=True, check=False)
    ours = [line for line in done.stderr.splitlines() if "verbatim" in line and "man page" not in line]
    assert (done.returncode, ours) == (0, [])


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.name)
def test_what_is_to_be_uncommented_opens_the_network(unit: Path, tmp_path: Path) -> None:
    """For Milvus, and for a replica. Red when a line above still closes it, and when systemd does not know one."""
    text, found = re.subn(r"^# ([A-Z]\w+=)", r"\1", unit.read_text(), flags=re.MULTILINE)
    assert found
    verify_unit(unit.name, {unit.name: text}, tmp_path)
    last = dict(re.findall(r"^(\w+)=(.*)$", text, re.MULTILINE))
    assert last.get("PrivateNetwork", "no") == "no"
    assert "AF_INET " in last["RestrictAddressFamilies"]
    assert re.search(r"^IPAddressAllow=.*\d", text, re.MULTILINE)


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.name)
def test_a_service_has_few_rights(unit: Path) -> None:
    """systemd's own score, from 0 (nothing) to 10 (everything)."""
    program = tool("systemd-analyze", "apt-get install systemd")
    command = [program, "security", "--offline=true", "--threshold=15", unit]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if "nknown" in done.stderr or "nrecognized" in done.stderr:
        pytest.skip("this systemd cannot judge a unit that is not loaded")
    assert done.returncode == 0, done.stdout[-200:]


@pytest.mark.long
def test_the_filter_of_calls_lets_the_server_work(index: Path, corpus: Path, tmp_path: Path) -> None:
    """A server that builds, answers in processes of its own, journals and shows its page makes no other calls."""
    strace = tool("strace", "apt-get install strace")
    unit = (DEPLOY / "systemd" / "verbatim.service").read_text()
    let, kept_out = re.findall(r"^SystemCallFilter=(~?@[\w-]+)$", unit, re.MULTILINE)
    (corpus / "more.md").write_text("# May I juggle?\n\nYes.\n")
    counts = tmp_path / "counts"
    traced = ("-f", "-c", "-o", str(counts), sys.executable, "-m", "chatbot", "serve")
    with server_process(
        corpus, index, tmp_path / "log", traced, Path(strace), CHATBOT_WORKERS="2", CHATBOT_JOURNAL="all"
    ) as server:
        server.wait_until("/readyz?page=1", seconds=300)
        assert server.ask("may I juggle").status_code == 200
        [served] = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children").read_text().split()
        os.kill(int(served), signal.SIGTERM)
        server.process.wait(120)
    called = {line.split()[-1] for line in counts.read_text().splitlines() if re.match(r"\s*[\d.]+\s", line)}
    allowed = calls_of(let) - calls_of(kept_out.removeprefix("~"))
    as_root = {"fchown"}  # by SQLite, which gives its files to the owner of the database
    assert len(called) > 40
    assert called - {"total"} - as_root <= allowed


def calls_of(group: str) -> set[str]:
    """As this machine's systemd knows them."""
    program = tool("systemd-analyze", "apt-get install systemd")
    told = subprocess.run([program, "syscall-filter", group], capture_output=True, text=True, check=True).stdout
    names = [line.strip() for line in told.splitlines()[1:] if not line.strip().startswith("#")]
    return {name for name in names if name and name[0] != "@"}.union(
        *(calls_of(one) for one in names if one[:1] == "@")
    )


# Settings


def test_every_setting_that_is_named_is_one() -> None:
    """Red when a setting gets another name: the server would only warn of it."""
    named: set[str] = set()
    files = [path for path in DEPLOY.rglob("*") if path.is_file() and path.suffix != ".lock"]
    files += [ROOT / "Dockerfile", *(ROOT / "docs" / f"{name}.md" for name in ("OPERATIONS", "deploy"))]
    for path in files:
        named |= set(re.findall(r"\bCHATBOT_[A-Z_]+[A-Z]\b", path.read_text("utf-8")))
    assert len(named) > 10
    assert misspelt_variables(dict.fromkeys(named - OF_ENGINE, "")) == []


# Figures


@pytest.fixture(scope="module")
def exported(built_once: Path) -> Mapping[str, set[str]]:
    """Name of each sample that a server shows -> names of its labels."""
    from chatbot.dialogue.served import Served
    from chatbot.encoding.hashing import HashingEncoder
    from chatbot.indexing.build import open_build

    with running_server(create_app(Bot(Served(open_build(built_once), HashingEncoder())), chat_page=False)) as url:
        for question in ("how long do hamsters live", "what do goldfish eat"):
            httpx.post(f"{url}/api/ask", json={"question": question}, timeout=60)
        page = httpx.get(f"{url}/metrics", timeout=60).text
    more = Metrics(Bot(), Health(), "plants")  # of a replica, and of a server of many FAQs
    more.follow(lambda: 0.0, lambda: 0.0)
    of_many = bytes(metrics_page([more], {"plants": "open"}).body).decode()
    labels: dict[str, set[str]] = {}
    for family in chain(*map(text_string_to_metric_families, (page, of_many))):
        for sample in family.samples:
            labels.setdefault(sample.name, set()).update(sample.labels)
    return labels


def test_every_figure_that_is_named_is_shown(exported: Mapping[str, set[str]]) -> None:
    """By alerts, dashboard, autoscaler, adapter and OPERATIONS.md. Red when a metric gets another name."""
    texts = {
        "alerts": "\n".join(rule["expr"] for rule in RULES),
        "dashboard": "\n".join([*EXPRESSIONS, str(DASHBOARD["templating"])]),
        "autoscaler": str(MANIFESTS["horizontalpodautoscaler"]),
        "adapter": (KUBERNETES / "prometheus-adapter.yaml").read_text(),
        "page": (ROOT / "docs" / "OPERATIONS.md").read_text("utf-8"),
    }
    families = {re.sub(r"_(bucket|sum|count)$", "", name) for name in exported}
    for place, text in texts.items():
        named = set(re.findall(r"\bverbatim_[a-z_]*[a-z]\b", text))
        assert named, place
        assert named <= exported.keys() | families, place


@pytest.mark.parametrize("expression", [*(rule["expr"] for rule in RULES), *EXPRESSIONS])
def test_every_label_that_is_named_is_there(exported: Mapping[str, set[str]], expression: str) -> None:
    """And every value of those that have few."""
    from_prometheus = {"instance", "job", "site"}  # `site`: of a server with several
    for name, selector in re.findall(r"(\w+)\{([^}]*)\}", expression):
        for label, value in re.findall(r'(\w+)!?=~?"([^"]*)"', selector):
            assert label in exported.get(name, set()) | from_prometheus, f"{name} has no {label}"
            if label == "route":
                assert value in {route.label for route in ROUTES if route.has_label} | {PAGE_LABEL}
            if (name, label) == ("verbatim_health", "status"):
                assert set(value.split("|")) <= set(STATUSES)


def test_the_expressions_of_the_dashboard_are_promql(tmp_path: Path) -> None:
    promtool = tool("promtool", "apt-get install prometheus")
    filled = [
        one.replace("$__rate_interval", "5m").replace("$instance", ".*").replace("$site", ".*") for one in EXPRESSIONS
    ]
    rules = [{"record": f"x:{at}", "expr": one} for at, one in enumerate(filled)]
    (tmp_path / "rules.yml").write_text(yaml.safe_dump({"groups": [{"name": "x", "rules": rules}]}))
    done = subprocess.run(
        [promtool, "check", "rules", tmp_path / "rules.yml"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_dashboard_can_be_of_one_site_of_many() -> None:
    """Red when a figure that a site has alone is of all: what has no site belongs to the server."""
    assert {"instance", "site"} <= {one["name"] for one in DASHBOARD["templating"]["list"]}
    of_server = ("verbatim_in_flight", "verbatim_in_flight_most", "verbatim_follow_success_timestamp_seconds")
    for expression in EXPRESSIONS:
        for name, selector in re.findall(r"(verbatim_\w+)\{([^}]*)\}", expression):
            assert 'instance=~"$instance"' in selector
            assert ('site=~"$site"' in selector) != (name in (*of_server, "verbatim_follow_failures")), expression


def test_every_figure_is_explained(exported: Mapping[str, set[str]]) -> None:
    """In the table of OPERATIONS.md."""
    page = (ROOT / "docs" / "OPERATIONS.md").read_text("utf-8")
    told = set(re.findall(r"`(verbatim_\w+)`", "\n".join(re.findall(r"^\|(.*?)\|", page, re.MULTILINE))))
    families = {re.sub(r"_(bucket|sum|count|created)$", "", name) for name in exported}
    assert {name.removesuffix("_total") for name in families} == {name.removesuffix("_total") for name in told}


def test_the_panels_do_not_lie_on_each_other() -> None:
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(DASHBOARD["panels"])
    taken: set[tuple[int, int]] = set()
    for panel in DASHBOARD["panels"]:
        at = panel["gridPos"]
        cells = {(at["x"] + right, at["y"] + down) for right in range(at["w"]) for down in range(at["h"])}
        assert not cells & taken, panel["title"]
        assert max(x for x, _ in cells) < 24
        taken |= cells


# Alerts

# Alert -> a series that rings it after an hour, and one that does not; as promtool writes them: from, plus how much a
# minute, how often.
SERIES = {
    "VerbatimDown": ('up{job="verbatim"}', "0x120", "1x120"),
    "VerbatimNotReady": ('verbatim_health{status="failed"}', "1x120", "0x120"),
    "VerbatimDegraded": ('verbatim_health{status="degraded"}', "1x120", "0x120"),
    "VerbatimErrors": ('verbatim_requests_total{route="/api/ask",status="500"}', "0+1x120", "7x120"),
    "VerbatimRefusing": ('verbatim_requests_total{route="/api/ask",status="503"}', "0+60x120", "0+1x120"),
    "VerbatimNearlyFull": ("verbatim_in_flight", "30x120", "4x120"),
    "VerbatimSlow": ('verbatim_request_seconds_bucket{route="/api/ask",le="0.5"}', "0+10x120", "0+595x120"),
    "VerbatimVisitorsLimited": ('verbatim_requests_total{route="/api/ask",status="429"}', "0+300x120", "0+5x120"),
    "VerbatimJournalLosing": ("verbatim_journal_lost", "0+1x120", "3x120"),
    "VerbatimEventsDropped": ("verbatim_events_dropped", "0+1x120", "0x120"),
    "VerbatimBuildsDiffer": ('verbatim_entries{build="b-2",instance="b"}', "5x120", "_x120"),
    "VerbatimNotFollowing": ("verbatim_follow_success_timestamp_seconds", "0x120", "0+60x120"),
    "VerbatimUnanswered": ('verbatim_replies_total{status="unknown"}', "0+20x500", "0+2x500"),
}
# What is there in any case.
AROUND = (
    ('verbatim_requests_total{route="/api/ask",status="200"}', "0+600x500"),
    ('verbatim_request_seconds_bucket{route="/api/ask",le="1"}', "0+600x120"),
    ('verbatim_request_seconds_bucket{route="/api/ask",le="+Inf"}', "0+600x120"),
    ('verbatim_entries{build="b-1",instance="a"}', "5x120"),
    ('verbatim_replies_total{status="answered"}', "0+10x500"),
    ('verbatim_replies_total{status="smalltalk"}', "0+90x500"),
    ("verbatim_in_flight_most", "64x120"),
)


def test_every_alert_is_tried() -> None:
    assert [rule["alert"] for rule in RULES] == [*SERIES]


@pytest.mark.parametrize("rings", [True, False], ids=["rings", "is silent"])
def test_an_alert_rings_when_it_should_and_not_else(rings: bool, tmp_path: Path) -> None:
    """promtool expects none of them, and says what it got instead."""
    tests = []
    for alert, (series, bad, good) in SERIES.items():
        values = {series: bad if rings else good, **dict(AROUND)}
        tests.append(
            {
                "interval": "1m",
                "input_series": [{"series": name, "values": value} for name, value in values.items()],
                "alert_rule_test": [
                    {"eval_time": "8h" if "500" in bad else "1h", "alertname": alert, "exp_alerts": []}
                ],
            }
        )
    document = {"rule_files": [str(ALERTS)], "evaluation_interval": "1m", "tests": tests}
    (tmp_path / "tests.yml").write_text(yaml.safe_dump(document))
    command = [tool("promtool", "apt-get install prometheus"), "test", "rules", tmp_path / "tests.yml"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    said = done.stdout + done.stderr
    assert re.findall(r"alertname: *(\w+)", said) == ([*SERIES] if rings else []), said
    assert (done.returncode != 0) == rings, said


def test_every_alert_has_its_section() -> None:
    """And none has one that is none: docs/OPERATIONS.md says what to do."""
    page = (ROOT / "docs" / "OPERATIONS.md").read_text("utf-8")
    assert re.findall(r"^### (Verbatim\w+)$", page, re.MULTILINE) == [rule["alert"] for rule in RULES]
    for rule in RULES:
        assert rule["annotations"]["runbook"] == f"docs/OPERATIONS.md#{rule['alert'].lower()}"
        assert rule["labels"]["severity"] in ("page", "ticket", "info")


def test_the_reasons_of_servers_that_are_not_alone_are_explained() -> None:
    page = (ROOT / "docs" / "OPERATIONS.md").read_text("utf-8")
    section = page.partition("### VerbatimDegraded\n")[2].partition("\n### ")[0]
    for code in (NotFetched.code, ArchiveRefused.code, _BUILDING):
        assert f"`{code}`" in section


# Backup


def test_the_backup_of_the_page_is_whole_and_can_be_restored(index: Path, tmp_path: Path) -> None:
    """Taken from a server that runs, with rows that are in no file but the log of the database. Red with `cp`."""
    command = backup_command()
    with forked_server(tmp_path / "absent", index, tmp_path / "log", CHATBOT_JOURNAL="all", **UNLIMITED) as server:
        server.wait_until()
        for question in ("how long do hamsters live", "what do goldfish eat", "may dogs eat chocolate"):
            assert server.ask(question).status_code == 200
        deadline = time.monotonic() + 30
        while rows_of(tmp_path / "journal.db", index) < 3 and time.monotonic() < deadline:
            time.sleep(0.2)
        subprocess.run(["sh", "-c", f"umask 022; {command}"], cwd=tmp_path, check=True)
        server.process.kill()
    restored = tmp_path / "restored"
    restored.mkdir()
    (tmp_path / "journal-copy.db").rename(restored / "journal.db")
    assert stat.S_IMODE((restored / "journal.db").stat().st_mode) == 0o600  # it holds words of visitors
    assert rows_of(restored / "journal.db", index) == 3
    where = {"CHATBOT_JOURNAL_FILE": str(restored / "journal.db"), "CHATBOT_JOURNAL": "all"}
    with forked_server(tmp_path / "absent", index, tmp_path / "log", **where) as server:
        server.wait_until()
        server.ask("when does a cat eat?")
        server.stop()
    assert rows_of(restored / "journal.db", index) == 4


def test_a_backup_of_nothing_fails(tmp_path: Path) -> None:
    """Red when the path of a journal that is not there gives an empty copy."""
    done = subprocess.run(["sh", "-c", backup_command()], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "unable to open database file" in done.stderr
    assert list(tmp_path.iterdir()) == []


def backup_command() -> str:
    """That of OPERATIONS.md, for `sh`."""
    page = (ROOT / "docs" / "OPERATIONS.md").read_text("utf-8")
    [command] = re.findall(r"^(?:.*; )?python -c 'import sqlite3; .*'$", page, re.MULTILINE)
    return command.replace("python", shlex.quote(sys.executable), 1)


def rows_of(journal: Path, index: Path) -> int:
    told = run_chatbot("journal", "info", "--index", index, "--json", CHATBOT_JOURNAL_FILE=str(journal))
    replies: int = json.loads(told.stdout).get("replies", 0)  # before the first row there is no journal
    return replies


# Hugging Face


def test_a_space_knows_its_visitors() -> None:
    """By what its proxies say, whose addresses are private. Red when all visitors share one rate limit."""
    text = (DEPLOY / "huggingface" / "README.md").read_text("utf-8")
    [value] = re.findall(r"^\| `CHATBOT_TRUSTED_PROXIES` \| `([^`]+)` \|", text, re.MULTILINE)
    settings = ServerSettings(trusted_proxies=tuple(value.split("\\|")))
    assert all(ipaddress.ip_network(network).is_private for network in settings.trusted_proxies)


def test_the_head_of_a_space_is_whole() -> None:
    text = (DEPLOY / "huggingface" / "README.md").read_text("utf-8")
    head = yaml.safe_load(text.split("---\n")[1])
    assert head["sdk"] == "docker"
    assert head["app_port"] == 7860
    colours = {"red", "yellow", "green", "blue", "indigo", "purple", "pink", "gray"}
    assert {head["colorFrom"], head["colorTo"]} <= colours
    assert len(head["short_description"]) <= 60
    assert head.keys() <= {
        *("title", "emoji", "colorFrom", "colorTo", "sdk", "app_port", "pinned", "license", "short_description"),
    }
