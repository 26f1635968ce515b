/* Verbatim's widget: docs/embed.md. Nothing is requested or stored before the visitor's first click or key in it.
   Texts become text nodes, never markup. */
(() => {
"use strict";
const script = document.currentScript;
if (window.Verbatim || !script) return; // included twice
const BASE = new URL(".", script.src).href;
const option = name => script.dataset[name] || "";

// ---- The interface's own words

const NAMES = "launch close send unsure unknown gap related source reviewed up down none why copy failed busy retry all notice clear".split(" ");
const TEXTS = {
en: "Ask a question|Close|Send|Did you mean one of these?|This FAQ has no answer to that.|This question is listed, but not answered yet.|Nearest questions|Source|Reviewed|Helpful|Not helpful|None of these|What was missing?|Copy|The answer could not be fetched.|Too many questions. Please wait.|Try again|Read the whole FAQ|Please read this first|New conversation",
de: "Frage stellen|Schließen|Senden|Meinten Sie eine dieser Fragen?|Dazu steht hier keine Antwort.|Diese Frage ist noch nicht beantwortet.|Ähnliche Fragen|Quelle|Geprüft|Hilfreich|Nicht hilfreich|Keine davon|Was hat gefehlt?|Kopieren|Die Antwort konnte nicht geladen werden.|Zu viele Fragen. Bitte warten.|Erneut versuchen|Alle Fragen und Antworten|Bitte zuerst lesen|Neues Gespräch",
fr: "Poser une question|Fermer|Envoyer|Vouliez-vous dire :|Cette FAQ n’y répond pas.|Cette question n’a pas encore de réponse.|Questions proches|Source|Vérifié le|Utile|Pas utile|Aucune|Que manquait-il ?|Copier|Impossible d’obtenir la réponse.|Trop de questions. Veuillez patienter.|Réessayer|Toutes les questions|À lire d’abord|Nouvelle conversation",
es: "Hacer una pregunta|Cerrar|Enviar|¿Quiso decir una de estas?|Aquí no hay respuesta a eso.|Esta pregunta aún no tiene respuesta.|Preguntas cercanas|Fuente|Revisado|Útil|No útil|Ninguna|¿Qué faltaba?|Copiar|No se pudo obtener la respuesta.|Demasiadas preguntas. Espere, por favor.|Reintentar|Todas las preguntas|Lea esto primero|Nueva conversación",
it: "Fai una domanda|Chiudi|Invia|Intendevi una di queste?|Qui non c’è risposta.|Questa domanda non ha ancora risposta.|Domande vicine|Fonte|Verificato|Utile|Non utile|Nessuna|Che cosa mancava?|Copia|Impossibile ottenere la risposta.|Troppe domande. Attendi, per favore.|Riprova|Tutte le domande|Da leggere prima|Nuova conversazione",
pt: "Fazer uma pergunta|Fechar|Enviar|Quis dizer uma destas?|Não há aqui resposta a isso.|Esta pergunta ainda não tem resposta.|Perguntas próximas|Fonte|Revisto|Útil|Não útil|Nenhuma|O que faltava?|Copiar|Não foi possível obter a resposta.|Demasiadas perguntas. Aguarde, por favor.|Tentar de novo|Todas as perguntas|Leia isto primeiro|Nova conversa",
nl: "Stel een vraag|Sluiten|Versturen|Bedoelde u een van deze?|Daarop staat hier geen antwoord.|Deze vraag is nog niet beantwoord.|Verwante vragen|Bron|Nagekeken|Nuttig|Niet nuttig|Geen van deze|Wat ontbrak er?|Kopiëren|Het antwoord kon niet worden opgehaald.|Te veel vragen. Even wachten.|Opnieuw|Alle vragen|Lees dit eerst|Nieuw gesprek",
pl: "Zadaj pytanie|Zamknij|Wyślij|Czy chodziło o jedno z tych?|Nie ma tu na to odpowiedzi.|To pytanie nie ma jeszcze odpowiedzi.|Podobne pytania|Źródło|Sprawdzono|Pomocne|Niepomocne|Żadne z nich|Czego brakowało?|Kopiuj|Nie udało się pobrać odpowiedzi.|Za dużo pytań. Proszę poczekać.|Spróbuj ponownie|Wszystkie pytania|Najpierw przeczytaj|Nowa rozmowa",
ar: "اطرح سؤالاً|إغلاق|إرسال|هل تقصد أحد هذه الأسئلة؟|لا توجد إجابة عن ذلك هنا.|لا إجابة عن هذا السؤال بعد.|أقرب الأسئلة|المصدر|تمت المراجعة|مفيد|غير مفيد|لا شيء منها|ما الذي كان ناقصاً؟|نسخ|تعذر جلب الإجابة.|أسئلة كثيرة الآن. يرجى الانتظار.|إعادة المحاولة|كل الأسئلة|يرجى قراءة هذا أولاً|محادثة جديدة",
he: "לשאול שאלה|סגירה|שליחה|האם התכוונת לאחת מאלה?|אין כאן תשובה לכך.|לשאלה הזאת אין עדיין תשובה.|שאלות קרובות|מקור|נבדק|מועיל|לא מועיל|אף אחת מאלה|מה היה חסר?|העתקה|לא ניתן להביא את התשובה.|יותר מדי שאלות. נא להמתין.|לנסות שוב|כל השאלות|נא לקרוא קודם|שיחה חדשה",
};
const asked = (option("lang") || document.documentElement.lang).toLowerCase().split("-")[0];
const lang = TEXTS[asked] ? asked : "en";
const isRtl = lang === "ar" || lang === "he";
const T = {};
TEXTS[lang].split("|").forEach((text, at) => T[NAMES[at]] = text);
const DONE = "✓";

// ---- Elements

// Attributes beginning with "on" are listeners; texts among the children become text nodes.
const el = (tag, attributes, ...children) => {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value) node.setAttribute(name, value);
  }
  node.append(...children.filter(Boolean));
  return node;
};
const ICONS = {
  chat: "M5 5h14q2 0 2 2v8q0 2-2 2h-7l-5 4v-4H5q-2 0-2-2V7q0-2 2-2zM8 9h8M8 13h5",
  close: "M6 6l12 12M18 6L6 18",
  down: "M6 9l6 6 6-6",
  send: "M12 19V5M6 11l6-6 6 6",
  thumb: "M7 11v9H4v-9zl4-7q3 0 2 5h5q2 0 2 2l-2 9H7",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  clear: "M5 12a7 7 0 1 0 2-5M4 4v4h4",
};
const icon = name => {
  const [svg, path] = ["svg", "path"].map(tag => document.createElementNS("http://www.w3.org/2000/svg", tag));
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
};
const iconButton = (name, label, onclick, type = "button") =>
  el("button", { type, class: "icon", title: label, onclick }, icon(name));
