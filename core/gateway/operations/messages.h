// Messages to send: limits of their parts and what is made of them. SendText and SendMessage are the requests,
// MessageSent and MessageFailed what comes of them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "client/contract.h"
#include "store/store.h"

namespace wa::gateway {

inline constexpr std::int64_t kPostponeMaxS = 60;
inline constexpr std::size_t kNameCharsMax = 256;   // of a person, of an option of a poll
inline constexpr std::size_t kLineCharsMax = 1024;
inline constexpr std::size_t kQuotedCharsMax = 65'536;
inline constexpr std::size_t kReactionCharsMax = 32;
inline constexpr std::size_t kThumbnailCharsMax = 88'000;   // base64 of 64 KiB
inline constexpr std::size_t kButtonsMax = 3, kListSectionsMax = 10, kListRowsMax = 100, kRowsPerSectionMax = 30;
inline constexpr std::size_t kContactsPerMessageMax = 100;
inline constexpr std::size_t kPollOptionsMin = 2, kPollOptionsMax = 12;

// Whatever a façade calls it: the text leaves later, and nothing is shown meanwhile.
void postpone(client::SendText&, std::int64_t wait_ms, WallTime now);
void postpone(client::SendMessage&, std::int64_t wait_ms, WallTime now);

struct ContactDetails {
  std::string display_name;
  std::string phone;  // digits
  std::string first_name, last_name, company, email;  // each may be empty
};
client::ContactCard card_of(const ContactDetails&);

// Options of a poll differ: whether this one stands before already.
bool repeats_option(const client::Poll&, std::size_t index);

// What the timer of disappearing messages may be. That of a group is a setting of the group, which is not offered.
enum class DisappearingTimer : std::uint8_t { off, day, week, quarter };
inline constexpr std::uint32_t kTimerSeconds[] = {0, 86'400, 604'800, 7'776'000};
constexpr std::uint32_t seconds_of(DisappearingTimer timer) { return kTimerSeconds[static_cast<std::size_t>(timer)]; }
bool takes_timer(const wire::Jid& chat);

struct RevokeMessage {
  std::string id;
  wire::Jid chat;
  bool for_everyone = true;  // else nothing happens: no messages are kept here
  bool ours_only = false;    // refused unless it is known to have been sent from here
};
enum class RevokeStart : std::uint8_t { not_ours, nothing_to_do, send };
struct RevokePlan {
  RevokeStart start = RevokeStart::send;
  std::optional<std::int64_t> elapsed_ms;  // since we sent it, in this chat; nullopt: not known
  bool within_time_limit = false;          // when it is known: what the service allows for everyone
};
RevokePlan plan_revoke(const RevokeMessage&, const store::Txn&, WallTime now);
// When a message of ours in this chat was sent from here; nullopt: none of this id is known, and nobody can say what
// becomes of an edit or deletion of it.
std::optional<WallTime> sent_from_here(const std::string& id, const wire::Jid& chat, const store::Txn&, WallTime now);
client::SendMessage command_for(const RevokeMessage&);

}  // namespace wa::gateway
