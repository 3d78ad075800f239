import { RemoteLinksError } from "@remote-storage/core/links/remote-links-error.ts";
import { AccessFileError } from "@remote-storage/core/access/access-file-error.ts";
import { SettingsError } from "@remote-storage/core/settings/settings-error.ts";

/** Runs `main`. Mistakes in what the user wrote are told without a trace, and end with exit code 2. */
export function reportMistakes(main: () => void): void {
  try {
    main();
  } catch (error) {
    const kinds = [SettingsError, RemoteLinksError, AccessFileError];
    if (!kinds.some((kind) => error instanceof kind) || !(error instanceof Error)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 2;
  }
}
