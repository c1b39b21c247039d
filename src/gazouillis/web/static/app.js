// Pages are complete without this. Here they become livelier: gestures without a reload, a count while typing, local time, keys.
import { countedLength } from "./counting.js";
import { listen } from "./live.js";
import { obeyKeys } from "./keys.js";

const language = document.documentElement.lang;
const locale = language === "en" ? "en-GB" : language;
const find = (selector, within = document) => within.querySelector(selector);
const findAll = (selector, within = document) => [...within.querySelectorAll(selector)];

// Gestures: a button of the form #act is answered by the part of the page it changes.

function gesture(event) {
  const button = event.submitter;
  if (button?.dataset.confirm && !window.confirm(button.dataset.confirm)) return event.preventDefault();
  if (event.target.id !== "act" || button.dataset.reload !== undefined || !window.htmx) return;
  event.preventDefault();
  const part = button.closest(".relation, article");
  const place = { part: part.id, kind: button.className };
  button.disabled = true;
  window.htmx.ajax("POST", button.formAction, { source: event.target, target: part, swap: "outerHTML" }).then(() => {
    button.disabled = false;
    comeBack(place);
  });
}

function comeBack({ part, kind }) {
  const article = part && document.getElementById(part);
  if (article) findAll("button", article).find((button) => button.className === kind)?.focus();
}

// Writing: how many characters are left, and Ctrl+Enter.

function watchComposer(form) {
  const text = find("textarea", form);
  const warning = find("[name=spoiler_text]", form);
  const shown = find(".left", form);
  const said = find("[data-say]", form);
  const addressees = (form.dataset.addressees ?? "").split(" ");
  const count = () => {
    const left = Number(form.dataset.max) - countedLength(text.value, { addressees }) - countedLength(warning.value);
    shown.textContent = String(left).replace("-", "−");
    shown.classList.toggle("over", left < 0);
    shown.classList.toggle("near", left >= 0 && left <= 20);
    said.textContent = left === 20 || left === 10 || left <= 0 ? `${said.dataset.say} ${left}` : "";
  };
  text.addEventListener("input", count);
  warning.addEventListener("input", count);
  text.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
  form.addEventListener("submit", (event) => sendOnce(event, form));
  if (text.value) count();
  if (text.autofocus) text.setSelectionRange(text.value.length, text.value.length);
}

function sendOnce(event, form) {
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "yes";
  window.addEventListener("pageshow", () => delete form.dataset.sent, { once: true });
}

// Time: in the reader's own zone, growing older while the page is open.

const steps = [["day", 86400], ["hour", 3600], ["minute", 60]];
const ago = new Intl.RelativeTimeFormat(locale, { style: "short" });
const exact = new Intl.DateTimeFormat(locale, { dateStyle: "long", timeStyle: "short" });
const days = {
  month: new Intl.DateTimeFormat(locale, { year: "numeric", month: "long" }),
  day: new Intl.DateTimeFormat(locale, { dateStyle: "long" }),
  thisYear: new Intl.DateTimeFormat(locale, { month: "short", day: "numeric" }),
  otherYear: new Intl.DateTimeFormat(locale, { year: "numeric", month: "short", day: "numeric" }),
};

function tellTime(within = document) {
  for (const time of findAll("time[data-day]", within)) time.textContent = days[time.dataset.day].format(new Date(time.dateTime));
  for (const time of findAll("time[title], time[data-exact]", within)) {
    const moment = new Date(time.dateTime);
    time.title = exact.format(moment);
    if (time.dataset.exact !== undefined) time.textContent = time.title;
    else growOlder(time, moment, (Date.now() - moment) / 1000);
  }
}

function growOlder(time, moment, age) {
  const step = steps.find(([, seconds]) => age >= seconds);
  const isOfThisYear = moment.getFullYear() === new Date().getFullYear();
  if (age >= 7 * 86400) time.textContent = (isOfThisYear ? days.thisYear : days.otherYear).format(moment);
  else if (step) time.textContent = ago.format(-Math.floor(age / step[1]), step[0]);
}

// Menus close when one looks elsewhere.

function closeMenus(event) {
  for (const menu of findAll("details.more[open]")) {
    if (event.type === "keydown" ? event.key === "Escape" : !menu.contains(event.target)) menu.open = false;
  }
}

function notice(id, isShown) {
  document.getElementById(id).hidden = !isShown;
}

function complain() {
  notice("failed", true);
  setTimeout(notice, 5000, "failed", false);
}

document.addEventListener("submit", gesture);
document.addEventListener("click", closeMenus);
document.addEventListener("keydown", closeMenus);
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-open]");
  if (opener) document.getElementById(opener.dataset.open).showModal();
});
document.addEventListener("htmx:afterSettle", (event) => tellTime(event.target.parentElement ?? document));
document.addEventListener("htmx:responseError", complain);
document.addEventListener("htmx:sendError", complain);

findAll("form.composer").forEach(watchComposer);
tellTime();
setInterval(tellTime, 30_000);
listen(document.getElementById("new"), { lost: (isLost) => notice("lost", isLost) });
obeyKeys();
