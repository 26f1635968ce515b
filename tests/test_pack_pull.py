"""An index that is packed in one place and pulled in another: whole and in order, or not at all."""

import contextlib
import json
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from chatbot.core.errors import ArchiveRefused, EncoderError, IndexRefused, NotFetched, UsageError
from chatbot.indexing.encoders import kept_encoders
from chatbot.indexing.lock import locked
from chatbot.indexing.minisign import make_key_pair, read_public_key, read_secret_key, sign, verify
from chatbot.indexing.store import KEEP, current_build, kept_builds, read_build
from chatbot.verbs import ask, info, new_key, pack, pull, rollback
from tests.archives import FINGERPRINT, Forged, keep_encoder, next_build, tree, with_encoder
from tests.command import run_chatbot


@pytest.fixture
def key(tmp_path: Path) -> Path:
    new_key(tmp_path / "faq.key")
    return tmp_path / "faq.key"


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return tmp_path / "faq.verbatim"


@pytest.fixture
def replica(tmp_path: Path) -> Path:
    return tmp_path / "replica"


def told(index: Path) -> str:
    [reply] = ask(index, "What do goldfish eat?").replies
    assert reply.answer
    return reply.answer.text


def test_what_is_packed_is_served_elsewhere_byte_for_byte(index: Path, archive: Path, replica: Path) -> None:
    """Red when a file is left out, and when the build gets another id."""
    packed = pack(index, archive)
    pulled = pull(str(archive), replica)
    assert (pulled.build_id, pulled.before, pulled.is_new) == (packed.build_id, None, True)
    there, here = read_build(replica), read_build(index)
    assert (there.id, there.written, dict(there.files)) == (here.id, here.written, dict(here.files))
    assert told(replica) == told(index)
    assert info(replica) == info(index)


def test_any_tar_shows_and_unpacks_it(index: Path, archive: Path, tmp_path: Path) -> None:
    pack(with_encoder(index), archive)
    subprocess.run(["tar", "xf", archive, "-C", tmp_path], check=True)
    listed = json.loads((tmp_path / "PACK.json").read_text())
    for file in listed["files"]:
        assert (tmp_path / file["name"]).stat().st_size == file["size"]
    assert (listed["build"], listed["encoder"]) == (current_build(index), FINGERPRINT)
    assert listed["files"][-1]["name"].startswith("encoder/")


