// The emoji picker: groups, a search by name, and those that were used last. Names are fetched when it is opened first.
import { counted, find, findAll } from "./dom.js";

const RECENT = "emoji.recent";
const MOST_RECENT = 24;
const MOST_FOUND = 80;

export class EmojiPicker {
  constructor(panel, opener, insert) {
    Object.assign(this, { panel, opener, insert, groups: [] });
    this.search = find("input", panel);
    this.tabs = find("[data-groups]", panel);
    this.grid = find("[data-grid]", panel);
    this.status = find("[role=status]", panel);
    this.search.addEventListener("input", () => this.filter());
    this.search.addEventListener("keydown", (event) => {
      if (event.key === "Enter") event.preventDefault();
      if (event.key === "ArrowDown") this.move(event, 0);
    });
    this.grid.addEventListener("click", (event) => this.choose(event.target.closest("button")));
    this.grid.addEventListener("keydown", (event) => this.walk(event));
    panel.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      this.close();
      opener.focus();
    });
  }

  async toggle() {
    if (!this.panel.hidden) return this.close();
    this.panel.hidden = false;
    this.opener.setAttribute("aria-expanded", "true");
    if (!this.groups.length) await this.load();
    this.search.value = "";
    this.showGroup(recent().length ? -1 : 0);
    this.search.focus();
  }

  close() {
    this.panel.hidden = true;
    this.opener.setAttribute("aria-expanded", "false");
  }

  async load() {
    const { names, recently, failed } = this.panel.dataset;
    try {
      this.groups = await (await fetch(names)).json();
    } catch {
      this.status.textContent = failed;
      return;
    }
    this.named = new Map(this.groups.flatMap((group) => group.emoji.map(([emoji, name]) => [emoji, name])));
    const buttons = this.groups.map(({ name, emoji }, position) => this.tab(emoji[0][0], name, position));
    this.tabs.replaceChildren(this.tab("🕒", recently, -1), ...buttons);
  }

  tab(emoji, name, position) {
    const button = emojiButton(emoji, name);
    button.dataset.group = position;
    button.addEventListener("click", () => this.showGroup(position));
    return button;
  }

  showGroup(position) {
    this.search.value = "";
    for (const tab of findAll("button", this.tabs)) tab.setAttribute("aria-pressed", String(Number(tab.dataset.group) === position));
    const shown = position < 0 ? recent().map((emoji) => [emoji, this.named?.get(emoji) ?? emoji]) : this.groups[position]?.emoji ?? [];
    this.fill(shown);
  }

  filter() {
    const wanted = plain(this.search.value).split(/\s+/).filter(Boolean);
    if (!wanted.length) return this.showGroup(0);
    for (const tab of findAll("button", this.tabs)) tab.setAttribute("aria-pressed", "false");
    const words = ([emoji, name, others]) => ` ${plain(`${name} ${others}`)} ${emoji}`;
    const found = this.groups.flatMap((group) => group.emoji).filter((one) => wanted.every((word) => words(one).includes(` ${word}`)));
    this.fill(found.slice(0, MOST_FOUND));
    this.status.textContent = found.length ? counted(this.status, found.length) : this.status.dataset.none;
  }

  fill(emoji) {
    this.status.textContent = "";
    this.grid.replaceChildren(...emoji.map(([one, name]) => emojiButton(one, name)));
    findAll("button", this.grid).forEach((button, position) => (button.tabIndex = position ? -1 : 0));
    this.grid.scrollTop = 0;
  }

  walk(event) {
    const buttons = findAll("button", this.grid);
    const at = buttons.indexOf(document.activeElement);
    const perLine = buttons.findIndex((button) => button.offsetTop > buttons[0].offsetTop);
    const line = perLine < 0 ? buttons.length : perLine;
    const steps = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: line, ArrowUp: -line, Home: -at, End: buttons.length - 1 - at };
    if (!(event.key in steps)) return;
    const to = at + steps[event.key];
    if (to < 0 && event.key === "ArrowUp") {
      event.preventDefault();
      return this.search.focus();
    }
    this.move(event, Math.max(0, Math.min(to, buttons.length - 1)));
  }

  move(event, to) {
    const buttons = findAll("button", this.grid);
    if (!buttons[to]) return;
    event.preventDefault();
    for (const button of buttons) button.tabIndex = -1;
    buttons[to].tabIndex = 0;
    buttons[to].focus();
  }

  choose(button) {
    if (!button) return;
    const emoji = button.textContent;
    remember(emoji);
    this.close();
    this.insert(emoji);
  }
}

function emojiButton(emoji, name) {
  const button = Object.assign(document.createElement("button"), { type: "button", textContent: emoji, title: name });
  button.setAttribute("aria-label", name);
  return button;
}

function plain(text) {
  const simple = text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "");
  return simple.replace(/œ/g, "oe").replace(/æ/g, "ae").replace(/[’']/g, " ");
}

function recent() {
  try {
    const kept = JSON.parse(localStorage.getItem(RECENT));
    return Array.isArray(kept) ? kept.filter((one) => typeof one === "string") : [];
  } catch {
    return [];
  }
}

function remember(emoji) {
  try {
    localStorage.setItem(RECENT, JSON.stringify([emoji, ...recent().filter((one) => one !== emoji)].slice(0, MOST_RECENT)));
  } catch {
    // Without storage, nothing was used before.
  }
}
