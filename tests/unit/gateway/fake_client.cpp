#include "unit/gateway/fake_client.h"

namespace wa::test {

FakeClient& fake_client() {
  static FakeClient instance;
  return instance;
}

}  // namespace wa::test

namespace wa::client {

using test::fake_client;

struct Client::Parts {};

Client::Client(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Client::~Client() = default;

Result<std::unique_ptr<Client>> Client::open(const Config&, const store::StoreView&, Now) {
  return std::unique_ptr<Client>(new Client(std::make_unique<Parts>()));
}
void Client::on_opened(ConnectionId, Turn&) {}
void Client::on_bytes(ConnectionId, ByteView, Turn& turn) {
  for (Event& event : fake_client().events) turn.event(std::move(event));
  fake_client().events.clear();
}
void Client::on_closed(ConnectionId, Turn&) {}
void Client::on_fetched(FetchId, bool, int, Bytes, Turn&) {}
void Client::on_file_done(const FileDone&, Turn&) {}
void Client::on_tick(Turn&) {}
Result<void> Client::execute(const Command& command, Turn& turn) {
  fake_client().executed.push_back(command);
  if (fake_client().on_execute) return fake_client().on_execute(command, turn);
  return {};
}
std::optional<MonoTime> Client::deadline() const { return fake_client().deadline; }
Status Client::status() const { return fake_client().status; }
std::optional<Client::Qr> Client::qr() const { return fake_client().qr; }

}  // namespace wa::client
