"""What the name of a column or a key means, in the languages and styles of exports.

Case, blanks, accents, a byte order mark and "_" are ignored. A name may include a language ("answer_de",
"Question (FR)") and a number ("question 2").
"""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from chatbot.content.readers.metadata import METADATA_KEYS

LISTS = ("alternates", "tags")
TEXTS = ("question", "answer", *sorted(METADATA_KEYS - set(LISTS)))
FIELDS = (*TEXTS, *LISTS)

EXACT, SPECIFIC, VAGUE, VAGUER = range(4)


class Meaning(NamedTuple):
    """`tier`: how certain the meaning is; smaller is more certain. `number`: of "question 2", else 0."""

    field: str
    tier: int
    lang: str = ""
    number: int = 0


_WORDS = {
    ("question", SPECIFIC): """
        question questions q query queries prompt prompts utterance utterances pattern patterns inquiry enquiry
        trainingphrases usersays userexamples examples
        frage fragen pregunta preguntas consulta pergunta perguntas questão dúvida domanda domande quesito vraag vragen
        pytanie pytania вопрос вопросы soru sorular سؤال السؤال أسئلة الأسئلة 问题 問題 提问 问 問 标准问题 标准问
        標準問題 質問 質問文 質問内容 設問 問い प्रश्न सवाल fråga frågor spørgsmål spørsmål kysymys otázka kérdés
        întrebare ερώτηση שאלה питання запитання 질문 pertanyaan câuhỏi پرسش سوال คำถาม pitanje въпрос""",
    ("answer", SPECIFIC): """
        answer answers a response responses reply replies completion completions solution resolution acceptedanswer
        suggestedanswer antwort antworten réponse réponses respuesta respuestas resposta respostas risposta risposte
        antwoord antwoorden odpowiedź odpowiedzi ответ ответы cevap cevaplar yanıt yanıtlar جواب الجواب إجابة الإجابة
        أجوبة رد الرد 答案 回答 答 回复 答复 解答 答え 回答文 回答内容 उत्तर जवाब svar vastaus odpověď válasz răspuns
        απάντηση תשובה відповідь 답변 응답 jawaban trảlời câutrảlời پاسخ คำตอบ odgovor отговор""",
    ("question", VAGUE): """
        title titles posttitle name term terms subject headline heading header input instruction issue problem faq faqs
        titel titre titolo título tytuł заголовок название термин başlık عنوان العنوان 标题 標題 タイトル 件名 शीर्षक
        begriff terme término termo termine asunto oggetto betreff sujet onderwerpregel overskrift rubrikrad 제목""",
    ("question", VAGUER): "desc description summary label beschreibung descripción descrição descrizione opis описание",
    ("answer", VAGUE): """
        body text content contents description desc output value definition details detail message explanation html
        summary target postcontent messages inhalt beschreibung erklärung contenido
        descripción texto contenu texte description contenuto
        descrizione testo conteúdo descrição inhoud beschrijving tekst treść opis содержание текст описание içerik metin
        açıklama النص نص المحتوى محتوى 内容 正文 本文 説明 说明 विवरण पाठ 내용""",
    ("alternates", SPECIFIC): """
        alternate alternative alternatives alternatequestion alternatequestions alternativequestion alternativequestions
        alternatename alternatenames variation variations variant variants synonym synonyms phrase phrases phrasing
        phrasings paraphrase paraphrases rephrasing rephrasings rewording rewordings alsoasked otherquestions examples
        usersays
        similarquestion similarquestions trainingphrases alias aliases questionvariations questionvariants wordings
        varianten variante variantes variations varianti sinónimo sinónimos synonyme synonymes sinonimi sinônimos
        synoniemen synoniem synonimy warianty синонимы варианты eşanlamlılar مرادفات صياغات 相似问题 相似问 相似問題
        同义词 同義詞 同義語 類似質問 言い換え समानार्थी umformulierungen reformulations""",
    ("tags", SPECIFIC): """
        tag category categories topic topics section sections class group theme themes labels keyword keywords
        subcategory subcategories intent intents department product labelnames articlesection kategorie kategorien thema
        themen rubrik bereich schlagwort schlagworte schlagwörter catégorie catégories thème rubrique étiquette
        étiquettes categoría categorías tema temas etiqueta etiquetas sección categoria categorias assunto seção
        categorie argomento sezione etichette onderwerp trefwoorden kategoria temat dział tagi категория раздел тема
        теги kategori konu etiket etiketler bölüm فئة الفئة تصنيف التصنيف قسم القسم وسوم موضوع الموضوع 分类 分類
        类别 類別 标签 標籤 主题 主題 カテゴリ カテゴリー タグ ジャンル श्रेणी विषय टैग 카테고리 분류""",
    ("url", SPECIFIC): """
        htmlurl link links permalink href weburl pageurl webpage uri sourceurl articleurl lien enlace ссылка odnośnik
        bağlantı رابط الرابط 链接 連結 リンク लिंक""",
    (
        "source",
        SPECIFIC,
    ): "sources citation quelle fuente fonte bron źródło источник kaynak مصدر المصدر 来源 來源 出典 स्रोत",
    ("lang", SPECIFIC): """
        language locale inlanguage sprache langue idioma lingua taal język язык dil لغة اللغة 语言 語言 言語 भाषा""",
    ("id", SPECIFIC): "qnaid faqid questionid idquestion qid uuid guid identifier articleid entryid",
    ("reviewed", SPECIFIC): "lastreviewed",
}
# Words that add nothing to a word with a meaning, as in "FAQ question" or "answer text".
_FILLING = frozenset(
    "faq faqs the your our user users customer client main full plain raw text html md markdown string title name body"
    " content value field column parent sub suggested bot agent in auf auf la le el".split()
)
_LANGUAGES = frozenset(
    "en de fr es pt it nl pl ru tr ar zh ja hi ko sv da fi nb nn cs sk hu ro bg el he uk fa ur vi th ms bn ta te mr lt"
    " lv et sl hr sr ca eu gl cy mk sq hy ka az kk uz sw af".split()
)
_NAMES_OF_LANGUAGES = {
    name: code
    for code, names in {
        "en": "english englisch anglais inglés inglês inglese engels angielski английский 英文 英语 英語",
        "de": "german deutsch allemand alemán alemão tedesco duits",
        "fr": "french français französisch francés francês francese frans",
        "es": "spanish español spanisch espagnol espanhol spagnolo",
        "pt": "portuguese português portugiesisch",
        "it": "italian italiano italienisch italien",
        "nl": "dutch nederlands",
        "pl": "polish polski",
        "ru": "russian русский",
        "tr": "turkish türkçe",
        "ar": "arabic العربية عربي",
        "zh": "chinese 中文 汉语",
        "ja": "japanese 日本語",
        "hi": "hindi हिन्दी हिंदी",
    }.items()
    for name in names.split()
}
_PARTS = re.compile(r"[\s_\-\u2010-\u2015.:/\\()\[\]{}|,;?!*#\"'\u00bf\uff08\uff09\uff1a\uff1f\ufeff]+")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[^\W\d])(?=\d)|(?<=\d)(?=[^\W\d])")


