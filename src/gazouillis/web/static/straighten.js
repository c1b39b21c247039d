// The dialog in which a picture of the composer is turned, with a level, and cropped. It shows what the server keeps of a turned picture
// (`media/processing/pixels.py`), the largest upright rectangle in it: no corner of the background can be chosen.
import { find, findAll, loadStyle } from "./dom.js";

// Its address has the version of this one.
const style = loadStyle(import.meta.url.replace("straighten.js", "pictures.css"));

const LARGEST = 1200;
const NEAR = 0.08;
const LEAST = 10;

export async function straighten(row) {
  const { element, uploads } = row, template = find("[data-straightener]", uploads.form);
  let decided;
  row.deciding = new Promise((resolve) => (decided = resolve));
  try {
    await style;
    const { turn, crop, picture } = (await ask(template, await source(row))) ?? {};
    if (!picture) return;
    row.adjustment = { turn, crop: crop.map((share) => share.toFixed(6)) };
    if (row.id) await row.replace();
    else row.paint(picture);
  } catch {
    row.complain(uploads.words.unopened);
  } finally {
    decided();
    find("[data-straighten]", element).focus();
  }
}

// The file as the browser has it, or what the server made of it.
async function source({ id, element, file }) {
  if (!id) return createImageBitmap(file);
  const image = new Image();
  image.src = find("img", element).src;
  await image.decode();
  return image;
}

// Degrees clockwise, the shares of what is kept, and the picture cut so; nothing when it is to stay as it is.
function ask(template, picture) {
  const dialog = template.content.firstElementChild.cloneNode(true), canvas = find("canvas", dialog), pen = canvas.getContext("2d");
  const slider = find("[data-turn]", dialog), inputs = findAll("[data-edge]", dialog), edges = () => inputs.map(({ value }) => value / 100);
  const { width, height } = picture, { lang } = document.documentElement;
  let quarters = 0, turn;

  function draw() {
    turn = quarters * 90 + +slider.value;
    const sides = inner(...(quarters % 2 ? [height, width] : [width, height]), slider.value), scale = LARGEST / Math.max(...sides);
    [canvas.width, canvas.height] = sides.map((side) => Math.ceil(side * scale));
    pen.translate(canvas.width / 2, canvas.height / 2);
    pen.rotate((turn * Math.PI) / 180);
    pen.scale(scale, scale);
    pen.drawImage(picture, -width / 2, -height / 2);
    find("output", dialog).value = `${(+slider.value).toLocaleString(lang)}°`;
    for (const at of [0, 1]) inputs[at + 2].value = Math.max(inputs[at + 2].value, +inputs[at].value + LEAST);
    const [left, top, right, bottom] = inputs.map(({ value }) => value), { style } = canvas.parentElement;
    style.setProperty("--ratio", canvas.width / canvas.height);
    find(".cut", dialog).style.inset = `${top}% ${100 - right}% ${100 - bottom}% ${left}%`;
  }

  // By an edge, by a corner, or all of it.
  const place = ({ offsetX, offsetY }) => [offsetX / canvas.clientWidth, offsetY / canvas.clientHeight];
  canvas.onpointerdown = (event) => {
    const before = edges(), start = place(event), far = before.map((edge, at) => Math.abs(edge - start[at % 2]));
    const held = far.map((share, at) => share < NEAR && share <= far[(at + 2) % 4]), isMoved = !held.includes(true);
    canvas.setPointerCapture(event.pointerId);
    canvas.onpointermove = (moved) => {
      const by = place(moved).map((at, axis) => {
        const way = at - start[axis];
        return isMoved ? Math.min(1 - before[axis + 2], Math.max(-before[axis], way)) : way;
      });
      inputs.forEach((input, at) => (isMoved || held[at]) && (input.value = (before[at] + by[at % 2]) * 100));
      draw();
    };
  };
  canvas.onlostpointercapture = () => (canvas.onpointermove = null);
  for (const input of [slider, ...inputs]) input.oninput = draw;
  for (const button of findAll("[data-quarter]", dialog)) button.onclick = () => {
    quarters = (quarters + +button.dataset.quarter) % 4;
    draw();
  };

  document.body.append(dialog);
  dialog.showModal();
  draw();
  return new Promise((resolve) => (dialog.onclose = () => {
    dialog.remove();
    const [left, top, right, bottom] = edges(), crop = [left, top, right - left, bottom - top];
    if (!dialog.returnValue || (!turn && `${crop}` === "0,0,1,1")) return resolve();
    const [x, y, w, h] = crop.map((share, at) => share * [canvas.width, canvas.height][at % 2]);
    const cut = Object.assign(document.createElement("canvas"), { width: w, height: h });
    cut.getContext("2d").drawImage(canvas, -x, -y);
    resolve({ turn, crop, picture: cut });
  }));
}

// The sides of the largest upright rectangle within one that is turned.
function inner(width, height, degrees) {
  const turn = (Math.abs(degrees) * Math.PI) / 180, sin = Math.sin(turn), cos = Math.cos(turn);
  const half = Math.min(width, height) / 2;
  if (half <= sin * cos * Math.max(width, height)) return width >= height ? [half / sin, half / cos] : [half / cos, half / sin];
  const scale = cos * cos - sin * sin;
  return [(width * cos - height * sin) / scale, (height * cos - width * sin) / scale];
}
