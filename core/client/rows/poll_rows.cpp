// tested by unit/client/rows/poll_rows_test.cpp
#include "client/rows/poll_rows.h"

#include <algorithm>

#include "base/limits.h"
#include "client/rows/lid_map.h"
#include "store/ring.h"
#include "store/row.h"

namespace wa::client {
namespace {

constexpr std::uint8_t kPollRowVersion = 1;
constexpr store::RecentRows kOurs(store::Table::polls, 'o', kOwnPollsKept);
constexpr store::RecentRows kOthers(store::Table::polls, 't', kOtherPollsKept);
constexpr std::size_t kQuestionBytesKept = 1024, kOptionBytesKept = 6u << 10;

std::string poll_key(const wire::Jid& author, const std::string& id) { return author.user_jid().text() + '|' + id; }

Bytes encode_poll(const PollRow& from) {
  RowWriter row(kPollRowVersion);
  row.text(from.chat.text()).text(from.question).flag(from.several).i64(from.since.ms);
  row.u32(static_cast<std::uint32_t>(from.options.size()));
  for (const std::string& option : from.options) row.text(option);
  for (const PollVote& vote : from.votes) row.text(vote.voter.text()).u64(vote.options).i64(vote.time.ms);
  return std::move(row).finish();
}

std::optional<PollRow> decode_poll(ByteView bytes) {
  RowReader row(bytes, kPollRowVersion);
  PollRow out;
  const auto chat = wire::parse_jid(row.text());
  out.question = row.text();
  out.several = row.flag();
  out.since.ms = row.i64();
  for (std::uint32_t left = row.u32(); left > 0 && row.more() && out.options.size() < kOptionsKept; --left) {
    out.options.push_back(row.text());
  }
  while (row.more() && out.votes.size() < kVotersKept) {
    const auto voter = wire::parse_jid(row.text());
    PollVote vote;
    vote.options = row.u64();
    vote.time.ms = row.i64();
    if (!voter) return std::nullopt;
    vote.voter = *voter;
    out.votes.push_back(std::move(vote));
  }
  if (!chat || !row.finish()) return std::nullopt;
  out.chat = *chat;
  return out;
}

// Where it stands. A row of before the LID of its author was known stands under the number. No ring: it is not kept.
struct Place { const store::RecentRows* ring = nullptr; std::string key; };
Place place_of(const store::Txn& txn, const wire::Jid& author, const std::string& id) {
  const wire::Jid user = author.user_jid();
  for (const wire::Jid& form : {lid_or_same(txn, user), pn_or_same(txn, user)}) {
    const std::string key = poll_key(form, id);
    if (kOurs.has(txn, key)) return {&kOurs, key};
    if (kOthers.has(txn, key)) return {&kOthers, key};
  }
  return {nullptr, poll_key(lid_or_same(txn, user), id)};
}

// So much of the options as fits.
void bound(std::vector<std::string>& options) {
  std::size_t left = kOptionBytesKept, kept = 0;
  while (kept < options.size() && kept < kOptionsKept && options[kept].size() <= left) left -= options[kept++].size();
  options.resize(kept);
}

}  // namespace

void remember_poll(store::Txn& txn, const wire::Jid& author, const std::string& id, bool ours, PollRow poll) {
  const Place place = place_of(txn, author, id);
  if (place.ring) return;
  if (poll.question.size() > kQuestionBytesKept) poll.question.clear();
  bound(poll.options);
  (ours ? kOurs : kOthers).remember(txn, place.key, encode_poll(poll));
}

std::optional<PollRow> find_poll(const store::Txn& txn, const wire::Jid& author, const std::string& id, WallTime now) {
  const Place place = place_of(txn, author, id);
  const auto row = place.ring ? place.ring->find(txn, place.key) : std::nullopt;
  auto poll = row ? decode_poll(*row) : std::nullopt;
  if (poll && now - poll->since > limits::kPollSecretKeptMs) poll.reset();
  return poll;
}

void note_vote(store::Txn& txn, const wire::Jid& author, const std::string& id, const wire::Jid& voter,
               const std::vector<std::string>& options, WallTime time) {
  const Place place = place_of(txn, author, id);
  const auto row = place.ring ? place.ring->find(txn, place.key) : std::nullopt;
  auto poll = row ? decode_poll(*row) : std::nullopt;
  if (!poll) return;
  PollVote vote{lid_or_same(txn, voter.user_jid()), 0, time};
  for (const std::string& option : options) {
    auto found = std::find(poll->options.begin(), poll->options.end(), option);
    if (found == poll->options.end()) found = poll->options.insert(found, option);
    const auto at = static_cast<std::size_t>(found - poll->options.begin());
    if (at < kOptionsKept) vote.options |= std::uint64_t{1} << at;
  }
  bound(poll->options);
  const auto known = std::find_if(poll->votes.begin(), poll->votes.end(),
                                  [&](const PollVote& one) { return same_user(txn, one.voter, voter); });
  if (known == poll->votes.end()) {
    if (poll->votes.size() == kVotersKept) return;
    poll->votes.push_back(std::move(vote));
  } else if (known->time <= time) {
    *known = std::move(vote);
  }
  place.ring->remember(txn, place.key, encode_poll(*poll));
}

}  // namespace wa::client
