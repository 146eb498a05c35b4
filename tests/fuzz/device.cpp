#include "fuzz/device.h"

#include <deque>

#include "signal/sender_key.h"
#include "sim/service/server.h"
#include "sim/world/world.h"

namespace wa::fuzz {
namespace {

constexpr std::uint64_t kSeed = 11;
constexpr sim::Conn kConn = 1'000'000;
constexpr int kTicksMax = 48, kSpinsMax = 1000;
constexpr std::size_t kOwedMax = 64;
const std::string kOwn = "5511999999999", kContact = "5511888888888", kStranger = "5511777777777", kGroup = "120363000000000001";

// One device lives for a while in the simulated world; then its rows are kept, and one more login is recorded.
class Recording {
 public:
  Recording() : world_(setup()) {
    live();
    rows_ = world_.disk();
    now_ = world_.now();
    start_session_of_stranger();
    record_login();
  }

  gateway::Config config() {
    gateway::Config out;
    out.allow_private_webhooks = true;
    out.device_id = "00000000-0000-4000-8000-000000000001";
    out.user_id = "00000000-0000-4000-8000-000000000002";
    out.client.certificates.root_key = world_.network().root_key();
    out.client.prekey_count = 12;
    out.client.trace = true;
    return out;
  }
  sim::Server& server() { return world_.network().inside(); }
  sim::Device& wire_device() { return *sim::wire_devices(sim::account(server(), kOwn)).front(); }
  sim::Device& writer(From from) {
    sim::Account& own = sim::account(server(), kOwn);
    switch (from) {
      case From::own_phone: return sim::phone(server(), own);
      case From::own_companion: return sim::companion(server(), own);
      case From::contact: return sim::phone(server(), sim::account(server(), kContact));
      default: return sim::phone(server(), sim::account(server(), kStranger));
    }
  }
  const store::MemoryStore& rows() const { return rows_; }
  const std::vector<gateway::Input>& login() const { return login_; }
  const noise::Transport& transport() const { return *transport_; }
  Now now() const { return now_; }

 private:
  static sim::Setup setup() {
    sim::Setup out;
    out.seed = kSeed;
    out.uploaded = false;
    out.prekey_count = 12;
    out.weather = {1, 2, 0, 0, 0};
    out.options.keep_log = false;
    return out;
  }

