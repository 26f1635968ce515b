"""FAQ pages in Markdown: by hand, for GitHub, and for the generators of sites."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from random import Random

from tests.furniture import Furniture, around, as_html, as_markdown
from tests.layouts.bank import Pair, Part, indented
from tests.layouts.layout import Layout, filled

_FRONT_MATTER = (
    'layout: default\ntitle: "FAQ: all of it"\nnav_order: 7\npermalink: /faq/\nparent:\n  name: Help',
    "title: Questions\ndate: 2024-03-01T10:00:00+01:00\ndraft: false\naliases:\n  - /help/\n  - /faq.html",
    "id: faq\nsidebar_label: FAQ\nsidebar_position: 3\nhide_table_of_contents: true\ncustom: {a: [1, 2], b: yes}",
)
_LINES = ("{% include nav.html %}", "[[_TOC_]]", "[TOC]", "{{< toc >}}", "{:toc}", "<!-- Is this old? ask Jo -->")


def markdown_of(part: Part) -> str:
    return Pair("", (part,)).markdown


def say(pair: Pair) -> dict[str, str]:
    """{q}, {a}; {a2}, {a3} and {a4} indented; {first} and {rest} of the answer, as in HTML; {rest2} indented."""
    opens = bool(pair.parts) and pair.parts[0].kind == "p"
    rest = "\n\n".join(map(markdown_of, pair.parts[opens:]))
    values = {"q": pair.question, "a": pair.markdown, "first": pair.parts[0].items[0] if opens else "", "rest": rest}
    values |= {f"a{by}": indented(pair.markdown, by) for by in (2, 3, 4)}
    return values | {"rest2": indented(rest, 2), "anchor": pair.question.lower().replace(" ", "-").strip("?")}


def page(pairs: Sequence[Pair], own: Furniture, rng: Random, body: str, without: str = "sidebar") -> bytes:
    pieces = around(own, rng, as_markdown, [pair.question for pair in pairs], without)
    top = "".join(piece + "\n\n" for piece in pieces.top)
    head = ""
    if "generator" in own.kinds:
        head = f"---\n{rng.choice(_FRONT_MATTER)}\n---\n\n"
        top = f"{rng.choice(_LINES)}\n\n{top}"
    title = rng.choice(("", "# FAQ\n\n", "# Frequently asked questions\n\nHere is what most people ask.\n\n"))
    below = "".join(f"\n\n{piece}" for piece in pieces.after)
    bottom = "".join(f"\n\n{piece}" for piece in pieces.bottom)
    return f"{head}{title}{top}{body.replace('{f}', below)}{bottom}\n".encode()


def each(
    template: str, wrong: str, before: str = "", after: str = "", statements: bool = False, **options: str
) -> Layout:
    """One piece of Markdown a pair, parted by blank lines; {f} stands for the furniture below it."""
    joint = options.get("joint", "\n\n")

    def write(pairs: Sequence[Pair], own: Furniture, rng: Random, numbers: AbstractSet[int]) -> tuple[str, bytes]:
        parts = [part.rstrip() for part in filled(template, pairs, wrong, numbers, say)]
        body = before + joint.join(parts) + after
        name = options.get("file") or rng.choice(("faq.md", "faq.md", "faq.markdown"))
        return name, page(pairs, own, rng, body)

    return Layout(write, wrong, statements)


def below_sections(pairs: Sequence[Pair], own: Furniture, rng: Random, numbers: AbstractSet[int]) -> tuple[str, bytes]:
    parts = filled("### {q}\n\n{a}{f}", pairs, "{q}\n\n{a}{f}", numbers, say)
    third = -(-len(parts) // 3)
    titles = ("Before you come", "Who may come?", "Money")
    body = [f"## {title}\n\n" + "\n\n".join(parts[at * third :][:third]) for at, title in enumerate(titles)]
    return "faq.md", page(pairs, own, rng, "\n\n".join(body))


def numbered_headings(
    pairs: Sequence[Pair], own: Furniture, rng: Random, numbers: AbstractSet[int]
) -> tuple[str, bytes]:
    """As on GitHub: with a table of contents, and a way back to it below each answer."""
    template = "## {n}. {q}\n\n{a}\n\n[Back to top](#faq){f}"
    parts = filled(template, pairs, template.replace("## ", ""), numbers, say)
    items = filled("{n}. [{q}](#{n}-{anchor})", pairs, "", set(), say)
    joint = rng.choice(("\n\n", "\n\n---\n\n"))
    body = "## Table of Contents\n\n" + "\n".join(items) + "\n\n" + joint.join(parts)
    return "faq.md", page(pairs, own, rng, body, "contents top sidebar")


def mdx(pairs: Sequence[Pair], own: Furniture, rng: Random, numbers: AbstractSet[int]) -> tuple[str, bytes]:
    """With components around and between what is Markdown."""
    parts = filled("## {q}\n\n<Aside>\n\n{a}\n\n</Aside>{f}", pairs, "{q}\n\n{a}{f}", numbers, say)
    head = 'import { Aside, Card } from "@theme/parts";\n\nexport const updated = "2024-03-01";\n\n'
    body = head + '<Card title="FAQ" icon={<Star />} />\n\n' + "\n\n".join(parts)
    return "faq.mdx", page(pairs, Furniture(own.kinds - {"generator"}, own.lang), rng, body)


def with_html_around(
    pairs: Sequence[Pair], own: Furniture, rng: Random, numbers: AbstractSet[int]
) -> tuple[str, bytes]:
    """Markdown whose headings, and what stands around them, are HTML."""
    level = rng.choice((2, 3, 4))
    template = f'<h{level} align="center" id="q{{n}}">{{q}}</h{level}>\n\n{{a}}{{f}}'
    body = "\n\n".join(filled(template, pairs, '<p align="center">{q}</p>\n\n{a}{f}', numbers, say))
    pieces = around(own, rng, as_html, [pair.question for pair in pairs])
    below = "".join(f"\n\n{piece}" for piece in pieces.after)
    return "faq.md", "\n\n".join([*pieces.top, body.replace("{f}", below), *pieces.bottom, ""]).encode()


_HUGO = '{{< faq-item title="{q}" >}}\n{a}\n{{< /faq-item >}}{f}'
_ACCORDION = '<Accordion title="{q}">\n\n{a}\n\n</Accordion>{f}'
_DETAILS = "<details>\n<summary>{q}</summary>\n\n{a}\n\n</details>{f}"

LAYOUTS: dict[str, Layout] = {
    "md h2": each("## {q}\n\n{a}{f}", "{q}\n\n{a}{f}", statements=True),
    "md underlined": each("{q}\n-----\n\n{a}{f}", "{q}\n\n{a}{f}", statements=True),
    "md h3 below h2": Layout(below_sections, "a question that is no heading"),
    "md bold": each("**{q}**\n\n{a}{f}", "{q}\n\n{a}{f}"),
    "md bold, next line": each("**{q}**  \n{first}\n\n{rest}{f}", "{q}\n{first}\n\n{rest}{f}"),
    "md bold marked": each("**Q: {q}**\n\nA: {first}\n\n{rest}{f}", "{q}\n\n{first}\n\n{rest}{f}", statements=True),
    "md marked in bold": each(
        "**Q**. {q}\n\n**A**. {first}\n\n{rest}{f}", "{q}\n\n{first}\n\n{rest}{f}", statements=True
    ),
    "md numbered bold": each("{n}. **{q}**\n\n{a3}", "{n}. {q}\n\n{a3}"),
    "md details": each(_DETAILS, "{q}\n\n{a}{f}", statements=True),
    "md bold summary": each(_DETAILS.replace("{q}", "<b>{q}</b>"), "{q}\n\n{a}{f}", statements=True),
    "md html headings": Layout(with_html_around, "a question that is no heading"),
    "mkdocs": each('??? question "{q}"\n\n{a4}{f}', '?? question "{q}"\n\n{a4}{f}', statements=True),
    "mkdocs faq, open": each('???+ faq "{q}"\n{a4}{f}', "{q}\n\n{a}{f}", statements=True),
    "hugo": each(_HUGO, _HUGO.replace("title=", "titel="), "{{< faq >}}\n\n", "\n\n{{< /faq >}}", statements=True),
    "mdx": Layout(mdx, "a question that is no heading", statements=True),
    "mdx accordion": each(_ACCORDION, _ACCORDION.replace("title=", "titel="), statements=True, file="faq.mdx"),
    "md bullets": each("- **{q}** - {first}\n\n{rest2}", "- {q} - {first}\n\n{rest2}", joint="\n"),
    "md quoted": each("> **{q}**\n\n{a}{f}", "> {q}\n\n{a}{f}"),
    "md numbered headings": Layout(numbered_headings, "a question that is no heading"),
    "md anchors": each("## {q} {#q{n}}\n\n{a}{f}", "{q}\n\n{a}{f}", statements=True),
}
