"""A folder of many small FAQs. Each says a secret word of its own in all that it says, so that a leak is seen."""

import contextlib
import dataclasses
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx

from chatbot.core.settings import ServerSettings
from chatbot.core.settings_sources import load_bot_settings
from chatbot.indexing.builder import build
from chatbot.indexing.encoders import encoder_of
from chatbot.indexing.site_folders import DATA, SiteFolders
from chatbot.web.many_sites import ManySites
from chatbot.web.tokens import Token
from tests.serving import UNLIMITED, running_server

PATIENT = dataclasses.replace(UNLIMITED, deadline=100.0)  # a busy machine may take long to answer
STATUS = "status-token-of-whoever-runs-it-all"
BEARER = {"authorization": f"Bearer {STATUS}"}
LOOK = 0.05  # seconds
QUESTION = "What is the secret word?"
FAQ = """\
# Questions

## What is the secret word?

The secret word is **{secret}**.

## Where is {secret} kept?

In the cellar of {secret}.

## Who may open the door?
"""
SETTINGS = """\
title = "Questions on {secret}"
greeting = "Ask about {secret}."
placeholder = "About {secret} ..."
contact = "Ask the keeper of {secret}."
disclaimer = "No more than {secret}."
starters = ["Where is {secret} kept?"]
reasons = ["not {secret}"]
allowed_origins = ["https://{secret}.example"]
images = ["https://pictures-{secret}.example"]
hosts = ["{name}.example", "www.{name}.example"]
encoder = "{encoder}"
journal = "all"
"""


def secret_of(name: str) -> str:
    return f"zq{name}zq"


def index_of(root: Path, name: str) -> Path:
    return root / DATA / name / "index"


def journal_of(root: Path, name: str) -> Path:
    return root / DATA / name / "journal.db"


def write_site(root: Path, name: str, *, is_built: bool = True, more: str = "", encoder: str = "hashing") -> Path:
    """The corpus of a new site. `more`: lines of its bot.toml."""
    corpus = root / name
    corpus.mkdir(parents=True)
    said = {"secret": secret_of(name), "name": name, "encoder": encoder}
    (corpus / "bot.toml").write_text(SETTINGS.format_map(said) + more, encoding="utf-8")
    (corpus / "faq.md").write_text(FAQ.format_map(said), encoding="utf-8")
    if is_built:
        build_site(root, name)
    return corpus


def build_site(root: Path, name: str) -> str:
    index, settings = index_of(root, name), load_bot_settings(root / name)
    return build(root / name, index, settings, encoder_of(index, settings)).build_id


def many_sites(
    root: Path,
    settings: ServerSettings = PATIENT,
    rebuild_tokens: Mapping[str, Token] | None = None,
    desk_tokens: Mapping[str, Token] | None = None,
) -> ManySites:
    folders = SiteFolders(root, root / DATA, settings.allowed_hosts)
    return ManySites(folders, settings, rebuild_tokens or {}, desk_tokens or {}, Token(STATUS), look=LOOK)


@contextlib.contextmanager
def serving(app: ManySites) -> Iterator[httpx.Client]:
    with running_server(app) as url, httpx.Client(base_url=url, timeout=120) as client:
        yield client


def ask_once(client: httpx.Client, base: str, question: str = QUESTION, **headers: str) -> httpx.Response:
    return client.post(f"{base}/api/ask", json={"question": question}, headers=headers)


def ask(client: httpx.Client, base: str, question: str = QUESTION, **headers: str) -> httpx.Response:
    """Again where a busy machine takes longer to open the site than a visitor waits."""

    def asked() -> httpx.Response | None:
        answer = ask_once(client, base, question, **headers)
        is_opening = answer.status_code == 503 and answer.json()["error"]["code"] == "not_ready"
        return None if is_opening else answer

    [answer] = wait_for(lambda: [found for found in [asked()] if found is not None])
    assert isinstance(answer, httpx.Response)
    return answer


def answered(client: httpx.Client, name: str, question: str = QUESTION) -> str:
    """The text of the answer of a site by its path, once it is there."""

    def text() -> str:
        answer = ask_once(client, f"/s/{name}", question)
        return answer.text if answer.status_code == 200 else ""

    return wait_for(text)


def states(client: httpx.Client, host: str = "x") -> Any:
    return client.get("/readyz", headers={**BEARER, "host": host}).json()["sites"]


def wait_for(what: Callable[[], Any], seconds: float = 120) -> Any:
    """The first value that is true."""
    deadline = time.monotonic() + seconds
    while not (value := what()):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return value
