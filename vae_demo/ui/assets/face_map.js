// The face map: a cursor over a plane of codes, in sigmas. The value is "model:a,b"; the server decodes it.
// Runs after helpers.js; `data` has the words, the models' names and how many sigmas the plane shows.

const language = navigator.language.startsWith("ko") ? 1 : 0;
const say = (key, values = {}) =>
  data.words[key][language].replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
const planes = {}; // by model, as the server gave them
const show = { ellipses: true, groups: false, cloud: false };
let model = null;
let at = [0, 0];
let sent = null;
let drag = false;
let restTimer = null;

const canvas = make("canvas", {
  class: "plane",
  tabindex: 0,
  role: "application",
  "aria-roledescription": say("role"),
  "aria-label": say("canvas"),
});
const models = make("div", { class: "row", role: "group", "aria-label": say("model") });
const facts = make("p", { class: "hint" });
const live = make("p", { class: "unseen-text", "aria-live": "polite" });
const box = name => {
  const input = make("input", { type: "checkbox", checked: show[name] });
  input.addEventListener("change", () => {
    show[name] = input.checked;
    draw();
  });
  return make("label", {}, input, say(`show.${name}`));
};
const buttons = Object.entries(data.names).map(([name, title]) => button(title, () => send(name, at), { "data-model": name }));
models.append(...buttons);
element
  .querySelector(".face-map")
  .replaceChildren(
    models,
    canvas,
    make(
      "div",
      { class: "row" },
      box("ellipses"),
      box("groups"),
      box("cloud"),
      button(say("draw"), () => {
        const [a, b] = [Math.random(), Math.random()];
        const radius = Math.sqrt(-2 * Math.log(1 - a)); // Box and Muller
        send(model, [radius * Math.cos(2 * Math.PI * b), radius * Math.sin(2 * Math.PI * b)]);
      }),
      button(say("average"), () => send(model, [0, 0])),
    ),
    facts,
    live,
  );

/** Takes over a model and a place; the server is told at most twenty times a second, and of the last. */
let pending = null;
function send(name, place) {
  at = place.map(part => Math.max(-data.reach, Math.min(data.reach, part)));
  const value = `${name}:${at.map(part => String(Number(part.toFixed(2)))).join(",")}`;
  if (name !== model) choose(name);
  else draw();
  clearTimeout(restTimer);
  restTimer = setTimeout(announce, 700);
  sent = value;
  pending ??= setTimeout(() => {
    pending = null;
    if (props.value !== sent) props.value = sent;
  }, 50);
}

/** A value that came from elsewhere: a link. */
function take() {
  const [, name, a, b] = String(props.value ?? "").match(/^([\w-]+):(-?[\d.]+),(-?[\d.]+)$/) ?? [];
  if (props.value === sent || !(name in data.names)) return;
  sent = props.value;
  at = [Number(a), Number(b)];
  choose(name);
}

async function choose(name) {
  model = name;
  for (const one of buttons) one.setAttribute("aria-pressed", String(one.dataset.model === name));
  if (!planes[name]) {
    setText(facts, say("loading"));
    try {
      const plane = await server.face_plane(name);
      plane.image = new Image();
      plane.image.src = plane.faces;
      await plane.image.decode();
      planes[name] = plane;
    } catch (error) {
      setText(facts, say("failed"));
      throw error;
    }
  }
  if (model !== name) return; // another one was chosen meanwhile
  const { sigma, share } = planes[name];
  canvas.style.aspectRatio = `${sigma[0]} / ${sigma[1]}`;
  setText(
    facts,
    say("facts", { share: (100 * share).toFixed(0), sigma1: sigma[0].toFixed(2), sigma2: sigma[1].toFixed(2) }),
  );
  draw();
}

