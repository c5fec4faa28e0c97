// The first answers to idempotency keys, bounded: whoever sends endless keys loses only the oldest answers of its own.
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "domain/ids.h"
#include "store/job_store.h"

namespace propius {

// The key of a reply, by whose call it answered. Two callers never share one.
std::string JobReplyKey(const TenantId& tenant, std::string_view key);
std::string DeviceReplyKey(DeviceId device, std::string_view nonce);

class ReplyShelf {
 public:
  // How many answers are kept: the latest of each tenant, of each device, and of all devices together.
  struct Room {
    std::size_t per_tenant = 1U << 16U;
    std::size_t per_device = 8;
    std::size_t devices = 1U << 18U;
  };

  explicit ReplyShelf(Room room) : room_(room) {}

  const MemoisedReply* Find(const std::string& key) const;
  // Returns the keys of those that had to make room.
  std::vector<std::string> Put(MemoisedReply reply);
  // Drops what was answered before, and returns the keys.
  std::vector<std::string> DropBefore(Time time);
  std::size_t size() const { return replies_.size(); }

 private:
  using Ages = std::set<std::pair<Time, std::string>>;  // oldest first
  void Drop(const std::string& key);

  Room room_;
  std::map<std::string, MemoisedReply> replies_;
  std::map<std::string, Ages> owners_;  // a tenant each, and all devices as one
};

}  // namespace propius
