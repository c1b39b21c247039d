// Sends the composer's form. The idempotency key in it makes it safe to send again.
import { findAll } from "./dom.js";

const LONGEST_WAIT = 25_000;
const LONGEST_UPLOAD = 15 * 60_000;

// No answer of ours came: the network or a proxy failed, or it took too long. The post may or may not have been published.
export class Unanswered extends Error {}

export async function post(form, { isSecond = false } = {}) {
  const { status, answer } = await ask(form.action, { method: "POST", ...content(form) });
  if (status === 403 && answer.csrf_token && !isSecond) {
    for (const field of findAll('input[name="_csrf_token"]')) field.value = answer.csrf_token;
    return post(form, { isSecond: true });
  }
  if (status !== 200 && !answer.errors) throw new Unanswered();
  return { status, answer };
}

// Whether a post with this key was published.
export async function wasSent(key) {
  try {
    const { status, answer } = await ask(`/compose/sent?key=${encodeURIComponent(key)}`, {});
    return status === 200 && answer.is_sent;
  } catch (fault) {
    if (fault instanceof Unanswered) return false;
    throw fault;
  }
}

// With files, the form is sent as a browser would; a text alone goes on when the page is left.
function content(form) {
  const fields = new FormData(form);
  const files = [...fields].filter(([, value]) => value instanceof File);
  if (files.some(([, file]) => file.size)) return { body: fields, longest: LONGEST_UPLOAD };
  for (const [name] of files) fields.delete(name);
  return { body: new URLSearchParams(fields), keepalive: true };
}

async function ask(address, { longest = LONGEST_WAIT, ...choices }) {
  const stopping = new AbortController();
  const timer = setTimeout(() => stopping.abort(), longest);
  try {
    const response = await fetch(address, { ...choices, headers: { Accept: "application/json" }, signal: stopping.signal });
    return { status: response.status, answer: await response.json() };
  } catch (fault) {
    throw new Unanswered("no answer", { cause: fault });
  } finally {
    clearTimeout(timer);
  }
}
