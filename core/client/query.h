// What an open query was for. The answer is data: client.cpp visits the variant and hands it to the flow that owns the
// struct. A new query is a new struct here; nothing is stored as a lambda.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "client/event.h"
#include "stanza/inbound.h"

namespace wa::client {

// login and prekeys
struct ActiveQuery {};
struct PingQuery { std::int64_t sent_ms = 0; };
struct PrekeyCountQuery { std::optional<std::uint32_t> topping_up_from; };  // set: go on until the stock is full
struct PrekeyUploadQuery { std::vector<std::uint32_t> ids; std::uint32_t had = 0; };
struct PrekeyDigestQuery {};
struct SignedPrekeyQuery { std::uint32_t id = 0; };
struct LogoutQuery { CommandId command = 0; };
// pairing code
struct PairHelloQuery {};
struct PairFinishQuery {};
// messages
struct DeviceQuery { std::vector<wire::Jid> users; std::string message_id; };  // an id: for one group message
struct GroupQuery { wire::Jid group; std::string message_id; };
struct BundleQuery { std::vector<wire::Jid> devices; std::string reason; std::string message_id; };
// app state and media
struct CollectionFetch { std::vector<std::uint8_t> collections; };
struct PatchUpload { std::uint8_t collection = 0; std::uint64_t version = 0; };
struct MediaConnQuery { std::uint8_t owner = 0; };  // FileKind: 0 app state, 1 history
// the account
struct PrivacyQuery { CommandId command = 0; };
struct OwnPictureQuery { CommandId command = 0; };
// people: which of the answers is awaited
struct PeopleQuery {
  enum What : std::uint8_t { users, picture, blocklist } what = users;
  CommandId command = 0;
};
// nothing to do with the answer
struct IgnoredQuery {};

// A class, not a name for the variant: copies and the destructor are compiled once, not in every file that sees it.
using QueryKinds = std::variant<IgnoredQuery, ActiveQuery, PingQuery, PrekeyCountQuery, PrekeyUploadQuery, PrekeyDigestQuery,
                           SignedPrekeyQuery, LogoutQuery, PairHelloQuery, PairFinishQuery, DeviceQuery, GroupQuery, BundleQuery,
                           CollectionFetch, PatchUpload, MediaConnQuery, PrivacyQuery, OwnPictureQuery, PeopleQuery>;
struct Query : QueryKinds {
  using QueryKinds::variant;
  Query(const Query&);
  Query(Query&&) noexcept;
  Query& operator=(const Query&);
  Query& operator=(Query&&) noexcept;
  ~Query();
};

struct QueryTimeout {};
struct QueryLinkLost {};
// The whole <iq type="result"> node, or why there is none.
using QueryAnswer = std::variant<wire::Node, stanza::IqError, QueryTimeout, QueryLinkLost>;

}  // namespace wa::client
