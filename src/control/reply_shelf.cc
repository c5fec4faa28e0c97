#include "control/reply_shelf.h"

#include <optional>

#include "base/check.h"

namespace propius {
namespace {

constexpr std::string_view kDevices = "device/";
constexpr std::string_view kJobs = "job/";

// "device/", or "job/<length>/<tenant>/".
std::string OwnerOf(const std::string& key) {
  if (key.starts_with(kDevices)) return std::string(kDevices);
  std::size_t length = 0;
  std::size_t at = kJobs.size();
  for (; at < key.size() && key[at] >= '0' && key[at] <= '9'; ++at) {
    length = length * 10 + static_cast<std::size_t>(key[at] - '0');
  }
  return key.substr(0, at + 1 + length + 1);
}

std::string PrefixOf(DeviceId device) { return std::string(kDevices) + std::to_string(device.value) + "/"; }

}  // namespace

// The length goes before the name: a tenant "a/b" must not meet the keys "b/…" of a tenant "a".
std::string JobReplyKey(const TenantId& tenant, std::string_view key) {
  return std::string(kJobs) + std::to_string(tenant.size()) + "/" + tenant + "/" + std::string(key);
}

std::string DeviceReplyKey(DeviceId device, std::string_view nonce) { return PrefixOf(device) + std::string(nonce); }

const MemoisedReply* ReplyShelf::Find(const std::string& key) const {
  const auto found = replies_.find(key);
  return found == replies_.end() ? nullptr : &found->second;
}

std::vector<std::string> ReplyShelf::Put(MemoisedReply reply) {
  CHECK(!replies_.contains(reply.key));
  std::vector<std::string> dropped;
  const std::string owner = OwnerOf(reply.key);
  if (owner == kDevices) {
    const std::string prefix = reply.key.substr(0, reply.key.find('/', kDevices.size()) + 1);
    std::size_t kept = 0;
    const MemoisedReply* oldest = nullptr;
    for (auto it = replies_.lower_bound(prefix); it != replies_.end() && it->first.starts_with(prefix); ++it) {
      if (oldest == nullptr || it->second.answered_at < oldest->answered_at) oldest = &it->second;
      ++kept;
    }
    if (kept >= room_.per_device) dropped.push_back(oldest->key);
  }
  const auto ages = owners_.find(owner);
  const std::size_t room = owner == kDevices ? room_.devices : room_.per_tenant;
  if (dropped.empty() && ages != owners_.end() && ages->second.size() >= room) {
    dropped.push_back(ages->second.begin()->second);
  }
  for (const std::string& key : dropped) Drop(key);
  owners_[owner].emplace(reply.answered_at, reply.key);
  std::string key = reply.key;
  replies_.emplace(std::move(key), std::move(reply));
  return dropped;
}

std::vector<std::string> ReplyShelf::DropBefore(Time time) {
  std::vector<std::string> dropped;
  for (const auto& [owner, ages] : owners_) {
    for (auto age = ages.begin(); age != ages.end() && age->first < time; ++age) dropped.push_back(age->second);
  }
  for (const std::string& key : dropped) Drop(key);
  return dropped;
}

void ReplyShelf::Drop(const std::string& key) {
  const auto found = replies_.find(key);
  const auto owner = owners_.find(OwnerOf(key));
  owner->second.erase({found->second.answered_at, key});
  if (owner->second.empty()) owners_.erase(owner);
  replies_.erase(found);
}

}  // namespace propius