def test_the_archive_is_the_same_bytes_for_the_same_build(
    index: Path, key: Path, archive: Path, tmp_path: Path
) -> None:
    """But for the time; and a file that holds the build already is not touched. Red when the order of files is left to
    the folder, and when it is written each time: every follower would fetch it again."""
    from chatbot.indexing.pack import pack as pack_at

    secret = read_secret_key(key)
    for name in ("one", "two"):
        pack_at(index, tmp_path / name, secret, clock=lambda: 1_700_000_000)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    assert pack(index, archive, key).is_new
    before = archive.stat()
    assert not pack(index, archive, key).is_new
    assert (archive.stat().st_ino, archive.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    archive.write_bytes(archive.read_bytes()[:-600])
    assert pack(index, archive, key).is_new
    new_key(tmp_path / "second")
    assert pack(index, archive, tmp_path / "second").is_new
    assert int(archive.stat().st_mtime) == pack(index, archive, tmp_path / "second").packed


def test_each_archive_is_newer_than_the_one_before(index: Path, archive: Path) -> None:
    """Even within one second, and also for a web server that tells versions by second and size. Red without the second
    that is added."""
    times = []
    for number in range(1, 4):
        next_build(index, number)
        times.append((pack(index, archive).packed, archive.stat().st_mtime))
    assert len(set(times)) == 3
    assert times == sorted(times)


def test_the_encoder_travels_along_and_is_swept_with_its_last_build(index: Path, archive: Path, replica: Path) -> None:
    """Red when it is installed after the build, and when no sweep follows."""
    plain = archive.with_name("plain.verbatim")
    pack(index, plain)
    pack(with_encoder(index), archive)
    pull(str(archive), replica)
    assert [folder.name for folder in kept_encoders(replica)] == [FINGERPRINT]
    assert tree(replica / "encoders") == tree(index / "encoders")
    for number in range(KEEP):
        rollback(index, kept_builds(index)[-1]) if not number else next_build(index, number)
        pack(index, archive)
        pull(str(archive), replica)
    assert kept_encoders(replica) == []


def test_an_encoder_that_is_there_is_not_fetched_again(index: Path, archive: Path, replica: Path) -> None:
    """The archive ends where the encoder begins, as a line that breaks there. Red when it is read to its end."""
    whole = archive.with_name("whole.verbatim")
    pack(with_encoder(index), whole)
    at = whole.read_bytes().index(b"encoder/encoder.json\0")
    archive.write_bytes(whole.read_bytes()[:at])
    with pytest.raises(ArchiveRefused, match="ends in the middle; fetch it again"):
        pull(str(archive), replica)
    assert tree(replica) == {}
    keep_encoder(replica)
    assert pull(str(archive), replica).is_new
    (replica / "encoders" / FINGERPRINT / "model.onnx").write_bytes(b"damaged")
    next_build(index, 1)
    pack(index, whole)
    pull(str(whole), replica)
    assert tree(replica / "encoders") == tree(index / "encoders")


def test_without_encoder_is_for_those_who_have_it(index: Path, archive: Path, replica: Path) -> None:
    pack(with_encoder(index), archive, with_encoder=False)
    with pytest.raises(ArchiveRefused, match=r"has no encoder, nor has .*replica; pack it without --without-encoder"):
        pull(str(archive), replica)
    assert current_build(replica) is None
    keep_encoder(replica)
    assert pull(str(archive), replica).is_new


def test_a_damaged_encoder_is_not_packed(index: Path, archive: Path) -> None:
    with_encoder(index)
    (index / "encoders" / FINGERPRINT / "model.onnx").write_bytes(b"damaged")
    with pytest.raises(EncoderError, match=r"size or hash of model\.onnx is wrong"):
        pack(index, archive)
    assert not archive.exists()
    assert pack(index, archive, with_encoder=False).is_new


def test_builds_come_in_turn_and_a_rollback_there_arrives(index: Path, archive: Path, replica: Path) -> None:
    """At most three are kept, a build that is here is not installed again, and what was installed is not again asked
    for. Red when an older build is refused because its number is lower."""
    first = pull_of(index, archive, replica)
    ids = [first.build_id]
    for number in range(1, 4):
        next_build(index, number)
        ids.append(pull_of(index, archive, replica).build_id)
        assert f"build {number}," in told(replica)
    assert kept_builds(replica) == ids[:0:-1]
    assert sorted(path.name for path in (replica / "builds").iterdir()) == ids[1:]
    back = rollback(index).build_id
    pulled = pull_of(index, archive, replica)
    assert (pulled.build_id, pulled.is_new, pulled.before) == (back, False, ids[3])
    assert current_build(replica) == ids[2]
    assert kept_builds(replica) == [ids[2], ids[3], ids[1]]


def pull_of(index: Path, archive: Path, replica: Path) -> "pull.Pulled":  # type: ignore[name-defined]
    pack(index, archive)
    return pull(str(archive), replica)


def test_a_rollback_here_holds_until_another_build_is_packed(index: Path, archive: Path, replica: Path) -> None:
    pull_of(index, archive, replica)
    next_build(index, 1)
    pull_of(index, archive, replica)
    back = rollback(replica).build_id
    assert pull_of(index, archive, replica).is_unchanged
    os.utime(archive)  # another version of the same, as a copy is
    assert pull_of(index, archive, replica).is_unchanged
    assert current_build(replica) == back
    new = next_build(index, 2)
    assert pull_of(index, archive, replica).build_id == new == current_build(replica)


def test_an_old_archive_does_not_come_back(
    index: Path, archive: Path, key: Path, replica: Path, tmp_path: Path
) -> None:
    """Signed, whole, and from another address. Red when the time of packing is not compared."""
    public = f"{key}.pub"
    pack(index, archive, key)
    kept = Path(shutil.copy(archive, tmp_path / "kept.verbatim"))
    pull(str(archive), replica, public)
    next_build(index, 1)
    pack(index, archive, key)
    pull(str(archive), replica, public)
    before = tree(replica)
    with pytest.raises(ArchiveRefused, match=r"was packed at .* UTC, before what was pulled last .*pack it again"):
        pull(str(kept), replica, public)
    assert tree(replica) == before


def test_what_is_damaged_here_comes_again(index: Path, archive: Path, replica: Path) -> None:
    """Also where the archive is unchanged. Red when the tag alone decides."""
    pull_of(index, archive, replica)
    [vectors] = replica.glob("builds/*/vectors.npy")
    whole = vectors.read_bytes()
    vectors.write_bytes(whole[:-1])
    assert pull(str(archive), replica).is_new
    assert vectors.read_bytes() == whole
    (replica / "CURRENT").write_bytes(b"junk")
    pull(str(archive), replica)
    assert current_build(replica) == current_build(index)


# Signatures


def test_only_what_is_signed_with_the_key_is_taken(index: Path, archive: Path, key: Path, replica: Path) -> None:
    public = f"{key}.pub"
    pack(index, archive)
    with pytest.raises(
        ArchiveRefused, match=r"is not signed, and only what is signed with RW\S+ is taken; pack it with"
    ):
        pull(str(archive), replica, public)
    new_key(archive.with_name("other"))
    pack(index, archive, archive.with_name("other"))
    with pytest.raises(ArchiveRefused, match=r"is signed with another key than RW"):
        pull(str(archive), replica, public)
    assert not replica.exists()
    pack(index, archive, key)
    assert pull(str(archive), replica, public).is_new
    assert pull(str(archive), archive.with_name("second"), Path(public).read_text().splitlines()[1]).is_new
    assert pull(str(archive), archive.with_name("third")).is_new  # nobody asked for a signature


@pytest.mark.parametrize("how", ["list", "signature", "comment", "of another archive"])
def test_a_signature_is_of_the_list_and_its_comment(
    how: str, index: Path, archive: Path, key: Path, replica: Path, tmp_path: Path
) -> None:
    """Red without either of the two checks."""
    pack(index, archive, key)
    forged = Forged.of(archive)
    if how == "list":
        forged.replace("build/calibration.json", b"{}")
        forged.agree()
    elif how == "signature":
        forged.signature = forged.signature.replace(b"RU", b"RV", 1)
    elif how == "comment":
        forged.signature = forged.signature.replace(b"timestamp:1", b"timestamp:2")
    else:
        next_build(index, 1)
        pack(index, tmp_path / "new.verbatim", key)
        forged.signature = Forged.of(tmp_path / "new.verbatim").signature
    archive.write_bytes(forged.to_bytes())
    with pytest.raises(ArchiveRefused, match=r"is not what was signed with|its signature is damaged"):
        pull(str(archive), replica, f"{key}.pub")
    assert not replica.exists()


@pytest.mark.skipif(not shutil.which("minisign"), reason="needs minisign: apt-get install minisign")
def test_minisign_checks_what_is_signed_here_and_the_other_way(tmp_path: Path) -> None:
    (tmp_path / "data").write_bytes(b"data")
    ours = make_key_pair(tmp_path / "ours")
    (tmp_path / "data.minisig").write_bytes(sign(b"data", read_secret_key(tmp_path / "ours"), "timestamp:1"))
    run = ["minisign", "-V", "-p", tmp_path / "ours.pub", "-m", tmp_path / "data"]
    assert "Trusted comment: timestamp:1" in subprocess.run(run, capture_output=True, text=True, check=True).stdout
    theirs = ["minisign", "-G", "-W", "-p", tmp_path / "theirs.pub", "-s", tmp_path / "theirs"]
    subprocess.run(theirs, check=True, capture_output=True)
    for name, public in (("ours", ours), ("theirs", read_public_key(str(tmp_path / "theirs.pub")))):
        made = ["minisign", "-S", "-s", tmp_path / name, "-m", tmp_path / "data", "-x", tmp_path / f"{name}.sig"]
        subprocess.run(made, check=True, capture_output=True)
        verify(b"data", (tmp_path / f"{name}.sig").read_bytes(), public, "data")
        verify(b"data", sign(b"data", read_secret_key(tmp_path / name), ""), public, "data")


def test_keys_are_private_and_never_overwritten(tmp_path: Path) -> None:
    new_key(tmp_path / "k")
    assert (tmp_path / "k").stat().st_mode & 0o777 == 0o600
    before = tree(tmp_path)
    with pytest.raises(UsageError, match=r"k(\.pub)?: is there already; name a new file"):
        new_key(tmp_path / "k")
    assert tree(tmp_path) == before


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "cannot be read"),
        ("", "is not a key of minisign|is not a secret key"),
        ("untrusted comment: x\nnot base 64!\n", "is not a key of minisign"),
        ("untrusted comment: x\nRWQ08fakM42QvrO/SuI+uZ+H5M5KRbA9ybHxBVVRkJpVC24efptyq+iY\n", "is not a secret key"),
    ],
)
def test_what_is_no_key_is_said(text: str | None, message: str, index: Path, archive: Path) -> None:
    path = archive.with_name("key")
    if text is not None:
        path.write_text(text)
    with pytest.raises(UsageError, match=message):
        pack(index, archive, path)
    if text is None or "RW" not in text:
        with pytest.raises(UsageError, match=message.replace("secret", "public")):
            pull(str(archive), archive.with_name("replica"), str(path))
    assert not archive.exists()


