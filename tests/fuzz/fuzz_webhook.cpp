// Settings of a webhook, and what its receiver does. The first line is the body of POST /webhook; each byte after it is an event, a result
// or time. Laws: what is posted goes where the settings say, as a URL that was allowed; no more at once than the limit; every
// delivery number is one that was given out.
#include "base/egress.h"
#include "base/limits.h"
#include "fuzz/device.h"
#include "fuzz/script.h"

using namespace wa;

namespace {

constexpr int kStepsMax = 64;
constexpr int kStatus[] = {0, 100, 200, 204, 301, 400, 408, 410, 429, 500, 503, 599};

void call_from_contact(fuzz::Device& device, int number) {
  wire::Node call("call"), offer("offer");
  const wire::Jid caller{"5511888888888", wire::Server::pn, 0};
  offer.attr("call-id", "F0" + std::to_string(number)).attr("call-creator", caller).child(wire::Node("audio").attr("enc", "opus"));
  call.attr("from", caller).attr("id", "C" + std::to_string(number)).attr("t", std::uint64_t{1'790'000'000}).child(std::move(offer));
  device.stanza(call);
}

class Receiver {
 public:
  explicit Receiver(fuzz::Device& device) : device_(device) {}
  void look() {
    for (; seen_ < device_.posts().size(); ++seen_) {
      const PostWebhook& post = device_.posts()[seen_];
      WA_ASSERT(is_webhook_url(post.url, {true, true}));
      WA_ASSERT(post.timeout_ms > 0 && post.headers.size() <= limits::kWebhookHeadersMax + 8);
      for (const auto& [name, value] : post.headers) {
        WA_ASSERT((name + value).find_first_of(std::string_view("\r\n\0", 3)) == std::string::npos);
      }
      waiting_.push_back(post.delivery);
    }
    WA_ASSERT(waiting_.size() <= limits::kWebhooksInFlightMax);
  }
  void done(std::uint8_t what) {
    if (waiting_.empty()) return;
    const std::size_t which = what % waiting_.size();
    const std::uint64_t delivery = waiting_[which];
    waiting_.erase(waiting_.begin() + static_cast<std::ptrdiff_t>(which));
    device_.feed(gateway::WebhookDone{delivery, kStatus[what % std::size(kStatus)], what & 0x40 ? std::int64_t{what} * 1000 : -1});
  }

 private:
  fuzz::Device& device_;
  std::size_t seen_ = 0;
  std::vector<std::uint64_t> waiting_;
};

}  // namespace

void fuzz_one(ByteView input) {
  if (input.size() > 4096) return;
  fuzz::Script script(input);
  fuzz::Device device;
  Receiver receiver(device);
  receiver.look();
  device.request("POST", "/webhook", script.line());
  for (int i = 0; i < kStepsMax && !script.empty(); ++i) {
    const std::uint8_t step = script.byte();
    if (step & 0x80) {
      receiver.done(script.byte());
    } else if (step < 0x20) {
      call_from_contact(device, i);
    } else if (step < 0x40) {
      device.message(fuzz::From::contact, Bytes{0x0a, 0x01, 'x'}, {false, (step & 1) != 0, false, false, false});
    } else if (step < 0x60) {
      device.pass(std::int64_t{step} * script.byte() * 10);
    } else if (step < 0x68) {
      device.request("GET", step & 1 ? "/webhook" : "/webhook/failed", {});
    } else if (step < 0x70) {
      device.request("POST", step & 1 ? "/webhook/failed/replay" : "/webhook/secret/rotate", {});
    } else if (step < 0x78) {
      device.request("POST", "/webhook", script.line());
    } else {
      device.request("DELETE", "/webhook", {});
    }
    receiver.look();
  }
  device.finish();
}
