// Moves on the page: what is being read stays where it is, and where one asked to go is gone to.

const isCalm = () => window.matchMedia("(prefers-reduced-motion: reduce)").matches;

// Changes a list without moving what is on screen. Browsers do so by themselves, but not all, and not always.
export function keepInPlace(list, change) {
  const anchor = [...list.children].find((one) => one.getBoundingClientRect().bottom > 0);
  const before = anchor?.getBoundingClientRect().top;
  const { style } = document.documentElement;
  style.overflowAnchor = "none";
  change();
  const isMoved = window.scrollY > 0 && anchor?.isConnected && before < window.innerHeight;
  if (isMoved) window.scrollBy({ top: anchor.getBoundingClientRect().top - before, behavior: "instant" });
  style.overflowAnchor = "";
}

export function goTo(element) {
  element.focus({ preventScroll: true });
  const { top, bottom } = element.getBoundingClientRect();
  const isSeen = top >= 0 && bottom <= window.innerHeight;
  if (!isSeen) element.scrollIntoView({ block: "start", behavior: isCalm() ? "instant" : "smooth" });
}
