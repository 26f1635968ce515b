"""Which folders are sites, and by which hosts they are found."""

import logging
import os
import shutil
from pathlib import Path

import pytest

from chatbot.core.errors import UsageError
from chatbot.core.settings_sources import load_bot_settings
from chatbot.indexing.shared_encoders import adopt
from chatbot.indexing.site_folders import DATA, SiteFolders, is_site_name
from chatbot.verbs import build_sites


def write(root: Path, name: str, settings: str = "") -> Path:
    folder = root / name
    folder.mkdir()
    (folder / "bot.toml").write_text(settings)
    (folder / "faq.md").write_text("## Is it so?\n\nIt is.\n")
    return folder


@pytest.fixture
def folders(tmp_path: Path) -> SiteFolders:
    (tmp_path / "sites").mkdir()
    return SiteFolders(tmp_path / "sites", tmp_path / "data")


@pytest.mark.parametrize("name", ["a", "b-2", "x" * 63, "0"])
def test_names_that_can_be(name: str) -> None:
    assert is_site_name(name)


@pytest.mark.parametrize(
    "name", ["", "A", "a_b", "-a", "a-", "x" * 64, "a b", "ä", ".", "..", "a.b", "a/b", "a\n", "%61"]
)
def test_names_that_cannot_be(name: str) -> None:
    assert not is_site_name(name)


def test_a_site_is_a_folder_with_settings_and_a_name(folders: SiteFolders, caplog: pytest.LogCaptureFixture) -> None:
    """What might have been meant as one is told, once. Red without the look at links; when each look tells again."""
    root = folders.root
    write(root, "good", 'hosts = ["good.example"]')
    write(root, "Bad_Name")
    write(root, ".hidden")
    (root / "no-settings").mkdir()
    (root / "readme.md").write_text("# Sites")
    outside = write(root.parent, "outside", 'hosts = ["outside.example"]')
    (root / "linked").symlink_to(outside)
    (root / "nowhere").symlink_to(root / "none")
    os.mkfifo(root / "pipe")
    with caplog.at_level(logging.ERROR):
        for _ in range(3):
            listed = folders.look()
    assert {name: bool(site.trouble) for name, site in listed.sites.items()} == {"good": False, "linked": True}
    assert dict(listed.hosts) == {"good.example": "good"}
    assert [line.partition("sites/")[2] for line in caplog.messages] == [
        "Bad_Name: this is no name for a site; name it with small letters, digits and hyphens, at most 63",
        "linked: a link, which is not followed; put the folder itself in its place",
        "no-settings: is no site, as it has no bot.toml; write one, which may be empty",
    ]


def test_what_is_no_folder_of_sites_is_refused(tmp_path: Path) -> None:
    corpus = write(tmp_path, "corpus")
    for root, message in (
        (tmp_path / "none", "there is no such folder"),
        (corpus, "is one corpus; serve it with --corpus"),
    ):
        with pytest.raises(UsageError, match=message):
            SiteFolders(root, tmp_path / "data")


def test_a_host_belongs_to_one_site(folders: SiteFolders, caplog: pytest.LogCaptureFixture) -> None:
    """Who had it keeps it; after a start nobody has it. One sentence names both files. Red when the last one wins."""
    root = folders.root
    write(root, "one", 'hosts = ["faq.example", "one.example"]')
    assert folders.look().hosts == {"faq.example": "one", "one.example": "one"}
    write(root, "another", 'hosts = ["faq.example"]')
    listed = folders.look()
    assert (listed.hosts, listed.shared) == ({"faq.example": "one", "one.example": "one"}, {"another"})
    [line] = caplog.messages
    files = f'{root}/another/bot.toml and {root}/one/bot.toml both name the host "faq.example"; give each its own'
    assert line == f"error: {files}; it stays with one"
    anew = SiteFolders(root, folders.data).look()
    assert (anew.hosts, anew.shared) == ({"one.example": "one"}, {"another", "one"})
    assert caplog.messages[1].endswith("give each its own; until then neither is found by it")
    (root / "one" / "bot.toml").write_text('hosts = ["one.example"]')
    assert folders.look().hosts == {"faq.example": "another", "one.example": "one"}


@pytest.mark.parametrize("host", ["faqs.example", "localhost", "plants.localhost", "127.0.0.1"])
def test_no_site_takes_what_the_server_is_found_by(host: str, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """All sites are below it. Red where the first that names it has it."""
    write(tmp_path, "one", f'hosts = ["{host}", "one.example"]')
    listed = SiteFolders(tmp_path, tmp_path / DATA, ["FAQs.example"]).look()
    assert (listed.hosts, listed.shared) == ({"one.example": "one"}, {"one"})
    assert f'one/bot.toml: the host "{host}" is the server\'s own; name another' in caplog.text


def test_hosts_stay_while_the_settings_cannot_be_read(folders: SiteFolders) -> None:
    """Those before, or those of the published build. Red when a mistake makes a site unreachable."""
    root = folders.root
    settings = write(root, "one", 'hosts = ["one.example"]\nencoder = "hashing"') / "bot.toml"
    assert folders.look().hosts == {"one.example": "one"}
    settings.write_text("hosts = [")
    assert folders.look().hosts == {"one.example": "one"}
    assert SiteFolders(root, folders.data).look().hosts == {}
    settings.write_text('hosts = ["one.example"]\nencoder = "hashing"')
    assert [site.error for site in build_sites(root, folders.data)] == [None]
    settings.write_text("hosts = [")
    assert SiteFolders(root, folders.data).look().hosts == {"one.example": "one"}


@pytest.mark.parametrize(
    "host", ["https://a.example", "A.example", "a.example:80", "a..example", "*.example", "a.example/x"]
)
def test_a_host_is_a_name_alone(host: str, tmp_path: Path) -> None:
    (tmp_path / "bot.toml").write_text(f'hosts = ["{host}"]')
    with pytest.raises(Exception, match=r"bot.toml:1: hosts: .* is not the name of a host; write the name alone"):
        load_bot_settings(tmp_path, env={})


def test_each_site_is_built_whatever_is_wrong_with_another(folders: SiteFolders) -> None:
    root = folders.root
    for name in ("a", "c"):
        write(root, name, 'encoder = "hashing"')
    write(root, "b", "title = 3")
    first = {site.name: site for site in build_sites(root, folders.data)}
    assert {name: site.report is not None for name, site in first.items()} == {"a": True, "b": False, "c": True}
    assert "title: 3 must be a text in quotes" in str(first["b"].error)
    (root / "c" / "faq.md").write_text("## Is it not so?\n\nIt is not.\n")
    again = {site.name: site for site in build_sites(root, folders.data)}
    assert {name: site.report is not None for name, site in again.items()} == {"a": False, "b": False, "c": True}
    assert (again["a"].error, again["b"].error is None) == (None, False)


def test_an_encoder_is_linked_and_what_happens_to_one_copy_is_no_harm_to_another(tmp_path: Path) -> None:
    """Red when it is copied: it has 90 MB."""
    kept = tmp_path / "a" / "encoders" / "0123"
    kept.mkdir(parents=True)
    (kept / "model.onnx").write_bytes(b"weights")
    (kept.parent / "tmp-4567").mkdir()
    adopt(tmp_path / "b", [tmp_path / "a", tmp_path / "none"])
    adopted = tmp_path / "b" / "encoders" / "0123" / "model.onnx"
    assert adopted.samefile(kept / "model.onnx")
    assert [path.name for path in adopted.parents[1].iterdir()] == ["0123"]
    shutil.rmtree(kept)
    assert adopted.read_bytes() == b"weights"
