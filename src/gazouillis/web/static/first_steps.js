// The first steps on the home page: ticked as soon as they are done here, by writing a post or by following somebody.
import { find } from "./dom.js";
import { REPLACED, parse } from "./parts.js";

export function watchFirstSteps() {
  for (const type of ["status-sent", REPLACED]) document.addEventListener(type, refresh);
}

// What the network does not bring is seen on the next page.
async function refresh() {
  const response = await fetch("/first-steps", { headers: { "X-Fragment": "true" } }).catch(() => null);
  if (!response?.ok || response.redirected) return;
  const [fresh] = parse(await response.text()).children;
  const shown = find(".first-steps");
  if (!shown) return;
  if (fresh) shown.replaceWith(fresh);
  else shown.remove();
}
