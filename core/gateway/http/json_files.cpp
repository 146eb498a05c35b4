// tested by unit/gateway/http/file_bodies_test.cpp
#include "gateway/http/json_files.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/encoding.h"
#include "base/limits.h"

namespace wa::gateway {
namespace {

constexpr std::string_view kDataUri = "data:";
constexpr std::string_view kBase64Mark = ";base64";
constexpr std::size_t kPrefixBytesMax = 256, kKeyBytesMax = 256;

constexpr std::array<std::int8_t, 256> make_digits() {
  std::array<std::int8_t, 256> out{};
  for (auto& one : out) one = -1;
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  for (std::size_t i = 0; i < kAlphabet.size(); ++i)
    out[static_cast<std::uint8_t>(kAlphabet[i])] = static_cast<std::int8_t>(i);
  out['+'] = out['-'] = 62;
  out['/'] = out['_'] = 63;
  return out;
}
constexpr std::array<std::int8_t, 256> kDigits = make_digits();

}  // namespace

bool Base64Text::take(std::string_view written, Bytes& out) {
  out.reserve(out.size() + written.size() * 3 / 4 + 3);
  for (const char c : written) {
    const bool good = escape_.empty() && c != '\\' ? take_char(c, out) : take_escaped(c, out);
    if (!good) return false;
  }
  return true;
}

// What encoders of JSON write for the characters of base64: \/ and \u002b, and line ends.
bool Base64Text::take_escaped(char c, Bytes& out) {
  escape_ += c;
  if (escape_.size() == 1) return true;
  if (escape_[1] == 'u') {
    if (escape_.size() < 6) return true;
    int code = 0;
    for (std::size_t i = 2; i < 6; ++i) {
      const int digit = hex_value(escape_[i]);
      if (digit < 0) return false;
      code = code * 16 + digit;
    }
    escape_.clear();
    return code < 0x80 && take_char(static_cast<char>(code), out);
  }
  const char name = escape_[1];
  escape_.clear();
  if (name == 'n') return take_char('\n', out);
  if (name == 'r') return take_char('\r', out);
  return name == '/' && take_char('/', out);
}

bool Base64Text::take_char(char c, Bytes& out) { return begun_ ? take_digit(c, out) : take_prefix(c, out); }

// Until it is known whether this is a data URI, and of what.
bool Base64Text::take_prefix(char c, Bytes& out) {
  prefix_ += c;
  const bool may_be = kDataUri.substr(0, prefix_.size()) == prefix_.substr(0, kDataUri.size());
  if (!may_be) {
    begun_ = true;
    const std::string digits = std::exchange(prefix_, {});
    return std::all_of(digits.begin(), digits.end(), [&](char digit) { return take_digit(digit, out); });
  }
  if (prefix_.size() > kPrefixBytesMax) return false;
  if (c != ',') return true;
  const std::string_view type = std::string_view(prefix_).substr(kDataUri.size(), prefix_.size() - kDataUri.size() - 1);
  if (type.size() < kBase64Mark.size() || type.substr(type.size() - kBase64Mark.size()) != kBase64Mark) return false;
  mime_type_ = type.substr(0, type.size() - kBase64Mark.size());
  prefix_.clear();
  return begun_ = true;
}

bool Base64Text::take_digit(char c, Bytes& out) {
  if (c == '\n' || c == '\r') return true;
  if (c == '=') return ++padding_ <= 2;
  const int value = kDigits[static_cast<std::uint8_t>(c)];
  if (value < 0 || padding_ > 0) return false;
  ++digits_;
  group_ = group_ << 6 | static_cast<std::uint32_t>(value);
  bits_ += 6;
  if (bits_ < 8) return true;
  bits_ -= 8;
  out.push_back(static_cast<std::uint8_t>(group_ >> bits_));
  return true;
}

bool Base64Text::finish() { return begun_ && escape_.empty() && digits_ % 4 != 1; }

BodyParts JsonFiles::take(std::string_view piece) {
  BodyParts out;
  while (!piece.empty() && !failure()) {
    const std::size_t taken = in_string_ ? take_string(piece, out) : take_text(piece);
    piece.remove_prefix(taken);
    if (text_.size() > limits::kBodyBytesMax) fail(too_large("the JSON body without its files is larger than 1 MiB"));
  }
  if (failure()) out.clear();
  return out;
}

BodyParts JsonFiles::finish(std::string& json) {
  if (in_string_ || !levels_.empty()) fail(invalid_request("the body is not valid JSON: it ends too early"));
  json = std::move(text_);
  return {};
}

// Between strings, up to the next one.
std::size_t JsonFiles::take_text(std::string_view piece) {
  std::size_t at = 0;
  for (; at < piece.size() && !in_string_ && !failure(); ++at) structure(piece[at]);
  text_ += piece.substr(0, at);
  return at;
}

void JsonFiles::structure(char c) {
  switch (c) {
    case '"':
      in_string_ = true;
      is_key_ = expects_key_;
      after_backslash_ = false;
      string_at_ = std::string::npos;   // where it is: known once it is in text_
      break;
    case '{':
    case '[':
      if (levels_.size() >= limits::kJsonDepthMax) return fail(invalid_request("the body is nested too deep"));
      levels_.push_back({c == '[', 0, {}});
      expects_key_ = c == '{';
      break;
    case '}':
    case ']':
      if (levels_.empty() || levels_.back().array != (c == ']'))
        return fail(invalid_request("the body is not valid JSON"));
      levels_.pop_back();
      expects_key_ = false;
      break;
    case ':': expects_key_ = false; break;
    case ',':
      if (levels_.empty()) return;
      if (levels_.back().array) ++levels_.back().index;
      expects_key_ = !levels_.back().array;
      break;
    default: break;
  }
}

// Inside a string: up to its end, or all there is.
std::size_t JsonFiles::take_string(std::string_view piece, BodyParts& out) {
  if (string_at_ == std::string::npos) string_at_ = text_.size() - 1;
  std::size_t end = 0;
  while (end < piece.size()) {
    const char c = piece[end];
    if (!after_backslash_ && c == '"') break;
    after_backslash_ = !after_backslash_ && c == '\\';
    ++end;
  }
  // So that it does not matter how the bytes arrive: a string is a file from the byte on that makes it too long.
  std::string_view written = piece.substr(0, end);
  if (!file_) {
    const std::size_t more = std::min(written.size(), inline_bytes_max_ + 1 - (text_.size() - string_at_ - 1));
    text_ += written.substr(0, more);
    written.remove_prefix(more);
    if (text_.size() - string_at_ - 1 > inline_bytes_max_) begin_file(out);
  }
  if (file_ && !failure()) file_text(written, out);
  if (end == piece.size() || failure()) return std::max<std::size_t>(end, 1);
  end_string(out);
  return end + 1;
}

void JsonFiles::begin_file(BodyParts& out) {
  member_ = place();
  if (is_key_) return fail(invalid_request("the body has a name that is longer than 32 KiB"));
  if (!is_new(member_)) return;
  const std::string begun = text_.substr(string_at_ + 1);
  text_.resize(string_at_);
  text_ += "null";
  file_.emplace();
  told_ = false;
  file_text(begun, out);
}

void JsonFiles::file_text(std::string_view written, BodyParts& out) {
  FileBytes decoded;
  if (!file_->take(written, decoded.bytes)) return not_base64();
  if (!told_ && file_->begun()) {
    told_ = true;
    out.push_back(FileBegins{member_, {}, file_->mime_type()});
  }
  if (!decoded.bytes.empty()) out.push_back(std::move(decoded));
}

void JsonFiles::not_base64() {
  Failure failed = bad_field(
      "", "is longer than 32 KiB and not base64: a file is base64, with or without \"data:<type>;base64,\" before it");
  failed.validation.front().field = member_;
  fail(std::move(failed));
}

void JsonFiles::end_string(BodyParts& out) {
  in_string_ = false;
  if (file_) {
    if (!file_->finish()) return not_base64();
    file_.reset();
    out.push_back(FileEnds{});
    return;
  }
  if (is_key_ && !levels_.empty()) {
    const std::string written = text_.substr(string_at_);
    const auto key = written.size() <= kKeyBytesMax ? parse_json(written + '"') : std::nullopt;
    const auto* name = key ? key->get_ptr<const std::string*>() : nullptr;
    levels_.back().key = name ? *name : std::string("?");
  }
  text_ += '"';
}

std::string JsonFiles::place() const {
  std::string out;
  for (const Level& level : levels_) {
    if (level.array) out += '[' + std::to_string(level.index) + ']';
    else out += (out.empty() ? "" : ".") + level.key;
  }
  return out;
}

}  // namespace wa::gateway
