// What an encrypted message needs to know of users: their devices, their LID, and the token handed to them.
// Questions are IQs without the id: Requests gives it.
// Answers are read totally: one that lacks what its kind demands is Errc::bad_input;
// entries of a list are judged one by one. Who they are for people: people.h.
// Facts: 04 sections 7, 11.
#pragma once

#include <span>

#include "base/result.h"
#include "stanza/inbound.h"

namespace wa::stanza {

// Device lists and LIDs of `users` (devices are removed). `sid`: unique per query.
Node build_devices_query(std::span<const Jid> users, std::string_view sid);
// Hands out an own trusted-contact token (04 section 11).
Node build_privacy_token_issue(const Jid& user, std::int64_t t);

// A token that the answer brings along; most bring none.
struct IssuedToken { Bytes token; std::int64_t t = 0; };
std::optional<IssuedToken> parse_issued_token(const Node& iq);

struct UserDevices {
  Jid user;
  struct Device { std::uint16_t id = 0; std::optional<std::uint32_t> key_index; bool hosted = false; };
  std::vector<Device> devices;   // as listed: what to skip is the reader's decision (04 section 7)
  std::optional<Jid> lid;
  int error = 0;                 // the service refused this user
};
Result<std::vector<UserDevices>> parse_devices(const Node& iq);

}  // namespace wa::stanza
