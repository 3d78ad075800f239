/**
 * Runs `work` on several items at a time and hands the results to `deliver` one by one in the items'
 * order, each as soon as it may. No more than `inFlight` items are taken and not yet delivered, so
 * memory stays flat however slow the receiver is. The first failure ends it.
 */
export async function inOrder<Item, Result>(
  items: AsyncIterable<Item>,
  inFlight: number,
  work: (item: Item) => Promise<Result>,
  deliver: (result: Result) => Promise<void>,
): Promise<void> {
  const pending: Promise<void>[] = [];
  let last = Promise.resolve();
  for await (const item of items) {
    last = deliverAfter(last, work(item), deliver);
    // Awaited below when its turn comes; failing before that must not count as unhandled.
    last.catch(() => undefined);
    pending.push(last);
    if (pending.length >= inFlight) await pending.shift();
  }
  await last;
}

async function deliverAfter<Result>(
  earlier: Promise<void>,
  result: Promise<Result>,
  deliver: (result: Result) => Promise<void>,
): Promise<void> {
  const [value] = await Promise.all([result, earlier]);
  await deliver(value);
}
