#include "sdk/channel.h"

#include <map>

#include <grpcpp/grpcpp.h>

namespace propius {
namespace {

constexpr int kFirstReconnectMs = 100;
constexpr int kLongestReconnectMs = 1'000;  // a server that was restarted is found within about this

std::shared_ptr<grpc::Channel> NewChannel(const std::string& target, int generation) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, kFirstReconnectMs);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, kLongestReconnectMs);
  // Channels with equal arguments share connections inside gRPC; this tells a new one from the one it replaces.
  arguments.SetInt("propius.generation", generation);
  return grpc::CreateCustomChannel(target, grpc::InsecureChannelCredentials(), arguments);
}

// Holds no channel alive: the lines do.
class Channels {
 public:
  // A channel that anybody else uses, but not `unwanted`.
  std::shared_ptr<grpc::Channel> Get(const std::string& target, const std::shared_ptr<grpc::Channel>& unwanted) {
    const std::lock_guard lock(mutex_);
    Entry& entry = entries_[target];
    std::shared_ptr<grpc::Channel> channel = entry.channel.lock();
    if (channel == nullptr || channel == unwanted) {
      channel = NewChannel(target, entry.generation++);
      entry.channel = channel;
    }
    return channel;
  }

 private:
  struct Entry {
    std::weak_ptr<grpc::Channel> channel;
    int generation = 0;
  };
  std::mutex mutex_;
  std::map<std::string, Entry> entries_;
};

Channels& ProcessChannels() {
  static Channels channels;
  return channels;
}

}  // namespace

ServerLine::ServerLine(std::string target) : target_(std::move(target)) {}

std::shared_ptr<grpc::Channel> ServerLine::channel() {
  const std::lock_guard lock(mutex_);
  if (channel_ == nullptr) channel_ = ProcessChannels().Get(target_, nullptr);
  return channel_;
}

void ServerLine::Distrust(const std::shared_ptr<grpc::Channel>& silent) {
  const std::lock_guard lock(mutex_);
  if (channel_ == silent) channel_ = ProcessChannels().Get(target_, silent);
}

}  // namespace propius
