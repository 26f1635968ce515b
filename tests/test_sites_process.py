"""`serve --sites` and `build --sites` as an operator runs them, and the encoder that sites share."""

import dataclasses
import json
import os
import signal
from pathlib import Path

import httpx
import pytest

from chatbot.cli.main import main
from chatbot.verbs import build_sites
from tests.command import run_chatbot
from tests.journals import rows
from tests.many_sites import (
    QUESTION,
    answered,
    index_of,
    journal_of,
    many_sites,
    secret_of,
    serving,
    wait_for,
    write_site,
)
from tests.process import UNLIMITED, ServerProcess, sites_process
from tests.serving import UNLIMITED as UNLIMITED_SETTINGS
from tests.tiny import tiny_model

DESK = "desk-token-of-plants-which-is-long-enough"


def asked(server: ServerProcess, name: str) -> str:
    """The answer; "" where a busy machine takes longer to open the site than a visitor waits."""
    answer = httpx.post(f"{server.url}/s/{name}/api/ask", json={"question": QUESTION}, timeout=30)
    return answer.text if answer.status_code == 200 else ""


def test_a_server_of_many_sites_as_it_is_run(tmp_path: Path) -> None:
    """Built by the verb, asked, ended: every row is in its journal. Red without `listens` and the end in `_live`."""
    root = tmp_path / "faqs"
    for name in ("plants", "pets"):
        write_site(root, name, is_built=False)
    (root / "bad").mkdir()
    (root / "bad" / "bot.toml").write_text("title = 3\n")
    done = run_chatbot("build", "--sites", root, "--json")
    told = json.loads(done.stdout)["sites"]
    assert (done.returncode, {name: "build_id" in one for name, one in told.items()}) == (
        1, {"bad": False, "pets": True, "plants": True}
    )  # fmt: skip
    assert "error: bad: " in done.stderr
    tokens = {"CHATBOT_DESK_TOKEN_PLANTS": DESK, "CHATBOT_DESK_TOKEN_GONE": f"{DESK}2"}
    with sites_process(root, tmp_path / "log", "--max-open", "1", **UNLIMITED, **tokens) as server:
        for name in ("plants", "pets", "plants"):
            assert secret_of(name) in wait_for(lambda name=name: asked(server, name))
        assert httpx.post(f"{server.url}/s/plants/desk/sign-in", data={"token": DESK}).status_code == 303
        assert server.status("/s/pets/desk") == 404
        wait_for(lambda: "Serving 3 sites of" in server.log.read_text())
        assert server.stop(signal.SIGTERM) < 20
    log = server.log.read_text()
    assert "there is a token for the site gone, but no such site" in log
    assert DESK not in log
    assert server.faults() == []
    kept = {name: [row["kind"] for row in rows(journal_of(root, name))] for name in ("plants", "pets")}
    assert {name: kinds.count("reply") for name, kinds in kept.items()} == {"plants": 2, "pets": 1}


def test_a_folder_without_sites_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It may be one too high. Red where nothing is said."""
    assert main(["build", "--sites", str(tmp_path)]) == 0
    assert capsys.readouterr().err == f"warning: {tmp_path}: holds no site; a site is a folder with a bot.toml\n"
    assert "CHATBOT_SITES" not in os.environ


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("serve", "--sites", "{root}", "--corpus", "x"), "give --corpus or --sites, not both"),
        (("serve", "--sites", "{root}", "--max-open", "0"), "--max_open: 0 must lie between 1 and 10000"),
        (("serve", "--sites", "{root}", "--workers", "2"), "workers: a server of many sites answers in one process"),
        (("build", "--sites", "{root}", "--watch"), "--sites builds each site once; leave out"),
        (("build", "--sites", "{root}/none"), "there is no such folder; create it"),
    ],
)
def test_what_cannot_be_is_one_sentence(
    arguments: tuple[str, ...], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([argument.format(root=tmp_path) for argument in arguments]) == 2
    said = capsys.readouterr()
    assert (said.out, said.err.count("\n")) == ("", 1)
    assert message in said.err


@pytest.mark.model
def test_sites_with_one_encoder_have_it_once(tmp_path: Path) -> None:
    """On disk and in memory, also after one was closed and opened. Red where each opens with a pool of its own, and
    where each exports it."""
    model, root = tiny_model(tmp_path), tmp_path / "faqs"
    for name in ("a", "b", "c"):
        write_site(root, name, is_built=False, encoder=str(model))
    assert [site.error for site in build_sites(root)] == [None] * 3
    weights = [next(index_of(root, name).glob("encoders/*/model.onnx")) for name in ("a", "b", "c")]
    assert all(weights[0].samefile(other) for other in weights)
    app = many_sites(root, dataclasses.replace(UNLIMITED_SETTINGS, max_open=2))
    seen = []
    with serving(app) as client:
        for name in ("a", "b", "c", "a"):
            assert secret_of(name) in answered(client, name)
            seen += [one.known.site.bot.served.encoder._encoder for one in app._open._open.values()]
            assert len(app._open._open) <= 2
    assert (len(seen), len({id(one) for one in seen})) == (7, 1)
