"""The API against its own description: whatever the schema allows or forbids, no answer is a server's fault."""

import contextlib
import json
from collections import Counter

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from pydantic import TypeAdapter
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from chatbot.core.settings_sources import load_bot_settings
from chatbot.core.types import Replies
from chatbot.dialogue.bot import Bot
from chatbot.dialogue.served import Served
from chatbot.encoding.hashing import HashingEncoder
from chatbot.indexing.build import open_build
from chatbot.indexing.builder import build
from chatbot.web.asgi import create_app
from chatbot.web.health import Health
from tests.conftest import PETS
from tests.serving import UNLIMITED
from tests.sizes import sizes

pytestmark = pytest.mark.slow  # a server is asked whatever its description allows

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> schemathesis.BaseSchema:
    folder = tmp_path_factory.mktemp("openapi")
    (folder / "corpus").mkdir()
    (folder / "corpus" / "pets.md").write_text(PETS)
    (folder / "corpus" / "bot.toml").write_text('encoder = "hashing"\n')
    build(folder / "corpus", folder / "index", load_bot_settings(folder / "corpus"), HashingEncoder())
    bot, health = Bot(Served(open_build(folder / "index"), HashingEncoder())), Health(has_page=True)
    app = create_app(bot, chat_page=False, settings=UNLIMITED, health=health)
    return schemathesis.openapi.from_asgi("/openapi.json", app)


@sizes(normal=50, campaign=150)
def test_no_request_is_answered_with_a_fault(size: int, api: schemathesis.BaseSchema) -> None:
    """Up to so many requests of each kind for each operation, within the schema and beyond it: 1,000 in a campaign.

    Red when a field of a reply is not the schema's, and when a status is not described.
    """
    seen: Counter[int] = Counter()
    operations = [found.ok() for found in api.get_all_operations()]
    assert len(operations) >= 6
    for operation in operations:
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):

            @given(case=operation.as_strategy(generation_mode=mode))
            @settings(max_examples=size, database=None, suppress_health_check=list(HealthCheck))
            def asked(case: Case) -> None:
                response = case.call()
                seen[response.status_code] += 1
                case.validate_response(response, checks=CHECKS)
                if response.status_code >= 400:
                    assert set(response.json()["error"]) == {"code", "message"}, (case, response.text)

            with contextlib.suppress(Unsatisfiable):  # what takes no input cannot be asked wrongly
                asked()
    print(f"\n{sum(seen.values())} requests: {dict(seen)}")
    assert seen.total() >= 20 * size // 3
    assert max(seen) < 500


@sizes(normal=200, campaign=2_000)
def test_any_text_is_a_question_or_refused_over_http(size: int, client: httpx.Client) -> None:
    """Escaped as JSON, so that halves of surrogate pairs travel, too. Red without the check for them in `Bot`."""

    @given(st.text(st.characters(), max_size=400))
    @settings(max_examples=size, database=None, suppress_health_check=list(HealthCheck))
    def asked(text: str) -> None:
        body = json.dumps({"question": text}).encode()
        answer = client.post("/api/ask", content=body, headers={"content-type": "application/json"})
        assert answer.status_code in (200, 422), (text, answer.text)
        assert ("replies" in answer.json()) == (answer.status_code == 200)

    asked()


def test_the_examples_are_of_the_schema(api: schemathesis.BaseSchema) -> None:
    """Red when a field of a reply is renamed and the example is not."""
    adapter = TypeAdapter(Replies)
    shown = api.raw_schema["paths"]["/api/ask"]["post"]["responses"]["200"]["content"]["application/json"]["example"]
    replies = adapter.validate_python(shown).replies
    assert replies[0].answer
    assert replies[0].answer.text[slice(*replies[0].answer.highlight or ())] == replies[0].answer.short
