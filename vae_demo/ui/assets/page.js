// The page's own script: which data set is shown, the language button, before/after.
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

// The address holds what the link restores; copying it can fail, above all where a page comes without https.
window.addEventListener('link-made', async () => {
  const words = data.words[navigator.language.startsWith('ko') ? 'ko' : 'en'];
  const copied = await copyText(location.href);
  for (const button of document.querySelectorAll('.link-button')) {
    button.textContent = copied ? words.link_done : words.link_shown;
    setTimeout(() => { button.textContent = words.link; }, copied ? 1500 : 5000);
  }
});
