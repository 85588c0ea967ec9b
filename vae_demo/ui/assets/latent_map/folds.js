// The fold-outs below the maps: the idea, four defects to fly to, Gaussians, a worked example, Python.

/** KL(N(mu, sigma²) || N(0, 1)) in nats. */
function kl(mu, variance) {
  return 0.5 * (mu * mu + variance - 1 - Math.log(variance));
}

/** The density of N(0, sigma²) at x. */
function bell(x, sigma) {
  return Math.exp(-0.5 * (x / sigma) ** 2) / (sigma * Math.sqrt(2 * Math.PI));
}

/** The mean of z² over the draws z = mu + sigma eps, and its slope over mu where eps stays. */
function meanSquare(mu, sigma, eps) {
  const z = eps.map(e => mu + sigma * e);
  const mean = values => values.reduce((sum, value) => sum + value, 0) / values.length;
  return { value: mean(z.map(v => v * v)), slope: mean(z.map(v => 2 * v)) };
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

function makeFolds(page) {
  const { say } = page;
  const fold = (name, ...inside) =>
    make("details", { class: "fold", name }, make("summary", {}, say(name)), ...inside);
  const plain = page.maps.find(map => map.data.defects);
  const parts = [fold("explain", ...["1", "2", "3", "4", "5"].map(n => make("p", {}, say(`explain.${n}`))))];
  if (plain) parts.push(fold("defects", makeDefectsIntro(page, plain), makeDefects(page, plain)));
  parts.push(fold("gauss", make("p", {}, say("gauss.intro")), makeGaussians(page)));
  parts.push(fold("example4", make("p", {}, say("example4.intro")), makeWorkedExample(page)));
  parts.push(fold("python", makePython(page)));
  return make("div", { class: "folds" }, ...parts);
}

/** How much of the plain map, and of the VAE's, decodes to no digit: as measured over the box of their codes. */
function makeDefectsIntro({ say, maps }, plain) {
  const vae = maps.find(map => map.data.name === "mnist-vae-2d");
  const percent = map => `${(100 * map.data.odd.share).toFixed(0)}%`;
  const shares = vae ? say("defects.shares", { plain: percent(plain), vae: percent(vae) }) : "";
  return make("p", {}, `${say("defects.intro")} ${shares}`);
}

function makeDefects(page, map) {
  const { say } = page;
  const bound = map.data.odd.bound.toFixed(2);
  const { uneven, centre, gap, draws } = map.data.defects;
  const fly = (text, z) => button(text, () => page.fly(map, typeof z === "function" ? z() : z));
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
      {
        mean: centre.mean.map(m => signed(m, 1)).join(", "),
        radius: short(centre.radius),
        digit: centre.digit,
        odd: centre.odd.toFixed(2),
        bound,
      },
      fly(say("fly.farthest"), centre.places[0]),
      fly(say("fly.beyond"), centre.places[1]),
    ),
    item(
      "gap",
      { distance: short(gap.distance), odd: gap.odd.toFixed(2), bound },
      fly(say("fly.hole"), gap.places[0]),
    ),
    item(
      "draws",
      { digits: draws.digits, of: draws.of },
      fly(say("fly.draw"), () => draws.places[draw++ % draws.places.length]),
    ),
  );
}

/** A cloud of N(0, Sigma) whose covariance is moved by sliders, and along two edges the bells of z1 and of z2. */
function makeGaussians(page) {
  const { say } = page;
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
      `Σ = [[${signed(s1 * s1)}, ${signed(rho * s1 * s2)}], [${signed(rho * s1 * s2)}, ${signed(s2 * s2)}]]\n` +
        `z = L ε\nL = [[${signed(l11)}, 0], [${signed(l21)}, ${signed(l22)}]]`,
    );
    canvas.setAttribute("aria-label", `${say(`gauss.${kind}.text`)} ${formula.textContent}`);
    fit(canvas);
    if (!canvas.width) return;
    const look = page.makeLook();
    const [context, size] = [canvas.getContext("2d"), canvas.width];
    const place = (x, y) => [((x / 4.5 + 1) * size) / 2, ((1 - y / 4.5) * size) / 2];
    context.fillStyle = look.paper;
    context.fillRect(0, 0, size, size);
    context.strokeStyle = look.axis;
    context.lineWidth = look.scale;
    cross(context, size);
    context.fillStyle = look.faint;
    for (let i = 0; i < eps.length; i += 2) {
      const [x, y] = place(l11 * eps[i], l21 * eps[i] + l22 * eps[i + 1]);
      context.fillRect(x - look.scale, y - look.scale, 2 * look.scale, 2 * look.scale);
    }
    context.strokeStyle = look.accent;
    context.lineWidth = 2 * look.scale;
    const curve = (sigma, at) => {
      context.beginPath();
      for (let x = -4.5; x < 4.5; x += 0.02) context.lineTo(...at(x, 0.22 * size * bell(x, sigma)));
      context.stroke();
    };
    for (const sigmas of [1, 2]) {
      context.beginPath();
      for (let i = 0; i <= 90; i++) {
        const [c, s] = [Math.cos((i * Math.PI) / 45), Math.sin((i * Math.PI) / 45)];
        context[i ? "lineTo" : "moveTo"](...place(sigmas * l11 * c, sigmas * (l21 * c + l22 * s)));
      }
      context.stroke();
    }
    context.strokeStyle = look.ink;
    curve(s1, (x, height) => [place(x, 0)[0], size - context.lineWidth - height]);
    curve(s2, (y, height) => [context.lineWidth + height, place(0, y)[1]]);
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
function makeWorkedExample(page) {
  const { say } = page;
  const start = { mu: [1.2, -0.5, 0.8, 0.3], variance: [0.1, 0.2, 0.15, 0.1] };
  let seed = 1;
  let eps = normals(4, seed);
  const error = make("p", { class: "error", role: "alert" });
  const total = make("p", { class: "formula", "aria-live": "polite" });
  const why = make("canvas", { class: "slope", role: "img", "aria-label": say("example4.why_alt") });
  const reason = make("p");
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
      drawBell(page, row.plot, mu, Math.sqrt(variance), z);
    });
    setText(total, say("example4.total", { z: rows.map(row => row.z.textContent).join(", "), kl: sum.toFixed(3) }));
    const [mu, sigma] = [values[0][0], Math.sqrt(values[0][1])];
    const slope = drawSlope(page, why, mu, sigma, seed);
    setText(reason, say("example4.why", { n: DRAWS, mu: signed(mu), slope: signed(slope) }));
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
    reason,
    why,
  );
}

