// The latent map: four encoders and decoders of two dimensions, run in the browser under one cursor.
//
// Read from top to bottom, after helpers.js: networks, a drawn digit, one map, the page. `start(element, ...)` begins.
// The page asks the server once, for weights and codes; after that nothing leaves the browser but a path of which a
// film is asked for.

// ---------------------------------------------------------------------------------------------------- networks

/** Linear layers with ReLU between them: {widths: [784, 256, 128, 2], numbers: base64}. */
class Network {
  constructor({ widths, numbers }) {
    const all = halfFloats(numbers);
    let at = 0;
    this.layers = widths.slice(1).map((width, i) => ({
      weight: all.subarray(at, (at += widths[i] * width)), // (in, out)
      bias: all.subarray(at, (at += width)),
      output: new Float32Array(width),
    }));
  }

  /** The output is overwritten by the next run. */
  run(x) {
    this.layers.forEach(({ weight, bias, output }, depth) => {
      const width = output.length;
      output.set(bias);
      for (let i = 0; i < x.length; i++) {
        const value = x[i];
        if (value === 0) continue; // most pixels of a digit, and half of the ReLUs
        const row = i * width;
        for (let j = 0; j < width; j++) output[j] += value * weight[row + j];
      }
      if (depth < this.layers.length - 1) for (let j = 0; j < width; j++) if (output[j] < 0) output[j] = 0;
      x = output;
    });
    return x;
  }
}

/** An autoencoder: x, 784 numbers in [0, 1], and z, two numbers. */
class Autoencoder {
  constructor({ encoder, decoder }) {
    this.encoder = new Network(encoder);
    this.decoder = new Network(decoder);
    this.variational = encoder.widths.at(-1) === 4; // mu and logvar instead of z
    this.x = new Float32Array(decoder.widths.at(-1));
  }

  encode(x) {
    const out = this.encoder.run(x);
    const sigma = this.variational ? [Math.exp(out[2] / 2), Math.exp(out[3] / 2)] : null;
    return { mu: [out[0], out[1]], sigma };
  }

  /** The picture is overwritten by the next one. */
  decode(z) {
    const logits = this.decoder.run(z);
    for (let i = 0; i < logits.length; i++) this.x[i] = 1 / (1 + Math.exp(-logits[i]));
    return this.x;
  }
}

// ------------------------------------------------------------------------------------------------ a drawn digit

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

// ------------------------------------------------------------------------------------------- numbers and helpers

/** KL(N(mu, sigma²) || N(0, 1)) in nats. */
function kl(mu, variance) {
  return 0.5 * (mu * mu + variance - 1 - Math.log(variance));
}

/** The lower triangle L of the covariance [[a², r a b], [r a b, b²]] = L Lᵀ: draws are L eps. */
function cholesky(a, b, r) {
  return [a, r * b, b * Math.sqrt(1 - r * r)]; // L11, L21, L22
}

/** Draws of N(0, 1) from a seed: mulberry32, then Box and Muller. */
function normals(count, seed) {
  let state = seed >>> 0;
  const uniform = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let n = Math.imul(state ^ (state >>> 15), 1 | state);
    n = (n + Math.imul(n ^ (n >>> 7), 61 | n)) ^ n;
    return ((n ^ (n >>> 14)) >>> 0) / 2 ** 32;
  };
  return Array.from(
    { length: count },
    () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
  );
}

/** The index of the nearest of (x, y) pairs in one flat array, and its distance. */
function nearest(pairs, [x, y]) {
  let [best, index] = [Infinity, 0];
  for (let i = 0; i < pairs.length; i += 2) {
    const square = (pairs[i] - x) ** 2 + (pairs[i + 1] - y) ** 2;
    if (square < best) [best, index] = [square, i / 2];
  }
  return { index, distance: Math.sqrt(best) };
}

/** digit -> the medians of its codes. */
function middlesOf(points, labels) {
  const median = values => values.sort((a, b) => a - b)[values.length >> 1];
  const middles = new Map();
  for (const digit of new Set(labels)) {
    const own = [...labels.keys()].filter(i => labels[i] === digit);
    middles.set(digit, [median(own.map(i => points[2 * i])), median(own.map(i => points[2 * i + 1]))]);
  }
  return middles;
}

/** A canvas for `count` pictures of 28x28 beside each other. */
function pictureCanvas(kind, label, count = 1) {
  return make("canvas", { class: kind, width: 28 * count, height: 28, role: "img", "aria-label": label });
}

/** Writes 784 numbers in [0, 1] into a canvas context as grey pixels, `left` pixels from its edge. */
function paint(context, x, left = 0) {
  const image = context.createImageData(28, 28);
  for (let i = 0; i < 784; i++) {
    image.data.fill(Math.round(255 * x[i]), 4 * i, 4 * i + 3);
    image.data[4 * i + 3] = 255;
  }
  context.putImageData(image, left, 0);
}

// ------------------------------------------------------------------------------------------------------ one map

/** What one map knows and draws. Places on its canvas are in canvas pixels; z is in the model's own units. */
class LatentMap {
  constructor(data) {
    this.data = data;
    this.model = new Autoencoder(data);
    this.points = floats(data.points);
    this.labels = bytesOf(data.labels);
    this.seen = floats(data.seen);
    this.reach = floats(data.reach);
    this.middles = middlesOf(this.points, this.labels);
    this.levels = { density: bytesOf(data.density.levels), drift: bytesOf(data.drift.levels) };
    this.own = { centre: data.centre, half: data.half };
    this.frame = this.own;
    this.z = [0, 0];
    this.q = null; // the drawn digit's {mu, sigma}
    this.still = document.createElement("canvas"); // what does not move with the cursor
  }

  /** z -> canvas pixels. */
  place([x, y], size) {
    const { centre, half } = this.frame;
    return [((x - centre[0]) / half + 1) * 0.5 * size, (1 - (y - centre[1]) / half) * 0.5 * size];
  }

  /** A place as shares of the frame, each from -1 to 1, y up; every map has such a place. */
  share([x, y], { centre, half } = this.frame) {
    return [(x - centre[0]) / half, (y - centre[1]) / half];
  }

  fromShare([u, v], { centre, half } = this.frame) {
    return [centre[0] + half * u, centre[1] + half * v];
  }

  /** Whether all codes lie on one spot, as KL alone makes them. */
  get collapsed() {
    const [first, ...others] = this.middles.values();
    return others.every(([x, y]) => Math.hypot(x - first[0], y - first[1]) < 0.02 * this.own.half);
  }

