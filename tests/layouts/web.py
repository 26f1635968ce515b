"""FAQ pages in HTML, as people, themes and page builders write them."""

import json
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from html import escape
from random import Random

from tests.furniture import Furniture, around, as_html
from tests.layouts.bank import Pair, Part
from tests.layouts.layout import Layout, filled
from tests.layouts.shapes import LINK

_SECTIONS = ("Before you come", "On the day", "Money", "Who may come?")


def inline(text: str) -> str:
    return LINK.sub(r'<a href="\2">\1</a>', escape(text, quote=False))


def html_of(part: Part) -> str:
    if part.kind == "code":
        return f"<pre><code>{escape(chr(10).join(part.items), quote=False)}</code></pre>"
    if part.kind == "p":
        return f"<p>{inline(part.items[0])}</p>"
    return f"<{part.kind}>\n" + "".join(f"<li>{inline(item)}</li>\n" for item in part.items) + f"</{part.kind}>"


def answer(pair: Pair) -> str:
    return "\n".join(map(html_of, pair.parts))


def say(pair: Pair) -> dict[str, str]:
    """{q}, {a}; {first} and {rest} of the answer, where its first paragraph stands with the question."""
    opens = bool(pair.parts) and pair.parts[0].kind == "p"
    rest = "\n".join(map(html_of, pair.parts[opens:]))
    first = inline(pair.parts[0].items[0]) if opens else ""
    return {"q": escape(pair.question, quote=False), "a": answer(pair), "first": first, "rest": rest}


def page(pairs: Sequence[Pair], own: Furniture, rng: Random, body: str, head: str = "") -> bytes:
    """`body` with furniture around it and, in place of {f}, below each answer."""
    pieces = around(own, rng, as_html, [escape(pair.question, quote=False) for pair in pairs])
    if "generator" in own.kinds:
        head += '\n<meta name="generator" content="WordPress 6.5">\n<style>.faq{color:#333}</style>'
        pieces.bottom.append("<!-- Is this old? ask Jo -->\n<script>var q = 'Why?'; track(q)</script>")
    body = body.replace("{f}", "\n".join(pieces.after))
    top = "\n".join(pieces.top)
    title = rng.choice(("<h1>Frequently asked questions</h1>", "<h1>FAQ</h1>\n<p>Here is what most people ask.</p>"))
    head = f'<!doctype html>\n<html lang="en">\n<head><title>FAQ</title>{head}</head>\n<body id="top">\n'
    return f"{head}{top}\n{title}\n{body}\n{chr(10).join(pieces.bottom)}\n</body></html>\n".encode()


def each(template: str, wrong: str, before: str = "", after: str = "", statements: bool = False) -> Layout:
    """One piece of HTML a pair, between `before` and `after`."""

    def write(pairs: Sequence[Pair], own: Furniture, rng: Random, numbers: AbstractSet[int]) -> tuple[str, bytes]:
        body = "\n".join(filled(template, pairs, wrong, numbers, say))
        names = rng.sample("faq-item toggle et_pb_toggle_title a17 x-body entry elementor-tab qa-b panel2".split(), 3)
        for at, name in enumerate(names, 1):
            before_, body = before.replace(f"{{class{at}}}", name), body.replace(f"{{class{at}}}", name)
        return rng.choice(("faq.html", "faq.htm")), page(pairs, own, rng, f"{before_}\n{body}\n{after}")

    return Layout(write, wrong, statements)


