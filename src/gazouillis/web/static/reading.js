// Opening a conversation: a tap on a post opens it, and the page of a conversation begins at the post that was opened.
import { find } from "./dom.js";

const TAKES_ITS_OWN_TAP = "a, button, summary, input, select, textarea, label, .menu, dialog";

export function installReading() {
  document.addEventListener("click", openTapped);
  document.addEventListener("click", openReplyForm);
  const form = find(".replying");
  const isOpenedByHand = () => form.open && document.activeElement?.closest("summary")?.parentElement === form;
  form?.addEventListener("toggle", () => isOpenedByHand() && write(find("textarea", form)));
  goToOpened();
}

// The link of a post covers it, except for its text, which one can select. With a finger a tap on the text opens the post too.
function openTapped(event) {
  const isByFinger = event.pointerType === "touch" || event.pointerType === "pen";
  if (!isByFinger || event.defaultPrevented || event.target.closest(TAKES_ITS_OWN_TAP)) return;
  if (!window.getSelection().isCollapsed || event.target.closest(".focused-status")) return;
  const post = event.target.closest(".status, .notification");
  if (post) find(":scope > .meta .permalink, :scope > .byline .permalink", post)?.click();
}

// The reply form of a conversation is closed, so that the replies are in sight. "Reply" under the opened post opens it.
function openReplyForm(event) {
  const isPlain = !(event.ctrlKey || event.metaKey || event.shiftKey);
  const text = isPlain && event.target.closest(".focused-status .reply") && find(".replying textarea");
  if (!text) return;
  event.preventDefault();
  write(text);
}

export function write(text) {
  const closed = text.closest("details:not([open])");
  if (closed) closed.open = true;
  text.focus();
  if (text.value === text.defaultValue) text.setSelectionRange(text.value.length, text.value.length);
}

// Other browsers are scrolled by the style sheet (`scroll-initial-target`), or by the fragment of the address.
function goToOpened() {
  const opened = find(".focused-status[aria-current] article");
  const [navigation] = performance.getEntriesByType("navigation");
  if (!opened || window.location.hash || navigation?.type !== "navigate") return;
  if (!CSS.supports("scroll-initial-target", "nearest")) opened.scrollIntoView({ block: "start", behavior: "instant" });
  if (document.activeElement === document.body) opened.focus({ preventScroll: true });
}
