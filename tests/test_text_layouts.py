"""Habits of writing questions that are no question mark at the end of a line: tabs, titles, other scripts, speakers."""

import pytest

from chatbot.content.ledger import Content, joined
from chatbot.content.parser import parse


def read(text: str, name: str = "faq.txt") -> Content:
    return joined(parse(name, text.encode()))


def pairs(content: Content) -> list[tuple[str, str]]:
    return [(entry.question, entry.answer) for entry in content.entries]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("How long?\tFifty minutes.\nMay I bring a dog?\t\tYes.\n", [("How long?", "Fifty minutes."),
                                                                    ("May I bring a dog?", "Yes.")]),
        ("Wie lange?\t50 Minuten.\nPreise\t6 Euro\nWo?\tAm Kai.\n", [("Wie lange?", "50 Minuten."),
                                                                    ("Preise", "6 Euro"), ("Wo?", "Am Kai.")]),
        ("¿Cuánto tarda?\nMedia hora.\n\nHorarios\nDe 9 a 18 h.\n\n¿Dónde?\nEn el muelle.\n",
         [("¿Cuánto tarda?", "Media hora."), ("Horarios", "De 9 a 18 h."), ("¿Dónde?", "En el muelle.")]),
        ("Our FAQ\n\nHow do I order?\nBy mail.\n\nHow to pay\nBy card.\nOr cash.\n\nMay I return it?\nNo.\n",
         [("How do I order?", "By mail."), ("How to pay", "By card.\nOr cash."), ("May I return it?", "No.")]),
        ("Πόση ώρα κάνει το φέρι;\nΠενήντα λεπτά.\n\nΜπορώ να φέρω «ποδήλατο»;\nΝαι· για έξι ευρώ.\n",
         [("Πόση ώρα κάνει το φέρι;", "Πενήντα λεπτά."), ("Μπορώ να φέρω «ποδήλατο»;", "Ναι· για έξι ευρώ.")]),
        ("Որքա՞ն է տևում\nՀիսուն րոպե։\n\nԿարո՞ղ եմ բերել։\nԱյո։\n", [("Որքա՞ն է տևում", "Հիսուն րոպե։"),
                                                                     ("Կարո՞ղ եմ բերել։", "Այո։")]),
        ("เรือใช้เวลานานเท่าไร\nห้าสิบนาที\n\nซื้อตั๋วที่ไหนคะ\nที่ท่าเรือ\n", [("เรือใช้เวลานานเท่าไร", "ห้าสิบนาที"),
                                                                 ("ซื้อตั๋วที่ไหนคะ", "ที่ท่าเรือ")]),
        ("ถาม: เรือมาเมื่อใด\nตอบ: เก้าโมง\n\nถาม: ขึ้นตรงนั้น\nตอบ: ใช่\n", [("เรือมาเมื่อใด", "เก้าโมง"),
                                                                    ("ขึ้นตรงนั้น", "ใช่")]),
        ("Հարց: Երբ է գալիս\nՊատասխան: Իննին\n\nՀարց: Որտեղ է\nՊատասխան: Այստեղ\n", [("Երբ է գալիս", "Իննին"),
                                                                                ("Որտեղ է", "Այստեղ")]),
        ("Interviewer: How did you start?\nAnn Lee: With one oven.\n\nInterviewer: And today?\nAnn Lee: With nine.\n",
         [("How did you start?", "With one oven."), ("And today?", "With nine.")]),
    ],
)  # fmt: skip
def test_questions_are_found_as_texts_write_them(text: str, expected: list[tuple[str, str]]) -> None:
    content = read(text)
    assert pairs(content) == expected
    assert not content.errors


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("How long?\nAn hour.\n\nPrices are here.\nSix euros.\n\nWhere?\nAt the pier.\n", ["How long?", "Where?"]),
        ("How long?\n\nAn hour.\n\nPrices\nSix euros.\n\nWhere?\n\nAt the pier.\n", ["How long?", "Where?"]),
        ("How long?\nAn hour;\ntwo in winter;\n\nWhere?\nAt the pier.\n", ["How long?", "Where?"]),
        ("Ferry: How long?\nAn hour.\n\nFerry: Where?\nAt the pier.\n", ["Ferry: How long?", "Ferry: Where?"]),
        ("How long?\nAn hour.\n\nOld boats\nonly go at noon.\n\nWhere?\nAt the pier.\n", ["How long?", "Where?"]),
        ("How long?\nAn hour.\n\nFerry Ltd\nPier Road 3\n\nWhere?\nAt the pier.\n", ["How long?", "Where?"]),
        ("How dear?\nSee here:\n\nAdults\nSix euros.\n\nWhere?\nAt the pier.\n", ["How dear?", "Where?"]),
        ("How far?\nA mile.\n\nHours\nAt six.\n\nWhere?\nHere.\n\nPrices\nNone.\n", ["How far?", "Where?"]),
        ("Wann?\nUm elf.\n\nDer Laden der alten\nGärtnerei hat zu.\n\nWo?\nAm Kai.\n", ["Wann?", "Wo?"]),
        ("Dose: How many?\nWarning: Two at most.\n\nDose: For whom?\nWarning: Not for children.\n",
         ["Dose: How many?", "Dose: For whom?"]),
        ("How long?\nName\tAge\nAnn\t9\nBob\t8\n\nWhere?\nAt the pier.\n", ["How long?", "Where?"]),
    ],
)  # fmt: skip
def test_lines_of_answers_that_look_alike_stay_theirs(text: str, asked: list[str]) -> None:
    assert [entry.question for entry in read(text).entries] == asked


