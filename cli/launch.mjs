// Runs one of the project's TypeScript programs: `node cli/launch.mjs PROGRAM [ARGUMENTS…]`. Plain JavaScript, so that
// whoever has not installed the packages yet, and with them the project's own Node, is told so by any Node there is.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const [program = '', ...args] = process.argv.slice(2);
const [major = 0] = process.versions.node.split('.').map(Number);

if (!existsSync(resolve(root, 'node_modules', 'kafkajs'))) {
  stop('The project’s packages are not installed (there is no node_modules).', 'npm ci');
} else if (major < 24) {
  stop(
    `This is Node ${process.versions.node}; the project runs on the Node 24 that npm ci installs.`,
    'npm ci, then start it through npm (npm start, npm run …).',
  );
} else {
  const file = resolve(root, program);
  process.argv.splice(1, 2 + args.length, file, ...args);
  await import(pathToFileURL(file).href);
}

function stop(cause, remedy) {
  process.stderr.write(`${cause}\n  → ${remedy}\n`);
  process.exit(1);
}
