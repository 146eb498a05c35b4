// Uploads: what each answer of a host leads to (09 section 2).
#include "client/media/upload_protocol.h"
#include "unit/client/files/files_rig.h"

using namespace wa;
using namespace wa::client;
using test::FilesRig;
using test::kHosted;

namespace {

UploadFile begun(FilesRig& at, std::uint64_t sealed_size = 138) {
  REQUIRE(at.files->execute(at.image(5), at.out, at.world.turn()).ok());
  return at.uploading(sealed_size);
}

}  // namespace

TEST_CASE("hosts in order, then again after 1, 2 and 4 s, then no more") {
  FilesRig at;
  UploadFile upload = begun(at);
  for (int round = 0; round < kUploadRounds; ++round) {
    CHECK(upload.host == "a.whatsapp.net");
    if (round % 2 == 0) at.answer(upload.job, 503);
    else at.fault(upload.job, FileFault::unreachable);
    upload = at.only<UploadFile>();
    CHECK(upload.host == "b.whatsapp.net");
    at.answer(upload.job, 200, "{}");
    if (round + 1 == kUploadRounds) break;
    at.tick((1000 << round) - 1);
    CHECK(at.quiet());
    at.tick(1);
    upload = at.only<UploadFile>();
  }
  const auto failed = at.world.only_event<FileFailed>();
  CHECK((failed.why == FileFailure::unreachable && failed.status == 200));
}

TEST_CASE("a refusal of who we are leads to one new connection") {
  FilesRig at;
  UploadFile upload = begun(at);
  at.answer(upload.job, 401);
  CHECK(at.world.take_queries().size() == 1);
  at.know_hosts({"c.whatsapp.net"}, "new");
  upload = at.only<UploadFile>();
  CHECK(upload.host == "c.whatsapp.net");
  CHECK(upload.path.find("auth=new&") != std::string::npos);
  at.answer(upload.job, 403);
  const auto failed = at.world.only_event<FileFailed>();
  CHECK((failed.why == FileFailure::refused && failed.status == 403));
}

TEST_CASE("other refusals go to the next host and are final at the last") {
  FilesRig at;
  at.answer(begun(at).job, 415);
  at.answer(at.only<UploadFile>().job, 413);
  const auto failed = at.world.only_event<FileFailed>();
  CHECK((failed.why == FileFailure::refused && failed.status == 413));
}

TEST_CASE("who is throttled waits as long as is said, and no longer than makes sense") {
  for (const std::int64_t retry_after_ms : {7'000, 3'600'000}) {
    FilesRig at;
    at.answer(begun(at).job, 429, {}, retry_after_ms);
    if (retry_after_ms > 300'000) {
      const auto failed = at.world.only_event<FileFailed>();
      CHECK((failed.why == FileFailure::throttled && failed.retry_after_ms == retry_after_ms));
      continue;
    }
    at.tick(6'999);
    CHECK(at.quiet());
    at.tick(1);
    at.answer(at.only<UploadFile>().job, 200, kHosted);
    CHECK(at.world.only_event<FileUploaded>().job == "job_1");
  }
}

TEST_CASE("a large file: the host may have it, or a part of it") {
  struct Row { const char* name; int status; const char* body; bool sent; std::uint64_t offset; };
  const Row rows[] = {
      {"all of it", 200, R"({"resume":"complete","url":"https:\/\/x","direct_path":"\/v\/x?a=1"})", false, 0},
      {"a part", 200, R"({"resume":"4000000"})", true, 4'000'000},
      {"nothing", 200, R"({"resume":"0"})", true, 0},
      {"more than there is", 200, R"({"resume":"99999999"})", true, 0},
      {"an error", 500, "", true, 0},
      {"words", 200, "hello", true, 0},
  };
  for (const Row& row : rows) {
    INFO(row.name);
    FilesRig at;
    const UploadFile check = begun(at, 6'000'010);
    CHECK((check.check && check.path.find("&resume=1") != std::string::npos));
    at.answer(check.job, row.status, row.body);
    if (!row.sent) {
      CHECK(at.world.only_event<FileUploaded>().job == "job_1");
      continue;
    }
    const UploadFile upload = at.only<UploadFile>();
    CHECK((!upload.check && upload.offset == row.offset));
    CHECK((upload.path.find("&file_offset=4000000") != std::string::npos) == (row.offset > 0));
  }
}

TEST_CASE("without a connection an upload waits for the link") {
  FilesRig at;
  REQUIRE(at.files->execute(at.image(5), at.out, at.world.turn()).ok());
  at.done(at.only<InspectFile>().job, FilesRig::seen());
  FileSealed sealed;
  sealed.size = 100;
  sealed.sealed_size = 138;
  sealed.enc_sha256 = Bytes(32, 2);
  at.done(at.only<SealFile>().job, std::move(sealed));
  CHECK(at.world.take_queries().size() == 1);
  at.hosts.on_answer(MediaConnQuery{}, QueryAnswer(QueryLinkLost{}), at.out, at.world.turn());
  at.files->on(HostsKnown{}, at.out, at.world.turn());
  at.files->on_offline(at.world.turn());
  at.tick(3'600'000);
  CHECK(at.quiet());
  CHECK(at.world.events.empty());
  at.files->on_online(at.out, at.world.turn());
  at.tick(1);
  CHECK(at.world.take_queries().size() == 1);
  at.know_hosts();
  at.answer(at.only<UploadFile>().job, 200, kHosted);
  CHECK(at.world.only_event<FileUploaded>().job == "job_1");
}
