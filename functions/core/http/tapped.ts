/** The same items, each shown to `see` on its way. */
export async function* tapped<Item>(
  items: AsyncIterable<Item>,
  see: (item: Item) => void,
): AsyncGenerator<Item> {
  for await (const item of items) {
    see(item);
    yield item;
  }
}
