#include "client/pairing/pairing.h"

#include "adv.pb.h"
#include "base/encoding.h"
#include "base/limits.h"
#include "client/pairing/contract.h"
#include "client/pairing/pair_code.h"
#include "client/rows/device_identity.h"
#include "client/rows/direct_chats.h"
#include "client/rows/lid_map.h"
#include "proto/reader.h"
#include "stanza/queries/pairing.h"
#include "stanza/queries/session.h"

namespace wa::client {
namespace {

constexpr std::string_view kQrPrefix = "https://wa.me/settings/linked_devices#";
constexpr std::string_view kClientType = "1";  // Chrome (03 section 2)

int error_code_for(Errc code) { return code == Errc::bad_mac || code == Errc::bad_signature ? 401 : 500; }

// What the phone says of the account. Without a word on it nothing is known.
void take_client_props(ByteView bytes, store::Txn& txn) {
  const proto::Parsed props(bytes);
  constexpr int kMigrated = pb::ClientPairingProps::kIsChatDbLidMigratedFieldNumber;
  if (!props->has_number(kMigrated)) return;
  if (props->flag(kMigrated)) note_migrated(txn);
  else note_paired_unmigrated(txn);
}

}  // namespace

void Pairing::on_pair_device(const stanza::PairDevice& stanza, Out& out, Turn& turn) {
  out.send(stanza::build_iq_result(stanza.id), turn);
  refs_ = stanza.refs;
  if (refs_.size() > limits::kPairRefsMax) refs_.resize(limits::kPairRefsMax);
  ready_ = true;
  first_ref_ = true;
  exhausted_ = false;
  shown_.clear();
  ref_expires_.reset();
  show_next_ref(out, turn);
  if (code_ && !code_->sent) send_hello(out, turn);
}

// The first ref lives 60 s, the others 20 s each (03 section 2).
void Pairing::show_next_ref(Out& out, Turn& turn) {
  if (!shown_.empty() && !refs_.empty()) refs_.erase(refs_.begin());
  if (refs_.empty()) {
    shown_.clear();
    ref_expires_.reset();
    exhausted_ = true;
    turn.event(QrExhausted{});
    return;
  }
  const std::int64_t valid_ms = first_ref_ ? limits::kFirstQrMs : limits::kNextQrMs;
  first_ref_ = false;
  shown_ = qr_text(out.account());
  ref_expires_ = turn.now.mono + valid_ms;
  turn.event(QrGenerated{shown_, valid_ms});
}

std::string Pairing::qr_text(const Account& account) const {
  std::string text(kQrPrefix);
  text += refs_.front() + ',' + base64(account.noise_key.public_key) + ',' + base64(account.identity.public_key) + ',' +
          base64(account.adv_secret) + ',';
  text += kClientType;
  return text;
}

bool Pairing::on_pair_success(const stanza::PairSuccess& stanza, Out& out, Turn& turn) {
  Account& account = out.account();
  auto verified = verify_pair_success(stanza.device_identity, account.adv_secret, account.identity, turn.random.array<64>());
  if (!verified.ok() || !stanza.jid.is_user()) {
    const int code = verified.ok() ? 500 : error_code_for(verified.error().code);
    const char* reason = verified.ok() ? "internal-error" : verified.error().detail;
    out.send(stanza::build_iq_error(stanza.id, code, reason), turn);
    turn.event(PairFailed{reason});
    return false;
  }
  erase_former_person(turn.txn, stanza.jid);
  take_client_props(stanza.client_props, turn.txn);
  account.paired = true;
  account.pn = stanza.jid;
  account.lid = stanza.lid.value_or(wire::Jid{});
  account.signed_device_identity = verified->stored;
  account.platform = stanza.platform;
  account.business_name = stanza.business_name;
  out.save_account(turn);
  signal::store_identity(turn.txn, signal::address_of(account.pn.user_jid()), verified->account_key);
  if (stanza.lid) {
    signal::store_identity(turn.txn, signal::address_of(account.lid.user_jid()), verified->account_key);
    learn_lid(turn.txn, account.pn.user_jid(), account.lid.user_jid());
  }
  out.send(stanza::build_pair_device_sign(stanza.id, verified->key_index, verified->reply), turn);
  turn.event(PairSucceeded{account.pn, account.lid, account.platform, account.business_name});
  *this = Pairing(*config_);
  return true;
}

// A code that is on its way has bound the current secret: it must not change any more (03 section 2).
void Pairing::on_refresh(Out& out, Turn& turn) {
  if (code_ && code_->finished) return;
  out.account().adv_secret = turn.random.array<32>();
  out.save_account(turn);
  if (shown_.empty()) return;
  shown_ = qr_text(out.account());
  turn.event(QrGenerated{shown_, ref_expires_ ? *ref_expires_ - turn.now.mono : 0});
}

void Pairing::on_code_refresh(Turn& turn) {
  if (code_) fail_code(0, "refresh_requested", turn);
}

void Pairing::on_passkey_request(Turn& turn) {
  if (passkey_required_) return;
  passkey_required_ = true;
  turn.event(PasskeyRequired{});
}

Result<void> Pairing::request_code(const RequestPairCode& command, Out& out, Turn& turn) {
  if (code_ && !code_->finished && code_->ref.empty()) return {Errc::conflict, "a pairing code is already on its way"};
  Code code;
  code.command = command.command;
  code.phone = command.phone_digits;
  code.text = pair_code_text(turn.random.array<5>());
  code.ephemeral = crypto::KeyPair::generate(turn.random);
  code.expires = turn.now.mono + limits::kPairCodeMs;
  code_ = std::move(code);
  if (ready_) send_hello(out, turn);
  return {};
}

void Pairing::send_hello(Out& out, Turn& turn) {
  stanza::CompanionHello hello;
  hello.phone = wire::Jid{code_->phone, wire::Server::pn};
  const auto salt = turn.random.array<32>();  // drawn one by one: a compiler chooses the order of arguments
  const auto iv = turn.random.array<16>();
  hello.wrapped_ephemeral = wrap_ephemeral(code_->text, code_->ephemeral.public_key, salt, iv);
  hello.noise_public = to_bytes(ByteView(out.account().noise_key.public_key));
  hello.platform_id = kClientType;
  hello.platform_display = config_->platform_display;
  code_->sent = out.query(stanza::build_companion_hello(hello), PairHelloQuery{}, turn);
}

// Only an accepted code is shown: a refused one would be dead (pitfalls 5).
void Pairing::on_answer(const PairHelloQuery&, const QueryAnswer& answer, Out&, Turn& turn) {
  if (!code_) return;
  if (const auto* node = std::get_if<wire::Node>(&answer)) {
    auto ref = stanza::parse_link_code_ref(*node);
    if (!ref.ok()) return fail_code(0, "malformed_answer", turn);
    code_->ref = *ref;
    code_->expires = turn.now.mono + limits::kPairCodeMs;
    turn.event(PairCodeReady{code_->command, pair_code_display(code_->text), limits::kPairCodeMs});
    return;
  }
  const auto* error = std::get_if<stanza::IqError>(&answer);
  fail_code(error ? error->code : 0, error ? "refused" : "no_answer", turn);
}

void Pairing::on_primary_hello(const stanza::LinkCodePrimaryHello& hello, Out& out, Turn& turn) {
  if (hello.passkey) return on_passkey_request(turn);
  if (!code_ || code_->ref.empty() || hello.ref != code_->ref) return;
  if (++code_->hellos > limits::kPrimaryHellosPerCodeMax) return fail_code(0, "too_many_attempts", turn);
  const BundleRandom random{turn.random.array<32>(), turn.random.array<32>(), turn.random.array<12>()};
  auto finish = finish_pair_code(code_->text, code_->ephemeral, out.account().identity, hello.wrapped_ephemeral,
                                 hello.primary_identity, random);
  if (!finish.ok()) return turn.log(LogLevel::warning, finish.error().detail);
  out.account().adv_secret = finish->adv_secret;
  out.save_account(turn);
  code_->finished = true;
  out.query(stanza::build_companion_finish(wire::Jid{code_->phone, wire::Server::pn}, finish->wrapped_key_bundle,
                                           out.account().identity.public_key, code_->ref),
            PairFinishQuery{}, turn);
}

void Pairing::on_answer(const PairFinishQuery&, const QueryAnswer& answer, Out&, Turn& turn) {
  if (std::holds_alternative<wire::Node>(answer)) return;  // pair-success follows
  turn.event(PairFailed{"the service refused the pairing code"});
  code_.reset();
}

void Pairing::fail_code(int upstream_code, const char* reason, Turn& turn) {
  const bool shown = !code_->ref.empty();
  if (shown) {
    turn.event(PairFailed{reason});
  } else {
    turn.event(PairCodeFailed{code_->command, upstream_code, reason});
  }
  code_.reset();
}

void Pairing::on_offline(Turn& turn) {
  refs_.clear();
  refs_.shrink_to_fit();
  shown_.clear();
  ref_expires_.reset();
  ready_ = false;
  if (!code_) return;
  if (code_->ref.empty() && !code_->sent) return;  // still to be sent: the next connection may serve it
  fail_code(0, "link_lost", turn);
}

void Pairing::on_tick(Out& out, Turn& turn) {
  if (ref_expires_ && *ref_expires_ <= turn.now.mono) show_next_ref(out, turn);
  if (code_ && code_->expires <= turn.now.mono) fail_code(0, "expired", turn);
  if (exhausted_ && !code_) turn.notify(RefsUsedUp{});
}

std::optional<MonoTime> Pairing::deadline() const {
  if (!code_) return ref_expires_;
  return ref_expires_ && *ref_expires_ < code_->expires ? *ref_expires_ : code_->expires;
}

std::optional<Pairing::Qr> Pairing::qr() const {
  if (shown_.empty() || !ref_expires_) return std::nullopt;
  return Qr{shown_, *ref_expires_};
}

}  // namespace wa::client