  /** What is known of this place: the nearest place that the decoder was trained on, and how far its reach goes. */
  familiarity() {
    const { distance, index } = nearest(this.seen, this.z);
    const reach = this.reach[index];
    return { distance, reach, seen: distance <= reach, digit: this.labels[nearest(this.points, this.z).index] };
  }

  drawStill(size, look) {
    Object.assign(this.still, { width: size, height: size });
    const context = this.still.getContext("2d");
    context.fillStyle = look.paper;
    context.fillRect(0, 0, size, size);
    if (look.background !== "none") this.drawField(context, size, look);
    this.drawAxes(context, size, look);
    if (look.points) this.drawPoints(context, size, look);
    if (look.prior) this.drawPrior(context, size, look);
  }

  drawField(context, size, look) {
    const levels = this.levels[look.background];
    const side = Math.sqrt(levels.length);
    const [r, g, b] = look.background === "density" ? look.densityInk : look.driftInk;
    const field = Object.assign(document.createElement("canvas"), { width: side, height: side });
    const image = new ImageData(side, side);
    levels.forEach((level, i) => image.data.set([r, g, b, 0.9 * level], 4 * i));
    field.getContext("2d").putImageData(image, 0, 0);
    const { centre, half } = this.own;
    const [left, top] = this.place([centre[0] - half, centre[1] + half], size);
    const [right, bottom] = this.place([centre[0] + half, centre[1] - half], size);
    context.imageSmoothingQuality = "high";
    context.drawImage(field, left, top, right - left, bottom - top);
  }

  drawAxes(context, size, look) {
    const { centre, half } = this.frame;
    const step = niceStep(2 * half);
    const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
    context.font = `${Math.round(10.5 * look.scale)}px ${look.font}`;
    context.lineWidth = look.scale;
    for (const axis of [0, 1])
      for (let i = Math.ceil((centre[axis] - half) / step); i * step <= centre[axis] + half; i++) {
        const at = this.place([i * step, i * step], size)[axis];
        context.strokeStyle = i === 0 ? look.axis : look.grid;
        context.beginPath();
        context.moveTo(axis ? 0 : at, axis ? at : 0);
        context.lineTo(axis ? size : at, axis ? at : size);
        context.stroke();
        if (at < 14 * look.scale || at > size - 14 * look.scale) continue;
        context.fillStyle = look.faint;
        const text = signed(i * step, decimals);
        context.textAlign = axis ? "left" : "center";
        context.textBaseline = axis ? "middle" : "bottom";
        const corner = [axis ? 3 * look.scale : at, axis ? at : size - 2 * look.scale];
        context.strokeStyle = look.paper;
        context.lineWidth = 3 * look.scale;
        context.strokeText(text, ...corner);
        context.lineWidth = look.scale;
        context.fillText(text, ...corner);
      }
  }

  drawPoints(context, size, look) {
    const side = Math.max(2, (size / 170) * (look.background === "none" ? 1 : 0.8));
    for (let digit = 0; digit < 10; digit++) {
      const apart = look.highlight !== null && look.highlight !== digit;
      context.fillStyle = look.digits[digit];
      context.globalAlpha = apart ? 0.08 : look.background === "none" ? 0.75 : 0.6;
      for (let i = 0; i < this.labels.length; i++) {
        if (this.labels[i] !== digit) continue;
        const [x, y] = this.place([this.points[2 * i], this.points[2 * i + 1]], size);
        context.fillRect(x - side / 2, y - side / 2, side, side);
      }
    }
    context.globalAlpha = 1;
    this.drawNames(context, size, look);
  }

  /** Each digit written at the middle of its codes, so that colour is not all that tells them apart. */
  drawNames(context, size, look) {
    if (this.collapsed) return;
    const places = [...this.middles].map(([digit, middle]) => [digit, ...this.place(middle, size)]);
    context.font = `bold ${Math.round(Math.max(10 * look.scale, size / 22))}px ${look.font}`;
    [context.textAlign, context.textBaseline, context.lineJoin] = ["center", "middle", "round"];
    for (const [digit, x, y] of places) {
      if (look.highlight !== null && look.highlight !== digit) continue;
      context.strokeStyle = look.paper;
      context.lineWidth = 4 * look.scale;
      context.strokeText(digit, x, y);
      context.fillStyle = look.ink;
      context.fillText(digit, x, y);
    }
  }

  drawPrior(context, size, look) {
    context.strokeStyle = look.ink;
    context.lineWidth = 1.25 * look.scale;
    const [x, y] = this.place([0, 0], size);
    for (const [sigmas, dash] of [
      [1, []],
      [2, [6, 4]],
      [3, [2, 4]],
    ]) {
      context.setLineDash(dash.map(length => length * look.scale));
      context.beginPath();
      context.arc(x, y, (sigmas / this.frame.half) * 0.5 * size, 0, 2 * Math.PI);
      context.stroke();
    }
    context.setLineDash([]);
  }

  /** Everything that moves: over a copy of the still picture. */
  draw(context, size, look, path, index) {
    context.drawImage(this.still, 0, 0);
    context.lineJoin = "round";
    if (path.length > 1)
      this.drawPath(
        context,
        size,
        look,
        path.map(stop => stop[index]),
      );
    if (this.q) this.drawPosterior(context, size, look);
    if (look.background === "drift") this.drawArrow(context, size, look);
    this.drawCursor(context, size, look);
  }

  drawPath(context, size, look, stops) {
    for (const [colour, width] of [
      [look.paper, 3.5],
      [look.ink, 1.5],
    ]) {
      context.strokeStyle = colour;
      context.lineWidth = width * look.scale;
      context.beginPath();
      stops.forEach((z, i) => context[i ? "lineTo" : "moveTo"](...this.place(z, size)));
      context.stroke();
    }
  }

