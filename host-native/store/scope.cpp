#include "store/scope.h"

#include <sodium.h>

#include "base/bytes.h"

namespace wa::native {

Scope scope_of(std::string_view name) {
  ByteArray<crypto_generichash_BYTES_MIN> digest{};
  crypto_generichash(digest.data(), digest.size(), view(name).data(), name.size(), nullptr, 0);
  const auto bits = read_be(ByteView(digest).first(8)) & 0x7FFF'FFFF'FFFF'FFFFu;
  return bits == 0 ? 1 : static_cast<Scope>(bits);
}

}  // namespace wa::native
