// The true posterior of a drawn digit, p(z | x) ∝ p(x | z) N(z; 0, I), on a grid, behind the encoder's q(z | x).

const FINE = 48; // cells along a side of the posterior's grid
const LOST = 12; // nats below the peak that a posterior's box leaves out: less than a thousandth of a percent

/** log p(x | z) + log N(z; 0, I): Bernoulli, as the networks were trained. */
function logJoint(model, x, z) {
  const logits = model.decoder.run(z);
  let [sum, product] = [-0.5 * (z[0] ** 2 + z[1] ** 2) - Math.log(2 * Math.PI), 1];
  for (let i = 0; i < x.length; i++) {
    sum += x[i] * logits[i] - Math.max(logits[i], 0);
    product *= 1 + Math.exp(-Math.abs(logits[i])); // of 784 factors up to 2: one logarithm does for all
  }
  return sum - Math.log(product);
}

/** The middle of cell i of `FINE` from low to high. */
const middleOf = (low, high, i) => low + ((high - low) * (i + 0.5)) / FINE;

/** The box around the cells at most `nats` below the highest, with a cell to spare on every side. */
function boxAround(values, { low, high }, nats) {
  const floor = values.reduce((a, b) => Math.max(a, b)) - nats;
  const cells = [...values.keys()].filter(i => values[i] > floor);
  const of = axis => cells.map(i => (axis ? Math.floor(i / FINE) : i % FINE));
  const at = (axis, cell) => low[axis] + ((high[axis] - low[axis]) * cell) / FINE;
  const ends = pick => [0, 1].map(axis => at(axis, pick(of(axis))));
  return { low: ends(all => Math.min(...all) - 1), high: ends(all => Math.max(...all) + 2) };
}

/**
 * The posterior of a picture over the square of a map, and how far q = {mu, sigma} is from it.
 *
 * A generator, so that the page stays quick: each step decodes one row. The grid is laid over the whole square, then
 * twice more over the box that has the mass. Gives {box, values (row by row from below, log of the density but for a
 * constant), mean, deviation, rho, kl}: KL(q || p) in nats.
 */
function* posteriorOf(model, x, q, { centre, half }) {
  let box = { low: centre.map(c => c - half), high: centre.map(c => c + half) };
  const values = new Float64Array(FINE * FINE);
  for (const pass of [0, 1, 2]) {
    if (pass) box = boxAround(values, box, pass === 1 ? 2 * LOST : LOST); // the first grid may miss a narrow peak
    for (let row = 0; row < FINE; row++, yield)
      for (let column = 0; column < FINE; column++)
        values[row * FINE + column] = logJoint(model, x, [
          middleOf(box.low[0], box.high[0], column),
          middleOf(box.low[1], box.high[1], row),
        ]);
  }
  const top = values.reduce((a, b) => Math.max(a, b));
  let [sum, moments] = [0, [0, 0, 0, 0, 0]];
  values.forEach((value, i) => {
    const p = Math.exp(value - top);
    const [u, v] = [middleOf(box.low[0], box.high[0], i % FINE), middleOf(box.low[1], box.high[1], Math.floor(i / FINE))];
    sum += p;
    moments = [u, v, u * u, v * v, u * v].map((moment, k) => moments[k] + p * moment);
  });
  const [u, v, uu, vv, uv] = moments.map(moment => moment / sum);
  const deviation = [Math.sqrt(uu - u * u), Math.sqrt(vv - v * v)];
  const area = ((box.high[0] - box.low[0]) / FINE) * ((box.high[1] - box.low[1]) / FINE);
  const evidence = top + Math.log(sum * area); // log p(x)
  // The mean of log q - log p(x, z) over q, on a grid of its own up to four sigma.
  let [weight, mean] = [0, 0];
  for (let row = 0; row < FINE; row += 2, yield)
    for (let column = 0; column < FINE; column += 2) {
      const eps = [column, row].map(i => middleOf(-4, 4, i + 0.5));
      const logEps = -0.5 * (eps[0] ** 2 + eps[1] ** 2) - Math.log(2 * Math.PI);
      const z = eps.map((e, axis) => q.mu[axis] + q.sigma[axis] * e);
      const w = Math.exp(logEps);
      weight += w;
      mean += w * (logEps - Math.log(q.sigma[0] * q.sigma[1]) - logJoint(model, x, z));
    }
  const rho = (uv - u * v) / (deviation[0] * deviation[1]);
  return { box, values, mean: [u, v], deviation, rho, kl: mean / weight + evidence };
}

