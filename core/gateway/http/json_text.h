// JSON written straight into a text, for lists of many thousand entries. Guarantees: byte by byte what compact() makes of the
// same values. Does not check that names differ, nor that what was opened is closed.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace wa::gateway {

void append_text(std::string& out, std::string_view value);  // quoted

// The members of one object, in this order. Closed by close().
class ObjectText {
 public:
  explicit ObjectText(std::string& out) : out_(out) { out_ += '{'; }
  ObjectText& text(std::string_view name, std::string_view value);
  ObjectText& text_or_null(std::string_view name, std::string_view value);  // null: empty
  ObjectText& moment(std::string_view name, WallTime value);
  ObjectText& flag(std::string_view name, bool value);
  ObjectText& number(std::string_view name, std::uint64_t value);
  ObjectText& null(std::string_view name);
  ObjectText& json(std::string_view name, std::string_view value);          // that is JSON already
  void close() { out_ += '}'; }

 private:
  void name(std::string_view name);

  std::string& out_;
  bool first_ = true;
};

// An array of objects.
class ListText {
 public:
  ObjectText add();
  std::size_t count() const { return count_; }
  std::string finish() && { return std::move(out_ += ']'); }

 private:
  std::string out_ = "[";
  std::size_t count_ = 0;
};

}  // namespace wa::gateway
