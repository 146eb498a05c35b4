// tested by unit/gateway/http/file_bodies_test.cpp
#include "gateway/http/form_files.h"

#include <algorithm>
#include <utility>

#include "base/encoding.h"
#include "base/limits.h"
#include "gateway/http/json_files.h"

namespace wa::gateway {
namespace {

constexpr std::size_t kPartHeadBytesMax = 8u << 10, kBoundaryBytesMax = 70, kListMax = 2048, kTextsMax = 4096;

char lower_letter(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
std::string form_lower_case(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = lower_letter(c);
  return out;
}
std::string_view form_trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

Failure malformed_form(const char* text) { return invalid_request(text); }

// Where a quoted string ends, behind its quote; npos: nowhere.
std::size_t end_of_quoted(std::string_view text, std::string& out) {
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '"') return i + 1;
    // Browsers escape nothing with a backslash, and a path of Windows is full of them: only a quote.
    if (text[i] == '\\' && i + 1 < text.size() && text[i + 1] == '"') ++i;
    out += text[i];
  }
  return std::string_view::npos;
}

// filename*=UTF-8''caf%C3%A9.jpg
std::optional<std::string> extended_text(std::string_view value) {
  const auto mark = value.find("''");
  if (mark == std::string_view::npos || form_lower_case(value.substr(0, mark)) != "utf-8") return std::nullopt;
  std::string out;
  for (std::size_t i = mark + 2; i < value.size(); ++i) {
    const int high = value[i] == '%' && i + 2 < value.size() ? hex_value(value[i + 1]) : -1;
    const int low = high >= 0 ? hex_value(value[i + 2]) : -1;
    out += low >= 0 ? static_cast<char>(high * 16 + low) : value[i];
    if (low >= 0) i += 2;
  }
  return out;
}

bool is_json_body(std::string_view type) {
  return type.empty() || type == "application/json" || type == "text/json" ||
         (type.size() > 5 && type.substr(type.size() - 5) == "+json");
}

}  // namespace

std::optional<std::string> header_parameter(std::string_view value, std::string_view name) {
  std::size_t at = value.find(';');
  while (at < value.size()) {
    std::string_view rest = value.substr(at + 1);
    const auto equals = rest.find_first_of("=;");
    if (equals == std::string_view::npos || rest[equals] == ';') {
      at = equals == std::string_view::npos ? equals : at + 1 + equals;
      continue;
    }
    const std::string found = form_lower_case(form_trimmed(rest.substr(0, equals)));
    std::size_t begin = equals + 1;
    while (begin < rest.size() && rest[begin] == ' ') ++begin;
    std::string text;
    std::size_t end = 0;
    if (begin < rest.size() && rest[begin] == '"') {
      end = end_of_quoted(rest.substr(begin), text);
      if (end == std::string_view::npos) return std::nullopt;
      end = rest.find(';', begin + end);
    } else {
      end = rest.find(';', begin);
      text = form_trimmed(rest.substr(begin, end == std::string_view::npos ? end : end - begin));
    }
    if (found == name) return text;
    at = end == std::string_view::npos ? end : at + 1 + end;
  }
  return std::nullopt;
}

std::unique_ptr<FileBody> FileBody::of(std::string_view content_type, const Target& target, Failure& failed) {
  const std::string type = form_lower_case(form_trimmed(content_type.substr(0, content_type.find(';'))));
  if (is_json_body(type)) return std::make_unique<JsonFiles>();
  if (type == "multipart/form-data") {
    const auto boundary = header_parameter(content_type, "boundary");
    if (boundary && !boundary->empty() && boundary->size() <= kBoundaryBytesMax)
      return std::make_unique<FormFiles>(*boundary);
    failed = malformed_form("multipart/form-data needs a boundary of 1 to 70 characters");
    return nullptr;
  }
  const auto slash = type.find('/');
  const bool whole = slash != std::string::npos && slash > 0 && slash + 1 < type.size() &&
                     type.find_first_of(" \t\",;") == std::string::npos;
  if (whole && type != "application/x-www-form-urlencoded" && type.rfind("multipart/", 0) != 0)
    return std::make_unique<WholeFile>(content_type, target);
  failed =
      invalid_request("the body must be application/json, multipart/form-data, or a file with its own Content-Type");
  failed.status = 415;
  failed.code = "UNSUPPORTED_MEDIA_TYPE";
  return nullptr;
}

