// World: the real gateway of one device between a simulated network, disk, clock and webhook receiver. Everything comes from
// one seed: the same Setup gives the same run, step for step, and the same trace hash.
// Crashes: at a chosen step, before its commit, after it, or after one of its effects, the gateway is thrown away and opened
// again from the disk; what was in flight from it still arrives, what was promised to it never does.
// Guarantees: one gateway input per step; effects only after the commit of their step. Does not: judge; see tests/sim.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gateway/gateway.h"
#include "sim/service/network.h"
#include "sim/world/file_host.h"
#include "sim/world/seeded_random.h"
#include "store/memory_store.h"

namespace wa::sim {

enum class CrashPoint : std::uint8_t { before_commit, after_commit, after_effect };
struct Crash {
  std::uint64_t step = 0;
  CrashPoint point = CrashPoint::before_commit;
  std::size_t effect = 0;   // after_effect: how many effects were performed
};

struct Weather {            // what the wire does to bytes; order within a direction is kept
  std::int64_t delay_min_ms = 1, delay_max_ms = 60;
  std::uint32_t split_percent = 30, join_percent = 20;
  std::uint32_t refuse_connect_percent = 0;
  std::uint32_t file_fault_percent = 0;   // of work on files
};

struct Setup {
  std::uint64_t seed = 1;
  Options options;
  Weather weather;
  bool paired = true;       // start with credentials (paired_rows.h); else the scenario pairs
  bool uploaded = true;     // paired: prekeys and app-state keys are long done; else as right after pairing
  std::string pn = "5511999999999";
  std::string device_id = "00000000-0000-4000-8000-000000000001", user_id = "00000000-0000-4000-8000-000000000002";
  std::int64_t start_ms = 0;  // how long the world has been there already: for several in step
  std::function<void(const DeviceStatus&)> on_status;  // what the directory would be told
  std::function<void(const Reply&)> on_reply;
  std::uint32_t prekey_count = 30;
  bool file_tools = true;   // the host can look into files
  std::vector<Crash> crashes;
  // What no host may do: perform the effects of a step, then die before its commit. The checkers must notice.
  bool broken_host = false;
  bool keep_trace = false;
};

// How the webhook receiver answers: one mood per delivery, then `ok`.
struct Mood {
  enum Kind : std::uint8_t { ok, fail, timeout, slow, later, refuse } kind = ok;
  int status = 500;
  std::int64_t retry_after_ms = -1;
};

struct Delivery {           // one POST as the receiver saw it
  MonoTime at;
  std::uint64_t number = 0;
  std::string id, event, body, url;
  std::vector<std::pair<std::string, std::string>> headers;
  int status = 0;           // what it answered; 0: nothing
};

struct ApiCall {
  RequestId id = 0;
  std::string method, target, body, key;
  std::vector<Reply> replies;   // of one with a file its bytes are the body
  bool lost = false;        // the process died before it answered
};

class World {
 public:
  explicit World(Setup);
  ~World();

  // The network, brought up to the present time: what is scripted now happens now.
  SimNetwork& network() {
    flush();
    return network_;
  }
  const Setup& setup() const { return setup_; }
  const std::string& pn() const { return setup_.pn; }
  Now now() const { return now_; }

  // --- running
  bool run_until(const std::function<bool()>& condition, std::int64_t ms_max);  // false: time is up
  void run_for(std::int64_t ms);
  bool settle(std::int64_t ms_max = 1'800'000);   // until nothing is owed (see settled)
  bool settled() const;                           // obligations are empty, nothing is in flight

