// Every route of the API as data: what the router, the 405 answers and the check of the published description all read.
#pragma once

#include <span>

#include "gateway/http/route.h"

namespace wa::gateway {

std::span<const Route> routes();

}  // namespace wa::gateway
