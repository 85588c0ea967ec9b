// The pad: a drawing is its value, the same text that the server draws from. listen.js and strokes.js stand before it.
const words = data.words[navigator.language.startsWith('ko') ? 'ko' : 'en'];
const canvas = element.querySelector('canvas');
const ink = canvas.getContext('2d');
const side = canvas.width;
let sent = null;
let wiped = false;  // cleared, while the value and with it the last result stay until something is drawn

canvas.setAttribute('aria-label', words.draw_keys);
element.querySelector('.said').textContent = words.draw;
element.querySelector('.random').textContent = words.random;
element.querySelector('.clear').textContent = words.clear;
const row = element.querySelector('.digits');
row.innerHTML = [...Array(10).keys()].map(n => `<button type="button" data-digit="${n}">${n}</button>`).join('');

const drawing = new Drawing(canvas, {
  width: data.pen,
  begin: () => {
    if (!wiped) past.keep(sent);
    wiped = false;
    if (!sent.startsWith('strokes:')) drawing.strokes = [];  // no example below
  },
  paint,
  changed: text => { sent = 'strokes:' + text; props.value = sent; show(); },
});
const past = new Past(element.querySelector('.undo'), words.undo, set);

function paint() {
  ink.fillStyle = '#000';
  ink.fillRect(0, 0, side, side);
  const url = String(props.value ?? '');
  if (url.startsWith('png:') && !drawing.pen && !wiped) picture('data:image/png;base64,' + url.slice(4));
  if (wiped && !drawing.strokes.length) hint();
  drawing.draw(ink, '#fff');
}
// The last result is of what was there before: the empty pad says what comes next.
function hint() {
  ink.fillStyle = '#9aa4b2';
  ink.font = '600 20px system-ui, sans-serif';
  ink.textAlign = 'center';
  ink.fillText(words.draw, side / 2, side / 2);
}
function picture(url) {
  const image = new Image();
  image.onload = () => { ink.imageSmoothingEnabled = false; ink.drawImage(image, 0, 0, side, side); };
  image.src = url;
}
function show() {
  const value = String(props.value ?? '');
  const number = (value.match(/^digit:(\d)/) ?? [])[1];
  row.querySelectorAll('button').forEach(b => b.setAttribute('aria-pressed', b.dataset.digit === number));
  if (value === sent) return;
  renew(value);
}
function renew(value) {
  sent = value;
  wiped = false;
  drawing.strokes = read(Object.hasOwn(data.digits, value) ? data.digits[value] : value.startsWith('strokes:') ? value.slice(8) : '');
  paint();
}
function set(value) { props.value = value; show(); renew(value); }
function choose(value) {
  if (!wiped) past.keep(sent);
  set(value);
}

element.addEventListener('click', e => {
  const digit = e.target.closest('[data-digit]');
  if (digit) choose('digit:' + digit.dataset.digit);
  if (e.target.closest('.random')) {
    const known = Object.keys(data.digits).filter(k => k !== props.value);
    choose(known[Math.floor(Math.random() * known.length)]);
  }
  if (e.target.closest('.clear') && !wiped) {
    past.keep(sent);
    drawing.strokes = []; wiped = true; paint();
    row.querySelectorAll('button').forEach(b => b.setAttribute('aria-pressed', 'false'));
  }
});
hear('picture-sent', e => {
  if (e.detail.target === data.target && document.documentElement.dataset.set !== 'celeba') {
    choose('png:' + e.detail.base64);
  }
});
watch('value', show);
show();
