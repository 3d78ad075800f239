/** Where a key is kept below its bucket's folder. */
export interface Place {
  readonly folders: readonly string[];
  readonly name: string;
}

/** The folder inside each bucket's folder that holds escaped names, so that it is copied with it. */
export const ESCAPED_FOLDER = ".remote-storage-escaped";

/** NAME_MAX of every common file system, in bytes. */
const MAX_NAME_BYTES = 255;

/** Below MAX_NAME_BYTES together with the one-character mark. */
const CHUNK = 240;

/** Marks apart the name of a file and that of a folder, so that no escaped key is in another's way. */
const FILE_MARK = "=";
const FOLDER_MARK = "+";

const WINDOWS_UNFIT = /[<>:"\\|?*]|[. ]$|^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

/**
 * Where a key lies under its own name: the key split at its slashes. `undefined` when no file system
 * can hold it so: empty, `.` or `..` segments, NUL, a segment over 255 bytes, or the first segment
 * of the escaped names themselves. On Windows also what Windows refuses.
 */
export function directPlace(key: string, platform: string = process.platform): Place | undefined {
  const folders = key.split("/");
  const fits = folders.every((segment) => isName(segment, platform));
  const name = folders.pop();
  // In any case: some file systems do not tell them apart.
  const isReserved = (folders[0] ?? name)?.toLowerCase() === ESCAPED_FOLDER;
  if (!fits || name === undefined || isReserved) return undefined;
  return { folders, name };
}

/**
 * Where a key lies that cannot lie under its own name: percent-encoded, cut into chunks that fit.
 * No two keys share a place, and {@link keyAt} gives the key back.
 */
export function escapedPlace(key: string): Place {
  const chunks = escape(key).match(new RegExp(`.{1,${CHUNK}}`, "g")) ?? [];
  const name = chunks.pop() ?? "";
  return {
    folders: [ESCAPED_FOLDER, ...chunks.map((chunk) => FOLDER_MARK + chunk)],
    name: FILE_MARK + name,
  };
}

/** The key of a file found below {@link ESCAPED_FOLDER}; `undefined` for a file that was not put there by us. */
export function keyAt(place: Place): string | undefined {
  const text = [...place.folders.slice(1), place.name].map((chunk) => chunk.slice(1)).join("");
  const key = unescape(text);
  if (key === undefined || key === "") return undefined;
  const expected = escapedPlace(key);
  const same =
    [...expected.folders, expected.name].join("/") === [...place.folders, place.name].join("/");
  return same ? key : undefined;
}

function isName(segment: string, platform: string): boolean {
  if (segment === "" || segment === "." || segment === ".." || segment.includes("\0")) return false;
  if (platform === "win32" && isUnfitOnWindows(segment)) return false;
  return segment.length * 3 <= MAX_NAME_BYTES || Buffer.byteLength(segment) <= MAX_NAME_BYTES;
}

function isUnfitOnWindows(segment: string): boolean {
  return WINDOWS_UNFIT.test(segment) || Array.from(segment).some((character) => character < " ");
}

/** Only letters, digits, `-` and `_` stay: readable, and nothing that any file system treats specially. */
function escape(key: string): string {
  return encodeURIComponent(key).replace(
    /[.!~*'()]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function unescape(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
