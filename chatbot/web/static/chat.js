/* The chat page's own part, see web/chat_page.py: questions are asked one at a time, suggested while typing, and each
   reply gets what Gradio lacks: its nearest questions, thumbs with reasons, copying. Texts become text nodes, never markup.
   Gradio draws its elements anew when it likes, so what is added to them is added again. */
(() => {
"use strict";
const script = document.currentScript;
if (window.verbatim || !script) return; // included twice
const BASE = new URL(".", script.src).href;
const { lang, dir } = script.dataset;
const REASONS = JSON.parse(script.dataset.reasons);
const LIMIT = Number(script.dataset.limit); // characters of a question
const DONE = "✓";

const $ = selector => document.querySelector(selector);
const box = () => $("#ask input, #ask textarea");
const isBox = node => node && node === box();

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
// This script's own words are English, whatever the language of the page.
const english = lang.split("-")[0] === "en" ? {} : { lang: "en" };
const button = (text, onclick, attributes) => el("button", { type: "button", class: "chip", dir: "auto", onclick, ...attributes }, text);
const request = async (path, body) => {
  const response = await fetch(BASE + path, {
    credentials: "omit", signal: AbortSignal.timeout(20000),
    ...(body && { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
  });
  if (!response.ok) throw Object.assign(new Error(`HTTP ${response.status}`), { status: response.status });
  return response.status === 204 ? null : response.json();
};

// ---- Asking: what Gradio's events call, in the order in which they do

let queue = []; // what waits to be asked: { question, id }; with an id, that entry is shown and nothing is searched
let current = null; // what is being answered
let clears = 0;

const push = (question, id = "") => queue.push({ question, id, clears });
const ask = (question, id) => {
  push(question, id);
  $("#send-picked").click();
};
const stash = question => {
  suggest([]);
  push(question);
  return "";
};
// Waits for the answer before: two on the way at once could overwrite each other.
// Gradio, whose connection is lost, asks no more and loads the page anew when the server is back, without the
// conversation: it hears of a question only when the server is there.
const next = async () => {
  while (current) await new Promise(done => setTimeout(done, 20));
  const turn = current = queue.shift() || { question: "", id: "", clears };
  setTimeout(() => fail(turn), 20000);
  $("#ask").toggleAttribute("data-waiting", true);
  if (await isThere()) return [turn.question, turn.id];
  fail(turn);
  return new Promise(() => {}); // this turn of Gradio's ends here
};
const isThere = () => fetch(BASE + "livez", { credentials: "omit", cache: "no-store", signal: AbortSignal.timeout(5000) })
  .then(() => true, () => false);
// `said`: the server's messages, each reply with its `card`; null where there was no answer.
const append = (chat, said) => {
  const { question, id, clears: then } = current || { clears };
  current = null;
  $("#ask").toggleAttribute("data-waiting", false);
  if (then !== clears) return [chat || [], null]; // cleared meanwhile
  const messages = said || (question ? failure(question, id) : []);
  shown = [...(chat || []), ...messages.map(({ card, ...message }) => {
    if (card && !bars.has(message.metadata.id)) bars.set(message.metadata.id, bar(message.metadata.id, card));
    return message;
  })];
  if (messages.length) setTimeout(toTop, 100);
  return [shown, null];
};
// Gradio goes no further where a question is refused or lost on the way, and tells nobody.
const fail = turn => turn && turn === current && $("#send-failure").click();
new PerformanceObserver(list => list.getEntries().forEach(({ name, responseStatus: status }) => {
  if (name.includes("/gradio_api/queue/join") && (status === 0 || status >= 400)) fail(current);
})).observe({ type: "resource" });
const clear = () => {
  clears += 1;
  queue = [];
  shown = [];
  bars.clear();
  box().focus();
};
// A link such as "/?q=..." brings a question along, to be read before it is sent. An event of Gradio's would come late
// and wipe what a quick visitor has typed.
const prefill = () => {
  const asked = new URLSearchParams(location.search).get("q");
  if (asked) type(asked.slice(0, LIMIT));
};
const type = text => {
  box().value = text;
  box().dispatchEvent(new Event("input", { bubbles: true })); // so that Gradio knows
};

const said = (role, text, id) => ({ role, content: [{ type: "text", text }], metadata: id ? { id } : null, options: [] });
const failure = (question, id) => {
  const failed = `failed-${Date.now()}`;
  const again = button("Try again", () => {
    again.disabled = true;
    ask(question, id);
  });
  bars.set(failed, el("div", { class: "bar", ...english }, el("div", { class: "chips" }, again, wholeFaq())));
  const text = question.replace(/[^\p{L}\p{N}\s]/gu, sign => `&#${sign.codePointAt(0)};`);
  return [said("user", text), said("assistant", "The answer could not be fetched. Please wait a moment and try again.", failed)];
};
// The visitor's own line to the top, so that a notice and the beginning of the answer are seen.
const toTop = () => {
  const log = $("#conversation [role=log]");
  const asked = [...log.querySelectorAll("[data-testid=user]")].at(-1);
  if (asked) log.scrollTop += asked.getBoundingClientRect().top - log.getBoundingClientRect().top - 16;
};

// ---- What stands below a reply

let shown = []; // the messages that Gradio shows
const bars = new Map(); // reply id: its bar
const NOTICE = "notice-"; // and its level: the id of what is to be read before anything else

const icon = path => {
  const [svg, line] = ["svg", "path"].map(tag => document.createElementNS("http://www.w3.org/2000/svg", tag));
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
};
const THUMB = "M7 11v9H4v-9zl4-7q3 0 2 5h5q2 0 2 2l-2 9H7";
const COPY = "M9 9h11v11H9zM5 15H4V4h11v1";
const LINK = "M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1";
const iconButton = (path, label, onclick, name = "") =>
  el("button", { type: "button", class: `icon ${name}`, title: label, "aria-label": label, onclick }, icon(path));
const link = (href, text) => el("a", { href, target: "_blank", rel: "noopener noreferrer" }, text);
const wholeFaq = () => link(BASE + "faq", "Read the whole FAQ");

// Says in `done` what became of it.
const rate = async (done, thanks, reply_id, verdict, reason = "") => {
  done.textContent = "";
  try {
    await request("api/feedback", { reply_id, verdict, reason });
    done.textContent = thanks;
  } catch {
    done.textContent = "Your feedback was not sent.";
  }
};

const bar = (id, card) => {
  const done = el("span", { role: "status" });
  const chips = card.chips.map(({ question, entry_id }) => button(question, () => ask(question, entry_id), { lang }));
  const handOff = el("p", { class: "hand-off", hidden: "hidden", tabindex: "-1" },
    ...card.hand_off.map(([text, href]) => href ? link(href, text) : text), card.hand_off.length && " ", wholeFaq());
  const none = card.offers_none && button("None of these", () => {
    rate(done, DONE, id, "none_of_these");
    none.disabled = true;
    handOff.hidden = false;
    handOff.focus(); // what had the focus is off
  });
  return el("div", { class: "bar", role: "group", "aria-label": "This reply", ...english },
    (chips.length || none) && el("div", { class: "chips" }, ...chips, none), handOff, ...rating(id, card, done));
};
const rating = (id, card, done) => {
  const reasons = el("div", { class: "chips", role: "group", "aria-label": "What was wrong?", hidden: "hidden" },
    el("span", null, "What was wrong?"), ...REASONS.map(reason => button(reason, () => {
      rate(done, `${DONE} Thank you`, id, "down", reason.slice(0, 200));
      reasons.hidden = true;
      thumbs[1].focus();
    }, { lang })));
  const thumbs = [["up", "Helpful"], ["down", "Not helpful"]].map(([verdict, label]) => {
    const thumb = iconButton(THUMB, label, () => {
      thumbs.forEach(other => other.setAttribute("aria-pressed", other === thumb));
      reasons.hidden = verdict === "up" || !REASONS.length;
      reasons.scrollIntoView({ block: "nearest" });
      rate(done, DONE, id, verdict);
    }, verdict);
    thumb.setAttribute("aria-pressed", "false");
    return thumb;
  });
  const copied = async text => {
    await navigator.clipboard.writeText(text);
    done.textContent = `${DONE} Copied`;
  };
  const shared = () => `${location.origin}${location.pathname}?q=${encodeURIComponent(card.question)}`;
  const copies = navigator.clipboard ? [ // not on plain http
    card.copied && iconButton(COPY, "Copy the answer", () => copied(card.copied)),
    iconButton(LINK, "Copy a link to this question", () => copied(shared())),
  ] : [];
  return [el("div", { class: "rating" }, ...thumbs, ...copies, done), reasons];
};

// ---- Questions while typing

let timer, active = -1, isSuggesting = true;
const options = el("div", { id: "suggestions", role: "listbox", "aria-label": "Suggested questions", lang, hidden: "hidden" });

const activate = at => {
  active = at;
  [...options.children].forEach((node, n) => node.setAttribute("aria-selected", n === at));
  if (at < 0) box().removeAttribute("aria-activedescendant");
  else box().setAttribute("aria-activedescendant", `suggestion-${at}`);
};
const suggest = list => {
  clearTimeout(timer);
  options.replaceChildren(...list.map(({ question, entry_id }, at) => el("div", {
    role: "option", id: `suggestion-${at}`, dir: "auto",
    onmousedown: event => event.preventDefault(), // the box keeps the focus
    onclick: () => pick(question, entry_id),
  }, question)));
  options.hidden = !list.length;
  box().setAttribute("aria-expanded", !options.hidden);
  activate(-1);
};
const pick = (question, id) => {
  suggest([]);
  type("");
  ask(question, id);
};
const lookUp = async () => {
  const typed = box().value.trim();
  if (!isSuggesting || typed.length < 3) return;
  try {
    const { suggestions } = await request("api/suggest?q=" + encodeURIComponent(typed.slice(0, 200)));
    if (box().value.trim() === typed && isBox(document.activeElement)) suggest(suggestions);
  } catch (error) { // too fast, or too slow: the next key tries again
    isSuggesting = error.status !== 404;
  }
};
document.addEventListener("keydown", event => {
  const { key } = event, count = options.children.length + 1; // one place more: none is chosen
  if (!isBox(event.target) || event.isComposing || options.hidden) return;
  if (key === "ArrowDown") activate((active + 2) % count - 1);
  else if (key === "ArrowUp") activate((active + count) % count - 1);
  else if (key === "Escape") suggest([]);
  else if (key === "Enter" && active >= 0) options.children[active].click();
  else return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, true); // before Gradio, which sends at Enter
document.addEventListener("focusout", event => isBox(event.target) && suggest([]));
document.addEventListener("input", event => {
  if (!isBox(event.target)) return;
  suggest([]);
  timer = setTimeout(lookUp, 200);
});
// Starters go the way of all questions, instead of Gradio's own event beside it.
document.addEventListener("click", event => {
  const starter = event.target.closest("#conversation .example");
  if (!starter) return;
  event.stopImmediatePropagation();
  ask(starter.textContent.trim());
}, true);

// ---- What is added to Gradio's elements

const set = (node, attributes) => Object.entries(attributes).forEach(([name, value]) => {
  if (node.getAttribute(name) !== value) node.setAttribute(name, value);
});
let isPrefilled = false;
const decorate = () => {
  set(document.documentElement, { lang, dir }); // Gradio names the browser's language
  if (box()) {
    if (options.parentNode !== $("#ask")) $("#ask").append(options);
    const name = box().closest("label").querySelector("[data-testid=block-info]").textContent.trim(); // without "Send"
    set(box(), { "aria-label": name, role: "combobox", "aria-autocomplete": "list", "aria-controls": "suggestions" });
    set(box(), { autocomplete: "off", enterkeyhint: "send" });
    if (!box().hasAttribute("aria-expanded")) {
      set(box(), { "aria-expanded": "false" });
      if (!isPrefilled) prefill();
      isPrefilled = true;
    }
  }
  const replies = shown.filter(message => message.role === "assistant");
  document.querySelectorAll("#conversation [data-testid=bot]").forEach((bubble, at) => {
    bubble.removeAttribute("aria-label"); // the Markdown as it was written; the text itself reads better
    const id = replies[at]?.metadata?.id || "";
    if (id.startsWith(NOTICE)) set(bubble, { role: "alert", "data-level": id.slice(NOTICE.length) });
    else if (bubble.dataset.level) ["role", "data-level"].forEach(name => bubble.removeAttribute(name)); // used anew
    const bar = bars.get(id);
    if (bar && bar.parentNode !== bubble.parentNode) bubble.parentNode.append(bar);
  });
  $("#conversation [role=list]:has(.example)")?.setAttribute("role", "group"); // its children are buttons
};
new MutationObserver(decorate).observe(document.documentElement, {
  childList: true, subtree: true, attributeFilter: ["lang", "dir", "aria-label"],
});

window.verbatim = { stash, next, append, clear };
})();
