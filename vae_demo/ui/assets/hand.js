// What is changed by hand goes to the server as a text, see inside/held.py. A hand that comes from there may have been
// asked for before the last change, on a slow network: the last text counts.
let told = null;

/** Tells the changes of a checkpoint, {key: number}. */
function keep(checkpoint, changes) {
  const text = Object.entries(changes).map(([key, value]) => `${key}=${value}`).join();
  told = text && `${checkpoint};${text}`;
  document.dispatchEvent(new CustomEvent('held', { detail: { name: data.name, text: told } }));
}

/** The changes of a checkpoint; the server knew `text` of them. */
function kept(checkpoint, text) {
  const [name, parts = ''] = told === null ? [checkpoint, text] : told.split(';');
  return Object.fromEntries(name === checkpoint ? parts.split(',').filter(Boolean).map(part => part.split('=')) : []);
}
