import { readFileSync } from "node:fs";

/**
 * Bytes of a process's resident memory at this moment, and the most there were.
 *
 * @see https://man7.org/linux/man-pages/man5/proc_pid_status.5.html
 */
export function memoryOf(pid = 0): { readonly now: number; readonly most: number } {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const read = (name: string) =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(status)?.[1]);
  return { now: read("VmRSS") * 1024, most: read("VmHWM") * 1024 };
}
