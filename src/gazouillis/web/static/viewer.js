// Shows the photos of a post full screen (PhotoSwipe, decision 0076). It is an entry of the history, so that Back closes it.
import { find, findAll, loadStyle } from "./dom.js";
import PhotoSwipe from "./vendor/photoswipe.js";

const STEP = 1.5;
const ZOOM = { "+": STEP, "=": STEP, "-": 1 / STEP };
// Their addresses have the version of this one.
const styles = Promise.all(["vendor/photoswipe.css", "viewer.css"].map((name) => loadStyle(import.meta.url.replace("viewer.js", name))));

export async function view(photo) {
  await styles;
  if (find(".viewer")) return;
  const words = photo.closest(".attachments").dataset;
  const photos = findAll(".photo", photo.closest(".attachments"));
  const dialog = document.createElement("dialog");
  dialog.className = "viewer";
  dialog.ariaLabel = words.photos;
  document.body.append(dialog);
  dialog.showModal();
  const viewer = new PhotoSwipe({
    dataSource: photos.map(slide), index: photos.indexOf(photo), appendToEl: dialog, bgOpacity: 1, showHideAnimationType: "fade", loop: false,
    wheelToZoom: true, secondaryZoomLevel: ({ fit }) => Math.min(fit * 3, Math.max(fit * 2, 1)),
    escKey: false, trapFocus: false, returnFocus: false,
    closeTitle: words.close, zoomTitle: words.zoom, arrowPrevTitle: words.previous, arrowNextTitle: words.next, errorMsg: words.failed,
  });
  addDescription(viewer, words, dialog);
  closeByAllWays(viewer, dialog);
  viewer.on("keydown", ({ originalEvent: { key, ctrlKey, metaKey } }) => !ctrlKey && !metaKey && zoom(viewer.currSlide, ZOOM[key]));
  viewer.on("destroy", () => {
    dialog.remove();
    const shown = photos[viewer.currIndex];
    // The post may have been rendered anew meanwhile.
    const current = shown.isConnected ? shown : find(`.photo[href="${shown.getAttribute("href")}"]`);
    current?.focus();
  });
  viewer.init();
  viewer.element.removeAttribute("role");
  viewer.element.focus();
}

function slide(photo) {
  const { width, height } = find("svg", photo), image = find("img", photo);
  return {
    src: photo.href, msrc: image.currentSrc, alt: image.alt, width: width.baseVal.value, height: height.baseVal.value,
    description: find(".alt p", photo.parentElement)?.textContent,
  };
}

// The button ALT shows what the author says of the photo. Which photo it is, and what it shows, is told to screen readers.
function addDescription(viewer, { description, position }, dialog) {
  const told = Object.assign(document.createElement("p"), { className: "visually-hidden", role: "status" });
  dialog.append(told);
  let button, text;
  viewer.on("uiRegister", () => {
    const html = "ALT", title = `${html} – ${description}`, onClick = () => show(text.hidden);
    viewer.ui.registerElement({ name: "alt", order: 9, isButton: true, html, title, onClick, onInit: (element) => (button = element) });
    viewer.ui.registerElement({ name: "description", appendTo: "root", onInit: (element) => {
      Object.assign(text = element, { hidden: true, tabIndex: 0, dir: "auto" });
      text.addEventListener("wheel", (event) => event.stopPropagation());
    } });
  });
  function show(isShown) {
    text.hidden = !isShown;
    button.ariaExpanded = isShown;
  }
  viewer.on("change", () => {
    const { data } = viewer.currSlide, total = viewer.getNumItems();
    text.textContent = data.description;
    button.hidden = !data.description;
    show(!text.hidden && Boolean(data.description));
    const which = total > 1 ? `${position.replace("{number}", viewer.currIndex + 1).replace("{total}", total)}. ` : "";
    setTimeout(() => (told.textContent = which + data.alt), 100);
    if (document.activeElement.disabled || document.activeElement === document.body) viewer.element.focus();
  });
}

// Escape, the button, a swipe down, a click beside the photo, Back.
function closeByAllWays(viewer, dialog) {
  const close = () => (viewer.opener.isOpen ? viewer.close() : viewer.on("openingAnimationEnd", () => viewer.close()));
  history.pushState({ viewer: true }, "");
  window.addEventListener("popstate", close, { once: true });
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    close();
  });
  dialog.addEventListener("close", () => viewer.destroy());
  viewer.on("close", () => {
    window.removeEventListener("popstate", close);
    if (history.state?.viewer) history.back();
  });
}

function zoom(slide, factor) {
  if (!factor) return;
  const { initial, max } = slide.zoomLevels;
  slide.zoomTo(Math.min(Math.max(slide.currZoomLevel * factor, initial), max), undefined, slide.pswp.options.zoomAnimationDuration);
}
