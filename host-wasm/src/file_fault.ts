import type { FileFault } from './abi.js';

// Ends a piece of work on a file.
export class Fault extends Error {
  constructor(readonly fault: FileFault, readonly status = 0, readonly retryAfterMs = -1) {
    super(fault);
  }
}
