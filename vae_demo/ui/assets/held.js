// Keeps a text for a section of Inside, see inside/held.py; `props.value` tells the server when it changes.
document.addEventListener('held', e => { if (e.detail.name === data.name) props.value = e.detail.text; });
