/** What a cache has done since the start of the process. */
export interface Counters {
  hits: number;
  misses: number;
  /** Reads of the store that carried bytes. */
  remoteReads: number;
  /** Bytes that the store did not have to send. */
  bytesSaved: number;
}

export function createCounters(): Counters {
  return { hits: 0, misses: 0, remoteReads: 0, bytesSaved: 0 };
}
