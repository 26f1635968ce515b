"""Publishing and reading: what is served after damage, a crash, or a second builder."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from chatbot.core.errors import IndexRefused
from chatbot.indexing.format import FORMAT
from chatbot.indexing.store import (
    KEEP,
    StoredBuild,
    builder_lock,
    current_build,
    is_rolled_back,
    kept_builds,
    publish,
    read_build,
    read_manifest,
    rollback,
)  # fmt: skip
from tests.conftest import ROOT

FILES = {"a.jsonl": b"one\n", "b.bin": bytes(range(256))}


def publish_once(index: Path, files: dict[str, bytes] = FILES) -> str:
    with builder_lock(index):
        return publish(index, dict(files), {"entries": 1})


def test_what_was_published_is_read(tmp_path: Path) -> None:
    build = publish_once(tmp_path)
    assert build == current_build(tmp_path)
    assert build.startswith("b-000001-")
    stored = read_build(tmp_path)
    assert (stored.id, dict(stored.files), stored.manifest["entries"]) == (build, FILES, 1)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["CURRENT", "LOCK", "builds"]


def test_nothing_published_yet(tmp_path: Path) -> None:
    assert current_build(tmp_path) is None
    assert read_manifest(tmp_path) is None
    with pytest.raises(IndexRefused, match="holds no index yet; run: python -m chatbot build --index"):
        read_build(tmp_path)


def test_the_last_builds_are_kept_and_older_ones_deleted(tmp_path: Path) -> None:
    builds = [publish_once(tmp_path, {"a": str(n).encode()}) for n in range(KEEP + 2)]
    assert sorted(path.name for path in (tmp_path / "builds").iterdir()) == builds[-KEEP:]
    pointer = json.loads((tmp_path / "CURRENT").read_text())
    assert [pointer["build"], *(item["build"] for item in pointer["previous"])] == builds[: -KEEP - 1 : -1]


@pytest.mark.parametrize("name", [*FILES, "MANIFEST.json"])
@pytest.mark.parametrize("damage", ["flip", "cut", "append", "delete", "folder"])
def test_damage_of_any_kind_to_any_file_is_refused_by_name(tmp_path: Path, name: str, damage: str) -> None:
    path = tmp_path / "builds" / publish_once(tmp_path) / name
    data = bytearray(path.read_bytes())
    path.unlink()
    if damage == "flip":
        data[len(data) // 2] ^= 1
        path.write_bytes(data)
    elif damage == "cut":
        path.write_bytes(data[:-1])
    elif damage == "append":
        path.write_bytes(data + b"\n")
    elif damage == "folder":
        path.mkdir()
    with pytest.raises(IndexRefused, match=f"{name}: (damaged|cannot be read)"):
        read_build(tmp_path)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        "null",
        '{"build": "../../etc", "manifest_sha256": "' + "0" * 64 + '"}',
        '{"build": "b-000001-1a2b3c"}',
    ],
)
def test_a_damaged_pointer_is_refused_and_the_next_build_mends_it(tmp_path: Path, text: str) -> None:
    publish_once(tmp_path)
    (tmp_path / "CURRENT").write_text(text)
    with pytest.raises(IndexRefused, match="CURRENT: damaged; run: python -m chatbot build"):
        read_build(tmp_path)
    assert publish_once(tmp_path).startswith("b-000002-")
    assert dict(read_build(tmp_path).files) == FILES


def test_another_format_is_refused_by_name(tmp_path: Path) -> None:
    build = publish_once(tmp_path)
    path = tmp_path / "builds" / build / "MANIFEST.json"
    manifest = json.loads(path.read_text()) | {"format": FORMAT + 1}
    path.write_text(json.dumps(manifest))
    import hashlib

    pointer = {"build": build, "manifest_sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
    (tmp_path / "CURRENT").write_text(json.dumps(pointer))
    with pytest.raises(IndexRefused, match=f"of format {FORMAT + 1}, and this program reads formats .* and {FORMAT}"):
        read_build(tmp_path)


def test_only_one_builder_at_a_time(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from chatbot.indexing.store import builder_lock\n"
        "with builder_lock(Path(sys.argv[1])): pass"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    with builder_lock(tmp_path):
        second = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert "another build is running; wait until it has ended" in second.stderr
    assert subprocess.run(command, cwd=ROOT, check=False).returncode == 0


def test_what_a_killed_builder_left_is_swept_and_the_old_build_served(tmp_path: Path) -> None:
    code = (
        "import os, signal, sys; from pathlib import Path; from chatbot.indexing import store\n"
        "store.sync_folder = lambda folder: os.kill(os.getpid(), signal.SIGKILL)\n"
        "with store.builder_lock(Path(sys.argv[1])): store.publish(Path(sys.argv[1]), {'a': b'new'}, {})"
    )
    old = publish_once(tmp_path)
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, check=False)
    assert [path.name[:4] for path in sorted((tmp_path / "builds").iterdir())] == ["b-00", "tmp-"]
    assert read_build(tmp_path).id == old
    new = publish_once(tmp_path)
    assert sorted(path.name for path in (tmp_path / "builds").iterdir()) == [old, new]


def test_a_full_disk_leaves_the_old_build_in_service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = publish_once(tmp_path)
    calls = 0

    def full(descriptor: int) -> None:
        nonlocal calls
        calls += 1
        if calls == 2:
            raise OSError(28, "No space left on device", "b.bin")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(IndexRefused, match=r"b.bin: cannot be written \(No space left on device\)"):
        publish_once(tmp_path)
    assert read_build(tmp_path).id == old


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(IndexRefused, match="cannot be written"):
        publish_once(tmp_path / "index")


def test_a_build_is_read_back_before_it_is_published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that stores something else than it was given."""
    from chatbot.indexing import store

    old = publish_once(tmp_path)
    write = store.write_durably
    monkeypatch.setattr(store, "write_durably", lambda path, data: write(path, data.replace(b"one", b"two")))
    with pytest.raises(IndexRefused, match=r"a\.jsonl: damaged"):
        publish_once(tmp_path)
    assert read_build(tmp_path).id == old


