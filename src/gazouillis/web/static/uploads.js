// Sends the composer's files while one writes, by the tus protocol, which goes on after a lost connection (decision 0075).
import { find, findAll, tell } from "./dom.js";
import "./vendor/tus.js";

const MOST = 4;
const PART = 1024 * 1024;
const WAITS = [500, 1_000, 2_000, 4_000, 8_000, ...Array(200).fill(15_000)];
const LOST = new Set([0, 408, 409, 423, 429, 500, 502, 503, 504]);
const LONGEST_WAIT = 5_000;

const wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

export class Uploads {
  constructor(form, changed) {
    this.form = form;
    this.changed = changed;
    this.part = find(".files", form);
    this.template = find("[data-file-row]", form);
    this.rows = [];
    this.known = new Map();
    for (const plain of findAll(".file-row", this.part)) this.adopt(plain);
    window.addEventListener("online", () => this.rows.forEach((row) => row.goOn()));
  }

  add(files) {
    this.say();
    for (const file of files) {
      const gone = this.rows.find((row) => row.isGone);
      if (!gone && this.rows.length >= MOST) return this.say(this.words.many);
      (gone ?? this.insert(new Row(this))).start(file);
    }
  }

  // A file that the page has, with its checkbox, becomes a row with buttons.
  adopt(plain) {
    const row = this.insert(new Row(this, plain));
    row.arrived({ id: plain.dataset.id, kind: plain.dataset.kind, preview: find("img", plain)?.src ?? "" });
  }

  insert(row) {
    this.rows.push(row);
    if (!row.element.isConnected) find("[data-rows]", this.part).append(row.element);
    this.part.open = true;
    this.number();
    return row;
  }

  remove(row) {
    this.rows = this.rows.filter((one) => one !== row);
    row.element.remove();
    this.number();
    this.say();
    this.changed();
  }

  move(row, by) {
    const at = this.rows.indexOf(row), other = this.rows[at + by];
    if (!other) return;
    [this.rows[at], this.rows[at + by]] = [other, row];
    if (by < 0) other.element.before(row.element);
    else other.element.after(row.element);
    this.number();
    this.changed();
  }

  // In the order in which they are shown; the first cannot go up, nor the last go down.
  number() {
    this.rows.forEach(({ element }, at) => {
      find("legend", element).textContent = this.words.number.replace("{number}", at + 1);
      find("[data-earlier]", element).disabled = at === 0;
      find("[data-later]", element).disabled = at === this.rows.length - 1;
    });
  }

  say(sentence) {
    tell(find("[data-wrong-file]", this.form), sentence);
  }

  get words() {
    return this.part.dataset;
  }

  get kept() {
    return this.rows.filter((row) => row.id).map((row) => ({ id: row.id, description: row.description.value }));
  }

  // The files of a draft, as far as the server still has them. What is being sent stays.
  async show(kept) {
    for (const row of this.rows.filter((one) => one.id && !kept.some(({ id }) => id === one.id))) this.remove(row);
    const missing = kept.filter(({ id }) => !this.rows.some((row) => row.id === id));
    const unknown = missing.filter(({ id }) => !this.known.has(id)).map(({ id }) => id);
    const found = unknown.length ? await fetched(`/compose/files?ids=${unknown}`) : [];
    for (const { id, description } of missing) {
      const known = this.known.get(id) ?? (found ? found.find((one) => one.id === id) : { id, preview: "" });
      if (this.rows.some((row) => row.id === id)) continue;
      const row = this.insert(new Row(this));
      if (known) row.arrived(known, description);
      else row.lose(id, description);
    }
    const place = ({ id }) => (id ? kept.findIndex((one) => one.id === id) : MOST);
    this.rows.sort((one, other) => place(one) - place(other));
    find("[data-rows]", this.part).append(...this.rows.map(({ element }) => element));
    this.number();
    if (missing.length) this.changed();
  }

  // What has not arrived.
  cancelAll() {
    for (const row of this.rows.filter(({ id }) => !id)) row.cancel();
  }

  get isSending() {
    return this.rows.some((row) => row.isSending);
  }

  async settled() {
    const sending = this.rows.filter((row) => row.isSending);
    await Promise.all(sending.map((row) => row.settled));
    return sending.every((row) => row.id || !this.rows.includes(row));
  }

