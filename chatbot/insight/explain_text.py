"""The reasons of a reply in sentences, for the terminal and for editors."""

from collections.abc import Iterator, Sequence

from chatbot.core.text import match_key
from chatbot.core.types import RankedEntry
from chatbot.insight.explain import Obstacle, Trial, Why, Word

_CARRIES = 0.25  # of the drop of the most important word, from which on a word is named
_TELLS = 0.5  # BM25 from which on a word that the entry has is named: "the" is in all
_AGAINST = -0.2  # the drop of a word that speaks against the entry

_CONFLICTS = {
    "code": "another code, number, year or letter",
    "name": "another name",
    "opposite": "the opposite",
    "sibling": "another thing of the same kind",
}
_OUTCOMES = {
    "answered": "it would be answered with that entry",
    "unsure": "that entry would only be offered",
    "unknown": "it would still not be answered",
    "gap": "it would be taken for that question, which has no answer",
    "smalltalk": "it would still be taken as small talk",
}


def account_of(why: Why) -> list[str]:
    """Everything, from the verdict to what would change it: one or two sentences each."""
    told = (verdict_told, matched_told, words_told, obstacles_told, changes_told)
    return [sentence for tell in told for sentence in tell(why)]


def words_told(why: Why) -> Iterator[str]:
    """Which words carried the entry that came first, and which spoke against it."""
    most = max((word.drop for word in why.words), default=0.0)
    carried = sorted((word for word in why.words if word.drop > max(_CARRIES * most, 0)), key=lambda word: -word.drop)
    against = [word for word in why.words if word.drop < _AGAINST]
    if carried:
        yield f"Carried by {_listed_words(carried)}: without one of them the entry fits less well."
    if against:
        yield f"It would fit better without {_listed_words(against)}."
    if shared := [word.text for word in why.words if word.bm25 >= _TELLS]:
        yield f"The entry has these words, too: {_quoted(shared)}."


def obstacles_told(why: Why) -> Iterator[str]:
    """What kept the first entry from being the answer."""
    for obstacle in why.obstacles:
        yield _obstacle(why, obstacle)
    if why.unknown and why.reply.status in ("unsure", "unknown"):
        yield f"In no entry of the FAQ: {_quoted(why.unknown)}."


def changes_told(why: Why) -> Iterator[str]:
    """What would change the reply, as it was tried."""
    if why.reply.status == "smalltalk":
        return
    if why.reply.gap and why.reply.status == "gap":
        yield f"Write an answer for “{why.reply.gap.question}” ({why.reply.gap.entry_id})."
    if "conflict" in why.obstacles:
        yield "If it is a question of its own, write an entry for it: the near entries are about something else."
    if "listed" in why.obstacles:
        yield f"To answer it, take “{why.listed}” out of `unanswerable` in bot.toml."
    if "choices" in why.obstacles:
        yield "Longer questions get answers; an entry with these very words as its question or alternate does, too."
    if not why.is_near:
        yield "No entry is near. If the FAQ should answer this, write one, or add these words to the entry that does."
    for trial in why.trials:
        yield _trial(trial, is_doubtful=not why.is_near or "conflict" in why.obstacles)
    if not why.is_tried:
        yield "Further wordings were not tried, as the FAQ is too large for a copy in memory; use `build --dry-run`."
    elif why.trials:
        yield "Tried without a build, with these very words: what is merely like them may fare otherwise."


def verdict_told(why: Why) -> Iterator[str]:
    """What the reply is, and how probable the entry was."""
    reply, explanation = why.reply, why.reply.explanation
    if reply.status == "smalltalk":
        yield f"Taken as small talk ({why.small_talk}), so no entry was shown."
    elif reply.status == "gap" and reply.gap:
        yield f"The FAQ lists this question and has no answer yet: {_entry(reply.gap.question, reply.gap.entry_id)}."
    elif explanation is None:
        yield "No entry was found to compare it with."
    elif reply.status == "answered":
        first = _entry(explanation.first.question, explanation.first.entry_id)
        cut = f"an answer needs {explanation.answered_from:.3f}"
        yield f"Answered with {first}. Its probability is {reply.probability:.3f}, and {cut}."
    else:
        first = _entry(explanation.first.question, explanation.first.entry_id)
        what = "Offered, not answered" if reply.status == "unsure" else "Not answered"
        needs = f"an answer needs {explanation.answered_from:.3f}, and “did you mean” {explanation.unsure_from:.3f}"
        yield f"{what}. Nearest is {first}. Its probability is {reply.probability:.3f}; {needs}."


def matched_told(why: Why) -> Iterator[str]:
    """How the question was read, and what of the entry is nearest to it; and the entry that came second."""
    if why.reply.context:
        yield f"Read together with “{why.reply.context}”."
    if match_key(why.searched) != match_key(why.reply.question):
        yield f"Searched for as “{why.searched}”."
    if why.match:
        what = "question" if why.match.kind == "question" else "alternate"
        yield f"Nearest wording: its {what} “{why.match.wording}” (cosine {why.match.cosine:.2f})."
        if why.match.sentence:
            yield f"Nearest sentence of its answer: “{why.match.sentence}” (cosine {why.match.sentence_cosine:.2f})."
    explanation = why.reply.explanation
    if explanation and explanation.runner_up:
        yield _runner_up(explanation.runner_up, explanation.margin or 0.0)


def _runner_up(second: RankedEntry, margin: float) -> str:
    where = "behind" if margin >= 0 else "ahead by score, and set behind for another reason,"
    found = f"{_entry(second.question, second.entry_id)}, {abs(margin):.2f} {where} in score"
    return f"Runner-up: {found}; its nearest wording is “{second.matched}” (cosine {second.cosine:.2f})."


def _obstacle(why: Why, obstacle: Obstacle) -> str:
    explanation = why.reply.explanation
    if obstacle == "threshold" and explanation:
        below = explanation.answered_from - why.reply.probability
        return f"Its probability is {below:.3f} below what an answer needs."
    if obstacle == "conflict" and explanation:
        verb = "is" if len(why.missing) == 1 else "are"
        here = f": {_quoted(why.missing)} {verb} not in the entry" if why.missing else ""
        there = f", which asks for {_quoted(why.instead)}" if here and why.instead else ""
        return f"It seems to ask for {_CONFLICTS.get(explanation.conflict, 'something else')}{here}{there}."
    if obstacle == "listed":
        return f"The owner lists “{why.listed}” as not answered, and this means the same."
    if obstacle == "alone":
        return "It is one of few entries in its script, and would answer whatever is asked in it."
    if obstacle == "choices":
        return "So few words may mean several entries, so the visitor is asked which."
    return "It does not say what it is about, so an answer could only be a guess."


def _trial(trial: Trial, is_doubtful: bool) -> str:
    only = "Only if that entry answers it as well: with" if is_doubtful else "With"
    added = f"{only} “{trial.wording}” among the alternates of {_entry(trial.question, trial.entry_id)}"
    if trial.first_id != trial.entry_id:
        return f"{added} nothing would change: another entry would still come first."
    return f"{added} {_OUTCOMES[trial.status]} (probability {trial.probability:.2f})."


def _entry(question: str, entry_id: str) -> str:
    return f"“{question}” ({entry_id})"


def _listed_words(words: Sequence[Word]) -> str:
    return _quoted([word.text for word in words])


def _quoted(words: Sequence[str]) -> str:
    return ", ".join(f"“{word.strip('?!.,;:')}”" for word in words)
