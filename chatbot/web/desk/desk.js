/* Buttons of our own HTML in Gradio's page, see presses.py: each clicks a hidden button of Gradio, whose event asks here
   for the value. */
const pauses = new Map();
window.verbatimDesk = {
  value: "",
  // Clicks the button of this id once nothing has been typed for a moment: each click is a request.
  /** @param {string} id */
  soon(id) {
    clearTimeout(pauses.get(id));
    pauses.set(id, setTimeout(() => document.getElementById(id)?.click(), 400));
  },
  // The first of the rows that came, as the button for them is gone.
  /** @param {number} number */
  toRow(number) {
    setTimeout(() => {
      /** @type {NodeListOf<HTMLElement>} */
      const rows = document.querySelectorAll(".entries > li > button");
      rows[number]?.focus();
    }, 50);
  },
  // For who uses keyboard or screen reader, and on a phone, where the form stands below the list.
  toForm(tries = 20) {
    const heading = document.getElementById("entry-heading");
    if (heading?.offsetParent) {
      heading.focus({ preventScroll: true });
      heading.scrollIntoView({ block: "start" });
    } else if (tries) setTimeout(() => window.verbatimDesk?.toForm(tries - 1), 100);
  },
};
document.addEventListener("click", event => {
  const pressed = event.target instanceof Element && event.target.closest("[data-press]");
  if (!(pressed instanceof HTMLElement) || !window.verbatimDesk) return;
  window.verbatimDesk.value = pressed.dataset.value || "";
  document.getElementById(`press-${pressed.dataset.press}`)?.click();
});
// Gradio says little when the server refuses. Whoever is signed out must not lose what stands in the form.
const fetchedByGradio = window.fetch.bind(window);
window.fetch = async (...asked) => {
  const response = await fetchedByGradio(...asked);
  const ended = document.getElementById("desk-ended");
  if (ended) ended.hidden = response.status !== 401;
  return response;
};
// Whoever leaves the page, also by signing out, is asked whether what stands in the form may be lost.
window.addEventListener("beforeunload", event => {
  const saved = document.getElementById("entry-heading")?.dataset.saved;
  if (saved === undefined) return;
  /** @type {NodeListOf<HTMLInputElement>} */
  const boxes = document.querySelectorAll("#entry-column textarea, #entry-column input:not([type=checkbox])");
  /** @type {string[]} */
  const texts = saved ? JSON.parse(saved) : [];
  if (!saved || texts.some((text, number) => boxes[number]?.value !== text)) event.preventDefault();
});
// What stands in the element of this id goes into the clipboard, which a page without https has not.
document.addEventListener("click", event => {
  const pressed = event.target instanceof Element && event.target.closest("[data-copy]");
  if (!(pressed instanceof HTMLElement)) return;
  const text = document.getElementById(pressed.dataset.copy || "")?.textContent || "";
  const said = navigator.clipboard ? navigator.clipboard.writeText(text).then(() => "Copied") : Promise.reject();
  said.catch(() => "Select the text and copy it").then(done => { pressed.textContent = done; });
});