  /** The digit's q(z | x): one and two sigma, to scale; of a plain autoencoder a point. */
  drawPosterior(context, size, look) {
    const [x, y] = this.place(this.q.mu, size);
    const unit = (0.5 * size) / this.frame.half;
    for (const [colour, width] of [
      [look.paper, 4],
      [look.accent, 2],
    ]) {
      context.strokeStyle = colour;
      context.lineWidth = width * look.scale;
      for (const sigmas of this.q.sigma ? [1, 2] : []) {
        context.beginPath();
        context.ellipse(x, y, sigmas * this.q.sigma[0] * unit, sigmas * this.q.sigma[1] * unit, 0, 0, 2 * Math.PI);
        context.stroke();
      }
    }
    const arm = 5 * look.scale;
    for (const [colour, width] of [
      [look.paper, 6],
      [look.accent, 3],
    ]) {
      context.strokeStyle = colour;
      context.lineWidth = width * look.scale;
      context.beginPath();
      context.moveTo(x - arm, y - arm);
      context.lineTo(x + arm, y + arm);
      context.moveTo(x + arm, y - arm);
      context.lineTo(x - arm, y + arm);
      context.stroke();
    }
  }

  /** From z to encode(decode(z)). */
  drawArrow(context, size, look) {
    const [x, y] = this.place(this.z, size);
    const [u, v] = this.place(this.back, size);
    const length = Math.hypot(u - x, v - y);
    if (length < 6 * look.scale) return;
    const angle = Math.atan2(v - y, u - x);
    const head = Math.min(8 * look.scale, length);
    context.strokeStyle = context.fillStyle = look.ink;
    context.lineWidth = 2 * look.scale;
    context.beginPath();
    context.moveTo(x, y);
    context.lineTo(u, v);
    context.stroke();
    context.beginPath();
    context.moveTo(u, v);
    for (const turn of [2.6, -2.6])
      context.lineTo(u + head * Math.cos(angle + turn), v + head * Math.sin(angle + turn));
    context.fill();
  }

  drawCursor(context, size, look) {
    const [x, y] = this.place(this.z, size);
    const radius = 7 * look.scale;
    for (const [colour, width] of [
      [look.paper, 5],
      [look.ink, 2],
    ]) {
      context.strokeStyle = colour;
      context.lineWidth = width * look.scale;
      context.beginPath();
      context.arc(x, y, radius, 0, 2 * Math.PI);
      context.moveTo(x - 1.9 * radius, y);
      context.lineTo(x - radius, y);
      context.moveTo(x + radius, y);
      context.lineTo(x + 1.9 * radius, y);
      context.moveTo(x, y - 1.9 * radius);
      context.lineTo(x, y - radius);
      context.moveTo(x, y + radius);
      context.lineTo(x, y + 1.9 * radius);
      context.stroke();
    }
  }
}

// ----------------------------------------------------------------------------------------------------- the page

/**
 * Asks for weights and codes, and puts the page into `element`.
 *
 * `host` is what Gradio hands to a script: server, props, trigger, watch. `words` are [English, Korean] of "loading"
 * and "failed".
 */
async function start(element, host, words) {
  const root = element.querySelector(".latent-map");
  const language = navigator.language.startsWith("ko") ? 1 : 0;
  root.textContent = words.loading[language];
  await firstSight(root);
  try {
    const { maps, texts, strokes } = await host.server.latent_maps();
    const say = (key, values = {}) =>
      texts[`map.${key}`][language].replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
    new Page(
      root,
      maps.map(data => new LatentMap(data)),
      strokes,
      say,
      host,
    );
  } catch (error) {
    root.textContent = words.failed[language];
    throw error;
  }
}

class Page {
  constructor(root, maps, strokes, say, host) {
    Object.assign(this, { root, maps, strokes, say, host });
    this.calm = window.matchMedia("(prefers-reduced-motion: reduce)");
    this.settings = { background: "none", prior: true, points: true, highlight: null, sameAxes: false };
    this.path = []; // stops, each one z for every map
    this.journey = null; // what moves the cursor by itself
    this.controls = {}; // of the settings, by name
    this.kept = null; // the state as it was last written into the component's value
    this.stale = true; // the still pictures have to be drawn again
    this.waiting = false; // a frame is asked for
    this.cards = maps.map((map, index) => this.makeCard(map, index));
    root.replaceChildren(
      make("p", { class: "intro" }, say("intro")),
      this.makeSettings(),
      make("div", { class: "maps" }, ...this.cards.map(card => card.figure)),
      this.makeLegend(),
      make("div", { class: "tools" }, this.makePad(), this.makePathTools()),
      this.makeFolds(),
      (this.live = make("p", { class: "unseen-text", "aria-live": "polite" })),
    );
    const again = () => this.refresh();
    new ResizeObserver(again).observe(root);
    new MutationObserver(again).observe(document.body, { attributes: true, attributeFilter: ["class"] });
    this.path = this.past([1, 0]);
    this.pathChanged();
    this.moveTo(this.path[0]);
    host.watch("value", () => this.restore());
    if (this.restore()) return;
    if (!this.calm.matches) this.travel(this.past([1, 7, 9, 4, 6, 0, 2, 3, 5, 8, 1]), 1.6, true);
  }

  // ------------------------------------------------------------------------------------------------ the cursor

  /** Past the middles of these digits on the VAE's map, one z for every map each. */
  past(digits) {
    const map = this.maps.find(one => one.data.name === "mnist-vae-2d") ?? this.maps.at(-1);
    const there = digits.filter(digit => map.middles.has(digit));
    return there.map(digit => this.everywhere(map.share(map.middles.get(digit))));
  }

  /** One z for every map, from a place given in shares of the frames. */
  everywhere(share) {
    return this.maps.map(map => map.fromShare(share));
  }

  /** Sets the cursor of every map. */
  moveTo(places) {
    this.maps.forEach((map, i) => (map.z = places[i]));
    this.soon();
    this.announceLater();
  }

  soon() {
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame(() => {
      this.waiting = false;
      this.draw();
    });
  }

  refresh() {
    this.stale = true;
    this.soon();
  }

  draw() {
    if (!this.root.isConnected || !this.root.clientWidth) return; // another tab is open
    const resized = this.cards.map(card => fit(card.map)).some(Boolean);
    if (this.stale || resized) {
      this.look = this.makeLook();
      this.maps.forEach((map, i) => map.drawStill(this.cards[i].map.width, this.look));
      this.stale = false;
    }
    this.maps.forEach((map, i) => {
      const card = this.cards[i];
      paint(card.picture.getContext("2d"), map.model.decode(map.z));
      map.back = map.model.encode(map.model.x).mu;
      map.draw(card.map.getContext("2d"), card.map.width, this.look, this.path, i);
      this.describe(map, card);
    });
  }

