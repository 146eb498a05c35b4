// Asking the own phone for a file that the service does not have any more (09 section 7): what is sealed in the receipt
// and in its answer, under a key made of that of the file.
// Guarantees: an answer is for the message it names; a path it gives can be fetched.
// Does not: wait, count or store; one open request per message is the caller's.
#pragma once

#include "stanza/outbound/media_retry.h"

namespace wa::client {

// By the numbers of the protocol.
enum class RetryResult : std::uint8_t {
  general_error = 0,
  success = 1,
  not_found = 2,         // the phone has no copy
  decryption_error = 3,  // it could not read our request
};

struct MediaRetryAnswer {
  RetryResult result = RetryResult::general_error;
  std::string direct_path;   // of success: with the old key and hashes
};

// `receipt` without what is sealed; `iv`: 12 random bytes.
wire::Node build_media_retry(stanza::MediaRetryReceipt receipt, ByteView media_key, ByteView iv);

// bad_mac: not sealed for this message under this key; mismatch: it names another message; bad_input: not readable.
Result<MediaRetryAnswer> open_media_retry(const stanza::MediaRetried& retried, ByteView media_key);

// The phone's part, for the simulator: an answer as it is sealed.
Bytes seal_media_retry_answer(std::string_view id, const MediaRetryAnswer& answer, ByteView media_key, ByteView iv);
// What a receipt asks for: the id of the message inside; empty: not sealed under this key.
std::string open_media_retry_request(std::string_view id, ByteView enc_p, ByteView media_key, ByteView iv);

}  // namespace wa::client
