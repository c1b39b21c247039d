// The portrait and the banner in the settings: a chosen picture is cropped in a dialog, previewed, and sent small with the form.
import { find, findAll, loadStyle } from "./dom.js";

const LARGEST_ZOOM = 4;
const STEP = 10;
const MOVES = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] };
const dialog = document.getElementById("crop");
const area = find(".crop-area", dialog);
const slider = find("[type=range]", dialog);

export function installPictures() {
  findAll(".picture").forEach(watch);
}

function watch(picture) {
  const input = find("[type=file]", picture), shown = find("img", picture), remove = find("[type=checkbox]", picture);
  const status = find("[role=status]", picture), saved = shown.getAttribute("src");
  const showPicture = (source, word) => {
    shown.src = source;
    status.textContent = status.dataset[word] ?? "";
  };
  find(".choose", picture).hidden = false;
  input.classList.add("visually-hidden");
  input.addEventListener("change", async () => {
    const [file] = input.files;
    const chosen = file && (await crop(file, picture.dataset));
    if (!chosen) {
      input.value = "";
      return showPicture(saved, chosen === undefined && file ? "unreadable" : "");
    }
    const transfer = new DataTransfer();
    transfer.items.add(chosen);
    input.files = transfer.files;
    if (remove) remove.checked = false;
    showPicture(URL.createObjectURL(chosen), "chosen");
  });
  remove?.addEventListener("change", () => {
    input.value = "";
    showPicture(remove.checked ? picture.dataset.default : saved, remove.checked ? "removed" : "");
  });
}

// The cropped file; null when the person chose to keep the former picture, undefined when the browser cannot read the file.
async function crop(file, { width, height }) {
  const image = new Image();
  image.src = URL.createObjectURL(file);
  try {
    await Promise.all([image.decode(), loadCropper()]);
  } catch {
    return undefined;
  }
  dialog.showModal();
  area.replaceChildren(image);
  const cropper = await start(image, width / height);
  const isUsed = await answer(cropper);
  const canvas = isUsed && cropper.getCroppedCanvas({ width: +width, height: +height, imageSmoothingQuality: "high" });
  cropper.destroy();
  area.replaceChildren();
  URL.revokeObjectURL(image.src);
  if (!canvas) return null;
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/webp", 0.92));
  return new File([blob], file.name, { type: blob.type });
}

function start(image, aspectRatio) {
  return new Promise((resolve) => {
    image.addEventListener("ready", () => resolve(image.cropper), { once: true });
    new globalThis.Cropper(image, {
      aspectRatio, autoCropArea: 1, background: false, checkOrientation: false, cropBoxMovable: false, cropBoxResizable: false,
      dragMode: "move", guides: false, toggleDragModeOnDblclick: false, viewMode: 1,
    });
  });
}

// Waits for a button or Escape; meanwhile slider, wheel and keys zoom and move the picture.
function answer(cropper) {
  const { width, naturalWidth } = cropper.getCanvasData(), smallest = width / naturalWidth;
  const listening = new AbortController(), until = { signal: listening.signal };
  slider.value = 0;
  slider.addEventListener("input", () => cropper.zoomTo(smallest * (1 + ((LARGEST_ZOOM - 1) * slider.value) / 100)), until);
  cropper.element.addEventListener("zoom", (event) => {
    const value = ((event.detail.ratio / smallest - 1) / (LARGEST_ZOOM - 1)) * 100;
    if (value < -0.1 || value > 100.1) return event.preventDefault();
    slider.value = value;
  }, until);
  area.addEventListener("keydown", (event) => {
    if (!MOVES[event.key]) return;
    event.preventDefault();
    cropper.move(...MOVES[event.key]);
  }, until);
  return new Promise((resolve) => {
    dialog.returnValue = "";
    find("[data-use]", dialog).addEventListener("click", () => dialog.close("use"), until);
    find("[data-cancel]", dialog).addEventListener("click", () => dialog.close(), until);
    dialog.addEventListener("close", () => {
      listening.abort();
      resolve(dialog.returnValue === "use");
    }, until);
  });
}

// Loaded when the first picture is chosen, and once.
let loading;
function loadCropper() {
  loading ??= Promise.all([import("./vendor/cropper.js"), loadStyle(dialog.dataset.style)]);
  return loading;
}
