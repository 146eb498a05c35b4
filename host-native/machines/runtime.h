// Everything behind the HTTP front: the directory, the devices, and what they share. No decisions: requests go to the
// directory, what it says is done.
#pragma once

#include <atomic>
#include <condition_variable>
#include <unordered_map>

#include "machines/body_files.h"
#include "machines/device_host.h"
#include "machines/directory_host.h"
#include "system/os_random.h"

namespace wa::native {

class Runtime {
 public:
  struct Options {
    client::Config client;
    std::string wa_url, wa_ca, media_host, media_ca;  // as in server/config.h
    bool allow_private_webhooks = false;
    AllowedHosts allowed_webhooks;
    std::string webhook_ca;
    unsigned threads = 1;
    std::uint32_t tenant_queue_mib = 0;
    std::filesystem::path files_folder;
    std::uint32_t tenant_files_mib = 4096;
    std::string media_tools = "auto";
    ByteArray<32> master_token_sha256{};
  };
  Runtime(boost::asio::io_context& io, const Options& options, Committer& store);
  ~Runtime();
  void open();                                        // throws StoreError
  void submit(HttpRequest&& request, Answer answer);  // from any thread
  // Whether a request may carry files, and who takes them; nullptr: `refused` is answered.
  static bool takes_files(const HttpHead& head);
  std::unique_ptr<BodyTaker> taker(const HttpHead& head, const std::string& tenant, Reply& refused);
  void identify(const std::string& authorization, std::function<void(Doorman::Found)> tell);  // from any thread
  bool ready() const;                                 // the store answers, and the directory can be read
  std::size_t open_requests() const { return requests_.size(); }
  std::size_t devices() const;
  struct States { std::size_t connected = 0, offline = 0, unpaired = 0; };
  States states() const;
  void expire_requests();
  // Stops every machine; `done` when none has a commit under way. No requests may come any more.
  void stop(std::function<void()> done);

 private:
  Services services();
  std::shared_ptr<DeviceHost> device(const std::string& id) const;
  void to_device(gateway::ToDevice order);
  void start_device(const gateway::StartDevice& order);
  void remove_device(const std::string& id);
  void erase_rows(const std::string& id);

  boost::asio::io_context& io_;
  Committer& store_;
  client::Config client_;
  AllowedHosts allowed_webhooks_;
  std::uint64_t tenant_queue_bytes_;
  OsRandom random_;
  Requests requests_;
  Resolver service_names_, webhook_names_;  // whatever receivers are called, devices find the service
  TlsContext service_tls_, media_tls_, webhook_tls_;
  DialGate gate_;
  WaSocket::Network network_;
  WebhookClient webhooks_;
  MediaClient media_;
  std::shared_ptr<FileRoom> file_room_;
  Inspector inspector_;
  FileEffects files_;
  Turns turns_;
  HeldBytes unread_;
  Services services_;
  mutable std::mutex devices_mutex_;
  std::unordered_map<std::string, std::shared_ptr<DeviceHost>> devices_;
  enum class Seen : std::uint8_t { unpaired, offline, connected };
  std::unordered_map<std::string, Seen> seen_;  // what devices last said; absent: unpaired
  std::unique_ptr<DirectoryHost> directory_;
};

}  // namespace wa::native
