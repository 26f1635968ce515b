"""One set of rules for all documents: what kinds of pages give, each in several wordings and forms."""

from pathlib import Path

import pytest

from chatbot.content.corpus import read_corpus
from chatbot.content.labels import answer_label, question_label, shown_question, without_number
from chatbot.content.ledger import Content, joined
from chatbot.content.parser import parse


def read(text: str, name: str = "faq.html") -> Content:
    return joined(parse(name, text.encode()))


def pairs(content: Content) -> list[tuple[str, str]]:
    return [(entry.question, entry.answer) for entry in content.entries]


TWO = [("How do I pay?", "By card."), ("Do you ship abroad?", "Yes, to Norway.")]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("- Q: How do I pay?\n- A: By card.\n\n- Q: Do you ship abroad?\n- A: Yes, to Norway.\n", "f.md"),
        ("* Q: How do I pay?\n* A: By card.\n* Q: Do you ship abroad?\n* A: Yes, to Norway.\n", "f.txt"),
        ("- **Q: How do I pay?**\n  - A: By card.\n- **Q: Do you ship abroad?**\n  - A: Yes, to Norway.\n", "f.md"),
        ("1. Frage: How do I pay?\n2. Antwort: By card.\n3. Frage: Do you ship abroad?\n4. Antwort: Yes, to Norway.\n",
         "f.md"),
        ("<ul><li><b>Q:</b> How do I pay?</li><li><b>A:</b> By card.</li><li><b>Q:</b> Do you ship abroad?</li>"
         "<li><b>A:</b> Yes, to Norway.</li></ul>", "f.html"),
    ],
)  # fmt: skip
def test_marked_items_of_a_list_are_questions_and_answers(text: str, name: str) -> None:
    """Red without `_marked_items`; in plain text without `_without_bullet`."""
    content = read(text, name)
    assert pairs(content) == TWO
    assert not content.problems


def test_a_list_in_an_answer_of_marked_items_stays_one() -> None:
    """And letters in a list are no marks. Red where `_in_items` enters every list."""
    text = "- Q: How do I pay?\n- A: By card:\n  - Visa\n  - Amex\n- Q: Do you ship abroad?\n- A: Yes, to Norway.\n"
    assert pairs(read(text, "f.md")) == [("How do I pay?", "By card:\n- Visa\n- Amex"), TWO[1]]
    text = "## Which vitamins do I need?\n\n- A: for the eyes\n- C: for the blood\n\n## How do I pay?\n\nBy card.\n"
    assert pairs(read(text, "f.md")) == [("Which vitamins do I need?", "- A: for the eyes\n- C: for the blood"), TWO[0]]


