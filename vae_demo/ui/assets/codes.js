// The grid of codes over the picture, and the codebook, see inside/codes.py; hand.js stands before it.
//
// Choose a place, then a code: the place gets it. Or press Paint: then a code fills the brush, and the brush the places.
const words = data.words[navigator.language.startsWith('ko') ? 'ko' : 'en'];
const hand = () => element.querySelector('.hand');
const cells = () => [...element.querySelectorAll('.cells button')];
const entries = () => [...element.querySelectorAll('.book button')];
const atlases = {};
let chosen = null, brush = null, painting = false, pen = null;
let elsewhere = {};  // what is changed on the other level
let decoded = null;

const fill = (text, values) => text.replace(/{(\w+)}/g, (_, key) => values[key]);

function label(cell, i) {
  const side = Number(hand().dataset.side);
  const { own, code } = cell.dataset;
  const place = fill(words.place, { row: Math.floor(i / side) + 1, column: (i % side) + 1, code });
  cell.setAttribute('aria-label', own === code ? place : `${place}, ${fill(words.was, { own })}`);
  cell.classList.toggle('painted', own !== code);
}

function say() {
  cells().forEach((cell, i) => {
    cell.tabIndex = i === chosen ? 0 : -1;
    cell.classList.toggle('chosen', i === chosen);
    cell.setAttribute('aria-selected', i === chosen);
  });
  const cell = cells()[chosen];
  const current = String(painting ? brush : cell.dataset.code);
  entries().forEach((entry, i) => {
    const same = entry.dataset.k === current;
    entry.setAttribute('aria-selected', same);
    entry.tabIndex = same || (i === 0 && current === 'null') ? 0 : -1;
    if (same) reveal(entry);
  });
  element.querySelector('.paint').setAttribute('aria-pressed', painting);
  hand().classList.toggle('painting', painting);
  const use = entries().find(one => one.dataset.k === current)?.dataset.use;
  element.querySelector('.told').textContent = painting
    ? (brush === null ? words.loaded : `${fill(words.painting, { code: brush })} (${use})`)
    : `${cell.getAttribute('aria-label')} (${use}). ${words.start}`;
}

/** Scrolls the codebook, and only it, to an entry. */
function reveal(entry) {
  const book = entry.parentElement;
  const top = entry.offsetTop - book.offsetTop;
  if (top < book.scrollTop || top + entry.offsetHeight > book.scrollTop + book.clientHeight) {
    book.scrollTop = top - book.clientHeight / 2;
  }
}

function tell() {
  const { checkpoint, level } = hand().dataset;
  const changed = cells().map((cell, i) => [i, cell.dataset]).filter(([, { own, code }]) => own !== code);
  keep(checkpoint, { ...elsewhere, ...Object.fromEntries(changed.map(([i, { code }]) => [`${level[0]}${i}`, code])) });
}

function put(i, code) {
  const cell = cells()[i];
  if (!cell || code === null || cell.dataset.code === String(code)) return;
  cell.dataset.code = code;
  label(cell, i);
  tell();
}

function at(event) {
  const box = element.querySelector('.cells').getBoundingClientRect(), side = Number(hand().dataset.side);
  const column = Math.floor((event.clientX - box.left) / box.width * side);
  const row = Math.floor((event.clientY - box.top) / box.height * side);
  return column < 0 || row < 0 || column >= side || row >= side ? -1 : row * side + column;
}

element.addEventListener('pointerdown', e => {
  if (!e.target.closest('.cells')) return;
  chosen = Math.max(0, at(e));
  if (painting) {
    e.preventDefault();
    pen = e.pointerId;
    element.setPointerCapture(pen);
    put(chosen, brush);
  }
  say();
});
element.addEventListener('pointermove', e => {
  if (e.pointerId !== pen) return;
  const i = at(e);
  if (i >= 0 && i !== chosen) { chosen = i; put(i, brush); say(); }
});
for (const end of ['pointerup', 'pointercancel']) element.addEventListener(end, e => { if (e.pointerId === pen) pen = null; });

element.addEventListener('keydown', e => {
  const side = Number(hand()?.dataset.side);
  if (e.target.closest('.cells')) {
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: side, ArrowUp: -side }[e.key];
    const next = chosen + step;
    const sameRow = Math.abs(step) === side || Math.floor(next / side) === Math.floor(chosen / side);
    if (step) {
      e.preventDefault();
      if (next >= 0 && next < side * side && sameRow) chosen = next;
      say();
      cells()[chosen].focus();
    }
    if ((e.key === 'Enter' || e.key === ' ') && painting) { e.preventDefault(); put(chosen, brush); say(); }
    if (e.key === 'Delete' || e.key === 'Backspace') { e.preventDefault(); put(chosen, cells()[chosen].dataset.own); say(); }
  }
  if (e.target.closest('.book')) {
    const all = entries(), i = all.indexOf(e.target.closest('button'));
    const wide = all.filter(entry => entry.offsetTop === all[0].offsetTop).length;
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: wide, ArrowUp: -wide, Home: -i, End: all.length - 1 - i }[e.key];
    const next = all[i + step];
    if (step === undefined) return;
    e.preventDefault();
    if (next) { all[i].tabIndex = -1; next.tabIndex = 0; next.focus({ preventScroll: true }); reveal(next); }
  }
});
element.addEventListener('click', e => {
  const entry = e.target.closest('.book button');
  if (entry) {
    brush = Number(entry.dataset.k);
    if (!painting) put(chosen, brush);
    say();
    entry.tabIndex = 0;
  }
  if (e.target.closest('.paint')) {
    painting = !painting;
    brush ??= Number(cells()[chosen].dataset.code);
    say();
  }
  if (e.target.closest('.back')) { put(chosen, cells()[chosen].dataset.own); say(); }
  if (e.target.closest('.reset')) {
    cells().forEach((cell, i) => { cell.dataset.code = cell.dataset.own; label(cell, i); });
    elsewhere = {};
    tell();
    say();
  }
});
function picture() {
  const image = element.querySelector('.over img');
  if (image && decoded) image.src = decoded;
}
document.addEventListener('codes-decoded', e => { decoded = e.detail; picture(); });

async function pictures() {
  const { checkpoint, level } = hand().dataset, key = `${checkpoint} ${level}`;
  atlases[key] ??= server.atlas([checkpoint, level]);
  const { url, n } = await atlases[key];
  if (!hand() || key !== `${hand().dataset.checkpoint} ${hand().dataset.level}`) return;
  for (const entry of entries()) {
    Object.assign(entry.firstChild.style, {
      backgroundImage: `url(${url})`,
      backgroundSize: `${n * 100}% 100%`,
      backgroundPosition: `${100 * Number(entry.dataset.k) / Math.max(1, n - 1)}% 0`,
    });
  }
}

function shown() {
  if (!hand()) return;
  const side = Number(hand().dataset.side);
  if (chosen === null || chosen >= side * side) chosen = Math.floor(side / 2) * (side + 1);  // the middle
  const { checkpoint, level } = hand().dataset;
  elsewhere = kept(checkpoint, hand().dataset.elsewhere);
  cells().forEach((cell, i) => {
    const key = `${level[0]}${i}`;
    if (told !== null) cell.dataset.code = elsewhere[key] ?? cell.dataset.own;
    delete elsewhere[key];
    label(cell, i);
  });
  picture();
  entries().forEach(entry => entry.setAttribute('aria-label', entry.dataset.name));
  say();
  pictures();
}
watch('value', shown);
shown();
