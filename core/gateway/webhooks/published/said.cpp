// tested by unit/gateway/webhooks/said_test.cpp
#include "gateway/webhooks/published/said.h"

#include "base/encoding.h"
#include "base/limits.h"

namespace wa::gateway {
namespace {

using namespace client;

std::size_t json_bytes(char c) {
  if (c == '"' || c == '\\') return 2;
  return static_cast<std::uint8_t>(c) >= 0x20 ? 1 : c >= '\b' && c <= '\r' && c != '\v' ? 2 : 6;
}

// Texts until there is no room: what takes more as JSON ends there, less the begun character.
class Room {
 public:
  explicit Room(std::size_t bytes) : left_(bytes) {}

  std::string_view cut(std::string_view text) {
    std::size_t end = 0;
    for (; end < text.size(); ++end) {
      const std::size_t more = json_bytes(text[end]);
      if (more > left_) break;
      left_ -= more;
    }
    if (end == text.size()) return text;
    is_cut = true;
    while (end > 0 && (static_cast<std::uint8_t>(text[end]) & 0xC0) == 0x80) --end;
    return text.substr(0, end);
  }
  // For one element of a list, beside its texts.
  bool element() {
    constexpr std::size_t kElementBytes = 64;
    if (left_ < kElementBytes) is_cut = true;
    else left_ -= kElementBytes;
    return !is_cut;
  }

  bool is_cut = false;

 private:
  std::size_t left_;
};

void put_text(Json& out, const char* name, std::string_view text, Room& room) {
  if (!text.empty()) put(out, {name, room.cut(text)});
}

void put_number(Json& out, const char* name, std::uint64_t number) {
  if (number != 0) put(out, {name, number});
}

void put_flag(Json& out, const char* name, bool value) {
  if (value) put(out, {name, true});
}

Json texts(const std::vector<std::string>& from, Room& room) {
  Json out = Json::array();
  for (const std::string& each : from) {
    if (!room.element()) break;
    out.push_back(room.cut(each));
  }
  return out;
}

// Ids of others are not ours to trust in a path.
std::string escaped_segment(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool plain =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
    if (plain) out += c;
    else out += '%' + hex_upper(view(std::string_view(&c, 1)));
  }
  return out;
}

Json target_of(const MessageRef& target) {
  Json out = object({{"id", target.id}, {"from_me", target.from_me}});
  if (target.participant) put(out, {"participant", target.participant->text()});
  return out;
}

Json quoted_of(const QuotedContent& quoted, Room& room) {
  Json out = object({{"id", room.cut(quoted.id)}});
  if (quoted.participant) put(out, {"participant", quoted.participant->text()});
  put(out, {"content", room.cut(quoted.text)});
  put_text(out, "message_type", quoted.type, room);
  if (quoted.chat) put(out, {"chat_jid", quoted.chat->text()});
  return out;
}

constexpr std::size_t kThumbnailToldMax = 16u << 10;   // larger ones are left out

Json media_of(const MediaFile& file, const std::string& id, Room& room) {
  Json out = object({{"mimetype", room.cut(file.mimetype)}});
  put_text(out, "file_name", file.file_name, room);
  put(out, {"file_size", file.bytes});
  if (!file.sha256.empty()) put(out, {"sha256", hex(file.sha256)});
  put_number(out, "seconds", file.seconds);
  put_number(out, "width", file.width);
  put_number(out, "height", file.height);
  put_number(out, "pages", file.pages);
  put_flag(out, "voice", file.voice);
  put_flag(out, "animated", file.animated);
  if (!file.hosted.enc_sha256.empty()) put(out, {"enc_sha256", hex(file.hosted.enc_sha256)});
  if (!file.thumbnail.empty() && file.thumbnail.size() <= kThumbnailToldMax)
    put(out, {"thumbnail", base64(file.thumbnail)});
  const bool kept = !id.empty() && (!file.hosted.direct_path.empty() || !file.hosted.url.empty());
  if (kept) put(out, {"path", "/messages/" + escaped_segment(id) + "/media"});
  return out;
}

Json location_of(const Location& at, bool live, Room& room) {
  Json out = object({{"latitude", Json(at.latitude)}, {"longitude", Json(at.longitude)}});
  put_text(out, "name", at.name, room);
  put_text(out, "address", at.address, room);
  put_text(out, "url", at.url, room);
  put_text(out, "comment", at.comment, room);
  put(out, {"live", live});
  return out;
}

Json contacts_of(const std::vector<ContactCard>& cards, Room& room) {
  Json out = Json::array();
  for (const ContactCard& card : cards) {
    if (!room.element()) break;
    const std::string_view name = room.cut(card.name);
    out.push_back(object({{"name", name}, {"vcard", room.cut(card.vcard)}}));
  }
  return out;
}

Json mentions_of(const std::vector<wire::Jid>& mentioned, Room& room) {
  Json out = Json::array();
  for (const wire::Jid& jid : mentioned) {
    if (!room.element()) break;
    const std::string text = jid.text();
    out.push_back(room.cut(text));
  }
  return out;
}

Json poll_of(const Poll& poll, Room& room) {
  const std::string_view question = room.cut(poll.question);
  return object({{"question", question}, {"options", texts(poll.options, room)}, {"multiple", poll.several}});
}

// What only some messages say.
void put_details(Json& out, const Said& said, const std::string& id, Room& room) {
  if (said.target) put(out, {"target", target_of(*said.target)});
  if (said.target && said.type == "reaction") {
    put(out, {"reaction", object({{"emoji", room.cut(said.text)}, {"target", target_of(*said.target)}})});
  }
  if (said.quoted) put(out, {"quoted", quoted_of(*said.quoted, room)});
  if (!said.mentioned.empty()) put(out, {"mentions", mentions_of(said.mentioned, room)});
  put_flag(out, "mention_all", said.mention_all);
  if (said.media) {
    put_text(out, "caption", said.text, room);
    put(out, {"media", media_of(*said.media, id, room)});
  }
  if (said.location) put(out, {"location", location_of(*said.location, said.live, room)});
  if (!said.contacts.empty()) put(out, {"contacts", contacts_of(said.contacts, room)});
  if (said.poll) put(out, {"poll", poll_of(*said.poll, room)});
  if (said.change == Change::voted) put(out, {"vote", object({{"options", texts(said.votes, room)}})});
  if (!said.choice.empty()) {
    put(out, {"response", object({{"id", room.cut(said.choice)}, {"text", room.cut(said.text)}})});
  }
  put_flag(out, "forwarded", said.forwarded);
  put_flag(out, "view_once", said.view_once);
  put_flag(out, "unreadable", said.unreadable);
}

}  // namespace

void put_said(Json& out, const Said& said, const std::string& id) {
  Room content(limits::kEventTextBytesMax), details(limits::kEventTextBytesMax);
  put(out, {"content", content.cut(said.text)});
  put(out, {"message_type", said.type});
  put_details(out, said, id, details);
  put_flag(out, "truncated", content.is_cut || details.is_cut);
}

void put_source(Json& out, bool other_device) {
  put(out, {"source", other_device ? "other_device" : "api"});
  put(out, {"from_other_device", other_device});
}

}  // namespace wa::gateway
