// Says who will read what is being written, and says it again when the people named in it change.
import { find } from "./dom.js";

const ASK_AFTER = 700;
const HANDLE = /[@＠][^\s@＠]+/g;

const watched = new WeakSet();
let asked = 0;

export async function showReaders(form) {
  watch(form);
  const place = find("[data-readers]", form);
  const request = ++asked;
  const answer = await fetch("/compose/readers", {
    method: "POST",
    body: new URLSearchParams(new FormData(form)),
    headers: { "X-Fragment": "readers" },
  })
    .then((response) => (response.ok ? response.text() : undefined))
    .catch(() => undefined);
  if (request !== asked) return;
  if (answer === undefined) place.textContent = place.dataset.failed;
  else place.innerHTML = answer;
}

function watch(form) {
  if (watched.has(form)) return;
  watched.add(form);
  const text = form.elements.status;
  const named = () => (text.value.match(HANDLE) ?? []).join(" ");
  let before = named();
  let timer;
  form.addEventListener("input", () => {
    if (named() === before) return;
    before = named();
    clearTimeout(timer);
    timer = setTimeout(() => showReaders(form), ASK_AFTER);
  });
}
