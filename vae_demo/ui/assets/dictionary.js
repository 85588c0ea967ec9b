// Atoms to mute and to double, and the dictionary sorted for the picture at hand; see inside/dictionary.py.
// hand.js stands before it.
const words = data.words[navigator.language.startsWith('ko') ? 'ko' : 'en'];
const hand = () => element.querySelector('.hand');
const AFTER = { 1: 0, 0: 2, 2: 1 };  // what a press makes of a factor
const atlases = {};
let factors = {};  // of all atoms, those that are not shown too

function say(button) {
  const factor = Number(button.dataset.factor);
  const state = factor === 0 ? words.muted : factor > 1 ? words.doubled : words.on;
  button.querySelector('b').textContent = state;
  button.setAttribute('aria-label', `${button.dataset.name}, ${state}`);
}

function set(button, factor) {
  button.dataset.factor = factor;
  say(button);
}

element.addEventListener('click', e => {
  const button = e.target.closest('.atom');
  if (button) {
    set(button, AFTER[button.dataset.factor] ?? 1);
    factors[button.dataset.j] = button.dataset.factor;
    if (button.dataset.factor === '1') delete factors[button.dataset.j];
    keep(hand().dataset.checkpoint, factors);
  }
  if (e.target.closest('.reset')) {
    element.querySelectorAll('.atom').forEach(b => set(b, 1));
    factors = {};
    keep(hand().dataset.checkpoint, factors);
  }
});

function load(name) {
  atlases[name] ??= server.atlas(name).then(({ url, columns }) => new Promise(done => {
    const image = new Image();
    image.onload = () => done({ image, columns });
    image.src = url;
  }));
  return atlases[name];
}

/** All atoms, the strongest first; those that are on stand in full strength. */
async function draw() {
  const { checkpoint, order, on } = hand().dataset;
  const { image, columns } = await load(checkpoint);
  if (!hand() || hand().dataset.order !== order) return;  // another picture came meanwhile
  const canvas = element.querySelector('canvas'), ink = canvas.getContext('2d');
  const side = image.width / columns;
  const numbers = order.split(',').map(Number);
  canvas.width = columns * side;
  canvas.height = Math.ceil(numbers.length / columns) * side;
  numbers.forEach((j, i) => {
    ink.globalAlpha = i < Number(on) ? 1 : 0.5;
    const [x, y] = [(i % columns) * side, Math.floor(i / columns) * side];
    ink.drawImage(image, (j % columns) * side, Math.floor(j / columns) * side, side, side, x, y, side, side);
  });
}

function shown() {
  if (!hand()) return;
  factors = kept(hand().dataset.checkpoint, hand().dataset.changes);
  element.querySelectorAll('.atom').forEach(b => set(b, factors[b.dataset.j] ?? 1));
  draw();
}
watch('value', shown);
shown();
