// The pad: strokes in hundredths of its side are its value, the same text that the server draws from.
const ko = navigator.language.startsWith('ko');
const words = data.words[ko ? 'ko' : 'en'];
const canvas = element.querySelector('canvas');
const ink = canvas.getContext('2d');
const side = canvas.width;
let strokes = [], pen = null, sent = null;

canvas.setAttribute('aria-label', words.draw);
element.querySelector('.random').textContent = words.random;
element.querySelector('.clear').textContent = words.clear;
const row = element.querySelector('.digits');
row.innerHTML = [...Array(10).keys()].map(n => `<button type="button" data-digit="${n}">${n}</button>`).join('');

const write = all => all.map(s => s.map(p => p.join('.')).join('-')).join('_');
const read = text => text.split('_').map(s => s.split('-').map(p => p.split('.').map(Number)));

function paint() {
  ink.fillStyle = '#000';
  ink.fillRect(0, 0, side, side);
  ink.strokeStyle = ink.fillStyle = '#fff';
  ink.lineWidth = data.pen * side / 100;
  ink.lineCap = ink.lineJoin = 'round';
  for (const stroke of strokes) {
    ink.beginPath();
    stroke.forEach(([x, y], i) => ink[i ? 'lineTo' : 'moveTo'](x * side / 100, y * side / 100));
    if (stroke.length === 1) ink.lineTo(stroke[0][0] * side / 100 + .01, stroke[0][1] * side / 100);
    ink.stroke();
  }
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
  sent = value;
  const text = data.digits[value] ?? (value.startsWith('strokes:') ? value.slice(8) : '');
  strokes = text ? read(text) : [];
  paint();
  if (value.startsWith('png:')) picture('data:image/png;base64,' + value.slice(4));
}
function send(value) {
  sent = value;
  props.value = value;
  show();
}

// While the pen is down the picture follows it, ten times a second and once more at the end.
let last = 0;
function follow(force) {
  if (!force && performance.now() - last < 100) return;
  last = performance.now();
  send('strokes:' + write(strokes));
}
const place = e => {
  const box = canvas.getBoundingClientRect();
  const at = (v, from, size) => Math.min(100, Math.max(0, Math.round((v - from) / size * 100)));
  return [at(e.clientX, box.left, box.width), at(e.clientY, box.top, box.height)];
};
canvas.addEventListener('pointerdown', e => {
  if (!String(props.value ?? '').startsWith('strokes:')) strokes = [];  // an example makes room for a drawing
  canvas.setPointerCapture(e.pointerId);
  pen = [place(e)];
  strokes.push(pen);
  paint();
  follow(true);
  e.preventDefault();
});
canvas.addEventListener('pointermove', e => {
  if (!pen) return;
  const [x, y] = place(e), [u, v] = pen[pen.length - 1];
  if (Math.abs(x - u) + Math.abs(y - v) < 2 || strokes.flat().length > 1500) return;
  pen.push([x, y]);
  paint();
  follow(false);
});
for (const over of ['pointerup', 'pointercancel']) canvas.addEventListener(over, () => {
  if (pen) { pen = null; follow(true); }
});

element.addEventListener('click', e => {
  const digit = e.target.closest('[data-digit]');
  if (digit) { sent = null; props.value = 'digit:' + digit.dataset.digit; show(); }
  if (e.target.closest('.random')) {
    const known = Object.keys(data.digits).filter(k => k !== props.value);
    sent = null; props.value = known[Math.floor(Math.random() * known.length)]; show();
  }
  if (e.target.closest('.clear')) {  // the last result stays until something is drawn
    strokes = []; sent = null; paint();
    row.querySelectorAll('button').forEach(b => b.setAttribute('aria-pressed', 'false'));
  }
});
document.addEventListener('picture-sent', e => {
  if (e.detail.target === data.target && document.documentElement.dataset.set !== 'celeba') {
    sent = null; props.value = 'png:' + e.detail.base64; show();
  }
});
watch('value', show);
show();
