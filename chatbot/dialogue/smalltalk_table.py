"""What people say to a chatbot beside their questions, and what it answers, in ten languages.

A phrase stands between commas; "(a|b)" means either. Accents, case, apostrophes and repeated letters do not count, so
"ca va" is "Ça va" too. A filler may stand beside a phrase and is nothing by itself: keep out of the fillers every word
that could turn a greeting into a question. Replies are short and honest: a program that quotes, no human, no text of
its own. `{title}` is the title of the FAQ.
"""

FILLERS = {
    "en": "ok, okay, oh, ah, well, so, then, there, all, everyone, everybody, guys, folks, team, dear, bot, chatbot,"
    " robot, friend, my friend, buddy, mate, man, sir, madam, again, please, very much, so much, a lot, lots, a bunch,"
    " a million, a ton, very, really, haha, lol, yes, yeah, yep, no, great, good, cool, nice, perfect, awesome, super,"
    " alright, all right, fine, wow, for now, today, now, to you, and, hey, got it, understood, i see, for (|"
    "all )(your|the|that|this) (help|time|info|information|answer|answers|reply|advice|tips|support), for (everything|"
    "helping|helping me|answering|explaining)",
    "de": "ok, okay, oh, ah, na, so, dann, alle, alle zusammen, zusammen, ihr lieben, lieber bot, bot, chatbot,"
    " nochmal, nochmals, bitte, sehr, vielmals, schon, schön, mal, haha, ja, nein, super, gut, toll, prima, perfekt,"
    " klasse, alles klar, verstanden, und, für (die|deine|ihre|eure) (hilfe|antwort|auskunft|info|antworten|tipps|"
    "unterstützung), dir, ihnen, euch",
    "fr": "ok, okay, oh, ah, alors, bon, bien, tous, tout le monde, à tous, à toi, à vous, bot, robot, monsieur,"
    " madame, beaucoup, bien, infiniment, encore, haha, oui, non, super, génial, parfait, cool, d'accord, et,"
    " s'il vous plaît, s'il te plaît, stp, svp, pour (tout|votre aide|ton aide|l'aide|votre réponse|ta réponse|"
    "la réponse|les infos|vos conseils)",
    "es": "ok, okay, oh, ah, bueno, bien, pues, a todos, todos, bot, robot, amigo, señor, señora, de nuevo, haha,"
    " jaja, jajaja, sí, no, vale, genial, perfecto, muy bien, estupendo, y, por favor, muy amable, de verdad,"
    " de corazón, por (todo|la ayuda|tu ayuda|su ayuda|la respuesta|tu respuesta|la información|la info|los consejos)",
    "it": "ok, okay, oh, ah, allora, bene, a tutti, tutti, bot, robot, signore, signora, ancora, haha, sì, no,"
    " va bene, perfetto, ottimo, bello, e, molte, tante, mille, davvero, per favore, per piacere, per (tutto|l'aiuto|"
    "il tuo aiuto|il suo aiuto|la risposta|le informazioni|le info|i consigli)",
    "pt": "ok, okay, oh, ah, então, bem, a todos, todos, pessoal, gente, bot, robô, senhor, senhora, de novo, haha,"
    " kkk, sim, não, certo, ótimo, perfeito, legal, e, muito, mesmo, por favor, tudo, beleza, (pela|por) (ajuda|tudo|"
    "sua ajuda|resposta|sua resposta|informação|atenção|dicas)",
    "nl": "ok, oke, okay, oh, ah, nou, zo, dan, allemaal, iedereen, bot, chatbot, robot, meneer, mevrouw, nogmaals,"
    " alvast, haha, ja, nee, super, goed, mooi, top, prima, perfect, en, zeer, heel, erg, veel, alstublieft,"
    " alsjeblieft, hartelijk, voor (alles|de hulp|je hulp|uw hulp|het antwoord|je antwoord|de info|de informatie|"
    "de tips)",
    "pl": "ok, okej, oh, ach, no, dobrze, wszystkim, wszyscy, bocie, bot, robocie, panu, pani, jeszcze raz, haha, tak,"
    " nie, super, świetnie, fajnie, i, bardzo, serdecznie, ślicznie, pięknie, proszę, za (wszystko|pomoc|odpowiedź|"
    "informacje|informację|rady)",
    "ru": "ок, окей, ой, ах, ну, хорошо, всем, бот, робот, дорогой, друг, ещё раз, хаха, да, нет, супер, отлично,"
    " класс, понятно, и, большое, огромное, вам, тебе, пожалуйста, очень, за (всё|помощь|ответ|ответы|информацию|"
    "совет|советы)",
    "ar": "اوكي, طيب, حسنا, نعم, لا, يا, بوت, روبوت, صديقي, اخي, جميعا, للجميع, ممتاز, رائع, كثيرا, جزيلا, لك, لكم,"
    " جدا, و, من فضلك, لو سمحت, على (المساعدة|مساعدتك|الاجابة|المعلومات|كل شيء|الرد)",
}

