import type { LinkResolver } from "@remote-storage/core/links/link.ts";
import { CommandFailure, EXIT, type CommandContext } from "../command.ts";
import type { Input } from "../input.ts";

/**
 * Opens a link file that lies in storage.
 *
 * @throws CommandFailure for a link that cannot be read; StorageError when the store does not give it.
 */
export async function openLinkInput(
  link: string,
  resolver: LinkResolver,
  { signal }: CommandContext,
): Promise<Input> {
  const located = resolver.locate(link);
  if (located.type === "error") {
    const { message, hint } = located.error;
    const advice = hint === undefined ? "" : ` (${hint})`;
    throw new CommandFailure(EXIT.usage, `cannot read ${link}: ${message}${advice}`);
  }
  const bucket = resolver.bucket(located);
  if (located.type !== "object" || bucket === undefined) {
    throw new CommandFailure(
      EXIT.usage,
      `cannot read ${link}: a link file is read from configured storage; pipe it instead: curl -sS ${link} | remote-storage resolve -`,
    );
  }
  const { key, versionId } = located;
  const result = await bucket.read(key, { signal, ...(versionId !== undefined && { versionId }) });
  return result.state === "unchanged"
    ? { body: new Blob([]).stream() }
    : { body: result.body, size: result.stat.size };
}
