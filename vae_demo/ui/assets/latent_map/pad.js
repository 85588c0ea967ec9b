// A drawn digit: ink as MNIST would have it, and the pad that it is drawn on.

/**
 * Ink on a square pad -> 784 numbers made as MNIST was: the ink in a 20x20 box, its mass in the middle. The same as
 * `digit` in vae_demo/images.py, for light ink on black. Null where there is no ink.
 */
function digitOf(ink, side) {
  let [left, right, top, bottom, most] = [side, -1, side, -1, 0];
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) {
      const value = ink[y * side + x];
      if (value <= 0.1) continue;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y);
      most = Math.max(most, value);
    }
  if (right < 0) return null;
  const [width, height] = [right - left + 1, bottom - top + 1];
  const scale = 20 / Math.max(width, height);
  const [columns, rows] = [width, height].map(length => Math.max(1, Math.round(length * scale)));
  // Averages over boxes, first along x, then along y.
  const narrow = new Float32Array(height * columns);
  for (let i = 0; i < columns; i++) {
    const [from, to] = boxOf(i, width, columns);
    for (let y = 0; y < height; y++) {
      let sum = 0;
      for (let x = from; x < to; x++) {
        const value = ink[(top + y) * side + left + x];
        if (value > 0.1) sum += value / most;
      }
      narrow[y * columns + i] = sum / (to - from);
    }
  }
  const small = new Float32Array(rows * columns);
  let [mass, meanX, meanY] = [0, 0, 0];
  for (let j = 0; j < rows; j++) {
    const [from, to] = boxOf(j, height, rows);
    for (let i = 0; i < columns; i++) {
      let sum = 0;
      for (let y = from; y < to; y++) sum += narrow[y * columns + i];
      const value = sum / (to - from);
      small[j * columns + i] = value;
      mass += value;
      meanX += value * i;
      meanY += value * j;
    }
  }
  const [shiftX, shiftY] = [Math.round(13.5 - meanX / mass), Math.round(13.5 - meanY / mass)];
  const digit = new Float32Array(784);
  for (let j = 0; j < rows; j++)
    for (let i = 0; i < columns; i++) {
      const [x, y] = [i + shiftX, j + shiftY];
      if (x >= 0 && x < 28 && y >= 0 && y < 28) digit[y * 28 + x] = small[j * columns + i];
    }
  return digit;
}

/** The pixels [from, to) of a line of `length` that cell i of `count` averages, ties as in Pillow's box filter. */
function boxOf(i, length, count) {
  const size = length / count;
  const middle = (i + 0.5) * size;
  const inside = x => {
    const share = (x + 0.5 - middle) / size;
    return share > -0.5 && share <= 0.5;
  };
  let from = Math.max(0, Math.floor(middle - size / 2 + 0.5));
  let to = Math.min(length, Math.floor(middle + size / 2 + 0.5));
  while (from < to - 1 && !inside(from)) from++;
  while (to > from + 1 && !inside(to - 1)) to--;
  return [from, Math.max(from + 1, to)];
}

/** A stroke as short straight pieces, [from, to] each, so that a hand can be seen to draw it. */
function piecesOf(stroke) {
  return stroke.slice(1).flatMap(([u, v], i) => {
    const [x, y] = stroke[i];
    const count = Math.ceil(Math.hypot(u - x, v - y) / 5);
    const at = k => [x + ((u - x) * k) / count, y + ((v - y) * k) / count];
    return Array.from({ length: count }, (_, k) => [at(k), at(k + 1)]);
  });
}

// Strokes as text, "20.30-25.70_40.40", in hundredths of the pad's side; see also ../strokes.js.
const writeStrokes = strokes => strokes.map(s => s.map(p => p.map(Math.round).join(".")).join("-")).join("_");
const readStrokes = text => text.split("_").map(s => s.split("-").map(p => p.split(".").map(Number)));
const MOST_POINTS = 400; // that a link keeps

