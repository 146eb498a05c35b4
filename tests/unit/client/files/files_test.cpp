#include <set>

#include "base/encoding.h"
#include "client/files/file_types.h"
#include "client/media/media_retry.h"
#include "unit/client/files/files_rig.h"

using namespace wa;
using namespace wa::client;
using test::FilesRig;

TEST_CASE("a file is looked into, sealed, uploaded, and then its message leaves") {
  FilesRig at;
  REQUIRE(at.files->execute(at.image(5), at.out, at.world.turn()).ok());
  CHECK(at.job().stage == FileStage::inspecting);
  const UploadFile upload = at.uploading();
  CHECK(upload.host == "a.whatsapp.net");
  CHECK(upload.path == "/mms/image/" + base64_url(Bytes(32, 2)) + "?auth=A%2B%2F%3D&token=" + base64_url(Bytes(32, 2)));
  CHECK(at.dropped == std::vector<FileId>{5});
  CHECK(at.job().stage == FileStage::uploading);
  at.answer(upload.job, 200, test::kHosted);
  const auto told = at.world.only_event<FileUploaded>();
  CHECK((told.command == 7 && told.job == "job_1" && told.message_id == "3EB0AA"));
  const auto notices = at.world.take_notices();
  const auto* hosted = at.noticed<FileHosted>(notices);
  REQUIRE(hosted);
  const FileBody& body = std::get<FileBody>(hosted->message.body);
  CHECK((hosted->message.command == 7 && hosted->message.to == test::kTo && hosted->message.id == "3EB0AA"));
  CHECK((body.caption == "look" && body.width == 640 && body.thumbnail.size() == 10 &&
         body.file.mimetype == "image/jpeg"));
  CHECK((body.file.direct_path == "/v/x?a=1" && body.file.media_key.size() == 32 && body.file.sha256 == Bytes(32, 1)));
  CHECK(body.file.bytes == 100);
  CHECK(at.job().stage == FileStage::uploaded);
  CHECK(at.quiet());
  CHECK(at.dropped == std::vector<FileId>{5, upload.file});
  CHECK(open_file_jobs(at.world.turn().txn).empty());
}

TEST_CASE("what came with a request ends with the process, a URL begins anew") {
  for (const bool url : {false, true}) {
    FilesRig at;
    SendFile command = at.image(url ? 0 : 5);
    if (url) command.wish.source = {0, 0, "https://files.example/a.jpg"};
    command.message.context.mentioned = {test::kTo};
    command.message.context.not_before = WallTime{77};
    REQUIRE(at.files->execute(command, at.out, at.world.turn()).ok());
    at.world.effects.clear();
    at.world.turn();
    CHECK(has_open_file_jobs(at.world.rows));
    at.files = std::make_unique<Files>(at.hosts);
    at.files->expect_rows();
    CHECK((at.files->deadline() && *at.files->deadline() <= at.world.now.mono));
    at.files->on_tick(at.out, at.world.turn());
    if (!url) {
      const auto failed = at.world.only_event<FileFailed>();
      CHECK((failed.why == FileFailure::restarted && failed.command == 0 && failed.message_id == "3EB0AA"));
      CHECK(at.job().why == FileFailure::restarted);
      CHECK(at.world.effects.empty());
      continue;
    }
    const FetchUrl fetch = at.only<FetchUrl>();
    CHECK((fetch.url == "https://files.example/a.jpg" && fetch.bytes_max == row_of(MediaKind::image).bytes_max));
    at.done(fetch.job, FileStored{100, Bytes(32, 1), "image/jpeg; x=y", "a.jpg"});
    at.files->on_online(at.out, at.world.turn());
    at.answer(at.uploading().job, 200, test::kHosted);
    const auto notices = at.world.take_notices();
    const SendMessage& message = at.noticed<FileHosted>(notices)->message;
    CHECK(
        (message.context.mentioned == std::vector<wire::Jid>{test::kTo} && message.context.not_before == WallTime{77}));
    CHECK(std::get<FileBody>(message.body).caption == "look");
  }
}

