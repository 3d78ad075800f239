import { relative, resolve, sep } from "node:path";
import { CommandFailure, EXIT } from "../commands/command.ts";

/**
 * Folders in the notebook folder that are the service's own: with the local disk as storage, what is sent would be
 * found again and sent again.
 *
 * @throws CommandFailure when the notebook folder itself is one of them.
 */
export function ownFolders(root: string, dataPath: string): readonly string[] {
  const data = resolve(dataPath);
  const taken = [resolve(data, "storage"), resolve(data, "cache")].some((own) => holds(own, root));
  if (taken || root === data) {
    const message = `${root} holds the service's own files (DATA_PATH): choose another folder with --dir`;
    throw new CommandFailure(EXIT.usage, message);
  }
  return holds(root, data) ? [relative(root, data).replaceAll(sep, "/")] : [];
}

function holds(folder: string, path: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}
