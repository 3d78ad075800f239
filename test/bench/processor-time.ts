import { readFile } from "node:fs/promises";

/** Clock ticks a second, in which Linux counts processor time. */
const TICKS = 100;

/** Seconds of processor time that a process and its children have had so far, from proc(5). */
export async function processorTime(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const own = (Number(fields[11]) + Number(fields[12])) / TICKS;
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8");
  const others = children.split(" ").filter((child) => child !== "");
  const times = await Promise.all(others.map((child) => processorTime(Number(child))));
  return times.reduce((sum, time) => sum + time, own);
}
