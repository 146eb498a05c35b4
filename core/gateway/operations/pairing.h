// Pairing by QR and by code. Both start the link of an unpaired device; the phone does the rest.
#pragma once

#include <string>

#include "client/client.h"
#include "gateway/operations/session.h"

namespace wa::gateway {

enum class PairingStart : std::uint8_t {
  already_paired,  // and connected; nothing is begun
  linked_offline,  // paired, and disconnected by the user or for good; nothing is begun
  reconnecting,    // paired, and connecting or about to; nothing is begun
  too_many_wait,   // nothing is begun
  shown_already,   // the code shown now is good
  started,         // what waits is told every event
  refused,         // by the client: `error`
};

// `fresh`: not the code that is shown now, if any. Of shown_already it is Client::qr().
// `start_over`: an account that is linked_offline is forgotten.
struct QrWish { bool fresh = false, room_to_wait = true, start_over = false; };
PairingStart start_qr(const QrWish&, client::Client&, client::Turn&, Error& error);

enum class QrNews : std::uint8_t { none, code, used_up, refused, paired };
struct QrOutcome {
  QrNews news = QrNews::none;
  int upstream_code = 0;                     // of refused
  const client::QrGenerated* code = nullptr; // of code
};
QrOutcome qr_outcome(const client::Event&);

// `shown_already`: the session has it.
struct PairCodeWish { std::string phone; bool fresh = false, room_to_wait = true, start_over = false; };
PairingStart start_pair_code(const PairCodeWish&, const Session&, client::Client&, client::Turn&, Error& error);

// What waits for a code: the command needs the registration link and is given as soon as the link is there. Tried when
// the wait begins, then with every event.
struct PairCodeWait { std::string phone; bool requested = false; };
Result<void> try_pair_code(client::CommandId, PairCodeWait&, client::Client&, client::Turn&);

enum class PairCodeNews : std::uint8_t {
  none,
  ready,       // the session has it
  none_given,  // the service gave none
  refused,     // the service refused the connection
  paired,      // meanwhile
  not_taken,   // the client did not take the command: `error`
};
struct PairCodeOutcome { PairCodeNews news = PairCodeNews::none; int upstream_code = 0; Error error = {}; };
PairCodeOutcome pair_code_outcome(client::CommandId, const client::Event&, PairCodeWait&, client::Client&,
                                  client::Turn&);
// Of the event that carries its command.
PairCodeOutcome note_pair_code(const client::Event&, const PairCodeWait&, Session&, MonoTime now);

// What the session remembers of an event, whether somebody waits or not.
void note_pairing(const client::Event&, Session&, WallTime now);

}  // namespace wa::gateway