@lru_cache(4096)
def plain_name(name: str) -> str:
    """`name` without the parts that are ignored."""
    return "".join(_parts(name))


def field_name(name: str) -> str:
    """`name` as a field is written: "Review by" as "review_by"."""
    return re.sub(r"[ -]+", "_", name.strip("\ufeff \t\n").casefold())


@lru_cache(4096)
def meanings(name: str) -> tuple[Meaning, ...]:
    """All possible meanings of `name`."""
    if (exact := field_name(name)) in FIELDS:
        return (Meaning(exact, EXACT),)
    if name.startswith(("@", "$")):
        return ()
    parts = _parts(name)
    if known := _known("".join(parts)):
        return tuple(Meaning(field, tier) for field, tier in known)
    number, parts = _number(parts)
    lang, parts = _language(parts)
    if not number:
        number, parts = _number(parts)
    known = _known("".join(parts))
    if not known:
        rest = [part for part in parts if part not in _FILLING]
        known = [(field, tier) for field, tier in _known("".join(rest)) if tier == SPECIFIC and len(rest) < len(parts)]
    return tuple(Meaning(field, max(tier, SPECIFIC), lang, number) for field, tier in known)


def language(name: str) -> str:
    """The language that `name` consists of, such as "en" or "pt-BR", or ""."""
    lang, rest = _language(["", *_parts(name)])
    return lang if rest == [""] else ""


def _known(key: str) -> list[tuple[str, int]]:
    return _MEANINGS.get(key, [])


def _number(parts: list[str]) -> tuple[int, list[str]]:
    if len(parts) > 1 and parts[-1].isdecimal() and len(parts[-1]) < 4:
        return int(parts[-1]), parts[:-1]
    return 0, parts


def _language(parts: list[str]) -> tuple[str, list[str]]:
    """The language at the start or end of a name, and the rest of the name."""
    if len(parts) > 2 and parts[-2] in _LANGUAGES and re.fullmatch("[a-z]{2}", parts[-1]):
        return f"{parts[-2]}-{parts[-1].upper()}", parts[:-2]
    for at, rest in ((-1, parts[:-1]), (0, parts[1:])):
        if rest and (parts[at] in _LANGUAGES or parts[at] in _CODES):
            return _CODES.get(parts[at], parts[at]), rest
    return "", parts


def _parts(name: str) -> list[str]:
    return [_folded(part) for word in _PARTS.split(name) for part in _HUMP.split(word) if part]


def _folded(word: str) -> str:
    """Without case, width and the accents of Latin letters."""
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", word).casefold())
    return unicodedata.normalize("NFC", re.sub("[\u0300-\u036f]", "", decomposed))


def _by_word() -> dict[str, list[tuple[str, int]]]:
    fields_of: dict[str, list[tuple[str, int]]] = {}
    for (field, tier), words in _WORDS.items():
        for word in words.split():
            word_fields = fields_of.setdefault(_folded(word), [])
            if field not in (other for other, _ in word_fields):
                word_fields.append((field, tier))
    for field in FIELDS:
        fields_of.setdefault(field.replace("_", ""), [(field, EXACT)])
    return fields_of


_MEANINGS = _by_word()
_CODES = {_folded(name): code for name, code in _NAMES_OF_LANGUAGES.items()}
