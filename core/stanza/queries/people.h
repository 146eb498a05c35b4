// What is asked of the service about people, and the answers: who has the service, profiles, pictures, the blocklist.
// Answers are read totally: entries of a list are judged one by one.
// Facts: 04 section 7 (usync); the queries for contact, status, picture and blocklist are not on the protocol pages: they are
// those of the public clients (07 section 7 names them as optional).
#pragma once

#include <span>

#include "base/result.h"
#include "stanza/inbound.h"

namespace wa::stanza {

// Who of these phone numbers (digits) has the service, and under which LID. `sid`: unique per query.
Node build_contact_query(std::span<const std::string> numbers, std::string_view sid);
// About text, picture id, devices, LID and verified name of one user.
Node build_profile_query(const Jid& user, std::string_view sid, ByteView tc_token = {});

struct UserFacts {
  std::string number;            // digits as asked for; empty when the answer does not repeat them
  bool exists = false;
  std::optional<Jid> jid;        // as the service calls the user
  std::optional<Jid> lid;
  std::string about, picture_id;
  Bytes verified_name_certificate;  // VerifiedNameCertificate; empty: none
  std::vector<Jid> devices;
};
Result<std::vector<UserFacts>> parse_users(const Node& iq);

// `existing_id`: the picture one has; when it is still the picture, the answer says so. Answered with an error 401
// (hidden) or 404 (none).
Node build_picture_query(const Jid& user, bool preview, std::string_view existing_id, ByteView tc_token = {});
struct PictureFacts {
  bool unchanged = false;
  std::string id, url, type, direct_path;
};
Result<PictureFacts> parse_picture(const Node& iq);

Node build_blocklist_query();
// `user` is the LID where it is known; then `pn` goes with it.
Node build_block(const Jid& user, const std::optional<Jid>& pn, bool block);
struct BlocklistFacts {
  struct Item { Jid jid; std::optional<Jid> pn; };
  std::vector<Item> items;
  std::string dhash;
};
Result<BlocklistFacts> parse_blocklist(const Node& iq);

}  // namespace wa::stanza
