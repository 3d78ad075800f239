import { createServer } from "node:http";

/**
 * Answers every GET with 100 kB, out of as many buffers as there are objects, so that the processor's caches help it no
 * more than a server of real objects. Its port is the first thing that it prints.
 */
const SIZE = 100_000;
const bodies = Array.from({ length: 200 }, (_, index) => Buffer.alloc(SIZE, `${index}.`));
const headers = {
  "Content-Length": SIZE,
  "Content-Type": "image/jpeg",
  ETag: '"bench"',
  "Last-Modified": "Tue, 01 Jan 2030 00:00:00 GMT",
  "Cache-Control": "max-age=3600",
};
let count = 0;
const server = createServer((_request, response) => {
  count = (count + 1) % bodies.length;
  response.writeHead(200, headers).end(bodies[count]);
}).listen(0, "127.0.0.1", () => {
  const address = server.address();
  process.stdout.write(`${typeof address === "object" && address !== null ? address.port : ""}\n`);
});
