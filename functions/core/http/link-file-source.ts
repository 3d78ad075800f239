import { checkPlace } from "../access/permit.ts";
import { ProblemError, type ProblemCode } from "./problem.ts";
import { resolveLink } from "./resolve-link.ts";
import type { Sent } from "./route.ts";
import type { Services } from "./services.ts";

/** Seconds: the file is asked for at once. */
const LIFE = 900;

const CODES: Readonly<Partial<Record<number, ProblemCode>>> = { 403: "denied", 404: "not_found" };

/**
 * Opens a link file that lies in storage. A public address is refused: the server would fetch whatever
 * it is told to, and from inside its own network.
 *
 * @throws ProblemError with the link's code, `not_found`, `denied`, `unavailable`.
 */
export async function openLinkFile(
  link: string,
  sent: Sent,
  services: Services,
): Promise<ReadableStream<Uint8Array>> {
  const { located, resolved } = await resolveLink(
    link,
    { method: "GET", expires: LIFE },
    sent,
    services,
  );
  if (located.type !== "object") {
    throw new ProblemError("blocked_address", "a link file is read from configured storage alone");
  }
  const { signal } = sent.request;
  const own = located.provider === "fs" ? services.ownName(located.bucket) : undefined;
  if (own !== undefined) {
    checkPlace(sent.principal, "objects:read", `${own}/${located.key}`);
    const result = await services.buckets[own].read(located.key, { signal });
    return result.state === "unchanged" ? new Blob([]).stream() : result.body;
  }
  const answer = await get(resolved.url, signal, services);
  if (answer.ok && answer.body !== null) return answer.body;
  await answer.body?.cancel();
  const code = CODES[answer.status] ?? "unavailable";
  throw new ProblemError(code, `the storage answered ${answer.status} for the link file`);
}

async function get(url: string, signal: AbortSignal, services: Services): Promise<Response> {
  try {
    return await services.fetch(url, { signal, redirect: "manual" });
  } catch (error) {
    throw new ProblemError("unavailable", "the storage of the link file did not answer", {}, error);
  }
}
