// Trains networks by the engine that minifw ships, compiled to WebAssembly: the same draws, the same order of operations, and so
// the same bits as `minifw train`. All numbers of the engine's memory come from Python, in `names` and in the recipe of an arm.

const arrays = { float32: Float32Array, float64: Float64Array, uint32: Uint32Array, int64: BigInt64Array };
const generatorWords = 625;
const alignment = 64;
const pageBytes = 65536;

// The seed of one purpose of one trial: mixed by MurmurHash3's finaliser, then shifted by the purpose's offset.
function streamSeed(seed, offset) {
  let bits = seed >>> 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return ((bits ^ (bits >>> 16)) + offset) >>> 0;
}

// The engine's functions, and its memory, which is given out from its start and freed all at once.
class Engine {
  constructor(module, names) {
    this.names = names;
    this.calls = new WebAssembly.Instance(module, {}).exports;
    this.free();
  }

  free() {
    this.next = Math.ceil(this.calls.__heap_base.value / alignment) * alignment;
  }

  // The address of that many bytes, all zero.
  allocate(bytes) {
    const address = this.next;
    this.next += Math.ceil(bytes / alignment) * alignment;
    const missing = this.next - this.calls.memory.buffer.byteLength;
    if (missing > 0) this.calls.memory.grow(Math.ceil(missing / pageBytes));
    new Uint8Array(this.calls.memory.buffer, address, bytes).fill(0);
    return address;
  }

  // Growing the memory detaches earlier views, so that none is kept.
  view(type, address, length) {
    return new arrays[type](this.calls.memory.buffer, address, length);
  }

  lanes(dtype) {
    return Number(this.calls[`lanes_${dtype}`]());
  }

  // Generators (625 words, lanes), one for each seed.
  seedGenerators(dtype, seeds) {
    const lanes = this.lanes(dtype);
    const given = this.allocate(4 * lanes);
    const generators = this.allocate(4 * generatorWords * lanes);
    this.view("uint32", given, lanes).set(inLanes(seeds, lanes));
    this.calls[`seed_${dtype}`](generators, given);
    return generators;
  }

  // The next numbers of each generator, (seeds, count), from U[0, 1) or N(0, 1).
  draw(rule, generators, seeds, count) {
    const dtype = drawnIn[rule];
    const lanes = this.lanes(dtype);
    const place = this.allocate(8 * count * lanes);
    this.calls[`${rule}_${dtype}`](generators, place, BigInt(count));
    const drawn = this.view("float64", place, count * lanes);
    return Array.from({ length: seeds }, (_, lane) => Float64Array.from({ length: count }, (_, k) => drawn[k * lanes + lane]));
  }

  // What draws (rule, count) in turn from generators of their own for each seed: (draws, seeds, count).
  drawFrom(rule, seeds, counts) {
    const lanes = this.lanes(drawnIn[rule]);
    const drawn = counts.map(() => []);
    for (let start = 0; start < seeds.length; start += lanes) {
      const part = seeds.slice(start, start + lanes);
      const before = this.next;
      const generators = this.seedGenerators(drawnIn[rule], part);
      counts.forEach((count, k) => drawn[k].push(...this.draw(rule, generators, part.length, count)));
      this.next = before;
    }
    return drawn;
  }
}

// The precision whose vectors an engine's rule fills: uniform numbers come from either, normal ones from this one only.
const drawnIn = { uniform: "float32", normal: "float64" };

// One value for each lane, those beyond the values repeating the last.
const inLanes = (values, lanes) => Array.from({ length: lanes }, (_, k) => values[Math.min(k, values.length - 1)]);

// Weights and biases of each affine layer as minifw draws them: (parameters, seeds, size).
function drawParameters(engine, recipe, seeds) {
  return recipe.affine.flatMap(({ rows, columns, offset, rule, size, scale, bias }) => {
    const counts = bias ? [rows * columns, columns] : [rows * columns];
    const drawn = engine.drawFrom(rule, seeds.map((seed) => streamSeed(seed, offset)), counts);
    const sized = rule === "uniform" ? (u) => (u * (2 * size) - size) * scale : (z) => z * size * scale;
    const parameters = drawn.map((ofSeeds) => ofSeeds.map((values) => values.map(sized)));
    return bias ? parameters : [...parameters, seeds.map(() => new Float64Array(columns))];
  });
}

// Points of the disc in the unit square, x and y in turn, and their labels, for each seed.
function drawPoints(engine, recipe, seeds, split) {
  const dataSets = seeds.map((seed) => Math.floor(seed / recipe.seedsPerDataSet));
  const [drawn] = engine.drawFrom("uniform", dataSets.map((seed) => streamSeed(seed, split.offset)), [2 * split.samples]);
  const { centre: [across, up], radiusSquared } = engine.names.disc;
  return drawn.map((points) => ({
    points,
    labels: Array.from({ length: split.samples }, (_, k) => {
      const [x, y] = [points[2 * k] - across, points[2 * k + 1] - up];
      return x * x + y * y < radiusSquared ? 1 : 0;
    }),
  }));
}

