// The card of an account beside its name: opened by a pointer that rests on the name or by the keyboard's focus, never by touch.
import { findAll } from "./dom.js";
import { REPLACED } from "./parts.js";

const OPEN_AFTER = 500;
const CLOSE_AFTER = 250;
const GAP = 8;

const loaded = new Map();
let card;
let link;
let opening;
let closing;

let isInstalled = !("popover" in HTMLElement.prototype);

// `first`: the event that loaded this script.
export function installCards(first) {
  if (isInstalled) return;
  isInstalled = true;
  document.addEventListener("pointerover", pointed);
  document.addEventListener("focusin", focused);
  document.addEventListener("keydown", (event) => event.key === "Escape" && close());
  document.addEventListener("click", (event) => !card?.contains(event.target) && close());
  document.addEventListener("scroll", (event) => event.target !== card && close(), { capture: true, passive: true });
  document.addEventListener(REPLACED, () => loaded.clear());
  // While this script came, the focus may have gone on.
  if (first.type === "focusin") focused({ target: document.activeElement });
  else pointed(first);
}

function pointed(event) {
  if (event.pointerType !== "touch") openOrCloseSoon(event.target);
}

function focused(event) {
  if (event.target.matches(":focus-visible")) openOrCloseSoon(event.target);
}

function openOrCloseSoon(target) {
  clearTimeout(opening);
  if (card?.contains(target)) return clearTimeout(closing);
  const named = accountLink(target);
  if (card && named === link) return clearTimeout(closing);
  if (card) {
    clearTimeout(closing);
    closing = setTimeout(close, CLOSE_AFTER);
  }
  if (named) opening = setTimeout(open, OPEN_AFTER, named);
}

// The link to an account around the target; not to one's own, nor to the profile that is being read.
function accountLink(target) {
  const found = target.closest?.("main a, aside a");
  const isProfile = found?.origin === window.location.origin && /^\/@[^/]+$/.test(found.pathname) && found.pathname !== window.location.pathname;
  return isProfile && !found.closest(".own-account, .subtabs, .counts, .hover-card") ? found : undefined;
}

async function open(named) {
  const html = await load(`${named.pathname}/card${cameFrom(named)}`);
  if (!html || !named.isConnected || !(named.matches(":hover") || named === document.activeElement)) return;
  close();
  link = named;
  card = document.createElement("div");
  card.className = "hover-card";
  card.popover = "manual";
  card.setAttribute("role", "group");
  card.setAttribute("aria-label", decodeURI(named.pathname.slice(1)));
  card.innerHTML = html;
  link.after(card);
  card.showPopover();
  place(card.getBoundingClientRect(), link.getBoundingClientRect());
}

// The post whose author is named, so that its author may learn that a follow came from it.
function cameFrom(named) {
  const post = named.closest("article.status");
  if (!post || !named.matches(".author, .avatar")) return "";
  return `?via=status:${post.id.slice(1)}${post.dataset.via ? `,${post.dataset.via}` : ""}`;
}

function load(address) {
  if (!loaded.has(address)) {
    loaded.set(
      address,
      fetch(address, { headers: { "X-Fragment": "true" } })
        .then((answer) => (answer.ok && !answer.redirected ? answer.text() : ""))
        .catch(() => loaded.delete(address) && ""),
    );
  }
  return loaded.get(address);
}

// Below the name, or above it where there is more room.
function place(size, at) {
  const below = window.innerHeight - at.bottom;
  const top = below > size.height + 2 * GAP || below > at.top ? at.bottom + GAP : at.top - size.height - GAP;
  const left = Math.min(at.left, document.documentElement.clientWidth - size.width - GAP);
  card.style.top = `${Math.max(GAP, Math.min(top, window.innerHeight - size.height - GAP))}px`;
  card.style.left = `${Math.max(GAP, left)}px`;
}

function close() {
  clearTimeout(opening);
  clearTimeout(closing);
  if (card?.contains(document.activeElement)) link.focus();
  findAll(".hover-card").forEach((one) => one.remove());
  card = link = undefined;
}
