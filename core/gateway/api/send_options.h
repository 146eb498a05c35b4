// What every message may be asked beside its content (api.md 3.7): what it answers, whom it mentions, that it is
// forwarded, when it leaves.
#pragma once

#include "client/contract.h"
#include "gateway/http/fields.h"

namespace wa::gateway {

struct SendOptions {
  client::MessageContext context;
  std::int64_t delay_s = 0;
  std::vector<const char*> warnings = {};   // for the caller, beside the answer
};
// `quoted` in either published form, {key {id, fromMe, participant}, message {conversation}} and {message_id,
// participant, body}; `mentioned`, a list of people, in groups; `delay`; `forwarded`, how often by `forwarding_score`.
SendOptions read_options(Fields&, const wire::Jid& to);
std::optional<client::QuotedMessage> read_quote(Fields&);

}  // namespace wa::gateway
