// Pairing: what it is asked for, what it tells, and the queries of the pairing code.
#pragma once

#include <string>

#include "base/kinds.h"
#include "client/ids.h"
#include "wire/jid.h"

namespace wa::client {

struct RequestPairCode { CommandId command = 0; std::string phone_digits; };  // -> PairCodeReady | PairCodeFailed

struct QrGenerated { std::string text; std::int64_t valid_ms = 0; };   // a secret: never logged
struct QrExhausted {};
struct PairCodeReady { CommandId command = 0; std::string code; std::int64_t valid_ms = 0; };  // "ABCD-1234"
struct PairCodeFailed { CommandId command = 0; int upstream_code = 0; const char* reason = ""; };
struct PairSucceeded { wire::Jid jid; wire::Jid lid; std::string platform; std::string business_name; };
struct PairFailed { const char* reason = ""; };
struct PasskeyRequired {};

struct PairHelloQuery {};
struct PairFinishQuery {};

struct PairingContract {
  using Commands = Kinds<RequestPairCode>;
  using Events = Kinds<QrGenerated, QrExhausted, PairCodeReady, PairCodeFailed, PairSucceeded, PairFailed, PasskeyRequired>;
  using Queries = Kinds<PairHelloQuery, PairFinishQuery>;
};

}  // namespace wa::client
