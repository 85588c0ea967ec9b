// The visitor's photo with the frame that is cut out of it: to choose one of the faces found, to drag, turn and scale.
// The server sends {photo, width, height, frames}; a frame [x, y, side, tilt] is in thousandths of the longest side and
// in degrees. Every change is told to the faces beside (faces.js), whose value is the reference of the picture.
const words = data.words[navigator.language.startsWith('ko') ? 'ko' : 'en'];
const stage = element.querySelector('.stage');
const sliders = element.querySelector('.sliders');
const SVG = 'http://www.w3.org/2000/svg';
const KNOBS = { x: [0, 1000], y: [0, 1000], side: [40, 1600], tilt: [-90, 90] };
const TREMBLES = 8;  // thousandths that a press may move
let seen = null, frame = null, last = 0, number = 0;

sliders.innerHTML = Object.entries(KNOBS).map(([name, [low, high]]) =>
  `<label><span>${words['crop_' + name]}</span>`
  + `<input type="range" data-knob="${name}" min="${low}" max="${high}" step="1"></label>`).join('');

function corners([x, y, side, tilt]) {
  const a = tilt * Math.PI / 180, c = Math.cos(a) * side, s = Math.sin(a) * side;
  return [[-.5, -.5], [.5, -.5], [.5, .5], [-.5, .5]].map(([u, v]) => [x + u * c - v * s, y + u * s + v * c]);
}
const outline = f => corners(f).map(p => p.map(Math.round).join(',')).join(' ');
/** Where the training faces have eyes and mouth, so that one can put them there. */
function marks(f) {
  const [[x, y], [u, v], , [w, z]] = corners(f);
  return data.marks.map(([a, b]) => [x + a * (u - x) + b * (w - x), y + a * (v - y) + b * (z - y)]);
}
function make(tag, attributes) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  return node;
}

function open() {
  const text = String(props.value ?? '');
  element.querySelector('.crop').hidden = !text;
  if (!text) { seen = null; return; }
  const { refused, ...photo } = JSON.parse(text);
  element.querySelector('.crop').classList.toggle('refused', Boolean(refused));
  if (refused) { seen = null; element.querySelector('.said').textContent = refused; return; }
  seen = photo;
  number = Date.now();
  const long = Math.max(seen.width, seen.height), [w, h] = [seen.width, seen.height].map(v => v / long * 1000);
  stage.innerHTML = `<img src="${seen.photo}" alt="${words.crop_photo}">`;
  const svg = make('svg', { viewBox: `0 0 ${w} ${h}` });
  seen.frames.forEach((f, i) => {
    const box = make('polygon', { points: outline(f), class: 'found', 'data-face': i });
    box.append(make('title', {}));
    box.firstChild.textContent = `${words.crop_face} ${i + 1}`;
    svg.append(box);
  });
  svg.append(make('polygon', { class: 'frame' }), make('circle', { class: 'corner', r: 30 }));
  for (const _ of data.marks) svg.append(make('circle', { class: 'mark', r: 9 }));
  stage.append(svg);
  const row = element.querySelector('.found-faces');
  row.innerHTML = seen.frames.length > 1
    ? seen.frames.map((_, i) => `<button type="button" data-face="${i}">${words.crop_face} ${i + 1}</button>`).join('') : '';
  element.querySelector('.said').textContent = seen.frames.length === 0 ? words.crop_none
    : seen.frames.length === 1 ? words.crop_one : words.crop_many.replace('{n}', seen.frames.length);
  frame = seen.frames[0] ?? [w / 2, h / 2, Math.min(w, h), 0].map(Math.round);
  show();
}
function show() {
  const svg = stage.querySelector('svg');
  svg.querySelector('.frame').setAttribute('points', outline(frame));
  const [cx, cy] = corners(frame)[2];
  const corner = svg.querySelector('.corner');
  corner.setAttribute('cx', cx); corner.setAttribute('cy', cy);
  marks(frame).forEach(([x, y], i) => {
    const mark = svg.querySelectorAll('.mark')[i];
    mark.setAttribute('cx', x); mark.setAttribute('cy', y);
  });
  Object.keys(KNOBS).forEach((name, i) => { sliders.querySelector(`[data-knob=${name}]`).value = frame[i]; });
  const chosen = seen.frames.findIndex(f => f.every((v, i) => v === frame[i]));
  element.querySelectorAll('button[data-face]').forEach(b =>
    b.setAttribute('aria-pressed', Number(b.dataset.face) === chosen));
}
function change(next, force) {
  const limits = Object.values(KNOBS);
  frame = next.map((v, i) => Math.round(Math.min(limits[i][1], Math.max(limits[i][0], v))));
  show();
  if (!force && performance.now() - last < 150) return;
  last = performance.now();
  const detail = { target: data.target, reference: `upload:${number}:${frame.join(',')}` };
  document.dispatchEvent(new CustomEvent('crop-moved', { detail }));
}

let drag = null;
function place(e) {
  const box = stage.getBoundingClientRect();
  const unit = 1000 * seen.width / Math.max(seen.width, seen.height) / box.width;
  return [(e.clientX - box.left) * unit, (e.clientY - box.top) * unit];
}
stage.addEventListener('pointerdown', e => {
  if (!seen) return;
  e.preventDefault();
  drag = { corner: e.target.matches('.corner'), from: place(e), frame, face: e.target.dataset.face };
  stage.setPointerCapture(e.pointerId);
});
stage.addEventListener('pointermove', e => {
  if (!drag) return;
  const [x, y] = place(e), [u, v] = drag.from, [cx, cy, side, tilt] = drag.frame;
  if (drag.face !== undefined && Math.hypot(x - u, y - v) < TREMBLES) return;
  drag.face = undefined;  // a face that is pressed is chosen, one that is dragged moves the frame over it
  if (!drag.corner) return change([cx + x - u, cy + y - v, side, tilt], false);
  // The corner follows the pointer: its distance from the middle is the size, its direction the tilt.
  const reach = Math.hypot(x - cx, y - cy), angle = Math.atan2(y - cy, x - cx) * 180 / Math.PI - 45;
  change([cx, cy, reach * Math.SQRT2, (angle + 540) % 360 - 180], false);
});
for (const over of ['pointerup', 'pointercancel']) stage.addEventListener(over, () => {
  if (drag) { change(drag.face === undefined ? frame : [...seen.frames[drag.face]], true); drag = null; }
});
element.addEventListener('input', e => {
  if (!e.target.dataset.knob || !seen) return;
  change(Object.keys(KNOBS).map((name, i) => (name === e.target.dataset.knob ? Number(e.target.value) : frame[i])), false);
});
element.addEventListener('change', e => { if (e.target.dataset.knob && seen) change(frame, true); });
element.addEventListener('click', e => {
  const face = e.target.closest('button[data-face]');
  if (face) change([...seen.frames[face.dataset.face]], true);
});
watch('value', open);
open();
