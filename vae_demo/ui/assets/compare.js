// Before and after: a list chooses the network, a handle moves the border between the two pictures.
// Gradio writes a new result over the old one, or makes the elements anew: what was chosen is then put back.
let network = null, at = null;
const part = selector => element.querySelector(`.compare ${selector}`);

function show() {
  const select = part('select'), handle = part('input');
  if (!select) return;
  const option = [...select.options].find(o => o.text === network);
  if (option) option.selected = true;
  if (at !== null) handle.value = at;
  const figure = element.querySelector('.figures').children[select.selectedIndex + 1]; // the first is the input
  part('.over img').src = figure.querySelector('img').src;
  part('.stack').style.setProperty('--at', `${handle.value}%`);
}
element.addEventListener('input', e => {
  if (!e.target.closest('.compare')) return;
  network = part('select').selectedOptions[0].text;
  at = part('input').value;
  show();
});
watch('value', show);
