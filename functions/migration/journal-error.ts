/** Another process is working on the journal. */
export class JournalBusyError extends Error {
  override readonly name = "JournalBusyError";
}

/** The file is no journal, or that of another migration. */
export class JournalMismatchError extends Error {
  override readonly name = "JournalMismatchError";
}
