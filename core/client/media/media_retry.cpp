// tested by unit/client/media/media_retry_vectors.cpp
#include "client/media/media_retry.h"

#include "client/media/upload_protocol.h"
#include "crypto/aes.h"
#include "crypto/hash.h"
#include "media_retry.pb.h"
#include "proto/reader.h"
#include "proto/writer.h"

namespace wa::client {
namespace {

constexpr std::size_t kIvBytes = 12;

struct RetryKey {
  ByteArray<32> bytes;
  explicit RetryKey(ByteView media_key)
      : bytes(crypto::hkdf_sha256<32>(media_key, {}, "WhatsApp Media Retry Notification")) {}
  ~RetryKey() { crypto::wipe(bytes); }
};

RetryResult result_of(std::uint64_t number) {
  return number >= 1 && number <= 3 ? static_cast<RetryResult>(number) : RetryResult::general_error;
}

}  // namespace

wire::Node build_media_retry(stanza::MediaRetryReceipt receipt, ByteView media_key, ByteView iv) {
  proto::Writer inside;
  inside.text(pb::ServerErrorReceipt::kStanzaIdFieldNumber, receipt.id);
  receipt.enc_p = crypto::gcm_seal(RetryKey(media_key).bytes, iv, view(receipt.id), inside.written());
  receipt.enc_iv = to_bytes(iv);
  return stanza::build_media_retry(receipt);
}

Result<MediaRetryAnswer> open_media_retry(const stanza::MediaRetried& retried, ByteView media_key) {
  if (retried.enc_p.empty())
    return MediaRetryAnswer{result_of(static_cast<std::uint64_t>(retried.error == 1 ? 0 : retried.error)), {}};
  if (retried.enc_iv.size() != kIvBytes) return {Errc::bad_input, "answer for a file has another iv"};
  WA_TRY(const Bytes plain,
         crypto::gcm_open(RetryKey(media_key).bytes, retried.enc_iv, view(retried.id), retried.enc_p));
  using Answer = pb::MediaRetryNotification;
  const proto::Parsed answer(plain);
  if (!answer) return {Errc::bad_input, "answer for a file is malformed"};
  if (answer->text(Answer::kStanzaIdFieldNumber) != retried.id)
    return {Errc::mismatch, "answer for a file names another message"};
  MediaRetryAnswer out{result_of(answer->uint64(Answer::kResultFieldNumber)), {}};
  if (out.result == RetryResult::success) {
    out.direct_path = answer->text(Answer::kDirectPathFieldNumber);
    if (!is_direct_path(out.direct_path)) return {Errc::bad_input, "answer for a file has no path"};
  }
  return out;
}

Bytes seal_media_retry_answer(std::string_view id, const MediaRetryAnswer& answer, ByteView media_key, ByteView iv) {
  proto::Writer inside;
  inside.text(pb::MediaRetryNotification::kStanzaIdFieldNumber, id);
  if (!answer.direct_path.empty()) inside.text(pb::MediaRetryNotification::kDirectPathFieldNumber, answer.direct_path);
  inside.number(pb::MediaRetryNotification::kResultFieldNumber, static_cast<std::uint64_t>(answer.result));
  return crypto::gcm_seal(RetryKey(media_key).bytes, iv, view(id), inside.written());
}

std::string open_media_retry_request(std::string_view id, ByteView enc_p, ByteView media_key, ByteView iv) {
  if (iv.size() != kIvBytes) return {};
  const auto plain = crypto::gcm_open(RetryKey(media_key).bytes, iv, view(id), enc_p);
  if (!plain) return {};
  const proto::Parsed receipt(*plain);
  return receipt ? receipt->text(pb::ServerErrorReceipt::kStanzaIdFieldNumber) : std::string();
}

}  // namespace wa::client
