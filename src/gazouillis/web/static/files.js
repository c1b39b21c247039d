// The files of the composer: its button, and what is dropped on it or pasted. What sends them, `uploads.js`, is loaded with the first file.
import { find, findAll, tell } from "./dom.js";

export class Files {
  // `changed`: called when what the post shows is another.
  constructor(form, changed) {
    this.form = form;
    this.changed = changed;
    this.part = find(".files", form);
    this.adding = find("[data-add-files]", form);
    this.waiting = [];
    this.given = findAll(".file-row[data-id]", this.part).map((row) => ({ id: row.dataset.id, description: find("textarea", row).value }));
  }

  start() {
    const { form, adding } = this, input = find("input", adding);
    find("[data-plain-files]", form)?.remove();
    this.part.dataset.scripted = "";
    this.part.open = true;
    adding.hidden = false;
    input.addEventListener("change", () => {
      this.add([...input.files]);
      input.value = "";
    });
    form.addEventListener("dragover", (event) => {
      if (!event.dataTransfer.types.includes("Files")) return;
      event.preventDefault();
      form.dataset.dropping = "";
    });
    for (const type of ["dragleave", "drop", "dragend"]) form.addEventListener(type, () => delete form.dataset.dropping);
    form.addEventListener("drop", (event) => this.take(event, event.dataTransfer));
    form.addEventListener("paste", (event) => this.take(event, event.clipboardData));
    if (this.given.length) this.load();
    window.addEventListener("online", () => this.waiting.length && this.add([]));
  }

  take(event, { files }) {
    if (!files.length) return;
    event.preventDefault();
    this.add([...files]);
  }

  // What cannot be sent yet waits for the network.
  async add(files) {
    this.form.dataset.opened = "";
    const all = [...this.waiting.splice(0), ...files];
    if (!(await this.load())) this.waiting.push(...all);
    else if (all.length) this.uploads.add(all);
  }

  load() {
    this.loading ??= import("./uploads.js").then(({ Uploads }) => (this.uploads = new Uploads(this.form, this.changed))).catch(() => {
      this.loading = undefined;
      this.say(find("[data-wrong-file]", this.form).dataset.unloaded);
    });
    return this.loading;
  }

  say(sentence) {
    tell(find("[data-wrong-file]", this.form), sentence);
  }

  // The attachments that the post would show now: `[{id, description}]`, for the draft.
  get kept() {
    return this.expected ?? this.uploads?.kept ?? this.given;
  }

  get isUntouched() {
    return idsOf(this.kept) === idsOf(this.given) && !this.isSending;
  }

  async show(kept = []) {
    if (!this.uploads && !kept.length) return;
    this.expected = kept;
    await (await this.load())?.show(kept);
    if (this.expected === kept) this.expected = undefined;
  }

  // As the page came.
  reset() {
    this.say();
    this.waiting = [];
    this.uploads?.cancelAll();
    return this.show(this.given);
  }

  get isSending() {
    return Boolean(this.waiting.length || this.uploads?.isSending);
  }

  // Whether all files that were still being sent arrived.
  async settled() {
    if (this.waiting.length) await this.add([]);
    return !this.waiting.splice(0).length && ((await this.uploads?.settled()) ?? true);
  }
}

const idsOf = (kept) => kept.map(({ id }) => id).join();
