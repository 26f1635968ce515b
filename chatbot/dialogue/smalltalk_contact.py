"""How people ask for a person, an address or a telephone number, in ten languages, and the replies.

Written as the table of small talk is. A message asks for contact when it holds a phrase of "contact", or one of "reach"
and one of "whom", and nothing else but what may stand "beside" and fillers: "can I" + "talk to" + "a real" + "person".
The parts mean nothing by themselves. "about" lists the words behind which somebody says what the matter is: "talk to a
human about my order".
"""

PARTS = ("beside", "reach", "whom")

ASKED = {
    "en": {
        "beside": "a, an, any, some, the, your, this, another, real, live, actual, human, living, else, there,"
        " here, (can|could|may|might) (i|we|someone|somebody|anyone), (i|we|id|wed) (|just |really |only |would"
        " |would really |do not |dont )(want|need|wish|have|prefer|ask|like|must|rather|love), to, wanna, want,"
        " need, would, like, let me, allow me, help me, (how|where|when) (can|do|could|may|should|would) (i|we),"
        " how, where, is it possible, is there, are there, i can, we can, who can, (a|any) way, for me, for us,"
        " trying, im, i am, (can|could|will|would) (you|someone|somebody), kindly, get me, give me, get, give, have,"
        " me, us, show me, tell me, send me, with, from, on, over, by, at, in, directly, in person, instead, right,"
        " away, immediately, as soon as possible, asap, urgently, quickly, somehow, not, rather than, of, what is,"
        " whats, what are, where is, wheres, where are, do you have, have you got, find, request, back, if possible,"
        " person who",
        "reach": "talk, speak, chat, contacting, calling, reaching, connect, transfer, put me through, pass me,"
        " hand me over, forward me, switch me, escalate, redirect me, put, contact, reach, reach out, (get|be|come)"
        " in (touch|contact), get hold, get a hold, get through, call, ring, ring up, call up, telephone, email, e"
        " mail, message, text, write, hear, complain, ask for",
        "whom": "you, you guys, you people, u, person, people, human, humans, human being, agent, agents,"
        " representative, representatives, rep, operator, operators, advisor, adviser, consultant, employee, staff"
        " member, colleague, supervisor, manager, customer (service|services|support|care), service desk, support,"
        " help desk, helpdesk, staff, team, office, company, someone, somebody, anyone, anybody, sales",
        "contact": "contact, contacts, contact"
        " (us|you|info|information|details|data|form|page|number|numbers|address|person|support|options|email),"
        " phone, phone number, telephone, telephone number, number to (call|ring), hotline, helpline, help line,"
        " phone line, mobile number, support (number|line|hotline), email, e mail, (email|e mail|mail) address, get"
        " in (touch|contact), (real|live|actual|human|living)"
        " (person|people|human|agent|representative|rep|operator|advisor|support|chat|assistant|being), human, human"
        " being, agent, representative, operator, customer (service|services|support|care)(| number| phone number|"
        " email| line| hotline), (|customer )support, helpdesk, help desk, service desk,"
        " (call|phone|ring|contact|email|telephone) me, call back, callback, call us, phone call,"
        " (someone|somebody|anyone|anybody|person|people) (|who |that )(i|we) can (talk to|speak to|speak"
        " with|call|contact|ask|email|reach|talk with), someone to (talk|speak) to, (who|whom)"
        " (can|do|should|could|must) (i|we) (contact|call|talk to|speak to|speak with|ask|write"
        " to|email|phone|ring|turn to), (|i |we )(not|dont want|do not want|no) (|to )(|talk to |speak to |talk with"
        " |speak with )(a|an|any|this|more) (bot|bots|robot|machine|computer|chatbot|ai|program)",
        "about": "about, regarding, concerning, because",
    },
    "de": {
        "beside": "(kann|könnte|darf) (ich|man), (ich|wir)"
        " (will|möchte|muss|wollen|möchten|würde|brauche|hätte|wünsche), will, möchte, brauche, muss, gern, gerne,"
        " lieber, doch, endlich, jetzt, wie (kann|könnte|darf) (ich|man), wo, (können|könnten|kannst|könntest)"
        " (sie|du|ihr), mich, mir, uns, wie (ist|lautet), was ist, haben sie, habt ihr, gibt es, finde ich, steht,"
        " ist, einem, einer, einen, eine, ein, der, die, das, den, dem, ihre, ihr, ihrem, eure, eurem, euer, deine,"
        " echten, echter, echtes, echte, richtigen, richtiger, wirklichen, lebenden, menschlichen, menschlicher,"
        " mit, zu, an, von, vom, aus, per, sofort, direkt, persönlich, telefonisch, dringend, hier, statt, nicht,"
        " bot, roboter, computer, maschine, auf, um",
        "reach": "sprechen, reden, telefonieren, chatten, schreiben, verbinden, verbinden sie, weiterleiten,"
        " erreichen, kontaktieren, anrufen, weiterverbinden, durchstellen, erreiche ich, kontaktiere ich, spreche"
        " ich, kontakt, kontakt aufnehmen, in kontakt treten, geben, geben sie",
        "whom": "mensch, menschen, person, mitarbeiter, mitarbeiterin, mitarbeitern, berater, beraterin, agent,"
        " agenten, kundenservice, kundendienst, kundenbetreuung, kundenbetreuer, support, team, service, operator,"
        " kollegen, vorgesetzten, jemand, jemanden, jemandem, sie, euch, ihnen",
        "contact": "kontakt, kontaktdaten, kontaktformular, kontaktmöglichkeit, kontaktadresse, telefon,"
        " telefonnummer, rufnummer, hotline, servicenummer, e mail, email, mailadresse, (email|e mail) adresse,"
        " emailadresse, nummer zum anrufen, (echter|echten|lebender|richtiger) (mensch|menschen), mensch,"
        " mitarbeiter, ansprechpartner, ansprechperson, echte person, kundenservice, kundendienst, kundensupport,"
        " support, (rufen sie|ruf|ruft) mich (an|zurück), rückruf, mich (anrufen|zurückrufen|kontaktieren), (wen|an"
        " wen) (kann|soll|muss|darf) ich (|mich )(anrufen|kontaktieren|fragen|wenden|ansprechen), an wen wende ich"
        " mich, kein bot, keinen bot",
        "about": "wegen, über, bezüglich, weil, zu, um",
    },
    "fr": {
        "beside": "(je|nous)"
        " (veux|voudrais|souhaite|souhaiterais|dois|préfère|préférerais|aimerais|voulons|voudrions|peux|cherche),"
        " puis je, pourrais je, peut on, est ce que je (peux|pourrais), est il possible, comment, où, j'aimerais, il"
        " faut, (pouvez vous|peux tu|pourriez vous), quel est, quelle est, quelles sont, avez vous, as tu, donnez"
        " moi, y a t il, trouver, est, me, moi, m', de, d', avec, à, au, aux, un, une, le, la, l', les, des, du,"
        " votre, vos, vrai, vraie, réel, réelle, humain, humaine, directement, maintenant, plutôt, tout de suite,"
        " rapidement, par, pas, robot, machine, bot, j'ai besoin, mettez moi, mettre, être, pour, demande, en"
        " personne",
        "reach": "parler, discuter, joindre, contacter, appeler, téléphoner, écrire, échanger, communiquer, entrer"
        " en contact, prendre contact, en (relation|contact), transférer, passer, passez moi, mis en"
        " (relation|contact)",
        "whom": "humain, être humain, personne, conseiller, conseillère, agent, opérateur, opératrice, employé,"
        " interlocuteur, technicien, responsable, service (client|clients|clientèle), support, support client,"
        " équipe, standard, assistance, quelqu'un, vous",
        "contact": "contact, contacts, contactez nous, nous contacter, (vous|me)"
        " (contacter|joindre|appeler|rappeler), numéro de téléphone, numéro à appeler, numéro, téléphone, adresse"
        " (mail|email|e mail), email, mail, e mail, coordonnées, formulaire de contact, hotline, ligne d'assistance,"
        " humain, être humain, vraie personne, conseiller, opérateur, service (client|clients|clientèle|après"
        " vente), support client, (rappelez|appelez|rappelle) moi, m'appeler, qui (puis je|dois je|peut on|je peux)"
        " (contacter|appeler|joindre), qui contacter, à qui (puis je|dois je) (parler|m'adresser|écrire)",
        "about": "au sujet, à propos, concernant, pour, car, parce, sur",
    },
    "es": {
        "beside": "quiero, quisiera, necesito, deseo, puedo, podría, me gustaría, prefiero, queremos, podemos,"
        " tengo que, es posible, cómo, cómo puedo, dónde, dónde puedo, puede, puedes, pueden, podrían, se puede,"
        " hay, alguna manera, forma, me, ya, ahora, directamente, mejor, por, en persona, lo antes posible, no,"
        " robot, bot, máquina, con, a, de, al, un, una, el, la, los, su, sus, tu, algún, alguna, vuestro, verdadero,"
        " verdadera, humano, humana, real, de verdad, cuál es, cuáles son, tienen, tiene, tenéis, dame, deme, está,"
        " encuentro, que",
        "reach": "hablar, conversar, chatear, contactar, llamar, comunicarme, comunicarse, comunicar, comunícame,"
        " comuníqueme, contactarme, escribir, ponerme en contacto, ponerse en contacto, pasar, pasarme, pásame,"
        " páseme, póngame, conectar, conectarme, transferir, transfiérame, atienda, atendido",
        "whom": "humano, ser humano, persona, agente, operador, operadora, representante, asesor, asesora,"
        " empleado, ejecutivo, encargado, supervisor, soporte, soporte técnico, equipo, (servicio al|servicio de"
        " atención al|atención al) cliente, alguien, ustedes, usted, vosotros",
        "contact": "contacto, contactos, contactar, contáctenos, (número|teléfono) de contacto, número de teléfono,"
        " teléfono, correo, correo electrónico, email, datos de contacto, formulario de contacto, número para"
        " llamar, whatsapp, humano, persona real, agente, agente humano, operador, operadora, representante, asesor,"
        " (servicio al|atención al|servicio de atención al|soporte al) cliente, soporte técnico, llámenme, llámame,"
        " llámeme, llamarme, contáctenme, quién (puedo|debo) (contactar|llamar|dirigirme|preguntar|escribir), con"
        " quién (puedo|debo) (hablar|comunicarme|contactar), (los|les|lo|le|os) (contacto|llamo),"
        " contactar(los|les|te), llamar(los|les), alguien con quien (hablar|pueda hablar)",
        "about": "sobre, acerca, por, porque, para",
    },
    "it": {
        "beside": "voglio, vorrei, posso, potrei, devo, ho bisogno, desidero, preferisco, preferirei, è possibile,"
        " si può, come, come posso, dove, dove posso, può, puoi, potrebbe, potete, potreste, vogliamo, vorremmo, mi"
        " piacerebbe, c'è, modo, mi, subito, adesso, ora, direttamente, via, di persona, invece, non, bot, macchina,"
        " robot, con, a, ad, al, alla, il, la, l', lo, i, un, una, un', di, del, vostro, vostra, vostri, vero, vera,"
        " umano, umana, reale, in carne e ossa, qual è, avete, ha, mi dia, dammi, trovo, dov'è, per, qualche",
        "reach": "parlare, chattare, contattare, chiamare, telefonare, scrivere, mettermi in contatto, entrare in"
        " contatto, raggiungere, comunicare, passare, passarmi, mi passi, passami, mettere in contatto, mi metta in"
        " contatto, collegare, trasferire",
        "whom": "umano, essere umano, persona, operatore, operatrice, agente, consulente, addetto, rappresentante,"
        " responsabile, servizio clienti, assistenza clienti, assistenza, supporto, impiegato, qualcuno, voi, lei",
        "contact": "contatto, contatti, contattare, contattarvi, contattateci, numero di telefono, telefono,"
        " recapito, recapito telefonico, indirizzo (email|e mail|mail), email, e mail, numero verde, modulo di"
        " contatto, numero da chiamare, umano, essere umano, persona (reale|vera), operatore, operatrice, operatore"
        " umano, (servizio|assistenza) clienti, mi chiami, chiamatemi, richiamatemi, chiamami, richiamarmi,"
        " chiamarmi, contattarmi, chiamarvi, chi (posso|devo) (contattare|chiamare), con chi (posso|devo) parlare, a"
        " chi (posso|devo) (rivolgermi|scrivere), vi (contatto|chiamo|raggiungo), (qualcuno|persona|operatore) con"
        " cui (|posso )parlare",
        "about": "su, per, riguardo, circa, perché, riguardante",
    },
    "pt": {
        "beside": "quero, queria, gostaria, posso, poderia, preciso, desejo, prefiro, é possível, como, como posso,"
        " como faço, onde, onde posso, pode, podem, poderiam, queremos, tenho que, há como, tem como, me, agora, já,"
        " diretamente, por, pessoalmente, em vez, logo, não, robô, robot, bot, máquina, com, a, o, os, ao, à, para,"
        " de, do, da, um, uma, algum, alguma, verdadeiro, verdadeira, humano, humana, real, de verdade, qual é, qual"
        " o, qual, tem, vocês têm, têm, me dê, me passa, encontro, está, seu, sua, vosso, em, que, entrar, eu",
        "reach": "falar, conversar, contactar, contatar, ligar, telefonar, escrever, em (contato|contacto),"
        " comunicar, transferir, ser transferido, ser atendido, atendimento, passar, me passe, passe me, me"
        " transfira, transfira me",
        "whom": "humano, ser humano, pessoa, atendente, agente, operador, operadora, representante, assistente,"
        " funcionário, suporte, responsável, equipe, equipa, (atendimento|apoio|serviço|suporte|serviço de apoio) ao"
        " cliente, alguém, vocês, você",
        "contact": "contato, contacto, contatos, contactos, fale conosco, número de (telefone|contacto|contato),"
        " telefone, telefone de contato, email, e mail, endereço de email, whatsapp, formulário de"
        " (contato|contacto), humano, pessoa (real|de verdade), atendente, operador, atendente humano,"
        " (atendimento|apoio|suporte|serviço) ao cliente, me (liguem|ligue|liga|ligar|contatar|contactar),"
        " (liguem|ligue|contactar) me, quem (posso|devo) (contatar|contactar|chamar), com quem (posso|devo) falar, a"
        " quem (posso|devo) (perguntar|escrever|ligar), entrar em (contato|contacto), (contactar|contatar) vos,"
        " alguém com quem (falar|posso falar|eu possa falar)",
        "about": "sobre, por, para, porque, acerca",
    },
    "nl": {
        "beside": "(ik|wij|we) (wil|zou|moet|kan|mag|willen|wens|heb|zoek), (kan|mag|kon|zou) ik, hoe, hoe"
        " (kan|kun|moet) (ik|je), waar, waar kan ik, is het mogelijk, kunt u, kun je, kunnen jullie, wilt u, wil je,"
        " mij, me, graag, liever, direct, nu, even, persoonlijk, telefonisch, per, te, om, niet, robot, bot,"
        " machine, computer, willen, worden, nodig, met, aan, naar, een, uw, jullie, de, het, van, echt, echte,"
        " menselijke, levend, wat is, hebben jullie, heeft u, heb je, is er, is, staat, vind ik, hier, die ik kan,"
        " mee",
        "reach": "spreken, praten, bellen, contacteren, bereiken, mailen, schrijven, contact opnemen, contact, in"
        " contact komen, chatten, doorverbinden, doorverbonden, verbind, verbinden, overleggen, bereik ik,"
        " contacteer ik",
        "whom": "mens, mensen, persoon, medewerker, medewerkster, agent, adviseur, vertegenwoordiger,"
        " klantenservice, klantendienst, helpdesk, support, team, operator, collega, begeleider, iemand, u, jullie,"
        " je, jou",
        "contact": "contact, contactgegevens, contactformulier, contact opnemen, telefoonnummer, nummer, telefoon,"
        " mailadres, (e mail|email) adres, e mailadres, emailadres, hotline, mens, echt mens, echte persoon,"
        " medewerker, klantenservice, klantendienst, helpdesk, bel (mij|me), bel (mij|me) terug, (mij|me)"
        " (bellen|terugbellen), teruggebeld worden, (wie|met wie) (kan|moet|mag) ik"
        " (bellen|contacteren|spreken|praten|mailen|vragen)",
        "about": "over, wegens, omdat, voor, betreffende",
    },
    "pl": {
        "beside": "czy, chcę, chce, chciałbym, chciałabym, potrzebuję, potrzebny, mogę, mógłbym, mogłabym, można,"
        " wolę, muszę, proszę o, poproszę, możecie, możesz, da się, możemy, jak, gdzie, z, ze, się, do, od, o,"
        " teraz, od razu, bezpośrednio, osobiście, telefonicznie, mailowo, a, nie z (botem|robotem|maszyną), mnie,"
        " szybko, pilnie, prawdziwym, prawdziwą, prawdziwego, żywym, żywą, waszym, wasz, państwa, jakimś, jaki jest,"
        " macie, podaj, gdzie jest, znajdę, jakiś, jest, tu",
        "reach": "rozmawiać, porozmawiać, pogadać, rozmowa, rozmowę, rozmowy, skontaktować, kontakt, kontaktu,"
        " połączyć, połączenie, połączcie, połącz, przełączyć, przełączenie, przełącz, zadzwonić, napisać, mówić,"
        " pomówić, dodzwonić",
        "whom": "człowiekiem, człowieka, osobą, osoby, konsultantem, konsultantką, konsultanta, agentem,"
        " pracownikiem, pracownika, doradcą, doradcy, operatorem, (obsługą|obsługi)(| klienta), (biurem|biura)"
        " obsługi(| klienta), supportem, przedstawicielem, zespołem, działem wsparcia, pomocą techniczną, kimś,"
        " kogoś, wami, was, państwem, państwa",
        "contact": "kontakt, dane kontaktowe, formularz kontaktowy, numer telefonu, numer, telefon, adres (e"
        " mail|email|mailowy), mail, email, e mail, numer kontaktowy, telefon kontaktowy, numer infolinii,"
        " infolinia, człowiek, konsultant, agent, operator, pracownik, obsługa klienta, biuro obsługi klienta,"
        " (zadzwońcie|zadzwoń) do mnie, oddzwońcie, oddzwonić, do mnie zadzwonić, oddzwonienie, z kim (mogę|mogę"
        " się|można) (porozmawiać|rozmawiać|skontaktować), do kogo (mogę|mogę się|można)"
        " (zadzwonić|napisać|zwrócić), ktoś z kim (mogę|można) porozmawiać",
        "about": "w, o, bo, ponieważ, na",
    },
    "ru": {
        "beside": "я, мы, хочу, хотел бы, хотела бы, могу, могу ли, можно, можно ли, мне, нам, нужно, надо, нужен,"
        " нужна, прошу, хотелось бы, предпочитаю, желаю, ли, меня, как, где, а, не с"
        " (ботом|роботом|машиной|программой), сейчас, срочно, напрямую, лично, по телефону, по почте, скорее, лучше,"
        " дайте, дай, с, со, к, на, до, в, живым, живого, живому, живой, реальным, реальный, настоящим, вашим, ваш,"
        " ваши, какой, есть, у вас, найти, скажите, подскажите, тут, каким нибудь, бы",
        "reach": "поговорить, говорить, пообщаться, общаться, связаться, связь, соединить, соединиться, соедини,"
        " соедините, переключить, переключи, переключите, позвонить, дозвониться, написать, обратиться, позовите,"
        " позови, пригласите, переведите, перевести, контакт",
        "whom": "человеком, человека, человеку, оператором, оператора, оператору, сотрудником, сотрудника,"
        " сотруднику, менеджером, менеджера, специалистом, специалиста, специалисту, консультантом, консультанта,"
        " поддержкой, поддержку, (службой|службу) поддержки, техподдержкой, техподдержку, представителем, людьми,"
        " агентом, кем нибудь, кем то, вами, вам, вас",
        "contact": "контакт, контакты, контактные данные, контактный телефон, номер телефона, телефон, телефон"
        " (поддержки|горячей линии), адрес электронной почты, электронная почта, почта, емейл, номер для связи,"
        " горячая линия, человек, живой человек, оператор, консультант, сотрудник, служба поддержки, техподдержка,"
        " (позвоните|перезвоните) мне, перезвоните, свяжитесь со мной, обратный звонок, (позовите|позови|дайте)"
        " (человека|оператора), к кому (|мне |можно )обратиться, куда (|мне |можно )(позвонить|написать|обратиться),"
        " с кем (|я могу |можно |мне )(поговорить|связаться), (живой человек|кто живой|живые люди)",
        "about": "о, об, по, насчёт, потому, про",
    },
    "ar": {
        "beside": "اريد, ارغب, في, اود, احتاج, هل, يمكنني, استطيع, ممكن, يمكن, كيف, اين, نريد, ابغى, عايز, بدي,"
        " بامكاني, ان, مباشرة, الان, فورا, شخصيا, هاتفيا, بالهاتف, وليس, ليس, روبوت, بوت, مع, الى, ب, ما هو, ما,"
        " لديكم, اعطني, ارجو, يمكنكم, حقيقي",
        "reach": "التحدث, اتحدث, الكلام, اتكلم, التكلم, التواصل, اتواصل, الحديث, الاتصال, اتصل, تحويلي, حولني,"
        " وصلني, الوصول, مراسلة, اكلم",
        "whom": "انسان, شخص, موظف, ممثل, وكيل, مسؤول, خدمة العملاء, الدعم, الدعم الفني, فريق الدعم, احد, احدهم, احد"
        " الموظفين, مدير, المدير, بشر, شخص ما, بشري, بكم, معكم, بانسان, بشخص, بموظف, بخدمة العملاء, بالدعم, بفريق"
        " الدعم, مندوب",
        "contact": "تواصل, اتصل بنا, تواصل معنا, معلومات الاتصال, بيانات التواصل, رقم الهاتف, رقم هاتفكم, رقم"
        " التواصل, رقم هاتف, رقم خدمة العملاء, رقم للاتصال, البريد الالكتروني, بريدكم الالكتروني, رقمكم, خدمة"
        " العملاء, الدعم الفني, موظف, انسان حقيقي, شخص حقيقي, اتصلوا بي, اتصل بي, الاتصال بي, معاودة الاتصال بي, مع"
        " من (اتحدث|يمكنني التحدث|اتواصل)",
        "about": "بخصوص, عن, حول, بشان, لان, من اجل",
    },
}

