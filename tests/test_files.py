"""Only regular files below the corpus are opened, whatever stands in it or takes its place."""

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from chatbot.content.corpus import read_corpus, source_bytes
from chatbot.content.files import PAGE_LIMIT, Refused, read_file
from chatbot.core.errors import ContentError
from chatbot.indexing.store import current_build
from tests.test_builder import rebuild

SECRET = "# What is the password?\nxyzzy."


def sock(path: Path) -> None:
    """Bound by a short name: that of a socket may have some 100 characters."""
    with socket.socket(socket.AF_UNIX) as made:
        here = os.getcwd()
        os.chdir(path.parent)
        made.bind(path.name)
        os.chdir(here)


def deep(corpus: Path) -> None:
    folder = corpus.joinpath(*["d"] * 40)
    folder.mkdir(parents=True)
    (folder / "deep.md").write_text("# Deep?\nYes.")


def nested(link: str) -> Callable[[Path, Path], object]:
    def make(corpus: Path, outside: Path) -> None:
        (corpus / "sub").mkdir()
        (corpus / "sub" / "x.md").symlink_to(link)

    return make


def two_links(corpus: Path, outside: Path) -> None:
    (corpus / "a.md").symlink_to("x.md")
    (corpus / "x.md").symlink_to("a.md")


def linked_to_itself(corpus: Path, outside: Path) -> None:
    (corpus / "x.md").symlink_to(corpus)


# name -> (what makes it, the name of the problem's file)
TRICKS: dict[str, tuple[Callable[[Path, Path], object], str]] = {
    "a link to a file outside": (lambda c, o: (c / "x.md").symlink_to(o / "secret.md"), "x.md"),
    "a link with ..": (lambda c, o: (c / "x.md").symlink_to("../outside/secret.md"), "x.md"),
    "a link to a file inside": (lambda c, o: (c / "x.md").symlink_to("good.md"), "x.md"),
    "a link to the system": (lambda c, o: (c / "x.txt").symlink_to("/etc/passwd"), "x.txt"),
    "a link to a device": (lambda c, o: (c / "x.csv").symlink_to("/dev/zero"), "x.csv"),
    "a link to the process": (lambda c, o: (c / "x.txt").symlink_to("/proc/self/environ"), "x.txt"),
    "a link to standard input": (lambda c, o: (c / "x.txt").symlink_to("/dev/stdin"), "x.txt"),
    "a link to nowhere": (lambda c, o: (c / "x.md").symlink_to("nowhere.md"), "x.md"),
    "a link to itself": (lambda c, o: (c / "x.md").symlink_to("x.md"), "x.md"),
    "two links to each other": (two_links, "x.md"),
    "a link in a folder": (nested("../../outside/secret.md"), "sub/x.md"),
    "a link in a folder to nowhere": (nested("gone"), "sub/x.md"),
    "a link to a folder outside": (lambda c, o: (c / "x").symlink_to(o), "x"),
    "a link to the folder above": (lambda c, o: (c / "x").symlink_to(".."), "x"),
    "a link to the corpus": (lambda c, o: (c / "x").symlink_to(c), "x"),
    "a link to the root": (lambda c, o: (c / "x").symlink_to("/"), "x"),
    "a link of a page to a folder": (linked_to_itself, "x.md"),
    "a link without suffix to nowhere": (lambda c, o: (c / "x").symlink_to("gone"), "x"),
    "settings that are a link": (lambda c, o: (c / "bot.toml").symlink_to(o / "secret.md"), "bot.toml"),
    "settings that are a pipe": (lambda c, o: os.mkfifo(c / "bot.toml"), "bot.toml"),
    "a pipe": (lambda c, o: os.mkfifo(c / "x.md"), "x.md"),
    "a pipe without suffix": (lambda c, o: os.mkfifo(c / "x"), "x"),
    "a socket": (lambda c, o: sock(c / "x.md"), "x.md"),
    "a hidden page": (lambda c, o: (c / ".x.md").write_text(SECRET), ".x.md"),
    "a hidden link": (lambda c, o: (c / ".x.md").symlink_to(o / "secret.md"), ".x.md"),
    "a page of the other half of a copy": (lambda c, o: (c / "._x.md").write_text(SECRET), "._x.md"),
    "a page too large": (lambda c, o: (c / "x.md").write_bytes(b"# A?\nB." * PAGE_LIMIT), "x.md"),
    "a page with a hole": (lambda c, o: os.truncate(os.open(c / "x.md", os.O_CREAT | os.O_RDWR), 1 << 40), "x.md"),
    "a name that is no text": (lambda c, o: (c / "caf\udce9.md").write_text(SECRET), "caf\\udce9.md"),
    "folders without end": (lambda c, o: deep(c), "/".join(["d"] * 16)),
    "a name of 255 bytes that is a link": (lambda c, o: (c / f"{'n' * 252}.md").symlink_to("x"), f"{'n' * 252}.md"),
    "an unknown format": (lambda c, o: (c / "x.docx").write_bytes(b"PK"), "x.docx"),
}