bool FileBody::is_new(const std::string& member) {
  if (std::find(members_.begin(), members_.end(), member) != members_.end()) {
    Failure failed = bad_field("", "is given twice");
    failed.validation.front().field = member;
    fail(std::move(failed));
  } else if (members_.size() >= kJsonMembersMax) {
    fail(invalid_request("the body has more files than any endpoint takes"));
  } else {
    members_.push_back(member);
    return true;
  }
  return false;
}

BodyParts FormFiles::take(std::string_view piece) {
  BodyParts out;
  waiting_ += piece;
  while (!failure() && step(out)) {
  }
  if (failure()) out.clear();
  return out;
}

bool FormFiles::step(BodyParts& out) {
  switch (at_) {
    case At::delimiter: return read_delimiter();
    case At::head: return read_head();
    case At::preamble:
    case At::text:
    case At::file: return read_content(out);
    case At::end: break;
  }
  waiting_.clear();   // an epilogue says nothing
  return false;
}

// Behind a delimiter: "--" ends the form, the end of the line begins a part.
bool FormFiles::read_delimiter() {
  const auto end = waiting_.find("\r\n");
  if (waiting_.size() >= 2 && waiting_.compare(0, 2, "--") == 0) {
    at_ = At::end;
    return true;
  }
  if (end == std::string::npos) {
    if (waiting_.size() > kBoundaryBytesMax) fail(malformed_form("a delimiter of the form is malformed"));
    return false;
  }
  if (!form_trimmed(std::string_view(waiting_).substr(0, end)).empty())
    fail(malformed_form("a delimiter of the form is malformed"));
  waiting_.erase(0, end);   // its line end is the one before the first field
  at_ = At::head;
  return !failure();
}

bool FormFiles::read_head() {
  const auto end = waiting_.find("\r\n\r\n");
  if (end == std::string::npos) {
    if (waiting_.size() > kPartHeadBytesMax) fail(malformed_form("the head of a part is longer than 8 KiB"));
    return false;
  }
  if (end > kPartHeadBytesMax) fail(malformed_form("the head of a part is longer than 8 KiB"));
  const std::string head = waiting_.substr(0, end);
  waiting_.erase(0, end + 4);
  part_head(head);
  return !failure();
}

void FormFiles::part_head(std::string_view head) {
  begins_ = {};
  text_.clear();
  told_ = false;
  std::optional<std::string> file_name;
  bool named = false;
  while (!head.empty()) {
    head.remove_prefix(2);
    const std::string_view line = head.substr(0, head.find("\r\n"));
    head.remove_prefix(line.size());
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) return fail(malformed_form("the head of a part is malformed"));
    const std::string name = form_lower_case(form_trimmed(line.substr(0, colon)));
    const std::string_view value = form_trimmed(line.substr(colon + 1));
    if (name == "content-type") {
      begins_.content_type = value;
    } else if (name == "content-transfer-encoding") {
      const std::string coding = form_lower_case(value);
      if (coding != "binary" && coding != "8bit" && coding != "7bit")
        return fail(malformed_form("a part has an encoding: send its bytes as they are"));
    } else if (name == "content-disposition") {
      if (named || form_lower_case(form_trimmed(value.substr(0, value.find(';')))) != "form-data")
        return fail(malformed_form("a part is no form-data"));
      const auto member = header_parameter(value, "name");
      if (!member || member->empty()) return fail(malformed_form("a part has no name"));
      begins_.member = *member;
      named = true;
      const auto extended = header_parameter(value, "filename*");
      file_name = header_parameter(value, "filename");
      if (auto text = extended ? extended_text(*extended) : std::nullopt) file_name = std::move(text);
    }
  }
  if (!named) return fail(malformed_form("a part has no name"));
  if (!is_utf8(begins_.member) || (file_name && !is_utf8(*file_name)) || !is_utf8(begins_.content_type))
    return fail(malformed_form("the head of a part is not UTF-8"));
  at_ = file_name ? At::file : At::text;
  if (!file_name) return;
  // Of a whole path, as some clients send it, the last part.
  if (const auto folder = file_name->find_last_of("/\\"); folder != std::string::npos) file_name->erase(0, folder + 1);
  begins_.file_name = *std::move(file_name);
  is_new(begins_.member);
}