@pytest.mark.parametrize(
    "page",
    [
        "<div class='x1'>{0}</div><div class='x2'>{1}</div><div class='x1'>{2}</div><div class='x2'>{3}</div>",
        "<ul><li><span>{0}</span><div>{1}</div></li><li><span>{2}</span><div>{3}</div></li></ul>",
        "<section><button>{0}</button><p>{1}</p><button>{2}</button><p>{3}</p></section>",
        "<a data-x='#a'>+</a><div data-to='#a'>{0}</div><div data-to='#b'>{2}</div><p id=a>{1}</p><p id=b>{3}</p>",
        "<h3><button aria-controls=a>{0}</button></h3><h3><button aria-controls=b>{2}</button></h3>"
        "<div id=a>{1}</div><div id=b>{3}</div>",
        "<p><b>1. {0}</b><br>{1}</p><p><b>2. {2}</b><br>{3}</p>",
        "<p><span>{0}</span><br>{1}</p><p><span>{2}</span><br>{3}</p>",
        "<p>Q. {0}</p><p>A. {1}</p><p>Q. {2}</p><p>A. {3}</p>".replace("Q.", "<b>Q.</b>").replace("A.", "<b>A.</b>"),
        "<table><tr><td>{0}</td><td>{1}</td></tr><tr><td>{2}</td><td>{3}</td></tr></table>",
        "<dl><div><dt>{0}</dt><dd>{1}</dd></div><div><dt>{2}</dt><dd>{3}</dd></div></dl>",
        "<table><tr><td>{0}</td></tr><tr><td>{1}</td></tr><tr><td>{2}</td></tr><tr><td>{3}</td></tr></table>",
        "<table><tr><th>{0}</th><th>{2}</th></tr><tr><td>{1}</td><td>{3}</td></tr></table>",
        "<ul><li><a href='#a'>{0}</a></li><li><a href='#b'>{2}</a></li></ul><div id=a>{1}</div><div id=b>{3}</div>",
        "<article><header><h1>{0}</h1><time>3 weeks ago</time></header>{1}</article>"
        "<article><header><h1>{2}</h1></header>{3}</article>",
        "<form><article><header><h4>{0}</h4></header>{1}</article><article><header><h4>{2}</h4></header>{3}</article></form>",
    ],
)
def test_a_page_is_read_whatever_its_classes_are(page: str) -> None:
    (one, answer), (two, other) = TWO
    content = read(f"<!doctype html><body>{page.format(one, answer, two, other)}</body>")
    assert pairs(content) == TWO
    assert not content.problems


@pytest.mark.parametrize(
    "end",
    [
        "<h2>Ready to order?</h2><p><a href='/x'>Order now</a></p>",
        "<h2>Still have questions?</h2><p>We like to help.</p><p><a href='/x'>Write to us</a></p>",
        "<div>Noch Fragen?</div><a href='/x'>Kontakt</a>",
        "<h3>Can't find what you are looking for?</h3><button>Chat</button>",
    ],
)
@pytest.mark.parametrize("tag", ["h3", "div"])
def test_a_call_to_act_is_no_question(end: str, tag: str) -> None:
    body = "".join(f"<{tag}>{question}</{tag}><div>{answer}</div>" for question, answer in TWO)
    assert pairs(read(f"<body>{body}{end}</body>")) == TWO


@pytest.mark.parametrize(
    "page",
    [
        "<ul><li><a href='#a'>{0}</a></li><li><a href='#b'>{2}</a></li></ul>"
        "<div id=a><h3>{0}</h3><p>{1}</p></div><div id=b><h3>{2}</h3><p>{3}</p></div>",
        "<p><a href='#b'>{2}</a></p><h3>{0}</h3><p>{1}</p><h3>{2}</h3><div id=b><p>{3}</p></div>",
    ],
)
def test_a_link_that_leads_to_its_question_opens_nothing(page: str) -> None:
    """Red without: the look for the words of the link in the rest of the page."""
    content = read(page.format(*(part for pair in TWO for part in pair)))
    assert pairs(content) == TWO
    assert not content.errors


@pytest.mark.parametrize("lead", ["", "By one of these.\n\n", "You can pay by:\n\n"])
def test_a_list_of_the_parts_of_an_answer_is_no_table_of_contents(lead: str) -> None:
    parts = "- Card\n- Cash\n\n### Card\n\nAt the till.\n\n### Cash\n\nIn coins."
    content = read(f"# Shop\n\n- Card\n- Cash\n\n## How do I pay?\n\n{lead}{parts}\n\n## Is it open?\n\nYes.", "f.md")
    assert pairs(content) == [("How do I pay?", lead + parts), ("Is it open?", "Yes.")]


def test_the_mark_of_an_answer_goes_with_that_of_its_question() -> None:
    content = read("## Q: How deep is it?\n\nA: Three metres.\n\n## Is it warm?\n\nA: B, or C.", "f.md")
    assert pairs(content) == [("How deep is it?", "Three metres."), ("Is it warm?", "B, or C.")]
    content = read("## Q: How deep is it?\n\nA: Three metres.\n\n## Is it warm?\n\nYes.", "f.md")
    assert pairs(content) == [("How deep is it?", "Three metres."), ("Is it warm?", "Yes.")]