TEST_CASE("each step that fails ends the job with its reason, and no file is left") {
  struct Row { const char* name; int step; FileFault fault; int status; FileFailure why; };
  const Row rows[] = {
      {"refused destination", 0, FileFault::forbidden, 0, FileFailure::not_allowed},
      {"404 at the URL", 0, FileFault::http_status, 404, FileFailure::not_fetched},
      {"slow URL", 0, FileFault::timeout, 0, FileFailure::timeout},
      {"large", 0, FileFault::too_large, 0, FileFailure::too_large},
      {"no room", 0, FileFault::no_room, 0, FileFailure::no_room},
      {"no files here", 0, FileFault::unsupported, 0, FileFailure::unsupported},
      {"not an image", 1, FileFault::unreadable, 0, FileFailure::wrong_type},
      {"gone meanwhile", 1, FileFault::missing, 0, FileFailure::lost},
      {"no room to seal", 2, FileFault::no_room, 0, FileFailure::no_room},
      {"gone before it was sealed", 2, FileFault::missing, 0, FileFailure::lost},
      {"gone before it was uploaded", 3, FileFault::missing, 0, FileFailure::lost},
  };
  for (const Row& row : rows) {
    INFO(row.name);
    FilesRig at;
    at.know_hosts();
    SendFile command = at.image(0);
    command.wish.source = {0, 0, "https://files.example/a.jpg"};
    REQUIRE(at.files->execute(command, at.out, at.world.turn()).ok());
    std::set<FileId> made;
    const FetchUrl fetch = at.only<FetchUrl>();
    made.insert(fetch.into);
    if (row.step == 0) at.fault(fetch.job, row.fault, row.status);
    if (row.step > 0) {
      at.done(fetch.job, FileStored{100, Bytes(32, 1), "image/jpeg", {}});
      const InspectFile inspect = at.only<InspectFile>();
      if (row.step == 1) at.fault(inspect.job, row.fault);
      if (row.step > 1) {
        at.done(inspect.job, FilesRig::seen());
        const SealFile seal = at.only<SealFile>();
        if (row.step == 2) at.fault(seal.job, row.fault);
        if (row.step > 2) {
          made.insert(seal.into);
          FileSealed sealed;
          sealed.size = 100;
          sealed.sealed_size = 138;
          sealed.enc_sha256 = Bytes(32, 2);
          at.done(seal.job, std::move(sealed));
          at.fault(at.only<UploadFile>().job, row.fault);
        }
      }
    }
    const auto failed = at.world.only_event<FileFailed>();
    CHECK(failed.why == row.why);
    CHECK(failed.status == row.status);
    CHECK(at.job().why == row.why);
    CHECK(at.quiet());
    if (row.step > 0) {
      for (const FileId file : made) CHECK(std::count(at.dropped.begin(), at.dropped.end(), file) == 1);
    }
    CHECK_FALSE(at.files->deadline());
  }
}

TEST_CASE("what a file must be to be sent as a kind") {
  struct Row { MediaKind kind; const char* said; const char* seen; bool looked, fits; const char* type; };
  const Row rows[] = {
      {MediaKind::image, "", "image/png", true, true, "image/png"},
      {MediaKind::image, "image/jpeg", "application/pdf", true, false, ""},
      {MediaKind::image, "image/jpeg", "", true, false, ""},
      {MediaKind::image, "", "", false, true, "image/jpeg"},
      {MediaKind::image, "text/html", "", false, false, ""},
      {MediaKind::voice, "", "audio/ogg", true, true, "audio/ogg; codecs=opus"},
      {MediaKind::audio, "audio/mpeg", "", true, true, "audio/mpeg"},
      {MediaKind::audio, "", "video/mp4", true, false, ""},
      {MediaKind::sticker, "", "image/jpeg", true, false, ""},
      {MediaKind::document, "", "", true, true, "application/octet-stream"},
      {MediaKind::document, "text/csv", "text/plain", true, true, "text/csv"},
      {MediaKind::document, "application/octet-stream", "application/pdf", true, true, "application/pdf"},
  };
  for (const Row& row : rows) {
    INFO(row.said << " " << row.seen);
    FileBody body;
    body.kind = row.kind;
    body.file.mimetype = row.said;
    FileInspected seen;
    seen.mimetype = row.seen;
    CHECK(settle_type(body, seen, row.looked) == row.fits);
    if (row.fits) CHECK(body.file.mimetype == row.type);
  }
  CHECK(bare_type("IMAGE/Png; q=1") == "image/png");
  CHECK(bare_type("image").empty());
  CHECK(bare_type("a/b\r\nX: y").empty());
}

