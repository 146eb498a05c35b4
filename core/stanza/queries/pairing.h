// Pairing: what is asked and said, and the answers.
// Questions are IQs without the id: Requests gives it.
// Answers are read totally: one that lacks what its kind demands is Errc::bad_input.
// Facts: 03.
#pragma once

#include "base/result.h"
#include "stanza/inbound.h"

namespace wa::stanza {

Node build_pair_device_sign(std::string_view id, std::uint32_t key_index, ByteView device_identity);
struct CompanionHello {
  Jid phone;                     // PN of the account, no device
  Bytes wrapped_ephemeral;       // 80 bytes
  Bytes noise_public;
  std::string platform_id;       // client type as text: "1" is Chrome
  std::string platform_display;  // `<browser> (<OS>)`
  bool show_notification = true;
};
Node build_companion_hello(const CompanionHello& hello);
Node build_companion_finish(const Jid& phone, ByteView wrapped_key_bundle, ByteView identity_public,
                            std::string_view ref);
Node build_remove_companion(const Jid& own_pn);

Result<std::string> parse_link_code_ref(const Node& iq);

}  // namespace wa::stanza