@pytest.mark.parametrize("wording", ["Trouble with the door code", "Is the door locked?"])
def test_a_question_of_data_that_has_no_answer_is_a_gap_whatever_its_words(wording: str) -> None:
    question = "<div itemscope itemtype='https://schema.org/Question'><h3 itemprop=name>{}</h3>{}</div>"
    answer = (
        "<div itemprop=acceptedAnswer itemscope itemtype='https://schema.org/Answer'><div itemprop=text>{}</div></div>"
    )
    page = question.format("How do I pay?", answer.format("By card.")) + question.format(wording, answer.format(""))
    assert pairs(read(page)) == [("How do I pay?", "By card."), (wording, "")]


def test_an_answer_ends_with_the_box_of_its_question() -> None:
    cards = "".join(f"<div><h3>{question}</h3><p>{answer}</p></div>" for question, answer in TWO)
    assert pairs(read(f"{cards}<div><div>Rivers</div><div>Lakes</div></div><div>Old mill, 7 River Street</div>")) == TWO


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.html", "<h2>Who may pay?</h2>\n<h3>{0}</h3>{1}<h3>{2}</h3>{3}"),
        ("a.md", "## Who may pay?\n\n### {0}\n\n{1}\n\n### {2}\n\n{3}\n"),
        ("a.rst", "Who may pay?\n============\n\n{0}\n-------------------\n\n{1}\n\n{2}\n-------------------\n\n{3}\n"),
    ],
)
def test_a_title_that_asks_above_other_questions_is_no_gap(name: str, text: str) -> None:
    content = read(text.format(*TWO[0], *TWO[1]), name)
    assert pairs(content) == TWO
    assert "section title" in {line.reason for line in content.dropped}


@pytest.mark.parametrize(
    "head",
    [
        "title: FAQ\nslug: faq\nmenu:\n  main:\n    parent: about",
        "layout: page\npermalink: /faq/\naliases:\n- /help\n- /x",
        "sidebar_position: 3\ncustom: {a: [1, 2]}\ndescription: >\n  Long\n  text",
    ],
)
def test_front_matter_of_a_generator_costs_one_note(head: str) -> None:
    content = read(f"---\n{head}\ntags: [money]\n---\n\n## {TWO[0][0]}\n\n{TWO[0][1]}\n", "a.md")
    assert pairs(content) == TWO[:1]
    assert content.entries[0].tags == ("money",)
    assert [(p.rule, p.severity) for p in content.problems] == [("unused-key", "warning")]


@pytest.mark.parametrize(
    "text",
    [
        "# Shop FAQ\n\nPlease read these first.\n\n## {0}\n{1}\n\n## {2}\n{3}\n",
        "# Shop FAQ\n\n## Contents\n\n- [{0}](#a)\n- [{2}](#b)\n\n## 1. {0}\n{1}\n\n[Back to top](#a)\n\n---\n\n"
        "## 2. {2}\n{3}\n",
        "<h2><a name='a'></a>\n{0}\n</h2>\n\n{1}\n\n<h2>{2}</h2>\n\n{3}\n",
        "**Q: {0}**\n\nA: {1}\n\n**Q**. {2}\n\n**A**. {3}\n",
        "<details>\n<summary><b>{0}</b></summary>\n\n{1}\n\n</details>\n\n<details><summary>{2}</summary>\n{3}\n</details>\n",
        '??? faq "{0}"\n    {1}\n\n!!! question "{2}"\n\n    {3}\n',
        "{{{{% faq title='{0}' %}}}}\n{1}\n{{{{% /faq %}}}}\n{{{{< item question=\"{2}\" >}}}}{3}{{{{< /item >}}}}\n",
        '{{{{< faq "{0}" >}}}}\n{1}\n{{{{< /faq >}}}}\n[details="{2}"]\n{3}\n[/details]\n',
        '[toggle title="{0}"]{1}[/toggle]\n[toggle title="{2}"]\n{3}\n[/toggle]\n',
        ":::details {0}\n{1}\n:::\n\n:::note[{2}]\n{3}\n:::\n",
        '<Faq>\n<Entry heading="{0}">\n{1}\n</Entry>\n<Entry heading="{2}">\n{3}\n</Entry>\n</Faq>\n',
        "1. **{0}**\n   - {1}\n2. **{2}**\n   - {3}\n",
        "## {0} {{#pay}}\n\n{1} <!-- ask Ann -->\n\n<!-- later:\n\n## Not yet?\n-->\n## {2}\n\n{3}\n",
    ],
)
def test_markdown_is_read_as_people_write_it(text: str) -> None:
    content = read(text.format(*TWO[0], *TWO[1]), "a.md")
    assert [(q, a.removeprefix("- ")) for q, a in pairs(content)] == TWO
    assert not content.errors


