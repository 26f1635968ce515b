"""What a site lays over its text, puts beside it and behind it becomes no entry; what an owner wrote like it stays."""

import pytest

from chatbot.content.ledger import Content, joined
from chatbot.content.parser import parse

QUESTIONS = [("How deep is the pool?", "The pool is 3.8 metres deep."), ("Do I need a mask?", "No, we lend you one.")]
CARDS = "".join(f"<h4>{q}</h4><p>{a}</p>\n" for q, a in QUESTIONS)


def read(text: str, name: str = "faq.html") -> Content:
    return joined(parse(name, text.encode()))


def pairs(content: Content) -> list[tuple[str, str]]:
    return [(entry.question, entry.answer) for entry in content.entries]


@pytest.mark.parametrize(
    "box",
    [
        '<div role="dialog"><h2>Do we really need cookies?</h2><p>To measure.</p></div>',
        '<div aria-modal="true"><h4>Not yet a member?</h4><p>Join us.</p></div>',
        "<dialog open><h4>Would you like a chair?</h4><p>Ten of them are left.</p></dialog>",
        "<div><h4>Why cookies?</h4><p>We use cookies to measure.</p><button>OK</button></div>",
        "<section><div><h4>Wozu Cookies?</h4></div><div><p>Cookies helfen uns.</p>"
        "<a href='#'>Alle akzeptieren</a></div></section>",
        "<div class=n><h4>Want 10 % off?</h4><p>Join our list.</p><form><input></form></div>",
        "<div class=n><h4>Rabatt gefällig?</h4><p>Jetzt den Newsletter abonnieren.</p><input type=email></div>",
        "<aside-box><div class=n><h4>¿Quieres un descuento?</h4><form><p>Suscríbete</p><input name=email></form></div>"
        "</aside-box>",
    ],
)
def test_what_is_laid_over_a_page_is_left_out_and_named_in_the_ledger(box: str) -> None:
    content = read(f"{CARDS}{box}")
    assert pairs(content) == QUESTIONS
    assert not content.problems
    assert [line.role for line in content.ledger] == ["entry", "entry", "dropped"]
    assert content.ledger[2].reason in ("a dialog of the site", "cookie banner", "a box that asks for an address")


@pytest.mark.parametrize(
    ("page", "asked"),
    [
        (f'<div role="dialog" id="help">{CARDS}</div>', [q for q, _ in QUESTIONS]),
        ('<a href="#m">Do you ship?</a><p>See.</p><h3>Is it far?</h3><p>No.</p>'
         '<div role="dialog" id="m"><h3>Do you ship?</h3><p>Yes.</p></div>', ["Is it far?", "Do you ship?"]),
        (f"{CARDS}<h4>Do you use cookies?</h4><p>Only to count visits.</p>", ["Do you use cookies?"]),
        ("".join(f"<div class=card><h4>{q}</h4><p>Cookies, {a}</p><button>OK</button></div>" for q, a in QUESTIONS),
         [q for q, _ in QUESTIONS]),
        ("".join(f"<div class=card><h4>{q}</h4><p>Subscribe: {a}</p><form><input></form></div>" for q, a in QUESTIONS),
         [q for q, _ in QUESTIONS]),
        (f"<main>{CARDS}<h4>How do I get the newsletter?</h4><p>Here:</p><form><input type=email></form></main>",
         ["How do I get the newsletter?"]),
        (f"<div>{CARDS.splitlines()[0]}<p>News: leave your address.</p><input type=email><b>Sign up</b></div>"
         "<h4>Is it far?</h4><p>No.</p>", ["How deep is the pool?", "Is it far?"]),
        (f"<div><h4>Who dives?</h4><p>We do.</p><div><p>Our newsletter.</p><input type=email></div></div>{CARDS}",
         ["Who dives?"]),
        (f"{CARDS}<div><h4>How do I hear of new trips?</h4><p>Subscribe here.</p><form><input></form></div>",
         ["How do I hear of new trips?"]),
        (f"{CARDS}<div><h4>Is there a newsletter?</h4><p>Subscribe here.</p><form><input></form></div>",
         ["Is there a newsletter?"]),
        (f"{CARDS}<div><h4>Which cookies do you use?</h4><p>Two.</p><button>Accept all</button></div>",
         ["Which cookies do you use?"]),
        (f"<div role=dialog aria-modal=true><h4>Is it far?</h4><p>No.</p></div>{CARDS}", ["Is it far?"]),
        (f"<div role=dialog aria-label=FAQ><h4>Have you lockers?</h4><p>Yes.</p></div>{CARDS}", ["Have you lockers?"]),
        (f"{CARDS}<div class=last><h4>Where is it?</h4><p>North.</p><form>Subscribe<input></form></div>",
         ["Where is it?"]),
    ],
)  # fmt: skip
def test_questions_that_only_look_like_it_are_read(page: str, asked: list[str]) -> None:
    found = read(page).entries
    assert {entry.question for entry in found} >= set(asked)
    assert all(entry.answer for entry in found)


