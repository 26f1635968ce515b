"""The Dockerfile: read by hadolint, and its stages made and run where no container engine is."""

import json
import os
import re
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.deployed import DEPLOY, tool
from tests.image import Stage, instructions, made, size_of
from tests.process import free_port

DOCKERFILE = ROOT / "Dockerfile"
BASE_MB = 130  # of python:3.11-slim-bookworm, unpacked: assumed, as no image can be had here
MOST_MB = 700


def test_hadolint_finds_nothing() -> None:
    done = subprocess.run([tool("hadolint"), DOCKERFILE], capture_output=True, text=True, check=False)
    assert done.stdout == ""
    assert done.returncode == 0


def test_the_last_stage_is_without_rights_and_without_torch() -> None:
    stages = re.split(r"^FROM ", DOCKERFILE.read_text(), flags=re.MULTILINE)[1:]
    last = dict(instructions(f"FROM {stages[-1]}"))
    assert re.fullmatch(r"[1-9]\d+:[1-9]\d+", last["USER"])  # a number, which Kubernetes can see to be no root
    assert "healthcheck.py" in last["HEALTHCHECK"]
    assert "--from=build" not in stages[-1]
    assert "requirements-build" not in "".join(stages[1:])
    assert all("--require-hashes" in stage for stage in stages[:-1])
    assert 'ARG MORE=""' in stages[0]  # neither torch nor anything else without a hash, if nobody asks for it


def test_every_file_that_is_copied_is_there() -> None:
    """And none of them is ignored."""
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    for word, rest in instructions(DOCKERFILE.read_text()):
        if word == "COPY" and "--from" not in rest:
            for source in (
                rest.replace("${CORPUS}", "corpus").replace("${LOCK}", "requirements-serve.lock").split()[:-1]
            ):
                assert (ROOT / source).exists(), source
                assert source.split("/")[0] not in ignored


@pytest.fixture(scope="module")
def last(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """All stages, made; some minutes."""
    if os.geteuid() or not all(map(shutil.which, ("unshare", "setpriv", "chroot"))):
        pytest.skip("needs root, unshare, setpriv and chroot")
    folder = tmp_path_factory.mktemp("image")
    outside = {name: value for name, value in os.environ.items() if name.startswith(("PIP_", "SSL_", "OPENBLAS_"))}
    yield made(folder, {}, outside)["last"]
    shutil.rmtree(folder)


@pytest.mark.long
@pytest.mark.model
def test_the_stages_can_be_made_and_the_last_one_serves(last: Stage) -> None:
    """As a user without rights, on a read-only tree. Red when a package is missing from a lock, when the server writes
    outside /data and /tmp, and when serving needs what the last stage has not."""
    parts = {one: size_of(last.folder / one) / 1e6 for one in ("opt/serve", "app", "data")}
    whole = sum(parts.values())
    print(f"{parts} MB; with a base of {BASE_MB} MB: {whole + BASE_MB:.0f} MB")
    assert whole + BASE_MB < MOST_MB
    assert not [*last.folder.glob("opt/serve/lib/python3*/site-packages/torch")]
    port = free_port()
    for path in ("/app/x", "/opt/serve/x", "/usr/x", "/x", "/app/index/x"):
        touched = subprocess.run(last.begun(["touch", path], "ro"), capture_output=True, text=True, check=False)
        assert "Read-only file system" in touched.stderr or "Permission denied" in touched.stderr
    server = subprocess.Popen(
        last.begun([*last.entrypoint, *last.command], "ro", CHATBOT_PORT=str(port)), stderr=subprocess.PIPE, text=True
    )
    try:
        wait_until_ready(f"http://127.0.0.1:{port}", server)
        asked = urllib.request.Request(
            f"http://127.0.0.1:{port}/api/ask", b'{"question": "Can I jog with a sore back?"}',
            {"content-type": "application/json"},
        )  # fmt: skip
        [reply] = json.loads(urllib.request.urlopen(asked, timeout=20).read())["replies"]
        assert reply["status"] == "answered"
        assert b"<gradio-app" in urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=60).read()
        status = Path(f"/proc/{server.pid}/status").read_text()
        assert "Uid:\t10001" in status
        assert "CapEff:\t0000000000000000" in status
        assert "libtorch" not in Path(f"/proc/{server.pid}/maps").read_text()
        healthy = subprocess.run(last.begun(last.health, "ro", CHATBOT_PORT=str(port)), check=False)
        assert healthy.returncode == 0
        unhealthy = subprocess.run(last.begun(last.health, "ro", CHATBOT_PORT=str(free_port())), check=False)
        assert unhealthy.returncode == 1
    finally:
        server.terminate()
        _, log = server.communicate(timeout=30)
    assert server.returncode == 0
    assert (last.folder / "data" / "journal.db").exists()
    assert [json.loads(line)["level"] for line in log.splitlines()].count("error") == 0


@pytest.mark.long
@pytest.mark.model
def test_content_on_a_volume_is_built_without_torch(last: Stage) -> None:
    """An index on a volume begins as that of the image. Red without that step of start.sh."""
    corpus = last.folder / "data" / "corpus"
    corpus.mkdir()
    (corpus / "pets.md").write_text("# May dogs eat chocolate?\n\nNo, it is poisonous.\n")
    where = {"CHATBOT_CORPUS": "/data/corpus", "CHATBOT_INDEX": "/data/index"}
    built = subprocess.run(
        last.begun([*last.entrypoint, "build", "--json"], "ro", **where), capture_output=True, text=True, check=False
    )
    assert built.returncode == 0, built.stderr
    assert json.loads(built.stdout)["entries"] == 1
    assert json.loads(built.stdout)["build_id"].startswith("b-000002")  # after that of the image
    again = subprocess.run(last.begun([*last.entrypoint, "verify"], "ro", **where), capture_output=True, check=False)
    assert again.returncode == 0


@pytest.mark.long
@pytest.mark.model
def test_a_signed_archive_is_made_and_pulled(last: Stage) -> None:
    """Red when the packages that serve cannot check a signature."""
    pull = ["pull", "/data/faq.verbatim", "--index"]
    for arguments in (
        ["pack", "--new-key", "/data/faq.key"],
        ["pack", "--new-key", "/data/another.key"],
        ["pack", "--out", "/data/faq.verbatim", "--key", "/data/faq.key"],
        [*pull, "/data/replica", "--public-key", "/data/faq.key.pub"],
        [*pull, "/data/none", "--public-key", "/data/another.key.pub"],
    ):
        command = last.begun([*last.entrypoint, *arguments], "ro")
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        is_wrong = "/data/another.key.pub" in arguments
        assert (done.returncode != 0) == is_wrong, done.stderr
        assert ("is signed with another key" in done.stderr) == is_wrong
    data = last.folder / "data"
    assert (data / "replica" / "CURRENT").exists()
    assert not (data / "none" / "CURRENT").exists()


def wait_until_ready(url: str, server: "subprocess.Popen[str]") -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        assert server.poll() is None, server.stderr and server.stderr.read()
        try:
            urllib.request.urlopen(f"{url}/readyz?page=1", timeout=10)
        except (OSError, urllib.error.HTTPError):
            time.sleep(0.3)
        else:
            return
    raise AssertionError("not ready")


def test_the_scripts_of_the_image_need_nothing_else() -> None:
    """healthcheck.py and smoke.py run before anything is installed, and beside it."""
    for name in ("healthcheck.py", "smoke.py"):
        text = (DEPLOY / name).read_text()
        assert not re.search(r"^(import|from) (chatbot|httpx|tests)", text, re.MULTILINE)
