"""What questions are about, out of the questions themselves.

In an FAQ on one topic nearly every question names it, and so does nearly every visitor: it tells nothing. The encoder
does not know that, and takes two questions for alike because both say "covid". It learns better from texts that were
all put on one topic, which is drawn here, and put into them in one of the ways in which people do.
"""

import re
from collections.abc import Iterable, Sequence

import numpy as np

_NAMED = re.compile(r"what (?:is \(are\)|is|are) (?:an? |the )?(.+?)\s*\?*", re.IGNORECASE)
_MOST_WORDS = 2  # of a topic
_WAYS = ("{topic} {text}", "{text} {topic}", "{text} {topic}", "{topic}: {text}", "{text} - {topic}")


def named(questions: Iterable[str]) -> list[str]:
    """What the questions of the form "What is X?" ask for, each once."""
    matches = (_NAMED.fullmatch(question) for question in questions)
    return list(dict.fromkeys(m[1] for m in matches if m and len(m[1].split()) <= _MOST_WORDS))


def ending(question: str) -> str:
    """Its last words, which are mostly what it is about."""
    return " ".join(question.rstrip(" ?.!").split()[-_MOST_WORDS:])


def put_on(topic: str, texts: Sequence[str], rng: np.random.Generator) -> list[str]:
    """Each of the texts in one of the ways."""
    return [_WAYS[rng.integers(len(_WAYS))].format(topic=topic, text=text.rstrip(" ?.!")) for text in texts]
