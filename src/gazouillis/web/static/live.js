// One stream of server-sent events for each page: how many notifications are unread, and what happens to what the page shows.
import { toggleToast } from "./toasts.js";

const FIRST_RETRY = 2_000;
const LAST_RETRY = 60_000;
const CLOSE_WHEN_HIDDEN_AFTER = 60_000;
const REPORT_LOSS_AFTER = 2_500;

export async function followStream() {
  const { stream } = document.body.dataset;
  const watched = await watchedHere();
  let wasLost = false;
  const url = () => (watched ? `${stream}?since_id=${watched.since()}` : stream);
  connect(url, (isLost) => watched && toggleToast("lost", isLost), {
    open: () => {
      if (wasLost) showConversations("0", "0");
      wasLost = true;
      watched?.opened();
    },
    status: (id) => watched?.status(id),
    edit: (id) => watched?.edit(id),
    delete: (id) => watched?.remove(id),
    notification: (count) => showUnread(Number(count)),
    messages: (data) => showConversations(...data.split(" ")),
  });
}

// What the page shows; null on a page that only counts notifications. It has `since()`, the last id that the page knows, `opened()`,
// and the handlers `status(id)`, `edit(id)` and `remove(id)`.
async function watchedHere() {
  const bar = document.getElementById("new");
  const replies = document.getElementById("replies");
  if (!bar) return null;
  if (replies) return (await import("./replies.js")).watchReplies(bar, replies);
  return (await import("./entries.js")).watchEntries(bar);
}

const title = document.title;
const counts = { unread: 0, conversations: 0, waiting: 0 };
const listeners = new Set();
const conversationListeners = new Set();

// In the title of the tab: unread notifications, and what waits to be shown on this page.
export function count(what, number) {
  counts[what] = number;
  const sum = counts.unread + counts.conversations + counts.waiting;
  document.title = sum ? `(${sum}) ${title}` : title;
}

export function onConversation(listener) {
  conversationListeners.add(listener);
}

export function onUnread(listener) {
  listeners.add(listener);
}

// `id`: the conversation that changed; "0" when the page connects.
function showConversations(number, id) {
  showBadge("unread-conversations", Number(number));
  count("conversations", Number(number));
  for (const listener of conversationListeners) listener(id);
}

function showBadge(id, number) {
  const badge = document.getElementById(id);
  if (!badge) return;
  badge.hidden = number === 0;
  badge.querySelector("[data-number]").textContent = number.toLocaleString(document.documentElement.lang);
}

function showUnread(number) {
  showBadge("unread", number);
  count("unread", number);
  for (const listener of listeners) listener(number);
}

// A browser retries a cut connection by itself, but gives up when the server answers badly, as it does while restarting, and forgets
// what the page has fetched meanwhile. So each attempt is a connection of its own, which asks for what came after the page.
// A browser opens only a few at once: a page nobody looks at gives its own back, and asks for what it missed when it is looked at.
function connect(url, lost, { open: opened, ...events }) {
  let source;
  let timer;
  let lossTimer;
  let wait = FIRST_RETRY;
  const open = () => {
    clearTimeout(timer);
    source?.close();
    source = new EventSource(url());
    for (const [name, handler] of Object.entries(events)) source.addEventListener(name, (event) => handler(event.data));
    source.addEventListener("open", () => {
      wait = FIRST_RETRY;
      clearTimeout(lossTimer);
      lossTimer = undefined;
      lost(false);
      opened();
    });
    source.addEventListener("error", () => {
      source.close();
      lossTimer ??= setTimeout(lost, REPORT_LOSS_AFTER, true);
      timer = setTimeout(open, wait);
      wait = Math.min(wait * 2, LAST_RETRY);
    });
  };
  const close = () => {
    clearTimeout(timer);
    clearTimeout(lossTimer);
    lossTimer = undefined;
    source?.close();
    source = undefined;
  };
  document.addEventListener("visibilitychange", () => {
    clearTimeout(timer);
    if (document.hidden) timer = setTimeout(close, CLOSE_WHEN_HIDDEN_AFTER);
    else if (source?.readyState !== EventSource.OPEN) open();
  });
  window.addEventListener("online", () => source?.readyState === EventSource.CLOSED && open());
  window.addEventListener("pagehide", close);
  window.addEventListener("pageshow", (event) => event.persisted && open());
  if (!document.hidden) open();
}
