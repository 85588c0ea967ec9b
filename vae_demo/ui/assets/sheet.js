// The contact sheet, see ui/sheet.py: what stands in the place `data.place` of this tab, drawn as one picture while the
// fold-out is open. Captions go onto it, and into the words of a screen reader.
const FIGURE = 168, FRAME = 112, STRIP = 392; // pixels of a picture in width, at least: whole multiples stay sharp
const COLUMNS = 6, MOST_FRAMES = 16; // side by side, at most
const PICTURE = ':scope > :is(img, canvas, svg)';
const GAP = 14, STRIPE = 4;
const TITLE = { font: 'bold 15px', line: 19, colour: '#000' }, LINE = { font: '13px', line: 17, colour: '#444' };

const panel = element.closest('[role=tabpanel]') ?? document.body;
const [picture, link] = ['img', 'a'].map(tag => element.querySelector(tag));
const said = node => node?.textContent.trim() ?? '';
const stripe = (node, name) => getComputedStyle(node).getPropertyValue(name) || '#8a8f98';

/** [{image, title, lines, colour}, ...], how wide each is at least, and how many are in a row. */
function found() {
  const place = panel.querySelector(data.place);
  if (!place) return { all: [] };
  const rows = [...place.querySelectorAll('.film-row')].map(frames), strips = [...place.querySelectorAll('.dim')];
  if (rows.length) return { all: rows.flat(), least: FRAME, columns: rows[0].length };
  if (strips.length) return { all: strips.map(strip), least: STRIP, columns: 1 };
  const figures = [...place.querySelectorAll('figure')].filter(figure => figure.querySelector(PICTURE));
  const lines = Math.ceil(figures.length / COLUMNS);
  return { all: figures.map(figure), least: FIGURE, columns: Math.ceil(figures.length / lines) };
}

const figure = node => ({
  image: still(node.querySelector(PICTURE)),
  title: said(node.querySelector('figcaption b')) || said(node.querySelector('figcaption')),
  lines: [...node.querySelectorAll('figcaption span')].map(said),
  colour: stripe(node, '--stripe'),
});

/** The image itself, or what a canvas or a drawing shows just now. */
const still = node => (node.matches('img') ? node : Object.assign(new Image(), {
  src: node.matches('canvas') ? node.toDataURL() : alone(node),
}));

/** A drawing by itself, as a picture: black where it takes the colour of the page's text. */
function alone(node) {
  const copy = node.cloneNode(true), { width, height } = node.viewBox.baseVal;
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  copy.setAttribute('width', FIGURE);
  copy.setAttribute('height', Math.round(FIGURE * height / width));
  copy.style.color = '#000';
  return `data:image/svg+xml,${encodeURIComponent(new XMLSerializer().serializeToString(copy))}`;
}

const strip = node => ({
  image: node.querySelector('img'),
  title: said(node.querySelector('.name b')),
  lines: [...node.querySelectorAll('.name :is(em, span)')].map(said),
  colour: stripe(node, '--stripe'),
});

/** The frames of a film's row, every so many of a long one; what the row is called stands under the first. */
function frames(row) {
  const all = [...row.querySelectorAll('.film-strip img')], n = Math.min(all.length, MOST_FRAMES);
  const name = said(row.querySelector('p b')), colour = stripe(row, '--film-colour');
  return Array.from({ length: n }, (_, k) => {
    const image = all[Math.round(k * (all.length - 1) / Math.max(1, n - 1))];
    return { image, title: k ? '' : name, lines: [image.alt.replace(`${name}, `, '')], colour };
  });
}

/** The text in lines that are at most `width` wide; a word that is longer goes on in the next one. */
function wrapped(ink, text, width) {
  const lines = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line ? `${line} ${word}` : word;
    if (ink.measureText(longer).width <= width) { line = longer; continue; }
    if (line) lines.push(line);
    line = '';
    for (const letter of word) {
      if (ink.measureText(line + letter).width > width) { lines.push(line); line = ''; }
      line += letter;
    }
  }
  return line ? [...lines, line] : lines;
}

function drawn({ all, least, columns }) {
  const canvas = document.createElement('canvas'), ink = canvas.getContext('2d');
  const family = getComputedStyle(document.body).fontFamily;
  const set = style => { ink.font = `${style.font} ${family}`; };
  const sized = all.map(one => {
    const { naturalWidth, naturalHeight } = one.image, scale = Math.ceil(least / naturalWidth);
    return { ...one, width: naturalWidth * scale, height: naturalHeight * scale };
  });
  const wide = Math.max(...sized.map(one => one.width));
  const texts = sized.map(({ title, lines }) => [[TITLE, title], ...lines.map(line => [LINE, line])].flatMap(
    ([style, text]) => { set(style); return wrapped(ink, text, wide).map(line => ({ style, line })); },
  ));
  const tall = texts.map((text, i) => STRIPE + sized[i].height + 4 + text.reduce((sum, t) => sum + t.style.line, 0));
  const rows = Array.from({ length: Math.ceil(all.length / columns) }, (_, r) => (
    Math.max(...tall.slice(r * columns, (r + 1) * columns)) + GAP
  ));
  canvas.width = GAP + columns * (wide + GAP);
  canvas.height = GAP + rows.reduce((sum, row) => sum + row, 0);
  ink.fillStyle = '#fff';
  ink.fillRect(0, 0, canvas.width, canvas.height);
  ink.textBaseline = 'top';
  sized.forEach(({ image, colour, width, height }, i) => {
    const row = Math.floor(i / columns), left = GAP + i % columns * (wide + GAP);
    let top = GAP + rows.slice(0, row).reduce((sum, one) => sum + one, 0);
    ink.fillStyle = colour;
    ink.fillRect(left, top, width, STRIPE);
    ink.imageSmoothingEnabled = getComputedStyle(image).imageRendering === 'auto'; // as it is on the page
    ink.drawImage(image, left, top += STRIPE, width, height);
    top += height + 4;
    for (const { style, line } of texts[i]) {
      set(style);
      ink.fillStyle = style.colour;
      ink.fillText(line, left, top + 2);
      top += style.line;
    }
  });
  return canvas.toDataURL('image/png');
}

const words = ({ title, lines }) => [title, ...lines].filter(Boolean).join(', ');
let last = [], asked = 0;

/** Draws what has changed; nothing while the fold-out is closed. */
async function draw() {
  if (!element.offsetParent) return;
  const { all, ...layout } = found(), now = all.flatMap(one => [one.image.src, words(one)]);
  if (now.length === last.length && now.every((part, i) => part === last[i])) return;
  const turn = ++asked;
  await Promise.all(all.map(({ image }) => image.decode().catch(() => null)));
  if (turn !== asked) return;
  last = now;
  element.querySelector('.sheet').hidden = !all.length;
  if (!all.length) return;
  picture.src = link.href = drawn({ all, ...layout });
  picture.alt = all.map(words).filter(Boolean).join('. ');
  link.download = `vae_demo-${panel.id.replace('tab-', '')}.png`;
}

link.textContent = data.words[navigator.language.startsWith('ko') ? 'ko' : 'en'].sheet_download;
let soon = null;
const later = () => { clearTimeout(soon); soon = setTimeout(draw, 60); };
new ResizeObserver(later).observe(element); // it gets a size when the fold-out opens
new MutationObserver(changes => { if (changes.some(change => !element.contains(change.target))) later(); })
  .observe(panel, { childList: true, subtree: true, attributes: true, attributeFilter: ['src'] });
later();
