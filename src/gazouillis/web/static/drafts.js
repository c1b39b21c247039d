// Drafts: what is being written is kept in this browser, by account and by what one answers or edits (decision 0052).
// A draft: {revision, key, status, spoiler_text, visibility, language, saved, pending, files, sensitive, others}.

const PREFIX = "draft.1";
const SIGNED_OUT = "signed-out";
const MOST_OTHERS = 3;
const KEPT_FOR = 30 * 86_400_000;

const memory = new Map();

// localStorage throws in some private windows, and when it is full: drafts then live as long as the page.
const storage = {
  works: true,
  get(key) {
    if (memory.has(key)) return memory.get(key);
    try {
      return window.localStorage.getItem(key);
    } catch {
      return null;
    }
  },
  set(key, value) {
    try {
      if (value === null) window.localStorage.removeItem(key);
      else window.localStorage.setItem(key, value);
      memory.delete(key);
      this.works = true;
    } catch {
      this.works = false;
      if (value === null) memory.delete(key);
      else memory.set(key, value);
    }
  },
  keys() {
    try {
      return Object.keys(window.localStorage);
    } catch {
      return [];
    }
  },
};

// Whether the browser stores drafts at all.
export const outlivesPage = () => storage.works;

export function newKey() {
  return btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(32)))).replace(/[+/=]/g, "");
}

// The place of one draft. Each page remembers the revision that it read or wrote: a draft of another revision was written in another tab.
export class Slot {
  constructor(account, target) {
    this.key = `${PREFIX}.${account}.${target}`;
    this.revision = null;
  }

  read() {
    const draft = parsed(storage.get(this.key));
    this.revision = draft?.revision ?? null;
    return draft;
  }

  // Returns what is now kept. A text that another tab wrote meanwhile is not overwritten: it is kept among `others`.
  write(draft, { others } = {}) {
    const present = parsed(storage.get(this.key));
    const known = others ?? present?.others ?? [];
    const all = present && present.revision !== this.revision ? [present, ...known] : known;
    const different = all.filter((one) => one.status.trim() && one.status !== draft.status);
    const kept = { ...draft, revision: newKey(), saved: Date.now(), others: different.slice(0, MOST_OTHERS).map(withoutOthers) };
    storage.set(this.key, JSON.stringify(kept));
    this.revision = kept.revision;
    return kept;
  }

  // Returns the texts of other tabs that were kept with it. What another tab wrote since stays.
  clear() {
    const present = parsed(storage.get(this.key));
    const isOurs = present !== null && present.revision === this.revision;
    if (isOurs) storage.set(this.key, null);
    this.revision = null;
    return isOurs ? present.others : [];
  }

  // Calls back when another tab writes or clears the draft.
  follow(changed) {
    window.addEventListener("storage", (event) => {
      if (event.key === this.key) changed(parsed(event.newValue));
    });
  }
}

// Signing out removes the drafts of this account once the server has answered, which the next page shows.
export function watchSignOut(account) {
  const left = storage.get(SIGNED_OUT);
  if (left && left !== account) removeAll(left);
  if (left) storage.set(SIGNED_OUT, null);
  removeOld();
  if (!account) return;
  document.addEventListener("click", (event) => {
    const button = event.target.closest('form[action="/sign-out"] button');
    if (!button) return;
    if (hasDrafts(account)) button.dataset.confirm = button.dataset.drafts;
    else delete button.dataset.confirm;
  });
  document.addEventListener("submit", (event) => {
    if (event.target.getAttribute("action") === "/sign-out" && !event.defaultPrevented) storage.set(SIGNED_OUT, account);
  });
}

function keysOf(account) {
  return storage.keys().filter((key) => key.startsWith(`${PREFIX}.${account}.`));
}

function hasDrafts(account) {
  return keysOf(account).some((key) => parsed(storage.get(key))?.status.trim());
}

function removeAll(account) {
  for (const key of keysOf(account)) storage.set(key, null);
  for (const key of storage.keys()) if (key.startsWith("tus::")) storage.set(key, null);
}

function removeOld() {
  for (const key of storage.keys()) {
    if (key.startsWith("draft.") && !((parsed(storage.get(key))?.saved ?? 0) > Date.now() - KEPT_FOR)) storage.set(key, null);
  }
}

function withoutOthers({ others, ...draft }) {
  return draft;
}

function parsed(text) {
  try {
    const draft = JSON.parse(text);
    return typeof draft?.status === "string" ? { others: [], ...draft } : null;
  } catch {
    return null;
  }
}
