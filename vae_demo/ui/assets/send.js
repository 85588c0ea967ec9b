// "Use as": a press on a picture opens a small menu to use it elsewhere in the page, or to save it.
// `data.targets` is [[tab, [[input, key of its words], ...]], ...]; see `ui.send`.
const ko = () => navigator.language.startsWith('ko');
const words = () => data.words[ko() ? 'ko' : 'en'];
const PICTURE = '[data-send] > :is(img, canvas)';
let menu = null, opener = null;

function close() {
  if (!menu) return;
  const inside = menu.contains(document.activeElement);
  menu.remove();
  menu = null;
  if (inside) opener?.focus({ preventScroll: true });
}

function button(text, press) {
  const made = document.createElement('button');
  made.type = 'button';
  made.textContent = text;
  made.addEventListener('click', () => { close(); press(); });
  return made;
}

function open(image) {
  close();
  opener = image;
  const { tiles, opens } = image.parentElement.dataset;
  const src = tiles ? cut(image) : image.src ?? image.toDataURL();
  menu = document.createElement('div');
  menu.className = 'send-menu';
  menu.setAttribute('role', 'dialog');
  menu.setAttribute('aria-label', words().use_as);
  if (tiles) {
    const k = at(image) + 1;
    const title = document.createElement('strong');
    title.textContent = words().picture.replace('{k}', k);
    menu.append(title);
    if (opens) menu.append(button(words().open, () => tell('sample-opened', { name: opens, k })));
  }
  for (const [tab, inputs] of data.targets) {
    if (!document.getElementById(`tab-${tab}-button`)) continue;
    const [row, title, choices] = ['p', 'b', 'span'].map(tag => document.createElement(tag));
    title.textContent = words()[tab];
    choices.append(...inputs.map(([target, key]) => button(words()[key], () => send(src, target, tab))));
    row.append(title, choices);
    menu.append(row);
  }
  const save = document.createElement('a');
  Object.assign(save, { href: src, download: 'vae_demo.png', textContent: words().save });
  menu.append(save);
  document.body.append(menu);  // not into the figure: a new result would take the menu away
  const box = image.getBoundingClientRect();
  menu.style.left = `${scrollX + Math.max(0, Math.min(box.left, innerWidth - menu.offsetWidth - 8))}px`;
  menu.style.top = `${scrollY + Math.max(0, Math.min(box.bottom, innerHeight - menu.offsetHeight - 8))}px`;
  menu.querySelector('button').focus({ preventScroll: true });
}

const tell = (name, detail) => document.dispatchEvent(new CustomEvent(name, { detail }));

const TICK = 100, OPENS = 20_000, APPEARS = 10_000;  // milliseconds

// What opens with a tab would put its own picture in the place of one that is sent before it is there.
function opened(tab) {
  const button = document.getElementById(`tab-${tab}-button`);
  if (button.getAttribute('aria-selected') === 'true') return Promise.resolve();
  return new Promise(resolve => {
    const done = e => {
      if (e?.detail && e.detail !== tab) return;
      document.removeEventListener('tab-opened', done);
      resolve();
    };
    document.addEventListener('tab-opened', done);
    setTimeout(done, OPENS);
    button.click();
    button.focus({ preventScroll: true });  // the picture that had the focus is hidden now
  });
}

async function send(src, target, tab) {
  await opened(tab);
  const base64 = src.split(',')[1], until = Date.now() + APPEARS;
  const again = setInterval(() => {  // the input of a term appears when it is told the first time
    tell('picture-sent', { target, base64 });
    const input = document.querySelector(`[data-target="${target}"]`);
    if (!input && Date.now() < until) return;
    clearInterval(again);
    input?.scrollIntoView({ block: 'nearest' });
  }, TICK);
}

// Several pictures in one, with a pixel between: see `tiles` in ui/figures.py.
function tilesOf(image) {
  const n = Number(image.parentElement.dataset.tiles), columns = Math.ceil(Math.sqrt(n));
  const step = (image.naturalWidth + 1) / columns;
  return { n, columns, step, side: step - 1, start: Math.floor((columns - Math.ceil(n / columns)) * step / 2) };
}
const at = image => Math.min(Number(image.parentElement.dataset.at ?? 0), Number(image.parentElement.dataset.tiles) - 1);

function cut(image) {
  const { columns, step, side, start } = tilesOf(image), k = at(image);
  const canvas = Object.assign(document.createElement('canvas'), { width: side, height: side });
  canvas.getContext('2d').drawImage(image, -(k % columns) * step, -Math.floor(k / columns) * step - start);
  return canvas.toDataURL('image/png');
}

function mark(image, k) {
  const figure = image.parentElement, { columns, step, side, start } = tilesOf(image);
  figure.dataset.at = k;
  const unit = image.offsetWidth / image.naturalWidth;
  const tile = figure.querySelector('.tile') ?? figure.appendChild(Object.assign(document.createElement('i'), { className: 'tile' }));
  tile.style.cssText = `left:${image.offsetLeft + k % columns * step * unit}px;`
    + `top:${image.offsetTop + (Math.floor(k / columns) * step + start) * unit}px;`
    + `width:${side * unit}px;height:${side * unit}px`;
}

function under(image, e) {
  const { n, columns, step, start } = tilesOf(image), box = image.getBoundingClientRect();
  const unit = image.naturalWidth / box.width;
  const column = Math.floor((e.clientX - box.left) * unit / step);
  const k = Math.floor(((e.clientY - box.top) * unit - start) / step) * columns + column;
  return k >= 0 && k < n ? k : null;
}

document.addEventListener('click', e => {
  if (e.target.matches?.(PICTURE)) {
    const k = e.target.parentElement.dataset.tiles ? under(e.target, e) : 0;
    if (k === null) return close();
    if (e.target.parentElement.dataset.tiles) mark(e.target, k);
    return open(e.target);
  }
  if (menu && !e.target.closest('.send-menu')) close();
});
const ARROWS = { ArrowLeft: () => -1, ArrowRight: () => 1, ArrowUp: t => -t.columns, ArrowDown: t => t.columns };
document.addEventListener('keydown', e => {
  if (e.key === 'Escape') return close();
  if (!e.target.matches?.(PICTURE)) return;
  if (e.key === 'Enter' || e.key === ' ') open(e.target);
  else if (ARROWS[e.key] && e.target.parentElement.dataset.tiles) {
    const tiles = tilesOf(e.target), k = at(e.target) + ARROWS[e.key](tiles);
    if (k >= 0 && k < tiles.n) mark(e.target, k);
  } else return;
  e.preventDefault();
});
document.addEventListener('focusin', e => {
  if (e.target.matches?.(PICTURE) && e.target.parentElement.dataset.tiles && e.target.matches(':focus-visible')) {
    mark(e.target, at(e.target));
  }
});
