"""Labels that people write before a question or an answer: "Q:", "A2:", "Frage 3 -", "1.1)"."""

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from chatbot.content.permalinks import SIGNS
from chatbot.core.text import ends_as_question, match_key, one_line

# Words and letters for question and answer, in pairs by language.
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
# Each part matches a character in one way only, and few blanks; otherwise a long line would take very long.
_LABEL = re.compile(
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
_TRAILING = re.compile(rf"\s*[+\-–−×▼▲►▸▾›»✚＋˅⌄{SIGNS.replace('#', '')}]+\s*$")  # the "#" of "Why? #" may be intended


_CALLOUT = re.compile(r"\[!\w{1,20}\][+-]?\s*(?=\S)")  # of Obsidian
_LONGEST_LABEL = 16  # characters
_FEWEST_ROWS = 2  # pairs of rows; a column with fewer is no column of labels
_ROWS_ABOVE = 3  # rows of titles above the first label, at most


class Label(NamedTuple):
    """`languages`: indices of the pairs of words that it may be from, since several languages share a letter."""

    languages: frozenset[int]
    number: str  # "1a", or ""
    rest: str  # of the line, behind the label
    is_word: bool  # a whole word, not a letter


def _languages_of_words(side: int) -> dict[str, frozenset[int]]:
    languages_of: dict[str, set[int]] = {}
    for at, pair in enumerate(_WORDS):
        for word in pair[side].split("|"):
            languages_of.setdefault(word, set()).add(at)
    return {word: frozenset(languages) for word, languages in languages_of.items()}


_QUESTION, _ANSWER = _languages_of_words(0), _languages_of_words(1)


def question_label(line: str, weak: bool = False) -> Label | None:
    """The label that opens `line` as a question. `weak`: also "Q.", "[Q]" or "Q -", which are often something else."""
    return _label(line, _QUESTION) or (_weak_label(line, "q") if weak else None)


def answer_label(line: str, weak: bool = False) -> Label | None:
    return _label(line, _ANSWER) or (_weak_label(line, "a") if weak else None)


def _weak_label(line: str, letter: str) -> Label | None:
    match = _WEAK.match(unicodedata.normalize("NFKC", line[:12]).lstrip())
    if not match or match["letter"].casefold() != letter:
        return None
    rest = unicodedata.normalize("NFKC", line).lstrip()[match.end() :]
    return Label(frozenset({0}), match["number"] or "", rest, is_word=False)


def _label(line: str, words: dict[str, frozenset[int]]) -> Label | None:
    match = _LABEL.match(line.lstrip())
    if not match:
        return None
    word = match["word"].casefold()
    languages = words.get(word)
    if not languages:
        return None
    is_word = len(word) > 1
    # "a) water" and "A. Miller" are no answers: a letter needs a colon, a number or bold type.
    if not is_word and match["sign"] not in ":：" and not (match["number"] or match["open"]):
        return None
    if not is_word and match["word"].islower() and match["word"].isascii() and not match["number"]:
        return None
    if is_word and match["sign"] not in ":：" and not (match["number"] or match["open"]):
        return None
    rest = line.lstrip()[match.end() :]
    if word == "subject" and not ends_as_question(rest):  # the subject of a mail or of a whole digest
        return None
    if match["sign"] not in ":\uff1a" and not rest.strip() and not match["open"]:
        return None  # "Answer 3." is the whole line
    emphasis = match["open"]
    if emphasis and not match["close"] and not match["after"]:
        rest = emphasis + rest  # "**Q: How?**": emphasis that opens before the label ends after the question
    return Label(languages, match["number"], rest, is_word)


def label_in(cell: str, is_below_question: bool) -> str:
    """ "q" or "a" where `cell` is only a label, else "". Its place decides for a letter that is used for both."""
    bare = cell.strip().strip("*_").rstrip(".:)- ").lstrip("([").rstrip("])")
    line = f"{bare}: x" if bare and len(bare) <= _LONGEST_LABEL else ""
    asked, answered = question_label(line), answer_label(line)
    return "a" if answered and (is_below_question or not asked) else "q" if asked else ""


def label_column(cells: Sequence[str]) -> list[str]:
    """ "q" or "a" for each cell of a column of labels, where a question comes before each answer.

    "" for empty cells and for cells above the first label. An empty list if it is no such column.
    """
    kinds: list[str] = []
    for cell in cells:
        kind = label_in(cell, is_below_question=kinds[-1:] == ["q"])
        if cell.strip() and not kind and any(kinds):
            return []
        kinds.append(kind)
    labels = [kind for kind in kinds if kind]
    first = next((index for index, kind in enumerate(kinds) if kind), 0)
    return kinds if labels[:2] == ["q", "a"] and labels.count("a") >= _FEWEST_ROWS and first <= _ROWS_ABOVE else []


def without_number(text: str, bare: bool = False) -> str:
    """`text` without the "1. ", "1.1) " or "#3: " that opens it; with `bare`, without "01 ", too."""
    match = _NUMBER.match(text) or _SIGN.match(text) or (_BARE_NUMBER.match(text) if bare else None)
    return text[match.end() :] if match else text


def is_numbered(text: str) -> bool:
    return _NUMBER.match(text) is not None or has_number_sign(text)


def has_number_sign(text: str) -> bool:
    """Whether it opens with "#1", which can only be a number."""
    return _SIGN.match(text) is not None


def shown_question(text: str) -> str:
    """A question as it is shown: on one line, without a label before it and without the sign of a switch behind it."""
    text = _CALLOUT.sub("", one_line(text), count=1) if text.lstrip().startswith("[!") else one_line(text)
    label = question_label(text)
    if label and label.rest.strip():
        text = label.rest.strip()
    bare = _TRAILING.sub("", text)
    return bare if ends_as_question(bare) else text


def question_key(text: str) -> str:
    """The key of a question. Equal keys: the questions differ only in labels and numbers before them."""
    return match_key(without_number(shown_question(text), bare=True))
