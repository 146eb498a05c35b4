// A client that does what a test says: it records commands, raises the events it was given, and answers execute() by
// script. Linked instead of the real one (it defines the functions of client.h).
#pragma once

#include <deque>
#include <functional>

#include "client/client.h"

namespace wa::test {

struct FakeClient {
  client::Status status;
  std::optional<client::Client::Qr> qr;
  std::vector<client::Command> executed;
  std::deque<client::Event> events;  // raised at the next Received
  std::function<Result<void>(const client::Command&, client::Turn&)> on_execute;
  std::optional<MonoTime> deadline;

  template <class T>
  const T* last() const {
    for (auto it = executed.rbegin(); it != executed.rend(); ++it) {
      if (const T* found = std::get_if<T>(&*it)) return found;
    }
    return nullptr;
  }
  template <class T>
  std::size_t count() const {
    std::size_t n = 0;
    for (const auto& command : executed) n += std::holds_alternative<T>(command) ? 1 : 0;
    return n;
  }
};

FakeClient& fake_client();  // of the test that runs; reset by the fixture

}  // namespace wa::test
