// Pages are complete without this. Here they become livelier: actions without a reload, a count while typing, local time, keys.
import { find } from "./dom.js";
import { keepFocus } from "./focus.js";
import { installMenus } from "./menus.js";
import { installReading } from "./reading.js";
import { localizeTimes } from "./times.js";
import { registerWorker } from "./worker.js";

const REFRESH_TIMES_EVERY = 30_000;

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-open]");
  if (opener) document.getElementById(opener.dataset.open).showModal();
});

document.addEventListener("click", openPhoto);

const earlyKeys = [];
const hasPointer = window.matchMedia("(hover: hover)").matches;

registerWorker();
watchSignOut();
keepFocus();
localizeTimes();
setInterval(localizeTimes, REFRESH_TIMES_EVERY);
if (document.body.dataset.stream) followStream();
if (find(".first-steps")) import("./first_steps.js").then(({ watchFirstSteps }) => watchFirstSteps());
for (const type of hasPointer ? ["pointermove", "focusin"] : []) document.addEventListener(type, loadCards);
document.addEventListener("keydown", collectKey);
if (hasPointer) loadKeys();
else document.addEventListener("keydown", loadKeys, { once: true });
installMenus();
installReading();
if (find("[data-copy]")) import("./sharing.js").then(({ installSharing }) => installSharing());
playAnimations();
new MutationObserver(playAnimations).observe(document.getElementById("main"), { childList: true, subtree: true });
if (document.getElementById("crop")) import("./pictures.js").then(({ installPictures }) => installPictures());

// What the network does not bring is missed until the next page. A pointer that rests while the page is laid out under it does not count.
async function loadCards(event) {
  if (event.type === "pointermove" && !event.movementX && !event.movementY) return;
  for (const type of ["pointermove", "focusin"]) document.removeEventListener(type, loadCards);
  const cards = await import("./cards.js").catch(() => null);
  cards?.installCards(event);
}

function openPhoto(event) {
  const photo = event.target.closest(".photo");
  if (!photo || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  import("./viewer.js").then(({ view }) => view(photo)).catch(() => window.location.assign(photo.href));
}

function playAnimations() {
  if (find(".gifv video")) import("./animations.js").then(({ playInView }) => playInView(), () => {});
}

async function followStream() {
  const live = await import("./live.js").catch(() => null);
  live?.followStream();
}

// A telephone has no use for shortcuts until a key of a keyboard is pressed.
async function loadKeys() {
  const keys = await import("./keys.js").catch(() => null);
  document.removeEventListener("keydown", collectKey);
  keys?.installKeyboardShortcuts(earlyKeys);
}

function collectKey(event) {
  earlyKeys.push(event);
}

// When somebody has signed out here, what they were writing goes from this browser.
async function watchSignOut() {
  const { account } = document.body.dataset;
  if (!account && !hasSignedOut()) return;
  const drafts = await import("./drafts.js").catch(() => null);
  drafts?.watchSignOut(account);
}

function hasSignedOut() {
  try {
    return Boolean(localStorage.getItem("signed-out"));
  } catch {
    return false;
  }
}