PHRASES = {
    "en": {
        "hello": "hi, hello, hey, hiya, heya, howdy, yo, greetings, hi there, hello there, good (morning|afternoon|"
        "evening|day), morning, whats up, sup, how are you (|doing|today|doing today), hows it going, how is it going,"
        " how do you do, (nice|pleased|good) to meet you, are you there, anybody there, anyone there, is (anyone|"
        "anybody|somebody) there",
        "thanks": "thanks, thank you, thank u, thankyou, thx, thnx, thanx, tx, ty, tysm, cheers, ta, many thanks,"
        " thank you kindly, much appreciated, (|i )appreciate it, no thanks, no thank you, that (helps|helped|"
        "was helpful|is helpful|was useful), very helpful, good (bot|job|answer), well done, you are great,"
        " youre great",
        "bye": "bye, bye bye, goodbye, good bye, good night, see (you|ya|u), see (you|ya|u) (later|soon|tomorrow|"
        "around), cya, ttyl, talk to you later, farewell, take care, have a (nice|good|great|lovely) (day|evening|"
        "night|weekend|one), so long, (im|i am) done, (thats|that is|that was) (all|it), until next time, (i have to|"
        "i must|gotta) go",
        "who": "who are you, what are you, who is this, (whats|what is) your name, do you have a name,"
        " introduce yourself, tell me about (yourself|you), who (made|built|created|programmed|wrote|trained) you,"
        " who am i talking to, what is this, whats this, what is this (bot|chatbot)",
        "human": "are you (|a |an )(robot|bot|chatbot|human|human being|person|real person|real human|machine|real|ai|"
        "computer|program|alive|language model|llm|chatgpt|gpt|artificial intelligence|man or a machine|"
        "human or a (bot|robot|machine)|bot or a human|robot or a human|person or a bot|doctor), (am i|"
        "are we) (talking|speaking|chatting) (to|with) a (robot|bot|human|person|real person|machine|computer),"
        " is this a (|real )(robot|bot|chatbot|human|person|machine), is this (chatgpt|ai|an ai)",
        "help": "help, help me, i need help, i need some help, can you help, can you help me, could you help me,"
        " what can you do, what do you do, what can i (ask|ask you|do here), what (should|could) i ask,"
        " how (does this|do you|does it) work, what do you know, what can you (tell me|help me with|help with|answer),"
        " start, menu, commands, instructions, how (do|can) i use (this|you|it)",
    },
    "de": {
        "hello": "hallo, hallöchen, hi, hey, moin, moin moin, servus, grüezi, grüß (gott|dich), guten (tag|morgen|"
        "abend), morgen, guten, tag, na du, wie (geht es|gehts|gehts dir|geht es dir|geht es ihnen), ist da jemand,"
        " bist du da",
        "thanks": "danke, dankeschön, danke schön, danke sehr, dank dir, vielen dank, besten dank, herzlichen dank,"
        " tausend dank, lieben dank, nein danke, danke nein, ich danke (dir|ihnen|euch), merci, das (hilft|"
        "hat geholfen|war hilfreich), sehr hilfreich, gut gemacht",
        "bye": "tschüss, tschüs, tschau, ciao, auf wiedersehen, wiedersehen, bis (bald|dann|später|morgen|"
        "zum nächsten mal), gute nacht, mach's gut, machs gut, ade, das (war|wars) (|alles|schon), (einen |"
        ")schönen (tag|abend|tag noch|abend noch)",
        "who": "wer (bist du|sind sie), was (bist du|sind sie), wie (heißt du|heißen sie), (was|wie) ist (dein|"
        "ihr) name, wer hat dich (gemacht|gebaut|programmiert|entwickelt|erschaffen), stell dich vor, was ist das (|"
        "hier), wer ist da",
        "human": "(bist du|sind sie) (|ein |eine |echt ein )(roboter|bot|chatbot|mensch|echter mensch|echte person|"
        "person|maschine|ki|computer|programm|echt|arzt|mensch oder (eine maschine|ein bot|ein roboter)), (spreche|"
        "rede|schreibe|chatte) ich (hier |)mit (einem|einer|einem echten) (menschen|mensch|roboter|bot|maschine|"
        "person), ist das (hier |)(ein|eine) (bot|roboter|mensch|maschine|ki)",
        "help": "hilfe, hilf mir, kannst du mir helfen, können sie mir helfen, ich brauche hilfe, was (kannst du|"
        "können sie) (|alles), was (kann|darf) ich (dich |sie |)fragen, wie (funktioniert das|funktionierst du|"
        "geht das) (|hier), was weißt du, was machst du (|hier), start, menü",
    },
    "fr": {
        "hello": "bonjour, bonsoir, salut, coucou, bjr, slt, hello, allô, rebonjour, ça va, comment (ça va|allez vous|"
        "vas tu), comment ça va, enchanté, enchantée, il y a quelqu'un, bonne (journée à vous|matinée)",
        "thanks": "merci, mille mercis, merci mille fois, un grand merci, grand merci, mrc, non merci,"
        " je vous remercie, je te remercie, c'est (gentil|très gentil|utile), très utile, ça m'aide, ça m'a aidé",
        "bye": "au revoir, aurevoir, adieu, à (bientôt|plus|plus tard|demain|la prochaine), bonne (nuit|journée|"
        "soirée), bon week end, ciao, c'est tout, ce sera tout, je dois y aller",
        "who": "(qui|tu) (es tu|es qui), qui êtes vous, vous êtes qui, t'es qui, c'est qui, c'est quoi,"
        " qu'est ce que c'est, tu es quoi, (comment (tu t'appelles|t'appelles tu|vous appelez vous|"
        "vous vous appelez)), (quel est|c'est quoi) (ton|votre) nom, qui (t'a|vous a) (créé|fait|programmé|conçu|"
        "fabriqué), présente toi, présentez vous",
        "human": "(es tu|tu es|t'es|êtes vous|vous êtes|est ce que tu es|est ce que vous êtes) (|un |une |un vrai |"
        "une vraie )(robot|bot|chatbot|humain|être humain|personne|machine|ia|ordinateur|programme|réel|réelle|vrai|"
        "médecin|intelligence artificielle|humain ou (un robot|une machine)), (je parle|est ce que je parle|"
        "parle je) à (un|une|une vraie) (robot|bot|humain|personne|machine), c'est un (robot|bot|humain)",
        "help": "aide, aidez moi, aide moi, à l'aide, j'ai besoin d'aide, (pouvez vous|peux tu|tu peux) m'aider,"
        " que (sais tu|peux tu|savez vous|pouvez vous) faire, qu'est ce que (tu sais|tu peux|vous pouvez|"
        "vous savez) faire, tu fais quoi, comment ça (marche|fonctionne), que puis je (demander|te demander|"
        "vous demander), menu",
    },
    "es": {
        "hello": "hola, holi, buenas, buenos días, buen día, buenas (tardes|noches), qué tal, qué hay, cómo (estás|"
        "está|está usted|te va), hola qué tal, saludos, mucho gusto, encantado, encantada, hay alguien (|ahí)",
        "thanks": "gracias, muchas gracias, muchísimas gracias, mil gracias, mil gracias, no gracias, te lo agradezco,"
        " se lo agradezco, muy útil, me (ayudó|ha ayudado|sirvió|ayudaste)(| mucho), gracias mil",
        "bye": "adiós, chao, chau, hasta (luego|pronto|mañana|la vista|la próxima|otra), nos vemos, que (tengas|"
        "tenga) (un |)buen día, buen fin de semana, bye, eso es todo, es todo, me voy, cuídate",
        "who": "(|tú )quién (eres|es usted)(| tú), qué eres, quién (te|lo|la) (creó|hizo|programó|ha creado|ha hecho),"
        " cómo (te llamas|se llama), cuál es (tu|su) nombre, preséntate, qué es esto, con quién hablo",
        "human": "(eres|es usted|es|tú eres) (|un |una )(robot|bot|chatbot|humano|ser humano|persona|persona real|"
        "máquina|ia|ordenador|computadora|programa|real|médico|inteligencia artificial|humano o (un robot|un bot|"
        "una máquina)), (estoy hablando|hablo) con (un|una) (robot|bot|humano|persona|máquina|persona real)",
        "help": "ayuda, ayúdame, ayúdeme, necesito ayuda, (puedes|puede) ayudarme, me (puedes|puede) ayudar,"
        " qué (puedes|sabes|puede) hacer, qué haces, qué (te |le |)puedo preguntar, cómo (funciona|funciona esto|"
        "funcionas), menú, qué sabes",
    },
    "it": {
        "hello": "ciao, salve, buongiorno, buon giorno, buonasera, buona sera, buon pomeriggio, ehi, ehilà, hey,"
        " come (stai|sta|va), piacere, c'è qualcuno, tutto bene",
        "thanks": "grazie, grazie mille, mille grazie, molte grazie, tante grazie, ti ringrazio, la ringrazio,"
        " no grazie, molto utile, mi hai aiutato, sei stato (utile|gentile|molto gentile), grazie infinite",
        "bye": "arrivederci, arrivederla, addio, a (presto|dopo|domani|più tardi), ci vediamo, buonanotte,"
        " buona (notte|giornata|serata), ci sentiamo, è tutto, questo è tutto, ciao ciao, devo andare",
        "who": "chi sei, chi è lei, lei chi è, tu chi sei, cosa sei, che cosa sei, come (ti chiami|si chiama),"
        " qual è il (tuo|suo) nome, chi ti ha (creato|fatto|programmato|costruito), presentati, cos'è questo,"
        " che cos'è questo, con chi parlo",
        "human": "(sei|lei è|tu sei) (|un |una |un')(robot|bot|chatbot|umano|essere umano|persona|persona vera|"
        "persona reale|macchina|ia|computer|programma|reale|vero|medico|intelligenza artificiale|umano o (un robot|"
        "un bot|una macchina)), (sto parlando|parlo) con (un|una) (robot|bot|umano|persona|macchina|persona vera)",
        "help": "aiuto, aiutami, mi aiuti, ho bisogno di aiuto, (puoi|può) aiutarmi, mi (puoi|può) aiutare, (cosa|"
        "che cosa) (sai|puoi|può) fare, cosa fai, (cosa|che cosa) posso (chiedere|chiederti|chiederle),"
        " come (funziona|funzioni), come funziona questo, menù",
    },
    "pt": {
        "hello": "olá, oi, oie, ola, bom dia, boa (tarde|noite), e aí, tudo bem, tudo bom, como (vai|está|estás|"
        "vai você|você está), alô, opa, prazer, tem alguém aí",
        "thanks": "obrigado, obrigada, muito obrigado, muito obrigada, obg, obrigadão, valeu, não obrigado,"
        " não obrigada, agradeço, (te |lhe |)agradeço, muito útil, ajudou (|muito|bastante), grato, grata",
        "bye": "tchau, adeus, até (logo|mais|breve|amanhã|já|à próxima|a próxima|depois), tchau tchau,"
        " bom fim de semana, (tenha |tenha um |)bom dia (para você|pra você), falou, é só isso, é tudo, isso é tudo,"
        " tenho que ir",
        "who": "quem (é você|és tu|é o senhor|és), você é quem, o que (é você|você é|és tu|és), (qual é|qual) (o |"
        ")(seu|teu) nome, como (você se chama|te chamas|se chama), quem (te|o) (criou|fez|programou), apresente se,"
        " o que é isto, o que é isso",
        "human": "(você é|tu és|és|é|o senhor é) (|um |uma )(robô|robot|bot|chatbot|humano|ser humano|pessoa|"
        "pessoa real|pessoa de verdade|máquina|ia|computador|programa|real|médico|inteligência artificial|"
        "humano ou (um robô|um bot|uma máquina)), (estou (falando|a falar)|falo) com (um|uma) (robô|bot|humano|pessoa|"
        "máquina|pessoa real)",
        "help": "ajuda, ajude me, me ajuda, me ajude, preciso de ajuda, (pode|podes|você pode) (me ajudar|ajudar me|"
        "ajudar), o que (você |)(sabe|pode|podes|sabes) fazer, o que você faz, o que (posso|eu posso) perguntar,"
        " como (isso |isto |)funciona, como você funciona, menu",
    },
    "nl": {
        "hello": "hallo, hoi, hey, hé, dag, goedendag, goedemorgen, goedemiddag, goedenavond, goeiemorgen, goeiedag,"
        " hoe (gaat het|gaat het met je|gaat het met u|is het), is daar iemand, ben je daar, aangenaam",
        "thanks": "bedankt, dankjewel, dank je, dank je wel, dank u, dank u wel, dankuwel, hartelijk dank, veel dank,"
        " heel erg bedankt, nee bedankt, nee dank je, dankje, thanks, merci, dat helpt, erg behulpzaam",
        "bye": "doei, doeg, tot ziens, tot (later|straks|morgen|snel|de volgende keer), dag dag, fijne (dag|avond|"
        "dag nog|avond nog), welterusten, goedenacht, houdoe, dat was alles, dat was het, de groeten, ik moet gaan",
        "who": "wie (ben je|ben jij|bent u|is dit), wat (ben je|ben jij|bent u), hoe (heet je|heet jij|heet u),"
        " wat is (je|jouw|uw) naam, wie heeft (je|jou|u) (gemaakt|gebouwd|geprogrammeerd), stel (je|jezelf) (|"
        "even )voor, wat is dit",
        "human": "(ben je|ben jij|bent u) (|een |een echt |een echte )(robot|bot|chatbot|mens|persoon|machine|ai|"
        "computer|programma|echt|dokter|arts|mens of (een robot|een bot|een machine)), (praat|spreek|"
        "chat) ik met een (robot|bot|mens|persoon|machine|echt mens|echt persoon), is dit een (bot|robot|mens)",
        "help": "help, hulp, help me, help mij, ik heb hulp nodig, (kun|kan) je (me|mij) helpen, kunt u (me|"
        "mij) helpen, wat (kun|kan) je (|allemaal)(|doen), wat kunt u (|doen), wat kan ik (|je |u )vragen,"
        " hoe werkt (dit|het|dat), hoe werk je, wat doe je, menu",
    },
    "pl": {
        "hello": "cześć, hej, hejka, siema, witam, witaj, dzień dobry, dobry wieczór, dobry, jak się masz, co słychać,"
        " jak (leci|się pan ma|się pani ma), siemka, halo, jest tam ktoś, miło mi",
        "thanks": "dzięki, dziękuję, dziękuje, dzięki wielkie, wielkie dzięki, dziękuję bardzo, bardzo dziękuję,"
        " dzięki bardzo, dzięks, nie dziękuję, nie dzięki, pomogło, to pomogło, bardzo pomocne",
        "bye": "do widzenia, pa, pa pa, papa, na razie, narazie, do (zobaczenia|jutra|usłyszenia), dobranoc, żegnaj,"
        " miłego (dnia|wieczoru), to wszystko, trzymaj się, muszę iść, nara",
        "who": "kim (jesteś|pan jest|pani jest), kto ty jesteś, czym jesteś, jak (się nazywasz|masz na imię),"
        " kto cię (stworzył|zrobił|zaprogramował), przedstaw się, co to jest, kto to",
        "human": "(|czy )(jesteś|ty jesteś) (|prawdziwym )(robotem|botem|chatbotem|człowiekiem|osobą|maszyną|"
        "sztuczną inteligencją|komputerem|programem|prawdziwy|prawdziwa|ai|lekarzem|człowiekiem czy (robotem|botem|"
        "maszyną)), (|czy )(rozmawiam|piszę) z (człowiekiem|botem|robotem|maszyną|prawdziwym człowiekiem)",
        "help": "pomoc, pomocy, pomóż mi, potrzebuję pomocy, (|czy )(możesz|możecie) mi pomóc, co (potrafisz|umiesz|"
        "możesz zrobić), o co mogę (|cię |)(zapytać|pytać), jak to działa, jak działasz, co robisz, menu",
    },
    "ru": {
        "hello": "привет, приветик, здравствуй, здравствуйте, добрый (день|вечер), доброе утро, доброго (дня|"
        "времени суток), хай, салют, как (дела|твои дела|поживаешь|ваши дела), здрасьте, здрасте, алло, есть кто,"
        " тут кто нибудь есть, приятно познакомиться",
        "thanks": "спасибо, спс, спасибочки, благодарю, благодарю вас, большое спасибо, спасибо большое, нет спасибо,"
        " спасибо не надо, помогло, это помогло, очень полезно, пасиб",
        "bye": "пока, пока пока, до (свидания|встречи|завтра|скорого|связи), всего (доброго|хорошего), прощай,"
        " прощайте, спокойной ночи, хорошего (дня|вечера), это всё, на этом всё, мне пора, увидимся",
        "who": "(|а )кто (ты|вы|ты такой|вы такой|вы такие|ты такая|это), (|а )ты кто, что ты такое, как (тебя|"
        "вас) зовут, кто (тебя|вас) (создал|сделал|написал|придумал), представься, представьтесь, что это,"
        " что это такое",
        "human": "(|а )(ты|вы) (|настоящий |живой |реальный )(робот|бот|чатбот|человек|машина|ии|компьютер|программа|"
        "настоящий|живой|врач|искусственный интеллект|нейросеть|человек или (робот|бот|машина)), (|это )(бот|робот),"
        " я (говорю|разговариваю|общаюсь) с (человеком|ботом|роботом|машиной|живым человеком)",
        "help": "помощь, помоги, помогите, помоги мне, помогите мне, мне нужна помощь, (можешь|можете) (мне |)помочь,"
        " что (ты|вы) (умеешь|умеете|можешь|можете|знаешь), что (ты|вы) (умеешь|можешь|можете) делать,"
        " как это работает, как (ты работаешь|вы работаете), о чем (тебя |вас |)можно спросить, что можно спросить,"
        " меню, старт",
    },
    "ar": {
        "hello": "مرحبا, اهلا, اهلا وسهلا, هلا, هاي, السلام عليكم, سلام, سلام عليكم, السلام عليكم ورحمة الله وبركاته,"
        " السلام عليكم ورحمة الله, صباح (الخير|النور), مساء (الخير|النور), كيف (حالك|الحال|حالكم), تحية, هل من احد هنا",
        "thanks": "شكرا, شكرا لك, شكرا جزيلا, مشكور, اشكرك, جزاك الله خيرا, الف شكر, لا شكرا, كل الشكر, شكرا جزيلا لك,"
        " يعطيك العافية",
        "bye": "وداعا, مع السلامة, الى اللقاء, باي, تصبح على خير, اراك (لاحقا|غدا|قريبا), في امان الله, يوم سعيد,"
        " هذا كل شيء",
        "who": "من (انت|انتم|تكون), (ما|ماذا) (انت|تكون), ما (اسمك|هو اسمك), شو اسمك, من (صنعك|برمجك|طورك|انشاك),"
        " عرف بنفسك, عرف عن نفسك, مين انت, ما هذا",
        "human": "هل (انت|انتي) (|شخص )(روبوت|بوت|انسان|بشر|شخص|الة|ذكاء اصطناعي|برنامج|حقيقي|كمبيوتر|طبيب|"
        "انسان ام (روبوت|الة)), انت (روبوت|بوت|انسان|بشر), هل (اتحدث|اتكلم) مع (روبوت|انسان|شخص|شخص حقيقي|بشر|الة)",
        "help": "مساعدة, ساعدني, المساعدة, احتاج مساعدة, احتاج الى مساعدة, هل (يمكنك|تستطيع) مساعدتي, ماذا (يمكنك|"
        "تستطيع) ان تفعل, ماذا تفعل, ماذا (يمكنني|استطيع) ان اسال, كيف (تعمل|يعمل هذا), قائمة",
    },
}

