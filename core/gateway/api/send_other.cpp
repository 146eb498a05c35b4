// Messages that are no texts (api.md 3.7): reactions, places, contact cards, polls, edits, deletions, and the timer of
// disappearing messages (3.2). The timer of a group is a setting of the group: answered 501 with the family's name.
#include <algorithm>

#include "base/encoding.h"
#include "gateway/api/sending.h"
#include "gateway/operations/marks.h"
#include "gateway/operations/messages.h"

namespace wa::gateway {
namespace {

std::string digits_of(std::string_view phone) {
  const auto jid = parse_chat(phone);
  return jid && jid->server == wire::Server::pn ? jid->user : std::string();
}

client::ContactCard parse_card(Fields& fields) {
  ContactDetails out;
  out.display_name = fields.visible_text("display_name", kNameCharsMax);
  const std::string phone = fields.phone_text("phone", kNameCharsMax);
  out.phone = digits_of(phone);
  const Json echo = phone;
  if (!phone.empty() && out.phone.empty()) {
    fields.bad("phone", "must be a number with country code, 10 to 15 digits", &echo);
  }
  const auto optional = [&](const char* name) {
    return fields.optional_text(name, kNameCharsMax).value_or(std::string());
  };
  out.first_name = optional("first_name");
  out.last_name = optional("last_name");
  out.company = optional("company");
  out.email = optional("email");
  return card_of(out);
}

std::string path_id(DeviceCall& call, Fields& fields) {
  const std::string& id = call.params.front();
  const Json echo = id;
  if (id.size() > limits::kIdCharsMax) fields.bad("id", "must have 1 to 128 characters", &echo);
  return id;
}

struct Preset { const char* name; DisappearingTimer timer; };
constexpr Preset kPresets[] = {{"off", DisappearingTimer::off}, {"24h", DisappearingTimer::day},
                               {"7d", DisappearingTimer::week}, {"90d", DisappearingTimer::quarter}};
static_assert(std::size(kPresets) == std::size(kTimerSeconds));

Answer send_reaction(DeviceCall& call) {
  Fields fields(call.given);
  client::SendMessage command;
  command.to = fields.chat("number");
  client::EmojiReaction reaction;
  reaction.target.id = fields.text("messageId", limits::kIdCharsMax);
  if (!fields.has("reaction")) fields.missing("reaction");
  reaction.emoji = fields.optional_text("reaction", kReactionCharsMax).value_or(std::string());
  reaction.target.from_me = fields.optional_flag("fromMe").value_or(false);
  if (fields.has("participant")) reaction.target.participant = fields.user("participant");
  if (lacks_author(command.to, reaction.target)) fields.missing("participant");
  SendWait wait;
  wait.extra = object({{"original_message_id", reaction.target.id}, {"reaction_emoji", reaction.emoji}});
  command.body = std::move(reaction);
  return send_message(call, fields, std::move(command), std::move(wait));
}

Answer send_location(DeviceCall& call) {
  Fields fields(call.given);
  client::SendMessage command;
  command.to = fields.chat("to");
  client::Location place;
  place.latitude = fields.number("latitude", -90, 90);
  place.longitude = fields.number("longitude", -180, 180);
  place.name = fields.optional_text("name", kLineCharsMax).value_or(std::string());
  place.address = fields.optional_text("address", kLineCharsMax).value_or(std::string());
  place.url = fields.optional_text("url", kLineCharsMax).value_or(std::string());
  place.comment = fields.optional_text("comment", kLineCharsMax).value_or(std::string());
  command.body = std::move(place);
  SendOptions options = read_options(fields, command.to);
  return send_message(call, fields, std::move(command), flat_wait("Location sent successfully"), std::move(options));
}

Answer send_contact(DeviceCall& call) {
  Fields fields(call.given);
  client::SendMessage command;
  command.to = fields.chat("to");
  client::ContactCards cards;
  const Json* contact = fields.optional_object("contact");
  if (!contact && !fields.has("contact")) fields.missing("contact");
  if (contact) {
    Fields inner(*contact);
    cards.cards.push_back(parse_card(inner));
    fields.take(inner, "contact.");
  }
  command.body = std::move(cards);
  SendOptions options = read_options(fields, command.to);
  return send_message(call, fields, std::move(command), flat_wait("Contact sent successfully"), std::move(options));
}

Answer send_contacts(DeviceCall& call) {
  Fields fields(call.given);
  client::SendMessage command;
  command.to = fields.chat("to");
  client::ContactCards cards;
  for (const Fields::Entry& contact : fields.objects("contacts", 1, kContactsPerMessageMax)) {
    Fields inner(*contact.object);
    cards.cards.push_back(parse_card(inner));
    fields.take(inner, contact.prefix);
  }
  SendWait wait = flat_wait("Contacts sent successfully");
  put(wait.extra, {"contact_count", cards.cards.size()});
  command.body = std::move(cards);
  SendOptions options = read_options(fields, command.to);
  return send_message(call, fields, std::move(command), std::move(wait), std::move(options));
}

Answer send_poll(DeviceCall& call) {
  Fields fields(call.given);
  client::SendMessage command;
  command.to = fields.chat("to");
  client::Poll poll;
  poll.question = fields.visible_text("question", kLineCharsMax);
  for (const Fields::Entry& option : fields.objects("options", kPollOptionsMin, kPollOptionsMax)) {
    Fields inner(*option.object);
    poll.options.push_back(inner.visible_text("option_name", kNameCharsMax));
    const Json echo = poll.options.back();
    if (repeats_option(poll, poll.options.size() - 1)) {
      inner.bad("option_name", "must differ from the others", &echo);
    }
    fields.take(inner, option.prefix);
  }
  poll.several = fields.optional_flag("allow_multiple_answers").value_or(false);
  SendWait wait = flat_wait("Poll sent successfully");
  wait.extra = object({{"options_count", poll.options.size()}, {"multiple_choice", poll.several}});
  command.body = std::move(poll);
  SendOptions options = read_options(fields, command.to);
  return send_message(call, fields, std::move(command), std::move(wait), std::move(options));
}

Failure not_ours() {
  Failure out = not_found();
  out.text = "no message of this id is known to have been sent from here to this chat";
  return out;
}

// The service acknowledges an edit or deletion of any id: without the original only that can be said.
void put_outcome(Json& body, bool known) {
  if (known) return;
  put(body, {"outcome", "unverified"});
  put(body, {"warning", "no message of this id is known to have been sent from here; phones ignore what names none"});
}

Answer edit_message(DeviceCall& call) {
  Fields fields(call.given);
  client::SendMessage command;
  const std::string id = path_id(call, fields);
  command.to = fields.chat("to");
  command.body = client::Edit{{id, true, {}}, fields.visible_text("message", limits::kTextCharsMax)};
  const bool ours_only = fields.optional_flag("validateOwnership").value_or(false);
  if (const auto failed = fields.failure()) return fail(call, *failed);
  const bool known = sent_from_here(id, command.to, call.turn.txn, call.turn.now.wall).has_value();
  if (ours_only && !known) return fail(call, not_ours());
  SendWait wait = flat_wait("Message edited successfully");
  put_outcome(wait.extra, known);
  return send_message(call, fields, std::move(command), std::move(wait));
}

Json deleted_body(const SendWait& wait, const char* type, WallTime now, std::int64_t took_ms) {
  Json metadata = *member(wait.extra, "metadata");
  put(metadata, {"processing_time_ms", took_ms});
  Json out = object({{"message_id", *member(wait.extra, "message_id")},
                     {"deleted_at", rfc3339(now)},
                     {"delete_type", type},
                     {"chat_jid", wait.chat},
                     {"metadata", std::move(metadata)}});
  for (const char* name : {"outcome", "warning"}) {
    if (const Json* said = member(wait.extra, name)) put(out, {name, *said});
  }
  return out;
}

Answer delete_message(DeviceCall& call) {
  Fields fields(call.given);
  RevokeMessage wish;
  wish.id = fields.text("messageId", limits::kIdCharsMax);
  wish.chat = fields.chat_or_status("chatJid");
  const std::string type = fields.text("deleteType", limits::kIdCharsMax);
  wish.for_everyone = type == "for_everyone";
  const Json echo = type;
  if (!type.empty() && !wish.for_everyone && type != "for_me") {
    fields.bad("deleteType", "must be for_everyone or for_me", &echo);
  }
  const std::string reason = fields.optional_text("reason", kLineCharsMax).value_or(std::string());
  wish.ours_only = fields.optional_flag("validateOwnership").value_or(false);
  if (const auto failed = fields.failure()) return fail(call, *failed);
  const WallTime now = call.turn.service_time();
  const RevokePlan plan = plan_revoke(wish, call.turn.txn, now);
  if (plan.start == RevokeStart::not_ours) return fail(call, not_ours());
  Json metadata = Json::object();
  if (plan.elapsed_ms) {
    put(metadata, {"time_elapsed_minutes", *plan.elapsed_ms / 60'000});
    put(metadata, {"within_time_limit", plan.within_time_limit});
  }
  put(metadata, {"reason", reason});
  SendWait wait;
  wait.extra = object({{"message_id", wish.id}, {"metadata", std::move(metadata)}});
  put_outcome(wait.extra, plan.elapsed_ms.has_value());
  if (plan.start == RevokeStart::send) return send_message(call, fields, command_for(wish), std::move(wait));
  wait.chat = wish.chat.text();
  Json body = deleted_body(wait, "for_me", now, 0);
  put(body, {"outcome", "unchanged"});
  return succeed(call, std::move(body));
}

Answer finish_deleted(WaitingCall& call, const client::Event& event) {
  const auto* sent = std::get_if<client::MessageSent>(&event);
  if (!sent) return send_failed(call, event);
  const std::int64_t took_ms = call.turn.now.mono - call.waiter.started;
  return succeed(call, deleted_body(context_of<SendWait>(call.waiter), "for_everyone", sent->time, took_ms));
}

Answer set_disappearing(DeviceCall& call) {
  Fields fields(call.given);
  client::SendMessage command;
  command.to = fields.chat_from("jid", call.params.front());
  const auto seconds = fields.optional_integer("seconds", 0, seconds_of(DisappearingTimer::quarter));
  const auto preset = fields.optional_text("preset", limits::kIdCharsMax, 1);
  if (!preset && !seconds && !fields.has("preset") && !fields.has("seconds")) fields.missing("preset");
  const std::string name = preset && *preset == "0" ? "off" : preset.value_or(std::string());
  const auto found = std::find_if(std::begin(kPresets), std::end(kPresets), [&](const Preset& one) {
    return preset ? name == one.name : seconds && *seconds == seconds_of(one.timer);
  });
  const bool given = preset || seconds;
  if (given && found == std::end(kPresets)) {
    const Json echo = preset ? Json(*preset) : Json(*seconds);
    fields.bad(preset ? "preset" : "seconds", "must be off, 24h, 7d or 90d (0, 86400, 604800, 7776000 seconds)", &echo);
  }
  if (const auto failed = fields.failure()) return fail(call, *failed);
  command.body = client::DisappearAfter{seconds_of(found->timer)};
  SendWait wait;
  wait.extra = object({{"preset", found->name}, {"seconds", seconds_of(found->timer)}});
  if (!takes_timer(command.to)) {
    Failure failed;
    failed.status = 501;
    failed.code = "NOT_IMPLEMENTED";
    failed.text = "this server does not change settings of groups";
    failed.family = "groups";
    return fail(call, failed);
  }
  return send_message(call, fields, std::move(command), std::move(wait));
}

Answer finish_disappearing(WaitingCall& call, const client::Event& event) {
  const auto* sent = std::get_if<client::MessageSent>(&event);
  if (!sent) return send_failed(call, event);
  const auto& wait = context_of<SendWait>(call.waiter);
  Json body = object({{"chat_jid", wait.chat}});
  body.update(wait.extra);
  put(body, {"timestamp", rfc3339(sent->time)});
  return succeed(call, std::move(body));
}

}  // namespace

Endpoints send_other_endpoints() {
  static constexpr Endpoint kAll[] = {
      send_endpoint("POST", "/send/location", send_location, finish_flat),
      send_endpoint("POST", "/send/contact", send_contact, finish_flat),
      send_endpoint("POST", "/send/contacts", send_contacts, finish_flat),
      send_endpoint("POST", "/send/poll", send_poll, finish_flat),
      send_endpoint("POST", "/send/reaction", send_reaction, finish_send),
      send_endpoint("DELETE", "/messages/delete", delete_message, finish_deleted),
      send_endpoint("PUT", "/messages/{id}", edit_message, finish_flat),
      send_endpoint("PUT", "/chats/{jid}/disappearing", set_disappearing, finish_disappearing),
  };
  return kAll;
}

}  // namespace wa::gateway
