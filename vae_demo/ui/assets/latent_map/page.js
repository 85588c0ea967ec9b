// The latent map: four autoencoders of two dimensions under one cursor. `start(element, ...)` begins.
//
// The page asks the server once, for weights and codes; after that nothing leaves the browser but a path of which a
// film is asked for. Before it come helpers.js and the other files of this folder, one idea each.

/**
 * Asks for weights and codes, and puts the page into `element`.
 *
 * `host` is what Gradio hands to a script: server, props, trigger, watch. `words` are [English, Korean] of "loading"
 * and "failed".
 */
async function start(element, host, words) {
  const root = element.querySelector(".latent-map");
  const language = navigator.language.startsWith("ko") ? 1 : 0;
  root.textContent = words.loading[language];
  await firstSight(root);
  try {
    const { maps, texts, strokes } = await host.server.latent_maps();
    const say = (key, values = {}) =>
      texts[`map.${key}`][language].replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
    new Page(
      root,
      maps.map(data => new LatentMap(data)),
      strokes,
      say,
      host,
    );
  } catch (error) {
    root.textContent = words.failed[language];
    throw error;
  }
}

const SENT_ON = { role: "button", tabindex: 0, "aria-haspopup": "dialog" }; // of a picture for the menu of send.js
const BACKGROUNDS = ["density", "drift", "odd"];
const SHOWN = ["points", "clouds", "prior", "sameAxes"];

class Page {
  constructor(root, maps, strokes, say, host) {
    Object.assign(this, { root, maps, strokes, say, host });
    this.calm = window.matchMedia("(prefers-reduced-motion: reduce)");
    this.settings = { background: "none", prior: true, points: true, clouds: false, highlight: null, sameAxes: false };
    this.path = []; // stops, each one z for every map
    this.journey = null; // what moves the cursor by itself
    this.controls = {}; // of the settings, by name
    this.kept = null; // the state as it was last written into the component's value
    this.stale = true; // the still pictures have to be drawn again
    this.waiting = false; // a frame is asked for
    this.cards = maps.map((map, index) => this.makeCard(map, index));
    root.replaceChildren(
      make("p", { class: "intro" }, say("intro")),
      make(
        "div",
        { class: "desk" },
        this.makeSettings(),
        make("div", { class: "maps" }, ...this.cards.map(card => card.figure)),
        this.makeLegend(),
        this.makeTools(),
      ),
      makeFolds(this),
      (this.live = make("p", { class: "unseen-text", "aria-live": "polite" })),
    );
    const again = () => this.refresh();
    new ResizeObserver(again).observe(root);
    new MutationObserver(again).observe(document.body, { attributes: true, attributeFilter: ["class"] });
    this.path = this.past([1, 0]);
    this.pathChanged();
    this.moveTo(this.path[0]);
    host.watch("value", () => this.restore());
    if (this.restore()) return;
    if (!this.calm.matches) this.travel(this.past([1, 7, 9, 4, 6, 0, 2, 3, 5, 8, 1]), 1.6, true);
  }

  // ------------------------------------------------------------------------------------------------ the cursor

  /** Past the middles of these digits on the VAE's map, one z for every map each. */
  past(digits) {
    const map = this.maps.find(one => one.data.name === "mnist-vae-2d") ?? this.maps.at(-1);
    const there = digits.filter(digit => map.middles.has(digit));
    return there.map(digit => this.everywhere(map.share(map.middles.get(digit))));
  }

  /** One z for every map, from a place given in shares of the frames. */
  everywhere(share) {
    return this.maps.map(map => map.fromShare(share));
  }

  /** Sets the cursor of every map. */
  moveTo(places) {
    this.maps.forEach((map, i) => (map.z = places[i]));
    this.soon();
    this.announceLater();
  }

  soon() {
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame(() => {
      this.waiting = false;
      this.draw();
    });
  }

  refresh() {
    this.stale = true;
    this.soon();
  }

  draw() {
    if (!this.root.isConnected || !this.root.clientWidth) return; // another tab is open
    const resized = this.cards.map(card => fit(card.map)).some(Boolean);
    if (this.stale || resized) {
      this.look = this.makeLook();
      this.maps.forEach((map, i) => map.drawStill(this.cards[i].map.width, this.look));
      this.stale = false;
    }
    this.maps.forEach((map, i) => {
      const card = this.cards[i];
      paint(card.picture.getContext("2d"), map.model.decode(map.z));
      map.back = map.model.encode(map.model.x).mu;
      map.draw(card.map.getContext("2d"), card.map.width, this.look, this.path, i);
      this.describe(map, card);
    });
  }

