"""The examples of docs/clients.md, run as they stand against a real server."""

import json
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from chatbot.cli.parser import parser
from chatbot.web.asgi import create_app
from tests.conftest import ROOT
from tests.serving import UNLIMITED, running_server
from tests.test_chat_page import pets_bot

pytestmark = pytest.mark.filterwarnings("ignore")  # Gradio and the libraries below it warn of each other

DOCUMENT = (ROOT / "docs" / "clients.md").read_text(encoding="utf-8")
PYTHON = re.findall(r"^```python\n(.*?)^```", DOCUMENT, re.M | re.S)
COMMANDS = re.findall(r"^(?:curl|python) .*$", DOCUMENT, re.M)
ASKED = "is jogging bad for me?"


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_server(create_app(pets_bot(tmp_path_factory.mktemp("clients")), settings=UNLIMITED)) as url:
        yield url


def same(body: dict[str, Any]) -> dict[str, Any]:
    """`body` without what differs from one time to the next."""
    return body | {"took_ms": 0, "replies": [reply | {"id": ""} for reply in body["replies"]]}


def asked(url: str, question: str) -> dict[str, Any]:
    return httpx.post(f"{url}/api/ask", json={"question": question}).json()


def test_the_examples_are_found() -> None:
    assert [command.split()[0] for command in COMMANDS] == ["curl", "python"]
    assert ["httpx" in example for example in PYTHON] == [True, False, False]
    assert ["gradio_client" in example for example in PYTHON] == [False, True, False]


@pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")
def test_the_curl_example_gets_the_answer(url: str) -> None:
    done = subprocess.run(
        shlex.split(COMMANDS[0].replace("http://127.0.0.1:7860", url)), capture_output=True, text=True, check=True
    )
    assert same(json.loads(done.stdout)) == same(asked(url, ASKED))


@pytest.mark.parametrize("example", [PYTHON[0], PYTHON[1]], ids=["httpx", "gradio_client"])
def test_the_python_examples_get_the_answer(url: str, example: str) -> None:
    """Red without: `gr.api` in `_page`."""
    code = example.replace("http://127.0.0.1:7860", url) + "\nimport json\nprint(json.dumps(said))"
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    status, *_, said = done.stdout.splitlines()
    assert status.split()[0] == "unknown"
    assert same(json.loads(said)) == same(asked(url, ASKED))


def test_the_renderer_draws_an_answer(url: str) -> None:
    said = asked(url, "May dogs eat chocolate?")
    done = subprocess.run(
        [sys.executable, "-c", f"import json, sys\nsaid = json.loads(sys.argv[1])\n{PYTHON[2]}", json.dumps(said)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stdout.splitlines()[:3] == [
        "No, chocolate is poisonous for dogs:", "- call your vet at once;", "- keep the wrapper.",
    ], done.stderr  # fmt: skip


def test_the_mcp_example_is_a_verb() -> None:
    """What it answers is in test_mcp.py."""
    arguments = shlex.split(COMMANDS[1])[3:]
    assert arguments == ["mcp"]
    parser().parse_args(arguments)


@pytest.fixture(scope="module")
def client(url: str) -> Iterator[Any]:
    from gradio_client import Client

    client = Client(url, verbose=False)
    yield client
    client.close()


@pytest.mark.parametrize(
    "question", ["May dogs eat chocolate?", "What do goldfish eat? And hamsters?", "hello", " ", "x" * 999]
)
def test_gradio_client_gets_the_very_body_of_the_api(client: Any, url: str, question: str) -> None:
    """Refusals are the same, too. Red without: `refusal` in `_Handlers.ask`; with `top=2` in it."""
    expected, body = asked(url, question), client.predict(question, api_name="/ask")
    assert body == expected if "error" in expected else same(body) == same(expected)


def test_ask_is_the_one_endpoint_that_is_offered(client: Any, url: str) -> None:
    assert list(httpx.get(f"{url}/gradio_api/info").json()["named_endpoints"]) == ["/ask"]
    with pytest.raises(ValueError, match="answer"):
        client.predict("a", "", [], api_name="/answer")
