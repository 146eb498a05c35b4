// Bodies of requests with files (core/gateway/http/file_bodies.h), taken as they come: the files go to where files are
// kept, in the name of the tenant whose token the head carries; what is left goes on as the request.
// Guarantees: nothing of a caller who is not known is read or kept; a body that fails leaves nothing.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "files/kept_file.h"
#include "http/server.h"

namespace wa::native {

// What a request with files holds until a device takes it.
struct GivenFiles {
  std::vector<std::pair<FileId, FileHandle>> files;
};

// nullptr: `refused` is answered, and the body is not read. `tenant`: as the doorman names it.
std::unique_ptr<BodyTaker> take_body_files(std::shared_ptr<FileRoom> room, Random& random, const HttpHead& head,
                                           const std::string& tenant, Reply& refused);

}  // namespace wa::native
