"""Notices, starters and `unanswerable` of bot.toml that were written for another FAQ, such as the one that ships.

They are judged as a group, by how near each text is to the entry that is nearest to it: a single one may well stand
alone. By words, that is the share of its meaning that some entry holds; by meaning, how much nearer the group is to the
entries than questions on anything are.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np

from chatbot.content.render import strip_markup
from chatbot.core.problem import Problem
from chatbot.core.profiles import HEALTH
from chatbot.core.settings import BotSettings
from chatbot.core.settings_text import SETTINGS_FILE
from chatbot.core.text import plain_words
from chatbot.core.types import Entry
from chatbot.indexing.build import Build
from chatbot.indexing.off_topic import off_topic_questions
from chatbot.search.words import lexicon_of

_FEWEST = 3  # texts of a group; of fewer none need share a word with an entry
_SAMPLE = 40  # texts of a group that are looked at
# Both cuts lie half way: of the FAQ that ships, its own groups reach 0.31 to 1.0 by words and 0.22 to 0.81 by meaning;
# beside public FAQs on other subjects they reach 0.28 at most and mostly 0.1, and by meaning 0.06.
_BY_WORDS = 0.2
_BY_MEANING = 0.12  # cosine beyond that of questions on anything

_RULE = "unrelated-"


def unrelated_by_words(settings: BotSettings, entries: Sequence[Entry]) -> Iterator[Problem]:
    """One finding for each group that shares next to no word with any entry."""
    groups = {name: texts for name, texts in _groups(settings).items() if len(texts) >= _FEWEST}
    if not groups:  # the words of all entries take their time
        return
    lexicon = lexicon_of(settings.lang)
    stems_of_entries = [{lexicon.stem(word) for word in plain_words(_text_of(entry))} for entry in entries]
    for name, texts in groups.items():
        shares = []
        for text in texts:
            content = {lexicon.stem(word): word for word in plain_words(text) if not lexicon.is_empty(word)}
            shares.append(max((lexicon.covered(content, stems) for stems in stems_of_entries), default=1.0))
        if sum(shares) / len(shares) < _BY_WORDS:
            yield _problem(name, settings)


def unrelated_by_meaning(build: Build) -> Iterator[Problem]:
    """One finding for each group that is no nearer to the entries than questions on anything."""

    def nearness(texts: Sequence[str]) -> float:
        vectors = np.array([build.rehearsed[text] for text in texts], np.float32)
        return float(build.engine.search(vectors, 1).scores.mean())

    anything = nearness(off_topic_questions())  # in English whatever the FAQ is in: so the cut was measured
    for name, texts in _groups(build.settings).items():
        if len(texts) >= _FEWEST and nearness(texts) - anything < _BY_MEANING:
            yield _problem(name, build.settings)


def with_unrelated(problems: Sequence[Problem], newer: Iterable[Problem]) -> list[Problem]:
    """`problems` with the `newer` ones, which replace those of the same rule but keep their line.

    A starter that is no question of the FAQ needs no finding of its own where all of them are another's.
    """
    before = {problem.rule: problem for problem in problems if problem.rule.startswith(_RULE)}
    now = {problem.rule: before.get(problem.rule, problem) for problem in newer}
    covered = {*before, *(["unknown-starter"] if f"{_RULE}starters" in now else [])}
    return [*(problem for problem in problems if problem.rule not in covered), *now.values()]


def asked_of_notices(settings: BotSettings) -> tuple[str, ...]:
    """Messages that show a notice, of each notice some."""
    most = max((len(rule.must_fire) for rule in settings.notices), default=0)
    turns = [rule.must_fire[at] for at in range(most) for rule in settings.notices if at < len(rule.must_fire)]
    return tuple(turns[:_SAMPLE])


def _groups(settings: BotSettings) -> Mapping[str, Sequence[str]]:
    return {
        "starters": settings.starters,
        # Who asks about a prescription may be in a crisis: there the two need not have a word in common.
        "notices": () if settings.profile == HEALTH else asked_of_notices(settings),
        "unanswerable": settings.unanswerable[:_SAMPLE],
    }


def _problem(name: str, settings: BotSettings) -> Problem:
    first = settings.notices[0].line if name == "notices" else 0
    quoted = f', such as "{getattr(settings, name)[0]}",' if name != "notices" else ""
    what = "delete what was written for another FAQ, or write an entry that it belongs to"
    message = f"`{name}`{quoted} have nothing to do with any entry; {what}"
    return Problem(SETTINGS_FILE, first, f"{_RULE}{name}", message, "warning")


def _text_of(entry: Entry) -> str:
    return strip_markup(" ".join((entry.question, *entry.alternates, entry.answer, *entry.tags)))
