// Short names for what every module does with the document.

export const find = (selector, within = document) => within.querySelector(selector);
export const findAll = (selector, within = document) => [...within.querySelectorAll(selector)];

// A sentence, or nothing.
export function tell(element, sentence = "") {
  element.textContent = sentence;
  element.hidden = !sentence;
}

// The sentence for one or for many.
export function counted({ dataset: { one, many } }, number, shown = number) {
  return (number === 1 ? one : many).replace("{count}", shown);
}

export function loadStyle(href) {
  return new Promise((resolve, reject) => {
    const style = Object.assign(document.createElement("link"), { rel: "stylesheet", href });
    style.addEventListener("load", resolve);
    style.addEventListener("error", reject);
    document.head.append(style);
  });
}