// How a trial's points are scaled, by numbers of its training points: x -> (x - shift) / divisor for x and for y.
function scalerOf(kind, points) {
  if (kind === "none") return null;
  if (kind === "symmetric") return { shift: [0.5, 0.5], divisor: [0.5, 0.5] };
  const count = points.length / 2;
  const total = (of) => [0, 1].map((axis) => {
    let sum = of(points[axis], axis);
    for (let k = 1; k < count; k++) sum += of(points[2 * k + axis], axis);
    return sum;
  });
  const shift = total((value) => value).map((sum) => sum / count);
  if (kind === "center") return { shift, divisor: [1, 1] };
  const squares = total((value, axis) => (value - shift[axis]) * (value - shift[axis]));
  return { shift, divisor: squares.map((sum) => Math.sqrt(sum / (count - 1))) };
}

const scalePoint = (scaler, value, axis) => (scaler ? (value - scaler.shift[axis]) / scaler.divisor[axis] : value);

const encodings = {
  pm1: (label) => [2 * label - 1, 2 * label - 1],
  binary: (label) => [label],
  onehot: (label) => [1 - label, label],
};

// Trials of one arm side by side in the lanes of the engine's vectors.
class Block {
  constructor(engine, recipe, seeds) {
    Object.assign(this, { engine, recipe, seeds, lanes: engine.lanes(recipe.dtype) });
    const { fields, layerFields, datasetFields } = engine.names;
    const tables = engine.view("int64", this.layOut(), recipe.descriptor.length);
    this.at = Object.fromEntries(Object.keys(fields).map((name) => [name, Number(tables[fields[name]])]));
    const rows = (start, count, names) => Array.from({ length: count }, (_, k) => Object.fromEntries(
      Object.keys(names).map((name) => [name, Number(tables[start + k * Object.keys(names).length + names[name]])])));
    const layersAt = Object.keys(fields).length;
    this.layers = rows(layersAt, this.at.LAYERS, layerFields);
    this.datasets = rows(layersAt + this.at.LAYERS * Object.keys(layerFields).length, this.at.DATASETS, datasetFields);
    this.fill();
  }

  // Lets the engine lay out the block's memory, then puts the descriptor where the memory begins.
  layOut() {
    const bytes = 8 * this.recipe.descriptor.length;
    const before = this.engine.next;
    const draft = this.engine.allocate(bytes);
    this.engine.view("int64", draft, this.recipe.descriptor.length).set(this.recipe.descriptor.map(BigInt));
    const size = Number(this.engine.calls[`lay_out_${this.recipe.dtype}`](draft));
    if (size < 0) throw new Error(`the engine refused the settings (${size})`);
    const descriptor = this.engine.view("int64", draft, this.recipe.descriptor.length).slice();
    this.engine.next = before;
    this.address = this.engine.allocate(size);
    this.engine.view("int64", this.address, descriptor.length).set(descriptor);
    return this.address;
  }

  view(type, offset, length) {
    return this.engine.view(type, this.address + offset, length);
  }

  fill() {
    const { recipe, lanes } = this;
    recipe.numbers.forEach((value, row) => this.view("float64", this.at.AT_NUMBERS + 8 * row * lanes, lanes).fill(value));
    this.view("float64", this.at.AT_POWERS, 2 * lanes).fill(1);
    this.view(recipe.dtype, this.at.AT_STATE, this.at.STATE_BUFFERS * this.at.PARAMETERS * lanes).fill(recipe.initialState);
    this.fillGenerators(this.at.AT_ORDER_GENERATOR, recipe.order);
    this.layers.filter((layer) => layer.AT_GENERATOR).forEach((layer, k) => this.fillGenerators(layer.AT_GENERATOR, recipe.dropouts[k]));
    this.fillParameters();
    this.fillData();
  }

  fillGenerators(offset, purpose) {
    const before = this.engine.next;
    const words = generatorWords * this.lanes;
    const seeded = this.engine.seedGenerators(this.recipe.dtype, this.seeds.map((seed) => streamSeed(seed, purpose)));
    this.view("uint32", offset, words).set(this.engine.view("uint32", seeded, words));
    this.engine.next = before;
  }

  fillParameters() {
    let start = this.at.AT_VALUES;
    const bytes = arrays[this.recipe.dtype].BYTES_PER_ELEMENT * this.lanes;
    for (const ofSeeds of drawParameters(this.engine, this.recipe, this.seeds)) {
      const values = this.view(this.recipe.dtype, start, ofSeeds[0].length * this.lanes);
      inLanes(ofSeeds, this.lanes).forEach((drawn, lane) => drawn.forEach((value, k) => (values[k * this.lanes + lane] = value)));
      start += ofSeeds[0].length * bytes;
    }
  }

  fillData() {
    const drawn = this.recipe.splits.map((split) => drawPoints(this.engine, this.recipe, this.seeds, split));
    this.scalers = drawn[0].map(({ points }) => scalerOf(this.recipe.scale, points));
    drawn.forEach((ofSeeds, k) => this.fillSplit(this.datasets[k], ofSeeds));
  }

