// Keys for those who would rather not leave the keyboard; `?` tells which.

const click = (selector) => here()?.querySelector(selector)?.click();
const here = () => document.activeElement?.closest("article.status");

const keys = {
  j: () => move(1),
  k: () => move(-1),
  o: () => click(".when"),
  r: () => click(".reply"),
  t: () => click(".acts .repost"),
  f: () => click(".acts .star"),
  n: write,
  ".": () => document.querySelector("#new:not([hidden])")?.click(),
  "?": () => document.getElementById("keys").showModal(),
};

export function obeyKeys() {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isTyping(event.target)) return;
    const obey = Object.hasOwn(keys, event.key) && keys[event.key];
    if (!obey) return;
    event.preventDefault();
    obey();
  });
}

function isTyping(element) {
  return Boolean(element.closest("input, textarea, select, dialog[open], [contenteditable]"));
}

function move(step) {
  const all = [...document.querySelectorAll("article.status")];
  const at = all.indexOf(here());
  const next = all[at < 0 ? 0 : Math.min(Math.max(at + step, 0), all.length - 1)];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

function write() {
  const text = document.getElementById("status");
  if (text) text.focus();
  else window.location.assign("/compose");
}