def test_an_index_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "index").write_text("x")
    with pytest.raises(IndexRefused, match="cannot be written"):
        publish_once(tmp_path / "index")


def roll_back(index: Path, build: str | None = None) -> str:
    with builder_lock(index):
        return rollback(index, build)


def test_rolling_back_and_forth(tmp_path: Path) -> None:
    """Red when the builds that CURRENT no longer names are forgotten, and when a rollback deletes one."""
    first, second, third = (publish_once(tmp_path, {"a": str(n).encode()}) for n in range(3))
    assert not is_rolled_back(tmp_path)
    assert roll_back(tmp_path) == current_build(tmp_path) == second
    assert is_rolled_back(tmp_path)
    assert roll_back(tmp_path) == first
    with pytest.raises(IndexRefused, match=f"keeps no build older than {first}"):
        roll_back(tmp_path)
    assert roll_back(tmp_path, third) == current_build(tmp_path) == third
    assert read_build(tmp_path, first).files == {"a": b"0"}
    fourth = publish_once(tmp_path, {"a": b"3"})
    assert not is_rolled_back(tmp_path)
    assert kept_builds(tmp_path)[:2] == [fourth, third]
    assert len(kept_builds(tmp_path)) == KEEP == len(list((tmp_path / "builds").iterdir()))


def test_a_damaged_build_is_not_rolled_back_to(tmp_path: Path) -> None:
    first, second = (publish_once(tmp_path, {"a": str(n).encode()}) for n in range(2))
    (tmp_path / "builds" / first / "a").write_bytes(b"x")
    with pytest.raises(IndexRefused, match="damaged"):
        roll_back(tmp_path)
    with pytest.raises(IndexRefused, match="damaged"):
        roll_back(tmp_path, first)
    with pytest.raises(IndexRefused, match=f"there is no build b-000009-000000; those kept are {second}, {first}"):
        roll_back(tmp_path, "b-000009-000000")
    assert current_build(tmp_path) == second


def test_rolling_back_passes_over_a_damaged_build(tmp_path: Path) -> None:
    """Red where the next older one is taken, and where one that was named is passed over."""
    first, second, _ = (publish_once(tmp_path, {"a": str(n).encode()}) for n in range(3))
    (tmp_path / "builds" / second / "a").write_bytes(b"x")
    with pytest.raises(IndexRefused, match="damaged"):
        roll_back(tmp_path, second)
    assert roll_back(tmp_path) == first


def test_whoever_has_the_lock_makes_room_first(tmp_path: Path) -> None:
    """What crashes left is gone even if the build fails, or it could fill the disk for ever. Red without: the sweep."""
    build = publish_once(tmp_path)
    for name in ("tmp-b-000009-000000", "b-000009-000000"):
        (tmp_path / "builds" / name).mkdir()
    (tmp_path / "CURRENT.tmp").write_text("{")
    with builder_lock(tmp_path):
        assert [path.name for path in (tmp_path / "builds").iterdir()] == [build]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["CURRENT", "LOCK", "builds"]


