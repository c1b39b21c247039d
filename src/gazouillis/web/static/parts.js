// Parts of the page: a post or a follow button that the server has rendered anew takes the place of all that show the same.
import { find, findAll } from "./dom.js";
import { localizeTimes } from "./times.js";

// Told to the document after a part has been rendered anew: what was fetched before may be out of date.
export const REPLACED = "part:replaced";

export function parse(html) {
  const template = document.createElement("template");
  template.innerHTML = html ?? "";
  return template.content;
}

export function replaceAll(html) {
  for (const fresh of parse(html).children) {
    const same = fresh.id ? `[id="${fresh.id}"]` : `.relation[data-account="${fresh.dataset.account}"]`;
    for (const stale of findAll(same)) replace(stale, fresh.cloneNode(true));
  }
  document.dispatchEvent(new Event(REPLACED));
}

// What was open in the old one is so in the new one; what was focused: `focus.js`.
export function replace(stale, fresh) {
  const isMenuOpen = Boolean(find(".menu:popover-open", stale));
  const isOpen = findAll("details", stale).map((one) => one.open);
  stale.replaceWith(fresh);
  localizeTimes(fresh);
  findAll("details", fresh).forEach((one, index) => (one.open ||= Boolean(isOpen[index])));
  if (isMenuOpen) find(".menu", fresh)?.showPopover();
}

// A post as it is now, if the page shows it.
export async function refreshPost(id) {
  const shown = document.getElementById(`s${id}`);
  if (!shown) return;
  const query = shown.dataset.via ? `?via=${shown.dataset.via}` : "";
  const response = await fetch(`/statuses/${id}${query}`, { headers: { "X-Fragment": "true" } });
  if (response.ok) replaceAll(await response.text());
}
