// tested by unit/client/misc_vectors.cpp, misc.json
#include "client/messages/padding.h"

#include "base/encoding.h"
#include "crypto/hash.h"

namespace wa::client {
namespace {

constexpr std::size_t kPadMax = 16;

}  // namespace

Bytes pad(ByteView message, Random& random) {
  const auto count = static_cast<std::uint8_t>(1 + random.below(kPadMax));
  Bytes out = to_bytes(message);
  out.insert(out.end(), count, count);
  return out;
}

Result<Bytes> unpad(Bytes padded) {
  const std::size_t count = padded.empty() ? 0 : padded.back();
  if (count == 0 || count > kPadMax || count > padded.size()) return {Errc::bad_input, "message padding"};
  for (std::size_t i = padded.size() - count; i < padded.size(); ++i) {
    if (padded[i] != count) return {Errc::bad_input, "message padding"};
  }
  padded.resize(padded.size() - count);
  return padded;
}

std::string message_id(WallTime now, const wire::Jid& own, const ByteArray<16>& random) {
  constexpr std::size_t kHashBytes = 9;
  const Bytes seconds = be_bytes(static_cast<std::uint64_t>(now.seconds()), 8);
  const ByteArray<32> hash = crypto::sha256({seconds, view(own.user), view("@c.us"), random});
  return "3EB0" + hex_upper(ByteView(hash).first(kHashBytes));
}

std::string make_message_id(WallTime now, const wire::Jid& own, Random& random) {
  return message_id(now, own, random.array<16>());
}

}  // namespace wa::client
