#include "client/messages/deliveries.h"

namespace wa::client {
namespace {

// Calls the machine there is: a chain of comparisons, smaller than std::visit.
template <std::size_t At = 0, class Machines, class Call>
auto with(Machines& machines, Call call) {
  if constexpr (At + 1 < std::variant_size_v<std::remove_const_t<Machines>>) {
    if (machines.index() != At) return with<At + 1>(machines, call);
  }
  return call(*std::get_if<At>(&machines));
}

}  // namespace

template <std::size_t At>
bool Delivery::any_carries(const wire::Jid& to) {
  if constexpr (At == std::variant_size_v<Machines>) return false;
  else return std::variant_alternative_t<At, Machines>::carries(to, false) || any_carries<At + 1>(to);
}

template <std::size_t At>
void Delivery::choose(const wire::Jid& to, bool peer) {
  if constexpr (At < std::variant_size_v<Machines>) {
    if (!std::variant_alternative_t<At, Machines>::carries(to, peer)) return choose<At + 1>(to, peer);
    machine_.template emplace<At>();
  }
}

bool Delivery::carries(const wire::Jid& to) { return any_carries<0>(to); }

Delivery::Delivery(const wire::Jid& to, bool peer) { choose<0>(to, peer); }

Progress Delivery::advance(const Queued& what, Out& out, Turn& turn) {
  return with(machine_, [&](auto& machine) { return machine.advance(what, out, turn); });
}

Progress Delivery::on_answer(const Answered& answer, const Queued& what, const Account& account, Turn& turn) {
  return with(machine_, [&](auto& machine) { return machine.on_answer(answer, what, account, turn); });
}

void Delivery::on_accepted(const Queued& what, MessageSent& event, Out& out, Turn& turn) {
  with(machine_, [&](auto& machine) { machine.on_accepted(what, event, out, turn); });
}

bool Delivery::on_ack(const stanza::Ack& ack, const Queued& what, const Account& account, Turn& turn) {
  return with(machine_, [&](auto& machine) { return machine.on_ack(ack, what, account, turn); });
}

void Delivery::put_back() {
  with(machine_, [](auto& machine) { machine.put_back(); });
}

void Delivery::on_offline() {
  with(machine_, [](auto& machine) { machine.on_offline(); });
}

bool Delivery::incomplete() const {
  return with(machine_, [](const auto& machine) { return machine.incomplete(); });
}

Stage Delivery::stage() const {
  return with(machine_, [](const auto& machine) { return machine.stage(); });
}

}  // namespace wa::client
