// Scripted gRPC services for tests of the client libraries.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <grpcpp/grpcpp.h>

#include "base/check.h"
#include "propius/v1/client_manager.grpc.pb.h"
#include "propius/v1/job_manager.grpc.pb.h"

namespace propius::testing {

// A server for one service on loopback; Close() and Open() restart it on the same port.
class GrpcPlace {
 public:
  explicit GrpcPlace(grpc::Service& service) : service_(service) { Open(); }
  ~GrpcPlace() { Close(); }
  GrpcPlace(const GrpcPlace&) = delete;
  GrpcPlace& operator=(const GrpcPlace&) = delete;

  std::string target() const { return "127.0.0.1:" + std::to_string(port_); }

  void Open() {
    grpc::ServerBuilder builder;
    builder.AddListeningPort(target(), grpc::InsecureServerCredentials(), &port_);
    builder.RegisterService(&service_);
    server_ = builder.BuildAndStart();
    CHECK(server_ != nullptr);
  }
  void Close() {
    if (server_ == nullptr) return;
    server_->Shutdown(gpr_time_0(GPR_TIMESPAN));
    server_ = nullptr;
  }

 private:
  grpc::Service& service_;
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
};

// A call's script: writes the answer, or tells why not. Runs one at a time.
template <typename Request, typename Answer>
using Script = std::function<grpc::Status(const Request&, Answer&)>;

// What every fake keeps: the requests, and each byte and piece of metadata that came.
class Record {
 public:
  template <typename Request, typename Answer>
  grpc::Status Play(grpc::ServerContext& call, const Request& request, Answer& answer, std::vector<Request>& seen,
                    const Script<Request, Answer>& script) {
    const std::lock_guard lock(mutex_);
    seen.push_back(request);
    bytes_ += request.SerializeAsString();
    for (const auto& [name, value] : call.client_metadata()) {
      bytes_ += std::string(name.data(), name.size()) + ": " + std::string(value.data(), value.size()) + "\n";
    }
    return script ? script(request, answer) : grpc::Status(grpc::StatusCode::UNIMPLEMENTED, "not scripted");
  }

  template <typename Value>
  Value Read(const Value& value) const {
    const std::lock_guard lock(mutex_);
    return value;
  }
  std::string bytes() const { return Read(bytes_); }

 private:
  mutable std::mutex mutex_;
  std::string bytes_;
};

class FakeClientManager final : public v1::ClientManager::Service {
 public:
  Script<v1::CheckInRequest, v1::CheckInResponse> on_check_in;
  Script<v1::PingRequest, v1::PingResponse> on_ping;
  Script<v1::AcceptRequest, v1::AcceptResponse> on_accept;

  std::vector<v1::CheckInRequest> check_ins() const { return record_.Read(check_ins_); }
  std::vector<v1::PingRequest> pings() const { return record_.Read(pings_); }
  std::vector<v1::AcceptRequest> accepts() const { return record_.Read(accepts_); }
  std::string bytes() const { return record_.bytes(); }

  grpc::Status CheckIn(grpc::ServerContext* call, const v1::CheckInRequest* request,
                       v1::CheckInResponse* answer) override {
    return record_.Play(*call, *request, *answer, check_ins_, on_check_in);
  }
  grpc::Status Ping(grpc::ServerContext* call, const v1::PingRequest* request, v1::PingResponse* answer) override {
    return record_.Play(*call, *request, *answer, pings_, on_ping);
  }
  grpc::Status Accept(grpc::ServerContext* call, const v1::AcceptRequest* request,
                      v1::AcceptResponse* answer) override {
    return record_.Play(*call, *request, *answer, accepts_, on_accept);
  }

 private:
  Record record_;
  std::vector<v1::CheckInRequest> check_ins_;
  std::vector<v1::PingRequest> pings_;
  std::vector<v1::AcceptRequest> accepts_;
};

class FakeJobManager final : public v1::JobManager::Service {
 public:
  Script<v1::RegisterJobRequest, v1::RegisterJobResponse> on_register;
  Script<v1::RequestRoundRequest, v1::RequestRoundResponse> on_request;
  Script<v1::EndRequestRequest, v1::EndRequestResponse> on_end;
  Script<v1::FinishJobRequest, v1::FinishJobResponse> on_finish;
  Script<v1::GetJobRequest, v1::GetJobResponse> on_get;
  Script<v1::ListJobsRequest, v1::ListJobsResponse> on_list;
  Script<v1::ExplainJobRequest, v1::ExplainJobResponse> on_explain;

  std::vector<v1::RegisterJobRequest> registers() const { return record_.Read(registers_); }
  std::vector<v1::RequestRoundRequest> requests() const { return record_.Read(requests_); }
  std::vector<v1::EndRequestRequest> ends() const { return record_.Read(ends_); }
  std::vector<v1::FinishJobRequest> finishes() const { return record_.Read(finishes_); }
  std::vector<v1::GetJobRequest> gets() const { return record_.Read(gets_); }
  std::string bytes() const { return record_.bytes(); }

  grpc::Status RegisterJob(grpc::ServerContext* call, const v1::RegisterJobRequest* request,
                           v1::RegisterJobResponse* answer) override {
    return record_.Play(*call, *request, *answer, registers_, on_register);
  }
  grpc::Status RequestRound(grpc::ServerContext* call, const v1::RequestRoundRequest* request,
                            v1::RequestRoundResponse* answer) override {
    return record_.Play(*call, *request, *answer, requests_, on_request);
  }
  grpc::Status EndRequest(grpc::ServerContext* call, const v1::EndRequestRequest* request,
                          v1::EndRequestResponse* answer) override {
    return record_.Play(*call, *request, *answer, ends_, on_end);
  }
  grpc::Status FinishJob(grpc::ServerContext* call, const v1::FinishJobRequest* request,
                         v1::FinishJobResponse* answer) override {
    return record_.Play(*call, *request, *answer, finishes_, on_finish);
  }
  grpc::Status GetJob(grpc::ServerContext* call, const v1::GetJobRequest* request,
                      v1::GetJobResponse* answer) override {
    return record_.Play(*call, *request, *answer, gets_, on_get);
  }
  grpc::Status ListJobs(grpc::ServerContext* call, const v1::ListJobsRequest* request,
                        v1::ListJobsResponse* answer) override {
    return record_.Play(*call, *request, *answer, lists_, on_list);
  }
  grpc::Status ExplainJob(grpc::ServerContext* call, const v1::ExplainJobRequest* request,
                          v1::ExplainJobResponse* answer) override {
    return record_.Play(*call, *request, *answer, explains_, on_explain);
  }

 private:
  Record record_;
  std::vector<v1::ListJobsRequest> lists_;
  std::vector<v1::ExplainJobRequest> explains_;
  std::vector<v1::RegisterJobRequest> registers_;
  std::vector<v1::RequestRoundRequest> requests_;
  std::vector<v1::EndRequestRequest> ends_;
  std::vector<v1::FinishJobRequest> finishes_;
  std::vector<v1::GetJobRequest> gets_;
};

}  // namespace propius::testing
