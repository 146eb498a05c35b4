// What a device does to the world: its effects, performed, and what comes of them.
// tested by native/machines/runtime_test.cpp, native/machines/file_effects_test.cpp
#include <boost/asio/post.hpp>
#include <type_traits>

#include "machines/body_files.h"
#include "machines/device_host.h"
#include "system/background.h"
#include "system/log.h"
#include "system/metrics.h"

namespace wa::native {

namespace asio = boost::asio;
using namespace gateway;

void DeviceHost::perform(Effect& effect) {
  std::visit(
      [this](auto& one) {
        using T = std::decay_t<decltype(one)>;
        if constexpr (std::is_same_v<T, Connect>) {
          connect(one.connection);
        } else if constexpr (std::is_same_v<T, Send>) {
          if (socket_ && socket_->id() == one.connection) socket_->send(std::move(one.bytes));
        } else if constexpr (std::is_same_v<T, Disconnect>) {
          if (socket_ && socket_->id() == one.connection) socket_->close();
        } else if constexpr (std::is_same_v<T, Fetch>) {
          fetch(std::move(one));
        } else if constexpr (std::is_same_v<T, Reply>) {
          reply(std::move(one));
        } else if constexpr (std::is_same_v<T, PostWebhook>) {
          post_webhook(std::move(one));
        } else if constexpr (std::is_same_v<T, DeviceStatus>) {
          services_.report(device_id_, one);
        } else if constexpr (std::is_same_v<T, Log>) {
          if (log::enabled(one.level))
            log::line(one.level, one.text, {{"device", log::hashed(device_id_)}, {"number", one.number}});
        } else if constexpr (std::is_same_v<T, Removed>) {
          services_.removed(device_id_);
        } else if constexpr (std::is_same_v<T, WriteFile>) {
          if (shelf_) services_.files.write(shelf_, one);
        } else if constexpr (std::is_same_v<T, DropFile>) {
          if (shelf_) shelf_->drop(one.file);
        } else if constexpr (std::is_same_v<T, ReplyFile>) {
          reply_file(std::move(one));
        } else if constexpr (wa::FileWork<T>) {
          work_on_file(std::move(one));
        } else {
          static_assert(std::is_same_v<T, Trace>);
        }
      },
      effect);
}

void DeviceHost::connect(ConnectionId id) {
  count(counters().dials);
  if (socket_) socket_->abandon();
  try {
    socket_ = WaSocket::connect(services_.network, strand_, id, weak_from_this(), tenant_id_);
  } catch (const std::exception& problem) {  // an unusable CA file
    log::error("socket.unusable", {{"reason", problem.what()}});
    run([this, id] { socket_closed(id); });
  }
}

void DeviceHost::fetch(Fetch request) {
  services_.media.fetch(tenant_id_, std::move(request), [weak = weak_from_this(), strand = strand_,
                                             generation = generation_](Fetched fetched) {
    asio::post(strand, [weak, generation, fetched = std::move(fetched)]() mutable {
      if (const auto self = weak.lock(); self && self->generation_ == generation)
        self->guarded([&] { self->feed(std::move(fetched)); });
    });
  });
}

void DeviceHost::post_webhook(PostWebhook webhook) {
  services_.webhooks.post(tenant_id_, std::move(webhook), [weak = weak_from_this(), strand = strand_,
                                               generation = generation_](WebhookDone done) {
    Counters& all = counters();
    count(done.status == 0         ? all.webhooks_unanswered
          : done.status / 100 == 2 ? all.webhooks_delivered
                                   : all.webhooks_refused);
    const WebhookFault fault = fault_of(done.status, done.fault);
    if (fault != WebhookFault::none) count(all.webhooks_failed[static_cast<std::size_t>(fault)]);
    asio::post(strand, [weak, generation, done] {
      if (const auto self = weak.lock(); self && self->generation_ == generation)
        self->guarded([&] { self->feed(done); });
    });
  }, device_id_);
}

// What is shown over all devices, kept up to date by the differences.
void DeviceHost::note_webhooks() {
  const Webhooks::Totals now = gateway_ ? gateway_->webhook_totals() : Webhooks::Totals();
  const auto shift = [](Counter& all, std::uint64_t before, std::uint64_t after) {
    if (before != after) all.fetch_add(after - before, std::memory_order_relaxed);
  };
  Counters& all = counters();
  shift(all.webhooks_queued, webhooks_.queued, now.queued);
  shift(all.webhooks_kept_failed, webhooks_.failed, now.failed);
  shift(all.webhooks_suspended, webhooks_.suspended, now.suspended);
  if (gateway_ && webhooks_seen_ == generation_) {
    shift(all.webhooks_dropped, webhooks_.dropped, std::max(now.dropped, webhooks_.dropped));
    shift(all.webhooks_given_up, webhooks_.given_up, std::max(now.given_up, webhooks_.given_up));
    shift(all.webhooks_missed, webhooks_.missed, std::max(now.missed, webhooks_.missed));
    shift(all.webhooks_forgotten, webhooks_.forgotten, std::max(now.forgotten, webhooks_.forgotten));
  }
  webhooks_ = now;
  webhooks_seen_ = generation_;
}

void DeviceHost::reply(Answered reply) {
  std::erase(open_requests_, reply.request);
  if (open_requests_.empty()) open_requests_ = {};
  services_.requests.reply(std::move(reply));
}

// As for fetches: told on the strand, and not to a gateway that was opened since.
FileEffects::Done DeviceHost::file_done() {
  return [weak = weak_from_this(), strand = strand_, generation = generation_](FileDone done) {
    asio::post(strand, [weak, generation, done = std::move(done)]() mutable {
      if (const auto self = weak.lock(); self && self->generation_ == generation)
        self->guarded([&] { self->feed(std::move(done)); });
    });
  };
}

template <class Order>
void DeviceHost::work_on_file(Order order) {
  FileEffects& files = services_.files;
  FileEffects::Done done = file_done();
  if (!shelf_) return done({order.job, FileFault::missing, 0, -1, {}});
  if constexpr (std::is_same_v<Order, FetchUrl>) files.fetch(shelf_, std::move(order), std::move(done));
  else if constexpr (std::is_same_v<Order, SealFile>) files.seal(shelf_, std::move(order), std::move(done));
  else if constexpr (std::is_same_v<Order, UploadFile>) files.upload(shelf_, std::move(order), std::move(done));
  else if constexpr (std::is_same_v<Order, DownloadFile>) files.download(shelf_, std::move(order), std::move(done));
  else files.inspect(shelf_, order, std::move(done));
}

void DeviceHost::reply_file(ReplyFile order) {
  FileFault fault = FileFault::missing;
  const FileHandle file = shelf_ ? shelf_->find(order.file, fault) : nullptr;
  if (!file || order.offset > file->size() || order.count > file->size() - order.offset) {
    Reply gone = error_reply(500, "INTERNAL_ERROR", "the file is not here any more; ask again");
    gone.request = order.request;
    return reply(std::move(gone));
  }
  Answered out;
  out.request = order.request;
  out.status = order.status;
  out.headers = std::move(order.headers);
  out.stream = std::make_shared<const ReplyStream>(
      ReplyStream{order.count, [file, begin = order.offset](std::uint64_t offset, std::span<std::uint8_t> bytes) {
                    return file->read(begin + offset, bytes);
                  }});
  reply(std::move(out));
}

// The files of a request are the device's from here on: it drops them.
void DeviceHost::take_files(ApiRequest& request) {
  if (request.files.empty()) return;
  const auto kept = std::static_pointer_cast<GivenFiles>(services_.requests.take_kept(request.request));
  if (!kept || !shelf_) return request.files.clear();
  for (auto& [id, file] : kept->files) shelf_->put(id, std::move(file));
}

// Work that goes on for them ends by itself, and is told to nobody.
void DeviceHost::leave_files() { shelf_.reset(); }

void DeviceHost::answer_all(const Reply& reply) {
  for (const RequestId id : std::exchange(open_requests_, {})) {
    Reply out = reply;
    out.request = id;
    services_.requests.reply(std::move(out));
  }
}

}  // namespace wa::native
