// Moving pictures without sound play as long as they are in sight, unless somebody wants less motion or has paused them.
import { findAll } from "./dom.js";

const stillness = window.matchMedia("(prefers-reduced-motion: reduce)");
const inSight = new WeakSet(), paused = new WeakSet();
const observer = new IntersectionObserver(playOrPause, { threshold: 0.5 });

// May be called again, for those that came meanwhile.
export function playInView() {
  if (stillness.matches || navigator.connection?.saveData) return;
  for (const video of findAll(".gifv video")) observer.observe(video);
}

document.addEventListener("pause", ({ target }) => inSight.has(target) && paused.add(target), true);
document.addEventListener("play", ({ target }) => paused.delete(target), true);

function playOrPause(entries) {
  for (const { target, isIntersecting } of entries) {
    if (isIntersecting) inSight.add(target);
    else inSight.delete(target);
    if (!isIntersecting) target.pause();
    else if (!paused.has(target)) target.play().catch(() => {});
  }
}
