// Times in the reader's own zone, growing older while the page is open.
import { findAll } from "./dom.js";

const language = document.documentElement.lang;
const locale = language === "en" ? "en-GB" : language;
const steps = [["day", 86400], ["hour", 3600], ["minute", 60]];
const ago = new Intl.RelativeTimeFormat(locale, { style: "short" });
const exact = new Intl.DateTimeFormat(locale, { dateStyle: "long", timeStyle: "short" });
const days = {
  month: new Intl.DateTimeFormat(locale, { year: "numeric", month: "long" }),
  day: new Intl.DateTimeFormat(locale, { dateStyle: "long" }),
  thisYear: new Intl.DateTimeFormat(locale, { month: "short", day: "numeric" }),
  otherYear: new Intl.DateTimeFormat(locale, { year: "numeric", month: "short", day: "numeric" }),
};

export function localizeTimes(within = document) {
  for (const time of findAll("time[data-day]", within)) time.textContent = days[time.dataset.day].format(new Date(time.dateTime));
  for (const time of findAll("time[title], time[data-exact]", within)) {
    const moment = new Date(time.dateTime);
    time.title = exact.format(moment);
    if (time.dataset.exact !== undefined) time.textContent = time.title;
    else updateAge(time, moment, (Date.now() - moment) / 1000);
    // What the clocks here say need not be repeated where the clocks there say the same.
    if (Number(time.dataset.there) === -moment.getTimezoneOffset()) time.parentElement.hidden = true;
  }
}

function updateAge(time, moment, age) {
  const step = steps.find(([, seconds]) => age >= seconds);
  const isOfThisYear = moment.getFullYear() === new Date().getFullYear();
  if (age >= 7 * 86400) time.textContent = (isOfThisYear ? days.thisYear : days.otherYear).format(moment);
  else if (step) time.textContent = ago.format(-Math.floor(age / step[1]), step[0]);
}
