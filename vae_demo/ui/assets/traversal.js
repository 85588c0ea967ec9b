// A slider and a strip for each dimension of z, see inside/traversal.py; hand.js stands before it.
const board = () => element.querySelector('.board');
let changes = {};

function say(row) {
  const value = Number(row.querySelector('input').value);
  const size = Math.abs(value).toFixed(2), text = `${Number(size) ? (value < 0 ? '−' : '+') : ''}${size}`;
  row.querySelector('output').textContent = text;
  row.querySelector('input').setAttribute('aria-valuetext', `${text} ${navigator.language.startsWith('ko') ? '시그마' : 'sigma'}`);
  row.classList.toggle('moved', row.dataset.j in changes);
}

const tell = () => keep(board().dataset.checkpoint, changes);

function move(row, value) {
  row.querySelector('input').value = value;
  changes[row.dataset.j] = Number(Number(row.querySelector('input').value).toFixed(3));
  say(row);
  tell();
}

function back(row) {
  delete changes[row.dataset.j];
  row.querySelector('input').value = row.dataset.mu;
  say(row);
}

element.addEventListener('input', e => {
  const row = e.target.closest('.dim');
  if (row) move(row, e.target.value);
});
// The native steps of a slider without steps differ between browsers: a tenth of a sigma, a whole one with Shift.
element.addEventListener('keydown', e => {
  const row = e.target.matches('.dim input') && e.target.closest('.dim');
  const way = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 10, PageDown: -10 }[e.key];
  if (!row || !way) return;
  e.preventDefault();
  move(row, Number(e.target.value) + way * (e.shiftKey ? 1 : 0.1));
});
element.addEventListener('click', e => {
  const row = e.target.closest('.dim');
  if (row && e.target.matches('img')) {  // the picture of a strip that is pressed
    const box = e.target.getBoundingClientRect(), reach = Number(row.dataset.reach);
    const step = Math.min(6, Math.floor((e.clientX - box.left) / box.width * 7));
    move(row, reach * (step / 3 - 1));
  }
  if (e.target.closest('.back')) { back(row); tell(); row.querySelector('input').focus(); }
  if (e.target.closest('.reset')) { element.querySelectorAll('.dim').forEach(back); changes = {}; tell(); }
});

function shown() {
  if (!board()) return;
  changes = kept(board().dataset.checkpoint, board().dataset.changes);
  for (const row of element.querySelectorAll('.dim')) {
    row.querySelector('input').value = changes[row.dataset.j] ?? row.dataset.mu;
    say(row);
  }
}
watch('value', shown);
shown();
