// Statuses: who sees ours, whose we do not want to see (11 section 7).
// tested by unit/appstate/collection_test.cpp
#include "appstate/actions/action_row.h"
#include "proto/reader.h"
#include "proto/writer.h"
#include "syncd.pb.h"

namespace wa::appstate {
namespace {

using StatusField = ActionValue::StatusPrivacy;

constexpr int kStatusPrivacy = ActionValue::kStatusPrivacyFieldNumber,
              kStatusMute = ActionValue::kUserStatusMuteActionFieldNumber;

IndexParts status_privacy_index(const StatusPrivacy&) { return {}; }
IndexParts status_mute_index(const StatusMute& a) { return {a.author}; }

void write_status_privacy(const StatusPrivacy& from, proto::Writer& value) {
  proto::Writer to;
  to.number(StatusField::kModeFieldNumber, static_cast<std::uint64_t>(from.audience));
  for (const std::string& jid : from.people) to.text(StatusField::kUserJidFieldNumber, jid);
  value.message(kStatusPrivacy, to);
}

// A mode that is newer than this program is none we know: whoever it means, it is not everybody.
std::optional<StatusPrivacy> read_status_privacy(const IndexParts&, const proto::Reader& value, bool remove) {
  if (!remove && !value.has(kStatusPrivacy)) return std::nullopt;
  if (remove) return StatusPrivacy{};
  const proto::Reader from = value.message(kStatusPrivacy);
  const std::uint64_t mode = from.uint64(StatusField::kModeFieldNumber);
  StatusPrivacy out;
  out.audience = mode <= static_cast<std::uint64_t>(StatusAudience::custom_list) ? static_cast<StatusAudience>(mode)
                                                                                 : StatusAudience::custom_list;
  for (proto::Repeated each = from.repeated(StatusField::kUserJidFieldNumber); each.next();) {
    out.people.push_back(to_string(each.bytes()));
  }
  return out;
}

void write_status_mute(const StatusMute& a, proto::Writer& value) { write_flag(a.muted, kStatusMute, value); }

std::optional<StatusMute> read_status_mute(const IndexParts& parts, const proto::Reader& value, bool remove) {
  if (!remove && !value.has(kStatusMute)) return std::nullopt;
  return StatusMute{parts[1], !remove && read_flag(value, kStatusMute)};
}

}  // namespace

template <> ActionRow<StatusPrivacy> action_row() {
  return {"status_privacy",     Collection::regular_high, 7, 1, status_privacy_index,
          write_status_privacy, read_status_privacy};
}
template <> ActionRow<StatusMute> action_row() {
  return {"userStatusMute", Collection::regular_high, 7, 2, status_mute_index, write_status_mute, read_status_mute};
}

}  // namespace wa::appstate
