// "3 new posts": counts what the server announces, and fetches it when asked, without moving what is being read.

const FIRST_RETRY = 2_000;
const LAST_RETRY = 60_000;
const REST = 60_000;

export function listen(bar, { lost }) {
  if (!bar?.dataset.live) return;
  const feed = document.getElementById("feed");
  const title = document.title;
  const waiting = new Set();
  const announce = (count) => {
    bar.textContent = (count === 1 ? bar.dataset.one : bar.dataset.many).replace("{count}", count);
    bar.hidden = count === 0;
    document.title = count ? `(${count}) ${title}` : title;
  };
  const address = () => `${bar.dataset.live}?since_id=${newest(feed)?.dataset.id ?? 0}`;
  keepOpen(address, lost, {
    status(id) {
      if (!feed.querySelector(`[data-id="${CSS.escape(id)}"]`)) announce(waiting.add(id).size);
    },
    delete(id) {
      if (waiting.delete(id)) announce(waiting.size);
    },
    notification(count) {
      tellUnread(Number(count));
      if (!feed) announce(Number(count));
    },
  });
  bar.addEventListener("click", async () => {
    await fetchNew(feed);
    waiting.clear();
    announce(0);
  });
}

function newest(feed) {
  return feed?.querySelector("[data-id]");
}

function tellUnread(count) {
  const badge = document.getElementById("unread");
  if (!badge) return;
  badge.hidden = count === 0;
  badge.querySelector("[data-number]").textContent = count;
}

async function fetchNew(feed) {
  const first = newest(feed);
  if (!first || !window.htmx) return window.location.reload();
  const address = new URL(window.location.href);
  address.searchParams.set("since_id", first.dataset.id);
  const before = first.getBoundingClientRect().top;
  const wasAtTop = before > 0;
  await window.htmx.ajax("GET", address.pathname + address.search, { source: feed, target: feed, swap: "afterbegin" });
  if (!wasAtTop) window.scrollBy({ top: first.getBoundingClientRect().top - before, behavior: "instant" });
  feed.querySelector("article")?.focus({ preventScroll: true });
}

// A browser retries a cut connection by itself, but gives up when the server answers badly, as it does while restarting.
// It opens only a few at once, so a page nobody looks at gives its own back, and asks for what it missed when it is looked at.
function keepOpen(address, lost, events) {
  let source;
  let timer;
  let wait = FIRST_RETRY;
  const open = () => {
    clearTimeout(timer);
    source = new EventSource(address());
    for (const [name, hear] of Object.entries(events)) source.addEventListener(name, (event) => hear(event.data));
    source.addEventListener("open", () => {
      wait = FIRST_RETRY;
      lost(false);
    });
    source.addEventListener("error", () => {
      lost(true);
      if (source.readyState !== EventSource.CLOSED) return;
      timer = setTimeout(open, wait);
      wait = Math.min(wait * 2, LAST_RETRY);
    });
  };
  const close = () => {
    clearTimeout(timer);
    source.close();
  };
  const isClosed = () => source.readyState === EventSource.CLOSED;
  document.addEventListener("visibilitychange", () => {
    clearTimeout(timer);
    if (document.hidden) timer = setTimeout(close, REST);
    else if (isClosed()) open();
  });
  window.addEventListener("pagehide", close);
  window.addEventListener("pageshow", () => isClosed() && open());
  open();
}
