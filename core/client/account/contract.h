// What the service keeps about the account itself: what is asked, what is told, the queries.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/kinds.h"
#include "client/ids.h"

namespace wa::client {

struct AskPrivacy { CommandId command = 0; };                        // -> PrivacyDone
struct SetOwnPicture { CommandId command = 0; Bytes jpeg; };         // -> OwnPictureDone

enum class AccountOutcome : std::uint8_t { done, refused, timeout, link_lost };
struct PrivacyDone {
  CommandId command = 0;
  AccountOutcome outcome = AccountOutcome::done;
  int upstream_code = 0;
  std::vector<std::pair<std::string, std::string>> categories;  // "last" -> "contacts", as the service names them
};
struct OwnPictureDone {
  CommandId command = 0;
  AccountOutcome outcome = AccountOutcome::done;
  int upstream_code = 0;
  std::string picture_id;
};

struct PrivacyQuery { CommandId command = 0; };  // 0: asked by the client itself
struct OwnPictureQuery { CommandId command = 0; };

struct AccountContract {
  using Commands = Kinds<AskPrivacy, SetOwnPicture>;
  using Events = Kinds<PrivacyDone, OwnPictureDone>;
  using Queries = Kinds<PrivacyQuery, OwnPictureQuery>;
};

}  // namespace wa::client
