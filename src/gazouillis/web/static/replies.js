// The replies of an open conversation: those that arrive take their place in the tree, without moving what is being read.
import { find, findAll } from "./dom.js";
import { label } from "./entries.js";
import { count } from "./live.js";
import { refreshPost } from "./parts.js";
import { goTo, keepInPlace } from "./scrolling.js";
import { localizeTimes } from "./times.js";

// Not all open pages ask at the same moment.
const FETCH_AFTER = 300;
const FETCH_WITHIN = 1_000;

export function watchReplies(bar, list) {
  const arrived = new Set();
  const idOf = (entry) => find("article", entry).id;
  let wasLost = false;
  let timer;
  const showCount = () => {
    label(bar, arrived.size);
    count("waiting", arrived.size);
  };
  const seen = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (!isIntersecting || document.hidden) continue;
      seen.unobserve(target);
      arrived.delete(target);
    }
    showCount();
  });
  const refresh = async () => {
    for (const entry of await fetchReplies(list)) {
      if (find("article", entry).dataset.author === document.body.dataset.account) continue;
      arrived.add(entry);
      seen.observe(entry);
    }
    for (const entry of arrived) if (!entry.isConnected) arrived.delete(entry);
    showCount();
  };
  const refreshSoon = () => {
    clearTimeout(timer);
    timer = setTimeout(() => refresh().catch(() => {}), FETCH_AFTER + Math.random() * FETCH_WITHIN);
  };
  bar.addEventListener("click", () => {
    const first = findAll(":scope > li", list).find((one) => arrived.has(one));
    if (first) goTo(find("article", first));
  });
  document.addEventListener("status-sent", refreshSoon);
  return {
    since: () => newest(findAll(":scope > li", list).map(idOf)),
    opened() {
      if (wasLost) refreshSoon();
      wasLost = true;
    },
    status: refreshSoon,
    edit: refreshPost,
    remove: (id) => document.getElementById(`s${id}`) && refreshSoon(),
  };
}

// The id of the status itself when nobody has replied: everything below is newer.
function newest(ids) {
  const numbers = [find(".focused-status article")?.id, ...ids].filter(Boolean).map((one) => BigInt(one.slice(1)));
  return String(numbers.reduce((one, other) => (one > other ? one : other), 0n));
}

// Returns the entries that are new.
async function fetchReplies(list) {
  const response = await fetch(window.location.pathname + window.location.search);
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const fresh = page.getElementById("replies");
  if (!fresh) return [];
  const added = [];
  keepInPlace(list, () => added.push(...merge(list, findAll(":scope > li", fresh))));
  list.hidden = list.children.length === 0;
  const heading = document.getElementById("replies-count");
  heading.textContent = page.getElementById("replies-count").textContent;
  heading.hidden = list.hidden;
  localizeTimes(list);
  return added;
}

function merge(list, fresh) {
  const known = new Map(findAll(":scope > li", list).map((one) => [find("article", one).id, one]));
  const added = [];
  let previous = null;
  for (const one of fresh) {
    const { id, classList } = find("article", one);
    const same = known.get(id);
    known.delete(id);
    const isSame = same && classList.contains("deleted") === find("article", same).classList.contains("deleted");
    const entry = isSame ? same : document.adoptNode(one);
    if (same && !isSame) same.remove();
    if (!same) added.push(entry);
    entry.className = one.className;
    const next = previous ? previous.nextElementSibling : list.firstElementChild;
    if (next !== entry) list.insertBefore(entry, next);
    previous = entry;
  }
  for (const gone of known.values()) gone.remove();
  for (const entry of added) entry.classList.add("arrived");
  return added;
}
