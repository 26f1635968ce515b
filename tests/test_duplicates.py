"""Questions that stand twice: one entry where the answers agree, two with ids of their own where they do not."""

from pathlib import Path

import pytest

from chatbot.content.corpus import read_corpus
from chatbot.content.ledger import Content
from tests.command import run_chatbot


def read(folder: Path, **files: str) -> Content:
    for name, text in files.items():
        (folder / name.replace("_", ".")).write_text(text)
    return read_corpus(folder)


def found(content: Content) -> list[tuple[str, str]]:
    return [(problem.rule, str(problem).split(" ")[0]) for problem in content.problems]


def test_the_same_answer_makes_one_entry(tmp_path: Path) -> None:
    content = read(tmp_path, a_csv="Question,Answer,Class\nWhy?,So.,x\nWho?,We.,x\nwhy,So.,y\n")
    assert [(entry.id, entry.tags) for entry in content.entries] == [("why", ("x", "y")), ("who", ("x",))]
    assert found(content) == [("merged", "a.csv:4:")]
    assert [(line.line, line.reason) for line in content.ledger if line.reason] == [(4, "merged with a.csv:2")]


@pytest.mark.parametrize("other", ["b_md", "b_html", "b_json", "b_yaml", "b_txt"])
def test_another_answer_keeps_both_with_one_warning_and_a_build_goes_on(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, other: str
) -> None:
    """Red without the ids, and with both findings for one pair."""
    texts = {
        "b_md": "# Why?\nThus.\n\nAlso asked:\n- How come?",
        "b_html": "<h2>Why?</h2><p>Thus.</p>",
        "b_json": '{"question": "Why?", "answer": "Thus."}',
        "b_yaml": "- q: Why?\n  a: Thus.",
        "b_txt": "Why?\nThus.",
    }
    content = read(tmp_path, a_csv="question,answer,alternates\nWhy?,So.,How come?\n", **{other: texts[other]})
    assert [(entry.id, entry.answer) for entry in content.entries] == [("why", "So."), ("why-2", "Thus.")]
    assert [rule for rule, _ in found(content)] == ["same-question"]
    (tmp_path / "bot.toml").write_text('encoder = "hashing"\n')
    assert run_chatbot("build", "--corpus", tmp_path, "--index", tmp_path_factory.mktemp("index")).returncode == 0


def test_ids_that_were_written_are_never_given_again(tmp_path: Path) -> None:
    text = "id,question,answer\n,Why?,a\n,Why?,b\nwhy-2,Who?,c\nwho-else,Where?,d\n,Who else?,e\n"
    assert [entry.id for entry in read(tmp_path, a_csv=text).entries] == [
        "why",
        "why-3",
        "why-2",
        "who-else",
        "who-else-2",
    ]


def test_an_id_that_was_written_twice_is_an_error_and_told_once(tmp_path: Path) -> None:
    content = read(tmp_path, a_csv="id,question,answer\n7,Why?,So.\n7,Why?,Thus.\n")
    assert found(content) == [("same-id", "a.csv:3:")]


def test_rows_that_repeat_id_and_answer_are_wordings_of_one_question(tmp_path: Path) -> None:
    content = read(tmp_path, a_csv="id,question,answer\n7,Why?,So.\n8,Who?,So.\n7,How come?,So.\n")
    assert [(entry.id, entry.alternates) for entry in content.entries] == [("7", ("How come?",)), ("8", ())]
    assert not content.errors


def test_two_languages_are_not_merged(tmp_path: Path) -> None:
    content = read(tmp_path, a_csv="question,answer,lang\nSauna?,Ja.,de\nSauna?,Ja.,sv\n")
    assert [entry.id for entry in content.entries] == ["sauna", "sauna-2"]
