// Focus: when the focused element goes from the page, the focus goes to what is next to it. Otherwise a keyboard would begin anew at the
// top of the page. This holds for whatever takes an element away: an action, a stream, a message that disappears.
import { find } from "./dom.js";

const FOCUSABLE = "a[href], button:not(:disabled), input, select, textarea, summary";
const MOST_KEPT = 10;

// What had the focus, the last one at the end.
let history = [];

export function keepFocus() {
  document.addEventListener("focusin", ({ target }) => {
    history = [...history.filter((one) => one !== target && one.isConnected), target].slice(-MOST_KEPT);
  });
  // Somebody has pressed on nothing: no element has the focus, and none has lost it.
  document.addEventListener("focusout", ({ target }) => setTimeout(() => {
    if (document.activeElement === document.body && isShown(target)) history = [];
  }));
  new MutationObserver(moveFocus).observe(document.body, { childList: true, subtree: true, attributeFilter: ["hidden"] });
}

function moveFocus(changes) {
  const lost = history.at(-1);
  const { activeElement } = document;
  if (!lost || isShown(lost) || (activeElement !== document.body && activeElement !== lost)) return;
  const removal = changes.find(({ removedNodes }) => [...removedNodes].some((one) => one.contains(lost)));
  for (const next of candidates(lost, removal)) if (next && focus(next)) return;
}

function* candidates(lost, removal) {
  const instead = [...(removal?.addedNodes ?? [])].filter((one) => one instanceof Element);
  for (const one of instead) yield (lost.classList[0] && find(`button.${lost.classList[0]}`, one)) ?? find(FOCUSABLE, one) ?? one;
  const gone = removal ? null : lost.closest("[hidden]");
  if (gone?.matches("li") || removal?.target.matches("ol, ul")) {
    yield* entries(gone?.nextElementSibling ?? removal?.nextSibling, "nextElementSibling");
    yield* entries(gone?.previousElementSibling ?? removal?.previousSibling, "previousElementSibling");
  }
  yield* history.slice(0, -1).reverse();
  yield document.getElementById("main");
}

// The entries of a list in one direction.
function* entries(first, direction) {
  for (let one = first; one; one = one[direction] ?? null) if (one instanceof Element) yield find("article", one) ?? one;
}

function focus(element) {
  if (!isShown(element)) return false;
  if (!element.matches(FOCUSABLE) && !element.hasAttribute("tabindex")) element.tabIndex = -1;
  element.focus({ preventScroll: true });
  return document.activeElement === element;
}

function isShown(element) {
  return element.isConnected && element.getClientRects().length > 0;
}
