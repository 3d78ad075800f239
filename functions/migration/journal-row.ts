import type { SQLOutputValue } from "node:sqlite";
import { JournalMismatchError } from "./journal-error.ts";

/** A row as SQLite gives it. */
export type Row = Readonly<Record<string, SQLOutputValue>>;

/** Throws JournalMismatchError when the column is no text: the file was written by something else. */
export function textOf(row: Row, column: string): string {
  const value = row[column];
  if (typeof value !== "string") throw broken(column);
  return value;
}

/** Throws JournalMismatchError when the column is no number. */
export function numberOf(row: Row, column: string): number {
  const value = row[column];
  if (typeof value !== "number") throw broken(column);
  return value;
}

/** Throws JournalMismatchError when the column is none of the words. */
export function wordOf<T extends string>(row: Row, column: string, words: readonly T[]): T {
  const value = row[column];
  const word = words.find((known) => known === value);
  if (word === undefined) throw broken(column);
  return word;
}

function broken(column: string): JournalMismatchError {
  return new JournalMismatchError(
    `the journal was not written by this program: ${column} is wrong`,
  );
}
