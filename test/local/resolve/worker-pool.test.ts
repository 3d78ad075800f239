import { expect, test } from "vitest";
import {
  openWorkerPool,
  type WorkerOrder,
} from "../../../functions/local/commands/resolve/worker-pool.ts";

function request() {
  return { bytes: new Uint8Array(1), firstLine: 1 };
}

test("what is given to a dead thread is rejected, before and after its death", async () => {
  const config = { own: { kind: "http" }, entries: [] };
  const order = { config, options: { method: "GET", expires: 60 } } as unknown as WorkerOrder;
  const pool = openWorkerPool(1, order);
  await expect(pool.resolve(request())).rejects.toThrow("undefined");
  await expect(pool.resolve(request())).rejects.toThrow("undefined");
  await pool.close();
});
