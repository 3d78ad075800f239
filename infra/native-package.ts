import { execFile } from "node:child_process";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

/** One package of `package-lock.json`, as far as it is read. */
interface Locked {
  readonly version?: string;
  readonly integrity?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** By place: `node_modules/<name>`. */
export type Packages = Readonly<Record<string, Locked>>;

const PLACE = "node_modules/";

/**
 * Lays a package that has compiled parts beside a bundle, for a Linux with glibc: from the registry, by the
 * versions and hashes of this project's `package-lock.json`. Nothing is compiled and no script runs.
 *
 * @param cpu as npm names it: `arm64`, `x64`.
 * @throws Error with what npm says when a package cannot be had, or is not what the hash is of.
 */
export async function layNativePackage(name: string, cpu: string, folder: string): Promise<void> {
  const root = join(import.meta.dirname, "..");
  const text = await readFile(join(root, "package-lock.json"), "utf8");
  const { packages }: { readonly packages: Packages } = JSON.parse(text);
  const manifest = { name: "native", version: "1.0.0", dependencies: versionOf(packages, name) };
  const lock = { lockfileVersion: 3, packages: { "": manifest, ...pick(packages, name) } };
  const files = { "package.json": manifest, "package-lock.json": lock };
  await mkdir(folder, { recursive: true });
  for (const [file, content] of Object.entries(files)) {
    await writeFile(join(folder, file), JSON.stringify(content));
  }
  const platform = ["--os=linux", `--cpu=${cpu}`, "--libc=glibc"];
  const plain = ["--ignore-scripts", "--no-bin-links", "--prefer-offline"];
  const quiet = ["--no-audit", "--no-fund", "--loglevel=error"];
  await promisify(execFile)("npm", ["ci", `--prefix=${folder}`, ...platform, ...plain, ...quiet]);
  // They say where npm had the packages from, which may be anywhere, and belongs to no deployment.
  const notes = [...Object.keys(files), `${PLACE}.package-lock.json`];
  for (const note of notes) await rm(join(folder, note));
}

/** A package with all that it depends on, on whatever platform: npm takes a lock file whole or not at all. */
export function pick(packages: Packages, name: string): Packages {
  const picked: Record<string, Locked> = {};
  const wanted = [PLACE + name];
  for (const place of wanted) {
    const locked = packages[place];
    if (locked === undefined || place in picked) continue;
    picked[place] = locked;
    const { dependencies, optionalDependencies } = locked;
    const names = Object.keys({ ...dependencies, ...optionalDependencies });
    // A dependency lies within its dependent when others want another version of it.
    wanted.push(...names.flatMap((each) => [`${place}/${PLACE}${each}`, PLACE + each]));
  }
  return picked;
}

function versionOf(packages: Packages, name: string): Readonly<Record<string, string>> {
  const version = packages[PLACE + name]?.version;
  if (version === undefined) throw new Error(`package-lock.json has no ${name}`);
  return { [name]: version };
}