def test_what_has_a_title_inside_of_an_answer_is_a_part_of_it() -> None:
    code = "{% code title='x.sh' %}\n```\nnpm i\n```\n{% endcode %}\n"
    text = f"<details>\n<summary>How do I install it?</summary>\n\nRun:\n\n{code}</details>\n"
    assert pairs(read(text, "a.md")) == [("How do I install it?", "Run:\n\n```\nnpm i\n```")]
    tabs = (
        '??? question "Do you ship?"\n    Yes.\n\n'
        + '    === "Malta"\n\n        No.\n\n    !!! note "Norway"\n        Soon.\n'
    )
    assert pairs(read(tabs, "a.md")) == [("Do you ship?", "Yes.\n\n**Malta**\n\nNo.\n\n**Norway**\nSoon.")]
    said = "See [x] and [note title] or `[toggle title='a?']` or `<details>`."
    assert pairs(read(f"## How?\n\n{said}\n", "a.md")) == [("How?", said)]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.md", "## {0}\n\n{1}\n\n<aside>\nTip one.\n</aside>\n\n## {2}\n\n{3}\n\n<aside>Tip two.</aside>\n"),
        ("a.html", "<h2>{0}</h2><p>{1}</p><aside>Tip one.</aside><h2>{2}</h2><p>{3}</p><aside>Tip two.</aside>"),
        (
            "a.html",
            "<article><h2>{0}</h2><p>{1}</p><footer>Tip one.</footer></article>"
            "<article><h2>{2}</h2><p>{3}</p><footer>Tip two.</footer></article>",
        ),
    ],
)
def test_tips_and_feet_inside_of_answers_stay(name: str, text: str) -> None:
    """Red without: the look at where they stand, in each format."""
    asked = [(q, f"{a}\n\nTip {n}.") for (q, a), n in zip(TWO, ("one", "two"), strict=True)]
    assert pairs(read(text.format(*TWO[0], *TWO[1]), name)) == asked


def test_so_does_the_foot_of_a_quotation_and_those_of_a_page_do_not() -> None:
    quoted = "<h2>{}</h2><blockquote><p>{}</p><footer>The law</footer></blockquote>".format(*TWO[0])
    assert pairs(read(quoted)) == [(TWO[0][0], f"> {TWO[0][1]}\n>\n> The law")]
    links = "<a href='/a'>One page</a> <a href='/b'>Other page</a>"
    page = f"<aside>Our shop.</aside><h2>{TWO[0][0]}</h2><p>{TWO[0][1]}</p><aside>{links}</aside><h2>{TWO[1][0]}</h2>"
    page += f"<p>{TWO[1][1]}</p><aside>About us.</aside><footer>Made by Ann</footer>"
    assert pairs(read(page)) == TWO
    text = f"<aside>\nOur shop.\n</aside>\n\n## {TWO[0][0]}\n\n{TWO[0][1]}\n\n<aside>[One](/a)\n[Two](/b)\n</aside>\n"
    assert pairs(read(text, "a.md")) == TWO[:1]