  describe(map, card) {
    const here = map.familiarity();
    const { bound } = map.data.odd;
    const measured = map.oddness();
    const odd = measured === null || measured > bound;
    const badge = map.collapsed ? "collapsed" : here.seen ? (odd ? "odd" : "seen") : odd ? "unseen" : "lucky";
    const away = Math.hypot(map.back[0] - map.z[0], map.back[1] - map.z[1]);
    setText(card.where, `z = (${signed(map.z[0])}, ${signed(map.z[1])})`);
    setText(card.nearest, map.collapsed ? "" : this.say("nearest", { digit: here.digit }));
    setText(card.drift, this.say("drift_here", { drift: short(away) }));
    setText(card.badge, this.say(badge));
    setText(
      card.gap,
      map.collapsed ? "" : this.say("distance", { distance: short(here.distance), reach: short(here.reach) }),
    );
    const untold = map.collapsed || measured === null;
    setText(card.odd, untold ? "" : this.say("oddness", { odd: measured.toFixed(2), bound: bound.toFixed(2) }));
    card.badge.classList.toggle("far", badge !== "seen");
  }

  /** What the maps show, in words, in Python and for a link, once the cursor rests. */
  announceLater() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      if (this.journey?.endless || !this.root.clientWidth) return;
      this.keep();
      this.writePython();
      const words = this.cards.map((card, i) => {
        const said = [card.where, card.nearest, card.badge].map(part => part.textContent).filter(Boolean);
        return `${this.nameOf(this.maps[i])}: ${said.join(", ")}.`;
      });
      setText(this.live, words.join(" "));
    }, 700);
  }

  nameOf(map) {
    return map.data.title;
  }

  // ------------------------------------------------------------------------------------------- what a link keeps

  /** The cursor, the settings, the path and what is drawn as one line; places are shares of the maps' own frames, see `writeStop`. */
  state() {
    const { background, highlight } = this.settings;
    const show = SHOWN.filter(name => this.settings[name]);
    const path = this.path.length > LONGEST_PATH ? alongPath(this.path, LONGEST_PATH) : this.path;
    const stop = places => writeStop(places.map((z, i) => this.maps[i].share(z, this.maps[i].own)));
    return [
      `at:${stop(this.maps.map(map => map.z))}`,
      `background:${background}`,
      `show:${show.join(",")}`,
      ...(highlight === null ? [] : [`only:${highlight}`]),
      ...(path.length ? [`path:${path.map(stop).join("~")}`] : []),
      ...(this.drawn() ? [`drawn:${this.drawn()}`] : []),
    ].join(";");
  }

  /** Writes the state into the component's value, where the link button finds it; no request follows. */
  keep() {
    this.kept = this.state();
    if (this.host.props.value !== this.kept) this.host.props.value = this.kept;
  }

  /** Takes over a state that came with a link; true where there was one. What does not fit is left as it is. */
  restore() {
    const text = String(this.host.props.value ?? "");
    if (!text || text === this.kept) return false;
    this.kept = text;
    const asked = Object.fromEntries(text.split(";").map(part => part.split(/:(.*)/s)));
    const places = part => {
      const shares = readStop(part, this.maps.length);
      return shares && this.maps.map((map, i) => map.fromShare(shares[i], map.own));
    };
    if (["none", ...BACKGROUNDS].includes(asked.background)) this.controls[asked.background].click();
    if (asked.show !== undefined)
      for (const name of SHOWN)
        if (this.controls[name].checked !== asked.show.split(",").includes(name)) this.controls[name].click();
    if (/^\d$/.test(asked.only ?? "")) this.highlight(Number(asked.only));
    const stops = (asked.path ?? "").split("~").map(places);
    this.stop();
    this.path = asked.path && stops.every(Boolean) ? stops : [];
    this.pathChanged();
    this.drawAgain(asked.drawn ?? ""); // moves the cursor; the link knows better where it was
    const at = places(asked.at ?? "");
    if (at) this.moveTo(at);
    return true;
  }

  // ------------------------------------------------------------------------------------------------- journeys

  /** Leads the cursor through stops, `seconds` each. */
  travel(stops, seconds, endless = false) {
    this.stop();
    const journey = (this.journey = { endless });
    const began = performance.now();
    const step = now => {
      if (this.journey !== journey) return;
      if (!this.root.isConnected) return this.stop();
      let at = Math.max(0, (now - began) / 1000 / seconds);
      if (endless) at %= stops.length - 1;
      const last = at >= stops.length - 1;
      const i = Math.min(Math.floor(at), stops.length - 2);
      const part = last ? 1 : ease(at - i);
      if (this.root.clientWidth)
        this.moveTo(stops[i].map((z, k) => z.map((from, axis) => from + part * (stops[i + 1][k][axis] - from))));
      if (!last) return requestAnimationFrame(step);
      this.stop();
    };
    const ease = stops.length === 2 || endless ? p => p * p * (3 - 2 * p) : p => p;
    requestAnimationFrame(step);
  }

  stop() {
    this.journey = null;
    this.updatePathTools?.();
  }

  /** Flies to a place of one map; the others go along. */
  fly(map, z) {
    const [here, there] = [this.maps.map(one => one.z), this.everywhere(map.share(z))];
    if (this.calm.matches) {
      this.stop();
      this.moveTo(there);
    } else this.travel([here, there], 0.9);
    // On a phone the maps lie below one another: the one that is spoken of has to be seen.
    const { figure } = this.cards[this.maps.indexOf(map)];
    figure.scrollIntoView({ block: "nearest", behavior: this.calm.matches ? "auto" : "smooth" });
  }

  // --------------------------------------------------------------------------------------------------- a card

  makeCard(map, index) {
    const name = this.nameOf(map);
    const card = {
      map: make("canvas", {
        class: "map",
        tabindex: 0,
        role: "application",
        "aria-roledescription": this.say("role"),
        "aria-label": this.say("canvas", { name }),
        "aria-describedby": `latent-map-words-${index}`,
      }),
      picture: pictureCanvas("picture", this.say("picture", { name }), 1, SENT_ON),
      where: make("p", { class: "where" }),
      nearest: make("p"),
      drift: make("p"),
      badge: make("p", { class: "badge" }),
      odd: make("p", { class: "hint" }),
      gap: make("p", { class: "hint" }),
    };
    card.figure = make(
      "figure",
      { class: "card", style: `--stripe: ${map.data.colour}` },
      make("figcaption", {}, make("strong", {}, name), make("span", {}, this.say(`about.${map.data.name}`))),
      card.map,
      make(
        "div",
        { class: "below", "data-send": 1 },
        card.picture,
        make(
          "div",
          { class: "words", id: `latent-map-words-${index}` },
          card.where,
          card.nearest,
          card.drift,
          card.badge,
          card.odd,
          card.gap,
        ),
      ),
    );
    this.listen(card.map, map);
    return card;
  }

  /** Mouse, touch and keys on a map. Moving moves the cursor; moving with the button or finger down draws a path. */
  listen(canvas, map) {
    const placeOf = event => {
      const box = canvas.getBoundingClientRect();
      const share = [
        ((event.clientX - box.left) / box.width) * 2 - 1,
        1 - ((event.clientY - box.top) / box.height) * 2,
      ];
      return this.everywhere(share.map(part => Math.max(-1, Math.min(1, part))));
    };
    let drawing = null;
    const move = event => {
      const still = event.pointerType === "mouse" && event.movementX === 0 && event.movementY === 0;
      if (this.journey && still && !event.buttons) return; // the page moved under a mouse at rest
      this.stop();
      const places = placeOf(event);
      this.moveTo(places);
      if (!drawing) return;
      const from = this.maps[0].share(drawing.at(-1)[0]);
      const to = this.maps[0].share(places[0]);
      if (Math.hypot(to[0] - from[0], to[1] - from[1]) < 0.03) return;
      drawing.push(places);
      this.path = drawing;
    };
    canvas.addEventListener("pointermove", move);
    canvas.addEventListener("pointerdown", event => {
      canvas.setPointerCapture(event.pointerId);
      this.stop();
      this.moveTo(placeOf(event));
      drawing = [placeOf(event)];
    });
    const end = () => {
      if (drawing && this.path === drawing) this.pathChanged();
      drawing = null;
    };
    canvas.addEventListener("pointerup", end);
    canvas.addEventListener("pointercancel", end);
    canvas.addEventListener("keydown", event => {
      const [u, v] = map.share(map.z);
      const step = event.shiftKey ? 0.15 : 0.03;
      const arrows = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, step], ArrowDown: [0, -step] };
      const actions = {
        Home: () => this.moveTo(this.everywhere(map.share([0, 0]))),
        Enter: () => this.addStop(),
        " ": () => this.playOrPause(),
        Escape: () => (this.journey ? this.stop() : this.clearPath()),
      };
      if (event.ctrlKey || event.metaKey || event.altKey || !(event.key in arrows || event.key in actions)) return;
      event.preventDefault();
      if (event.key in actions) return actions[event.key]();
      this.stop();
      const [du, dv] = arrows[event.key];
      this.moveTo(this.everywhere([u + du, v + dv].map(part => Math.max(-1, Math.min(1, part)))));
    });
  }

  // ------------------------------------------------------------------------------------------------- settings

  makeSettings() {
    const { say, settings } = this;
    const change = name => event => {
      settings[name] = event.target.type === "checkbox" ? event.target.checked : event.target.value;
      if (name === "sameAxes") this.changeAxes();
      this.keep(); // also while the cursor still leads itself
      this.announceLater();
      const { background, clouds } = settings;
      const scale = background === "none" ? [] : [say(`scale.${background}`, { side: Math.sqrt(this.maps[0].odd.length) })];
      if (clouds) scale.push(say("scale.clouds", { spreads: this.spreads() }));
      setText(this.scaleText, scale.join("\n"));
      this.scaleText.hidden = !scale.length;
      this.refresh();
    };
    const radio = value => {
      const checked = value === "none";
      const onchange = change("background");
      const input = make("input", { type: "radio", name: "latent-map-background", value, checked, onchange });
      this.controls[value] = input;
      return make("label", {}, input, say(`background.${value}`));
    };
    const box = name => {
      const input = make("input", { type: "checkbox", name, checked: settings[name], onchange: change(name) });
      this.controls[name] = input;
      return make("label", {}, input, say(`option.${name}`));
    };
    this.scaleText = make("p", { class: "hint", hidden: true });
    return make(
      "div",
      { class: "settings" },
      make("fieldset", {}, make("legend", {}, say("background")), radio("none"), ...BACKGROUNDS.map(radio)),
      make("fieldset", {}, make("legend", {}, say("options")), ...SHOWN.map(box)),
      this.scaleText,
    );
  }

  /** The median sigma of each map's clouds, in words. */
  spreads() {
    const told = this.maps.filter(map => map.data.spread);
    return told.map(map => `${this.nameOf(map)} (${map.data.spread.map(short).join(", ")})`).join(", ");
  }

  /** Each map its own frame, or all the frame that holds the largest. */
  changeAxes() {
    const reach = Math.max(...this.maps.map(({ own }) => Math.max(...own.centre.map(Math.abs)) + own.half));
    for (const map of this.maps) map.frame = this.settings.sameAxes ? { centre: [0, 0], half: reach } : map.own;
  }

  makeTools() {
    const closer = makeCloser(this); // the pad tells it of what is drawn
    return make("div", { class: "tools" }, makePad(this), makePathTools(this), closer);
  }

  makeLegend() {
    const buttons = Array.from({ length: 10 }, (_, digit) =>
      button(String(digit), () => this.highlight(this.settings.highlight === digit ? null : digit), {
        class: "digit",
        "aria-pressed": "false",
        style: `--digit: var(--digit-${digit})`,
        "aria-label": this.say("only", { digit }),
      }),
    );
    /** Only this digit's codes, or with null all of them. */
    this.highlight = digit => {
      this.settings.highlight = digit;
      buttons.forEach((one, i) => one.setAttribute("aria-pressed", String(i === digit)));
      this.refresh();
      this.announceLater();
    };
    const count = this.maps[0].labels.length.toLocaleString();
    return make("div", { class: "colours" }, make("span", {}, this.say("legend", { count })), ...buttons);
  }

  makeLook() {
    const style = getComputedStyle(this.root);
    const colour = name => style.getPropertyValue(`--${name}`).trim();
    const canvas = this.cards[0].map;
    return {
      ...this.settings,
      scale: canvas.width / canvas.clientWidth,
      font: style.fontFamily,
      paper: colour("paper"),
      ink: colour("ink"),
      faint: colour("faint"),
      grid: colour("grid"),
      axis: colour("axis"),
      accent: colour("accent"),
      fieldInk: Object.fromEntries(BACKGROUNDS.map(name => [name, colour(name).split(" ").map(Number)])),
      digits: Array.from({ length: 10 }, (_, digit) => colour(`digit-${digit}`)),
    };
  }

  // ----------------------------------------------------------------------------------------------------- the path

  pathChanged() {
    this.updatePathTools();
    this.drawFilms();
    this.soon();
    this.announceLater();
  }

  addStop() {
    this.stop();
    this.path = [...this.path, this.maps.map(map => [...map.z])];
    this.pathChanged();
  }

  clearPath() {
    this.stop();
    this.path = [];
    this.pathChanged();
  }

  playOrPause() {
    if (this.journey && !this.journey.endless) return this.stop();
    if (this.path.length < 2) return;
    const frames = alongPath(this.path, 60);
    this.travel(frames, 5 / 60);
    this.updatePathTools();
  }
}
