"""What the tab Build says of the build that is served, of those that are kept, and whether edits wait."""

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from chatbot.core.errors import ChatbotError, IndexRefused
from chatbot.core.settings_sources import load_bot_settings
from chatbot.indexing.builder import is_stale
from chatbot.indexing.store import current_build, is_rolled_back, kept_builds, kept_manifests
from chatbot.web.desk.desk import Desk
from chatbot.web.rebuilds import Rebuild

_SWAP = timedelta(seconds=10)  # in which a server takes over what was published, with some to spare


@dataclass(frozen=True, slots=True)
class Served:
    id: str
    created: str  # UTC; "" where it is not known any more
    entries: int
    gaps: int
    passages: int
    state: str  # one sentence: whether the files say something else by now
    is_current: bool
    expected: Mapping[str, Any]  # shares of the rehearsal; empty where this server did not build it


@dataclass(frozen=True, slots=True)
class KeptBuild:
    id: str
    created: str
    entries: int
    is_published: bool
    trouble: str  # why it cannot be published again, or ""


def served_facts(desk: Desk) -> Served:
    """Reads the corpus, whose files are compared with those of the build."""
    build = desk.bot.build
    created = next((kept.created for kept in history_of(desk) if kept.id == build.id), "")
    made = next((run for run in desk.rebuilds.kept() if run.document.get("build_id") == build.id), None)
    is_current, state = _state(desk)
    return Served(
        build.id,
        created,
        len(build.entries),
        sum(entry.is_gap for entry in build.entries),
        len(build.passages),
        state,
        is_current,
        made.document.get("expected", {}) if made else {},
    )


def _state(desk: Desk) -> tuple[bool, str]:
    """Whether a build would give what is served, and a sentence that says so."""
    try:
        if is_rolled_back(desk.index):
            return False, "Somebody went back to this build. It stays until the next one is published."
        if current_build(desk.index) != desk.bot.build.id:
            return False, "Another build is published, and not served yet or refused; the log of the server says why."
        if not desk.corpus.is_dir():
            return True, "This server has no corpus; the index is served as it is."
        settings = load_bot_settings(desk.corpus)
        is_old = is_stale(desk.corpus, desk.index, settings, desk.bot.served.encoder)
    except ChatbotError as error:
        return False, f"The files cannot be built as they are; the tab Lint says more. ({str(error).splitlines()[0]})"
    if is_old:
        return False, "The files have changed since. Try what a build would change, then publish."
    return True, "The files say the same as this build."


def history_of(desk: Desk) -> list[KeptBuild]:
    """The builds that are kept, the published one first."""
    try:
        return list(_kept(desk))
    except ChatbotError:
        return []


def _kept(desk: Desk) -> Iterator[KeptBuild]:
    published, *others = kept_builds(desk.index)
    manifests = kept_manifests(desk.index)
    for build in (published, *others):
        trouble, facts = "", {}
        try:
            facts = dict(next(manifests, {}))
        except IndexRefused as error:
            trouble = str(error)
        yield KeptBuild(build, _minutes(facts.get("created", "")), facts.get("entries", 0), build == published, trouble)


def is_behind(desk: Desk, run: Rebuild) -> bool:
    """Whether what `run` has published is on its way to be served."""
    ended = datetime.fromisoformat(run.begun) + timedelta(seconds=run.seconds)
    with contextlib.suppress(IndexRefused):
        is_served = current_build(desk.index) == desk.bot.build.id
        return not is_served and datetime.now(UTC) - ended < _SWAP
    return False


def _minutes(time: str) -> str:
    return time[:16].replace("T", " ")
