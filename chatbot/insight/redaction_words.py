"""What stands before or in personal details, in the languages of the interface: names, dates of birth, streets."""

import re

_MONTH = r"[^\W\d_]{3,12}\.?"
_DAY = r"\d{1,2}(?:st|nd|rd|th|er|º|°|\.)?"
DATE = (
    rf"(?:\d{{1,2}}\s?[./-]\s?\d{{1,2}}\s?[./-]\s?\d{{2,4}}|\d{{4}}[./-]\d{{1,2}}[./-]\d{{1,2}}"
    rf"|{_DAY}\s(?:de\s|of\s|ב)?{_MONTH},?\s(?:de\s|del\s)?(?:19|20)\d{{2}}|{_MONTH}\s{_DAY},?\s(?:19|20)\d{{2}}"
    rf"|{_MONTH}\s\d{{1,2}}(?:st|nd|rd|th)|\d{{1,2}}(?:st|nd|rd|th)\s(?:of\s)?{_MONTH}"
    rf"|(?:{_MONTH}\s)?(?:19|20)\d{{2}})"
)
_BORN = (
    r"born|birth(?:day|date)?|date of birth|d\.?o\.?b\.?|geboren(?:e[rn]?)?|geburtsdatum|geb\.|geburtstag"
    r"|née?|naissance|date de naissance|nac[ií](?:da|do|miento)?|fecha de nacimiento|nat[oa]|nascit[ao]|data di nascita"
    r"|nasci(?:d[ao]|mento)?|data de nascimento|geboortedatum|urodzon[yae]|ur\.|urodziła|urodził|urodzenia"
    r"|مواليد|ولدت|تاريخ الميلاد|ميلادي|נולדתי|נולד|נולדה|תאריך (?:ה)?לידה"
)
_LEADS_ON = r"[^\S\n]|[:=,(]|[^\W\d_]{1,4}\.?[^\S\n]|ב-?"  # "on the", "am", "le"
BIRTHS = (re.compile(rf"(?<![^\W\d_])(?:{_BORN})(?:{_LEADS_ON}){{0,6}}(?P<date>{DATE})(?!\w)", re.I),)

# Up to four words. Written small they end at a word that begins the next part of the sentence.
_STOP = (
    r"and|but|or|i|i'm|my|we|with|from|is|what|how|can|could|do|does|where|when|why|please|at|born|on|the|in|for|a|an|to"
    r"|und|aber|ich|mein|meine|wie|was|kann|wo|wann|bitte|aus|geboren|der|die|das|von beruf|mit"
    r"|et|mais|je|j'ai|mon|ma|comment|que|quoi|où|quand|puis-je|née?|avec|est"
    r"|y|pero|yo|mi|cómo|como|qué|que|dónde|cuándo|puedo|nací|con|tengo"
    r"|ed?|ma|io|mio|mia|come|cosa|dove|quando|posso|ho|sono|con"
    r"|e|mas|eu|meu|minha|como|onde|quando|posso|tenho|com"
    r"|en|maar|ik|mijn|hoe|wat|waar|wanneer|kan|mag|heb|met"
    r"|i|ale|ja|mój|moja|jak|co|gdzie|kiedy|czy|mogę|mam|z"
    r"|وأنا|وأريد|وأسكن|ورقمي|ولدي|من|كيف|هل|ما|متى|أين|في|ואני|אבל|איך|מה|מתי|איפה|האם|עם"
)
# What a question about a name says of it: "my name is spelled wrong".
_NO_NAME = (
    r"not|no|now|never|also|too|still|already|only|always|very|spelled|spelt|misspelled|misspelt|wrong|incorrect|missing"
    r"|different|changed|listed|shown|displayed|hidden|written|printed|required|used|taken|removed|public|visible|there"
    r"|being|long|short|been|it|this|that|falsch|nicht|anders|pas|mal|no|mal|errado|niet|verkeerd|nie|źle"
)
_NAME_WORD = rf"(?!(?:{_STOP})(?![\w'-]))[^\W\d_][\w'.\u2019-]*"
_NAME = rf"(?P<name>(?!(?:{_NO_NAME})(?![\w'-])){_NAME_WORD}(?:[^\S\n]{_NAME_WORD}){{0,3}})"
_INTRODUCED = (
    r"my (?:full |first |last |real |given )?name is|my name's|the name is|i am called|i'm called|i am named"
    r"|ich hei(?:ß|ss)e|mein (?:vollständiger )?name ist|ich werde [^\W\d_]+ genannt, ich bin|man nennt mich"
    r"|(?:name|nom|nombre|nome|naam|imię|nazwisko)(?=:)|moi,? c['\u2019]est"
    r"|je m['\u2019 ]?appelle|mon nom est|mon prénom est|je me nomme"
    r"|me llamo|mi nombre(?: completo)? es"
    r"|mi chiamo|il mio nome è|il mio nome e'"
    r"|(?:o )?meu nome(?: completo)? é|chamo-me|me chamo"
    r"|mijn naam is|ik heet"
    r"|mam na imię|nazywam się|moje imię to|na imię mi"
    r"|اسمي(?: الكامل)?(?: هو)?|أنا اسمي|إسمي|أدعى"
    r"|(?:השם שלי(?: הוא)?|שמי(?: הוא)?|קוראים לי)"
)
_GIVEN = r"[A-ZÀ-ÖØ-ÞŁŚŻŹĆ][a-zà-öø-ÿłśżźćńąę'\u2019-]+"
NAMES = (
    re.compile(rf"(?<![^\W\d_])(?:{_INTRODUCED})[^\S\n]?:?[^\S\n]+{_NAME}", re.I),
    # "I am", "this is" and titles say too much else: there only names with capitals count
    re.compile(
        r"(?<![^\W\d_])(?:I am|I'm|[Nn]ame is|[Tt]his is|[Ii]ch bin|[Hh]ier ist"
        r"|[Jj]e suis|[Ss]oy|[Ss]ono|[Ss]ou(?: [oa])?|[Ii]k ben"
        r"|[Jj]estem)"
        rf"[^\S\n]+(?P<name>{_GIVEN}(?:[^\S\n](?:(?:van|de|von|der|da|di|del)[^\S\n]){{0,2}}{_GIVEN}){{1,3}})"
    ),
    re.compile(
        r"(?<![^\W\d_])(?:(?:Mr|Mrs|Ms|Mx|Mme|Mlle|Sig|Dhr|Mevr)\.?|Herr|Frau|Senhora?|Señora?)[^\S\n]+"
        rf"(?P<name>{_GIVEN}(?:[^\S\n]{_GIVEN}){{0,2}})"
    ),
)

