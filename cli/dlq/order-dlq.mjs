#!/usr/bin/env node
// `npx order-dlq`. npx puts the project's own Node 24 first; without it, or without packages, cli/launch.mjs says what to do.
process.argv.splice(2, 0, 'cli/dlq/main.ts');
await import('../launch.mjs');
