// Every limit of the edge host in one place. Those of the protocol and the API are in the core.

export const bodyBytesMax = 1 << 20;        // as the core's own limit
export const mediaBodyBytesMax = 12 << 20;  // of /send/...: what is more than the core's limit are files in it, and
export const filesBytesMax = 32 << 20;      // all files of a device, in memory: what is sent lies there plain and sealed
export const headerCharsMax = 512;          // of Authorization
export const devicesMax = 1000;             // one list in the Registry; raise it together with its paging
export const nameCharsMax = 100;

export const guardMs = 30_000;              // an alarm no further away than this while anything is under way
export const heartbeatMs = 30_000;          // mode held: how often the link is looked after
export const workMs = 60_000;               // how long one wake may try before it gives up and sleeps
export const pairingMs = 180_000;           // how long a QR code or pairing code is waited for
export const retryMinMs = 60_000;           // obligations that could not be met: when to wake again
export const retryMaxMs = 3_600_000;
export const lookMs = 250;                  // how often a link that is up is looked at, while there is work
export const heldLookMs = 2_000;            // and while it is held
export const soonMs = 5_000;                // what is due sooner is waited for in memory, not by an alarm
export const timerMsMax = 3_600_000;        // longer waits are cut into pieces

export const windowSecondsMin = 10;
export const windowSecondsMax = 86_400;
export const pollSecondsMin = 60;
export const pollSecondsMax = 604_800;

export const relayBytesMax = 64 << 20;      // both directions together, one connection
export const relayMessageBytesMax = 1 << 20;
export const relaySecondsMax = 3_600;
export const relayTokenSecondsMax = 300;
