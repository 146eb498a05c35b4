// tested by native/machines/body_files_test.cpp
#include "machines/body_files.h"

#include <optional>

#include "crypto/media_stream.h"
#include "gateway/http/file_bodies.h"
#include "system/metrics.h"
#include "system/os_clock.h"

namespace wa::native {
namespace {

using gateway::BodyPart;
using gateway::Failure;
using gateway::FileBody;

Reply refusal(const Failure& failure) { return gateway::build_failure(0, failure, os_now().wall); }

Failure no_room() {
  Failure out = gateway::rate_limited(
      "files of this tenant take all the room they may, or the disk is nearly full; wait until some were sent", 10);
  return out;
}

class BodyFiles final : public BodyTaker {
 public:
  BodyFiles(std::shared_ptr<FileRoom> room, Random& random, std::string tenant, std::unique_ptr<FileBody> body)
      : room_(std::move(room)),
        random_(random),
        tenant_(std::move(tenant)),
        body_(std::move(body)),
        kept_(std::make_shared<GivenFiles>()) {}

  std::uint64_t bytes_max() const override { return body_->bytes_max(); }
  std::size_t bytes_held() const override { return body_->bytes_held(); }

  std::optional<Reply> take(std::string_view piece) override {
    return keep(body_->take(piece));
  }

  std::optional<Reply> finish(HttpRequest& request) override {
    std::string json;
    if (auto refused = keep(body_->finish(json))) return refused;
    request.body = std::move(json);
    request.content_type = "application/json";
    request.form = body_->form();
    request.files = std::move(given_);
    if (!request.files.empty()) request.kept = std::move(kept_);
    return std::nullopt;
  }

 private:
  std::optional<Reply> keep(gateway::BodyParts parts) {
    for (BodyPart& part : parts) {
      if (auto* begins = std::get_if<gateway::FileBegins>(&part)) {
        given_.push_back(
            {std::move(begins->member), next_id(), 0, std::move(begins->file_name), std::move(begins->content_type), {}});
        writer_.emplace(room_, tenant_);
        digest_.emplace();
      } else if (const auto* bytes = std::get_if<gateway::FileBytes>(&part)) {
        writer_->append(bytes->bytes);
        digest_->feed(bytes->bytes);
      } else {
        FileHandle file = writer_->finish();
        if (file) {
          given_.back().size = file->size();
          given_.back().sha256 = to_bytes(digest_->finish());
          kept_->files.emplace_back(given_.back().file, std::move(file));
        }
      }
      if (writer_ && writer_->fault() != FileFault::none) return refusal(no_room());
    }
    if (body_->failure()) return refusal(*body_->failure());
    return std::nullopt;
  }

  FileId next_id() {
    for (;;) {
      if (const FileId id = read_be(random_.array<8>()); id != 0) return id;
    }
  }

  std::shared_ptr<FileRoom> room_;
  Random& random_;
  const std::string tenant_;
  std::unique_ptr<FileBody> body_;
  std::vector<gateway::GivenFile> given_;
  std::shared_ptr<GivenFiles> kept_;
  std::optional<FileWriter> writer_;   // of the last of them
  std::optional<crypto::MediaDigest> digest_;
};

}  // namespace

std::unique_ptr<BodyTaker> take_body_files(std::shared_ptr<FileRoom> room, Random& random, const HttpHead& head,
                                           const std::string& tenant, Reply& refused) {
  Failure failed;
  if (tenant.empty()) failed = gateway::not_ready("the server cannot tell whose token this is; try again", 1);
  else if (tenant == "master") failed = gateway::forbidden();
  const auto target = gateway::parse_target(head.target);
  std::unique_ptr<FileBody> body;
  if (failed.status == 500 && target) body = FileBody::of(head.content_type, *target, failed);
  if (!body) {
    refused = refusal(failed);
    return nullptr;
  }
  return std::make_unique<BodyFiles>(std::move(room), random, tenant, std::move(body));
}

}  // namespace wa::native
