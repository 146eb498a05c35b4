// tested by unit/client/messages/deliveries_test.cpp
#include "client/messages/direct_delivery.h"

#include <algorithm>

#include "client/messages/kinds/kind_table.h"
#include "client/messages/message_context.h"
#include "client/messages/outbox_row.h"
#include "client/messages/questions.h"
#include "client/messages/read_content.h"
#include "client/messages/reporting.h"
#include "client/rows/chat_rows.h"
#include "client/rows/device_lists.h"
#include "client/rows/lid_map.h"
#include "client/rows/privacy_tokens.h"
#include "client/rows/sent_log.h"
#include "stanza/queries/users.h"

namespace wa::client {
namespace {

using wire::Jid;
using wire::Server;

constexpr std::uint8_t kListAsksMax = 2, kBundleAsksMax = 2;
constexpr int kLidRefused = 400, kNumberRefused = 463;   // whatever else they may mean

bool is_in(const std::vector<Jid>& users, const Jid& user) {
  return std::find(users.begin(), users.end(), user) != users.end();
}

bool any_is(const std::vector<Jid>& users, const Jid& user, const store::Txn& txn) {
  return is_in(users, user) ||
         std::any_of(users.begin(), users.end(), [&](const Jid& one) { return same_user(txn, one, user); });
}

void drop_all(std::vector<Jid>& from, const std::vector<Jid>& gone) {
  from.erase(std::remove_if(from.begin(), from.end(), [&](const Jid& jid) { return is_in(gone, jid); }), from.end());
}

stanza::OutgoingMessage stanza_of(const Queued& what, const Jid& destination, const Kind* kind, ByteView content,
                                  Sealed& sealed, const Account& account, bool fallback, Turn& turn) {
  stanza::OutgoingMessage message;
  message.id = what.id;
  message.to = destination;
  message.traits = traits_of(kind, content);
  message.t = turn.service_time().seconds();
  message.reporting_token = reporting_token(content, {what.id, account.own_jid_for(destination), destination});
  if (destination.server == Server::lid) message.peer_recipient_pn = pn_of(turn.txn, destination);
  message.participants = std::move(sealed.devices);
  if (sealed.any_prekey) message.device_identity = account.signed_device_identity;
  if (!takes_token(account, destination)) return message;
  drop_old_token(turn.txn, destination, turn.service_time());
  if (!fallback) message.tc_token = token_for(turn.txn, destination, turn.service_time()).value_or(Bytes());
  if (message.tc_token.empty()) message.cs_token = fallback_token_for(turn.txn, destination).value_or(Bytes());
  return message;
}

}  // namespace

// By the other id when the first one brought no devices; by the number when its LID is another one by now.
std::vector<Jid> DirectDelivery::to_ask(const Jid& destination, const Account& account, const Turn& turn) const {
  std::vector<Jid> users = users_to_ask(turn.txn, account, destination, turn.now.wall);
  const Jid number = pn_or_same(turn.txn, destination);
  const bool outdated = lid_is_outdated(turn.txn, number);
  const auto other = list_asks_ > 0 && !has_devices(turn.txn, destination, turn.now.wall)
                         ? other_form(turn.txn, destination) : std::nullopt;
  if (!outdated && !other) return users;
  drop_all(users, {destination});
  users.insert(users.begin(), outdated ? number : *other);
  return users;
}

Targets DirectDelivery::targets(const Jid& destination, const Account& account, const Turn& turn) const {
  Targets out = targets_of(turn.txn, account, destination, turn.now.wall);
  if (round_ == Round::first) return out;
  drop_all(out.recipient, reached_);
  drop_all(out.own, reached_);
  return out;
}

Progress DirectDelivery::advance(const Queued& what, Out& out, Turn& turn) {
  if (round_ == Round::done) return Dropped{};
  const Account& account = out.account();
  const Jid destination = destination_for(what.to, account, turn);
  if (list_asks_ < kListAsksMax) {
    const std::vector<Jid> users = to_ask(destination, account, turn);
    if (!users.empty()) {
      if (ask_device_lists(users, {}, out, turn).open == 0) return NotAsked{};
      ++list_asks_;
      state_ = AskingLists{users.front()};
      return Asking{};
    }
  }
  if (!has_devices(turn.txn, destination, turn.now.wall) && !account.is_own_user(destination)) {
    return Refused{SendFailure::unknown_recipient};
  }
  const Targets to = targets(destination, account, turn);
  if (round_ == Round::left_out && to.all().empty()) return Dropped{};
  std::vector<Jid> missing = without_session(turn.txn, to.all());
  if (bundle_asks_ > 0) {
    // Once more for the recipient's phone only: it must not be left out (pitfalls 20).
    missing.erase(std::remove_if(missing.begin(), missing.end(),
                                 [&](const Jid& jid) { return jid.device != 0 || jid.user != destination.user; }),
                  missing.end());
  }
  if (!missing.empty() && bundle_asks_ < kBundleAsksMax) return ask_for(missing, what, out, turn);
  return send(what, destination, out, turn);
}

Progress DirectDelivery::ask_for(const std::vector<Jid>& devices, const Queued& what, Out& out, Turn& turn) {
  const AskedParts parts = ask_bundles(devices, what.id, out, turn);
  if (parts.open == 0) return NotAsked{};
  ++bundle_asks_;
  state_ = AskingBundles{parts.open};
  return Asking{};
}

Progress DirectDelivery::send(const Queued& what, const Jid& destination, Out& out, Turn& turn) {
  const bool more = round_ == Round::left_out;   // its row is gone: the service took it
  const auto row = more ? std::nullopt : load_outbox_row(turn.txn, what.key);
  const auto sent = more ? find_sent(turn.txn, what.id) : std::nullopt;
  if (!row && !sent) return Refused{};
  const ContextEdit edit{&turn.txn, destination.server == Server::lid, {}, timer_of(turn.txn, destination)};
  const Bytes content = row ? edit_context(row->content, edit) : sent->content;
  Sealed sealed = seal_for(targets(destination, out.account(), turn), destination, content, turn);
  if (more ? sealed.devices.empty() : sealed.recipient_devices == 0) {
    return Refused{SendFailure::no_devices, bundle_error_};
  }
  if (row) remember_sent(turn.txn, what.id, {destination, content, turn.service_time(), false});
  reached_.clear();
  for (const auto& device : sealed.devices) reached_.push_back(device.device);
  const Kind* kind = row ? row->kind : kind_of_content(content);
  const auto message = stanza_of(what, destination, kind, content, sealed, out.account(), fallback_token_, turn);
  out.send(stanza::build_message(message), turn);
  state_ = AwaitingAck{};
  if (more) round_ = Round::done;
  return OnItsWay{static_cast<int>(sealed.failed)};
}

Progress DirectDelivery::on_answer(const Answered& answer, const Queued& what, const Account&, Turn& turn) {
  const auto* lists = std::get_if<ListsAnswer>(&answer);
  if (const auto* asking = lists ? std::get_if<AskingLists>(&state_) : nullptr) {
    if (!lists->query.message_id.empty()) return NotConcerned{};
    if (!any_is(lists->query.users, asking->whose, turn.txn)) return NotConcerned{};
    state_ = Waiting{};
    if (lists->answered) return Ready{};
    --list_asks_;
    return Unanswered{};
  }
  const auto* bundles = std::get_if<BundlesAnswer>(&answer);
  auto* asking = bundles ? std::get_if<AskingBundles>(&state_) : nullptr;
  if (!asking || bundles->query.message_id != what.id) return NotConcerned{};
  if (bundles->error != 0) bundle_error_ = bundles->error;
  if (--asking->open > 0) return Asking{};
  state_ = Waiting{};
  return Ready{};
}

void DirectDelivery::on_accepted(const Queued& what, MessageSent&, Out& out, Turn& turn) {
  const Jid destination = destination_for(what.to, out.account(), turn);
  if (instead_ != DirectChats::unknown) note_direct_refusal(turn.txn, instead_);
  const auto row = load_outbox_row(turn.txn, what.key);
  const bool may_set = row && !counts_as_last_message(row->kind);
  const auto said = may_set ? parse_content(row->content) : Result<Content>(Content());
  if (said && said->timer) note_timer(turn.txn, destination, *said->timer);   // we have set it
  const bool says_something = !row || !row->kind || *row->kind->id != '\0';   // changes of other messages do not
  if (says_something && takes_token(out.account(), destination)) turn.notify(TokenDue{destination});
}

bool DirectDelivery::on_ack(const stanza::Ack& ack, const Queued& what, const Account& account, Turn& turn) {
  const Jid destination = destination_for(what.to, account, turn);
  if (goes_the_other_way(ack.error, destination, turn.txn)) return true;
  if (goes_by_fallback(ack.error, destination, turn)) return true;
  const bool told = ack.error == 0 && !ack.phash.empty() && round_ == Round::first;
  if (told && !went_to(ack.phash, account.own_jid_for(destination))) {
    forget_devices(turn.txn, destination);
    forget_devices(turn.txn, account.pn);
    list_asks_ = bundle_asks_ = 0;
    round_ = Round::left_out;
    put_back();
  }
  if (ack.refresh_lid && !account.is_own_user(destination)) outdate_lid(turn.txn, pn_or_same(turn.txn, destination));
  return false;
}

// Once for each message: the account may be the other way round (04 section 8).
bool DirectDelivery::goes_the_other_way(int error, const Jid& refused, const store::Txn& txn) {
  const bool by_lid = refused.server == Server::lid, by_number = refused.server == Server::pn;
  const bool turns = (error == kLidRefused && by_lid) || (error == kNumberRefused && by_number);
  if (!turns || instead_ != DirectChats::unknown || !other_form(txn, refused)) return false;
  instead_ = by_lid ? DirectChats::by_number : DirectChats::by_lid;
  list_asks_ = bundle_asks_ = 0;
  put_back();
  return true;
}

// Once: a token that was handed out long ago may be of no use any more (12 section 5).
bool DirectDelivery::goes_by_fallback(int error, const Jid& refused, const Turn& turn) {
  if (error != kNumberRefused || fallback_token_ || refused.server != Server::lid) return false;
  if (!token_for(turn.txn, refused, turn.service_time()) || !fallback_token_for(turn.txn, refused)) return false;
  fallback_token_ = true;
  put_back();
  return true;
}

Jid DirectDelivery::destination_for(const Jid& to, const Account& account, const Turn& turn) const {
  const Jid user = to.user_jid();
  if (instead_ == DirectChats::by_number) return pn_or_same(turn.txn, user);
  if (instead_ == DirectChats::by_lid) return lid_or_same(turn.txn, user);
  return destination_of(turn.txn, account, user);
}

// With this device, or without it: both are said to be counted.
bool DirectDelivery::went_to(const std::string& phash, const Jid& own) const {
  std::vector<Jid> devices = reached_;
  if (build_phash(devices) == phash) return true;
  devices.push_back(own);
  return build_phash(devices) == phash;
}

void DirectDelivery::on_offline() {
  state_ = Waiting{};
  list_asks_ = bundle_asks_ = 0;
}

}  // namespace wa::client
