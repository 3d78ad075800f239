import { ProblemError } from "./problem.ts";
import { resolveLink } from "./resolve-link.ts";
import type { Sent } from "./route.ts";
import type { Services } from "./services.ts";

/** Seconds. Nothing is sent by this signature: it shows that the link can be opened. */
const LIFE = 900;

/**
 * Opens a link file that lies in storage, whoever's; the caller's grants must reach it. A public address
 * is refused: link files are the operator's data, and no fetching of strangers' pages is needed for them.
 *
 * @throws ProblemError with the link's code; StorageError from the store.
 */
export async function openLinkFile(
  link: string,
  sent: Sent,
  services: Services,
): Promise<ReadableStream<Uint8Array>> {
  const { located } = await resolveLink(link, { method: "GET", expires: LIFE }, sent, services);
  const bucket = services.resolver.bucket(located);
  if (located.type !== "object" || bucket === undefined) {
    throw new ProblemError("blocked_address", "a link file is read from configured storage alone");
  }
  const { key, versionId } = located;
  const { signal } = sent.request;
  const result = await bucket.read(key, { signal, ...(versionId !== undefined && { versionId }) });
  return result.state === "unchanged" ? new Blob([]).stream() : result.body;
}