  void call(const char* method, const std::string& target, const std::string& body) {
    auto reply = world_.call(method, target, body);
    for (int i = 0; i < 20 && reply && reply->status == 503; ++i) {  // the first synchronisation is under way
      world_.run_for(5'000);
      reply = world_.call(method, target, body);
    }
    WA_ASSERT(reply && reply->status / 100 == 2);
  }

  void live() {
    WA_ASSERT(world_.run_until([this] { return world_.network().online(kOwn); }, 600'000));
    world_.settle();
    call("POST", "/webhook",
         R"({"webhook_url":"http://127.0.0.1:8099/hook","secret":"s3cret","retry_attempts":3,"timeout":10,)"
         R"("enabled_events":["message.received","message.sent","call.offer","call.terminate","chat.archive"]})");
    call("PUT", "/calls/settings",
         R"({"auto_reject":true,"auto_reply":{"enabled":true,"message":"later","cooldown_seconds":60}})");
    sim::SimNetwork& network = world_.network();
    network.set_group(kGroup, {kOwn, kContact});
    network.send_text(kContact, kOwn, "hello");
    network.send_text(kOwn, kContact, "from the phone");
    sim::TextOptions companion, group;
    companion.from_companion = true;
    group.group = kGroup;
    network.send_text(kOwn, kContact, "from another device", companion);
    network.send_text(kContact, kOwn, "in the group", group);
    world_.settle();
    call("POST", "/send/text", R"({"number":"5511888888888","text":"an answer"})");
    call("POST", "/chats/5511888888888/archive", R"({"archived":true})");
    world_.network().ring(kOwn, kContact);
    world_.settle();
  }

  void start_session_of_stranger() {
    sim::Server& at = server();
    sim::Actor& actor = *writer(From::stranger).actor;
    const auto bundle = sim::bundle_of(at, wire_device());
    WA_ASSERT(bundle.has_value());
    store::Txn txn(actor.store);
    WA_ASSERT(signal::start_session(txn, actor.own, signal::address_of(wire_device().lid()), *bundle, at.random).ok());
    actor.store.apply(txn.take());
  }

  void record_login() {
    sim::SimNetwork& network = world_.network();
    store::MemoryStore disk = rows_;
    sim::SeededRandom random(kSeed);
    auto opened = gateway::Gateway::open(config(), disk, random, now_);
    WA_ASSERT(opened.ok());
    std::deque<gateway::Input> next{gateway::Tick{}};
    while (!next.empty() && login_.size() < 1000) {
      login_.push_back(next.front());
      gateway::Step step = (*opened)->handle(std::move(next.front()), now_);
      next.pop_front();
      disk.apply(step.writes);
      for (const Effect& effect : step.effects) {
        std::vector<sim::Out> outs;
        if (const auto* connect = std::get_if<Connect>(&effect)) {
          outs = network.on_open(kConn, now_);
          next.push_back(gateway::Opened{connect->connection});
        } else if (const auto* send = std::get_if<Send>(&effect)) {
          outs = network.on_bytes(kConn, send->bytes, now_);
        } else if (const auto* post = std::get_if<PostWebhook>(&effect)) {
          next.push_back(gateway::WebhookDone{post->delivery, 200});
        }
        for (sim::Out& out : outs) {
          if (out.conn == kConn && !out.bytes.empty()) next.push_back(gateway::Received{1, std::move(out.bytes)});
        }
      }
    }
    WA_ASSERT(network.online(kOwn));
    transport_ = server().connections.at(kConn).transport;
  }

  sim::World world_;
  store::MemoryStore rows_;
  Now now_;
  std::vector<gateway::Input> login_;
  std::optional<noise::Transport> transport_;
};

Recording& recording() {
  static Recording one;
  return one;
}

}  // namespace

const store::MemoryStore& Device::rows() { return recording().rows(); }

Device::Device() : Device(rows()) {
  WA_ASSERT(connection_ != 0 && !owed_.empty());
}

Device::Device(store::MemoryStore from) : disk_(std::move(from)), now_(recording().now()) { boot(); }

Device::~Device() = default;

void Device::boot() {
  random_ = std::make_unique<sim::SeededRandom>(kSeed);
  transport_ = recording().transport();
  open_.clear();
  owed_.clear();
  fetches_.clear();
  posts_.clear();
  wake_.reset();
  connection_ = 0;
  auto opened = gateway::Gateway::open(recording().config(), disk_, *random_, now_);
  if (!opened.ok()) return;
  gateway_ = *std::move(opened);
  for (const gateway::Input& input : recording().login()) feed(input);
}

void Device::restart() {
  if (removed_) return;
  gateway_.reset();
  boot();
}

void Device::feed(gateway::Input input) {
  if (!gateway_) return;
  gateway::Step step = gateway_->handle(std::move(input), now_);
  if (std::exchange(lose_next_, false)) return restart();
  disk_.apply(step.writes);
  for (Effect& effect : step.effects) note(effect);
  wake_ = step.wake;
  if (removed_) gateway_.reset();
}

void Device::note(Effect& effect) {
  if (const auto* connect = std::get_if<Connect>(&effect)) {
    connection_ = connect->connection;
  } else if (auto* fetch = std::get_if<Fetch>(&effect)) {
    fetches_.push_back(std::move(*fetch));
  } else if (auto* post = std::get_if<PostWebhook>(&effect)) {
    posts_.push_back(std::move(*post));
  } else if (auto* reply = std::get_if<Reply>(&effect)) {
    WA_ASSERT(open_.erase(reply->request) == 1);
    replies_.push_back(std::move(*reply));
  } else if (std::holds_alternative<Removed>(effect)) {
    removed_ = true;
  } else if (const auto* trace = std::get_if<Trace>(&effect); trace && trace->sent) {
    const auto node = wire::decode_stanza(trace->node);
    WA_ASSERT(node.ok());  // what we send is well-formed
    if (node->tag == "ack" || owed_.size() >= kOwedMax) return;
    owed_.push_back({node->tag, node->text_attr("id"), node->text_attr("to"), node->text_attr("xmlns")});
  }
}

void Device::stanza_bytes(ByteView plain) {
  if (!gateway_ || !transport_) return;
  const auto sealed = transport_->seal(plain);
  WA_ASSERT(sealed.ok());
  feed(gateway::Received{connection_, wire::encode_frame(*sealed)});
}

void Device::stanza(const wire::Node& node) { stanza_bytes(wire::encode_stanza(node)); }

store::MemoryStore& Device::store_of(From from) {
  const auto [slot, fresh] = stores_.try_emplace(from);
  if (fresh) slot->second = recording().writer(from).actor->store;
  return slot->second;
}

void Device::message(From from, ByteView plaintext, How how) {
  Recording& at = recording();
  sim::Device& by = at.writer(from);
  sim::Device& to = at.wire_device();
  Bytes padded = to_bytes(plaintext);
  padded.push_back(1);
  store::MemoryStore& stored = store_of(from);
  store::Txn txn(stored);
  const std::string id = "3EB0F022" + std::to_string(next_id_++);
  wire::Node message = how.group ? sim::group_message_from(at.server(), by, id, kGroup)
                                 : sim::message_from(at.server(), by, to, id, true);
  wire::Node enc("enc");
  enc.attr("v", "2");
  if (how.again) enc.attr("count", "1");
  if (how.group && !how.alone) {
    const std::string group = kGroup + "@g.us";
    const signal::Address own = signal::address_of(by.lid());
    (void)signal::create_distribution(txn, group, own, *random_);
    auto sealed = signal::encrypt_sender_key(txn, group, own, padded, *random_);
    if (!sealed.ok()) return;
    enc.attr("type", "skmsg").bytes(*sealed);
  } else {
    auto sealed = signal::encrypt_for(txn, signal::address_of(to.lid()), padded);
    if (!sealed.ok()) return;
    enc.attr("type", sealed->is_prekey ? "pkmsg" : "msg").bytes(sealed->message);
  }
  stored.apply(txn.take());
  if (how.peer) message.attr("category", "peer");
  if (how.offline) message.attr("offline", "1");
  message.child(std::move(enc));
  if (by.number != 0) {
    wire::Node identity("device-identity");
    message.child(std::move(identity.bytes(by.signed_identity)));
  }
  stanza(message);
}

void Device::answer(const Owed& owed, const wire::Node* child, int error) {
  const bool query = owed.tag == "iq";
  wire::Node node(query ? "iq" : "ack");
  node.attr("id", owed.id);
  if (!owed.to.empty()) node.attr("from", owed.to);
  if (query) {
    node.attr("type", error ? "error" : "result");
    if (error) node.child(wire::Node("error").attr("code", static_cast<std::uint64_t>(error)).attr("text", "no"));
  } else {
    node.attr("class", owed.tag);
    if (error) node.attr("error", static_cast<std::uint64_t>(error));
  }
  if (child) node.child(*child);
  stanza(node);
}

void Device::request(std::string method, std::string target, std::string body) {
  if (!gateway_) return;
  gateway::ApiRequest request;
  request.request = next_request_++;
  request.method = std::move(method);
  request.target = std::move(target);
  request.content_type = "application/json";
  request.body = std::move(body);
  open_.insert(request.request);
  feed(std::move(request));
}

void Device::pass(std::int64_t ms) {
  const MonoTime until = now_.mono + ms;
  int spins = 0;
  for (int ticks = 0; gateway_ && wake_ && !(until < *wake_) && ticks < kTicksMax;) {
    const std::int64_t step = now_.mono < *wake_ ? *wake_ - now_.mono : 0;
    spins = step ? 0 : spins + 1;
    ticks += step != 0;
    WA_ASSERT(spins < kSpinsMax);
    now_.mono = now_.mono + step;
    now_.wall = now_.wall + step;
    feed(gateway::Tick{});
  }
  if (now_.mono < until) {
    now_.wall = now_.wall + (until - now_.mono);
    now_.mono = until;
    feed(gateway::Tick{});
  }
}

void Device::finish() {
  pass(150'000);
  WA_ASSERT(!gateway_ || open_.empty());
}

}  // namespace wa::fuzz
