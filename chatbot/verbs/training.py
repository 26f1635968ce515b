"""The verb that teaches the encoder."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from chatbot.core.errors import ContentError, UsageError
from chatbot.core.settings_sources import load_bot_settings

if TYPE_CHECKING:
    from chatbot.encoding.protocols import Progress
    from chatbot.training.recipe import Recipe
    from chatbot.training.run import Trained


def train(
    out: str | Path,
    corpus: str | Path | None = None,
    tables: Sequence[str | Path] = (),
    recipe: "Recipe | None" = None,
    start: str = "default",
    teacher: str | None = None,
    device: str = "auto",
    progress: "Callable[[], Progress | None]" = lambda: None,
    labels: str | Path | None = None,
) -> "Trained":
    """Learns an adapter for the encoder `start` and writes it into the new folder `out`.

    From the wordings of `corpus`, or from `tables` of tab-separated questions. `teacher`: a better encoder to learn
    from as well. `recipe`: how; by default the one for a corpus or the one for tables. What was learnt before an
    interruption is kept, and the same call goes on from there. `labels`: beside a corpus, more wordings of its entries,
    in a file of questions as for `evaluate`. UsageError or ContentError say what is wrong.
    """
    from chatbot.training.material import Material, of_corpus, read_source
    from chatbot.training.recipe import OWN, Recipe
    from chatbot.training.run import learn

    if tables and labels:
        raise UsageError("labels name entries of a corpus; give tables or labels, not both")
    if tables:
        material = Material([read_source(Path(table)) for table in tables])
    else:
        from chatbot.indexing.builder import read_content

        folder = Path(corpus or "corpus")
        settings = load_bot_settings(folder)
        entries = read_content(folder, settings).entries
        further = _further(Path(labels), {entry.id for entry in entries}) if labels else {}
        material = of_corpus(entries, settings.unanswerable, further)
    return learn(material, recipe or (Recipe() if tables else OWN), Path(out), start, teacher, device, progress)


def _further(path: Path, ids: Collection[str]) -> Mapping[str, Sequence[str]]:
    """Entry id -> questions that are for it alone. ContentError where the file is for another corpus."""
    from chatbot.insight.evaluate import read_queries

    further: dict[str, list[str]] = defaultdict(list)
    for query in read_queries(path):
        if unknown := query.relevant - set(ids):
            raise ContentError(
                f'{path}: the question "{query.text}" names the entry "{min(unknown)}", which the corpus lacks; '
                "give labels of this corpus"
            )
        if len(query.relevant) == 1:
            further[min(query.relevant)].append(query.text)
    return further
