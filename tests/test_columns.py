"""Which columns of a table are meant, whatever they are called."""

from pathlib import Path

import pytest

from chatbot.content.corpus import read_corpus
from chatbot.content.ledger import Content, joined
from chatbot.content.readers.column_names import FIELDS, language, meanings
from chatbot.content.readers.table import read_table
from chatbot.indexing.builder import checked_corpus, settings_of


def read(text: str, file: str = "f.csv") -> Content:
    return joined(read_table(file, text))


@pytest.mark.parametrize(
    "header",
    [
        "Questions,Answers", "query,response", "Prompt,Completion", "Title,Body", "name,content", "Term,Definition",
        "Pattern,Reply", "utterance,output", "FAQ Question,FAQ Answer", "question_text,answer_html", "Q,A",
        "userQuestion,botResponse", "Issue,Resolution", "Frage,Antwort", "FRAGEN,ANTWORTEN", "Question,Réponse",
        "Question,Reponse", "Pregunta,Respuesta", "Pergunta,Resposta", "Domanda,Risposta", "Vraag,Antwoord",
        "Pytanie,Odpowiedź", "Вопрос,Ответ", "Soru,Yanıt", "السؤال,الجواب", "سؤال,إجابة", "问题,答案", "問題,回答",
        "質問,回答",        "प्रश्न,उत्तर", "Titel,Inhalt", "Título,Contenido", "标题,内容", "\ufeff Question ,ANSWER",
    ],
)  # fmt: skip
def test_columns_go_by_what_their_names_mean(header: str) -> None:
    """Red without the word in the list, accents folded, or the words that add nothing."""
    content = read(f"{header}\nMay I bring a kettle?,Only a small one.\n")
    assert not content.problems
    [entry] = content.entries
    assert (entry.question, entry.answer) == ("May I bring a kettle?", "Only a small one.")


@pytest.mark.parametrize("header", ["Question ID,Answer date", "number,count", "source,url", "draft,vote sum", "x,y"])
def test_other_names_are_no_question_and_no_answer(header: str) -> None:
    assert not {"question", "answer"} & {m.field for name in header.split(",") for m in meanings(name)}


def test_names_that_say_more_win_over_those_that_say_little() -> None:
    content = read("title,body,answer,question\nKettles,A page on kettles,Only small ones.,May I?\n")
    [entry] = content.entries
    assert (entry.question, entry.answer) == ("May I?", "Only small ones.")
    assert ['"title", "body" are not used' in str(problem) for problem in content.problems] == [True]


@pytest.mark.parametrize("row", ["Kettles,May I bring a kettle?,Yes.", "May I bring a kettle?,Kettles,Yes."])
def test_of_two_that_may_ask_the_one_that_asks_is_the_question(row: str) -> None:
    assert read(f"name,desc,answer\n{row}\n").entries[0].question == "May I bring a kettle?"


def test_category_link_and_language_are_known_too() -> None:
    [entry] = read("Category,Topic,Q,A,HTML URL,Locale\nTea,Pots,Why?,So.,https://a.example,en-us\n").entries
    assert (entry.tags, entry.url, entry.lang) == (("Tea", "Pots"), "https://a.example", "en-us")


def test_numbered_columns_are_other_wordings() -> None:
    [entry] = read(
        "Question 1,question_2,Answer,Variation1,synonyms\nWhy?,How come?,So.,For what?,Wherefore?\n"
    ).entries
    assert entry.question == "Why?"
    assert set(entry.alternates) == {"How come?", "For what?", "Wherefore?"}


