// Two handlers may show the same thing: one of them all of a tab, the other what a control changes. On a slow network
// the answer to what was asked first can come last, and what it brings for a control can come after that was read.
// What a later answer has shown stays, and the tab is brought up to date once more: see `late` in ui/page.py.
const turns = {};  // id of what was asked -> its handler, and how many had asked before
const waiting = new Set();  // for an id
const shown = {};  // component and property -> the turn whose answer is there
const set = {};  // component -> how many had asked when an answer set its value
const get = window.fetch;
let asked = 0, soon = null;

window.fetch = async (address, options) => {
  const [, action] = /\/queue\/(join|data)(?:\?|$)/.exec(address.url ?? address) ?? [];
  if (action === 'join') window.sayLanguage?.();
  const turn = action === 'join' ? ++asked : null, answer = get(address, options);
  if (turn) {
    const { fn_index } = JSON.parse(options.body), { dependencies } = window.gradio_config;
    const known = answer.then(response => response.clone().json()).catch(() => ({})).then(({ event_id }) => {
      turns[event_id] = { turn, ...dependencies.find(one => one.id === fn_index) };
      waiting.delete(known);
    });
    waiting.add(known);
  }
  if (action !== 'data') return answer;
  const { ok, status, headers, body } = await answer;
  if (!ok) return answer;
  const read = body.pipeThrough(new TextDecoderStream()).pipeThrough(messages()).pipeThrough(new TextEncoderStream());
  return new Response(read, { status, headers });
};

/** Whole messages: "data: {…}" and an empty line. */
function messages() {
  let rest = '';
  return new TransformStream({
    async transform(text, stream) {
      const parts = (rest + text).split('\n\n');
      rest = parts.pop();
      for (const part of parts) stream.enqueue(`${part.includes('"process_completed"') ? await fresh(part) : part}\n\n`);
    },
  });
}

/** The message without what a later answer has shown. */
async function fresh(part) {
  const message = JSON.parse(part.slice(part.indexOf('{'))), id = message.event_id;
  while (!turns[id] && waiting.size) await Promise.race(waiting);
  const { turn, inputs = [], outputs = [] } = turns[id] ?? {};
  delete turns[id];
  if (!Array.isArray(message.output?.data)) return part;
  let late = inputs.some(input => set[input] >= turn);
  message.output.data = message.output.data.map((value, i) => {
    const update = value?.__type__ === 'update' ? value : { __type__: 'update', value };
    return Object.fromEntries(Object.entries(update).filter(([key]) => {
      const place = `${outputs[i]} ${key}`;
      if (key === '__type__') return true;
      if (shown[place] > turn) return !(late = true);
      shown[place] = turn;
      if (key === 'value') set[outputs[i]] = asked;
      return true;
    }));
  });
  if (late) {
    clearTimeout(soon);
    soon = setTimeout(() => document.dispatchEvent(new CustomEvent('late')), 300);  // once this answer is shown
  }
  return `data: ${JSON.stringify(message)}`;
}
