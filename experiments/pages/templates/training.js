"use strict";
// Trains networks in workers and shows what becomes of them. Without WebAssembly or workers the part stays hidden.

const { names, seeds: manySeeds, arms } = JSON.parse(document.getElementById("training-data").textContent);
const lab = document.getElementById("training-lab");
const statusLine = document.getElementById("training-status");
const manyForm = document.getElementById("many-seeds");
const oneForm = document.getElementById("one-seed");
const stopButton = document.getElementById("stop");
const stillPictures = matchMedia("(prefers-reduced-motion: reduce)");
const pictureSide = 24;
const snapshots = 12;
let workers = [];
let shownHistogram = null;

const decoded = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
const percent = (error) => (Number.isNaN(error) ? "diverged" : `${(100 * error).toFixed(1)} %`);
const chosenArm = () => arms[manyForm.elements.arm.selectedIndex];
const label = (arm) => (arm.study.endsWith(arm.arm) ? arm.study : `${arm.study}, ${arm.arm}`);
const testSize = (arm) => arm.recipe.splits.find(({ name }) => name === "test").samples;

function startWorker(onmessage) {
  const source = new Blob([document.getElementById("worker-source").textContent], { type: "text/javascript" });
  const address = URL.createObjectURL(source);
  const worker = new Worker(address);
  URL.revokeObjectURL(address);
  worker.addEventListener("message", ({ data }) => onmessage(data));
  worker.addEventListener("error", (event) => onmessage({ failed: event.message }));
  return worker;
}

function stopTraining() {
  for (const worker of workers) worker.terminate();
  workers = [];
  stopButton.disabled = true;
}

// Trains some seeds of an arm, in as many workers as are useful; tells of each message, and when all seeds are finished.
function train(arm, seeds, onMessage, onEnd) {
  stopTraining();
  const lanes = 4;
  const count = Math.max(1, Math.min(navigator.hardwareConcurrency || 1, 8, Math.ceil(seeds.length / lanes)));
  const shares = Array.from({ length: count }, (_, k) => seeds.filter((_, place) => Math.floor(place / lanes) % count === k));
  const every = stillPictures.matches ? 0 : Math.ceil(arm.recipe.epochs / snapshots);
  const engine = decoded(document.getElementById("engine").textContent);
  let left = seeds.length;
  const listen = (message) => {
    onMessage(message);
    if (message.finished) left -= message.seeds.length;
    if (message.failed || !left) stopTraining();
    if (!left) onEnd();
  };
  workers = shares.map((share) => {
    const worker = startWorker(listen);
    worker.postMessage({ engine, names, recipe: arm.recipe, seeds: share, side: pictureSide, every });
    return worker;
  });
  stopButton.disabled = false;
}

// What is committed of a seed, next to what came out here: "error" or "bits" where they are equal, "differs", or "unknown".
function compare(arm, seed, testError, digest) {
  const { first, misclassified, digests, digits } = arm.committed;
  const place = seed - first;
  if (!(place in misclassified)) return { equal: "unknown" };
  const wrong = Number.isNaN(testError) ? null : Math.round(testError * testSize(arm));
  const error = misclassified[place] === null ? NaN : misclassified[place] / testSize(arm);
  if (!digests) return { equal: "unknown", error };
  const committed = digests.slice(digits * place, digits * (place + 1));
  return { equal: wrong === misclassified[place] && digest === committed ? "bits" : "differs", error, digest: committed };
}

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

// The unit square as one network sees it; the true circle is drawn by the style sheet.
function drawPicture(canvas, picture) {
  const style = getComputedStyle(lab);
  const colours = ["--outside", "--between", "--inside"].map((name) => style.getPropertyValue(name).match(/[0-9a-f]{2}/gi).map((hex) => parseInt(hex, 16)));
  const image = new ImageData(pictureSide, pictureSide);
  picture.forEach((value, k) => {
    const [from, to] = value < 0 ? [colours[1], colours[0]] : [colours[1], colours[2]];
    const share = Math.abs(value) / 127;
    image.data.set([...from.map((channel, c) => channel + share * (to[c] - channel)), 255], 4 * k);
  });
  canvas.getContext("2d").putImageData(image, 0, 0);
}

const newCanvas = () => element("canvas", { width: pictureSide, height: pictureSide });

// One square for each seed, and what was last told of it.
class Boundaries {
  constructor(seeds) {
    this.tiles = new Map(seeds.map((seed) => {
      const [canvas, error] = [newCanvas(), element("span")];
      return [seed, { canvas, error, tile: element("div", { class: "tile", title: `seed ${seed}` }, element("span", { class: "square" }, canvas), error) }];
    }));
    document.getElementById("boundaries").replaceChildren(...Array.from(this.tiles.values(), ({ tile }) => tile));
  }

  show({ seeds, testErrors, pictures }) {
    seeds.forEach((seed, k) => {
      const { canvas, error } = this.tiles.get(seed);
      drawPicture(canvas, pictures[k]);
      error.textContent = Number.isNaN(testErrors[k]) ? "–" : (100 * testErrors[k]).toFixed(1);
    });
  }
}

