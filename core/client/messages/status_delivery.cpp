// tested by unit/client/messages/status_test.cpp
#include "client/messages/status_delivery.h"

#include <algorithm>

#include "client/messages/fanout.h"
#include "client/messages/group_sender_keys.h"
#include "client/messages/kinds/kind_table.h"
#include "client/messages/outbox_row.h"
#include "client/messages/questions.h"
#include "client/messages/read_content.h"
#include "client/rows/device_lists.h"
#include "client/rows/lid_map.h"
#include "client/rows/sent_log.h"
#include "stanza/queries/status.h"

namespace wa::client {
namespace {

using wire::Jid;

constexpr std::uint8_t kStatusListAsksMax = 2;

// The status that this content deletes.
std::optional<std::string> deleted_by(ByteView content) {
  const auto said = parse_content(content, Speaker::other);
  return said && said->change == Change::revoked && said->key ? std::optional(said->key->id) : std::nullopt;
}

Group group_of(const SentStatus& status) { return {true, 0, status.people}; }

// Who gets it by the body alone: the service sends it to nobody who is not named.
std::vector<Jid> named_beside(const SentStatus& status, const std::vector<stanza::DeviceCiphertext>& devices) {
  std::vector<Jid> out;
  for (const Jid& person : status.people) {
    const auto is_theirs = [&](const auto& one) { return one.device.user == person.user; };
    if (std::none_of(devices.begin(), devices.end(), is_theirs)) out.push_back(person);
  }
  return out;
}

}  // namespace

Progress StatusDelivery::advance(const Queued& what, Out& out, Turn& turn) {
  const auto row = load_outbox_row(turn.txn, what.key);
  if (!row || out.account().lid.user.empty()) return Refused{};
  Progress then = NotAsked{};
  const auto status = audience_of(what, *row, out, turn, then);
  if (!status) return then;
  const Group group = group_of(*status);
  if (list_asks_ < kStatusListAsksMax) {
    const std::vector<Jid> unknown = members_to_ask(turn.txn, group, turn.now.wall, false);
    if (!unknown.empty()) return ask_lists(unknown, list_asks_, what, out, turn);
  }
  note_without_devices(turn.txn, members_to_ask(turn.txn, group, turn.now.wall, false), turn.now.wall);
  const Readers readers = readers_of(turn.txn, out.account(), what.to, group, turn.now.wall);
  const std::vector<Jid> missing = without_session(turn.txn, readers.lacking);
  if (!missing.empty() && bundle_asks_ == 0) {   // once: who has no bundle is left out
    note_key(turn.txn, what.to, missing, false);
    return ask_for(missing, what, out, turn);
  }
  return send(what, *row, *status, group, readers, out, turn);
}

// Chosen once: a status that is sent again goes to the same people.
std::optional<SentStatus> StatusDelivery::audience_of(const Queued& what, const OutboxRow& row, Out& out, Turn& turn,
                                                      Progress& then) {
  if (auto known = find_status(turn.txn, what.id, turn.now.wall)) return known;
  const auto deleted = deleted_by(row.content);
  auto status = deleted ? find_status(turn.txn, *deleted, turn.now.wall) : std::nullopt;
  if (!status) {
    if (audience_asks_ == 0 && status_privacy_is_old(turn.txn, turn.now.wall)) {
      if (!out.query(stanza::build_status_privacy_query(), AudienceQuery{what.id}, turn)) return std::nullopt;
      ++audience_asks_;
      state_.emplace<AskingAudience>();
      then = Asking{};
      return std::nullopt;
    }
    const StatusPrivacy privacy = status_privacy(turn.txn).value_or(StatusPrivacy());
    std::vector<Jid> people = status_audience(turn.txn, out.account(), privacy);
    const auto by_number = std::stable_partition(people.begin(), people.end(), [](const Jid& person) {
      return person.server == wire::Server::lid;
    });
    if (by_number != people.end() && lid_asks_ == 0) {
      then = ask_lists({by_number, people.end()}, lid_asks_, what, out, turn);
      return std::nullopt;
    }
    without_lid_ = static_cast<int>(people.end() - by_number);
    people.erase(by_number, people.end());
    if (people.empty()) {
      then = Refused{SendFailure::no_devices};
      return std::nullopt;
    }
    people.push_back(out.account().lid.user_jid());
    status = SentStatus{privacy.audience, std::move(people), {}};
  }
  status->time = turn.now.wall;
  remember_status(turn.txn, what.id, *status);
  return status;
}

Progress StatusDelivery::ask_lists(const std::vector<Jid>& people, std::uint8_t& asks, const Queued& what, Out& out,
                                   Turn& turn) {
  const AskedParts parts = ask_device_lists(people, what.id, out, turn);
  if (parts.open == 0) return NotAsked{};
  ++asks;
  state_.emplace<AskingLists>(AskingLists{parts.open, parts.failed});
  return Asking{};
}

Progress StatusDelivery::ask_for(const std::vector<Jid>& devices, const Queued& what, Out& out, Turn& turn) {
  const AskedParts parts = ask_bundles(devices, what.id, out, turn);
  if (parts.open == 0) return NotAsked{};
  ++bundle_asks_;
  state_.emplace<AskingBundles>(AskingBundles{parts.open});
  return Asking{};
}

Progress StatusDelivery::send(const Queued& what, const OutboxRow& row, const SentStatus& status, const Group& group,
                              const Readers& readers, Out& out, Turn& turn) {
  const auto is_other = [&](const Jid& device) { return !out.account().is_own_user(device); };
  if (std::none_of(readers.devices.begin(), readers.devices.end(), is_other)) return Refused{SendFailure::no_devices};
  auto sealed = seal_for_group(what.to, group, readers, row.content, out.account(), turn);
  if (!sealed) return Refused{};
  remember_sent(turn.txn, what.id, {what.to, row.content, turn.service_time(), false});
  stanza::OutgoingMessage message;
  message.id = what.id;
  message.to = what.to;
  message.traits = traits_of(row.kind, row.content);
  message.traits.hide_failure = false;
  message.addressing_mode = "lid";
  if (message.traits.edit.empty()) message.traits.meta = {"status_setting", status_setting_name(status.chosen_by)};
  message.named = named_beside(status, sealed->devices);
  AwaitingAck& sent = state_.emplace<AwaitingAck>();
  for (const auto& device : sealed->devices) sent.given.push_back(device.device);
  message.participants = std::move(sealed->devices);
  message.sender_key_ciphertext = std::move(sealed->body);
  if (sealed->any_prekey) message.device_identity = out.account().signed_device_identity;
  out.send(stanza::build_message(message), turn);
  phash_ = std::move(sealed->phash);
  return OnItsWay{static_cast<int>(sealed->failed + readers.unreached) + without_lid_};
}

Progress StatusDelivery::on_answer(const Answered& answer, const Queued& what, const Account&, Turn&) {
  if (const auto* lists = std::get_if<ListsAnswer>(&answer)) {
    return lists->query.message_id == what.id ? on_lists(*lists) : NotConcerned{};
  }
  if (const auto* audience = std::get_if<AudienceAnswer>(&answer)) {
    if (audience->query.message_id != what.id || !std::holds_alternative<AskingAudience>(state_)) return NotConcerned{};
    put_back();
    if (audience->answered) return Ready{};
    --audience_asks_;
    return Unanswered{};
  }
  const auto* bundles = std::get_if<BundlesAnswer>(&answer);
  auto* asking = std::get_if<AskingBundles>(&state_);
  if (!bundles || !asking || bundles->query.message_id != what.id) return NotConcerned{};
  if (--asking->open > 0) return Asking{};
  put_back();
  return Ready{};
}

Progress StatusDelivery::on_lists(const ListsAnswer& answer) {
  auto* asking = std::get_if<AskingLists>(&state_);
  if (!asking) return NotConcerned{};
  const bool failed = asking->failed || !answer.answered;
  asking->failed = failed;
  if (--asking->open > 0) return Asking{};
  put_back();
  if (!failed) return Ready{};
  if (list_asks_ > 0) --list_asks_;
  else --lid_asks_;
  return Unanswered{};
}

void StatusDelivery::on_accepted(const Queued& what, MessageSent&, Out&, Turn& turn) {
  if (const auto* sent = std::get_if<AwaitingAck>(&state_)) note_key(turn.txn, what.to, sent->given, true);
}

bool StatusDelivery::on_ack(const stanza::Ack& ack, const Queued& what, const Account&, Turn& turn) {
  if (ack.error != 0 || ack.phash.empty() || ack.phash == phash_) return false;
  const auto status = find_status(turn.txn, what.id, turn.now.wall);
  for (const Jid& person : status ? status->people : std::vector<Jid>()) forget_devices(turn.txn, person);
  return false;
}

void StatusDelivery::on_offline() {
  put_back();
  audience_asks_ = lid_asks_ = list_asks_ = bundle_asks_ = 0;
}

Stage StatusDelivery::stage() const {
  const auto* sent = std::get_if<AwaitingAck>(&state_);
  return sent && !sent->given.empty() ? Stage::leading : stage_of(state_);
}

AudienceAnswer learn(const AudienceQuery& query, const QueryAnswer& answer, Turn& turn) {
  const auto list = status_lists_in(answer);
  if (list) note_told_status_privacy(turn.txn, list->in_force, turn.now.wall);
  return {query, list.has_value()};
}

}  // namespace wa::client
