// The form to write a post: counts characters, keeps a draft, and is sent without leaving the page.
import { find, findAll, tell } from "./dom.js";
import { Slot, outlivesPage, newKey } from "./drafts.js";
import { Files } from "./files.js";
import { Unanswered, post, wasSent } from "./sending.js";
import { localizeTimes } from "./times.js";
import { installWritingAids } from "./writing_aids.js";

const SAVE_AFTER = 300;
const FIELDS = ["status", "spoiler_text", "visibility", "language", "reply_policy", "place", "no_stay"];

function isSendKey(event) {
  return event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.repeat && !event.isComposing && event.keyCode !== 229;
}

class Composer {
  constructor(form) {
    this.form = form;
    this.text = form.elements.status;
    this.options = findAll("[name^=poll_option]", form);
    this.fields = [...FIELDS, ...findAll("[name^=poll_]", form).map((one) => one.name)];
    this.button = find(".tools .button", form);
    this.label = this.button.textContent;
    this.notice = find("[data-notice]", form);
    this.slot = new Slot(form.dataset.account, form.dataset.draft);
    this.others = [];
    this.files = new Files(form, () => this.changed());
    this.isSending = false;
    this.keyStart = keyStart(form.elements.idempotency_key.value);
  }

  start() {
    const { form, text } = this;
    form.addEventListener("input", () => this.changed());
    form.addEventListener("change", () => this.save());
    form.addEventListener("submit", (event) => this.submit(event));
    text.addEventListener("keydown", (event) => {
      if (!isSendKey(event)) return;
      event.preventDefault();
      form.requestSubmit(this.button);
    });
    find("[data-discard]", form).addEventListener("click", () => this.discard());
    find("[data-take-other]", form).addEventListener("click", () => this.takeOther());
    window.addEventListener("pagehide", () => this.save());
    window.addEventListener("pageshow", (event) => event.persisted && this.comeBack());
    document.addEventListener("visibilitychange", () => document.hidden && this.save());
    this.slot.follow((draft) => this.followOtherTab(draft));
    form.addEventListener("focusin", () => (form.dataset.opened = ""));
    form.addEventListener("focusin", () => import("./counting.js"), { once: true });
    installWritingAids(form);
    this.files.start();
    this.restore();
    this.count();
    if (text.autofocus) text.setSelectionRange(text.value.length, text.value.length);
  }

  // Counting. The grammar of texts comes with the first focus: who only reads does not load it.

  async length() {
    const { form, text } = this;
    const { countedLength } = await import("./counting.js");
    const addressees = (form.dataset.addressees ?? "").split(" ");
    return countedLength(text.value, { addressees }) + countedLength(form.elements.spoiler_text.value);
  }

  async count() {
    const { form, text } = this;
    const length = text.value || form.elements.spoiler_text.value ? await this.length().catch(() => undefined) : 0;
    if (length !== undefined) showLength(form, length);
  }

  // Keeping

  get values() {
    return Object.fromEntries(this.fields.filter((name) => this.form.elements[name]).map((name) => [name, this.form.elements[name].value]));
  }

  get draft() {
    return { ...this.values, key: this.form.elements.idempotency_key.value, files: this.files.kept, sensitive: this.form.elements.sensitive.checked };
  }

  get typed() {
    return [...findAll("[name=status], [name=spoiler_text], [name=place]", this.form), ...this.options];
  }

  get isUntouched() {
    return this.typed.every((one) => one.value === one.defaultValue) && this.files.isUntouched;
  }

  fill(values) {
    for (const name of this.fields) {
      const field = this.form.elements[name];
      if (field && typeof values[name] === "string") field.value = values[name];
      if (field?.tagName === "SELECT" && !field.value) field.value = findAll("option", field).find((one) => one.defaultSelected)?.value;
    }
    if (this.form.elements.spoiler_text.value || this.form.elements.place?.value) find(".more-options", this.form).open = true;
    for (const one of this.options) if (one.value) this.openAround(one);
    if (!this.isUntouched) this.open();
    this.count();
  }

  // In a conversation the form is inside a closed <details>.
  open() {
    this.form.dataset.opened = "";
    this.form.closest("details")?.setAttribute("open", "");
  }

  openAround(field) {
    for (let one = field.closest("details"); one; one = one.parentElement.closest("details")) one.open = true;
  }

  changed() {
    this.count();
    clearTimeout(this.saving);
    this.saving = setTimeout(() => this.save(), SAVE_AFTER);
    if (this.shown !== "memory" && !this.isSending) this.showNotice();
  }

