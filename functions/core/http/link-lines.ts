import { type LinkBatch, readLinkFile } from "../links/link-file.ts";
import { readFailedLinks } from "../links/report.ts";
import { openLinkFile } from "./link-file-source.ts";
import { ProblemError } from "./problem.ts";
import { mediaType } from "./read-json.ts";
import type { Sent } from "./route.ts";
import type { Services } from "./services.ts";
import { checkSet } from "./set-place.ts";

const NDJSON = "application/x-ndjson";

/** What clients call a file of lines when they do not say text: curl's default, S3's default, nothing. */
const LINK_FILE_TYPES = new Set<string | undefined>([
  undefined,
  "application/octet-stream",
  "application/x-www-form-urlencoded",
]);

/** Where a request says that links are, when they are not its body. */
export interface NamedLines {
  /** A link to a link file. */
  readonly file?: string;
  /** A set's name. */
  readonly set?: string;
}

/**
 * The links that a request sends or names: a link file or an earlier report as the body, a link to a
 * link file, or a set.
 *
 * @throws ProblemError when it is none of them or two; what opening the named one throws.
 */
export async function openLinkLines(
  { file, set }: NamedLines,
  sent: Sent,
  services: Services,
): Promise<AsyncIterable<LinkBatch>> {
  const { request } = sent;
  if (file === undefined && set === undefined) {
    return mediaType(request) === NDJSON
      ? readFailedLinks(request.body ?? new Blob([]).stream())
      : readLinkFile(linkFileBody(sent));
  }
  if (request.body !== null || (file !== undefined && set !== undefined)) {
    const message = "send a link file, or name one with ?file= or ?set=: one of them";
    throw new ProblemError("invalid_request", message);
  }
  if (set === undefined) return readLinkFile(await openLinkFile(file ?? "", sent, services));
  checkSet(set, "links:read", sent);
  const { body } = await services.linkSets.read(set, { signal: request.signal });
  return readLinkFile(body);
}

/** @throws ProblemError when there is none, or it calls itself something else. */
export function linkFileBody({ request }: Sent): ReadableStream<Uint8Array> {
  const type = mediaType(request);
  if (type?.startsWith("text/") !== true && !LINK_FILE_TYPES.has(type)) {
    const message = `send the link file as text/plain, not ${type ?? ""}`;
    throw new ProblemError("unsupported_media_type", message, { Accept: "text/plain" });
  }
  if (request.body !== null) return request.body;
  if (type !== undefined) return new Blob([]).stream();
  throw new ProblemError("invalid_request", "send a link file as the body");
}
