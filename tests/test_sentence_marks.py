"""Ends of sentences, marks of questions and of lists, in the scripts and languages of the world."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.core.text import ends_as_question, ends_with_abbreviation, list_mark, match_key, sentences


def cut(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


@pytest.mark.parametrize(
    "parts",
    [
        ["图书馆几点开门？", "需要预约吗？！", "请告诉我。"],
        ["几点开门?", "要预约吗!", "好的"],
        ["他问：“可以吗？”我说可以。", "“今天闭馆。”", "明天开放。"],
        ["「行きますか？」と聞いた。", "はい。", "『行く。』と言った。"],
        ["料金は１．５ドル。", "高い！", "（税込み。）"],
        ["**你好？**", "然后。"],
        ["ما السعر؟", "هل يوجد خصم؟", "نعم."],
        ["क्या यह खुला है? ", "हाँ।", "कीमत ५० रु. है॥"],
        ["یہ کیا ہے؟", "یہ ہے۔", "ٹھیک۔"],
        ["Πότε ανοίγετε; ", "Κάθε μέρα."],
        ["Ինչպե՞ս։", "Այո։"],
        ["ምን፧", "አዎ።"],
        ["ဘာလဲ။", "ဟုတ်ကဲ့။"],
    ],
)
def test_a_sentence_ends_where_its_script_ends_it(parts: list[str]) -> None:
    """Written together, as most of these scripts do. Red without the marks of each script."""
    assert cut("".join(parts)) == [part.strip() for part in parts]


@pytest.mark.parametrize(
    "text",
    [
        "Das gilt z. B. für Kinder, d. h. bis 14 Jahre, usw. und so fort.",
        "Offen am 3. Mai und vom 1. Juni an im 2. Stock",
        "Cuesta, p. ej. en verano, aprox. 5 euros (pág. 3) para la Sra. Ruiz.",
        "Voir p. ex. Mme Roux, tél. 12.",
        "Работаем с 2013 г. без выходных, т. е. всегда, и т. д. по ул. Мира за 500 руб. в день.",
        "Bijv. morgen, d.w.z. bij dhr. Jansen.",
        "Czynne np. jutro przy ul. Długiej, tzn. obok.",
        "कीमत ५० रु. है",
        "Örn. yarın, bkz. sayfa.",
    ],
)
def test_no_sentence_ends_behind_an_abbreviation(text: str) -> None:
    """Red where those of English alone are known."""
    assert cut(text) == [text]


def test_a_unit_cut_short_may_end_a_sentence() -> None:
    assert cut("Цена 500 руб. Оплата картой.") == ["Цена 500 руб.", "Оплата картой."]
    assert cut("Vitamin B. Then") == ["Vitamin B.", "Then"]
    assert ends_with_abbreviation("z. B", 4)
    assert not ends_with_abbreviation("好", 1)


LISTS = {
    "１． 営業時間": "営業時間",
    "一、营业时间": "营业时间",
    "（1）费用": "费用",
    "(二)费用": "费用",
    "① 料金": "料金",
    "1.时间": "时间",
    "1、时间": "时间",
    "٣. السعر": "السعر",
    "٣- السعر": "السعر",
    "क. मूल्य": "मूल्य",
    "१) मूल्य": "मूल्य",
    "а) цена": "цена",
    "א. מחיר": "מחיר",
    "・営業時間": "営業時間",
    "●営業時間": "営業時間",
    "Ａ．出口": "出口",
}


@pytest.mark.parametrize(("line", "item"), LISTS.items())
def test_a_list_is_marked_in_every_script(line: str, item: str) -> None:
    """Red where marks need a blank behind them, or letters are those of English."""
    mark = list_mark(line)
    assert mark is not None
    assert line[mark.end() :] == item
    assert cut(line) == [item]


@pytest.mark.parametrize("line", ["１．５元", "2024年", "一些人", "10 kg", "三人一室", "●", "1,5 кг", "B馆"])
def test_what_is_no_mark_of_a_list(line: str) -> None:
    assert list_mark(line) is None


@pytest.mark.parametrize(
    "line",
    "需要预约吗 可以退么 这是什么？ 那周末呢 為什麼 几点开门呢 開いていますか いくらですか。 できるか 行くのか "
    "「開く？」 무엇입니까 열리나요 กี่โมง Τι; Ի՞նչ ماذا؟ ምን፧ क्या?".split(),
)
def test_a_line_asks_in_every_script(line: str) -> None:
    """Red without the words that ask where no mark is needed."""
    assert ends_as_question(line)


@pytest.mark.parametrize(
    "line",
    "这么 那么 多么 要么 我们还在努力呢。 どこか 静か わずか 豊か はるか 그러니까 ここのなか いつか 确实".split(),
)
def test_a_line_that_ends_in_the_same_letters_asks_nothing(line: str) -> None:
    """Red where a letter is enough."""
    assert not ends_as_question(line)


@given(st.text(alphabet=st.sampled_from("我か１a ．。？！?.\n」”）*-、①؟।гz"), max_size=60))
def test_sentences_of_any_script_stand_in_order(text: str) -> None:
    spans = list(sentences(text))
    assert all(start < end for start, end in spans)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))
    assert all(match_key(text[start:end]) for start, end in spans)


@pytest.mark.parametrize("unit", "？ ？」 .」 z.B.  。。」と ．１ か。 １．".split(" "))
def test_the_work_grows_with_the_length(unit: str) -> None:
    """Would not end for hours where a pattern goes back over what it has read."""
    assert len(list(sentences(unit * 20_000))) <= 20_000 * 3
