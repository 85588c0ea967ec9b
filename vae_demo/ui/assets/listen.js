/** Hears events of the document while this part is on the page: each time it comes back, Gradio runs its script anew. */
function hear(type, listener) {
  document.addEventListener(type, function heard(event) {
    if (element.isConnected) listener(event);
    else document.removeEventListener(type, heard);
  });
}
