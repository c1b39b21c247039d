// Menus are popovers, which the browser opens and closes by itself. Here: copy and share a link, arrow keys, and a tap beside that only closes.
import { find, findAll } from "./dom.js";
import { showToast } from "./toasts.js";

const STEPS = { ArrowDown: 1, ArrowUp: -1 };

export function installMenus() {
  document.documentElement.classList.toggle("can-share", "share" in navigator);
  document.addEventListener("click", chooseInMenu);
  document.addEventListener("keydown", moveInMenu);
  let open;
  document.addEventListener("pointerdown", () => (open = find(".menu:popover-open")), true);
  document.addEventListener("click", (event) => cancelTapOutside(event, open), true);
}

export function openerOf(menu) {
  return find(`[popovertarget="${menu.id}"]`);
}

function chooseInMenu(event) {
  const chosen = event.target.closest(".menu a, .menu button");
  if (!chosen || chosen.form?.matches(".menu form")) return;
  const menu = chosen.closest(".menu");
  menu.hidePopover?.();
  const url = find("a", menu)?.href;
  if (chosen.matches(".copy")) copy(url, openerOf(menu));
  if (chosen.matches(".share")) navigator.share({ url }).catch(() => {});
}

export async function copyText(text) {
  await (navigator.clipboard?.writeText(text) ?? copyWithoutPermission(text));
}

async function copy(url, opener) {
  await copyText(url);
  showToast("copied");
  opener?.focus();
}

// Over plain HTTP a browser has no clipboard but this one.
function copyWithoutPermission(url) {
  const text = document.createElement("textarea");
  text.value = url;
  document.body.append(text);
  text.select();
  document.execCommand("copy");
  text.remove();
}

function moveInMenu(event) {
  const menu = find(".menu:popover-open");
  const step = STEPS[event.key];
  if (!menu || !step || event.target.matches("select")) return;
  const all = findAll("a, button, select", menu).filter((one) => one.getClientRects().length);
  const at = all.indexOf(document.activeElement);
  all[at < 0 ? (step > 0 ? 0 : all.length - 1) : (at + step + all.length) % all.length].focus();
  event.preventDefault();
}

// A tap beside an open menu closes it, and does nothing to what is below.
function cancelTapOutside(event, menu) {
  if (!menu || !event.detail || menu.contains(event.target) || event.target.closest("[popovertarget]")) return;
  event.preventDefault();
  event.stopPropagation();
}
