// Whom the tests of the outbox write to: a friend of two devices, met or not yet.
#pragma once

#include <catch2/catch.hpp>

#include "unit/client/message_rig.h"

namespace wa::test::outbox {

using namespace wa::client;
using wire::Node;

inline const wire::Jid kFriend = jid("5511888888888@s.whatsapp.net");
inline const wire::Jid kFriendLid = jid("70000000000002@lid");

inline SendText text(const std::string& what, CommandId command = 1, std::string id = {}) {
  SendText out;
  out.command = command;
  out.id = std::move(id);
  out.to = kFriend;
  out.text = what;
  return out;
}

// Answers what a first message asks: lists of both users, bundles of the three devices.
inline void answer_first_contact(MessageRig& rig) {
  rig.answer_devices({{kFriend, {0, 3}, kFriendLid}, {jid("5511999999999@s.whatsapp.net"), {0, 7}, jid("90000000000001@lid")}});
  rig.answer_bundles({MessageRig::bundle_node(rig.friend_phone), MessageRig::bundle_node(rig.friend_web),
                      MessageRig::bundle_node(rig.own_phone)});
}

inline Node last_message(const MessageRig& rig) {
  const auto sent = rig.sent("message");
  REQUIRE_FALSE(sent.empty());
  return sent.back();
}

// A friend both sides have talked with: no queries, ordinary messages.
inline void make_friends(MessageRig& rig) {
  REQUIRE(rig.execute(text("hello", 100, "FIRST")).ok());
  answer_first_contact(rig);
  const Node message = last_message(rig);
  for (test::Device* device : {&rig.friend_phone, &rig.friend_web, &rig.own_phone}) (void)rig.open_at(*device, message, device->lid);
  rig.ack(message);
  rig.say(rig.text_from(rig.friend_phone, "ANSWER", "hi"));
  rig.server.received.clear();
  rig.events.clear();
}

}  // namespace wa::test::outbox
