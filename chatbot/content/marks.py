"""What people write before a question or an answer to say which it is: "Q:", "A2:", "Frage 3 -", "1.1)"."""

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from chatbot.content.permalinks import SIGNS
from chatbot.core.text import ends_as_question, match_key, one_line

# Words and letters for question and answer that go together, by language.
_WORDS = (
    ("question|q|subject", "answer|ans|a"),
    ("frage|f", "antwort|a"),
    ("question|q", "réponse|reponse|r"),
    ("pregunta|p", "respuesta|r"),
    ("domanda|d", "risposta|r"),
    ("pergunta|p", "resposta|r"),
    ("vraag|v", "antwoord|a"),
    ("pytanie|p", "odpowiedź|odpowiedz|o"),
    ("otázka|otazka|o", "odpověď|odpoved|o"),
    ("fråga|fraga|f", "svar|s"),
    ("spørgsmål|spørsmål|spm|s", "svar|s"),
    ("kysymys|k", "vastaus|v"),
    ("kérdés|k", "válasz|v"),
    ("întrebare|î", "răspuns|r"),
    ("soru|s", "cevap|yanıt|c"),
    ("вопрос|в", "ответ|о"),
    ("питання|п", "відповідь|в"),
    ("ερώτηση|ε", "απάντηση|α"),
    ("问题|問題|问|問", "答案|回答|答"),
    ("質問|問", "回答|答え|答"),
    ("질문|문", "답변|답"),
    ("سؤال|السؤال|س", "جواب|الجواب|إجابة|الإجابة|ج"),
    ("sual|soal|sawal|s", "jawab|jawaban|j"),
    ("שאלה|ש", "תשובה|ת"),
    ("प्रश्न|प्र", "उत्तर|उ"),
    ("câu hỏi|hỏi", "trả lời|đáp"),
    ("คำถาม|ถาม", "คำตอบ|ตอบ"),
    ("հարց", "պատասխան"),
    ("კითხვა", "პასუხი"),
    ("پرسش|سوال", "پاسخ"),
    ("въпрос", "отговор"),
    ("pitanje|vprašanje", "odgovor"),
    ("klausimas|jautājums", "atsakymas|atbilde"),
)
# Each of its pieces takes a character in one way only, and few blanks: else a long line takes it for ever.
_MARK = re.compile(
    r"(?P<open>[*_]{0,3})\s{0,3}(?P<word>[^\W\d_](?:(?![\d_])[\w\u0300-\u036f\u0900-\u097f]){0,30}(?: [^\W\d_]{1,30})?)"
    r"\s{0,3}[.#]?\s{0,3}(?P<number>\d{0,3}(?:\.\d{1,2})?[a-z]?)\s{0,3}(?P<close>[*_]{0,3})\s{0,3}"
    r"(?P<sign>[:：.)\]\-–—|])(?P<after>[*_]{0,3})(?P<blank>\s+|$|(?=[^\x00-\x7f]))"
)
_WEAK = re.compile(
    r"[\[(\u3010]?(?P<letter>[QA])(?:ue|ues|ns)?\.?(?P<number>\d{0,3})[\])\u3011]?\s?[.:)\]\u2013-]?"
    r"(?:\s+|(?<=[.\])\u3011])(?=\S))"
)
_NUMBER = re.compile(r"(?:#|№|\()?(?:\d{1,3}(?:\.\d{1,3})*\s*[.):\]]|\d{1,3}(?:\.\d{1,3})+|§\s*\d+)\s*[-–—:]?\s+(?=\S)")
_SIGN = re.compile(r"[#№]\s?\d{1,3}\s*[.):\-–—]?\s+(?=\S)")
_BARE_NUMBER = re.compile(r"0?\d{1,3}\s+(?=\S)")
_TRAILING = re.compile(rf"\s*[+\-–−×▼▲►▸▾›»✚＋˅⌄{SIGNS.replace('#', '')}]+\s*$")  # "Why? #" may be meant


_CALLOUT = re.compile(r"\[!\w{1,20}\][+-]?\s*(?=\S)")  # of Obsidian
_LONGEST_MARK = 16  # characters
_FEWEST_ROWS = 2  # pairs of rows, so that a column of marks is one
_ROWS_ABOVE = 3  # with titles


class Mark(NamedTuple):
    """`language`: which of the pairs of words it is of, as several may share a letter."""

    languages: frozenset[int]
    number: str  # "1a", or ""
    rest: str  # of the line, behind the mark
    is_word: bool  # written out, so that it says it all by itself