def test_lines_of_code_that_answers_share_stay_with_their_indentation() -> None:
    code = "    begin\n      write(1)\n    end"
    text = "\n\n".join(f"How do I print {n} lines?\nWrite:\n{code}" for n in ("no", "two", "six"))
    content = read(text, "a.txt")
    assert [entry.answer for entry in content.entries] == [f"Write:\n{code}"] * 3
    assert not content.dropped


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.txt", "Is it free?\nAlso asked: Do I pay?\nYes.\n\nWhy?\nSo.\n"),
        ("a.html", "<h2>Is it free?</h2><p><b>Also asked:</b> Do I pay?</p><p>Yes.</p><h2>Why?</h2><p>So.</p>"),
    ],
)
def test_other_wordings_on_one_line_in_other_formats(name: str, text: str) -> None:
    content = read(text, name)
    assert [(e.question, e.alternates, e.answer) for e in content.entries] == [
        ("Is it free?", ("Do I pay?",), "Yes."),
        ("Why?", (), "So."),
    ]


def test_a_page_shows_its_code_as_a_browser_does() -> None:
    """Red where a table of numbers and code is a table of the answer, or a remark in code is a part of the page."""
    code = "<table><tr><td><pre>1\n2</pre></td><td><pre>def f():\n    return 1</pre></td></tr></table>"
    page = f"<h3>How do I list?</h3>{code}<p>So.</p><h3>Why?</h3><pre>a<div># What is this?</div>b</pre>"
    assert pairs(read(page)) == [
        ("How do I list?", "```\ndef f():\n    return 1\n```\n\nSo."),
        ("Why?", "```\na\n# What is this?\nb\n```"),
    ]


ENDS = {
    "f.md": "## {0}\n\n{1}\n\n{2}\n\n",
    "f.txt": "{0}\n{1}\n{2}\n\n",
    "f.html": "<h2>{0}</h2><p>{1}</p><p>{2}</p>",
    "f.htm": "<dl><dt>{0}</dt><dd>{1}<br>{2}</dd></dl>",
    "f.adoc": "== {0}\n\n{1}\n\n{2}\n\n",
}
FIVE = ["How do I pay?", "Where do we meet?", "What do I bring?", "Who leads the runs?", "When do you run?"]


def ending(name: str, line: str, count: int, above: str = "") -> Content:
    """Five answers, of which `count` end with `line`."""
    texts = [ENDS[name].format(asked, f"Answer {n}.", line if n < count else "") for n, asked in enumerate(FIVE)]
    return read(above + "".join(texts), name)


@pytest.mark.parametrize("name", ENDS)
@pytest.mark.parametrize(
    "line", ["Members only", "Not on Sundays", "Price: 12 \u20ac", "See the price list", "return 1"]
)
def test_a_sentence_of_the_owner_stays_below_every_answer(name: str, line: str) -> None:
    answers = [entry.answer for entry in ending(name, line, 5).entries]
    assert len(answers) == 5
    assert all(answer.startswith(f"Answer {n}.") and answer.endswith(line) for n, answer in enumerate(answers))


@pytest.mark.parametrize(("count", "is_kept"), [(5, False), (3, False), (2, True)])
@pytest.mark.parametrize(
    ("name", "above", "line"),
    [
        ("f.txt", "Running Club\n\n", "Running Club"),
        ("f.md", "# Running Club\n\n", "Running Club"),
        ("f.html", "<h1>Running Club</h1>", "Running Club"),
        ("f.md", "", "[Zum Anfang der Fragen](#oben)"),
        ("f.html", "", "<a href='#oben'>Zum Anfang der Fragen</a>"),
        ("f.htm", "", "<font size=1><a href='#oben'>[To the very top]</a></font>"),
    ],
)
def test_what_a_site_puts_below_most_answers_is_dropped(
    name: str, above: str, line: str, count: int, is_kept: bool
) -> None:
    content = ending(name, line, count, above)
    assert [len(entry.answer) > len("Answer 0.") for entry in content.entries] == [
        is_kept and n < count for n in range(5)
    ]
    told = [problem.rule for problem in content.problems if problem.rule != "bad-link"]
    assert told == (["repeated-line"] if above and not is_kept else [])