  // --- the user
  // `key`: its Idempotency-Key.
  RequestId request(std::string method, std::string target, std::string body = {}, std::string key = {});
  // Asks until a reply comes (again after a crash); nullopt when time is up.
  std::optional<Reply> call(const std::string& method, const std::string& target, const std::string& body = {},
                            std::int64_t ms_max = 120'000, const std::string& key = {});
  void set_moods(std::deque<Mood> moods) { moods_ = std::move(moods); }
  // With parts that the host took out of the body: their bytes are files from then on.
  RequestId request_with(gateway::ApiRequest, std::vector<Bytes> parts);
  std::optional<Reply> call_with(const gateway::ApiRequest&, const std::vector<Bytes>& parts,
                                 std::int64_t ms_max = 120'000);
  void set_receiver_away(bool away) { away_ = away; }  // nobody listens there; moods wait
  void crash_now() { crash(); }

  // --- looking
  std::uint64_t steps() const { return step_; }
  // Effects performed in each step so far: the shape of the crash matrix.
  const std::vector<std::size_t>& effects_of_steps() const { return effects_of_steps_; }
  std::uint64_t crashes() const { return crashes_done_; }
  const std::vector<Delivery>& deliveries() const { return deliveries_; }
  const std::map<RequestId, ApiCall>& calls() const { return calls_; }
  const store::MemoryStore& disk() const { return disk_; }
  std::size_t rows(store::Table, std::string_view prefix = {}) const;
  std::size_t webhooks_waiting() const { return rows(store::Table::webhook_queue, "l"); }
  std::size_t intents_waiting() const { return rows(store::Table::intents, "i"); }
  std::uint64_t trace_hash() const { return trace_hash_; }
  const std::vector<std::string>& trace() const { return trace_; }
  FileHost& files() { return files_; }
  bool removed() const { return removed_; }
  bool spinning() const { return spinning_; }   // the gateway wanted to be woken for ever

 private:
  struct Wire {
    Conn conn = 0;
    ConnectionId id = 0;
    std::uint64_t life = 0;
    MonoTime up_free, down_free;
    bool down_closed = false, up_closed = false;
  };
  struct ToServer { Conn conn = 0; Bytes bytes; };
  struct ServerOpen { Conn conn = 0; };
  struct ServerClosed { Conn conn = 0; };
  struct ToGateway { std::uint64_t life = 0; gateway::Input input; };
  struct ServerTick {};
  struct WebhookArrives { std::uint64_t life = 0; PostWebhook post; };
  struct Boot {};
  using Item = std::variant<ToServer, ServerOpen, ServerClosed, ToGateway, ServerTick, WebhookArrives, Boot>;

  void schedule(MonoTime at, Item item);
  bool advance(MonoTime limit);          // one event; false: nothing until the limit
  void handle(Item item);
  void step(gateway::Input input);
  void perform(const Effect& effect);
  void perform_one(const Connect&);
  void perform_one(const Send&);
  void perform_one(const Disconnect&);
  void perform_one(const Fetch&);
  void perform_one(const Reply&);
  void perform_one(const PostWebhook&);
  void perform_one(const Removed&);
  void perform_one(const WriteFile& write) { files_.keep(write.file, write.bytes); }
  void perform_one(const DropFile& drop) { files_.drop(drop.file); }
  void perform_one(const ReplyFile&);
  void crash();
  void boot();
  void flush();                          // lets the network act on what was scripted
  void take(std::vector<Out> out);
  void webhook_arrives(const WebhookArrives&);
  MonoTime soon() { return now_.mono + setup_.weather.delay_min_ms +
                           random_.below(static_cast<std::uint32_t>(setup_.weather.delay_max_ms -
                                                                    setup_.weather.delay_min_ms + 1)); }
  Wire* wire_of(ConnectionId id);
  Wire* wire_of_conn(Conn conn);
  void note(const std::string& line);
  void mix(ByteView bytes);
  void hash_contents(const gateway::Step& step);
  std::optional<Crash> crash_here(CrashPoint point, std::size_t effect);

  Setup setup_;
  SeededRandom random_, network_random_, gateway_random_;
  Now now_;
  SimNetwork network_;
  FileHost files_;
  store::MemoryStore disk_;
  std::unique_ptr<gateway::Gateway> gateway_;
  std::uint64_t life_ = 0;               // which incarnation of the gateway
  std::optional<MonoTime> wake_, server_tick_;
  std::map<std::pair<MonoTime, std::uint64_t>, Item> queue_;
  std::uint64_t next_item_ = 0;
  std::size_t in_flight_ = 0;            // items that are not ticks
  std::vector<Wire> wires_;
  Conn next_conn_ = 1;
  RequestId next_request_ = 1;
  std::map<RequestId, ApiCall> calls_;
  bool away_ = false;
  std::deque<Mood> moods_;
  std::vector<Delivery> deliveries_;
  std::uint64_t step_ = 0, crashes_done_ = 0;
  std::vector<std::size_t> effects_of_steps_;
  std::uint64_t trace_hash_ = 0xcbf29ce484222325ULL;
  std::vector<std::string> trace_;
  bool removed_ = false;
  MonoTime spin_at_;
  int spins_ = 0;
  bool spinning_ = false;
};

}  // namespace wa::sim
