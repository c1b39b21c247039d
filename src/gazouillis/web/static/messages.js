// The list of conversations and the page of one: what arrives, is edited or deleted shows without a reload.
import { find, findAll } from "./dom.js";
import { onConversation } from "./live.js";
import { localizeTimes } from "./times.js";

const FETCH_AFTER = 150;

const list = document.getElementById("conversations");
const messages = document.getElementById("messages");
const isOlderPage = /[?&](max|min|since)_id=/.test(window.location.search);
let timer;

if (messages && !isOlderPage) watchMessages();
else if (list && !isOlderPage) onConversation(() => soon(refreshList));

function soon(refresh) {
  clearTimeout(timer);
  timer = setTimeout(() => refresh().catch(() => {}), FETCH_AFTER);
}

function watchMessages() {
  onConversation((id) => (id === messages.dataset.conversation || id === "0") && soon(refreshMessages));
  document.addEventListener("message-sent", () => soon(refreshMessages));
  document.addEventListener("visibilitychange", () => !document.hidden && soon(refreshMessages));
  if (!window.location.hash) showEnd();
}

// The newest message is at the end, above the form.
function showEnd() {
  messages.lastElementChild?.scrollIntoView({ block: "end", behavior: "instant" });
}

// A page nobody looks at marks nothing as read: it fetches when it is looked at.
async function refreshMessages() {
  if (document.hidden) return;
  const page = await fetchPage();
  const fresh = page.getElementById("messages");
  if (!fresh) return window.location.assign("/messages");
  if (!find(".message-request", page)) find(".message-request")?.remove();
  const wasAtEnd = isAtEnd();
  const added = merge(findAll(":scope > li", fresh));
  const empty = document.getElementById("nothing-left");
  if (empty) empty.hidden = messages.children.length > 0;
  localizeTimes(messages);
  if (added.some((one) => !find(".own", one))) announce();
  if (added.length && (wasAtEnd || added.some((one) => find(".own", one)))) showEnd();
}

async function refreshList() {
  const page = await fetchPage();
  const fresh = page.getElementById("conversations");
  if (!fresh) return;
  const requests = document.getElementById("requests");
  requests?.replaceWith(page.getElementById("requests") ?? requests);
  const isFirst = list.hidden && !fresh.hidden;
  if (isFirst) return window.location.reload();
  const focused = document.activeElement?.closest?.("[data-id]")?.dataset.id;
  list.replaceChildren(...fresh.children);
  localizeTimes(list);
  if (focused) find(`[data-id="${CSS.escape(focused)}"] a`, list)?.focus({ preventScroll: true });
}

async function fetchPage() {
  const response = await fetch(`/messages${messages ? `/${messages.dataset.conversation}` : window.location.search}`);
  return new DOMParser().parseFromString(await response.text(), "text/html");
}

// What the page shows above the fetched part stays; of the fetched part, what changed is replaced. Returns what is new.
function merge(fresh) {
  const oldest = fresh.length ? BigInt(fresh[0].dataset.id) : 0n;
  const known = new Map(findAll(":scope > li", messages).map((one) => [one.dataset.id, one]));
  const added = [];
  for (const one of fresh) {
    const same = known.get(one.dataset.id);
    known.delete(one.dataset.id);
    const isOpen = same && (find(":popover-open", same) || same.contains(document.activeElement));
    if (same && (isOpen || find(".bubble", same).innerHTML === find(".bubble", one).innerHTML)) continue;
    const entry = document.adoptNode(one);
    if (same) {
      same.replaceWith(entry);
      continue;
    }
    const next = findAll(":scope > li", messages).find((each) => BigInt(each.dataset.id) > BigInt(entry.dataset.id));
    messages.insertBefore(entry, next ?? null);
    added.push(entry);
  }
  for (const [id, gone] of known) if (BigInt(id) >= oldest || !fresh.length) gone.remove();
  return added;
}

function isAtEnd() {
  const last = messages.lastElementChild;
  return !last || last.getBoundingClientRect().top < window.innerHeight;
}

function announce() {
  const arrived = document.getElementById("arrived");
  arrived.textContent = "";
  requestAnimationFrame(() => (arrived.textContent = arrived.dataset.sentence));
}
