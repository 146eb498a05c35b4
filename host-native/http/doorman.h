// Who may come in, known from the head of a request: whose token it carries, before a byte of its body is read. What is
// known here is only a gate: the directory looks at every token again when it handles the request.
// Guarantees: tokens are kept as hashes; an address that keeps asking with unknown tokens waits longer and longer, while
// callers who are known are not held up by it; of an address no more tokens are looked up at once than may still turn out
// unknown, the others wait their turn; tables are bounded. From any thread.
// Does not: decide what a caller may do.
#pragma once

#include <array>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "http/server.h"

namespace wa::native {

// Unknown tokens of an address: so many at once, then one in `refill`; all new addresses share one count when the table is full.
class FailureLimit {
 public:
  struct Rates {
    std::int64_t at_once = 60, refill_ms = 1'000;
    std::size_t addresses_max = 65'536;
  };
  explicit FailureLimit(Rates rates) : rates_(rates) {}
  // 0: may try, also if `under_way` others that are not decided all fail.
  std::int64_t wait_s(AddressKey address, std::int64_t now_ms, std::size_t under_way = 0) const;
  void failed(AddressKey address, std::int64_t now_ms);
  std::size_t size() const { return paid_until_ms_.size(); }

 private:
  AddressKey slot_of(AddressKey address) const;
  Rates rates_;
  std::unordered_map<AddressKey, std::int64_t> paid_until_ms_;  // those in the future
};

class Doorman {
 public:
  struct Found {
    enum class Is : std::uint8_t { nobody, somebody, unknown } is = Is::unknown;  // unknown: the directory could not be read
    std::string tenant;                                                           // "" for the master token
  };
  using Lookup = std::function<void(const std::string& authorization, std::function<void(Found)>)>;
  // `by_address` false: behind a proxy all callers have one address.
  Doorman(Lookup lookup, bool by_address, FailureLimit::Rates rates = {});

  std::optional<Admission> known(const HttpHead& head, AddressKey address);
  void ask(const HttpHead& head, AddressKey address, std::function<void(Admission)> tell);
  // The directory refused it: a token that was known once was revoked.
  void forget(const std::string& authorization);
  static Reply unauthorized();

 private:
  using Hash = std::array<std::uint8_t, 32>;
  struct FirstBytes {
    std::size_t operator()(const Hash& hash) const;
  };
  struct Question {
    std::string authorization;
    Hash hash{};
    AddressKey address = 0;
    std::function<void(Admission)> tell;
  };
  struct Line {  // the questions of an address; a connection has one at a time
    std::size_t asked = 0;
    bool walked = false;  // by whoever goes along those that wait: one at a time
    std::deque<Question> waiting;
  };
  static Hash hash_of(const std::string& authorization);
  std::optional<Admission> decided(const Hash& hash, AddressKey address) const;
  bool may_ask(AddressKey address, const Line& line) const;
  void look_up(Question question) noexcept;
  Admission told(const Found& found, const Question& question);
  void over(Question& question, Admission admission) noexcept;
  void answered(AddressKey address) noexcept;
  bool next_of(AddressKey address, Question& next, std::optional<Admission>& known) noexcept;

  Lookup lookup_;
  const bool by_address_;
  std::mutex mutex_;
  FailureLimit failures_;
  std::unordered_map<AddressKey, Line> lines_;                 // that are not empty
  std::unordered_map<Hash, std::string, FirstBytes> tenants_;  // by token
};

}  // namespace wa::native
