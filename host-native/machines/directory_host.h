// The host side of the directory: the same loop as DeviceHost, for the machine that knows tenants, tokens and devices.
// Nothing of others runs on its strand, and nothing of it on theirs: what it hands on is posted. A step that throws is a
// commit that failed: its requests are answered, the directory is opened again.
#pragma once

#include <deque>
#include <memory>

#include "gateway/directory/directory.h"
#include "http/doorman.h"
#include "machines/fair_inbox.h"
#include "machines/requests.h"
#include "net/wa_socket.h"
#include "store/device_view.h"

namespace wa::native {

class DirectoryHost {
 public:
  struct Config {
    boost::asio::io_context& io;
    Committer& store;
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
  // Whose token a header carries, told on the directory's strand (doorman.h), exactly once: what the rows say, never
  // what a commit that is under way has changed. From any thread.
  void identify(const std::string& authorization, std::function<void(Doorman::Found)> tell);
  void stop();                                // what waits is answered, nothing more is handled
  bool ready();                               // from any thread: its rows could be read

 private:
  template <class Work>
  bool alone(const Work& work) noexcept;  // false: it threw
  template <class Work>
  void run(Work work);
  void take(gateway::DirectoryInput input);
  void queue(gateway::DirectoryInput input);
  struct Question {
    std::string authorization;
    std::function<void(Doorman::Found)> tell;
  };
  Doorman::Found whose(const std::string& authorization);
  void answer(Question question) noexcept;
  void answer_questions();
  void pump();
  void pump_later();
  void turn(gateway::DirectoryInput input);
  void take_step(gateway::DirectoryStep step);
  void commit();
  void committed(bool ok);
  void perform_all();
  void perform(gateway::DirectoryEffect& effect);
  void refuse(RequestId id) noexcept;
  bool reopen();
  void answer_all();
  void refuse_current();

  Config config_;
  Strand strand_;
  DeviceView view_;
  std::unique_ptr<gateway::Directory> directory_;
  FairInbox<gateway::DirectoryInput> inbox_;       // a lane for each token, one for what devices report
  std::vector<gateway::DirectoryEffect> effects_;  // of the steps whose writes are not yet committed
  std::vector<RequestId> current_;                 // the requests of these steps
  std::deque<Question> questions_;                 // that wait for a commit; a connection asks one at a time
  std::atomic<bool> readable_{true}, reopening_{false};
  bool committing_ = false, pump_posted_ = false, stopped_ = false;
};

}  // namespace wa::native
