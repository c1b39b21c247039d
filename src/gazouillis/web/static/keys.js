// Keyboard shortcuts; `?` lists them.
import { write } from "./reading.js";

const click = (selector) => focusedStatus()?.querySelector(selector)?.click();
const focusedStatus = () => document.activeElement?.closest("article.status");

const keys = {
  j: () => move(1),
  k: () => move(-1),
  o: () => click(".permalink"),
  r: () => click(".reply"),
  t: () => click(".actions .repost"),
  f: () => click(".actions .favourite"),
  n: compose,
  ".": () => document.querySelector("#new:not([hidden])")?.click(),
  "?": () => document.getElementById("keys").showModal(),
};

// `early`: the events of keys that were pressed before this script was here.
export function installKeyboardShortcuts(early) {
  document.addEventListener("keydown", press);
  early.forEach(press);
}

function press(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isTyping(event.target)) return;
  const action = Object.hasOwn(keys, event.key) && keys[event.key];
  if (!action) return;
  event.preventDefault();
  action();
}

function isTyping(element) {
  return Boolean(element.closest("input, textarea, select, dialog[open], [contenteditable]"));
}

function move(step) {
  const all = [...document.querySelectorAll("article.status")];
  const at = all.indexOf(focusedStatus());
  const next = all[at < 0 ? 0 : Math.min(Math.max(at + step, 0), all.length - 1)];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

function compose() {
  const text = document.getElementById("status");
  if (text) write(text);
  else window.location.assign("/compose");
}
