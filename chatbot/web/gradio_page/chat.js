/* The chat page's own part, see first_page.py and page.py. Until Gradio is there, questions go to /api/turn and
   the conversation is drawn here; then Gradio's box and conversation take over. In both, questions are asked one at a time,
   suggested while typing, and each reply gets its nearest questions, thumbs with reasons, copying. Our texts become text
   nodes; answers are the HTML that the server cleaned. Gradio draws its elements again at any time, so what is added to
   them is added again. */
(() => {
"use strict";
// Here stands `shared.js`.
const script = /** @type {HTMLScriptElement} */ (document.currentScript);
if (window.verbatim || !script) return; // included twice
const BASE = new URL(".", script.src).href;
const { lang = "", ownLang, remembers, words = "", reasons = "" } = script.dataset;
/** @type {Record<string, string>} */
const WORDS = JSON.parse(words);
/** @type {string[]} */
const REASONS = JSON.parse(reasons);
const LIMIT = Number(script.dataset.limit); // characters of a question
const PATIENCE = 20000; // ms until a question is given up

/** @type {(selector: string) => any} */
const $ = selector => document.querySelector(selector);
/** @param {number} ms */
const sleep = ms => new Promise(done => setTimeout(done, ms));
// This script's own words by their key, in the language of the page where it speaks that.
/** @type {(key: string, values?: Record<string, string | number>) => string} */
const T = (key, values = {}) => Object.entries(values).reduce((said, [name, value]) => said.replace(`{${name}}`, value), WORDS[key]);
const own = ownLang ? { lang: ownLang, dir: "ltr" } : {}; // where it does not

let isGradio = false; // has taken over
/** @type {() => HTMLTextAreaElement} */
const box = () => $(isGradio ? "#ask textarea" : "#first textarea");
/** @type {() => HTMLElement} */
const log = () => $(isGradio ? "#conversation [role=log]" : "#first .log");
/** @param {EventTarget | null} node */
const isBox = node => node && node === box();

let heard = 0; // when the server last answered
const fetched = window.fetch.bind(window);
/** @type {(path: string, body?: object) => Promise<any>} */
const request = async (path, body) => {
  heard = 0;
  const response = await fetched(BASE + path, {
    credentials: "omit", signal: AbortSignal.timeout(PATIENCE),
    ...(body && { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
  });
  if (!response.ok) throw await problem(response);
  heard = Date.now();
  return response.status === 204 ? null : response.json();
};
// With what is to be read first on a question that is refused.
/** @param {Response} response */
const problem = async response => {
  const { messages = [] } = await response.clone().json().catch(() => ({}));
  const { status, headers } = response;
  return Object.assign(new Error(`HTTP ${status}`), { status, messages, wait: Number(headers.get("retry-after")) });
};
/** @param {{ status?: number, wait?: number }} error */
const whatToDo = ({ status, wait } = {}) => {
  if (status === 429) return T("too_many", { seconds: wait || 5 });
  if (status === 503 || status === 504) return T("busy");
  if (status === 400 || status === 403) return T("refused");
  return T("failed");
};

// ---- The conversation

/** @type {Message[]} */
let shown = []; // all messages, in order, as the server sends them; those of a visitor without an answer yet have `plain`
/** @type {Turn[]} */
let queue = []; // what waits to be asked: { question, id, said }; with an id, that entry is shown and nothing is searched
/** @type {Turn | null} */
let current = null; // what is being answered
/** @type {{ shown: Message[], queue: Turn[] } | null} */
let cleared = null; // what can be brought back: { shown, queue }
/** @type {Map<string, HTMLElement>} */
const bars = new Map(); // reply id: what stands below it

/** @type {(role: string, plain: string, id?: string) => Message} */
const message = (role, plain, id) => ({
  role, plain, metadata: id ? { id } : null, options: [],
  content: [{ type: "text", text: plain.replace(/[^\p{L}\p{N}\s]/gu, sign => `&#${sign.codePointAt(0)};`) }],
});
/** @param {Message} said */
const isPending = said => [current, ...queue].some(turn => turn && turn.said === said);
// What a question may lean on, as much of it as the server looks at.
/** @param {Message} said */
const before = said => shown.slice(0, shown.indexOf(said))
  .filter(each => !isPending(each) && !each.metadata?.id?.startsWith("failed-")).slice(-12)
  .map(({ role, content: [{ text }], metadata }) => ({ role, metadata, content: [{ type: "text", text: beginningOf(text) }] }));

/** @type {(question: string, id?: string) => void} */
const push = (question, id = "") => {
  const said = message("user", question.trim());
  shown.push(said);
  queue.push({ question, id, said });
  cleared = null;
  forgetLink();
  tell("");
  changed(said);
};
/** @type {(question: string, id?: string) => void} */
const ask = (question, id) => {
  push(question, id);
  begin();
};
const begin = () => isGradio ? $("#send").click() : byApi();
// Sends what was typed, or says why not, and then it stays.
/** @param {string} text */
const send = text => {
  suggest([]);
  const refusal = refused(text);
  tell(refusal);
  if (!refusal) push(text);
  else if (lengthOf(text) > LIMIT) showNotices(text);
  return refusal ? text : "";
};
// What is to be read before anything else is said to a message that is too long, too.
/** @param {string} text */
const showNotices = async text => {
  const { messages } = await request("api/turn", { question: text.slice(0, 20000) }).catch(() => ({ messages: [] }));
  /** @type {Message[]} */
  const notices = messages.filter((/** @type {Message} */ { metadata }) => metadata?.id?.startsWith(NOTICE));
  if (!notices.length) return;
  shown.push(...notices);
  changed();
  setTimeout(() => log().lastElementChild?.scrollIntoView({ block: "nearest" }), 100);
};
/** @type {() => Promise<Turn>} */
const next = async () => {
  while (current) await sleep(20); // two on the way at once could overwrite each other
  const turn = current = queue.shift() || null;
  if (!turn) return never; // it was refused, or cleared
  turn.given = setTimeout(() => fail(turn), PATIENCE);
  return turn;
};
/** @type {Promise<never>} */
const never = new Promise(() => {}); // this turn of Gradio's ends here
// Gradio, whose connection is lost, asks no more and reloads the page when the server is back: it hears of a question
// only when the server is there.
const nextOfGradio = async () => {
  const turn = await next();
  if (Date.now() - heard < 3000 || await isThere()) return [turn.question, turn.id, before(turn.said)];
  fail(turn);
  return never;
};
const isThere = () => fetched(BASE + "livez", { credentials: "omit", cache: "no-store", signal: AbortSignal.timeout(5000) })
  .then(() => true, () => false);
const byApi = async () => {
  const turn = await next();
  const asked = { question: turn.question, entry_id: turn.id, conversation: before(turn.said) };
  try {
    settle(turn, (await request("api/turn", asked)).messages);
  } catch (error) {
    fail(turn, error);
  }
};
// Gradio goes no further where a question is refused or lost on the way, and tells nobody.
window.fetch = async (...asked) => {
  const [what] = /** @type {any[]} */ (asked);
  const turn = String(what?.url || what).includes("/gradio_api/queue/join") ? current : null;
  try {
    const response = await fetched(...asked);
    if (turn && !response.ok) fail(turn, await problem(response));
    return response;
  } catch (error) {
    fail(turn, error);
    throw error;
  }
};
/** @param {Message[] | undefined} messages */
const settleCurrent = messages => {
  if (current) messages ? settle(current, messages) : fail(current);
  return null;
};
/** @type {(turn: Turn | null, error?: any) => void} */
const fail = (turn, error) => {
  if (!turn || turn !== current) return;
  const failed = message("assistant", whatToDo(error), `failed-${Date.now()}`);
  settle(turn, [turn.said, ...error?.messages || [], { ...failed, again: [turn.question, turn.id] }]);
};
/** @param {[question: string, id: string]} asked */
const againBar = asked => {
  const again = button(T("retry"), () => {
    again.disabled = true;
    ask(...asked);
  });
  return el("div", { class: "bar", ...own }, el("div", { class: "chips" }, again, wholeFaq()));
};
/** @type {(turn: Turn, messages: Message[]) => void} */
const settle = (turn, messages) => {
  if (turn !== current) return;
  current = null;
  clearTimeout(turn.given);
  const list = [shown, cleared?.shown].find(each => each?.includes(turn.said));
  list?.splice(list.indexOf(turn.said), 1, ...messages);
  if (list !== shown) return changed(); // cleared meanwhile
  if (!messages.length) { // no words in it, as the server counts words
    type(turn.question);
    tell(T("empty"));
  }
  changed(messages[0]);
};

// ---- What is seen of it

/** @type {HTMLElement[]} */
const [welcome, clearButton, told] = ["#welcome", "#new", "#cleared"].map($);
let since = 0;
const waitingText = el("span");
const waiting = el("p", { class: "waiting", role: "status", ...own }, el("i"), el("i"), el("i"), waitingText);

// After each change: draws the conversation, keeps it, and brings the visitor's line `said` to the top.
/** @type {(said?: Message) => void} */
const changed = said => {
  document.body.toggleAttribute("data-begun", shown.length > 0);
  clearButton.hidden = !shown.length;
  told.replaceChildren(...(cleared ? [T("cleared"), " ", button(T("bring_back"), bringBack)] : []));
  for (const { card, again, metadata } of shown) {
    const id = metadata?.id;
    if (!id || bars.has(id)) continue;
    if (card) bars.set(id, bar(id, card));
    else if (again) bars.set(id, againBar(again));
  }
  clearTimeout(since);
  waitingText.textContent = "";
  if (isWaiting()) since = setTimeout(() => waitingText.textContent = T("one_moment"), 1500);
  keep();
  draw();
  if (said) for (const ms of [0, 100]) setTimeout(toTop, ms, said);
};
const isWaiting = () => current || queue.length;
const draw = () => {
  if (isGradio) $("#sync").click();
  else log().replaceChildren(...shown.map(drawn));
  decorate();
};
// As Gradio draws it.
/** @param {Message} message */
const drawn = ({ role, plain, html }) => {
  const text = el("div", { "data-testid": role === "user" ? "user" : "bot", dir: "auto" }, html ? "" : plain);
  if (html) text.innerHTML = html;
  text.querySelectorAll("a").forEach(a => a.target = "_blank");
  return el("div", { class: `message-row ${role === "user" ? "user" : "bot"}-row` }, el("div", { class: "message" }, text));
};
/** @param {Message} message */
const forGradio = ({ card, again, html, plain, ...rest }) => rest;
// So that a notice and the beginning of the answer are seen.
/** @param {Message} [said] */
const toTop = said => {
  const at = shown.filter(each => each.role === "user").findIndex(each => each === said);
  log().querySelectorAll("[data-testid=user]")[at]?.scrollIntoView({ block: "start" });
};

// ---- What stays when the page is reloaded, in this tab alone

const KEY = "verbatim-chat:" + BASE;
// Where storage is full or forbidden, the conversation lasts as long as the page.
/** @param {() => void} act */
const stored = act => {
  try {
    if (remembers) act();
  } catch {}
};
const keep = () => stored(() => {
  const turns = [current, ...queue].filter(Boolean).filter(turn => shown.includes(turn.said));
  if (!shown.length) return sessionStorage.removeItem(KEY);
  sessionStorage.setItem(KEY, JSON.stringify({
    shown: shown.filter(said => !isPending(said)).slice(-40), asked: turns.map(({ question, id }) => [question, id]),
  }));
});
const restore = () => stored(() => {
  /** @type {{ shown: Message[], asked: [question: string, id: string][] } | null} */
  const kept = JSON.parse(sessionStorage.getItem(KEY));
  if (!kept) return;
  shown = kept.shown;
  changed(shown.findLast(each => each.role === "user"));
  kept.asked.forEach(([question, id]) => ask(question, id));
});
const clear = () => {
  cleared = { shown, queue };
  shown = [];
  queue = [];
  changed();
  box().focus();
};
const bringBack = () => {
  if (!cleared) return;
  ({ shown, queue } = cleared);
  cleared = null;
  queue.forEach(begin); // their turns found nothing to be asked
  changed(shown.findLast(each => each.role === "user"));
  home();
};

// ---- The box, and what is said below it

const hint = $("#hint [role=status]"), counter = $("#counter");
/** @param {string} text */
const tell = text => {
  if (hint.textContent !== text) hint.textContent = text;
  counter.textContent = "";
  if (text) setTimeout(() => hint.scrollIntoView({ block: "nearest" }), 100); // when the box has its new height
};
/** @param {string} text */
const refused = text => {
  const count = lengthOf(text);
  if (!hasWords(text)) return T("empty");
  return count > LIMIT ? T("too_long", { count, limit: LIMIT }) : "";
};
const count = () => {
  const typed = lengthOf(box().value);
  tell(typed > LIMIT ? refused(box().value) : "");
  if (typed > LIMIT * .8 && typed <= LIMIT) counter.textContent = T("counted", { count: typed, limit: LIMIT });
  box().setAttribute("aria-invalid", typed > LIMIT);
};
/** @param {string} text */
const type = text => {
  box().value = text;
  box().dispatchEvent(new Event("input", { bubbles: true })); // so that Gradio knows
};
// A link such as "/?q=..." brings a question along, to be read before it is sent.
const prefill = () => {
  const asked = new URLSearchParams(location.search).get("q");
  if (!asked) return;
  type(asked);
  if (!hint.textContent) tell(T("from_link"));
};
// Or it would be in the box again when the page is reloaded.
const forgetLink = () => {
  const address = new URL(location.href);
  if (!address.searchParams.has("q")) return;
  address.searchParams.delete("q");
  history.replaceState(history.state, "", address);
};
// Where the focus goes when what had it is gone: on a phone not into the box, whose keyboard hides half of the page.
const home = () => {
  const isTouched = matchMedia("(pointer: coarse)").matches && shown.length;
  (isTouched ? log() : box()).focus({ preventScroll: true });
};
/** @type {any} */
let focused = null;
const keepFocus = () => {
  if (document.activeElement !== document.body || !focused) return;
  if (!focused.isConnected || focused.disabled || !focused.getClientRects().length) home();
};

// ---- What stands below a reply

const NOTICE = "notice-"; // and its level: the id of what is to be read before anything else

const LINK = "M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1";
/** @type {(path: string, label: string, onclick: () => unknown, name?: string) => HTMLButtonElement} */
const iconButton = (path, label, onclick, name = "") =>
  el("button", { type: "button", class: `icon ${name}`, title: label, "aria-label": label, onclick }, icon(path));
/** @type {(href: string, text: string) => HTMLElement} */
const link = (href, text) => el("a", { href, target: "_blank", rel: "noopener noreferrer" }, text);
const wholeFaq = () => link(BASE + "faq", T("all"));

// Says in `done` what became of it, and returns whether it was sent. A server that was restarted knows no reply of before.
/** @type {(done: HTMLElement, thanks: string, reply_id: string, verdict: string, reason?: string) => Promise<boolean>} */
const rate = async (done, thanks, reply_id, verdict, reason = "") => {
  done.textContent = "";
  try {
    await request("api/feedback", { reply_id, verdict, reason });
    done.textContent = thanks;
    return true;
  } catch (/** @type {any} */ { status }) {
    done.textContent = T(status === 404 ? "late" : "not_sent");
    return false;
  }
};

/** @type {(id: string, card: Card) => HTMLElement} */
const bar = (id, card) => {
  const done = el("span", { role: "status" });
  const chips = card.chips.map(({ question, entry_id }) => button(question, () => ask(question, entry_id), { lang }));
  const handOff = el("p", { class: "hand-off", hidden: "hidden", tabindex: "-1" },
    ...card.hand_off.map(([text, href]) => href ? link(href, text) : text), card.hand_off.length && " ", wholeFaq());
  /** @type {any} */
  const none = card.offers_none && button(T("none"), () => {
    rate(done, DONE, id, "none_of_these");
    none.disabled = true;
    handOff.hidden = false;
    handOff.focus(); // what had the focus is off
  });
  return el("div", { class: "bar", role: "group", "aria-label": T("this_reply"), ...own },
    (chips.length || none) && el("div", { class: "chips" }, ...chips, none), handOff, ...rating(id, card, done));
};
/** @type {(id: string, card: Card, done: HTMLElement) => Child[]} */
const rating = (id, card, done) => {
  const reasons = el("div", { class: "chips", role: "group", "aria-label": T("what_was_wrong"), hidden: "hidden" },
    el("span", null, T("what_was_wrong")), ...REASONS.map(reason => button(reason, () => {
      rate(done, `${DONE} ${T("thank_you")}`, id, "down", reason.slice(0, 200));
      reasons.hidden = true;
      thumbs[1].focus();
    }, { lang })));
  const thumbs = [["up", T("up")], ["down", T("down")]].map(([verdict, label]) => {
    const thumb = iconButton(THUMB, label, async () => {
      thumbs.forEach(other => other.setAttribute("aria-pressed", other === thumb));
      reasons.hidden = verdict === "up" || !REASONS.length;
      reasons.scrollIntoView({ block: "nearest" });
      if (await rate(done, DONE, id, verdict) || thumb.getAttribute("aria-pressed") === "false") return;
      thumb.setAttribute("aria-pressed", "false");
      if (reasons.contains(document.activeElement)) thumb.focus();
      reasons.hidden = true;
    }, verdict);
    thumb.setAttribute("aria-pressed", "false");
    return thumb;
  });
  /** @param {string} text */
  const copied = async text => {
    await navigator.clipboard.writeText(text);
    done.textContent = `${DONE} ${T("copied")}`;
  };
  const shared = () => `${location.origin}${location.pathname}?q=${encodeURIComponent(card.question)}`;
  const copies = navigator.clipboard ? [ // not on plain http
    card.copied && iconButton(COPY, T("copy_answer"), () => copied(card.copied)),
    iconButton(LINK, T("copy_link"), () => copied(shared())),
  ] : [];
  return [el("div", { class: "rating" }, ...thumbs, ...copies, done), reasons];
};

// ---- Questions while typing

const options = el("div", { id: "suggestions", role: "listbox", "aria-label": T("suggested"), lang, hidden: "hidden" });

const suggestions = suggestionsFor(options, box, request, (question, id) => pick(question, id));
const { suggest } = suggestions;
/** @type {(question: string, id?: string) => void} */
const pick = (question, id) => {
  suggest([]);
  type("");
  ask(question, id);
};
document.addEventListener("keydown", event => {
  if (!isBox(event.target) || isComposed(event) || !suggestions.takes(event.key)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, true); // before Gradio, which sends at Enter
document.addEventListener("focusout", event => isBox(event.target) && suggest([]));
document.addEventListener("input", event => {
  if (!isBox(event.target)) return;
  count();
  suggestions.typed();
});
// ---- What is added to Gradio's elements, and to ours

/** @type {(node: Element, attributes: Record<string, string | undefined>) => void} */
const set = (node, attributes) => Object.entries(attributes).forEach(([name, value]) => {
  if (node.getAttribute(name) !== value) node.setAttribute(name, value);
});
const decorate = () => {
  set(document.documentElement, { lang, dir: script.dataset.dir }); // Gradio names the browser's language
  const form = $(isGradio ? "#ask" : "#first form");
  if (options.parentNode !== form) form.append(options);
  set(box(), { "aria-label": T("your_question"), "aria-autocomplete": "list", "aria-haspopup": "listbox" });
  set(box(), { "aria-controls": "suggestions", "aria-describedby": "hint", autocomplete: "off", enterkeyhint: "send" });
  if (!log()) return;
  set(log(), { "aria-label": T("conversation"), tabindex: "0" });
  const replies = shown.filter(each => each.role === "assistant");
  log().querySelectorAll("[data-testid]").forEach(bubble => {
    bubble.removeAttribute("aria-label"); // the Markdown as it was written; the text itself reads better
    set(bubble, { dir: "auto" });
  });
  /** @type {NodeListOf<HTMLElement>} */ (log().querySelectorAll("[data-testid=bot]")).forEach((bubble, at) => {
    const id = replies[at]?.metadata?.id || "";
    if (id.startsWith(NOTICE)) set(bubble, { role: "alert", "data-level": id.slice(NOTICE.length) });
    else if (bubble.dataset.level) ["role", "data-level"].forEach(name => bubble.removeAttribute(name)); // reused
    const bar = bars.get(id);
    if (bar && bar.parentNode !== bubble.parentNode) bubble.parentElement?.append(bar);
  });
  log().querySelectorAll("[data-testid=bot] :is(th, td)").forEach(cell => cell.classList.toggle("long", cell.textContent.length > 40));
  if (!isWaiting()) waiting.remove();
  else if (log().lastElementChild !== waiting) log().append(waiting);
  keepFocus();
};

// ---- Gradio comes

let isComposing = false;
// Takes over what was typed, where the cursor stands, and the focus; not within a word that an input method composes.
const handOver = () => {
  if (isGradio || isComposing || document.querySelectorAll("#conversation [data-testid=user], #conversation [data-testid=bot]").length < shown.length) return;
  const { value, selectionStart, selectionEnd } = box();
  const had = $("#first").contains(document.activeElement), hadBox = isBox(document.activeElement);
  const list = [...options.children], at = list.findIndex(node => node.ariaSelected === "true");
  isGradio = true;
  document.body.setAttribute("data-gradio", "");
  const notes = [hint.textContent, counter.textContent];
  if (value) type(value);
  [hint.textContent, counter.textContent] = notes;
  decorate();
  if (hadBox) {
    box().focus({ preventScroll: true });
    box().setSelectionRange(selectionStart, selectionEnd);
    suggest([]); // and then as it was
    options.replaceChildren(...list);
    options.hidden = !list.length;
    suggestions.activate(at);
  } else if (had) home();
  $("#first").remove();
  toTop(shown.findLast(each => each.role === "user"));
};
// Gradio's event, which shows that its events work.
const sync = () => {
  if (!isGradio) setTimeout(handOver, 50);
  return [shown.map(forGradio)]; // one output
};
const knock = () => {
  if (isGradio) return;
  if ($("#ask textarea")) $("#sync")?.click();
  setTimeout(knock, 100);
};
// A server that has just begun sends the page before it has loaded Gradio.
const fetchGradio = async () => {
  if ($("gradio-app")) return;
  try {
    const page = new DOMParser().parseFromString(await (await fetched(location.href, { cache: "no-store" })).text(), "text/html");
    for (const part of page.querySelectorAll("#gradio > *")) { // a script that was parsed so does not run; its copy does
      const copy = document.createElement(part.localName);
      for (const { name, value } of part.attributes) copy.setAttribute(name, value);
      copy.textContent = part.textContent;
      $("#gradio").append(copy);
    }
  } catch {}
  setTimeout(fetchGradio, 2000);
};

// ---- Begin

const theme = new URLSearchParams(location.search).get("__theme");
if (theme && /^(dark|light)$/.test(theme)) document.documentElement.dataset.theme = theme;
/** @type {HTMLElement} */
const form = $("#first form");
// Before Gradio hears of it: that sends what it knows of the box, which is sometimes less than what stands there.
/** @param {Event} event */
const submit = event => {
  event.preventDefault();
  event.stopPropagation();
  const text = box().value, rest = send(text);
  if (rest !== text) {
    type(rest);
    begin();
  }
};
form.addEventListener("submit", submit);
document.addEventListener("keydown", event => {
  if (event.key === "Enter" && !event.shiftKey && !isComposed(event) && isBox(event.target)) submit(event);
}, true);
document.addEventListener("click", event => {
  if (event.target instanceof Element && event.target.closest("#ask .submit-button")) submit(event);
}, true);
clearButton.addEventListener("click", clear);
welcome.addEventListener("click", event => {
  const starter = event.target instanceof Element && event.target.closest(".starter");
  if (starter) ask(starter.textContent);
});
for (const event of ["compositionstart", "compositionend"]) document.addEventListener(event, () => isComposing = event === "compositionstart");
document.addEventListener("focusin", event => focused = event.target);
document.addEventListener("focusout", () => setTimeout(keepFocus));
window.verbatim = { next: nextOfGradio, settle: settleCurrent, sync };
if (box().value) count(); // typed before this script was there
else if (document.activeElement === document.body && !matchMedia("(pointer: coarse)").matches) box().focus({ preventScroll: true });
new MutationObserver(decorate).observe(document.documentElement, {
  childList: true, subtree: true, attributeFilter: ["lang", "dir", "aria-label"],
});
decorate();
restore();
prefill();
knock();
fetchGradio();
})();