  get token() {
    return find('[name="_csrf_token"]', this.form).value;
  }

  // A token that is too old is refused with a new one.
  renewToken(body) {
    const fresh = parsed(body)?.csrf_token;
    if (!fresh || fresh === this.token) return false;
    for (const field of findAll('input[name="_csrf_token"]')) field.value = fresh;
    return true;
  }
}

class Row {
  constructor(uploads, element) {
    this.uploads = uploads;
    this.element = uploads.template.content.firstElementChild.cloneNode(true);
    this.progress = find("progress", this.element);
    this.status = find("[data-state]", this.element);
    this.description = find("textarea", this.element);
    this.description.id = `description-${crypto.getRandomValues(new Uint32Array(1))[0]}`;
    find(".description", this.element).htmlFor = this.description.id;
    if (element) {
      this.description.defaultValue = find("textarea", element).value;
      element.replaceWith(this.element);
    }
    find("[data-remove]", this.element).addEventListener("click", () => this.leave());
    find("[data-again]", this.element).addEventListener("click", () => this.start());
    this.straightening = find("[data-straighten]", this.element);
    this.straightening.addEventListener("click", () => {
      import("./straighten.js").then(({ straighten }) => straighten(this)).catch(() => this.complain(uploads.words.unopened));
    });
    for (const [name, by] of [["earlier", -1], ["later", 1]]) {
      const button = find(`[data-${name}]`, this.element);
      button.addEventListener("click", () => {
        uploads.move(this, by);
        (button.disabled ? find(by < 0 ? "[data-later]" : "[data-earlier]", this.element) : button).focus();
      });
    }
  }

  start(file = this.file) {
    const { uploads } = this;
    this.file = file;
    this.id = this.isGone = undefined;
    this.settled = new Promise((resolve) => (this.settle = resolve));
    this.isSending = true;
    this.wasRenewed = false;
    this.adjustment = undefined;
    this.fail();
    this.showState("sending");
    this.draw();
    this.upload = new globalThis.tus.Upload(this.file, {
      endpoint: "/uploads",
      chunkSize: PART,
      retryDelays: WAITS,
      headers: { Accept: "application/json" },
      metadata: { filetype: this.file.type },
      removeFingerprintOnSuccess: true,
      onBeforeRequest: (request) => request.setHeader("X-CSRFToken", uploads.token),
      onAfterResponse: (_request, response) => {
        if (response.getStatus() === 403) this.wasRenewed = uploads.renewToken(response.getBody());
        else this.showState("sending");
      },
      onShouldRetry: (fault) => {
        const status = fault.originalResponse?.getStatus() ?? 0;
        if (status === 403 && this.wasRenewed) return true;
        const goesOn = LOST.has(status) && !(status === 429 && fault.originalRequest.getMethod() === "POST");
        if (goesOn) this.showState("lost");
        return goesOn;
      },
      onProgress: (sent, all) => this.showProgress(sent / all),
      onError: (fault) => this.fail(sentence(fault.originalResponse?.getBody()) ?? uploads.words.failed),
      onSuccess: () => this.finish(this.upload.url),
    });
    this.resume(this.upload);
  }

  // The same file, chosen again after the page was left, goes on where it was.
  async resume(upload) {
    const [earlier] = await upload.findPreviousUploads().catch(() => []);
    if (this.upload !== upload) return;
    if (earlier) upload.resumeFromPreviousUpload(earlier);
    upload.start();
  }

  // The network is back: not after the pause, but now.
  async goOn() {
    if (!this.isSending || this.isProcessing || !this.upload) return;
    await this.upload.abort();
    if (this.isSending) this.upload.start();
  }

  async finish(address) {
    this.isProcessing = true;
    this.showProgress(1);
    await this.deciding;
    this.straightening.hidden = true;
    this.showState("processing");
    for (let pause = 400; this.isSending; pause = Math.min(LONGEST_WAIT, pause * 1.5)) {
      const { status, body } = await asked(`${address}/attachment`, this.uploads.token, this.adjustment);
      if (!this.isSending) return;
      if (status === 200) return this.arrived(parsed(body));
      const isRenewed = status === 403 && this.uploads.renewToken(body);
      if (status !== 202 && !LOST.has(status) && !isRenewed) return this.fail(sentence(body) ?? this.uploads.words.failed);
      await wait(pause);
    }
  }

