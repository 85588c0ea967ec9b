// Before Gradio asks: which data set is shown, the language button, "use as" on every picture that can be sent on.
document.documentElement.dataset.set = new URLSearchParams(location.search).get('set') ?? 'mnist';

window.switchLanguage = () => {
  const next = navigator.language.startsWith('ko') ? 'en' : 'ko';
  const query = new URLSearchParams(location.search);
  query.set('lang', next);
  location.search = query;
};
