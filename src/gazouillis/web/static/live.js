// "3 new posts": counts what the server announces, and fetches it when asked, without moving what is being read.

const FIRST_RETRY = 2_000;
const LAST_RETRY = 60_000;

export function listen(bar, { lost }) {
  if (!bar?.dataset.live) return;
  const feed = document.getElementById("feed");
  const title = document.title;
  const waiting = new Set();
  const show = () => {
    const sentence = waiting.size === 1 ? bar.dataset.one : bar.dataset.many;
    bar.textContent = sentence.replace("{count}", waiting.size);
    bar.hidden = waiting.size === 0;
    document.title = waiting.size ? `(${waiting.size}) ${title}` : title;
  };
  keepOpen(bar.dataset.live, lost, (id) => {
    if (feed.querySelector(`[data-id="${CSS.escape(id)}"]`)) return;
    waiting.add(id);
    show();
  });
  bar.addEventListener("click", async () => {
    await fetchNew(feed);
    waiting.clear();
    show();
  });
}

async function fetchNew(feed) {
  const newest = feed.querySelector("[data-id]");
  if (!newest || !window.htmx) return window.location.reload();
  const address = new URL(window.location.href);
  address.searchParams.set("since_id", newest.dataset.id);
  const before = newest.getBoundingClientRect().top;
  const wasAtTop = before > 0;
  await window.htmx.ajax("GET", address.pathname + address.search, { source: feed, target: feed, swap: "afterbegin" });
  if (!wasAtTop) window.scrollBy({ top: newest.getBoundingClientRect().top - before, behavior: "instant" });
  feed.querySelector("article")?.focus({ preventScroll: true });
}

// A browser retries a cut connection by itself, but gives up when the server answers badly, as it does while restarting.
function keepOpen(address, lost, heard, delay = FIRST_RETRY) {
  const source = new EventSource(address);
  let wait = delay;
  source.addEventListener("status", (event) => heard(event.data));
  source.addEventListener("open", () => {
    wait = FIRST_RETRY;
    lost(false);
  });
  source.addEventListener("error", () => {
    lost(true);
    if (source.readyState !== EventSource.CLOSED) return;
    setTimeout(keepOpen, wait, address, lost, heard, Math.min(wait * 2, LAST_RETRY));
  });
  window.addEventListener("pagehide", () => source.close(), { once: true });
}