@pytest.mark.parametrize(
    "header",
    ["id,q_en,q_fr,a_en,a_fr", "id,question-en,question-fr,answer-en,answer-fr", "id,Question (EN),Question (FR),"
     "Answer (EN),Answer (FR)", "id,enQuestion,frQuestion,enAnswer,frAnswer",
     "id,English question,French question,English answer,French answer"],
)  # fmt: skip
def test_each_language_is_an_entry(header: str) -> None:
    """Red without the language of a name at either end, or with one id for both."""
    content = read(f"{header}\nkettle,May I?,Puis-je ?,Yes.,Oui.\npot,Why?,,So.,\n")
    assert not content.problems
    found = [(entry.id, entry.question, entry.answer, entry.lang) for entry in content.entries]
    assert found == [
        ("kettle-en", "May I?", "Yes.", "en"),
        ("kettle-fr", "Puis-je ?", "Oui.", "fr"),
        ("pot-en", "Why?", "So.", "en"),
    ]


def test_what_is_a_language() -> None:
    assert (language("pt-BR"), language("French"), language("de"), language("tea")) == ("pt-BR", "fr", "de", "")


def test_a_table_without_names_is_read_by_what_stands_in_it() -> None:
    """Red without the look at the cells; the last column is told as not read."""
    content = read("7,How do I brew it,Pour on water that is just off the boil.,x\n8,Can I add milk,Yes.,y\n")
    assert [(e.question, e.answer, e.line) for e in content.entries][1] == ("Can I add milk", "Yes.", 2)
    [problem] = content.problems
    assert (problem.line, problem.rule, problem.severity) == (1, "no-header", "warning")
    assert "column 2 is read as question and column 3 as answer" in problem.message
    assert {line.reason for line in content.ledger} == {"column 1 and column 4 not read"}


def test_a_first_row_of_data_that_cannot_be_read_is_quoted_as_it_stands() -> None:
    [problem] = read("Where is it?,Is it far?\nWho is there?,Is he in?\n").problems
    assert "Where is it? | Is it far?" in problem.message


def test_a_tab_parts_what_ends_in_tsv_though_commas_outnumber_it() -> None:
    content = read("Is it hot, now?\tYes, very.\nIs it cold, now?\tNo, not yet.\n", "f.tsv")
    assert [entry.answer for entry in content.entries] == ["Yes, very.", "No, not yet."]


def test_the_separator_is_what_makes_rows_of_one_length() -> None:
    """Red where the first row is counted alone."""
    content = read("Tea, milk, and sugar: a list\nFrage;Antwort\nIst er heiß?;Ja, sehr, und süß\nKalt?;Nein\n")
    assert [entry.answer for entry in content.entries] == ["Ja, sehr, und süß", "Nein"]
    assert [(line.line, line.reason) for line in content.dropped] == [(1, "above the names of the columns")]


def test_marks_inside_of_cells_are_taken_off() -> None:
    content = read("question,answer\nQ: Why?,A: So.\nQuestion 3 - Who?,A3: They.\nIs vitamin A: good?,A: it is\n")
    found = [(entry.question, entry.answer) for entry in content.entries]
    assert found == [("Why?", "So."), ("Who?", "They."), ("Is vitamin A: good?", "A: it is")]


def test_html_in_a_cell_becomes_markdown_and_other_text_stays() -> None:
    text = 'Q,A\nWhy?,"<p>So <b>it</b> is:</p><ul><li>a</li></ul><p><a href=""/x"">more</a></p>"\nWho?,<3 they & we\n'
    content = read(text)
    assert [entry.answer for entry in content.entries] == ["So **it** is:\n\n- a\n\n[more](/x)", "<3 they & we"]
    assert not content.problems


KNOWLEDGE_BASE = (
    "Question\tAnswer\tSource\tMetadata\tSuggestedQuestions\tIsContextOnly\tPrompts{}\n"
    "May I?\tYes.\tEditorial\ttopic:tea|lang:en\t[]\tFalse\t[]{}\nam I allowed\tYes.\tEditorial\t\t[]\tFalse\t[]{}\n"
    "Why?\tSo.\tEditorial\tx:y\t[]\tFalse\t[]{}\n"
)


