// Stars and labels, which live in the app state: as a façade asks for them, and the command that makes each.
// Answered by ChatSettingDone (result_of in chat_settings.h).
#pragma once

#include <optional>
#include <string>

#include "client/contract.h"

namespace wa::gateway {

inline constexpr std::size_t kLabelIdCharsMax = 32;
inline constexpr std::size_t kLabelNameCharsMax = 100;
inline constexpr std::int64_t kLabelColorMax = 1'000'000;  // an index into a palette of the phone, which may grow

struct StarMessage { wire::Jid chat; client::MessageRef message; bool starred = true; };
struct EditLabel { std::string label, name; std::int32_t color = 0; bool deleted = false; };
struct LabelChat { wire::Jid chat; std::string label; bool labeled = true; };
struct LabelMessage { wire::Jid chat; client::MessageRef message; std::string label; bool labeled = true; };

client::SetChat command_for(const StarMessage&);
client::SetChat command_for(const EditLabel&);
client::SetChat command_for(const LabelChat&);
client::SetChat command_for(const LabelMessage&);

// In a group the author belongs to the key of a message of another: without it the key names no message. Stars and
// reactions need one.
bool lacks_author(const wire::Jid& chat, const client::MessageRef& message);

}  // namespace wa::gateway