def sections(template: str, wrong: str, heading: str, before: str = "", after: str = "") -> Layout:
    """The same under headings of sections, one of which ends in a question mark."""

    def write(pairs: Sequence[Pair], own: Furniture, rng: Random, numbers: AbstractSet[int]) -> tuple[str, bytes]:
        parts = filled(template, pairs, wrong, numbers, say)
        titles = rng.sample(_SECTIONS, 3)
        size = -(-len(parts) // 3)
        body = [
            f"{before}\n{heading.format(title)}\n" + "\n".join(parts[at * size : (at + 1) * size]) + f"\n{after}"
            for at, title in enumerate(titles)
        ]
        return "faq.html", page(pairs, own, rng, "\n".join(body))

    return Layout(write, wrong)


def _json_ld(pairs: Sequence[Pair], numbers: AbstractSet[int]) -> str:
    questions = []
    for at, pair in enumerate(pairs):
        name = "title" if at in numbers else "name"
        said = {"@type": "Answer", "text": answer(pair)}
        questions.append({"@type": "Question", name: pair.question, "acceptedAnswer": said})
    data = {"@context": "https://schema.org", "@type": "FAQPage", "mainEntity": questions}
    return f'\n<script type="application/ld+json">\n{json.dumps(data, indent=1, ensure_ascii=False)}\n</script>\n'


def json_ld(pairs: Sequence[Pair], own: Furniture, rng: Random, numbers: AbstractSet[int]) -> tuple[str, bytes]:
    return "faq.html", page(pairs, own, rng, "<p>Loading ...</p>", _json_ld(pairs, numbers))


def json_ld_half(pairs: Sequence[Pair], own: Furniture, rng: Random, numbers: AbstractSet[int]) -> tuple[str, bytes]:
    """Data for search engines of the first half, and all of them to be seen."""
    template = '<div class="faq-q">{q}</div>\n<div class="faq-a">{a}</div>\n{f}'
    wrong = '<div class="faq-a">{q}\n{a}</div>\n{f}'
    body = "\n".join(filled(template, pairs, wrong, numbers, say))
    half = [pair for at, pair in enumerate(pairs[: len(pairs) // 2]) if at not in numbers]
    return "faq.html", page(pairs, own, rng, body, _json_ld(half, set()))


def minified(layout: Layout) -> Layout:
    """On one line, but for code."""

    def write(pairs: Sequence[Pair], own: Furniture, rng: Random, numbers: AbstractSet[int]) -> tuple[str, bytes]:
        name, data = layout.write(pairs, own, rng, numbers)
        pieces = data.decode().split("<pre>")
        ends = [piece.partition("</pre>") for piece in pieces[1:]]
        joined = [
            pieces[0].replace("\n", ""),
            *(f"<pre>{code}{end}" + text.replace("\n", "") for code, end, text in ends),
        ]
        return name, "".join(joined).encode()

    return Layout(write, layout.broken)


_PANEL = (
    '<div class="panel"><div class="panel-heading" id="h{n}"><h2 class="mb-0"><button class="btn btn-link" '
    'data-toggle="collapse" data-target="#c{n}">{q}</button></h2></div>\n'
    '<div id="c{n}" class="collapse"><div class="panel-body">\n{a}\n{f}</div></div></div>'
)
_TAB = (
    '<div class="{class1}"><div id="t{n}" role="tab" aria-controls="p{n}"><span class="icon"></span>'
    '<a class="{class2}">{q}</a></div>\n<div id="p{n}" role="tabpanel" aria-labelledby="t{n}">{a}</div></div>{f}'
)
_ARIA = '<button class="{class1}" aria-expanded="false">{q}</button>\n<div class="{class2}" hidden>{a}</div>{f}'
_MICRODATA = (
    '<div itemprop="mainEntity" itemscope itemtype="https://schema.org/Question">\n<h3 itemprop="name">{q}</h3>\n'
    '<div itemprop="acceptedAnswer" itemscope itemtype="https://schema.org/Answer">\n<div itemprop="text">{a}</div>\n'
    "</div></div>{f}"
)
_NESTED = (
    '<div class="{class1}"><div class="{class2}"><span>{q}</span><i></i></div>\n'
    '<div class="{class3}">{a}</div></div>{f}'
)
_CARD = '<div class="{class1}"><div class="{class2}">\n<h3>{q}</h3>\n{a}\n{f}</div></div>'
_LAYOUT_TABLE = '<table width="100%"><tr><td width="150"><a href="/">Home</a><br><a href="/m">Map</a></td>\n<td>'


def _in_text(template: str, question: str = "{q}") -> str:
    """`template` without the mark of the question, whose words are left."""
    return template.replace(question, "").replace("{a}", "{q}\n{a}")


LAYOUTS: dict[str, Layout] = {
    "details": each("<details>\n<summary>{q}</summary>\n{a}\n{f}</details>", "<p>{q}</p>\n{a}\n{f}", statements=True),
    "definitions": each("<dt>{q}</dt>\n<dd>{a}</dd>", "<dd>{q}</dd>\n<dd>{a}</dd>", "<dl>", "</dl>", statements=True),
    "old definitions": each("<DT>{q}\n<DD>{a}", "<DD>{q}\n{a}", "<DL>", "</DL>", statements=True),
    "h2": each('<h2 id="q{n}">{q}</h2>\n{a}\n{f}', "<p>{q}</p>\n{a}\n{f}"),
    "h3 below h2": sections("<h3>{q}</h3>\n{a}\n{f}", "<p>{q}</p>\n{a}\n{f}", "<h2>{}</h2>"),
    "h3 in cards": each(_CARD, _in_text(_CARD, "<h3>{q}</h3>")),
    "h4 in articles": sections(
        "<article><h4>{q}</h4>\n{a}\n{f}</article>",
        "<article>{q}\n{a}\n{f}</article>",
        "<h2>{}</h2>",
        "<section>",
        "</section>",
    ),
    "div accordion": each(
        '<div class="{class1}">{q}</div>\n<div class="{class2}">{a}\n{f}</div>',
        '<div class="{class2}">{q}\n{a}\n{f}</div>',
    ),
    "nested accordion": each(_NESTED, _NESTED.replace('<i></i></div>\n<div class="{class3}">', "")),
    "bootstrap panels": each(_PANEL, _in_text(_PANEL), '<div id="accordion">', "</div>", statements=True),
    "tabs": each(_TAB, _in_text(_TAB), '<div role="tablist">', "</div>", statements=True),
    "aria-expanded": each(_ARIA, _in_text(_ARIA), statements=True),
    "jquery": each(
        '<h3><a href="#">{q}</a></h3>\n<div>{a}\n{f}</div>', "<div>{q}\n{a}\n{f}</div>", "<div id=acc>", "</div>"
    ),
    "bold and break": each(
        '<p><a name="q{n}"></a><b>{q}</b><br>\n{first}</p>\n{rest}\n{f}', "<p>{q}<br>\n{first}</p>\n{rest}\n{f}"
    ),
    "strong paragraph": each("<p><strong>{q}</strong></p>\n{a}\n{f}", "<p>{q}</p>\n{a}\n{f}"),
    "marked paragraphs": each(
        "<p>Q: {q}</p>\n<p>A: {first}</p>\n{rest}\n{f}", "<p>{q}</p>\n<p>{first}</p>\n{rest}\n{f}", statements=True
    ),
    "table": each(
        "<tr><td>{q}</td><td>{a}</td></tr>",
        "<tr><td></td><td>{q}\n{a}</td></tr>",
        "<table>\n<tr><th>Question</th><th>Answer</th></tr>",
        "</table>",
        statements=True,
    ),
    "ordered list": each("<li><b>{q}</b>\n{a}</li>", "<li>{q}\n{a}</li>", "<ol>", "</ol>"),
    "json-ld": Layout(json_ld, 'the property "title" instead of "name"', statements=True),
    "json-ld of half": Layout(json_ld_half, "question and answer in one div"),
    "microdata": each(_MICRODATA, _MICRODATA.replace(' itemprop="name"', ""), statements=True),
    "layout table": each("<h3>{q}</h3>\n{a}\n{f}", "<p>{q}</p>\n{a}\n{f}", _LAYOUT_TABLE, "</td></tr></table>"),
}
LAYOUTS["minified cards"] = minified(LAYOUTS["h3 in cards"])
LAYOUTS["minified details"] = minified(LAYOUTS["details"])
