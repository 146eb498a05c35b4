// What the child processes of peers.mjs share: orders over IPC, media from the simulated service.
const realFetch = globalThis.fetch;
globalThis.fetch = (url, init) => realFetch(String(url).replace(/^https:\/\/[^/]+/, process.env.PEER_MEDIA_HOST), init);

export function serve(orders) {
  const all = { settle: async () => globalThis.gc?.(), ...orders };
  process.on('message', async ({ id, order, ...rest }) => {
    try {
      process.send({ id, value: await all[order](rest) });
    } catch (problem) {
      process.send({ id, problem: String(problem?.stack ?? problem) });
    }
  });
}