def test_a_key_with_a_password_and_a_damaged_one_are_said(index: Path, archive: Path, key: Path) -> None:
    import base64

    head, line = key.read_text().splitlines()
    data = bytearray(base64.b64decode(line))
    data[100] ^= 1
    key.write_text(f"{head}\n{base64.b64encode(data).decode()}\n")
    with pytest.raises(UsageError, match="is a damaged secret key"):
        pack(index, archive, key)
    data[2:4] = b"Sc"
    key.write_text(f"{head}\n{base64.b64encode(data).decode()}\n")
    with pytest.raises(UsageError, match=r"is protected by a password.*minisign -G -W"):
        pack(index, archive, key)


# What is refused by name


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"format": 2}, "an archive of format 2, and this program reads format 1"),
        ({"build": "b-000001-ffffff"}, "PACK.json is not one of this program"),
        ({"encoder": "../../x"}, "PACK.json is not one of this program"),
        ({"packed": "1"}, "PACK.json is not one of this program"),
        ({"files": []}, "PACK.json is not one of this program"),
    ],
)
def test_another_format_is_refused_by_name(change: dict[str, object], message: str, index: Path, archive: Path) -> None:
    pack(index, archive)
    forged = Forged.of(archive)
    forged.contents |= change
    archive.write_bytes(forged.to_bytes())
    with pytest.raises(ArchiveRefused, match=message):
        pull(str(archive), archive.with_name("replica"))


