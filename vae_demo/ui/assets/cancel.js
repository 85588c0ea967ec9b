// Gradio's page may cancel an event before it knows the event's id. It sends none then: the server refuses that, makes
// the result all the same, and the page shows it late. So the cancelling waits here until the id is known.
const ids = {};  // number of the handler -> the id of what was asked of it last
const done = () => Response.json({ success: true });
const send = window.fetch;

window.fetch = async (address, options) => {
  const [, action] = /\/(queue\/join|cancel|reset|stream\/\w+\/close)(?:\?|$)/.exec(address) ?? [];
  if (!action || !options?.body) return send(address, options);
  if (action.startsWith('stream')) return done();  // nothing here streams: a camera that is put away says it of a photo
  const asked = JSON.parse(options.body);
  if (action === 'queue/join') {
    const answer = send(address, options);
    ids[asked.fn_index] = answer.then(response => response.clone().json()).then(said => said.event_id, () => null);
    return answer;
  }
  asked.event_id ??= await ids[asked.fn_index];
  if (!asked.event_id) return done();  // it was never begun, or `cancel` has seen to it
  return send(address, { ...options, body: JSON.stringify(asked) });
};

// Numbers of outputs whose films a control has outdated since they were asked for; see `ui.tab.on_press`.
window.outdated = new Set();