@pytest.mark.parametrize(
    "end",
    [
        "<h4>You may also like</h4><div><a href=/p1>Fins</a> 30 €</div><div><a href=/p2>Masks</a> 20 €</div>",
        "<h4>Related articles</h4><ul><li><a href=/1>Deep</a></li><li><a href=/2>Masks</a></li></ul>",
        "<h4>Das könnte Sie auch interessieren</h4><p><a href=/1>Tauchen</a></p>",
        "<h5>Artículos relacionados</h5><ul><li><a href=/1>Bucear</a></li></ul><h5>Comentarios</h5>",
        "<p>Was this article helpful?<br>3 out of 4 found this helpful</p>",
        "<div>Was this article helpful? <button>Yes</button><small>3 out of 4 found this helpful</small></div>",
        "<p>Did you find it helpful? <a href=#>Yes</a> <a href=#>No</a></p>",
        "<p>Fanden Sie diesen Artikel hilfreich? <a href=#>Ja</a> <a href=#>Nein</a></p>",
        "<p>Modified on: Mon, 3 Feb, 2025 at 10:14 AM</p>",
        "<p>Utilisateurs qui ont trouvé cela utile : 3 sur 4</p>",
        '<p><a href="#top">[Back to Top]</a></p><p><i>Last modified 12/03/2003 by webmaster</i></p>',
        "<p>Zuletzt geändert am 3. Mai 2024</p>",
        "<section><h2>Did we not answer your question?</h2><p><a href=/c>Contact us</a></p></section>"
        "<section><h2>Our trips</h2><div><h3>Red Sea</h3><p>From 899</p></div></section>",
    ],
)
def test_what_stands_behind_the_last_answer_is_left_out(end: str) -> None:
    content = read(CARDS + end)
    assert pairs(content) == QUESTIONS
    assert not content.errors


def test_a_heading_of_cards_of_questions_that_asks_nothing_is_none() -> None:
    page = "".join(f"<div><p class=q>{q}</p><p>{a}</p><p>On request.</p></div>" for q, a in QUESTIONS)
    end = "<h2>Haven't we answered your question?</h2><p>Write to us.</p><h2>Our trips</h2><h3>Red Sea</h3><p>899 €</p>"
    assert [q for q, _ in pairs(read(page + end))] == [q for q, _ in QUESTIONS]


@pytest.mark.parametrize("made", ["<h4>{}</h4><p>{}</p>{}", "<dl><dt>{}</dt><dd><p>{}</p>{}</dd></dl>"])
def test_links_of_an_answers_own_stay_and_those_below_each_answer_go(made: str) -> None:
    """Red without: the look at where the links below the other answers lead."""
    more = "<p>See also:</p><ul><li><a href=https://a.example/{}>Rule {}</a></li></ul>"
    own = read("".join(made.format(q, a, more.format(n, n)) for n, (q, a) in enumerate(QUESTIONS)))
    assert [answer.split("\n\n") for _, answer in pairs(own)] == [
        [answer, "See also:", f"- [Rule {n}](https://a.example/{n})"] for n, (_, answer) in enumerate(QUESTIONS)
    ]
    assert pairs(read("".join(made.format(q, a, more.format(1, 1)) for q, a in QUESTIONS))) == QUESTIONS


def test_an_answer_that_is_nothing_but_links_to_read_keeps_them() -> None:
    more = "<p>Related articles</p><ul><li><a href=https://a.example/1>Deep</a><li><a href=https://a.example/2>Far</a></ul>"
    for page in (f"<h4>Which guides are there?</h4>{more}{CARDS}", f"{CARDS}<h4>Which guides are there?</h4>{more}"):
        answers = dict(pairs(read(page)))
        assert "[Deep](https://a.example/1)" in answers["Which guides are there?"]
    middle = read(f"<h4>Is it far?</h4><p>No.</p>{more}{CARDS}")
    assert "[Deep](https://a.example/1)" in middle.entries[0].answer


def test_an_article_is_whole_without_what_follows_it() -> None:
    end = "<h2>Related articles</h2><ul><li><a href=/1>Why?</a></li></ul><h2>Comments</h2><p>0 comments</p>"
    content = read(f"<h1>What if the sea is rough?</h1><p>We dive elsewhere.</p>{end}")
    assert pairs(content) == [("What if the sea is rough?", "We dive elsewhere.")]


def test_links_below_a_heading_of_an_owners_own_are_kept_and_left_out_ones_are_told() -> None:
    text = "## How do I pay?\n\nBy card.\n\n## See also\n\n- [The shop](https://a.example/)\n"
    told = read(text, "faq.md")
    assert pairs(told) == [("How do I pay?", "By card.")]
    assert [problem.rule for problem in told.problems] == ["left-out"]
    assert told.problems[0].line == 5
    sentence = text.replace("- [The shop](https://a.example/)", "The shop has [a list](https://a.example/) of all.")
    assert [q for q, _ in pairs(read(sentence, "faq.md"))] == ["How do I pay?", "See also"]


@pytest.mark.parametrize("cut", ["The pool is 3.8 …", "The pool is 3...", "The pool is 3.8 metres [...]"])
def test_the_beginning_of_an_answer_is_not_said_twice(cut: str) -> None:
    page = CARDS.replace("<p>The pool", f"<p class=teaser>{cut}</p><p>The pool")
    assert pairs(read(page)) == QUESTIONS
    other = read(CARDS.replace("<p>The pool", "<p>Wait for it...</p><p>The pool"))
    assert other.entries[0].answer == "Wait for it...\n\nThe pool is 3.8 metres deep."


def test_dialogs_of_which_there_is_one_for_each_answer_are_read() -> None:
    page = "".join(f'<div role="dialog"><h3>Is {n} far?</h3><p>It is {n} km.</p></div>' for n in range(12))
    assert len(read(page).entries) == 12
