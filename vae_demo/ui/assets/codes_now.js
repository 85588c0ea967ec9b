// Tells the map of codes what the changed picture looks like; see codes.js.
watch('value', () => {
  const images = element.querySelectorAll('figure > img');
  if (images.length) document.dispatchEvent(new CustomEvent('codes-decoded', { detail: images[images.length - 1].src }));
});
