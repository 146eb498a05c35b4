// What people change about themselves: the picture, also of a group (13 section 6, 15 section 1), and the about text.
// tested by unit/stanza/inbound_test.cpp
#include "stanza/inbound/parts.h"

namespace wa::stanza {
namespace {

// No child at all: removed. Somebody named by a hash alone is nobody we could name (15 section 10).
NotificationKind parse_picture(const Notification& notification) {
  const auto& children = notification.node.children();
  if (children.empty()) return Told{notification.from.user_jid(), {}, notification.t, PictureChange{}};
  const Node& change = children.front();
  const bool removed = change.tag == "delete";
  if (!removed && change.tag != "set" && change.tag != "add") return OtherNotification{};
  const auto jid = change.jid_attr("jid");
  std::string id = removed ? std::string() : change.text_attr("id");
  if (!jid || removed != id.empty() || id.size() > limits::kIdCharsMax) return OtherNotification{};
  auto author = change.jid_attr("author");
  if (author) author = author->user_jid();
  return Told{jid->user_jid(), std::move(author), notification.t, PictureChange{std::move(id)}};
}

// Without a text somebody is named by a hash alone: there is nothing to tell (15 section 2).
NotificationKind parse_status(const Notification& notification) {
  const Node* set = notification.node.child_named("set");
  if (!set || set->find("hash") || !notification.from.is_user()) return OtherNotification{};
  std::string about = to_string(set->content_bytes());
  if (about.size() > limits::kEchoBytesMax) return OtherNotification{};
  return Told{notification.from.user_jid(), {}, notification.t, AboutChange{std::move(about)}};
}

}  // namespace

NotificationRows contact_notifications() {
  static constexpr NotificationRow kAll[] = {
      {"picture", parse_picture, true},
      {"status", parse_status, true},
  };
  return kAll;
}

}  // namespace wa::stanza
