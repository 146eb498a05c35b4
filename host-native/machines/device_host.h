// The host side of one device: feeds its gateway one input at a time on its own strand, commits, then performs.
// Guarantees: no effect of a step before its writes, and those of all steps before it, are durable; after a failed
// commit or read, or after an exception, the gateway is discarded and opened again from the store, and every request it
// held is answered;
// inputs that wait are bounded. Takes turns: what one device handles at a stretch is bounded, and so is the number of a
// tenant's devices that handle something at the same time; between turns other tenants' devices have theirs.
#pragma once

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/post.hpp>
#include <list>
#include <memory>
#include <string>
#include <vector>

#include "gateway/directory/directory.h"
#include "gateway/gateway.h"
#include "gateway/webhooks/webhooks.h"
#include "machines/file_effects.h"
#include "machines/requests.h"
#include "net/fair_queue.h"
#include "net/media_client.h"
#include "net/wa_socket.h"
#include "net/webhook_client.h"
#include "store/device_view.h"
#include "system/metrics.h"

namespace wa::native {

class DeviceHost;
using Turns = FairQueue<std::shared_ptr<DeviceHost>>;

// What every device uses; one of it in the process.
struct Services {
  boost::asio::io_context& io;
  Committer& store;
  Random& random;
  Requests& requests;
  WaSocket::Network& network;
  WebhookClient& webhooks;
  MediaClient& media;
  FileEffects& files;
  Turns& turns;
  HeldBytes& unread;  // what came from the service and waits
  const client::Config& client;
  std::function<void(const std::string& device_id, const DeviceStatus&)> report;
  std::function<void(const std::string& device_id)> removed;  // its rows may be erased now
};

class DeviceHost final : public SocketEvents, public std::enable_shared_from_this<DeviceHost> {
 public:
  // `queue_bytes`: its part of what the queues of its tenant may hold.
  DeviceHost(Services& services, const gateway::StartDevice& order, std::uint64_t queue_bytes);

  // From any thread.
  void start();
  void request(gateway::ApiRequest request);
  void stop(std::function<void()> done);  // silently; `done` when no commit is under way any more

  void socket_opened(ConnectionId id) override;
  void socket_received(ConnectionId id, Bytes bytes) override;
  void socket_closed(ConnectionId id) override;

 private:
  using Timer = boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                                  boost::asio::wait_traits<std::chrono::steady_clock>, Strand>;

  template <class Work>
  void guarded(Work work);
  template <class Work>
  void run(Work work);
  Result<std::unique_ptr<gateway::Gateway>> read_rows();
  void open();
  void take(gateway::ApiRequest request);
  void answer_from_rows(gateway::ApiRequest request);
  void feed(gateway::Input input);
  void pump();
  void pump_later();
  bool may_read_on() const;
  void turn();
  bool handle_waiting();
  gateway::Step timed_step(gateway::Input input, Now now);
  void after_turn(bool due);
  void pass_turn() noexcept;
  struct Passing {
    DeviceHost& device;
    ~Passing() { device.pass_turn(); }
  };
  void commit_soon();
  void commit(bool here);
  void committed(bool ok);
  void perform_all();
  void perform(Effect& effect);
  void connect(ConnectionId id);
  void fetch(Fetch request);
  void post_webhook(PostWebhook webhook);
  void note_webhooks();
  void reply(Answered reply);
  void reply_file(ReplyFile order);
  FileEffects::Done file_done();
  template <class Order>
  void work_on_file(Order order);
  void take_files(gateway::ApiRequest& request);
  void leave_files();
  void arm();
  void on_timer();
  void discard(const char* why);
  void answer_all(const Reply& reply);
  void finish_stop();

  Services& services_;
  Strand strand_;
  Timer timer_;
  std::string device_id_, user_id_, tenant_id_;
  std::uint64_t queue_bytes_;
  DeviceView view_;
  std::unique_ptr<gateway::Gateway> gateway_;
  std::shared_ptr<WaSocket> socket_;
  std::shared_ptr<FileShelf> shelf_;      // of this time that the gateway is open
  std::list<gateway::Input> inbox_;
  std::vector<Effect> effects_;           // of the steps whose writes are not yet committed
  std::vector<RequestId> open_requests_;
  std::optional<MonoTime> wake_, armed_, failed_at_;
  std::optional<MonoTime> commit_by_;     // for staged rows without effects
  std::function<void()> stopped_;
  std::uint32_t generation_ = 0;          // of gateway_; answers meant for a discarded one are dropped
  std::uint16_t failures_ = 0;
  gateway::Webhooks::Totals webhooks_;   // as they are in the counters of all
  std::uint32_t webhooks_seen_ = 0;      // of which generation
  HeldBytes::Share unread_;              // of inbox_
  bool committing_ = false, pumping_ = false, pump_posted_ = false, owed_read_ = false;
  std::atomic<bool> queued_{false};      // for a turn
  bool commit_soon_ = false, more_came_ = false;
  bool broken_ = false;                   // during a commit: discarded once it is over
};

// On the strand: what it throws costs this machine, and nobody else.
template <class Work>
void DeviceHost::guarded(Work work) {
  try {
    work();
  } catch (const std::exception& problem) {
    count(counters().device_exceptions);
    pumping_ = false;
    if (committing_) broken_ = true;
    else discard(problem.what());
  }
}

// From any thread, and never at once: whoever calls has other things to do.
template <class Work>
void DeviceHost::run(Work work) {
  boost::asio::post(strand_,
                    [self = shared_from_this(), work = std::move(work)]() mutable { self->guarded(std::move(work)); });
}

}  // namespace wa::native