@pytest.fixture
def places(tmp_path: Path) -> tuple[Path, Path]:
    corpus, outside = tmp_path / "corpus", tmp_path / "outside"
    corpus.mkdir()
    outside.mkdir()
    (corpus / "good.md").write_text("# Good?\nYes.")
    (outside / "secret.md").write_text(SECRET)
    return corpus, outside


@pytest.mark.parametrize("name", TRICKS)
def test_what_is_no_file_of_the_corpus_is_named_and_not_opened(places: tuple[Path, Path], name: str) -> None:
    """Red without: the question for links, for regular files, for the size, the depth of folders, hidden files."""
    make, named = TRICKS[name]
    make(*places)
    content = read_corpus(places[0])
    assert [entry.question for entry in content.entries] == ["Good?"]
    assert "xyzzy" not in repr(content)
    assert named in {problem.file for problem in content.problems}
    warned = {"hidden-file", "no-reader"}
    assert all((problem.severity == "warning") == (problem.rule in warned) for problem in content.problems)


def test_there_are_thirty_tricks() -> None:
    assert len(TRICKS) >= 30


def test_a_trick_fails_the_build_and_the_old_index_stays(corpus: Path, tmp_path: Path) -> None:
    rebuild(corpus, tmp_path / "index")
    served = current_build(tmp_path / "index")
    (corpus / "more.md").symlink_to("/etc/passwd")
    with pytest.raises(ContentError, match=r"more\.md: a link, and links are not followed; put the file itself"):
        rebuild(corpus, tmp_path / "index")
    assert current_build(tmp_path / "index") == served


def test_a_name_of_255_bytes_and_one_with_odd_letters_are_read(places: tuple[Path, Path]) -> None:
    for name in ("n" * 252, "a b\n\u202e'\"$(x)", "\u00e9\U0001f431"):
        (places[0] / f"{name}.md").write_text(f"# Is it {len(name)}?\nYes.")
    content = read_corpus(places[0])
    assert len(content.entries) == 4
    assert not content.errors


@pytest.mark.parametrize("name", ["../outside/secret.md", "sub/../../outside/secret.md", "/etc/passwd", "x.md"])
def test_a_file_that_becomes_a_link_between_listing_and_reading_is_not_opened(
    places: tuple[Path, Path], name: str
) -> None:
    """Red without: O_NOFOLLOW; what stands above the folder is not asked for by any listing."""
    (places[0] / "x.md").symlink_to(places[1] / "secret.md")
    (places[0] / "sub").symlink_to(places[1])
    with pytest.raises(Refused):
        read_file(places[0], name, PAGE_LIMIT)


def test_a_folder_that_becomes_a_link_is_not_entered(places: tuple[Path, Path]) -> None:
    """Red without: O_NOFOLLOW on the folders."""
    (places[0] / "sub").symlink_to(places[1])
    with pytest.raises(Refused, match="link"):
        read_file(places[0], "sub/secret.md", PAGE_LIMIT)


def test_a_pipe_that_takes_the_place_of_a_file_holds_nothing_up(places: tuple[Path, Path]) -> None:
    """Red without: O_NONBLOCK."""
    os.mkfifo(places[0] / "x.md")
    with pytest.raises(Refused, match="special-file"):
        read_file(places[0], "x.md", PAGE_LIMIT)


def test_a_file_that_grows_is_cut_off(places: tuple[Path, Path]) -> None:
    """Red without: the size counted again while reading."""
    (places[0] / "x.md").write_bytes(b"x" * 101)
    with pytest.raises(Refused, match="too-large"):
        read_file(places[0], "x.md", 100)


def test_the_corpus_itself_and_a_single_file_may_be_links(places: tuple[Path, Path], tmp_path: Path) -> None:
    """Whoever names a link on the command line means what it leads to."""
    (tmp_path / "link").symlink_to(places[0])
    (tmp_path / "link.md").symlink_to(places[0] / "good.md")
    for corpus in (tmp_path / "link", tmp_path / "link.md"):
        assert [entry.question for entry in read_corpus(corpus).entries] == ["Good?"]
        assert list(source_bytes(corpus)) == ["good.md"]