@pytest.mark.parametrize(
    "text",
    [
        ">[!faq]-Is it far?\n>No.\n\n>[!faq]+Is it dear?\n>Yes.\n",
        "- > [!faq]- Is it far?\n  > No.\n- > [!question]+ Is it dear?\n  > Yes.\n",
        "> [!FAQ]- **Is it far?**\n> No.\n\n> [!help] Is it dear?\n> Yes.\n",
    ],
)
def test_the_sign_of_a_callout_is_no_word_of_its_question(text: str) -> None:
    assert pairs(read(text, "faq.md")) == [("Is it far?", "No."), ("Is it dear?", "Yes.")]


def test_text_below_the_title_of_a_part_is_named() -> None:
    page = (
        "<h1>FAQ</h1><p>All that you may ask us here.</p>\n<h2>Delivery</h2><p>We deliver in the whole of Kent.</p>\n"
        "<h3>What does it cost?</h3><p>5 £</p>\n<h2>Returns</h2><p>The following questions are asked often.</p>\n"
        "<h3>Who pays?</h3><p>You do.</p>"
    )
    [problem] = read(page, "faq.html").problems
    assert (problem.line, problem.rule, problem.severity) == (2, "introduction", "warning")
    assert 'text below "Delivery" stands under no question' in problem.message
    assert "Returns" not in problem.message


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ('Write to <a href="/cdn-cgi/l/email-protection" data-cfemail="422b2c242d02236c272c">[email protected]</a>.',
         "Write to [info@a.en](mailto:info@a.en)."),
        ('To <a href="/cdn-cgi/l/email-protection#422b2c242d02236c272c"><span class="__cf_email__" '
         'data-cfemail="422b2c242d02236c272c">[email protected]</span></a>', "To [info@a.en](mailto:info@a.en)"),
        ('To <span data-cfemail="42zz">[email protected]</span>.', "To [email protected]."),
        ("東京は<ruby>漢字<rp>(</rp><rt>かんじ</rt><rp>)</rp></ruby>です。", "東京は漢字(かんじ)です。"),
        ("東京は<ruby><rb>漢字</rb><rt>かんじ</rt></ruby>です。", "東京は漢字(かんじ)です。"),
        ("So <math><mfrac><mn>1</mn><mn>2</mn></mfrac></math> cup.", "So 1/2 cup."),
        ("<math><semantics><mrow><mi>E</mi><mo>=</mo><mi>m</mi><msup><mi>c</mi><mn>2</mn></msup></mrow>"
         "<annotation encoding='x'>E=mc^2</annotation></semantics></math>", "E = mc^2"),
        ("<math><msqrt><mi>a</mi><mo>+</mo><mi>b</mi></msqrt></math>", "\u221a(a + b)"),
    ],
)  # fmt: skip
def test_what_a_page_says_by_tags_is_said_in_words(html: str, words: str) -> None:
    assert pairs(read(f"<h2>How?</h2><p>{html}</p><h2>Why?</h2><p>So.</p>", "faq.html"))[0] == ("How?", words)


def test_numbers_in_tags_of_their_own_are_no_letters_of_the_words_behind() -> None:
    rows = "".join(
        f"<div><span>0{n}</span><span>{q}</span><div>{a}</div></div>"
        for n, (q, a) in enumerate([("How deep is it?", "Four metres."), ("Is it far?", "No.")], 1)
    )
    assert pairs(read(rows, "faq.html")) == [("How deep is it?", "Four metres."), ("Is it far?", "No.")]
    one = "<h2><b>3</b>D printing: how?</h2><p>So.</p><h2>Why?</h2><p>So.</p>"
    assert pairs(read(one, "faq.html"))[0][0] == "3D printing: how?"


@pytest.mark.parametrize(
    "lines",
    [
        ["क्या मैं साइकिल ला सकता हूँ?", "हाँ, दस बजे तक।", "किराया कितना है?", "तीन यूरो।", "टिकट कहाँ मिलता है?", "घाट पर।"],
        ["นำจักรยานขึ้นเรือได้ไหม", "ได้ ก่อนสิบโมง", "ค่าโดยสารเท่าไหร่", "สามยูโร", "ซื้อตั๋วได้ที่ไหน", "ที่ท่าเรือ"],
        ["Կարո՞ղ եմ գալ։", "Այո, մինչև տասը։", "Որքա՞ն արժե։", "Երեք եվրո։", "Որտե՞ղ գնեմ։", "Նավամատույցում։"],
        ["کیا میں آ سکتا ہوں؟", "جی ہاں۔", "کرایہ کتنا ہے؟", "تین یورو۔", "ٹکٹ کہاں ہے؟", "گھاٹ پر۔"],
    ],
)
def test_an_answer_without_a_blank_line_below_is_no_beginning_of_the_next_question(lines: list[str]) -> None:
    """Red without: other full stops than those of Europe and China; the look at the length of the line above."""
    content = read("\n".join(lines))
    assert [entry.question for entry in content.entries] == lines[::2]
    assert [entry.answer for entry in content.entries] == lines[1::2]
