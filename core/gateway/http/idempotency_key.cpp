// tested by unit/gateway/api/idempotency_test.cpp
#include "gateway/http/idempotency_key.h"

#include <algorithm>

#include "base/encoding.h"
#include "crypto/hash.h"

namespace wa::gateway {

bool is_idempotency_key(std::string_view text) {
  constexpr std::size_t kKeyCharsMax = 255;
  const auto visible = [](char c) { return c > ' ' && c < 0x7f; };
  return text.size() <= kKeyCharsMax && std::all_of(text.begin(), text.end(), visible);
}

ByteArray<32> digest_of(const ApiRequest& request) {
  std::string text = request.method + ' ' + request.target + '\n' + request.body;
  for (const GivenFile& file : request.files) {
    text += '\n' + file.member + ' ' + std::to_string(file.size) + ' ' + file.content_type + ' ' + file.file_name;
    text += ' ' + hex(file.sha256);
  }
  return crypto::sha256(view(text));
}

Failure bad_idempotency_key() {
  return bad_field("Idempotency-Key", "must be one key of 1 to 255 visible characters");
}

Failure idempotency_mismatch() {
  Failure out;
  out.status = 422;
  out.code = "IDEMPOTENCY_MISMATCH";
  out.text = "this Idempotency-Key came with another request before";
  return out;
}

}  // namespace wa::gateway
