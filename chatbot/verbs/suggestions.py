"""The verb that proposes changes of the corpus, each with proof."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING

from chatbot.verbs.journal import opened_journal

if TYPE_CHECKING:
    from chatbot.core.types import Entry
    from chatbot.encoding.protocols import Progress
    from chatbot.insight.patch import Patch
    from chatbot.insight.proof import Proof
    from chatbot.insight.suggest import Labelled, Pair

MOST = 200  # wordings that are tried


@dataclass(frozen=True, slots=True)
class Suggestions:
    """What the journal proposes. Nothing of it is done."""

    served: str  # id of the published build
    proof: "Proof"  # of the further wordings
    pairs: "Sequence[Pair]"  # entries to merge or to tell apart
    patch: "Patch"  # with the harmless wordings
    labelled: "Sequence[Labelled]"  # questions of visitors whose entry is known
    entries: "Sequence[Entry]"  # of the corpus
    left_out: int  # wordings that were not tried, as others have more support


def suggest(
    corpus: str | Path,
    index: str | Path,
    journal: str | Path,
    queries: str | Path | None = None,
    since: date | None = None,
    most: int = MOST,
    progress: "Progress | None" = None,
) -> Suggestions:
    """Proposes wordings from the rows of `journal`, tries them in builds that are not published, and writes nothing.

    `queries`: more questions to try them on, as for `evaluate`. `since`: the first day (UTC) or moment that counts.
    ContentError lists the mistakes of the corpus; IndexRefused where nothing is published, JournalRefused where there
    is no journal.
    """
    from chatbot.dialogue.served import Served
    from chatbot.indexing.builder import read_content, sound_settings
    from chatbot.indexing.choosing import settle
    from chatbot.indexing.encoders import encoder_of
    from chatbot.insight.evaluate import read_queries
    from chatbot.insight.journal_reader import asked, picked, rated
    from chatbot.insight.patch import patch_of
    from chatbot.insight.proof import proof_of
    from chatbot.insight.suggest import proposals_of

    corpus, index = Path(corpus), Path(index)
    settings = settle(corpus, index, sound_settings(corpus))
    labelled_file = read_queries(Path(queries)) if queries else []
    begin: datetime | None = None
    if since:
        begin = since if isinstance(since, datetime) else datetime.combine(since, time(), UTC)
    with opened_journal(journal) as connection:
        rows = list(asked(connection, begin)), list(picked(connection, begin)), list(rated(connection, begin))
    encoder = encoder_of(index, settings)
    served = Served.open(index, encoder)
    proposed = proposals_of(*rows, served)
    content = read_content(corpus, settings)
    known = {entry.id: entry for entry in content.entries}
    wordings = [one for one in proposed.wordings if one.entry_id in known]
    proof = proof_of(
        wordings[:most], proposed.labelled, labelled_file, content, index, settings, encoder, served.reranker, progress
    )
    harmless = [one.wording for one in proof.tried if one.is_harmless]
    patch = patch_of(corpus, settings, content.entries, harmless, proof.unanswerable)
    pairs = [one for one in proposed.pairs if one.first_id in known and one.second_id in known]
    left_out = max(len(wordings) - most, 0)
    return Suggestions(served.build.id, proof, pairs, patch, proposed.labelled, content.entries, left_out)
