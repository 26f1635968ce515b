"""The reading of tables: a row for each question with its answer beside it, or one for each of the two."""

import re
from collections.abc import Sequence

from chatbot.content.document import Block, Document, Line
from chatbot.content.furniture import asks
from chatbot.content.marks import marks_only
from chatbot.content.readers.column_names import SPECIFIC, VAGUER, Meaning, meanings
from chatbot.content.render import spoken
from chatbot.content.sections import LONGEST, Section, paragraph, sources_of

_TURNS = 4  # cells, at least
_BREAK = re.compile(r"<br\s*/?>")
_LETTER = re.compile(r"[^\W\d_]")


def _plain_rows(table: Block) -> list[list[str]]:
    width = max(map(len, table.rows))
    return [[spoken(_BREAK.sub(" ", cell)) for cell in row] + [""] * (width - len(row)) for row in table.rows]


def _meant(name: str) -> tuple[Meaning, ...]:
    """What the name of a column may mean, without what stands in parentheses behind it."""
    return meanings(name) or meanings(name.partition("(")[0])


def _head(plain: Sequence[Sequence[str]]) -> int:
    """The place of the row that names the columns: an empty one stands above it where the format does not say so."""
    if len(plain) < 3 or any(plain[0]):
        return 0
    fields = [{meaning.field for meaning in _meant(name)} for name in plain[1]]
    asking = {at for at, meant in enumerate(fields) if "question" in meant}
    answering = {at for at, meant in enumerate(fields) if "answer" in meant}
    return 1 if asking and answering and len(asking | answering) > 1 else 0


def question_column(table: Block) -> int | None:
    """The column of a table that asks, where it has one, and another."""
    plain = _plain_rows(table)
    plain = plain[_head(plain) :]
    named = [{meaning.field for meaning in _meant(name) if meaning.tier <= SPECIFIC} for name in plain[0]]
    if any("question" in fields for fields in named) and any("answer" in fields for fields in named):
        return next(at for at, fields in enumerate(named) if "question" in fields)
    asking = [sum(asks(row[at], LONGEST) for row in plain) for at in range(len(plain[0]))]
    column = max(range(len(asking)), key=asking.__getitem__, default=0)
    enough = (
        len(asking) > 1 and asking[column] >= 2 and asking[column] >= 0.5 * sum(bool(row[column]) for row in plain[1:])
    )
    return column if enough else None


def _answer_column(plain: Sequence[Sequence[str]], question: int) -> int:
    """The column beside that of the questions whose name says that it answers; else the one that says most."""
    others = [at for at in range(len(plain[0])) if at != question]
    names = [""] * len(plain[0]) if asks(plain[0][question], LONGEST) else plain[0]

    def worth(at: int) -> tuple[int, int]:
        tiers = [meaning.tier for meaning in _meant(names[at]) if meaning.field == "answer"]
        return -min(tiers, default=VAGUER), sum(len(row[at]) for row in plain[1:])

    return max(others, key=worth)


def report_other_columns(document: Document, sections: Sequence[Section]) -> None:
    """Names the columns of tables that have words beside questions and answers: no entry holds these."""
    for table in {id(head): head for section in sections for head in section.heads if head.kind == "table"}.values():
        plain = _plain_rows(table)
        plain = plain[_head(plain) :]
        question = question_column(table)
        if question is None or any(marks_only([row[at] for row in plain]) for at in range(len(plain[0]))):
            continue
        is_headless = asks(plain[0][question], LONGEST)
        answer = _answer_column(plain, question)
        for at in (at for at in range(len(plain[0])) if at not in (question, answer)):
            if said := next((row[at] for row in plain[not is_headless :] if _LETTER.search(row[at])), ""):
                name = f"number {at + 1}" if is_headless or not plain[0][at] else f'"{plain[0][at][:40]}"'
                line = line_with(document, said, sorted(sources_of(table))) or table.line
                what = f'the column {name} of the table, such as "{said[:40]}", is in no answer'
                message = f"{what}; write it into the answers, or delete the column"
                document.problem(line, "unused-column", message, "warning")


