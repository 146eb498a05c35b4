// The account itself: which privacy settings there are, what a picture must be. AskPrivacy and SetOwnPicture are the
// requests, PrivacyDone and OwnPictureDone what comes of them.
#pragma once

#include <string_view>

#include "client/contract.h"

namespace wa::gateway {

enum class PrivacyCategory : std::uint8_t {
  group_add, last_seen, status, profile, read_receipts, call_add, online, messages, defense, stickers,
};
// "all", "contacts", ... as the service says it; "" for what it did not name.
std::string_view privacy_of(const client::PrivacyDone&, PrivacyCategory);

enum class PictureFault : std::uint8_t { none, not_a_jpeg, too_large };  // more than kPictureBytesMax
PictureFault picture_fault(ByteView picture);

}  // namespace wa::gateway
