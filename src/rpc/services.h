// The gRPC services: each translates a call, hops to the runtime, answers. No gRPC in this header.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "base/runtime.h"
#include "control/client_desk.h"
#include "control/job_desk.h"

namespace grpc {
class Service;
}

namespace propius {

// The tenant of a bearer token ("" if the call has none).
using TenantOf = std::function<Result<TenantId>(const std::string& token)>;

struct JobManagerPlace {
  TenantOf tenant_of;
  std::string data_plane;  // base URL of the root, told to jobs
};

std::shared_ptr<grpc::Service> MakeJobManagerService(Runtime& runtime, JobDesk& desk, JobManagerPlace place);
std::shared_ptr<grpc::Service> MakeClientManagerService(Runtime& runtime, ClientDesk& desk);
std::shared_ptr<grpc::Service> MakeSchedulerService(Runtime& runtime, Dispatcher& dispatcher, const Census& census,
                                                    Sealer sealer);
std::shared_ptr<grpc::Service> MakeRoundBoardService(Runtime& runtime, JobDesk& desk, Sealer sealer);

}  // namespace propius
