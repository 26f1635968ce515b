"""The verb that measures."""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chatbot.core.settings_sources import load_bot_settings

if TYPE_CHECKING:
    from chatbot.encoding.protocols import Encoder, Progress
    from chatbot.insight.metrics import Judged


@dataclass(frozen=True, slots=True)
class Evaluation:
    """How a labelled set of questions was answered."""

    figures: Mapping[str, Any]  # as `evaluate --json` prints them; docs/evaluate.md says what each means
    judged: "Sequence[Judged]"  # question by question


def evaluate(
    queries: str | Path,
    index: str | Path = "index",
    content: str | Path | None = None,
    reuse: str | Path | None = None,
    progress: "Progress | None" = None,
    for_trec: bool = False,
) -> Evaluation:
    """Asks every question of `queries`, JSON lines of {"id", "text", "relevant": [entry ids]}, and gives the figures.

    Of the published build in `index`; or of `content`, a corpus or a file of entries, which is built for this alone.
    Then the encoder of `index` is used and `index` itself stays as it is. `reuse`: an index whose vectors are reused;
    if nothing was ever published there, the build is published there. ContentError names the line that is wrong,
    IndexRefused the index that cannot be opened.
    `for_trec`: refuse ids that a run file of TREC cannot hold, before anything is asked.
    """
    from chatbot.dialogue.bot import Bot
    from chatbot.insight.evaluate import check_ids, evaluate, read_queries

    labelled = read_queries(Path(queries))
    with tempfile.TemporaryDirectory(prefix="verbatim-") as scratch:
        if content is None:
            bot = Bot.open(Path(index))
        else:
            bot = Bot.open(*_built(Path(content), Path(index), Path(reuse) if reuse else None, Path(scratch), progress))
    if for_trec:
        check_ids(labelled, bot.build.row_of)
    return Evaluation(*evaluate(bot, labelled))


def _built(
    content: Path, index: Path, reuse: Path | None, scratch: Path, progress: "Progress | None"
) -> "tuple[Path, Encoder]":
    """Builds `content` and returns where, and with what."""
    from chatbot.indexing.builder import build
    from chatbot.indexing.choosing import settle
    from chatbot.indexing.encoders import encoder_of
    from chatbot.indexing.store import current_build

    settings = settle(content, index, load_bot_settings(content))
    target = reuse if reuse and current_build(reuse) is None else scratch
    encoder = encoder_of(index, settings)
    if encoder.export and not encoder.export.is_kept:
        encoder = encoder_of(target, settings)
    build(content, target, settings, encoder, progress, reuse=reuse)
    return target, encoder
