"""Red-flag notices: which of the owner's rules a message meets. Deterministic, without search or model.

A needless notice is the safe mistake, so there is no negation, tense or distance: "no chest pain" meets the rule for
chest pain. Phrases match whole words in their order. What hides a word from a program but not from a reader (case,
width, zero-width characters, apostrophes, punctuation, one typo in a long word) does not count.
"""

import datetime
from collections.abc import Iterator, Sequence
from typing import get_args

from chatbot.content.ledger import Problem
from chatbot.content.owners_words import said_by_owner
from chatbot.core.settings import SETTINGS_FILE
from chatbot.core.text import plain_words, shortened
from chatbot.core.types import Notice, NoticeLevel, NoticeRule

_TYPO_FROM = 6  # letters; in shorter words one typo makes too many other words
_REVIEW_DAYS = 365  # a notice that says only when it was reviewed is due a year later
_LEVELS: tuple[NoticeLevel, ...] = get_args(NoticeLevel)

# One phrase of each group must occur; a rule is met when any one of its conditions is.
_Phrase = tuple[str, ...]
_Condition = list[frozenset[_Phrase]]


class NoticeChecker:
    """Rules, made ready once. `check` is linear in the length of the message (tests/bench/notices.py)."""

    def __init__(self, rules: Sequence[NoticeRule]) -> None:
        """`rules`: as `bot.toml` or a manifest gives them; each phrase holds a word."""
        self._rules = sorted(rules, key=lambda rule: _LEVELS.index(rule.level))
        self._conditions = [_conditions(rule) for rule in self._rules]
        phrases = {phrase for conditions in self._conditions for c in conditions for group in c for phrase in group}
        self._beginnings = {phrase[: at + 1] for phrase in phrases for at in range(len(phrase))}
        self._most_words = max(map(len, phrases), default=0)
        self._vocabulary = {word for phrase in phrases for word in phrase}
        self._longest = max(map(len, self._vocabulary), default=0)
        self._shortened: dict[str, list[str]] = {}  # a long word, and it less one letter -> the word
        for word in self._vocabulary:
            if len(word) >= _TYPO_FROM:
                for short in shortened(word):
                    self._shortened.setdefault(short, []).append(word)

    def check(self, message: str) -> list[Notice]:
        """The notices to show with `message`, the most pressing first, then as in the file."""
        found = self._phrases_in(plain_words(message))
        return [
            Notice(rule.id, rule.level, rule.text, rule.source, rule.url, said_by_owner(rule.text))
            for rule, conditions in zip(self._rules, self._conditions, strict=True)
            if any(all(not found.isdisjoint(group) for group in condition) for condition in conditions)
        ]

    def _phrases_in(self, words: Sequence[str]) -> set[_Phrase]:
        """The phrases that occur in `words`, and beginnings of phrases, which do no harm."""
        meant = {word: self._meant(word) for word in set(words)}
        read = [meant[word] for word in words]  # item i: what the i-th word may stand for
        found: set[_Phrase] = set()
        for start in range(len(read)):
            begun: list[_Phrase] = [()]
            for may_be in read[start : start + self._most_words]:
                longer = [(*phrase, word) for phrase in begun for word in may_be]
                begun = [phrase for phrase in longer if phrase in self._beginnings]
                if not begun:
                    break
                found.update(begun)
        return found

    def _meant(self, word: str) -> set[str]:
        """The words of the rules that `word` may stand for: itself, and long ones that are one typo away."""
        meant = {word} if word in self._vocabulary else set()
        if _TYPO_FROM - 1 <= len(word) <= self._longest + 1:
            shared = self._shortened.keys() & shortened(word)
            near = {long for short in shared for long in self._shortened[short]} - meant
            meant.update(long for long in near if is_one_typo(word, long))
        return meant


def check_notices(rules: Sequence[NoticeRule], today: datetime.date) -> list[Problem]:
    """What the owner should mend: phrasings that break a promise (errors), reviews that are due (warnings)."""
    checker = NoticeChecker(rules)
    shown = {text: {notice.id for notice in checker.check(text)} for rule in rules for text in _phrasings(rule)}
    return [problem for rule in rules for problem in _problems(rule, shown, today)]


def is_one_typo(one: str, other: str) -> bool:
    """True where one letter more, less or other, or two neighbours swapped, make `one` of `other`; or nothing."""
    if len(one) > len(other):
        one, other = other, one
    if len(other) - len(one) > 1:
        return False
    at = next((i for i, letter in enumerate(one) if letter != other[i]), len(one))
    if len(one) < len(other):
        return one[at:] == other[at + 1 :]
    swapped = one[at : at + 2] == other[at : at + 2][::-1] and one[at + 2 :] == other[at + 2 :]
    return swapped or one[at + 1 :] == other[at + 1 :]


def _conditions(rule: NoticeRule) -> list[_Condition]:
    written = [[rule.any_of]] if rule.any_of else []
    written += [list(rule.all_of)] if rule.all_of else []
    return [[frozenset(tuple(plain_words(phrase)) for phrase in group) for group in c] for c in written]


def _phrasings(rule: NoticeRule) -> tuple[str, ...]:
    return rule.must_fire + rule.must_not_fire


def _problems(rule: NoticeRule, shown: dict[str, set[str]], today: datetime.date) -> Iterator[Problem]:
    for text in rule.must_fire:
        if rule.id not in shown[text]:
            message = f'notice "{rule.id}" must fire on "{text}" and does not; add a phrase that occurs in it'
            yield Problem(SETTINGS_FILE, rule.line, "notice-must-fire", message)
    for text in rule.must_not_fire:
        if rule.id in shown[text]:
            message = f'notice "{rule.id}" must not fire on "{text}" and does; make its phrases narrower'
            yield Problem(SETTINGS_FILE, rule.line, "notice-must-not-fire", message)
    due = review_due(rule)
    if due < today:
        message = f'notice "{rule.id}" was to be reviewed by {due}; read it and its source again, then set a new date'
        yield Problem(SETTINGS_FILE, rule.line, "notice-review", message, "warning")


def review_due(rule: NoticeRule) -> datetime.date:
    """The last day on which the rule needs no review."""
    if rule.review_by:
        return datetime.date.fromisoformat(rule.review_by)
    later = datetime.timedelta(days=_REVIEW_DAYS)
    return min(datetime.date.fromisoformat(rule.reviewed), datetime.date.max - later) + later
