// tested by unit/gateway/http/pages_test.cpp
#include "gateway/http/json_text.h"

#include <algorithm>

#include "base/encoding.h"
#include "gateway/http/json.h"

namespace wa::gateway {

void append_text(std::string& out, std::string_view value) {
  const auto plain = [](char c) { return static_cast<signed char>(c) >= 0x20 && c != '"' && c != '\\'; };
  if (!std::all_of(value.begin(), value.end(), plain)) {
    out += compact(Json(std::string(value)));
    return;
  }
  out += '"';
  out += value;
  out += '"';
}

void ObjectText::name(std::string_view name) {
  if (!first_) out_ += ',';
  first_ = false;
  out_ += '"';
  out_ += name;
  out_ += "\":";
}

ObjectText& ObjectText::text(std::string_view n, std::string_view value) {
  name(n);
  append_text(out_, value);
  return *this;
}

ObjectText& ObjectText::text_or_null(std::string_view n, std::string_view value) {
  return value.empty() ? null(n) : text(n, value);
}

ObjectText& ObjectText::moment(std::string_view n, WallTime value) { return text(n, rfc3339(value)); }
ObjectText& ObjectText::flag(std::string_view n, bool value) { return json(n, value ? "true" : "false"); }
ObjectText& ObjectText::number(std::string_view n, std::uint64_t value) { return json(n, std::to_string(value)); }
ObjectText& ObjectText::null(std::string_view n) { return json(n, "null"); }

ObjectText& ObjectText::json(std::string_view n, std::string_view value) {
  name(n);
  out_ += value;
  return *this;
}

ObjectText ListText::add() {
  if (count_++ > 0) out_ += ',';
  return ObjectText(out_);
}

}  // namespace wa::gateway
