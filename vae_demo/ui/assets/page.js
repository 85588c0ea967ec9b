// The page's own script: which data set is shown, links, the language button and numbers beside sliders.
document.documentElement.dataset.set = new URLSearchParams(location.search).get('set') ?? 'mnist';

// The address holds what the link restores, which is all but the visitor's own pictures; then it is copied, or what
// else was to be done with it.
let linked = copyLink;
window.makeLink = (tab, names, values) => {
  const query = new URLSearchParams({ tab, lang: navigator.language.startsWith('ko') ? 'ko' : 'en', ...theme() });
  const texts = values.map(value => String(value ?? ''));
  const own = texts.map(text => /^(upload|png)/.test(text) || text.length >= 6000);
  names.forEach((name, i) => { if (!own[i]) query.set(name, texts[i]); });
  history.replaceState(null, '', '?' + query);
  linked(!own.includes(true));
};

function theme() {
  const theme = new URLSearchParams(location.search).get('__theme');
  return theme ? { __theme: theme } : {};
}

// What a visitor sets is kept in the address, so that Reload finds it again.
let soon = [];
function keep() {
  const button = linkButton();
  if (!button) return;
  linked = () => { linked = copyLink; };
  button.click();
}
for (const what of ['click', 'input', 'keyup', 'pointerup']) {
  document.addEventListener(what, ({ isTrusted }) => {
    if (!isTrusted) return;
    soon.forEach(clearTimeout);
    soon = [1000, 5000].map(wait => setTimeout(keep, wait));  // once more for a digit that a hand still draws, say
  });
}

// What the browser's Back and Forward go by: tab and data set, in the address. Other fields of a link are of its tab, and
// go with it.
window.wentTo = change => {
  const query = new URLSearchParams(location.search), set = document.documentElement.dataset.set;
  const before = { tab: query.get('tab') ?? 'reconstruct', set: query.get('set') ?? set }, now = { ...before, ...change };
  if (now.tab === before.tab && now.set === before.set) return;
  const lang = query.has('lang') ? { lang: query.get('lang') } : {};
  history.pushState(null, '', '?' + new URLSearchParams({ ...now, ...lang, ...theme() }));
};
window.addEventListener('popstate', () => {
  const query = new URLSearchParams(location.search);
  const [tab, set] = [query.get('tab') ?? 'reconstruct', query.get('set') ?? 'mnist'].map(CSS.escape);
  document.querySelector(`.dataset input[value=${set}]:not(:checked)`)?.click();
  document.querySelector(`#tab-${tab}-button[aria-selected=false]`)?.click();
});

// Of the tab that is seen.
function linkButton() {
  return [...document.querySelectorAll('.link-button')].find(button => button.offsetParent);
}

// Copying can fail, above all where a page comes without https.
async function copyLink(whole) {
  const words = data.words[navigator.language.startsWith('ko') ? 'ko' : 'en'];
  const copied = await copyText(location.href);
  for (const button of document.querySelectorAll('.link-button')) {
    button.textContent = words[(copied ? 'link_done' : 'link_shown') + (whole ? '' : '_part')];
    setTimeout(() => { button.textContent = words.link; }, copied && whole ? 1500 : 5000);
  }
}

// The page is read anew, so what is on screen goes along in the address; a picture of the visitor's own cannot.
window.switchLanguage = () => {
  const lang = navigator.language.startsWith('ko') ? 'en' : 'ko';
  linked = (whole = true) => {
    linked = copyLink;
    if (!whole && !confirm(data.words[navigator.language.startsWith('ko') ? 'ko' : 'en'].left_behind)) return;
    const query = new URLSearchParams(location.search);
    query.set('lang', lang);
    location.search = query;
  };
  const button = linkButton();
  if (button) button.click();
  else linked();
};

// Gradio puts a number that is typed beside a slider between its ends once the field is left, and tells nobody.
document.addEventListener('change', ({ target }) => {
  if (!target.matches('[data-testid=number-input]')) return;
  const { value, min, max } = target;
  const within = Math.min(Math.max(Number(value), Number(min)), Number(max));
  if (value !== '' && within === Number(value)) return;
  target.value = within;
  target.dispatchEvent(new Event('input', { bubbles: true }));
});