  save(more = {}) {
    clearTimeout(this.saving);
    if (this.isUntouched && !this.others.length) {
      this.last = undefined;
      return void this.slot.clear();
    }
    if (this.last && !Object.keys(more).length && Object.entries(this.draft).every(([name, value]) => isSame(value, this.last[name]))) return;
    const had = this.others.length;
    this.last = this.slot.write({ ...this.draft, ...more });
    this.others = this.last.others;
    if (!outlivesPage()) this.showNotice("memory");
    else if (this.others.length > had) this.showNotice("other");
  }

  restore() {
    const draft = this.slot.read();
    if (!draft) return this.restoreNothing();
    this.others = draft.others;
    const isTyped = !this.isUntouched && document.activeElement === this.text;
    if (this.form.dataset.refused !== undefined || isTyped) {
      this.slot.revision = draft.status === this.text.value ? draft.revision : null;
      return this.save();
    }
    this.take(draft);
    if (draft.pending) this.askWhetherSent();
    this.showNotice(this.others.length ? "other" : "restored");
  }

  // A browser that reloads or goes back fills the form as it was, even when that was sent meanwhile.
  restoreNothing() {
    const [navigation] = performance.getEntriesByType("navigation");
    const isFilledByBrowser = navigation?.type !== "navigate" && document.activeElement !== this.text;
    if (this.form.dataset.refused !== undefined) this.save();
    else if (isFilledByBrowser && outlivesPage()) this.form.reset();
    else if (!this.isUntouched) this.save();
  }

  take(draft) {
    this.last = draft;
    if (draft.files) this.files.show(draft.files);
    if (draft.sensitive) this.form.elements.sensitive.checked = true;
    this.fill(draft);
    if (draft.key) this.form.elements.idempotency_key.value = draft.key;
  }

  async askWhetherSent() {
    const { key } = this.last;
    if ((await wasSent(key)) && this.form.elements.idempotency_key.value === key) this.empty("sent");
  }

  comeBack() {
    this.stopSending();
    const draft = this.slot.read();
    if (draft) this.take(draft);
    else if (this.last && outlivesPage()) this.empty();
  }

  followOtherTab(draft) {
    const isUnchanged = this.isUntouched || (this.last && this.text.value === this.last.status);
    if (this.isSending) return;
    if (!draft && !isUnchanged) return this.keepApart();
    if (!isUnchanged) return;
    if (!draft) return this.empty();
    if (document.activeElement === this.text) return;
    this.slot.revision = draft.revision;
    this.others = draft.others;
    this.take(draft);
  }

  // The next text has a key of its own. Its beginning says when the server made the form.
  renewKey() {
    this.form.elements.warned.value = this.form.elements.no_stay.value = "";
    this.form.elements.idempotency_key.value = (this.keyStart ?? "") + newKey();
  }

  // What this text began as was sent or thrown away in another tab: it is another post now.
  keepApart() {
    this.renewKey();
    this.last = undefined;
    this.slot.revision = null;
    this.save();
  }

  empty(notice) {
    this.others = this.slot.clear();
    this.last = undefined;
    if ("refused" in this.form.dataset) {
      for (const one of this.typed) this.mark(one, (one.defaultValue = ""));
      for (const one of findAll("#place-error, .place-choices", this.form)) one.remove();
      this.files.given = [];
    }
    this.form.reset();
    this.files.reset();
    for (const one of findAll("[data-readers], [data-stay]", this.form)) one.replaceChildren();
    this.renewKey();
    if (this.others.length) this.last = this.slot.write(this.draft, { others: this.others });
    this.count();
    this.showNotice(notice);
  }

  discard() {
    this.empty();
    this.text.focus();
  }

  // The text of another tab changes places with this one.
  takeOther() {
    const [other, ...rest] = this.others;
    const mine = this.isUntouched ? [] : [this.draft];
    this.take(other);
    this.last = this.slot.write(this.draft, { others: [...rest, ...mine] });
    this.others = this.last.others;
    this.showNotice(this.others.length ? "other" : "restored");
    this.text.focus();
  }

  // Sending

  async submit(event) {
    if (event.submitter?.hasAttribute("formaction")) return;
    event.preventDefault();
    if (this.isSending) return;
    this.showErrors({});
    this.startSending(this.files.isSending ? "waiting" : "sending");
    if (!(await this.files.settled())) {
      this.stopSending();
      return this.showNotice("missing");
    }
    this.startSending("sending");
    this.save({ pending: Date.now() });
    try {
      await this.receive(await post(this.form));
    } catch (fault) {
      if (!(fault instanceof Unanswered)) throw fault;
      this.showNotice(navigator.onLine === false ? "offline" : "unanswered");
    } finally {
      this.stopSending();
    }
  }

  startSending(word) {
    this.isSending = this.text.readOnly = true;
    this.form.setAttribute("aria-busy", "true");
    this.button.setAttribute("aria-disabled", "true");
    this.button.textContent = this.notice.dataset[word];
    this.showNotice(word);
  }