/** N(mu, sigma²) over N(0, 1), and the draw. */
function drawBell(page, canvas, mu, sigma, z) {
  fit(canvas);
  if (!canvas.width) return;
  const look = page.makeLook();
  const [context, width, height] = [canvas.getContext("2d"), canvas.width, canvas.height];
  context.clearRect(0, 0, width, height);
  const at = x => ((x + 4) / 8) * width;
  const peak = bell(0, Math.min(1, sigma));
  const curve = (m, s, colour) => {
    context.strokeStyle = colour;
    context.lineWidth = 1.5 * look.scale;
    context.beginPath();
    for (let i = 0; i <= width; i++) {
      const x = (i / width) * 8 - 4;
      context.lineTo(i, height - 2 - (bell(x - m, s) / peak) * (height - 4));
    }
    context.stroke();
  };
  curve(0, 1, look.faint);
  curve(mu, sigma, look.accent);
  context.fillStyle = look.ink;
  context.fillRect(at(z) - look.scale, 0, 2 * look.scale, height);
}

const DRAWS = 4; // of eps, over which z² is averaged

/**
 * The mean of z² for every mu from -3 to 3: thick with the same eps everywhere, and a piece of its slope at this mu;
 * thin with new eps at every mu. Gives that slope.
 */
function drawSlope(page, canvas, mu, sigma, seed) {
  const same = normals(DRAWS, seed);
  const { value, slope } = meanSquare(mu, sigma, same);
  fit(canvas);
  if (!canvas.width) return slope;
  const look = page.makeLook();
  const [context, width, height] = [canvas.getContext("2d"), canvas.width, canvas.height];
  context.clearRect(0, 0, width, height);
  const place = (m, v) => [((m + 3) / 6) * width, height - 4 - (v / 14) * (height - 8)];
  const curve = (colour, thick, epsAt) => {
    context.strokeStyle = colour;
    context.lineWidth = thick * look.scale;
    context.beginPath();
    for (let i = 0; i <= 120; i++) context.lineTo(...place(i / 20 - 3, meanSquare(i / 20 - 3, sigma, epsAt(i)).value));
    context.stroke();
  };
  const fresh = normals(121 * DRAWS, seed + 1e6);
  curve(look.ink, 1, i => fresh.slice(i * DRAWS, (i + 1) * DRAWS));
  curve(look.accent, 2.5, () => same);
  context.strokeStyle = look.ink;
  context.lineWidth = 2.5 * look.scale;
  context.beginPath();
  for (const step of [-0.5, 0.5]) context.lineTo(...place(mu + step, value + step * slope));
  context.stroke();
  return slope;
}

/** Lines that decode the place under the cursor, as it is once the cursor rests. */
function makePython(page) {
  const code = make("code");
  page.writePython = () => {
    const place = map => `    "${map.data.name}": [${map.z.map(part => part.toFixed(4)).join(", ")}],`;
    setText(
      code,
      [
        "import torch",
        "import vae_demo",
        "from vae_demo import images",
        "",
        "places = {",
        ...page.maps.map(place),
        "}",
        "for name, z in places.items():",
        "    x = vae_demo.load(name).decode(torch.tensor([z]))  # (1, 1, 28, 28)",
        '    images.sheet(x, 1, scale=10).save(name + ".png")',
      ].join("\n"),
    );
  };
  page.writePython();
  const copy = button(page.say("copy"), async () => {
    setText(copy, page.say((await copyText(code.textContent)) ? "copied" : "not_copied"));
    setTimeout(() => setText(copy, page.say("copy")), 1500);
  });
  return make("div", { class: "column" }, make("pre", { class: "wide" }, code), copy);
}