@pytest.mark.parametrize("damage", ["junk", "absent"])
def test_nothing_is_swept_while_nobody_knows_what_is_published(damage: str, tmp_path: Path) -> None:
    """Red when a damaged CURRENT, or none, counts as one that names nothing."""
    build = publish_once(tmp_path)
    (tmp_path / "CURRENT").unlink()
    if damage == "junk":
        (tmp_path / "CURRENT").write_text("junk")
    with builder_lock(tmp_path):
        assert [path.name for path in (tmp_path / "builds").iterdir()] == [build]


def test_a_build_that_its_reader_would_refuse_is_not_published(tmp_path: Path) -> None:
    """Red without: the call of `check`."""
    old = publish_once(tmp_path)

    def refuse(stored: StoredBuild) -> None:
        raise IndexRefused(f"{sorted(stored.files)} are of no use")

    with builder_lock(tmp_path), pytest.raises(IndexRefused, match=r"\['a'\] are of no use"):
        publish(tmp_path, {"a": b"x"}, {}, check=refuse)
    assert current_build(tmp_path) == old
    assert [path.name for path in (tmp_path / "builds").iterdir()] == [old]


def test_a_pointer_that_cannot_be_read_is_not_replaced(tmp_path: Path) -> None:
    """Or one error of reading would make a builder forget every build to roll back to."""
    (tmp_path / "CURRENT").mkdir()
    with pytest.raises(IndexRefused, match=r"CURRENT: cannot be read \(Is a directory\); .* delete it"):
        publish_once(tmp_path)


def test_what_may_not_survive_a_power_cut_is_published_with_a_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, logged: pytest.LogCaptureFixture
) -> None:
    """Red when the error after the new CURRENT is passed over in silence, and when it is an error of the build."""
    from chatbot.indexing import store

    point = store.write_pointer

    def point_and_break(index: Path, pointer: dict[str, object]) -> None:
        point(index, pointer)
        monkeypatch.setattr(os, "fsync", lambda descriptor: os.fstat(-1))

    monkeypatch.setattr(store, "write_pointer", point_and_break)
    build = publish_once(tmp_path)
    assert current_build(tmp_path) == build
    assert f"build {build} is published, but might not survive a power cut now" in logged.text


def test_a_reader_whose_build_is_deleted_meanwhile_reads_the_newer_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Red without: the second look at CURRENT."""
    from chatbot.indexing import store

    publish_once(tmp_path)
    verified = store.read_verified

    def overtaken(path: Path, size: int, digest: str) -> bytes:
        monkeypatch.setattr(store, "read_verified", verified)
        for number in range(KEEP):
            publish_once(tmp_path, {"a": str(number).encode()})
        return verified(path, size, digest)

    monkeypatch.setattr(store, "read_verified", overtaken)
    assert read_build(tmp_path).files == {"a": str(KEEP - 1).encode()}


def test_the_name_of_a_build_that_was_lost_is_not_given_again(tmp_path: Path) -> None:
    """Or CURRENT would name one build twice. Red when only the folders that are there are counted."""
    publish_once(tmp_path)
    lost = publish_once(tmp_path, {"a": b"x"})
    roll_back(tmp_path)
    shutil.rmtree(tmp_path / "builds" / lost)
    assert publish_once(tmp_path, {"a": b"x"}).startswith("b-000003-")
    assert len(set(kept_builds(tmp_path))) == 3


@pytest.mark.parametrize("lock", ["a pipe", "a link to a device", "a folder"])
def test_what_is_no_file_is_no_lock(tmp_path: Path, lock: str) -> None:
    """Red by waiting for ever without the look at what it is; a device would be opened, which may do something."""
    build = publish_once(tmp_path)
    path = tmp_path / "LOCK"
    path.unlink()
    make = {"a pipe": os.mkfifo, "a link to a device": lambda at: at.symlink_to("/dev/zero"), "a folder": os.mkdir}
    make[lock](path)
    with pytest.raises(IndexRefused, match=r"LOCK: cannot be written \(not a regular file\); name another index"):
        publish_once(tmp_path)
    assert current_build(tmp_path) == build
    assert read_build(tmp_path).id == build
