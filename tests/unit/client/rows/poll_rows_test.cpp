// Rows of polls: the newest vote of each voter counts, and nothing grows without end.
#include "client/rows/poll_rows.h"

#include <catch2/catch.hpp>

#include "base/limits.h"
#include "client/rows/lid_map.h"
#include "client/rows/row_bounds.h"
#include "store/memory_store.h"

namespace poll_rows_test {

using namespace wa;
using namespace wa::client;

namespace {

wire::Jid jid(const std::string& text) { return *wire::parse_jid(text); }
const wire::Jid kOwn = jid("5511999999999@s.whatsapp.net"), kAna = jid("5511777777777@s.whatsapp.net"),
                kAnaLid = jid("70000000000003@lid");
const WallTime kNow{1'750'000'000'000};

PollRow poll() {
  PollRow out;
  out.chat = jid("120363000000000001@g.us");
  out.question = "Lunch?";
  out.since = kNow;
  out.options = {"a", "b"};
  return out;
}

}  // namespace

TEST_CASE("a voter is one, by either id, and the newest vote counts whatever comes last") {
  store::MemoryStore rows;
  store::Txn txn(rows);
  remember_poll(txn, kOwn, "P", true, poll());
  note_vote(txn, kOwn, "P", kAna, {"a"}, kNow + 2'000);
  learn_lid(txn, kAna, kAnaLid);
  note_vote(txn, kOwn, "P", kAnaLid, {"b"}, kNow + 3'000);
  note_vote(txn, kOwn, "P", kAna, {"a"}, kNow + 1'000);   // late
  auto kept = find_poll(txn, kOwn, "P", kNow);
  REQUIRE(kept);
  REQUIRE(kept->votes.size() == 1);
  CHECK(kept->votes[0].options == 2);
  CHECK(kept->votes[0].time == kNow + 3'000);
  note_vote(txn, kOwn, "P", kAna, {}, kNow + 4'000);      // taken back
  CHECK(find_poll(txn, kOwn, "P", kNow)->votes[0].options == 0);
  note_vote(txn, kOwn, "P", kAna, {"new"}, kNow + 5'000);
  kept = find_poll(txn, kOwn, "P", kNow);
  CHECK(kept->options == std::vector<std::string>{"a", "b", "new"});
  CHECK(kept->votes[0].options == 4);
}

TEST_CASE("a poll is its author's; of one that is not kept nothing is noted") {
  store::MemoryStore rows;
  store::Txn txn(rows);
  remember_poll(txn, kOwn, "P", true, poll());
  PollRow other = poll();
  other.question = "mine now";
  remember_poll(txn, kAna, "P", false, other);
  remember_poll(txn, kOwn, "P", false, other);   // told again: the first one stays
  CHECK(find_poll(txn, kOwn, "P", kNow)->question == "Lunch?");
  CHECK(find_poll(txn, kAna, "P", kNow)->question == "mine now");
  note_vote(txn, kOwn, "NONE", kAna, {"a"}, kNow);
  CHECK_FALSE(find_poll(txn, kOwn, "NONE", kNow));
  CHECK_FALSE(find_poll(txn, kOwn, "P", kNow + limits::kPollSecretKeptMs + 1));
  // Found by the number and by the LID, whichever was known when.
  learn_lid(txn, kAna, kAnaLid);
  CHECK(find_poll(txn, kAnaLid, "P", kNow));
}

TEST_CASE("polls, options and voters have an end") {
  store::MemoryStore rows;
  store::Txn txn(rows);
  PollRow large = poll();
  large.question.assign(5'000, 'q');
  large.options.assign(100, std::string(1'000, 'o'));
  remember_poll(txn, kOwn, "L", true, large);
  CHECK(find_poll(txn, kOwn, "L", kNow)->options.size() == 6);
  remember_poll(txn, kOwn, "P", true, poll());
  for (std::size_t i = 0; i < kVotersKept + 5; ++i) {
    note_vote(txn, kOwn, "P", jid(std::to_string(5'511'900'000'000 + i) + "@s.whatsapp.net"), {"a"}, kNow);
  }
  CHECK(find_poll(txn, kOwn, "P", kNow)->votes.size() == kVotersKept);
  for (std::size_t i = 0; i < kOtherPollsKept + 5; ++i) remember_poll(txn, kAna, "S" + std::to_string(i), false,
      poll());
  CHECK(find_poll(txn, kOwn, "P", kNow));   // theirs make no room
  CHECK_FALSE(find_poll(txn, kAna, "S0", kNow));
  rows.apply(txn.take());
  std::size_t largest = 0, count = 0;
  for (const auto& [key, value] : rows.rows()) {
    if (key.table != store::Table::polls) continue;
    ++count;
    largest = std::max(largest, value.size());
  }
  for (const auto& bound : row_bounds::kAll) {
    if (bound.table != store::Table::polls) continue;
    CHECK(count <= bound.rows_each);
    CHECK(largest <= bound.row_bytes);
  }
}

}  // namespace poll_rows_test
