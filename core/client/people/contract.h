// Questions about people, what is told of them, and the query behind the questions.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/kinds.h"
#include "base/time.h"
#include "client/ids.h"
#include "stanza/notifications/notification.h"
#include "wire/jid.h"

namespace wa::client {

// -> UsersFound, PictureFound or BlocklistFound, or PeopleFailed. Not kept over a lost link.
struct AskNumbers { CommandId command = 0; std::vector<std::string> numbers; };  // digits; at most kUsersPerQueryMax
struct AskProfile { CommandId command = 0; wire::Jid who; };
struct AskPicture { CommandId command = 0; wire::Jid who; bool preview = false; std::string existing_id; };
struct AskBlocklist { CommandId command = 0; };
struct ChangeBlock { CommandId command = 0; wire::Jid who; bool block = true; };

struct UserFound {
  std::string number;                 // digits as asked for
  bool exists = false;
  std::optional<wire::Jid> jid, lid;  // jid: the PN where it is known
  std::string about, picture_id, verified_name;
  std::vector<wire::Jid> devices;
};
struct UsersFound { CommandId command = 0; std::vector<UserFound> users; };
struct PictureFound {
  CommandId command = 0;
  bool unchanged = false;
  std::string id, url, type, direct_path;
};
struct BlocklistFound { CommandId command = 0; std::vector<wire::Jid> blocked; std::string dhash; };
struct PeopleFailed { CommandId command = 0; int upstream_code = 0; };  // -1: no answer; 0: an answer that says nothing

struct ContactChanged { wire::Jid jid; std::string full_name, first_name; };
struct PushNameChanged { wire::Jid jid; std::string name; };
struct IdentityChanged { wire::Jid jid; };  // of others, never the own account
// A notification that changed nothing here: of a person or group, by PN where known.
struct NotificationTold { wire::Jid jid; std::optional<wire::Jid> by; WallTime time; stanza::Told::What what; };

// Which of the answers is awaited.
struct PeopleQuery {
  enum What : std::uint8_t { users, picture, blocklist } what = users;
  CommandId command = 0;
};

struct TokenIssueQuery { wire::Jid user; std::int64_t t_s = 0; };   // of our token; t_s: for when

struct PeopleContract {
  using Commands = Kinds<AskNumbers, AskProfile, AskPicture, AskBlocklist, ChangeBlock>;
  using Events = Kinds<UsersFound, PictureFound, BlocklistFound, PeopleFailed, ContactChanged, PushNameChanged,
                       IdentityChanged, NotificationTold>;
  using Queries = Kinds<PeopleQuery, TokenIssueQuery>;
};

}  // namespace wa::client
