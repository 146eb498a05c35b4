// Files of a page on disk (OPFS) instead of memory: `files: { storage: await opfsStorage() }`. They end with the page: each lies in
// a folder of its own session, and folders of sessions that are over are removed at the next start.
import type { FileStorage } from './files.js';

const root = 'wuts-files';

export async function opfsStorage(): Promise<FileStorage> {
  const session = crypto.randomUUID();
  const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle(root, { create: true });
  // Held as long as the page lives: who finds a folder without its lock may remove it.
  await new Promise<void>((held) => void navigator.locks.request(`${root}/${session}`, () => {
    held();
    return new Promise(() => {});
  }));
  const mine = await folder.getDirectoryHandle(session, { create: true });
  const live = new Set((await navigator.locks.query()).held?.map(({ name }) => name));
  for await (const name of (folder as unknown as { keys(): AsyncIterable<string> }).keys()) {
    if (!live.has(`${root}/${name}`)) await folder.removeEntry(name, { recursive: true }).catch(() => {});
  }
  const names = new WeakMap<Blob, string>();
  let last = 0;
  return {
    async create() {
      const name = String(++last);
      const handle = await mine.getFileHandle(name, { create: true });
      const out = await handle.createWritable();
      return {
        write: (piece) => out.write(piece),
        async done() {
          await out.close();
          const file = await handle.getFile();
          names.set(file, name);
          return file;
        },
        async cancel() {
          await out.abort().catch(() => {});
          await mine.removeEntry(name).catch(() => {});
        },
      };
    },
    remove(file) {
      const name = names.get(file);
      if (name !== undefined) mine.removeEntry(name).catch(() => {});
    },
  };
}