# The text below the owner's `contact`.
REACHED = {
    "en": "I am a program that only quotes “{title}” and cannot put you through to a person.",
    "de": "Ich bin ein Programm, das nur „{title}“ zitiert, und kann Sie nicht mit einem Menschen verbinden.",
    "fr": "Je suis un programme qui ne fait que citer « {title} » ; je ne peux pas vous passer une personne.",
    "es": "Soy un programa que solo cita «{title}» y no puedo pasarle con una persona.",
    "it": "Sono un programma che cita soltanto «{title}» e non posso passarle una persona.",
    "pt": "Sou um programa que apenas cita «{title}» e não posso passar a conversa a uma pessoa.",
    "nl": "Ik ben een programma dat alleen “{title}” citeert en kan u niet doorverbinden met een mens.",
    "pl": "Jestem programem, który tylko cytuje „{title}”, i nie mogę połączyć z człowiekiem.",
    "ru": "Я программа, которая только цитирует «{title}», и не могу соединить вас с человеком.",
    "ar": "أنا برنامج يقتبس من «{title}» فقط، ولا أستطيع تحويلك إلى شخص.",
}

# The text where the owner names none.
UNREACHED = {
    "en": "I am a program and cannot put you through to a person. “{title}” names no contact; ask your question here.",
    "de": "Ich bin ein Programm und kann nicht verbinden. „{title}“ nennt keinen Kontakt; stellen Sie hier Ihre Frage.",
    "fr": "Je suis un programme : personne à vous passer. « {title} » n'indique pas de contact ; posez votre question.",
    "es": "Soy un programa y no puedo pasarle con nadie. «{title}» no da ningún contacto; haga aquí su pregunta.",
    "it": "Sono un programma e non posso passarle una persona. «{title}» non indica contatti; chieda qui.",
    "pt": "Sou um programa e não posso passar a uma pessoa. «{title}» não indica contacto; faça aqui a sua pergunta.",
    "nl": "Ik ben een programma en kan niet doorverbinden. “{title}” noemt geen contact; stel hier uw vraag.",
    "pl": "Jestem programem i nie mogę połączyć z człowiekiem. „{title}” nie podaje kontaktu; proszę pytać tutaj.",
    "ru": "Я программа и не могу соединить с человеком. В «{title}» нет контактов; задайте вопрос здесь.",
    "ar": "أنا برنامج ولا أستطيع تحويلك إلى شخص. لا يذكر «{title}» وسيلة اتصال؛ اكتب سؤالك هنا.",
}
