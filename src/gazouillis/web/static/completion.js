// Offers people after `@` and hashtags after `#`, in a list that the arrow keys walk while the text field keeps the focus.
import { counted } from "./dom.js";
import Combobox from "./vendor/combobox-nav.js";

const BEGUN = /(?:^|[^\p{L}\p{N}_@#＃/&])(@[\w.-]+(?:@[\w.-]*)?|[#＃][\p{L}\p{M}\p{N}_]+)$/u;
const ASK_AFTER = 150;
// A <textarea> stays a text field, which may have a list and an active option, but is never "expanded":
// https://www.w3.org/TR/html-aria/#el-textarea, https://www.w3.org/TR/wai-aria-1.2/#textbox
const NOT_OF_A_TEXT_AREA = ["role", "aria-expanded"];

export class Completion {
  constructor(text, list, status) {
    Object.assign(this, { text, list, status, known: new Map(), combobox: null });
    text.addEventListener("input", () => this.follow());
    text.addEventListener("blur", () => this.close());
    text.addEventListener("keydown", (event) => this.guard(event), { capture: true });
    document.addEventListener("selectionchange", () => this.isOpen && this.begun() !== this.shown && this.close());
    list.addEventListener("pointerdown", (event) => event.preventDefault());
    list.addEventListener("combobox-commit", (event) => this.choose(event.target));
    this.follow();
  }

  get isOpen() {
    return this.combobox !== null;
  }

  // What is being typed before the caret: `@ali`; empty when it is nothing to complete.
  begun() {
    const { selectionStart: start, selectionEnd: end, value } = this.text;
    return start === end && document.activeElement === this.text ? BEGUN.exec(value.slice(0, end))?.[1] ?? "" : "";
  }

  follow() {
    clearTimeout(this.asking);
    const begun = this.begun();
    if (!begun) return this.close();
    if (this.known.has(begun)) return this.show(begun, this.known.get(begun));
    this.asking = setTimeout(() => this.ask(begun), ASK_AFTER);
  }

  async ask(begun) {
    try {
      const response = await fetch(`/compose/complete?q=${encodeURIComponent(begun)}`, { headers: { Accept: "application/json" } });
      if (!response.ok) return this.close();
      this.known.set(begun, await response.json());
    } catch {
      return this.close();
    }
    if (this.begun() === begun) this.show(begun, this.known.get(begun));
  }

  show(begun, found) {
    this.close();
    if (!found.length) return;
    this.shown = begun;
    this.list.replaceChildren(...found.map(option));
    this.list.hidden = false;
    this.combobox = new Combobox(this.text, this.list, { firstOptionSelectionMode: "none" });
    this.combobox.start();
    for (const name of NOT_OF_A_TEXT_AREA) this.text.removeAttribute(name);
    this.status.textContent = counted(this.status, found.length);
  }

  close() {
    if (!this.isOpen) return;
    this.combobox.destroy();
    this.combobox = null;
    this.list.hidden = true;
    this.list.replaceChildren();
    this.status.textContent = "";
  }

  // Keys of an input method are its own. Escape closes the list alone.
  guard(event) {
    if (!this.isOpen) return;
    if (event.isComposing || event.keyCode === 229) return event.stopImmediatePropagation();
    if (event.key !== "Escape") return;
    event.preventDefault();
    event.stopImmediatePropagation();
    this.close();
  }

  choose(chosen) {
    const end = this.text.selectionEnd;
    const space = /^\s/.test(this.text.value.slice(end)) ? "" : " ";
    this.text.setRangeText(chosen.dataset.value + space, end - this.shown.length, end, "end");
    this.close();
    this.text.dispatchEvent(new InputEvent("input", { bubbles: true }));
  }
}

function option({ value, detail, picture }, position) {
  const item = document.createElement("li");
  item.id = `completion-${position}`;
  item.role = "option";
  item.dataset.value = value;
  if (picture) item.append(Object.assign(new Image(28, 28), { src: picture, alt: "" }));
  const name = document.createElement("b");
  const small = document.createElement("small");
  name.textContent = value;
  small.textContent = detail;
  small.dir = "auto";
  item.append(name, " ", small);
  return item;
}
