// tested by unit/gateway/operations/people_test.cpp
#include "gateway/operations/account.h"

#include "base/limits.h"

namespace wa::gateway {
namespace {

// As the service calls them, in the order of PrivacyCategory.
constexpr const char* kCategoryNames[] = {
    "groupadd", "last", "status", "profile", "readreceipts", "calladd", "online", "messages", "defense", "stickers",
};

}  // namespace

std::string_view privacy_of(const client::PrivacyDone& done, PrivacyCategory category) {
  const char* const wanted = kCategoryNames[static_cast<std::size_t>(category)];
  std::string_view out;
  for (const auto& [name, value] : done.categories) {
    if (name == wanted) out = value;
  }
  return out;
}

PictureFault picture_fault(ByteView picture) {
  const bool jpeg = picture.size() > 3 && picture[0] == 0xFF && picture[1] == 0xD8 && picture[2] == 0xFF;
  if (!jpeg) return PictureFault::not_a_jpeg;
  return picture.size() > limits::kPictureBytesMax ? PictureFault::too_large : PictureFault::none;
}

}  // namespace wa::gateway
