#include "client/media/upload_protocol.h"

#include "base/encoding.h"
#include "support/vector_nodes.h"

using namespace wa;
using test::hex_field;

namespace media_upload_vectors {
namespace {

using Vector = nlohmann::json;

// The vectors name kinds as the service does.
std::optional<client::MediaKind> kind_of(const std::string& media_type) {
  if (media_type == "ptt") return client::MediaKind::voice;
  if (media_type == "thumbnail-link") return client::MediaKind::link_thumbnail;
  for (const client::MediaKindRow& row : client::kMediaKinds) {
    if (row.name == media_type) return row.kind;
  }
  return std::nullopt;
}

std::string at_host(const Vector& vector, const std::string& path) {
  return "https://" + vector["host"].get<std::string>() + path;
}

std::string upload_url(const Vector& vector) {
  const std::string media_type = vector["media_type"];
  const auto kind = kind_of(media_type);
  const std::string where = kind ? std::string(client::row_of(*kind).upload_path) : "/mms/" + media_type;
  const std::string path =
      client::upload_path(where, hex_field(vector, "file_enc_sha256"), vector["auth"].get<std::string>());
  if (at_host(vector, path) != vector["url"]) return at_host(vector, path);
  if (at_host(vector, client::resume_check_path(path)) != vector["resume_check_url"]) return "resume check";
  if (at_host(vector, client::offset_path(path, vector["resume_offset"].get<std::uint64_t>())) != vector["resume_url"])
    return "resume";
  return "";
}

std::string newsletter_url(const Vector& vector) {
  const auto kind = kind_of(vector["media_type"]);
  if (!kind) return "no such kind";
  const std::string path =
      client::newsletter_upload_path(*kind, hex_field(vector, "file_sha256"), vector["auth"].get<std::string>());
  return at_host(vector, path) == vector["url"] ? "" : path;
}

std::string download_url(const Vector& vector) {
  const std::string direct_path = vector["direct_path"];
  const Bytes hash = hex_field(vector, "file_enc_sha256");
  if (at_host(vector, client::download_path(direct_path, hash, vector["mms_type"].get<std::string>())) != vector["url"])
    return "url";
  const std::string plain =
      at_host(vector, client::download_path(direct_path, {}, vector["mms_type"].get<std::string>()));
  if (plain != vector["also_valid"][0]) return "without a hash";
  if (client::download_path("/v/x.enc", hash, "image") != "/v/x.enc") return "without a query";
  if (client::direct_path_of("", at_host(vector, direct_path)) != direct_path) return "path of the url";
  for (const char* other : {"http://mmg.whatsapp.net/v/1", "https://mmg.whatsapp.net.example/v/1",
                            "https://127.0.0.1/v/1", "https://mmg.whatsapp.net:8/v", "https://a@mmg.whatsapp.net/v/1",
                            "https://mmg.whatsapp.net", "https://mmg.whatsapp.net//x"}) {
    if (!client::direct_path_of("", other).empty()) return std::string("fetches ") + other;
  }
  return client::direct_path_of("no path", at_host(vector, direct_path)).empty() ? "" : "takes a path without /";
}

std::string connection(const Vector& vector) {
  const auto parsed = stanza::parse_media_conn(test::vector_node(vector["node"]));
  if (!parsed) return "not read";
  const auto received = vector["received_at"].get<std::int64_t>();
  const auto usable = client::media_connection_of(*parsed, received);
  if (!usable) return usable.error().detail;
  if (usable->auth != vector["auth"] || usable->hosts != vector["hosts_in_order"].get<std::vector<std::string>>())
    return "auth or hosts";
  const auto ends = std::min(vector["expires_at"].get<std::int64_t>(), vector["auth_expires_at"].get<std::int64_t>());
  if (usable->usable_ms != (ends - received - 30) * 1000) return "lifetime";
  stanza::MediaConn as_times = *parsed;
  as_times.ttl_s += received;
  as_times.auth_ttl_s += received;
  const auto same = client::media_connection_of(as_times, received);
  return same && same->usable_ms == usable->usable_ms ? "" : "lifetime given as a time";
}

std::string refused(const Vector& vector) {
  const auto parsed = stanza::parse_media_conn(test::vector_node(vector["node"]));
  return parsed && client::media_connection_of(*parsed, 1'790'000'000).ok() ? "accepted" : "";
}

std::string uploaded(const client::UploadAnswer& answer, const Vector& expect) {
  if (answer.next != client::UploadNext::done) return "not done";
  if (expect.contains("url") && answer.url != expect["url"]) return "url";
  if (answer.direct_path != expect["direct_path"]) return "direct path";
  if (expect.contains("handle") && answer.handle != expect["handle"]) return "handle";
  if (expect.contains("thumbnail_direct_path") && answer.thumbnail_direct_path != expect["thumbnail_direct_path"])
    return "thumbnail";
  if (expect.contains("thumbnail_sha256_base64") &&
      base64(answer.thumbnail_sha256) != expect["thumbnail_sha256_base64"])
    return "its hash";
  return "";
}

std::string answer(const Vector& vector) {
  const FileAnswered given{vector["status"].get<int>(), -1, vector["body"].get<std::string>()};
  const Vector& expect = vector["expect"];
  const std::string result = expect["result"];
  if (vector["request"] == "resume_check") {
    const client::ResumeAnswer resume = client::read_resume_answer(given, 2'000'000);
    if (result == "complete") return resume.complete ? uploaded(resume.uploaded, expect) : "not complete";
    const std::uint64_t offset = result == "offset" ? expect["offset"].get<std::uint64_t>() : 0;
    if (resume.complete || resume.offset != offset) return "another offset";
    if (client::read_resume_answer(given, offset).offset != 0) return "an offset behind the end";
    return "";
  }
  const client::UploadAnswer read = client::read_upload_answer(given);
  if (result == "ok") return uploaded(read, expect);
  const std::map<std::string, client::UploadNext> meant = {{"refresh_media_conn", client::UploadNext::refresh},
                                                           {"next_host", client::UploadNext::next_host}};
  return read.next == meant.at(result) ? "" : "another reaction";
}

}  // namespace
}  // namespace media_upload_vectors

WA_VECTORS("media_upload.json", file, report) {
  using namespace media_upload_vectors;
  for (const auto& vector : file["vectors"]) {
    const std::string kind = vector["kind"];
    std::string why = "unknown kind";
    if (kind == "upload_url") why = upload_url(vector);
    if (kind == "newsletter_upload_url") why = newsletter_url(vector);
    if (kind == "download_url") why = download_url(vector);
    if (kind == "media_conn_request") {
      why = test::same_tree(stanza::build_media_conn_query(), test::vector_node(vector["node"])) ? ""
                                                                                                 : "another question";
    }
    if (kind == "media_conn_answer") why = connection(vector);
    if (kind == "media_conn_reject") why = refused(vector);
    if (kind == "answer") why = answer(vector);
    report.check(vector["name"], why.empty(), why);
  }
}
