// Offers to announce the stay that a text speaks of, each time its writer pauses. The line that the server sends is part of the form.
import { find } from "./dom.js";

const ASK_AFTER = 700;
const FEWEST_LETTERS = 4;

export function offerStays(form) {
  const place = find("[data-stay]", form);
  const { status: text, no_stay: declined } = form.elements;
  let timer;
  let asking;
  let asked;
  let shown;

  const question = () => ["status", "visibility", "language"].map((name) => form.elements[name].value).join();
  const isTicked = () => find("input:checked", place);
  form.addEventListener("input", later);
  place.addEventListener("click", decline);
  later();

  function later() {
    clearTimeout(timer);
    timer = setTimeout(ask, ASK_AFTER);
  }

  // Without an answer, the line stays as it is; once refused, it is not asked for again.
  async function ask() {
    if (question() === asked || isTicked() || navigator.onLine === false) return;
    asked = question();
    asking?.abort();
    asking = new AbortController();
    const answer = text.value.trim().length < FEWEST_LETTERS ? new Response() : await fetchLine().catch(() => undefined);
    if (answer?.ok === false) form.removeEventListener("input", later);
    if (!answer?.ok) return;
    const html = await answer.text();
    if (question() !== asked || isTicked() || (html === shown && place.firstElementChild)) return;
    place.innerHTML = shown = html;
  }

  function fetchLine() {
    const body = new URLSearchParams(new FormData(form));
    return fetch("/compose/stay", { method: "POST", body, headers: { "X-Fragment": "stay" }, signal: asking.signal });
  }

  function decline(event) {
    const button = event.target.closest("button");
    if (!button) return;
    declined.value += button.value;
    place.replaceChildren();
    text.focus();
    text.dispatchEvent(new InputEvent("input", { bubbles: true }));
  }
}