const link = (href, ...children) => /^(https?:\/\/|mailto:|tel:|faq#)/i.test(href)
  ? el("a", { href: new URL(href, BASE).href, target: /^h/i.test(href) && "_blank", rel: "noopener noreferrer nofollow" }, ...children)
  : el("span", null, ...children);

// ---- An answer's tree as elements

const TAGS = { paragraph: "p", heading: "h4", quote: "blockquote", rule: "hr", strike: "s", break: "br", strong: "strong", em: "em", sub: "sub", sup: "sup" };
// `marks`: ranges of the text of all `blocks`, in characters, which may cross elements.
const draw = (blocks, marks = []) => {
  let at = 0;
  const all = nodes => nodes.flatMap(one);
  const text = said => {
    const runs = [];
    for (const letter of said) {
      const isMarked = marks.some(([a, b]) => a <= at && at < b), last = runs.at(-1) || [];
      if (last[0] === isMarked) last[1] += letter;
      else runs.push([isMarked, letter]);
      at++;
    }
    return runs.map(([isMarked, run]) => isMarked ? el("mark", null, run) : run);
  };
  const one = node => {
    const { type, content = [] } = node;
    if (!type) return text(node);
    if (type === "link") return link(node.href, ...all(content));
    if (type === "image") return el("img", { src: node.src, alt: node.alt });
    if (type === "list") return el(node.ordered ? "ol" : "ul", { start: node.ordered && node.start > 1 && node.start },
      ...node.items.map(item => el("li", null, ...all(item))));
    const rows = (tag, list) => list.map(row => el("tr", null, ...row.map((cell, n) => el(tag, { align: node.align[n] }, ...all(cell)))));
    if (type === "table") return el("div", { tabindex: "0" }, el("table", null, ...rows("th", node.head), ...rows("td", node.rows)));
    if (type === "code") {
      const code = el("code", null, ...text(node.text));
      return "language" in node ? el("pre", { dir: "ltr" }, code) : code;
    }
    return el(TAGS[type] || "span", null, ...all(content));
  };
  return el("div", { class: "text", dir: "auto" }, ...all(blocks));
};

// ---- The parts that stay

const isInline = option("mode") === "inline";
const ended = new AbortController();
const { signal } = ended;
const listeners = {};
const emit = (event, detail = {}) => (listeners[event] || []).forEach(fn => {
  try { fn(detail); } catch (error) { reportError(error); }
});

const title = el("h2", { id: "title" }, option("title") || T.launch);
const clearButton = iconButton("clear", T.clear, () => clear());
const greeting = el("div", { class: "said" }, option("greeting") && draw(option("greeting").split("\n").map(line => ({ type: "paragraph", content: [line] }))));
const starters = el("div", { class: "chips" });
const log = el("div", { class: "log", role: "log", "aria-labelledby": "title", tabindex: "0" }, greeting, starters);
const input = el("input", {
  role: "combobox", placeholder: T.launch, "aria-label": T.launch, "aria-controls": "options", "aria-autocomplete": "list",
  autocomplete: "off", enterkeyhint: "send", maxlength: "500",
});
const options = el("div", { id: "options", role: "listbox", "aria-label": T.related });
const form = el("form", null, options, input, iconButton("send", T.send, null, "submit"));
const disclaimer = el("p", { class: "small", dir: "auto" });
const panel = el("div", { class: "panel", role: isInline ? "region" : "dialog", "aria-labelledby": "title", tabindex: "-1" },
  el("header", null, title, clearButton, !isInline && iconButton("close", T.close, () => close())),
  log, el("footer", null, form, disclaimer));
const launcher = el("button", {
  type: "button", class: "launcher", title: T.launch, "aria-haspopup": "dialog",
  onclick: () => panel.hidden ? open() : close(),
}, icon("chat"), icon("down"));
const side = /left/.test(option("position") || isRtl && "left") ? "left" : "right";
const root = el("div", { class: `root ${side}${isInline ? " inline" : ""}`, dir: isRtl ? "rtl" : "ltr", lang },
  panel, !isInline && el("div", { role: "region", "aria-label": T.launch }, launcher));
const host = document.createElement("verbatim-widget");
const shadow = host.attachShadow({ mode: "closed" });
const sheet = new CSSStyleSheet();
clearButton.hidden = true;

// ---- Colours: all can be read

const mix = (a, b, share) => a.map((value, at) => value + (b[at] - value) * share);
const luminance = color => color
  .map(value => (value /= 255) <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)
  .reduce((sum, value, at) => sum + value * [0.2126, 0.7152, 0.0722][at], 0);
const contrast = (a, b) => {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
};
const accentNow = () => {
  root.style.color = "#0f766e";
  const chosen = getComputedStyle(host).getPropertyValue("--verbatim-accent") || option("color");
  if (chosen) root.style.color = chosen; // if it is a colour
  const numbers = [...getComputedStyle(root).color.matchAll(/[\d.]+/g)].slice(0, 3).map(Number);
  root.style.color = "";
  return numbers;
};
const darkness = matchMedia("(prefers-color-scheme: dark)");
const paint = () => {
  const isDark = option("theme") === "dark" || (option("theme") !== "light" && darkness.matches);
  const accent = accentNow();
  const black = [0, 0, 0], white = [255, 255, 255], ground = isDark ? [23, 26, 32] : white;
  const marked = mix(ground, accent, isDark ? 0.3 : 0.14);
  let ink = accent;
  for (let share = 0.1; [ground, marked].some(under => contrast(ink, under) < 4.6) && share < 1; share += 0.1) ink = mix(accent, isDark ? white : black, share);
  const on = contrast(accent, white) > 4.6 ? white : black;
  root.classList.toggle("dark", isDark);
  for (const [name, color] of Object.entries({ accent, marked, ink, on })) root.style.setProperty("--" + name, `rgb(${color})`);
};

// ---- Talking to the server

const request = async (path, body) => {
  const response = await fetch(BASE + path, {
    credentials: "omit", signal: AbortSignal.timeout(20000),
    ...(body && { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
  });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw Object.assign(new Error(`HTTP ${response.status}`), { status: response.status, refusal: answer });
  return answer;
};

let isConnected = false;
// On the first click or key: the owner's texts, and the conversation so far where it is remembered.
const connect = async () => {
  if (isConnected) return;
  isConnected = true;
  restore();
  try {
    const site = await request("api/starters");
    if (site.title && !option("title")) title.textContent = site.title;
    disclaimer.textContent = site.disclaimer || "";
    input.maxLength = site.question_limit;
    if (site.greeting && !option("greeting")) greeting.replaceChildren(draw(site.greeting_blocks));
    starters.replaceChildren(...(site.starters || []).map(question => chip({ question })));
  } catch {
    isConnected = false; // the next click tries again
  }
};

// ---- The conversation

let kept = []; // each message with the server's answer
let waiting = Promise.resolve(); // questions are answered one after the other
const KEY = "verbatim:" + BASE;
// Where storage is full or forbidden, the conversation lasts as long as the page.
const storage = act => {
  try {
    if (script.hasAttribute("data-remember")) act();
  } catch {}
};
const remember = () => storage(() => sessionStorage.setItem(KEY, JSON.stringify(kept.slice(-20))));
const restore = () => kept.length || storage(() => {
  for (const { said, found } of JSON.parse(sessionStorage.getItem(KEY)) || []) show(newTurn(said), said, found);
});
const clear = () => {
  log.replaceChildren(greeting, starters);
  kept = [];
  clearButton.hidden = true;
  storage(() => sessionStorage.removeItem(KEY));
  toInput();
};
// What a question may lean on.
const history = () => kept.flatMap(({ said, found }) => [
  { role: "user", text: said },
  ...found.replies.map(({ answer, status }) => (
    { role: "assistant", text: answer ? [...answer.text].slice(0, 600).join("") : status, entry_id: answer && answer.entry_id })),
]).slice(-8);

const newTurn = said => {
  const replies = el("div", null, el("p", { class: "wait" }, el("i"), el("i"), el("i")));
  log.append(el("div", { class: "turn" }, el("p", { class: "asked", dir: "auto" }, said.slice(0, 2000)), replies)); // more freezes it
  clearButton.hidden = false;
  toTop(replies);
  return replies;
};
// The visitor's line to the top, so that a notice and the beginning of the answer are seen.
const toTop = replies => log.scrollTo({ top: replies.parentNode.offsetTop - 12 });
const toInput = () => input.focus({ preventScroll: true });

const say = (said, entryId) => {
  said = said.trim();
  if (signal.aborted || !/[\p{L}\p{N}]/u.test(said)) return;
  connect();
  emit("question", { text: said });
  const replies = newTurn(said);
  waiting = waiting.then(() => signal.aborted || answer(replies, said, entryId));
};
const fetched = async (said, entryId) => {
  try {
    const { reply } = entryId && await request("api/entries/" + encodeURIComponent(entryId));
    return { replies: [reply], notices: [] };
  } catch { // no chip, or its entry is gone
    return request("api/ask", { question: said, history: history() });
  }
};
const answer = async (replies, said, entryId) => {
  try {
    const found = await fetched(said, entryId);
    if (!replies.isConnected) return; // destroyed or cleared meanwhile
    show(replies, said, found);
    remember();
    emit("answer", { question: said, replies: found.replies });
  } catch (error) {
    showFailure(replies, error, () => answer(replies, said, entryId));
  }
  toTop(replies);
};
const show = (replies, said, found) => {
  kept.push({ said, found });
  replies.replaceChildren(...found.notices.map(notice), ...found.replies.map(reply => card(reply, found.replies.length > 1)));
};
const showFailure = (replies, { status, refusal = {} }, retry) => {
  const isOurs = status === 422; // the message is at fault; the server says how
  const again = button(T.retry, () => {
    again.disabled = true;
    waiting = waiting.then(retry);
    toInput();
  });
  replies.replaceChildren(...(refusal.notices || []).map(notice), el("div", { class: "card" },
    el("p", null, isOurs ? refusal.error.message : [429, 503, 504].includes(status) ? T.busy : T.failed),
    !isOurs && again, !isOurs && wholeFaq()));
};
const button = (text, onclick) => el("button", { type: "button", class: "chip", dir: "auto", onclick }, text);
const small = (...children) => el("p", { class: "small", dir: "auto" }, ...children);
const wholeFaq = () => small(link(BASE + "faq", T.all));

const notice = ({ level, blocks, source, url }) =>
  el("div", { class: "notice " + level, role: "alert" }, el("strong", null, T.notice), draw(blocks), origin(source, url));
const origin = (source, url, reviewed) => small((source || url) && T.source + ": ", url ? link(url, source || url) : source,
  source && reviewed && " · ", reviewed && `${T.reviewed} ${reviewed}`);

const card = (reply, isOneOfSeveral) => {
  const { answer, status, suggestions, context, question } = reply;
  const read = (context || isOneOfSeveral) && small([context, question].filter(Boolean).map(text => `“${text}”`).join(" + "));
  const node = el("div", { class: "card" }, read);
  if (status === "smalltalk") node.append(draw(answer.blocks));
  else {
    if (answer) node.append(...answered(answer));
    else node.append(el("p", null, T[status]), ...(status === "unsure" ? [] : [handOff(reply)]));
    node.append(rating(reply));
    if (suggestions.length) node.append(choices(reply));
  }
  return node;
};
const answered = ({ question, blocks, marks, source, url, link, reviewed }) =>
  [el("h3", { dir: "auto" }, question), draw(blocks, marks), origin(source || url, link, reviewed)];
const handOff = ({ contact }) => el("div", { class: "text" }, contact && draw(contact.blocks), wholeFaq());
const chip = ({ question, entry_id }) => button(question, () => {
  toInput();
  say(question, entry_id);
});
const choices = reply => {
  const { status } = reply;
  const none = /^un/.test(status) && button(T.none, () => { // unsure, unknown
    rate(reply, "none_of_these");
    none.replaceWith(status === "unsure" ? handOff(reply) : DONE);
    toInput();
  });
  return el("div", { class: "chips" }, status !== "unsure" && small(T.related), ...reply.suggestions.map(chip), none);
};

// ---- Feedback

const rate = (reply, verdict, reason = "") => {
  emit("feedback", { reply_id: reply.id, verdict, reason });
  return request("api/feedback", { reply_id: reply.id, verdict, reason }).then(() => DONE, () => T.retry);
};
const rating = reply => {
  const done = el("span", { role: "status" }), told = text => done.textContent = text;
  const reason = el("input", { maxlength: "200", "aria-label": T.why, placeholder: T.why });
  const why = el("form", { class: "why", onsubmit: event => {
    event.preventDefault();
    rate(reply, "down", reason.value.trim());
    why.hidden = true;
    toInput();
  } }, reason, el("button", { class: "chip" }, T.send));
  const thumbs = ["up", "down"].map(verdict => {
    const thumb = iconButton("thumb", T[verdict], () => {
      thumbs.forEach(other => other.ariaPressed = other === thumb);
      why.hidden = verdict === "up";
      reason.focus();
      rate(reply, verdict).then(told);
    });
    thumb.ariaPressed = false;
    thumb.classList.add(verdict);
    return thumb;
  });
  why.hidden = true;
  const copy = reply.answer && navigator.clipboard && iconButton("copy", T.copy, async () => {
    const { text, source, url } = reply.answer;
    await navigator.clipboard.writeText([text, source, url].join("\n").trim());
    told(DONE);
  });
  return el("div", null, el("div", { class: "rating" }, ...thumbs, copy, done), why);
};

// ---- Questions while typing

let timer, active = -1, canSuggest = true;
const activate = at => {
  active = at;
  [...options.children].forEach((node, n) => node.ariaSelected = n === at);
  input.setAttribute("aria-activedescendant", at < 0 ? "" : "option" + at);
};
const suggest = list => {
  clearTimeout(timer);
  options.replaceChildren(...list.map(({ question, entry_id }, at) => el("div", {
    role: "option", id: "option" + at, dir: "auto",
    onmousedown: event => event.preventDefault(),
    onclick: () => send(question, entry_id),
  }, question)));
  options.hidden = !list.length;
  input.ariaExpanded = !options.hidden;
  activate(-1);
};
const lookUp = async () => {
  const typed = input.value.trim();
  if (!canSuggest || typed.length < 3) return;
  try {
    const { suggestions } = await request("api/suggest?q=" + encodeURIComponent(typed.slice(0, 200)));
    if (input.value.trim() === typed && shadow.activeElement === input) suggest(suggestions.slice(0, 5));
  } catch (error) {
    canSuggest = error.status !== 404;
  }
};
const send = (text, entryId) => {
  input.value = "";
  suggest([]);
  say(text, entryId);
};
input.addEventListener("keydown", event => {
  const { key } = event, count = options.children.length + 1; // one place more: none is chosen
  if (event.isComposing || options.hidden) return;
  if (key === "ArrowDown") activate((active + 2) % count - 1);
  else if (key === "ArrowUp") activate((active + count) % count - 1);
  else if (key === "Escape") suggest([]);
  else if (key === "Enter" && active >= 0) options.children[active].click();
  else return;
  event.preventDefault();
  event.stopPropagation();
});
input.addEventListener("blur", () => suggest([]));
input.addEventListener("input", () => {
  suggest([]);
  timer = setTimeout(lookUp, 200);
});
form.addEventListener("submit", event => {
  event.preventDefault();
  send(input.value);
});

// ---- Opening and closing

let opener = host; // what had the focus before
const focusIn = () => (matchMedia("(pointer: coarse)").matches ? panel : input).focus({ preventScroll: true });
const setOpen = isOpen => {
  panel.hidden = !isOpen;
  root.classList.toggle("open", isOpen);
  launcher.setAttribute("aria-expanded", isOpen);
};
const open = () => {
  mount();
  if (signal.aborted) return;
  connect();
  paint();
  root.hidden = false;
  if (panel.hidden) {
    opener = document.activeElement === document.body ? host : document.activeElement;
    setOpen(true);
    emit("open");
  }
  focusIn();
};
const close = () => {
  if (isInline || panel.hidden) return;
  setOpen(false);
  suggest([]);
  (opener !== host && opener.isConnected ? opener : launcher).focus({ preventScroll: true });
  emit("close");
};
panel.addEventListener("keydown", event => {
  if (event.key === "Escape") {
    event.stopPropagation();
    close();
  }
});
for (const event of ["pointerdown", "focusin"]) panel.addEventListener(event, connect);
darkness.addEventListener("change", paint, { signal });
// A phone's keyboard covers the page instead of making it smaller.
if (window.visualViewport) visualViewport.addEventListener("resize", () => {
  root.style.setProperty("--seen", visualViewport.height + "px");
}, { signal });

window.Verbatim = {
  open, close,
  ask: text => { open(); say(String(text)); },
  show: () => { root.hidden = false; },
  hide: () => { close(); root.hidden = true; },
  on: (event, fn) => {
    (listeners[event] ||= []).push(fn);
    return () => { listeners[event] = listeners[event].filter(other => other !== fn); };
  },
  destroy: () => {
    ended.abort();
    suggest([]);
    host.remove();
    delete window.Verbatim;
  },
};

// A bubble hangs on the root element: it outlives the body, and no style of the body moves it.
const mount = () => {
  if (signal.aborted || host.isConnected) return;
  const target = isInline && (option("target") ? document.querySelector(option("target")) : script.parentNode);
  (target || document.documentElement).append(host);
  suggest([]);
  setOpen(isInline || script.hasAttribute("data-open"));
  paint();
};
sheet.replaceSync(`
:host { all: initial !important; display: block !important; }
[hidden] { display: none !important; }
* { box-sizing: border-box; margin: 0; }
.root {
  --ground: #fff; --line: #d9dfe5; --text: #1b2430; --soft: #586371; --alarm: #b42318; --alarmed: #fef3f2;
  color: var(--text); color-scheme: light; overflow-wrap: anywhere;
  font: 15px/1.5 var(--verbatim-font, system-ui, sans-serif);
}
.dark { --ground: #171a20; --line: #39404b; --text: #e8ebef; --soft: #a8b1bd; --alarm: #ff9d92; --alarmed: #3a1d1c; color-scheme: dark; }
button, input { font: inherit; color: inherit; }
button { cursor: pointer; background: none; border: 0; padding: 0; }
:focus-visible { outline: 2px solid var(--ink); outline-offset: 2px; }
a { color: var(--ink); }
svg { width: 20px; fill: none; stroke: currentColor; stroke-width: 1.8; stroke-linecap: round; stroke-linejoin: round; display: block; margin: auto; }
.small { font-size: 13px; color: var(--soft); }
.launcher, .panel { position: fixed; z-index: var(--verbatim-z, 2147483000); }
.launcher { bottom: var(--verbatim-y, 20px); width: 56px; height: 56px; border-radius: 50%; }
.launcher, .asked, footer .icon { background: var(--accent); color: var(--on); }
.launcher svg { width: 26px; }
.open .launcher svg:first-child, .root:not(.open) .launcher svg:last-child { display: none; }
.right .panel, .right .launcher { right: var(--verbatim-x, 20px); }
.left .panel, .left .launcher { left: var(--verbatim-x, 20px); }
.panel, .log, .turn, .turn > div, .card, .text, .chips, .notice, footer { display: flex; flex-direction: column; gap: 10px; }
.panel {
  bottom: calc(var(--verbatim-y, 20px) + 68px);
  width: var(--verbatim-width, 392px); max-width: calc(100vw - 40px);
  height: var(--verbatim-height, 640px); max-height: calc(100dvh - var(--verbatim-y, 20px) - 88px);
  gap: 0; overflow: hidden; outline: 0;
  background: var(--ground); border: 1px solid var(--line); border-radius: 16px;
}
.inline .panel { position: relative; inset: auto; width: 100%; max-width: none; max-height: none; z-index: 0; }
header { display: flex; align-items: center; padding: 10px 18px; border-bottom: 1px solid var(--line); }
h2 { flex: 1; font-size: 16px; font-weight: 650; }
h3, h4 { font-size: inherit; font-weight: 650; }
.icon { flex: none; width: 36px; height: 36px; border-radius: 10px; color: var(--soft); }
.icon:last-child { margin-inline-end: -8px; }
.log { flex: 1; position: relative; overflow-y: auto; overscroll-behavior: contain; padding: 18px; gap: 16px; }
.log:focus-visible { outline-offset: -3px; }
.asked { align-self: flex-end; max-width: 85%; padding: 8px 14px; border-radius: 14px; }
.turn .card, .notice { padding: 14px 16px 10px; border: 1px solid var(--line); border-radius: 14px; }
ul, ol { padding-inline-start: 22px; }
li + li, li > ul, li > ol { margin-top: 4px; }
mark { background: var(--marked); color: inherit; }
.text div { overflow-x: auto; }
table { border-collapse: collapse; font-size: 14px; }
td, th { padding: 5px 10px; border: 1px solid var(--line); vertical-align: top; overflow-wrap: normal; }
th:not([align]) { text-align: start; }
th, pre, code { background: rgb(128 128 128 / .12); }
pre { padding: 10px 12px; border-radius: 10px; white-space: pre-wrap; }
code { font: 13px/1.5 ui-monospace, monospace; }
pre code { background: none; }
blockquote { padding-inline-start: 12px; border-inline-start: 3px solid var(--line); color: var(--soft); }
img { max-width: 100%; align-self: flex-start; }
.chips { gap: 6px; }
.chip { min-height: 36px; padding: 6px 13px; border: 1px solid var(--line); border-radius: 12px; color: var(--ink); font-size: 14px; text-align: start; align-self: flex-start; }
.chip:hover, .icon:hover, [aria-selected=true], [aria-pressed=true] { background: var(--marked); color: var(--ink); }
.rating, .why, footer form { display: flex; align-items: center; gap: 8px; }
.rating { gap: 0; margin-inline-start: -9px; }
.down svg { transform: rotate(180deg); }
.notice { background: var(--alarmed); border-color: var(--alarm); border-inline-start-width: 5px; }
.notice > strong, .notice a { color: var(--alarm); }
.info { --alarm: var(--ink); --alarmed: var(--marked); }
.wait i { display: inline-block; width: 7px; height: 7px; margin: 5px 3px; border-radius: 50%; background: var(--soft); }
footer { padding: 12px; border-top: 1px solid var(--line); }
footer .small { font-size: 12px; text-align: center; }
form { position: relative; }
input { flex: 1; min-width: 0; height: 44px; padding: 0 14px; font-size: 16px; background: var(--ground); border: 1px solid var(--soft); border-radius: 12px; }
input:focus-visible { outline-offset: -2px; }
::placeholder { color: var(--soft); opacity: 1; }
footer .icon.icon { width: 44px; height: 44px; margin: 0; }
[role=listbox] { position: absolute; inset: auto 0 calc(100% + 8px); padding: 6px; background: var(--ground); border: 1px solid var(--line); border-radius: 12px; }
[role=listbox], .panel, .launcher { box-shadow: 0 2px 6px rgb(16 24 40 / .16), 0 10px 36px rgb(16 24 40 / .22); }
[role=option] { padding: 8px; border-radius: 8px; font-size: 14px; cursor: pointer; }
[aria-selected=true] { outline: 2px solid; }
.small:empty, .said:empty, .chips:empty { display: none; }
@media (max-width: 480px) {
  .root:not(.inline) .panel { inset: 0 0 auto; width: auto; max-width: none; height: var(--seen, 100dvh); max-height: none; border: 0; border-radius: 0; }
  .open .launcher { display: none; }
  .icon { width: 44px; height: 44px; }
  .chip { min-height: 44px; }
}
@media (prefers-reduced-motion: no-preference) {
  .root:not(.inline) .panel { animation: rise .18s; }
  .log { scroll-behavior: smooth; }
  .wait i { animation: wait 1s infinite alternate; }
  .wait i + i { animation-delay: .3s; }
  @keyframes rise { from { opacity: 0; transform: translateY(12px); } }
  @keyframes wait { to { opacity: .2; } }
}
@media print { :host { display: none !important; } }
`);
shadow.adoptedStyleSheets = [sheet];
shadow.append(root);
// When the page is idle.
const wait = () => (window.requestIdleCallback || setTimeout)(mount);
if (document.readyState === "loading") addEventListener("DOMContentLoaded", wait, { signal });
else wait();
})();