TEST_CASE("at most sixteen work, and eighty are there in all") {
  FilesRig at;
  for (int i = 0; i < 80; ++i) {
    SendFile command = at.image(static_cast<FileId>(100 + i));
    command.job = "job_" + std::to_string(i);
    REQUIRE(at.files->execute(command, at.out, at.world.turn()).ok());
  }
  CHECK(at.world.effects.size() == 16);
  const auto refused = at.files->execute(at.image(300), at.out, at.world.turn());
  CHECK((!refused.ok() && refused.error().code == Errc::full));
  const FileJob first = std::get<InspectFile>(at.world.effects.front()).job;
  at.world.effects.clear();
  at.fault(first, FileFault::unreadable);
  CHECK(at.only<InspectFile>().file == 116);
}

namespace {

const FileTold kTold = [] {
  FileTold out;
  out.id = "3EB0F1";
  out.chat = out.author = test::kTo;
  out.time = WallTime{1'750'000'000'000};
  out.file.mimetype = "image/jpeg";
  out.file.kind = MediaKind::image;
  out.file.sha256 = Bytes(32, 1);
  out.file.hosted.direct_path = "/v/t1?ccb=1";
  out.file.hosted.media_key = Bytes(32, 3);
  out.file.hosted.enc_sha256 = Bytes(32, 2);
  return out;
}();

DownloadFile asked_for(FilesRig& at) {
  at.files->on(kTold, at.out, at.world.turn());
  REQUIRE(at.files->execute(FetchMedia{3, kTold.id}, at.out, at.world.turn()).ok());
  return at.only<DownloadFile>();
}

}  // namespace

