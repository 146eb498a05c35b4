// tested by unit/client/link/link_test.cpp
#include "client/link/out.h"

#include "base/encoding.h"
#include "base/limits.h"
#include "stanza/outbound/answer.h"

namespace wa::client {

void Out::ack(const stanza::AckInfo& of, Turn& turn) { send(stanza::build_ack(of), turn); }

bool Out::query(wire::Node iq, Query what, Turn& turn) {
  if (!link_.up() || requests_.full()) return false;
  std::string id = next_id(turn);
  iq.attr("id", std::string_view(id));
  requests_.add(std::move(id), std::move(what), turn.now.mono + limits::kQueryTimeoutMs);
  send(iq, turn);
  return true;
}

std::string Out::next_id(Turn& turn) {
  if (id_prefix_.empty()) id_prefix_ = hex_upper(turn.random.array<3>()) + '.';
  return id_prefix_ + std::to_string(++ids_);
}

}  // namespace wa::client
