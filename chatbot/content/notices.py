"""Red-flag notices: which of the owner's rules a message matches. Deterministic, without search or model.

A needless notice is the safe mistake, so negation, tense and distance are ignored: "no chest pain" matches the rule for
chest pain. Phrases match whole words in order. What hides a word from a program but not from a reader (case, width,
zero-width characters, apostrophes, punctuation, one typo in a long word, letters that are drawn out as in "paaain") is
ignored; "can't", "cannot", "can not" and "could not" are the same. Where a script has no blanks, phrases match without
them. Who types a word without its accents may mean any, and Arabic and Hebrew words may have particles before them.
"""

import datetime
import re
from collections.abc import Iterator, Sequence, Set
from typing import get_args

from chatbot.content.owner_texts import owner_blocks
from chatbot.core.problem import Problem
from chatbot.core.scripts import without_article, without_particle
from chatbot.core.settings_text import SETTINGS_FILE
from chatbot.core.text import plain_words, shortened, without_accents
from chatbot.core.types import Notice, NoticeLevel, NoticeRule

_TYPO_FROM = 6  # letters; one typo in a shorter word makes too many other words
_REVIEW_DAYS = 365  # a notice that says only when it was reviewed is due a year later
_LEVELS: tuple[NoticeLevel, ...] = get_args(NoticeLevel)

_DRAWN_OUT = re.compile(r"([^\W\d_])\1{2,}")
_AND = str.maketrans(dict.fromkeys("&\uff06\ufe60", " and "))
# What auxiliaries of English stand for, without apostrophes: contractions are written out, and all tenses are one. Left
# out are those that are other words, too ("ill", "its", "hell").
_TENSES = {"could": "can", "was": "is", "were": "are", "did": "do", "does": "do", "has": "have", "had": "have"}
_STAND_FOR = {
    **{word: (now,) for word, now in _TENSES.items()},
    **{f"{verb}nt": (_TENSES.get(verb, verb), "not") for verb in
       "do does did is are was were have has had could would should must need might".split()},
    "cannot": ("can", "not"), "cant": ("can", "not"), "wont": ("will", "not"), "im": ("i", "am"), "ive": ("i", "have"),
    "youre": ("you", "are"), "theyre": ("they", "are"), "youve": ("you", "have"), "theyve": ("they", "have"),
    "weve": ("we", "have"),
}  # fmt: skip

# One phrase of each group must occur. A rule matches when any of its conditions does.
_Phrase = tuple[str, ...]
_Condition = list[frozenset[_Phrase]]


