// The host side of the directory: the same loop as DeviceHost, for the machine that knows tenants, tokens and devices.
#pragma once

#include <memory>

#include "doorman.h"
#include "fair_inbox.h"
#include "gateway/directory.h"
#include "requests.h"
#include "sqlite_store.h"
#include "wa_socket.h"

namespace wa::native {

class DirectoryHost {
 public:
  struct Config {
    boost::asio::io_context& io;
    SqliteStore& store;
    Random& random;
    Requests& requests;
    gateway::DirectoryConfig directory;
    // Called on the directory's strand, after the commit.
    std::function<void(gateway::ToDevice)> to_device;
    std::function<void(gateway::StartDevice)> start_device;
    std::function<void(gateway::RemoveDevice)> remove_device;
  };
  explicit DirectoryHost(Config config);

  void open();  // throws StoreError: the rows cannot be read; gives StartDevice for every device
  void feed(gateway::DirectoryInput input);   // from any thread
  // Whose token a header carries, told on the directory's strand (doorman.h). From any thread.
  void identify(const std::string& authorization, std::function<void(Doorman::Found)> tell);
  void stop();                                // what waits is answered, nothing more is handled

 private:
  void take(gateway::DirectoryInput input);
  void pump();
  void take_step(gateway::DirectoryStep step);
  void commit();
  void committed(bool ok);
  void perform_all();
  bool reopen();
  void answer_all();

  Config config_;
  Strand strand_;
  SqliteView view_;
  std::unique_ptr<gateway::Directory> directory_;
  FairInbox<gateway::DirectoryInput> inbox_;       // a lane for each token, one for what devices report
  std::vector<gateway::DirectoryEffect> effects_;  // of the steps whose writes are not yet committed
  std::vector<RequestId> current_;                 // the requests of these steps
  bool committing_ = false, pumping_ = false, stopped_ = false;
};

}  // namespace wa::native
