// Gradio says a few things in English alone: they are put into the visitor's language as they appear.
const words = data.words[navigator.language.startsWith('ko') ? 'ko' : 'en'];
const CONTROLS = '.photo *, .toast-body *, input[type=range], input[type=number]';
const TEXTS = '.photo button, .photo button div, .toast-title, .toast-body *';
const OF_SLIDER = /^(range slider|number input) for (.*)$/s;

function translated(text) {
  const said = text?.trim() ?? '';
  const [, control, label] = said.match(OF_SLIDER) ?? [];
  return control ? words[`gradio.${control}`].replace('{label}', label) : words[`gradio.${said}`];
}

const isElement = node => node.nodeType === Node.ELEMENT_NODE;
new MutationObserver(changes => {
  if (!changes.some(change => [...change.addedNodes].some(isElement))) return;  // a map writes text at every move
  for (const node of document.querySelectorAll(`:is(${CONTROLS}):is([aria-label], [title])`)) {
    for (const name of ['aria-label', 'title']) {
      const other = translated(node.getAttribute(name));
      if (other && other !== node.getAttribute(name)) node.setAttribute(name, other);
    }
  }
  for (const node of document.querySelectorAll(TEXTS)) {
    for (const text of node.childNodes) {
      const other = text.nodeType === Node.TEXT_NODE && translated(text.data);
      if (other && other !== text.data) text.data = other;
    }
  }
}).observe(document.body, { childList: true, subtree: true });
