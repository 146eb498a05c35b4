// tested by unit/client/history/history_test.cpp
#include "client/history/history_reader.h"

#include <algorithm>

#include "base/limits.h"

namespace wa::client {
namespace {

constexpr std::size_t kBufferBytes = 32u << 10;
constexpr std::uint32_t kVarint = 0, kFixed64 = 1, kBytes = 2, kFixed32 = 5;

std::int64_t as_time(std::uint64_t value) {
  return static_cast<std::int64_t>(std::min<std::uint64_t>(value, 1ull << 40));
}

}  // namespace

HistoryReader::HistoryReader(Bytes zlib_data, bool with_messages)
    : data_(std::move(zlib_data)), with_messages_(with_messages), stream_(data_), buffer_(kBufferBytes) {}

Result<HistoryItem> HistoryReader::next() {
  while (true) {
    if (at_ == filled_ && !refill()) {
      if (error_.code != Errc::ok) return error_;
      return HistoryItem(HistoryEnd{});
    }
    Field f;
    if (!field(limits::kHistoryInflatedBytesMax, f)) return error_;
    const std::uint64_t end = position_ + f.value;
    if (f.type == kBytes && f.number == 2) {
      HistoryConversation item;
      if (!conversation(end, item)) return error_;
      return HistoryItem(std::move(item));
    }
    if (f.type == kBytes && (f.number == 7 || f.number == 15)) {
      std::string first, second;
      if (!two_texts(end, first, second)) return error_;
      if (f.number == 7) return HistoryItem(HistoryPushName{std::move(first), std::move(second)});
      return HistoryItem(HistoryMapping{std::move(first), std::move(second)});
    }
    if (f.type == kBytes && f.number == 8) {
      bool migrated = false;
      if (!settings(end, migrated)) return error_;
      if (migrated) return HistoryItem(HistoryMigrated{});
      continue;
    }
    if (f.type == kBytes && f.number == 19) {
      std::string salt;
      if (!take(f.value, salt)) return error_;
      return HistoryItem(HistorySalt{to_bytes(salt)});
    }
    if (!skip_value(f)) return error_;
  }
}

// --- bytes

bool HistoryReader::refill() {
  at_ = filled_ = 0;
  const auto got = stream_.read(buffer_);
  if (!got) {
    error_ = got.error();
    return false;
  }
  filled_ = *got;
  if (filled_ == 0) error_.code = Errc::ok;  // the end: right between items, see next(), and nowhere else
  return filled_ != 0;
}

bool HistoryReader::byte(std::uint8_t& out) {
  if (at_ == filled_ && !refill()) {
    if (error_.code == Errc::ok) error_.code = Errc::truncated;
    return false;
  }
  out = buffer_[at_++];
  if (++position_ <= limits::kHistoryInflatedBytesMax) return true;
  error_ = {Errc::too_large, "history exceeds the limit"};
  return false;
}

bool HistoryReader::varint(std::uint64_t& out) {
  out = 0;
  for (int shift = 0; shift < 70; shift += 7) {
    std::uint8_t b = 0;
    if (!byte(b)) return false;
    if (shift < 64) out |= static_cast<std::uint64_t>(b & 0x7F) << shift;
    if (b < 0x80) return true;
  }
  return false;
}

bool HistoryReader::skip(std::uint64_t count) {
  while (count > 0) {
    std::uint8_t b = 0;
    if (!byte(b)) return false;
    --count;
    const std::uint64_t more =
        std::min<std::uint64_t>({count, filled_ - at_, limits::kHistoryInflatedBytesMax - position_});
    at_ += more;
    position_ += more;
    count -= more;
  }
  return true;
}

bool HistoryReader::take(std::uint64_t count, std::string& out, std::size_t max) {
  out.clear();
  if (count > max) return skip(count);
  while (count > 0) {
    std::uint8_t b = 0;
    if (!byte(b)) return false;
    out += static_cast<char>(b);
    --count;
    const auto more = static_cast<std::size_t>(
        std::min<std::uint64_t>({count, filled_ - at_, limits::kHistoryInflatedBytesMax - position_}));
    out.append(reinterpret_cast<const char*>(buffer_.data()) + at_, more);
    at_ += more;
    position_ += more;
    count -= more;
  }
  return true;
}

// --- protobuf

bool HistoryReader::field(std::uint64_t end, Field& out) {
  std::uint64_t tag = 0;
  if (!varint(tag)) return false;
  out.number = static_cast<std::uint32_t>(tag >> 3);
  out.type = static_cast<std::uint32_t>(tag & 7);
  out.value = 0;
  if (out.number == 0 || tag > 0xFFFFFFFFull) return false;
  if (out.type == kVarint || out.type == kBytes) {
    if (!varint(out.value)) return false;
  } else if (out.type == kFixed64 || out.type == kFixed32) {
    out.value = out.type == kFixed64 ? 8 : 4;
  } else {
    return false;
  }
  if (position_ > end) return false;
  return out.type == kVarint || out.value <= end - position_;
}

bool HistoryReader::skip_value(const Field& of) { return of.type == kVarint || skip(of.value); }

bool HistoryReader::two_texts(std::uint64_t end, std::string& first, std::string& second) {
  while (position_ < end) {
    Field f;
    if (!field(end, f)) return false;
    const bool wanted = f.type == kBytes && (f.number == 1 || f.number == 2);
    if (wanted ? !take(f.value, f.number == 1 ? first : second) : !skip_value(f)) return false;
  }
  return true;
}

// Of the account: when its chats went over to LIDs.
bool HistoryReader::settings(std::uint64_t end, bool& migrated) {
  while (position_ < end) {
    Field f;
    if (!field(end, f)) return false;
    if (f.number == 20 && f.type == kVarint) migrated = f.value != 0;
    else if (!skip_value(f)) return false;
  }
  return true;
}

bool HistoryReader::conversation(std::uint64_t end, HistoryConversation& out) {
  while (position_ < end) {
    Field f;
    if (!field(end, f)) return false;
    if (f.number == 2 && f.type == kBytes) {
      if (!message(position_ + f.value, out)) return false;
    } else if (!conversation_field(f, out)) {
      return false;
    }
  }
  return true;
}

bool HistoryReader::conversation_field(const Field& of, HistoryConversation& out) {
  if (of.type == kVarint) {
    switch (of.number) {
      case 5: out.last_message_s = std::max(out.last_message_s, as_time(of.value)); break;
      case 6: out.unread = of.value; break;
      case 9: out.timer_s = static_cast<std::uint32_t>(of.value); break;
      case 10: out.timer_set_s = as_time(of.value); break;
      case 12: out.last_message_s = std::max(out.last_message_s, as_time(of.value)); break;
      case 16: out.archived = of.value != 0; break;
      case 19: out.marked_unread = of.value != 0; break;
      case 22: out.token_s = as_time(of.value); break;
      case 28: out.issued_s = as_time(of.value); break;
      case 24: out.pinned = of.value; break;
      case 25: out.mute_end = of.value; break;
      default: break;
    }
    return true;
  }
  if (of.type != kBytes) return skip_value(of);
  std::string token;
  switch (of.number) {
    case 1: return take(of.value, out.id);
    case 13: return take(of.value, out.name);
    case 39: return take(of.value, out.pn_jid);
    case 42: return take(of.value, out.lid_jid);
    case 21:
      if (!take(of.value, token)) return false;
      out.token = to_bytes(token);
      return true;
    default: return skip_value(of);
  }
}

bool HistoryReader::message(std::uint64_t end, HistoryConversation& out) {
  while (position_ < end) {
    Field f;
    if (!field(end, f)) return false;
    if (f.number != 1 || f.type != kBytes) {
      if (!skip_value(f)) return false;
      continue;
    }
    if (with_messages_) {
      if (!whole_message(f.value, out)) return false;
      continue;
    }
    HistoryMessageKey found;
    if (!web_message(position_ + f.value, found)) return false;
    if (!found.id.empty() && (!out.last || found.timestamp_s > out.last->timestamp_s)) out.last = std::move(found);
  }
  return true;
}

// What was asked for is older than what is known: it is no last message of the chat.
bool HistoryReader::whole_message(std::uint64_t bytes, HistoryConversation& out) {
  std::string message;
  if (!take(bytes, message, limits::kHistoryMessageBytesMax)) return false;
  if (!message.empty() && out.messages.size() < limits::kHistoryMessagesMax) out.messages.push_back(to_bytes(message));
  return true;
}

bool HistoryReader::web_message(std::uint64_t end, HistoryMessageKey& out) {
  while (position_ < end) {
    Field f;
    if (!field(end, f)) return false;
    if (f.number == 1 && f.type == kBytes) {
      if (!key(position_ + f.value, out)) return false;
    } else if (f.number == 3 && f.type == kVarint) {
      out.timestamp_s = as_time(f.value);
    } else if (f.number == 5 && f.type == kBytes) {
      std::string participant;
      if (!take(f.value, participant)) return false;
      if (out.participant.empty()) out.participant = std::move(participant);
    } else if (!skip_value(f)) {
      return false;
    }
  }
  return true;
}

bool HistoryReader::key(std::uint64_t end, HistoryMessageKey& out) {
  while (position_ < end) {
    Field f;
    if (!field(end, f)) return false;
    bool ok = true;
    if (f.number == 2 && f.type == kVarint) out.from_me = f.value != 0;
    else if (f.number == 3 && f.type == kBytes) ok = take(f.value, out.id);
    else if (f.number == 4 && f.type == kBytes) ok = take(f.value, out.participant);
    else ok = skip_value(f);
    if (!ok) return false;
  }
  return true;
}

}  // namespace wa::client
