"""The same message as other people would type it: one generator of mutations, with a seed, for the red-flag notices."""

import random
import re
from collections.abc import Iterator

_LONG_WORD = re.compile(r"[A-Za-z]{6,}")
_HIDDEN = ("", "\u200d", "\ufeff", "\u00ad", "\u200b", "\u2060")
_APOSTROPHES = "\u2019\u00b4`\u02bc\uff07"
_SPELLED = {
    "can't": "can not", "cannot": "can't", "can not": "cannot", "don't": "do not", "haven't": "have not",
    "didn't": "did not", "I'm": "I am", "I have": "I've", "do not": "don't",
}  # fmt: skip
_PAST = {
    "hurts": "hurt", "aches": "ached", "feels": "felt", "I feel": "I felt", "is": "was", "are": "were", "have": "had",
    "has": "had", "can't": "couldn't", "cannot": "could not", "don't": "didn't", "am": "was", "I'm": "I was",
}  # fmt: skip
_CLAUSES = re.compile(r",? (?:(?<!pins )and|but) |, | since | because of ")


def typo(word: str, rng: random.Random) -> str:
    """`word` with one letter missing, added, replaced, doubled, or swapped with the next."""
    at = rng.randrange(len(word) - 1)
    letter = rng.choice("aeiourstln")
    return rng.choice(
        [
            word[:at] + word[at + 1 :],
            word[:at] + letter + word[at:],
            word[:at] + letter + word[at + 1 :],
            word[: at + 1] + word[at:],
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        ]
    )


def mutations(message: str, rng: random.Random) -> Iterator[str]:
    """32 ways in which `message` may be typed; some leave it as it is where it has no such word."""
    # Case and letters
    yield message.upper()
    yield message.title()
    yield "".join(rng.choice([letter.lower(), letter.upper()]) for letter in message)
    for _ in range(4):
        yield _LONG_WORD.sub(lambda found: typo(found[0], rng), message)
    yield _drawn_out(message, rng)
    # Signs
    yield message.replace(" ", ", ")
    yield message.replace(" ", "...")
    yield f"¡¿«{message}»!!! :("
    yield message.replace(" ", " - ").replace("'", rng.choice(_APOSTROPHES))
    yield message.replace(" ", "-")
    yield message.replace("-", " ").replace("'", "").replace("\u2019", "")
    yield '"' + '" "'.join(message.split()) + '"'
    yield f"“{message}”, she said"
    yield f"**{message.replace(' ', '_')}**"
    # What hides a word from a program alone
    yield "\u200b".join(message)
    yield message[0] + "".join(rng.choice(_HIDDEN) + letter for letter in message[1:])
    yield "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else "\u3000" if c == " " else c for c in message)
    yield f"\t{message}\n\n".replace(" ", " \n ")
    yield message.replace(" ", "\u00a0\r\n")
    yield f"😟 {message.replace(' ', ' 😟 ')} 😟"
    # Words around
    yield f"hello there, a question for my mother: {message}"
    yield f"{message} and can I still run the marathon on sunday?"
    yield f"pls help asap!! {message} thx"
    # Said otherwise
    yield f"it is not true that {message}"
    yield f"no, I never said: {message}. That was two years ago."
    yield _other_order(message)
    yield _in_words(message, _PAST)
    yield _in_words(message, _SPELLED)
    yield _in_words(message, {"and": "&", "I": "i"})


def _drawn_out(message: str, rng: random.Random) -> str:
    """As somebody writes who is desperate: "chest paaaain"."""
    words = message.split(" ")
    at = rng.choice([place for place, word in enumerate(words) if word[0].isalpha()])
    letter = rng.choice([place for place, sign in enumerate(words[at]) if sign.isalpha()])
    words[at] = words[at][:letter] + words[at][letter] * rng.randint(3, 6) + words[at][letter + 1 :]
    return " ".join(words)


def _other_order(message: str) -> str:
    parts = _CLAUSES.split(message, maxsplit=1)
    return ", and ".join(reversed(parts))


def _in_words(message: str, others: dict[str, str]) -> str:
    pattern = "|".join(re.escape(word) for word in sorted(others, key=len, reverse=True))
    return re.sub(rf"(?<![\w'])(?:{pattern})(?![\w'])", lambda found: others[found[0]], message.replace("\u2019", "'"))