@pytest.mark.parametrize("ids", [("", "", "", ""), ("\tQnaId", "\t1", "\t1", "\t2")])
def test_rows_of_a_knowledge_base_with_one_answer_are_one_entry(ids: tuple[str, ...]) -> None:
    """Red without: joined answers, tags of metadata."""
    content = read(KNOWLEDGE_BASE.format(*ids).replace("|lang:en", "" if not ids[0] else "|lang:en"), "kb.tsv")
    assert not content.problems
    found = [(entry.question, entry.alternates, entry.tags) for entry in content.entries]
    assert found == [("May I?", ("am I allowed",), ("tea",)), ("Why?", (), ("x:y",))]


def test_where_it_is_not_clear_the_lines_for_the_settings_are_told_and_they_work(tmp_path: Path) -> None:
    """Red without: the guess by what stands in the columns, or the options that reach the other process."""
    (tmp_path / "f.csv").write_text("Nr,Anliegen,Erläuterung\n1,Wie koche ich Tee?,Mit heißem Wasser.\n")
    (tmp_path / "g.json").write_text('[{"anliegen": "Wann?", "Erläuterung": "Jetzt."}]')
    problems = read_corpus(tmp_path).errors
    assert [problem.rule for problem in problems] == ["no-columns", "no-columns"]
    message = problems[0].message
    assert '"Anliegen" such as "Wie koche ich Tee?"' in message
    lines = message[message.index("[columns]") : message.index("\n(")]
    assert lines == '[columns]\nquestion = "Anliegen"\nanswer = "Erläuterung"'
    (tmp_path / "bot.toml").write_text(lines)
    content = read_corpus(tmp_path)
    assert not content.errors
    assert [(entry.question, entry.answer) for entry in content.entries] == [
        ("Wie koche ich Tee?", "Mit heißem Wasser."),
        ("Wann?", "Jetzt."),
    ]
    (tmp_path / "bot.toml").write_text(lines.replace("Anliegen", "Anlügen"))
    assert '"Anlügen", which bot.toml names, is none of them' in read_corpus(tmp_path).errors[0].message


def test_a_mistake_in_the_columns_is_a_problem_of_the_settings(tmp_path: Path) -> None:
    (tmp_path / "f.csv").write_text("question,answer\nWhy?,So.\n")
    (tmp_path / "bot.toml").write_text('encoder = "hashing"\n[columns]\nanwser = "B"\n')
    found = checked_corpus(tmp_path, *settings_of(tmp_path)).errors
    assert [(problem.file, problem.line) for problem in found] == [("bot.toml", 3)]
    assert len(read_corpus(tmp_path).entries) == 1


def test_the_settings_know_the_fields() -> None:
    from chatbot.core.setting_types import ENTRY_FIELDS

    assert set(ENTRY_FIELDS) == set(FIELDS)


@pytest.mark.parametrize(
    "text",
    [
        "Question,Answer,Status\nWhy?,So.,published\nWho?,We.,Draft\n",
        "question,answer,is_active\nWhy?,So.,TRUE\nWho?,We.,FALSE\n",
        "q;a;Hidden\nWhy?;So.;no\nWho?;We.;yes\n",
    ],
)
def test_rows_that_a_site_does_not_show_are_left_out(text: str) -> None:
    content = read(text)
    assert [entry.question for entry in content.entries] == ["Why?"]
    assert [(problem.rule, problem.line) for problem in content.problems if problem.rule == "draft"] == [("draft", 3)]
    assert [line.line for line in content.dropped] == [3]


def test_questions_and_answers_of_one_number_are_pairs() -> None:
    content = read("q1,a1,q2,a2\nWhy?,So.,Who?,We.\n")
    assert [(entry.question, entry.answer, entry.alternates) for entry in content.entries] == [
        ("Why?", "So.", ()),
        ("Who?", "We.", ()),
    ]
    other = read("question 1,question 2,answer\nWhy?,How come?,So.\n")
    assert [(entry.question, entry.alternates) for entry in other.entries] == [("Why?", ("How come?",))]