REPLIES = {
    "en": {
        "hello": "Hello! I am a program that quotes “{title}” word for word. Ask me a question in your own words.",
        "thanks": "You are welcome. If you have another question about “{title}”, just type it.",
        "bye": "Goodbye! “{title}” stays here for your next question.",
        "who": "I am a program that searches “{title}” and shows its answers word for word. I write nothing of my own.",
        "human": "I am a program, not a human. I only quote “{title}”; nothing is generated.",
        "help": "Type a question in your own words. I show the answer from “{title}”, or say that it has none.",
    },
    "de": {
        "hello": "Hallo! Ich bin ein Programm, das „{title}“ wörtlich zitiert. Fragen Sie in Ihren eigenen Worten.",
        "thanks": "Gern geschehen. Wenn Sie noch eine Frage zu „{title}“ haben, schreiben Sie sie einfach.",
        "bye": "Auf Wiedersehen! „{title}“ bleibt hier für Ihre nächste Frage.",
        "who": "Ich bin ein Programm, das „{title}“ durchsucht und Antworten wörtlich zeigt. Ich schreibe nichts.",
        "human": "Ich bin ein Programm, kein Mensch. Ich zitiere nur „{title}“ und erzeuge keinen Text.",
        "help": "Fragen Sie in Ihren Worten. Ich zeige die Antwort aus „{title}“ oder sage, dass keine da ist.",
    },
    "fr": {
        "hello": "Bonjour ! Je suis un programme qui cite « {title} » mot pour mot. Posez une question avec vos mots.",
        "thanks": "Je vous en prie. Si vous avez une autre question sur « {title} », écrivez-la.",
        "bye": "Au revoir ! « {title} » reste ici pour votre prochaine question.",
        "who": "Je suis un programme : je cherche dans « {title} » et cite ses réponses, sans rien écrire moi-même.",
        "human": "Je suis un programme, pas un être humain. Je ne fais que citer « {title} » et ne génère aucun texte.",
        "help": "Écrivez une question avec vos mots. Je montre la réponse de « {title} », ou dis qu'il n'y en a pas.",
    },
    "es": {
        "hello": "¡Hola! Soy un programa que cita «{title}» palabra por palabra. Pregunte con sus propias palabras.",
        "thanks": "De nada. Si tiene otra pregunta sobre «{title}», escríbala.",
        "bye": "¡Adiós! «{title}» sigue aquí para su próxima pregunta.",
        "who": "Soy un programa que busca en «{title}» y muestra sus respuestas tal cual. No escribo nada.",
        "human": "Soy un programa, no una persona. Solo cito «{title}» y no genero ningún texto.",
        "help": "Pregunte con sus propias palabras. Muestro la respuesta de «{title}» o digo que no la hay.",
    },
    "it": {
        "hello": "Salve! Sono un programma che cita «{title}» parola per parola. Faccia una domanda con parole sue.",
        "thanks": "Prego. Se ha un'altra domanda su «{title}», la scriva pure.",
        "bye": "Arrivederci! «{title}» resta qui per la prossima domanda.",
        "who": "Sono un programma che cerca in «{title}» e mostra le risposte così come sono. Non scrivo nulla.",
        "human": "Sono un programma, non una persona. Cito soltanto «{title}» e non genero alcun testo.",
        "help": "Scriva una domanda con parole sue. Mostro la risposta di «{title}» oppure dico che non c'è.",
    },
    "pt": {
        "hello": "Olá! Sou um programa que cita «{title}» palavra por palavra. Faça uma pergunta com as suas palavras.",
        "thanks": "De nada. Se tiver outra pergunta sobre «{title}», escreva-a aqui.",
        "bye": "Adeus! «{title}» continua aqui para a sua próxima pergunta.",
        "who": "Sou um programa que procura em «{title}» e mostra as respostas tal como estão. Não escrevo nada meu.",
        "human": "Sou um programa, não uma pessoa. Apenas cito «{title}» e não gero nenhum texto.",
        "help": "Escreva uma pergunta com as suas palavras. Mostro a resposta de «{title}» ou digo que não existe.",
    },
    "nl": {
        "hello": "Hallo! Ik ben een programma dat “{title}” woordelijk citeert. Stel een vraag in uw eigen woorden.",
        "thanks": "Graag gedaan. Hebt u nog een vraag over “{title}”, typ die dan gerust.",
        "bye": "Tot ziens! “{title}” blijft hier voor uw volgende vraag.",
        "who": "Ik ben een programma dat in “{title}” zoekt en de antwoorden woordelijk toont. Ik schrijf zelf niets.",
        "human": "Ik ben een programma, geen mens. Ik citeer alleen “{title}” en genereer geen tekst.",
        "help": "Typ een vraag in uw eigen woorden. Ik toon het antwoord uit “{title}” of zeg dat er geen is.",
    },
    "pl": {
        "hello": "Dzień dobry! Jestem programem, który cytuje „{title}” słowo w słowo. Proszę pytać własnymi słowami.",
        "thanks": "Proszę bardzo. Kolejne pytanie na temat „{title}” wystarczy wpisać.",
        "bye": "Do widzenia! „{title}” pozostaje tutaj na kolejne pytania.",
        "who": "Jestem programem, który przeszukuje „{title}” i pokazuje odpowiedzi dosłownie. Sam niczego nie piszę.",
        "human": "Jestem programem, nie człowiekiem. Tylko cytuję „{title}” i nie generuję żadnego tekstu.",
        "help": "Proszę wpisać pytanie własnymi słowami. Pokażę odpowiedź z „{title}” albo powiem, że jej tam nie ma.",
    },
    "ru": {
        "hello": "Здравствуйте! Я программа, которая дословно цитирует «{title}». Задайте вопрос своими словами.",
        "thanks": "Пожалуйста. Если есть ещё вопрос по теме «{title}», просто напишите его.",
        "bye": "До свидания! «{title}» остаётся здесь для новых вопросов.",
        "who": "Я программа, которая ищет в «{title}» и показывает ответы дословно. От себя я ничего не пишу.",
        "human": "Я программа, а не человек. Я только цитирую «{title}» и не создаю текстов.",
        "help": "Напишите вопрос своими словами. Я покажу ответ из «{title}» или скажу, что его там нет.",
    },
    "ar": {
        "hello": "مرحبًا! أنا برنامج يقتبس من «{title}» حرفيًا. اطرح سؤالك بكلماتك الخاصة.",
        "thanks": "على الرحب والسعة. إن كان لديك سؤال آخر عن «{title}» فاكتبه هنا.",
        "bye": "إلى اللقاء! يبقى «{title}» هنا لسؤالك القادم.",
        "who": "أنا برنامج يبحث في «{title}» ويعرض الإجابات كما هي. لا أكتب شيئًا من عندي.",
        "human": "أنا برنامج ولست إنسانًا. أقتبس من «{title}» فقط ولا أولّد أي نص.",
        "help": "اكتب سؤالًا بكلماتك الخاصة. سأعرض الإجابة من «{title}» أو أقول إنها غير موجودة.",
    },
}
