// What is to happen when, in virtual milliseconds. Items of the same time run in the order they were added. The agenda is the
// clock of the device and of everything around it: no timer of the browser decides anything.

interface Item { at: number; order: number; run: () => void; gone: boolean }

const kLast = 2 ** 50;

export class Agenda {
  now = 0;
  private items: Item[] = [];     // a binary heap
  private order = 0;

  // `last`: after everything else of that time, as a visitor acts when what was due has happened.
  add(at: number, run: () => void, last = false): () => void {
    const item: Item = { at: Math.max(this.now, Math.ceil(at)), order: this.order++ + (last ? kLast : 0), run, gone: false };
    this.items.push(item);
    let i = this.items.length - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!before(item, this.items[parent]!)) break;
      this.items[i] = this.items[parent]!;
      i = parent;
    }
    this.items[i] = item;
    return () => { item.gone = true; };
  }

  // The time of the next item, or null.
  get next(): number | null {
    while (this.items.length > 0 && this.items[0]!.gone) this.pop();
    return this.items[0]?.at ?? null;
  }

  // Runs the next item if it is due by `until`. False: none is, and now is `until`.
  runNext(until: number): boolean {
    const next = this.next;
    if (next === null || next > until) {
      this.now = Math.max(this.now, until);
      return false;
    }
    const item = this.pop()!;
    this.now = Math.max(this.now, item.at);
    item.run();
    return true;
  }

  private pop(): Item | undefined {
    const top = this.items[0], last = this.items.pop();
    if (top === undefined || last === undefined || this.items.length === 0) return top;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= this.items.length) break;
      if (child + 1 < this.items.length && before(this.items[child + 1]!, this.items[child]!)) ++child;
      if (!before(this.items[child]!, last)) break;
      this.items[i] = this.items[child]!;
      i = child;
    }
    this.items[i] = last;
    return top;
  }
}

function before(a: Item, b: Item): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
