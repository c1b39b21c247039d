// How long a text is, counted as the server does (src/gazouillis/text/length.py). grammar.js is made by the server.
import { ALSO_WORDS, ENTITY, REPLY_GAP, SPACES, TAIL, TLDS, TYPED_TAIL } from "./grammar.js";

export const LINK_LENGTH = 23;

const ASCII = /^[\0-\x7F]*$/;
const clusters = new Intl.Segmenter("en", { granularity: "grapheme" });

export function countedLength(text, { isReply = false } = {}) {
  let count = 0;
  for (const _ of clusters.segment(countable(text, isReply).normalize("NFC"))) count += 1;
  return count;
}

function countable(text, isReply) {
  const found = [...entities(text)];
  let position = isReply ? bodyOf(text, found) : 0;
  let result = "";
  for (const { kind, start, end, username } of found) {
    if (start < position || kind === "word") continue;
    result += text.slice(position, start);
    result += kind === "link" ? "x".repeat(LINK_LENGTH) : text[start] + username;
    position = end;
  }
  return result + text.slice(position);
}

function bodyOf(text, found) {
  const opening = endOf(SPACES, text, 0);
  let body = opening;
  for (const { isMention, start, end } of found) {
    if (!isMention || start !== body) break;
    body = endOf(REPLY_GAP, text, end);
  }
  return body === opening ? 0 : body;
}

function* entities(text) {
  ENTITY.lastIndex = 0;
  for (let match; (match = ENTITY.exec(text)); ) {
    const { scheme, host, remote, local } = match.groups;
    const start = match.index;
    const head = ENTITY.lastIndex;
    if (host === undefined) {
      const kind = remote === undefined ? "word" : "remote handle";
      yield { kind, start, end: head, username: remote, isMention: (remote ?? local) !== undefined };
      continue;
    }
    if (!scheme && !hasKnownEnding(host)) continue;
    const end = endOf(scheme || !ASCII.test(endingOf(host)) ? TAIL : TYPED_TAIL, text, head);
    if (scheme || end > head || standsAlone(host)) {
      ENTITY.lastIndex = end;
      yield { kind: "link", start, end, isMention: false };
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