  describe(map, card) {
    const here = map.familiarity();
    const badge = map.collapsed ? "collapsed" : here.seen ? "seen" : "unseen";
    const away = Math.hypot(map.back[0] - map.z[0], map.back[1] - map.z[1]);
    setText(card.where, `z = (${signed(map.z[0])}, ${signed(map.z[1])})`);
    setText(card.nearest, map.collapsed ? "" : this.say("nearest", { digit: here.digit }));
    setText(card.drift, this.say("drift_here", { drift: short(away) }));
    setText(card.badge, this.say(badge));
    setText(
      card.gap,
      map.collapsed ? "" : this.say("distance", { distance: short(here.distance), reach: short(here.reach) }),
    );
    card.badge.classList.toggle("far", badge !== "seen");
  }

  /** What the maps show, in words, in Python and for a link, once the cursor rests. */
  announceLater() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      if (this.journey?.endless || !this.root.clientWidth) return;
      this.keep();
      this.writePython();
      const words = this.cards.map((card, i) => {
        const said = [card.where, card.nearest, card.badge].map(part => part.textContent).filter(Boolean);
        return `${this.nameOf(this.maps[i])}: ${said.join(", ")}.`;
      });
      setText(this.live, words.join(" "));
    }, 700);
  }

  nameOf(map) {
    return map.data.title;
  }

  // ------------------------------------------------------------------------------------------- what a link keeps

  /** The cursor, the settings and the path as one line; places are shares of the maps' own frames, see `writeStop`. */
  state() {
    const { background, highlight } = this.settings;
    const show = ["points", "prior", "sameAxes"].filter(name => this.settings[name]);
    const path = this.path.length > LONGEST_PATH ? alongPath(this.path, LONGEST_PATH) : this.path;
    const stop = places => writeStop(places.map((z, i) => this.maps[i].share(z, this.maps[i].own)));
    return [
      `at:${stop(this.maps.map(map => map.z))}`,
      `background:${background}`,
      `show:${show.join(",")}`,
      ...(highlight === null ? [] : [`only:${highlight}`]),
      ...(path.length ? [`path:${path.map(stop).join("~")}`] : []),
    ].join(";");
  }

  /** Writes the state into the component's value, where the link button finds it; no request follows. */
  keep() {
    this.kept = this.state();
    if (this.host.props.value !== this.kept) this.host.props.value = this.kept;
  }

  /** Takes over a state that came with a link; true where there was one. What does not fit is left as it is. */
  restore() {
    const text = String(this.host.props.value ?? "");
    if (!text || text === this.kept) return false;
    this.kept = text;
    const asked = Object.fromEntries(text.split(";").map(part => part.split(/:(.*)/s)));
    const places = part => {
      const shares = readStop(part, this.maps.length);
      return shares && this.maps.map((map, i) => map.fromShare(shares[i], map.own));
    };
    if (["none", "density", "drift"].includes(asked.background)) this.controls[asked.background].click();
    if (asked.show !== undefined)
      for (const name of ["points", "prior", "sameAxes"])
        if (this.controls[name].checked !== asked.show.split(",").includes(name)) this.controls[name].click();
    if (/^\d$/.test(asked.only ?? "")) this.highlight(Number(asked.only));
    const stops = (asked.path ?? "").split("~").map(places);
    this.stop();
    this.path = asked.path && stops.every(Boolean) ? stops : [];
    this.pathChanged();
    const at = places(asked.at ?? "");
    if (at) this.moveTo(at);
    return true;
  }

  // ------------------------------------------------------------------------------------------------- journeys

  /** Leads the cursor through stops, `seconds` each. */
  travel(stops, seconds, endless = false) {
    this.stop();
    const journey = (this.journey = { endless });
    const began = performance.now();
    const step = now => {
      if (this.journey !== journey) return;
      if (!this.root.isConnected) return this.stop();
      let at = Math.max(0, (now - began) / 1000 / seconds);
      if (endless) at %= stops.length - 1;
      const last = at >= stops.length - 1;
      const i = Math.min(Math.floor(at), stops.length - 2);
      const part = last ? 1 : ease(at - i);
      if (this.root.clientWidth)
        this.moveTo(stops[i].map((z, k) => z.map((from, axis) => from + part * (stops[i + 1][k][axis] - from))));
      if (!last) return requestAnimationFrame(step);
      this.stop();
    };
    const ease = stops.length === 2 || endless ? p => p * p * (3 - 2 * p) : p => p;
    requestAnimationFrame(step);
  }

  stop() {
    this.journey = null;
    this.updatePathTools?.();
  }

  /** Flies to a place of one map; the others go along. */
  fly(map, z) {
    const [here, there] = [this.maps.map(one => one.z), this.everywhere(map.share(z))];
    if (this.calm.matches) {
      this.stop();
      this.moveTo(there);
    } else this.travel([here, there], 0.9);
    this.root
      .querySelector(".maps")
      .scrollIntoView({ block: "nearest", behavior: this.calm.matches ? "auto" : "smooth" });
  }

  // --------------------------------------------------------------------------------------------------- a card

  makeCard(map, index) {
    const name = this.nameOf(map);
    const card = {
      map: make("canvas", {
        class: "map",
        tabindex: 0,
        role: "application",
        "aria-roledescription": this.say("role"),
        "aria-label": this.say("canvas", { name }),
        "aria-describedby": `latent-map-words-${index}`,
      }),
      picture: pictureCanvas("picture", this.say("picture", { name })),
      where: make("p", { class: "where" }),
      nearest: make("p"),
      drift: make("p"),
      badge: make("p", { class: "badge" }),
      gap: make("p", { class: "hint" }),
    };
    card.figure = make(
      "figure",
      { class: "card", style: `--stripe: ${map.data.colour}` },
      make("figcaption", {}, make("strong", {}, name), make("span", {}, this.say(`about.${map.data.name}`))),
      card.map,
      make(
        "div",
        { class: "below" },
        card.picture,
        make(
          "div",
          { class: "words", id: `latent-map-words-${index}` },
          card.where,
          card.nearest,
          card.drift,
          card.badge,
          card.gap,
        ),
      ),
    );
    this.listen(card.map, map);
    return card;
  }

  /** Mouse, touch and keys on a map. Moving moves the cursor; moving with the button or finger down draws a path. */
  listen(canvas, map) {
    const placeOf = event => {
      const box = canvas.getBoundingClientRect();
      const share = [
        ((event.clientX - box.left) / box.width) * 2 - 1,
        1 - ((event.clientY - box.top) / box.height) * 2,
      ];
      return this.everywhere(share.map(part => Math.max(-1, Math.min(1, part))));
    };
    let drawing = null;
    const move = event => {
      const still = event.pointerType === "mouse" && event.movementX === 0 && event.movementY === 0;
      if (this.journey && still && !event.buttons) return; // the page moved under a mouse at rest
      this.stop();
      const places = placeOf(event);
      this.moveTo(places);
      if (!drawing) return;
      const from = this.maps[0].share(drawing.at(-1)[0]);
      const to = this.maps[0].share(places[0]);
      if (Math.hypot(to[0] - from[0], to[1] - from[1]) < 0.03) return;
      drawing.push(places);
      this.path = drawing;
    };
    canvas.addEventListener("pointermove", move);
    canvas.addEventListener("pointerdown", event => {
      canvas.setPointerCapture(event.pointerId);
      this.stop();
      this.moveTo(placeOf(event));
      drawing = [placeOf(event)];
    });
    const end = () => {
      if (drawing && this.path === drawing) this.pathChanged();
      drawing = null;
    };
    canvas.addEventListener("pointerup", end);
    canvas.addEventListener("pointercancel", end);
    canvas.addEventListener("keydown", event => {
      const [u, v] = map.share(map.z);
      const step = event.shiftKey ? 0.15 : 0.03;
      const arrows = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, step], ArrowDown: [0, -step] };
      const actions = {
        Home: () => this.moveTo(this.everywhere(map.share([0, 0]))),
        Enter: () => this.addStop(),
        " ": () => this.playOrPause(),
        Escape: () => (this.journey ? this.stop() : this.clearPath()),
      };
      if (event.ctrlKey || event.metaKey || event.altKey || !(event.key in arrows || event.key in actions)) return;
      event.preventDefault();
      if (event.key in actions) return actions[event.key]();
      this.stop();
      const [du, dv] = arrows[event.key];
      this.moveTo(this.everywhere([u + du, v + dv].map(part => Math.max(-1, Math.min(1, part)))));
    });
  }

  // ------------------------------------------------------------------------------------------------- settings

  makeSettings() {
    const { say, settings } = this;
    const change = name => event => {
      settings[name] = event.target.type === "checkbox" ? event.target.checked : event.target.value;
      if (name === "sameAxes") this.changeAxes();
      this.announceLater();
      this.scaleText.hidden = settings.background === "none";
      setText(this.scaleText, settings.background === "none" ? "" : say(`scale.${settings.background}`));
      this.refresh();
    };
    const radio = value => {
      const checked = value === "none";
      const onchange = change("background");
      const input = make("input", { type: "radio", name: "latent-map-background", value, checked, onchange });
      this.controls[value] = input;
      return make("label", {}, input, say(`background.${value}`));
    };
    const box = name => {
      const input = make("input", { type: "checkbox", name, checked: settings[name], onchange: change(name) });
      this.controls[name] = input;
      return make("label", {}, input, say(`option.${name}`));
    };
    this.scaleText = make("p", { class: "hint", hidden: true });
    return make(
      "div",
      { class: "settings" },
      make("fieldset", {}, make("legend", {}, say("background")), radio("none"), radio("density"), radio("drift")),
      make("fieldset", {}, make("legend", {}, say("options")), box("points"), box("prior"), box("sameAxes")),
      this.scaleText,
    );
  }

  /** Each map its own frame, or all the frame that holds the largest. */
  changeAxes() {
    const reach = Math.max(...this.maps.map(({ own }) => Math.max(...own.centre.map(Math.abs)) + own.half));
    for (const map of this.maps) map.frame = this.settings.sameAxes ? { centre: [0, 0], half: reach } : map.own;
  }

  makeLegend() {
    const buttons = Array.from({ length: 10 }, (_, digit) =>
      button(String(digit), () => this.highlight(this.settings.highlight === digit ? null : digit), {
        class: "digit",
        "aria-pressed": "false",
        style: `--digit: var(--digit-${digit})`,
        "aria-label": this.say("only", { digit }),
      }),
    );
    /** Only this digit's codes, or with null all of them. */
    this.highlight = digit => {
      this.settings.highlight = digit;
      buttons.forEach((one, i) => one.setAttribute("aria-pressed", String(i === digit)));
      this.refresh();
      this.announceLater();
    };
    const count = this.maps[0].labels.length.toLocaleString();
    return make("div", { class: "colours" }, make("span", {}, this.say("legend", { count })), ...buttons);
  }

  makeLook() {
    const style = getComputedStyle(this.root);
    const colour = name => style.getPropertyValue(`--${name}`).trim();
    const canvas = this.cards[0].map;
    return {
      ...this.settings,
      scale: canvas.width / canvas.clientWidth,
      font: style.fontFamily,
      paper: colour("paper"),
      ink: colour("ink"),
      faint: colour("faint"),
      grid: colour("grid"),
      axis: colour("axis"),
      accent: colour("accent"),
      densityInk: colour("density").split(" ").map(Number),
      driftInk: colour("drift").split(" ").map(Number),
      digits: Array.from({ length: 10 }, (_, digit) => colour(`digit-${digit}`)),
    };
  }

  // ------------------------------------------------------------------------------------------------------ the pad

  makePad() {
    const { say } = this;
    const side = 140;
    const pad = make("canvas", { class: "pad", width: side, height: side, "aria-label": say("pad"), role: "img" });
    const seen = pictureCanvas("picture", say("centred"));
    const context = pad.getContext("2d", { willReadFrequently: true });
    Object.assign(context, { lineWidth: 0.09 * side, lineCap: "round", lineJoin: "round", strokeStyle: "#fff" });
    const words = make("p", { class: "hint", "aria-live": "polite" }, say("pad_hint"));
    const clear = () => {
      context.fillRect(0, 0, side, side);
      paint(seen.getContext("2d"), new Float32Array(784));
      setText(words, say("pad_hint"));
      this.maps.forEach(map => (map.q = null));
      this.soon();
    };
    const land = () => {
      const pixels = context.getImageData(0, 0, side, side).data;
      const x = digitOf(
        Float32Array.from({ length: side * side }, (_, i) => pixels[4 * i] / 255),
        side,
      );
      if (!x) return;
      paint(seen.getContext("2d"), x);
      this.stop();
      this.maps.forEach(map => (map.q = map.model.encode(x)));
      this.moveTo(this.maps.map(map => map.q.mu));
      const spread = ({ q, data }) => `${data.title}: σ = (${q.sigma.map(short).join(", ")})`;
      setText(
        words,
        this.maps
          .filter(map => map.q.sigma)
          .map(spread)
          .join("\n"),
      );
    };
    const line = (from, to) => {
      context.beginPath();
      context.moveTo(...from);
      context.lineTo(...to);
      context.stroke();
    };
    let last = null;
    let ghost = 0; // counts hands that draw by themselves; a newer one ends the older
    const at = event => {
      const box = pad.getBoundingClientRect();
      return [((event.clientX - box.left) / box.width) * side, ((event.clientY - box.top) / box.height) * side];
    };
    pad.addEventListener("pointerdown", event => {
      ghost++;
      pad.setPointerCapture(event.pointerId);
      last = at(event);
      line(last, last);
      land();
    });
    pad.addEventListener("pointermove", event => {
      if (!last) return;
      line(last, at(event));
      last = at(event);
      land();
    });
    for (const name of ["pointerup", "pointercancel"]) pad.addEventListener(name, () => (last = null));
    /** The page draws a digit itself, point by point. */
    const draw = digit => {
      clear();
      const me = ++ghost;
      const pieces = this.strokes[digit].flatMap(piecesOf);
      const scale = ([x, y]) => [(x / 100) * side, (y / 100) * side];
      const next = () => {
        if (me !== ghost || !pieces.length) return;
        const count = this.calm.matches ? pieces.length : 1;
        for (const [from, to] of pieces.splice(0, count)) line(scale(from), scale(to));
        land();
        setTimeout(next, 30);
      };
      next();
    };
    clear();
    return make(
      "section",
      { class: "panel" },
      make("h3", {}, say("draw")),
      make(
        "div",
        { class: "row" },
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
        ...Object.keys(this.strokes).map(digit =>
          button(digit, () => draw(digit), { class: "mini", "aria-label": say("example", { digit }) }),
        ),
      ),
      words,
    );
  }

  // ----------------------------------------------------------------------------------------------------- the path

  makePathTools() {
    const { say } = this;
    const play = button(say("play"), () => this.playOrPause());
    const clear = button(say("clear_path"), () => this.clearPath());
    const add = button(say("add_stop"), () => this.addStop());
    const count = make("p", { class: "hint", "aria-live": "polite" });
    const strips = this.maps.map(map => pictureCanvas("strip", say("strip", { name: this.nameOf(map) }), 12));
    const films = make(
      "div",
      { class: "films", hidden: true },
      ...strips.flatMap((strip, i) => [make("span", { class: "hint" }, this.nameOf(this.maps[i])), strip]),
    );
    const film = button(say("film"), () => {
      film.disabled = true; // one at a time; a press that failed may be tried again
      setTimeout(() => (film.disabled = false), 2000);
      this.keep();
      this.host.trigger("submit");
    });
    const save = button(say("save_strips"), () => this.saveStrips(strips));
    const keeping = make("div", { class: "row", hidden: true }, film, save);
    const made = make("div", { class: "film", hidden: true, "aria-live": "polite" });
    document.addEventListener("map-film", ({ detail }) => {
      const link = kind => make("a", { href: detail[kind], download: `latent-path.${kind}` }, say("film_download", { kind: kind.toUpperCase() }));
      made.replaceChildren(make("img", { src: detail.webp, alt: say("film_alt") }), make("p", { class: "row" }, ...["gif", "webp"].map(link)));
      made.hidden = film.disabled = false;
    });
    this.updatePathTools = () => {
      const playing = this.journey !== null && !this.journey.endless;
      setText(play, say(playing ? "pause" : "play"));
      play.disabled = this.path.length < 2;
      clear.disabled = this.path.length === 0;
      setText(count, this.path.length ? say("stops", { count: this.path.length }) : say("path_hint"));
    };
    this.drawFilms = () => {
      films.hidden = keeping.hidden = this.path.length < 2;
      made.hidden = true; // it is of another path
      if (films.hidden) return;
      const frames = alongPath(this.path, 12);
      this.maps.forEach((map, k) =>
        frames.forEach((places, i) => paint(strips[k].getContext("2d"), map.model.decode(places[k]), 28 * i)),
      );
    };
    this.updatePathTools();
    return make(
      "section",
      { class: "panel" },
      make("h3", {}, say("path")),
      make("div", { class: "row" }, play, add, clear),
      count,
      films,
      keeping,
      made,
    );
  }

  /** The strips of all maps with their names as one PNG; it is made here and nothing is asked of the server. */
  saveStrips(strips) {
    const [scale, left, gap] = [4, 190, 12];
    const [width, height] = [strips[0].width * scale, 28 * scale];
    const sheet = make("canvas", { width: left + width + gap, height: strips.length * (height + gap) + gap });
    const context = sheet.getContext("2d");
    context.fillStyle = "#fff";
    context.fillRect(0, 0, sheet.width, sheet.height);
    Object.assign(context, { imageSmoothingEnabled: false, textBaseline: "middle" });
    context.font = `bold 20px ${getComputedStyle(this.root).fontFamily}`;
    strips.forEach((strip, i) => {
      const top = gap + i * (height + gap);
      context.fillStyle = "#111827";
      context.fillText(this.nameOf(this.maps[i]), gap, top + height / 2, left - 2 * gap);
      context.drawImage(strip, left, top, width, height);
    });
    make("a", { href: sheet.toDataURL("image/png"), download: "latent-path.png" }).click();
  }

  pathChanged() {
    this.updatePathTools();
    this.drawFilms();
    this.soon();
    this.announceLater();
  }

  addStop() {
    this.stop();
    this.path = [...this.path, this.maps.map(map => [...map.z])];
    this.pathChanged();
  }

  clearPath() {
    this.stop();
    this.path = [];
    this.pathChanged();
  }

  playOrPause() {
    if (this.journey && !this.journey.endless) return this.stop();
    if (this.path.length < 2) return;
    const frames = alongPath(this.path, 60);
    this.travel(frames, 5 / 60);
    this.updatePathTools();
  }

  // ---------------------------------------------------------------------------------------------------- fold-outs

  makeFolds() {
    const { say } = this;
    const fold = (name, ...inside) =>
      make("details", { class: "fold", name }, make("summary", {}, say(name)), ...inside);
    const plain = this.maps.find(map => map.data.defects);
    const parts = [fold("explain", ...["1", "2", "3", "4", "5"].map(n => make("p", {}, say(`explain.${n}`))))];
    if (plain) parts.push(fold("defects", make("p", {}, say("defects.intro")), this.makeDefects(plain)));
    parts.push(fold("gauss", make("p", {}, say("gauss.intro")), this.makeGaussians()));
    parts.push(fold("example4", make("p", {}, say("example4.intro")), this.makeWorkedExample()));
    parts.push(fold("python", this.makePython()));
    return make("div", { class: "folds" }, ...parts);
  }

  makeDefects(map) {
    const { say } = this;
    const { uneven, centre, gap, draws } = map.data.defects;
    const fly = (text, z) => button(text, () => this.fly(map, typeof z === "function" ? z() : z));
    let draw = 0;
    const item = (name, values, ...buttons) =>
      make(
        "li",
        {},
        make("strong", {}, say(`defect.${name}`)),
        make("p", {}, say(`defect.${name}.text`, values)),
        make("div", { class: "row" }, ...buttons),
      );
    return make(
      "ol",
      { class: "defects" },
      item(
        "uneven",
        { small: uneven.small, large: uneven.large, times: short(uneven.times) },
        fly(say("fly.digit", { digit: uneven.small }), uneven.places[0]),
        fly(say("fly.digit", { digit: uneven.large }), uneven.places[1]),
      ),
      item(
        "centre",
        { mean: centre.mean.map(m => signed(m, 1)).join(", "), radius: short(centre.radius) },
        fly(say("fly.farthest"), centre.places[0]),
        fly(say("fly.origin"), [0, 0]),
      ),
      item("gap", { distance: short(gap.distance), usual: short(gap.usual) }, fly(say("fly.hole"), gap.places[0])),
      item(
        "draws",
        { digits: draws.digits, of: draws.of },
        fly(say("fly.draw"), () => draws.places[draw++ % draws.places.length]),
      ),
    );
  }

  /** A cloud of N(0, Sigma) whose covariance is moved by sliders. */
  makeGaussians() {
    const { say } = this;
    const canvas = make("canvas", { class: "cloud", role: "img" });
    const eps = normals(1200, 7);
    const words = make("p", { "aria-live": "polite" });
    const formula = make("p", { class: "formula" });
    const slider = (name, value, min, max) => {
      const output = make("output", {}, signed(value));
      const input = make("input", { type: "range", min, max, step: 0.01, value, "aria-label": say(`gauss.${name}`) });
      input.addEventListener("input", () => draw());
      return {
        input,
        output,
        label: make("label", { class: "slider" }, make("span", {}, say(`gauss.${name}`)), input, output),
      };
    };
    const [a, b, r] = [slider("sigma1", 1, 0.2, 1.6), slider("sigma2", 1, 0.2, 1.6), slider("rho", 0, -0.95, 0.95)];
    const preset = (name, ...values) =>
      button(say(`gauss.${name}`), () => {
        [a, b, r].forEach(({ input }, i) => (input.value = values[i]));
        draw();
      });
    const draw = () => {
      const [s1, s2, rho] = [a, b, r].map(({ input, output }) => {
        output.textContent = signed(Number(input.value));
        return Number(input.value);
      });
      const [l11, l21, l22] = cholesky(s1, s2, rho);
      const kind = Math.abs(rho) > 0.005 ? "correlated" : Math.abs(s1 - s2) > 0.005 ? "diagonal" : "isotropic";
      setText(words, say(`gauss.${kind}.text`));
      setText(
        formula,
        `Σ = [[${signed(s1 * s1)}, ${signed(rho * s1 * s2)}], [${signed(rho * s1 * s2)}, ${signed(s2 * s2)}]]   ` +
          `z = L ε,  L = [[${signed(l11)}, 0], [${signed(l21)}, ${signed(l22)}]]`,
      );
      canvas.setAttribute("aria-label", `${say(`gauss.${kind}.text`)} ${formula.textContent}`);
      fit(canvas);
      if (!canvas.width) return;
      const look = this.makeLook();
      const [context, size] = [canvas.getContext("2d"), canvas.width];
      const place = (x, y) => [((x / 4.5 + 1) * size) / 2, ((1 - y / 4.5) * size) / 2];
      context.fillStyle = look.paper;
      context.fillRect(0, 0, size, size);
      context.strokeStyle = look.axis;
      context.lineWidth = look.scale;
      context.beginPath();
      context.moveTo(0, size / 2);
      context.lineTo(size, size / 2);
      context.moveTo(size / 2, 0);
      context.lineTo(size / 2, size);
      context.stroke();
      context.fillStyle = look.faint;
      for (let i = 0; i < eps.length; i += 2) {
        const [x, y] = place(l11 * eps[i], l21 * eps[i] + l22 * eps[i + 1]);
        context.fillRect(x - look.scale, y - look.scale, 2 * look.scale, 2 * look.scale);
      }
      context.strokeStyle = look.accent;
      context.lineWidth = 2 * look.scale;
      for (const sigmas of [1, 2]) {
        context.beginPath();
        for (let i = 0; i <= 90; i++) {
          const [c, s] = [Math.cos((i * Math.PI) / 45), Math.sin((i * Math.PI) / 45)];
          context[i ? "lineTo" : "moveTo"](...place(sigmas * l11 * c, sigmas * (l21 * c + l22 * s)));
        }
        context.stroke();
      }
    };
    draw();
    new ResizeObserver(draw).observe(canvas);
    return make(
      "div",
      { class: "split" },
      canvas,
      make(
        "div",
        { class: "column" },
        make(
          "div",
          { class: "row" },
          preset("isotropic", 1, 1, 0),
          preset("diagonal", 1.4, 0.5, 0),
          preset("correlated", 1.2, 0.9, 0.8),
        ),
        a.label,
        b.label,
        r.label,
        formula,
        words,
      ),
    );
  }

  /** mu and sigma² of four dimensions: draws z = mu + sigma * eps and the KL of each. */
  makeWorkedExample() {
    const { say } = this;
    const start = { mu: [1.2, -0.5, 0.8, 0.3], variance: [0.1, 0.2, 0.15, 0.1] };
    let seed = 1;
    let eps = normals(4, seed);
    const error = make("p", { class: "error", role: "alert" });
    const total = make("p", { class: "formula", "aria-live": "polite" });
    const field = (name, i, bounds) =>
      make("input", {
        type: "number",
        step: 0.05,
        ...bounds,
        value: start[name][i],
        "aria-label": say(`example4.${name}`, { i: i + 1 }),
        oninput: () => draw(),
      });
    const rows = [0, 1, 2, 3].map(i => ({
      mu: field("mu", i, { min: -10, max: 10 }),
      variance: field("variance", i, { min: 0.001, max: 10 }),
      eps: make("td"),
      z: make("td"),
      kl: make("td"),
      plot: make("canvas", { class: "bell", role: "img", "aria-label": say("example4.bell", { i: i + 1 }) }),
    }));
    const draw = () => {
      const values = rows.map(row => [Number(row.mu.value), Number(row.variance.value)]);
      const good = ([mu, variance]) => Math.abs(mu) <= 10 && variance >= 0.001 && variance <= 10;
      const empty = rows.some(row => row.mu.value === "" || row.variance.value === "");
      const wrong = empty || !values.every(good);
      setText(error, wrong ? say("example4.wrong") : "");
      if (wrong) return; // the last good result stays
      let sum = 0;
      rows.forEach((row, i) => {
        const [mu, variance] = values[i];
        const z = mu + Math.sqrt(variance) * eps[i];
        sum += kl(mu, variance);
        row.eps.textContent = signed(eps[i]);
        row.z.textContent = signed(z, 3);
        row.kl.textContent = kl(mu, variance).toFixed(3);
        this.drawBell(row.plot, mu, Math.sqrt(variance), z);
      });
      setText(total, say("example4.total", { z: rows.map(row => row.z.textContent).join(", "), kl: sum.toFixed(3) }));
    };
    const head = ["dimension", "mu_head", "variance_head", "eps_head", "z_head", "kl_head", "bell_head"];
    const table = make(
      "table",
      {},
      make("thead", {}, make("tr", {}, ...head.map(name => make("th", { scope: "col" }, say(`example4.${name}`))))),
      make(
        "tbody",
        {},
        ...rows.map((row, i) =>
          make(
            "tr",
            {},
            make("th", { scope: "row" }, String(i + 1)),
            make("td", {}, row.mu),
            make("td", {}, row.variance),
            row.eps,
            row.z,
            row.kl,
            make("td", {}, row.plot),
          ),
        ),
      ),
    );
    const reset = () => {
      rows.forEach((row, i) => ([row.mu.value, row.variance.value] = [start.mu[i], start.variance[i]]));
      draw();
    };
    draw();
    new ResizeObserver(draw).observe(table);
    return make(
      "div",
      {},
      make("div", { class: "wide" }, table),
      error,
      total,
      make(
        "div",
        { class: "row" },
        button(say("example4.again"), () => {
          eps = normals(4, ++seed);
          draw();
        }),
        button(say("example4.reset"), reset),
      ),
    );
  }

  /** Lines that decode the place under the cursor, as it is once the cursor rests. */
  makePython() {
    const code = make("code");
    this.writePython = () => {
      const place = map => `    "${map.data.name}": [${map.z.map(part => part.toFixed(4)).join(", ")}],`;
      setText(
        code,
        [
          "import torch",
          "import vae_demo",
          "from vae_demo import images",
          "",
          "places = {",
          ...this.maps.map(place),
          "}",
          "for name, z in places.items():",
          "    x = vae_demo.load(name).decode(torch.tensor([z]))  # (1, 1, 28, 28)",
          '    images.sheet(x, 1, scale=10).save(name + ".png")',
        ].join("\n"),
      );
    };
    this.writePython();
    const copy = button(this.say("copy"), () => {
      navigator.clipboard?.writeText(code.textContent).catch(() => null);
      setText(copy, this.say("copied"));
      setTimeout(() => setText(copy, this.say("copy")), 1500);
    });
    return make("div", { class: "column" }, make("pre", { class: "wide" }, code), copy);
  }

  /** N(mu, sigma²) over N(0, 1), and the draw. */
  drawBell(canvas, mu, sigma, z) {
    fit(canvas);
    if (!canvas.width) return;
    const look = this.makeLook();
    const [context, width, height] = [canvas.getContext("2d"), canvas.width, canvas.height];
    context.clearRect(0, 0, width, height);
    const at = x => ((x + 4) / 8) * width;
    const peak = Math.max(1, 1 / sigma);
    const curve = (m, s, colour) => {
      context.strokeStyle = colour;
      context.lineWidth = 1.5 * look.scale;
      context.beginPath();
      for (let i = 0; i <= width; i++) {
        const x = (i / width) * 8 - 4;
        context.lineTo(i, height - 2 - (Math.exp(-0.5 * ((x - m) / s) ** 2) / s / peak) * (height - 4));
      }
      context.stroke();
    };
    curve(0, 1, look.faint);
    curve(mu, sigma, look.accent);
    context.fillStyle = look.ink;
    context.fillRect(at(z) - look.scale, 0, 2 * look.scale, height);
  }
}