  // (lanes, samples, inputs and targets and label).
  fillSplit(dataset, ofSeeds) {
    const width = this.at.FEATURES + this.at.OUTPUTS + 1;
    const rows = this.view(this.recipe.dtype, dataset.AT, this.lanes * dataset.SAMPLES * width);
    inLanes(ofSeeds.map((split, k) => ({ ...split, scaler: this.scalers[k] })), this.lanes).forEach(({ points, labels, scaler }, lane) => {
      labels.forEach((label, k) => {
        const scaled = [0, 1].map((axis) => scalePoint(scaler, points[2 * k + axis], axis));
        rows.set([...scaled, ...encodings[this.recipe.targets](label), label], (lane * dataset.SAMPLES + k) * width);
      });
    });
  }

  // Computes at most that many chunks of samples; returns whether there is more to do.
  goOn(chunks) {
    const status = Number(this.engine.calls[`run_${this.recipe.dtype}`](this.address, BigInt(chunks)));
    if (status < 0) throw new Error(`the engine failed (${status})`);
    return status === this.engine.names.running;
  }

  // Goes on until the next epoch is measured; returns whether there is more to do.
  nextMeasurement() {
    const measured = this.progress("MEASURED");
    let more = true;
    while (more && this.progress("MEASURED") === measured) more = this.goOn(this.recipe.chunksPerCall);
    return more;
  }

  progress(name) {
    const { progress } = this.engine.names;
    return Number(this.view("int64", this.at.AT_PROGRESS, Object.keys(progress).length)[progress[name]]);
  }

  // The error of each trial on a split as last measured; NaN once its training loss is not finite.
  errors(split) {
    const { lanes, at } = this;
    const last = this.progress("MEASURED") - 1;
    const history = this.view("float64", at.AT_HISTORY, at.MEASUREMENTS * at.DATASETS * 2 * lanes);
    const entry = (time, dataset, which, lane) => history[((time * at.DATASETS + dataset) * 2 + which) * lanes + lane];
    const measured = Array.from({ length: last + 1 }, (_, time) => time);
    const finite = (lane) => measured.every((time) => this.datasets.every((_, k) => Number.isFinite(entry(time, k, 0, lane))));
    return this.seeds.map((_, lane) => (finite(lane) ? entry(last, split, 1, lane) : NaN));
  }

  // All parameters of one trial, layer after layer, weight before bias.
  parameters(lane) {
    const values = this.view(this.recipe.dtype, this.at.AT_VALUES, this.at.PARAMETERS * this.lanes);
    return arrays[this.recipe.dtype].from({ length: this.at.PARAMETERS }, (_, k) => values[k * this.lanes + lane]);
  }
}

// The first 16 digits of the SHA-256 of all parameters, as `minifw` writes them into finals.csv. Every NaN has the same bits.
function parameterDigest(parameters) {
  const canonical = parameters.map((value) => (Number.isNaN(value) ? NaN : value));
  return sha256(new Uint8Array(canonical.buffer)).slice(0, 16);
}

const activations = { relu: (x) => Math.max(x, 0), tanh: Math.tanh, sigmoid: (x) => 1 / (1 + Math.exp(-x)) };

// y = x W + b, with W (inputs, outputs) and then b from a place of the parameters on.
function affine(x, y, parameters, start, inputs, outputs) {
  const bias = start + inputs * outputs;
  for (let k = 0; k < outputs; k++) y[k] = parameters[bias + k];
  for (let j = 0; j < inputs; j++) {
    const row = start + j * outputs;
    if (x[j] !== 0) for (let k = 0; k < outputs; k++) y[k] += x[j] * parameters[row + k];
  }
}

// By how much outputs say "inside".
const decisions = { pm1: (y) => y[0] + y[1], binary: (y) => 2 * y[0] - 1, onehot: (y) => y[1] - y[0] };

// How a network decides at a point of the unit square: for a picture only, so to rounding only.
function decisionAt(block, parameters, lane, point) {
  let x = point.map((value, axis) => scalePoint(block.scalers[lane], value, axis));
  let start = 0;
  for (const { KIND, INPUTS, OUTPUTS } of block.layers) {
    const kind = block.engine.names.layerKinds[KIND];
    if (kind === "affine") {
      const y = new Float64Array(OUTPUTS);
      affine(x, y, parameters, start, INPUTS, OUTPUTS);
      start += (INPUTS + 1) * OUTPUTS;
      x = y;
    } else if (kind in activations) for (let k = 0; k < OUTPUTS; k++) x[k] = activations[kind](x[k]);
  }
  return decisions[block.recipe.targets](x);
}

// The decision on a grid of the unit square, row after row from the top, as -127 (outside) to 127 (inside).
function boundary(block, lane, side) {
  const parameters = block.parameters(lane);
  const picture = new Int8Array(side * side);
  for (let k = 0; k < picture.length; k++) {
    const point = [((k % side) + 0.5) / side, 1 - (Math.floor(k / side) + 0.5) / side];
    picture[k] = Math.round(127 * Math.tanh(2 * decisionAt(block, parameters, lane, point)));
  }
  return picture;
}
