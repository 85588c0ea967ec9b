// One of the maps: what it knows and what it draws.

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
function pictureCanvas(kind, label, count = 1, more = {}) {
  return make("canvas", { class: kind, width: 28 * count, height: 28, role: "img", "aria-label": label, ...more });
}

/** Writes 784 numbers in [0, 1] into a canvas context as grey pixels, `left` pixels from its edge. */
function paint(context, x, left = 0) {
  const image = context.createImageData(28, 28);
  const pixels = new Uint32Array(image.data.buffer); // of each pixel 0xAABBGGRR: browsers run on little-endian machines
  for (let i = 0; i < 784; i++) pixels[i] = 0xff000000 + 0x010101 * Math.round(255 * x[i]);
  context.putImageData(image, left, 0);
}

/** What one map knows and draws. Places on its canvas are in canvas pixels; z is in the model's own units. */
class LatentMap {
  constructor(data) {
    this.data = data;
    this.model = new Autoencoder(data);
    this.points = floats(data.points);
    this.labels = bytesOf(data.labels);
    this.seen = floats(data.seen);
    this.reach = floats(data.reach);
    this.sigma = data.sigma && halfFloats(data.sigma);
    this.middles = middlesOf(this.points, this.labels);
    this.own = { centre: data.centre, half: data.half };
    this.odd = halfFloats(data.odd.values);
    this.fields = {
      density: { levels: bytesOf(data.density.levels), square: this.own },
      drift: { levels: bytesOf(data.drift.levels), square: this.own },
      odd: { levels: this.oddLevels(), square: data.odd.square },
    };
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

  /** How unlike any test digit this place decodes to, 1 − cos, as measured in its cell; null outside of the square. */
  oddness(z = this.z) {
    const side = Math.sqrt(this.odd.length);
    const [u, v] = this.share(z, this.data.odd.square);
    const [column, row] = [u, -v].map(part => Math.floor(((part + 1) / 2) * side));
    const inside = [column, row].every(at => at >= 0 && at < side);
    return inside ? this.odd[row * side + column] : null;
  }

  /** Nothing up to the bound, so that one sees which places are beyond it, then ever darker up to twice the bound. */
  oddLevels() {
    const bound = this.collapsed ? 0 : this.data.odd.bound; // where all is noise, its own pictures are no measure
    return this.odd.map(odd => (odd <= bound ? 0 : 70 + 185 * Math.min(1, odd / bound - 1)));
  }

  drawStill(size, look) {
    Object.assign(this.still, { width: size, height: size });
    const context = this.still.getContext("2d");
    context.fillStyle = look.paper;
    context.fillRect(0, 0, size, size);
    if (look.background !== "none") this.drawField(context, size, look);
    this.drawAxes(context, size, look);
    if (look.clouds && this.sigma) this.drawClouds(context, size, look);
    if (look.points) this.drawPoints(context, size, look);
    if (look.prior) this.drawPrior(context, size, look);
  }

  drawField(context, size, look) {
    const { levels, square } = this.fields[look.background];
    const side = Math.sqrt(levels.length);
    const [r, g, b] = look.fieldInk[look.background];
    const field = Object.assign(document.createElement("canvas"), { width: side, height: side });
    const image = new ImageData(side, side);
    levels.forEach((level, i) => image.data.set([r, g, b, 0.9 * level], 4 * i));
    field.getContext("2d").putImageData(image, 0, 0);
    const { centre, half } = square;
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

  /** The 1 sigma ellipse of each code's q(z | x), of the highlighted digit or of all: a point against a cloud. */
  drawClouds(context, size, look) {
    const unit = (0.5 * size) / this.frame.half;
    context.lineWidth = 0.75 * look.scale;
    for (let i = 0; i < this.labels.length; i++) {
      if (look.highlight !== null && look.highlight !== this.labels[i]) continue;
      const [x, y] = this.place([this.points[2 * i], this.points[2 * i + 1]], size);
      context.fillStyle = context.strokeStyle = look.digits[this.labels[i]];
      context.beginPath();
      context.ellipse(x, y, this.sigma[2 * i] * unit, this.sigma[2 * i + 1] * unit, 0, 0, 2 * Math.PI);
      context.globalAlpha = 0.12;
      context.fill();
      context.globalAlpha = 0.5;
      context.stroke();
      if (this.collapsed) break; // the others are the same
    }
    context.globalAlpha = 1;
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
    const onDigit = this.q && this.z.every((part, axis) => part === this.q.mu[axis]);
    if (!onDigit) this.drawCursor(context, size, look); // it would hide the rings
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
    if (this.q.sigma) return;
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
