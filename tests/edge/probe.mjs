// What the runtime is asked for, noted from inside workerd: comes before the Worker in the bundle of runtime.test.mjs.
export const notes = { starting: true, randomAtStart: 0, random: 0, compiled: [], instances: 0, accepted: [] };

const wrap = (object, name, note) => {
  const original = object[name];
  Object.defineProperty(object, name, {
    configurable: true, writable: true,
    value(...args) {
      note(this, ...args);
      return original.apply(this, args);
    },
  });
};

wrap(Crypto.prototype, 'getRandomValues', () => (notes.starting ? ++notes.randomAtStart : ++notes.random));
for (const name of ['compile', 'instantiate', 'compileStreaming', 'instantiateStreaming']) {
  if (WebAssembly[name]) wrap(WebAssembly, name, (_, source) => notes.compiled.push(`${name} of ${Object.prototype.toString.call(source)}`));
}
const { Instance, Module } = WebAssembly;
WebAssembly.Module = new Proxy(Module, {
  construct(target, args) {
    notes.compiled.push('new Module');
    return new target(...args);
  },
});
WebAssembly.Instance = new Proxy(Instance, {
  construct(target, args) {
    ++notes.instances;
    return new target(...args);
  },
});
wrap(WebSocket.prototype, 'accept', (socket) => notes.accepted.push(socket.binaryType));