_CAPITAL = r"[A-ZÀ-ÖØ-ÞŁŚŻŹĆ][\w'\u2019.-]*"
_AFTER = rf"(?:,?\s\d{{2}}-?\d{{3}}(?:-\d{{3}})?\s{_CAPITAL}(?:[ -]{_CAPITAL})?)?"  # postcode and town
_NO_UNIT = (
    r"(?!\d|[.,]\d|\s?(?i:%|€|\$|£|°|(?:minut|min\b|hour|day|year|week|km\b|m\b(?!\.\s?\d)|meter|stunde|uhr|tag|jahr|jour|heure"
    r"|día|hora|minuto|giorn|or[ae]\b|uur|dag|godzin|dni\b)))"
)
_OF = r"(?:de\s(?:la\s)?|du\s|des\s|d['\u2019]|l['\u2019]|la\s|le\s|les\s)*"
ADDRESSES = (
    # 12 Baker Street; 221b baker st.
    re.compile(
        r"\b\d{1,5}[a-z]?,?\s(?:(?:north|south|east|west|n|s|e|w)\.?\s)?"
        r"(?!(?:best|good|top|more|other|new|different|main|miles?|km|min|minutes?|hours?)\b)"
        r"(?:[^\W\d_][\w'\u2019.-]*\s){1,2}(?:street|avenue|boulevard|crescent|terrace|mews)\b",
        re.I,
    ),
    re.compile(
        rf"\b\d{{1,5}}[A-Za-z]?,?\s(?:{_CAPITAL}\s){{1,3}}(?:St|Rd|Road|Ave|Av|Lane|Ln|Drive|Dr|Close|Court|Ct|Place|Pl"
        r"|Square|Sq|Blvd|Way|Gardens|Hill|Row|Park|Grove|Walk|Parkway|Pkwy|Highway|Hwy)\b\.?"
    ),
    re.compile(
        r"\b\d{1,4}[a-z]?,?\s(?!(?:km|min|minutes?|hours?|miles?|long|best|good|main|other|more)\b)"
        r"[^\W\d_]{4,}\s(?:road|lane|drive|gardens|grove)\b(?!\s(?:run|race|trip|bike))"
    ),
    # Hauptstraße 12a; Prinsengracht 263
    re.compile(
        r"(?<![\w.-])[^\W\d_][\w.-]*(?:stra(?:ß|ss)e|str\.|gasse|allee|platz|damm|ufer"
        r"|straat|laan|plein|gracht|kade|singel|dijk|steeg)"
        rf"\s(?:nr\.?\s)?\d{{1,4}}\s?[a-z]?\b{_NO_UNIT}{_AFTER}",
        re.I,
    ),
    re.compile(
        rf"(?<![\w]){_CAPITAL}[ -](?:Straße|Strasse|Str\.|Allee|Platz|Weg|Ring|Gasse|Damm)"
        rf"\s\d{{1,4}}\s?[a-z]?\b{_NO_UNIT}{_AFTER}"
    ),
    re.compile(rf"(?<![\w])[A-ZÄÖÜ][a-zäöüß]{{3,}}(?:weg|ring|hof)\s\d{{1,4}}[a-z]?\b{_NO_UNIT}{_AFTER}"),
    # 12 rue de la Paix
    re.compile(
        r"\b\d{1,4}(?:\s?(?:bis|ter|quater))?,?\s(?:rue|boulevard|bd|impasse|chemin|avenue|av\.|allée|quai)\s"
        rf"{_OF}[^\W\d_][\w'\u2019-]*(?:\s{_CAPITAL}){{0,3}}{_AFTER}",
        re.I,
    ),
    re.compile(
        rf"\b\d{{1,4}}(?:\s?(?:bis|ter))?,?\s(?:place|cours|route|square)\s{_OF}{_CAPITAL}(?:\s{_CAPITAL}){{0,3}}{_AFTER}"
    ),
    # calle Mayor 5; via Roma 12; rua das Flores, 10; ul. Długa 7/3
    re.compile(
        r"(?<![\w])(?:calle|avenida|avda\.?|paseo|plaza|carrer|rua|travessa|praça|largo|alameda|viale|piazza|corso|vicolo"
        r"|ulica|ul\.|al\.|aleja|aleje|os\.|plac|pl\.)\s(?:[^\W\d_][\w'\u2019.-]*\s?){1,5},?\s?"
        rf"(?:n[.º°o]*\s?|nr\.?\s?|número\s)?\d{{1,4}}[a-z]?(?:/\d{{1,4}})?\b{_NO_UNIT}{_AFTER}",
        re.I,
    ),
    re.compile(
        r"(?<![\w])(?:[Vv]ia|C/|c/)\s?(?:(?:di|del|della|dei|de|la)\s){0,2}"
        rf"(?!Bank|Card|App|Mail|Email|Internet|Paypal|PayPal){_CAPITAL}(?:\s{_CAPITAL}){{0,3}},?\s"
        rf"(?:n\.?\s?)?\d{{1,4}}[a-z]?\b{_NO_UNIT}{_AFTER}"
    ),
    # Arabic, Hebrew
    re.compile(
        r"(?<![^\W\d_])شارع(?:\s[^\W\d_]+){1,3}\s?[،,]?\s?(?:رقم\s)?\d{1,4}|\d{1,4}\sشارع\s[^\W\d_]+(?:\s[^\W\d_]+)?"
    ),
    re.compile(r"(?:ב?רחוב|ב?רח'|ב?שדרות|ב?שד')\s(?:[^\W\d_][\w'\"]*\s){1,3}\d{1,4}"),
    # Postcodes: United Kingdom, Canada, Netherlands, United States, Poland, Portugal, Germany and its neighbours
    re.compile(
        r"\b[A-PR-UWYZ](?:\d[\dA-HJKPSTUW]?|[A-HK-Y]\d[\dABEHMNPRVWXY]?)\s\d(?!GB)[ABD-HJLNP-UW-Z]{2}\b"
        r"|\b(?i:[A-PR-UWYZ][A-HK-Y]?\d{1,2}\s\d(?!gb|th|st|nd|rd|pt|ft)[abd-hjlnp-uw-z]{2})\b"
    ),
    re.compile(r"\b[ABCEGHJ-NPRSTVXY]\d[A-Z][ -]?\d[A-Z]\d\b"),
    re.compile(
        r"\b[1-9]\d{3}\s?(?!AM|PM|AD|BC|CE|MB|GB|KB|TB|KM|KG|MG|ML|CM|MM|HZ|EU|UK|US|IU|SA|SD|SS)[A-Z]{2}\b"
        r"(?:\s[A-Z][a-z]+)?"
    ),
    re.compile(
        r"\b(?:A[LKSZR]|C[AOT]|D[EC]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]|T[NX]|UT"
        r"|V[AT]|W[AIVY])\s\d{5}(?:-\d{4})?\b"
    ),
    re.compile(rf"\b\d{{2}}-\d{{3}}\s{_CAPITAL}|\b\d{{4}}-\d{{3}}\s{_CAPITAL}"),
    re.compile(
        r"(?:(?<=\b(?:in|en) )|(?<=\b(?:aus|PLZ) )|(?<=\bnach )|(?<=, )|(?<=\b[aà] )|(?<=\bD-))(?!\d\d000)\d{5}\s"
        rf"(?!Euro|Schritte|Meter|Kilometer|Personen|Stunden|Menschen|Steps|People){_CAPITAL}(?:[ -]{_CAPITAL})?"
    ),
)
