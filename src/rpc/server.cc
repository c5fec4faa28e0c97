#include "rpc/server.h"

#include <grpc/support/log.h>
#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/impl/service_type.h>

#include "base/event.h"
#include "rpc/open_streams.h"

namespace propius {
namespace {

constexpr int kMaxMessageBytes = 64 << 10;
constexpr int kMaxMetadataBytes = 8 << 10;
constexpr int kMaxStreamsPerConnection = 1'024;

// gRPC's own complaints take our form, so that logs stay JSON.
void Tell(gpr_log_func_args* complaint) {
  Event(Severity::kWarning, "grpc_complained", {{"message", complaint->message}});
}

// Process-wide switches of gRPC, read when a server is built.
void SwitchOn() {
  static const bool once = [] {
    gpr_set_log_function(&Tell);
    grpc::EnableDefaultHealthCheckService(true);
    grpc::reflection::InitProtoReflectionServerBuilderPlugin();
    return true;
  }();
  static_cast<void>(once);
}

void Configure(grpc::ServerBuilder& builder) {
  builder.SetMaxReceiveMessageSize(kMaxMessageBytes);
  // A small compressed message would be inflated before its size is looked at.
  builder.SetCompressionAlgorithmSupportStatus(GRPC_COMPRESS_GZIP, false);
  builder.SetCompressionAlgorithmSupportStatus(GRPC_COMPRESS_DEFLATE, false);
  // A port that is taken is an error, not half of the calls going elsewhere.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder.AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, kMaxMetadataBytes);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, kMaxStreamsPerConnection);
  // Devices behind address translation ping to keep their mapping, and vanish without a word.
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, 60'000);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 20'000);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 10'000);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MAX_PING_STRIKES, 0);
}

std::string Where(const RpcServerOptions& options) {
  const bool ipv6 = options.address.find(':') != std::string::npos;
  return (ipv6 ? "[" + options.address + "]" : options.address) + ":" + std::to_string(options.port);
}

}  // namespace

struct RpcServer::State {
  std::vector<std::shared_ptr<grpc::Service>> services;
  std::unique_ptr<grpc::Server> server;
  std::uint16_t port = 0;
};

RpcServer::RpcServer(std::unique_ptr<State> state) : state_(std::move(state)) {}

RpcServer::~RpcServer() { Drain(Duration(0)); }

Result<std::unique_ptr<RpcServer>> RpcServer::Start(RpcServerOptions options,
                                                    std::vector<std::shared_ptr<grpc::Service>> services) {
  SwitchOn();
  auto state = std::make_unique<State>();
  state->services = std::move(services);
  grpc::ServerBuilder builder;
  Configure(builder);
  int port = 0;
  builder.AddListeningPort(Where(options), grpc::InsecureServerCredentials(), &port);
  for (const std::shared_ptr<grpc::Service>& service : state->services) builder.RegisterService(service.get());
  state->server = builder.BuildAndStart();
  if (state->server == nullptr || port == 0) {
    return Fail(Code::kUnavailable, "listen on " + Where(options) + ": expected an IP address and a port that is free");
  }
  state->port = static_cast<std::uint16_t>(port);
  return std::unique_ptr<RpcServer>(new RpcServer(std::move(state)));
}

std::uint16_t RpcServer::port() const { return state_->port; }

void RpcServer::StopTaking() {
  if (grpc::HealthCheckServiceInterface* const health = state_->server->GetHealthCheckService()) {
    health->SetServingStatus(false);
  }
  for (const std::shared_ptr<grpc::Service>& service : state_->services) {
    if (const auto* const draining = dynamic_cast<Draining*>(service.get())) draining->StopTaking();
  }
}

void RpcServer::Drain(Duration limit) {
  if (grpc::HealthCheckServiceInterface* const health = state_->server->GetHealthCheckService()) health->Shutdown();
  for (const std::shared_ptr<grpc::Service>& service : state_->services) {
    if (auto* const draining = dynamic_cast<Draining*>(service.get())) draining->Drain();
  }
  // gRPC takes a span of time for a deadline from now.
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(limit).count();
  state_->server->Shutdown(gpr_time_from_millis(ms, GPR_TIMESPAN));
}

}  // namespace propius
