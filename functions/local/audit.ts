import type { Settings } from "@remote-storage/core/settings/settings.ts";
import { type AuditFile, openAuditFile } from "./audit-file.ts";
import { unusablePath } from "./unusable-path.ts";

/**
 * `AUDIT_FILE`, else standard output, which the log leaves alone.
 *
 * @throws SettingsError when the file cannot be written.
 */
export async function openAudit(
  { auditFile }: Settings,
  stdout: { write(text: string): unknown },
): Promise<AuditFile> {
  if (auditFile === undefined) {
    return {
      // What the stream cannot write ends the process: nothing goes on unseen.
      write(lines) {
        stdout.write(lines);
        return Promise.resolve();
      },
      close: () => Promise.resolve(),
    };
  }
  try {
    return await openAuditFile(auditFile);
  } catch (error) {
    throw unusablePath("AUDIT_FILE", auditFile, "a file that can be written", error);
  }
}
