// The C ABI of core.wasm: bytes in, one answer out, nothing kept by pointer. This comment is the contract; the loader in
// TypeScript (host-wasm/src) and the one of the tests (tests/wasm/loader.mjs) are written from it.
//
// Values. Integers are little-endian; u8, u32, i32, u64, i64 as named; bool is a u8, 0 or 1; bytes and string are u32 length,
// then that many bytes (strings are UTF-8); optional is a bool, then the value when it is 1; a list is u32 count, then the items.
// Sizes (size_t) are u32; enums are u8.
//
// Answers. A function that answers returns a pointer to u32 length and so many bytes. The module owns them; they stay until
// the next call of any export. Arguments that are pointers must have come from wa_alloc; the module only reads them, the
// caller frees them after the call. Memory may grow in any call: take views of it after the call, not before.
//
// Time. Every call that can act takes (mono_ms, wall_ms): milliseconds on a clock that never jumps, and since 1970. Fractions
// are dropped.
//
// Exports
//   _initialize()                          once, first: constructors
//   wa_alloc(n) -> ptr, wa_free(ptr)
//   wa_version() -> answer                 string
//   wa_open(store, config, config_len, mono_ms, wall_ms) -> answer
//       `store` is a number of the host's choice that comes back in wa_get and wa_scan; `config` is JSON (config.h).
//       answer: bool ok; if 1: u32 device; if 0: string code, string text. Codes: invalid_config, corrupt_store,
//       store_failed, open_failed.
//   wa_handle(device, in, in_len, mono_ms, wall_ms) -> answer, or 0 when there is no such device or `in` is malformed
//       in: u8 kind, then the fields of that struct of gateway/input.h in the order declared there:
//         0 Opened{u32 connection}   1 Received{u32 connection, bytes}   2 Closed{u32 connection}
//         3 Fetched{u32 fetch, bool ok, i32 status, bytes body}
//         4 ApiRequest{u64 request, string method, string target, string authorization, string content_type,
//                      string body, string device_id, string idempotency_key, string prefer}
//         5 WebhookDone{u64 delivery, i32 status, i64 retry_after_ms}    6 Tick{}
//       answer: list of writes {u8 table, bytes id, optional bytes value (absent: erase)}, in the order of the keys;
//               list of effects {u8 kind, fields of client/effect.h in the order declared there}:
//         0 Connect{u32 connection}  1 Send{u32 connection, bytes}       2 Disconnect{u32 connection}
//         3 Fetch{u32 fetch, list of string hosts, string path, u32 bytes_max}
//         4 Reply{u64 request, i32 status, list of {string name, string value} headers, string body}
//         5 PostWebhook{u64 delivery, string url, list of {string name, string value} headers, string body, i64 timeout_ms}
//         6 DeviceStatus{bool connected, bool paired, string jid, i64 last_seen_ms, string webhook_url}
//         7 Log{u8 level, string text, i64 number}   8 Removed{}         9 Trace{bool sent, bytes node}
//               optional i64 wake (on the mono clock): feed Tick no later than this.
//       The host commits the writes as one, then performs the effects in order, then arms the wake. If the commit fails it
//       drops the device and opens it again. Feed Tick once after wa_open: a paired device that is wanted connects then.
//   wa_drop(device)
//
// Imports, module "env"
//   wa_get(store, table, id, id_len) -> ptr            0: no such row, or the read failed; else u32 length and the value
//   wa_scan(store, table, from, from_len, limit) -> ptr   rows with id >= from, in byte order, at most `limit`: list of
//                                                       {bytes id, bytes value}; 0: none, or the read failed
//       Both see committed rows only. The pointer is memory the host got by wa_alloc in the same call; the module frees it.
//       After a failed read the host must fail the commit of the step that was running, even one without writes.
//   wa_random(ptr, len)                                 fills; asked only inside wa_open and wa_handle
// What else the module imports is checked by tests/wasm/core.test.mjs and never called in ordinary work.
#pragma once

#include <cstdint>

#define WA_EXPORT(name) extern "C" __attribute__((export_name(#name), used))
#define WA_IMPORT(name) extern "C" __attribute__((import_module("env"), import_name(#name)))

WA_IMPORT(wa_get) void* wa_get(std::uint32_t store, std::uint32_t table, const void* id, std::uint32_t id_len);
WA_IMPORT(wa_scan)
void* wa_scan(std::uint32_t store, std::uint32_t table, const void* from, std::uint32_t from_len, std::uint32_t limit);
WA_IMPORT(wa_random) void wa_random(void* out, std::uint32_t len);
