// "3 new posts": counts what the server announces on the first page of a list, and shows it when asked.
import { counted, find, findAll } from "./dom.js";
import { count, onUnread } from "./live.js";
import { parse, refreshPost } from "./parts.js";
import { goTo, keepInPlace } from "./scrolling.js";
import { localizeTimes } from "./times.js";
import { showFailure } from "./toasts.js";

const ANNOUNCE_AFTER = 300;
const MOST_COUNTED = 80;
const CURSORS = ["max_id", "since_id", "min_id"];

export function label(bar, number) {
  const shown = number < MOST_COUNTED ? number : `${MOST_COUNTED}+`;
  const isFirst = bar.hidden && number > 0;
  bar.textContent = counted(bar, number, shown);
  bar.hidden = number === 0;
  if (isFirst) bar.nextElementSibling.textContent = bar.textContent;
}

export function watchEntries(bar) {
  const feed = document.getElementById("feed");
  return feed ? watchFeed(bar, feed) : watchUnread(bar);
}

// The list of notifications: what is unread came after it was shown.
function watchUnread(bar) {
  onUnread((number) => label(bar, number));
  bar.addEventListener("click", showFirstPage);
  return null;
}

function watchFeed(bar, feed) {
  const waiting = new Set();
  const isShown = (id) => find(`[data-id="${CSS.escape(id)}"]`, feed);
  let since = find("[data-id]:not([data-own])", feed)?.dataset.id ?? "0";
  let timer;
  // A moment later: one's own post, which the composer puts on the page, is announced too.
  const announce = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      for (const id of waiting) if (isShown(id)) waiting.delete(id);
      label(bar, waiting.size);
      count("waiting", waiting.size);
    }, ANNOUNCE_AFTER);
  };
  new MutationObserver(announce).observe(feed, { childList: true });
  bar.addEventListener("click", async () => {
    try {
      since = (await showNew(feed, since, bar.dataset.seen)) ?? since;
      waiting.clear();
      announce();
    } catch {
      showFailure();
    }
  });
  return {
    since: () => since,
    opened: () => waiting.clear() ?? announce(),
    status: (id) => isShown(id) ?? (waiting.add(id) && announce()),
    edit: refreshPost,
    remove(id) {
      if (waiting.delete(id)) announce();
      const entry = isShown(id);
      if (entry) keepInPlace(feed, () => entry.remove());
    },
  };
}

function firstPage() {
  const address = new URL(window.location.href);
  for (const cursor of CURSORS) address.searchParams.delete(cursor);
  address.hash = "";
  return address;
}

function showFirstPage() {
  window.location.assign(firstPage());
}

// Returns the newest id. When there is more than a page of it, the whole first page is shown instead: its pager leads on, without a gap.
async function showNew(feed, since, seen) {
  const address = firstPage();
  address.searchParams.set("since_id", since);
  const response = await fetch(address, { headers: { "X-Fragment": "true", "X-Page-URL": firstPage().href } });
  const elsewhere = response.headers.get("X-Redirect");
  if (elsewhere) return window.location.assign(elsewhere);
  if (response.headers.has("X-Reload") || since === "0") return showFirstPage();
  if (!response.ok) throw new Error(String(response.status));
  const fresh = findAll("li", parse(await response.text())).filter((one) => one.dataset.id);
  if (fresh.length === 0) return undefined;
  keepInPlace(feed, () => insert(feed, fresh, seen));
  localizeTimes(feed);
  goTo(find("article", fresh[0]));
  return fresh[0].dataset.id;
}

// One's own posts, which are above already, take their place among the others.
function insert(feed, fresh, seen) {
  for (const one of fresh) find(`[data-id="${CSS.escape(one.dataset.id)}"]`, feed)?.remove();
  find(".seen", feed)?.remove();
  const first = feed.firstElementChild;
  if (first && seen) {
    const line = Object.assign(document.createElement("li"), { className: "seen", textContent: seen });
    feed.prepend(line);
  }
  feed.prepend(...fresh);
}
