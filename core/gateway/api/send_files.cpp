// Messages that are files (api.md 3.7): image, video, audio, document, sticker; and GET /jobs/{id}. Answered when the
// service acknowledged the message, or with 202 and the job when that takes longer than the caller waits.
// tested by unit/gateway/api/files_test.cpp
#include <algorithm>

#include "base/encoding.h"
#include "client/files/file_types.h"
#include "client/rows/status_rows.h"
#include "gateway/api/files.h"
#include "gateway/api/idempotency.h"
#include "gateway/operations/files.h"
#include "gateway/operations/messages.h"

namespace wa::gateway {
namespace {

using client::FileBody;
using client::MediaKind;

constexpr std::int64_t kFileSendTimeoutMs = 60'000;
constexpr std::uint32_t kSecondsMax = 7 * 86'400;

struct FileWait {
  SendWait send;
  std::string job;
};

Reply processing(RequestId request, const FileWait& wait) {
  return build_success(request, object({{"message_id", ""}, {"status", "processing"}, {"chat_jid", wait.send.chat},
                                        {"job_id", wait.job}}), 202);
}

struct FileRequest {
  FileBody body;
  client::SendMessage message;
  bool thumbnail = true, convert = true;
  std::int64_t delay_s = 0;
};

std::string caption_of(Fields& fields) {
  return fields.optional_text("caption", kCaptionCharsMax).value_or(std::string());
}

// The file of the request becomes a job; `wait.chat` and the rest of what was read are in `from`.
Answer begin_file(DeviceCall& call, Fields& fields, RequestFile& file, FileRequest from, SendWait wait) {
  if (from.body.file.mimetype.empty()) from.body.file.mimetype = client::bare_type(file.content_type());
  if (from.body.file_name.empty() && from.body.kind == MediaKind::document) from.body.file_name = file.file_name();
  if (const auto failed = fields.failure()) return fail(call, *failed);
  const std::uint64_t most = client::row_of(from.body.kind).bytes_max;
  if (file.size() > most)
    return fail(call, too_large("files of this kind may have " + std::to_string(most) + " bytes"));
  if (!room_to_wait(call)) return too_many(call);
  client::SendFile command;
  command.job = new_job_id(call.turn.random);
  command.wish.kind = from.body.kind;
  command.wish.thumbnail = from.thumbnail;
  command.wish.convert = from.convert;
  command.message = std::move(from.message);
  command.message.id = new_message_id(call.turn.random);
  command.message.body = std::move(from.body);
  if (from.delay_s > 0) command.message.context.not_before = call.turn.now.wall + from.delay_s * 1000;
  wait.chat = command.message.to.text();
  wait.quoted = command.message.context.quoted.has_value();
  const std::string message_id = command.message.id;
  const wire::Jid chat = command.message.to;
  FileWait context{std::move(wait), command.job};
  std::int64_t timeout_ms = call.endpoint.timeout_ms + from.delay_s * 1000;
  if (call.notes.wait_ms) timeout_ms = std::min(timeout_ms, *call.notes.wait_ms);
  const client::FileSource source = file.take(call);
  command.wish.source = source;
  call.notes.message_id = message_id;
  client::CommandId id = 0;
  const FileWait shown = context;
  if (Answer refused = begin_within(call, timeout_ms, std::move(command), std::move(context), &id)) {
    RequestFile::give_back(call, source);
    call.notes.message_id.clear();
    return refused;
  }
  note_queued(call.turn.txn, message_id, chat, call.turn.now.wall);
  note_message(call.notes, call.turn);
  if (timeout_ms > 0 || !call.device.waiting.find(id)) return std::nullopt;
  call.device.waiting.take(id);
  return processing(call.request.request, shown);
}

Reply still_processing(WaitingCall& call) { return processing(call.waiter.request, context_of<FileWait>(call.waiter)); }

// What ends a request that is not MessageSent; nullopt: it waits on.
Answer not_sent(WaitingCall& call, const client::Event& event) {
  if (const auto* uploaded = std::get_if<client::FileUploaded>(&event)) {
    std::vector<std::string>& warnings = call.waiter.notes.warnings;
    warnings.insert(warnings.end(), uploaded->warnings.begin(), uploaded->warnings.end());
    return std::nullopt;
  }
  if (const auto* failed = std::get_if<client::FileFailed>(&event)) {
    return fail(call, failure_of_file(failed->why, failed->status, failed->retry_after_ms));
  }
  return send_failed(call, event);
}

Answer finish_file(WaitingCall& call, const client::Event& event) {
  if (!std::holds_alternative<client::MessageSent>(event)) return not_sent(call, event);
  FileWait wait = std::move(context_of<FileWait>(call.waiter));
  call.waiter.context = std::move(wait.send);   // as the other answers of this style
  return finish_send(call, event);
}

Answer finish_sticker(WaitingCall& call, const client::Event& event) {
  const auto* sent = std::get_if<client::MessageSent>(&event);
  if (!sent) return not_sent(call, event);
  const bool animated = sent->said.media && sent->said.media->animated;
  return succeed(call, object({{"message_id", sent->id}, {"timestamp", rfc3339(sent->time)},
                               {"message", "Sticker sent successfully"}, {"is_animated", animated}}));
}

// What stands around any message; the caption may name those who are mentioned.
void read_around(Fields& fields, FileRequest& into) {
  SendOptions options = read_options(fields, into.message.to);
  into.message.context = std::move(options.context);
  into.delay_s = options.delay_s;
}

void read_common(Fields& fields, FileRequest& into) {
  into.message.to = fields.chat("number");
  read_around(fields, into);
}

Answer send_image(DeviceCall& call) {
  Fields fields(call.given);
  FileRequest from;
  from.body.kind = MediaKind::image;
  read_common(fields, from);
  RequestFile file(call, fields, "image");
  from.body.caption = caption_of(fields);
  from.body.view_once = fields.optional_flag("viewOnce").value_or(false);
  return begin_file(call, fields, file, std::move(from), {});
}

Answer send_video(DeviceCall& call) {
  Fields fields(call.given);
  FileRequest from;
  read_common(fields, from);
  RequestFile file(call, fields, "video");
  from.body.caption = caption_of(fields);
  from.body.seconds = static_cast<std::uint32_t>(fields.optional_integer("seconds", 0, kSecondsMax).value_or(0));
  from.body.view_once = fields.optional_flag("viewOnce").value_or(false);
  from.thumbnail = fields.optional_flag("generateThumbnail").value_or(true);
  from.convert = fields.optional_flag("convertToMP4").value_or(true);
  const bool gif = fields.optional_flag("gif").value_or(false), ptv = fields.optional_flag("ptv").value_or(false);
  if (gif && ptv) fields.bad("ptv", "is either a gif or a round video");
  if (ptv && !from.body.caption.empty()) fields.bad("caption", "round videos have none");
  from.body.kind = gif ? MediaKind::gif : ptv ? MediaKind::ptv : MediaKind::video;
  return begin_file(call, fields, file, std::move(from), {});
}

Answer send_audio(DeviceCall& call) {
  Fields fields(call.given);
  FileRequest from;
  read_common(fields, from);
  RequestFile file(call, fields, "audio");
  from.body.kind = fields.optional_flag("ptt").value_or(false) ? MediaKind::voice : MediaKind::audio;
  from.body.view_once = fields.optional_flag("viewOnce").value_or(false);
  from.thumbnail = false;
  return begin_file(call, fields, file, std::move(from), {});
}

Answer send_document(DeviceCall& call) {
  Fields fields(call.given);
  FileRequest from;
  from.body.kind = MediaKind::document;
  read_common(fields, from);
  RequestFile file(call, fields, "document");
  from.body.caption = caption_of(fields);
  from.body.file_name = fields.optional_text("file_name", kFileNameCharsMax, 1).value_or(std::string());
  if (file.is_url() && from.body.file_name.empty()) fields.missing("file_name");
  if (const auto type = fields.optional_text("mime_type", kFileNameCharsMax, 1)) {
    from.body.file.mimetype = client::bare_type(*type);
    const Json echo = *type;
    if (from.body.file.mimetype.empty()) fields.bad("mime_type", "must be a type like application/pdf", &echo);
  }
  from.convert = false;
  return begin_file(call, fields, file, std::move(from), {});
}

Answer send_sticker(DeviceCall& call) {
  Fields fields(call.given);
  FileRequest from;
  from.body.kind = MediaKind::sticker;
  from.message.to = fields.chat("to");
  read_around(fields, from);
  RequestFile file(call, fields, "sticker");
  from.body.animated = fields.optional_flag("is_animated").value_or(false);
  from.thumbnail = false;
  return begin_file(call, fields, file, std::move(from), {});
}

// --- statuses (3.11): to whoever the account's list names

struct StatusMedia { const char* name; MediaKind kind; };
constexpr StatusMedia kStatusMedia[] = {{"image", MediaKind::image},
                                        {"video", MediaKind::video},
                                        {"gif", MediaKind::gif},
                                        {"audio", MediaKind::voice},
                                        {"voice", MediaKind::voice}};
constexpr NestedCodes kUploadCodes{"invalid_media", "upload_failed", "upload_timeout"};
constexpr NestedCodes kStatusCodes{"invalid_request", "status_failed", "status_timeout"};

Answer send_media_status(DeviceCall& call) {
  Fields fields(call.given);
  FileRequest from;
  from.message.to = client::status_chat();
  RequestFile file(call, fields, "data", "url");
  const std::string type = fields.text("media_type", limits::kIdCharsMax);
  const auto found = std::find_if(std::begin(kStatusMedia), std::end(kStatusMedia), [&](const StatusMedia& one) {
    return type == one.name;
  });
  const Json echo = type;
  if (found != std::end(kStatusMedia)) from.body.kind = found->kind;
  else if (!type.empty()) fields.bad("media_type", "must be image, video, gif, audio or voice", &echo);
  from.body.caption = caption_of(fields);
  if (from.body.kind == MediaKind::voice && !from.body.caption.empty()) fields.bad("caption", "voice notes have none");
  if (const auto mime = fields.optional_text("mime_type", kFileNameCharsMax, 1)) {
    from.body.file.mimetype = client::bare_type(*mime);
    const Json given = *mime;
    if (from.body.file.mimetype.empty()) fields.bad("mime_type", "must be a type like image/jpeg", &given);
  }
  (void)fields.optional_flag("view_once");   // does not exist for statuses
  from.thumbnail = from.body.kind != MediaKind::voice;
  SendWait wait;
  wait.extra = object({{"status_type", type}});
  Answer out = begin_file(call, fields, file, std::move(from), std::move(wait));
  if (out && out->status == 413) nest_error(*out, kUploadCodes);
  return out;
}

Answer finish_media_status(WaitingCall& call, const client::Event& event) {
  const auto* failed = std::get_if<client::MessageFailed>(&event);
  if (failed && failed->why == client::SendFailure::no_devices) return fail(call, seen_by_nobody());
  const auto* sent = std::get_if<client::MessageSent>(&event);
  if (!sent) {
    Answer out = not_sent(call, event);
    if (out && std::holds_alternative<client::FileFailed>(event)) nest_error(*out, kUploadCodes);
    return out;
  }
  Json body = object({{"message_id", sent->id}, {"timestamp", rfc3339(sent->time)}});
  body.update(context_of<FileWait>(call.waiter).send.extra);
  put(body, {"mime_type", sent->said.media ? sent->said.media->mimetype : std::string()});
  if (sent->failed_devices > 0) put(body, {"failed_devices", sent->failed_devices});
  return succeed(call, std::move(body));
}

constexpr Endpoint status_endpoint() {
  Endpoint out = send_endpoint("POST", "/status/media", send_media_status, finish_media_status);
  out.expire = still_processing;
  out.timeout_ms = kFileSendTimeoutMs;
  out.files = true;
  out.nested = &kStatusCodes;
  return out;
}

Answer show_job(DeviceCall& call) {
  const auto job = find_job(call.turn.txn, call.params.front(), call.turn.now.wall);
  if (!job) {
    Failure failed = not_found();
    failed.text = "no job of this id was begun in the last seven days";
    return fail(call, failed);
  }
  constexpr const char* kStages[] = {"processing", "sent", "failed"};
  const client::FileJobRow& row = job->row;
  Json body = object({{"job_id", row.id},
                      {"status", kStages[static_cast<std::size_t>(job->stage)]},
                      {"stage", stage_name(row.stage)},
                      {"message_id", row.message.id},
                      {"chat_jid", row.message.to.text()},
                      {"kind", client::row_of(row.body().kind).name},
                      {"created_at", rfc3339(row.created)},
                      {"updated_at", rfc3339(row.updated)}});
  if (job->stage == JobStage::failed) {
    const bool by_file = row.stage == client::FileStage::failed;
    put(body, {"reason", by_file ? failure_name(row.why) : failure_name(job->message->why)});
    if (by_file) put(body, {"error", failure_of_file(row.why, row.status, -1).text});
    const int code = by_file ? row.status : job->message->upstream_code;
    if (code != 0) put(body, {"upstream_code", code});
  }
  if (!row.warnings.empty()) put(body, {"warnings", row.warnings});
  return succeed(call, std::move(body));
}

constexpr Endpoint file_endpoint(const char* pattern, StartFunction start, FinishFunction finish = finish_file) {
  Endpoint out = send_endpoint("POST", pattern, start, finish);
  out.expire = still_processing;
  out.timeout_ms = kFileSendTimeoutMs;
  out.files = true;
  return out;
}

}  // namespace

Endpoints send_file_endpoints() {
  static constexpr Endpoint kAll[] = {
      file_endpoint("/send/image", send_image),
      file_endpoint("/send/video", send_video),
      file_endpoint("/send/audio", send_audio),
      file_endpoint("/send/document", send_document),
      file_endpoint("/send/sticker", send_sticker, finish_sticker),
      status_endpoint(),
      {.method = "GET", .pattern = "/jobs/{id}", .start = show_job},
  };
  return kAll;
}

}  // namespace wa::gateway
