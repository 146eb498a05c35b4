// Bodies with files, as they arrive: JSON with base64 in it, forms. Laws: how the bytes arrive does not matter; each
// file begins and ends; what JSON holds besides its files is what was there, and the files are what the strings meant.
#include <algorithm>
#include <map>

#include "base/encoding.h"
#include "fuzz/fuzz.h"
#include "gateway/http/form_files.h"
#include "gateway/http/json_files.h"

using namespace wa;
using namespace wa::gateway;

namespace {

constexpr std::size_t kLong = 8;   // so that files are short

struct File { std::string member, name, type; Bytes bytes; };
struct Taken { std::vector<File> files; std::string json, failure; };

void collect(BodyParts parts, bool& open, Taken& out) {
  for (BodyPart& part : parts) {
    if (auto* begins = std::get_if<FileBegins>(&part)) {
      WA_ASSERT(!open);
      open = true;
      out.files.push_back({begins->member, begins->file_name, begins->content_type, {}});
    } else if (auto* bytes = std::get_if<FileBytes>(&part)) {
      WA_ASSERT(open);
      append(out.files.back().bytes, bytes->bytes);
    } else {
      WA_ASSERT(open);
      open = false;
    }
  }
}

Taken take(FileBody& body, std::string_view text, std::size_t step) {
  Taken out;
  bool open = false;
  for (std::size_t at = 0; at < text.size() && !body.failure(); at += step)
    collect(body.take(text.substr(at, step)), open, out);
  if (!body.failure()) collect(body.finish(out.json), open, out);
  if (body.failure()) return {{}, {}, body.failure()->text};
  WA_ASSERT(!open);
  return out;
}

template <class Make>
Taken take_every_way(const Make& make, std::string_view text) {
  const auto once = [&](std::size_t step) {
    auto body = make();
    return take(body, text, step);
  };
  const Taken whole = once(text.size() + 1);
  for (const std::size_t step : {1, 3, 17}) {
    const Taken other = once(step);
    WA_ASSERT(other.failure == whole.failure && other.json == whole.json && other.files.size() == whole.files.size());
    for (std::size_t i = 0; i < whole.files.size(); ++i) {
      const File &a = whole.files[i], &b = other.files[i];
      WA_ASSERT(a.member == b.member && a.name == b.name && a.type == b.type && a.bytes == b.bytes);
    }
  }
  return whole;
}

// The strings of a value by their places, and where they stand.
void find_texts(Json& value, const std::string& place, std::map<std::string, Json*>& out) {
  if (value.is_string()) out[place] = &value;
  std::size_t index = 0;
  if (value.is_array())
    for (Json& one : value) find_texts(one, place + '[' + std::to_string(index++) + ']', out);
  if (value.is_object())
    for (auto& [name, one] : value.items()) find_texts(one, place.empty() ? name : place + '.' + name, out);
}

std::optional<Bytes> meant(std::string text) {
  if (text.rfind("data:", 0) == 0) text.erase(0, text.find(',') + 1);
  std::erase_if(text, [](char c) { return c == '\r' || c == '\n'; });
  return from_base64(text);
}

void take_json(std::string_view text) {
  const Taken taken = take_every_way([] { return JsonFiles(kLong); }, text);
  if (!taken.failure.empty()) return;
  auto before = parse_json(text), after = parse_json(taken.json);
  if (!before) return;
  WA_ASSERT(after.has_value());
  std::map<std::string, Json*> texts;
  find_texts(*before, "", texts);
  for (const File& file : taken.files) {
    const auto at = texts.find(file.member);
    if (at == texts.end()) return;   // of two members by one name, or a name that looks like a place
    if (at->second->get<std::string>().size() <= kLong) return;   // of two by one name the last counts
    const auto bytes = meant(at->second->get<std::string>());
    WA_ASSERT(bytes && *bytes == file.bytes);
    *at->second = nullptr;
  }
  WA_ASSERT(*before == *after);
}

}  // namespace

void fuzz_one(ByteView input) {
  if (input.empty() || input.size() > 4096) return;
  const std::string_view text = text_of(input.subspan(1));
  if (input[0] % 2 == 0) return take_json(text);
  const Taken taken = take_every_way([] { return FormFiles("b"); }, text);
  if (taken.failure.empty()) WA_ASSERT(parse_json(taken.json).has_value());
}