function makePad(page) {
  const { say } = page;
  const side = 140;
  const pad = make("canvas", { class: "pad", width: side, height: side, "aria-label": say("pad"), role: "img" });
  const seen = pictureCanvas("picture", say("centred"));
  const context = pad.getContext("2d", { willReadFrequently: true });
  Object.assign(context, { lineWidth: 0.09 * side, lineCap: "round", lineJoin: "round", strokeStyle: "#fff" });
  const words = make("p", { class: "hint", "aria-live": "polite" }, say("pad_hint"));
  let strokes = []; // what is on the pad
  const clear = () => {
    strokes = [];
    context.fillRect(0, 0, side, side);
    paint(seen.getContext("2d"), new Float32Array(784));
    setText(words, say("pad_hint"));
    page.maps.forEach(map => (map.q = null));
    page.lookCloser(null);
    page.soon();
    page.announceLater();
  };
  const land = () => {
    const pixels = context.getImageData(0, 0, side, side).data;
    const x = digitOf(
      Float32Array.from({ length: side * side }, (_, i) => pixels[4 * i] / 255),
      side,
    );
    if (!x) return;
    paint(seen.getContext("2d"), x);
    page.stop();
    page.maps.forEach(map => (map.q = map.model.encode(x)));
    page.moveTo(page.maps.map(map => map.q.mu));
    page.lookCloser(x);
    const spread = ({ q, data }) => `${data.title}: σ = (${q.sigma.map(short).join(", ")})`;
    setText(
      words,
      page.maps
        .filter(map => map.q.sigma)
        .map(spread)
        .join("\n"),
    );
  };
  const line = (from, to) => {
    const place = point => point.map(part => (part / 100) * side);
    context.beginPath();
    context.moveTo(...place(from));
    context.lineTo(...place(to));
    context.stroke();
  };
  let last = null;
  let ghost = 0; // counts hands that draw by themselves; a newer one ends the older
  const at = event => {
    const box = pad.getBoundingClientRect();
    return [((event.clientX - box.left) / box.width) * 100, ((event.clientY - box.top) / box.height) * 100];
  };
  pad.addEventListener("pointerdown", event => {
    ghost++;
    pad.setPointerCapture(event.pointerId);
    last = at(event);
    strokes.push([last]);
    line(last, last);
    land();
  });
  pad.addEventListener("pointermove", event => {
    if (!last) return;
    line(last, at(event));
    last = at(event);
    strokes.at(-1).push(last);
    land();
  });
  for (const name of ["pointerup", "pointercancel"]) pad.addEventListener(name, () => (last = null));
  /** The page draws a digit itself, point by point. */
  const draw = digit => {
    clear();
    const me = ++ghost;
    strokes = page.strokes[digit].slice();
    const pieces = strokes.flatMap(piecesOf);
    const next = () => {
      if (me !== ghost || !pieces.length) return;
      const count = page.calm.matches ? pieces.length : 1;
      for (const [from, to] of pieces.splice(0, count)) line(from, to);
      land();
      setTimeout(next, 30);
    };
    next();
  };
  /** What is on the pad, as text; nothing where it is too much for a link. */
  page.drawn = () => (strokes.flat().length > MOST_POINTS ? "" : writeStrokes(strokes));
  page.drawAgain = text => {
    ghost++;
    clear();
    const asked = text ? readStrokes(text) : [];
    if (!asked.length || !asked.flat().every(point => point.length === 2 && point.every(Number.isFinite))) return;
    strokes = asked;
    for (const stroke of strokes) stroke.forEach((point, i) => line(stroke[Math.max(0, i - 1)], point));
    land();
  };
  clear();
  return make(
    "section",
    { class: "panel drawing" },
    make("h2", {}, say("draw")),
    make(
      "div",
      { class: "row hand" },
      pad,
      make(
        "div",
        { class: "column" },
        make("span", { class: "hint" }, say("centred")),
        seen,
        button(say("clear"), () => (ghost++, clear())),
      ),
    ),
    make(
      "div",
      { class: "row examples" },
      make("span", { class: "hint" }, say("examples")),
      ...Object.keys(page.strokes).map(digit =>
        button(digit, () => draw(digit), { class: "mini", "aria-label": say("example", { digit }) }),
      ),
    ),
    words,
  );
}