  stopSending() {
    this.isSending = this.text.readOnly = false;
    this.form.removeAttribute("aria-busy");
    this.button.removeAttribute("aria-disabled");
    this.button.textContent = this.label;
  }

  async receive({ status, answer }) {
    if (status === 200) return this.sent(answer);
    if (status === 401) return this.showNotice("ended");
    this.keyStart = keyStart(answer.idempotency_key) ?? this.keyStart;
    for (const name of ["idempotency_key", "author", "warned", "visibility"]) {
      if (answer[name] && this.form.elements[name]) this.form.elements[name].value = answer[name];
    }
    this.save({ pending: 0 });
    // The page that answers asks which place is meant, or says what is wrong with the stay.
    if (answer.errors.place || answer.errors.stay) return this.form.submit();
    this.showNotice();
    this.showErrors(answer.errors);
  }

  sent({ id, url, html }) {
    const isPlaced = place(this.form, id, url, html);
    this.empty(id && "sent");
    if (isPlaced) {
      find("[data-see]", this.form).hidden = true;
      this.text.scrollIntoView({ block: "nearest" });
      if (!window.matchMedia("(max-width: 879px)").matches) return;
      document.activeElement?.blur();
      delete this.form.dataset.opened;
      return;
    }
    if (id && this.form.dataset.draft === "new" && find("#feed")) find("[data-see]", this.form).href = url;
    else window.location.assign(url);
  }

  showErrors(errors) {
    this.files.say(errors.file);
    const { to, spoiler_text: warning } = this.form.elements;
    const sentence = errors.status ?? errors[""];
    tell(find("[data-wrong]", this.form), sentence);
    this.mark(this.text, errors.status);
    if (to) {
      tell(find("[data-wrong-recipients]", this.form), errors.to);
      this.mark(to, errors.to);
      if (errors.to) to.focus();
    }
    this.mark(warning, errors.spoiler_text);
    tell(find("[data-wrong-warning]", this.form), errors.spoiler_text);
    if (errors.spoiler_text) find(".more-options", this.form).open = true;
    if (this.options.length) tell(find("[data-wrong-poll]", this.form), errors.poll);
    for (const one of this.options) this.mark(one, errors.poll);
    if (errors.poll) this.openAround(this.options[0]);
    if (sentence) this.text.focus();
  }

  mark(field, error) {
    if (error) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
  }

  // Notices

  showNotice(what = "") {
    this.shown = what;
    const sentence = find("[data-sentence]", this.notice);
    sentence.textContent = what ? this.notice.dataset[what] : "";
    find("[data-discard]", this.form).hidden = what !== "restored";
    find("[data-take-other]", this.form).hidden = !this.others.length;
    find("[data-see]", this.form).hidden = what !== "sent";
    const signIn = find("[data-sign-in]", this.form);
    signIn.hidden = what !== "ended";
    signIn.href = `/sign-in?next=${encodeURIComponent(window.location.pathname + window.location.search)}`;
  }
}

const isSame = (one, other) => JSON.stringify(one) === JSON.stringify(other);

function keyStart(key) {
  return /^form-\d+-/.exec(key ?? "")?.[0];
}

// Shows the new post where one is: on top of the first page of home, or among the replies. Returns whether there is such a place.
function place(form, id, url, html) {
  if (find("#messages") && form.dataset.draft.startsWith("message.")) {
    document.dispatchEvent(new CustomEvent("message-sent", { detail: { id } }));
    return true;
  }
  const isReply = form.dataset.draft.startsWith("reply.");
  const list = find(isReply ? "#replies" : "#feed");
  const isOlderPage = /[?&](max|min|since)_id=/.test(window.location.search);
  if (!list || isOlderPage || (!isReply && url !== "/")) return false;
  if (!find(`#s${id}`)) {
    list.insertAdjacentHTML(isReply ? "beforeend" : "afterbegin", html);
    list.hidden = false;
    const entry = find(`#s${id}`).closest("li");
    entry.dataset.own = "";
    if (isReply) entry.className = "depth-0";
    localizeTimes(entry);
  }
  document.dispatchEvent(new CustomEvent("status-sent", { detail: { id } }));
  return true;
}

function showLength(form, length) {
  const remaining = find(".characters-left", form);
  const announcement = find("[data-announcement]", form);
  const left = Number(form.dataset.max) - length;
  remaining.textContent = String(left).replace("-", "−");
  remaining.classList.toggle("over", left < 0);
  remaining.classList.toggle("near", left <= 20);
  announcement.textContent = left <= 0 || left === 10 || left === 20 ? `${announcement.dataset.announcement} ${left}` : "";
}

findAll("form.composer").forEach((form) => new Composer(form).start());
find(".thanking")?.addEventListener("input", async ({ currentTarget: form }) => {
  const { countedLength } = await import("./counting.js");
  showLength(form, countedLength(form.elements.status.value));
});
