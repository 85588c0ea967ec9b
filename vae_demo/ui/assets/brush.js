// Damage by hand: strokes over the clean picture; what lies under them is lost. strokes.js stands before it.
const words = data.words[navigator.language.startsWith('ko') ? 'ko' : 'en'];
const canvas = element.querySelector('canvas');
const ink = canvas.getContext('2d');
const side = canvas.width;
let sent = null, behind = null;

canvas.setAttribute('aria-label', words.paint_keys);
element.querySelector('.said').textContent = words.paint;
element.querySelector('.clear').textContent = words.clear;

const drawing = new Drawing(canvas, {
  width: data.pen,
  begin: () => past.keep(sent),
  paint,
  changed: text => { sent = text; props.value = text; },
});
const past = new Past(element.querySelector('.undo'), words.undo, restore);

function paint() {
  ink.fillStyle = '#000';
  ink.fillRect(0, 0, side, side);
  ink.imageSmoothingEnabled = false;
  if (behind?.complete) ink.drawImage(behind, 0, 0, side, side);
  drawing.draw(ink, 'rgba(214, 60, 40, .8)');  // red on screen, so that it can be seen on black as well
}
function show() {
  const value = String(props.value ?? '');
  if (value !== sent) { sent = value; drawing.strokes = read(value); }
  paint();
}
function restore(value) { drawing.strokes = read(value); drawing.tell(true); }
// The clean picture is the first one of the result beside the brush.
const clean = () => document.querySelector('.denoise-result .figures img');
function backdrop() { behind = clean(); paint(); }
document.addEventListener('load', e => { if (e.target === clean()) backdrop(); }, true);  // it comes with each result
element.addEventListener('click', e => {
  if (e.target.closest('.clear') && sent) { past.keep(sent); restore(''); }
});
watch('value', show);
show();
backdrop();
