// Contacts and their presence: contact.*, chat.presence, identity.change.
// tested by unit/gateway/webhooks/published_test.cpp
#include "gateway/webhooks/published/row.h"

namespace wa::gateway {
namespace {

using namespace client;

std::string contact_lane(const auto& e) { return e.jid.text(); }

Json contact_data(const ContactChanged& e, const PayloadContext& context) {
  return stamped(object({{"jid", e.jid.text()}, {"full_name", e.full_name}, {"first_name", e.first_name}}),
                 context.now);
}

Json push_name_data(const PushNameChanged& e, const PayloadContext& context) {
  return stamped(object({{"jid", e.jid.text()}, {"push_name", e.name}}), context.now);
}

// Notifications that are only told, two functions each: as what, and what they say of `jid`.
MaybeEventName told_as(const stanza::PictureChange&) { return event_named("contact.picture"); }
void say(const stanza::PictureChange& e, Json& out) {
  put(out, {"picture_id", nullptr});
  if (!e.id.empty()) put(out, {"picture_id", e.id});
  put(out, {"removed", e.id.empty()});
}

MaybeEventName told_as(const stanza::AboutChange&) { return event_named("contact.about"); }
void say(const stanza::AboutChange& e, Json& out) { put(out, {"about", e.about}); }

MaybeEventName told_name(const NotificationTold& e) {
  return std::visit([](const auto& what) { return told_as(what); }, e.what);
}

Json told_data(const NotificationTold& e, const PayloadContext&) {
  Json out = object({{"jid", e.jid.text()}});
  std::visit([&](const auto& what) { say(what, out); }, e.what);
  if (e.by) put(out, {"by", e.by->text()});
  return stamped(std::move(out), e.time);
}

Json identity_data(const IdentityChanged& e, const PayloadContext& context) {
  return stamped(object({{"jid", e.jid.text()}}), context.now);
}

Json presence_data(const ContactPresence& e, const PayloadContext& context) {
  Json out = object({{"jid", e.jid.text()}, {"state", e.available ? "available" : "unavailable"}});
  if (e.last_seen) put(out, {"last_seen", rfc3339(*e.last_seen)});
  return stamped(std::move(out), context.now);
}

std::string chatstate_lane(const ChatPresence& e) { return e.chat.text(); }

Json chatstate_data(const ChatPresence& e, const PayloadContext& context) {
  return stamped(object({{"chat_jid", e.chat.text()}, {"from", e.sender.text()}, {"state", e.state},
                         {"media", e.media}}), context.now);
}

}  // namespace

template <> Published<ContactChanged> published() {
  return {event_named("contact.changed"), contact_lane, contact_data};
}
template <> Published<PushNameChanged> published() {
  return {event_named("contact.pushname"), contact_lane, push_name_data};
}
template <> Published<IdentityChanged> published() {
  return {event_named("identity.change"), contact_lane, identity_data};
}
template <> Published<ContactPresence> published() {
  return {event_named("contact.presence"), contact_lane, presence_data};
}
template <> Published<ChatPresence> published() {
  return {event_named("chat.presence"), chatstate_lane, chatstate_data};
}
template <> Published<NotificationTold> published() { return {told_name, contact_lane, told_data}; }

}  // namespace wa::gateway
