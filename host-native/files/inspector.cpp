// tested by native/files/inspector_test.cpp
#include "files/inspector.h"

#include <boost/asio/post.hpp>

#include "files/inspection.h"
#include "system/background.h"

namespace wa::native {

namespace {
constexpr const char* kInspectionFailed = "file.inspection_failed";
}

Inspector::Inspector(std::shared_ptr<FileRoom> room, MediaTools tools)
    : room_(std::move(room)), tools_(std::move(tools)), queue_(kInspectionsMax, 1), threads_(kInspectionsMax) {}

Inspector::~Inspector() {
  stopping_ = true;
  threads_.stop();
  threads_.join();
}

void Inspector::inspect(Inspection what, Done done) {
  const std::string tenant = what.tenant;
  auto job = std::make_shared<Job>(Job{std::move(what), std::move(done)});
  if (auto now = queue_.add(tenant, std::move(job))) start(*std::move(now));
}

void Inspector::start(Held job) noexcept {
  while (job) {
    try {
      return boost::asio::post(threads_, [this, job] { work(job); });
    } catch (const std::exception&) {
      note_exception(kInspectionFailed, std::current_exception());
    }
    const Held over = std::exchange(job, queue_.finished(job->what.tenant).value_or(nullptr));
    try {
      over->done({FileFault::unreadable, {}, nullptr});
    } catch (const std::exception&) {
      note_exception(kInspectionFailed, std::current_exception());
    }
  }
}

void Inspector::work(Held job) noexcept {
  Inspected found{FileFault::unreadable, {}, nullptr};
  try {
    found = inspect_file(job->what, room_, tools_, &stopping_);
  } catch (const std::exception&) {
    note_exception(kInspectionFailed, std::current_exception());
  }
  job->what.file.reset();
  start(queue_.finished(job->what.tenant).value_or(nullptr));
  try {
    job->done(std::move(found));
  } catch (const std::exception&) {
    note_exception(kInspectionFailed, std::current_exception());
  }
}

}  // namespace wa::native
