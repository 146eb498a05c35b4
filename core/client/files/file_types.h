// What a file may be to be sent as a kind, and what a message calls it (09 section 3).
#pragma once

#include <string>
#include <string_view>

#include "base/files.h"
#include "client/messages/contract.h"

namespace wa::client {

// Without parameters, in lower case; empty when it is no type.
std::string bare_type(std::string_view content_type);
// The type that the message will name: by what was seen, else by what was said before (body.file.mimetype), else what
// is usual. False: it is not what its kind demands. `looked`: somebody has looked into the file.
bool settle_type(FileBody&, const FileInspected& seen, bool looked);

}  // namespace wa::client
