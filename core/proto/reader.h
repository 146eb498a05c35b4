// Reads a protobuf message by the numbers of its fields (k...FieldNumber of the schemas), without a generated class:
// README.md says what each costs.
// Guarantees: a message means what it means to the generated class. The last one of a field counts, a field of another
// wire type is unknown, a message given twice is merged; what the class refuses is refused. Bytes are not copied, but
// those of a message that was given in parts.
// Differs: groups, which no schema of ours has, are refused, unknown ones too.
// Does not know a schema: types are the caller's. Each look-up walks the level: it is for messages of few fields.
#pragma once

#include <string>

#include "base/bytes.h"
#include "proto/item.h"

namespace wa::proto {

// The fields of a message that are messages themselves, and what is in those: they are checked with it. An array of
// them ends with {}.
struct Nested {
  int field = 0;
  const Nested* inside = nullptr;  // nullptr: no messages in it
};
extern const Nested kPackedNumbers[1];  // as `inside`: not a message, but varints one after the other

class Repeated;

// A view of a message that was checked (Parsed). Of what is missing: 0, nothing, an empty message.
class Reader {
 public:
  Reader() = default;

  bool has(int field) const;  // bytes, text, or a message
  bool has_number(int field) const;
  std::uint64_t uint64(int field) const;
  std::int64_t int64(int field) const { return static_cast<std::int64_t>(uint64(field)); }
  std::uint32_t uint32(int field) const { return static_cast<std::uint32_t>(uint64(field)); }
  std::int32_t int32(int field) const { return static_cast<std::int32_t>(uint64(field)); }
  bool flag(int field) const { return uint64(field) != 0; }
  ByteView bytes(int field) const;
  std::string text(int field) const;
  Reader message(int field) const;
  Repeated repeated(int field) const;
  std::size_t count(int field) const;  // of bytes, texts or messages

  Items items() const { return Items(bytes_); }
  ByteView raw() const { return bytes_; }

 private:
  friend class Parsed;
  friend class Repeated;
  using Joined = std::vector<Bytes>;  // messages that were given in parts
  Reader(ByteView bytes, Joined* joined) : bytes_(bytes), joined_(joined) {}
  std::size_t find(int field, Wire wire, Item& last) const;

  ByteView bytes_;
  Joined* joined_ = nullptr;
};

// Bytes, texts or messages: `for (auto each = message.repeated(n); each.next();) each.text()`.
class Repeated {
 public:
  bool next();
  ByteView bytes() const { return at_.bytes; }
  std::string text() const { return to_string(at_.bytes); }
  Reader message() const { return {at_.bytes, joined_}; }

 private:
  friend class Reader;
  Repeated(const Reader& of, int field) : items_(of.bytes_), field_(field), joined_(of.joined_) {}
  Items items_;
  Item at_;
  int field_;
  Reader::Joined* joined_;
};

// Checks a message and what is nested in it, once. The views into it live as long as this and `bytes` do.
class Parsed {
 public:
  explicit Parsed(ByteView bytes, const Nested* nested = nullptr);
  Parsed(const Parsed&) = delete;
  Parsed& operator=(const Parsed&) = delete;
  ~Parsed();

  // False: malformed, nested deeper than kNestingMax, or more than a media file may have. Then there are no fields.
  explicit operator bool() const { return ok_; }
  const Reader* operator->() const { return &root_; }
  const Reader& operator*() const { return root_; }

  static constexpr int kNestingMax = 100;  // as the library has it

 private:
  Reader::Joined joined_;
  Reader root_;
  bool ok_;
};

}  // namespace wa::proto
