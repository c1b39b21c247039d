// Short messages at the bottom of the page, written by the server and hidden until needed.

const SHOWN_FOR = 5_000;
const UNDONE_WITHIN = 12_000;
const timers = {};

export function toggleToast(id, isShown) {
  document.getElementById(id).hidden = !isShown;
}

export function showToast(id, duration = SHOWN_FOR) {
  clearTimeout(timers[id]);
  toggleToast(id, true);
  timers[id] = setTimeout(hide, duration, id);
}

function hide(id) {
  if (document.getElementById(id).matches(":hover, :focus-within")) showToast(id);
  else toggleToast(id, false);
}

// What was just done, with a button that takes it back where there is one. It stays while one is on it.
export function showDone({ text, undo }) {
  const toast = document.getElementById("done");
  const button = toast.querySelector("button");
  toast.querySelector("span").textContent = text;
  button.hidden = !undo;
  button.formAction = undo || "";
  showToast("done", undo ? UNDONE_WITHIN : SHOWN_FOR);
}

export function showFailure() {
  showToast("failed");
}
