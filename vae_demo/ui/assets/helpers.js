// What the scripts on canvas share: numbers that come as base64, numbers as words, elements, canvases.
// Python puts this file before each of them; see `ui.scripts.canvas`.

function bytesOf(text) {
  return Uint8Array.from(atob(text), character => character.charCodeAt(0));
}

/** Half precision (IEEE 754 binary16) to a Float32Array. */
function halfFloats(text) {
  const halves = new Uint16Array(bytesOf(text).buffer);
  return Float32Array.from(halves, h => {
    const sign = h & 0x8000 ? -1 : 1;
    const exponent = (h >> 10) & 31;
    const fraction = h & 1023;
    if (exponent === 0) return sign * fraction * 2 ** -24;
    return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  });
}

function floats(text) {
  return new Float32Array(bytesOf(text).buffer);
}

/** A step of 1, 2 or 5 times a power of ten that cuts `span` into about six. */
function niceStep(span) {
  const raw = span / 6;
  const power = 10 ** Math.floor(Math.log10(raw));
  return power * [1, 2, 5, 10].find(factor => factor * power >= raw * 0.99);
}

/** With a true minus sign, and without one before a zero. */
function signed(value, digits = 2) {
  const text = value.toFixed(digits);
  return Number(text) === 0 ? text.replace("-", "") : text.replace("-", "−");
}

/** Three significant digits, and no exponent where one can read without. */
function short(value) {
  if (Math.abs(value) < 1e-9) return "0"; // what rounding leaves of nothing
  return Math.abs(value) < 0.001
    ? value.toExponential(0)
    : String(Number(value.toPrecision(Math.abs(value) < 10 ? 2 : 3)));
}

/** make("p", {class: "a", onclick: f}, "text", child): an element. */
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null) element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

function button(text, onclick, attributes = {}) {
  return make("button", { type: "button", onclick, ...attributes }, text);
}

/** Fits a canvas' pixels to its place on the screen; true where they changed. */
function fit(canvas) {
  const scale = Math.min(2, window.devicePixelRatio || 1);
  const [width, height] = [canvas.clientWidth, canvas.clientHeight].map(length => Math.round(length * scale));
  if (!width || (canvas.width === width && canvas.height === height)) return false;
  [canvas.width, canvas.height] = [width, height];
  return true;
}

/** The two axes through the middle of a square canvas. */
function cross(context, size) {
  context.beginPath();
  context.moveTo(0, size / 2);
  context.lineTo(size, size / 2);
  context.moveTo(size / 2, 0);
  context.lineTo(size / 2, size);
  context.stroke();
}

/** Copies a text; true where that worked. Pages of an address without https have no navigator.clipboard. */
async function copyText(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text).then(() => true, () => false);
  const field = make("textarea", { style: "position: fixed; opacity: 0" }, text);
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  return done;
}

/** Resolves when the element is first on the screen: a visitor of another tab loads nothing. */
function firstSight(element) {
  return new Promise(done => {
    const watcher = new IntersectionObserver(entries => {
      if (!entries.some(entry => entry.isIntersecting)) return;
      watcher.disconnect();
      done();
    });
    watcher.observe(element);
  });
}

/** Writes only what changed: a text that stays is not read out again, nor laid out again. */
function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
