// Faces to choose from: the value is the reference of the chosen one.
const words = data.words[navigator.language.startsWith('ko') ? 'ko' : 'en'];
const group = element.querySelector('.faces');
const random = element.querySelector('.random');
group.setAttribute('aria-label', words.faces);
group.innerHTML = data.faces.map(([reference, url], i) => {
  const name = reference === 'astronaut' ? words.astronaut : `${words.faces}, ${i + 1}`;
  return `<button type="button" data-face="${reference}" title="${name}"><img src="${url}" alt="${name}"></button>`;
}).join('');
random.textContent = words.random;
random.hidden = !data.seeds;

function show() {
  group.querySelectorAll('button').forEach(b => b.setAttribute('aria-pressed', b.dataset.face === props.value));
}
element.addEventListener('click', e => {
  const face = e.target.closest('[data-face]');
  if (face) props.value = face.dataset.face;
  if (e.target.closest('.random')) props.value = 'face:' + Math.floor(Math.random() * 1e6);
  show();
});
document.addEventListener('picture-sent', e => {
  if (e.detail.target === data.target && document.documentElement.dataset.set === 'celeba') {
    props.value = 'png:' + e.detail.base64;
    show();
  }
});
watch('value', show);
show();
