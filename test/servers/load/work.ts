import type { Service } from "../service.ts";
import type { Send } from "./client.ts";

/** Statuses that were not those expected, each with how often. */
export type Surprises = Map<string, number>;

const JSON_TYPE = { "content-type": "application/json" };

/** What one client does over and over: every kind of call, each answer checked. */
export async function workOnce(
  { url, headers }: Pick<Service, "url" | "headers">,
  send: Send,
  key: string,
  surprises: Surprises,
): Promise<number> {
  let calls = 0;
  async function call(
    expected: number,
    method: string,
    target: string,
    more: Parameters<Send>[2] = {},
  ) {
    calls++;
    const reply = await send(method, target, more);
    if (reply.status !== expected) {
      const what = `${method} ${new URL(target).pathname.split("/")[1]}: ${reply.status}`;
      surprises.set(what, (surprises.get(what) ?? 0) + 1);
    }
    return reply;
  }
  const at = `${url}/objects/private/${key}`;
  const bytes = key.repeat(100);
  const put = await call(307, "PUT", at, { headers });
  await call(200, "PUT", put.location ?? url, { body: bytes });
  await call(200, "HEAD", at, { headers });
  const get = await call(307, "GET", at, { headers });
  await call(200, "GET", get.location ?? url);
  await call(206, "GET", get.location ?? url, { headers: { range: "bytes=1-9" } });
  await call(200, "GET", `${url}/objects/private?limit=100`, { headers });
  const items = Array.from({ length: 50 }, (_, index) => ({
    method: index % 2 === 0 ? "GET" : "PUT",
    bucket: "private",
    key: `${key}-${index}`,
  }));
  const json = { ...headers, ...JSON_TYPE };
  await call(200, "POST", `${url}/sign`, { headers: json, body: JSON.stringify({ items }) });
  const links = `fs://remote-storage-private/${key}\nhttps://example.com/${key}\nnonsense\n`;
  const text = { ...headers, "content-type": "text/plain" };
  await call(200, "POST", `${url}/links/resolve`, { headers: text, body: links.repeat(100) });
  await call(401, "GET", at);
  await call(404, "GET", `${url}/nothing/here`);
  await call(200, "GET", `${url}/health`);
  const upload = JSON.stringify({ bucket: "private", key: `${key}-large`, size: 20 * 2 ** 20 });
  const created = await call(201, "POST", `${url}/uploads`, { headers: json, body: upload });
  const { id } = JSON.parse(created.body) as { readonly id: string };
  await call(204, "DELETE", `${url}/uploads/${id}`, { headers });
  await call(204, "DELETE", at, { headers });
  return calls;
}
