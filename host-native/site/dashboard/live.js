// The events of one device as they happen, for all panels: one long poll, which begins when somebody looks.

const kMistakeMs = 3000, kKept = 200, kPauseMs = 300;

export class Live {
  #listeners = new Set();
  #kept = [];

  constructor(api, device, signal, fail) { this.#run(api, device, signal, fail).catch(fail); }

  // What is remembered, then what comes.
  each(listener, signal) {
    this.#kept.forEach(listener);
    this.#listeners.add(listener);
    signal.addEventListener('abort', () => this.#listeners.delete(listener));
  }

  // Until something happens, at most `ms`. Several events at once are one.
  next(ms, signal) {
    return new Promise((done) => {
      let timer = 0;
      const end = () => {
        clearTimeout(timer);
        this.#listeners.delete(wake);
        signal.removeEventListener('abort', end);
        done();
      };
      const wake = () => {
        this.#listeners.delete(wake);
        clearTimeout(timer);
        timer = setTimeout(end, kPauseMs);
      };
      timer = setTimeout(end, ms);
      this.#listeners.add(wake);
      signal.addEventListener('abort', end);
    });
  }

  async #run(api, device, signal, fail) {
    for (let after; !signal.aborted;) {
      let answer;
      try {
        answer = await api.get('/events', { device, signal, query: { wait: after === undefined ? 0 : 20, ...(after !== undefined && { after }) } });
      } catch (error) {
        if (error.status === 401 || signal.aborted) throw error;
        fail(error);
        await new Promise((done) => setTimeout(done, kMistakeMs));
        continue;
      }
      after = answer.next;
      for (const item of answer.events) {
        this.#kept.push(item);
        for (const listener of [...this.#listeners]) listener(item);
      }
      this.#kept.splice(0, Math.max(0, this.#kept.length - kKept));
    }
  }
}