  arrived({ id, kind, preview, description }, typed) {
    this.id = id;
    this.uploads.known.set(id, { id, kind, preview, description });
    this.end();
    this.straightening.hidden = kind !== "image" || !preview;
    this.description.name = `description.${id}`;
    if (!this.description.value) this.description.value = typed ?? description ?? "";
    const field = find('[name="media_ids"]', this.element);
    field.value = id;
    field.disabled = false;
    const shown = find("img", this.element);
    shown.hidden = !preview;
    if (preview) shown.src = preview;
    find("canvas", this.element).hidden = Boolean(preview);
    this.element.dataset.arrived = "";
    this.showState(this.file ? "arrived" : "");
    if (this.file) this.uploads.changed();
  }

  // The server kept it for a day. What it shows stays, for the file that is chosen in its place.
  lose(id, typed) {
    this.id = id;
    this.isGone = true;
    this.description.value = typed;
    this.showState("");
    this.complain(this.uploads.words.gone);
  }

  // With its adjustment, after it has arrived.
  async replace() {
    const { id, uploads, adjustment } = this;
    this.complain();
    this.settled = new Promise((resolve) => (this.settle = resolve));
    this.isSending = this.isProcessing = true;
    this.showState("processing");
    const { status, body } = await asked(`/compose/files/${id}/adjustment`, uploads.token, adjustment);
    if (!this.isSending) return;
    this.end();
    if (status === 200) this.arrived(parsed(body));
    else this.complain(sentence(body) ?? uploads.words.unopened);
    uploads.renewToken(body);
    this.showState("arrived");
    uploads.changed();
  }

  complain(words) {
    tell(find(".wrong", this.element), words);
  }

  // Without a sentence: nothing has failed.
  fail(words = "") {
    if (words) this.end();
    this.complain(words);
    find("[data-again]", this.element).hidden = !words;
    this.element.toggleAttribute("data-failed", Boolean(words));
    if (words) this.showState("");
  }

  end() {
    this.isSending = this.isProcessing = false;
    this.settle?.();
  }

  cancel() {
    const { upload, isSending } = this;
    this.upload = undefined;
    this.end();
    if (isSending) upload?.abort(true).catch(() => {});
    this.uploads.remove(this);
  }

  leave() {
    this.cancel();
    find("[data-add-files] input", this.uploads.form).focus();
  }

  // Until it has arrived. Pages show no picture of another origin, not even of the browser's own memory; a canvas is none.
  async draw() {
    const picture = this.file.type.startsWith("image/") && (await createImageBitmap(this.file).catch(() => null));
    if (!picture) return;
    this.paint(picture);
    this.straightening.hidden = this.isProcessing || this.file.type === "image/gif";
    picture.close();
  }

  paint(picture) {
    const canvas = find("canvas", this.element), { width, height } = canvas;
    const scale = Math.max(width / picture.width, height / picture.height), [w, h] = [picture.width * scale, picture.height * scale];
    canvas.getContext("2d").drawImage(picture, (width - w) / 2, (height - h) / 2, w, h);
  }

  showProgress(share) {
    this.progress.value = share;
    find("[data-percent]", this.element).textContent = `${Math.floor(share * 100)} %`;
  }

  showState(word) {
    if (this.state === word) return;
    this.state = word;
    this.status.textContent = word ? this.uploads.words[word] : "";
    this.element.toggleAttribute("data-sending", this.isSending === true);
    find("[data-remove]", this.element).textContent = this.uploads.words[this.isSending ? "cancel" : "remove"];
  }
}

async function asked(address, token, fields) {
  const body = fields && new URLSearchParams(fields);
  try {
    const response = await fetch(address, { method: "POST", body, headers: { Accept: "application/json", "X-CSRFToken": token } });
    return { status: response.status, body: await response.text() };
  } catch {
    return { status: 0, body: "" };
  }
}

async function fetched(address) {
  try {
    const response = await fetch(address, { headers: { Accept: "application/json" } });
    return response.ok ? await response.json() : undefined;
  } catch {
    return undefined;
  }
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function sentence(body) {
  return parsed(body)?.errors?.[""];
}
