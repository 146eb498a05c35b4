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
//                      string body, string device_id, string idempotency_key, string prefer, string range,
//                      string if_none_match, list of {string member, u64 file, u64 size, string file_name,
//                      string content_type} files, bool form}
//         5 WebhookDone{u64 delivery, i32 status, i64 retry_after_ms}    6 Tick{}
//         7 FileDone{u64 job, u8 fault, i32 status, i64 retry_after_ms, result}; result: u8 kind, then
//           0 nothing  1 FileStored{u64 size, bytes sha256, string content_type, string file_name}
//           2 FileSealed{u64 size, u64 sealed_size, bytes sha256, bytes enc_sha256, bytes sidecar,
//             bytes first_frame_sidecar}
//           3 FileAnswered{i32 status, i64 retry_after_ms, string body}
//           4 FileInspected{string mimetype, u32 width, u32 height, u32 seconds, u32 pages, bool animated,
//             u64 first_frame_length, bytes thumbnail, bytes waveform, bool converted, u64 size,
//             list of string warnings}
//       answer: list of writes {u8 table, bytes id, optional bytes value (absent: erase)}, in the order of the keys;
//               list of effects {u8 kind, fields of client/effect.h in the order declared there}:
//         0 Connect{u32 connection}  1 Send{u32 connection, bytes}       2 Disconnect{u32 connection}
//         3 Fetch{u32 fetch, list of string hosts, string path, u32 bytes_max}
//         4 Reply{u64 request, i32 status, list of {string name, string value} headers, string body}
//         5 PostWebhook{u64 delivery, string url, list of {string name, string value} headers, string body, i64 timeout_ms}
//         6 DeviceStatus{bool connected, bool paired, string jid, i64 last_seen_ms, string webhook_url}
//         7 Log{u8 level, string text, i64 number}   8 Removed{}         9 Trace{bool sent, bytes node}
//        10 WriteFile{u64 file, bytes}   11 FetchUrl{u64 job, u64 into, string url, u64 bytes_max, i64 timeout_ms}
//        12 SealFile{u64 job, u64 from, u64 into, bytes media_key, string info, bool sidecar, u64 first_frame_length}
//        13 UploadFile{u64 job, u64 file, string host, string path, u64 offset, bool check}
//        14 DownloadFile{u64 job, u64 into, string host, string path, bytes media_key, string info, bytes enc_sha256,
//             bytes sha256, u64 bytes_max}
//        15 InspectFile{u64 job, u64 file, u64 into, string kind, bool thumbnail, bool convert}
//        16 ReplyFile{u64 request, i32 status, list of {string name, string value} headers, u64 file, u64 offset,
//             u64 count}
//        17 DropFile{u64 file}
//               optional i64 wake (on the mono clock): feed Tick no later than this.
//       The host commits the writes as one, then performs the effects in order, then arms the wake. If the commit fails it
//       drops the device and opens it again. Feed Tick once after wa_open: a paired device that is wanted connects then.
//   wa_drop(device)
//
// Files (not in core-lite.wasm). The host has their bytes; they go through here in pieces of any size, best of 64 KiB.
//   wa_seal(in, in_len) -> number          in: bytes media_key, string info, bool sidecar, u64 first_frame_length.
//                                          Without a key only size and hash are made. 0: malformed
//   wa_unseal(in, in_len) -> number        in: bytes media_key, string info, bytes enc_sha256, bytes sha256
//   wa_feed(number, piece, piece_len) -> answer   bytes: sealed or opened; 0: no such number
//   wa_sealed(number) -> answer            bytes last, u64 size, u64 sealed_size, bytes sha256, bytes enc_sha256,
//                                          bytes sidecar, bytes first_frame_sidecar; the number is gone
//   wa_unsealed(number) -> answer          bool ok; if 1: bytes last, u64 size, bytes sha256. What was opened is
//                                          authentic only now, and not at all if 0. The number is gone
//   wa_facts(size) -> number               reads headers; size: double
//   wa_facts_next(number) -> answer        bool wanted; if 1: u64 offset, u32 count, for wa_feed; if 0: string mimetype,
//                                          u32 width, u32 height, u32 seconds, bool animated, u64 first_frame_length,
//                                          bool voice_note, and the number is gone
//   wa_forget(number)                      stops in the middle
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