def rows(document: Document) -> list[Section]:
    """Rows of a table that has a column that asks, and another that says more."""
    sections = []
    for block in document.blocks:
        if block.kind != "table" or len(block.rows) < 2:
            continue
        plain = _plain_rows(block)
        width = len(plain[0])
        marks = {at: kinds for at in range(width) if (kinds := marks_only([row[at] for row in plain]))}
        for at, kinds in list(marks.items())[: width > 1]:
            sections += _pairs_of_rows(document, block, kinds, at)
        column = None if marks else question_column(block)
        if column is None:
            sections += [] if marks else _in_turns(document, block)
            continue
        head = _head(plain)
        answer = _answer_column(plain[head:], column)
        first = 0 if asks(plain[0][column], LONGEST) else head + 1
        places = sorted(sources_of(block))
        source = places[0] if places else 0
        for number, row in enumerate(plain[first:], first):
            if not row[column]:
                continue
            source = line_with(document, row[column], places) or source
            places = places[places.index(source) :] if source in places else places
            said = _cell(block, number, answer, source)
            if number > first and _is_spanned(block, number, column):
                sections[-1].answer += [] if _is_spanned(block, number, answer) else said
                continue
            sections.append(Section(row[column], {source}, asks(row[column], LONGEST), block.box, [block], said))
    return sections


def _in_turns(document: Document, table: Block) -> list[Section]:
    """The sections of a table of one column whose cells ask and answer in turns, or of two rows that do."""
    plain = _plain_rows(table)
    cells = [(at, n) for at, row in enumerate(plain) for n, said in enumerate(row) if said]
    rows, columns = ({place[way] for place in cells} for way in (0, 1))
    if len(columns) > 1 and len(rows) == 2:
        cells.sort(key=lambda place: (place[1], place[0]))
    elif len(columns) != 1:
        return []
    asking = [asks(plain[at][n], LONGEST) for at, n in cells]
    if len(cells) < _TURNS or asking != [True, False] * (len(cells) // 2):
        return []
    places = sorted(sources_of(table))
    sections = []
    for (row, column), (below, beside) in zip(cells[::2], cells[1::2], strict=True):
        source = line_with(document, plain[row][column], places) or (places[0] if places else 0)
        said = _cell(table, below, beside, source)
        sections.append(Section(plain[row][column], {source}, True, table.box, [table], said))
    return sections


def _is_spanned(table: Block, row: int, column: int) -> bool:
    """Whether a cell is that of the row above, which spans both."""
    cells = table.cells if len(table.cells) == len(table.rows) else []
    above, here = (cells[at][column : column + 1] if cells else [] for at in (row - 1, row))
    return bool(above and here) and bool(here[0]) and above[0] is here[0]


def _pairs_of_rows(document: Document, table: Block, kinds: Sequence[str], marks: int) -> list[Section]:
    """The sections of a table that has a row for each question and one for its answer, and a mark before each."""
    plain = _plain_rows(table)
    words = max((at for at in range(len(plain[0])) if at != marks), key=lambda at: sum(len(row[at]) for row in plain))
    places = sorted(sources_of(table))
    sections: list[Section] = []
    for number, kind in enumerate(kinds):
        source = line_with(document, plain[number][words], places) or (places[0] if places else 0)
        places = places[places.index(source) :] if source in places else places
        if kind == "q":
            sections.append(Section(plain[number][words], {source}, True, table.box, [table]))
        elif sections:
            sections[-1].answer += _cell(table, number, words, source)
    return sections


def _cell(table: Block, row: int, column: int, source: int) -> list[Block]:
    """The blocks of a cell; of one that is but words, a paragraph."""
    if len(table.cells) == len(table.rows) and len(table.cells[row]) > column:
        return list(table.cells[row][column])
    said = table.rows[row][column] if column < len(table.rows[row]) else ""
    cell = [Line(part, {source}) for part in _BREAK.split(said)]
    filled = paragraph([Line(line.text + "  ", line.sources) for line in cell[:-1]] + cell[-1:], table)
    return [filled] if filled else []


def line_with(document: Document, words: str, places: Sequence[int]) -> int:
    """The first line of `places` that holds the beginning of `words`; 0 where none does."""
    start = words[:20]
    return next((n for n in places if start in spoken(document.lines.get(n, ""))), 0)
