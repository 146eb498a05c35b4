// What one tenant's webhooks wait for, and what a receiver that is away loses.
#pragma once

namespace wa::bench {

void receivers();  // another tenant's receivers hang
void silent();     // 16 devices of four tenants with receivers that never answer
void away();       // a receiver that is really away for 30 seconds

}  // namespace wa::bench
