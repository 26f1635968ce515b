/* The search of the FAQ page, see page.py. Without it the page is whole: the box is hidden, all questions shown.
   Nothing is requested; a question matches when it holds every word that was typed, in itself, other wordings or answer. */
(() => {
"use strict";
const form = /** @type {HTMLElement} */ (document.querySelector("[role=search]"));
const box = /** @type {HTMLInputElement} */ (form.querySelector("input"));
const told = /** @type {HTMLElement} */ (form.querySelector("[role=status]"));
const link = form.querySelector("a");
/** @param {string} text */
const plain = text => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
const entries = [.../** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("article, .gaps li"))].map(node => ({
  node, text: plain(`${node.textContent} ${node.dataset.also || ""}`),
  line: document.querySelector(`nav a[href="#${CSS.escape(encodeURIComponent(node.id))}"]`)?.parentElement,
}));
const LINES = ":scope > article, :scope > ul > li, :scope > ol > li";
const holders = ["nav li:has(ol)", "nav, main section"].flatMap(
  selector => [.../** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(selector))]);
const { none = "", found: some = "" } = form.dataset; // what is told when none are found, and when some are

const find = () => {
  const words = plain(box.value).match(/[\p{L}\p{N}]+/gu) || [];
  let found = 0;
  for (const { node, text, line } of entries) {
    const isFound = words.every(word => text.includes(word));
    found += Number(isFound);
    node.hidden = !isFound;
    if (line) line.hidden = !isFound;
  }
  for (const holder of holders) holder.hidden = ![.../** @type {NodeListOf<HTMLElement>} */ (holder.querySelectorAll(LINES))].some(node => !node.hidden);
  told.textContent = !words.length ? "" : !found ? none
    : some.replace("{n}", `${found}`).replace("{all}", `${entries.length}`);
  if (link) {
    link.hidden = !words.length || found > 0;
    link.search = `${new URLSearchParams({ q: box.value.trim().slice(0, 500) })}`;
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
