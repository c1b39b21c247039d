// Actions: a button of the form #act is sent in the background. A star lights at once, and takes itself back when it is refused.
import { find, findAll } from "./dom.js";
import { replaceAll } from "./parts.js";
import { showDone, showFailure, toggleToast } from "./toasts.js";

const GIVE_UP_AFTER = 20_000;
const OF_MUTE = /^\/accounts\/(\d+)\/(un)?mute$/;

// "s12 favourite" → whether it shall be on, while requests for it are on their way.
const wanted = new Map();

document.addEventListener("submit", performAction);

function performAction(event) {
  const button = event.submitter;
  if (button?.dataset.confirm && !event.target.elements.confirmed) return askFirst(event);
  if (event.target.id !== "act" || !button || button.closest("[data-reload]")) return;
  event.preventDefault();
  if (button.formMethod === "dialog") return;
  if (button.hasAttribute("aria-pressed")) toggle(button);
  else send(button);
}

// What cannot be taken back waits for an answer. After a yes, the same button is pressed once more, with `confirmed` in its form.
function askFirst(event) {
  const { submitter: button, target: form } = event;
  event.preventDefault();
  event.stopImmediatePropagation();
  import("./dialogs.js").then(({ ask }) => ask(button, form), showFailure);
}

// A second press while the first is on its way counts too: what was wanted last is sent when the response has come.
async function toggle(button) {
  const part = button.closest("article").id;
  const kind = button.classList[0];
  const key = `${part} ${kind}`;
  const action = button.formAction;
  const isOn = button.getAttribute("aria-pressed") !== "true";
  show(part, kind, isOn);
  if (wanted.has(key)) return wanted.set(key, isOn);
  wanted.set(key, isOn);
  let reached = !isOn;
  let html;
  try {
    while (wanted.get(key) !== reached) {
      const next = wanted.get(key);
      html = await post(action.replace(/\/(?:un)?(\w+)$/, next ? "/$1" : "/un$1"), part, button);
      reached = next;
    }
  } catch {
    show(part, kind, reached);
    showFailure();
  }
  wanted.delete(key);
  const isBusy = [...wanted.keys()].some((one) => one.startsWith(`${part} `));
  if (html === "") remove(part);
  else if (html && !isBusy) replaceAll(html);
}

async function send(button) {
  if (button.ariaBusy === "true") return;
  button.ariaBusy = "true";
  const part = button.closest("article")?.id;
  try {
    const html = await post(button.formAction, part, button);
    if (button.closest(".toast")) toggleToast("done", false);
    if (html === "" && part) remove(part);
    replaceAll(html);
    hideMuted(new URL(button.formAction).pathname);
  } catch {
    showFailure();
  } finally {
    button.ariaBusy = null;
  }
}

// Without a session any more, one goes to sign in, and then comes back to the same place.
async function post(url, part, button) {
  const here = window.location.pathname + window.location.search;
  const fields = () => {
    const found = new FormData(document.getElementById("act"));
    if (button.name) found.append(button.name, button.value);
    return new URLSearchParams(found);
  };
  const send = () =>
    fetch(url, {
      method: "POST",
      body: fields(),
      headers: { "X-Fragment": "true", "X-Page-URL": part ? `${here}#${part}` : here },
      keepalive: true,
      signal: AbortSignal.timeout(GIVE_UP_AFTER),
    });
  let response = await send();
  if (response.status === 403 && (await renewToken(here))) response = await send();
  const elsewhere = response.headers.get("X-Redirect");
  if (elsewhere) {
    window.location.assign(elsewhere);
    return undefined;
  }
  const { done } = JSON.parse(response.headers.get("X-Done") ?? "{}");
  if (done) showDone(done);
  // A vote that is refused says why, and the page stays.
  if (done && response.status === 422) return undefined;
  if (!response.ok) throw new Error(`${response.status} ${url}`);
  return response.text();
}

// The token of a page that was open for long may be stale: a fresh copy of the page has one.
async function renewToken(here) {
  const page = new DOMParser().parseFromString(await (await fetch(here)).text(), "text/html");
  const fresh = find("#act [name=_csrf_token]", page)?.value;
  const field = find("#act [name=_csrf_token]");
  const isStale = Boolean(fresh) && fresh !== field.value;
  if (isStale) field.value = fresh;
  return isStale;
}

// The same post may be on the page twice: once reposted, once by itself.
function show(part, kind, isOn) {
  for (const button of findAll(`[id="${part}"] .actions > .${kind}`)) {
    if (button.getAttribute("aria-pressed") === String(isOn)) continue;
    button.setAttribute("aria-pressed", isOn);
    if (kind !== "bookmark") count(button, isOn ? 1 : -1);
  }
}

function count(button, step) {
  const last = button.lastChild;
  const text = last.nodeType === Node.TEXT_NODE ? last : button.appendChild(document.createTextNode(""));
  const number = Number(text.data);
  if (Number.isInteger(number)) text.data = number + step > 0 ? ` ${number + step}` : "";
}

function remove(part) {
  for (const article of findAll(`[id="${part}"]`)) (article.closest("li") ?? article).remove();
}

function hideMuted(path) {
  const [, author, isUndone] = OF_MUTE.exec(path) ?? [];
  if (!author) return;
  for (const article of findAll(`#feed article[data-author="${author}"]`)) article.closest("li").hidden = !isUndone;
}