TEST_CASE("a file of a message is fetched once for many, and kept for some seconds") {
  FilesRig at;
  at.know_hosts();
  const auto unknown = at.files->execute(FetchMedia{3, "3EB0F0"}, at.out, at.world.turn());
  CHECK((!unknown.ok() && unknown.error().code == Errc::not_found));
  const DownloadFile download = asked_for(at);
  CHECK((download.host == "a.whatsapp.net" && download.media_key == Bytes(32, 3) && download.sha256 == Bytes(32, 1)));
  CHECK(download.path == "/v/t1?ccb=1&hash=" + base64_url(Bytes(32, 2)) + "=&mms-type=image&__wa-mms=");
  REQUIRE(at.files->execute(FetchMedia{4, kTold.id}, at.out, at.world.turn()).ok());
  CHECK(at.quiet());
  at.done(download.job, FileStored{50, Bytes(32, 1), {}, {}});
  REQUIRE(at.world.events.size() == 2);
  CHECK(std::get<MediaReady>(at.world.events[0]).command == 3);
  CHECK(std::get<MediaReady>(at.world.events[1]).command == 4);
  CHECK(std::get<MediaReady>(at.world.events[1]).file == download.into);
  at.world.events.clear();
  REQUIRE(at.files->execute(FetchMedia{5, kTold.id}, at.out, at.world.turn()).ok());
  CHECK(at.world.only_event<MediaReady>().size == 50);
  at.tick(9'000);
  CHECK((at.quiet() && at.dropped.empty()));
  at.tick(1'000);
  CHECK((at.quiet() && at.dropped == std::vector<FileId>{download.into}));
}

TEST_CASE("another author does not take the place of a file that is known") {
  FilesRig at;
  at.files->on(kTold, at.out, at.world.turn());
  FileTold other = kTold;
  other.chat = other.author = wire::Jid{"5511977777777", wire::Server::pn};
  other.file.hosted.direct_path = "/v/evil?x=1";
  at.files->on(other, at.out, at.world.turn());
  CHECK(find_file(at.world.turn().txn, kTold.id, at.world.now.wall)->file.direct_path == "/v/t1?ccb=1");
  CHECK_FALSE(find_file(at.world.turn().txn, kTold.id, at.world.now.wall + kReceivedFileKeptMs + 1));
}

TEST_CASE("what hosts say of a file") {
  FilesRig at;
  at.know_hosts();
  DownloadFile download = asked_for(at);
  SECTION("a refusal asks for new hosts, once") {
    at.fault(download.job, FileFault::http_status, 403);
    CHECK(at.world.take_queries().size() == 1);
    at.know_hosts({"c.whatsapp.net"});
    download = at.only<DownloadFile>();
    CHECK(download.host == "c.whatsapp.net");
    at.fault(download.job, FileFault::http_status, 403);
    CHECK(at.world.only_event<MediaFailed>().why == FileFailure::retry_requested);
  }
  SECTION("what is broken is tried at one other host") {
    at.fault(download.job, FileFault::broken);
    download = at.only<DownloadFile>();
    CHECK(download.host == "b.whatsapp.net");
    at.fault(download.job, FileFault::broken);
    CHECK(at.world.only_event<MediaFailed>().why == FileFailure::broken);
  }
  SECTION("nobody answers: again after 1, 2 and 4 s") {
    for (const std::int64_t pause_ms : {1000, 2000, 4000}) {
      at.fault(download.job, FileFault::unreachable);
      at.fault(at.only<DownloadFile>().job, FileFault::http_status, 500);
      at.tick(pause_ms - 1);
      CHECK(at.quiet());
      at.tick(1);
      download = at.only<DownloadFile>();
    }
    at.fault(download.job, FileFault::timeout);
    at.fault(at.only<DownloadFile>().job, FileFault::http_status, 503);
    const auto failed = at.world.only_event<MediaFailed>();
    CHECK((failed.why == FileFailure::unreachable && failed.status == 503));
  }
}

TEST_CASE("the phone is asked for what every host has lost, once, and its answer counts whenever it comes") {
  FilesRig at;
  at.know_hosts();
  at.fault(asked_for(at).job, FileFault::http_status, 404);
  at.fault(at.only<DownloadFile>().job, FileFault::http_status, 410);
  CHECK(at.world.only_event<MediaFailed>().why == FileFailure::retry_requested);
  const Bytes key(32, 3), iv(12, 8);
  stanza::MediaRetried retried;
  retried.id = kTold.id;
  retried.enc_iv = iv;
  SECTION("it has the file") {
    retried.enc_p = seal_media_retry_answer(kTold.id, {RetryResult::success, "/v/new?ccb=2"}, key, iv);
    at.world.advance(3'600'000);
    at.files->on_retried(retried, at.world.turn());
    CHECK(at.world.only_event<MediaRetried>().found);
    at.know_hosts();
    REQUIRE(at.files->execute(FetchMedia{9, kTold.id}, at.out, at.world.turn()).ok());
    CHECK(at.only<DownloadFile>().path.find("/v/new?ccb=2&hash=") == 0);
  }
  SECTION("it has not") {
    retried.enc_p = seal_media_retry_answer(kTold.id, {RetryResult::not_found, {}}, key, iv);
    at.files->on_retried(retried, at.world.turn());
    CHECK_FALSE(at.world.only_event<MediaRetried>().found);
    REQUIRE(at.files->execute(FetchMedia{9, kTold.id}, at.out, at.world.turn()).ok());
    CHECK(at.world.only_event<MediaFailed>().why == FileFailure::gone);
  }
  SECTION("somebody else says so") {
    retried.enc_p = seal_media_retry_answer(kTold.id, {RetryResult::success, "/v/evil?x=1"}, Bytes(32, 4), iv);
    at.files->on_retried(retried, at.world.turn());
    CHECK(at.world.events.empty());
    CHECK(find_file(at.world.turn().txn, kTold.id, at.world.now.wall)->file.direct_path == "/v/t1?ccb=1");
  }
}