def test_what_ends_few_answers_of_many_is_theirs() -> None:
    text = "".join(ENDS["f.md"].format(f"{asked[:-1]} {more}?", "So.", "") for asked in FIVE for more in ("a", "b"))
    content = ending("f.md", "Running Club", 3, f"# Running Club\n\n{text}")
    assert sum("Running Club" in entry.answer for entry in content.entries) == 3


def test_what_ends_two_answers_of_three_is_theirs() -> None:
    answers = ["So.\n\nRunning Club", "Thus.\n\nRunning Club", "No."]
    text = "".join(f"## {asked}\n\n{said}\n\n" for asked, said in zip(FIVE[:3], answers, strict=True))
    assert [entry.answer for entry in read(f"# Running Club\n\n{text}", "f.md").entries] == answers


def test_a_line_that_is_all_of_an_answer_stays_in_the_others() -> None:
    answers = ["So.\n\nRunning Club", "Thus.\n\nRunning Club", "Here.\n\nRunning Club", "Running Club"]
    text = "".join(f"## {asked}\n\n{said}\n\n" for asked, said in zip(FIVE[:4], answers, strict=True))
    assert [entry.answer for entry in read(f"# Running Club\n\n{text}", "f.md").entries] == answers


def test_a_link_to_another_question_stays_below_every_answer() -> None:
    line = "[How to pay](#how-do-i-pay)"
    assert [entry.answer.endswith("How to pay](#how-do-i-pay)") for entry in ending("f.md", line, 5).entries] == [
        True
    ] * 5


@pytest.mark.parametrize(
    ("line", "number", "rest"),
    [
        ("Q1a: How?", "1a", "How?"),
        ("**Q**. How?", "", "How?"),
        ("Question 3 - How?", "3", "How?"),
        ("Frage: Wie?", "", "Wie?"),
        ("\u95ee\uff1a\u600e\u4e48\uff1f", "", "\u600e\u4e48\uff1f"),
        ("\u0633: \u0643\u064a\u0641\u061f", "", "\u0643\u064a\u0641\u061f"),
    ],
)
def test_marks_of_questions(line: str, number: str, rest: str) -> None:
    mark = question_label(line)
    assert mark is not None
    assert (mark.number, mark.rest.strip()) == (number, rest)


@pytest.mark.parametrize(
    "line", ["a) water", "A. Miller wrote it", "Answers are below", "R is a language", "a: the first"]
)
def test_what_is_no_mark_of_an_answer(line: str) -> None:
    assert answer_label(line) is None


def test_numbers_are_no_words_of_a_question_unless_they_are() -> None:
    assert [without_number(text) for text in ("1.2) How?", "#3: How?", "3 ways to pay?", "24/7 help?")] == [
        "How?", "How?", "3 ways to pay?", "24/7 help?",
    ]  # fmt: skip
    assert shown_question("Q2: How do I pay? \u25bc") == "How do I pay?"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "a.md",
            "## {0}\n\n{1}\n\n## {2}\n\n{3}\n\nWhy so slow?\n\nSo.\n\nWhy so fast?\n\nSo.\n\nIs it red?\n\nYes.\n",
        ),
        ("a.html", "<h2>{0}</h2>{1}<h2>{2}</h2>{3}<p>Why so slow?<p>So.<p>Why so fast?<p>So.<p>Is it red?<p>Yes."),
    ],
)
def test_questions_inside_of_an_answer_fail_the_reading_and_may_be_meant(name: str, text: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text.format(*TWO[0], *TWO[1]))
    found = [problem for problem in read_corpus(tmp_path).errors if problem.rule == "partial"]
    assert len(found) == 2
    assert "accept_partial = true in bot.toml" in found[0].message
    (tmp_path / "bot.toml").write_text("accept_partial = true\n")
    assert not read_corpus(tmp_path).errors


