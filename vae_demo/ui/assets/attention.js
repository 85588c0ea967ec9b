// Who reads whom: a place of the output is pressed, and the input is lit where it was read. Nothing is asked of the
// server meanwhile: the value has all shares. Runs after helpers.js; `data` has the words and the ways to look.

const language = navigator.language.startsWith("ko") ? 1 : 0;
const say = (key, values = {}) =>
  data.words[key][language].replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
const root = element.querySelector(".who-reads");
const pictures = {};
let shown = null; // what the server gave
let way = data.ways[0];
let place = null; // number of the output's place, row by row
let timer = null;

const canvasOf = (label, more = {}) => make("canvas", { class: "px", width: 280, height: 280, "aria-label": label, ...more });
const output = canvasOf(say("output_keys"), { tabindex: 0, role: "application", "aria-roledescription": say("role") });
const input = canvasOf(say("input"), { role: "img" });
const whole = make("img", { class: "px", tabindex: 0, role: "button", "aria-haspopup": "dialog", alt: say("whole") });
const slots = make("div", { class: "slots" });
const told = make("p", { "aria-live": "polite" });
const about = make("p", { class: "hint" });
const ways = data.ways.map(one => button(say(`way.${one}`), () => choose(one, place), { "data-way": one }));

function build() {
  root.replaceChildren(
    make("div", { class: "row", role: "group", "aria-label": say("way") }, ...ways),
    about,
    make(
      "div",
      { class: "pair" },
      make("figure", {}, output, make("figcaption", {}, say("output"))),
      make("figure", {}, input, make("figcaption", {}, say("input"))),
    ),
    make("div", { class: "whole", "data-send": 1 }, whole, say("whole")),
    told,
    make("h2", {}, say("slots")),
    make("p", { class: "hint" }, say("slots_hint")),
    slots,
  );
}

async function take() {
  if (!props.value) {
    shown = null;
    root.hidden = true;
    return;
  }
  const next = JSON.parse(props.value);
  const loaded = await Promise.all(
    ["input", "output"].map(async key => {
      const image = new Image();
      image.src = next[key];
      await image.decode();
      return [key, image];
    }),
  );
  Object.assign(pictures, Object.fromEntries(loaded));
  const first = shown === null;
  shown = next;
  root.hidden = false;
  root.style.setProperty("--stripe", shown.colour);
  whole.src = shown.output;
  if (first) build();
  const count = shown.reads.length;
  if (slots.children.length !== count)
    slots.replaceChildren(
      ...Array.from({ length: count }, () => make("figure", {}, canvasOf("", { role: "img" }), make("figcaption", {}))),
    );
  const middle = Math.floor(shown.grid / 2) * (shown.grid + 1);
  choose(way, place === null || place >= shown.grid ** 2 ? middle : place);
}

/** Shows one place of the output in one way. */
function choose(newWay, newPlace) {
  [way, place] = [newWay, newPlace];
  for (const one of ways) one.setAttribute("aria-pressed", String(one.dataset.way === way));
  setText(about, say(`about.${way}`));
  const shares = shown.ways[way][place];
  light(input, pictures.input, shares);
  light(output, pictures.output, null);
  shown.reads.forEach((reads, i) => {
    const [canvas, caption] = slots.children[i].children;
    const share = shown.writes[place][i] / 10;
    light(canvas, pictures.input, reads);
    canvas.setAttribute("aria-label", say("slot_alt", { i: i + 1, most: places(reads) }));
    setText(caption, say("slot", { i: i + 1, share: share.toFixed(0) }));
    canvas.style.opacity = 0.35 + 0.65 * Math.min(1, share / Math.max(...shown.writes[place]) * 10);
  });
  clearTimeout(timer);
  timer = setTimeout(() => {
    setText(told, say("told", { ...rowAndColumn(place), most: places(shares) }));
    document.dispatchEvent(new CustomEvent("attention-place", { detail: `${way}:${place}` }));
  }, 300);
}

const rowAndColumn = k => ({ row: Math.floor(k / shown.grid) + 1, column: (k % shown.grid) + 1 });

/** The three places with the largest shares, in words. */
function places(shares) {
  const order = [...shares.keys()].sort((a, b) => shares[b] - shares[a]).slice(0, 3);
  return order.map(k => say("place", { ...rowAndColumn(k), share: (shares[k] / 10).toFixed(0) })).join(", ");
}

/** A picture with its places lit by their shares; without shares the chosen place is framed. */
function light(canvas, picture, shares) {
  const context = canvas.getContext("2d");
  const side = canvas.width;
  const cell = side / shown.grid;
  context.imageSmoothingEnabled = false;
  context.drawImage(picture, 0, 0, side, side);
  const most = shares ? Math.max(...shares, 1) : 0;
  shares?.forEach((share, k) => {
    context.fillStyle = `rgba(255, 140, 0, ${(0.78 * share) / most})`;
    context.fillRect((k % shown.grid) * cell, Math.floor(k / shown.grid) * cell, cell, cell);
  });
  context.strokeStyle = "rgba(128, 128, 128, .35)";
  context.lineWidth = 1;
  context.beginPath();
  for (let i = 1; i < shown.grid; i++) {
    context.moveTo(i * cell, 0);
    context.lineTo(i * cell, side);
    context.moveTo(0, i * cell);
    context.lineTo(side, i * cell);
  }
  context.stroke();
  const [left, top] = [(place % shown.grid) * cell, Math.floor(place / shown.grid) * cell];
  const frame = shares ? [["rgba(255, 255, 255, .7)", 1.5]] : [["#000", 6], ["#ff8c00", 3]];
  for (const [colour, width] of frame) {
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.strokeRect(left + 1.5, top + 1.5, cell - 3, cell - 3);
  }
}

const placeOf = event => {
  const box = output.getBoundingClientRect();
  const part = (at, from, size) => Math.min(shown.grid - 1, Math.max(0, Math.floor(((at - from) / size) * shown.grid)));
  return part(event.clientY, box.top, box.height) * shown.grid + part(event.clientX, box.left, box.width);
};
const point = event => {
  const there = placeOf(event);
  if (there !== place) choose(way, there);
};
output.addEventListener("pointerdown", point);
output.addEventListener("pointermove", event => {
  if (event.buttons || event.pointerType === "mouse") point(event);
});
output.addEventListener("keydown", event => {
  const moves = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
  if (!(event.key in moves) || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  const [row, column] = [Math.floor(place / shown.grid) + moves[event.key][0], (place % shown.grid) + moves[event.key][1]];
  if (Math.min(row, column) < 0 || Math.max(row, column) >= shown.grid) return;
  choose(way, row * shown.grid + column);
});
document.addEventListener("attention-at", event => {
  const [, asked, k] = String(event.detail).match(/^(\w+):(\d{1,3})$/) ?? [];
  if (!data.ways.includes(asked)) return;
  way = asked;
  place = Number(k);
  if (shown) take();
});
watch("value", take);
take();
