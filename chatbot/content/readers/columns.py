"""Chooses the columns of a table, or keys of an object, that make an entry: by name and by content."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from chatbot.content.readers.column_names import (
    EXACT,
    FIELDS,
    LISTS,
    SPECIFIC,
    VAGUE,
    Meaning,
    meanings,
    plain_name,
)
from chatbot.core.text import ends_as_question, one_line

Column = tuple[int, Meaning]  # index, meaning of the name
Mapped = Mapping[str, Sequence[str]]  # field -> column names, from bot.toml

_MOST = 40  # columns with one meaning that are compared; the rest are ignored
_PAGE = "html_url"  # where it exists, "url" is an address for programs
_SHOWN = 8  # columns in a message
_SAMPLE = 40  # characters
_OPENING = frozenset(
    """how what when where why who whom whose which can could may do does did is are am was were will would should
    shall has have
    wie was wann wo warum wer wem welche welcher welches wieviel kann können darf muss gibt ist sind
    comment quand où pourquoi qui quel quelle quels quelles combien puis-je est-ce peut-on
    cómo qué cuándo dónde quién cuál cuánto puedo por
    como quando onde quem qual quanto posso dove perché chi quale quali quanti
    hoe wat wanneer waar waarom wie welke kan mag
    jak co kiedy gdzie dlaczego kto czy ile
    как что когда где почему кто какой какие сколько можно куда
    nasıl ne nerede neden kim hangi kaç
    كيف متى أين لماذا ماذا هل كم ما""".split()
)
_ASKING = re.compile(
    "什么|怎么|如何|为什么|怎样|哪里|哪些|多少|吗|什麼|怎麼|嗎|どう|なぜ|いつ|どこ|何|ですか|ますか|कैसे|क्या|कब|कहाँ|क्यों|कौन"
)


@dataclass(frozen=True, slots=True)
class Layout:
    """Field -> indices of its columns. A row gives one entry for each layout, that is, for each language."""

    fields: Mapping[str, tuple[int, ...]]
    lang: str = ""


def asks(text: str) -> bool:
    """Whether `text` is worded like a question."""
    text = one_line(text).lstrip("\u00bf\u00a1\"'\u201c\u00ab ")
    if ends_as_question(text):
        return True
    if len(text) > 150:
        return False
    return text.split(" ")[0].casefold() in _OPENING or (len(text) < 40 and _ASKING.search(text) is not None)


def layouts(names: Sequence[str], rows: Sequence[Sequence[str]], mapped: Mapped | None = None) -> list[Layout]:
    """The layouts of a table with these column names; empty where the columns cannot be identified.

    `rows`: sample rows; they decide between vague names.
    """
    candidates = _candidates(names, mapped or {})
    if numbered := _numbered(candidates):
        return numbered
    langs = dict.fromkeys(meaning.lang for field in ("question", "answer") for _, meaning in candidates[field])
    chosen = []
    for lang in langs:
        pair = _best_pair(candidates, lang, rows)
        if pair:
            chosen.append((max(meaning.tier for _, meaning in pair), lang, pair))
    if any(lang for _, lang, _ in chosen):  # beside "question_en" a "name" is no question of its own
        chosen = [item for item in chosen if item[1] or item[0] <= SPECIFIC]
    if not chosen and (pair := _mixed_pair(candidates)):
        chosen = [(0, pair[0][1].lang or pair[1][1].lang, pair)]
    return [_layout(candidates, lang, pair[0], pair[1], names) for _, lang, pair in chosen]


def _numbered(candidates: Mapping[str, list[Column]]) -> list[Layout]:
    """One layout for each number, where several questions have an answer with the same number: q1, a1, q2, a2."""
    by_number: dict[tuple[str, int], dict[str, tuple[int, ...]]] = {}
    for field in ("question", "answer"):
        for at, meaning in candidates[field]:
            if meaning.tier <= SPECIFIC:
                by_number.setdefault((meaning.lang, meaning.number), {}).setdefault(field, (at,))
    pairs = {key: fields for key, fields in by_number.items() if len(fields) == 2}
    several = any(sum(other == lang for other, _ in pairs) > 1 for lang, _ in pairs)
    return [Layout(fields, lang) for (lang, _), fields in pairs.items()] if several else []


def headless(rows: Sequence[Sequence[str]]) -> tuple[int, int] | None:
    """(question column, answer column) of a table whose first row already is data, or None."""
    width = max((len(row) for row in rows), default=0)
    if width < 2 or width > _MOST:
        return None
    asking = max(range(width), key=lambda at: (_asking(rows, at), -at))
    if _asking(rows, asking) < 0.5 or not asks(_cell(rows[0], asking)):
        return None
    others = [at for at in range(width) if at != asking and _asking(rows, at) < 0.5 and _worded(rows, at)]
    return (asking, max(others, key=lambda at: (_length(rows, at), -at))) if others else None


def unclear(names: Sequence[str], rows: Sequence[Sequence[str]], mapped: Mapped | None = None) -> str:
    """Advice for when the columns cannot be identified: the lines for bot.toml, and what the columns hold."""
    candidates = _candidates(names, mapped or {})
    shown = [at for at, name in enumerate(names) if name.strip()][:_SHOWN]
    question, answer = _guessed(candidates, shown, rows)
    lines = [f"{field} = {_quoted(names[at])}" for field, at in (("question", question), ("answer", answer)) if at >= 0]
    known = {plain_name(name) for name in names}
    absent = [name for columns in (mapped or {}).values() for name in columns if plain_name(name) not in known]
    samples = ", ".join(_sampled(names[at], rows, at) for at in shown)
    more = f"; {_quoted(absent[0])}, which bot.toml names, is none of them" if absent else ""
    return "\n".join(["[columns]", *lines, f"(it holds: {samples}{more})"])


def missing(names: Sequence[str], mapped: Mapped | None = None) -> list[str]:
    """Which of "question" and "answer" no column name means."""
    candidates = _candidates(names, mapped or {})
    return [field for field in ("question", "answer") if not candidates[field]]


def _candidates(names: Sequence[str], mapped: Mapped) -> dict[str, list[Column]]:
    """Field -> columns that may be it. Where bot.toml assigns a field or a column, only that counts."""
    candidates: dict[str, list[Column]] = {field: [] for field in FIELDS}
    keys = [plain_name(name) for name in names] if mapped else []
    taken: dict[str, list[Column]] = {}
    for field, wanted in mapped.items():
        for name in wanted:
            key = plain_name(name)
            hits = [at for at, other in enumerate(names) if other == name] or [
                at for at, other in enumerate(keys) if other == key
            ]
            taken.setdefault(field, []).extend((at, Meaning(field, EXACT)) for at in hits[:1])
    used = {at for columns in taken.values() for at, _ in columns}
    for at, name in enumerate(names):
        for meaning in meanings(name) if at not in used else ():
            if not taken.get(meaning.field) and len(candidates[meaning.field]) < _MOST:
                candidates[meaning.field].append((at, meaning))
    return candidates | {field: columns for field, columns in taken.items() if columns}


def _best_pair(
    candidates: Mapping[str, list[Column]], lang: str, rows: Sequence[Sequence[str]]
) -> tuple[Column, Column] | None:
    """The best question and answer columns of one language."""
    questions = [column for column in candidates["question"] if column[1].lang == lang]
    answers = [column for column in candidates["answer"] if column[1].lang == lang]
    pairs = [(question, answer) for question in questions for answer in answers if question[0] != answer[0]]
    if not pairs:
        return None

    if len(pairs) == 1:
        return pairs[0]

    def tiers(pair: tuple[Column, Column]) -> tuple[int, int]:
        return min(pair[0][1].tier, VAGUE), min(pair[1][1].tier, VAGUE)

    def score(pair: tuple[Column, Column]) -> tuple[float, ...]:
        (q, question), (a, answer) = pair
        has_words = _asking(rows, q) >= 0.5, _asking(rows, a) < 0.5
        length = _length(rows, a) if answer.tier >= VAGUE else 0
        return (-question.number, -answer.number, *has_words, -question.tier, length, -q, -a)

    surest = min(map(tiers, pairs))
    return max((pair for pair in pairs if tiers(pair) == surest), key=score)


def _mixed_pair(candidates: Mapping[str, list[Column]]) -> tuple[Column, Column] | None:
    """A question and an answer of which only one names its language."""
    sure = [[column for column in candidates[field] if column[1].tier <= SPECIFIC] for field in ("question", "answer")]
    return (sure[0][0], sure[1][0]) if sure[0] and sure[1] else None


def _layout(
    candidates: Mapping[str, list[Column]], lang: str, question: Column, answer: Column, names: Sequence[str]
) -> Layout:
    fields: dict[str, tuple[int, ...]] = {"question": (question[0],), "answer": (answer[0],)}
    used = {question[0], answer[0]}
    for field in FIELDS:
        if field in fields:
            continue
        columns = [(at, meaning) for at, meaning in candidates[field] if meaning.lang in ("", lang) and at not in used]
        if field == "alternates":
            columns += [(at, m) for at, m in candidates["question"] if m.number and m.lang == lang and at not in used]
        if field == "lang" and lang:
            continue
        if columns and field not in LISTS:
            columns = [min(columns, key=lambda column: (names[column[0]] != _PAGE, column[1].tier, column[0]))]
        if columns:
            fields[field] = tuple(dict.fromkeys(at for at, _ in columns))
    return Layout(fields, lang)


def _guessed(
    candidates: Mapping[str, list[Column]], shown: Sequence[int], rows: Sequence[Sequence[str]]
) -> tuple[int, int]:
    """The most likely question and answer columns, -1 for none."""
    if not shown:
        return -1, -1
    answers = {at for at, _ in candidates["answer"]}
    questions = [at for at, _ in candidates["question"]] or [at for at in shown if at not in answers] or list(shown)
    question = max(questions, key=lambda at: (_asking(rows, at), _worded(rows, at), -at))
    rest = [at for at in shown if at != question]
    likely = [at for at in rest if at in answers] or rest
    return question, max(likely, key=lambda at: (_length(rows, at), -at), default=-1)


def _cell(row: Sequence[str], at: int) -> str:
    return row[at] if at < len(row) else ""


def _cells(rows: Sequence[Sequence[str]], at: int) -> Iterator[str]:
    return (cell for row in rows if (cell := _cell(row, at)).strip())


def _asking(rows: Sequence[Sequence[str]], at: int) -> float:
    cells = list(_cells(rows, at))
    return sum(map(asks, cells)) / len(cells) if cells else 0.0


def _length(rows: Sequence[Sequence[str]], at: int) -> float:
    cells = list(_cells(rows, at))
    return sum(map(len, cells)) / len(cells) if cells else 0.0


def _worded(rows: Sequence[Sequence[str]], at: int) -> bool:
    """Whether most of its cells hold words, not numbers, dates or addresses."""
    cells = list(_cells(rows, at))
    plain = [
        cell for cell in cells if re.search(r"[^\W\d_]", cell) and not re.fullmatch(r"\S+(://|@)\S+", cell.strip())
    ]
    return len(plain) * 2 > len(cells)


def _sampled(name: str, rows: Sequence[Sequence[str]], at: int) -> str:
    sample = one_line(next(_cells(rows, at), ""))
    shown = sample[:_SAMPLE] + ("..." if len(sample) > _SAMPLE else "")
    return f"{_quoted(name)} such as {_quoted(shown)}" if sample else _quoted(name)


def _quoted(text: str) -> str:
    return json.dumps(one_line(text)[:80].encode("utf-8", "replace").decode(), ensure_ascii=False)
