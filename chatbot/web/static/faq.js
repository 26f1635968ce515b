/* The search of the FAQ page, see web/faq_page.py. Without it the page is whole: the box is hidden, all questions shown.
   Nothing is requested; a question matches when it holds every word that was typed, in itself, other wordings or answer. */
(() => {
"use strict";
const form = document.querySelector("[role=search]");
const [box, told, link] = ["input", "[role=status]", "a"].map(selector => form.querySelector(selector));
const plain = text => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
const entries = [...document.querySelectorAll("article, .gaps li")].map(node => ({
  node, text: plain(`${node.textContent} ${node.dataset.also || ""}`),
  line: document.querySelector(`nav a[href="#${CSS.escape(encodeURIComponent(node.id))}"]`)?.parentNode,
}));
const LINES = ":scope > article, :scope > ul > li, :scope > ol > li";
const holders = ["nav li:has(ol)", "nav, main section"].flatMap(selector => [...document.querySelectorAll(selector)]);

const find = () => {
  const words = plain(box.value).match(/[\p{L}\p{N}]+/gu) || [];
  let found = 0;
  for (const { node, text, line } of entries) {
    const isFound = words.every(word => text.includes(word));
    found += isFound;
    node.hidden = !isFound;
    if (line) line.hidden = !isFound;
  }
  const isShown = node => !node.hidden;
  for (const holder of holders) holder.hidden = ![...holder.querySelectorAll(LINES)].some(isShown);
  told.textContent = !words.length ? "" : !found ? form.dataset.none
    : form.dataset.found.replace("{n}", found).replace("{all}", entries.length);
  if (link) {
    link.hidden = !words.length || found > 0;
    link.search = new URLSearchParams({ q: box.value.trim().slice(0, 500) });
  }
};

// A link to a question that is not shown now shows all again.
const reveal = () => {
  const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target || !target.closest("[hidden]")) return;
  box.value = "";
  find();
  target.scrollIntoView();
};

for (const cell of document.querySelectorAll("th, td")) cell.classList.toggle("long", cell.textContent.length > 40);
form.hidden = false;
form.addEventListener("submit", event => event.preventDefault());
box.addEventListener("input", find);
box.addEventListener("keydown", event => {
  if (event.key !== "Escape" || !box.value) return;
  event.preventDefault();
  box.value = "";
  find();
});
addEventListener("hashchange", reveal);
find(); // a browser may bring back what was typed
})();