def _languages(side: int) -> dict[str, frozenset[int]]:
    found: dict[str, set[int]] = {}
    for at, pair in enumerate(_WORDS):
        for word in pair[side].split("|"):
            found.setdefault(word, set()).add(at)
    return {word: frozenset(languages) for word, languages in found.items()}


_QUESTION, _ANSWER = _languages(0), _languages(1)


def question_mark(line: str, weak: bool = False) -> Mark | None:
    """The mark that opens `line` as a question. `weak`: so may "Q.", "[Q]" or "Q -", which could be anything else."""
    return _mark(line, _QUESTION) or (_weak_mark(line, "q") if weak else None)


def answer_mark(line: str, weak: bool = False) -> Mark | None:
    return _mark(line, _ANSWER) or (_weak_mark(line, "a") if weak else None)


def _weak_mark(line: str, letter: str) -> Mark | None:
    found = _WEAK.match(unicodedata.normalize("NFKC", line[:12]).lstrip())
    if not found or found["letter"].casefold() != letter:
        return None
    rest = unicodedata.normalize("NFKC", line).lstrip()[found.end() :]
    return Mark(frozenset({0}), found["number"] or "", rest, is_word=False)


def _mark(line: str, words: dict[str, frozenset[int]]) -> Mark | None:
    found = _MARK.match(line.lstrip())
    if not found:
        return None
    word = found["word"].casefold()
    languages = words.get(word)
    if not languages:
        return None
    is_word = len(word) > 1
    # "a) water" and "A. Miller" are no answers: a letter needs a colon, a number, or to be in bold.
    if not is_word and found["sign"] not in ":：" and not (found["number"] or found["open"]):
        return None
    if not is_word and found["word"].islower() and found["word"].isascii() and not found["number"]:
        return None
    if is_word and found["sign"] not in ":：" and not (found["number"] or found["open"]):
        return None
    rest = line.lstrip()[found.end() :]
    if word == "subject" and not ends_as_question(rest):  # of a mail, or of a digest as a whole
        return None
    if found["sign"] not in ":\uff1a" and not rest.strip() and not found["open"]:
        return None  # "Answer 3." is all of what it says
    emphasis = found["open"]
    if emphasis and not found["close"] and not found["after"]:
        rest = emphasis + rest  # "**Q: How?**": what is opened before the mark is closed behind the question
    return Mark(languages, found["number"], rest, is_word)


def mark_in(cell: str, is_below_question: bool) -> str:
    """ "q" or "a" where `cell` is a mark and no more, else "". A letter that stands for both is told by its place."""
    bare = cell.strip().strip("*_").rstrip(".:)- ").lstrip("([").rstrip("])")
    line = f"{bare}: x" if bare and len(bare) <= _LONGEST_MARK else ""
    asked, answered = question_mark(line), answer_mark(line)
    return "a" if answered and (is_below_question or not asked) else "q" if asked else ""


def marks_only(cells: Sequence[str]) -> list[str]:
    """ "q" or "a" for each cell of a column that holds nothing but marks, one for a question before each for an answer.

    "" for a cell above the first of them, or an empty one; an empty list where it is no such column.
    """
    kinds: list[str] = []
    for cell in cells:
        kind = mark_in(cell, is_below_question=kinds[-1:] == ["q"])
        if cell.strip() and not kind and any(kinds):
            return []
        kinds.append(kind)
    above = [kind for kind in kinds if kind]
    first = next((at for at, kind in enumerate(kinds) if kind), 0)
    return kinds if above[:2] == ["q", "a"] and above.count("a") >= _FEWEST_ROWS and first <= _ROWS_ABOVE else []


def without_number(text: str, bare: bool = False) -> str:
    """`text` without the "1. ", "1.1) " or "#3: " that opens it; with `bare`, without "01 ", too."""
    found = _NUMBER.match(text) or _SIGN.match(text) or (_BARE_NUMBER.match(text) if bare else None)
    return text[found.end() :] if found else text


def is_numbered(text: str) -> bool:
    return _NUMBER.match(text) is not None or has_number_sign(text)


def has_number_sign(text: str) -> bool:
    """Whether it opens with "#1", which is a number and nothing else."""
    return _SIGN.match(text) is not None


def wording(text: str) -> str:
    """A question as it is shown: on one line, without a mark before and the sign of a switch behind it."""
    text = _CALLOUT.sub("", one_line(text), count=1) if text.lstrip().startswith("[!") else one_line(text)
    mark = question_mark(text)
    if mark and mark.rest.strip():
        text = mark.rest.strip()
    bare = _TRAILING.sub("", text)
    return bare if ends_as_question(bare) else text


def question_key(text: str) -> str:
    """Two questions with one key are the same but for marks and numbers before them."""
    return match_key(without_number(wording(text), bare=True))
