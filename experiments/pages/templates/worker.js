// A worker of the page: trains some seeds of one arm, all a little further in turn, and tells how far they are.

// Each block has an engine, and so a memory, of its own: no block moves while another grows.
function startBlocks(module, names, recipe, seeds) {
  const lanes = new Engine(module, names).lanes(recipe.dtype);
  const parts = Array.from({ length: Math.ceil(seeds.length / lanes) }, (_, k) => seeds.slice(lanes * k, lanes * (k + 1)));
  return parts.map((part) => new Block(new Engine(module, names), recipe, part));
}

// What is shown of a block. Pictures take time, so they are only drawn when asked for.
function snapshot(block, test, side) {
  return {
    seeds: block.seeds,
    epoch: block.progress("EPOCH"),
    testErrors: block.errors(test),
    pictures: side ? block.seeds.map((_, lane) => boundary(block, lane, side)) : null,
  };
}

function result(block, test, side) {
  return {
    ...snapshot(block, test, side),
    finished: true,
    trainErrors: block.errors(0),
    digests: block.seeds.map((_, lane) => parameterDigest(block.parameters(lane))),
  };
}

// every: a snapshot after so many epochs, and always at the end; 0 for the end alone.
function trainSeeds({ engine, names, recipe, seeds, side, every }) {
  const test = recipe.splits.findIndex(({ name }) => name === "test");
  let blocks = startBlocks(new WebAssembly.Module(engine), names, recipe, seeds);
  for (let epoch = 0; blocks.length; epoch++) {
    blocks = blocks.filter((block) => {
      const more = block.nextMeasurement();
      if (!more) postMessage(result(block, test, side));
      else if (every && epoch % every === 0) postMessage(snapshot(block, test, side));
      return more;
    });
  }
}

addEventListener("message", ({ data }) => {
  try {
    trainSeeds(data);
  } catch (error) {
    postMessage({ failed: String(error) });
  }
});