def test_links_within_the_site_lead_to_entries_or_to_the_site(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(
        "## How do I pay?\n\nSee [prices](/prices), [rules](../rules.html), [below](#ship), [there](b.md), `[x](/y)`."
        "\n\n"
        "## Do you ship? {#ship}\n\nYes.\n"
    )
    (tmp_path / "b.md").write_text("## Who are you?\n\nWe. [Pay](a.md#how-do-i-pay)\n")
    plain = {entry.id: entry.answer for entry in read_corpus(tmp_path).entries}
    assert plain["how-do-i-pay"] == "See prices, rules, [below](faq#do-you-ship), [there](faq#who-are-you), `[x](/y)`."
    assert [p.rule for p in read_corpus(tmp_path).problems] == ["site-link"]
    (tmp_path / "bot.toml").write_text('site = "https://shop.example/help/faq"\n')
    content = read_corpus(tmp_path)
    assert not content.problems
    entries = {entry.id: entry for entry in content.entries}
    assert (
        "[prices](https://shop.example/prices), [rules](https://shop.example/rules.html)"
        in entries["how-do-i-pay"].answer
    )
    assert '<a href="faq#do-you-ship" rel="noopener noreferrer nofollow">below</a>' in entries["how-do-i-pay"].html
    assert entries["who-are-you"].answer == "We. [Pay](faq#how-do-i-pay)"


def test_a_page_says_itself_where_it_stands(tmp_path: Path) -> None:
    head = '<head><link rel="canonical" href="https://shop.example/help/"></head>'
    (tmp_path / "a.html").write_text(f"{head}<h2>How?</h2><p>See <a href='x.html'>this</a>.</p>")
    assert read_corpus(tmp_path).entries[0].answer == "See [this](https://shop.example/help/x.html)."


@pytest.mark.parametrize(
    "data",
    [
        '{{"@type": "Question", "name": "{0}", "acceptedAnswer": {{"text": "By\n  card."}}}}',
        '[{{"@type": "Question", "name": "{0}", "acceptedAnswer": {{"text": "By card."}}}},]',
    ],
)
def test_data_of_a_page_is_joined_with_what_else_it_shows(data: str) -> None:
    (one, answer), (two, other) = TWO
    script = f'<script type="application/ld+json">{data.format(one)}</script>'
    shown = f"<details><summary><i>01</i> {one}</summary>{answer}</details><h3>{two}</h3><p>{other}</p>"
    content = read(script + shown)
    assert pairs(content) == TWO
    assert not content.problems


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.html", "<h3>How long?</h3><p>Two days.</p><h3>Refund policy</h3><p>30 days.</p>"),
        ("a.html", "<h3>Refund policy</h3><p>30 days.</p><h3>How long?</h3><p>Two days.</p><h3>Why?</h3><p>So.</p>"),
        (
            "a.html",
            "<button class=a>Is it free?</button>Yes.<button class=a>Refund policy</button><p>30 days.</p>",
        ),
        ("a.html", "<p><b>Is it free?</b></p>Yes.<p><b>Refund policy</b></p><p>30 days.<p><b>Why?</b><p>So."),
        ("a.md", "**Is it free?**\n\nYes.\n\n**Why?**\n\nSo.\n\n**Refund policy**\n\n30 days.\n"),
        ("a.md", "**Is it free?**\nYes.\n\n**Refund policy**\n30 days.\n\n**Why?**\nSo.\n\n**How to pay**\nNow.\n"),
        (
            "a.html",
            "<p class=q>Is it free?<p class=a>Yes.<p class=q>Refund policy<p class=a>30 days.<p class=q>Why?<p>S.",
        ),
        ("a.txt", "Q. Is it free?\nA. Yes.\n\nQ. Refund policy\nA. 30 days.\n"),
        ("a.txt", "[Q] Is it free?\n[A] Yes.\n[Q] Refund policy\n[A] 30 days.\n"),
        ("a.html", "<table><tr><th>Question<th>Answer<tr><td>Refund policy<td>30 days.<tr><td>Fees<td>None.</table>"),
        (
            "a.html",
            "<div><b>Is it free?</b><br>Yes.<br><br><b>Refund policy</b><br>30 days.<br><br><b>Why?</b><br>S.",
        ),
    ],
)
def test_what_is_made_as_the_questions_are_is_one_without_a_question_mark(name: str, text: str) -> None:
    assert ("Refund policy", "30 days.") in pairs(read(text, name))


