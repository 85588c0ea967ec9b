// A path over the maps: as text for the link, as places to walk through, and the panel that plays and keeps it.

const LONGEST_PATH = 60; // stops that a link keeps
const FARTHEST = 20; // shares: with the same axes for all one sees far beyond a small map's own frame

/** A place as text: its shares [u, v], from -1 to 1 within a map's own frame, once where they are the same on all maps, else one a map. */
function writeStop(shares) {
  const texts = shares.map(share => share.map(part => String(Number(part.toFixed(4)))).join(","));
  return texts.every(text => text === texts[0]) ? texts[0] : texts.join("_");
}

/** The inverse for `count` maps; null where the text is no place. */
function readStop(text, count) {
  const shares = text.split("_").map(pair => pair.split(",").map(part => (part === "" ? NaN : Number(part))));
  const fits = shares.every(share => share.length === 2 && share.every(part => Math.abs(part) <= FARTHEST));
  if (!fits || ![1, count].includes(shares.length)) return null;
  return Array.from({ length: count }, (_, i) => shares[i] ?? shares[0]);
}

/** `count` places at equal lengths along a path; lengths are measured on the first map. */
function alongPath(path, count) {
  const lengths = [0];
  for (let i = 1; i < path.length; i++) {
    const [[from], [to]] = [path[i - 1], path[i]];
    lengths.push(lengths[i - 1] + Math.hypot(to[0] - from[0], to[1] - from[1]));
  }
  const total = lengths.at(-1);
  let i = 0;
  return Array.from({ length: count }, (_, n) => {
    const goal = (total * n) / (count - 1);
    while (i < path.length - 2 && lengths[i + 1] < goal) i++;
    const span = lengths[i + 1] - lengths[i];
    const part = span ? (goal - lengths[i]) / span : 0;
    return path[i].map((z, k) => z.map((from, axis) => from + part * (path[i + 1][k][axis] - from)));
  });
}

function makePathTools(page) {
  const { say } = page;
  const play = button(say("play"), () => page.playOrPause());
  const clear = button(say("clear_path"), () => page.clearPath());
  const add = button(say("add_stop"), () => page.addStop());
  const count = make("p", { class: "hint", "aria-live": "polite" });
  const strips = page.maps.map(map => pictureCanvas("strip", say("strip", { name: page.nameOf(map) }), 12));
  const films = make(
    "div",
    { class: "films", hidden: true },
    ...strips.flatMap((strip, i) => [make("span", { class: "hint" }, page.nameOf(page.maps[i])), strip]),
  );
  let asked = null; // the state whose film is under way; null once the path is another one
  const film = button(say("film"), () => {
    film.disabled = true; // one at a time; a press that failed may be tried again
    setTimeout(() => (film.disabled = false), 2000);
    page.keep();
    asked = page.kept;
    page.host.trigger("submit");
  });
  const save = button(say("save_strips"), () => saveStrips(page, strips));
  const keeping = make("div", { class: "row", hidden: true }, film, save);
  const made = make("div", { class: "film", hidden: true, "aria-live": "polite" });
  document.addEventListener("map-film", ({ detail }) => {
    if (detail.state !== asked) return;
    const link = kind => make("a", { href: detail[kind], download: `latent-path.${kind}` }, say("film_download", { kind: kind.toUpperCase() }));
    made.replaceChildren(make("img", { src: detail.webp, alt: say("film_alt") }), make("p", { class: "row" }, ...["gif", "webp"].map(link)));
    made.hidden = film.disabled = false;
  });
  page.updatePathTools = () => {
    const playing = page.journey !== null && !page.journey.endless;
    setText(play, say(playing ? "pause" : "play"));
    play.disabled = page.path.length < 2;
    clear.disabled = page.path.length === 0;
    setText(count, page.path.length ? say("stops", { count: page.path.length }) : say("path_hint"));
  };
  page.drawFilms = () => {
    films.hidden = keeping.hidden = page.path.length < 2;
    made.hidden = true; // it is of another path
    asked = null;
    if (films.hidden) return;
    const frames = alongPath(page.path, 12);
    page.maps.forEach((map, k) =>
      frames.forEach((places, i) => paint(strips[k].getContext("2d"), map.model.decode(places[k]), 28 * i)),
    );
  };
  page.updatePathTools();
  return make(
    "section",
    { class: "panel route" },
    make("h2", {}, say("path")),
    make("div", { class: "row" }, play, add, clear),
    count,
    films,
    keeping,
    made,
  );
}

/** The strips of all maps with their names as one PNG; it is made here and nothing is asked of the server. */
function saveStrips(page, strips) {
  const [scale, left, gap] = [4, 190, 12];
  const [width, height] = [strips[0].width * scale, 28 * scale];
  const sheet = make("canvas", { width: left + width + gap, height: strips.length * (height + gap) + gap });
  const context = sheet.getContext("2d");
  context.fillStyle = "#fff";
  context.fillRect(0, 0, sheet.width, sheet.height);
  Object.assign(context, { imageSmoothingEnabled: false, textBaseline: "middle" });
  context.font = `bold 20px ${getComputedStyle(page.root).fontFamily}`;
  strips.forEach((strip, i) => {
    const top = gap + i * (height + gap);
    context.fillStyle = "#111827";
    context.fillText(page.nameOf(page.maps[i]), gap, top + height / 2, left - 2 * gap);
    context.drawImage(strip, left, top, width, height);
  });
  make("a", { href: sheet.toDataURL("image/png"), download: "latent-path.png" }).click();
}
