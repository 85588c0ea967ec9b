// Damage by hand: strokes over the clean picture, as in pad.js; what lies under them is lost.
const words = data.words[navigator.language.startsWith('ko') ? 'ko' : 'en'];
const canvas = element.querySelector('canvas');
const ink = canvas.getContext('2d');
const side = canvas.width;
let strokes = [], pen = null, sent = null, behind = null;

canvas.setAttribute('aria-label', words.paint);
element.querySelector('.clear').textContent = words.clear;

const write = all => all.map(s => s.map(p => p.join('.')).join('-')).join('_');
const read = text => text.split('_').map(s => s.split('-').map(p => p.split('.').map(Number)));

function paint() {
  ink.fillStyle = '#000';
  ink.fillRect(0, 0, side, side);
  ink.imageSmoothingEnabled = false;
  if (behind?.complete) ink.drawImage(behind, 0, 0, side, side);
  ink.lineWidth = data.pen * side / 100;
  ink.lineCap = ink.lineJoin = 'round';
  // Red on screen, so that it can be seen on black as well.
  ink.strokeStyle = 'rgba(214, 60, 40, .8)';
  for (const stroke of strokes) {
    ink.beginPath();
    stroke.forEach(([x, y], i) => ink[i ? 'lineTo' : 'moveTo'](x * side / 100, y * side / 100));
    if (stroke.length === 1) ink.lineTo(stroke[0][0] * side / 100 + .01, stroke[0][1] * side / 100);
    ink.stroke();
  }
}
function show() {
  const value = String(props.value ?? '');
  if (value !== sent) { sent = value; strokes = value ? read(value) : []; }
  paint();
}
// The clean picture is the first one of the result beside the brush.
function backdrop() {
  const clean = document.querySelector('.denoise-result .figures img')?.src;
  if (!clean || clean === behind?.src) return;
  behind = new Image();
  behind.onload = paint;
  behind.src = clean;
}
let last = 0;
function follow(force) {
  if (!force && performance.now() - last < 120) return;
  last = performance.now();
  sent = write(strokes);
  props.value = sent;
}
const place = e => {
  const box = canvas.getBoundingClientRect();
  const at = (v, from, size) => Math.min(100, Math.max(0, Math.round((v - from) / size * 100)));
  return [at(e.clientX, box.left, box.width), at(e.clientY, box.top, box.height)];
};
canvas.addEventListener('pointerdown', e => {
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
  if (e.target.closest('.clear')) { strokes = []; paint(); follow(true); }
});
watch('value', show);
setInterval(backdrop, 300);
show();
