/* Verbatim's widget: docs/embed.md */
// Nothing is requested or stored before the visitor's first click or key in it. Texts become text nodes, never markup.
(() => {
"use strict";
// Here stands `shared.js`.
/** @type {string | undefined} */
let warned;
/** @param {string} text */
const warn = text => warned === text || console.warn("Verbatim: " + (warned = text));
// A module has no `currentScript`; what was evaluated or bundled came from another address, or from none.
const [from] = /https?:\/\/[^\s()@]*\/widget\.js/.exec(document.currentScript?.src + " " + new Error().stack) || [];
const script = document.currentScript || [...document.scripts].find(tag => from && tag.src.startsWith(from));
/** @type {WidgetSettings} */
const settings = { ...window.VerbatimSettings, ...script?.dataset };
/** @param {string | undefined} value */
const isOn = value => !/^(undefined|false)$/.test(value);
const server = settings.server ? settings.server.replace(/\/?$/, "/widget.js") : from;
if (!server) return warn("where is the server? Set data-server in the script tag, or VerbatimSettings.server.");
const BASE = new URL(".", new URL(server, document.baseURI)).href;

// Where a box belongs: what the selector finds, once it is there, or what holds the tag now, which a loader may take away.
const isInline = settings.mode === "inline";
/** @type {any} */
const place = isInline && (settings.target || (script?.parentNode !== document.head && script?.parentNode));
if (isInline && !place) return warn("where is the box? Put the script tag there, or set data-target.");
/** @type {Widget[]} */
const widgets = window.Verbatim?.widgets || [];
const twin = widgets.find(other => other.server === BASE && other.place === place);
if (twin?.isAlive()) return; // included twice
twin?.destroy();

// ---- The interface's own words

// What `serving.py` puts here: the first of them in all languages, for the page before the first click and for who has no
// connection; the language of the FAQ, for a page that names none; and which are written from right to left. All other
// words come with the first click.
/** @type {{ names: string, site: string, rtl: string, first: Record<string, string> }} */
const WORDS = { names: "", site: "", rtl: "", first: {} };
const asked = (settings.lang || document.documentElement.lang || WORDS.site).toLowerCase().split(/[-_]/)[0];
const lang = WORDS.first[asked] ? asked : "en";
const isRtl = WORDS.rtl.includes(lang);
/** @type {Record<string, string>} */
const T = {};
WORDS.first[lang].split("|").forEach((text, at) => T[WORDS.names.split("|")[at]] = text);

// ---- Elements

const CHAT = "M5 5h14q2 0 2 2v8q0 2-2 2h-7l-5 4v-4H5q-2 0-2-2V7q0-2 2-2zM8 9h8M8 13h5";
const CLOSE = "M6 6l12 12M18 6L6 18";
const DOWN = "M6 9l6 6 6-6";
const SEND = "M12 19V5M6 11l6-6 6 6";
const CLEAR = "M5 12a7 7 0 1 0 2-5M4 4v4h4";
// In a form, it sends it.
/** @type {(path: string, label: string, onclick?: () => unknown) => HTMLButtonElement} */
const iconButton = (path, label, onclick) => el("button", { class: "icon", title: label, onclick }, icon(path));
/** @type {(href: string, ...children: Child[]) => HTMLElement} */
const link = (href, ...children) => {
  if (!/^(https?:\/\/|mailto:|tel:|faq#)/i.test(href)) return el("span", null, ...children);
  const url = new URL(href, BASE);
  const isOwn = url.origin === location.origin && isOn(settings.links) && settings.links !== "new";
  return el("a", { href: url.href, target: /^h/i.test(url.href) && !isOwn && "_blank", rel: "noopener noreferrer nofollow" }, ...children);
};

// ---- An answer's tree as elements

/** @type {Record<string, keyof HTMLElementTagNameMap>} */
const TAGS = { paragraph: "p", heading: "h4", quote: "blockquote", rule: "hr", strike: "s", break: "br", strong: "strong", em: "em", sub: "sub", sup: "sup" };
// `marks`: ranges of the text of all `blocks`, in characters, which may cross elements.
/** @type {(blocks: Drawn[], marks?: Mark[]) => HTMLElement} */
const draw = (blocks, marks = []) => {
  let at = 0;
  /** @type {(nodes: Drawn[]) => Child[]} */
  const all = nodes => nodes.flatMap(one);
  /** @type {(said: string) => Child[]} */
  const text = said => {
    /** @type {[boolean, string][]} */
    const runs = [];
    for (const letter of said) {
      const isMarked = marks.some(([a, b]) => a <= at && at < b), /** @type {any[]} */ last = runs.at(-1) || [];
      if (last[0] === isMarked) last[1] += letter;
      else runs.push([isMarked, letter]);
      at++;
    }
    return runs.map(([isMarked, run]) => isMarked ? el("mark", null, run) : run);
  };
  /** @type {(node: Drawn) => Child | Child[]} */
  const one = node => {
    if (typeof node === "string") return text(node);
    const { type, content = [] } = node;
    if (type === "link") return link(node.href, ...all(content));
    if (type === "image") return el("img", { src: node.src, alt: node.alt });
    if (type === "list") return el(node.ordered ? "ol" : "ul", { start: node.ordered && node.start > 1 && node.start },
      ...node.items.map(item => el("li", null, ...all(item))));
    /** @type {(tag: "th" | "td", list: Drawn[][][]) => HTMLElement[]} */
    const rows = (tag, list) => list.map(row => el("tr", null, ...row.map((cell, n) => el(tag, { align: node.align[n], class: JSON.stringify(cell).length > 60 && "long" }, ...all(cell)))));
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

const ended = new AbortController();
const { signal } = ended;
/** @type {Record<string, ((detail: object) => void)[]>} */
const listeners = {};
/** @type {(event: string, detail?: object) => void} */
const emit = (event, detail = {}) => (listeners[event] || []).forEach(fn => {
  try { fn(detail); } catch (error) { reportError(error); }
});

const title = el("h2", { id: "title", dir: "auto" }, settings.title || T.launch);
const clearButton = iconButton(CLEAR, T.clear, () => clear());
const greeting = el("div", { class: "said" }, settings.greeting && draw(settings.greeting.split("\n").map(line => /** @type {any} */ ({ type: "paragraph", content: [line] }))));
const starters = el("div", { class: "chips" });
const intro = el("div", null, greeting, starters);
const log = el("div", { class: "log", role: "log", "aria-labelledby": "title", tabindex: "0" }, intro);
const undoBar = el("p", { class: "small" });
const input = el("textarea", {
  rows: "1", placeholder: T.launch, "aria-label": T.launch, "aria-controls": "options", "aria-autocomplete": "list",
  "aria-haspopup": "listbox", autocomplete: "off", enterkeyhint: "send",
});
const told = el("span", { role: "status" });
let toldName = ""; // perhaps before its words have come
/** @param {string} name */
const tell = name => { told.textContent = T[toldName = name] || ""; };
const size = el("span", { "aria-hidden": "true" });
const options = el("div", { id: "options", role: "listbox", "aria-label": T.related });
const form = el("form", null, options, input, iconButton(SEND, T.send));
const disclaimer = el("p", { class: "small", dir: "auto" });
// In a window so low, a panel covers the page as on a phone, and the small print stands in the conversation.
const low = matchMedia("(max-height: 400px)"), phone = matchMedia("(max-width: 480px), " + low.media);
const panel = el("div", { class: "panel", role: isInline ? "region" : "dialog", "aria-labelledby": "title", tabindex: "-1" },
  el("header", null, title, clearButton, !isInline && iconButton(CLOSE, T.close, () => close())),
  log, el("footer", null, form, el("p", { class: "told" }, told, size)));
const arrange = () => {
  /** @type {HTMLElement} */ (low.matches ? intro : panel.lastChild).append(disclaimer);
  if (!isInline) panel.ariaModal = `${phone.matches}`;
};
arrange();
const launcher = el("button", {
  class: "launcher", title: T.launch, "aria-haspopup": "dialog",
  onclick: () => panel.hidden ? open() : close(),
}, icon(CHAT), icon(DOWN));
const side = /left/.test(settings.position || isRtl && "left") ? "left" : "right";
const root = el("div", { class: `root ${side}${isInline ? " inline" : ""}`, dir: isRtl ? "rtl" : "ltr", lang },
  panel, !isInline && el("div", { role: "region", "aria-label": settings.title || T.launch }, launcher));
const host = document.createElement("verbatim-widget");
const shadow = host.attachShadow({ mode: "closed" });
const sheet = new CSSStyleSheet();
const offset = parseFloat(settings.offset);
root.style.setProperty("--y", `var(--verbatim-y, ${offset >= 0 ? offset : 20}px)`);
// Beside the bubbles of other servers, in the first place that is free.
let seat = 0;
while (widgets.some(other => other.side === side && other.seat === seat)) seat++;
launcher.style.margin = `0 ${seat * 68}px`;
clearButton.hidden = true;

// ---- Colours: all can be read

/** @type {(a: Color, b: Color, share: number) => Color} */
const mix = (a, b, share) => a.map((value, at) => value + (b[at] - value) * share);
/** @param {Color} color */
const luminance = color => color
  .map(value => (value /= 255) <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)
  .reduce((sum, value, at) => sum + value * [0.2126, 0.7152, 0.0722][at], 0);
/** @type {(a: Color, b: Color) => number} */
const contrast = (a, b) => {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
};
const accentNow = () => {
  root.style.color = "#0f766e";
  const chosen = getComputedStyle(host).getPropertyValue("--verbatim-accent") || settings.color;
  if (chosen) root.style.color = chosen; // if it is a colour
  const numbers = [...getComputedStyle(root).color.matchAll(/[\d.]+/g)].slice(0, 3).map(Number);
  root.style.color = "";
  return numbers;
};
const darkness = matchMedia("(prefers-color-scheme: dark)");
const paint = () => {
  const isDark = settings.theme === "dark" || (settings.theme !== "light" && darkness.matches);
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

/** @type {(path: string, body?: object) => Promise<any>} */
const request = async (path, body) => {
  const response = await fetch(BASE + path, {
    credentials: "omit", signal: AbortSignal.timeout(20000),
    ...(body && { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
  }).catch(async error => {
    // Browsers tell no script why. A site that may load what everybody may, and nothing else, is not listed.
    if (error.name === "TypeError") {
      /** @param {string} path */
      const head = path => fetch(BASE + path, { method: "HEAD", cache: "no-store", credentials: "omit" });
      await head("widget.js");
      error.isRefused = !await head("livez").catch(() => 0);
      if (error.isRefused) warn(`${BASE} answers no page of ${location.origin}. Is that in allowed_origins of bot.toml?`);
    }
    throw error;
  });
  const answer = await response.json().catch(() => ({}));
  if ([200, 404, 405].includes(response.status) && !Object.keys(answer).length) warn(`${BASE} is no Verbatim server. Set data-server.`);
  if (!response.ok) throw Object.assign(new Error(`HTTP ${response.status}`), { status: response.status, refusal: answer });
  return answer;
};

// Browsers take seconds to lay out a million characters in a box: more than these are neither measured nor put there.
const MUCH = 20000;
let /** @type {string[]} */ reasons = [], limit = MUCH; // until the server has said it
// All words of the language, without which nothing can be shown.
const speak = async () => {
  if (T.clear) return;
  Object.assign(T, await request(`widget/${lang}.json`));
  clearButton.title = T.clear;
  options.ariaLabel = T.related;
  tell(toldName);
  restore();
};
let isConnected = false;
// On the first click or key: the owner's texts, and the conversation so far where it is remembered.
const connect = async () => {
  if (isConnected) return;
  isConnected = true;
  waiting = waiting.then(speak).catch(() => {});
  try {
    /** @type {Site} */
    const site = await request("api/starters");
    reasons = site.reasons || [];
    limit = site.question_limit;
    if (input.value) fit(); // else it would take away what is told of a message that was not typed
    if (site.title && !settings.title) title.textContent = site.title;
    disclaimer.textContent = site.disclaimer || "";
    if (site.greeting && !settings.greeting) greeting.replaceChildren(draw(site.greeting_blocks));
    starters.replaceChildren(...(site.starters || []).map(question => chip({ question })));
  } catch {
    isConnected = false; // the next click tries again
  }
};

// ---- The conversation

/** @type {Kept[]} */
let kept = []; // each message with the server's answer
/** @type {Promise<unknown>} */
let waiting = Promise.resolve(); // questions are answered one after the other
const KEY = "verbatim:" + BASE + (settings.target || "");
// Where storage is full or forbidden, the conversation lasts as long as the page.
/** @param {() => void} act */
const storage = act => {
  try {
    if (isOn(settings.remember)) act();
  } catch {}
};
const remember = () => storage(() => sessionStorage.setItem(KEY, JSON.stringify(kept.slice(-20))));
const restore = () => kept.length || storage(() => {
  const asked = log.querySelectorAll(".turn"); // meanwhile
  for (const { said, found } of JSON.parse(sessionStorage.getItem(KEY)) || []) show(newTurn(said), said, found);
  log.append(...asked);
  toNewest();
});
const clear = () => {
  const before = kept, turns = [...log.querySelectorAll(".turn")];
  undoBar.replaceChildren(T.clear, " ", button(T.undo, () => {
    kept = before;
    log.replaceChildren(intro, ...turns);
    clearButton.hidden = false;
    remember();
    toNewest();
    toInput();
  }));
  log.replaceChildren(undoBar, intro);
  kept = [];
  clearButton.hidden = true;
  storage(() => sessionStorage.removeItem(KEY));
  toInput();
};
// What a question may lean on.
const saidBefore = () => kept.flatMap(({ said, found }) => [
  { role: "user", text: said },
  ...found.replies.map(({ answer, status }) => (
    { role: "assistant", text: answer ? beginningOf(answer.text) : status, entry_id: answer && answer.entry_id })),
]).slice(-8);

/** @param {string} said */
const newTurn = said => {
  const replies = el("div", null, el("p", { class: "wait" }, el("i"), el("i"), el("i")));
  toTop(turn(el("p", { class: "asked", dir: "auto" }, said.slice(0, 2000)), replies)); // more freezes it
  return replies;
};
/** @param {HTMLElement[]} parts */
const turn = (...parts) => {
  const node = el("div", { class: "turn" }, ...parts);
  log.append(node);
  undoBar.remove();
  clearButton.hidden = false;
  return node;
};
// The visitor's line to the top, so that a notice and the beginning of the answer are seen.
/** @type {(turn: any, behavior?: ScrollBehavior) => unknown} */
const toTop = (turn, behavior) => turn && log.scrollTo({ top: turn.offsetTop - 12, behavior });
const toNewest = () => toTop(log.querySelector(".turn:last-child"), "instant");
const toInput = () => input.focus({ preventScroll: true });

// Whether there was something to be asked.
/** @type {(said: string, entryId?: string) => true | undefined} */
const say = (said, entryId) => {
  said = said.trim();
  if (signal.aborted) return;
  fit();
  if (!hasWords(said)) {
    tell("empty");
    return;
  }
  connect();
  if (lengthOf(said) > limit) {
    if (!input.value) putBack(said);
    tell("long");
    // The server refuses it, too, but what is to be read before anything else it says all the same.
    request("api/ask", { question: said }).catch(({ refusal = {} }) => {
      if (refusal.notices?.[0]) toTop(turn(...refusal.notices.map(notice)));
    });
    return;
  }
  emit("question", { text: said });
  const replies = newTurn(said), list = kept;
  waiting = waiting.then(() => signal.aborted || answer(replies, said, entryId, list));
  return true;
};
/** @type {(said: string, entryId?: string) => Promise<Found>} */
const fetched = async (said, entryId) => {
  const after = kept.at(-1)?.found.replies.at(-1)?.id; // the server knows what belongs together by this alone
  try {
    const { reply } = entryId && await request(`api/entries/${encodeURIComponent(entryId)}?after=${after}`);
    return { replies: [reply], notices: [] };
  } catch { // no chip, or its entry is gone
    return request("api/ask", { question: said, history: saidBefore(), after });
  }
};
// `list`: the conversation it belongs to, which may have been cleared meanwhile, and brought back.
/** @type {(replies: HTMLElement, said: string, entryId: string | undefined, list: Kept[]) => Promise<unknown>} */
const answer = async (replies, said, entryId, list) => {
  try {
    await speak();
    const found = await fetched(said, entryId);
    if (signal.aborted) return;
    show(replies, said, found, list);
    if (list !== kept) return;
    remember();
    emit("answer", { question: said, replies: found.replies });
  } catch (/** @type {any} */ error) {
    showFailure(replies, said, error, () => answer(replies, said, entryId, list));
  }
  if (replies.isConnected) toTop(replies.parentNode);
};
/** @type {(replies: HTMLElement, said: string, found: Found, list?: Kept[]) => void} */
const show = (replies, said, found, list = kept) => {
  list.push({ said, found });
  replies.replaceChildren(...found.notices.map(notice), ...found.replies.map(reply => card(reply, found.replies.length > 1)));
};
/** @type {(replies: HTMLElement, said: string, failure: Failure, retry: () => unknown) => void} */
const showFailure = (replies, said, { status, refusal = {}, isRefused }, retry) => {
  const isOurs = [413, 422].includes(status); // the message is at fault: back with it into the box
  if (isOurs && !input.value) putBack(said);
  const { code } = refusal.error || {};
  const again = button(T.retry, () => {
    again.disabled = true;
    waiting = waiting.then(retry);
    toInput();
  });
  replies.replaceChildren(...(refusal.notices || []).map(notice), el("div", { class: "card" },
    el("p", null, /large|long/.test(code) ? T.long : isOurs ? T.empty
      : [429, 503, 504].includes(status) ? T.busy : isRefused ? T.refused : T.failed || T.offline),
    !isOurs && again, !isOurs && wholeFaq()));
};
/** @param {Child[]} children */
const small = (...children) => el("p", { class: "small", dir: "auto" }, ...children);
const wholeFaq = () => small(link(BASE + "faq", T.all || "FAQ"));

/** @param {Notice} notice */
const notice = ({ level, blocks, source, url }) =>
  el("div", { class: "notice " + level, role: "alert" }, el("strong", null, T.notice), draw(blocks), origin(source, url));
/** @type {(source: string, url: string, reviewed?: string) => HTMLElement} */
const origin = (source, url, reviewed) => small((source || url) && T.source + ": ", url ? link(url, source || url) : source,
  source && reviewed && " · ", reviewed && T.reviewed + " " + new Date(reviewed).toLocaleDateString(lang, { dateStyle: "long", timeZone: "UTC" }));

/** @type {(reply: Reply, isOneOfSeveral: boolean) => HTMLElement} */
const card = (reply, isOneOfSeveral) => {
  const { answer, status, suggestions, context, question } = reply;
  const read = (context || isOneOfSeveral) && small([context, question].filter(Boolean).map(text => `“${text}”`).join(" + "));
  const node = el("div", { class: "card" }, read);
  if (status === "smalltalk") node.append(reply.contact ? handOff(reply) : "", draw(answer.blocks));
  else {
    if (answer) node.append(...answered(answer));
    else node.append(el("p", null, T[status]), ...(status === "unsure" ? [] : [handOff(reply)]));
    node.append(rating(reply));
  }
  if (suggestions.length) node.append(choices(reply));
  return node;
};
/** @param {Answer} answer */
const answered = ({ question, blocks, marks, source, url, link, reviewed, lang: own = lang }) => {
  const code = own.split("-")[0].toLowerCase(); // in a language that the widget is not in
  return [el("h3", { dir: "auto" }, question), code === lang ? "" : small(T.answer_in.replace("{language}", T[code] || own)), draw(blocks, marks), origin(source || url, link, reviewed)];
};
/** @param {Reply} reply */
const handOff = ({ contact }) => el("div", { class: "text" }, contact && draw(contact.blocks), wholeFaq());
/** @param {Suggestion} suggestion */
const chip = ({ question, entry_id }) => button(question, () => {
  toInput();
  say(question, entry_id);
});
/** @param {Reply} reply */
const choices = reply => {
  const { status } = reply;
  /** @type {any} */
  const none = /^un/.test(status) && button(T.none, () => { // unsure, unknown
    const sent = rate(reply, "none_of_these");
    if (status === "unsure") none.replaceWith(handOff(reply));
    else sent.then(said => said === T.retry ? none.textContent = said : none.replaceWith(said));
    toInput();
  });
  return el("div", { class: "chips" }, status !== "unsure" && small(T.related), ...reply.suggestions.map(chip), none);
};

// ---- Feedback

/** @type {(reply: Reply, verdict: string, reason?: string) => Promise<string>} */
const rate = (reply, verdict, reason = "") => {
  emit("feedback", { reply_id: reply.id, verdict, reason });
  // The server that gave the reply was restarted, or a day is over.
  return request("api/feedback", { reply_id: reply.id, verdict, reason }).then(() => DONE, ({ status }) => status === 404 ? T.late : T.retry);
};
/** @param {Reply} reply */
const rating = reply => {
  const done = el("span", { role: "status" }), /** @type {(text: string) => void} */ told = text => done.textContent = text;
  const reason = el("input", { maxlength: "200", "aria-label": T.why, placeholder: T.why });
  /** @param {string} text */
  const give = text => {
    rate(reply, "down", text).then(told);
    why.hidden = true;
    toInput();
  };
  const why = el("form", { class: "why", onsubmit: event => {
    event.preventDefault();
    give(reason.value.trim());
  } });
  const thumbs = ["up", "down"].map(verdict => {
    const thumb = iconButton(THUMB, T[verdict], () => {
      thumbs.forEach(other => other.ariaPressed = `${other === thumb}`);
      why.hidden = verdict === "up" || !reasons.length; // who lists none wants nobody to be asked
      why.replaceChildren(...reasons.map(text => button(text, () => give(text))), reason, el("button", { class: "chip" }, T.send));
      reason.focus();
      rate(reply, verdict).then(text => {
        told(text);
        if (text !== T.late) return;
        thumb.ariaPressed = "false";
        if (!why.hidden) toInput();
        why.hidden = true;
      });
    });
    thumb.ariaPressed = "false";
    thumb.classList.add(verdict);
    return thumb;
  });
  why.hidden = true;
  const copy = reply.answer && navigator.clipboard && iconButton(COPY, T.copy, async () => {
    const { text, source, url } = /** @type {Answer} */ (reply.answer);
    await navigator.clipboard.writeText([text, source, url].join("\n").trim());
    told(DONE);
  });
  return el("div", null, el("div", { class: "rating" }, ...thumbs, copy, done), why);
};

// ---- Questions while typing

/** @type {(text: string, entryId?: string) => void} */
const send = (text, entryId) => {
  suggest([]);
  if (!say(text, entryId)) return toInput();
  input.value = "";
  fit();
};
const { suggest, typed, takes } = suggestionsFor(options, () => input, request, send);
/** @param {string} text */
const putBack = text => {
  if (text.length <= MUCH) input.value = text;
  fit();
};
// As high as its lines; from four fifths of the limit on, it says how much there is.
const fit = () => {
  const length = lengthOf(input.value);
  input.style.height = "0";
  input.style.height = (length > MUCH ? 140 : Math.min(input.scrollHeight + 2, 140)) + "px";
  options.style.maxHeight = form.offsetTop - 16 + "px";
  input.ariaInvalid = `${length > limit}`;
  tell(length > limit ? "long" : "");
  size.textContent = length > limit * 0.8 ? ` ${length} / ${limit}` : "";
};
input.addEventListener("keydown", event => {
  if (isComposed(event)) return;
  if (!takes(event.key)) {
    if (event.key !== "Enter" || event.shiftKey) return;
    send(input.value);
  }
  event.preventDefault();
  event.stopPropagation();
});
input.addEventListener("blur", () => suggest([]));
input.addEventListener("input", () => {
  typed();
  fit();
});
form.addEventListener("submit", event => {
  event.preventDefault();
  send(input.value);
});

// ---- Opening and closing

/** @type {any} */
let opener = host; // what had the focus before
const focusIn = () => (matchMedia("(pointer: coarse)").matches ? panel : input).focus({ preventScroll: true });

/** @type {boolean | undefined} */
let isPushed = false; // Back closes what the visitor opened over the page
/** @type {(isOpen: boolean, isAsked?: boolean) => void} */
const setOpen = (isOpen, isAsked) => {
  panel.hidden = !isOpen;
  root.classList.toggle("open", isOpen);
  launcher.setAttribute("aria-expanded", isOpen);
  if (isInline) return;
  const wasPushed = isPushed && history.state?.verbatim;
  isPushed = isAsked && phone.matches;
  if (isPushed) history.pushState({ ...history.state, verbatim: 1 }, "");
  else if (wasPushed) history.back();
};
addEventListener("popstate", () => isPushed && close(), { signal });
const open = () => {
  mount();
  if (signal.aborted) return;
  connect();
  paint();
  root.hidden = false;
  if (panel.hidden) {
    for (const other of widgets) if (other.side === side) other.close();
    opener = document.activeElement === document.body ? host : document.activeElement;
    setOpen(true, true);
    toNewest();
    emit("open");
  }
  focusIn();
};
const close = () => {
  if (isInline || panel.hidden) return;
  setOpen(false);
  suggest([]);
  undoBar.remove();
  hang();
  (opener !== host && opener.isConnected ? opener : launcher).focus({ preventScroll: true });
  emit("close");
};
panel.addEventListener("keydown", event => {
  if (event.key === "Escape") close();
  if (event.key !== "Tab" || panel.ariaModal !== "true") return;
  /** @type {any[]} */
  const all = [...panel.querySelectorAll("button, a, input, textarea, [tabindex='0']")].filter(node => node.getClientRects()[0] && !node.disabled);
  const to = event.shiftKey ? all[0] : all.at(-1), at = shadow.activeElement;
  if (at !== to && at !== panel) return;
  event.preventDefault();
  (event.shiftKey ? all.at(-1) : all[0]).focus();
});
// What is typed here is no shortcut of the page, which sees no field behind the closed root.
for (const event of ["keydown", "keypress", "keyup"]) root.addEventListener(event, event => event.stopPropagation());
for (const event of ["pointerdown", "focusin"]) panel.addEventListener(event, connect);
darkness.addEventListener("change", paint, { signal });
// A phone's keyboard covers the page instead of making it smaller.
window.visualViewport?.addEventListener("resize", () => {
  arrange();
  root.style.setProperty("--seen", /** @type {VisualViewport} */ (visualViewport).height + "px");
}, { signal });

// The newest widget of the page; `widgets` are all of them.
/** @type {Widget} */
const api = window.Verbatim = {
  open, close, widgets, place, seat, side: !isInline && side,
  isOpen: () => isMounted && !panel.hidden,
  server: BASE,
  element: host,
  isAlive: () => !isMounted || host.isConnected || !place.append,
  ask: text => { open(); say(String(text)); },
  show: () => { root.hidden = false; },
  hide: () => { close(); root.hidden = true; },
  on: (event, fn) => {
    (listeners[event] ||= []).push(fn);
    return () => { listeners[event] = listeners[event].filter(other => other !== fn); };
  },
  destroy: () => {
    ended.abort();
    observer.disconnect();
    setOpen(false);
    suggest([]);
    host.remove();
    widgets.splice(widgets.indexOf(api) >>> 0, 1);
    if (!(window.Verbatim = widgets.at(-1))) delete window.Verbatim;
  },
};
widgets.push(api);

// A bubble hangs on the root element, where no style of the body moves it; at first at the end of the body, the one place
// where React bears a stranger while it takes over a whole document. What a page throws away comes back.
let isMounted = false, isSettled = false, hanging;
const hang = () => {
  hanging = 0;
  if (signal.aborted || !isMounted) return;
  const home = !isInline ? isSettled ? document.documentElement : document.body : place.append ? place : document.querySelector(place);
  if (home && (!host.isConnected || (host.parentNode !== home && panel.hidden))) {
    home.append(host);
    paint();
    toNewest();
  }
  if (!place.append) for (const node of [document, document.documentElement, host.parentNode || document]) observer.observe(node, { childList: true, subtree: isInline });
};
const observer = new MutationObserver(() => host.isConnected || (hanging ||= setTimeout(hang, 50)));
const mount = () => {
  if (isMounted || signal.aborted) return;
  isMounted = true;
  suggest([]);
  setOpen(isInline || (isOn(settings.open) && !widgets.some(other => other !== api && other.side === side && other.isOpen())));
  if (history.state?.verbatim) { // reloaded while it was open
    history.replaceState({ ...history.state, verbatim: 0 }, "");
    history.back();
  }
  hang();
  if (isInline && !host.isConnected) warn(`the box comes when there is a ${place}.`);
  setTimeout(() => { isSettled = true; hang(); }, 3000);
};
sheet.replaceSync(`
:host { all: initial !important; display: block !important; position: ${isInline ? "static" : "absolute"} !important; }
[hidden] { display: none !important; }
* { box-sizing: border-box; margin: 0; }
.root {
  --ground: #fff; --line: #d9dfe5; --text: #1b2430; --soft: #586371; --alarm: #b42318; --alarmed: #fef3f2;
  color: var(--text); color-scheme: light; overflow-wrap: anywhere;
  font: 15px/1.5 var(--verbatim-font, system-ui, sans-serif);
}
.dark { --ground: #171a20; --line: #39404b; --text: #e8ebef; --soft: #a8b1bd; --alarm: #ff9d92; --alarmed: #3a1d1c; color-scheme: dark; }
button, input, textarea { font: inherit; color: inherit; }
button { cursor: pointer; background: none; border: 0; padding: 0; }
[aria-pressed=true] { outline: 2px solid transparent; }
:focus-visible { outline: 2px solid var(--ink); outline-offset: 2px; }
a { color: var(--ink); }
svg { width: 20px; fill: none; stroke: currentColor; stroke-width: 1.8; stroke-linecap: round; stroke-linejoin: round; display: block; margin: auto; }
.small { font-size: 13px; color: var(--soft); }
.launcher, .panel { position: fixed; z-index: var(--verbatim-z, 2147483000); }
.launcher { bottom: var(--y); width: 56px; height: 56px; border-radius: 50%; }
.launcher, .asked, footer .icon { background: var(--accent); color: var(--on); border: 1px solid transparent; }
.launcher svg { width: 26px; }
.open .launcher svg:first-child, .root:not(.open) .launcher svg:last-child { display: none; }
.right .panel, .right .launcher { right: var(--verbatim-x, 20px); }
.left .panel, .left .launcher { left: var(--verbatim-x, 20px); }
.panel, .log, .log > div, .turn > div, .card, .text, .chips, .notice, footer { display: flex; flex-direction: column; gap: 10px; }
.panel {
  bottom: calc(var(--y) + 68px);
  width: var(--verbatim-width, 392px); max-width: calc(100vw - 40px);
  height: var(--verbatim-height, 640px); max-height: calc(100dvh - var(--y) - 88px);
  gap: 0; overflow: hidden; outline: 0;
  background: var(--ground); border: 1px solid var(--line); border-radius: 16px;
}
.inline .panel { position: relative; inset: auto; width: 100%; max-width: none; max-height: none; z-index: 0; }
header { display: flex; min-height: min(57px, 14vh); align-items: center; padding: min(10px, 1vh) 18px; border-bottom: 1px solid var(--line); }
h2 { flex: 1; font-size: 16px; font-weight: 650; }
h3, h4 { font-size: inherit; font-weight: 650; }
.icon { flex: none; width: 36px; height: 36px; border-radius: 10px; color: var(--soft); }
.icon:last-child { margin-inline-end: -8px; }
.log { flex: 1; position: relative; overflow-y: auto; overscroll-behavior: contain; padding: 18px; gap: 16px; }
.log:focus-visible { outline-offset: -3px; }
.asked { align-self: flex-end; max-width: 85%; padding: 8px 14px; border-radius: 14px; }
.turn .card, .notice { padding: 14px 16px 10px; border: 1px solid var(--line); border-radius: 14px; }
ul, ol { padding-inline-start: 22px; }
li + li, li > ul, li > ol, :is(li, blockquote) > * + * { margin-top: 6px; }
mark { background: var(--marked); color: inherit; }
.text div { overflow-x: auto; }
table { border-collapse: collapse; font-size: 14px; }
td, th { padding: 5px 10px; border: 1px solid var(--line); vertical-align: top; overflow-wrap: normal; }
.long { min-width: 20ch; }
th:not([align]) { text-align: start; }
th, pre, code { background: rgb(128 128 128 / .12); }
pre { padding: 10px 12px; border: 1px solid transparent; border-radius: 10px; white-space: pre-wrap; }
code { font: 13px/1.5 ui-monospace, monospace; }
pre code { background: none; }
blockquote { padding-inline-start: 12px; border-inline-start: 3px solid var(--line); color: var(--soft); }
img { max-width: 100%; align-self: flex-start; }
.chips { gap: 6px; }
.chip { min-height: 36px; padding: 6px 13px; border: 1px solid var(--soft); border-radius: 12px; color: var(--ink); font-size: 14px; text-align: start; align-self: flex-start; }
.chip:hover, .icon:hover, [aria-selected=true], [aria-pressed=true] { background: var(--marked); color: var(--ink); }
.rating, .why, footer form { display: flex; align-items: center; gap: 8px; }
footer form { align-items: end; }
.why { flex-wrap: wrap; }
.rating { gap: 0; margin-inline-start: -9px; }
.down svg { transform: rotate(180deg); }
.notice { background: var(--alarmed); border-color: var(--alarm); border-inline-start-width: 5px; }
.notice > strong, .notice a { color: var(--alarm); }
.info { --alarm: var(--ink); --alarmed: var(--marked); }
.wait i { display: inline-block; width: 7px; height: 7px; margin: 5px 3px; border-radius: 50%; background: var(--soft); }
footer { padding: min(12px, 2vh) 12px; gap: 0; border-top: 1px solid var(--line); }
footer .small { font-size: 12px; text-align: center; margin-top: 10px; }
form { position: relative; }
input, textarea { flex: 1; min-width: 60%; min-height: 44px; padding: 9px 14px; font-size: 16px; background: var(--ground); border: 1px solid var(--soft); border-radius: 12px; resize: none; }
:is(input, textarea):focus-visible { outline-offset: -2px; }
textarea { unicode-bidi: plaintext; max-height: 30vh; }
.told { text-align: end; font-size: 13px; color: var(--alarm); }
[aria-invalid=true] { border-color: var(--alarm); }
::placeholder { color: var(--soft); opacity: 1; }
footer .icon.icon { width: 44px; height: 44px; margin: 0; }
[role=listbox] { position: absolute; inset: auto 0 calc(100% + 8px); overflow-y: auto; padding: 6px; background: var(--ground); border: 1px solid var(--line); border-radius: 12px; }
[role=listbox], .panel, .launcher { box-shadow: 0 2px 6px rgb(16 24 40 / .16), 0 10px 36px rgb(16 24 40 / .22); }
[role=option] { padding: 8px; border-radius: 8px; font-size: 14px; cursor: pointer; }
[aria-selected=true] { outline: 2px solid; }
.small:empty, .said:empty, .chips:empty { display: none; }
@media ${phone.media} {
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
// When the page is idle, or after two seconds.
const wait = () => (window.requestIdleCallback || setTimeout)(mount, { timeout: 2000 });
if (document.readyState === "loading") addEventListener("DOMContentLoaded", wait, { signal });
else wait();
})();