/** A closer look at the drawn digit on each map that has clouds: q's rings, and behind them the true posterior. */
function makeCloser(page) {
  const { say } = page;
  const views = page.maps
    .filter(map => map.model.variational && !map.collapsed)
    .map(map => {
      const canvas = make("canvas", { class: "closer", role: "img", "aria-label": say("closer.alt", { name: page.nameOf(map) }) });
      const words = make("p", { class: "hint", "aria-live": "polite" });
      const figure = make("figure", {}, make("strong", {}, page.nameOf(map)), canvas, words);
      return { map, canvas, words, figure, posterior: null };
    });
  const panel = make(
    "section",
    { class: "panel zoom", hidden: true },
    make("h2", {}, say("closer")),
    make("p", { class: "hint" }, say("closer.text")),
    make("div", { class: "row views" }, ...views.map(view => view.figure)),
  );
  const show = ({ map, canvas, words, posterior }) => {
    const { mu, sigma } = map.q;
    const found = posterior && {
      u: signed(posterior.mean[0]),
      v: signed(posterior.mean[1]),
      rho: signed(posterior.rho),
      kl: posterior.kl.toFixed(posterior.kl < 1 ? 2 : 1),
    };
    const values = { mu: mu.map(part => signed(part)).join(", "), sigma: sigma.map(short).join(", ") };
    setText(words, [say("closer.q", values), found ? say("closer.p", found) : say("closer.wait")].join("\n"));
    fit(canvas);
    if (canvas.width) drawCloser(canvas, page.makeLook(), map.q, posterior);
  };
  let turn = 0; // counts drawings; a newer one ends the work on the older
  const work = (view, x, mine) => {
    const steps = posteriorOf(view.map.model, x, view.map.q, view.map.own);
    return new Promise(done => {
      const slice = () => {
        if (mine !== turn) return;
        const until = performance.now() + 8; // half a frame, so that the maps stay under the cursor
        while (performance.now() < until) {
          const { done: ended, value } = steps.next();
          if (!ended) continue;
          view.posterior = value;
          show(view);
          return done();
        }
        setTimeout(slice, 8);
      };
      slice();
    });
  };
  /** A digit lies on the maps: its rings at once, its posterior when the pen has rested. Null: none does. */
  page.lookCloser = x => {
    const mine = ++turn;
    clearTimeout(page.closerTimer);
    panel.hidden = !x || !views.length;
    if (panel.hidden) return;
    for (const view of views) {
      view.posterior = null;
      show(view);
    }
    page.closerTimer = setTimeout(async () => {
      for (const view of views) await work(view, x, mine);
    }, 600);
  };
  const again = () => panel.hidden || views.forEach(show);
  new ResizeObserver(again).observe(panel);
  new MutationObserver(again).observe(document.body, { attributes: true, attributeFilter: ["class"] });
  return panel;
}

/** The part of the plane that has q and p, with p as shades and q as rings of one and two sigma. */
function drawCloser(canvas, look, q, posterior) {
  const [context, size] = [canvas.getContext("2d"), canvas.width];
  const ends = sign => axis => {
    const of = [q.mu[axis] + sign * 3 * q.sigma[axis]];
    if (posterior) of.push(posterior.mean[axis] + sign * 3 * posterior.deviation[axis]);
    return Math[sign < 0 ? "min" : "max"](...of);
  };
  const [low, high] = [-1, 1].map(sign => [0, 1].map(ends(sign)));
  const centre = low.map((end, axis) => (end + high[axis]) / 2);
  const half = 0.55 * Math.max(high[0] - low[0], high[1] - low[1]);
  const place = ([x, y]) => [((x - centre[0]) / half + 1) * 0.5 * size, (1 - (y - centre[1]) / half) * 0.5 * size];
  context.fillStyle = look.paper;
  context.fillRect(0, 0, size, size);
  if (posterior) {
    const { box, values } = posterior;
    const top = values.reduce((a, b) => Math.max(a, b));
    const field = Object.assign(document.createElement("canvas"), { width: FINE, height: FINE });
    const image = new ImageData(FINE, FINE);
    values.forEach((value, i) => {
      const row = FINE - 1 - Math.floor(i / FINE); // pictures run from the top
      image.data.set([...look.fieldInk.density, 230 * Math.exp(value - top)], 4 * (row * FINE + (i % FINE)));
    });
    field.getContext("2d").putImageData(image, 0, 0);
    const [left, upper] = place([box.low[0], box.high[1]]);
    const [right, lower] = place([box.high[0], box.low[1]]);
    context.imageSmoothingQuality = "high";
    context.drawImage(field, left, upper, right - left, lower - upper);
  }
  const unit = (0.5 * size) / half;
  context.strokeStyle = look.accent;
  context.lineWidth = 2 * look.scale;
  for (const sigmas of [1, 2]) {
    context.beginPath();
    context.ellipse(...place(q.mu), sigmas * q.sigma[0] * unit, sigmas * q.sigma[1] * unit, 0, 0, 2 * Math.PI);
    context.stroke();
  }
}
