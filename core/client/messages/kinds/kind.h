// What a message may be besides a text (api.md 3.7): plain values, no protobuf.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "wire/jid.h"

namespace wa::client {

// Another message of the same chat. `participant`: its author, in a group.
struct MessageRef { std::string id; bool from_me = false; std::optional<wire::Jid> participant; };

struct EmojiReaction { MessageRef target; std::string emoji; };            // an empty emoji takes the reaction back
struct Location { double latitude = 0, longitude = 0; std::string name, address, url, comment; };
struct ContactCard { std::string name, vcard; };
struct ContactCards { std::vector<ContactCard> cards; };              // at least one
struct Poll { std::string question; std::vector<std::string> options; bool several = false; };
struct Edit { MessageRef target; std::string text; };                 // of one of ours
struct Revoke { MessageRef target; };                                 // for everyone
struct DisappearAfter { std::uint32_t seconds = 0; };                 // of the chat; 0: off

using MessageBody = std::variant<EmojiReaction, Location, ContactCards, Poll, Edit, Revoke, DisappearAfter>;

}  // namespace wa::client
