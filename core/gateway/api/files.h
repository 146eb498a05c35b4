// What the endpoints with files share: where the bytes of a request are, and what is answered when something came to
// nothing.
#pragma once

#include <string>
#include <vector>

#include "gateway/api/sending.h"

namespace wa::gateway {

// A file of a request: a part that the host took out of the body, base64 inside the body (with or without a data-URI
// prefix), or a URL; exactly one of them.
class RequestFile {
 public:
  // `name`: the member; its URL stands in `url_name`, or "<name>_url". What is wrong is noted in `fields`.
  RequestFile(DeviceCall&, Fields& fields, const char* name, std::string url_name = {});
  bool is_url() const { return !url_.empty(); }
  bool given() const { return file_ != 0 || has_bytes_; }
  std::uint64_t size() const { return size_; }
  const std::string& content_type() const { return content_type_; }   // as it was said, perhaps nothing
  const std::string& file_name() const { return file_name_; }
  // The request's no more: whoever is given this drops it. Bytes become a file now.
  client::FileSource take(DeviceCall&);
  // The caller did not take it after all: dropped with the answer.
  static void give_back(DeviceCall&, const client::FileSource&);

 private:
  void read_text(Fields&, const char* name, std::string_view text);

  FileId file_ = 0;
  std::uint64_t size_ = 0;
  bool has_bytes_ = false;
  Bytes bytes_;
  std::string url_, content_type_, file_name_;
};

Failure failure_of_file(client::FileFailure, int status, std::int64_t retry_after_ms);

}  // namespace wa::gateway