function draw() {
  const plane = planes[model];
  fit(canvas);
  if (!plane || !canvas.width) return;
  const [context, width, height] = [canvas.getContext("2d"), canvas.width, canvas.height];
  const scale = width / canvas.clientWidth;
  const place = ([a, b]) => [((a / data.reach + 1) * width) / 2, ((1 - b / data.reach) * height) / 2];
  /** Twice: dark and broad, then light, so that it can be seen on any face. */
  const stroke = (light, thick) => {
    for (const [colour, more] of [
      ["rgba(0, 0, 0, .6)", 2],
      [light, 0],
    ]) {
      context.strokeStyle = colour;
      context.lineWidth = (thick + more) * scale;
      context.stroke();
    }
  };
  const write = (text, x, y) => {
    context.lineJoin = "round";
    context.strokeStyle = "rgba(0, 0, 0, .75)";
    context.lineWidth = 3.5 * scale;
    context.strokeText(text, x, y);
    context.fillStyle = "#fff";
    context.fillText(text, x, y);
  };
  context.drawImage(plane.image, 0, 0, width, height);
  context.font = `${Math.round(12 * scale)}px ${getComputedStyle(canvas).fontFamily}`;
  [context.textAlign, context.textBaseline] = ["center", "middle"];
  context.beginPath();
  for (const [from, to] of [
    [[-data.reach, 0], [data.reach, 0]],
    [[0, -data.reach], [0, data.reach]],
  ]) {
    context.moveTo(...place(from));
    context.lineTo(...place(to));
  }
  stroke("rgba(255, 255, 255, .55)", 1);
  for (let k = 1 - Math.ceil(data.reach); k < data.reach; k++) {
    if (k === 0) continue;
    write(`${signed(k, 0)}σ₁`, place([k, 0])[0], height - 9 * scale);
    write(`${signed(k, 0)}σ₂`, 16 * scale, place([0, k])[1]);
  }
  if (show.ellipses)
    for (const sigmas of [1, 2]) {
      context.beginPath();
      context.setLineDash(sigmas === 1 ? [] : [8 * scale, 5 * scale]);
      const [x, y] = place([0, 0]);
      context.ellipse(x, y, (sigmas / data.reach) * width * 0.5, (sigmas / data.reach) * height * 0.5, 0, 0, 7);
      stroke("#fff", 1.75);
      context.setLineDash([]);
    }
  const dot = ([x, y], radius) => {
    context.beginPath();
    context.arc(x, y, radius * scale, 0, 7);
    context.fillStyle = "#ffd23f";
    context.fill();
    context.lineWidth = scale;
    context.strokeStyle = "#000";
    context.stroke();
  };
  if (show.cloud) plane.cloud.forEach(point => dot(place(point), 2));
  const groups = show.groups ? Object.entries(plane.groups).map(([name, point]) => [say(`group.${name}`), place(point)]) : [];
  groups.forEach(([, point]) => dot(point, 4));
  const written = []; // names that would lie over others, above their dots as below, are left out
  for (const [name, [x, y]] of groups) {
    const wide = context.measureText(name).width;
    const over = at => written.some(([u, v, w]) => Math.abs(u - x) < (w + wide) / 2 && Math.abs(v - at) < 14 * scale);
    const free = [y - 12 * scale, y + 13 * scale].find(at => !over(at));
    if (free === undefined) continue;
    write(name, x, free);
    written.push([x, free, wide]);
  }
  const [x, y] = place(at);
  context.beginPath();
  context.arc(x, y, 9 * scale, 0, 7);
  stroke("#fff", 3);
}

/** Where the cursor rests, in words; what the face looks like is in the picture's own text. */
function announce() {
  const groups = Object.entries(planes[model]?.groups ?? {});
  const away = ([, point]) => Math.hypot(point[0] - at[0], point[1] - at[1]);
  const [nearest] = groups.sort((one, other) => away(one) - away(other))[0] ?? [];
  const where = say("place", { a: signed(at[0], 1), b: signed(at[1], 1) });
  setText(live, nearest ? `${where} ${say("near", { group: say(`group.${nearest}`) })}` : where);
}

const placeOf = event => {
  const { left, top, width, height } = canvas.getBoundingClientRect();
  return [
    (((event.clientX - left) / width) * 2 - 1) * data.reach,
    (1 - ((event.clientY - top) / height) * 2) * data.reach,
  ];
};
canvas.addEventListener("pointerdown", event => {
  canvas.setPointerCapture(event.pointerId);
  drag = true;
  send(model, placeOf(event));
});
canvas.addEventListener("pointermove", event => {
  if (drag || event.pointerType === "mouse") send(model, placeOf(event));
});
for (const over of ["pointerup", "pointercancel"]) canvas.addEventListener(over, () => (drag = false));
canvas.addEventListener("keydown", event => {
  const step = event.shiftKey ? 0.5 : 0.1;
  const arrows = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, step], ArrowDown: [0, -step] };
  if (event.ctrlKey || event.metaKey || event.altKey || !(event.key in arrows || event.key === "Home")) return;
  event.preventDefault();
  const [da, db] = arrows[event.key] ?? at.map(part => -part);
  send(model, [at[0] + da, at[1] + db]);
});
new ResizeObserver(draw).observe(canvas);
firstSight(canvas).then(() => {
  watch("value", take);
  take();
});
