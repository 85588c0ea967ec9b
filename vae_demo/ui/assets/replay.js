// Training replayed: the codes of the same digits at some thirty moments, drawn between two moments where they would
// be on a straight way. Runs after helpers.js; `data` has the words. The value is the moment that is shown.

const language = navigator.language.startsWith("ko") ? 1 : 0;
const say = (key, values = {}) =>
  data.words[key][language].replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
const root = element.querySelector(".replay");
const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
const SECONDS = 9; // from the first moment to the last
let runs = [];
let cards = [];
let last = 1; // number of the last moment
let at = 0; // the moment, with its fraction
let playing = null;
let kept = null;
let timer = null;
let look = null;

const bar = make("input", { type: "range", min: 0, max: 1, step: "any", value: 0, "aria-label": say("scrub") });
const play = button(say("play"), () => (playing ? stop() : start()));
const steps = make("output", {});
const live = make("p", { class: "unseen-text", "aria-live": "polite" });

class Run {
  constructor(one) {
    Object.assign(this, one);
    this.count = one.steps.length;
    this.codes = halfFloats(one.codes); // (T, N, 2)
    this.labels = bytesOf(one.labels);
    this.pictures = bytesOf(one.pictures); // (T, 10, 14, 14)
    this.curves = { ...one.terms, agreement: one.agreement };
  }

  /** What stands at a moment between two kept ones, on the straight line from one to the other. */
  between(values, width, moment) {
    const [i, part] = [Math.min(Math.floor(moment), this.count - 2), moment - Math.min(Math.floor(moment), this.count - 2)];
    return k => values[i * width + k] + part * (values[(i + 1) * width + k] - values[i * width + k]);
  }
}

function cardOf(run) {
  const map = make("canvas", { class: "map", role: "img" });
  const ten = make("canvas", { class: "ten", width: 140, height: 14, role: "img", "aria-label": say("ten", { name: run.title }) });
  const terms = Object.keys(run.curves).map(name => {
    const value = make("b");
    const curve = make("canvas", { class: "curve", role: "img", "aria-label": say("curve", { name: say(`term.${name}`) }) });
    return { name, value, curve, row: make("p", { class: "term" }, make("span", {}, say(`term.${name}`)), value) };
  });
  const step = make("p", { class: "hint" });
  const figure = make(
    "figure",
    { class: "card", style: `--stripe: ${run.colour}` },
    make("figcaption", {}, make("strong", {}, run.title), step),
    map,
    ten,
    ...terms.flatMap(({ row, curve }) => [row, curve]),
  );
  return { figure, map, ten, terms, step };
}

function makeLook() {
  const style = getComputedStyle(root);
  const colour = name => style.getPropertyValue(`--${name}`).trim();
  const [paper, ink, grid, axis, accent] = ["paper", "ink", "grid", "axis", "accent"].map(colour);
  const digits = Array.from({ length: 10 }, (_, digit) => colour(`digit-${digit}`));
  return { paper, ink, grid, axis, accent, digits };
}

function drawMap(run, canvas) {
  fit(canvas);
  const [context, size] = [canvas.getContext("2d"), canvas.width];
  if (!size) return;
  const scale = size / canvas.clientWidth;
  const place = v => ((v / run.reach + 1) * size) / 2;
  context.fillStyle = look.paper;
  context.fillRect(0, 0, size, size);
  context.strokeStyle = look.axis;
  context.lineWidth = scale;
  cross(context, size);
  context.strokeStyle = look.ink;
  for (const sigmas of [1, 2, 3]) {
    context.globalAlpha = 0.5;
    context.setLineDash([[], [6, 4], [2, 4]][sigmas - 1].map(length => length * scale));
    context.beginPath();
    context.arc(size / 2, size / 2, ((sigmas / run.reach) * size) / 2, 0, 7);
    context.stroke();
  }
  context.setLineDash([]);
  context.globalAlpha = 0.85;
  const count = run.labels.length;
  const code = run.between(run.codes, 2 * count, at);
  const side = Math.max(3, size / 75);
  for (let n = 0; n < count; n++) {
    context.fillStyle = look.digits[run.labels[n]];
    context.fillRect(place(code(2 * n)) - side / 2, size - place(code(2 * n + 1)) - side / 2, side, side);
  }
  context.globalAlpha = 1;
}

/** What is decoded at the middle of each digit's codes, at the nearest kept moment. */
function drawTen(run, canvas) {
  const context = canvas.getContext("2d");
  const image = context.createImageData(140, 14);
  const from = Math.round(at) * 1960;
  for (let digit = 0; digit < 10; digit++)
    for (let k = 0; k < 196; k++) {
      const pixel = 4 * (Math.floor(k / 14) * 140 + digit * 14 + (k % 14));
      image.data.fill(run.pictures[from + digit * 196 + k], pixel, pixel + 3);
      image.data[pixel + 3] = 255;
    }
  context.putImageData(image, 0, 0);
}

