// The page's own script: which data set is shown, the language button, before/after, and "use as" on every picture.
document.documentElement.dataset.set = new URLSearchParams(location.search).get('set') ?? 'mnist';

window.switchLanguage = () => {
  const query = new URLSearchParams(location.search);
  query.set('lang', navigator.language.startsWith('ko') ? 'en' : 'ko');
  location.search = query;
};

document.addEventListener('input', e => {
  const compare = e.target.closest?.('.compare');
  if (!compare) return;
  if (e.target.matches('select')) compare.querySelector('.over img').src = e.target.value;
  else compare.querySelector('.stack').style.setProperty('--at', e.target.value + '%');
});

window.addEventListener('link-copied', () => {
  for (const button of document.querySelectorAll('.link-button')) {
    const before = button.textContent;
    button.textContent = navigator.language.startsWith('ko') ? '✓ 복사했어요' : '✓ Copied';
    setTimeout(() => { button.textContent = before; }, 1500);
  }
});

// A press on a picture opens a small menu: use it elsewhere, or save it.
const TARGETS = [
  ['reconstruct', 'reconstruct', 'Use in Reconstruct', '복원의 입력으로'],
  ['denoise', 'denoise', 'Use in Denoise', '잡음 제거의 입력으로'],
  ['a', 'interpolate', 'Use as A in Interpolate', '보간의 A로'],
  ['b', 'interpolate', 'Use as B in Interpolate', '보간의 B로'],
];
let menu = null;
const close = () => { menu?.remove(); menu = null; };

function open(figure) {
  close();
  const ko = navigator.language.startsWith('ko');
  const image = figure.querySelector('img');
  menu = document.createElement('div');
  menu.className = 'send-menu';
  for (const [target, tab, en, korean] of TARGETS) {
    if (!document.getElementById(`tab-${tab}-button`)) continue;
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = ko ? korean : en;
    button.addEventListener('click', () => { close(); send(image.src, target, tab); });
    menu.append(button);
  }
  const save = document.createElement('a');
  save.href = image.src;
  save.download = 'vae_demo.png';
  save.textContent = ko ? '그림 저장' : 'Save the picture';
  menu.append(save);
  document.body.append(menu);  // not into the figure: a new result would take the menu away
  const box = image.getBoundingClientRect();
  menu.style.left = `${scrollX + Math.max(0, Math.min(box.left, innerWidth - menu.offsetWidth - 8))}px`;
  menu.style.top = `${scrollY + box.bottom}px`;
  menu.querySelector('button')?.focus();
}

// A tab's parts are made when it is first opened, so the picture may have to wait for them.
function send(src, target, tab) {
  document.getElementById(`tab-${tab}-button`).click();
  const base64 = src.split(',')[1];
  let tries = 0;
  const again = setInterval(() => {
    document.dispatchEvent(new CustomEvent('picture-sent', {detail: {target, base64}}));
    if (document.querySelector(`[data-target="${target}"]`) || ++tries > 30) clearInterval(again);
  }, 100);
}

document.addEventListener('click', e => {
  const figure = e.target.closest?.('.figures figure[data-send]');
  if (figure && e.target.matches('figure > img')) return open(figure);
  if (menu && !e.target.closest('.send-menu')) close();
});
document.addEventListener('keydown', e => {
  if (e.key === 'Escape') close();
  if ((e.key === 'Enter' || e.key === ' ') && e.target.matches?.('.figures figure[data-send] > img')) {
    e.preventDefault();
    open(e.target.parentElement);
  }
});
