/** The DynamoDB stand-in as a process of its own: `node dynamodb-server.ts PORT [DATA_DIR]`; without one, in memory. */
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import { LOOPBACK } from './ports.ts';

// dynalite has no types.
const dynalite = createRequire(import.meta.url)('dynalite') as (options: {
  path: string | undefined;
  createTableMs: number;
  deleteTableMs: number;
  updateTableMs: number;
}) => Server;

const [port, path] = process.argv.slice(2);
// 0 ms: a table whose creation is interrupted would stay CREATING for ever.
const server = dynalite({ path, createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });

server.on('error', (error) => {
  console.error(error.message);
  process.exit(1);
});
server.listen({ port: Number(port), host: LOOPBACK }, () => console.log(`listening on ${port}`));

process.on('SIGTERM', () => {
  server.close(() => process.exit(0));
  server.closeAllConnections();
});
