// What the service keeps about the account itself: what is asked, what is told, the queries.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/kinds.h"
#include "client/ids.h"
#include "stanza/queries/status.h"

namespace wa::client {

struct AskPrivacy { CommandId command = 0; };                        // -> PrivacyDone
struct AskStatusPrivacy { CommandId command = 0; };                  // -> StatusPrivacyDone
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

// Who sees statuses: the list in force first.
struct StatusPrivacyDone {
  CommandId command = 0;
  AccountOutcome outcome = AccountOutcome::done;
  int upstream_code = 0;
  std::vector<stanza::StatusList> lists;
};

struct StatusPrivacyQuery { CommandId command = 0; };
struct PrivacyQuery { CommandId command = 0; };  // 0: asked by the client itself
struct OwnPictureQuery { CommandId command = 0; };

struct AccountContract {
  using Commands = Kinds<AskPrivacy, AskStatusPrivacy, SetOwnPicture>;
  using Events = Kinds<PrivacyDone, StatusPrivacyDone, OwnPictureDone>;
  using Queries = Kinds<PrivacyQuery, StatusPrivacyQuery, OwnPictureQuery>;
};

}  // namespace wa::client
