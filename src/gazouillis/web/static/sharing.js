// Buttons that copy a link, or hand it to the system's sharing menu. They are hidden until this runs: without it, the link is text.
import { findAll } from "./dom.js";
import { copyText } from "./menus.js";

const SHOWN_FOR = 3_000;

export function installSharing() {
  findAll("[data-copy]").forEach((button) => (button.hidden = false));
  if (navigator.share) findAll("[data-share]").forEach((button) => (button.hidden = false));
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copy], [data-share]");
    if (button?.dataset.copy) copy(button);
    else if (button?.dataset.share) navigator.share({ title: button.dataset.title, url: button.dataset.share }).catch(() => {});
  });
  document.addEventListener("focusin", (event) => event.target.matches?.(".link-text") && event.target.select());
}

async function copy(button) {
  await copyText(button.dataset.copy);
  const label = button.textContent;
  button.textContent = button.dataset.done;
  setTimeout(() => (button.textContent = label), SHOWN_FOR);
}
