from chatbot.content.passages import WINDOW, passages_of
from chatbot.core.types import Entry


def test_passages_of_an_entry_stand_side_by_side_and_sentences_last() -> None:
    entries = [
        Entry("a", "Why?", "**One.** Two.", alternates=("How come?",)),
        Entry("gap", "When?", ""),
        Entry("b", "How?", "So."),
    ]
    assert [(p.entry, p.kind, p.text) for p in passages_of(entries)] == [
        (0, "question", "Why?"),
        (0, "alternate", "How come?"),
        (0, "question_answer", "Why? One. Two."),
        (1, "question", "When?"),
        (2, "question", "How?"),
        (2, "question_answer", "How? So."),
        (0, "sentence", "One."),
        (0, "sentence", "Two."),
        (2, "sentence", "So."),
    ]


def test_sentences_know_where_they_stand_in_the_answer() -> None:
    answer = "First, [go](https://x.example).\n\n- Then **stop**.\n"
    spans = [answer[p.start : p.end] for p in passages_of([Entry("a", "Q?", answer)]) if p.kind == "sentence"]
    assert spans == ["First, [go](https://x.example).", "Then **stop**."]


def test_a_long_answer_makes_windows_of_whole_sentences_that_cover_it() -> None:
    sentence = "This sentence is forty characters long. "
    answer = (sentence * 60).strip()
    windows = [p for p in passages_of([Entry("a", "Q?", answer)]) if p.kind == "question_answer"]
    assert len(windows) > 1
    assert all(p.end - p.start <= WINDOW and p.text.startswith("Q? This") for p in windows)
    assert " ".join(answer[p.start : p.end] for p in windows) == answer


def test_an_answer_without_words_has_only_its_question() -> None:
    assert [p.kind for p in passages_of([Entry("a", "Q?", "→")])] == ["question"]


def test_a_window_of_chinese_is_a_third_as_long() -> None:
    """Its characters are three times as many tokens: red where the encoder would not read the end of a window."""
    answer = "这一句话一共有十二个字。" * 60
    windows = [p for p in passages_of([Entry("a", "问？", answer)]) if p.kind == "question_answer"]
    assert all(p.end - p.start <= WINDOW / 3 + 30 for p in windows)
    assert "".join(answer[p.start : p.end] for p in windows) == answer