bool FormFiles::read_content(BodyParts& out) {
  const auto end = waiting_.find(delimiter_);
  // What may be the begin of a delimiter waits for more.
  const std::size_t some =
      end != std::string::npos ? end : waiting_.size() - std::min(waiting_.size(), delimiter_.size() - 1);
  content(std::string_view(waiting_).substr(0, some), out);
  waiting_.erase(0, some + (end != std::string::npos ? delimiter_.size() : 0));
  if (end == std::string::npos || failure()) return false;
  end_part(out);
  at_ = At::delimiter;
  return !failure();
}

void FormFiles::content(std::string_view bytes, BodyParts& out) {
  if (at_ == At::preamble || bytes.empty()) return;
  if (at_ == At::text) {
    text_ += bytes;
    text_bytes_ += bytes.size();
    if (text_.size() > kInlineBytesMax || text_bytes_ > limits::kBodyBytesMax) {
      Failure failed = bad_field("", "is longer than 32 KiB: a file needs a file name in its part of the form");
      failed.validation.front().field = begins_.member;
      fail(std::move(failed));
    }
    return;
  }
  if (!std::exchange(told_, true)) out.push_back(begins_);
  out.push_back(FileBytes{to_bytes(bytes)});
}

// A file field of a form that nobody chose a file for comes without name and bytes: it is none.
void FormFiles::end_part(BodyParts& out) {
  if (at_ == At::text) return add_text();
  if (at_ != At::file) return;
  if (!told_ && begins_.file_name.empty()) return;
  if (!told_) out.push_back(begins_);
  out.push_back(FileEnds{});
}

void FormFiles::add_text() {
  if (!is_utf8(text_)) return fail(malformed_form("a field of the form is not UTF-8"));
  if (texts_.size() >= kTextsMax) return fail(malformed_form("the form has more fields than any endpoint takes"));
  texts_.push_back({begins_.member, std::move(text_)});
  text_bytes_ += begins_.member.size();
  text_.clear();
}

BodyParts FormFiles::finish(std::string& json) {
  if (at_ != At::end) fail(malformed_form("the form ends too early"));
  Json out = Json::object();
  for (Text& text : texts_) {
    std::string name = std::move(text.name);
    const bool list = name.size() > 2 && name.compare(name.size() - 2, 2, "[]") == 0;
    if (list) name.resize(name.size() - 2);
    const auto found = out.find(name);
    if (found == out.end()) {
      if (out.size() >= kJsonMembersMax) fail(malformed_form("the form has more fields than any endpoint takes"));
      if (failure()) break;
      out[name] = list ? Json::array({std::move(text.value)}) : Json(std::move(text.value));
      continue;
    }
    Json& value = *found;
    if (!value.is_array()) value = Json::array({std::move(value)});
    if (value.size() >= kListMax) fail(malformed_form("the form has more fields than any endpoint takes"));
    value.push_back(std::move(text.value));
  }
  json = compact(out);
  return {};
}

WholeFile::WholeFile(std::string_view content_type, const Target& target) {
  begins_.content_type = content_type;
  Json out = Json::object();
  for (const auto& [name, value] : target.query) {
    if (name == "device_id" || name == "wait" || out.size() >= kJsonMembersMax) continue;   // those of every request
    out[name] = value;
    if (name == "file_name") begins_.file_name = value;
  }
  json_ = compact(out);
}

BodyParts WholeFile::take(std::string_view piece) {
  BodyParts out;
  if (piece.empty()) return out;
  if (!std::exchange(told_, true)) out.push_back(begins_);
  out.push_back(FileBytes{to_bytes(piece)});
  return out;
}

BodyParts WholeFile::finish(std::string& json) {
  json = json_;
  if (!told_) return {};
  return {FileEnds{}};
}

}  // namespace wa::gateway