def test_a_build_of_another_format_is_refused_by_name(index: Path, archive: Path, replica: Path) -> None:
    pack(index, archive)
    forged = Forged.of(archive)
    manifest = json.loads(forged.part("build/MANIFEST.json"))
    forged.replace("build/MANIFEST.json", json.dumps({**manifest, "format": 99}).encode())
    forged.list_parts()
    archive.write_bytes(forged.to_bytes())
    with pytest.raises(IndexRefused, match="an index of format 99, and this program reads formats 2 and 3"):
        pull(str(archive), replica)
    assert tree(replica) == {}


def test_an_engine_that_keeps_vectors_elsewhere_is_not_packed(
    index: Path, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from chatbot.search.engines import ENGINES

    stored = read_build(index)
    facts = {key: value for key, value in stored.manifest.items() if key not in ("files", "format")}
    from chatbot.indexing.store import builder_lock, publish

    monkeypatch.setattr("chatbot.indexing.engine_data.ENGINES", {**ENGINES, "far": object()})
    with builder_lock(index):
        publish(index, dict(stored.files), {**facts, "search": {"engine": "far"}})
    with pytest.raises(IndexRefused, match=r'the engine "far" keeps vectors outside .* build with engine = "faiss"'):
        pack(index, archive)


def test_one_at_a_time(index: Path, archive: Path, replica: Path) -> None:
    pack(index, archive)
    with locked(replica), pytest.raises(IndexRefused, match="another build is running"):
        pull(str(archive), replica)
    assert tree(replica) == {}


def test_nothing_published_is_nothing_to_pack(archive: Path, replica: Path) -> None:
    with pytest.raises(IndexRefused, match="holds no index yet"):
        pack(replica, archive)


def test_verbs_and_their_sentences(index: Path, archive: Path, replica: Path) -> None:
    done = run_chatbot("pack", "--index", index, "--out", archive)
    assert (done.returncode, done.stderr) == (0, "")
    assert f"{archive}: {current_build(index)} without encoder: 8 files, " in done.stdout
    done = run_chatbot("pull", archive.parent, "--index", replica, "--json")
    assert json.loads(done.stdout)["build_id"] == current_build(index)
    assert "the archive is unchanged" in run_chatbot("pull", archive.parent, "--index", replica).stdout
    for wrong, status, said in (
        (("pull", archive.with_name("absent")), 1, "cannot be read (No such file or directory)"),
        (("pull", "ftp://example.org/x"), 2, "only addresses that begin with https:// or http://"),
        (("pull", "http:///x"), 2, "only addresses that begin with https:// or http://"),
        (("pull", index), 1, "holds no file that ends in .verbatim; name the file"),
        (("pull", os.devnull), 1, "not a regular file"),
        (("pack", "--out", archive.with_name("no") / "x"), 2, "cannot be written (No such file or directory)"),
        (("pack", "--new-key", archive, "--without-encoder"), 2, "--new-key makes a pair of keys and packs nothing"),
    ):
        done = run_chatbot(*wrong, "--index", index)
        assert (done.returncode, done.stderr.count("\n")) == (status, 1), done.stderr
        assert said in done.stderr


# Over HTTP


@contextlib.contextmanager
def web(answers: dict[str, tuple[int, dict[str, str], bytes]]) -> Iterator[tuple[str, list[dict[str, str]]]]:
    """A server of fixed answers, and the headers of each request to it. It knows ETags."""
    seen: list[dict[str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append({name.lower(): value for name, value in self.headers.items()})
            status, headers, body = answers[self.path.partition("?")[0]]
            if headers.get("etag", "-") == self.headers.get("if-none-match"):
                status, body = 304, b""
            self.send_response(status)
            for name, value in ({} if status == 304 else {"content-length": str(len(body))} | headers).items():
                self.send_header(name, value)
            self.end_headers()
            with contextlib.suppress(OSError):
                self.wfile.write(body)

        def log_message(self, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", seen
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_an_unchanged_archive_costs_one_304(index: Path, archive: Path, replica: Path) -> None:
    """Red when the ETag is forgotten, and when one of another address is sent."""
    pack(index, archive)
    answer = (200, {"etag": '"1"'}, archive.read_bytes())
    plain = (200, {}, archive.read_bytes()[:4096])  # all that need be read of it
    with web({"/a": answer, "/b": answer, "/c": (302, {"location": "/a"}, b""), "/plain": plain}) as (url, seen):
        assert pull(f"{url}/a", replica).is_new
        assert pull(f"{url}/a", replica).is_unchanged
        assert seen[-1]["if-none-match"] == '"1"'
        for path in ("/b", "/c", "/plain"):  # a redirect is followed
            assert pull(f"{url}{path}", replica).is_unchanged
            assert "if-none-match" not in seen[-1]
            assert pull(f"{url}{path}", replica).is_unchanged
            assert ("if-none-match" in seen[-1]) == (path != "/plain")


def test_what_a_server_may_do_wrong_is_one_sentence(index: Path, archive: Path, replica: Path) -> None:
    pack(index, archive)
    data = archive.read_bytes()
    wrong = {
        "/absent": (404, {}, b"none", "the server answers 404 Not Found; check the address"),
        "/broken": (503, {}, b"", "the server answers 503"),
        "/round": (302, {"location": "/round"}, b"", "is redirected more than 5 times"),
        "/away": (302, {"location": "ftp://example.org/x"}, b"", "is redirected to what is no web address"),
        "/local": (302, {"location": "file:///etc/passwd"}, b"", "is redirected to what is no web address"),
        "/packed": (200, {"content-encoding": "gzip"}, b"x", "comes compressed, which nobody asked for"),
        "/short": (200, {"content-length": str(len(data))}, data[:5000], "cannot be fetched"),
        "/torn": (200, {}, data[:5000], "ends in the middle; fetch it again"),
        "/page": (200, {}, b"<html>" + bytes(2000), "is not an archive as `pack` writes it"),
        "/empty": (200, {}, b"", "ends in the middle"),
    }
    with web({path: answer[:3] for path, answer in wrong.items()}) as (url, _):
        for path, (*_, message) in wrong.items():
            with pytest.raises((NotFetched, ArchiveRefused), match=message) as caught:
                pull(f"{url.replace('//', '//me:secret@')}{path}?token=hidden", replica)
            assert "\n" not in str(caught.value)
            assert "secret" not in str(caught.value)
            assert "hidden" not in str(caught.value)
    with pytest.raises(NotFetched, match="cannot be fetched"):
        pull(f"{url}/gone", replica)
    assert tree(replica) == {}


def test_https_never_becomes_http() -> None:
    import httpx

    from chatbot.indexing import archive_source

    def answered(request: httpx.Request) -> httpx.Response:
        return httpx.Response(302, headers={"location": "http://example.org/x"})

    with (
        httpx.Client(transport=httpx.MockTransport(answered)) as client,
        pytest.raises(NotFetched, match="is redirected from https to http"),
        archive_source._answer(client, httpx.URL("https://example.org/x"), "", "https://example.org/x"),
    ):
        pass
