// Law: what the phone says of a file is read totally; what we take of it can be fetched. The answers of media hosts,
// too.
#include "client/media/media_retry.h"
#include "client/media/upload_protocol.h"
#include "crypto/aes.h"
#include "crypto/hash.h"
#include "fuzz/fuzz.h"

using namespace wa;

namespace {

const Bytes kMediaKey(32, 7), kIv(12, 9);

void check_path(const std::string& path) { WA_ASSERT(path.empty() || client::is_direct_path(path)); }

// A stanza as it stands on the wire.
void read_stanza(ByteView input) {
  auto node = wire::decode_node(input);
  if (!node) return;
  const stanza::Inbound inbound = stanza::parse_inbound(*std::move(node));
  const auto* notification = std::get_if<stanza::Notification>(&inbound);
  if (!notification) return;
  for (const stanza::NotificationKind& kind : stanza::parse_notification(*notification)) {
    if (const auto* retried = std::get_if<stanza::MediaRetried>(&kind)) {
      const auto answer = client::open_media_retry(*retried, kMediaKey);
      if (answer) check_path(answer->direct_path);
    }
  }
}

// The same bytes as what is inside, sealed under the right key.
void read_sealed(ByteView input) {
  const auto key = crypto::hkdf_sha256<32>(kMediaKey, {}, "WhatsApp Media Retry Notification");
  stanza::MediaRetried retried;
  retried.id = "3EB0F0";
  retried.enc_iv = kIv;
  retried.enc_p = crypto::gcm_seal(key, kIv, view(retried.id), input);
  const auto answer = client::open_media_retry(retried, kMediaKey);
  if (answer) check_path(answer->direct_path);
}

void read_answers(ByteView input) {
  const FileAnswered answer{200, -1, to_string(input)};
  const client::UploadAnswer uploaded = client::read_upload_answer(answer);
  WA_ASSERT((uploaded.next == client::UploadNext::done) == !uploaded.direct_path.empty());
  check_path(uploaded.direct_path);
  const client::ResumeAnswer resume = client::read_resume_answer(answer, 1000);
  WA_ASSERT(resume.offset < 1000);
  WA_ASSERT(!resume.complete || resume.uploaded.next == client::UploadNext::done);
  check_path(client::direct_path_of("", text_of(input)));
}

}  // namespace

void fuzz_one(ByteView input) {
  read_stanza(input);
  read_sealed(input);
  read_answers(input);
}