class NoticeChecker:
    """Rules, prepared once. `check` takes time linear in the length of the message (tests/bench/notices.py)."""

    def __init__(self, rules: Sequence[NoticeRule]) -> None:
        """`rules`: those of `bot.toml` or of a manifest. Each phrase has at least one word."""
        self._rules = sorted(rules, key=lambda rule: _LEVELS.index(rule.level))
        self._conditions = [_conditions(rule) for rule in self._rules]
        phrases = {phrase for conditions in self._conditions for c in conditions for group in c for phrase in group}
        self._beginnings = {phrase[: at + 1] for phrase in phrases for at in range(len(phrase))}
        self._most_words = max(map(len, phrases), default=0)
        self._vocabulary = {word for phrase in phrases for word in phrase}
        self._alike: dict[str, set[str]] = {}  # how somebody may type a word -> the words of the rules
        for word in self._vocabulary:
            for typed in _spellings(word):
                self._alike.setdefault(typed, set()).add(word)
        self._longest = max(map(len, (*self._vocabulary, *_STAND_FOR)), default=0)
        self._shortened: dict[str, list[str]] = {}  # a long word, also with one letter removed -> the word
        for word in (*self._vocabulary, *_STAND_FOR):
            if len(word) >= _TYPO_FROM:
                for short in shortened(word):
                    self._shortened.setdefault(short, []).append(word)

    def check(self, message: str) -> list[Notice]:
        """The notices to show with `message`, most urgent first, then in file order."""
        words = _plain(message)
        candidates = {word: self._candidates(word) for word in set(words)}
        phrases = self._phrases_in([part for word in words for part in candidates[word]])
        return [
            Notice(rule.id, rule.level, rule.text, rule.source, rule.url, owner_blocks(rule.text))
            for rule, conditions in zip(self._rules, self._conditions, strict=True)
            if any(all(not phrases.isdisjoint(group) for group in condition) for condition in conditions)
        ]

    def _phrases_in(self, candidates_of_words: Sequence[Set[str]]) -> set[_Phrase]:
        """The phrases that occur where the i-th word may be any of item i. Beginnings of phrases are included; they do
        no harm."""
        phrases: set[_Phrase] = set()
        for start in range(len(candidates_of_words)):
            begun: list[_Phrase] = [()]
            for may_be in candidates_of_words[start : start + self._most_words]:
                longer = [(*phrase, word) for phrase in begun for word in may_be]
                begun = [phrase for phrase in longer if phrase in self._beginnings]
                if not begun:
                    break
                phrases.update(begun)
        return phrases

    def _candidates(self, word: str) -> Sequence[Set[str]]:
        """The rule words that `word` may be: itself, and long ones that differ by one typo. Two items or one for an
        auxiliary, the rule words of what it stands for."""
        forms = _forms(word)
        may_be = {other for form in forms for other in (form, *self._near(form), *self._typed_for(form))}
        auxiliary = next((form for form in forms if form in _STAND_FOR), None)
        if auxiliary is None and self._vocabulary.isdisjoint(forms):
            auxiliary = min(may_be & _STAND_FOR.keys(), default=None)
        return [{part} for part in _STAND_FOR[auxiliary]] if auxiliary else [may_be & self._vocabulary]

    def _typed_for(self, word: str) -> Iterator[str]:
        """The words of the rules that `word` is without its accents or particles, or that are so without theirs."""
        yield from self._alike.get(word, ())
        yield without_accents(word)
        yield without_particle(word)
        for bare in (without_article(word), _dotted(word)):
            yield from self._alike.get(bare, ())

    def _near(self, word: str) -> Set[str]:
        """Long words of the rules, and long auxiliaries, that differ from `word` by one typo."""
        if not _TYPO_FROM - 1 <= len(word) <= self._longest + 1:
            return frozenset()
        shared = self._shortened.keys() & shortened(word)
        others = {long for short in shared for long in self._shortened[short]} - {word}
        return {long for long in others if is_one_typo(word, long)}


def check_notices(rules: Sequence[NoticeRule], today: datetime.date) -> list[Problem]:
    """Problems for the owner: phrasings that are not matched as promised (errors), and overdue reviews (warnings)."""
    checker = NoticeChecker(rules)
    shown = {text: {notice.id for notice in checker.check(text)} for rule in rules for text in _phrasings(rule)}
    return [problem for rule in rules for problem in _problems(rule, shown, today)]


def is_one_typo(one: str, other: str) -> bool:
    """Whether `one` equals `other` or differs by one typo: a letter added, missing or replaced, or two swapped."""
    if len(one) > len(other):
        one, other = other, one
    if len(other) - len(one) > 1:
        return False
    at = next((i for i, letter in enumerate(one) if letter != other[i]), len(one))
    if len(one) < len(other):
        return one[at:] == other[at + 1 :]
    swapped = one[at : at + 2] == other[at : at + 2][::-1] and one[at + 2 :] == other[at + 2 :]
    return swapped or one[at + 1 :] == other[at + 1 :]


def _plain(text: str) -> list[str]:
    return plain_words(text.translate(_AND))


def _forms(word: str) -> tuple[str, ...]:
    """What `word` may stand for where one of its letters is drawn out: with that letter once, and twice."""
    return (_DRAWN_OUT.sub(r"\1", word), _DRAWN_OUT.sub(r"\1\1", word)) if _DRAWN_OUT.search(word) else (word,)


def _spellings(word: str) -> tuple[str, ...]:
    """What may be typed for a word of a rule."""
    return without_accents(word), without_article(word), _dotted(word)


def _dotted(word: str) -> str:
    """Capitals do not tell whether the Turkish i has a dot."""
    return word.replace("\u0131", "i")


def _phrase(text: str) -> _Phrase:
    return tuple(part for word in _plain(text) for part in _STAND_FOR.get(word, (word,)))


def _conditions(rule: NoticeRule) -> list[_Condition]:
    written = [[rule.any_of]] if rule.any_of else []
    written += [list(rule.all_of)] if rule.all_of else []
    return [[frozenset(_phrase(phrase) for phrase in group) for group in c] for c in written]


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
    """The last day before the rule needs a review."""
    if rule.review_by:
        return datetime.date.fromisoformat(rule.review_by)
    later = datetime.timedelta(days=_REVIEW_DAYS)
    return min(datetime.date.fromisoformat(rule.reviewed), datetime.date.max - later) + later
