// What the chat page and the widget both do. It is no script of its own: `static_files.py` puts it into both.

const DONE = "✓";

// Attributes beginning with "on" are listeners; texts among the children become text nodes.
/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Attributes | null} [attributes]
 * @param {Child[]} children
 */
const el = (tag, attributes, ...children) => {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value) node.setAttribute(name, value);
  }
  node.append(...children.filter(Boolean));
  return node;
};
/** @type {(text: string, onclick: () => unknown, attributes?: Attributes) => HTMLButtonElement} */
const button = (text, onclick, attributes) => el("button", { type: "button", class: "chip", dir: "auto", onclick, ...attributes }, text);
const THUMB = "M7 11v9H4v-9zl4-7q3 0 2 5h5q2 0 2 2l-2 9H7";
const COPY = "M9 9h11v11H9zM5 15H4V4h11v1";
/** @param {string} path */
const icon = path => {
  const [svg, line] = ["svg", "path"].map(tag => document.createElementNS("http://www.w3.org/2000/svg", tag));
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
};

// As the server counts and looks for them; and as much of a text as it looks at later.
/** @param {string} text */
const lengthOf = text => [...text.trim().replace(/\s+/g, " ")].length;
/** @param {string} text */
const hasWords = text => /[\p{L}\p{N}]/u.test(text);
/** @param {string} text */
const beginningOf = text => [...text].slice(0, 600).join("");
// A key of an input method: Enter takes its word and sends nothing. Safari tells it by the code alone.
/** @param {KeyboardEvent} event */
const isComposed = event => event.isComposing || event.keyCode === 229;

// Questions of the FAQ while typing. `options` is their list, `box()` the field now, which keeps the focus.
/**
 * @param {HTMLElement} options
 * @param {() => HTMLTextAreaElement} box
 * @param {(path: string) => Promise<any>} request
 * @param {(question: string, id?: string) => unknown} pick
 */
const suggestionsFor = (options, box, request, pick) => {
  let timer = 0, active = -1, isOffered = true;
  /** @param {number} at */
  const activate = at => {
    active = at;
    [...options.children].forEach((node, n) => node.setAttribute("aria-selected", n === at));
    if (at < 0) box().removeAttribute("aria-activedescendant");
    else box().setAttribute("aria-activedescendant", "suggestion-" + at);
    options.children[at]?.scrollIntoView({ block: "nearest" });
  };
  /** @param {Suggestion[]} list */
  const suggest = list => {
    clearTimeout(timer);
    options.replaceChildren(...list.map(({ question, entry_id }, at) => el("div", {
      role: "option", id: "suggestion-" + at, dir: "auto",
      onmousedown: event => event.preventDefault(),
      onclick: () => pick(question, entry_id),
    }, question)));
    options.hidden = !list.length;
    activate(-1);
  };
  const lookUp = async () => {
    const typed = box().value.trim();
    if (!isOffered || typed.length < 3) return;
    try {
      const { suggestions } = await request("api/suggest?q=" + encodeURIComponent(typed.slice(0, 200)));
      if (box().value.trim() === typed && box().getRootNode().activeElement === box()) suggest(suggestions);
    } catch (/** @type {any} */ error) { // too fast, or too slow: the next key tries again
      isOffered = error.status !== 404;
    }
  };
  return {
    suggest, activate,
    typed: () => {
      suggest([]);
      timer = setTimeout(lookUp, 200);
    },
    // Whether the key was one for the list.
    /** @param {string} key */
    takes: key => {
      const count = options.children.length + 1; // one place more: none is chosen
      if (options.hidden) return false;
      if (key === "ArrowDown") activate((active + 2) % count - 1);
      else if (key === "ArrowUp") activate((active + count) % count - 1);
      else if (key === "Escape") suggest([]);
      else if (key === "Enter" && active >= 0) /** @type {HTMLElement} */ (options.children[active]).click();
      else return false;
      return true;
    },
  };
};
