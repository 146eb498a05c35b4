// Every limit of this host in one place. Those of the protocol and the API are in the core.

export const inboxMax = 1024;              // inputs that wait; API requests beyond are refused
export const reopenMinMs = 100;            // after a failed commit
export const reopenMaxMs = 30_000;
export const timerMaxMs = 3_600_000;       // longer waits are cut into pieces
export const seenEventsMax = 4096;         // ids of events already given to listeners
export const mediaBytesMax = 64 << 20;
export const mediaTimeoutMs = 60_000;      // of one host, and
export const mediaAllTimeoutMs = 120_000;  // of all together
export const mediaActiveMax = 4;
export const fileBytesMax = 128 << 20;     // of all files of a device together: node and a page
export const filesWorkMax = 4;             // pieces of work on files at once, of a device
export const answerBytesMax = 64 << 10;    // of what a media host answers to an upload
export const thumbnailBytesMax = 64 << 10;
export const bodyFileCharsMax = 64 << 10;  // base64 in a JSON body: longer texts become files
export const httpHeadBytesMax = 16 << 10;  // the answer to our own WebSocket upgrade
export const frameBytesMax = 16 << 20;     // one WebSocket message, and
export const fragmentsMax = 4096;          // the pieces it comes in
export const logBytesMin = 256 << 10;      // IndexedDB: the log is not compacted below this
export const snapshotChunkBytes = 256 << 10;