const LONGEST_PATH = 60; // stops that a link keeps
const FARTHEST = 20; // shares: with the same axes for all one sees far beyond a small map's own frame

/** A place as text: its shares [u, v], from -1 to 1 within a map's own frame, once where they are the same on all maps, else one a map. */
function writeStop(shares) {
  const texts = shares.map(share => share.map(part => String(Number(part.toFixed(4)))).join(","));
  return texts.every(text => text === texts[0]) ? texts[0] : texts.join("_");
}

/** The inverse for `count` maps; null where the text is no place. */
function readStop(text, count) {
  const shares = text.split("_").map(pair => pair.split(",").map(part => (part === "" ? NaN : Number(part))));
  const fits = shares.every(share => share.length === 2 && share.every(part => Math.abs(part) <= FARTHEST));
  if (!fits || ![1, count].includes(shares.length)) return null;
  return Array.from({ length: count }, (_, i) => shares[i] ?? shares[0]);
}

/** `count` places at equal lengths along a path; lengths are measured on the first map. */
function alongPath(path, count) {
  const lengths = [0];
  for (let i = 1; i < path.length; i++) {
    const [[from], [to]] = [path[i - 1], path[i]];
    lengths.push(lengths[i - 1] + Math.hypot(to[0] - from[0], to[1] - from[1]));
  }
  const total = lengths.at(-1);
  let i = 0;
  return Array.from({ length: count }, (_, n) => {
    const goal = (total * n) / (count - 1);
    while (i < path.length - 2 && lengths[i + 1] < goal) i++;
    const span = lengths[i + 1] - lengths[i];
    const part = span ? (goal - lengths[i]) / span : 0;
    return path[i].map((z, k) => z.map((from, axis) => from + part * (path[i + 1][k][axis] - from)));
  });
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
