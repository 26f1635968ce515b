"""The same ten entries on pages as a browser prints them: each style of questions, on many kinds of paper."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from html import escape
from itertools import cycle
from random import Random

from playwright.sync_api import Page

Pair = tuple[str, Sequence[str]]  # a question, and the paragraphs of its answer

PAIRS: tuple[Pair, ...] = (
    ("How deep is the training pool?", ["It is 3.8 metres deep at the far end and 1.2 metres near the steps."]),
    ("Do I need my own mask?", ["No, masks and fins can be borrowed at the desk for 2 euros a day."]),
    (
        "If I come by train with my three children, two bicycles and a dog, who fetches us from the station, and when?",
        [
            "Our driver Anna meets the trains of 9:10 and 14:10. She has room for four people and as many bags. Tell us"
            " a day before you come, and say how many of you there are, since the second car must be asked for.",
            "Dogs ride in front.",
        ],
    ),
    ("Can children join a trial dive?", ["Yes, from the age of eight, with a parent in the water."]),
    (
        "Which documents do I bring?",
        [
            "A medical statement that is signed within the last year, and your logbook. Whoever has lost the book may"
            " fill in a form at the desk.",
            "We make copies of both and give them back to you on the same day. We keep the copies for ten years, as the"
            " law of this country wants it, and show them to nobody but the doctor on duty.",
        ],
    ),
    (
        "What happens if the sea is too rough?",
        ["We move to the quarry or give you a voucher that is valid for a year."],
    ),
    ("Is there parking?", ["Yes."]),
    (
        "May I dive alone when I have been a member for more than ten years and know the bay well?",
        ["Nobody dives alone here. The board looks for a partner for you, which rarely takes longer than an hour."],
    ),
    ("Who teaches?", ["Four teachers, whose names and papers hang in the hall."]),
    (
        "How do I cancel a course?",
        [
            "Write to the office up to two days before it begins, and we give back all that you have paid. Later than"
            " that half of it is kept, but for those who bring a note of their doctor, who get all of it back. A course"
            " that we cancel ourselves costs you nothing, and neither does the night in the guest house that was"
            " booked with it. The money is on its way to you within three days of your letter, by the way on which it"
            " came to us, and if it has not come after ten days, then please ring us up.",
        ],
    ),
)


def _paragraphs(answer: Sequence[str]) -> str:
    return "".join(f"<p>{escape(part)}</p>" for part in answer)


def _each(form: str) -> Callable[[Sequence[Pair]], str]:
    """`form` with the question, the answer and the number of each entry."""

    def written(pairs: Sequence[Pair]) -> str:
        parts = (form.format(q=escape(q), a=_paragraphs(a), n=n, l="<br>".join(a)) for n, (q, a) in enumerate(pairs, 1))
        return "".join(parts)

    return written


def _table(head: str, attributes: str = "border=1") -> Callable[[Sequence[Pair]], str]:
    def written(pairs: Sequence[Pair]) -> str:
        rows = (f"<tr><td>{escape(q)}</td><td>{'<br>'.join(map(escape, a))}</td></tr>" for q, a in pairs)
        return f"<table {attributes}>{head}{''.join(rows)}</table>"

    return written


_HEAD = "<thead><tr><th>Question</th><th>Answer</th></tr></thead>"
STYLES: dict[str, Callable[[Sequence[Pair]], str]] = {
    "h2": _each("<h2>{q}</h2>{a}"),
    "h3": _each("<h3>{q}</h3>{a}"),
    "h4": _each("<h4>{q}</h4>{a}"),
    "numbered h3": _each("<h3>{n}. {q}</h3>{a}"),
    "centred h3": _each("<h3 style='text-align:center'>{q}</h3>{a}"),
    "balanced h3": _each("<h3 style='text-wrap:balance'>{q}</h3>{a}"),
    "bold": _each("<p><b>{q}</b></p>{a}"),
    "bold and a break": _each("<p><b>{q}</b><br>{l}</p>"),
    "bold in the line": _each("<p><b>{q}</b> {l}</p>"),
    "numbered bold": _each("<p><b>{n}. {q}</b></p>{a}"),
    "plain": _each("<p>{q}</p>{a}"),
    "marked": _each("<p>Q: {q}</p><p>A: {l}</p>"),
    "details": _each("<details open><summary>{q}</summary>{a}</details>"),
    "accordion": _each(
        "<div style='border:1px solid #ccc'><button style='width:100%;text-align:left;padding:1em;font-size:inherit'>"
        "{q}</button><div style='padding:0 1em'>{a}</div></div>"
    ),
    "definitions": lambda pairs: "<dl>" + _each("<dt>{q}</dt><dd>{a}</dd>")(pairs) + "</dl>",
    "bold definitions": lambda pairs: "<dl>" + _each("<dt><b>{q}</b></dt><dd>{l}</dd>")(pairs) + "</dl>",
    "table": _table(_HEAD),
    "table without head": _table(""),
    "table with room": _table(_HEAD, "style='border-collapse:collapse' cellpadding=12 border=1 width='100%'"),
    "table set at the top": _table(_HEAD, "style='table-layout:fixed' width='100%' cellpadding=4 class=top"),
}


@dataclass(frozen=True)
class Paper:
    """How a page is set. `shift`: how far down its text begins, so that pages break at many places."""

    font: str = "serif"
    size: int = 16
    leading: str = "normal"
    apart: float = 1.0  # between paragraphs, in heights of letters
    margin: str = "0.4in"
    form: str = "A4"
    columns: int = 1
    width: str = "auto"
    align: str = "left"
    edges: bool = False  # date, title, address and number, as browsers print them
    shift: int = 0
    hyphens: bool = False


@dataclass(frozen=True)
class Print:
    style: str
    paper: Paper = field(default_factory=Paper)

    def html(self) -> str:
        p = self.paper
        css = (
            f"body{{font:{p.size}px/{p.leading} {p.font};columns:{p.columns};width:{p.width};text-align:{p.align}}}"
            f"p{{margin:{p.apart}em 0}} .top td{{vertical-align:top}}"
            f"body{{hyphens:{'auto' if p.hyphens else 'manual'}}}"
        )
        title = "<h1>Bluefin Divers: good to know</h1>" if p.columns == 1 else ""
        shift = f"<div style='height:{p.shift}px'></div>" if p.shift else ""
        return (
            f"<!doctype html><html lang=en><head><meta charset=utf-8><title>Good to know</title><style>{css}</style>"
            f"</head><body>{title}{shift}{STYLES[self.style](PAIRS)}</body></html>"
        )

    def made(self, page: Page) -> bytes:
        p = self.paper
        margin = {side: p.margin for side in ("top", "right", "bottom", "left")}
        page.set_content(self.html())
        return page.pdf(format=p.form, margin=margin, display_header_footer=p.edges, print_background=True)  # type: ignore


PAPERS: tuple[Paper, ...] = (
    Paper(),
    Paper(font="sans-serif", size=12, form="Letter", margin="1in", edges=True),
    Paper(font="sans-serif", size=14, leading="1.5", apart=0.75, columns=2, align="justify"),
    Paper(font="Georgia, serif", size=20, leading="1.7", shift=500),
    Paper(font="Arial", size=15, leading="1.2", apart=0.5, width="320px"),
    Paper(size=18, leading="2", edges=True, shift=760, form="Letter"),
    Paper(font="Verdana", size=13, leading="1.4", apart=0.4, width="600px", align="justify", hyphens=True),
)


def quick_prints() -> Iterator[Print]:
    """Each style once, on papers that take turns."""
    for style, paper in zip(STYLES, cycle(PAPERS), strict=False):
        yield Print(style, paper)


def all_prints(seed: int, count: int) -> Iterator[Print]:
    """Each style on each paper, and `count` at random."""
    for style in STYLES:
        for paper in PAPERS:
            yield Print(style, paper)
    random = Random(seed)
    for _ in range(count):
        paper = Paper(
            font=random.choice(["serif", "sans-serif", "Arial", "Georgia, serif", "Verdana", "Courier Prime, serif"]),
            size=random.choice([11, 12, 13, 14, 16, 18, 21]),
            leading=random.choice(["normal", "1.15", "1.3", "1.5", "1.75", "2"]),
            apart=random.choice([0.4, 0.5, 0.75, 1.0, 1.5]),
            margin=random.choice(["0.4in", "1in", "2cm"]),
            form=random.choice(["A4", "Letter"]),
            columns=random.choice([1, 1, 1, 2]),
            width=random.choice(["auto", "auto", "420px", "620px"]),
            align=random.choice(["left", "left", "justify"]),
            edges=random.choice([True, False]),
            shift=random.randrange(0, 1000, 7),
            hyphens=random.random() < 0.2,
        )
        yield Print(random.choice(list(STYLES)), paper)


SITE = (
    "<header><a href='/'>Bluefin Divers</a><nav><ul><li><a href='/courses'>Courses</a></ul></nav></header>"
    "<main><h1>Questions</h1><h3>Is it warm?</h3><p>Yes.</p><h3>Is it deep?</h3><p>No, it is not.</p></main>"
    "<footer><h4>Visit us</h4><p>Harbour Road 3, Kiel</p><h4>Follow</h4><a href='https://social.example/x'>Social</a>"
    "<p>&copy; 2025 Bluefin Divers GmbH. All rights reserved. <a href='/imprint'>Imprint</a></p></footer>"
    "<div><h2>We value your privacy</h2><p>We use cookies to make this site work.</p><button>Accept all</button></div>"
)
TABLE_WITHIN = (
    "<h2>What does it cost?</h2><p>See here:</p><table border=1><tr><th>Day</th><th>Price</th></tr>"
    "<tr><td>Mon</td><td>12 euros</td></tr><tr><td>Tue</td><td>14 euros</td></tr></table>"
    "<h2>Is it warm?</h2><p>Yes.</p>"
)


def printed(page: Page, html: str) -> bytes:
    page.set_content(html)
    return page.pdf()
