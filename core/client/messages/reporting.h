// The token by which the service can check a report of abuse (10 section 10).
#pragma once

#include <string>

#include "base/bytes.h"
#include "wire/jid.h"

namespace wa::client {

struct ReportedMessage { const std::string& id; const wire::Jid& sender; const wire::Jid& chat; };
// Of a Message as it is encrypted, without padding. Empty: it has none. That is so of messages without a secret, of
// those whose parts nobody reports, and of those with a Message inside, of which clients make different tokens.
Bytes reporting_token(ByteView message, const ReportedMessage&);
// The fields that it covers.
Bytes reported_content(ByteView message);

}  // namespace wa::client
