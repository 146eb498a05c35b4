// Every error this package throws: a class with a stable code. HTTP failures are none: request() resolves with their status.

export type ErrorCode =
  | 'NOT_INITIALIZED'   // init() was not called, or has not finished
  | 'INIT_FAILED'       // the .wasm could not be fetched or read; init() may be called again
  | 'BAD_WASM'          // the bytes are no core.wasm: truncated, an HTML page, another version
  | 'BAD_CONFIG'        // Device.open: the core refuses the configuration
  | 'BAD_ARGUMENT'      // a caller's mistake
  | 'STORE_FAILED'      // the store could not be opened, read or written
  | 'STORE_FULL'        // no room left: quota exceeded
  | 'STORE_CORRUPT'     // what is stored cannot be decrypted or understood
  | 'STORE_EVICTED'     // the browser removed the stored data
  | 'STORE_LOST'        // another owner took the store over
  | 'OWNED_ELSEWHERE'   // another tab, worker or process has this device open
  | 'DEVICE_CLOSED'     // close() was called, or the device was removed
  | 'REQUEST_FAILED'    // a command (not request()) was answered with an HTTP error; see `status` and `apiCode`
  | 'UNSUPPORTED'       // this runtime lacks what was asked for
  | 'CRASHED';          // the wasm instance trapped

export interface ErrorDetails {
  cause?: unknown;
  status?: number;    // REQUEST_FAILED: the HTTP status
  apiCode?: string;   // REQUEST_FAILED: error_code of the answer
}

export class WutsError extends Error {
  override readonly name = 'WutsError';
  readonly code: ErrorCode;
  readonly status: number | undefined;
  readonly apiCode: string | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.status = details.status;
    this.apiCode = details.apiCode;
  }
}

export function reasonOf(problem: unknown): string {
  return problem instanceof Error ? problem.message : String(problem);
}

// What a store threw, as one of ours.
export function storeError(problem: unknown): WutsError {
  if (problem instanceof WutsError) return problem;
  const name = problem instanceof Error ? problem.name : '';
  if (name === 'QuotaExceededError' || /quota|SQLITE_FULL|disk is full/i.test(reasonOf(problem))) {
    return new WutsError('STORE_FULL', `the store is full: ${reasonOf(problem)}`, { cause: problem });
  }
  return new WutsError('STORE_FAILED', `the store failed: ${reasonOf(problem)}`, { cause: problem });
}

// Of an answer: most endpoints say it as a text, those of statuses with their code.
export function textOf(error: string | { message?: string } | undefined): string | undefined {
  return typeof error === 'object' ? error.message : error;
}
