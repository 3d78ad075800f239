import { accessSync, constants } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";

/** Where `install.sh` puts what the system does not offer. */
function serversFolder(): string {
  return process.env["TEST_SERVERS_DIR"] ?? join(homedir(), ".cache", "remote-storage-test");
}

/** The path of a program that a test cannot do without. */
export function findBinary(name: string): string {
  const { PATH = "", GOBIN, GOPATH = join(homedir(), "go") } = process.env;
  const folders = [
    join(serversFolder(), "bin"),
    ...PATH.split(delimiter),
    ...(GOBIN === undefined ? [] : [GOBIN]),
    join(GOPATH, "bin"),
  ];
  const found = folders.map((folder) => join(folder, name)).find(isExecutable);
  if (found !== undefined) return found;
  throw new Error(`${name} is not installed: run "bash test/servers/install.sh" and try again`);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
