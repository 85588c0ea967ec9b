// Faces to choose from: the value is the reference of the chosen one. listen.js stands before it.
const language = navigator.language.startsWith('ko') ? 'ko' : 'en';
const words = data.words[language];
const group = element.querySelector('.faces');
const random = element.querySelector('.random');
group.setAttribute('aria-label', words.faces);
group.innerHTML = Object.entries(data.places).map(([reference, [x, y, width, height]]) => {
  const name = data.names[language][reference];
  return `<button type="button" data-face="${reference}" title="${name}" aria-label="${name}" tabindex="-1"
    style="background-position: ${x}% ${y}%; background-size: ${width}% ${height}%"></button>`;
}).join('');
const faces = [...group.children];
random.textContent = words.random;
random.hidden = !data.seeds;

/** A picture that was sent here stands first while it is chosen. */
function sent(png) {
  const button = Object.assign(document.createElement('button'), { type: 'button', className: 'sent', title: words.sent });
  button.setAttribute('aria-label', words.sent);
  button.setAttribute('aria-pressed', true);
  button.style.background = `center / cover url(data:image/png;base64,${png})`;
  return button;
}

// One stop of the tab key for all faces; arrows move between them.
function show() {
  group.querySelector('.sent')?.remove();
  const png = /^png:([\w+/=]+)$/.exec(props.value ?? '')?.[1];
  if (png) group.prepend(sent(png));
  faces.forEach(b => b.setAttribute('aria-pressed', b.dataset.face === props.value));
  const current = faces.find(b => b.dataset.face === props.value) ?? faces[0];
  faces.forEach(b => { b.tabIndex = b === current ? 0 : -1; });
}
function choose(reference) {
  props.value = reference;
  show();
}
element.addEventListener('click', e => {
  const face = e.target.closest('[data-face]');
  if (face) choose(face.dataset.face);
  if (e.target.closest('.random')) choose('face:' + Math.floor(Math.random() * 1e6));
});
group.addEventListener('keydown', e => {
  const columns = getComputedStyle(group).gridTemplateColumns.split(' ').length;
  const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }[e.key];
  const next = step && faces[faces.indexOf(e.target) + step];
  if (!next) return;
  e.preventDefault();
  next.focus();
  choose(next.dataset.face);
});
hear('picture-sent', e => {
  if (e.detail.target === data.target && document.documentElement.dataset.set === 'celeba') {
    props.value = 'png:' + e.detail.base64;
    show();
  }
});
hear('crop-moved', e => {
  if (e.detail.target === data.target) { props.value = e.detail.reference; show(); }
});
watch('value', show);
show();

// The chosen one may lie further down than the box is high; it can only be measured once it is seen.
new ResizeObserver(() => {
  const current = group.querySelector('[aria-pressed=true]');
  if (current) group.scrollTop = current.offsetTop - group.offsetTop - (group.clientHeight - current.offsetHeight) / 2;
}).observe(group);