const svg = (name, attributes, text = "") => {
  const made = document.createElementNS(document.getElementById("errors").namespaceURI, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.textContent = text;
  return made;
};

// The test errors of all seeds as dots in heaps, the committed seeds behind them, printed numbers as stars.
class Histogram {
  constructor(arm, count) {
    Object.assign(this, { arm, count, errors: new Map() });
    this.committed = arm.committed.misclassified.filter((wrong) => wrong !== null).map((wrong) => (100 * wrong) / testSize(arm));
    const known = this.committed.slice().sort((a, b) => a - b);
    const typical = known.length ? known[Math.floor(0.99 * (known.length - 1))] : 12;
    this.right = 5 * Math.ceil(Math.max(1, 1.1 * typical, ...arm.published.map(({ value }) => 1.15 * value)) / 5);
    this.bins = 40;
  }

  add({ seeds, testErrors }) {
    seeds.forEach((seed, k) => this.errors.set(seed, 100 * testErrors[k]));
  }

  // Errors are whole numbers of points: what lies on an edge belongs to the bin above it.
  binOf(error) {
    return Math.min(this.bins - 1, Math.floor((error / this.right) * this.bins + 1e-6));
  }

  heaps(errors) {
    const heaps = Array(this.bins).fill(0);
    for (const error of errors) if (!Number.isNaN(error)) heaps[this.binOf(error)]++;
    return heaps;
  }

  draw() {
    const picture = document.getElementById("errors");
    const [width, floor, top] = [Math.max(picture.clientWidth, 200), 250, 60];
    picture.setAttribute("viewBox", `0 0 ${width} 300`);
    const left = 12;
    const binWidth = (width - 2 * left) / this.bins;
    const behind = this.heaps(this.committed).map((n) => (n * this.count) / Math.max(1, this.committed.length));
    const heaps = this.heaps(this.errors.values());
    // Half of all seeds fit: as long as nothing is learnt all lie in one heap, which is cut off.
    const unit = Math.min(binWidth, (floor - top) / Math.max(4, Math.min(this.count / 3, Math.max(...heaps, ...behind))));
    const parts = behind.map((n, k) => svg("rect", { class: "behind", x: left + k * binWidth, width: binWidth, y: floor - Math.min(n * unit, floor - top), height: Math.min(n * unit, floor - top) }));
    heaps.forEach((n, k) => {
      for (let i = 0; i < n && (i + 1) * unit <= floor - top; i++) {
        parts.push(svg("circle", { class: "dot", cx: left + (k + 0.5) * binWidth, cy: floor - (i + 0.5) * unit, r: 0.42 * Math.min(unit, binWidth) }));
      }
    });
    picture.replaceChildren(...parts, ...this.axis(width, left, floor), ...this.stars(width, left, floor));
  }

  place(value, width, left) {
    return left + (value / this.right) * (width - 2 * left);
  }

  axis(width, left, floor) {
    const step = this.right / 5;
    const ticks = Array.from({ length: 6 }, (_, k) => k * step);
    return [
      svg("line", { class: "axis", x1: left, x2: width - left, y1: floor, y2: floor }),
      ...ticks.map((value, k) => svg("text", { "text-anchor": ["start", "middle", "end"][Math.ceil(k / 4)], x: [0, this.place(value, width, left), width][Math.ceil(k / 4)], y: floor + 20 }, `${k === 5 ? "≥ " : ""}${value} %`)),
      svg("text", { "text-anchor": "middle", x: width / 2, y: floor + 42 }, "test error"),
    ];
  }

  stars(width, left, floor) {
    return this.arm.published.flatMap(({ value }) => {
      const x = this.place(Math.min(value, this.right), width, left);
      return [
        svg("line", { class: "printed", x1: x, x2: x, y1: 46, y2: floor }),
        svg("text", { class: "star", "text-anchor": "middle", x, y: 44 }, "★"),
        svg("text", { class: "star-label", "text-anchor": "middle", x, y: 20 }, `${Number(value.toPrecision(3))} %`),
      ];
    });
  }

  caption() {
    const printed = this.arm.published.map(({ value, place }) => `${Number(value.toPrecision(3))} % (${place})`).join(", ");
    const behind = this.committed.length ? ` Grey behind: the ${this.committed.length} seeds of this page, to scale.` : "";
    return `Dots: one seed each.${behind}${printed ? ` Stars: printed, ${printed}.` : " No test error is printed."}`;
  }
}

function describe(errors) {
  const known = errors.filter((error) => !Number.isNaN(error));
  if (!known.length) return "all diverged";
  const mean = known.reduce((sum, error) => sum + error, 0) / known.length;
  return `mean test error ${mean.toFixed(2)} %, from ${Math.min(...known).toFixed(1)} to ${Math.max(...known).toFixed(1)} %`;
}

const nothingCommitted = "This page has no values to compare with.";
const otherEngine = "The seeds of this page were trained by another engine: the two agree in distribution, not in bits.";

// How the seeds trained here compare with the committed ones, in words.
function agreement(arm, finished) {
  if (!arm.committed.misclassified.length) return nothingCommitted;
  if (!arm.committed.digests) return otherEngine;
  const compared = finished.map(({ seed, error, digest }) => compare(arm, seed, error, digest).equal).filter((equal) => equal !== "unknown");
  const equal = compared.filter((found) => found === "bits").length;
  return `${equal} of the ${compared.length} whose outcome this page holds end with the same error and digest of parameters, bit for bit.`;
}

const wantedSeeds = () => Array.from({ length: Number(manyForm.elements["how-many"].value) }, (_, seed) => seed);

// What will be filled: empty squares, and the committed seeds.
function prepare(seeds) {
  const [boundaries, histogram] = [new Boundaries(seeds), new Histogram(chosenArm(), seeds.length)];
  document.getElementById("errors-caption").textContent = histogram.caption();
  histogram.draw();
  shownHistogram = histogram;
  return { boundaries, histogram };
}

function trainMany() {
  const [arm, seeds, finished, started] = [chosenArm(), wantedSeeds(), [], performance.now()];
  const { boundaries, histogram } = prepare(seeds);
  statusLine.textContent = `Training ${seeds.length} networks …`;
  train(arm, seeds, (message) => {
    if (message.failed) return (statusLine.textContent = `Training failed: ${message.failed}`);
    boundaries.show(message);
    histogram.add(message);
    requestAnimationFrame(() => histogram.draw());
    if (message.finished) message.seeds.forEach((seed, k) => finished.push({ seed, error: message.testErrors[k], digest: message.digests[k] }));
    return undefined;
  }, () => {
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    statusLine.textContent = `${seeds.length} networks, ${arm.recipe.epochs} epochs each, in ${seconds} s: ${describe(Array.from(histogram.errors.values()))}. ${agreement(arm, finished)}`;
  });
}

const verdicts = {
  bits: "equal to the trial of this page, bit for bit.",
  differs: "not equal to the trial of this page. Please report your browser and processor.",
};

function showSeed(arm, seed, message) {
  const [testError, digest] = [message.testErrors[0], message.digests[0]];
  const committed = compare(arm, seed, testError, digest);
  const canvas = newCanvas();
  drawPicture(canvas, message.pictures[0]);
  const row = (label, here, there) => element("tr", {}, element("th", { scope: "row" }, label), element("td", {}, here), element("td", {}, there));
  const head = element("tr", {}, ...["", "in this browser", "on this page"].map((text) => element(text ? "th" : "td", text ? { scope: "col" } : {}, text)));
  const there = "error" in committed ? percent(committed.error) : "none";
  const table = element("table", {}, element("thead", {}, head), element("tbody", {},
    row("test error", percent(testError), there),
    row("training error", percent(message.trainErrors[0]), ""),
    row("digest of the parameters", element("code", {}, digest), committed.digest ? element("code", {}, committed.digest) : "none")));
  const verdict = verdicts[committed.equal] ?? ("error" in committed ? otherEngine : nothingCommitted);
  document.getElementById("one-seed-result").replaceChildren(
    element("p", { class: committed.equal, id: "one-seed-verdict" }, `Seed ${seed} of ${label(arm)}: ${verdict}`),
    element("div", { class: "seed" }, element("span", { class: "square" }, canvas), table));
}

function trainOne() {
  const [arm, seed] = [chosenArm(), Number(oneForm.elements.seed.value)];
  const place = document.getElementById("one-seed-result");
  place.textContent = "Training …";
  train(arm, [seed], (message) => {
    if (message.failed) place.textContent = `Training failed: ${message.failed}`;
    else if (message.finished) showSeed(arm, seed, message);
  }, () => {});
}

function fillArms() {
  const groups = new Map();
  for (const arm of arms) {
    const group = groups.get(arm.report) ?? element("optgroup", { label: arm.report });
    group.append(element("option", {}, label(arm)));
    groups.set(arm.report, group);
  }
  manyForm.elements.arm.append(...groups.values());
  manyForm.elements["how-many"].value = String(manySeeds);
}

if (typeof WebAssembly === "object" && typeof Worker === "function" && arms.length) {
  fillArms();
  lab.hidden = false;
  prepare(wantedSeeds());
  new ResizeObserver(() => shownHistogram.draw()).observe(document.getElementById("errors"));
  manyForm.addEventListener("change", () => (stopTraining(), (statusLine.textContent = ""), prepare(wantedSeeds())));
  manyForm.addEventListener("submit", (event) => (event.preventDefault(), trainMany()));
  oneForm.addEventListener("submit", (event) => (event.preventDefault(), trainOne()));
  stopButton.addEventListener("click", () => (stopTraining(), (statusLine.textContent = "Stopped.")));
}
