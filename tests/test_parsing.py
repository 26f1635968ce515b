"""Files are parsed in another process, within limits of memory and time, and a bad one is named."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from chatbot.content import parsing
from chatbot.content.corpus import read_corpus
from chatbot.content.ledger import Content
from chatbot.content.parsing import parse_files
from chatbot.core.errors import ContentError
from chatbot.indexing.store import current_build
from tests.bombs import BOMBS
from tests.command import ROOT
from tests.test_builder import rebuild

GOOD = ("good.md", b"# Is this read?\nYes.")


def parse(name: str, data: bytes) -> Content:
    [content] = parse_files([(name, data)])
    return content


def process_of(*files: tuple[str, bytes]) -> tuple[list[Content], int]:
    """The contents, and the process that parsed the last of them."""
    contents = list(parse_files(files))
    return contents, parsing._idle[-1].pid


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_read_or_refused_by_name_and_the_next_file_is_read(name: str) -> None:
    """Red without: the catch of AssertionError ("declarations.html"), the new process after a death."""
    bomb, good = parse_files([(name, BOMBS[name]), GOOD], seconds=1)  # of the 4 that a file has
    assert [entry.question for entry in good.entries] == ["Is this read?"]
    assert bomb.entries or bomb.errors
    assert all(problem.file.startswith(name) and len(problem.message) > 20 for problem in bomb.problems)


@pytest.mark.parametrize("name", ["zeros.xlsx", "lying.xlsx"])
def test_a_workbook_counts_by_what_it_unpacks_to(name: str) -> None:
    """Red without: the count of inflated bytes."""
    [problem] = parse(name, BOMBS[name]).errors
    assert problem.rule in ("too-large", "xlsx")


def test_there_are_bombs_for_every_format() -> None:
    from chatbot.content.formats import READERS

    assert len(BOMBS) >= 40
    assert {Path(name).suffix for name in BOMBS} | {".tsv", ".htm", ".markdown", ".mdx"} == set(READERS)


def test_a_bomb_fails_the_build_by_name_and_the_old_index_stays(corpus: Path, tmp_path: Path) -> None:
    rebuild(corpus, tmp_path / "index")
    served = current_build(tmp_path / "index")
    (corpus / "bomb.html").write_bytes(BOMBS["open-comments.html"])
    with pytest.raises(ContentError, match=r"bomb\.html: reading it takes too long; it may be damaged"):
        rebuild(corpus, tmp_path / "index")
    assert current_build(tmp_path / "index") == served


def test_one_process_reads_the_whole_corpus(tmp_path: Path) -> None:
    """500 small files must not cost 500 starts of Python. Red without: the process kept for the next file."""
    for number in range(500):
        (tmp_path / f"{number}.md").write_text(f"# Is this number {number}?\nYes.")
    _, pid = process_of(GOOD)
    assert len(read_corpus(tmp_path).entries) == 500
    assert [process.pid for process in parsing._idle] == [pid]


def test_the_process_is_kept_for_the_next_corpus_and_replaced_when_it_is_gone() -> None:
    """Red without: the second try for a process that had ended itself."""
    _, first = process_of(GOOD)
    _, second = process_of(GOOD)
    assert first == second
    process = parsing._idle[-1]
    process._process.stdin.close()  # type: ignore[union-attr]  # as after a minute without work
    process._process.wait()
    [content], third = process_of(GOOD)
    assert content.entries
    assert third != second


def test_a_process_that_is_killed_meanwhile_is_named_as_a_crash_and_replaced() -> None:
    """Red without: the new process after a death."""
    _, pid = process_of(GOOD)
    os.kill(pid, signal.SIGSEGV)
    [lost, read], _ = process_of(("lost.md", GOOD[1]), GOOD)
    assert str(lost.errors[0]).startswith("lost.md: reading it ended in a crash")
    assert read.entries


def test_a_process_that_waits_for_ever_is_ended() -> None:
    """Red without: the start of the timer."""
    _, pid = process_of(GOOD)
    os.kill(pid, signal.SIGSTOP)
    parsing._idle[-1].patience = 0.2
    content = parse(*GOOD)
    assert "reading it takes too long" in str(content.errors[0])


def test_the_limits_are_those_of_the_process() -> None:
    """Red without: RLIMIT_AS, RLIMIT_CPU, RLIMIT_FSIZE."""
    _, pid = process_of(GOOD)
    text = Path(f"/proc/{pid}/limits").read_text()
    limits = {line[:26].strip(): line[26:].split()[0] for line in text.splitlines()}
    assert int(limits["Max address space"]) == parsing.MEMORY <= 512 << 20
    assert int(limits["Max cpu time"]) < 60
    assert (limits["Max file size"], limits["Max core file size"]) == ("0", "0")


def test_nothing_is_inherited_but_the_path_of_modules(tmp_path: Path) -> None:
    """Neither the environment, nor open files, nor models: the process is a fresh interpreter with few modules."""
    held = os.open(tmp_path, os.O_RDONLY)
    os.set_inheritable(held, True)
    _, pid = process_of(GOOD)
    folder = Path(f"/proc/{pid}")
    assert {line.split("=")[0] for line in folder.joinpath("environ").read_text().split("\0") if line} <= {"PATH"}
    assert len(list(folder.joinpath("fd").iterdir())) == 3
    maps = folder.joinpath("maps").read_text()
    assert not [name for name in ("torch", "faiss", "numpy", "cuda", "onnx") if f"/{name}/" in maps]
    os.close(held)


def test_a_child_after_a_fork_starts_a_process_of_its_own() -> None:
    """Red without: the check of the owner. Two processes on one pipe would get each other's answers."""
    _, pid = process_of(GOOD)
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writing, str(process_of(GOOD)[1]).encode())
        parsing._end_idle()
        os._exit(0)
    os.waitpid(child, 0)
    assert int(os.read(reading, 20)) != pid
    assert process_of(GOOD)[1] == pid


_LONG_TABLE = """
import sys; sys.path.insert(0, sys.argv[1])
from chatbot.content import parsing
import resource
data = b"question,answer,tags\\n" + b"".join(
    b"How is number %d of the long table read?,\\"It is read, row by row, as number %d.\\",t%d\\n" % (n, n, n % 7)
    for n in range(100_000)
)
[content] = parsing.parse_files([("long.csv", data)])
parsing._end_idle()
print(len(content.entries), len(content.problems), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


@pytest.mark.long
def test_a_table_of_100_000_rows_is_parsed_within_100_mb() -> None:
    """Red without: the rows in batches."""
    command = [sys.executable, "-c", _LONG_TABLE, str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=600)
    entries, problems, kilobytes = map(int, done.stdout.split())
    assert (entries, problems) == (100_000, 0)
    assert kilobytes < 100 * 1024
