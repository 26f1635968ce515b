// The types of the scripts, for the checker alone (`make lint`). The server says in `/openapi.json` what it sends.

// ---- What the server sends

// A text, or a node of an answer's tree: it has what belongs to its `type`, see `core/blocks.py`.
type Drawn = string | DrawnNode;
interface DrawnNode {
  type: string;
  content?: Drawn[];
  href: string;
  src: string;
  alt: string;
  text: string;
  language?: string;
  ordered: boolean;
  start: number;
  items: Drawn[][];
  head: Drawn[][][];
  rows: Drawn[][][];
  align: string[];
}
type Mark = [start: number, end: number]; // in characters
interface Suggestion {
  question: string;
  entry_id?: string;
}
interface Answer {
  entry_id: string;
  question: string;
  text: string;
  blocks: Drawn[];
  marks: Mark[];
  source: string;
  url: string;
  link: string;
  reviewed: string;
  lang: string;
}
type Reply = {
  id: string;
  question: string;
  context: string;
  suggestions: Suggestion[];
  contact: { blocks: Drawn[] } | null;
} & ({ status: "smalltalk"; answer: Answer } | { status: "answered" | "unsure" | "unknown" | "gap"; answer: Answer | null });
interface Notice {
  level: string;
  blocks: Drawn[];
  source: string;
  url: string;
}
interface Found {
  replies: Reply[];
  notices: Notice[];
}

interface Site {
  title: string;
  greeting: string;
  greeting_blocks: Drawn[];
  disclaimer: string;
  starters?: string[];
  reasons?: string[];
  question_limit: number;
}

// ---- The widget

interface WidgetSettings {
  [name: string]: string | undefined; // as it stands in the tag
}
interface Widget {
  open(): void;
  close(): void;
  widgets: Widget[];
  place: string | ParentNode | false | null | undefined;
  seat: number;
  side: string | false;
  isOpen(): boolean;
  server: string;
  element: HTMLElement;
  isAlive(): boolean;
  ask(text: string): void;
  show(): void;
  hide(): void;
  on(event: string, fn: (detail: object) => void): () => void;
  destroy(): void;
}
type Color = number[]; // red, green, blue
interface Kept {
  said: string;
  found: Found;
}
// Why a request failed: no answer at all, or one that refuses it.
interface Failure {
  status?: number;
  refusal?: { error?: { code: string; message: string }; notices?: Notice[] };
  isRefused?: boolean; // the page may not ask
}

// ---- The chat page: see `gradio_page/messages.py`

interface Card {
  question: string;
  chips: Suggestion[];
  offers_none: boolean;
  hand_off: [text: string, href: string][];
  copied: string;
}
interface Message {
  role: string;
  content: { type: string; text: string }[];
  metadata: { id?: string } | null;
  options?: unknown[];
  html?: string; // of a message that the server sent
  plain?: string; // of one that it has not sent back yet, or never
  card?: Card;
  again?: [question: string, id: string]; // it failed
}
interface Turn {
  question: string;
  id: string;
  said: Message;
  given?: number; // the timer that gives it up
}

// ---- Elements, and what TypeScript does not know of browsers

type Attributes = Record<string, string | number | boolean | null | undefined | ((event: any) => unknown)>;
type Child = Node | string | false | 0 | null | undefined; // what is false is left out
// What is not a string becomes one.
interface Element {
  setAttribute(name: string, value: unknown): void;
  readonly disabled?: boolean;
}
interface RegExp {
  test(text: unknown): boolean;
}
interface JSON {
  parse(text: string | null): any;
}
declare function parseFloat(text?: string): number;
interface ObjectConstructor {
  entries(attributes: Attributes): [name: string, value: any][];
}
interface Node {
  getRootNode(): Document | ShadowRoot;
}
interface SVGScriptElement {
  src?: undefined;
}
interface Array<T> {
  includes(item: unknown): boolean;
  filter(predicate: BooleanConstructor): Exclude<T, false | 0 | "" | null | undefined>[];
}
interface Window {
  Verbatim?: Widget;
  VerbatimSettings?: WidgetSettings;
  verbatim?: object; // what Gradio's events call
  verbatimDesk?: { // for Gradio's events
    value: string; // of the button that was pressed
    soon(id: string): void;
    toRow(number: number): void;
    toForm(tries?: number): void;
  };
}