function drawCurve(run, { name, curve, value }) {
  fit(curve);
  const values = run.curves[name];
  const now = run.between(values, 1, at)(0);
  setText(value, name === "agreement" ? `${(100 * now).toFixed(0)}%` : signed(now, now < 10 ? 2 : 1));
  const [context, width, height] = [curve.getContext("2d"), curve.width, curve.height];
  if (!width) return;
  const scale = width / curve.clientWidth;
  const high = Math.max(...values, name === "agreement" ? 1 : 1e-3);
  const x = i => 2 * scale + (i / last) * (width - 4 * scale);
  const y = v => height - 3 * scale - (v / high) * (height - 6 * scale);
  context.clearRect(0, 0, width, height);
  context.strokeStyle = look.axis;
  context.lineWidth = scale;
  context.beginPath();
  context.moveTo(0, y(0));
  context.lineTo(width, y(0));
  context.stroke();
  context.strokeStyle = run.colour;
  context.lineWidth = 2 * scale;
  context.beginPath();
  values.forEach((v, i) => context.lineTo(x(i), y(v)));
  context.stroke();
  context.fillStyle = look.ink;
  context.fillRect(x(at) - scale / 2, 0, 1.5 * scale, height);
}

let waiting = false;
function soon() {
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => {
    waiting = false;
    if (root.clientWidth) draw();
  });
}

function draw() {
  runs.forEach((run, i) => {
    const card = cards[i];
    const step = Math.round(run.between(run.steps, 1, at)(0));
    setText(card.step, say("step", { step: step.toLocaleString(), of: run.steps.at(-1).toLocaleString() }));
    drawMap(run, card.map);
    drawTen(run, card.ten);
    for (const term of card.terms) drawCurve(run, term);
  });
  setText(steps, say("moment", { moment: Math.round(at) + 1, of: last + 1 }));
  bar.setAttribute("aria-valuetext", steps.textContent);
}

function show(moment) {
  at = Math.max(0, Math.min(last, moment));
  bar.value = at;
  soon();
  clearTimeout(timer);
  timer = setTimeout(() => {
    if (playing || !root.clientWidth) return;
    kept = String(Number(at.toFixed(1)));
    if (props.value !== kept) props.value = kept;
    runs.forEach((run, i) => cards[i].map.setAttribute("aria-label", tell(run, i)));
    setText(live, runs.map(tell).join(" "));
  }, 600);
}

/** A run at this moment in a sentence. */
function tell(run, i) {
  const terms = cards[i].terms.map(({ name, value }) => `${say(`term.${name}`)} ${value.textContent}`);
  return `${run.title}: ${cards[i].step.textContent}, ${terms.join(", ")}.`;
}

function start() {
  const from = at >= last - 0.01 ? 0 : at;
  const began = performance.now();
  const journey = (playing = {});
  setText(play, say("pause"));
  const step = now => {
    if (playing !== journey) return;
    if (!root.isConnected || !root.clientWidth) return stop(); // another section or tab is open
    const moment = from + ((now - began) / 1000 / SECONDS) * last;
    show(calm.matches ? Math.floor(moment) : moment);
    if (moment >= last) return stop();
    requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
}

function stop() {
  playing = null;
  setText(play, say("play"));
  show(at);
}

bar.addEventListener("input", () => {
  if (playing) stop();
  show(Number(bar.value));
});
// From one kept moment to the next; the browser's own steps would be too small.
bar.addEventListener("keydown", event => {
  const moves = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 5, PageDown: -5 };
  if (!(event.key in moves)) return;
  event.preventDefault();
  if (playing) stop();
  show(Math.round(at) + moves[event.key]);
});

/** A moment that came with a link. */
function take() {
  const text = String(props.value ?? "");
  if (text !== kept && /^\d{1,3}(\.\d)?$/.test(text) && runs.length) show(Number(text));
}

async function open() {
  root.textContent = say("loading");
  await firstSight(root);
  try {
    runs = (await server.training_runs()).map(one => new Run(one));
  } catch (error) {
    root.textContent = say("failed");
    throw error;
  }
  last = Math.min(...runs.map(run => run.count)) - 1;
  bar.max = last;
  cards = runs.map(cardOf);
  const others = runs.filter(run => run.run === "another").map(run => run.title);
  const another = others.length ? [make("p", { class: "hint" }, say("another", { names: others.join("; ") }))] : [];
  root.replaceChildren(
    make("div", { class: "bar" }, play, bar, steps),
    make("div", { class: "maps" }, ...cards.map(card => card.figure)),
    make("p", { class: "hint" }, say("scale")),
    ...another,
    live,
  );
  const again = () => {
    look = makeLook();
    soon();
  };
  again();
  new ResizeObserver(again).observe(root);
  new MutationObserver(again).observe(document.body, { attributes: true, attributeFilter: ["class"] });
  show(last);
  watch("value", take);
  take();
}
open();
