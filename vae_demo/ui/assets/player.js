// The frames lie in the strip once; the scrub bar shows one of them large and moves the charts' cursors.
let at = null, timer = null, step = 1;
const film = () => element.querySelector('.film');
const last = () => Number(film().dataset.last);
function show(k) {
  if (!film()) return;
  at = Math.min(Math.max(k, 0), last());
  element.querySelector('.film-bar input').value = at;
  for (const row of element.querySelectorAll('.film-row')) {
    const buttons = row.querySelectorAll('.film-strip button');
    const chosen = buttons[Math.min(at, buttons.length - 1)];
    buttons.forEach(b => b.setAttribute('aria-current', b === chosen));
    const now = row.querySelector('.film-now'), frame = chosen.querySelector('img');
    now.src = frame.src; now.alt = frame.alt;
  }
  const words = element.querySelector('.film-now').alt, said = element.querySelector('.film-says');
  element.querySelector('.film-bar input').setAttribute('aria-valuetext', words);
  if (said) said.textContent = words;
  for (const line of element.querySelectorAll('.cursor')) {
    const x = Number(line.dataset.from) + at / last() * (Number(line.dataset.to) - Number(line.dataset.from));
    line.setAttribute('x1', x); line.setAttribute('x2', x);
  }
}
function stop() {
  clearInterval(timer); timer = null;
  const play = element.querySelector('.film-play');
  if (play) { play.textContent = film().dataset.play; play.setAttribute('aria-pressed', 'false'); }
}
function play() {
  const button = element.querySelector('.film-play');
  button.textContent = film().dataset.pause; button.setAttribute('aria-pressed', 'true');
  timer = setInterval(() => {
    if (!film() || !element.isConnected) return stop();
    if (at >= last()) step = -1;
    if (at <= 0) step = 1;
    show(at + step);
  }, Math.max(60, 1800 / last()));
}
element.addEventListener('input', e => {
  if (e.target.matches('.film-bar input')) { if (timer) stop(); show(Number(e.target.value)); }
});
element.addEventListener('click', e => {
  const frame = e.target.closest('.film-strip button');
  if (frame) { if (timer) stop(); show([...frame.parentElement.children].indexOf(frame)); }
  if (e.target.closest('.film-play')) timer ? stop() : play();
});
function refresh() {
  if (!film()) return stop();
  show(at ?? Number(film().dataset.start));
  if (timer) { stop(); play(); }
}
watch('value', refresh);
refresh();
