import { SettingsError } from "@remote-storage/core/settings/settings-error.ts";

/**
 * An error of the file system as a mistake in the setting that names the path; any other error as it is.
 *
 * @param expected completes "expected …".
 */
export function unusablePath(
  name: string,
  path: string,
  expected: string,
  error: unknown,
): unknown {
  if (!(error instanceof Error && "code" in error && "syscall" in error)) return error;
  const value = JSON.stringify(path);
  return new SettingsError([{ name, value, expected: `${expected} (${String(error.code)})` }]);
}
