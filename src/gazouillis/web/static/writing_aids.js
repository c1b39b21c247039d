// Completion, emoji and readers of the composer, each loaded when it is used first.
import { find } from "./dom.js";

export function installWritingAids(form) {
  const text = form.elements.status;
  completeIn(text, find("[data-completions]", form), find("[data-found]", form));
  if (form.elements.to) completeIn(form.elements.to, find("[data-recipient-completions]", form), find("[data-found]", form));
  const asks = find("[data-ask-readers]", form);
  asks?.addEventListener("click", (event) => {
    event.preventDefault();
    import("./readers.js").then(({ showReaders }) => showReaders(form));
  });
  form.elements.visibility?.addEventListener("change", () => asks.click());
  if (find("[data-stay]", form)) {
    text.addEventListener("input", () => import("./stays.js").then(({ offerStays }) => offerStays(form), () => {}), { once: true });
  }
  const opener = find("[data-emoji]", form);
  let picker;
  opener.hidden = false;
  opener.addEventListener("click", async () => {
    const { EmojiPicker } = await import("./emoji.js");
    picker ??= new EmojiPicker(find(".emoji-picker", form), opener, (emoji) => insert(text, emoji));
    picker.toggle();
  });
}

function completeIn(field, list, status) {
  field.addEventListener("input", function load() {
    if (!/[@#＃]/.test(field.value)) return;
    field.removeEventListener("input", load);
    import("./completion.js").then(({ Completion }) => new Completion(field, list, status));
  });
}

function insert(text, emoji) {
  text.focus();
  text.setRangeText(emoji, text.selectionStart, text.selectionEnd, "end");
  text.dispatchEvent(new InputEvent("input", { bubbles: true }));
}
