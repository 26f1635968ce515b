"""What many tests need: a small corpus built with the hashing encoder, the real encoder, a real browser."""

import fcntl
import gc
import importlib.util
import logging
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import hypothesis
import pytest

from chatbot.core.settings import BotSettings
from chatbot.core.settings_sources import load_bot_settings
from chatbot.dialogue.bot import Bot
from chatbot.dialogue.served import Served
from chatbot.encoding.hashing import HashingEncoder
from chatbot.encoding.protocols import Encoder
from chatbot.indexing.build import Build, open_build
from chatbot.indexing.builder import build
from chatbot.indexing.encoders import encoder_of
from chatbot.indexing.store import current_build
from tests.milvus import milvus_process, require_milvus
from tests.serving import UNLIMITED, running_server

# On a busy machine any example may take more than the 200 ms that are allowed otherwise.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"  # present beside some checkouts only

# What the tests of the widget share; who has no playwright can still run the others.
pytest_plugins = ["tests.widget_site"] if importlib.util.find_spec("playwright") else []

# What a file of tests names that needs a browser, the model, processes of its own or many seconds.
_SLOW = re.compile(
    r"playwright|tests\.(browser|process|command|widget_site|chat_queue)|subprocess|mark\.(model|slow)\b"
)

PETS = """\
---
tags: [pets]
source: The vet <https://vet.example/>
reviewed: 2026-01-31
---
# Pets

## How often should I feed my cat?

Also asked:
- When does a cat eat?

Twice a day. Kittens need four small meals.

## May dogs eat chocolate?

No, chocolate is **poisonous** for dogs:

1. call your vet at once;
2. keep the wrapper.

## How long do hamsters live?

## What do goldfish eat?

Flakes, once a day, as much as they finish in two minutes.
"""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--fast", action="store_true", help="only files without model, browser and processes")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """With `--fast`, a slow file is not even imported. None: as without this function."""
    is_left_out = (
        config.getoption("--fast")
        and collection_path.name.startswith("test_")
        and (_SLOW.search(collection_path.read_text("utf-8")))
    )
    return True if is_left_out else None


def pytest_collection_finish() -> None:
    """What all files have imported stays. To scan it for garbage would take seconds, again and again."""
    gc.freeze()


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """A CHATBOT_* variable of the developer's shell must not change a test."""
    for name in [name for name in os.environ if name.startswith("CHATBOT_")]:
        monkeypatch.delenv(name)


def write_corpus(folder: Path) -> Path:
    folder.mkdir()
    (folder / "pets.md").write_text(PETS, encoding="utf-8")
    (folder / "bot.toml").write_text(
        'title = "Pets"\nencoder = "hashing"\ncontact = "Ask the vet."\n', encoding="utf-8"
    )
    return folder


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A folder with four entries, one of them a gap, that asks for the hashing encoder."""
    return write_corpus(tmp_path / "corpus")


@pytest.fixture(scope="session")
def built_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built index of `corpus`, to be copied: a build takes a third of a second, and hundreds of tests need one."""
    folder = tmp_path_factory.mktemp("pets")
    settings = BotSettings(title="Pets", encoder="hashing", contact="Ask the vet.")
    build(write_corpus(folder / "corpus"), folder / "index", settings, HashingEncoder())
    return folder / "index"


@pytest.fixture
def index(built_once: Path, tmp_path: Path) -> Path:
    """The built index of `corpus`, which a test may change."""
    return Path(shutil.copytree(built_once, tmp_path / "index"))


@pytest.fixture
def pets(index: Path) -> Build:
    return open_build(index)


@pytest.fixture
def bot(pets: Build) -> Bot:
    return Bot(Served(pets, HashingEncoder()))


@pytest.fixture(scope="session")
def shipped_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The index of the corpus that ships, built with the real encoder. Not to be changed.

    Processes that test at the same time share it: whoever comes first builds it, which loads the model, 10 s.
    """
    own = tmp_path_factory.getbasetemp()
    folder = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    index = folder / "shipped-index"
    settings = load_bot_settings(ROOT / "corpus")
    with (folder / "shipped-index.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if current_build(index) is None:
            build(ROOT / "corpus", index, settings, encoder_of(index, settings))
    return index


@pytest.fixture(scope="session")
def real_encoder(shipped_index: Path) -> Encoder:
    """all-MiniLM-L6-v2 as the index of the corpus that ships keeps it, loaded once."""
    return encoder_of(shipped_index, load_bot_settings(ROOT / "corpus"))


@pytest.fixture(scope="session")
def shipped(shipped_index: Path, real_encoder: Encoder) -> Bot:
    return Bot(Served(open_build(shipped_index), real_encoder))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with the real page and the labelled sets, where there is one."""
    if not (SHARED / "seed").is_dir():
        pytest.skip("needs the folder ../shared with the real page, which is not beside this checkout")
    return SHARED


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    with caplog.at_level(logging.INFO, logger="chatbot"):
        yield caplog


@pytest.fixture(scope="session")
def milvus_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Milvus that tests share; none of them ends it."""
    require_milvus()
    with milvus_process(tmp_path_factory.mktemp("milvus") / "shared.db") as server:
        yield server.uri


@pytest.fixture(scope="session")
def milvus_file(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The path of a Milvus that this process opens."""
    require_milvus()
    return str(tmp_path_factory.mktemp("milvus") / "embedded.db")


@pytest.fixture
def client(bot: Bot) -> Iterator[httpx.Client]:
    """The API of `bot` on a real server, without limits for how often one may ask."""
    from chatbot.web.asgi import create_app

    with (
        running_server(create_app(bot, chat_page=False, settings=UNLIMITED)) as url,
        httpx.Client(base_url=url, timeout=30) as client,
    ):
        yield client
