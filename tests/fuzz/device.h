// A paired device in front of a service that the fuzzer plays: logged in, with sessions, app-state keys, a group, chats,
// a webhook and call settings. Each one replays a recorded login on recorded rows, so that every input starts from the same state.
// Laws, checked all the time: a request is answered at most once, and at the end it has been; the machine does not ask to be
// woken for ever.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "fuzz/fuzz.h"
#include "gateway/gateway.h"
#include "noise/transport.h"
#include "sim/world/seeded_random.h"
#include "store/memory_store.h"
#include "wire/node.h"

namespace wa::fuzz {

enum class From : std::uint8_t { own_phone, own_companion, contact, stranger };
inline constexpr std::size_t kFroms = 4;

struct How {             // a message travels
  bool peer = false;     // category="peer"
  bool group = false;    // in a group, with the sender key
  bool alone = false;    // group: to this device only
  bool offline = false;
  bool again = false;    // count="1"
};

// What the device sent and expects to be answered.
struct Owed { std::string tag, id, to, xmlns; };

class Device {
 public:
  Device();                                  // connected
  explicit Device(store::MemoryStore rows);  // as far as these rows let it come
  ~Device();

  void feed(gateway::Input input);
  void stanza(const wire::Node& node);
  void stanza_bytes(ByteView plain);         // flag byte first, as inside the encrypted frame
  void message(From from, ByteView plaintext, How how = {});
  void answer(const Owed& owed, const wire::Node* child, int error);
  void request(std::string method, std::string target, std::string body);
  void pass(std::int64_t ms);
  void restart();                            // dies and logs in again
  void lose_next_commit() { lose_next_ = true; }
  void finish();

  bool alive() const { return gateway_ != nullptr; }
  bool connected() const { return transport_.has_value(); }
  const std::vector<Owed>& owed() const { return owed_; }
  const std::vector<Fetch>& fetches() const { return fetches_; }
  const std::vector<PostWebhook>& posts() const { return posts_; }
  const std::vector<Reply>& replies() const { return replies_; }
  ConnectionId connection() const { return connection_; }
  const store::MemoryStore& disk() const { return disk_; }

  static const store::MemoryStore& rows();   // before the login

 private:
  void boot();
  void note(Effect& effect);
  store::MemoryStore& store_of(From from);

  store::MemoryStore disk_;
  std::unique_ptr<sim::SeededRandom> random_;
  std::unique_ptr<gateway::Gateway> gateway_;
  std::optional<noise::Transport> transport_;  // the service's end
  std::optional<MonoTime> wake_;
  Now now_;
  ConnectionId connection_ = 0;
  RequestId next_request_ = 1;
  std::set<RequestId> open_;
  std::vector<Owed> owed_;
  std::vector<Fetch> fetches_;
  std::vector<PostWebhook> posts_;
  std::vector<Reply> replies_;
  std::map<From, store::MemoryStore> stores_;  // of those who write
  std::uint64_t next_id_ = 1;
  bool lose_next_ = false, removed_ = false;
};

}  // namespace wa::fuzz
