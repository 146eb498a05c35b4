#include "client/prekeys/prekey_supply.h"

#include <algorithm>

#include "base/limits.h"
#include "signal/prekeys.h"
#include "stanza/queries/prekeys.h"

namespace wa::client {
namespace {

constexpr std::int64_t kRetryMs = 60'000;

stanza::SignedPrekeyPublic public_part(const signal::SignedPrekey& prekey) {
  return {prekey.id, prekey.key.public_key, prekey.signature};
}

}  // namespace

void PrekeyFlow::on_online(Out& out, Turn& turn) {
  signal::drop_old_given(turn.txn, turn.now.wall);
  if (!signal::ever_uploaded(turn.txn)) {
    upload(0, out, turn);
  } else {
    out.query(stanza::build_prekey_count_query(), PrekeyCountQuery{}, turn);
  }
  rotate_if_due(out, turn);
}

void PrekeyFlow::on_low(std::uint32_t left, Out& out, Turn& turn) {
  if (out.online()) upload(left, out, turn);
}

void PrekeyFlow::check_digest(Out& out, Turn& turn) { out.query(stanza::build_digest_query(), PrekeyDigestQuery{}, turn); }

// The first upload is one query of everything; later ones fill up in batches.
void PrekeyFlow::upload(std::uint32_t have, Out& out, Turn& turn) {
  if (uploading_ || have >= config_.prekey_count) return;
  const auto signed_prekey = signal::current_signed_prekey(turn.txn);
  if (!signed_prekey) return turn.log(LogLevel::error, "signed prekey is missing");
  const bool first = !signal::ever_uploaded(turn.txn);
  const std::uint32_t missing = config_.prekey_count - have;
  const auto prekeys =
      signal::prekeys_for_upload(turn.txn, first ? missing : std::min(missing, limits::kPrekeysBatch), turn.random);
  std::vector<stanza::PrekeyPublic> publics;
  PrekeyUploadQuery query;
  query.had = have;
  for (const signal::Prekey& prekey : prekeys) {
    publics.push_back({prekey.id, prekey.key.public_key});
    query.ids.push_back(prekey.id);
  }
  const Account& account = out.account();
  uploading_ = out.query(stanza::build_prekey_upload(account.registration_id, account.identity.public_key, publics,
                                                     public_part(*signed_prekey)),
                         std::move(query), turn);
}

void PrekeyFlow::on_answer(const PrekeyCountQuery& query, const QueryAnswer& answer, Out& out, Turn& turn) {
  const auto* node = std::get_if<wire::Node>(&answer);
  if (!node) return retry_later(turn);
  auto count = stanza::parse_prekey_count(*node);
  if (!count.ok()) return turn.log(LogLevel::warning, count.error().detail);
  // Filling up goes on only while the count grows: a service that counts otherwise must not make us upload for ever.
  // A key that somebody took meanwhile is no reason either.
  const bool growing = query.topping_up_from && *count > *query.topping_up_from;
  const bool short_of_many = *count + limits::kPrekeysLow <= config_.prekey_count;
  if (*count < limits::kPrekeysLow || (growing && short_of_many)) return upload(*count, out, turn);
  if (!repaired_) check_digest(out, turn);
}

void PrekeyFlow::on_answer(const PrekeyUploadQuery& query, const QueryAnswer& answer, Out& out, Turn& turn) {
  uploading_ = false;
  if (!std::holds_alternative<wire::Node>(answer)) return retry_later(turn);
  signal::mark_uploaded(turn.txn, query.ids);
  turn.log(LogLevel::info, "prekeys uploaded", static_cast<std::int64_t>(query.ids.size()));
  out.query(stanza::build_prekey_count_query(), PrekeyCountQuery{query.had}, turn);
}

// What the service holds must be what we hold: otherwise nobody can start a session with us.
void PrekeyFlow::on_answer(const PrekeyDigestQuery&, const QueryAnswer& answer, Out& out, Turn& turn) {
  if (const auto* error = std::get_if<stanza::IqError>(&answer)) {
    if (error->code == 404) repair(out, turn);
    return;
  }
  const auto* node = std::get_if<wire::Node>(&answer);
  if (!node) return;
  auto digest = stanza::parse_digest(*node);
  if (!digest.ok()) return;  // optional check: a digest of another form proves nothing
  const auto signed_prekey = signal::current_signed_prekey(turn.txn);
  const Account& account = out.account();
  if (digest->registration_id == account.registration_id && digest->identity == account.identity.public_key && signed_prekey &&
      digest->signed_prekey.id == signed_prekey->id) {
    return;
  }
  turn.log(LogLevel::warning, "the service holds other keys of ours: uploading again");
  repair(out, turn);
}

// Once per connection: a service that goes on answering so would have us upload for ever.
void PrekeyFlow::repair(Out& out, Turn& turn) {
  if (repaired_) return;
  repaired_ = true;
  upload(0, out, turn);
}

void PrekeyFlow::rotate_if_due(Out& out, Turn& turn) {
  const auto current = signal::current_signed_prekey(turn.txn);
  if (!current || turn.now.wall.ms - current->created_ms < limits::kSignedPrekeyRotateMs) return;
  const std::uint32_t id = current->id % limits::kPrekeyIdMax + 1;
  const auto next = signal::make_signed_prekey(out.account().identity, id, turn.now.wall.ms, turn.random);
  signal::store_signed_prekey(turn.txn, next);
  out.query(stanza::build_signed_prekey_rotation(public_part(next)), SignedPrekeyQuery{id}, turn);
}

// A refused rotation does no harm now: the digest check after the next login finds the difference.
void PrekeyFlow::on_answer(const SignedPrekeyQuery& query, const QueryAnswer& answer, Out&, Turn& turn) {
  const bool done = std::holds_alternative<wire::Node>(answer);
  turn.log(done ? LogLevel::info : LogLevel::warning, done ? "signed prekey rotated" : "signed prekey rotation failed", query.id);
}

void PrekeyFlow::retry_later(Turn& turn) { retry_at_ = turn.now.mono + kRetryMs; }

void PrekeyFlow::on_tick(Out& out, Turn& turn) {
  if (!retry_at_ || turn.now.mono < *retry_at_) return;
  retry_at_.reset();
  if (out.online()) on_online(out, turn);
}

}  // namespace wa::client
