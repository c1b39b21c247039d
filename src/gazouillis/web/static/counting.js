// How long a text is, counted as the server does (src/gazouillis/text/length.py). grammar.js is made by the server.
import { ALSO_WORDS, ENTITY, REPLY_GAP, SPACES, TAIL, TLDS, TYPED_TAIL } from "./grammar.js";

export const LINK_LENGTH = 23;
const MOST_ADDRESSEES = 10;
const LONGEST_GAP = 5;

const ASCII = /^[\0-\x7F]*$/;
// Top-level domains in other scripts have a second spelling in ASCII.
for (const one of [...TLDS]) if (!ASCII.test(one)) TLDS.add(new URL(`http://${one}`).hostname);
const clusters = new Intl.Segmenter("en", { granularity: "grapheme" });

// `addressees`: of a reply, handles in lower case that do not count where the text opens with them, the first ten.
export function countedLength(text, { addressees = [] } = {}) {
  let count = 0;
  for (const _ of clusters.segment(countable(text, new Set(addressees)).normalize("NFC"))) count += 1;
  return count;
}

function countable(text, addressees) {
  const found = [...entities(text)];
  const uncounted = uncountedIn(text, found, addressees);
  let position = 0;
  let result = "";
  for (const { kind, start, end, username } of found) {
    if (uncounted.has(start)) {
      result += text.slice(position, start);
      position = uncounted.get(start);
      continue;
    }
    if (kind === "word") continue;
    result += text.slice(position, start);
    result += kind === "link" ? "x".repeat(LINK_LENGTH) : text[start] + username;
    position = end;
  }
  return result + text.slice(position);
}

// Where the handles that do not count begin, and where what follows them does.
function uncountedIn(text, found, addressees) {
  const uncounted = new Map();
  let body = endOf(SPACES, text, 0);
  for (const { handle, start, end } of found) {
    if (handle === undefined || start !== body) break;
    body = endOf(REPLY_GAP, text, end);
    if (addressees.has(handle) && uncounted.size < MOST_ADDRESSEES) uncounted.set(start, Math.min(body, end + LONGEST_GAP));
  }
  return uncounted;
}

function* entities(text) {
  ENTITY.lastIndex = 0;
  for (let match; (match = ENTITY.exec(text)); ) {
    const { scheme, host, remote, domain, local } = match.groups;
    const start = match.index;
    const head = ENTITY.lastIndex;
    if (host === undefined) {
      const kind = remote === undefined ? "word" : "remote handle";
      const handle = remote === undefined ? local : `${remote}@${domain}`;
      yield { kind, start, end: head, username: remote, handle: handle?.toLowerCase() };
      continue;
    }
    if (!scheme && !hasKnownEnding(host)) continue;
    const end = endOf(scheme || !ASCII.test(endingOf(host)) ? TAIL : TYPED_TAIL, text, head);
    if (scheme || end > head || standsAlone(host)) {
      ENTITY.lastIndex = end;
      yield { kind: "link", start, end };
    }
  }
}

function endingOf(host) {
  return host.slice(host.lastIndexOf(".") + 1);
}

function hasKnownEnding(host) {
  return TLDS.has(endingOf(host).toLowerCase());
}

function standsAlone(host) {
  const ending = endingOf(host);
  return host.slice(0, 4).toLowerCase() === "www." || (ending === ending.toLowerCase() && !ALSO_WORDS.has(ending));
}

function endOf(pattern, text, position) {
  pattern.lastIndex = position;
  return pattern.test(text) ? pattern.lastIndex : position;
}
