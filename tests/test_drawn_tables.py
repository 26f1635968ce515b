"""Tables that are drawn with signs in texts and in Markdown, and what only looks like one."""

import random

import pytest

from chatbot.content.ledger import Content, joined
from chatbot.content.parser import parse

PAIRS = [
    ("When is breakfast?", "From 7 to 10, on Sundays until 11, and on holidays as well."),
    ("May I bring a dog?", "Yes, for 5 € a night."),
    ("Is there a lift?", "No."),
    ("早餐是几点？", "七点到十点。"),  # wider than its letters are many
]

LONG = ("Are you open during the whole year?", "Yes.")  # only rules between the rows tell where it ends


def read(text: str, name: str = "faq.txt") -> Content:
    return joined(parse(name, text.encode()))


def pairs(content: Content) -> list[tuple[str, str]]:
    return [(entry.question, entry.answer) for entry in content.entries]


def drawn(frame: str, pairs: list[tuple[str, str]], names: tuple[str, str] | None, width: int = 30) -> str:
    """`frame`: "grid", "box" (no rule between the rows), "bare" (a rule below the names alone), "lines"."""
    rows = [[[text[at : at + width] for at in range(0, len(text), width)] for text in pair] for pair in pairs]
    rule = "+".join(["-" * (width + 2)] * 2)
    rule = {"bare": rule, "lines": f"├{rule}┤".replace("-", "─").replace("+", "┼")}.get(frame, f"+{rule}+")
    sides = {"bare": " {} | {} ", "lines": "│ {} │ {} │"}.get(frame, "| {} | {} |")
    shown = []
    for row in ([[[name] for name in names]] if names else []) + rows:
        height = max(map(len, row))
        cells = [[*cell, *[""] * (height - len(cell))] for cell in row]
        shown.append([sides.format(*(cell[at].ljust(width) for cell in cells)) for at in range(height)])
    lines = [] if frame == "bare" else [rule]
    for at, row in enumerate(shown):
        lines += row
        if frame == "grid" or (names and not at) or (at == len(shown) - 1 and frame != "bare"):
            lines.append(rule.replace("-", "=") if frame == "grid" and names and not at else rule)
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("around", ["{}", "Our house\n\n{}\n(c) 2026 The house\n"])
@pytest.mark.parametrize(
    ("frame", "names"),
    [(frame, names) for frame in ("grid", "box", "lines") for names in (("Frage", "Antwort"), None)]
    + [("bare", ("Question", "Answer"))],
)
def test_each_row_is_an_entry(frame: str, names: tuple[str, str] | None, around: str) -> None:
    """Red without `drawn_tables`; without the rule that a line without a first cell goes on."""
    own = [*PAIRS, LONG] if frame == "grid" else list(PAIRS)
    random.Random(frame).shuffle(own)
    content = read(around.format(drawn(frame, own, names)))
    assert pairs(content) == [(_wrapped(question), _wrapped(answer)) for question, answer in own]
    assert not content.errors


def _wrapped(text: str, width: int = 30) -> str:
    """As it comes back where a width cuts words."""
    return " ".join(" ".join(text[at : at + width].strip() for at in range(0, len(text), width)).split())


def test_a_table_of_markdown_in_a_text_is_one_too() -> None:
    table = "| Question | Answer |\n|:---|---:|\n" + "".join(f"| {q} | {a} |\n" for q, a in PAIRS)
    assert pairs(read(table)) == PAIRS


def test_markdown_reads_what_is_drawn_and_leaves_code_alone() -> None:
    """Red without `with_pipes`; without `_lines_of_code`."""
    table = drawn("grid", PAIRS[1:3], ("Question", "Answer"))
    content = read(f"# House\n\n{table}\n## How is a table written?\n\n```\n{table}```\n", "faq.md")
    assert pairs(content)[:2] == PAIRS[1:3]
    assert content.entries[2].answer == f"```\n{table}```"
    prices = drawn("grid", [("Room", "80 €"), ("Suite", "120 €")], ("What", "Price"), 6)
    content = read(f"## What does it cost?\n\nThis:\n\n{prices}\nIt is the same all year.\n", "faq.md")
    [(_, answer)] = pairs(content)
    assert (
        answer
        == "This:\n\n| What | Price |\n| --- | --- |\n| Room | 80 € |\n| Suite | 120 € |\n\nIt is the same all year."
    )


@pytest.mark.parametrize(
    "answer",
    [
        drawn("grid", [("Room", "80 €"), ("Suite", "120 €")], ("What", "Price"), 6),
        "a | b\nc | d\n",  # no rule
        "| one cell |\n+----------+\n",
        "+---+---+\n| a | b |\n+---+---+\n| c |\n",  # rows of two widths
        "+---+---+\n| a | b |\n|\n| c | d |\n+---+---+\n",  # a line without cells
        "x = a | b\n--------+---\ny | z | w\n",
    ],
)
def test_what_holds_no_questions_stays_as_it_was_written(answer: str) -> None:
    content = read(f"What does it cost?\nSee below:\n\n{answer}\nIs it open?\nYes.\n")
    assert pairs(content) == [("What does it cost?", f"See below:\n\n{answer.rstrip()}"), ("Is it open?", "Yes.")]


def test_a_row_without_an_answer_is_told() -> None:
    content = read(drawn("grid", [*PAIRS[:2], ("Is there a pool?", "")], ("Question", "Answer")))
    assert [entry.question for entry in content.entries if entry.is_gap] == ["Is there a pool?"]
