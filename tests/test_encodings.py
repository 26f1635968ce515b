"""Text that is not UTF-8 and does not say what it is: read where that is sure, and named where it is not."""

import pytest

from chatbot.content.ledger import Content, joined
from chatbot.content.parser import parse
from chatbot.content.readers.encodings import guessed_encoding

TEXTS = [
    ("How do I pay?", "You can pay by card – “cash” isn’t taken in the café.", "cp1252 mac_roman utf-16-le"),
    ("Wie lange dauert das?", "Für größere Möbel rufen wir an, und das ist möglich.", "cp1252 cp850"),
    ("Où êtes-vous ?", "Nous sommes à Bâle, près de la gare. L’été, c’est fermé pour vous.", "cp1252 mac_roman"),
    ("¿Cómo puedo pagar?", "Con tarjeta o en efectivo. El año que viene también.", "cp1252"),
    ("Jak mogę zapłacić?", "Można płacić kartą lub gotówką. Nie przyjmujemy czeków, bo nie.", "cp1250 iso8859-2"),
    ("Jak můžu zaplatit?", "Kartou nebo v hotovosti. Je to snadné, že ano.", "cp1250 iso8859-2"),
    ("Как я могу оплатить?", "Картой. Чеки мы не принимаем.", "cp1251 koi8-r cp866 utf-16-be"),
    ("Πώς μπορώ να πληρώσω;", "Με κάρτα, και όχι με επιταγή.", "cp1253 iso8859-7"),
    ("支払い方法は何ですか?", "カードか現金でお支払いください。", "cp932 euc_jp"),
    ("我如何付款？", "您可以用银行卡付款。我们的营业时间是什么？", "gb18030 utf-16-le"),
    ("어떻게 결제하나요?", "카드로 결제할 수 있습니다.", "cp949"),
]
CASES = [(f"{question}\n{answer}", codec) for question, answer, codecs in TEXTS for codec in codecs.split()]


def read(name: str, data: bytes) -> Content:
    return joined(parse(name, data))


@pytest.mark.parametrize(("text", "codec"), CASES)
def test_the_encoding_is_known_and_named(text: str, codec: str) -> None:
    question, answer = text.split("\n")
    for name, made in (("f.csv", f'question,answer\n{question},"{answer}"\n'), ("f.md", f"# {question}\n{answer}\n")):
        content = read(name, made.encode(codec))
        assert [(entry.question, entry.answer) for entry in content.entries] == [(question, answer)]
        assert [(problem.rule, problem.severity) for problem in content.problems] == [("encoding", "warning")]
        assert "read as " in content.problems[0].message


@pytest.mark.parametrize(("text", "codec"), CASES)
def test_a_piece_of_a_text_is_read_rightly_or_not_at_all(text: str, codec: str) -> None:
    """Red where a language may hold letters that it does not have."""
    for end in range(4, len(text)):
        data = text[:end].encode(codec)
        guess = guessed_encoding(data)
        assert guess is None or data.decode(guess.codec) == text[:end] or data.isascii()


@pytest.mark.parametrize(
    "data",
    [
        "Caf\u00e9?\nOl\u00e9.".encode("cp1252"),  # of which language?
        "How do you pay in the caf\u00e9?\n".encode() + "You can, in the caf\u00e9.".encode("cp1252"),
        bytes(range(1, 256)),
        b"\x89PNG\r\n\x1a\n\x00\x00the and of to\xff\xfe",
    ],
)
def test_what_is_not_sure_is_refused_and_says_how_to_convert_it(data: bytes) -> None:
    content = read("f.txt", data)
    assert [(p.rule, p.severity) for p in content.problems] == [("encoding", "error")]
    assert "windows-1252" in content.problems[0].message
    assert "iconv -f" in content.problems[0].message
    assert not content.entries


def test_a_page_that_names_latin_1_means_windows_1252() -> None:
    page = "<meta charset=iso-8859-1><h2>Why isn\u2019t it?</h2><p>It\u2019s so.</p>".encode("cp1252")
    assert [(e.question, e.answer) for e in read("f.html", page).entries] == [("Why isn\u2019t it?", "It\u2019s so.")]
    wrong = "<meta charset=utf-8><h2>Why do you and the caf\u00e9?</h2><p>It is so.</p>".encode("cp1252")
    assert [entry.question for entry in read("f.html", wrong).entries] == ["Why do you and the caf\u00e9?"]
