// The dialog that asks before an act that cannot be taken back. Its words are on the button; without scripts, a page asks the same.
import { find } from "./dom.js";
import { openerOf } from "./menus.js";

export function ask(button, form) {
  const dialog = document.getElementById("confirm");
  find("h2", dialog).textContent = button.dataset.confirm;
  find("p", dialog).textContent = button.dataset.consequence ?? "";
  find("[value=yes]", dialog).textContent = button.dataset.act ?? button.textContent.trim();
  dialog.returnValue = "";
  dialog.addEventListener("close", () => answer(dialog, button, form), { once: true });
  dialog.showModal();
}

function answer(dialog, button, form) {
  const menu = button.closest("[popover]");
  (menu ? openerOf(menu) : button)?.focus();
  if (dialog.returnValue !== "yes") return;
  const field = Object.assign(document.createElement("input"), { type: "hidden", name: "confirmed", value: "yes" });
  form.append(field);
  form.requestSubmit(button);
  field.remove();
}
