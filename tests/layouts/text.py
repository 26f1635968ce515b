"""FAQ in plain text: copied, typed, wrapped, of the old newsgroups."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from random import Random
from textwrap import fill

from tests.furniture import Furniture, around, as_text
from tests.layouts.bank import Pair, indented
from tests.layouts.layout import Layout
from tests.layouts.shapes import spelled


def answer(pair: Pair, width: int = 0, bullet: str = "- ") -> str:
    """Wrapped at `width`, unless it is 0; code stays as it is, indented."""
    parts = []
    for part in pair.parts:
        if part.kind == "code":
            parts.append(indented("\n".join(part.items), 4))
            continue
        marks = {"p": "", "ul": bullet}
        lines = (marks.get(part.kind, f"{n}. ") + spelled(item) for n, item in enumerate(part.items, 1))
        parts.append("\n".join(wrapped(line, width, "" if part.kind == "p" else "  ") for line in lines))
    return "\n\n".join(parts)


def wrapped(text: str, width: int, hanging: str = "") -> str:
    if not width:
        return text
    return fill(text, width, subsequent_indent=hanging, break_long_words=False, break_on_hyphens=False)


def page(pairs: Sequence[Pair], own: Furniture, rng: Random, parts: Sequence[str]) -> tuple[str, bytes]:
    pieces = around(own, rng, as_text, [pair.question for pair in pairs], "sidebar")
    below = "".join(f"\n\n{piece}" for piece in pieces.after)
    written = "\n\n".join([*pieces.top, *(part.rstrip() + below for part in parts), *pieces.bottom])
    data = written.encode(rng.choice(("utf-8", "utf-8-sig")))
    return "faq.txt", data.replace(b"\n", b"\r\n") if rng.random() < 0.3 else data


def lines(pairs: Sequence[Pair], own: Furniture, rng: Random, numbers: AbstractSet[int]) -> tuple[str, bytes]:
    bullet = rng.choice(("- ", "* ", "\u2022 "))
    joint = rng.choice(("\n", "\n\n"))
    parts = [
        f"{pair.question}{' ' if at in numbers else joint}{answer(pair, 0, bullet)}" for at, pair in enumerate(pairs)
    ]
    return page(pairs, own, rng, parts)


def wrapped_lines(pairs: Sequence[Pair], own: Furniture, rng: Random, numbers: AbstractSet[int]) -> tuple[str, bytes]:
    width = rng.choice((72, 50, 38))
    parts = []
    for at, pair in enumerate(pairs):
        joint = " " if at in numbers else "\n\n"
        parts.append(f"{wrapped(pair.question, width)}{joint}{answer(pair, width)}")
    return page(pairs, own, rng, parts)


def marked(ask: str, say: str, wrong: str, width: int = 0, hanging: int = 0) -> Layout:
    """Marks before question and answer, in the same line or above it; {n} in them is the number of the pair."""

    def write(pairs: Sequence[Pair], own: Furniture, rng: Random, numbers: AbstractSet[int]) -> tuple[str, bytes]:
        narrow = width and rng.choice((width, 60, 38))
        parts = []
        for at, pair in enumerate(pairs):
            mark, other = (mark.replace("{n}", str(at + 1)) for mark in (wrong if at in numbers else ask, say))
            said = answer(pair, narrow)
            if narrow and pair.parts and pair.parts[0].kind == "p":  # the mark takes room in the first line
                first = wrapped(other + spelled(pair.parts[0].items[0]), narrow)
                said = first + said[len(answer(Pair("", pair.parts[:1]), narrow)) :]
            else:
                said = other + said
            head, _, rest = said.partition("\n")
            asked = wrapped(mark + pair.question, narrow, " " * hanging)
            parts.append(f"{asked}\n{head}\n{indented(rest, hanging)}")
        return page(pairs, own, rng, parts)

    return Layout(write, f'"{wrong}" instead of "{ask}"', statements=True)


def numbered(pairs: Sequence[Pair], own: Furniture, rng: Random, numbers: AbstractSet[int]) -> tuple[str, bytes]:
    """ "1.1) When ...", below "1) Times"."""
    parts = []
    for at, pair in enumerate(pairs):
        if at % 4 == 0:
            parts.append(f"{at // 4 + 1}) " + ("Times", "Guests", "Money")[at // 4 % 3])
        number = "" if at in numbers else f"{at // 4 + 1}.{at % 4 + 1}) "
        parts.append(f"{number}{pair.question}\n{answer(pair)}")
    return page(pairs, own, rng, parts)


def usenet(pairs: Sequence[Pair], own: Furniture, rng: Random, numbers: AbstractSet[int]) -> tuple[str, bytes]:
    """A header, a table of contents, rulers, everything wrapped and indented."""
    head = "From: faq@mill.example\nNewsgroups: rec.mills,news.answers\nSubject: rec.mills FAQ\n"
    head += "Archive-name: mills/faq\nPosting-Frequency: monthly\nLast-modified: 2001/03/14"
    subjects = [f"{at // 6 + 1}.{at % 6 + 1}) {pair.question}" for at, pair in enumerate(pairs)]
    contents = "Table of Contents\n=================\n\n" + "\n".join(f"   {subject}" for subject in subjects)
    ruler = "-" * rng.choice((30, 70))
    mark = rng.choice(("", "Subject: "))
    parts = []
    for at, (pair, subject) in enumerate(zip(pairs, subjects, strict=True)):
        asked = f"Re {pair.question}" if at in numbers else mark + subject
        parts.append(f"{ruler}\n\n{asked}\n\n{indented(answer(pair, 69), 3)}")
    end = f"{ruler}\n\nEnd of the rec.mills FAQ\n************************" if "copyright" in own.kinds else ruler
    return "faq.txt", "\n\n".join([head, contents, *parts, end, ""]).encode()


LAYOUTS: dict[str, Layout] = {
    "txt lines": Layout(lines, "an answer in the line of its question"),
    "txt marked": marked("Q: ", "A: ", ""),
    "txt numbered marks": marked("Q{n}: ", "A{n}: ", ""),
    "txt marks above": marked("Q:\n", "A:\n", ""),
    "txt Frage, Antwort": marked("Frage: ", "Antwort: ", ""),
    "txt F, A": marked("F: ", "A: ", ""),
    "txt Pregunta, Respuesta": marked("Pregunta {n}: ", "Respuesta: ", ""),
    "txt wrapped, marked": marked("Q: ", "A: ", "", 72, 3),
    "txt wrapped": Layout(wrapped_lines, "an answer in the line of its question"),
    "txt numbered": Layout(numbered, "a question without number"),
    "txt usenet": Layout(usenet, '"Re" instead of the number'),
}