ALIKE = [("Is it free?", "Yes, for all"), ("How long does it take?", "Two days"), ("Why?", "For a reason")]


@pytest.mark.parametrize(
    ("name", "layout", "shown"),
    [
        ("a.html", '<p class="x">{}</p><p class="x">{}</p>', "{}"),
        (
            "a.html",
            '<p class="x"><span>{}</span></p><p class="x"><span>{}</span></p><p class="x">Ask.</p>',
            "{}\n\nAsk.",
        ),
        ("a.html", '<section><div class="x">{}</div><div class="x">{}</div></section>', "{}"),
        ("a.html", '<p class="c3"><span class="c1">{}</span></p><p class="c3">{}</p><p class="c3"></p>', "{}"),
        ("a.html", "<p><b>{}</b></p><p><b>{}</b></p>", "**{}**"),
        ("a.html", "<h3>{}</h3><h3>{}</h3>", "### {}"),
        ("a.md", "**{}**\n\n**{}**\n\n", "**{}**"),
    ],
)
def test_an_answer_that_is_made_as_its_question_is_no_question(name: str, layout: str, shown: str) -> None:
    """Red where what is made as lines that ask is a question, wherever it stands: each answer is one, and is lost."""
    content = read("".join(layout.format(*pair) for pair in ALIKE), name)
    assert pairs(content) == [(asked, shown.format(said)) for asked, said in ALIKE]
    assert not content.problems


@pytest.mark.parametrize(
    "text",
    [
        "## {0}\n\n{1} Why do we care? Because we must.\n\n## {2}\n\nWho can see it? Only you.\n\n{3}\n",
        "## {0}\n\n{1}\n\nRelated: [How do I get an invoice?](#x)\n\n[Is it safe?](#y)\n\n## {2}\n\n{3}\n",
    ],
)
def test_sentences_that_ask_and_links_to_questions_stop_no_build(text: str) -> None:
    content = read(text.format(*TWO[0], *TWO[1]), "a.md")
    assert [entry.question for entry in content.entries] == [TWO[0][0], TWO[1][0]]
    assert not content.errors


def test_a_readme_is_content_where_nothing_else_is(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("## How?\nSo.\n")
    assert len(read_corpus(tmp_path).entries) == 1
    (tmp_path / "faq.md").write_text("## Why?\nThus.\n")
    assert [entry.question for entry in read_corpus(tmp_path).entries] == ["Why?"]


@pytest.mark.parametrize(
    "data",
    ["How?\nSo, na\u00efve.\n".encode("utf-16"), b"<meta charset=windows-1252><h2>How?</h2><p>So, na\xefve.</p>"],
)
def test_an_encoding_that_is_told_is_read(data: bytes) -> None:
    name = "a.html" if b"<" in data else "a.txt"
    assert pairs(joined(parse(name, data))) == [("How?", "So, na\u00efve.")]
