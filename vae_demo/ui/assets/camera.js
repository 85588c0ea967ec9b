// Gradio says a few things around a photo in English alone: they are put into the visitor's language as they appear.
const words = data.words[navigator.language.startsWith('ko') ? 'ko' : 'en'];
const translated = text => words[`camera.${text?.trim()}`];

new MutationObserver(() => {
  for (const node of document.querySelectorAll('.photo :is([aria-label], [title])')) {
    for (const name of ['aria-label', 'title']) {
      const other = translated(node.getAttribute(name));
      if (other && other !== node.getAttribute(name)) node.setAttribute(name, other);
    }
  }
  for (const node of document.querySelectorAll('.photo button, .photo button div')) {
    for (const text of node.childNodes) {
      const other = text.nodeType === Node.TEXT_NODE && translated(text.data);
      if (other && other !== text.data) text.data = other;
    }
  }
}).observe(document.body, { childList: true, subtree: true });
