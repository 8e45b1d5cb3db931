// A fresh process loads a function's bundle, as an execution environment does; argument: the bundle.
const file = process.argv[2];
const startedAtMs = performance.now();
require(file);
const tookMs = performance.now() - startedAtMs;
process.send(tookMs, () => process.exit(0));
