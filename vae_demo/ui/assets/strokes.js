// Drawing with mouse, finger or keys: strokes in hundredths of the canvas' side. pad.js and brush.js build on this.
// By keys: the arrows move the pen, the space bar puts it down and lifts it.
const MOST_POINTS = 1500;
const STEP = 4; // of an arrow key
const ARROWS = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] };

const write = strokes => strokes.map(s => s.map(p => p.join('.')).join('-')).join('_');
const read = text => (text ? text.split('_').map(s => s.split('-').map(p => p.split('.').map(Number))) : []);

class Drawing {
  /**
   * @param canvas a square canvas
   * @param width of the pen, in hundredths of the side
   * @param begin called before a stroke
   * @param paint called when the canvas has to be painted anew
   * @param changed called when the strokes have changed: at most ten times a second, and once more at a stroke's end
   */
  constructor(canvas, { width, begin = () => null, paint, changed }) {
    Object.assign(this, { canvas, width, begin, paint, changed, strokes: [], pen: null, last: 0, keys: null });
    canvas.tabIndex = 0;
    canvas.addEventListener('pointerdown', e => {
      canvas.setPointerCapture(e.pointerId);
      this.keys = null;
      this.put(this.place(e));
      e.preventDefault();
      canvas.focus({ preventScroll: true });
    });
    canvas.addEventListener('pointermove', e => { if (this.pen && !this.keys) this.move(this.place(e)); });
    for (const over of ['pointerup', 'pointercancel', 'blur']) canvas.addEventListener(over, () => this.lift());
    canvas.addEventListener('keydown', e => this.key(e));
  }

  place(e) {
    const box = this.canvas.getBoundingClientRect();
    const at = (v, from, size) => Math.min(100, Math.max(0, Math.round((v - from) / size * 100)));
    return [at(e.clientX, box.left, box.width), at(e.clientY, box.top, box.height)];
  }
  put(place) {
    this.begin();
    this.pen = [place];
    this.strokes.push(this.pen);
    this.tell(true);
  }
  move([x, y]) {
    const [u, v] = this.pen[this.pen.length - 1];
    if (Math.abs(x - u) + Math.abs(y - v) < 2 || this.strokes.flat().length > MOST_POINTS) return;
    this.pen.push([x, y]);
    this.tell(false);
  }
  lift() {
    if (this.pen) { this.pen = null; this.tell(true); }
    this.paint();
  }
  key(e) {
    const step = ARROWS[e.key];
    if (!step && e.key !== ' ') return;
    e.preventDefault();
    this.keys ??= [50, 50];
    if (step) {
      this.keys = this.keys.map((c, i) => Math.min(100, Math.max(0, c + step[i])));
      if (this.pen) this.move(this.keys);
    } else if (this.pen) this.lift();
    else this.put([...this.keys]);
    this.paint();
  }
  tell(force) {
    this.paint();
    if (!force && performance.now() - this.last < 100) return;
    this.last = performance.now();
    this.changed(write(this.strokes));
  }
  /** Draws the strokes in this colour, and where the pen of the keys is. */
  draw(ink, colour) {
    const unit = this.canvas.width / 100;
    ink.lineWidth = this.width * unit;
    ink.lineCap = ink.lineJoin = 'round';
    ink.strokeStyle = colour;
    for (const stroke of this.strokes) {
      ink.beginPath();
      stroke.forEach(([x, y], i) => ink[i ? 'lineTo' : 'moveTo'](x * unit, y * unit));
      if (stroke.length === 1) ink.lineTo(stroke[0][0] * unit + .01, stroke[0][1] * unit);
      ink.stroke();
    }
    if (!this.keys || document.activeElement !== this.canvas && !this.canvas.matches(':focus')) return;
    const [x, y] = this.keys.map(c => c * unit);
    ink.lineWidth = this.pen ? 4 : 2;
    ink.strokeStyle = '#4aa3ff';
    ink.beginPath();
    ink.arc(x, y, this.width * unit / 2, 0, 7);
    ink.stroke();
  }
}

/** The values before the last changes, and the button that brings them back: off where there are none. */
class Past {
  constructor(button, words, restore) {
    Object.assign(this, { button, values: [] });
    button.textContent = words;
    button.addEventListener('click', () => { restore(this.values.pop()); this.show(); });
    this.show();
  }
  keep(value) { if (!value.startsWith('upload')) this.values.push(value); this.show(); }  // a photo may be gone
  show() { this.button.disabled = !this.values.length; }
}
